"""Incidents ↔ true events, one to one within a stated gate, as many pairs as possible and of those the nearest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import pyarrow as pa
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from trucewatch.evaluate.score_columns import floats, seconds
from trucewatch.geo.arrays import Floats, Ints
from trucewatch.geo.frame import straight_coordinates

GATE_M: Final = 1_500.0
GATE_S: Final = 900.0
"""An incident may be an event if it lies within 1,500 m of it and at most 15 min pass between their two intervals."""

_MORE_THAN_ANY_COST: Final = 1e4


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """Pairs of rows, each shape (k,), with their distance in metres."""

    incident: Ints
    event: Ints
    distance_m: Floats


def match_incidents(
    incidents: pa.Table, truth: pa.Table, *, gate_m: float | Floats = GATE_M, gate_s: float = GATE_S
) -> Matching:
    """The best one-to-one matching of incidents with a place to true events.

    gate_m: one distance, or one for each true event (`gates_of`). The gap in time is between the incident's interval
    and the event's; 0 where they meet. First as many pairs as possible, then the smallest sum of distance / gate + gap
    / gate.
    """
    lon, lat = floats(incidents, "lon"), floats(incidents, "lat")
    placed = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    gates = np.broadcast_to(np.asarray(gate_m, dtype=np.float64), (truth.num_rows,))
    none = Matching(incident=np.zeros(0, np.int64), event=np.zeros(0, np.int64), distance_m=np.zeros(0))
    if not len(placed) or not truth.num_rows:
        return none
    here = straight_coordinates(lon[placed], lat[placed])
    there = straight_coordinates(floats(truth, "lon"), floats(truth, "lat"))
    near = cKDTree(here).query_ball_point(there, gates)
    sizes = np.fromiter((len(rows) for rows in near), dtype=np.int64, count=len(near))
    event = np.repeat(np.arange(len(near)), sizes)
    if not len(event):
        return none
    incident = np.concatenate([np.asarray(sorted(rows), dtype=np.int64) for rows in near])
    distance = np.linalg.norm(here[incident] - there[event], axis=1)
    incident = placed[incident]
    gap = _gaps(incidents, truth, incident, event)
    within = (gap <= gate_s) & (distance <= gates[event])
    incident, event, distance, gap = incident[within], event[within], distance[within], gap[within]
    cost = distance / gates[event] + gap / gate_s
    chosen = _assign(incident, event, cost, incidents.num_rows, truth.num_rows)
    return Matching(incident=incident[chosen], event=event[chosen], distance_m=distance[chosen])


def _gaps(incidents: pa.Table, truth: pa.Table, incident: Ints, event: Ints) -> Floats:
    """Seconds between the two intervals of each pair; 0 where they meet."""
    start, end = seconds(incidents, "occurred_start")[incident], seconds(incidents, "occurred_end")[incident]
    true_start, true_end = seconds(truth, "occurred_start")[event], seconds(truth, "occurred_end")[event]
    return np.maximum(np.maximum(start - true_end, true_start - end), 0.0)


def _assign(incident: Ints, event: Ints, cost: Floats, incidents: int, events: int) -> Ints:
    """Which pairs are chosen: the assignment problem of every connected component by itself."""
    graph = coo_array((np.ones(len(incident)), (incident, incidents + event)), shape=(incidents + events,) * 2)
    part = connected_components(graph, directed=False)[1][incident]
    order = np.argsort(part, kind="stable")
    bounds = np.flatnonzero(np.r_[True, np.diff(part[order]) != 0, True]) if len(order) else np.zeros(1, dtype=np.int64)
    chosen: list[np.ndarray] = [np.zeros(0, dtype=np.int64)]
    for start, end in pairwise(bounds):
        pairs = order[start:end]
        if len(pairs) == 1:
            chosen.append(pairs)
            continue
        rows, row = np.unique(incident[pairs], return_inverse=True)
        columns, column = np.unique(event[pairs], return_inverse=True)
        matrix = np.zeros((len(rows), len(columns)))
        matrix[row, column] = cost[pairs] - _MORE_THAN_ANY_COST
        number = np.full(matrix.shape, -1, dtype=np.int64)
        number[row, column] = pairs
        matched = number[linear_sum_assignment(matrix)]
        chosen.append(matched[matched >= 0])
    return np.sort(np.concatenate(chosen))
