"""A table in the order of its keys, in which few rows at a time are exchanged: what stays is shared, not copied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

IN_ORDER: Final = ("occurred_start", "incident_id")
"""The order of a list."""
_PIECE: Final = 4_096
"""Neighbouring pieces of fewer rows together become one, so that a table has few however often rows are exchanged."""
_MANY: Final = 8
"""Where more than one row of so many is exchanged the table is sorted anew."""


@dataclass(frozen=True, slots=True)
class SortedRows:
    """Rows in ascending order of some columns, which hold times, whole numbers or text. keys: these as arrays."""

    table: pa.Table
    names: tuple[str, ...]
    keys: tuple[npt.NDArray[Any], ...]

    @classmethod
    def of(cls, table: pa.Table, names: Sequence[str]) -> SortedRows:
        """The rows of a table, brought into order."""
        ordered = table.sort_by([(name, "ascending") for name in names]).combine_chunks()
        return cls.in_order(ordered, names)

    @classmethod
    def in_order(cls, table: pa.Table, names: Sequence[str]) -> SortedRows:
        """The rows of a table that is in order."""
        return cls(table, tuple(names), tuple(key_array(table[name]) for name in names))

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def holding(self, name: str, values: Sequence[str]) -> Ints:
        """Where the rows stand of which a column holds one of these words."""
        if not len(values):
            return np.zeros(0, dtype=np.int64)
        holds = pc.is_in(self.table[name], value_set=pa.array(values, pa.string()))
        return np.asarray(pc.indices_nonzero(holds).to_numpy(), dtype=np.int64)

    def with_keys(self, words: pa.Array | pa.ChunkedArray) -> Ints:
        """Where the rows stand of which the first key is one of these words, in order; of one row a key."""
        wanted = np.unique(key_array(pa.chunked_array([words]) if isinstance(words, pa.Array) else words))
        mine = self.keys[0]
        if not len(mine) or not len(wanted):
            return np.zeros(0, dtype=np.int64)
        at = np.minimum(np.searchsorted(mine, wanted), len(mine) - 1)
        return np.asarray(at[mine[at] == wanted], dtype=np.int64)

    def exchanged(self, gone: Ints, fresh_rows: pa.Table) -> tuple[SortedRows, Mask]:
        """The table without the rows at some places and with others, and which rows of it are none of these; shape
        (n,). Of equal keys those that stay come first."""
        fresh = SortedRows.of(fresh_rows.cast(self.table.schema), self.names)
        stays = np.ones(len(self), dtype=np.bool_)
        stays[gone] = False
        if (len(gone) + len(fresh)) * _MANY > len(self):
            remaining = self.table.filter(pa.array(stays))
            marks = pa.array(np.r_[np.ones(remaining.num_rows, np.bool_), np.zeros(len(fresh), np.bool_)])
            whole = pa.concat_tables([remaining, fresh.table]).append_column("stays", marks)
            order = [*((name, "ascending") for name in self.names), ("stays", "descending")]
            whole = whole.sort_by(order)
            mask = whole["stays"].to_numpy()
            return SortedRows.in_order(whole.drop_columns(["stays"]).combine_chunks(), self.names), mask
        at = self._places_for(fresh)  # before which row of the table each new one comes
        gone = np.unique(gone)
        cuts = np.unique(np.r_[0, gone, gone + 1, at, len(self)])
        pieces: list[pa.Table] = []
        origin: list[tuple[bool, int, int]] = []
        begin_fresh = 0
        for begin, end in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
            upto = int(np.searchsorted(at, begin, side="right"))
            if upto > begin_fresh:
                origin.append((False, begin_fresh, upto))
                begin_fresh = upto
            if stays[begin]:
                origin.append((True, begin, end))
        if begin_fresh < len(fresh):
            origin.append((False, begin_fresh, len(fresh)))
        pieces = [(self.table if old else fresh.table).slice(begin, end - begin) for old, begin, end in origin]
        keys = tuple(
            np.concatenate([(mine if old else its)[begin:end] for old, begin, end in origin] or [mine[:0]])
            for mine, its in zip(self.keys, fresh.keys, strict=True)
        )
        mask = np.concatenate([np.full(end - begin, old) for old, begin, end in origin] or [stays[:0]])
        return SortedRows(few_pieces(pieces, self.table.schema), self.names, keys), mask

    def _places_for(self, fresh: SortedRows) -> Ints:
        low, high = np.zeros((2, len(fresh)), dtype=np.int64)
        high[:] = len(self)
        for mine, its in zip(self.keys, fresh.keys, strict=True):
            for row, (begin, end) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
                part = mine[begin:end]
                low[row] = begin + np.searchsorted(part, its[row], side="left")
                high[row] = begin + np.searchsorted(part, its[row], side="right")
        return high


def key_array(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    """A column as an array that sorts as it does: whole numbers, or text as UTF-8."""
    if pa.types.is_string(column.type):
        words = column.cast(pa.binary()).to_numpy(zero_copy_only=False)
        return np.array(words, dtype=np.bytes_) if len(words) else np.zeros(0, dtype="S1")
    numbers = column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column
    return np.asarray(numbers.to_numpy())


def few_pieces(pieces: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    """Tables one after the other, small neighbours put together."""
    parts = [part for piece in pieces for part in _chunks(piece) if part.num_rows]
    merged: list[pa.Table] = []
    run: list[pa.Table] = []
    count = 0
    for part in parts:
        if run and count + part.num_rows > _PIECE:
            merged.append(pa.concat_tables(run).combine_chunks() if len(run) > 1 else run[0])
            run, count = [], 0
        run.append(part)
        count += part.num_rows
    if run:
        merged.append(pa.concat_tables(run).combine_chunks() if len(run) > 1 else run[0])
    return pa.concat_tables([schema.empty_table(), *merged])


def _chunks(table: pa.Table) -> list[pa.Table]:
    """The pieces that a table made by `few_pieces` is of."""
    return [pa.Table.from_batches([batch], schema=table.schema) for batch in table.to_batches()]


def rows_at(table: pa.Table, places: Ints) -> pa.Table:
    """Some rows of a table, places ascending: taken piece by piece, so that no more than these are copied."""
    if len(places) == table.num_rows:
        return table
    pieces, begin = [], 0
    for batch in table.to_batches():
        end = begin + batch.num_rows
        first, last = np.searchsorted(places, (begin, end))
        if last > first:
            pieces.append(batch.take(pa.array(places[first:last] - begin)))
        begin = end
    return pa.Table.from_batches(pieces, schema=table.schema).combine_chunks()


def rows_equal(table: pa.Table, other: pa.Table) -> Mask:
    """Whether each row of two tables of one length says the same in all columns; nothing equals nothing."""
    equal = np.full(table.num_rows, fill_value=True)
    for name in table.column_names:
        equal &= _values_equal(table[name].combine_chunks(), other[name].combine_chunks())
    return equal


def _values_equal(here: pa.Array, there: pa.Array) -> Mask:
    absent = pc.is_null(here).to_numpy(zero_copy_only=False), pc.is_null(there).to_numpy(zero_copy_only=False)
    both_absent = np.logical_and(*absent)
    if pa.types.is_struct(here.type):
        fields = [_values_equal(*pair) for pair in zip(here.flatten(), there.flatten(), strict=True)]
        alike = np.logical_and.reduce([~np.logical_xor(*absent), *fields])
        return np.asarray(alike | both_absent, dtype=np.bool_)
    if not pa.types.is_list(here.type):
        same = pc.fill_null(pc.equal(here, there), False).to_numpy(zero_copy_only=False)
        return np.asarray(same | both_absent, dtype=np.bool_)
    # Lists: of one length, and none of their parts differs.
    sizes, others = (pc.fill_null(pc.list_value_length(lists), -1).to_numpy() for lists in (here, there))
    same = np.asarray((sizes == others) & ~np.logical_xor(*absent), dtype=np.bool_)
    rows = np.flatnonzero(same & (sizes > 0))
    parts, others_parts = (lists.take(pa.array(rows)).flatten() for lists in (here, there))
    differs = ~_values_equal(parts, others_parts)
    same[np.repeat(rows, sizes[rows])[differs]] = False
    return same
