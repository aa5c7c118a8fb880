"""How surely an event happened: who else would have had to notice it, and how many reports of a device answer to
nothing.

Two voices that have no error in common and agree in place and time seldom do so by chance; less seldom where both are
vague. A single voice is believed as far as its books allow: of a device's S reports that nobody bears out, F are
expected to answer to nothing (the register's `false_per_day`, or the share in means.toml), so one of them happened with
probability 1 - F / S. Within the books, so that they still balance, that share is moved by the devices which were up,
in range, and silent (`silence.py`), by what is known to have happened around (`company.py`), and by the seconds since
the device spoke before: it may be an echo. Works that had been announced for that place and time count beside the
books. Source: the books are empirical Bayes, Efron & Morris (1973), JASA 68.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from trucewatch.fusion.means_defaults import means_table
from trucewatch.fusion.measurements import Reports
from trucewatch.fusion.near_repeat import Company, company_of
from trucewatch.fusion.non_detection import weigh_silence
from trucewatch.fusion.notice_match import count_notices
from trucewatch.fusion.voices import WORDS, devices_of, first_of_voices
from trucewatch.geo.arrays import Floats, Ints, Mask, Rows
from trucewatch.model.observation import MEANS
from trucewatch.model.times import ALWAYS, NEVER
from trucewatch.model.zone import Notice, Sensor

TOGETHER_LOGIT: Final = (0.0, 0.0, 5.9, 6.3, 6.6)
"""Log-odds of 0 … 4 and more independent voices that agree; 0 and 1 are not used. This and the other weights below are
fitted to simulated days (tuning seeds)."""
SILENCE_TOGETHER: Final = (0.0, 0.0, 0.6, 0.35, 0.0)
"""How much of the log-evidence of silent devices counts: their silence is not independent (wind, hills)."""
SURE_LOGIT: Final = 2.8
"""Log-odds from which an event of several voices counts as company of others."""
LIVELY_TOGETHER, SETTLED_TOGETHER, ECHO_TOGETHER = 0.8, 0.13, 1.1  # log-odds a unit of each; the last against
VAGUE_TOGETHER: Final = 0.8
"""How much less sure voices are that agree on a place no better known than e times PLAIN_M: vague ones agree by
chance."""
PLAIN_M: Final = 400.0  # one sigma of the longer half-axis
LIVELY_ALONE, SETTLED_ALONE = 0.45, 0.5  # the same for a device that nobody bears out
LIVELY_PEOPLE, SETTLED_PEOPLE = 0.3, 0.15
"""The same for people, who speak of what they heard far off, and of what others told them."""
ECHO_ALONE: Final = 2.8  # against a lone voice that may be an echo
ECHO_S: Final = 10.0
"""A sound comes again from a hillside within so many seconds: three kilometres of a longer way."""
PIXELS_ALONE: Final = 3.0
"""For a lone overpass with several pixels side by side: glint and noise are mostly one pixel, a fire that spreads is
several."""
LATER_ALONE: Final = -2.0
"""For a lone row of a list: lists come after all others have spoken, so it mostly repeats, at a wrong place or time,
what others told of already, and is no event of its own."""
SATELLITE, LIST = MEANS.index("satellite"), MEANS.index("event_list")
PEOPLE: Final = tuple(MEANS.index(word) for word in ("patrol", "public", "party", "event_list"))
ANNOUNCED_LOGIT: Final = 3.0
"""Log-odds for a single voice whose place and time somebody had announced before: false alarms fall anywhere, announced
works do not. Chosen on simulated days (tuning seeds)."""
SHOUTS: Final = 60
"""Reports of one device in one hour, four fifths of them borne out by nobody, from which it is held to shout."""
SHOUTED: Final = 0.02  # what is left of it then
LEAST, MOST = 0.01, 0.995  # no event is held to be surer than that, either way
_VAGUE_M: Final = 10_000.0  # where several voices agree and there is no place at all


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the confidence of each event rests on, one value an event."""

    happened: Floats
    voices: Ints
    company: Company


def weigh_happening(
    observations: pa.Table,
    reports: Reports,
    order: Rows,
    bounds: Rows,
    places: Floats,
    sensors: Sequence[Sensor],
    *,
    notices: Sequence[Notice] = (),
    counted: int | None = None,
    itself: Ints | None = None,
) -> Evidence:
    """The probability that each event happened, shape (g,).

    observations: the rows of `reports`; order, bounds: the rows of event g; places: (g, 5) of locate_events; sensors:
    the register, which may be empty; notices: what was announced. counted: only so many of the events, the first, are
    in the books, and in the company of others; the rest are asked about, and `itself` says which of the first each of
    all is.
    """
    count = len(bounds) - 1
    counted = count if counted is None else counted
    # 1. Voices: each device, party or text once an event.
    group = np.repeat(np.arange(count), np.diff(bounds))
    first = first_of_voices(reports, order, group)
    rows, group_of = order[first], group[first]
    voices = np.bincount(group_of, minlength=count).astype(np.int64)
    # 2. Silence, then company of the events that several voices and little silence make sure of.
    sensor_names = observations["sensor"].to_numpy(zero_copy_only=False)
    silence = weigh_silence(reports, order, bounds, places, sensors, sensor_names)
    many = np.minimum(voices, 4)  # beyond four the log-odds of four
    logit_together = np.array(TOGETHER_LOGIT)[many] - np.array(SILENCE_TOGETHER)[many] * silence
    sure = (voices > 1) & (np.arange(count) < counted) & (logit_together > SURE_LOGIT)
    company = company_of(reports, order, bounds, places, sure, np.arange(count) if itself is None else itself)
    # 3. The books: how many of each desk's lone reports answer to something.
    echoes = _count_echoes(reports, rows, group_of, count)
    alone = voices[group_of] == 1
    # Whose books a voice is in: its device, or its source where people speak; never a negative number.
    desk = np.where(np.isin(reports.k["means"], WORDS), devices_of(observations), reports.k["key"])[rows]
    booked = group_of < counted
    shouted = _shouts(reports, rows, desk, alone, booked)
    share = _founded_alone(observations, reports, rows, desk, alone, booked & ~shouted, sensors)
    happened = np.zeros(count)
    single_rows = np.flatnonzero(alone)
    singles = group_of[single_rows]
    means = reports.k["means"][rows[single_rows]]
    people = np.isin(means, PEOPLE)
    # 4. What moves a lone voice within its books, in log-odds, against it counted positive.
    against = means_table().silence[means] * silence[singles]
    against -= np.where(people, LIVELY_PEOPLE, LIVELY_ALONE) * company.lively[singles]
    against -= np.where(people, SETTLED_PEOPLE, SETTLED_ALONE) * company.settled[singles]
    pixels = np.diff(bounds)[singles]
    against -= np.where((means == SATELLITE) & (pixels > 1), PIXELS_ALONE, 0.0)
    against += ECHO_ALONE * echoes[singles]
    # Raised by as much for all of one desk as makes its books balance again.
    logit = _balance(share[single_rows], against, desk[single_rows], booked[single_rows]) - against
    # 5. What counts beside the books: announced works, late rows of lists, devices that shout.
    expected = count_notices(reports, order, bounds, places, notices) > 0
    logit += np.where(expected[singles], ANNOUNCED_LOGIT, 0.0)
    logit += np.where(means == LIST, LATER_ALONE, 0.0)
    happened[singles] = np.where(shouted[single_rows], SHOUTED, _chance(logit))
    # 6. Several voices: how many agree decides, then what is around and how vague the place is.
    logit_together += LIVELY_TOGETHER * company.lively + SETTLED_TOGETHER * company.settled - ECHO_TOGETHER * echoes
    logit_together -= VAGUE_TOGETHER * np.log(np.maximum(np.nan_to_num(places[:, 2], nan=_VAGUE_M) / PLAIN_M, 1.0))
    happened[voices > 1] = _chance(logit_together[voices > 1])
    return Evidence(np.clip(happened, LEAST, MOST), voices, company)


def _count_echoes(reports: Reports, rows: Rows, group_of: Rows, count: int) -> Floats:
    """How many voices of each event may be echoes: their device has echoes and spoke at most ECHO_S before."""
    device, feed, end = reports.k["once"], reports.k["feed"], reports.f["end"]
    # By source too: one arrival that two sources deliver is no echo of itself.
    order = np.lexsort((end, feed, device))
    # A device that may repeat an event has the number −1.
    again = (np.diff(device[order]) == 0) & (device[order][1:] >= 0) & (np.diff(end[order]) <= ECHO_S)
    again &= np.diff(feed[order]) == 0
    may_be = np.zeros(len(order), dtype=np.bool_)
    may_be[order[1:]] = again
    may_be &= means_table().echoes[reports.k["means"]] > 0
    return np.asarray(np.bincount(group_of, weights=may_be[rows], minlength=count), dtype=np.float64)


def _chance(logit: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-logit)))


def _balance(share: Floats, against: Floats, label: Ints, booked: Mask) -> Floats:
    """Log-odds from which what speaks against each voice is taken, such that over what is booked under each label the
    chances have the mean that its books allow; by bisection. Under a label with nothing booked each voice is balanced
    by itself."""
    if not len(label):
        return np.zeros(0)
    _, at = np.unique(label, return_inverse=True)
    count = np.bincount(at, weights=booked)
    wanted = np.bincount(at, weights=share * booked)
    # Bounds at which all chances are nearly 0 and nearly 1, whatever speaks against.
    low, high = (
        np.full(len(count), -10.0 + min(float(against.min()), 0.0)),
        np.full(len(count), 10.0 + float(against.max())),
    )
    for _ in range(40):  # to 2⁻⁴⁰ of that: far below the third decimal, which is kept
        middle = (low + high) / 2
        total = np.bincount(at, weights=_chance(middle[at] - against) * booked)
        low, high = np.where(total < wanted, middle, low), np.where(total < wanted, high, middle)
    return np.where(count[at] > 0, ((low + high) / 2)[at], np.log(share / (1 - share)) + against)


def _founded_alone(
    observations: pa.Table,
    reports: Reports,
    rows: Rows,
    desk: Ints,
    alone: Mask,
    counts: Mask,
    sensors: Sequence[Sensor],
) -> Floats:
    """1 - F / S of each voice's desk, shape (voices,).

    counts: which voices are in the books. Hours of shouting stay out of them: they are judged by themselves (SHOUTED).
    """
    register = {sensor.id: sensor for sensor in sensors}
    names = observations["sensor"].to_numpy(zero_copy_only=False)[rows]
    founded = means_table().founded[reports.k["means"][rows]]
    start, end = reports.f["start"][rows], reports.f["end"][rows]
    if not len(rows):
        return np.zeros(0)
    since, until = start.min(), end.max()
    # Registered devices of one means keep one book, with negative numbers; everybody else has its own.
    book = np.where(np.isin(names, list(register)), -1 - reports.k["means"][rows], desk)
    _, first, at = np.unique(book, return_index=True, return_inverse=True)
    calm = np.bincount(at, weights=counts)
    lone = np.bincount(at, weights=counts & alone)
    false = (1 - founded[first]) * calm
    for number in np.flatnonzero(book[first] < 0).tolist():
        devices = [register[name] for name in set(names[at == number].tolist())]
        # What the register expects of them is added up; a device without a rate errs as its means does.
        false[number] = sum(
            _false_of(device, since, until, founded[first[number]], int(calm[number])) for device in devices
        )
    false += means_table().echoes[reports.k["means"][rows[first]]] * calm
    # Half a report to F and one to S, and never nearly 0 or 1: a short book settles little.
    return np.asarray(np.clip(1 - (false + 0.5) / (lone + 1.0), 0.03, 0.97)[at])


def _false_of(sensor: Sensor, since: float, until: float, founded: float, reports: int) -> float:
    """How many reports of a registered device answer to nothing while it was up within the time that the table
    spans."""
    if sensor.false_per_day is None:
        return float((1 - founded) * reports)
    begin = since if sensor.up_from == ALWAYS else max(since, sensor.up_from.timestamp())
    end = until if sensor.up_until == NEVER else min(until, sensor.up_until.timestamp())
    down = sum(max(min(end, b.timestamp()) - max(begin, a.timestamp()), 0.0) for a, b in sensor.outages)
    return sensor.false_per_day * max(end - begin - down, 0.0) / 86_400.0


def _shouts(reports: Reports, rows: Rows, desk: Ints, alone: Mask, booked: Mask) -> Mask:
    """Whether each voice was raised in an hour in which its device shouted."""
    if not len(rows):
        return np.zeros(0, dtype=np.bool_)
    hour = np.floor(reports.f["end"][rows] / 3600.0).astype(np.int64)  # hours of UTC, from the full hour
    _, at = np.unique(np.column_stack((desk, hour)), axis=0, return_inverse=True)
    at = at.reshape(-1)
    total, lone = np.bincount(at, weights=booked), np.bincount(at, weights=alone & booked)
    return np.asarray(((total >= SHOUTS) & (lone >= 0.8 * total))[at], dtype=np.bool_)  # four fifths of them
