"""Books of devices: how often their reports answer to nothing, by the register and by the data; what they notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from trucewatch.fusion.books import DAY_S
from trucewatch.fusion.existence import Evidence, Voices, chance_of, logit_of
from trucewatch.fusion.learn_corrections import clock_of
from trucewatch.fusion.likeliest import DEVICES, STEPS, WORDS, likeliest, told_share
from trucewatch.fusion.means_defaults import means_table
from trucewatch.fusion.measurements import Reports, is_of_blasts
from trucewatch.fusion.non_detection import expected_notices
from trucewatch.fusion.set_right import Clock
from trucewatch.fusion.setting import Groups, Setting
from trucewatch.fusion.voices import devices_of
from trucewatch.geo.arrays import Floats, Ints, Mask
from trucewatch.model.calibration import DeviceBook
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.model.times import ALWAYS, NEVER
from trucewatch.model.zone import Sensor

_STANDS_S: Final = 3.5 * DAY_S
"""A device is held to have stood so long before and after each row on record, where nothing else is known."""
_NOTICE_WEIGHT: Final = 12.0  # as many expected notices as the register counts for
_HOUR_MOST: Final = 3
"""Reports of one device in one hour beyond these count as so many: an hour of shouting is no measure of a year."""
_CROWDED: Final = 8
"""Reports of one device in one hour beyond which they are judged by that hour and not by its book."""
_OVER: Final = 1.15
"""Sure events are the loud ones: devices notice them so much more often than the register says of all."""
_BALANCE_WEIGHT: Final = 15.0
"""As many reports alone as the balance of a means counts for against that of one device."""
_STANDS_FOR: Final = 10.0
"""A report that others bear out stands for no more than so many that nobody would have."""
_UNLIKE: Final = 0.3
"""A chance that all others miss an event from which its like are not among those that were borne out."""
_OFF: Final = 0.5
"""By how much of itself the number of missed reports may be off: devices notice near events better than far ones."""
_FACTOR: Final = 0.3
"""One standard deviation of the logarithm by which the register may be off, of all devices of a means."""
_CANNOT_BE: Final = 2.0
"""A register that is off by this factor, and by more than two standard deviations, cannot be right."""
_INDEPENDENT: Final = 0.8
"""How much of the register's evidence counts, whose devices do not miss events independently."""


@dataclass(frozen=True, slots=True)
class LearntFrom:
    """What a calibration is learnt from."""

    observations: pa.Table
    reports: Reports
    groups: Groups
    places: Floats
    setting: Setting
    clocks: Mapping[int, Clock]


def device_books(record: LearntFrom, evidence: Evidence) -> tuple[DeviceBook, ...]:
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
    # A register that has more false alarms than there are reports alone says nothing.
    can_be = np.nan_to_num(stated, nan=np.inf) * stood <= _CANNOT_BE * (lone + 1.0)
    believed = np.where(can_be, np.nan_to_num(stated) * stood, unstated) + table.echoes[means] * total
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
    record: LearntFrom, evidence: Evidence, at: Ints, weight: Floats, single: Mask, crowded: Mask, count: int
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
    people = np.isin(voices.means, DEVICES, invert=True)
    by_people = told_share(evidence)
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


def _own_nats(record: LearntFrom, voices: Voices) -> Floats:
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
        result[own] = likeliest(believed[own] * factor, lone[own], data[own], data_sd[own])
    return result


def _common_factor(believed: Floats, lone: Floats, data: Floats, data_sd: Floats) -> float:
    """By how much the register is off for all devices of a means; one bad device is no reason."""
    factors = STEPS[(STEPS > 0.1) & (STEPS < 10.0)]
    false = np.minimum(factors[:, None] * np.maximum(believed, 0.05)[None, :], np.maximum(lone, 0.05)[None, :])
    away = (false - np.clip(data, 0.0, lone)[None, :]) / data_sd[None, :]
    # What the data of all devices are off by is much the same: together they count as two.
    misfit = (np.log(factors) / _FACTOR) ** 2 + 2.0 * np.log1p(away**2).mean(axis=1)
    return float(factors[misfit.argmin()])


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


def _days_stood(record: LearntFrom, device: Ints, sensor: Ints) -> Floats:
    """Days in which each device stood, as far as the record reaches: within 3.5 days of some row, and within its hours
    of the register, outages left out; of one without hours, from its first row to its last; of one that is not in the
    register, within 3.5 days of a row of its own."""
    f = record.reports.f
    start = np.sort(f["start"])
    covered = _spans(start)
    words = np.isin(record.reports.k["means"], WORDS)
    every = np.where(words, devices_of(record.observations), record.reports.k["key"])
    result = np.empty(len(device))
    for number, code in enumerate(device.tolist()):
        register = record.setting.sensors[int(sensor[number])] if sensor[number] >= 0 else None
        own = np.sort(f["start"][every == code])
        if register is None:
            spans = _spans(own)
        elif register.up_from == ALWAYS and register.up_until == NEVER:
            cut = np.clip(covered, own[0] - _STANDS_S, own[-1] + _STANDS_S)
            spans = cut[cut[:, 1] > cut[:, 0]]
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
