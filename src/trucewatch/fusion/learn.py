"""Observations of closed periods → a calibration: how often reports of each device answer to nothing, what agreement is
worth, how much happens here.

By expectation and maximisation. What is believed of each event (`existence.py`) says how many reports of each device
answer to one, how often an agreement of each kind does, and how many of the sure events that others tell of each device
noticed; these say anew what is believed of each event. Three rounds; then the numbers move by less than their own
uncertainty. Every number is drawn to what was believed before, which counts for as many reports as stand beside it: the
register where it states a rate of false alarms, the share in means.toml else. A register that cannot be right is so
overruled by the data, and said.
Source: Dempster, Laird & Rubin (1977), J. R. Stat. Soc. B 39; for the books empirical Bayes, Efron & Morris (1973).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa

from trucewatch.fusion.associate import BLAST_AND_FIRE
from trucewatch.fusion.books import DAY_S, prior_agreement
from trucewatch.fusion.classify import class_table, classify_events, learn_shares
from trucewatch.fusion.existence import Evidence, Voices, chance_of, logit_of, weigh_happening
from trucewatch.fusion.fuse import Groups, Setting
from trucewatch.fusion.heat_signs import read_heat_signs
from trucewatch.fusion.learn_corrections import clock_of, learn_corrections
from trucewatch.fusion.locate import locate_events
from trucewatch.fusion.means_defaults import means_table
from trucewatch.fusion.measurements import Reports, codes_of, is_of_blasts, prepare_reports
from trucewatch.fusion.near_repeat import surroundings_of
from trucewatch.fusion.non_detection import expected_notices
from trucewatch.fusion.set_right import Clock, Corrections
from trucewatch.fusion.storm_signs import weigh_storms
from trucewatch.fusion.voices import devices_of, settle_voices, with_registered_devices
from trucewatch.geo.arrays import Floats, Ints, Mask
from trucewatch.model.calibration import (
    OPENING,
    Calibration,
    Calibrations,
    ClassBook,
    DeviceBook,
    PairBook,
    rounded,
)
from trucewatch.model.observation import ASPECTS, KINDS, MEANS
from trucewatch.model.times import ALWAYS, NEVER
from trucewatch.model.watch import AssociationRule
from trucewatch.model.zone import Sensor

_ROUNDS: Final = 3
_STANDS_S: Final = 3.5 * DAY_S
"""A device is held to have stood so long before and after each row on record, where nothing else is known."""
_PAIR_WEIGHT: Final = 8.0  # as many agreements as the prior counts for
_NOTICE_WEIGHT: Final = 12.0  # as many expected notices as the register counts for
_HOUR_MOST: Final = 3
"""Reports of one device in one hour beyond these count as so many: an hour of shouting is no measure of a year."""
_CROWDED: Final = 8
_OVER: Final = 1.15
"""Sure events are the loud ones: devices notice them so much more often than the register says of all."""
_BALANCE_WEIGHT: Final = 15.0
"""As many reports alone as the balance of a means counts for against that of one device."""
_STANDS_FOR: Final = 10.0
_UNLIKE: Final = 0.3
_INDEPENDENT: Final = 0.8
"""How much of the register's evidence counts, whose devices do not miss events independently."""
_OFF: Final = 0.5
"""By how much of itself the number of missed reports may be off: devices notice near events better than far ones."""
_FACTOR, _DEVICE_FACTOR = 0.3, 0.25
"""One standard deviation of the logarithm by which the register may be off, of all devices of a means and of one."""
_CANNOT_BE: Final = 2.0
"""A register that is off by this factor, and by more than two standard deviations, cannot be right."""


def learn_calibration(
    observations: pa.Table, *, rule: AssociationRule, setting: Setting, period: str, since: datetime, until: datetime
) -> Calibration:
    """The calibration of a period, from one current row an observation, all known before `until`.

    A function of the set of rows and of the watch's files (`setting`, whose own calibrations it does not read): nothing
    is learnt from what was learnt before.
    """
    observations = observations.sort_by("observation_id")
    calibration = Calibration(period=period, since=since, until=until, rows=observations.num_rows)
    if not observations.num_rows:
        return calibration
    observations = with_registered_devices(observations, setting.speakers)
    correction, observations, groups = learn_corrections(observations, rule, setting)
    corrections = Corrections({OPENING: correction})
    calibration = replace(calibration, means=correction.means)
    reports = prepare_reports(observations, setting.reach_m, setting.speakers, corrections)
    reports = settle_voices(reports, groups.order, groups.bounds)
    places, _ = locate_events(reports, groups.order, groups.bounds)
    record = _Record(observations, reports, groups, places, setting, {each.device: each for each in correction.clocks})
    for _ in range(_ROUNDS):
        evidence = weigh_happening(
            observations,
            reports,
            groups.order,
            groups.bounds,
            places,
            setting.sensors,
            notices=setting.notices,
            calibrations=Calibrations((replace(calibration, period="opening"),)),
        )
        calibration = rounded(
            replace(
                calibration,
                devices=_device_books(record, evidence),
                pairs=_pair_books(evidence),
                surroundings=surroundings_of(reports, groups.order, groups.bounds, places, evidence.sure),
            )
        )
    family = np.isin(np.array(KINDS), BLAST_AND_FIRE)[reports.k["kind"][groups.order]]
    tells = np.logical_and.reduceat(family, groups.bounds[:-1]) & (evidence.happened >= 0.5)
    classes = classify_events(
        reports,
        groups.order,
        groups.bounds,
        places,
        setting.notices,
        read_heat_signs(observations, reports),
        aspects=codes_of(observations["aspect"], ASPECTS),
        storm=weigh_storms(
            reports, groups.order, groups.bounds, places, evidence.happened, evidence.calibrations, evidence.of_event
        ),
    )
    shares = learn_shares(classes[tells], evidence.happened[tells])
    names = class_table().names
    books = tuple(ClassBook(name=name, share=float(share)) for name, share in zip(names, shares, strict=True))
    return rounded(replace(calibration, classes=books, class_events=int(tells.sum())))


@dataclass(frozen=True, slots=True)
class _Record:
    """What a calibration is learnt from."""

    observations: pa.Table
    reports: Reports
    groups: Groups
    places: Floats
    setting: Setting
    clocks: Mapping[int, Clock]


def _device_books(record: _Record, evidence: Evidence) -> tuple[DeviceBook, ...]:
    """One book a device or source that speaks, by source and sensor."""
    voices, reports = evidence.of_voices, record.reports
    sensors = record.setting.sensors
    device, at = np.unique(voices.device, return_inverse=True)
    at = at.reshape(-1)
    # 1. Voices, and those that nobody bears out; an hour counts for no more than so many of either.
    hour = np.floor(reports.f["end"][voices.rows] / 3600.0).astype(np.int64)
    _, of_hour, in_hour = np.unique(
        np.column_stack((voices.device, hour)), axis=0, return_inverse=True, return_counts=True
    )
    weight = (np.minimum(in_hour, _HOUR_MOST) / in_hour)[of_hour.reshape(-1)]
    single = evidence.voices[voices.group_of] == 1
    total, lone = (np.bincount(at, weights=each).astype(np.float64) for each in (weight, weight * single))
    count, alone = np.bincount(at), np.bincount(at, weights=single)
    first = np.unique(at, return_index=True)[1]
    sensor, means = voices.sensor[first], voices.means[first]
    rows = record.observations.select(["source", "sensor"]).take(pa.array(voices.rows[first])).to_pylist()
    stood = _days_stood(record, device, sensor)
    # 2. How many of those alone answer to nothing: by the register or the means, and by the data.
    stated = np.array([np.nan if each.false_per_day is None else each.false_per_day for each in sensors] + [np.nan])
    stated = stated[sensor]
    table = means_table()
    # Where no rate is stated no more than half of those alone are held to answer to nothing.
    unstated = np.minimum((1.0 - table.founded[means]) * total, 0.5 * lone)
    believed = np.where(np.isfinite(stated), np.nan_to_num(stated) * stood, unstated) + table.echoes[means] * total
    crowded = (in_hour > _CROWDED)[of_hour.reshape(-1)]
    missed, missed_sd = _answers_alone(record, evidence, at, weight, single, crowded, len(device))
    false = _reconcile(believed, lone, lone - missed, missed_sd, means)
    # That nobody bears out a clock in another zone speaks neither against its reports nor against the register: they
    # answer to events, of another hour.
    clocks = [record.clocks.get(code) for code in device.tolist()]
    zoned = np.array([clock is not None and clock.proposed != 0.0 for clock in clocks], dtype=np.bool_)
    false = np.where(zoned, np.minimum(believed, false), false)
    share = np.clip(1.0 - (false + 0.5) / (lone + 1.0), 0.03, 0.97)
    offset = _balance(evidence, at, weight * single, share)
    # Of a few reports alone the balance is chance: they are drawn to that of their means.
    whole = np.bincount(means, weights=share * lone, minlength=len(MEANS)) / np.maximum(
        np.bincount(means, weights=lone, minlength=len(MEANS)), 1e-9
    )
    usual = _balance(evidence, voices.means, weight * single, np.clip(whole, 0.03, 0.97))[means]
    offset = (lone * offset + _BALANCE_WEIGHT * usual) / (lone + _BALANCE_WEIGHT)
    chance = np.clip(1.0 - (false + 0.5) / (total + 1.0), 0.03, 0.99)
    # 3. How many sure events of others each should have noticed.
    expected, noticed = expected_notices(record.reports, record.groups, record.places, sensors, evidence)
    books = []
    for number in range(len(device)):
        own = int(sensor[number])
        due, did = (float(expected[own]), int(noticed[own])) if own >= 0 else (0.0, 0)
        times = (did / _OVER + _NOTICE_WEIGHT) / (due + _NOTICE_WEIGHT)
        data_false = max(float(lone[number] - missed[number]), 0.0)
        spread = float(np.sqrt(chance[number] * (1.0 - chance[number]) / (total[number] + 2.0)))
        books.append(
            DeviceBook(
                source=rows[number]["source"],
                sensor=rows[number]["sensor"],
                key=f"{int(device[number]):x}",
                means=MEANS[int(means[number])],
                reports=int(count[number]),
                alone=int(alone[number]),
                answers=float(chance[number]),
                answers_sd=spread,
                alone_answers=float(share[number]),
                alone_logit=float(offset[number]),
                false_per_day=float(false[number] / stood[number]),
                days=float(stood[number]),
                **clock_of(clocks[number]),
                expected=due,
                noticed=did,
                notices_times=float(np.clip(times, 0.1, 2.0)),
                stated_false_per_day=float(stated[number]) if np.isfinite(stated[number]) else None,
                register_fits=bool(zoned[number])
                or _fits(
                    lone=float(lone[number]),
                    data_false=data_false,
                    data_sd=float(missed_sd[number]),
                    stated=float(stated[number] * stood[number]) if np.isfinite(stated[number]) else None,
                    due=due,
                    did=did,
                ),
            )
        )
    return tuple(sorted(books, key=lambda book: (book.source, book.sensor)))


def _answers_alone(
    record: _Record, evidence: Evidence, at: Ints, weight: Floats, single: Mask, crowded: Mask, count: int
) -> tuple[Floats, Floats]:
    """How many reports of each device that nobody bore out should answer to an event, and one standard deviation.

    Each report that others bear out stands for those of its like that nobody would have: with Q the chance that all
    others miss its event, for Q / (1 − Q) of them.
    Source: Horvitz & Thompson (1952), J. Am. Stat. Assoc. 47.
    """
    voices = evidence.of_voices
    own = _own_nats(record, voices)
    others = np.maximum(evidence.silence.able[voices.group_of] - own, 0.0)
    # People tell of some events besides, whoever else noticed them.
    people = np.isin(voices.means, _DEVICES, invert=True)
    by_people = _told(evidence)
    asked = ~people & is_of_blasts(record.reports.k["group"][voices.rows])
    missed = np.exp(-_INDEPENDENT * others) * np.where(asked, 1.0 - by_people, 1.0)
    stands = np.minimum(missed / np.maximum(1.0 - missed, 1e-9), _STANDS_FOR) * weight
    borne = ~single & (evidence.happened[voices.group_of] >= 0.5)
    total = np.bincount(at, weights=stands * borne, minlength=count).astype(np.float64)
    variance = np.bincount(at, weights=stands * (1.0 + stands) * borne, minlength=count).astype(np.float64)
    # Reports alone where hardly anybody else could have noticed have no like among those that were borne out; those of
    # an hour with very many are judged by the hour.
    unlike = np.bincount(at, weights=weight * single * ((missed > _UNLIKE) | crowded), minlength=count)
    return total, np.sqrt(variance + (_OFF * total) ** 2 + unlike**2 + 1.0)


def _own_nats(record: _Record, voices: Voices) -> Floats:
    """−ln of the chance that each voice's own device misses its event, as the register has it."""
    nats = np.zeros(len(voices.rows))
    kind = record.reports.k["kind"][voices.rows]
    for number, sensor in enumerate(record.setting.sensors):
        own = np.flatnonzero(voices.sensor == number)
        chance = np.array([sensor.notices.get(word, 0.0) for word in KINDS])[kind[own]]
        nats[own] = -np.log(1.0 - np.clip(chance, 0.0, 0.98))
    return nats


def _reconcile(believed: Floats, lone: Floats, data: Floats, data_sd: Floats, means: Ints) -> Floats:
    """How many reports of each device answer to nothing: what was believed, as a factor that may be off, and the data.

    First one factor for all devices of a means, then one for each device about it; each is the likeliest, with a
    log-normal belief and a normal error of the data.
    """
    result = np.empty(len(lone))
    for code in np.unique(means).tolist():
        own = np.flatnonzero(means == code)
        factor = _common_factor(believed[own], lone[own], data[own], data_sd[own])
        result[own] = _likeliest(believed[own] * factor, lone[own], data[own], data_sd[own])
    return result


_STEPS: Final = np.exp(np.linspace(-5.0, 6.0, 221))
"""Factors between 1/150 and 400, a twentieth apart."""


def _common_factor(believed: Floats, lone: Floats, data: Floats, data_sd: Floats) -> float:
    """By how much the register is off for all devices of a means; one bad device is no reason."""
    factors = _STEPS[(_STEPS > 0.1) & (_STEPS < 10.0)]
    false = np.minimum(factors[:, None] * np.maximum(believed, 0.05)[None, :], np.maximum(lone, 0.05)[None, :])
    away = (false - np.clip(data, 0.0, lone)[None, :]) / data_sd[None, :]
    # What the data of all devices are off by is much the same: together they count as two.
    misfit = (np.log(factors) / _FACTOR) ** 2 + 2.0 * np.log1p(away**2).mean(axis=1)
    return float(factors[misfit.argmin()])


def _likeliest(
    believed: Floats, most: Floats, data: Floats, data_sd: Floats, spread: float = _DEVICE_FACTOR, weight: float = 2.0
) -> Floats:
    """The number up to `most` that fits best what is believed, with heavy tails, and what the data say."""
    believed = np.maximum(believed, 0.05)
    steps = np.minimum(_STEPS[None, :] * believed[:, None], np.maximum(most, 0.05)[:, None])
    misfit = weight * np.log1p((np.log(steps / believed[:, None]) / spread) ** 2)
    misfit += ((steps - np.clip(data, 0.0, most)[:, None]) / data_sd[:, None]) ** 2
    # Of what is more than all reports the belief itself is wrong: it is taken as all of them.
    return np.asarray(steps[np.arange(len(most)), misfit.argmin(axis=1)])


def _balance(evidence: Evidence, at: Ints, weight: Floats, share: Floats) -> Floats:
    """Log-odds for each device from which what speaks for and against each report alone is taken, such that over these
    reports the chances have the mean `share`; by bisection."""
    against = evidence.against - evidence.hour
    low = np.full(len(share), -12.0 + min(float(against.min(initial=0.0)), 0.0))
    high = np.full(len(share), 12.0 + max(float(against.max(initial=0.0)), 0.0))
    count = np.bincount(at, weights=weight, minlength=len(share))
    for _ in range(40):  # to 2⁻⁴⁰ of that
        middle = (low + high) / 2
        total = np.bincount(at, weights=chance_of(middle[at] - against) * weight, minlength=len(share))
        low, high = np.where(total < share * count, middle, low), np.where(total < share * count, high, middle)
    # Of few the balance may lie anywhere.
    return np.clip(np.where(count > 0, (low + high) / 2, logit_of(share)), logit_of(share) - 2.0, logit_of(share) + 1.5)


_DEVICES: Final = tuple(MEANS.index(word) for word in ("satellite", "seismic", "acoustic", "uav", "camera"))


def _fits(*, lone: float, data_false: float, data_sd: float, stated: float | None, due: float, did: int) -> bool:
    """Whether the register can be right about a device: its false alarms, and how much it notices."""
    if stated is not None:
        # More false alarms than reports that nobody bears out.
        if stated > _CANNOT_BE * (lone + 1.0) and stated > lone + 3.0 * np.sqrt(lone + 1.0):
            return False
        away = abs(data_false - stated)
        if away > 2.0 * np.hypot(data_sd, np.sqrt(stated + 1.0)) and not _near(data_false, stated):
            return False
    did_fairly = did / _OVER
    return not (due >= 10.0 and abs(did_fairly - due) > 3.0 * np.sqrt(due) and not _near(did_fairly, due))


def _near(one: float, other: float) -> bool:
    return (one + 1.0) < _CANNOT_BE * (other + 1.0) and (other + 1.0) < _CANNOT_BE * (one + 1.0)


def _pair_books(evidence: Evidence) -> tuple[PairBook, ...]:
    """One book a kind of agreement, from all events in which voices agree so. `borne_out`: where others spoke besides.

    How many agreements that answer to an event others have missed is estimated from how often people's words and other
    devices speak of the same ones: captured by each, and by both. What stands alone beyond that answers to nothing.
    Loud events are noticed by all, so the estimate is low: it is raised by _HETEROGENEITY, and as unsure as that.
    Source: Chapman (1951), Univ. Calif. Publ. Stat. 1, 131, for the estimate and its variance.
    """
    voices = evidence.of_voices
    speaks = np.zeros((len(evidence.voices), len(MEANS)), dtype=np.bool_)
    speaks[voices.group_of, voices.means] = True
    books: list[PairBook] = []
    false_of: dict[str, tuple[float, int]] = {}
    # Two voices of one means before three, and three before four: a cause that reaches many reaches fewer too.
    for kind in sorted(evidence.kinds, key=lambda kind: (kind.endswith("four"), kind.endswith("three"), kind)):
        number = evidence.kinds.index(kind)
        pair = [MEANS.index(word) for word in kind.split(" / ") if word in MEANS]
        agreed, within = evidence.agreement == number, evidence.within == number
        own = agreed | (within if len(pair) < 2 else speaks[:, pair].all(axis=1) & (evidence.sources > 2))
        besides = own & (evidence.sources > (1 if len(pair) < 2 else 2))
        alone = own & ~besides
        others = speaks.copy()
        others[:, pair] = False
        told, sensed = own & others[:, _WORDS].any(axis=1), own & np.delete(others, _WORDS, axis=1).any(axis=1)
        events, stand = int(own.sum()), int(alone.sum())
        missed, missed_sd = _missed_by_both(
            int(told.sum()), int(sensed.sum()), int((told & sensed).sum()), stand, events
        )
        seldom = 1.0 - prior_agreement(kind)
        believed = np.array([seldom * _PAIR_WEIGHT + _SELDOM * events])
        of_fewer, fewer = false_of.get(kind.split(" / ")[0], (0.0, 0))
        if kind.endswith(tuple(_MORE)) and fewer:
            believed = np.maximum(believed, _REACHES_MORE * of_fewer / fewer * events)
        most, data = np.array([float(stand)]), np.array([stand - missed])
        false = (
            float(_likeliest(believed, most, data, np.array([missed_sd]), 1.0, 1.0)[0]) if stand else float(believed[0])
        )
        if len(pair) < 2:
            so_far = (0.0, 0) if kind.endswith(tuple(_MORE)) else (of_fewer, fewer)
            false_of[kind.split(" / ")[0]] = (so_far[0] + false, so_far[1] + events)
        share = 1.0 - (false + 0.05) / (stand + _ALONE_WEIGHT)
        share = float(np.clip(share, 0.02, 0.9995))
        chance = float(np.clip(1.0 - false / (events + _ALONE_WEIGHT), 0.02, 0.9999))
        books.append(
            PairBook(
                kind=kind,
                events=events,
                borne_out=int(besides.sum()),
                answers=chance,
                answers_sd=float(np.sqrt(chance * (1.0 - chance) / (events + _PAIR_WEIGHT + 1.0))),
                alone_answers=share,
                alone_logit=_balance_pairs(evidence, alone, share),
            )
        )
    return tuple(sorted(books, key=lambda book: book.kind))


def _missed_by_both(told: int, sensed: int, both: int, stand: int, events: int) -> tuple[float, float]:
    """How many true agreements of a kind neither people nor other devices spoke of, and one standard deviation."""
    whole = (told + 1.0) * (sensed + 1.0) / (both + 1.0) - 1.0
    variance = (told + 1.0) * (sensed + 1.0) * (told - both) * (sensed - both) / ((both + 1.0) ** 2 * (both + 2.0))
    missed = max(whole - (told + sensed - both), 0.0)
    spread = _HETEROGENEITY_SD * missed
    # Of few that both spoke of next to nothing is known.
    unknown = 1.2 * stand / np.sqrt(1.0 + both)
    # Some events are of a kind or at a place where nobody else could notice.
    unlike = _UNLIKE_EVENTS * events
    variance = _HETEROGENEITY**2 * variance + spread**2 + unknown**2 + unlike**2 + 1.0
    return _HETEROGENEITY * missed, float(np.sqrt(variance))


_UNLIKE_EVENTS: Final = 0.07
_HETEROGENEITY, _HETEROGENEITY_SD = 1.9, 0.6
"""By how much the number that neither noticed is larger than the estimate, where some events are louder than others;
from simulated days on which every agreement answers to an event (tuning seeds)."""
_MORE: Final = ("three", "four")
_REACHES_MORE: Final = 0.2
"""The share of causes that reach so many devices of a means which reach one more [A]."""
_SELDOM: Final = 0.0007
"""The share of agreements that answer to nothing, before anything is learnt from the record [A]."""


def _balance_pairs(evidence: Evidence, alone: Mask, share: float) -> float:
    """The log-odds with which these agreements have the mean chance `share`; by bisection."""
    by_chance, by_cause = evidence.by_chance[alone], evidence.by_cause[alone]
    if not len(by_cause):
        return float(logit_of(np.array(share)))
    low, high = -12.0, 12.0
    for _ in range(30):
        middle = (low + high) / 2
        mean = float(chance_of(-np.logaddexp(by_chance, by_cause - middle)).mean())
        low, high = (middle, high) if mean < share else (low, middle)
    usual = float(logit_of(np.array(share)))
    return float(np.clip((low + high) / 2, usual - 2.0, usual + 1.5))


def _told(evidence: Evidence) -> float:
    """The share of events that two sources of devices noticed of which people tell besides."""
    voices, size = evidence.of_voices, len(evidence.voices)
    people = np.isin(voices.means, _DEVICES, invert=True)
    pairs = np.unique(np.column_stack((voices.group_of, voices.source))[~people], axis=0)
    several = np.bincount(pairs[:, 0], minlength=size) >= 2
    told = np.bincount(voices.group_of, weights=people, minlength=size) > 0
    return float(told[several].sum() + 0.5) / float(several.sum() + 4.0)


_ALONE_WEIGHT: Final = 3.0
_WORDS: Final = tuple(MEANS.index(word) for word in ("public", "party", "event_list"))


def _days_stood(record: _Record, device: Ints, sensor: Ints) -> Floats:
    """Days in which each device stood, as far as the record reaches: within 3.5 days of some row, and within its hours
    of the register, outages left out; of one without hours, within 3.5 days of a row of its own."""
    f = record.reports.f
    start = np.sort(f["start"])
    covered = _spans(start)
    words = np.isin(record.reports.k["means"], _WORDS)
    every = np.where(words, devices_of(record.observations), record.reports.k["key"])
    result = np.empty(len(device))
    for number, code in enumerate(device.tolist()):
        register = record.setting.sensors[int(sensor[number])] if sensor[number] >= 0 else None
        if register is None or (register.up_from == ALWAYS and register.up_until == NEVER):
            spans = _spans(np.sort(f["start"][every == code]))
        else:
            spans = _within(covered, register)
        result[number] = max(float(np.sum(spans[:, 1] - spans[:, 0])) - _down(spans, register), DAY_S) / DAY_S
    return result


def _spans(times: Floats) -> Floats:
    """The time within 3.5 days of any of these moments, as spans in order, shape (n, 2)."""
    if not len(times):
        return np.zeros((0, 2))
    cut = np.flatnonzero(np.diff(times) > 2 * _STANDS_S)
    first, last = times[np.r_[0, cut + 1]], times[np.r_[cut, len(times) - 1]]
    return np.column_stack((first - _STANDS_S, last + _STANDS_S))


def _within(spans: Floats, sensor: Sensor) -> Floats:
    begin = -np.inf if sensor.up_from == ALWAYS else sensor.up_from.timestamp()
    end = np.inf if sensor.up_until == NEVER else sensor.up_until.timestamp()
    cut = np.clip(spans, begin, end)
    return cut[cut[:, 1] > cut[:, 0]]


def _down(spans: Floats, sensor: Sensor | None) -> float:
    """Seconds of outages within spans."""
    if sensor is None:
        return 0.0
    total = 0.0
    for begin, end in sensor.outages:
        low, high = np.maximum(spans[:, 0], begin.timestamp()), np.minimum(spans[:, 1], end.timestamp())
        total += float(np.maximum(high - low, 0.0).sum())
    return total
