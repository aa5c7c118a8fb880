"""What else is known to have happened around an incident: how lively its neighbourhood is, and whose stray report it
may be.

Fire comes in bouts and keeps to its places: where several voices agreed that something happened, the next report of the
hour is likelier to be true (near-repeat). And a report that comes at the very time of such an event, though it lies off
it, may be a report of that event with a wrong place. Both are ratios to what is usual there, so that they mean the same
on quiet and on busy days. What is usual was learnt (`model.calibration.Surroundings`); what happens is of the hours
about the event. So nothing of years ago moves what is said today. Source: the ratio of triggered to background rate is
that of Ogata (1988), JASA 83, 9, here symmetric in time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from trucewatch.fusion.measurements import Reports, is_of_blasts
from trucewatch.fusion.near_repeat_kernels import NEAR_M, WIDE_M, cells_of, count_around, look_around
from trucewatch.geo.arrays import Floats, Ints, Mask, Rows
from trucewatch.model.calibration import Calibration, Surroundings

LEAST_DAYS: Final = 1.0
"""The usual rate is taken over no less than a day."""
UNKNOWN_DAYS: Final = 0.5
"""Where nothing was learnt one sure event in so many days is held to be usual within the nine cells of 12 km [A]."""


@dataclass(frozen=True, slots=True)
class Company:
    """One value an event, 0 where nobody can say or nothing else is known.

    lively: ln of 1 + the rate of sure events in its bout ÷ the usual rate there, less what that mostly is. settled: ln
    of how much denser sure events lie close by than in the neighbourhood, at any time. stray: ln of 1 + how densely
    sure events lie at its time, the less the further off, ÷ the usual rate there. stray_of: whose stray report it
    likeliest is, else -1.
    """

    lively: Floats
    settled: Floats
    stray: Floats
    stray_of: Ints


def company_of(
    reports: Reports,
    order: Rows,
    bounds: Rows,
    places: Floats,
    sure: Mask,
    itself: Ints,
    calibrations: Sequence[Calibration],
    of_event: Ints,
    *,
    elsewhere: bool = False,
) -> Company:
    """The company of each event, shape (g,). A function of the events of the hours about it and of what was learnt.

    order, bounds: the rows of event g are order[bounds[g] : bounds[g + 1]]; places: (g, 5) of locate_events; sure:
    which events count as company; itself: which event each is the same as, so that nothing is its own company;
    calibrations, of_event: what was learnt, and which of them each event has. elsewhere: whether there are sure events
    beside all these.
    """
    count = len(bounds) - 1
    company = Company(np.zeros(count), np.zeros(count), np.zeros(count), np.full(count, -1, dtype=np.int64))
    if not count:
        return company
    group = reports.k["group"][order[bounds[:-1]]]
    when, time_sd = times_of_events(reports, order, bounds)
    # Neither what has no place nor what burns has company, or is any.
    able = np.isfinite(places[:, 0]) & is_of_blasts(group)
    others = np.flatnonzero(sure & able)
    lon, lat, simulated = np.mod(places[:, 0], 360.0), places[:, 1], group % 2
    wide = _by_cell_and_time(lon[others], lat[others], simulated[others], when[others], WIDE_M)
    for number, calibration in enumerate(calibrations):
        events = np.flatnonzero(able & (of_event == number))
        around = calibration.surroundings
        if not len(events) or (around is None and not len(others) and not elsewhere):
            continue
        days = np.full(2, UNKNOWN_DAYS)
        if around is not None:
            days = np.maximum((around.days, around.simulated_days), LEAST_DAYS)
        learnt = sure & able & (when < calibration.until.timestamp())
        look_around(
            events,
            learnt.astype(np.float64),
            others[wide[0]],
            wide[1],
            *_cells(around.wide if around else {}),
            *_cells(around.near if around else {}),
            lon,
            lat,
            simulated,
            when,
            time_sd,
            places[:, 2],
            itself,
            days * 86_400.0,
            company.lively,
            company.settled,
            company.stray,
            company.stray_of,
        )
    return company


def surroundings_of(reports: Reports, order: Rows, bounds: Rows, places: Floats, sure: Mask) -> Surroundings:
    """How much happens: the sure events by cell, and over how many days each of real and simulated ones."""
    if not len(bounds) - 1:
        return Surroundings(days=UNKNOWN_DAYS, simulated_days=UNKNOWN_DAYS, wide={}, near={})
    group = reports.k["group"][order[bounds[:-1]]]
    when, _ = times_of_events(reports, order, bounds)
    others = np.flatnonzero(sure & np.isfinite(places[:, 0]) & is_of_blasts(group))
    lon, lat, simulated = np.mod(places[others, 0], 360.0), places[others, 1], group[others] % 2
    days = [_days(when[group % 2 == invented]) for invented in (0, 1)]
    cells = [np.unique(cells_of(lon, lat, simulated, side), return_counts=True) for side in (WIDE_M, NEAR_M)]
    wide, near = (dict(zip(codes.tolist(), numbers.tolist(), strict=True)) for codes, numbers in cells)
    return Surroundings(days=days[0], simulated_days=days[1], wide=wide, near=near)


def cells_around(lon: Floats, lat: Floats, simulated: Ints, counts: Mapping[int, int], side_m: float) -> Floats:
    """How many learnt events lie in the cell of each place and the eight around it; lon 0 … 360."""
    codes, before = _cells(counts)
    return np.asarray(count_around(codes, before, lon, lat, simulated, side_m))


def _days(when: Floats) -> float:
    """On how many days (UTC) something is on record; a row with a wrong year adds one."""
    return max(float(len(np.unique(np.floor(when / 86_400.0)))), LEAST_DAYS)


def _cells(counts: Mapping[int, int]) -> tuple[Ints, Floats]:
    """The cells in order, and how many sure events lie in those before each, with the total behind."""
    codes = np.array(sorted(counts), dtype=np.int64)
    return codes, np.r_[0.0, np.cumsum([float(counts[code]) for code in codes.tolist()])]


def times_of_events(reports: Reports, order: Rows, bounds: Rows) -> tuple[Floats, Floats]:
    """When each event was, seconds since 1970, by the member that knows it best, and the standard deviation of that;
    shape (g,) each."""
    unsure = reports.time_spread[order]
    group = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    middle = (reports.f["start"][order] + reports.f["end"][order]) / 2
    # Ties by the middle: the answer is a function of the set of rows.
    best = np.lexsort((middle, unsure, group))[bounds[:-1]]
    return middle[best], unsure[best]


def _by_cell_and_time(lon: Floats, lat: Floats, simulated: Ints, when: Floats, side_m: float) -> tuple[Rows, Ints]:
    """Order by cell, then by time, then by place; and the cells in that order."""
    cells = cells_of(lon, lat, simulated, side_m)
    order = np.lexsort((lat, lon, when, cells))
    return order, cells[order]
