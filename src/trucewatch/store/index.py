"""The SQLite index: quick answers to what the journal holds. It can be thrown away; `rebuild` makes it again."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.calibration import SCHEMA as CALIBRATION
from trucewatch.model.ids import canonical
from trucewatch.store.desk_index import MARKS, DeskIndex, behind, make_again
from trucewatch.store.journal import ERASURE, KEY, Entry
from trucewatch.store.objects import HashedFiles
from trucewatch.store.parquet_objects import read_tuples
from trucewatch.store.typed_words import place_of

SCHEMA_VERSION: Final = 6

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_TABLES: Final = f"""
{MARKS}
CREATE TABLE entry (number INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, schema TEXT NOT NULL, recorded_at TEXT NOT NULL);
CREATE TABLE evidence (sha256 TEXT NOT NULL, source TEXT NOT NULL, name TEXT NOT NULL, size_bytes INTEGER NOT NULL,
  received_at TEXT NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (sha256, source));
CREATE TABLE batch (entry INTEGER PRIMARY KEY, source TEXT NOT NULL, evidence TEXT NOT NULL, reading TEXT NOT NULL,
  observations TEXT NOT NULL, counters TEXT NOT NULL, rejected TEXT NOT NULL, observation_rows INTEGER NOT NULL,
  counter_rows INTEGER NOT NULL, rejected_rows INTEGER NOT NULL, file TEXT NOT NULL, recorded_at TEXT NOT NULL);
CREATE TABLE observation (observation_id TEXT NOT NULL, batch INTEGER NOT NULL, row INTEGER NOT NULL,
  kind TEXT NOT NULL, occurred_start INTEGER NOT NULL, known_at INTEGER NOT NULL, evidence TEXT NOT NULL,
  evidence_row INTEGER NOT NULL, PRIMARY KEY (observation_id, batch, row)) WITHOUT ROWID;
CREATE TABLE counter (counter_id TEXT NOT NULL, batch INTEGER NOT NULL, row INTEGER NOT NULL, name TEXT NOT NULL,
  evidence TEXT NOT NULL, evidence_row INTEGER NOT NULL, PRIMARY KEY (counter_id, batch, row)) WITHOUT ROWID;
CREATE TABLE watch_files (entry INTEGER PRIMARY KEY, files TEXT NOT NULL, recorded_at TEXT NOT NULL);
CREATE TABLE list (entry INTEGER PRIMARY KEY, level TEXT NOT NULL, as_of TEXT NOT NULL, incidents TEXT NOT NULL,
  findings TEXT NOT NULL, inputs TEXT NOT NULL, recorded_at TEXT NOT NULL, more TEXT NOT NULL);
CREATE TABLE incident (incident_id TEXT NOT NULL, list INTEGER NOT NULL, row INTEGER NOT NULL, kind TEXT NOT NULL,
  occurred_start INTEGER NOT NULL, PRIMARY KEY (incident_id, list)) WITHOUT ROWID;
CREATE TABLE finding (finding_id TEXT NOT NULL, list INTEGER NOT NULL, row INTEGER NOT NULL, incident_id TEXT NOT NULL,
  stipulation TEXT NOT NULL, outcome TEXT NOT NULL, PRIMARY KEY (finding_id, list)) WITHOUT ROWID;
CREATE TABLE key_event (entry INTEGER PRIMARY KEY, act TEXT NOT NULL, role TEXT NOT NULL, holder TEXT NOT NULL,
  key TEXT NOT NULL, replaces TEXT NOT NULL, reason TEXT NOT NULL, recorded_at TEXT NOT NULL);
CREATE TABLE erased (sha256 TEXT PRIMARY KEY, entry INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE calibration (entry INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, period TEXT NOT NULL, until TEXT NOT NULL,
  closes TEXT NOT NULL, method TEXT NOT NULL, rows INTEGER NOT NULL, act TEXT NOT NULL, anew_from TEXT NOT NULL,
  supersedes TEXT NOT NULL, recorded_at TEXT NOT NULL);
CREATE TABLE publication (entry INTEGER PRIMARY KEY, number TEXT NOT NULL, revision INTEGER NOT NULL,
  record TEXT NOT NULL);
"""
"""Observations, counters, incidents and findings are pointers into the Parquet objects; of lists only the last one is
spread out, since a list made earlier is read from its objects. `erased` holds what was erased and not entered again
since: hashes, and references `p-…` to people, `w-…` to words."""


class Index:
    """The index of one watch, one connection. Every entry of the journal is applied exactly once, in order."""

    def __init__(self, path: Path, objects: HashedFiles, desks: Sequence[DeskIndex] = ()) -> None:
        self._path, self._objects, self._desks = path, objects, desks
        self._db = self._open()

    def catch_up_desks(self, entry_of: Callable[[int], Entry]) -> None:
        """Make the tables of desks that are new, changed or left behind, from the entries that the index knows."""
        for desk in behind(self._db, self._desks):
            make_again(self._db, desk, [entry_of(number) for number in desk.entries(self._db)])

    def _open(self) -> sqlite3.Connection:
        try:
            db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=NORMAL")
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version != SCHEMA_VERSION:
                if version or db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    db.close()
                    self._remove()
                    return self._open()
                db.executescript(f"BEGIN; {_TABLES} PRAGMA user_version={SCHEMA_VERSION}; COMMIT;")
                for desk in self._desks:
                    make_again(db, desk, ())
        except sqlite3.DatabaseError as exc:
            raise StoreError(
                Message(
                    "{path}: {error}; remove this file, it is only an index, and run again", path=self._path, error=exc
                )
            ) from exc
        return db

    def _remove(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)

    def close(self) -> None:
        self._db.close()

    def clear(self) -> None:
        """Throw the index away and begin an empty one."""
        self._db.close()
        self._remove()
        self._db = self._open()

    @property
    def applied(self) -> int:
        """How many entries of the journal the index knows."""
        return int(self._db.execute("SELECT coalesce(max(number) + 1, 0) FROM entry").fetchone()[0])

    @property
    def has_gaps(self) -> bool:
        """Whether it left out an entry before the last that it knows."""
        return int(self._db.execute("SELECT count(*) FROM entry").fetchone()[0]) != self.applied

    @property
    def last_hash(self) -> str:
        """The hash of the last entry that the index knows; "" for none."""
        row = self._db.execute("SELECT sha256 FROM entry ORDER BY number DESC LIMIT 1").fetchone()
        return str(row[0]) if row else ""

    def apply(self, entries: Iterable[Entry]) -> int:
        """Take in entries; how many. Raises StoreError if SQLite cannot write; entries before that one are taken in."""
        count = 0
        for entry in entries:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                self._apply_one(entry)
                self._db.execute("COMMIT")
            except sqlite3.OperationalError as exc:
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
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
            count += 1
        return count

    def _apply_one(self, entry: Entry) -> None:
        schema = str(entry.record["schema"])
        self._db.execute(
            "INSERT INTO entry VALUES (?, ?, ?, ?)", (entry.number, entry.sha256, schema, entry.record["recorded_at"])
        )
        spread = _SPREAD.get(schema)
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
        """The rows of a query over the tables above."""
        return self._db.execute(query, values).fetchall()

    def scrub(self) -> None:
        """Write the file anew, so that no page of it, nor of the files beside it, holds what was taken out."""
        self._db.execute("VACUUM")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def key_events(self) -> list[tuple[int, dict[str, str]]]:
        """What the ledger says of keys: `read_key_events`."""
        return read_key_events(self._db)

    def digest(self) -> str:
        """A hash of everything in the index, table by table: two indexes of equal content have equal digests."""
        digest = hashlib.sha256()
        for (table,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"):
            digest.update(table.encode())
            columns = len(self._db.execute(f"SELECT * FROM {table} LIMIT 0").description)
            order = ", ".join(str(number) for number in range(1, columns + 1))
            for row in self._db.execute(f"SELECT * FROM {table} ORDER BY {order}"):
                digest.update(repr(row).encode())
        return digest.hexdigest()


def read_key_events(db: sqlite3.Connection) -> list[tuple[int, dict[str, str]]]:
    """What the ledger says of keys, as (entry, record's fields), in order."""
    names = ("act", "role", "holder", "key", "replaces")
    rows = db.execute(f"SELECT entry, {', '.join(names)} FROM key_event ORDER BY entry")
    return [(entry, dict(zip(names, values, strict=True))) for entry, *values in rows]


def references(record: Any) -> Iterator[str]:
    """The hashes of kept bytes that a record names, at any depth; not those of things kept elsewhere (`…_digest`)."""
    if isinstance(record, Mapping):
        for name, value in record.items():
            if not name.endswith("_digest"):
                yield from references(value)
    elif isinstance(record, list | tuple):
        for value in record:
            yield from references(value)
    elif isinstance(record, str) and _HASH.fullmatch(record):
        yield record


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
        elif name in _TYPED and isinstance(value, str) and _HASH.fullmatch(value):
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


def _is_in_place_of_another(entry: Entry) -> bool:
    """Whether it was entered for one whose words, or whose file's name, were erased."""
    return "in_place_of" in entry.record


def _spread_evidence(db: sqlite3.Connection, objects: HashedFiles, entry: Entry) -> None:
    record = entry.record
    values = (
        *(record[key] for key in ("sha256", "source", "name", "size_bytes", "received_at")),
        place_of(entry.number, entry.record),
    )
    if _is_in_place_of_another(entry):
        db.execute("DELETE FROM evidence WHERE sha256 = ? AND source = ?", (record["sha256"], record["source"]))
    db.execute("INSERT OR IGNORE INTO evidence VALUES (?, ?, ?, ?, ?, ?)", values)


def _spread_batch(db: sqlite3.Connection, objects: HashedFiles, entry: Entry) -> None:
    record = entry.record
    if _is_in_place_of_another(entry) or any(
        record[key] and record[key] not in objects for key in ("observations", "counters", "rejected")
    ):
        return  # erased since; an entry further on says so, and what else is missing is the inspector's to name
    keys = (
        "source",
        "evidence",
        "reading",
        "observations",
        "counters",
        "rejected",
        "observation_rows",
        "counter_rows",
        "rejected_rows",
        "file",
        "recorded_at",
    )
    db.execute(f"INSERT INTO batch VALUES (?{', ?' * len(keys)})", (entry.number, *(record[key] for key in keys)))
    _point_to_rows(db, objects, "observation", entry, "observations")
    _point_to_rows(db, objects, "counter", entry, "counters")


def _spread_list(db: sqlite3.Connection, objects: HashedFiles, entry: Entry) -> None:
    record = entry.record
    db.execute("DELETE FROM incident")
    db.execute("DELETE FROM finding")
    if any(name not in objects for name in references(record)):
        return
    keys = ("level", "as_of", "incidents", "findings", "inputs", "recorded_at")
    more = canonical({key: value for key, value in record.items() if key not in ("schema", *keys)}).decode()
    db.execute(
        f"INSERT INTO list VALUES (?{', ?' * len(keys)}, ?)", (entry.number, *(record[key] for key in keys), more)
    )
    _point_to_rows(db, objects, "incident", entry, "incidents")
    _point_to_rows(db, objects, "finding", entry, "findings")


_COLUMNS: Final = {
    "observation": ("observation_id", "kind", "occurred_start", "known_at", "evidence_sha256", "evidence_row"),
    "counter": ("counter_id", "name", "evidence_sha256", "evidence_row"),
    "incident": ("incident_id", "kind", "occurred_start"),
    "finding": ("finding_id", "incident_id", "stipulation", "outcome"),
}
"""The columns of a list's and a batch's tables that the index holds beside entry and row."""


def _point_to_rows(db: sqlite3.Connection, objects: HashedFiles, table: str, entry: Entry, name: str) -> None:
    """Into a table of pointers, each row of an object that the record names: identity, entry, row, and the rest."""
    columns = _COLUMNS[table]
    db.executemany(
        f"INSERT INTO {table} VALUES (?, ?{', ?' * len(columns)})",
        (
            (identity, entry.number, row, *rest)
            for row, (identity, *rest) in enumerate(read_tuples(objects, entry.record[name], columns))
        ),
    )


def _spread_watch_files(db: sqlite3.Connection, objects: HashedFiles, entry: Entry) -> None:
    files = canonical(entry.record["files"]).decode()
    db.execute("INSERT INTO watch_files VALUES (?, ?, ?)", (entry.number, files, entry.record["recorded_at"]))


def _spread_publication(db: sqlite3.Connection, objects: HashedFiles, entry: Entry) -> None:
    record = entry.record
    values = (
        place_of(entry.number, entry.record),
        record["number"],
        record["revision"],
        canonical(dict(record)).decode(),
    )
    db.execute("DELETE FROM publication WHERE entry = ?", values[:1])
    db.execute("INSERT INTO publication VALUES (?, ?, ?, ?)", values)


def _spread_calibration(db: sqlite3.Connection, objects: HashedFiles, entry: Entry) -> None:
    """Which it is; its books stay in the record. After a loss it is entered again, and counts as recorded then."""
    keys = ("period", "until", "closes", "method", "rows", "act", "anew_from", "supersedes")
    recorded_at = entry.record.get("first_recorded_at", entry.record["recorded_at"])
    values = (entry.number, entry.sha256, *(entry.record[key] for key in keys), recorded_at)
    db.execute(f"INSERT INTO calibration VALUES (?, ?{', ?' * len(keys)}, ?)", values)


def _spread_key(db: sqlite3.Connection, objects: HashedFiles, entry: Entry) -> None:
    keys = ("act", "role", "holder", "key", "replaces", "reason", "recorded_at")
    db.execute(
        "INSERT INTO key_event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (entry.number, *(entry.record[key] for key in keys))
    )


def _spread_erasure(db: sqlite3.Connection, objects: HashedFiles, entry: Entry) -> None:
    """What was erased leaves the index too: batches and lists whose objects are gone, and all that points into them."""
    for name in (*entry.record["erased"], *entry.record.get("people", ())):
        db.execute("INSERT OR IGNORE INTO erased VALUES (?, ?)", (name, place_of(entry.number, entry.record)))
    gone = "SELECT sha256 FROM erased"
    db.execute(f"UPDATE entry SET schema = schema || '#erased' WHERE sha256 IN ({gone}) AND instr(schema, '#') = 0")
    named = " OR ".join(f"{column} IN ({gone})" for column in ("evidence", "observations", "counters", "rejected"))
    batches = f"SELECT entry FROM batch WHERE {named}"
    others = f"EXISTS (SELECT 1 FROM json_each(list.more) WHERE value IN ({gone}))"
    lists = f"SELECT entry FROM list WHERE incidents IN ({gone}) OR findings IN ({gone}) OR {others}"
    for table in ("observation", "counter"):
        db.execute(f"DELETE FROM {table} WHERE batch IN ({batches})")
    for table in ("incident", "finding"):
        db.execute(f"DELETE FROM {table} WHERE list IN ({lists})")
    db.execute(f"DELETE FROM list WHERE entry IN ({lists})")
    db.execute(f"DELETE FROM batch WHERE entry IN ({batches})")


_SPREAD: Final[Mapping[str, Callable[[sqlite3.Connection, HashedFiles, Entry], None]]] = {
    "trucewatch/evidence/1": _spread_evidence,
    "trucewatch/batch/1": _spread_batch,
    "trucewatch/list/1": _spread_list,
    "trucewatch/watch-files/1": _spread_watch_files,
    "trucewatch/publication/1": _spread_publication,
    CALIBRATION: _spread_calibration,
    KEY: _spread_key,
    ERASURE: _spread_erasure,
}
