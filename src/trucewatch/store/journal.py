"""The one door for writing: `commit(records)`.

1. Each record gets its `recorded_at`, becomes canonical JSON and is kept under `objects/` by its SHA-256, flushed to disk.
2. The hashes are appended to `ledger/hashes`, flushed to disk. From here on the records are acknowledged.
3. The index learns of them. If that does not happen any more, the next start does it.

The list of hashes is what the ledger will take over. A line that a killed process left half-written is cut off at the next
start: it was never acknowledged.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from trucewatch.errors import Corrupt
from trucewatch.model.ids import Sha256, canonical
from trucewatch.model.times import as_utc, iso_utc
from trucewatch.store.durable import make_folder, sync_folder, translating
from trucewatch.store.objects import HashedFiles

_LINE = 65
"""64 hexadecimal digits and a line feed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One acknowledged record: its place in the journal (from 0), its hash, what it says."""

    number: int
    sha256: Sha256
    record: Mapping[str, Any]


class Journal:
    """The append-only list of records of one watch. Not for two processes at once; the store's lock sees to that."""

    def __init__(self, folder: Path, objects: HashedFiles, clock: Callable[[], datetime]) -> None:
        self._path = folder / "hashes"
        self._objects, self._clock = objects, clock
        make_folder(folder)
        self.recovered_bytes = self._cut_torn_line()
        self._count = self._path.stat().st_size // _LINE

    def __len__(self) -> int:
        return self._count

    def _cut_torn_line(self) -> int:
        with translating(self._path):
            if not self._path.exists():
                self._path.touch()
                sync_folder(self._path.parent)
            torn = self._path.stat().st_size % _LINE
            if torn:
                with self._path.open("r+b") as stream:
                    stream.truncate(self._path.stat().st_size - torn)
                    os.fsync(stream.fileno())
        return torn

    def commit(self, records: Sequence[Mapping[str, Any]]) -> list[Entry]:
        """Acknowledge records, in this order. Each names its schema; `recorded_at` is written here."""
        recorded_at = iso_utc(as_utc(self._clock()))
        entries = []
        for number, record in enumerate(records, self._count):
            stamped = {**record, "recorded_at": recorded_at}
            if not str(stamped.get("schema", "")).startswith("trucewatch/"):
                raise ValueError("a record names its schema: trucewatch/KIND/VERSION")
            entries.append(Entry(number, self._objects.put(canonical(stamped)), stamped))
        lines = "".join(entry.sha256 + "\n" for entry in entries).encode()
        with translating(self._path), self._path.open("ab") as stream:
            start = stream.tell()
            try:
                stream.write(lines)
                stream.flush()
                os.fsync(stream.fileno())
            except OSError:
                os.truncate(self._path, start)
                raise
        self._count += len(entries)
        return entries

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """Acknowledged records from this number on, read back from the disk and checked against their hashes."""
        with translating(self._path), self._path.open("rb") as stream:
            stream.seek(start * _LINE)
            lines = stream.read().decode("ascii", "replace").split("\n")[:-1]
        for number, line in enumerate(lines, start):
            content = self._objects.get(line)
            try:
                record = json.loads(content)
            except ValueError as exc:
                raise Corrupt(f"entry {number} ({line[:12]}…) is no record; restore it from a copy") from exc
            yield Entry(number, Sha256(line), record)
