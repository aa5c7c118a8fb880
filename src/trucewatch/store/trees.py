"""A table as a tree of chunks: same rows, same chunks, same root, whatever came before.

Rows stand by month of their start (UTC), start and id; those without a start come first. A chunk ends at the month's
end, and before that after 32 rows or more with the first whose id says so (its last five bits are nought, as of one in
32), or after 512. Names of chunks are cut into nodes the same way, of eight or more up to one whose last three bits are
nought, and so on up to one root. So chunks have 64 rows on average, nodes 16 names, and one row that differs costs
about 80 rows and 20 names a level: without a least size of a part it would be 127, since a row more often falls into a
long one. A list that differs in few rows shares with the one before all but the chunks of those and the nodes above.

`{"children":[[NAME,ROWS,START,ID…],…],"level":1,"schema":"trucewatch/node/1","table":"incidents"}`: a node names its
children by SHA-256, each with the number of rows below it and the key of the first; level 1 stands above chunks. A
table without rows has no tree: its root is "".
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np

from trucewatch.errors import Corrupt, StoreError
from trucewatch.messages import Message
from trucewatch.store.arranged_rows import NO_START, Ints
from trucewatch.store.objects import HashedFiles

NODE: Final = "trucewatch/node/1"
_LAST: Final = "\U0010ffff"
"""Sorts after every id."""

Key = tuple[Any, ...]
"""Start in microseconds since 1970 (NO_START for none), then ids."""


@dataclass(frozen=True, slots=True)
class Level:
    """The chunks of a table, or the nodes of one level above them: name, number of rows, key of the first row."""

    names: list[str]
    rows: Ints
    starts: Ints
    ids: tuple[list[str], ...]

    def key(self, place: int) -> Key:
        return (int(self.starts[place]), *(column[place] for column in self.ids))


@dataclass(frozen=True)
class Tree:
    """A whole tree without its rows: `levels[0]` are the chunks, the last holds the root alone; none for no rows."""

    levels: tuple[Level, ...] = ()
    firsts: tuple[Ints, ...] = ()
    """Of each level above the chunks, at which place of the level below each node begins."""

    @property
    def root(self) -> str:
        return self.levels[-1].names[0] if self.levels else ""

    @cached_property
    def place_of(self) -> dict[str, int]:
        """The place of each chunk by its name."""
        return {name: place for place, name in enumerate(self.levels[0].names)} if self.levels else {}


NO_TREE: Final = Tree()


@dataclass(frozen=True, slots=True)
class Child:
    """What a node says of a child: its name, how many rows are below it, the key of the first."""

    name: str
    rows: int
    key: Key


@dataclass(frozen=True, slots=True)
class Node:
    """A node: level 1 stands above chunks."""

    level: int
    children: tuple[Child, ...] = field(repr=False)


def read_part(objects: HashedFiles, name: str) -> bytes:
    """The bytes of a node or chunk. Raises StoreError if it is missing, Corrupt if it is damaged; both say what makes
    it again."""
    try:
        return objects.get(name)
    except StoreError as exc:
        words = Message(
            "{error}. It is a part of a list: of the last one, trucewatch run WATCH makes it again from the evidence",
            error=exc.message,
        )
        raise type(exc)(words) from exc


def read_node(objects: HashedFiles, name: str) -> Node:
    """The node of this name. Raises as `read_part`, and Corrupt for what is no node."""
    return parse_node(read_part(objects, name), name)


def parse_node(content: bytes, name: str) -> Node:
    """A node from its bytes. name: its own, for the fault. Raises Corrupt for what is none."""
    try:
        document = json.loads(content)
        if document["schema"] == NODE:
            children = tuple(
                Child(str(child), int(rows), (NO_START if start is None else int(start), *map(str, ids)))
                for child, rows, start, *ids in document["children"]
            )
            return Node(int(document["level"]), children)
    except (ValueError, TypeError, LookupError, RecursionError):
        pass
    raise Corrupt(Message("object {name}… is no part of a list; restore it from a copy", name=name[:16]))


def load_tree(objects: HashedFiles, root: str) -> Tree:
    """A whole tree without its chunks, which are not looked at. Raises StoreError, Corrupt as `read_node`."""
    if not root:
        return NO_TREE
    node = read_node(objects, root)
    top = Child(root, sum(child.rows for child in node.children), node.children[0].key)
    levels, firsts = [_level([top])], list[Ints]()
    nodes = [node]
    while True:
        children = [child for node in nodes for child in node.children]
        firsts.append(np.cumsum([0, *(len(node.children) for node in nodes[:-1])]))
        levels.append(_level(children))
        if nodes[0].level == 1:
            return Tree(tuple(levels[::-1]), tuple(firsts[::-1]))
        nodes = [read_node(objects, child.name) for child in children]


def _level(children: Sequence[Child]) -> Level:
    starts = np.asarray([child.key[0] for child in children], dtype=np.int64)
    ids = tuple([child.key[place] for child in children] for place in range(1, len(children[0].key)))
    return Level(
        [child.name for child in children], np.asarray([child.rows for child in children], dtype=np.int64), starts, ids
    )


def chunks_of(objects: HashedFiles, root: str) -> Iterator[Child]:
    """Every chunk of a tree, in order. Raises StoreError, Corrupt as `read_node`."""
    yield from chunks_between(objects, root, (), (2**63,))


def chunks_between(objects: HashedFiles, root: str, low: Key, high: Key) -> Iterator[Child]:
    """The chunks that may hold rows with keys from `low` to `high`, both among them, in order; no node is read that
    stands above others alone. A part of a key sorts before all that begin with it; `up_to` sorts after them."""
    for path in paths_between(objects, root, low, high):
        yield path[-1]


def paths_between(objects: HashedFiles, root: str, low: Key, high: Key) -> Iterator[list[Child]]:
    """The same with all nodes on the way, from below the root to the chunk."""
    pending: list[list[Child]] = [[]] if root else []
    while pending:
        path = pending.pop()
        node = read_node(objects, path[-1].name if path else root)
        below = []
        for place, child in enumerate(node.children):
            following = node.children[place + 1].key if place + 1 < len(node.children) else None
            if child.key <= high and (following is None or following >= low):
                below.append([*path, child])
        if node.level == 1:
            yield from below
        else:
            pending += reversed(below)


def up_to(key: Key) -> Key:
    """A key that sorts after every key that begins with this one."""
    return (*key, _LAST)


TREES: Final = (
    *("incidents", "findings", "rejected", "contributions", "first"),
    *("inputs", "inputs_ever", "acts", "calibrations"),
)
"""What of a list's record names the root of a tree."""


def names_below(objects: HashedFiles, record: Mapping[str, Any], met: Container[str]) -> Iterator[str]:
    """Of the record of a list all nodes and chunks but its roots, each once; of what is in `met` nothing below it.
    Nothing for another record. The caller adds to `met` what it gets. Raises StoreError, Corrupt."""
    if record["schema"] != "trucewatch/list/2":
        return
    pending = [record[name] for name in TREES if record[name] and record[name] not in met]
    while pending:
        node = read_node(objects, pending.pop())
        for child in node.children:
            if child.name not in met:
                yield child.name
                if node.level > 1:
                    pending.append(child.name)
