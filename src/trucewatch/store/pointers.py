"""Where each observation lies, by its id: batch and row, in sorted blocks; and so each change of an incident.

A row of SQLite an observation is most of what a large file costs, and a page of the disk for each of them: ids are
hashes, so no two lie together. So the pointers of a batch are one *run*, sorted, and runs of small batches are merged,
as they grow old, into larger ones: O'Neil, Cheng, Gawlick and O'Neil (1996), Acta Informatica 33, 4. A run of level n
holds the batches of 16ⁿ entries of the journal from a multiple of that on; one of more than `MOST_MERGED` pointers is
set apart, at level −1 − n, and stays as it is. Which runs there are follows from the batches and the last entry, so an
index that grew and one that was made again are the same.

A pointer is found by the first 60 bits of the id. Ids of files are taken as they stand, so those may agree where the
rest does not: whoever follows a pointer looks at the id there.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_TABLE: Final = """CREATE TABLE {} (level INTEGER NOT NULL, begins INTEGER NOT NULL, block INTEGER NOT NULL,
  first INTEGER NOT NULL, pointers BLOB NOT NULL, PRIMARY KEY (level, begins, block, first));"""
OBSERVATIONS: Final = "observation"
CHANGES: Final = "change"
"""Of each list the incidents that a change of it led to: the id, the list's entry, and its place among them."""
TABLE: Final = _TABLE.format(OBSERVATIONS)
CHANGE_TABLE: Final = _TABLE.format(CHANGES)
BLOCK_ROWS: Final = 2048
FAN: Final = 16
MOST_MERGED: Final = 1 << 16

_POINTER: Final = np.dtype([("key", "<i8"), ("batch", "<i4"), ("row", "<i4")])
_ID_CHARS: Final = 28
_KEY_CHARS: Final = 12
_NO_LETTER: Final = 255
_LETTER_OF = np.full(256, _NO_LETTER, dtype=np.uint8)
_LETTER_OF[np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)] = np.arange(32)

Pointers = npt.NDArray[np.void]
Ask = Callable[..., list[tuple[Any, ...]]]
"""Rows of a query, as `Index.rows`."""


def keys_of(ids: Any) -> npt.NDArray[np.int64]:
    """What observations are found by: of `o-` and 26 letters the first twelve letters, of any other text a hash."""
    if isinstance(ids, pa.ChunkedArray):
        ids = ids.combine_chunks()
    count = len(ids)
    if count and pc.all(pc.equal(pc.binary_length(ids), _ID_CHARS)).as_py():
        content = np.frombuffer(ids.buffers()[2], dtype=np.uint8)
        begin = int(np.frombuffer(ids.buffers()[1], dtype=np.int32)[ids.offset])
        chars = content[begin : begin + count * _ID_CHARS].reshape(count, _ID_CHARS)[:, 2 : 2 + _KEY_CHARS]
        letters = _LETTER_OF[chars]
        if not (letters == _NO_LETTER).any():
            keys = np.zeros(count, dtype=np.int64)
            for at in range(_KEY_CHARS):
                keys = (keys << 5) | letters[:, at]
            return keys
    return np.array([_key_of(name) for name in ids.to_pylist()], dtype=np.int64)


def _key_of(name: str) -> int:
    letters = [int(_LETTER_OF[ord(char)]) if char < "\x80" else _NO_LETTER for char in name[2 : 2 + _KEY_CHARS]]
    if len(name) != _ID_CHARS or _NO_LETTER in letters:
        return int.from_bytes(sha256(name.encode()).digest()[:8], "big") >> 4
    key = 0
    for letter in letters:
        key = key << 5 | letter
    return key


def add_batch(db: sqlite3.Connection, entry: int, ids: Iterable[Any], table: str = OBSERVATIONS) -> None:
    """Point to the rows of a batch, whose ids come in pieces, in order; and merge what has grown old by this entry."""
    keys = np.concatenate([np.empty(0, dtype=np.int64), *(keys_of(piece) for piece in ids)])
    order = np.argsort(keys, kind="stable")
    # Block by block: the pointers of a large batch would take more memory than all that was read.
    blocks = (order[first : first + BLOCK_ROWS] for first in range(0, len(order), BLOCK_ROWS))
    _write_blocks(db, table, 0, entry, len(order), (_pointers(keys[rows], entry, rows) for rows in blocks))
    _merge(db, table, entry)


def drop_batches(db: sqlite3.Connection, batches: Sequence[int], entry: int, table: str = OBSERVATIONS) -> None:
    """Point no more to rows of these batches, as if they had never been; by an entry of the journal."""
    if batches:
        pointers = np.concatenate([np.empty(0, dtype=_POINTER), *(block for _, block in _taken_out(db, table, "1"))])
        pointers = pointers[~np.isin(pointers["batch"], np.array(batches, dtype=np.int64))]
        pointers = pointers[np.argsort(pointers["batch"], kind="stable")]
        for run in np.split(pointers, np.flatnonzero(np.diff(pointers["batch"])) + 1):
            if len(run):
                _write(db, table, 0, int(run["batch"][0]), run)
    _merge(db, table, entry)


def pointers_to(ask: Ask, names: Sequence[str], table: str = OBSERVATIONS) -> dict[str, list[tuple[int, int]]]:
    """Of each id the (batch, row) where it may lie, the latest batch first; every place where it does is among them."""
    if not names:
        return {}
    wanted = keys_of(pa.array(names, pa.string()))
    order = np.argsort(wanted, kind="stable")
    wanted = wanted[order]
    runs: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for level, begins, block, first in ask(f"SELECT level, begins, block, first FROM {table} ORDER BY 1, 2, 3"):
        runs[level, begins].append((block, first))
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for (level, begins), blocks in runs.items():
        firsts = np.array([first for _, first in blocks])
        # A key that begins a block may end the one before.
        low = np.maximum(np.searchsorted(firsts, wanted, "left") - 1, 0)
        high = np.searchsorted(firsts, wanted, "right")
        for number in sorted({at for begin, end in zip(low, high, strict=True) for at in range(begin, end)}):
            ((content,),) = ask(
                f"SELECT pointers FROM {table} WHERE level = ? AND begins = ? AND block = ?",
                *(level, begins, blocks[number][0]),
            )
            pointers = np.frombuffer(content, dtype=_POINTER)
            left, right = (np.searchsorted(pointers["key"], wanted, side) for side in ("left", "right"))
            for at in np.flatnonzero(right > left).tolist():
                alike = pointers[left[at] : right[at]]
                places[names[order[at]]] += zip(alike["batch"].tolist(), alike["row"].tolist(), strict=True)
    return {name: sorted(rows, key=lambda place: (-place[0], place[1])) for name, rows in places.items()}


def _merge(db: sqlite3.Connection, table: str, entry: int) -> None:
    """Join the small runs of every range that is over by this entry, level by level."""
    level, span = 1, FAN
    while span <= entry:
        groups: dict[int, list[Pointers]] = defaultdict(list)
        which = f"level = {level - 1} AND begins < {entry // span * span}"
        for begins, pointers in _taken_out(db, table, which):
            groups[begins // span * span].append(pointers)
        for begins, runs in groups.items():
            _write(db, table, level, begins, np.concatenate(runs))
        level, span = level + 1, span * FAN


def _taken_out(db: sqlite3.Connection, table: str, which: str) -> list[tuple[int, Pointers]]:
    """The blocks that are so, with the beginning of their run, which stand there no more."""
    blocks = db.execute(f"SELECT begins, pointers FROM {table} WHERE {which}").fetchall()
    if blocks:
        db.execute(f"DELETE FROM {table} WHERE {which}")
    return [(begins, np.frombuffer(content, dtype=_POINTER)) for begins, content in blocks]


def _pointers(keys: npt.NDArray[np.int64], entry: int, rows: npt.NDArray[np.int64]) -> Pointers:
    pointers = np.empty(len(keys), dtype=_POINTER)
    pointers["key"], pointers["batch"], pointers["row"] = keys, entry, rows
    return pointers


def _write(db: sqlite3.Connection, table: str, level: int, begins: int, pointers: Pointers) -> None:
    """One run, sorted."""
    pointers = pointers[np.lexsort((pointers["row"], pointers["batch"], pointers["key"]))]
    blocks = (pointers[first : first + BLOCK_ROWS] for first in range(0, len(pointers), BLOCK_ROWS))
    _write_blocks(db, table, level, begins, len(pointers), blocks)


def _write_blocks(
    db: sqlite3.Connection, table: str, level: int, begins: int, rows: int, blocks: Iterable[Pointers]
) -> None:
    """One run of so many pointers."""
    level = level if rows <= MOST_MERGED else -1 - level
    db.executemany(
        f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?)",
        ((level, begins, number, int(block["key"][0]), block.tobytes()) for number, block in enumerate(blocks)),
    )
