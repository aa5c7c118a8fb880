"""The one door for writing: `commit(records)`.

1. Each record gets its `recorded_at`, becomes canonical JSON and is kept under `objects/` by its SHA-256, flushed to
disk.
2. An entry for each is appended to the ledger, flushed to disk. From here on the records are acknowledged.
3. The index learns of them. If that does not happen any more, the next start does it.

An entry is canonical JSON: when it was recorded, the record's schema, and the hash of the record. The first entry of
every ledger names its key. Several threads may commit; one process holds the store.
"""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import Corrupt, StoreError
from trucewatch.ledger.log import Log, read_acknowledged, read_what_is_left
from trucewatch.messages import Message
from trucewatch.model.ids import Sha256, canonical
from trucewatch.model.record_kind import Kinds, kind_name
from trucewatch.model.times import as_utc, iso_utc
from trucewatch.store.disk_errors import translating
from trucewatch.store.kinds import BUILT_IN
from trucewatch.store.objects import HashedFiles

ERASURE = "trucewatch/erasure/1"
PRUNING = "trucewatch/pruning/1"
KEY = "trucewatch/key/1"
_LINE: Final = re.compile(rb'\{"at":"([0-9TZ:.+-]+)","kind":"([a-z0-9/_-]+)","object":"([0-9a-f]{64})"\}')
"""An entry as the journal writes it: read so in a fourth of the time that any JSON takes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One acknowledged record: its place in the ledger (from 0), its hash, what it says. An erased one says only its
    kind."""

    number: int
    sha256: Sha256
    record: Mapping[str, Any]


class Journal:
    """The records of one watch, in the order in which they were acknowledged."""

    def __init__(self, folder: Path, objects: HashedFiles, clock: Callable[[], datetime]) -> None:
        self.objects, self._clock = objects, clock
        self._lock = threading.Lock()
        with translating(folder):
            self.log = Log(folder)

    def close(self) -> None:
        """Give the ledger back."""
        self.log.close()

    def __len__(self) -> int:
        return self.log.size

    def commit(self, records: Sequence[Mapping[str, Any]]) -> list[Entry]:
        """Acknowledge records, in this order; `recorded_at` is written here. Raises ValueError for one without a
        schema, StoreError if the disk refuses."""
        with self._lock:
            recorded_at = iso_utc(as_utc(self._clock()))
            stamped = [{**record, "recorded_at": recorded_at} for record in records]
            for record in stamped:
                if not str(record.get("schema", "")).startswith("trucewatch/"):
                    raise ValueError("a record names its schema: trucewatch/KIND/VERSION")
            names = self.objects.put_all([canonical(record) for record in stamped])
            entries = [
                Entry(number, name, record)
                for number, (name, record) in enumerate(zip(names, stamped, strict=True), self.log.size)
            ]
            lines = [
                canonical({"at": recorded_at, "kind": entry.record["schema"], "object": entry.sha256})
                for entry in entries
            ]
            with translating(self.log.folder / "journal"):
                self.log.append(lines)
            return entries

    def hash_of(self, number: int) -> str:
        """The hash of one record; "" if there is none of this number."""
        return parse_line(self.log.entry(number), number)["object"] if 0 <= number < self.log.size else ""

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """Acknowledged records from this number on, read back from the disk and checked against their hashes."""
        lines = enumerate(self.log.entries(start), start)
        return read_records(((number, parse_line(line, number)) for number, line in lines), self.objects, self.erased)

    def entries_at(self, numbers: Iterable[int]) -> Iterator[Entry]:
        """The records of these numbers, as `entries` reads them; ascending ones cost least."""
        lines = ((number, parse_line(line, number)) for number, line in self.log.entries_at(numbers))
        return read_records(lines, self.objects, self.erased)

    def erased(self) -> set[str]:
        """Every hash that an erasure names."""
        return _erased(self.log.entries(), self.objects)


def read_entries(root: Path, kinds: Kinds = BUILT_IN, *, kind: str = "", last: int = 0) -> Iterator[Entry]:
    """The records of a store as they stand now, while another process may be writing; needs no right to write.

    kind: only these, as "evidence" or "trucewatch/evidence/1". last: how many of the last ones, 0 for all. Raises
    StoreError for a store without a ledger, and for a kind that is none.
    """
    folder, objects = root / "ledger", HashedFiles(root / "objects")
    if not (folder / "journal").is_file():
        raise StoreError(Message("{folder} holds no ledger yet; run: trucewatch run WATCH", folder=folder))
    wanted = kind_name(kind)
    lines: deque[tuple[int, bytes]] = deque(maxlen=last or None)
    is_there = wanted in kinds
    with translating(folder):
        for number, line in enumerate(read_acknowledged(folder)):
            if not wanted or kind_name(parse_line(line, number)["kind"]) == wanted:
                lines.append((number, line))
                is_there = True
    if wanted and not is_there:
        raise _no_kind(kind, kinds)
    return read_records(
        ((number, parse_line(line, number)) for number, line in lines),
        objects,
        lambda: _erased(read_acknowledged(folder), objects),
    )


def check_kind(root: Path, kind: str, kinds: Kinds = BUILT_IN) -> str:
    """The kind's bare name: "evidence" of "trucewatch/evidence/1"; "" stays "". Raises StoreError without ledger or
    kind."""
    if not (root / "ledger" / "journal").is_file():
        raise StoreError(Message("{folder} holds no ledger yet; run: trucewatch run WATCH", folder=root / "ledger"))
    wanted = kind_name(kind)
    if wanted and wanted not in kinds:
        raise _no_kind(kind, kinds)
    return wanted


def check_records(journal: Journal) -> None:
    """Raises Corrupt if the record of an entry is neither there nor erased; their bytes are not read."""
    erased: set[str] | None = None
    for number, line in enumerate(journal.log.entries()):
        sha256 = parse_line(line, number)["object"]
        if sha256 not in journal.objects:
            erased = journal.erased() if erased is None else erased
            if sha256 not in erased:
                path = journal.objects.path_of(sha256)
                raise Corrupt(Message("{path}, the record of entry {entry}, is missing", path=path, entry=number))


def read_surviving(folder: Path, objects: HashedFiles, indexed: Sequence[tuple[int, str]]) -> Iterator[Entry]:
    """The records of a damaged ledger of which entry and bytes can still be read, then those that the index knows
    beyond them (number, hash), then, if neither knows any, every record among the objects by its own time."""
    is_empty, identities = True, set[tuple[str, str]]()
    for number, line in enumerate(read_what_is_left(folder)):
        is_empty = False
        with suppress(StoreError):
            sha256 = Sha256(parse_line(line, number)["object"])
            record = read_record_of(objects, sha256)
            identities.add(_identity(record))
            yield Entry(number, sha256, record)
    rest = indexed if indexed or not is_empty else [*enumerate(_by_their_own_time(objects))]
    for number, name in rest:
        with suppress(StoreError):
            record = read_record_of(objects, name)
            if _identity(record) not in identities:
                identities.add(_identity(record))
                if not indexed:
                    record.pop("in_place_of", None)  # by its first time it is at its place already
                yield Entry(number, Sha256(name), record)


def _by_their_own_time(objects: HashedFiles) -> list[str]:
    """Every record among the objects, as it was recorded. One that was kept and never acknowledged is among them."""
    records: list[tuple[str, str]] = []
    for sha256 in objects.names():
        with suppress(StoreError):
            record = read_record_of(objects, sha256)
            if str(record.get("schema", "")).startswith("trucewatch/") and "recorded_at" in record:
                records.append((_identity(record)[0], sha256))
    return [sha256 for _, sha256 in sorted(records)]


def _identity(record: Mapping[str, Any]) -> tuple[str, str]:
    """When a record was recorded first and what it says: the same after it was entered again in another ledger."""
    of_its_ledger = ("recorded_at", "first_recorded_at", "in_place_of")
    rest = {name: value for name, value in record.items() if name not in of_its_ledger}
    return str(record.get("first_recorded_at", record.get("recorded_at"))), json.dumps(rest, sort_keys=True)


def read_record_of(objects: HashedFiles, sha256: str) -> dict[str, Any]:
    """The record of this name. Raises StoreError if it is missing, Corrupt if it is damaged or no record."""
    content = objects.get(sha256)
    record = None
    if content[:1] == b"{":  # else a table
        with suppress(ValueError, RecursionError):
            record = json.loads(content)
    if not isinstance(record, dict):
        raise Corrupt(Message("{path} is no record; restore it from a copy", path=objects.path_of(sha256)))
    return record


def _no_kind(kind: str, kinds: Kinds) -> StoreError:
    return StoreError(
        Message('"{kind}" is no kind of record; there are: {words}', kind=kind[:60], words=", ".join(kinds))
    )


def read_records(
    entries: Iterable[tuple[int, Mapping[str, str]]], objects: HashedFiles, every_erased: Callable[[], set[str]]
) -> Iterator[Entry]:
    """The records of entries (number; at, kind, object), each checked against its hash; an erased one says only its
    kind.

    every_erased: asked only if a record is missing. Raises StoreError for a record that is neither there nor erased,
    Corrupt for one whose bytes are other ones.
    """
    erased: set[str] | None = None
    for number, entry in entries:
        sha256 = Sha256(entry["object"])
        try:
            record = json.loads(objects.get(sha256).decode())
        except ValueError as exc:
            raise Corrupt(
                Message("entry {entry} ({hash}…) is no record; restore it from a copy", entry=number, hash=sha256[:12])
            ) from exc
        except StoreError:
            erased = every_erased() if erased is None else erased
            if sha256 not in erased or sha256 in objects:
                raise
            record = {"schema": entry["kind"] + "#erased", "recorded_at": entry["at"]}
        yield Entry(number, sha256, record)


def _erased(lines: Iterable[bytes], objects: HashedFiles) -> set[str]:
    marker = ERASURE.encode()
    names: set[str] = set()
    missing: list[str] = []
    for number, line in enumerate(lines):
        if marker in line and (entry := parse_line(line, number))["kind"] == ERASURE:
            sha256 = entry["object"]
            if sha256 in objects:
                names.update(json.loads(objects.get(sha256))["erased"])
            else:
                missing.append(sha256)  # words were typed into it; a later one, which says the same, erased it
    for sha256 in missing:
        if sha256 not in names:
            objects.get(sha256)
    return names


def parse_line(line: bytes, number: int) -> dict[str, str]:
    """An entry's own fields: at, kind, object. Raises Corrupt."""
    if (match := _LINE.fullmatch(line)) is not None:
        at, kind, name = match.groups()
        return {"at": at.decode(), "kind": kind.decode(), "object": name.decode()}
    with suppress(ValueError, RecursionError):
        entry = json.loads(line)
        if isinstance(entry, dict) and set(entry) == {"at", "kind", "object"}:
            return {name: str(value) for name, value in entry.items()}
    raise Corrupt(
        Message("entry {entry} of the ledger is not of its form; restore the ledger from a copy", entry=number)
    )
