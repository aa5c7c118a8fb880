"""The store of one watch: what a run opens first and closes last."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa

from trucewatch.errors import Corrupt, StoreError
from trucewatch.ledger.note import SecretKey, read_checkpoint, read_public_key, without_cosignatures
from trucewatch.model.ids import Sha256
from trucewatch.store.durable import make_folder, translating, write_durably
from trucewatch.store.index import Index
from trucewatch.store.journal import ERASURE, Entry, Journal
from trucewatch.store.keys import Keyring, key_record
from trucewatch.store.lock import WatchLock
from trucewatch.store.objects import HashedFiles
from trucewatch.store.tables import TableSink, read_table

FOLDER = ".trucewatch"


class Store:
    """Evidence, objects, journal and index of a watch folder, held by one process at a time.

    lost_key: the ledger's key is gone; go on with a new one, and say so in the ledger.
    accept_loss: go on with what the journal still holds, if it holds less than the index knows.
    clock: the present time; only the lock and the journal ask it. Opening finishes what a killed run left undone;
    `recovered` says in words what that was. Raises WatchBusy, StoreError.
    """

    def __init__(
        self, watch_folder: Path, clock: Callable[[], datetime], *, accept_loss: bool = False, lost_key: bool = False
    ) -> None:
        self.root = watch_folder / FOLDER
        self._clock = clock
        self.evidence = HashedFiles(self.root / "evidence")
        self.objects = HashedFiles(self.root / "objects")
        self.recovered: tuple[str, ...] = ()
        self._accept_loss, self._lost_key = accept_loss, lost_key
        self._committing = threading.RLock()

    def __enter__(self) -> Store:
        if self.root.is_symlink():
            raise StoreError(f"{self.root} is a link; move the store itself into the watch")
        make_folder(self.root, mode=0o700)
        self._lock = WatchLock(self.root / "lock", self._clock())
        self._lock.__enter__()
        try:
            swept = self.evidence.sweep() + self.objects.sweep()
            self.keys = Keyring(self.root / "private")
            self.journal = Journal(self.root / "ledger", self.objects, self._clock)
            self.index = Index(self.root / "records.sqlite", self.objects)
            self._hold_index_against_journal()
            caught_up = self.index.apply(self.journal.entries(self.index.applied))
            self._signing_key = self._open_key()
            self.index.apply(self.journal.entries(self.index.applied))
            self._finish_erasures()
        except BaseException:
            self._lock.__exit__(None, None, None)
            raise
        said = []
        if swept:
            said.append(f"removed {swept} half-written file{'s' * (swept > 1)}")
        if self.journal.recovered_bytes:
            said.append("cut off the end of the journal, which was never acknowledged (kept as ledger/journal.torn)")
        if caught_up:
            said.append(f"the index caught up with {caught_up} record{'s' * (caught_up > 1)}")
        self.recovered = tuple(said)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.publish()
        finally:
            self.index.close()
            self.journal.close()
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
        """Acknowledge records and let the index know. Several threads may commit."""
        with self._committing:
            entries = self.journal.commit(records)
            self.index.apply(entries)
        return entries

    def _open_key(self) -> SecretKey:
        """The key that signs checkpoints; a new ledger gets one, and says so in its first entry.

        A rotation that was killed half-way is finished or undone. A key that the ledger never named takes the place of a
        lost one, and the ledger says so.
        """
        if len(self.journal) == 0:
            key = self.keys.log_key() if self.keys.has_log_key else self.keys.make_log_key()
            self.index.apply(self.journal.commit([key_record("new", "log", str(key.public))]))
            return key
        known = [str(key) for (key,) in self.index.rows("SELECT key FROM key_event WHERE role = 'log' ORDER BY entry")]
        heir = self.keys.next_log_key()
        if heir is not None:
            if str(heir.public) in known:
                self._hand_over(self.keys.log_key(), heir)
                return heir
            self.keys.drop_next_log_key()
        if not self.keys.has_log_key:
            if not self._lost_key:
                raise StoreError(
                    f"{self.keys.folder} has no key of the ledger: it is lost or was not copied. Put it back, or say that "
                    "it is lost and go on with a new one: trucewatch keys rotate WATCH --lost"
                )
            self.keys.make_log_key(read_public_key(known[-1]).name)
        key = self.keys.log_key()
        if str(key.public) not in known:
            loss = key_record("lost", "log", known[-1], reason="the key file is gone")
            self.index.apply(self.journal.commit([loss, key_record("new", "log", str(key.public))]))
        return key

    def _hand_over(self, old: SecretKey, heir: SecretKey) -> None:
        """Both keys sign the checkpoint that ends with the rotation; then the heir takes the old key's place."""
        self.journal.log.publish(old.name, [old, heir])
        self.keys.install_next_log_key()

    def publish(self) -> bytes:
        """Write tiles and a signed checkpoint for everything that is acknowledged; the checkpoint."""
        with self._committing, translating(self.journal.log.folder):
            return self.journal.log.publish(self._signing_key.name, [self._signing_key])

    def add_cosignatures(self, content: bytes) -> str:
        """Add a witness's lines to the checkpoint of the same text; what was done, in words. Raises LedgerError, StoreError."""
        other = read_checkpoint(content)
        path = self.journal.log.folder / "checkpoints" / str(other.size)
        mine = path.read_bytes() if path.is_file() else b""
        if not mine or read_checkpoint(mine).text != other.text:
            raise StoreError(
                f"this ledger has no such checkpoint of {other.size} entries; it belongs to another log or history"
            )
        keys = [read_public_key(key) for (key,) in self.index.rows("SELECT key FROM key_event WHERE role = 'witness'")]
        good = [one for one in other.signatures if any(other.signed_by_line(key, one) for key in keys)]
        if not good:
            raise StoreError(
                "none of its lines is a good cosignature of a registered witness; see: trucewatch keys register"
            )
        from trucewatch.ledger.witness import merge_cosignatures  # noqa: PLC0415 - few stores have witnesses

        merged = merge_cosignatures(mine, [content])
        write_durably(path, merged)
        latest = self.journal.log.folder / "checkpoint"
        if read_checkpoint(latest.read_bytes()).size == other.size:
            write_durably(latest, merged)
        return f"{len(good)} cosignature(s) on the checkpoint of {other.size} entries"

    def first_checkpoint_covering(self, number: int) -> bytes:
        """The first published checkpoint that covers an entry, without later cosignatures. Raises StoreError if none does."""
        folder = self.journal.log.folder / "checkpoints"
        sizes = sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit()) if folder.is_dir() else []
        for size in sizes:
            if size > number:
                content = (folder / str(size)).read_bytes()
                return without_cosignatures(content)
        raise StoreError(f"no checkpoint covers entry {number} yet; run: trucewatch run")

    def rotate_key(self, *, reason: str) -> SecretKey:
        """A new key for the ledger, of the same name; the entry draws the line. The old one is kept aside in `private/`."""
        with self._committing:
            old = self._signing_key
            self.publish()
            heir = self.keys.make_next_log_key(old.name)
            self.commit([key_record("rotate", "log", str(heir.public), replaces=str(old.public), reason=reason)])
            self._hand_over(old, heir)
            self._signing_key = heir
        return heir

    def erase(self, names: Sequence[str], *, reason: str, ordered_by: str) -> list[str]:
        """Erase bytes by their hashes, with all that was made from them; the hashes that are gone. The ledger keeps them.

        Raises StoreError for a hash that is not kept here, and for a record: what people did is not erased, only what it
        points to.
        """
        erased = sorted({one for name in names for one in self._with_offspring(name)})
        self.commit([{"schema": ERASURE, "erased": erased, "reason": reason, "ordered_by": ordered_by}])
        self._finish_erasures()
        return erased

    def _with_offspring(self, sha256: str) -> list[str]:
        if self.index.rows("SELECT 1 FROM entry WHERE sha256 = ?", sha256):
            raise StoreError(f"{sha256[:16]}… is a record of the ledger and cannot be erased; erase what it points to")
        if sha256 not in self.evidence and sha256 not in self.objects:
            raise StoreError(f"{sha256[:16]}… is not kept here")
        batches = self.index.rows(
            "SELECT entry, observations, counters, rejected FROM batch WHERE evidence = ?", sha256
        )
        tables = [one for _, *hashes in batches for one in hashes if one]
        entries = {str(entry) for entry, *_ in batches}
        lists = self.index.rows("SELECT incidents, findings, inputs FROM list")
        made = [one for *hashes, inputs in lists if entries & set(inputs.split(",")) for one in hashes if one]
        return [sha256, *tables, *made]

    def _finish_erasures(self) -> None:
        """Remove what the ledger says is erased; a run that was killed in between left it."""
        for (sha256,) in self.index.rows("SELECT sha256 FROM erased"):
            for files in (self.evidence, self.objects):
                files.remove(sha256)

    def is_erased(self, sha256: str) -> bool:
        return bool(self.index.rows("SELECT 1 FROM erased WHERE sha256 = ?", sha256))

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
