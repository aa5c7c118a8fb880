"""Tables that a desk brings to the index: each desk has its own, with a version of its own.

A desk that is new or changed is made again from its own kinds of records; what a desk left that is absent now is left
alone, and made again if it comes back after others wrote records of its kinds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from trucewatch.store.index_content import ContentSums
from trucewatch.store.journal import Entry

MARKS: Final = """CREATE TABLE desk_index (desk TEXT PRIMARY KEY, version INTEGER NOT NULL, last INTEGER NOT NULL)
  WITHOUT ROWID;"""
"""`last`: the last entry that the desk's tables took in; -1 for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskIndex:
    """What a desk's `index.py` gives. Every table's name begins with the desk's.

    kinds: the schemas whose entries it takes in. fill: takes in one entry, in the order of the ledger.
    """

    name: str
    version: int
    kinds: tuple[str, ...]
    tables: str
    fill: Callable[[sqlite3.Connection, Entry], None]

    def take_in(self, db: sqlite3.Connection, entry: Entry) -> None:
        """One entry of its kinds."""
        self.fill(db, entry)
        db.execute("UPDATE desk_index SET last = ? WHERE desk = ?", (entry.number, self.name))

    def entries(self, db: sqlite3.Connection) -> list[int]:
        """The entries of its kinds that the index knows."""
        marks = ", ".join("?" * len(self.kinds))
        query = f"SELECT number FROM entry WHERE schema IN ({marks}) ORDER BY number"
        return [number for (number,) in db.execute(query, self.kinds)]


def behind(db: sqlite3.Connection, desks: Sequence[DeskIndex]) -> list[DeskIndex]:
    """The desks whose tables are not there, are of another version, or do not hold every entry of their kinds."""
    stand = {desk: (version, last) for desk, version, last in db.execute("SELECT * FROM desk_index")}
    return [desk for desk in desks if stand.get(desk.name) != (desk.version, max(desk.entries(db), default=-1))]


def make_again(db: sqlite3.Connection, desk: DeskIndex, entries: Iterable[Entry], sums: ContentSums) -> None:
    """The desk's tables anew, with these entries in them; inside a transaction of the caller's."""
    query = "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name GLOB ?"
    for (table,) in db.execute(query, (f"{desk.name}_*",)).fetchall():
        db.execute(f"DROP TABLE {table}")
        sums.forget(table)
    for statement in filter(str.strip, desk.tables.split(";")):
        db.execute(statement)
    for (table,) in db.execute(query, (f"{desk.name}_*",)).fetchall():
        sums.follow(table)
    db.execute("INSERT OR REPLACE INTO desk_index VALUES (?, ?, -1)", (desk.name, desk.version))
    for entry in entries:
        desk.take_in(db, entry)
