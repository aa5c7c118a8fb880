"""The trees that a store kept last, table by table, held in memory while it is open: the next list goes on from them
without reading them back."""

from __future__ import annotations

import weakref
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from trucewatch.store.arranged_rows import Arranged, Ints, Mask, arrange_names, arrange_numbers
from trucewatch.store.chunks import read_chunks, unpack, write_chunks
from trucewatch.store.list_tables import TABLES, rows_of_chunks, stand_of, with_starts
from trucewatch.store.tree_writing import change_tree, keep_tree
from trucewatch.store.trees import NO_TREE, Key, Tree, chunks_of, load_tree, read_part

if TYPE_CHECKING:
    from trucewatch.store.store import Store

WHOLE: Final = ("incidents", "rejected", "first")
"""What the next list is held against, row by row."""


@dataclass(slots=True)
class KeptTrees:
    """Decides nothing: what is not here is read, or made anew."""

    trees: dict[str, Tree] = field(default_factory=dict)
    numbers: dict[str, Ints] = field(default_factory=dict)
    tables: dict[str, tuple[str, pa.Table]] = field(default_factory=dict)
    """Of the tables in WHOLE the last, with its root."""
    roots: dict[str, tuple[weakref.ref[pa.Table], str]] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    """What was written since the last list was recorded."""

    def root_of(self, name: str, table: pa.Table) -> str | None:
        """The root under which this very table was kept last."""
        reference, root = self.roots.get(name, (None, None))
        return root if reference is not None and reference() is table else None


def keep_tables(store: Store, tables: Mapping[str, pa.Table]) -> dict[str, str]:
    """Keep tables of one list, those of incidents among them: the root of each, the chunk of history."""
    memory, roots = store.memory.of(KeptTrees), dict[str, str]()
    for name, table in tables.items():
        root = memory.root_of(name, table)
        if root is None and name == "history":
            chunks, fresh = store.objects.put_many(write_chunks(name, table, [table.num_rows][: table.num_rows]))
            root = "".join(chunks)
            memory.written.update(fresh)
        elif root is None:
            rows = stand_of(store.objects, name).arrange(with_starts(name, tables))
            root = _keep(store, name, rows, None)
            if name in WHOLE:
                memory.tables[name] = (root, rows.table)
        memory.roots[name] = (weakref.ref(table), root)
        roots[name] = root
    return roots


@dataclass(frozen=True, slots=True)
class Change:
    """What went from a table of a list, by key (`trees.Key`), and the rows that came, with the columns of
    `schema_in_tree`. A row that differs went and came; one whose incident starts at another time did too."""

    gone: Collection[Key]
    come: pa.Table


def change_tables(store: Store, roots: Mapping[str, str], changes: Mapping[str, Change]) -> dict[str, str]:
    """Keep tables of a list that differ in some rows from those with these roots: the new roots. Only the chunks of
    these rows are read and written, however many there are. Raises KeyError for a key that no row has."""
    memory, changed = store.memory.of(KeptTrees), dict(roots)
    for name, change in changes.items():
        before = memory.trees.get(name, NO_TREE)
        if before.root != roots[name]:
            before = load_tree(store.objects, roots[name])
        tree, written = change_tree(store.objects, stand_of(store.objects, name), before, change.gone, change.come)
        memory.trees[name], changed[name] = tree, tree.root
        memory.tables.pop(name, None)
        memory.roots.pop(name, None)
        memory.written.update(written)
    return changed


def restore_tables(store: Store, tables: Mapping[str, pa.Table]) -> None:
    """Keep tables of an earlier list again: what of them was missing or damaged is there then. The store goes on from
    the list that it kept last."""
    memory = store.memory.of(KeptTrees)
    store.memory.put(KeptTrees())
    try:
        keep_tables(store, tables)
    finally:
        store.memory.put(memory)


def _keep(store: Store, name: str, rows: Arranged, same: Mask | None) -> str:
    memory = store.memory.of(KeptTrees)
    memory.trees[name], written = keep_tree(store.objects, name, rows, memory.trees.get(name, NO_TREE), same)
    memory.written.update(written)
    return memory.trees[name].root


def keep_numbers(store: Store, name: str, numbers: Sequence[int]) -> str:
    """Keep entries' numbers as a tree: its root."""
    memory = store.memory.of(KeptTrees)
    rows = arrange_numbers(numbers)
    same = np.isin(rows.start, memory.numbers[name]) if name in memory.numbers else None
    root = _keep(store, name, rows, same)
    memory.numbers[name] = rows.start
    return root


def keep_names(store: Store, name: str, names: Sequence[str]) -> str:
    """Keep hashes in their order as a tree: its root."""
    return _keep(store, name, arrange_names(names), None)


def is_held(store: Store, name: str, root: str) -> bool:
    """Whether a table of a list is in memory as a whole."""
    return store.memory.of(KeptTrees).tables.get(name, ("", None))[0] == root


def read_rows(store: Store, name: str, root: str, columns: Collection[str] = ()) -> pa.Table:
    """All rows of a table of a list, or of its history by its chunk; some columns of it if they are named. Raises
    StoreError, Corrupt."""
    schema = pa.schema([field for field in TABLES[name] if not columns or field.name in columns])
    last_root, table = store.memory.of(KeptTrees).tables.get(name, ("", None))
    if table is not None and last_root == root:
        return table.select(schema.names)
    chunks = [root] if name == "history" else [chunk.name for chunk in chunks_of(store.objects, root)]
    return rows_of_chunks(store.objects, chunks if root else [], schema)


def read_numbers(store: Store, root: str) -> list[int]:
    """The numbers of a tree of numbers, ascending. Raises StoreError, Corrupt."""
    memory = store.memory.of(KeptTrees)
    for name, numbers in list(memory.numbers.items()):
        if root and memory.trees[name].root == root:
            entries: list[int] = numbers.tolist()
            return entries
    schema = pa.schema([("number", pa.int64())])
    chunks = (unpack(read_part(store.objects, chunk.name), chunk.name) for chunk in chunks_of(store.objects, root))
    return [number for table in read_chunks(chunks, schema) for number in table["number"].to_pylist()]


def read_names(store: Store, root: str) -> list[str]:
    """The names of a tree of names, in their order. Raises StoreError, Corrupt."""
    schema = pa.schema([("name", pa.string())])
    chunks = (unpack(read_part(store.objects, chunk.name), chunk.name) for chunk in chunks_of(store.objects, root))
    return [name for table in read_chunks(chunks, schema) for name in table["name"].to_pylist()]
