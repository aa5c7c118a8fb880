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
import re
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

_WHOLE_LINE = re.compile(rb"[0-9a-f]{64}\n")
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
            content = self._path.read_bytes()
            whole = len(content) - len(content) % _LINE
            # A power cut may leave a tail of the right length that was never written: zeros, or pieces.
            while whole and not _WHOLE_LINE.match(content, whole - _LINE):
                whole -= _LINE
            torn = len(content) - whole
            if torn:
                with self._path.open("r+b") as stream:
                    stream.truncate(whole)
                    os.fsync(stream.fileno())
        for number in range(whole // _LINE):
            if not _WHOLE_LINE.match(content, number * _LINE):
                raise Corrupt(f"{self._path}: entry {number} is no hash; restore this file from a copy")
        return torn

    def hash_of(self, number: int) -> str:
        """The hash of one entry; "" if there is none of this number."""
        with translating(self._path), self._path.open("rb") as stream:
            stream.seek(number * _LINE)
            return stream.read(_LINE - 1).decode("ascii", "replace")

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
