"""What was read, as the journal holds it: watch files and batches; and which of them stand at a moment."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import WatchError
from trucewatch.messages import Message
from trucewatch.model.evidence import REJECTED_SCHEMA
from trucewatch.model.observation import COUNTER_SCHEMA, STORED_OBSERVATION_SCHEMA, as_stored
from trucewatch.model.report import RejectedCount
from trucewatch.model.times import iso_utc, read_time
from trucewatch.model.track import TRACK_SCHEMA
from trucewatch.store.kept_rows import KeptRows, Tables
from trucewatch.store.objects import FilesAside
from trucewatch.store.parquet_objects import read_table
from trucewatch.store.readings import last_readings
from trucewatch.store.store import Store

_ROWS: Final = {
    "observations": "observation_rows",
    "counters": "counter_rows",
    "rejected": "rejected_rows",
    "tracks": "track_rows",
}


class BatchTables:
    """The tables of a batch while they are written, aside; closed as objects that wait to be kept by `close`, or
    dropped on leaving. Track points have a table only where there are any."""

    def __init__(self, store: Store, waiting: FilesAside) -> None:
        self._store, self._waiting = store, waiting
        self._begin()

    def _begin(self) -> None:
        self._sinks = {
            "observations": self._store.sink(STORED_OBSERVATION_SCHEMA, self._waiting),
            "counters": self._store.sink(COUNTER_SCHEMA, self._waiting),
            "rejected": self._store.sink(REJECTED_SCHEMA, self._waiting),
        }

    def __enter__(self) -> BatchTables:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sink in self._sinks.values():
            sink.discard()

    def write(
        self,
        observations: pa.Table | None = None,
        counters: pa.Table | None = None,
        rejected: pa.Table | None = None,
        tracks: pa.Table | None = None,
    ) -> None:
        """Add rows."""
        named = {"observations": observations, "counters": counters, "rejected": rejected}
        if tracks is not None and tracks.num_rows:
            self._sinks.setdefault("tracks", self._store.sink(TRACK_SCHEMA, self._waiting))
            named["tracks"] = tracks
        for name, table in named.items():
            if table is not None:
                self._sinks[name].write(table)

    def empty(self) -> None:
        """Drop what was written so far."""
        for sink in self._sinks.values():
            sink.discard()
        self._begin()

    def close(self) -> dict[str, Any]:
        """Let the tables wait; their names and numbers of rows, as a batch's record has them."""
        for sink in self._sinks.values():
            sink.keep()
        names = {name: sink.sha256 for name, sink in self._sinks.items()}
        return names | {_ROWS[name]: sink.rows for name, sink in self._sinks.items()}


def kept_senders(store: Store, senders: Sequence[pa.Table]) -> dict[str, str]:
    """Keep who sent the rows of a file apart, under `private/`, where it can be erased; what its record says of it: a
    reference, or nothing where nobody private sent any."""
    if not senders:
        return {}
    rows = pa.concat_tables(senders).to_pydict()
    by_row = {str(row): handle for row, handle in zip(rows["evidence_row"], rows["handle"], strict=True)}
    return {"senders": store.keep_words(json.dumps(by_row, ensure_ascii=False, sort_keys=True))}


def senders_of(store: Store, batch: StandingBatch) -> dict[int, str]:
    """Who sent the rows of a batch, by the row of its file; empty where nobody is named, or who it was is erased."""
    reference = next(store.journal.entries(batch.entry)).record.get("senders", "")
    text = store.words.read(reference) if reference else None
    return {int(row): handle for row, handle in json.loads(text).items()} if text else {}


def track_points_in(store: Store, batch: StandingBatch) -> int:
    """How many track points a batch holds."""
    return int(next(store.journal.entries(batch.entry)).record.get("track_rows", 0))


def tracks_of(store: Store, batch: StandingBatch) -> pa.Table:
    """The track points of a batch (TRACK_SCHEMA)."""
    return store.table(next(store.journal.entries(batch.entry)).record.get("tracks", ""), TRACK_SCHEMA)


@dataclass(frozen=True, slots=True)
class StandingBatch:
    """One reading of one piece of evidence that stands: its entry in the journal and its objects."""

    entry: int
    source: str
    file: str
    evidence: str
    reading: str
    observations: str
    counters: str
    rejected: str
    rows: int
    rejected_rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRows:
    """Everything that the standing batches hold: all versions of all rows."""

    observations: pa.Table
    counters: pa.Table
    rejected: pa.Table
    rejected_counts: tuple[RejectedCount, ...]


def watch_files_recorded_by(store: Store, moment: datetime) -> dict[str, bytes]:
    """The watch's own files as they were recorded last by this moment. Raises WatchError if there were none."""
    on_record = files_on_record(store, moment)
    if not on_record:
        raise WatchError(
            Message(
                "nothing was recorded in this watch by {iso_utc}; give a later --recorded-by", iso_utc=iso_utc(moment)
            )
        )
    files = json.loads(on_record)
    if gone := [name for name, sha256 in sorted(files.items()) if store.is_erased(sha256)]:
        raise WatchError(
            Message(
                "{file} as it was at {iso_utc} was erased, so what stood then cannot be worked out again; give a later "
                "--recorded-by",
                file=gone[0],
                iso_utc=iso_utc(moment),
            )
        )
    return {name: store.objects.get(sha256) for name, sha256 in files.items()}


def files_on_record(store: Store, recorded_by: datetime | None) -> str:
    """The hashes of the watch's own files as they were recorded last, by this moment if there is one; "" for none."""
    rows = store.index.rows("SELECT files, recorded_at FROM watch_files ORDER BY entry")
    stands = [files for files, recorded_at in rows if recorded_by is None or read_time(recorded_at) <= recorded_by]
    return str(stands[-1]) if stands else ""


def active_batches(
    store: Store, sources: Collection[str], *, accumulating: Collection[str], recorded_by: datetime | None = None
) -> dict[tuple[str, str], StandingBatch]:
    """The batches of these sources that stand, by (source, file), in order of entry.

    Of every file the last reading stands. For the `accumulating` sources, whose files come again with other rows, the
    key is (source, evidence): every piece of evidence stands, in its last reading.
    """
    of = frozenset(sources), frozenset(accumulating)
    last = store.memory.of(_Active)
    goes_on = recorded_by is None and last.of == of
    active, since = (dict(last.batches), last.entry) if goes_on else ({}, -1)
    query = """SELECT entry, source, file, evidence, reading, observations, counters, rejected,
               observation_rows + counter_rows, rejected_rows, recorded_at FROM batch WHERE entry > ? ORDER BY entry"""
    for *values, recorded_at in store.index.rows(query, since):
        batch = StandingBatch(*values)
        if batch.source not in sources or (recorded_by is not None and read_time(recorded_at) > recorded_by):
            continue
        key = (batch.source, batch.evidence if batch.source in accumulating else batch.file)
        active.pop(key, None)
        active[key] = batch
    if recorded_by is None:
        latest = max((batch.entry for batch in [*active.values()][-1:]), default=since)
        store.memory.put(_Active(of, max(latest, since), dict(active)))
    return active


@dataclass(frozen=True, slots=True)
class _Active:
    """The batches that stood when this process asked last, and the last entry among them."""

    of: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    entry: int = -1
    batches: dict[tuple[str, str], StandingBatch] = field(default_factory=dict)


def kept_observations(store: Store, names: Sequence[str]) -> pa.Table:
    """These observations as the last reading of each has them, in the order of the names; one that no batch holds is
    left out."""
    tables = [as_stored(rows) for _, rows in last_readings(store, names)]
    readings = pa.concat_tables([STORED_OBSERVATION_SCHEMA.empty_table(), *tables]).combine_chunks()
    order = pc.index_in(pa.array(names, pa.string()), readings["observation_id"])
    return readings.take(order.drop_null())


def stored_observations(store: Store, sha256: str) -> pa.Table:
    """The observations of a batch, of an earlier version too."""
    return as_stored(read_table(store.objects, sha256)) if sha256 else STORED_OBSERVATION_SCHEMA.empty_table()


def rejected_table(store: Store, sha256: str) -> pa.Table:
    """The refused rows of a batch, with null for every message that the store did not keep."""
    if not sha256:
        return REJECTED_SCHEMA.empty_table()
    table = read_table(store.objects, sha256)
    if "message" not in table.column_names:
        table = table.append_column("message", pa.nulls(table.num_rows, pa.string()))
    return table.cast(REJECTED_SCHEMA)


def load_batches(store: Store, batches: Sequence[StandingBatch], *, keeps: bool = True) -> BatchRows:
    """The rows of these batches; those that this process read before are in memory. keeps: whether these are held for
    the next time."""
    by_entry = {batch.entry: batch for batch in batches}

    def read(entry: int) -> Tables:
        batch = by_entry[entry]
        return (
            stored_observations(store, batch.observations),
            store.table(batch.counters, COUNTER_SCHEMA),
            rejected_table(store, batch.rejected),
        )

    empty = tuple(schema.empty_table() for schema in (STORED_OBSERVATION_SCHEMA, COUNTER_SCHEMA, REJECTED_SCHEMA))
    pieces = store.memory.of(KeptRows).of([batch.entry for batch in batches], read, keeps=keeps)
    observations, counters, rejected = (pa.concat_tables(parts) for parts in zip(empty, *pieces, strict=True))
    return BatchRows(
        observations=observations,
        counters=counters,
        rejected=rejected,
        rejected_counts=tuple(
            RejectedCount(
                source=batch.source,
                file=batch.file,
                rejected=batch.rejected_rows,
                rows=batch.rows + batch.rejected_rows,
            )
            for batch in batches
            if batch.rejected_rows
        ),
    )
