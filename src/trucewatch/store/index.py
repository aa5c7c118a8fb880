"""The SQLite index: quick answers to what the journal holds. It can be thrown away; `rebuild` makes it again."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from trucewatch.errors import StoreError
from trucewatch.ledger.durable import begin_file
from trucewatch.messages import Message
from trucewatch.store.desk_index import DeskIndex, behind, make_again
from trucewatch.store.disk_errors import translating
from trucewatch.store.entering import MARK
from trucewatch.store.index_content import ContentSums, all_tables, content_fault, stored_rows
from trucewatch.store.index_faults import (
    INDEX_ERRORS,
    SIDE_FILES,
    is_fault,
    is_of_the_question,
    schema_of,
    set_aside_odd_files,
    whole_fault,
    written_schema,
)
from trucewatch.store.index_tables import HASH, SCHEMA_VERSION, SPREAD, TABLES, references
from trucewatch.store.journal import ERASURE, Entry
from trucewatch.store.objects import HashedFiles

AT_ONCE: Final = 50_000
"""Rows of pointers that are checked while the store is opened, in 0.1 s; more are checked beside the work."""
POINTERS: Final = {"counter": 1, "observation": 64, "change": 64}
"""The tables of pointers, and how many rows' time it takes to check one of theirs: a block of 32 kB."""

T = TypeVar("T")


class IndexFault(StoreError):
    """The index is damaged, or is not the one that was written. It is only an index: it is made again."""


class Index:
    """The index of one watch, one connection. Every entry of the journal is applied exactly once, in order.

    What cannot be read, or is not what was written, is thrown away at the opening; `fault` says so in words. Of the
    tables of pointers that holds only up to `AT_ONCE` rows; `is_all_checked` tells whether it holds of all. `heal`:
    called with what is wrong and the `generation` that had it, for a fault that is met later; without it IndexFault is
    raised.
    """

    def __init__(self, path: Path, objects: HashedFiles, desks: Sequence[DeskIndex] = ()) -> None:
        self._path, self._objects, self._desks = path, objects, desks
        self._lock = threading.RLock()
        self._is_closed = False
        self.generation, self.is_all_checked = 0, True
        self.heal: Callable[[str, int], None] | None = None
        self.fault = ""
        try:
            self.fault = set_aside_odd_files(path)
            self._db = self._open()
            self.fault = self._fault_at_opening() or self.fault
        except INDEX_ERRORS as exc:
            if not is_fault(exc):
                raise self._refused(exc) from exc
            self.fault = str(exc)
        if self.fault:
            self.clear()

    def catch_up_desks(self, entry_of: Callable[[int], Entry]) -> None:
        """Make the tables of desks that are new, changed or left behind, from the entries that the index knows."""
        try:
            for desk in behind(self._db, self._desks):
                with self._transaction():
                    make_again(self._db, desk, [entry_of(number) for number in desk.entries(self._db)], self._sums)
        except INDEX_ERRORS as exc:
            raise self._faulty(exc) from exc

    def _open(self) -> sqlite3.Connection:
        with suppress(OSError):  # where it cannot be made, SQLite says so
            begin_file(self._path)
        db = self._db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute("PRAGMA secure_delete=ON")  # what is taken out is overwritten at once; `scrub` empties the log too
        self._sums = ContentSums(db)
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version != SCHEMA_VERSION:
            if version or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                db.close()
                self._remove()
                return self._open()
            with self._transaction():
                self._create()
        return db

    def _create(self) -> None:
        for statement in filter(str.strip, TABLES.split(";")):
            self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        self._sums.load()
        for desk in self._desks:
            make_again(self._db, desk, (), self._sums)

    def _fault_at_opening(self) -> str:
        """What is wrong with what is there; the tables of pointers are left for later where they are large."""
        if schema_of(self._db) != written_schema():
            return "its tables are not those that were made"
        rows = stored_rows(self._db)
        self.is_all_checked = sum(rows.get(table, 0) * cost for table, cost in POINTERS.items()) <= AT_ONCE
        tables = [table for table in all_tables(self._db) if self.is_all_checked or table not in POINTERS]
        fault = content_fault(self._db, tables)
        if not fault:
            self._sums.load()
        return fault

    def check(self) -> str:
        """What is wrong with it, in words, every row read again; "" if it holds what was written."""
        try:
            with self._lock:
                return whole_fault(self._db)
        except INDEX_ERRORS as exc:
            return str(exc)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._sums.store()
                self._db.execute("COMMIT")
                self._sums.committed()
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                    self._sums.rolled_back()

    def _remove(self) -> None:
        for suffix in SIDE_FILES:
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)

    def _refused(self, exc: Exception) -> StoreError:
        if "full" in str(exc):
            return StoreError(Message("{path}: the disk is full; free some space and run again", path=self._path))
        return StoreError(Message("{path}: {error}; check the disk and run again", path=self._path, error=exc))

    def _faulty(self, exc: Exception) -> StoreError:
        if not is_fault(exc):
            return self._refused(exc)
        return IndexFault(
            Message("{path}: {error}; remove this file, it is only an index, and run again", path=self._path, error=exc)
        )

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            self._db.close()

    def clear(self) -> None:
        """Throw the index away and begin an empty one. Raises StoreError."""
        with self._lock, translating(self._path):
            if self._db is not None:
                self._db.close()
            self.generation += 1
            self.is_all_checked = True
            set_aside_odd_files(self._path)
            self._remove()
            try:
                self._open()
            except INDEX_ERRORS as exc:
                raise self._refused(exc) from exc

    def make_again(self, entries: Iterable[Entry]) -> int:
        """Throw it away and take in these entries; how many. Whoever asks meanwhile waits; another process sees none
        of it, or all. Raises StoreError."""
        count = 0
        with self._lock:
            if self._is_closed:
                return 0  # a check beside the work came too late: another process may have it by now
            self.clear()
            try:
                with self._transaction():
                    for entry in entries:
                        self._apply_one(entry)
                        count += 1
            except INDEX_ERRORS as exc:
                raise self._refused(exc) from exc
        return count

    @property
    def applied(self) -> int:
        """How many entries of the journal the index knows."""
        return int(self.rows("SELECT coalesce(max(number) + 1, 0) FROM entry")[0][0])

    @property
    def has_gaps(self) -> bool:
        """Whether it left out an entry before the last that it knows."""
        return int(self.rows("SELECT count(*) FROM entry")[0][0]) != self.applied

    @property
    def last_hash(self) -> str:
        """The hash of the last entry that the index knows; "" for none."""
        rows = self.rows("SELECT sha256 FROM entry ORDER BY number DESC LIMIT 1")
        return str(rows[0][0]) if rows else ""

    def apply(self, entries: Iterable[Entry]) -> int:
        """Take in entries; how many. Raises StoreError if SQLite cannot write, IndexFault if the index is damaged;
        entries before that one are taken in."""
        count = 0
        for entry in entries:
            try:
                with self._transaction():
                    self._apply_one(entry)
            except INDEX_ERRORS as exc:
                if is_fault(exc):
                    raise self._faulty(exc) from exc
                if "full" in str(exc):
                    raise StoreError(
                        Message(
                            "{path}: the disk is full; free some space and run again. Entry {entry} is in the ledger, "
                            "so nothing need be entered again: the index catches up",
                            path=self._path,
                            entry=entry.number,
                        )
                    ) from exc
                raise StoreError(
                    Message(
                        "{path}: {error}; check the disk and run again. Entry {entry} is in the ledger, so nothing "
                        "need be entered again: the index catches up",
                        path=self._path,
                        error=exc,
                        entry=entry.number,
                    )
                ) from exc
            count += 1
        return count

    def _apply_one(self, entry: Entry) -> None:
        schema = str(entry.record["schema"])
        self._db.execute(
            "INSERT INTO entry VALUES (?, ?, ?, ?)", (entry.number, entry.sha256, schema, entry.record["recorded_at"])
        )
        if MARK in entry.record:
            self._db.execute("INSERT OR REPLACE INTO once VALUES (?, ?)", (entry.record[MARK], entry.number))
        spread = SPREAD.get(schema)
        if spread is not None:
            spread(self._db, self._objects, entry)
        for desk in self._desks:
            if schema in desk.kinds:
                desk.take_in(self._db, entry)
        if schema != ERASURE and self._db.execute("SELECT 1 FROM erased LIMIT 1").fetchone():
            # Bytes that are entered again after their erasure are kept. What held erased evidence cannot come back so:
            # the evidence is not read again, and a table made without it that has the same bytes never held anything of
            # it.
            self._db.executemany("DELETE FROM erased WHERE sha256 = ?", [(name,) for name in references(entry.record)])

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query over the tables above. A fault that is met is healed first. Raises StoreError."""
        return self._ask(lambda db: db.execute(query, values).fetchall())

    def scrub(self) -> None:
        """Write the file anew, so that no page of it, nor of the files beside it, holds what was taken out."""
        with self._lock:
            try:
                self._db.execute("VACUUM")
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except INDEX_ERRORS as exc:
                raise self._faulty(exc) from exc

    def key_events(self) -> list[tuple[int, dict[str, str]]]:
        """What the ledger says of keys: `read_key_events`."""
        return self._ask(read_key_events)

    def _ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with self._lock:
                generation = self.generation
                return question(self._db)
        except sqlite3.ProgrammingError:
            raise
        except INDEX_ERRORS as exc:
            if self.heal is None or not is_fault(exc):
                raise self._faulty(exc) from exc
            if is_of_the_question(exc) and not self.check():
                raise  # a question that no index answers
            fault = str(exc)
        self.heal(fault, generation)
        try:
            with self._lock:
                return question(self._db)
        except sqlite3.ProgrammingError:
            raise
        except INDEX_ERRORS as exc:
            raise self._faulty(exc) from exc

    def digest(self) -> str:
        """A hash of everything in the index, table by table: two indexes of equal content have equal digests."""
        digest = hashlib.sha256()
        try:
            for (table,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"):
                digest.update(table.encode())
                columns = len(self._db.execute(f"SELECT * FROM {table} LIMIT 0").description)
                order = ", ".join(str(number) for number in range(1, columns + 1))
                for row in self._db.execute(f"SELECT * FROM {table} ORDER BY {order}"):
                    digest.update(repr(row).encode())
        except INDEX_ERRORS as exc:
            raise self._faulty(exc) from exc
        return digest.hexdigest()


def read_key_events(db: sqlite3.Connection) -> list[tuple[int, dict[str, str]]]:
    """What the ledger says of keys, as (entry, record's fields), in order."""
    names = ("act", "role", "holder", "key", "replaces")
    rows = db.execute(f"SELECT entry, {', '.join(names)} FROM key_event ORDER BY entry")
    return [(entry, dict(zip(names, values, strict=True))) for entry, *values in rows]


_TYPED: Final = ("reason", "by", "ordered_by", "holder", "text", "organisation", "licence", "recipient")
"""What people type into a record, or into the watch that it tells of."""


def check_typed(record: Mapping[str, Any]) -> None:
    """Raises StoreError for typed words that are a hash and nothing else: every verifier would look for the file of
    that name."""
    pending = list(record.items())
    for name, value in pending:  # which grows meanwhile
        if isinstance(value, Mapping):
            pending += value.items()
        elif isinstance(value, list | tuple):
            pending += ((name, part) for part in value)
        elif name in _TYPED and isinstance(value, str) and HASH.fullmatch(value):
            raise StoreError(
                Message(
                    '"{text}" is the hash of a file and nothing else; say in words what it is. Nothing was entered',
                    text=name,
                )
            )


def check_kept(record: Mapping[str, Any], is_kept: Callable[[str], bool]) -> None:
    """Raises StoreError for a text that is a hash of nothing that is kept here: whoever typed it, no verifier would
    ever find its file. What an erasure erases is gone, and ought to be."""
    if record.get("schema") == ERASURE:
        record = {name: value for name, value in record.items() if name != "erased"}
    for name in references(record):
        if not is_kept(name):
            raise StoreError(
                Message(
                    "{sha256}… is the hash of nothing that is kept here; if somebody typed it, say it in words. "
                    "Nothing was entered",
                    sha256=name[:16],
                )
            )
