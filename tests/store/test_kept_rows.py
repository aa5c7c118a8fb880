"""Rows in memory: the same as read anew, and read once."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.store.kept_rows import KeptRows, Tables

SCHEMA = pa.schema([("batch", pa.int64()), ("row", pa.int64())])


def tables_of(entry: int) -> Tables:
    """Two tables of a batch; some are empty."""
    sizes = random.Random(entry).choices((0, 1, 2, 50), k=2)
    return tuple(pa.table([[entry] * size, list(range(size))], schema=SCHEMA) for size in sizes)


def whole(pieces: list[Tables]) -> list[pa.Table]:
    return [pa.concat_tables([SCHEMA.empty_table(), *parts]).combine_chunks() for parts in zip(*pieces, strict=True)]


@given(st.lists(st.tuples(st.sets(st.integers(0, 60), min_size=1), st.booleans()), min_size=1, max_size=12))
def test_rows_in_memory_are_those_that_were_read(asked: list[tuple[set[int], bool]]) -> None:
    kept = KeptRows()
    for entries, keeps in asked:
        order = sorted(entries)
        pieces = kept.of(order, tables_of, keeps=keeps)
        assert whole(pieces) == whole([tables_of(entry) for entry in order])


def test_a_batch_is_read_once_and_rows_lie_in_few_pieces() -> None:
    kept, read = KeptRows(), Counter[int]()

    def reading(entry: int) -> Tables:
        read[entry] += 1
        return tables_of(entry)

    for last in range(1, 400):
        pieces = kept.of(list(range(last)), reading, keeps=True)
        sizes = [sum(table.num_rows for table in tables) for tables in pieces]
        assert all(larger >= 2 * smaller for larger, smaller in pairwise(sizes))
    assert set(read.values()) == {1}
    assert len(pieces) <= 16


def test_what_is_asked_for_once_only_is_not_held_in_place_of_the_rest() -> None:
    kept, read = KeptRows(), list[int]()

    def reading(entry: int) -> Tables:
        read.append(entry)
        return tables_of(entry)

    kept.of([1, 2, 3], reading, keeps=True)
    kept.of([2, 9], reading, keeps=False)
    kept.of([1, 2, 3], reading, keeps=True)
    assert read == [1, 2, 3, 9]
