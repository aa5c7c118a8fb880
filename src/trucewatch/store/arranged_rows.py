"""Rows in the order of a tree, and where they are cut into chunks; names, where they are cut into nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.store.chunks import write_chunks

MOST: Final = 512
"""Rows in a chunk, and names in a node."""
NO_START: Final = -(2**63)

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Arranged:
    """Rows in the order of a tree: `order` gives the place that each had in the table; None if they stood so.

    group: ascending; no chunk holds rows of two. is_end: after which rows a chunk ends by their ids. has_twin: of which
    rows another has the same key.
    """

    table: pa.Table
    order: Ints | None
    start: Ints
    ids: tuple[pa.Array, ...]
    group: Ints
    is_end: Mask
    has_twin: Mask


def arrange(table: pa.Table, start: str, ids: Sequence[str]) -> Arranged:
    """The rows of a table in the order of its tree. start: the column of times that they stand by, null for none, "" if
    there is none; ids: the columns after that, the last one each row's own, no nulls."""
    count = table.num_rows
    columns = [whole(table[name]) for name in ids]
    starts = np.full(count, NO_START, dtype=np.int64)
    if start and count:
        times = whole(table[start])
        micros = times.cast(pa.timestamp("us", times.type.tz)).cast(pa.int64())
        starts = np.asarray(pc.fill_null(micros, NO_START).to_numpy(zero_copy_only=False), dtype=np.int64)
    order = np.arange(count) if (starts[1:] >= starts[:-1]).all() else np.argsort(starts, kind="stable")
    starts = starts[order]
    is_tied = _beside(starts[1:] == starts[:-1])
    has_twin = np.zeros(count, dtype=np.bool_)
    if is_tied.any():
        tied = order[is_tied]
        parts = [pa.array(starts[is_tied]), *(column.take(pa.array(tied)) for column in columns)]
        keys = pa.table(parts, [str(place) for place in range(len(parts))])
        within = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names]).to_numpy()
        order[is_tied] = tied[within]
        keys = keys.take(pa.array(within))
        same = [pc.equal(column.slice(1), column.slice(0, len(tied) - 1)) for column in keys.columns]
        is_same: Mask = np.logical_and.reduce([column.to_numpy() for column in same])
        has_twin[np.flatnonzero(is_tied)] = _beside(is_same)
        _order_twins(table, order, np.flatnonzero(is_tied)[1:][is_same])
    is_in_order = bool((order[1:] > order[:-1]).all())
    places = pa.array(order)
    columns = [column if is_in_order else column.take(places) for column in columns]
    return Arranged(
        table=table if is_in_order else table.take(places),
        order=None if is_in_order else order,
        start=starts,
        ids=tuple(columns),
        group=months(starts),
        is_end=_ends_by_id(columns[-1]),
        has_twin=has_twin,
    )


def arrange_numbers(numbers: Sequence[int]) -> Arranged:
    """Whole numbers from 0 on, each once, as a table: all that are alike but for their last eight bits in one chunk."""
    ordered = np.asarray(sorted(numbers), dtype=np.int64)
    nothing = np.zeros(len(ordered), dtype=np.bool_)
    table = pa.table({"number": pa.array(ordered)})
    return Arranged(table, None, ordered, (), ordered >> 8, nothing, nothing)


def arrange_names(names: Sequence[str]) -> Arranged:
    """Hashes in an order of their own, as a table."""
    column = pa.array(names, pa.string())
    nothing = np.zeros(len(names), dtype=np.int64)
    is_none = np.zeros(len(names), dtype=np.bool_)
    return Arranged(
        pa.table({"name": column}), None, nothing + NO_START, (column,), nothing, _ends_by_id(column), is_none
    )


def whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def months(starts: Ints) -> Ints:
    """The month of each start, UTC; of none NO_START."""
    months = np.full(len(starts), NO_START, dtype=np.int64)
    has_start = starts != NO_START
    months[has_start] = starts[has_start].astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    return months


def _beside(is_as_before: Mask) -> Mask:
    """Which of n rows are as the one before or after them; given of n − 1 whether they are as the one before."""
    return np.asarray(np.append(is_as_before, False) | np.append([False], is_as_before), dtype=np.bool_)


def _order_twins(table: pa.Table, order: Ints, seconds: Ints) -> None:
    """Rows with one key stand by all that they hold. seconds: the places of rows that have the key of the one
    before."""
    for run in np.split(seconds, np.flatnonzero(np.diff(seconds) > 1) + 1) if len(seconds) else ():
        places = slice(int(run[0]) - 1, int(run[-1]) + 1)
        rows = order[places].tolist()
        order[places] = sorted(rows, key=lambda row: write_chunks("", table.slice(row, 1), [1])[0])


def _ends_by_id(ids: pa.Array) -> Mask:
    if not len(ids):
        return np.zeros(0, dtype=np.bool_)
    _, offsets_buffer, data = ids.buffers()
    offsets = np.frombuffer(offsets_buffer, dtype=np.int32)[ids.offset : ids.offset + len(ids) + 1].astype(np.int64)
    letters = np.frombuffer(data or b"\0", dtype=np.uint8)
    last = letters[np.maximum(offsets[1:] - 1, 0)]
    return np.asarray((np.diff(offsets) > 0) & (_BITS[last] == 0), dtype=np.bool_)


_BITS: Final = np.arange(256, dtype=np.uint8) & 31
"""The five bits of a character of base32, in whatever order; 1/32 of what SHA-256 gives has each."""
_BITS[np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)] = np.arange(32)
ENDS: Final = frozenset("08")
"""The last character of the name that ends a node: its last three bits are nought."""
LEAST_ROWS: Final = 32
LEAST_NAMES: Final = 8


def cuts(is_end: Mask, is_last: Mask, least: int) -> Ints:
    """After which of a sequence each part ends: after the last of a group (`is_last`), and before that after MOST or
    where the sequence says so, once there are `least`."""
    ends = np.flatnonzero(is_end | is_last)
    cut, begin = list[int](), 0
    for end, closes in zip((ends + 1).tolist(), is_last[ends].tolist(), strict=True):
        while end - begin > MOST:
            begin += MOST
            cut.append(begin)
        if closes or end - begin >= least:
            cut.append(end)
            begin = end
    return np.asarray(cut, dtype=np.int64)
