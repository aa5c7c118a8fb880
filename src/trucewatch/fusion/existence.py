"""How surely an event happened: what else would explain its reports, and who was silent that should have noticed.

Reports agree because there was an event, because one cause that was none reached them all (a sound that two devices of
one hill hear), or by chance. So an event's voices are first put into *sources*: voices that can share a cause are one.
Of the first source it is asked how often its reports, or its agreements, answer to nothing (its book, which was learnt,
`learn.py`); of each further one how likely it would have been to report at that moment and place by chance, from its
false reports a second; and there is a rest, learnt too, for causes that reach devices of different kinds. Devices that
were up, in range and silent count against the event. A report that stands alone has its device's book, and that of the
hour: where a device speaks much more than its neighbours bear out, its reports of that hour weigh less, gradually.
Everything is a function of the observations about an event and of what was learnt.
Source: the ratio of hypotheses is that of NET-VISA, Arora, Russell & Sudderth (2013), Bull. Seism. Soc. Am. 103; the
books are empirical Bayes, Efron & Morris (1973), JASA 68.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from trucewatch.fusion.books import FAR_M, NEAR_M, PEOPLE, WORDS, Books, agreements, books_of, noticing, standing_for
from trucewatch.fusion.means_defaults import means_table
from trucewatch.fusion.measurements import Reports
from trucewatch.fusion.near_repeat import Company, company_of
from trucewatch.fusion.non_detection import Silence, weigh_silence
from trucewatch.fusion.notice_match import count_notices
from trucewatch.fusion.verification_level import bears_out
from trucewatch.fusion.voices import devices_of, first_of_voices
from trucewatch.geo.arrays import Floats, Ints, Mask, Rows
from trucewatch.geo.frame import straight_coordinates
from trucewatch.model.calibration import Calibration, Calibrations
from trucewatch.model.observation import MEANS
from trucewatch.model.zone import Notice, Sensor

SILENCE_TOGETHER: Final = (1.0, 1.0, 0.6, 0.5, 0.4)
"""How much of the log-evidence of silent devices counts against 0 … 4 and more voices that agree: their silence is not
independent (wind, hills). This and the other weights below are fitted to simulated days (tuning seeds)."""
SURE_LOGIT: Final = 2.8
"""Log-odds from which an event of several voices counts as company of others."""
LIVELY_TOGETHER, SETTLED_TOGETHER, ECHO_TOGETHER = 0.5, 0.1, 8.0  # log-odds a unit of each; the last against
LIVELY_ALONE, SETTLED_ALONE = 0.3, 0.55  # the same for a device that nobody bears out
LIVELY_PEOPLE, SETTLED_PEOPLE = 0.2, 0.4
"""The same for people, who speak of what they heard far off, and of what others told them."""
ECHO_ALONE: Final = 2.8  # against a lone voice that may be an echo
ECHO_S: Final = 10.0
"""A sound comes again from a hillside within so many seconds: three kilometres of a longer way."""
ECHO_RAD: Final = 0.14
"""An echo comes from a direction that differs by so much at least (8 degrees)."""
PIXELS_ALONE: Final = 3.0
"""For a lone overpass with several pixels side by side: glint and noise are mostly one pixel, a fire that spreads is
several."""
LATER_ALONE: Final = -2.0
"""For a lone row of a list: lists come after all others have spoken, so it mostly repeats, at a wrong place or time,
what others told of already, and is no event of its own."""
SATELLITE, LIST = MEANS.index("satellite"), MEANS.index("event_list")
ANNOUNCED_LOGIT: Final = 3.0
"""Log-odds for a single voice whose place and time somebody had announced before: false alarms fall anywhere, announced
works do not. Chosen on simulated days (tuning seeds)."""
ASTRAY: Final = 0.15
"""Reports of an hour that stand alone though they are of events that others bear out, to each that does not."""
HOUR_BOOK, HOUR_SHOUTS = 0.25, 1.2
"""Where it is asked whether a device shouts: how much the log-odds of its book count against that, and how much what
speaks on average against its reports of the hour counts for it."""
QUIET_HOUR: Final = 0.6
"""How much of the silence along a direction counts where the reports of one hour are judged together."""
HOUR_WEIGHT: Final = 10.0
"""As many reports as a device's book counts for against those of one hour of it."""
FURTHER: Final = 0.4
"""Log-odds for each voice beyond the second of one source: a cause that reaches three is rarer than one that reaches
two. FURTHER_SOURCE: for each source beyond the second."""
FURTHER_SOURCE: Final = 1.5
LEAST, MOST = 0.01, 0.995  # no event is held to be surer than that, either way
_GATE_SIGMAS: Final = 2 * 3.29
_GATE_AREA: Final = 13.8 * np.pi
_ROUNDS: Final = 12  # of an hour's book: beyond that nothing moves by a thousandth


@dataclass(frozen=True, slots=True)
class Voices:
    """One row a voice of an event: the device, party or text that speaks in it."""

    rows: Rows
    """A row of the table that is its."""
    group_of: Rows
    """Its event."""
    device: Ints
    means: Ints
    sensor: Ints
    """Its place in the register; -1 without one."""
    source: Ints
    """Voices of one event with the same number can share a cause."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the confidence of each event rests on, one value an event."""

    happened: Floats
    voices: Ints
    company: Company
    silence: Silence
    echoes: Floats
    announced: Mask
    sources: Ints
    """Among how many sources that share no cause the voices are."""
    agreement: Ints
    """Which of `kinds` its agreement is, -1 where one voice is alone."""
    kinds: tuple[str, ...]
    of_voices: Voices
    by_chance: Floats
    """ln of how much likelier it is that all report by chance than that there was an event, all else weighed."""
    by_cause: Floats
    """The same of one cause that was none, without how seldom an agreement answers to one (its book)."""
    within: Ints
    """Which of `kinds` voices of one source among them agree in, -1 where none do."""
    hour: Floats
    """Of each voice: by how much the hour moves the log-odds of a report that nobody bears out."""
    against: Floats
    """Of each voice that is alone: what speaks against it, in log-odds; 0 of the others."""
    sure: Mask
    """Whether it counts as company of others."""
    calibrations: tuple[Calibration, ...]
    of_event: Ints
    """Which of them each event has."""


def weigh_happening(
    observations: pa.Table,
    reports: Reports,
    order: Rows,
    bounds: Rows,
    places: Floats,
    sensors: Sequence[Sensor],
    *,
    notices: Sequence[Notice] = (),
    calibrations: Calibrations | None = None,
    counted: int | None = None,
    itself: Ints | None = None,
    elsewhere: bool = False,
) -> Evidence:
    """The probability that each event happened, shape (g,).

    observations: the rows of `reports`; order, bounds: the rows of event g; places: (g, 5) of locate_events; sensors:
    the register, which may be empty; notices: what was announced. counted: only so many of the events, the first, are
    in the books of the hour, and in the company of others; the rest are asked about, and `itself` says which of the
    first each of all is. elsewhere: whether sure events are on record beside these.
    """
    count = len(bounds) - 1
    counted = count if counted is None else counted
    # 1. Voices: each device, party or text once an event; their books, of the calibration of their month.
    voices = _voices_of(observations, reports, order, bounds, sensors)
    rows, group_of = voices.rows, voices.group_of
    many = np.bincount(group_of, minlength=count).astype(np.int64)
    start = np.maximum.reduceat(reports.f["start"][order], bounds[:-1]) if count else np.zeros(0)
    standing, of_event = standing_for(calibrations or Calibrations(), start)
    books = books_of(standing, of_event, reports, rows, group_of, voices.device, sensors, voices.sensor)
    # 2. Who was up, in range and silent.
    silence = _silence_of(observations, reports, order, bounds, places, sensors, books)
    echoes = _count_echoes(reports, rows, group_of, count)
    # 3. Voices that agree: what else would explain them.
    agreement, within, kinds = _agreements_of(voices, sensors, count)
    by_chance, by_cause, cause, sources = _explained(reports, voices, books, places, agreement, within, kinds, count)
    besides = np.array(SILENCE_TOGETHER)[np.minimum(many, 4)] * silence.silent
    # An echo that many devices hear alike is none: the penalty is shared among them.
    besides += ECHO_TOGETHER * echoes / np.maximum(many, 1) / np.maximum(many - 1, 1)
    together = -np.logaddexp(by_chance, by_cause + cause) - besides
    sure = (many > 1) & (np.arange(count) < counted) & (together > SURE_LOGIT)
    same = np.arange(count) if itself is None else itself
    company = company_of(reports, order, bounds, places, sure, same, standing, of_event, elsewhere=elsewhere)
    around = LIVELY_TOGETHER * company.lively + SETTLED_TOGETHER * company.settled
    together += around
    # 4. What speaks for and against a voice that is alone, in log-odds, against it counted positive.
    alone = many[group_of] == 1
    single_rows = np.flatnonzero(alone)
    singles, means = group_of[single_rows], voices.means[single_rows]
    people = np.isin(means, PEOPLE)
    # Who should have noticed can be said of a place; of a direction it says as much of where the devices look.
    quiet = means_table().silence[means] * silence.silent[singles]
    is_placed = np.isfinite(places[singles, 0])
    against = np.where(is_placed, quiet, 0.0)
    against -= np.where(people, LIVELY_PEOPLE, LIVELY_ALONE) * company.lively[singles]
    against -= np.where(people, SETTLED_PEOPLE, SETTLED_ALONE) * company.settled[singles]
    pixels = np.diff(bounds)[singles]
    against -= np.where((means == SATELLITE) & (pixels > 1), PIXELS_ALONE, 0.0)
    against += ECHO_ALONE * echoes[singles]
    announced = count_notices(reports, order, bounds, places, notices) > 0 if count else np.zeros(0, dtype=np.bool_)
    against -= np.where(announced[singles], ANNOUNCED_LOGIT, 0.0)
    against -= np.where(means == LIST, LATER_ALONE, 0.0)
    # 5. The book of the hour: how many of its device's reports others bear out, or would have had to.
    every, in_hour = np.zeros((2, len(rows)))
    every[single_rows], in_hour[single_rows] = against, np.where(is_placed, against, against + QUIET_HOUR * quiet)
    hour = _hours(reports, voices, books, in_hour, alone, group_of < counted, chance_of(together)[group_of])
    happened = chance_of(together)
    happened[singles] = chance_of((books.alone_logit + hour)[single_rows] - against)
    return Evidence(
        np.clip(happened, LEAST, MOST),
        many,
        company,
        silence,
        echoes,
        announced,
        sources,
        agreement,
        kinds,
        voices,
        by_chance + besides,
        by_cause + besides,
        within,
        hour,
        every,
        sure,
        books.calibrations,
        of_event,
    )


def chance_of(logit: Floats) -> Floats:
    """The probability of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logit, -50.0, 50.0))))


def logit_of(chance: Floats) -> Floats:
    """The log-odds of a probability."""
    return np.asarray(np.log(chance / (1.0 - chance)))


def _voices_of(
    observations: pa.Table, reports: Reports, order: Rows, bounds: Rows, sensors: Sequence[Sensor]
) -> Voices:
    # What burns is no voice for a blast.
    bears = bears_out(reports, order, bounds)
    group, order = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))[bears], order[bears]
    first = first_of_voices(reports, order, group)
    rows = order[first]
    means = reports.k["means"][rows]
    register = {sensor.id: number for number, sensor in enumerate(sensors)}
    names = observations["sensor"].to_numpy(zero_copy_only=False)[rows]
    sensor = np.array([register.get(name, -1) for name in names.tolist()], dtype=np.int64)
    # What can share a cause: devices of one means, of one group where the register names groups; people by their voice.
    groups = [each.group for each in sensors]
    numbers = {name: number for number, name in enumerate(sorted(set(groups)))}
    of_group = np.array([*(numbers[name] for name in groups), 0], dtype=np.int64)[sensor] if groups else 0 * sensor
    named = (
        np.array([*(bool(name) for name in groups), False], dtype=np.bool_)[sensor]
        if groups
        else np.zeros(len(sensor), dtype=np.bool_)
    )
    # A device of no group may share a cause with any other of its means: in its event no group counts for them.
    pairs, at = np.unique(np.column_stack((group[first], means)), axis=0, return_inverse=True)
    whole = np.bincount(at.reshape(-1), weights=~named, minlength=len(pairs)) == 0
    of_group = np.where(whole[at.reshape(-1)], of_group, 0)
    talks = np.isin(means, WORDS)
    # Lists copy each other and the press.
    source = np.where(talks & (means != LIST), reports.k["voice"][rows], -1 - means - len(MEANS) * of_group)
    # Whose book a voice is in: its device's, or its source's where people speak; never a negative number.
    book = np.where(
        talks, devices_of(observations.select(["source", "sensor"]).take(pa.array(rows))), reports.k["key"][rows]
    )
    return Voices(rows, group[first], book, means, sensor, source)


def _silence_of(
    observations: pa.Table,
    reports: Reports,
    order: Rows,
    bounds: Rows,
    places: Floats,
    sensors: Sequence[Sensor],
    books: Books,
) -> Silence:
    """The silence about each event, by the calibration that it has."""
    names = observations["sensor"].to_numpy(zero_copy_only=False)
    size = np.diff(bounds)
    silence = Silence(np.zeros(len(size)), np.zeros(len(size)))
    for number, calibration in enumerate(books.calibrations):
        some = np.flatnonzero(books.of_event == number)
        part = np.repeat(books.of_event == number, size)
        own = np.r_[0, np.cumsum(size[some])]
        found = weigh_silence(reports, order[part], own, places[some], sensors, names, noticing(calibration, sensors))
        silence.silent[some], silence.able[some] = found.silent, found.able
    return silence


def _agreements_of(voices: Voices, sensors: Sequence[Sensor], count: int) -> tuple[Ints, Ints, tuple[str, ...]]:
    """Of each event with several voices the kind of agreement that says most, and that of voices of one source among
    them (-1 where there is none): numbers in the kinds that come with them.

    Voices of several sources: `acoustic / camera`, the pair of means that is the first by name, devices before words.
    Of one source: `acoustic / near`, by how far its two farthest devices are apart.
    """
    group_of = voices.group_of
    numbers: dict[str, int] = {}
    agreement, inner = np.full((2, count), -1, dtype=np.int64)
    many = np.bincount(group_of, minlength=count)
    order = np.lexsort((voices.source, group_of))
    starts = np.searchsorted(group_of[order], np.arange(count + 1))
    eye: Any = straight_coordinates(
        np.array([sensor.lon for sensor in sensors] or [0.0]), np.array([sensor.lat for sensor in sensors] or [0.0])
    )
    for event in np.flatnonzero(many > 1).tolist():
        own = order[starts[event] : starts[event + 1]]
        source = voices.source[own]
        means = sorted({MEANS[number] for number in voices.means[own].tolist()})
        if source[0] != source[-1]:  # in order of sources
            devices = [word for word in means if word not in _TELLING_WORDS]
            chosen = (devices + [word for word in means if word in _TELLING_WORDS])[:2]
            word = " / ".join(chosen if len(chosen) > 1 else [chosen[0], chosen[0]])
            agreement[event] = numbers.setdefault(word, len(numbers))
        first, sizes = np.unique(source, return_index=True, return_counts=True)[1:]
        if sizes.max() > 1:
            largest = int(sizes.argmax())
            part = own[first[largest] : first[largest] + sizes[largest]]
            how = _MORE[min(len(part), 4)] if len(part) > 2 else _apart(eye, voices.sensor[part])
            word = f"{MEANS[int(voices.means[part[0]])]} / {how}"
            inner[event] = numbers.setdefault(word, len(numbers))
            if agreement[event] < 0:
                agreement[event] = inner[event]
    return agreement, inner, tuple(numbers)


_TELLING_WORDS: Final = frozenset(MEANS[number] for number in WORDS)


_MORE: Final = {3: "three", 4: "four"}


def _apart(eye: Floats, sensor: Ints) -> str:
    known = sensor[sensor >= 0]
    if len(known) < 2:
        return "middle"
    away = max(float(np.linalg.norm(eye[a] - eye[b])) for a in known.tolist() for b in known.tolist())
    return "near" if away < NEAR_M else "middle" if away < FAR_M else "far"


def _explained(
    reports: Reports,
    voices: Voices,
    books: Books,
    places: Floats,
    agreement: Ints,
    inner: Ints,
    kinds: Sequence[str],
    count: int,
) -> tuple[Floats, Floats, Floats, Ints]:
    """What else would explain several voices, as the ln of ratios to an event: that all report by chance; one cause,
    without how seldom their agreement answers to nothing, and that; and among how many sources the voices are."""
    rows, group_of = voices.rows, voices.group_of
    # 1. Sources of each event, with how many voices.
    pairs, inverse, size = np.unique(
        np.column_stack((group_of, voices.source)), axis=0, return_inverse=True, return_counts=True
    )
    inverse = inverse.reshape(-1)
    event = pairs[:, 0].astype(np.int64)
    sources = np.bincount(event, minlength=count).astype(np.int64)
    if not len(rows):
        return np.zeros(count), np.zeros(count), np.zeros(count), sources
    # 2. ln of the chance that a voice reports by chance what the others do: its reports of anything else in the gate of
    #    time and place, against its chance to notice an event.
    f = reports.f
    sd = np.sqrt(f["time_sd"][rows] ** 2 + 4.0)
    window = _GATE_SIGMAS * sd + (f["end"] - f["start"])[rows]
    share = _share_of_gate(reports, voices, places)
    by_chance = np.log(np.minimum(books.per_s * window * share / books.notices, 0.5))
    # 3. The same of a source: of its least likely voice; and of a source as the first: its book.
    within = np.full(len(pairs), np.inf)
    np.minimum.at(within, inverse, by_chance)
    alone = np.full(len(pairs), np.inf)
    np.minimum.at(alone, inverse, -logit_of(books.answers))
    rest = np.zeros(count)
    agreed = np.flatnonzero(agreement >= 0)
    if len(agreed):
        alone_logit, any_logit = agreements(books.calibrations, kinds)
        at = (books.of_event[agreed], agreement[agreed])
        rest[agreed] = -np.where(sources[agreed] > 2, np.maximum(alone_logit[at], any_logit[at]), alone_logit[at])
    # A source of several voices: by chance at once, or by one cause, which is the rest where nobody else speaks.
    several, one_source = size > 1, sources[event] == 1
    cause = np.full(count, -np.inf)
    agreed = np.flatnonzero(inner >= 0)
    if len(agreed):
        cause[agreed] = -agreements(books.calibrations, kinds)[0][books.of_event[agreed], inner[agreed]]
    largest = size == np.maximum.reduceat(size, np.searchsorted(event, np.arange(count)))[event] if count else several
    common = np.where(one_source | ~largest, -np.inf, cause[event])
    by_chance_at_once = np.where(several, alone + within, alone)
    first = np.where(several & ~one_source, np.logaddexp(by_chance_at_once, common), by_chance_at_once)
    within = np.where(several, within - FURTHER * (size - 1), within)
    # 4. Each source as the first, times chance for each further one: all these ways together; beside it the rest.
    total = np.bincount(event, weights=within, minlength=count)
    ways = np.exp(np.clip(first - within + total[event], -300.0, 300.0))
    best = np.log(np.maximum(np.bincount(event, weights=ways, minlength=count), 1e-300))
    more = np.bincount(group_of, minlength=count) - sources
    beyond = np.where(sources > 1, FURTHER_SOURCE * (sources - 2) + FURTHER * np.minimum(more, 3), 0.0)
    return best, -beyond, rest, sources


def _share_of_gate(reports: Reports, voices: Voices, places: Floats) -> Floats:
    """The share of a device's false reports that would fall into the gate: of its area, or of its directions."""
    f, k, rows = reports.f, reports.k, voices.rows
    own = np.sqrt(np.maximum(f["ee"][rows] * f["nn"][rows] - f["en"][rows] ** 2, 0.0))
    size = np.nan_to_num(places[voices.group_of, 2] * places[voices.group_of, 3], nan=1e8)
    reach = np.where(k["ray"][rows] == 1, f["ray_reach"][rows], 15_000.0)
    area = _GATE_AREA * (own + size) / (np.pi * np.maximum(reach, 5_000.0) ** 2)
    across = np.sqrt(f["ray_sd"][rows] ** 2 + size / np.maximum(reach / 2, 1_000.0) ** 2)
    turned = _GATE_SIGMAS * across / (2 * np.pi)
    share = np.where(k["ray"][rows] == 1, turned, np.where(k["ray"][rows] == 0, area, 1.0))
    return np.asarray(np.clip(share, 1e-4, 1.0))


def _count_echoes(reports: Reports, rows: Rows, group_of: Rows, count: int) -> Floats:
    """How many voices of each event may be echoes: their device has echoes and spoke at most ECHO_S before."""
    device, feed, end = reports.k["once"], reports.k["feed"], reports.f["end"]
    # By source too: one arrival that two sources deliver is no echo of itself.
    order = np.lexsort((end, feed, device))
    # A device that may repeat an event has the number −1.
    again = (np.diff(device[order]) == 0) & (device[order][1:] >= 0) & (np.diff(end[order]) <= ECHO_S)
    again &= np.diff(feed[order]) == 0
    again &= _from_elsewhere(reports, order[1:], order[:-1])
    may_be = np.zeros(len(order), dtype=np.bool_)
    may_be[order[1:]] = again
    may_be &= means_table().echoes[reports.k["means"]] > 0
    return np.asarray(np.bincount(group_of, weights=may_be[rows], minlength=count), dtype=np.float64)


def _from_elsewhere(reports: Reports, rows: Rows, before: Rows) -> Mask:
    """Whether each row comes from another direction or place than the one before it: an echo comes from the hillside,
    further rounds come from where the first came from."""
    f, k = reports.f, reports.k
    aimed = (f["ray_sd"][rows] > 0) & (f["ray_sd"][before] > 0)
    cosine = sum(f[f"ray_{axis}"][rows] * f[f"ray_{axis}"][before] for axis in "xyz")
    sd = np.sqrt(f["ray_sd"][rows] ** 2 + f["ray_sd"][before] ** 2)
    turned = np.arccos(np.clip(cosine, -1.0, 1.0)) > np.maximum(3.29 * sd, ECHO_RAD)
    gap = np.sqrt(sum((f[axis][rows] - f[axis][before]) ** 2 for axis in "xyz"))
    spread = np.sqrt(sum(f[name][rows] + f[name][before] for name in ("ee", "nn")))
    placed = (k["ray"][rows] == 0) & (k["ray"][before] == 0)
    return np.asarray(np.where(aimed, turned, np.where(placed, gap > 3.29 * spread, True)), dtype=np.bool_)


def _hours(
    reports: Reports, voices: Voices, books: Books, against: Floats, alone: Mask, counts: Mask, together: Floats
) -> Floats:
    """By how much the log-odds of each voice's book move in an hour (UTC) in which its device speaks much and others do
    not bear it out; shape (voices,).

    Either the device shouts, or there is much fire that the others cannot notice. If it shouts, its reports weigh less:
    by expectation and maximisation over those of the hour, what others bear out counts as sure as their event is, the
    others as what speaks against them allows, the book as HOUR_WEIGHT reports. If the others cannot notice, the false
    reports of an hour are few among so many. How many of the hour others bear out tells the two apart: as many as in
    any hour (geometric), or a share of all of which only the scale is unknown. Where nobody else could have noticed
    anything, nothing is learnt from their standing alone. counts: which voices are in the books.
    """
    book = books.alone_logit
    if not len(book):
        return book
    hour = np.floor(reports.f["end"][voices.rows] / 3600.0).astype(np.int64)
    _, first, at = np.unique(np.column_stack((voices.device, hour)), axis=0, return_index=True, return_inverse=True)
    at = at.reshape(-1)
    size = len(first)
    total = np.bincount(at, weights=counts, minlength=size)
    lone = np.bincount(at, weights=counts & alone, minlength=size)
    usual = chance_of(book)[first]  # of one device in one hour it is one
    # 1. If it shouts.
    chance = usual.copy()
    for _ in range(_ROUNDS):
        each = chance_of(logit_of(chance)[at] - against)
        answered = np.bincount(at, weights=np.where(alone, each, together) * counts, minlength=size)
        chance = np.clip((answered + HOUR_WEIGHT * usual) / (total + HOUR_WEIGHT), 0.002, usual)
    # 2. If the others cannot notice: what is false of an hour, echoes, and reports that went astray.
    borne_out = total - lone
    echoes = means_table().echoes[voices.means[first]]
    false = 3600.0 * books.false_per_s[first] + echoes * total + ASTRAY * borne_out
    fire = np.clip(1.0 - false / np.maximum(lone, 1.0), usual, 0.97)
    # 3. Which of the two.
    expected = 3600.0 * books.borne_out_per_s[first]
    shouts = np.log1p(expected) - borne_out * (np.log(expected) - np.log1p(expected))  # −ln of a geometric number
    some = np.log1p(borne_out) + np.log(np.log(2.0 + total))
    spoken_against = np.bincount(at, weights=against * (counts & alone), minlength=size) / np.maximum(lone, 1.0)
    unnoticed = chance_of(shouts - some + HOUR_BOOK * book[first] - HOUR_SHOUTS * spoken_against)
    unnoticed = np.where(borne_out > 0, unnoticed, 0.0)
    mixed = unnoticed * fire + (1.0 - unnoticed) * chance
    return np.asarray((logit_of(mixed) - logit_of(usual))[at])
