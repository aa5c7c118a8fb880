"""Rows of batches in memory, so that one batch more costs its own rows and not those of all before it.

A process that works a list out again and again reads each batch once. Rows lie in blocks, oldest first; a new batch is
a block of its own, and blocks of like size become one, so that there are few and a row is copied seldom: the merging of
O'Neil, Cheng, Gawlick and O'Neil (1996), Acta Informatica 33, 4 (log-structured merge trees).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import pyarrow as pa

Tables = tuple[pa.Table, ...]
"""The tables of one batch; every batch has as many, of the same schemas."""


@dataclass(frozen=True, slots=True)
class _Block:
    """The rows of some batches, in their order. bounds: of each table where the rows of each batch begin, and the
    end."""

    entries: tuple[int, ...]
    tables: Tables
    bounds: tuple[tuple[int, ...], ...]

    @property
    def rows(self) -> int:
        return sum(table.num_rows for table in self.tables)

    def batch(self, place: int) -> Tables:
        pairs = zip(self.tables, self.bounds, strict=True)
        return tuple(table.slice(begins[place], begins[place + 1] - begins[place]) for table, begins in pairs)


def _block_of(batches: Sequence[tuple[int, Tables]]) -> _Block:
    """Copies the rows of some batches, at least one, into one block."""
    columns = list(zip(*(tables for _, tables in batches), strict=True))
    return _Block(
        tuple(entry for entry, _ in batches),
        tuple(pa.concat_tables(parts).combine_chunks() for parts in columns),
        tuple(tuple(accumulate((part.num_rows for part in parts), initial=0)) for parts in columns),
    )


class KeptRows:
    """The rows of the batches that were asked for last."""

    def __init__(self) -> None:
        self._blocks: list[_Block] = []
        self._lock = threading.Lock()

    def of(self, entries: Sequence[int], read: Callable[[int], Tables], *, keeps: bool) -> list[Tables]:
        """The rows of these batches, at least one, in this order, in few pieces.

        entries: their numbers. read: reads a batch that is not in memory, by its number. keeps: whether these are held
        for the next who asks, in place of others.
        """
        with self._lock:
            blocks = _only(self._blocks, set(entries))
            have = {entry for block in blocks for entry in block.entries}
            new = [(entry, read(entry)) for entry in entries if entry not in have]
            blocks += [_block_of(new)] if new else []
            if [entry for block in blocks for entry in block.entries] != list(entries):
                batches = {entry: block.batch(n) for block in blocks for n, entry in enumerate(block.entries)}
                blocks = [_block_of([(entry, batches[entry]) for entry in entries])]
            if keeps:
                blocks = self._blocks = _merged(blocks)
            return [block.tables for block in blocks]


def _only(blocks: Sequence[_Block], wanted: set[int]) -> list[_Block]:
    """The blocks without the batches that nobody wants."""
    still = []
    for block in blocks:
        stands = [place for place, entry in enumerate(block.entries) if entry in wanted]
        if len(stands) == len(block.entries):
            still.append(block)
        elif stands:
            still.append(_block_of([(block.entries[place], block.batch(place)) for place in stands]))
    return still


def _merged(blocks: Sequence[_Block]) -> list[_Block]:
    """Few blocks: each at least twice as large as the one after it."""
    merged: list[_Block] = []
    for block in blocks:
        merged.append(block)
        while len(merged) > 1 and merged[-2].rows < 2 * merged[-1].rows:
            later, earlier = merged.pop(), merged.pop()
            merged.append(_joined(earlier, later))
    return merged


def _joined(earlier: _Block, later: _Block) -> _Block:
    bounds = tuple(
        (*begins, *(begins[-1] + begin for begin in more[1:]))
        for begins, more in zip(earlier.bounds, later.bounds, strict=True)
    )
    pairs = zip(earlier.tables, later.tables, strict=True)
    tables = tuple(pa.concat_tables(pair).combine_chunks() for pair in pairs)
    return _Block((*earlier.entries, *later.entries), tables, bounds)
