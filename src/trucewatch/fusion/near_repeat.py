"""What else is known to have happened around an incident: how lively its neighbourhood is, and whose stray report it
may be.

Fire comes in bouts and keeps to its places: where several voices agreed that something happened, the next report of the
hour is likelier to be true (near-repeat). And a report that comes at the very time of such an event, though it lies off
it, may be a report of that event with a wrong place. Both are ratios to what is usual there, so that they mean the same
on quiet and on busy days. Source: the ratio of triggered to background rate is that of Ogata (1988), JASA 83, 9, here
symmetric in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from trucewatch.fusion.measurements import Reports, is_of_blasts
from trucewatch.fusion.near_repeat_kernels import NEAR_M, WIDE_M, cells_of, look_around
from trucewatch.geo.arrays import Floats, Ints, Mask, Rows

LEAST_SPAN_S: Final = 86_400.0
"""The usual rate is taken over no less than a day."""


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


def company_of(reports: Reports, order: Rows, bounds: Rows, places: Floats, sure: Mask, itself: Ints) -> Company:
    """The company of each event, shape (g,). A function of the set of events.

    order, bounds: the rows of event g are order[bounds[g] : bounds[g + 1]]; places: (g, 5) of locate_events; sure:
    which events count as company; itself: which event each is the same as, so that nothing is its own company.
    """
    count = len(bounds) - 1
    company = Company(np.zeros(count), np.zeros(count), np.zeros(count), np.full(count, -1, dtype=np.int64))
    if not count or not sure.any():
        return company
    group = reports.k["group"][order[bounds[:-1]]]
    when, time_sd = _times(reports, order, bounds)
    # Neither what has no place nor what burns has company, or is any.
    able = np.isfinite(places[:, 0]) & is_of_blasts(group)
    others = np.flatnonzero(sure & able)
    events = np.flatnonzero(able)
    if not len(others):
        return company
    lon, lat, simulated = np.mod(places[:, 0], 360.0), places[:, 1], group % 2
    span = np.array([_span(when[others[simulated[others] == invented]]) for invented in (0, 1)])
    wide = _by_cell_and_time(lon[others], lat[others], simulated[others], when[others], WIDE_M)
    near = _by_cell_and_time(lon[others], lat[others], simulated[others], when[others], NEAR_M)
    spread = places[:, 2]
    look_around(
        events,
        (sure & able).astype(np.float64),
        others[wide[0]],
        wide[1],
        near[1],
        lon,
        lat,
        simulated,
        when,
        time_sd,
        spread,
        itself,
        span,
        company.lively,
        company.settled,
        company.stray,
        company.stray_of,
    )
    return company


def _span(when: Floats) -> float:
    """How long the record is, seconds. That of simulated events is theirs alone, and real ones have no part in it."""
    return max(float(np.ptp(when)), LEAST_SPAN_S) if len(when) else LEAST_SPAN_S


def _times(reports: Reports, order: Rows, bounds: Rows) -> tuple[Floats, Floats]:
    """When each event was by the member that knows it best, and the standard deviation of that."""
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
