"""A copy of a ledger for others, whole and of one checkpoint, also while a run goes on: `trucewatch log WATCH --copy`.

In: a store. Out: a folder with `ledger/`, `objects/` and `evidence/`, or only with what a web server may serve. If
somebody copies by hand while a run writes, tiles can be newer than the checkpoint, which no inspector takes. Here the
checkpoint is read first and written last, and everything is of its size. `private/` and the journal are never read.

Needs no lock. What is named by its hash never changes, and tiles only grow; only an erasure takes bytes away, and its
entry is published before: then the copy goes on to that checkpoint, and lets go what was erased.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Container
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trucewatch.errors import Corrupt, StoreError
from trucewatch.ledger.note import Checkpoint, read_checkpoint
from trucewatch.ledger.tiles import HEIGHT, WIDTH, TileReader, hashes_of, pack_entries, tile_path, tile_widths
from trucewatch.ledger.tree import root_of_range
from trucewatch.messages import Message
from trucewatch.store.disk_errors import translating
from trucewatch.store.encrypted_evidence import EvidenceFiles
from trucewatch.store.index_tables import references
from trucewatch.store.journal import ERASURE, PRUNING
from trucewatch.store.objects import HashedFiles
from trucewatch.store.trees import names_below
from trucewatch.store.vault import SUFFIX

_ROUNDS: Final = 20
"""How often a copy goes on to a newer checkpoint because bytes were erased meanwhile."""
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class LedgerCopy:
    """What a copy holds: entries, and files beside those of the ledger."""

    entries: int
    kept_files: int
    encrypted: int = 0
    """Of them, evidence that lies encrypted, as it is copied."""


def copy_ledger(
    root: Path, target: Path, *, ledger_only: bool = False, advance: Callable[[int, int], None] = lambda _at, _of: None
) -> LedgerCopy:
    """Copy a store (`.trucewatch`) to a new or empty folder.

    ledger_only: no objects and no evidence, and the ledger's files at the folder's top, to be served as they are.
    advance: told how many of the entries are copied. Raises StoreError for a store without a checkpoint, a folder that
    holds something or lies in the store, missing bytes and what the disk refuses; then nothing of the copy stays.
    """
    _check_target(root, target)
    if not (root / "ledger" / "checkpoint").is_file():
        raise StoreError(Message("{folder} has no checkpoint yet; run: trucewatch run WATCH", folder=root / "ledger"))
    was_there = target.is_dir()
    with translating(target):
        target.mkdir(parents=True, exist_ok=True, mode=0o755 if ledger_only else 0o700)
    try:
        with translating(target):
            if ledger_only:
                checkpoint = _read_latest(root)
                copy_tree(root / "ledger", target, checkpoint)
                return LedgerCopy(checkpoint.size, 0)
            checkpoint, count = _copy_records(root, target, advance)
            copy_tree(root / "ledger", target / "ledger", checkpoint)
            encrypted = sum(1 for _ in (target / "evidence").glob(f"??/*{SUFFIX}"))
            return LedgerCopy(checkpoint.size, count, encrypted)
    except BaseException:
        for path in target.iterdir():
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        if not was_there:
            with suppress(OSError):
                target.rmdir()
        raise


def _check_target(root: Path, target: Path) -> None:
    if target.resolve().is_relative_to(root.resolve()):
        raise StoreError(
            Message("{folder} lies in the store itself; name a folder outside of {root}", folder=target, root=root)
        )
    with translating(target):
        is_free = not target.is_symlink() and (not target.exists() or (target.is_dir() and not any(target.iterdir())))
    if not is_free:
        raise StoreError(Message("{folder} is there and holds something; name a new folder", folder=target))


def _read_latest(root: Path) -> Checkpoint:
    return read_checkpoint((root / "ledger" / "checkpoint").read_bytes())


def _copy_records(root: Path, target: Path, advance: Callable[[int, int], None]) -> tuple[Checkpoint, int]:
    """Every object and piece of evidence that stands at a checkpoint, the latest at the end; and how many they are."""
    places = [(HashedFiles(root / name), HashedFiles(target / name)) for name in ("objects", "evidence")]
    for _ in range(_ROUNDS):
        checkpoint = _read_latest(root)
        try:
            wanted = _list_wanted(root, checkpoint.size)
            for number, name in enumerate(wanted):
                advance(number, len(wanted))
                if not any(_copy_file(*place, name) for place in places) and not _copy_encrypted(root, target, name):
                    raise StoreError(Message("{name} is missing; see: trucewatch verify WATCH", name=name))
        except StoreError:
            if _read_latest(root).size == checkpoint.size:
                raise
            continue
        closed = EvidenceFiles(root / "evidence", root / "private")
        is_whole = all(name in closed or name in places[0][0] for name in wanted)
        if is_whole or _read_latest(root).size == checkpoint.size:
            for _, copies in places:
                for name in [name for name in copies.names() if name not in wanted]:
                    copies.remove(name)
            for path in (target / "evidence").glob(f"??/*{SUFFIX}"):
                if path.parent.name + path.name.removesuffix(SUFFIX) not in wanted:
                    path.unlink()
            return checkpoint, len(wanted)
    raise StoreError(Message("bytes are erased faster than they are copied; try again when that is done"))


def _list_wanted(root: Path, size: int) -> dict[str, None]:
    """What stands at a size: every record and all that it names, but for what a later entry erased.

    From the last entry to the first, as the inspector goes: what is met first is named last.
    """
    objects, reader = HashedFiles(root / "objects"), TileReader(root / "ledger", size)
    wanted: dict[str, None] = {}
    erased, entered, pruned = set[str](), set[str](), set[int]()
    for number in reversed(range(-(-size // WIDTH))):
        bundle = reader.bundle(number)
        for place, line in reversed([*enumerate(bundle, number * WIDTH)]):
            name = json.loads(line)["object"]
            if name in entered or name in erased:
                continue
            entered.add(name)
            wanted[name] = None
            record = json.loads(objects.get(name))
            if record["schema"] == ERASURE:
                erased.update(set(record.pop("erased")).difference(wanted))
            if record["schema"] == PRUNING:
                pruned.update(record["lists"])
            if place in pruned:
                record = {"schema": PRUNING, "history": record.get("history", "")}  # what is left of it
            for other in names_below(objects, record, _Either(wanted, erased)):
                wanted[other] = None
            wanted.update(dict.fromkeys(other for other in references(record) if other not in erased))
    return wanted


@dataclass(frozen=True, slots=True)
class _Either:
    wanted: Container[str]
    erased: Container[str]

    def __contains__(self, name: object) -> bool:
        return name in self.wanted or name in self.erased


def _copy_file(kept: HashedFiles, copies: HashedFiles, name: str) -> bool:
    """Whether these bytes are kept there; if so they are copied, and hashed on the way. Raises Corrupt."""
    source, place = kept.path_of(name), copies.path_of(name)
    if place.is_file():
        return True
    digest = hashlib.sha256()
    try:
        with source.open("rb") as stream:
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as copy:
                while block := stream.read(_CHUNK):
                    digest.update(block)
                    copy.write(block)
    except FileNotFoundError:
        return False
    if digest.hexdigest() != name:
        raise Corrupt(Message("{path}: its bytes do not match its name; restore this file from a copy", path=source))
    return True


def _copy_encrypted(root: Path, target: Path, name: str) -> bool:
    """Whether these bytes are evidence that is kept encrypted; then it is copied as it is, and no hash is compared."""
    source = EvidenceFiles(root / "evidence", root / "private").closed_path(name)
    place = EvidenceFiles(target / "evidence", target / "private").closed_path(name)
    try:
        with source.open("rb") as stream:
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as copy:
                while block := stream.read(_CHUNK):
                    copy.write(block)
    except FileNotFoundError:
        return False
    return True


def copy_tree(ledger: Path, target: Path, checkpoint: Checkpoint) -> None:
    """Tiles and bundles of the checkpoint's size, partial ones cut to it; older checkpoints; last the checkpoint."""
    size, reader = checkpoint.size, TileReader(ledger, checkpoint.size)
    if root_of_range(reader.node, 0, size) != checkpoint.root:
        raise Corrupt(
            Message("{folder}: the tiles do not lead to the signed root; restore them from a copy", folder=ledger)
        )
    for number in range(-(-size // WIDTH)):
        entries = reader.bundle(number)
        if hashes_of(entries) != [reader.node(0, number * WIDTH + at) for at in range(len(entries))]:
            path = ledger / tile_path("entries", number, len(entries))
            raise Corrupt(Message("{path}: an entry was changed; restore this file from a copy", path=path))
        _write(target / tile_path("entries", number, len(entries)), pack_entries(entries))
    level = 0
    while size >> HEIGHT * level:
        full, partial = tile_widths(size, level)
        for number in range(full + bool(partial)):
            width = WIDTH if number < full else partial
            row = [reader.node(HEIGHT * level, number * WIDTH + at) for at in range(width)]
            _write(target / tile_path(level, number, width), b"".join(row))
        level += 1
    older = ledger / "checkpoints"
    for path in older.iterdir() if older.is_dir() else ():
        if path.name.isdecimal() and int(path.name) < size:
            _write(target / "checkpoints" / path.name, path.read_bytes())
    _write(target / "checkpoints" / str(size), bytes(checkpoint))
    _write(target / "checkpoint", bytes(checkpoint))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
