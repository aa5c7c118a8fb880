"""Which observations are one event: the cylinder rule. Within so many metres and hours of each other, in a chain."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from trucewatch.geo.frame import straight_coordinates

Rows = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]

BLAST_AND_FIRE: Final = (
    "explosion", "projectile", "burst", "shot", "muzzle_flash", "flare", "harm", "thermal_anomaly",
)  # fmt: skip
"""Kinds that one event may show at once, the most telling first. Every other kind is only joined with its own."""

_SHORT_S: Final = 3600.0


def associate_observations(observations: pa.Table, *, radius_m: float, gap_s: float) -> npt.NDArray[np.int64]:
    """A label for each row, shape (n,): rows with the same label are held to be one event.

    Two rows are joined if they are at most `radius_m` apart on the ground and the gap between their intervals is at most
    `gap_s`; joins chain. Never joined: simulated with real rows; kinds of different families; two rows of one event list
    (its rows are events already); a row without a place, or whose one-sigma ellipse is wider than `radius_m`, because
    nothing shows that it is the same event.
    Limits: chains can swallow a whole front on a dense day. The labels are numbers without meaning of their own.
    Source: the peers' definition in the project's performance notes (planar cylinder, connected components).
    """
    count = observations.num_rows
    lon = observations["lon"].to_numpy(zero_copy_only=False).astype(np.float64)
    lat = observations["lat"].to_numpy(zero_copy_only=False).astype(np.float64)
    spread = observations["semi_major_m"].to_numpy(zero_copy_only=False).astype(np.float64)
    start = _seconds(observations["occurred_start"])
    end = _seconds(observations["occurred_end"])
    group = _groups(observations)
    listed = _event_lists(observations)
    linkable = np.isfinite(lon) & np.isfinite(lat) & ~(spread > radius_m)
    pairs = [np.empty((0, 2), dtype=np.intp)]
    for family in np.unique(group[linkable]):
        rows = np.flatnonzero(linkable & (group == family))
        xyz = straight_coordinates(lon[rows], lat[rows])
        pairs.append(rows[_close_pairs(xyz, start[rows], end[rows], radius_m, gap_s)])
    joined = np.concatenate(pairs)
    first, second = joined[:, 0], joined[:, 1]
    same_list = (listed[first] >= 0) & (listed[first] == listed[second])
    first, second = first[~same_list], second[~same_list]
    graph = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _close_pairs(xyz: Floats, start: Floats, end: Floats, radius_m: float, gap_s: float) -> Rows:
    """Pairs of rows within the cylinder, shape (m, 2). Long intervals are searched apart, in space alone."""
    short = np.flatnonzero(end - start <= _SHORT_S)
    long = np.flatnonzero(end - start > _SHORT_S)
    found = [_pairs_of_short(xyz[short], (start[short] + end[short]) / 2, radius_m, gap_s + _SHORT_S, short)]
    if long.size:
        tree = cKDTree(xyz)
        near: Any = tree.query_ball_point(xyz[long], radius_m)
        sizes = np.fromiter((len(rows) for rows in near), dtype=np.intp, count=len(near))
        others = np.concatenate([np.asarray(rows, dtype=np.intp) for rows in near])
        found.append(np.column_stack((np.repeat(long, sizes), others)))
    pairs = np.concatenate(found)
    first, second = pairs[:, 0], pairs[:, 1]
    gap = np.maximum(start[first], start[second]) - np.minimum(end[first], end[second])
    away = np.linalg.norm(xyz[first] - xyz[second], axis=1)
    within: Rows = pairs[(first != second) & (gap <= gap_s) & (away <= radius_m)]
    return within


def _pairs_of_short(xyz: Floats, middle: Floats, radius_m: float, reach_s: float, rows: Rows) -> Rows:
    """Candidate pairs: a ball in (x, y, z, scaled time) that holds the cylinder; the caller cuts the corners off."""
    if rows.size < 2:
        return np.empty((0, 2), dtype=np.intp)
    scaled = np.column_stack((xyz, (middle - middle.min()) * (radius_m / reach_s)))
    pairs = cKDTree(scaled).query_pairs(radius_m * np.sqrt(2.0) * (1 + 1e-9), output_type="ndarray")
    return np.asarray(rows[pairs], dtype=np.intp).reshape(-1, 2)


def _seconds(column: pa.ChunkedArray) -> Floats:
    micros = column.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return np.asarray(micros, dtype=np.float64) / 1e6


def _groups(observations: pa.Table) -> npt.NDArray[np.int64]:
    """A number for each family of kinds, real and simulated apart."""
    kinds = observations["kind"].combine_chunks().dictionary_encode()
    words = kinds.dictionary.to_pylist()
    family_of = np.array(
        [0 if word in BLAST_AND_FIRE else 1 + index for index, word in enumerate(words)], dtype=np.int64
    )
    family = family_of[kinds.indices.to_numpy(zero_copy_only=False)] if words else np.zeros(0, dtype=np.int64)
    simulated = observations["simulated"].to_numpy(zero_copy_only=False).astype(np.int64)
    return np.asarray(family * 2 + simulated, dtype=np.int64)


def _event_lists(observations: pa.Table) -> npt.NDArray[np.int64]:
    """A number for the source of each row that comes from an event list; -1 for all others."""
    sources = observations["source"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    is_list = np.array(observations["means"].to_pylist(), dtype=object) == "event_list"
    return np.where(is_list, sources, -1).astype(np.int64)
