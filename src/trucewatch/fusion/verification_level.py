"""How far an event has come from a claim to something that several means bear out, and how well its place and time are
known."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from trucewatch.fusion.measurements import Reports
from trucewatch.geo.arrays import Floats, Mask, Rows
from trucewatch.model.observation import MEANS

RUNGS: Final = ("claimed", "recorded", "assessed", "corroborated")
"""claimed: only parties or the public say so. recorded: a device, a patrol or a list has it. assessed: two independent
voices, and it happened with at least 0.8. corroborated: two different means, one of them no party and no rumour, and at
least 0.95."""
WITHIN_M: Final = 1000.0
WITHIN_S: Final = 900.0
_WORDS_ONLY = (MEANS.index("public"), MEANS.index("party"))


def where_and_when(reports: Reports, order: Rows, bounds: Rows, places: Floats) -> Floats:
    """The probability that the place is right to 1 km and the time to a quarter of an hour, shape (g,)."""
    count = len(bounds) - 1
    if not count:
        return np.zeros(0)
    # A round normal of the same area as the ellipse: within r of it with 1 − exp(−r² / 2 σ_a σ_b).
    spread = np.nan_to_num(places[:, 2] * places[:, 3], nan=np.inf)
    near = np.where(np.isfinite(spread), 1.0 - np.exp(-(WITHIN_M**2) / (2.0 * np.maximum(spread, 1.0))), 0.0)
    # Of the member that knows its time best.
    surest = np.minimum.reduceat(reports.time_spread[order], bounds[:-1])
    in_time = map(math.erf, (WITHIN_S / (math.sqrt(2.0) * surest)).tolist())
    return near * np.fromiter(in_time, np.float64, count)


def rungs_of(reports: Reports, order: Rows, bounds: Rows, happened: Floats, strays: Mask | None = None) -> list[str]:
    """The rung of each event. strays: rows that do not agree on the place; where others speak, they raise no rung."""
    count = len(bounds) - 1
    if not count:
        return []
    group = np.repeat(np.arange(count), np.diff(bounds))
    own = np.ones(len(order), dtype=np.bool_) if strays is None else ~strays[order]
    own |= (np.bincount(group, weights=own, minlength=count) == 0)[group]  # an event of strays alone keeps them all
    group, rows = group[own], order[own]
    voices = np.bincount(np.unique(np.column_stack((group, reports.k["voice"][rows])), axis=0)[:, 0], minlength=count)
    has = np.zeros((count, len(MEANS)), dtype=np.bool_)
    has[group, reports.k["means"][rows]] = True
    words_only = ~np.delete(has, _WORDS_ONLY, axis=1).any(axis=1)  # neither device, patrol nor list
    several = has.sum(axis=1) > 1
    rung = np.where(words_only, 0, 1)
    rung[(voices > 1) & (happened >= 0.8) & ~words_only] = 2
    rung[several & ~words_only & (voices > 1) & (happened >= 0.95)] = 3
    return [RUNGS[index] for index in rung]
