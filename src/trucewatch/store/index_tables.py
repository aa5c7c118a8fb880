"""The tables of the index, and what each kind of record brings into them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

import pyarrow as pa

from trucewatch.errors import StoreError
from trucewatch.model.calibration import SCHEMA as CALIBRATION
from trucewatch.model.ids import canonical
from trucewatch.store.chunks import unpack
from trucewatch.store.desk_index import MARKS
from trucewatch.store.index_content import TABLE as CONTENT
from trucewatch.store.journal import ERASURE, KEY, PRUNING, Entry, read_record_of
from trucewatch.store.objects import HashedFiles
from trucewatch.store.parquet_objects import read_columns, read_tuples
from trucewatch.store.pointers import CHANGE_TABLE, CHANGES, add_batch, drop_batches
from trucewatch.store.pointers import TABLE as POINTERS
from trucewatch.store.trees import read_part
from trucewatch.store.typed_words import place_of

SCHEMA_VERSION: Final = 11

HASH: Final = re.compile(r"[0-9a-f]{64}")
TABLES: Final = f"""
{CONTENT}
{MARKS}
CREATE TABLE entry (number INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, schema TEXT NOT NULL, recorded_at TEXT NOT NULL);
CREATE TABLE evidence (sha256 TEXT NOT NULL, source TEXT NOT NULL, name TEXT NOT NULL, size_bytes INTEGER NOT NULL,
  received_at TEXT NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (sha256, source));
CREATE TABLE batch (entry INTEGER PRIMARY KEY, source TEXT NOT NULL, evidence TEXT NOT NULL, reading TEXT NOT NULL,
  observations TEXT NOT NULL, counters TEXT NOT NULL, rejected TEXT NOT NULL, observation_rows INTEGER NOT NULL,
  counter_rows INTEGER NOT NULL, rejected_rows INTEGER NOT NULL, file TEXT NOT NULL, recorded_at TEXT NOT NULL);
{POINTERS}
CREATE TABLE counter (counter_id TEXT NOT NULL, batch INTEGER NOT NULL, row INTEGER NOT NULL, name TEXT NOT NULL,
  evidence TEXT NOT NULL, evidence_row INTEGER NOT NULL, PRIMARY KEY (counter_id, batch, row)) WITHOUT ROWID;
CREATE TABLE watch_files (entry INTEGER PRIMARY KEY, files TEXT NOT NULL, recorded_at TEXT NOT NULL);
CREATE TABLE list (entry INTEGER PRIMARY KEY, level TEXT NOT NULL, as_of TEXT NOT NULL, incidents TEXT NOT NULL,
  findings TEXT NOT NULL, inputs TEXT NOT NULL, recorded_at TEXT NOT NULL, more TEXT NOT NULL);
CREATE TABLE pruned_list (entry INTEGER PRIMARY KEY, level TEXT NOT NULL, as_of TEXT NOT NULL, incidents TEXT NOT NULL,
  findings TEXT NOT NULL, inputs TEXT NOT NULL, recorded_at TEXT NOT NULL, more TEXT NOT NULL,
  pruning INTEGER NOT NULL);
CREATE INDEX list_by_cut_off ON list (substr(as_of, 1, 19), as_of, entry);
{CHANGE_TABLE}
CREATE TABLE change_gap (list INTEGER PRIMARY KEY);
CREATE TABLE key_event (entry INTEGER PRIMARY KEY, act TEXT NOT NULL, role TEXT NOT NULL, holder TEXT NOT NULL,
  key TEXT NOT NULL, replaces TEXT NOT NULL, reason TEXT NOT NULL, recorded_at TEXT NOT NULL);
CREATE TABLE once (key TEXT PRIMARY KEY, entry INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE erased (sha256 TEXT PRIMARY KEY, entry INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE calibration (entry INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, period TEXT NOT NULL, until TEXT NOT NULL,
  closes TEXT NOT NULL, method TEXT NOT NULL, rows INTEGER NOT NULL, act TEXT NOT NULL, anew_from TEXT NOT NULL,
  supersedes TEXT NOT NULL, recorded_at TEXT NOT NULL);
CREATE TABLE publication (entry INTEGER PRIMARY KEY, number TEXT NOT NULL, revision INTEGER NOT NULL,
  record TEXT NOT NULL);
"""
"""Observations and counters are pointers into the Parquet objects of batches; those to observations are sorted blocks,
which `pointers.pointers_to` reads. A list is read from its own objects: rows
of it have no place here, or every list would write as many as are on record; of what changed in it the index holds
which incidents a change led to. `change_gap`: lists of which it does not: they are gone, have no history, or one that
could not be read. `pruned_list` holds what `list` did, of lists of which nothing but their history is kept, and the
entry that pruned them. `erased` holds what was erased and not
entered again since: hashes, and references `p-…` to people, `w-…` to words."""


def references(record: Any) -> Iterator[str]:
    """The hashes of kept bytes that a record names, at any depth; not those of things kept elsewhere (`…_digest`)."""
    if isinstance(record, Mapping):
        for name, value in record.items():
            if not name.endswith("_digest"):
                yield from references(value)
    elif isinstance(record, list | tuple):
        for value in record:
            yield from references(value)
    elif isinstance(record, str) and HASH.fullmatch(record):
        yield record


def _is_in_place_of_another(entry: Entry) -> bool:
    """Whether it was entered for one whose words, or whose file's name, were erased."""
    return "in_place_of" in entry.record


def _spread_evidence(db: sqlite3.Connection, objects: HashedFiles, entry: Entry) -> None:
    record = entry.record
    place = place_of(entry.number, record)
    values = (*(record[key] for key in ("sha256", "source", "name", "size_bytes", "received_at")), place)
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
    ids = read_columns(objects, record["observations"], ("observation_id",))
    add_batch(db, entry.number, (table.column("observation_id") for table in ids))
    _point_to_counters(db, objects, entry)


def _spread_list(db: sqlite3.Connection, objects: HashedFiles, entry: Entry) -> None:
    """A list with the roots of its trees; what is below them was written before, and an erasure names the lists of
    which it takes a part."""
    is_whole = all(name in objects for name in references(entry.record))
    if is_whole:
        values = _values_of_list(entry.number, entry.record)
        db.execute(f"INSERT INTO list VALUES (?{', ?' * (len(values) - 1)})", values)
    ids = _ends_of_changes(objects, entry.record)
    # Of one that lacks parts an entry further on says whether it was pruned, and is told of still, or erased.
    if ids is None or not is_whole:
        db.execute("INSERT INTO change_gap VALUES (?)", (entry.number,))
    add_batch(db, entry.number, [] if ids is None else [ids], CHANGES)


def _ends_of_changes(objects: HashedFiles, record: Mapping[str, Any]) -> pa.Array | None:
    """The incidents that the changes of a list led to, each once; None if its history cannot be read, or it has
    none."""
    history, ids = record.get("history"), list[str]()
    if history is None:
        return None
    try:
        if history and record["schema"] == "trucewatch/list/1":
            parts = read_columns(objects, history, ("to_ids",))
            ids = [str(name) for part in parts for name in part.column("to_ids").flatten().to_pylist()]
        elif history:
            ids = unpack(read_part(objects, history), history)["columns"]["to_ids"]["values"]
    except StoreError:  # the inspector names it, and so does the page of any incident
        return None
    return pa.array(dict.fromkeys(ids), pa.string())


def _values_of_list(number: int, record: Mapping[str, Any]) -> tuple[Any, ...]:
    keys = ("level", "as_of", "incidents", "findings", "inputs", "recorded_at")
    more_of = {key: value for key, value in record.items() if key not in ("schema", *keys)}
    version = int(str(record["schema"]).rpartition("/")[2])
    more = canonical(more_of | ({"version": version} if version > 1 else {})).decode()
    return (number, *(record[key] for key in keys), more)


def _spread_pruning(db: sqlite3.Connection, objects: HashedFiles, entry: Entry) -> None:
    """A pruned list leaves those that can be read, whether its parts are there still or not: what became of incidents
    in it is told on."""
    for number in entry.record["lists"]:
        for (sha256,) in db.execute("SELECT sha256 FROM entry WHERE number = ?", (number,)).fetchall():
            record = read_record_of(objects, sha256)
            values = (*_values_of_list(number, record), entry.number)
            db.execute(f"INSERT OR IGNORE INTO pruned_list VALUES (?{', ?' * (len(values) - 1)})", values)
            is_listed = db.execute("SELECT 1 FROM list WHERE entry = ?", (number,)).fetchone()
            if not is_listed and _ends_of_changes(objects, record) is not None:
                db.execute("DELETE FROM change_gap WHERE list = ?", (number,))
        db.execute("DELETE FROM list WHERE entry = ?", (number,))


COUNTER_COLUMNS: Final = ("counter_id", "name", "evidence_sha256", "evidence_row")
"""The columns of a batch's counters that the index holds beside entry and row."""


def _point_to_counters(db: sqlite3.Connection, objects: HashedFiles, entry: Entry) -> None:
    """Into the table of counters each that the record names: identity, entry, row, and the rest."""
    db.executemany(
        f"INSERT INTO counter VALUES (?, ?{', ?' * len(COUNTER_COLUMNS)})",
        (
            (identity, entry.number, row, *rest)
            for row, (identity, *rest) in enumerate(read_tuples(objects, entry.record["counters"], COUNTER_COLUMNS))
        ),
    )


def _spread_watch_files(db: sqlite3.Connection, objects: HashedFiles, entry: Entry) -> None:
    files = canonical(entry.record["files"]).decode()
    db.execute("INSERT INTO watch_files VALUES (?, ?, ?)", (entry.number, files, entry.record["recorded_at"]))


def _spread_publication(db: sqlite3.Connection, objects: HashedFiles, entry: Entry) -> None:
    record = entry.record
    place = place_of(entry.number, record)
    values = (place, record["number"], record["revision"], canonical(dict(record)).decode())
    db.execute("DELETE FROM publication WHERE entry = ?", (place,))
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
    drop_batches(db, [number for (number,) in db.execute(batches)], entry.number)
    db.execute(f"DELETE FROM counter WHERE batch IN ({batches})")
    pruned = f"SELECT entry FROM pruned_list WHERE json_extract(more, '$.history') IN ({gone})"
    left = {number for (number,) in db.execute(f"{lists} UNION {pruned}")}.union(entry.record.get("lists", ()))
    left.update(_lacking(db, objects, {*entry.record["erased"]}))
    drop_batches(db, sorted(left), entry.number, CHANGES)
    db.executemany("DELETE FROM list WHERE entry = ?", [(number,) for number in left])
    db.executemany("INSERT OR IGNORE INTO change_gap VALUES (?)", [(number,) for number in left])
    db.execute(f"DELETE FROM batch WHERE entry IN ({batches})")
    db.execute(f"DELETE FROM pruned_list WHERE json_extract(more, '$.history') IN ({gone})")


def _lacking(db: sqlite3.Connection, objects: HashedFiles, erased: Container[str]) -> Iterator[int]:
    """The lists that lacked a part when they were entered, and name one of what was erased."""
    without = """SELECT number, sha256 FROM entry JOIN change_gap ON change_gap.list = number
      WHERE number NOT IN (SELECT entry FROM list UNION SELECT entry FROM pruned_list)"""
    for number, sha256 in db.execute(without).fetchall():
        with suppress(StoreError):
            if any(name in erased for name in references(read_record_of(objects, sha256))):
                yield number


SPREAD: Final[Mapping[str, Callable[[sqlite3.Connection, HashedFiles, Entry], None]]] = {
    "trucewatch/evidence/1": _spread_evidence,
    "trucewatch/batch/1": _spread_batch,
    "trucewatch/list/1": _spread_list,
    "trucewatch/list/2": _spread_list,
    "trucewatch/watch-files/1": _spread_watch_files,
    "trucewatch/publication/1": _spread_publication,
    CALIBRATION: _spread_calibration,
    KEY: _spread_key,
    ERASURE: _spread_erasure,
    PRUNING: _spread_pruning,
}
