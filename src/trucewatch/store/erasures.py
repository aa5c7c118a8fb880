"""What an erasure would take, before it is done: the bytes, all that was made from them, and copies that it cannot
reach."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.store.disk_errors import translating
from trucewatch.store.dossier_salts import dossier_salts_with
from trucewatch.store.index import Index
from trucewatch.store.objects import HashedFiles


@dataclass(frozen=True, slots=True)
class Going:
    """Bytes that an erasure removes, and what they are, in words."""

    sha256: str
    what: str


def plan_erasure(index: Index, evidence: HashedFiles, objects: HashedFiles, names: Collection[str]) -> list[Going]:
    """What goes if these bytes are erased: they themselves, then what was made from them; nothing twice.

    Raises StoreError for a hash that is not kept here, and for a record: what people did is not erased, only what it
    points to.
    """
    going: dict[str, Going] = {}
    for sha256 in names:
        if index.rows("SELECT 1 FROM entry WHERE sha256 = ?", sha256):
            raise StoreError(
                Message(
                    "{sha256}… is a record of the ledger and cannot be erased; erase what it points to",
                    sha256=sha256[:16],
                )
            )
        if sha256 not in evidence and sha256 not in objects:
            before = index.rows("SELECT entry FROM erased WHERE sha256 = ?", sha256)
            state = f"was erased already, says entry {before[0][0]}" if before else "is not kept here"
            raise StoreError(
                Message(
                    "{sha256}… {state}; trucewatch log WATCH --kind evidence shows what is kept",
                    sha256=sha256[:16],
                    state=state,
                )
            )
        for part in (Going(sha256, _named(index, sha256)), *_made_from(index, sha256)):
            going.setdefault(part.sha256, part)
    for entry, salts in dossier_salts_with(index, objects, list(going)):
        going.setdefault(salts, Going(salts, f"the values and salts of the dossier of entry {entry}"))
    return list(going.values())


def _named(index: Index, sha256: str) -> str:
    rows = index.rows("SELECT name, size_bytes, source FROM evidence WHERE sha256 = ? ORDER BY entry", sha256)
    return f"evidence {rows[0][0]}, {rows[0][1]:,} bytes, source {rows[0][2]}" if rows else "kept bytes"


def _made_from(index: Index, sha256: str) -> Iterator[Going]:
    """Tables of its readings, and lists made from those; not a table that a list made without it has in the same
    bytes."""
    columns = "observations, counters, rejected, observation_rows, counter_rows, rejected_rows"
    readings = set()
    for entry, *values in index.rows(f"SELECT entry, {columns} FROM batch WHERE evidence = ? ORDER BY entry", sha256):
        readings.add(str(entry))
        for word, table, rows in zip(("observations", "numbers", "rejected rows"), values[:3], values[3:], strict=True):
            if table:
                yield Going(table, f"{rows:,} {word} read from it, entry {entry}")
    lists = list(_tables_of_lists(index))
    without = {table for _, inputs, _, table in lists if not readings & inputs}
    for entry, inputs, word, table in lists:
        if readings & inputs and table not in without:
            yield Going(table, f"the {word} of the list of entry {entry}, made with it")


def _tables_of_lists(index: Index) -> Iterator[tuple[int, set[str], str, str]]:
    """Entry, readings that it was made from, name and hash, of every table of every list.

    What a list tells of earlier ones (L1, what changed) was made from their readings too.
    """
    for entry, inputs, incidents, findings, text in index.rows(
        "SELECT entry, inputs, incidents, findings, more FROM list ORDER BY entry"
    ):
        more = json.loads(text)
        ever = set(more.get("inputs_ever", inputs).split(","))
        now = set(inputs.split(","))
        tables = {"incidents": (now, incidents), "findings": (now, findings)}
        tables |= {name: (now, more.get(name, "")) for name in ("rejected", "contributions")}
        tables |= {name: (ever, more.get(name, "")) for name in ("first", "history")}
        for name, (readings, table) in tables.items():
            if table:
                yield entry, readings, name, table


def find_copies(watch_folder: Path, store_root: Path, gone: dict[str, int]) -> list[Path]:
    """Files of the watch with the same bytes (SHA-256 → size), and the products in `out/`: for the keeper to remove."""
    copies = []
    with translating(watch_folder):
        for path in sorted(watch_folder.rglob("*")):
            if path.is_relative_to(store_root) or path.is_symlink() or not path.is_file():
                continue
            if path.stat().st_size in gone.values() and _hash_of(path) in gone:
                copies.append(path)
        products = store_root / "out"
        copies += sorted(path for path in products.rglob("*") if path.is_file()) if products.is_dir() else []
    return copies


def _hash_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
