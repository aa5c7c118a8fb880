"""The true error model of every report, as linear measurements of the event's place: what the best possible location
rests on.

Only who judges an engine reads this; nothing of it reaches a watch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

MEASUREMENT_SCHEMA: Final = pa.schema(
    [
        pa.field("observation_id", pa.string(), nullable=False),
        pa.field("event_id", pa.string(), nullable=False),
        pa.field("draw", pa.string(), nullable=False),
        pa.field("h_east", pa.float64(), nullable=False),
        pa.field("h_north", pa.float64(), nullable=False),
        pa.field("information", pa.float64(), nullable=False),
        pa.field("shared_1", pa.string(), nullable=False),
        pa.field("coefficient_1", pa.float64(), nullable=False),
        pa.field("shared_2", pa.string(), nullable=False),
        pa.field("coefficient_2", pa.float64(), nullable=False),
    ]
)
"""One scalar measurement z = h · place + coefficients · shared + own error, linear about the true place.

h: per metre east and north. information: the Fisher information of the own error about its location, 1 / unit²; for
Student's t scaled to its standard deviation it exceeds 1 / variance. shared: unknowns with a prior of mean 0 and
standard deviation 1 that other measurements may have in common (none: empty). Measurements of one `draw` repeat each
other and count once."""


def information_factor(dof: float, dimensions: int) -> float:
    """Fisher information of a location times the variance of one component: 1 if normal (dof 0), more for Student's t.

    Source: Lange, Little and Taylor (1989), Robust statistical modeling using the t distribution, JASA 84, 881–896: the
    information of a t location is (ν + p) / (ν + p + 2) per scale²; the variance is ν / (ν − 2) scales².
    """
    if dof <= 0:
        return 1.0
    return (dof + dimensions) / (dof + dimensions + 2.0) * dof / (dof - 2.0)


def measurements_of(
    columns: Mapping[str, npt.NDArray[Any]], ids: npt.NDArray[Any], event_ids: npt.NDArray[Any]
) -> list[Any]:
    """The columns of MEASUREMENT_SCHEMA for all reports of true events that are neither echoes nor gross errors."""
    sound = (columns["event"] >= 0) & ~columns["is_outlier"] & ~columns["is_echo"]
    form = columns["form"]
    place = np.flatnonzero(sound & (form == "place"))
    aimed = np.flatnonzero(sound & ((form == "bearing") | (form == "bearing_range")))
    ranged = np.flatnonzero(sound & (form == "bearing_range"))
    blocks = [_along(columns, place, first=True), _along(columns, place, first=False), _bearings(columns, aimed)]
    blocks.append(_ranges(columns, ranged))
    rows = np.concatenate([place, place, aimed, ranged])
    axis = np.repeat(
        np.array(["|1", "|2", "|b", "|r"], dtype=object), [len(place), len(place), len(aimed), len(ranged)]
    )
    draw = np.where(columns["draw"][rows] == "", ids[rows], columns["draw"][rows]) + axis
    joined = [np.concatenate(parts) for parts in zip(*blocks, strict=True)]
    texts = [ids[rows], event_ids[rows], draw]
    return [
        pa.array(values.tolist(), field.type)
        for field, values in zip(MEASUREMENT_SCHEMA, [*texts, *joined], strict=True)
    ]


_Block = tuple[npt.NDArray[Any], ...]
"""h_east, h_north, information, shared_1, coefficient_1, shared_2, coefficient_2."""


def _factors(columns: Mapping[str, npt.NDArray[Any]], rows: npt.NDArray[Any], dimensions: int) -> npt.NDArray[Any]:
    dof = columns["dof"][rows].astype(np.float64)
    return np.array([information_factor(freedom, dimensions) for freedom in dof], dtype=np.float64)


def _along(columns: Mapping[str, npt.NDArray[Any]], rows: npt.NDArray[Any], *, first: bool) -> _Block:
    """The place along one axis of its own ellipse."""
    theta = np.radians(columns["own_azimuth"][rows].astype(np.float64)) + (0.0 if first else np.pi / 2)
    east, north = np.sin(theta), np.cos(theta)
    own = columns["own_1" if first else "own_2"][rows].astype(np.float64)
    shared, size = columns["shared"][rows], columns["shared_place_m"][rows].astype(np.float64)
    name = [np.where(shared == "", "", shared + axis).astype(object) for axis in ("|east", "|north")]
    return east, north, _factors(columns, rows, 2) / own**2, name[0], size * east, name[1], size * north


def _bearings(columns: Mapping[str, npt.NDArray[Any]], rows: npt.NDArray[Any]) -> _Block:
    """Bearings; the wind of an hour turns them by its part across the path, a camera's mount by a fixed angle."""
    theta = np.radians(columns["true_bearing"][rows].astype(np.float64))
    distance, own = columns["true_range"][rows].astype(np.float64), columns["own_1"][rows].astype(np.float64)
    shared, size = columns["shared"][rows], columns["shared_bearing_rad"][rows].astype(np.float64)
    is_wind = np.array([name.startswith("air|") for name in shared], dtype=np.bool_)
    first = np.where(is_wind, shared + "|wind east", shared).astype(object)
    second = np.where(is_wind, shared + "|wind north", "").astype(object)
    return (
        np.cos(theta) / distance,
        -np.sin(theta) / distance,
        _factors(columns, rows, 1) / own**2,
        first,
        np.where(is_wind, np.cos(theta), 1.0) * size,
        second,
        np.where(is_wind, -np.sin(theta), 0.0) * size,
    )


def _ranges(columns: Mapping[str, npt.NDArray[Any]], rows: npt.NDArray[Any]) -> _Block:
    """Ranges; a wrong speed of sound stretches all of an hour."""
    theta = np.radians(columns["true_bearing"][rows].astype(np.float64))
    distance, own = columns["true_range"][rows].astype(np.float64), columns["own_2"][rows].astype(np.float64)
    share = columns["shared_range_share"][rows].astype(np.float64)
    name = np.where(share > 0, columns["shared"][rows] + "|speed", "").astype(object)
    none = np.full(len(rows), "", dtype=object)
    return (
        np.sin(theta),
        np.cos(theta),
        _factors(columns, rows, 1) / own**2,
        name,
        share * distance,
        none,
        np.zeros(len(rows)),
    )
