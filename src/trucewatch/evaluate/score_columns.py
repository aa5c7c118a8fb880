"""Arrow columns as numpy arrays, and places as straight coordinates: the same few steps for every judge."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from trucewatch.geo.arrays import Floats, Ints


def floats(table: pa.Table, name: str) -> Floats:
    """A column of numbers; null is NaN, and so is a column that is not there."""
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    return np.asarray(table[name].to_numpy(zero_copy_only=False), dtype=np.float64)


def seconds(table: pa.Table, name: str) -> Floats:
    """A column of moments as seconds since 1970."""
    micros = table[name].cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).to_numpy(zero_copy_only=False)
    return np.asarray(micros, dtype=np.float64) / 1e6


def words(table: pa.Table, name: str) -> npt.NDArray[np.object_]:
    """A column of texts."""
    return np.array(table[name].to_pylist(), dtype=object)


def members_of(incidents: pa.Table, ids: Any) -> tuple[Ints, Ints]:
    """Pairs (incident row, observation row), each shape (m,). Raises ValueError for a member that is no observation."""
    column = incidents["members"].combine_chunks()
    rows = np.repeat(np.arange(incidents.num_rows), np.asarray(column.value_lengths().to_numpy(zero_copy_only=False)))
    position = {observation: row for row, observation in enumerate(ids)}
    positions = [position.get(observation, -1) for observation in column.flatten().to_pylist()]
    members = np.array(positions, dtype=np.int64)
    if (members < 0).any():
        raise ValueError("an incident has a member that is no observation of these days; judge it with its own table")
    return rows.astype(np.int64), members
