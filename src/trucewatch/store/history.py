"""One history: the largest tree that was signed is remembered beside the key, and every start holds the ledger to it.

A ledger that holds less, or leads to another root, is never signed on: whoever kept the later checkpoint would hold
proof of two histories under one key. `private/high-water` tells it of a ledger that was put back from an older copy;
notes in the watch's folder `witnessed/`, which lies outside the store, tell it of a whole store that was.

`private/high-water` is three lines as under a checkpoint (log, entries, root) and the SHA-256 of them. A size of 0 says
that a first start is going on.
"""

from __future__ import annotations

import base64
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Protocol

from trucewatch.errors import Corrupt, LedgerError, StoreError, system_words
from trucewatch.ledger.log import SignedEntriesLost, last_signed
from trucewatch.ledger.log_reader import LogReader
from trucewatch.ledger.note import Checkpoint, checkpoint_text, read_checkpoint
from trucewatch.ledger.tree import EMPTY_ROOT
from trucewatch.messages import Message
from trucewatch.store.disk_errors import make_folder, write_durably
from trucewatch.store.journal import KEY, parse_line, read_record_of
from trucewatch.store.keys import NamedKey, named_keys
from trucewatch.store.objects import HashedFiles
from trucewatch.store.private_files import read_private, write_private

HIGH_WATER: Final = "high-water"
WITNESSED: Final = "witnessed"
"""The folder of a watch for checkpoints that others kept: a note is a file of any name."""
MOST_NOTES: Final = 1000
LARGEST_NOTE: Final = 1 << 16
_LARGEST_MARK: Final = 1 << 12
_LARGEST_KEY_RECORD: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Mark:
    """A tree of a log that was signed, or is about to be: the log's name, how many entries, their root."""

    origin: str
    size: int
    root: bytes

    @property
    def is_beginning(self) -> bool:
        """Whether it was set before the log's first entry."""
        return self.size == 0


class Tree(Protocol):
    """What history is held against: the log itself, or a reader of its files."""

    folder: Path

    @property
    def size(self) -> int: ...

    def root(self, size: int | None = None) -> bytes: ...

    def entries(self, start: int = 0) -> Iterator[bytes]: ...


def read_mark(private: Path) -> Mark | None:
    """What `private/high-water` remembers; None if there is none. Raises Corrupt for one that is damaged."""
    content = read_private(private, HIGH_WATER, most=_LARGEST_MARK)
    if content is None:
        return None
    try:
        lines = content.decode().split("\n")
        origin, size, root, digest = lines[0], int(lines[1]), base64.b64decode(lines[2]), lines[3]
        mark = Mark(origin, size, root)
        if content == _written(mark) and digest == sha256(checkpoint_text(origin, size, root)).hexdigest():
            return mark
    except (ValueError, IndexError):
        pass
    raise Corrupt(
        Message(
            "{path} is damaged; it says up to where the ledger was signed. Restore it from a copy. If the ledger was "
            "not put back from an older copy, remove it: it is then made again from the last checkpoint",
            path=private / HIGH_WATER,
        )
    )


def write_mark(private: Path, mark: Mark) -> None:
    """Remember a tree, on disk when this returns. Raises StoreError."""
    write_private(private, HIGH_WATER, _written(mark))


def _written(mark: Mark) -> bytes:
    text = checkpoint_text(mark.origin, mark.size, mark.root)
    return text + sha256(text).hexdigest().encode() + b"\n"


def beginning(origin: str) -> Mark:
    """What is remembered before a log has its first entry."""
    return Mark(origin, 0, EMPTY_ROOT)


def holds_entries(ledger: Path) -> bool:
    """Whether anything lies in a ledger's folder that tells of entries."""
    journal = ledger / "journal"
    with suppress(OSError):
        if journal.stat().st_size > _EMPTY_JOURNAL:
            return True
    return any(_holds_files(ledger / name) for name in ("checkpoint", "checkpoints", "tile"))


_EMPTY_JOURNAL: Final = 47


def _holds_files(path: Path) -> bool:
    return path.is_file() or (path.is_dir() and any(below.is_file() for below in path.rglob("*")))


def refuse_to_begin_over(root: Path, mark: Mark | None, applied: int, objects: HashedFiles) -> None:
    """Raises SignedEntriesLost if a store without entries in its ledger is not a new one: then its ledger is lost.

    applied: how many entries the index knows. What a killed first start left is no loss: the mark that says so, a key,
    and records of that key.
    """
    left = [path for name in ("private/log-key", "objects", "evidence") if _holds_files(path := root / name)]
    left += sorted((root / "private").glob("log-key.*.old"))
    if applied:
        left.append(root / "records.sqlite")
    if mark is not None and not mark.is_beginning:
        left.append(root / "private" / HIGH_WATER)
    if mark is not None and mark.is_beginning and left == [path for path in left if _is_of_a_beginning(path, objects)]:
        return
    if left:
        raise SignedEntriesLost(
            Message(
                "{folder} holds no entry, but {left} is there: the ledger is lost, and this is no new watch. Put the "
                "whole of it back from a copy that is not older than its last published checkpoint. Only if there is "
                "none: trucewatch rebuild WATCH --accept-loss begins a new one, under a new name, with what is left",
                folder=root / "ledger",
                left=left[0],
            )
        )


def _is_of_a_beginning(path: Path, objects: HashedFiles) -> bool:
    if path.name == "log-key":
        return True
    if path.name != "objects":
        return False
    try:
        records = [read_record_of(objects, name) for name in objects.names()]
    except StoreError:
        return False
    return all(record.get("schema") == KEY and record.get("role") == "log" for record in records)


@dataclass(frozen=True, slots=True)
class KeptNote:
    """A checkpoint in `witnessed/` that this log signed."""

    path: Path
    checkpoint: Checkpoint


@dataclass(slots=True)
class History:
    """A ledger held against what is remembered of it. `passed_over`: notes that could not be counted, in words."""

    root: Path
    objects: HashedFiles
    passed_over: list[str] = field(default_factory=list)

    @property
    def private(self) -> Path:
        return self.root / "private"

    def hold(self, tree: Tree, mark: Mark | None) -> Mark:
        """What is to be remembered now of a log that has entries. Raises SignedEntriesLost if the log holds less than
        was signed, or another tree; Corrupt if its first record is no key's."""
        first = read_first_record(tree, self.objects)
        origin = str(first["key"]).partition("+")[0]
        if mark is not None and mark.origin != origin:
            if not mark.is_beginning and first.get("lost_log") != mark.origin:
                raise SignedEntriesLost(
                    Message(
                        "{folder} is the log {origin}, but {path} remembers the log {other}, signed up to {size} "
                        "entries: another ledger was put here. Put that one back. {remedy}",
                        folder=tree.folder,
                        origin=origin,
                        path=self.private / HIGH_WATER,
                        other=mark.origin,
                        size=mark.size,
                        remedy=REMEDY,
                    )
                )
            mark = None
        if mark is not None and not _holds(tree, mark):
            raise SignedEntriesLost(
                Message(
                    "{folder} holds {held} entries, but {path} remembers that {size} are signed, and it does not lead "
                    "to their root: it is older than what was published, or another history. {remedy}",
                    folder=tree.folder,
                    held=tree.size,
                    path=self.private / HIGH_WATER,
                    size=mark.size,
                    remedy=REMEDY,
                )
            )
        for note in self.notes(tree, origin):
            if not _holds(tree, note.checkpoint):
                raise SignedEntriesLost(
                    Message(
                        "{folder} holds {held} entries, but {path} is a checkpoint of {size} that this log signed, and "
                        "the ledger does not lead to its root: it is older than what was published, or another "
                        "history. {remedy}",
                        folder=tree.folder,
                        held=tree.size,
                        path=note.path,
                        size=note.checkpoint.size,
                        remedy=REMEDY,
                    )
                )
        signed = last_signed(tree.folder)
        if mark is None or mark.is_beginning:
            size = signed.size if signed else tree.size
            return Mark(origin, size, tree.root(size))
        return Mark(origin, signed.size, signed.root) if signed and signed.size > mark.size else mark

    def notes(self, tree: Tree, origin: str) -> list[KeptNote]:
        """The notes in `witnessed/` that a key of this log signed while it counted; of each other one a word in
        `passed_over`."""
        named: list[NamedKey] | None = None
        counted = []
        for path, checkpoint in self._read_notes():
            if checkpoint.origin != origin:
                continue  # of a log before this one, or of another watch
            if named is None:
                named = [key for key in named_keys(_key_records(tree, self.objects)) if key.role == "log"]
            if any(key.counts_at(checkpoint.size) and checkpoint.signed_by(key.public) for key in named):
                counted.append(KeptNote(path, checkpoint))
            else:
                self._pass_over(path, "no key that this ledger names signed it")
        return counted

    def largest_known(self) -> tuple[Mark | None, bytes]:
        """The largest tree that anything here tells of, for a ledger that cannot be carried on; the bytes of its
        checkpoint where there are any. Signatures of notes cannot be checked then, so they count only with the log's
        name, and after what the store itself remembers."""
        trees: list[tuple[Mark, bytes]] = []
        with suppress(LedgerError, OSError):
            if signed := last_signed(self.root / "ledger"):
                trees.append((Mark(signed.origin, signed.size, signed.root), bytes(signed)))
        with suppress(StoreError):
            if (mark := read_mark(self.private)) and not mark.is_beginning:
                trees.append((mark, b""))
        names = {mark.origin for mark, _ in trees}
        for _, checkpoint in self._read_notes():
            if checkpoint.origin in names:
                trees.append((Mark(checkpoint.origin, checkpoint.size, checkpoint.root), bytes(checkpoint)))
        return max(trees, key=lambda pair: (pair[0].size, bool(pair[1])), default=(None, b""))

    def _read_notes(self) -> Iterator[tuple[Path, Checkpoint]]:
        folder = self.root.parent / WITNESSED
        if folder.is_symlink() or not folder.is_dir():
            return
        try:
            paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        except OSError:
            self._pass_over(folder, "it cannot be read")
            return
        if len(paths) > MOST_NOTES:
            self._pass_over(folder, f"of {len(paths)} files {MOST_NOTES} are read")
        for path in paths[:MOST_NOTES]:
            content = _read_small_file(path)
            if content is None:
                self._pass_over(path, f"it is no regular file of at most {LARGEST_NOTE} bytes that can be read")
                continue
            try:
                yield path, read_checkpoint(content)
            except LedgerError as exc:
                self._pass_over(path, str(exc))

    def _pass_over(self, path: Path, why: str) -> None:
        name = f"{path.relative_to(self.root.parent).as_posix()!a}"
        if len(self.passed_over) < 20:
            self.passed_over.append(f"{name} is passed over: {why}")


REMEDY: Final = Message(
    "A copy older than the last published checkpoint must not be signed on: put back one that is not. Only if there is "
    "none: trucewatch rebuild WATCH --accept-loss goes on under a new log name, and names what was signed"
)


def history_faults(root: Path) -> tuple[Message, ...]:
    """What a start would refuse of a store (`.trucewatch`), for whoever only reads; nothing where there is no store."""
    if root.is_symlink() or not root.is_dir():
        return ()
    ledger, objects = root / "ledger", HashedFiles(root / "objects")
    try:
        mark = read_mark(root / "private")
        tree = LogReader(ledger) if holds_entries(ledger) else None
        if tree is None or tree.size == 0:
            refuse_to_begin_over(root, mark, 0, objects)
        else:
            History(root, objects).hold(tree, mark)
    except (LedgerError, StoreError) as exc:
        return (exc.message,)
    except OSError as exc:
        return (Message("{path}: {error}; check the disk and run again", path=root, error=system_words(exc)),)
    return ()


def keep_note(watch_folder: Path, content: bytes, key_ids: str) -> None:
    """Keep a cosigned checkpoint in `witnessed/`, durably: the largest of each group of witnesses. Raises StoreError.

    key_ids: of the witnesses whose lines it carries; the file is named by them.
    """
    folder = watch_folder / WITNESSED
    if folder.is_symlink():
        raise StoreError(Message("{path} is no regular file; put the right one there, or remove it", path=folder))
    make_folder(folder)
    path, new = folder / f"cosigned-{key_ids}", read_checkpoint(content)
    before = None
    with suppress(LedgerError):
        before = read_checkpoint(_read_small_file(path) or b"")
    if before is None or before.origin != new.origin or before.size <= new.size:
        write_durably(path, content)


def read_first_record(tree: Tree, objects: HashedFiles) -> Mapping[str, Any]:
    """The record of a log's first entry, which names its key. Raises Corrupt if it cannot be read, or is another."""
    for _, record in _key_records(tree, objects):
        return record
    raise Corrupt(Message("{folder} does not begin with its key; restore the ledger from a copy", folder=tree.folder))


def _key_records(tree: Tree, objects: HashedFiles) -> Iterator[tuple[int, Mapping[str, Any]]]:
    marker = KEY.encode()
    for number, line in enumerate(tree.entries()):
        if marker in line:
            yield number, read_record_of_line(line, number, objects)
        elif number == 0:
            return


def read_record_of_line(line: bytes, number: int, objects: HashedFiles) -> Mapping[str, Any]:
    """The record that an entry names. Raises Corrupt if it is missing or damaged."""
    try:
        sha256 = parse_line(line, number)["object"]
        if sha256 in objects and objects.path_of(sha256).stat().st_size > _LARGEST_KEY_RECORD:
            raise Corrupt(Message("{path} is no record; restore it from a copy", path=objects.path_of(sha256)))
        return read_record_of(objects, sha256)
    except Corrupt:
        raise
    except StoreError as exc:
        raise Corrupt(
            Message(
                "the record of entry {entry} is missing ({error}). Put objects/ back from a copy. Only if there is "
                "none: trucewatch rebuild WATCH --accept-loss goes on with what is left",
                entry=number,
                error=exc.message,
            )
        ) from exc


def _holds(tree: Tree, signed: Mark | Checkpoint) -> bool:
    return tree.size >= signed.size and (signed.size == 0 or tree.root(signed.size) == signed.root)


def _read_small_file(path: Path) -> bytes | None:
    """The bytes of a regular file that is no link and not too large; None for anything else."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        with suppress(OSError):
            status = os.fstat(descriptor)
            if stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST_NOTE:
                return os.read(descriptor, LARGEST_NOTE + 1)
    finally:
        os.close(descriptor)
    return None
