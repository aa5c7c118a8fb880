"""Reports → the offset of each device's clock, from what others tell of the same events.

A device that is off tells of the same events as others, each time by the same number of seconds too early or too late.
So its reports are held against all reports of other devices within ten minutes whose places allow one event. That the
clock is off by o is then weighed against that it is right, report by report, by the ratio of likelihoods of two Poisson
processes: reports that have nothing to do with each other lie evenly in time, those of one event about o, or about 0.
The span of its reports is sought whose ratio is the largest, since clocks are set right some day. It has to be so large
that reports without anything in common would reach it once in a thousand devices (`_bar`); two other devices at least
have to bear it out; and the offset has to be known much better than it is large. The device for which most speaks is
set right first, and then all are asked again: so a good one is not blamed for a bad one. Two devices alone cannot say
which of them is off.
A wrong zone is sought in the same way at every quarter of an hour up to 14 hours, of all reports; it is proposed only.
Source: the ratio is that of point processes, Daley & Vere-Jones (2003), section 7; the bound is Lundberg's (1903) for
the largest rise of a random walk.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from trucewatch.fusion.clock_kernels import time_pairs
from trucewatch.fusion.measurements import Reports
from trucewatch.fusion.set_right import Clock
from trucewatch.geo.arrays import Floats, Ints, Mask, Rows
from trucewatch.model.observation import MEANS

WINDOW_S: Final = 600.0
"""Clocks are off by no more than that, or by a zone."""
QUARTER_S, MOST_ZONE_S = 900.0, 14 * 3600.0
_ZONE_WINDOW_S: Final = 90.0  # a clock in a wrong zone is off by so much besides
_ZONE_TIMES: Final = 2.0
"""So much more has to speak for a zone than for any other."""
_DEVICES: Final = tuple(MEANS.index(word) for word in ("seismic", "acoustic", "uav", "camera"))
"""What has a clock that can be off for days. Overpasses are known from orbits, and people look at any clock."""
_SHARP_S: Final = 20.0
"""Only reports that know their time so well are held against each other."""
_MOST_REPORTS: Final = 1000
"""Of a device's reports so many are learnt from, by the order of their ids, which is that of no time."""
_SHARE: Final = 0.7  # others tell of a device's event so often, at a moment that fits
_ONE_REPORT: Final = 4.0
"""No report says more than that, in nats, however many others heard the same."""
_ONE_HOUR: Final = 2 * _ONE_REPORT
"""No hour says more than that: where much happens at once, differences agree by chance."""
_STANDS_S: Final = 2 * 86_400.0
"""A clock that was off for so long until its last report is held to be off until further notice."""
_CHANCE: Final = 1e-3
_LEAST_PAIRS, _LEAST_DEVICES, _FROM_EACH = 6, 2, 2
_CANDIDATES: Final = 8
_ROUNDS: Final = 24


@dataclass(frozen=True, slots=True)
class _Pairs:
    """A report of a device (`row`, in order of time) and one of another device: how much later it is, seconds."""

    row: Rows
    other: Rows

    def of(self, which: Mask) -> _Pairs:
        return _Pairs(self.row[which], self.other[which])


def learn_clocks(reports: Reports) -> tuple[Clock, ...]:
    """What is learnt of each device's clock, in order of the devices; only those that are off or may be in a wrong
    zone. A function of the set of reports, which are as they were stated."""
    f, k = reports.f, reports.k
    sharp = np.isin(k["means"], _DEVICES) & (k["whole"] == 0) & (k["ray"] != 2) & (k["level"] >= 0)
    sharp &= reports.time_spread <= _SHARP_S
    rows = np.flatnonzero(sharp)
    if not len(rows):
        return ()
    start = f["start"]
    order = rows[np.lexsort((k["order"][rows], start[rows]))]
    # Of a device with real and simulated rows the clock of the real ones.
    simulated = k["group"] % 2
    device = k["key"]
    real = np.unique(device[order][simulated[order] == 0])
    own = order[(simulated[order] == 0) | ~np.isin(device[order], real)]
    names = np.unique(device[own])
    number = np.full(len(f), -1, dtype=np.int64)
    number[order] = np.where(np.isin(device[order], names), np.searchsorted(names, device[order]), -1)
    wanted = np.sort(np.concatenate([_some(k, own[number[own] == each]) for each in range(len(names))]))
    clock = _Clocks(reports, reports.time_spread, start, order, np.maximum(number, 0), len(names))
    near = clock.pairs(wanted, -WINDOW_S - 120.0, WINDOW_S + 120.0)
    matches = _off(clock, near)
    zones = _zones(clock, near, wanted, matches)
    result = []
    for each in range(len(names)):
        one = matches.get(each)
        if one is None and not zones.get(each):
            continue
        is_simulated = not bool(np.isin(names[each], real))
        base = one or Clock(device=0, simulated=False)
        result.append(
            replace(base, device=int(names[each]), simulated=is_simulated, proposed=float(zones.get(each, 0.0)))
        )
    return tuple(result)


def _some(k: Any, rows: Rows) -> Rows:
    if len(rows) <= _MOST_REPORTS:
        return rows
    return rows[np.argsort(k["order"][rows], kind="stable")[:_MOST_REPORTS]]


@dataclass(slots=True)
class _Clocks:
    """When reports begin, and whose clock each was timed by."""

    reports: Reports
    time_spread: Floats
    start: Floats
    """When each report begins: some devices tell how long a sound lasted, others its first moment alone."""
    order: Rows
    device: Ints
    """A number for each device, by row of the table."""
    count: int

    def pairs(self, wanted: Rows, low: float, high: float) -> _Pairs:
        room = 4 * len(wanted) + 1024
        while True:
            first, second = np.empty((2, room), dtype=np.int64)
            count = time_pairs(self.reports.f, self.reports.k, wanted, self.order, low, high, first, second)
            if count <= room:
                return _Pairs(first[:count], second[:count])
            room = count

    def late(self, pairs: _Pairs, off: Floats) -> Floats:
        """By how many seconds the first of each pair is later."""
        time = self.start - off
        return np.asarray(time[pairs.row] - time[pairs.other])

    def spread(self, pairs: _Pairs) -> Floats:
        """One sigma of that, by the stated errors; no clock is read better than to a second."""
        return np.asarray(np.sqrt(self.time_spread[pairs.row] ** 2 + self.time_spread[pairs.other] ** 2 + 1.0))

    def offsets(self, matches: dict[int, Clock]) -> Floats:
        """Seconds to be taken off each row."""
        off = np.zeros(len(self.start))
        for each, clock in matches.items():
            its = (self.device == each) & (self.start >= clock.begin)
            off[its & (self.start <= clock.end)] = clock.seconds
        return off


def _off(clock: _Clocks, near: _Pairs) -> dict[int, Clock]:
    """The clocks that are off, by number of the device: those for which most speaks first, then all anew."""
    matches: dict[int, Clock] = {}
    by_device = [near.of(clock.device[near.row] == each) for each in range(clock.count)]
    for _ in range(_ROUNDS):
        off = clock.offsets(matches)
        fits = [
            (score, each, fit)
            for each in range(clock.count)
            if each not in matches and (best := _best(clock, by_device[each], off)) is not None
            for score, fit in (best,)
        ]
        if not fits:
            break
        most = max(score for score, _, _ in fits)
        matches.update({each: fit for score, each, fit in fits if score >= 0.7 * most})
    # Each again, against the others as they are known now.
    for _ in range(2):
        again = {}
        for each in matches:
            best = _best(clock, by_device[each], clock.offsets({a: b for a, b in matches.items() if a != each}))
            if best is not None:
                again[each] = best[1]
        matches = again
    return matches


def _best(clock: _Clocks, pairs: _Pairs, off: Floats) -> tuple[float, Clock] | None:
    """The offset of a device for which most speaks, if it is known well, with how much does (nats)."""
    late = clock.late(pairs, off)
    within = np.abs(late) <= WINDOW_S
    pairs, late = pairs.of(within), late[within]
    if len(late) < _LEAST_PAIRS:
        return None
    spread = clock.spread(pairs)
    rows, row = np.unique(pairs.row, return_inverse=True)
    row = row.reshape(-1)
    start = clock.start[rows]
    hours, hour = np.unique(np.floor(clock.start[rows] / 3600.0), return_inverse=True)
    hour = hour.reshape(-1)
    # Reports of others, a second: as many as about this one, and no fewer than usual.
    even = np.maximum(np.bincount(row), max(len(late) / len(rows), 1.0))[row] / (2 * WINDOW_S)
    right = _log_rate(late, spread, even)

    def weigh(offset: float) -> tuple[float, int, int, Mask]:
        """What speaks for an offset in the span where most does, its first and last hour, and which pairs do."""
        ratio = np.bincount(row, weights=_log_rate(late - offset, spread, even) - right, minlength=len(rows))
        of_hour = np.bincount(hour, weights=np.clip(ratio, -_ONE_REPORT, _ONE_REPORT), minlength=len(hours))
        score, begin, end = _largest_rise(np.clip(of_hour, -_ONE_HOUR, _ONE_HOUR))
        within = (hour[row] >= begin) & (hour[row] <= end)
        return score, begin, end, within & (np.abs(late - offset) <= 3 * spread)

    best: tuple[float, float] | None = None
    for start_at in _candidates(late):
        offset = start_at
        for _ in range(3):
            own = weigh(offset)[3]
            offset = float(np.median(late[own])) if own.any() else np.nan
        score = weigh(offset)[0] if np.isfinite(offset) else 0.0
        if score > (best[0] if best else _bar(len(hours), 2 * WINDOW_S)):
            best = (score, offset)
    if best is None:
        return None
    offset = best[1]
    score, begin, end, own = weigh(offset)
    count = len(np.unique(row[own]))
    if count < _LEAST_PAIRS or not _borne_out(clock.device[pairs.other[own]]):
        return None
    scatter = max(1.4826 * float(np.median(np.abs(late[own] - offset))), float(np.median(spread[own])) / 2)
    # As many errors as reports of the device, which are in all of its pairs.
    sd = float(1.2533 * scatter / np.sqrt(count))
    if abs(offset) < 4 * sd or abs(offset) < 2 * scatter:
        return None
    span = start[(hour >= begin) & (hour <= end)]
    stands = end == len(hours) - 1 and (begin == 0 or np.ptp(span) >= _STANDS_S)
    return score, Clock(
        device=0,
        simulated=False,
        seconds=round(offset, 2),
        sd=round(sd, 2),
        pairs=int(own.sum()),
        begin=-np.inf if begin == 0 else float(np.floor(span.min())),
        end=np.inf if stands else float(np.ceil(span.max())),
    )


def _log_rate(late: Floats, spread: Floats, even: float | Floats) -> Floats:
    """ln of how densely reports of others lie so many seconds from a report of a clock that is right; a tenth of them
    has three times the stated error."""
    near = np.exp(-0.5 * (late / spread) ** 2) * 0.9 + np.exp(-0.5 * (late / (3 * spread)) ** 2) * (0.1 / 3)
    return np.asarray(np.log(even + _SHARE * near / (spread * np.sqrt(2 * np.pi))))


def _largest_rise(each: Floats) -> tuple[float, int, int]:
    """The largest sum of neighbours, and the first and last of them."""
    total = np.r_[0.0, np.cumsum(each)]
    lowest = np.minimum.accumulate(total)
    rise = total[1:] - lowest[:-1]
    end = int(np.argmax(rise))
    begin = int(np.flatnonzero(total[: end + 1] == lowest[end])[0])
    return float(rise[end]), begin, end


def _candidates(late: Floats) -> list[float]:
    """The differences in seconds that occur most, no two of them within 5 s."""
    counts = np.histogram(late, bins=np.arange(-WINDOW_S, WINDOW_S + 1.0))[0]
    smooth = np.convolve(counts, np.ones(5), mode="same")
    middle = np.arange(len(counts)) - WINDOW_S + 0.5
    smooth[np.abs(middle) < 2.0] = 0.0
    chosen: list[float] = []
    for _ in range(_CANDIDATES):
        at = int(np.argmax(smooth))
        if smooth[at] <= 1.0:
            break
        chosen.append(float(middle[at]))
        smooth[np.abs(middle - middle[at]) <= 5.0] = 0.0
    return chosen


def _bar(hours: int, seconds: float) -> float:
    """What has to speak for an offset: beyond it reports without anything in common get once in 1 / _CHANCE devices."""
    return float(np.log(hours * seconds / _CHANCE))


def _borne_out(devices: Ints) -> bool:
    """Whether two other devices bear an offset out, each more than once."""
    return int((np.unique(devices, return_counts=True)[1] >= _FROM_EACH).sum()) >= _LEAST_DEVICES


def _zones(clock: _Clocks, near: _Pairs, wanted: Rows, matches: dict[int, Clock]) -> dict[int, float]:
    """The wrong zone of a device, seconds, that its reports would fit much better than their own times."""
    off = clock.offsets(matches)
    scores: dict[int, list[tuple[float, float]]] = {}
    of_near = [near.of(clock.device[near.row] == each) for each in range(clock.count)]
    tests = 2 * MOST_ZONE_S / QUARTER_S * 2 * _ZONE_WINDOW_S
    for quarter in range(1, int(MOST_ZONE_S / QUARTER_S) + 1):
        for lag in (quarter * QUARTER_S, -quarter * QUARTER_S):
            far = clock.pairs(wanted, lag - _ZONE_WINDOW_S, lag + _ZONE_WINDOW_S)
            for each in np.unique(clock.device[far.row]).tolist():
                score = _score_of_zone(clock, far.of(clock.device[far.row] == each), of_near[each], lag, off)
                scores.setdefault(each, [(0.0, 0.0)]).append((score, lag))
    result = {}
    for each, its in scores.items():
        (second, _), (best, lag) = sorted(its)[-2:]
        # Fire at regular times fits many.
        if best > max(_bar(1, tests), _ZONE_TIMES * second):
            result[each] = lag
    return result


def _score_of_zone(clock: _Clocks, far: _Pairs, near: _Pairs, lag: float, off: Floats) -> float:
    """What speaks for a wrong zone rather than for the times as they are, nats; all reports count alike."""
    late = clock.late(far, off) - lag
    if len(late) < _LEAST_PAIRS:
        return 0.0
    counts = np.histogram(late, bins=np.arange(-_ZONE_WINDOW_S - 30.0, _ZONE_WINDOW_S + 31.0))[0]
    near_each = np.convolve(counts, np.ones(5), mode="same")
    if near_each.max() < max(_LEAST_PAIRS, near_each.mean() + 3.0 * np.sqrt(near_each.mean())):
        return 0.0
    offset = float(np.argmax(near_each)) - _ZONE_WINDOW_S - 29.5
    spread = clock.spread(far)
    own = np.abs(late - offset) <= 3 * spread
    if len(np.unique(far.row[own])) < _LEAST_PAIRS or not _borne_out(clock.device[far.other[own]]):
        return 0.0
    offset = float(np.median(late[own]))
    as_it_is = clock.late(near, off)
    rows = np.unique(np.r_[far.row, near.row])
    even = max(len(late) / (2 * _ZONE_WINDOW_S), 1e-2) / len(rows)
    at_zone = np.bincount(
        np.searchsorted(rows, far.row),
        weights=_log_rate(late - offset, spread, even) - np.log(even),
        minlength=len(rows),
    )
    at_zero = np.bincount(
        np.searchsorted(rows, near.row),
        weights=_log_rate(as_it_is, clock.spread(near), even) - np.log(even),
        minlength=len(rows),
    )
    most = _ONE_REPORT
    return float(np.sum(np.clip(at_zone, -most, most) - np.clip(at_zero, -most, most)))
