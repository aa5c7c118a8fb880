"""Inbox → evidence and batches: every file is kept as it came, and read if it was not read so before.

A file is read in a process of its own (`reader`) while others enter acts; only what came of it is entered alone. What
one file does, or is, is one refusal, and the rest is read.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from trucewatch import __version__
from trucewatch.errors import CannotBeKept, InputTooLarge, ListOfPeople, UnreadableInput
from trucewatch.messages import Amount, Message
from trucewatch.model.batch import Origin, reading_context
from trucewatch.model.evidence import REJECTED_SCHEMA, Rejected, table_of_rejected
from trucewatch.model.file_names import name_on_record
from trucewatch.model.ids import canonical, sha256_of
from trucewatch.model.times import read_time
from trucewatch.model.watch import SourceSetting, Watch
from trucewatch.pipeline.aid_inbox import sweep_inbox
from trucewatch.pipeline.arrivals import Arrival, ListsOfPeople, SeenFiles, arrivals_of
from trucewatch.pipeline.files_beside import evidence_record, keep_attachments
from trucewatch.pipeline.reading_hashes import readings_of
from trucewatch.pipeline.returning_keys import ReturningKeys
from trucewatch.reader import Bounds, Tables, read_files, screen_file
from trucewatch.sources import adapter
from trucewatch.store import Store
from trucewatch.store.batches import BatchTables, StandingBatch, active_batches, files_on_record, kept_senders
from trucewatch.store.objects import FilesAside, keep_together
from trucewatch.watch import files_of, read_watch
from trucewatch.watch.load import names_in, usable

Advance = Callable[[str, int, int], None]
Turn = Callable[[], AbstractContextManager[object]]
"""What is held while something is entered, so that nobody else enters anything."""
SECONDS_PER_MB: Final = 60.0
"""Time that a file may take beyond `read_seconds` while it goes on: some five times what workbooks, of which a megabyte
holds 30,000 rows, take here. What hands over nothing is ended long before."""
ROWS_OF_ANY_FILE: Final = 50_000
BYTES_A_ROW: Final = 4
"""A packed file may say one row a million times in no bytes, and each would be kept, indexed and held in memory. Rows
that differ by minute and a tenth of a kilometre take 6 to 10 bytes in Parquet with zstd and 9 in gzip, without any
text of their own; such as state one, 20 and more."""


SMALL_BYTES: Final = 256_000
"""Up to here files are read and entered together: so many of them, or so many bytes in all."""
MOST_TOGETHER: Final = 256
BYTES_TOGETHER: Final = 8_000_000


def most_rows(size_bytes: int) -> int:
    """How many rows a file of this size, packed as it is kept, may give; refused ones have an end of their own."""
    return ROWS_OF_ANY_FILE + size_bytes // BYTES_A_ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What there is to say of one look into the inbox. `refused`: what lies there and is no file whose bytes could be
    kept, so that nothing of it is on record, as refused rows (`REJECTED_SCHEMA`)."""

    warnings: tuple[Message, ...] = ()
    refused: pa.Table = field(default_factory=REJECTED_SCHEMA.empty_table)


def _tell_nobody(step: str, finished: int, total: int) -> None:
    """For a reading that nobody watches."""


@dataclass(frozen=True, slots=True)
class ReadWatch:
    """The watch that was read last, and the bytes of the files that it was read from."""

    contents: dict[str, bytes] = field(default_factory=dict, repr=False)
    watch: Watch | None = None


def watch_of_today(store: Store, folder: Path) -> Watch:
    """The watch as its files stand, which are recorded if they changed."""
    contents = files_of(folder)
    watch = _watch_in(store, folder, contents)
    files = {name: str(store.objects.put(content)) for name, content in sorted(contents.items())}
    last = store.index.rows("SELECT files FROM watch_files ORDER BY entry DESC LIMIT 1")
    if not last or json.loads(last[0][0]) != files:
        store.commit([{"schema": "trucewatch/watch-files/1", "files": files}])
    return watch


def watch_to_look_at(store: Store, folder: Path) -> tuple[Watch, str]:
    """The same with the hashes of its files as a record of them would hold them; nothing is recorded."""
    contents = files_of(folder)
    files = {name: str(sha256_of(content)) for name, content in sorted(contents.items())}
    on_record = files_on_record(store, None)
    same = bool(on_record) and json.loads(on_record) == files
    return _watch_in(store, folder, contents), on_record if same else json.dumps(files)


def _watch_in(store: Store, folder: Path, contents: dict[str, bytes]) -> Watch:
    last_read = store.memory.of(ReadWatch)
    watch = last_read.watch
    if watch is None or last_read.contents != contents:
        watch = usable(*read_watch(contents), str(folder))
        store.memory.put(ReadWatch(contents, watch))
    return watch


def standing_batches(
    store: Store, watch: Watch, recorded_by: datetime | None = None
) -> dict[tuple[str, str], StandingBatch]:
    """The batches of the watch's sources that stand, by (source, file or evidence)."""
    sources = watch.settings.source
    growing = {source.id for source in sources if adapter(source.adapter).accumulates}
    return active_batches(store, {source.id for source in sources}, accumulating=growing, recorded_by=recorded_by)


def take_in(
    store: Store,
    folder: Path,
    *,
    now: datetime,
    advance: Advance = _tell_nobody,
    turn: Turn = nullcontext,
    with_large: bool = True,
    before_large: Callable[[Intake], None] | None = None,
) -> Intake:
    """Keep every file of every source as evidence, and read those whose standing batch is not this reading of it.

    turn: held while something is entered, and never while a file is read. What was read is entered only if its source
    still stands so in the watch's files; otherwise the next look reads it anew. with_large: no leaves large files to a
    later look. before_large: given what came in so far, once, before the first large file is read, if anything did.
    Raises WatchError, StoreError.
    """
    marks = _marks_of(folder)
    with turn():
        watch = watch_of_today(store, folder)
        removed = sweep_inbox(store, watch, folder, now)
        standing = standing_batches(store, watch)
    look = _Look(store=store, folder=folder, watch=watch, marks=marks, now=now, turn=turn, before_large=before_large)
    look.warnings.extend(removed)
    arrivals = arrivals_of(folder, watch.settings.source, look.warnings)
    with look:
        for number, arrival in enumerate(arrivals):
            advance("read", number, len(arrivals))
            if arrival.is_large and not with_large:
                break  # they are the last
            look.take(arrival, standing)
        look.enter()
        if with_large:
            look.keep_attachments()
    look.warn_of_missing(standing)
    look.take_statements(lambda: advance("read", len(arrivals), len(arrivals)))
    return look.intake()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A file that is to be read, and the record that its bytes came in, where that is news."""

    source: SourceSetting
    origin: Origin
    records: list[dict[str, Any]]
    size_bytes: int

    @property
    def sha256(self) -> str:
        return self.origin.evidence_sha256


@dataclass(frozen=True, slots=True)
class _Readings:
    """What decides how the files of each source of a watch are read (`readings_of`)."""

    watch: Watch | None = None
    every: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(kw_only=True)
class _Look:
    """One look into the inbox, over the watch's files as they stood when it began.

    Small files are read and entered together, so that the disk is waited for once and the next is read while one is
    stored; a kill before that costs their reading alone. A context: what was not entered is dropped on leaving it.
    """

    store: Store
    folder: Path
    watch: Watch
    marks: _Marks
    now: datetime
    turn: Turn
    before_large: Callable[[Intake], None] | None
    has_entered: bool = False
    warnings: list[Message] = field(default_factory=list)
    refused: list[Rejected] = field(default_factory=list)
    present: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        settings = self.watch.settings
        self._bounds = Bounds(
            seconds=settings.read_seconds, seconds_per_mb=SECONDS_PER_MB, memory_mb=settings.read_memory_mb
        )
        self._context = reading_context(self.watch)
        self._hashes = self.store.memory.of(SeenFiles)
        self._lists_of_people = self.store.memory.of(ListsOfPeople)
        self._below = len(str(self.folder / "x")) - 1  # of "." nothing stands before the name
        readings = self.store.memory.of(_Readings)
        if readings.watch is not self.watch:
            every = {source.id: readings_of(source, self.watch) for source in settings.source}
            readings = _Readings(self.watch, every)
            self.store.memory.put(readings)
        self._readings = readings.every
        self._pieces: list[_Piece] = []
        self._bytes = FilesAside(self.store.evidence)

    def __enter__(self) -> _Look:
        return self

    def __exit__(self, *exception: object) -> None:
        self._bytes.discard()

    def take(self, arrival: Arrival, standing: dict[tuple[str, str], StandingBatch]) -> None:
        """Keep one file and read it, if it was not read so before."""
        source, name = arrival.source, name_on_record(str(arrival.path)[self._below :])
        if arrival.fault:
            self._refuse(name, arrival.fault)
            return
        seen_hash = self._hashes.hash_of(arrival)
        if (
            seen_hash
            and self._is_kept(source, seen_hash, arrival)
            and self._was_read(source, name, seen_hash, standing)
        ):
            self.present.add(seen_hash)
            return
        if reason := self._lists_of_people.reason_of(arrival):
            self._refuse(arrival.label, reason)
            return
        is_small = arrival.size_bytes <= SMALL_BYTES
        if not is_small:
            self.enter()
        try:
            sha256, size = self.store.keep_evidence(
                arrival.path,
                is_open=source.handling == "open",
                waiting=self._bytes if is_small else None,
                screen=partial(screen_file, arrival.path, self._bounds),
            )
        except ListOfPeople as exc:
            self._lists_of_people.add(arrival, exc.message)
            self._refuse(arrival.label, exc.message)
            return
        except CannotBeKept as exc:
            self._refuse(name, exc.message)
            return
        if self._is_erased(sha256, name):
            return
        self._hashes.add(arrival, sha256)
        self.present.add(sha256)
        if self._was_read(source, name, sha256, standing):
            self._bytes.keep()
            return
        recorded = self.store.index.rows(
            "SELECT received_at FROM evidence WHERE sha256 = ? AND source = ?", sha256, source.id
        )
        received = read_time(recorded[0][0]) if recorded else self.now
        records: list[dict[str, Any]] = []
        if not recorded and not any((piece.sha256, piece.source.id) == (sha256, source.id) for piece in self._pieces):
            records.append(evidence_record(source, name, sha256, size, received))
        if arrival.is_large and self.has_entered and self.before_large:
            self.before_large(self.intake())
            self.before_large = None
        self._pieces.append(
            _Piece(source, Origin(evidence_sha256=sha256, file=name, received_at=received), records, size)
        )
        all_bytes = sum(piece.size_bytes for piece in self._pieces)
        if not is_small or len(self._pieces) == MOST_TOGETHER or all_bytes > BYTES_TOGETHER:
            self.enter()

    def keep_attachments(self) -> None:
        """Keep what lies beside the sources, after all that is read."""
        sources = [source for source in self.watch.settings.source if self._stands_still(source)]
        keep_attachments(
            self.store,
            self.folder,
            sources,
            now=self.now,
            bounds=self._bounds,
            turn=self.turn,
            refuse=self._refuse,
        )

    def take_statements(self, advance: Callable[[], None]) -> None:
        """Take in official statements that lie in a folder of their own, by the watch's own clock."""
        statements = self.folder / "statements"
        if not statements.exists() and not statements.is_symlink():
            return
        from trucewatch.pipeline.statement_folder import take_in_folder

        now = self.watch.settings.watch_time or self.now
        came = take_in_folder(self.store, self.folder, self.watch, now=now, turn=self.turn, advance=advance)
        for name, reason in came.refused:
            self._refuse(name, reason)
        self.warnings += came.warnings

    def _is_kept(self, source: SourceSetting, sha256: str, arrival: Arrival) -> bool:
        """Whether these bytes are kept, all of them and as the source's handling asks."""
        evidence = self.store.evidence
        return evidence.holds_whole(sha256, arrival.size_bytes) and not (
            source.handling == "open" and evidence.is_encrypted(sha256)
        )

    def _was_read(
        self, source: SourceSetting, name: str, sha256: str, standing: dict[tuple[str, str], StandingBatch]
    ) -> bool:
        """Whether a batch of these bytes stands that is this reading of them, or was given up under the same bounds."""
        stands = standing.get((source.id, sha256 if adapter(source.adapter).accumulates else name))
        readings = self._readings[source.id]
        if stands is None or stands.evidence != sha256:
            return False
        return stands.reading in readings or stands.reading == self._tried(readings[0])

    def intake(self) -> Intake:
        """What there is to say so far."""
        return Intake(warnings=tuple(self.warnings), refused=table_of_rejected(self.refused))

    def enter(self) -> None:
        """Read what waits, chunk by chunk, and enter what came of it."""
        pieces, self._pieces = self._pieces, []
        if not pieces:
            return
        with ExitStack() as stack:
            paths = [stack.enter_context(self._opened(piece.sha256)) for piece in pieces]
            asides = [stack.enter_context(FilesAside(self.store.objects)) for _ in pieces]
            files = [(path, piece.origin, piece.source) for path, piece in zip(paths, pieces, strict=True)]
            batches = []
            with read_files(files, self._context, self._bounds) as read:
                keys = ReturningKeys(self.store, self._standing_of)
                for piece, path, aside, parts in zip(pieces, paths, asides, read, strict=True):
                    apart = (
                        keys.kept_apart(piece.source, piece.origin, part, is_alone=len(pieces) == 1) for part in parts
                    )
                    batches.append(self._batch_of(piece, path, aside, apart))
            for aside in (self._bytes, *asides):
                aside.flush()  # before the turn: others enter acts while the disk is waited for
            with self.turn():
                stands = [
                    self._stands_still(piece.source) and not self._is_erased(piece.sha256, piece.origin.file)
                    for piece in pieces
                ]
                keep_together([self._bytes, *itertools.compress(asides, stands)])
                records = [[*piece.records, batch] for piece, batch in zip(pieces, batches, strict=True)]
                if any(stands):
                    self.store.commit([*itertools.chain(*itertools.compress(records, stands))])
                    self.has_entered = True

    def _standing_of(self, source: SourceSetting) -> list[StandingBatch]:
        """The batches of a source that stand now, as its files are read now."""
        standing = standing_batches(self.store, self.watch).values()
        readings = self._readings[source.id]
        return [batch for batch in standing if batch.source == source.id and batch.reading in readings]

    def _opened(self, sha256: str) -> AbstractContextManager[Path]:
        """A path to these bytes, whether they wait or are kept."""
        path = self._bytes.path_of(sha256)
        return nullcontext(path) if path else self.store.evidence.opened(sha256, is_checked=True)

    def _batch_of(self, piece: _Piece, path: Path, aside: FilesAside, parts: Iterator[Tables]) -> dict[str, Any]:
        """The record of what a file gives, whose tables wait."""
        source, origin = piece.source, piece.origin
        reading = self._readings[source.id][0]
        remarks: dict[str, Message] = {}
        with BatchTables(self.store, aside) as tables:
            try:
                senders = self._read_into(tables, path, parts, remarks)
            except UnreadableInput as exc:
                # How far it came may depend on the machine, so nothing of it is taken.
                tables.empty()
                senders = []
                refusal = Rejected(
                    evidence_sha256=origin.evidence_sha256, file=origin.file, row=0, reason=exc.message, excerpt=""
                )
                tables.write(rejected=table_of_rejected([refusal]))
                reading = self._tried(reading)
            tables_on_record = tables.close()
        batch = {
            "schema": "trucewatch/batch/1",
            "source": source.id,
            "adapter": source.adapter,
            "file": origin.file,
            "evidence": origin.evidence_sha256,
            "reading": reading,
        }
        self.warnings += [Message("{where}: {why}", where=origin.file, why=remark) for remark in remarks.values()]
        return batch | tables_on_record | kept_senders(self.store, senders)

    def _read_into(
        self, tables: BatchTables, path: Path, parts: Iterator[Tables], remarks: dict[str, Message]
    ) -> list[pa.Table]:
        """Who sent the rows, where the file names private people."""
        senders: list[pa.Table] = []
        rows, most = 0, most_rows(path.stat().st_size)
        for part in parts:
            rows += part.observations.num_rows + part.counters.num_rows + part.tracks.num_rows
            if rows > most:
                raise InputTooLarge(
                    Message(
                        "this file gives more than {rows} rows, which is more than different rows of its packed "
                        "size can be, and nothing of it was taken; take out the rows that are repeated, or save it "
                        "unpacked, as CSV",
                        rows=Amount(most),
                    )
                )
            tables.write(part.observations, part.counters, part.rejected, part.tracks)
            senders += [part.senders] if part.senders.num_rows else []
            remarks |= {str(remark): remark for remark in part.remarks}
        return senders

    def _tried(self, reading: str) -> str:
        """The same reading where it was given up: it stands until the file, its source, the bounds or the program
        change, so that no run spends the same time on it again."""
        bounds = {"seconds": str(self._bounds.seconds), "memory_mb": self._bounds.memory_mb}
        return "sha256:" + sha256_of(canonical({"reading": reading, "bounds": bounds, "program": __version__}))

    def _stands_still(self, source: SourceSetting) -> bool:
        """Whether the watch's files say of this source what they said when the look began."""
        if _marks_of(self.folder) == self.marks:
            return True
        watch = usable(*read_watch(files_of(self.folder)), str(self.folder))
        now = next((setting for setting in watch.settings.source if setting.id == source.id), None)
        return now is not None and readings_of(now, watch)[0] == self._readings[source.id][0]

    def _is_erased(self, sha256: str, name: str) -> bool:
        if not self.store.is_erased(sha256):
            return False
        self.store.evidence.remove(sha256)
        while path := self._bytes.path_of(sha256):
            self._bytes.drop(path)
        self.warnings.append(
            Message("{name} was erased from this watch and is not read again; remove it from the inbox", name=name)
        )
        return True

    def _refuse(self, name: str, reason: Message) -> None:
        self.refused.append(Rejected(evidence_sha256="", file=name, row=0, reason=reason, excerpt=""))
        self.warnings.append(Message("{where}: {why}", where=name, why=reason))

    def warn_of_missing(self, standing: dict[tuple[str, str], StandingBatch]) -> None:
        """Say which of the bytes that the list rests on are gone: nothing can be shown from them or read anew."""
        for batch in standing.values():
            if batch.evidence in self.present or batch.evidence in self.store.evidence:
                continue
            if not self.store.is_erased(batch.evidence):
                self.present.add(batch.evidence)  # said once, however many batches rest on it
                self.warnings.append(
                    Message(
                        "the original bytes of {name} are missing from the store ({sha256}); put the file into the "
                        "inbox again, or take it from a copy of this watch",
                        name=batch.file,
                        sha256=batch.evidence[:16],
                    )
                )


_Marks = tuple[tuple[str, int, int, int], ...]


def _marks_of(folder: Path) -> _Marks:
    """What changes when one of the watch's own files does."""
    marks = []
    for name in names_in(folder):
        try:
            state = (folder / name).stat()
        except OSError:
            continue
        marks.append((name, state.st_ino, state.st_size, state.st_mtime_ns))
    return tuple(marks)
