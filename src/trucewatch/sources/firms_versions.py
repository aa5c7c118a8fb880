"""FIRMS rows of two products → one id for one detection. A function of the set of rows, whatever their order."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.geo.degrees import EARTH_RADIUS_M
from trucewatch.sources.columns import UTC_MICROS

LINK_RADIUS_M: Final = {"VIIRS": 187.5, "MODIS": 500.0}
"""Half the nominal pixel: the standard product moves a pixel's centre by less than that."""
STANDARD_DELAY_US: Final = 60 * 86_400 * 1_000_000
"""The standard product replaces the near-real-time one after two to three months; two are counted."""
_APART_M: Final = 1e8


def link_versions(observations: pa.Table) -> pa.Table:
    """The same rows; a standard row that replaces a near-real-time one has that one's id and its own, later `known_at`.

    Linked are rows of one sensor and one minute, of different rank, each the other's nearest within half a nominal
    pixel; of two equally near ones the smaller id is taken. Rows of one rank are never linked. Chord lengths on a
    sphere: at these distances they differ from the ellipsoid's by less than a metre.
    """
    ranks = observations.column("product_rank").to_numpy()
    if observations.num_rows == 0 or ranks.min() == ranks.max():
        return observations
    return _delay_standard_rows(_link(observations, ranks))


def _delay_standard_rows(observations: pa.Table) -> pa.Table:
    """A standard row that replaces a near-real-time one became known when the standard product did, not with the
    first."""
    rank = observations.column("product_rank").to_numpy()
    ids = np.array(observations.column("observation_id").to_pylist(), dtype=object)
    twins = pc.is_in(pa.array(ids), value_set=pa.array(ids[rank == 0])).to_numpy(zero_copy_only=False)
    assumed = observations.column("known_at_assumed").to_numpy(zero_copy_only=False)
    position = observations.schema.get_field_index("known_at")
    known_us = observations.column("known_at").cast(pa.int64()).to_numpy()
    ended = observations.column("occurred_end").cast(pa.int64()).to_numpy()
    late = np.where(twins & (rank > 0) & assumed, np.maximum(known_us, ended + STANDARD_DELAY_US), known_us)
    return observations.set_column(position, observations.schema.field(position), pa.array(late).cast(UTC_MICROS))


def _link(observations: pa.Table, ranks: npt.NDArray[np.int8]) -> pa.Table:
    ids = observations.column("observation_id").to_pylist()
    early, late = (_detections(observations, ids, keep) for keep in (ranks == 0, ranks > 0))
    renamed = _mutually_nearest(early, late)
    if not renamed:
        return observations
    linked = [
        renamed.get(row_id, row_id) if rank > 0 else row_id for row_id, rank in zip(ids, ranks.tolist(), strict=True)
    ]
    position = observations.schema.get_field_index("observation_id")
    return observations.set_column(position, observations.schema.field(position), pa.array(linked, pa.string()))


class _Detections:
    """One entry an id: its sensor and minute, and its place in space."""

    def __init__(self, ids: list[str], groups: list[tuple[str, int]], points: npt.NDArray[np.float64]) -> None:
        self.ids = ids
        self.groups = groups
        self.points = points


def _detections(observations: pa.Table, ids: list[str], keep: npt.NDArray[np.bool_]) -> _Detections:
    rows = np.flatnonzero(keep)
    table = observations.take(pa.array(rows))
    minute = table.column("occurred_start").cast(pa.int64()).to_pylist()
    entries = zip(
        [ids[i] for i in rows.tolist()],
        table.column("sensor").to_pylist(),
        minute,
        table.column("lon").to_pylist(),
        table.column("lat").to_pylist(),
        strict=True,
    )
    # Overlapping downloads may hold one id with more or fewer decimals: the smallest entry stands for it.
    first: dict[str, tuple[str, int, float, float]] = {}
    for row_id, *rest in sorted(entry for entry in entries if entry[3] is not None):
        first.setdefault(row_id, (rest[0], rest[1], rest[2], rest[3]))
    lon, lat = (np.radians([entry[axis] for entry in first.values()]) for axis in (2, 3))
    points = EARTH_RADIUS_M * np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    return _Detections(list(first), [entry[:2] for entry in first.values()], points)


def _mutually_nearest(early: _Detections, late: _Detections) -> dict[str, str]:
    """Standard id → near-real-time id."""
    from scipy.spatial import cKDTree

    if not early.ids or not late.ids:
        return {}
    number = {group: index for index, group in enumerate(sorted({*early.groups, *late.groups}))}

    def placed(side: _Detections) -> Any:
        shift = np.array([number[group] for group in side.groups], dtype=np.float64) * _APART_M
        return np.column_stack([side.points, shift])

    near = cKDTree(placed(early)).query_ball_point(placed(late), max(LINK_RADIUS_M.values()) + 1.0)
    best_early: dict[int, tuple[float, str, int]] = {}
    best_late: dict[int, tuple[float, str, int]] = {}
    for after, candidates in enumerate(near):
        radius = LINK_RADIUS_M.get(late.groups[after][0].split("/")[0], 0.0)
        for before in candidates:
            if early.groups[before] != late.groups[after]:
                continue
            distance = float(np.sqrt(((early.points[before] - late.points[after]) ** 2).sum()))
            if distance <= radius:
                best_early[after] = min(best_early.get(after, (np.inf, "", -1)), (distance, early.ids[before], before))
                best_late[before] = min(best_late.get(before, (np.inf, "", -1)), (distance, late.ids[after], after))
    return {
        late.ids[after]: early.ids[before]
        for after, (_, _, before) in best_early.items()
        if best_late[before][2] == after and late.ids[after] != early.ids[before]
    }
