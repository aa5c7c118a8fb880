"""What the index holds, summed up table by table, so that a damaged or edited index is told from the one that was
written.

Each table has a number of rows and a sum: of every row eight bytes of BLAKE2b over its values, added modulo 2**63. The
sums are kept by triggers of the writing connection alone and stored in the table `content` in the same transaction as
the rows; a check reads the rows again. Damage of a disk is found so, and edits by another program; one who edits the
sums too is not, and could as well edit the objects that `trucewatch verify` holds against the ledger.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, Final

TABLE: Final = """CREATE TABLE content (name TEXT PRIMARY KEY, rows INTEGER NOT NULL, sum INTEGER NOT NULL)
  WITHOUT ROWID;"""
_MODULUS: Final = 1 << 63


class ContentSums:
    """The sums of one writing connection's tables."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._sums: dict[str, tuple[int, int]] = {}
        self._stored: dict[str, tuple[int, int]] = {}
        db.execute("PRAGMA recursive_triggers=ON")  # else a row that is replaced leaves without a word
        db.create_function("row_came", -1, self._came)
        db.create_function("row_went", -1, self._went)

    def load(self) -> None:
        """Take up what is stored, of a sound index."""
        self._stored = {name: (rows, total) for name, rows, total in self._db.execute("SELECT * FROM content")}
        self._sums = dict(self._stored)
        for table in all_tables(self._db):
            self.follow(table)

    def follow(self, table: str) -> None:
        """From now on every row that comes into this table or goes is counted."""
        self._sums.setdefault(table, (0, 0))
        columns = [name for _, name, *_ in self._db.execute(f"PRAGMA table_info({table})")]
        new, old = (", ".join(f"{side}.{column}" for column in columns) for side in ("NEW", "OLD"))
        came, went = f"SELECT row_came('{table}', {new});", f"SELECT row_went('{table}', {old});"
        for event, body in (("INSERT", came), ("DELETE", went), ("UPDATE", f"{went} {came}")):
            name = f"{table}_{event.lower()}_counted"
            self._db.execute(f"DROP TRIGGER IF EXISTS temp.{name}")
            self._db.execute(f"CREATE TEMP TRIGGER {name} AFTER {event} ON main.{table} BEGIN {body} END")

    def forget(self, table: str) -> None:
        """The table is dropped."""
        self._sums.pop(table, None)

    def store(self) -> None:
        """Write the sums that changed; inside the transaction of the rows."""
        for name in self._stored.keys() - self._sums.keys():
            self._db.execute("DELETE FROM content WHERE name = ?", (name,))
        for name, (rows, total) in self._sums.items():
            if self._stored.get(name) != (rows, total):
                self._db.execute("INSERT OR REPLACE INTO content VALUES (?, ?, ?)", (name, rows, total))

    def committed(self) -> None:
        """The transaction stands."""
        self._stored = dict(self._sums)

    def rolled_back(self) -> None:
        """The transaction does not stand."""
        self._sums = dict(self._stored)

    def _came(self, table: str, *values: Any) -> None:
        rows, total = self._sums[table]
        self._sums[table] = rows + 1, (total + _number(values)) % _MODULUS

    def _went(self, table: str, *values: Any) -> None:
        rows, total = self._sums[table]
        self._sums[table] = rows - 1, (total - _number(values)) % _MODULUS


def stored_rows(db: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has, as the sums say."""
    return {name: rows for name, rows, _ in db.execute("SELECT * FROM content")}


def content_fault(db: sqlite3.Connection, tables: Iterable[str]) -> str:
    """What is wrong with these tables, in words; "" if they hold what was written. Raises sqlite3.Error if they cannot
    be read."""
    stored = {name: (rows, total) for name, rows, total in db.execute("SELECT * FROM content")}
    for table in tables:
        rows, total = 0, 0
        for values in db.execute(f"SELECT * FROM {table}"):
            rows, total = rows + 1, total + _number(values)
        if stored.get(table) != (rows, total % _MODULUS):
            return f"table {table} does not hold what was written"
        (word,) = db.execute(f"PRAGMA integrity_check('{table}')").fetchone()
        if word != "ok":
            return f"table {table}: {word}"
    return ""


def all_tables(db: sqlite3.Connection) -> list[str]:
    """Every table that has a sum."""
    query = "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT IN ('content') ORDER BY name"
    return [name for (name,) in db.execute(query) if not name.startswith("sqlite_")]


def _number(values: tuple[Any, ...]) -> int:
    values = tuple(blake2b(value, digest_size=8).digest() if isinstance(value, bytes) else value for value in values)
    return int.from_bytes(blake2b(repr(tuple(values)).encode(), digest_size=8).digest(), "big")
