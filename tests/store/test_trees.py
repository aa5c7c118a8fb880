"""A table as a tree of chunks: it comes back bit for bit, the same rows give the same root whatever came before, and a
change of few rows writes few objects."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import Corrupt, StoreError
from trucewatch.model.ids import short_id
from trucewatch.store.arranged_rows import MOST, NO_START, Arranged, arrange
from trucewatch.store.chunks import read_chunks, unpack, write_chunks
from trucewatch.store.lists import TABLES
from trucewatch.store.objects import HashedFiles
from trucewatch.store.tree_writing import Stand, change_tree, keep_tree
from trucewatch.store.trees import (
    NO_TREE,
    Key,
    Tree,
    chunks_between,
    chunks_of,
    load_tree,
    read_node,
    up_to,
)

MONTH_US = 2_629_800_000_000
BEGIN_US = 1_800_000_000_000_000
SCHEMA = pa.schema([("id", pa.string()), ("at", pa.timestamp("us", tz="UTC")), ("word", pa.string())])


def values(kind: pa.DataType) -> st.SearchStrategy[Any]:
    """Whatever a column of a type may hold."""
    if pa.types.is_list(kind):
        inner = values(kind.value_type)
        return st.lists(inner if kind.value_field.nullable is False else inner | st.none(), max_size=3)
    if pa.types.is_struct(kind):
        fields = [kind.field(place) for place in range(kind.num_fields)]
        return st.fixed_dictionaries({each.name: nullable(each) for each in fields})
    if pa.types.is_string(kind):
        return st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
    if pa.types.is_floating(kind):
        return st.floats(width=64 if kind == pa.float64() else 32)
    if pa.types.is_boolean(kind):
        return st.booleans()
    if pa.types.is_timestamp(kind):
        times = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2199, 1, 1))  # noqa: DTZ001 - made UTC
        return times.map(lambda moment: moment.replace(tzinfo=UTC))
    if pa.types.is_date32(kind):
        return st.dates()
    assert kind == pa.int32()
    return st.integers(-(2**31), 2**31 - 1)


def nullable(field: pa.Field) -> st.SearchStrategy[Any]:
    return values(field.type) | st.none() if field.nullable else values(field.type)


def bits(value: Any) -> Any:
    """A value so that equal ones are equal bit for bit; NaN is one value."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else struct.pack("d", value)
    if isinstance(value, dict):
        return {name: bits(inner) for name, inner in value.items()}
    return [bits(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", sorted(TABLES))
@given(data=st.data())
@settings(max_examples=10, deadline=None)
def test_rows_come_back_bit_for_bit(name: str, data: st.DataObject) -> None:
    schema = TABLES[name]
    rows = data.draw(st.lists(st.fixed_dictionaries({field.name: nullable(field) for field in schema}), max_size=3))
    table = pa.Table.from_pylist([{}, *rows][1:], schema=schema)
    ends = sorted({*data.draw(st.lists(st.integers(1, len(rows)))), len(rows)}) if rows else []
    padded = pa.concat_tables([table.slice(0, 1), table]).slice(min(1, len(rows)))  # with an offset of its own
    chunks = write_chunks(name, padded, ends)
    assert chunks == write_chunks(name, table, ends)
    back = read_chunks((unpack(chunk, "x") for chunk in chunks), schema)
    assert sum(each.num_rows for each in back) == len(rows)
    for each in back:
        each.validate(full=True)
        assert each.schema.equals(schema)
    assert bits([row for each in back for row in each.to_pylist()]) == bits(table.to_pylist())


def test_numbers_of_32_bits_and_lists_and_structs_that_are_nothing_come_back() -> None:
    kind = pa.list_(pa.struct([("a", pa.float32()), ("b", pa.list_(pa.string()))]))
    schema = pa.schema([("x", kind), ("y", pa.float32()), ("z", pa.bool_())])
    rows = [
        {"x": None, "y": 0.1, "z": None},
        {"x": [None, {"a": None, "b": None}, {"a": 3.3, "b": ["", None, "ж\n\x00\u2028"]}], "y": None, "z": True},
        {"x": [], "y": -0.0, "z": False},
    ]
    table = pa.Table.from_pylist(rows, schema=schema)
    (back,) = read_chunks((unpack(chunk, "x") for chunk in write_chunks("t", table, [1, 3])), schema)
    assert back.equals(table)


def made(rows: dict[str, tuple[int | None, str]]) -> pa.Table:
    """A table of rows: id → start in microseconds, word."""
    at = pa.array([start for start, _ in rows.values()], pa.int64()).cast(SCHEMA.field("at").type)
    words = pa.array([word for _, word in rows.values()], pa.string())
    return pa.table([pa.array(list(rows), pa.string()), at, words], schema=SCHEMA)


def arranged(table: pa.Table) -> Arranged:
    return arrange(table, "at", ["id"])


def content(objects: HashedFiles, root: str) -> list[dict[str, Any]]:
    chunks = (unpack(objects.get(chunk.name), chunk.name) for chunk in chunks_of(objects, root))
    return [row for table in read_chunks(chunks, SCHEMA) for row in table.to_pylist()]


def same_as(before: pa.Table, now: pa.Table) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which rows stood before as they are."""
    held = {tuple(row.values()) for row in before.to_pylist()}
    return np.asarray([tuple(row.values()) in held for row in now.to_pylist()], dtype=np.bool_)


ROWS = st.dictionaries(
    st.integers(0, 400).map(lambda number: short_id("i", str(number))),
    st.tuples(st.none() | st.integers(0, 12).map(lambda step: BEGIN_US + step * MONTH_US // 4), st.sampled_from("ab")),
    max_size=300,
)


@given(stages=st.lists(ROWS, min_size=1, max_size=4), shuffled=st.randoms())
@settings(max_examples=20, deadline=None)
def test_grown_by_changes_is_made_at_once(stages: list[dict[str, tuple[int | None, str]]], shuffled: Any) -> None:
    with TemporaryDirectory() as folder:
        objects = HashedFiles(Path(folder) / "objects")
        tree, grown, table, held = NO_TREE, NO_TREE, made({}), dict[Key, dict[str, Any]]()
        for rows in stages:
            items = list(rows.items())
            shuffled.shuffle(items)
            now = made(dict(items))
            tree, _ = keep_tree(objects, "t", arranged(now), tree, same_as(table, now))
            table = now
            rows_now = {key_of(row): row for row in table_rows(now)}
            went = {key for key, row in held.items() if rows_now.get(key) != row}
            came = [row for key, row in rows_now.items() if held.get(key) != row]
            grown, _ = change_tree(objects, stand(objects), grown, went, listed(came))
            held = rows_now
            alone = HashedFiles(Path(folder) / "alone")
            assert keep_tree(alone, "t", arranged(made(rows)))[0].root == tree.root
            assert trees_equal(load_tree(objects, tree.root), tree)
            assert trees_equal(grown, tree)
        in_order = sorted(table.to_pylist(), key=lambda row: (row["at"] or datetime.min.replace(tzinfo=UTC), row["id"]))
        assert content(objects, tree.root) == in_order


def table_rows(table: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def listed(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def key_of(row: dict[str, Any]) -> Key:
    micros = NO_START if row["at"] is None else round(row["at"].timestamp()) * 1_000_000 + row["at"].microsecond
    return (micros, row["id"])


def stand(objects: HashedFiles) -> Stand:
    def read(names: Sequence[str]) -> pa.Table:
        return pa.concat_tables(read_chunks((unpack(objects.get(name), name) for name in names), SCHEMA))

    return Stand("t", "at", ("id",), read)


def trees_equal(one: Tree, other: Tree) -> bool:
    pairs = list(zip(one.levels, other.levels, strict=True))
    are_levels = all((a.names, a.ids) == (b.names, b.ids) for a, b in pairs)
    are_numbers = all((a.rows == b.rows).all() and (a.starts == b.starts).all() for a, b in pairs)
    return are_levels and are_numbers and all((a == b).all() for a, b in zip(one.firsts, other.firsts, strict=True))


def years(count: int) -> dict[str, tuple[int | None, str]]:
    return {short_id("i", str(number)): (BEGIN_US + number * 36 * MONTH_US // count, "a") for number in range(count)}


def test_a_change_of_few_rows_writes_few_objects(tmp_path: Path) -> None:
    rows = years(20_000)
    objects = HashedFiles(tmp_path / "objects")
    before = made(rows)
    tree, written = keep_tree(objects, "t", arranged(before))
    assert set(written) == set(objects.names())
    sizes = tree.levels[0].rows
    assert 40 < sizes.mean() < 90
    assert sizes.max() <= MOST
    assert len(tree.levels) == 4, "chunks, nodes, nodes above them, root"
    ids, whole = list(rows), tree
    changed = {**rows, ids[100]: (rows[ids[100]][0], "b"), short_id("i", "new"): (BEGIN_US + MONTH_US, "a")}
    del changed[ids[15_000]]
    now = made(changed)
    tree, fresh = keep_tree(objects, "t", arranged(now), tree, same_as(before, now))
    assert 0 < len(fresh) <= 3 * (2 + 3)
    assert keep_tree(objects, "t", arranged(now))[1] == [], "made at once it is the same"
    read: list[str] = []

    def watched(names: Sequence[str]) -> pa.Table:
        read.extend(names)
        return stand(objects).read(names)

    went = [row for row in before.to_pylist() if row["id"] in (ids[100], ids[15_000])]
    came = [row for row in now.to_pylist() if row["id"] in (ids[100], short_id("i", "new"))]
    grown, _ = change_tree(
        objects, replace(stand(objects), read=watched), whole, {key_of(row) for row in went}, listed(came)
    )
    assert trees_equal(grown, tree)
    assert len(read) <= 6
    unchanged, none = keep_tree(objects, "t", arranged(now), tree, np.ones(now.num_rows, dtype=np.bool_))
    assert (unchanged.root, none) == (tree.root, [])


def test_chunks_end_at_the_months_end_and_after_512_rows(tmp_path: Path) -> None:
    objects = HashedFiles(tmp_path / "objects")
    plain: dict[str, tuple[int | None, str]] = {f"i-{number:026d}1": (BEGIN_US + number, "a") for number in range(1200)}
    later = {f"i-{number:026d}1": (BEGIN_US + 2 * MONTH_US + number, "a") for number in range(1200, 1210)}
    tree, _ = keep_tree(objects, "t", arranged(made(plain | later)))
    assert tree.levels[0].rows.tolist() == [512, 512, 176, 10]


def test_rows_are_found_by_key_without_reading_others(tmp_path: Path) -> None:
    objects = HashedFiles(tmp_path / "objects")
    rows = years(20_000)
    tree, _ = keep_tree(objects, "t", arranged(made(rows)))
    for number in (0, 77, 9_999, 19_999):
        name = list(rows)[number]
        key = (rows[name][0], name)
        chunks = list(chunks_between(objects, tree.root, key, up_to(key)))
        held = [unpack(objects.get(chunk.name), chunk.name)["columns"]["id"] for chunk in chunks]
        assert any(name in ids for ids in held)
        assert len(chunks) <= 2
    month = list(chunks_between(objects, tree.root, (BEGIN_US,), (BEGIN_US + MONTH_US,)))
    assert 5 < len(month) < 30
    every = list(chunks_of(objects, tree.root))
    assert sum(chunk.rows for chunk in every) == len(rows)
    assert [chunk.name for chunk in every] == tree.levels[0].names


@given(
    cuts=st.lists(st.tuples(st.integers(0, 1400), st.integers(0, 600), st.integers(0, 300)), min_size=1, max_size=4),
    plain=st.booleans(),
)
@settings(max_examples=12, deadline=None)
def test_long_chunks_and_whole_ranges_that_go_and_come_are_cut_as_at_once(
    cuts: list[tuple[int, int, int]], plain: bool
) -> None:
    """plain: ids of which none ends a chunk, so that only the most that one holds does."""
    with TemporaryDirectory() as folder:
        objects = HashedFiles(Path(folder) / "objects")
        names = [f"i-{number:026d}1" if plain else short_id("i", str(number)) for number in range(2_000)]
        every = table_rows(made({name: (BEGIN_US + place * 900_000_000, "a") for place, name in enumerate(names)}))
        rows = every[::2]
        tree, _ = keep_tree(objects, "t", arranged(listed(rows)))
        for at, goes, comes in cuts:
            went = rows[at : at + goes]
            rest = rows[:at] + rows[at + goes :]
            held = {row["id"] for row in rest}
            came = [row for row in every[at : at + comes] if row["id"] not in held]
            tree, _ = change_tree(objects, stand(objects), tree, {key_of(row) for row in went}, listed(came))
            rows = sorted(rest + came, key=key_of)
            assert trees_equal(tree, keep_tree(objects, "t", arranged(listed(rows)))[0])


def test_a_row_that_is_not_there_cannot_go(tmp_path: Path) -> None:
    objects = HashedFiles(tmp_path / "objects")
    tree, _ = keep_tree(objects, "t", arranged(made(years(100))))
    for before in (tree, NO_TREE):
        with pytest.raises(KeyError):
            change_tree(objects, stand(objects), before, {(BEGIN_US, "i-none")}, listed([]))


def test_rows_with_one_key_stand_by_all_that_they_hold(tmp_path: Path) -> None:
    objects = HashedFiles(tmp_path / "objects")
    rows = [{"id": "i-x", "at": None, "word": word} for word in "cabbc"]
    tables = [pa.Table.from_pylist(order, schema=SCHEMA) for order in (rows, rows[::-1])]
    trees = [keep_tree(objects, "t", arranged(table))[0] for table in tables]
    assert trees[0].root == trees[1].root
    fewer = tables[0].slice(0, 4)
    same = np.ones(4, dtype=np.bool_)
    assert change_tree(objects, stand(objects), trees[0], {(NO_START, "i-x")}, fewer)[0].root == (
        keep_tree(objects, "t", arranged(fewer))[0].root
    )
    again, _ = keep_tree(objects, "t", arranged(fewer), trees[0], same)
    assert again.root == keep_tree(objects, "t", arranged(fewer))[0].root
    assert trees[0].levels[0].starts.tolist() == [NO_START]


def test_a_chunk_or_node_that_is_missing_or_damaged_is_named_and_written_anew(tmp_path: Path) -> None:
    objects = HashedFiles(tmp_path / "objects")
    table = made(years(3_000))
    tree, _ = keep_tree(objects, "t", arranged(table))
    chunk, node = tree.levels[0].names[3], tree.levels[1].names[0]
    objects.path_of(chunk).unlink()
    content_of_node = objects.path_of(node).read_bytes()
    objects.path_of(node).write_bytes(content_of_node[:-1] + b"]")
    with pytest.raises(Corrupt, match=node[2:]):
        read_node(objects, node)
    with pytest.raises(StoreError, match=chunk[2:]):
        objects.get(chunk)
    again, written = keep_tree(objects, "t", arranged(table))
    assert again.root == tree.root
    assert set(written) == {chunk, node}
    assert objects.path_of(node).read_bytes() == content_of_node


def test_what_is_no_node_and_no_chunk_is_refused(tmp_path: Path) -> None:
    objects = HashedFiles(tmp_path / "objects")
    for junk in (b"", b"{}", b'{"schema":"trucewatch/node/1"}', b"[" * 100_000, b"\xff"):
        with pytest.raises(Corrupt, match="no part of a list"):
            read_node(objects, objects.put(junk))
        with pytest.raises(Corrupt, match="no part of a list"):
            unpack(junk, "x" * 64)
