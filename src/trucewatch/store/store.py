"""The store of one watch: what a run opens first and closes last."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa

from trucewatch.errors import Corrupt, StoreError
from trucewatch.model.ids import Sha256
from trucewatch.store.durable import make_folder, translating
from trucewatch.store.index import Index
from trucewatch.store.journal import Entry, Journal
from trucewatch.store.lock import WatchLock
from trucewatch.store.objects import HashedFiles
from trucewatch.store.tables import TableSink, read_table

FOLDER = ".trucewatch"


class Store:
    """Evidence, objects, journal and index of a watch folder, held by one process at a time.

    accept_loss: go on with what the journal still holds, if it holds less than the index knows.
    clock: the present time; only the lock and the journal ask it. Opening finishes what a killed run left undone;
    `recovered` says in words what that was. Raises WatchBusy, StoreError.
    """

    def __init__(self, watch_folder: Path, clock: Callable[[], datetime], *, accept_loss: bool = False) -> None:
        self.root = watch_folder / FOLDER
        self._clock = clock
        self.evidence = HashedFiles(self.root / "evidence")
        self.objects = HashedFiles(self.root / "objects")
        self.recovered: tuple[str, ...] = ()
        self._accept_loss = accept_loss

    def __enter__(self) -> Store:
        if self.root.is_symlink():
            raise StoreError(f"{self.root} is a link; move the store itself into the watch")
        make_folder(self.root, mode=0o700)
        self._lock = WatchLock(self.root / "lock", self._clock())
        self._lock.__enter__()
        try:
            swept = self.evidence.sweep() + self.objects.sweep()
            self.journal = Journal(self.root / "ledger", self.objects, self._clock)
            self.index = Index(self.root / "records.sqlite", self.objects)
            self._hold_index_against_journal()
            caught_up = self.index.apply(self.journal.entries(self.index.applied))
        except BaseException:
            self._lock.__exit__(None, None, None)
            raise
        said = []
        if swept:
            said.append(f"removed {swept} half-written file{'s' * (swept > 1)}")
        if self.journal.recovered_bytes:
            said.append("cut off a journal line that was never acknowledged")
        if caught_up:
            said.append(f"the index caught up with {caught_up} record{'s' * (caught_up > 1)}")
        self.recovered = tuple(said)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.index.close()
        self._lock.__exit__(kind, value, trace)

    def _hold_index_against_journal(self) -> None:
        """The index learns of a record after the journal holds it: one that knows more tells of a loss."""
        applied = self.index.applied
        if not applied or self.journal.hash_of(applied - 1) == self.index.last_hash:
            return
        if not self._accept_loss:
            raise Corrupt(
                f"{self.root / 'ledger'} does not hold the {applied} records that the index knows: acknowledged records "
                "are gone. Restore it from a copy, or go on without them: trucewatch rebuild WATCH --accept-loss"
            )
        self.index.clear()

    def commit(self, records: Sequence[Mapping[str, Any]]) -> list[Entry]:
        """Acknowledge records and let the index know."""
        entries = self.journal.commit(records)
        self.index.apply(entries)
        return entries

    def rebuild(self) -> int:
        """Throw the index away and make it again from the journal; how many entries it holds then."""
        self.index.clear()
        return self.index.apply(self.journal.entries())

    def keep_evidence(self, path: Path) -> tuple[Sha256, int]:
        """Keep a file's original bytes before anything is parsed: their hash and size. Links are not followed."""
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as exc:
            raise StoreError(f"{path} cannot be read: {exc.strerror}; copy the file itself into the inbox") from exc
        with os.fdopen(descriptor, "rb") as stream:
            sha256, size, _ = self.evidence.put_stream(stream)
        return sha256, size

    def keep_table(self, table: pa.Table) -> str:
        """Keep an Arrow table as a Parquet object; "" for an empty one. Equal tables give equal bytes."""
        with self.sink(table.schema) as sink:
            sink.write(table.combine_chunks())
        return sink.sha256

    def sink(self, schema: pa.Schema) -> TableSink:
        """A Parquet object that is written chunk by chunk, for more rows than memory holds."""
        return TableSink(self.objects, schema)

    def table(self, sha256: str, schema: pa.Schema) -> pa.Table:
        """The table of a Parquet object, or an empty one of this schema for ""."""
        return read_table(self.objects, sha256).cast(schema) if sha256 else schema.empty_table()

    def write_out(self, name: str, content: bytes) -> Path:
        """Write a product of a run under `out/`; the folders in `name` are made."""
        path = self.root / "out" / name
        if not path.resolve().is_relative_to((self.root / "out").resolve()):
            raise StoreError(f'"{name}" leads out of the store')
        with translating(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
            aside.write_bytes(content)
            aside.replace(path)
        return path
