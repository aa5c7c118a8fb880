"""A copy of a whole watch, also while a console serves it: `trucewatch backup WATCH --to DIR`.

In: a watch. Out: a folder `NAME-2026-11-30T230000Z` in DIR that opens everything, since `private/` is in it. It has its
name only once it is on disk and its ledger was checked as `trucewatch verify` does; until then it ends in `.partial`.

Needs no lock. What is copied first knows least: up to where the ledger is signed, then the journal, then the tree of
its last checkpoint, then what is named by its hash, then the rest of `private/`, and the watch's own files last. So the
copy never remembers more than it holds, and every record that it names is there. Bytes that were erased meanwhile make
the check fail; then the copy goes on to the checkpoint that says so.

No link is followed. Not in it: the index, which is made again; the lock; who is let in and signed in; what waits to be
accepted.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import LedgerError, StoreError
from trucewatch.ledger import inspector
from trucewatch.ledger.durable import flush_files, sync_folder
from trucewatch.ledger.log import read_journal
from trucewatch.ledger.note import Checkpoint, read_checkpoint
from trucewatch.messages import Message
from trucewatch.model.aid_keeping import EARLIEST
from trucewatch.model.times import iso_utc
from trucewatch.store.disk_errors import translating
from trucewatch.store.history import HIGH_WATER, history_faults
from trucewatch.store.journal import parse_line
from trucewatch.store.ledger_copy import copy_tree
from trucewatch.store.objects import HashedFiles
from trucewatch.store.private_files import read_private
from trucewatch.store.store import FOLDER
from trucewatch.store.vault import SUFFIX

MARKER: Final = "trucewatch-backup.json"
"""The file by which a copy is known as one; a restored watch may keep it or not."""
SCHEMA: Final = "trucewatch/backup/1"
LEFT_OUT: Final = (
    Message("the index: it is made again when the copy is opened"),
    Message("who is let in or signed in: everybody signs in anew"),
    Message("files that wait to be accepted: they are brought again"),
)
"""What is not in a copy, in words."""
PARTIAL: Final = ".partial"
_NOT_COPIED: Final = frozenset(
    f"{name}{ending}" for name in ("door.json", "sessions.json", "open.html") for ending in ("", SUFFIX)
)
"""Private files that open the console of the machine they are on."""
_APART: Final = frozenset(("ledger", "objects", "evidence", "private"))
_ROUNDS: Final = 3
_CHUNK: Final = 1 << 20
_OLD_PARTIAL: Final = timedelta(days=1)
"""What a killed copy left is removed after so long: by then no copy still goes on."""

Advance = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A copy that was made. entries: of its checkpoint. links: what is no regular file and was left out. removed:
    older copies."""

    path: Path
    entries: int
    files: int
    size_bytes: int
    links: tuple[str, ...]
    removed: tuple[Path, ...] = ()


def back_up(
    watch_folder: Path, into: Path, *, now: datetime, keep: int = 0, advance: Advance = lambda _step, _at, _of: None
) -> Backup:
    """Copy a watch into a new folder below `into`, check the copy, and remove older ones.

    keep: how many copies of this watch stay, this one with them; 0 for all. advance: told step, how far it is, of how
    many. Raises StoreError for a watch without a checkpoint, for a place inside the watch, for a copy that does not
    hold against its check, and for what the disk refuses; then nothing of the copy stays.
    """
    root = watch_folder / FOLDER
    _check_places(watch_folder, root, into)
    name = f"{watch_folder.resolve().name}-{now.astimezone(UTC):%Y-%m-%dT%H%M%SZ}"
    final, target = into / name, into / f"{name}{PARTIAL}"
    with translating(target):
        into.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.path.lexists(final):
            raise StoreError(Message("{path} is there already; try again in a second", path=final))
        target.mkdir(mode=0o700)
    try:
        copy = _Copy(target=target, advance=advance)
        checkpoint = _copied_and_checked(copy, watch_folder, root, now)
        _mark(target, watch_folder, checkpoint, now)
        with translating(target):
            copied = _keep_to_owner(target)
            flush_files(copied)
            for folder in sorted({parent for path in copied for parent in path.parents if target in path.parents}):
                if folder == target or target in folder.parents:
                    sync_folder(folder)
            target.rename(final)
            sync_folder(into)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    return Backup(
        path=final,
        entries=checkpoint.size,
        files=len(copied),
        size_bytes=sum(path.stat().st_size for path in _regular_files(final)),
        links=tuple(sorted(set(copy.links))),
        removed=remove_older(into, final, keep=keep, now=now),
    )


def remove_older(into: Path, latest: Path, *, keep: int, now: datetime) -> tuple[Path, ...]:
    """Remove copies of the same watch beyond the newest `keep`, and what killed copies left. Only folders that are
    named as copies are and hold the marker of the same log. Raises StoreError."""
    origin = _marker(latest).get("log")
    watch, going, copies = _watch_of(latest.name), list[Path](), list[Path]()
    for path in sorted(into.iterdir(), reverse=True):
        if path.is_symlink() or not path.is_dir() or _watch_of(path.name.removesuffix(PARTIAL)) != watch:
            continue
        if path.name.endswith(PARTIAL):
            stamp = _stamp(path.name.removesuffix(PARTIAL))
            if stamp is not None and now - stamp > _OLD_PARTIAL and (path / FOLDER).is_dir():
                going.append(path)
        elif _marker(path).get("log") == origin and origin:
            copies.append(path)
    going += copies[keep:] if keep else []
    for path in going:
        if path != latest:
            with translating(path):
                shutil.rmtree(path)
    return tuple(path for path in going if path != latest)


@dataclass(slots=True)
class _Copy:
    """What is being written, and the names of what was left out as no regular file."""

    target: Path
    advance: Advance
    links: list[str] = field(default_factory=list)

    def file(self, source: Path, place: Path) -> bool:
        """Copy one regular file, for its owner alone; whether it was there. A link, pipe or device is left out."""
        try:
            descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        except OSError:
            if source.is_symlink() or not source.is_file():
                self.links.append(source.name)
                return False
            raise
        with os.fdopen(descriptor, "rb") as stream:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode):
                self.links.append(source.name)
                return False
            place.parent.mkdir(parents=True, exist_ok=True)  # modes: see `_keep_to_owner`
            out = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            with os.fdopen(out, "wb") as copy:
                shutil.copyfileobj(stream, copy, _CHUNK)
        os.utime(place, ns=(state.st_atime_ns, state.st_mtime_ns))
        return True

    def folder(self, source: Path, place: Path, step: str, passes: Callable[[Path], bool]) -> None:
        """Copy the regular files below a folder that `passes` lets."""
        paths = [path for path in _regular_files(source, self.links) if passes(path)]
        for number, path in enumerate(paths, 1):
            self.advance(step, number, len(paths))
            self.file(path, place / path.relative_to(source))


def _copied_and_checked(copy: _Copy, watch_folder: Path, root: Path, now: datetime) -> Checkpoint:
    fault: Message | None = None
    for _ in range(_ROUNDS):
        try:
            checkpoint = _copy_all(copy, watch_folder, root)
        except (LedgerError, StoreError) as exc:  # tiles, or bytes that were erased, went while they were read
            fault = exc.message
        else:
            fault = fault_of(copy.target, now)
            if fault is None:
                return checkpoint
        shutil.rmtree(copy.target / FOLDER, ignore_errors=True)
    raise StoreError(
        Message(
            "The copy does not hold against its check, so it was not kept: {reason} See: trucewatch verify {watch}",
            reason=fault,
            watch=watch_folder,
        )
    )


def _copy_all(copy: _Copy, watch_folder: Path, root: Path) -> Checkpoint:
    """Everything, in the order in which it may be read while others write."""
    store = copy.target / FOLDER
    with translating(root):
        # 1 up to where it is signed: never more than what is copied after it
        copy.file(root / "private" / HIGH_WATER, store / "private" / HIGH_WATER)
        # 2 the journal: what it lost of the checkpoint that follows comes back from the tiles
        copy.file(root / "ledger" / "journal", store / "ledger" / "journal")
        _cut_torn_end(store / "ledger" / "journal")
        # 3 the tree of the last checkpoint
        checkpoint = read_checkpoint((root / "ledger" / "checkpoint").read_bytes())
        copy_tree(root / "ledger", store / "ledger", checkpoint)
        # 4 what is named by its hash: it only grows, but for erasures
        for name in ("objects", "evidence"):
            copy.folder(root / name, store / name, name, lambda path: not _is_aside(path))
        # 5 the rest of what is private, and the products
        copy.folder(root / "private", store / "private", "private", lambda path: _is_private_kept(root, path))
        own = [path for path in sorted(root.iterdir()) if path.name not in _APART and path.is_dir()]
        for folder in own:
            if not folder.is_symlink():
                copy.folder(folder, store / folder.name, "store", lambda path: not _is_aside(path))
    with translating(watch_folder):
        copy.folder(watch_folder, copy.target, "watch", lambda path: root not in path.parents)
    return checkpoint


def fault_of(watch_folder: Path, now: datetime) -> Message | None:
    """Why a copied watch would not go on: what `trucewatch verify` finds, what a start would refuse, and records of
    the journal's end that are not there; None where all holds."""
    root = watch_folder / FOLDER
    inspection = inspector.Inspection(root, root / "ledger", inspector.read_policy(None, now.timestamp()))
    inspection.inspect(None)
    document, _ = inspector.write_statement(inspection)
    if not document["ok"]:
        first: Mapping[str, object] = next(iter(document["problems"]), {})
        return Message("{what}.", what=str(first.get("what", "") or "its ledger does not verify").rstrip("."))
    if faults := history_faults(root):
        return faults[0]
    objects = HashedFiles(root / "objects")
    try:
        base, entries, _, _ = read_journal(root / "ledger" / "journal")
        for number, line in enumerate(entries, base):
            if parse_line(line, number)["object"] not in objects:
                return Message("The record of entry {entry} is missing.", entry=number)
    except (LedgerError, StoreError) as exc:
        return exc.message
    return None


def _keep_to_owner(folder: Path) -> list[Path]:
    """Let nobody but the owner look into a copy; its files."""
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o700 if path.is_dir() else 0o600)
    return list(_regular_files(folder))


def _cut_torn_end(journal: Path) -> None:
    """Leave out of a copied journal what was being written while it was read: it was not acknowledged."""
    _, _, end, torn = read_journal(journal)
    if torn:
        os.truncate(journal, end)


def _is_aside(path: Path) -> bool:
    """Whether a file is still growing towards its name."""
    return path.name.endswith(".tmp")


def _is_private_kept(root: Path, path: Path) -> bool:
    parts = path.relative_to(root / "private").parts
    is_first = parts == (HIGH_WATER,)
    return not (is_first or _is_aside(path) or parts[0].startswith("pending") or parts[-1] in _NOT_COPIED)


def _mark(target: Path, watch_folder: Path, checkpoint: Checkpoint, now: datetime) -> None:
    document = {
        "schema": SCHEMA,
        "watch": watch_folder.resolve().name,
        "made_at": iso_utc(now),
        "log": checkpoint.origin,
        "entries": checkpoint.size,
        **forget_by(target / FOLDER / "private"),
    }
    place = target / MARKER
    with translating(place):
        place.unlink(missing_ok=True)  # of a watch that was restored from a copy
        out = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(out, "w", encoding="utf-8") as stream:
            stream.write(json.dumps(document, indent=1) + "\n")


def forget_by(private: Path) -> dict[str, str]:
    """When the first content in a copy has to go, as the retention clock of the watch noted it; nothing where nothing
    goes by itself, and where that is encrypted. A copy is not reached by the clock: whoever restores it has what is due
    go before it is served, and whoever keeps it beyond that time removes it."""
    with suppress(OSError, ValueError, StoreError):
        record = json.loads(read_private(private, EARLIEST) or b"{}")
        if isinstance(record, dict) and isinstance(record.get("forget_by"), str):
            return {"forget_by": record["forget_by"]}
    return {}


def _marker(copy: Path) -> dict[str, Any]:
    """What the marker of a copy says; nothing where there is none that can be read."""
    with suppress(OSError, ValueError, RecursionError):
        path = copy / MARKER
        if not path.is_symlink() and path.stat().st_size < 1 << 16:
            document = json.loads(path.read_bytes())
            if isinstance(document, dict) and document.get("schema") == SCHEMA:
                return document
    return {}


_NAME: Final = re.compile(r"(.+)-(\d{4}-\d\d-\d\dT\d{6}Z)")


def _watch_of(name: str) -> str:
    match = _NAME.fullmatch(name)
    return match[1] if match else ""


def _stamp(name: str) -> datetime | None:
    match = _NAME.fullmatch(name)
    with suppress(ValueError):
        return datetime.strptime(match[2], "%Y-%m-%dT%H%M%SZ").replace(tzinfo=UTC) if match else None
    return None


def _check_places(watch_folder: Path, root: Path, into: Path) -> None:
    if root.is_symlink() or not root.is_dir() or not (root / "ledger" / "checkpoint").is_file():
        raise StoreError(
            Message("{folder} holds no store with a checkpoint yet; run: trucewatch run WATCH", folder=watch_folder)
        )
    if into.resolve().is_relative_to(watch_folder.resolve()):
        raise StoreError(
            Message("{folder} lies in the watch itself; name a folder outside of it, best on another disk", folder=into)
        )
    with translating(into):
        if os.path.lexists(into) and not into.is_dir():
            raise StoreError(Message("{folder} is no folder; name one, it is made where it is not there", folder=into))


def _regular_files(folder: Path, links: list[str] | None = None) -> Iterator[Path]:
    """The regular files below a folder; no link is followed, and each is named in `links`."""

    def refused(exc: OSError) -> None:
        if not isinstance(exc, FileNotFoundError):
            raise exc

    for place, folders, names in os.walk(folder, onerror=refused):
        folders.sort()
        for name in sorted((*names, *folders)):
            path = Path(place) / name
            with suppress(FileNotFoundError):
                mode = path.lstat().st_mode
                if stat.S_ISREG(mode):
                    yield path
                elif not stat.S_ISDIR(mode) and links is not None:
                    links.append(path.name)
