"""How many other blasts lie about each event within the hour, far off: a thunderstorm claps widely, fire keeps to a
place.

A function of the events of the hour about each and of how many there usually are (`Surroundings`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from trucewatch.fusion.measurements import Reports
from trucewatch.fusion.near_repeat import cells_around
from trucewatch.fusion.near_repeat_kernels import WIDE_M
from trucewatch.geo.arrays import Floats, Ints, Mask, Rows
from trucewatch.geo.frame import straight_coordinates
from trucewatch.model.calibration import Calibration
from trucewatch.model.observation import KINDS

WITHIN_S: Final = 3_600.0
FAR_M, WITHIN_M = 3_000.0, 18_000.0
"""What lies nearer than the first may be the same bout of fire; what lies beyond the second another storm."""
CLAPS, CLUSTERS = 10.0, 2.0
"""Claps of a storm that are noticed besides one of them, on average and how evenly: a negative binomial number [A]."""
USUAL_DAYS: Final = 10.0
_BLAST: Final = KINDS.index("explosion")


def weigh_storms(
    reports: Reports,
    order: Rows,
    bounds: Rows,
    places: Floats,
    happened: Floats,
    calibrations: Sequence[Calibration],
    of_event: Ints,
    *,
    elsewhere: bool = False,
) -> tuple[Floats, Mask]:
    """ln of how much likelier the number of far blasts of the hour is in a storm than of anything else, shape (g,); 0
    where the event has no place, no known time, or is no blast; and which events count among the blasts about others.

    elsewhere: whether there are such blasts beside all these.
    Both numbers are negative binomial: a storm's with mean CLAPS, everything else's with the usual number of two hours.
    """
    count = len(bounds) - 1
    weight, counts = np.zeros(count), np.zeros(count, dtype=np.bool_)
    if not count:
        return weight, counts
    when = middles_of_events(reports, order, bounds)
    known = np.minimum.reduceat(reports.f["reach_s"][order], bounds[:-1]) <= WITHIN_S
    blast = np.logical_or.reduceat(reports.k["kind"][order] == _BLAST, bounds[:-1])
    wanted = np.flatnonzero(known & blast & np.isfinite(places[:, 0]))
    others = wanted[happened[wanted] >= 0.5]
    counts[others] = True
    if not len(others) and not elsewhere:
        return weight, counts
    far = _count_far(places, when, wanted, others, reports.k["group"][order[bounds[:-1]]] % 2)
    usual = _usual(places, wanted, reports.k["group"][order[bounds[:-1]]] % 2, calibrations, of_event)
    weight[wanted] = _log_negative_binomial(far, CLAPS + usual, CLUSTERS) - _log_negative_binomial(far, usual, 1.0)
    return weight, counts


def middles_of_events(reports: Reports, order: Rows, bounds: Rows) -> Floats:
    """The middle of the time that the rows of each event have in common, seconds since 1970, shape (g,)."""
    if len(bounds) < 2:
        return np.zeros(0)
    start = np.maximum.reduceat(reports.f["start"][order], bounds[:-1])
    end = np.minimum.reduceat(reports.f["end"][order], bounds[:-1])
    return np.asarray((start + end) / 2)


def _count_far(places: Floats, when: Floats, wanted: Rows, others: Rows, simulated: Ints) -> Floats:
    """How many of the others lie within the hour of each, farther than FAR_M and nearer than WITHIN_M."""
    from scipy.spatial import cKDTree

    if not len(others):
        return np.zeros(len(wanted))

    def at(rows: Rows, reach_m: float) -> Floats:
        xyz = straight_coordinates(places[rows, 0], places[rows, 1]) / reach_m
        # Simulated events are far from all real ones.
        return np.column_stack((xyz, when[rows] / WITHIN_S, 1e3 * simulated[rows]))

    counts = [
        cKDTree(at(others, reach)).query_ball_point(at(wanted, reach), 1.0, p=np.inf, return_length=True)
        for reach in (WITHIN_M, FAR_M)
    ]
    return np.asarray(counts[0] - counts[1], dtype=np.float64)


def _usual(
    places: Floats, wanted: Rows, simulated: Ints, calibrations: Sequence[Calibration], of_event: Ints
) -> Floats:
    """How many sure events two hours hold in the nine cells of 12 km about each."""
    usual = np.full(len(wanted), 2.0 / 24.0 / USUAL_DAYS)
    for number, calibration in enumerate(calibrations):
        around = calibration.surroundings
        own = np.flatnonzero(of_event[wanted] == number)
        if around is None or not len(own):
            continue
        rows = wanted[own]
        found = cells_around(np.mod(places[rows, 0], 360.0), places[rows, 1], simulated[rows], around.wide, WIDE_M)
        days = np.where(simulated[rows] == 1, around.simulated_days, around.days)
        usual[own] = (found + 1.0) / np.maximum(days, 1.0) * 2.0 / 24.0
    return usual


def _log_negative_binomial(number: Floats, mean: Floats, clusters: float) -> Floats:
    """ln of the probability of a negative binomial number with this mean; the smaller `clusters`, the more uneven."""
    from scipy.special import gammaln

    chance = clusters / (clusters + mean)
    return np.asarray(
        gammaln(number + clusters)
        - gammaln(clusters)
        - gammaln(number + 1.0)
        + clusters * np.log(chance)
        + number * np.log1p(-chance)
    )
