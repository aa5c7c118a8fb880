"""How far a row reaches: which rows have to be looked at again when some come, go or change.

Reaches are those of the parts that work on rows, each stated here as a bound. What is remembered of a row is in whole
hours, which is never too near: an hour is marked, and rows of marked hours are looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from trucewatch.fusion.gate_kernels import SIGMAS
from trucewatch.fusion.heat_signs import CELL_M, NO_DAY, WITHIN_DAYS
from trucewatch.fusion.near_repeat_kernels import BOUT_S, VAGUE_S
from trucewatch.fusion.storm_signs import WITHIN_S
from trucewatch.geo.arrays import Floats, Ints, Ints32, Mask
from trucewatch.geo.degrees import METRES_PER_DEGREE
from trucewatch.model.sorted_rows import SortedRows, rows_at, rows_equal

COMPANY_H: Final = int(np.ceil(max(3.0 * BOUT_S, SIGMAS * np.hypot(VAGUE_S, 3.0)) / 3600.0))
"""Sure events further off in time are no company (`near_repeat`): 3 h of a bout, or 3.29 sigmas of an event whose time
is known to the hour."""
STRAY_H: Final = 5 * COMPANY_H
"""A stray goes to an event of its company, and that may itself be one of two voices that goes to another: what is given
to one event lies within twice the reach of company, so two of them within four times; and company moves each."""
ECHO_H: Final = 1
"""An echo comes within ten seconds (`existence.ECHO_S`): in the same hour or in the next."""
STORM_H: Final = int(np.ceil(WITHIN_S / 3600.0))
_HOURS: Final = 24 * 366 * 140
"""From 1970 on; what is before or after stands in the first or last hour."""


@dataclass(slots=True)
class RowFacts:
    """What is remembered of each row of a list, in the order of the ids; shape (n,) each.

    low, high: seconds within which a row is that may be joined with it; low above high: with none. end: the hour in
    which it ends. joined, settled, label: the first row of its event as it was joined, with strays given away, and
    with what was put together by hand. located: metres, of the event as joined. joined_when, when, clap: the hour of
    the event as joined, of the event, and of its middle. first, last: the hours between which every earlier state of
    the event is, as its reports came. day: of a satellite's pixel, days since 1970; lon, lat: where that is.
    other_days: on how many others its place burnt. figures: of the first row of an event, a hash of all that was judged
    of it; sure, claps: of the first row of an event, whether it counts as company of others, and for their storms.
    """

    low: Floats
    high: Floats
    end: Ints32
    joined: Ints
    settled: Ints
    label: Ints
    located: Floats
    joined_when: Ints32
    when: Ints32
    clap: Ints32
    first: Ints32
    last: Ints32
    day: Ints32
    lon: Floats
    lat: Floats
    other_days: Ints32
    figures: npt.NDArray[np.uint64]
    sure: Mask
    claps: Mask

    @classmethod
    def blank(cls, count: int) -> RowFacts:
        """Of rows of which nothing is known: joined with none, each an event."""
        whole, hours = np.arange(count, dtype=np.int64), np.zeros(count, dtype=np.int32)
        return cls(
            low=np.full(count, np.inf),
            high=np.full(count, -np.inf),
            end=hours.copy(),
            joined=whole.copy(),
            settled=whole.copy(),
            label=whole.copy(),
            located=np.full(count, np.inf),
            joined_when=hours.copy(),
            when=hours.copy(),
            clap=hours.copy(),
            first=hours.copy(),
            last=hours.copy(),
            day=np.full(count, NO_DAY),
            lon=np.zeros(count),
            lat=np.zeros(count),
            other_days=hours.copy(),
            figures=np.zeros(count, dtype=np.uint64),
            sure=np.zeros(count, dtype=np.bool_),
            claps=np.zeros(count, dtype=np.bool_),
        )

    def moved(self, moves: Moves) -> RowFacts:
        """The same of a table in which other rows stand; of new rows nothing is known."""
        result = RowFacts.blank(moves.count)
        for field in fields(self):
            moves.carry(getattr(self, field.name), getattr(result, field.name))
        for name in ("joined", "settled", "label"):
            places = getattr(result, name)
            places[moves.stays] = moves.places[getattr(self, name)[moves.stood]]
        return result


@dataclass(frozen=True, slots=True)
class Moves:
    """Where the rows of one table stand in another. places: of each row of before, -1 for one that is gone or says
    something else now; fresh: the rows of the new table that are none of these; gone: the rows of before that left."""

    places: Ints
    fresh: Ints
    gone: Ints
    count: int
    stays: Ints
    stood: Ints

    @classmethod
    def of(cls, count_before: int, gone: Ints, count: int, fresh: Ints) -> Moves:
        """Of two tables in the same order: which rows of the first are gone, and which of the second are new."""
        stood, stays = np.ones(count_before, dtype=np.bool_), np.ones(count, dtype=np.bool_)
        stood[gone], stays[fresh] = False, False
        places = np.full(count_before, -1, dtype=np.int64)
        at_before, at = np.flatnonzero(stood), np.flatnonzero(stays)
        places[at_before] = at
        return cls(places, np.flatnonzero(~stays), np.flatnonzero(~stood), count, at, at_before)

    def carry(self, values: npt.NDArray[Any], into: npt.NDArray[Any]) -> None:
        """Puts the values of rows of before where these stand now."""
        into[self.stays] = values[self.stood]


def moves_between(before: SortedRows, now: SortedRows) -> Moves:
    """Where the rows of one table stand in another that holds one row a key, in the order of these: those that say the
    same in all columns."""
    (names,), (others,) = now.keys, before.keys
    place = np.searchsorted(others, names)
    stands = np.flatnonzero(others[np.minimum(place, len(others) - 1)] == names) if len(others) else place[:0]
    same = rows_equal(rows_at(now.table, stands), rows_at(before.table, place[stands]))
    fresh, gone = np.ones(len(now), dtype=np.bool_), np.ones(len(before), dtype=np.bool_)
    fresh[stands[same]], gone[place[stands[same]]] = False, False
    return Moves.of(len(before), np.flatnonzero(gone), len(now), np.flatnonzero(fresh))


def hours_of(seconds: Floats) -> Ints32:
    """The hour of each moment, seconds since 1970."""
    return np.clip(np.floor(np.nan_to_num(seconds) / 3600.0), 0, _HOURS - 1).astype(np.int32)


class Hours:
    """A set of hours."""

    def __init__(self, *hours: npt.NDArray[Any], within: int = 0) -> None:
        """These hours, and those within so many of them."""
        self._marks = np.zeros(_HOURS, dtype=np.bool_)
        every = np.unique(np.concatenate([np.asarray(part, dtype=np.int64) for part in hours]))
        for shift in range(-within, within + 1):
            self._marks[np.clip(every + shift, 0, _HOURS - 1)] = True

    def add_spans(self, first: npt.NDArray[Any], last: npt.NDArray[Any], *, within: int) -> Hours:
        """And all from one hour to another, and those within so many of them; the same set."""
        changes = np.zeros(_HOURS + 1, dtype=np.int64)
        np.add.at(changes, np.clip(first.astype(np.int64) - within, 0, _HOURS - 1), 1)
        np.add.at(changes, np.clip(last.astype(np.int64) + within, 0, _HOURS - 1) + 1, -1)
        self._marks |= np.cumsum(changes[:-1]) > 0
        return self

    def hold(self, hours: npt.NDArray[Any]) -> Mask:
        """Which of these are in the set."""
        return np.asarray(self._marks[hours], dtype=np.bool_)

    def meet(self, first: npt.NDArray[Any], last: npt.NDArray[Any]) -> Mask:
        """From which of these hours to which others some are in the set."""
        before = np.r_[0, np.cumsum(self._marks)]
        return np.asarray(before[last.astype(np.int64) + 1] > before[first], dtype=np.bool_)


Intervals = list[tuple[float, float]]
"""Stretches of time, seconds since 1970, in order and apart."""
_MOST_INTERVALS: Final = 16


def intervals_of(low: Floats, high: Floats) -> Intervals:
    """The time that intervals cover together; the narrowest gaps are closed where there are many."""
    able = np.flatnonzero(low <= high)
    if not len(able):
        return []
    order = able[np.argsort(low[able], kind="stable")]
    begin, reached = low[order], np.maximum.accumulate(high[order])
    gaps = begin[1:] - reached[:-1]
    apart = np.flatnonzero(gaps > 0)
    if len(apart) >= _MOST_INTERVALS:
        widest = np.argsort(-gaps[apart], kind="stable")[: _MOST_INTERVALS - 1]
        apart = np.sort(apart[widest])
    begins, ends = np.r_[begin[0], begin[apart + 1]], np.r_[reached[apart], reached[-1]]
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


def meets(facts: RowFacts, intervals: Intervals) -> Mask:
    """Which rows may be joined with something at that time, shape (n,)."""
    result = np.zeros(len(facts.low), dtype=np.bool_)
    for begin, end in intervals:
        result |= (facts.low <= end) & (facts.high >= begin)
    return result


def lies_within(low: Floats, high: Floats, intervals: Intervals) -> bool:
    """Whether the time of each row that can be joined lies in one of the intervals whole."""
    able = np.flatnonzero(low <= high)
    begins, ends = (np.array(values) for values in zip(*intervals, strict=True)) if intervals else (np.zeros(0),) * 2
    at = np.searchsorted(begins, low[able], side="right") - 1
    return not len(able) or bool(np.all((at >= 0) & (high[able] <= ends[np.maximum(at, 0)])))


def of_events(label: Ints, rows: Mask | Ints) -> Mask:
    """Which rows are of an event that one of these rows is of, shape (n,)."""
    marks = np.zeros(len(label), dtype=np.bool_)
    marks[label[rows]] = True
    return marks[label]


_NEAR_DEG: Final = 3.0 * CELL_M / METRES_PER_DEGREE
"""Two cells apart at most, and one more."""


def near_pixels(facts: RowFacts, day: Ints32, lon: Floats, lat: Floats) -> Mask:
    """Which rows are pixels that may have burnt at the same place as some pixels, on days that are looked at, shape
    (n,)."""
    result = np.zeros(len(facts.day), dtype=np.bool_)
    for number, east, north in zip(day.tolist(), lon.tolist(), lat.tolist(), strict=True):
        near = (facts.day >= number - WITHIN_DAYS) & (facts.day <= number + WITHIN_DAYS)
        near &= np.abs(facts.lat - north) <= _NEAR_DEG
        wide = np.cos(np.radians(min(abs(north) + _NEAR_DEG, 90.0)))
        if wide > 0.02:  # near a pole all longitudes are near
            near &= np.abs(np.mod(facts.lon - east + 540.0, 360.0) - 180.0) <= 1.5 * _NEAR_DEG / wide
        result |= near
    return result
