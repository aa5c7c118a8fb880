"""Keeping trees: a table whole, or what went from it and came to it. Only objects that are not there are written."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from trucewatch.store.arranged_rows import (
    ENDS,
    LEAST_NAMES,
    LEAST_ROWS,
    MOST,
    NO_START,
    Arranged,
    Ints,
    Mask,
    arrange,
    cuts,
    months,
)
from trucewatch.store.chunks import write_chunks
from trucewatch.store.objects import HashedFiles
from trucewatch.store.trees import NO_TREE, NODE, Key, Level, Tree


def keep_tree(
    objects: HashedFiles, name: str, rows: Arranged, before: Tree = NO_TREE, same: Mask | None = None
) -> tuple[Tree, list[str]]:
    """Keep a table as a tree: the tree, and the names of what was not there and was written.

    before, same: a tree of the same table whose chunks are all there, and of which rows, in the order of `rows.table`,
    it holds the very same, key and all. What it shares with that tree is neither encoded nor looked at; without them
    all is, and what is damaged is written anew. Raises StoreError where the disk refuses.
    """
    if not rows.table.num_rows:
        return NO_TREE, []
    if same is not None and rows.order is not None:
        same = same[rows.order]
    ends, level = _cut_rows(rows)
    begins = ends - level.rows
    place = _places_before(rows, begins, ends, level, before, same)
    names: list[str] = [before.levels[0].names[old] if old >= 0 else "" for old in place.tolist()]
    written = list[str]()
    for first, last in _runs(np.flatnonzero(place < 0)):
        offset = int(begins[first])
        part = rows.table.slice(offset, int(ends[last]) - offset)
        contents = write_chunks(name, part, (ends[first : last + 1] - offset).tolist())
        chunks, fresh = objects.put_many(contents)
        names[first : last + 1] = chunks
        written += fresh
    tree, fresh = _keep_nodes(objects, name, replace(level, names=names), before, place)
    return tree, written + fresh


def _cut_rows(rows: Arranged) -> tuple[Ints, Level]:
    """After which row each chunk ends, and the chunks without their names."""
    ends = cuts(rows.is_end, np.append(rows.group[1:] != rows.group[:-1], True), LEAST_ROWS)
    begins = np.concatenate([[0], ends[:-1]])
    ids = tuple(column.take(pa.array(begins)).to_numpy(zero_copy_only=False).tolist() for column in rows.ids)
    return ends, Level([""] * len(ends), ends - begins, rows.start[begins], ids)


def _runs(places: Ints) -> Iterator[tuple[int, int]]:
    """First and last of each run of places without a gap."""
    for run in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1) if len(places) else ():
        yield int(run[0]), int(run[-1])


def _places_before(rows: Arranged, begins: Ints, ends: Ints, level: Level, before: Tree, same: Mask | None) -> Ints:
    """The place that each chunk had in the tree before, -1 for one that is not known to be in it.

    A chunk is an old one if it begins with that one's first key, has as many rows, all of them stood in the tree, and
    they end before the next one's first key: then they are the rows of the old one, since those are all that lie
    between.
    """
    place = np.full(len(begins), -1, dtype=np.int64)
    if same is None or not before.levels:
        return place
    differing = np.concatenate([[0], np.cumsum(~(same & ~rows.has_twin))])
    is_whole = differing[ends] == differing[begins]
    old = before.levels[0]
    numbers, places = _with_first_key(old, level, np.flatnonzero(is_whole))
    fits = old.rows[places] == level.rows[numbers]
    numbers, places = numbers[fits], places[fits]
    following = np.minimum(places + 1, len(old.names) - 1)
    last_start = rows.start[ends[numbers] - 1]
    fits = (places + 1 == len(old.names)) | (last_start < old.starts[following])
    for at in np.flatnonzero(~fits & (last_start == old.starts[following])).tolist():
        last = int(ends[numbers[at]]) - 1
        fits[at] = (int(rows.start[last]), *(column[last].as_py() for column in rows.ids)) < old.key(int(following[at]))
    place[numbers[fits]] = places[fits]
    return place


@dataclass(frozen=True, slots=True)
class Stand:
    """How a table stands in a tree: under which name, by which columns (`arrange`), and how the rows of chunks are read
    back, those columns among them."""

    name: str
    start: str
    ids: tuple[str, ...]
    read: Callable[[Sequence[str]], pa.Table]

    def arrange(self, table: pa.Table) -> Arranged:
        return arrange(table, self.start, self.ids)


def _with_first_key(old: Level, level: Level, numbers: Ints) -> tuple[Ints, Ints]:
    """Those of some chunks of a level whose first key begins a chunk of the old one, and which that is."""
    places = np.minimum(np.searchsorted(old.starts, level.starts[numbers]), len(old.names) - 1)
    begins_so = old.starts[places] == level.starts[numbers]
    numbers, places = numbers[begins_so], places[begins_so]
    pairs = [*zip(numbers.tolist(), places.tolist(), strict=True)]
    begins_so = np.full(len(pairs), fill_value=True)
    for mine, others in zip(level.ids, old.ids, strict=True):
        begins_so &= np.fromiter((mine[number] == others[place] for number, place in pairs), np.bool_, len(pairs))
    for at in np.flatnonzero(~begins_so).tolist():  # several begin with this start: it may be a later one of them
        key = level.key(pairs[at][0])
        place = bisect_left(range(len(old.names)), key, lo=pairs[at][1], key=old.key)
        places[at], begins_so[at] = place, place < len(old.names) and old.key(place) == key
    return numbers[begins_so], places[begins_so]


def change_tree(
    objects: HashedFiles, stand: Stand, before: Tree, gone: Collection[Key], come: pa.Table
) -> tuple[Tree, list[str]]:
    """The tree of a table from which some rows went and to which some came, as `keep_tree` makes it of the whole: only
    the chunks of these rows are read and written.

    gone: keys; every row that has one goes. come: rows with the columns of `stand.read`. Raises KeyError for a key that
    no row has.
    """
    if not before.levels:
        if gone:
            raise KeyError(next(iter(gone)))
        return keep_tree(objects, stand.name, stand.arrange(come))
    old = before.levels[0]
    gone_at, come_at = dict[int, set[Key]](), dict[int, list[int]]()
    for key in gone:
        for chunk in _chunks_for(old, key):
            gone_at.setdefault(chunk, set()).add(key)
    for row, key in enumerate(_keys(stand.arrange(come))):
        for number, chunk in enumerate(_chunks_for(old, key)):
            come_at.setdefault(chunk, []).extend([] if number else [row])
    touched = gone_at.keys() | come_at.keys()
    parts, places, written, first = list[Level](), list[Ints](), list[str](), 0
    for number in sorted(touched):
        if number < first:
            continue  # it went with those before it
        parts.append(_part(old, first, number))
        places.append(np.arange(first, number))
        last = number
        while True:
            while last + 1 in touched:
                last += 1
            run = range(number, last + 1)
            changed = _changed(
                stand,
                stand.read(old.names[number : last + 1]),
                set().union(*(gone_at.get(chunk, ()) for chunk in run)),
                come.take(pa.array([row for chunk in run for row in come_at.get(chunk, ())], pa.int64())),
            )
            if last + 1 == len(old.names) or _ends_as_cut(changed, old.starts[last + 1 : last + 2]):
                break
            last += 1  # what follows is cut otherwise than it was
        first = last + 1
        if changed.table.num_rows:
            ends, level = _cut_rows(changed)
            chunks, fresh = objects.put_many(write_chunks(stand.name, changed.table, ends.tolist()))
            written += fresh
            parts.append(replace(level, names=[*chunks]))
            places.append(np.full(len(chunks), -1, dtype=np.int64))
    parts.append(_part(old, first, len(old.names)))
    places.append(np.arange(first, len(old.names)))
    level = _joined(parts)
    if not level.names:
        return NO_TREE, written
    tree, fresh = _keep_nodes(objects, stand.name, level, before, np.concatenate(places))
    return tree, written + fresh


def _changed(stand: Stand, rows: pa.Table, gone: set[Key], come: pa.Table) -> Arranged:
    keys = _keys(stand.arrange(rows))
    if missing := gone - set(keys):
        raise KeyError(min(missing))
    stays = rows.filter(pa.array([key not in gone for key in keys], pa.bool_()))
    return stand.arrange(pa.concat_tables([stays, come.select(rows.column_names)]).combine_chunks())


def _ends_as_cut(rows: Arranged, following: Ints) -> bool:
    """Whether a chunk ends with the last of these rows also when another follows. following: its start."""
    if not rows.table.num_rows:
        return True
    length = int(_cut_rows(rows)[1].rows[-1])
    is_cut_by_id = rows.is_end[-1] and length >= LEAST_ROWS
    return bool(months(following)[0] != rows.group[-1] or is_cut_by_id or length == MOST)


def _keys(rows: Arranged) -> list[Key]:
    """The key of each row, in the order of the table that was arranged."""
    keys: list[Key] = [*zip(rows.start.tolist(), *(column.to_pylist() for column in rows.ids), strict=True)]
    if rows.order is None:
        return keys
    return [keys[place] for place in np.argsort(rows.order).tolist()]


def _chunks_for(level: Level, key: Key) -> range:
    """The chunks in which rows of a key stand, or would; two or more if it begins one: those of before may hold it
    too."""
    chunks = range(len(level.names))
    first, last = (bisect(chunks, key, key=level.key) for bisect in (bisect_left, bisect_right))
    return range(max(first - 1, 0), max(last, 1))


def _joined(parts: Sequence[Level]) -> Level:
    return Level(
        [name for part in parts for name in part.names],
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.starts for part in parts]),
        tuple([each for part in parts for each in part.ids[place]] for place in range(len(parts[0].ids))),
    )


def _part(level: Level, first: int, end: int) -> Level:
    ids = tuple(column[first:end] for column in level.ids)
    return Level(level.names[first:end], level.rows[first:end], level.starts[first:end], ids)


def _keep_nodes(objects: HashedFiles, name: str, level: Level, before: Tree, place: Ints) -> tuple[Tree, list[str]]:
    """The nodes above a level of chunks. place: the place of each chunk in the tree before, -1 for none."""
    levels, firsts, written = [level], list[Ints](), list[str]()
    while len(levels) == 1 or len(level.names) > 1:
        height = len(levels)
        is_end = np.asarray([child[-1] in ENDS for child in level.names], dtype=np.bool_)
        is_last = np.arange(1, len(is_end) + 1) == len(is_end)
        ends = cuts(is_end, is_last, LEAST_NAMES)
        begins = np.concatenate([[0], ends[:-1]])
        old_place = _nodes_before(before, height, place, begins, ends)
        contents = [
            _node(name, height, level, int(begin), int(end))
            for begin, end, old in zip(begins, ends, old_place, strict=True)
            if old < 0
        ]
        nodes, fresh = objects.put_many(contents)
        written += fresh
        new = iter(nodes)
        names = [before.levels[height].names[old] if old >= 0 else next(new) for old in old_place.tolist()]
        rows = np.add.reduceat(level.rows, begins)
        ids = tuple([column[begin] for begin in begins.tolist()] for column in level.ids)
        level, place = Level(names, rows, level.starts[begins], ids), old_place
        levels.append(level)
        firsts.append(begins)
    return Tree(tuple(levels), tuple(firsts)), written


def _nodes_before(before: Tree, height: int, place: Ints, begins: Ints, ends: Ints) -> Ints:
    """The place that each node had in the tree before: one whose children are, one by one, those of an old one."""
    old_place = np.full(len(begins), -1, dtype=np.int64)
    if len(before.levels) <= height:
        return old_place
    old_begins = before.firsts[height - 1]
    old_ends = np.append(old_begins[1:], len(before.levels[height - 1].names))
    first, last = place[begins], place[ends - 1]
    number = np.searchsorted(old_begins, first)
    number = np.minimum(number, len(old_begins) - 1)
    new_ones = np.concatenate([[0], np.cumsum(place < 0)])
    is_old = (
        (first >= 0)
        & (new_ones[ends] == new_ones[begins])  # with these, places only ascend: all children between are old ones
        & (old_begins[number] == first)
        & (old_ends[number] - 1 == last)
        & (old_ends[number] - old_begins[number] == ends - begins)
    )
    old_place[is_old] = number[is_old]
    return old_place


def _node(name: str, height: int, level: Level, begin: int, end: int) -> bytes:
    starts = level.starts[begin:end].tolist()
    children = [
        [level.names[place], int(level.rows[place]), None if start == NO_START else start, *ids]
        for place, start, *ids in zip(
            range(begin, end), starts, *(column[begin:end] for column in level.ids), strict=True
        )
    ]
    document = {"children": children, "level": height, "schema": NODE, "table": name}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
