"""A folder of bytes named by their SHA-256: `ab/cdef…`. What is there is never changed; reading checks the name."""

from __future__ import annotations

import hashlib
import io
import itertools
import os
import re
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final

from trucewatch.errors import Corrupt, StoreError
from trucewatch.ledger.durable import begin_file, flush_files, sync_folder, write_all, write_whole
from trucewatch.messages import Message
from trucewatch.model.ids import Sha256, sha256_of
from trucewatch.store.disk_errors import make_folder, translating, write_durably

_CHUNK = 1 << 20
_SMALL = 1 << 16
"""Bytes that a file is asked for first; room for them is made for each."""
_HASH = re.compile(r"^[0-9a-f]{64}$")


class HashedFiles:
    """Content-addressed files below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._synced: set[str] = set()

    def path_of(self, sha256: str) -> Path:
        """Where these bytes lie. Raises StoreError if the name is no hash, so that no name can lead elsewhere."""
        return Path(self._where(sha256))

    def _where(self, sha256: str) -> str:
        """The same as text: where ten thousands are read, making a `Path` costs as much as opening the file."""
        if not _HASH.match(sha256):
            raise StoreError(Message('"{text}" is no SHA-256', text=sha256[:80]))
        return f"{self.root}/{sha256[:2]}/{sha256[2:]}"

    def __contains__(self, sha256: str) -> bool:
        return self.path_of(sha256).is_file()

    def put(self, content: bytes) -> Sha256:
        """Keep bytes durably; the same bytes again cost nothing."""
        sha256 = sha256_of(content)
        path = self.path_of(sha256)
        if path.is_file():
            self._sync_once(path.parent)
        else:
            self._synced.discard(path.parent.name)
            make_folder(path.parent)
            write_durably(path, content, aside=self.aside(sha256[:16]))
        return sha256

    def put_many(self, contents: Sequence[bytes]) -> tuple[list[str], list[str]]:
        """Keep many bytes durably, flushed together: the name of each, and of those that were not here.

        What is here already is held against its name, and written anew where it was damaged.
        """
        names = [sha256_of(content) for content in contents]
        asides: dict[Sha256, Path] = {}
        try:
            for sha256, content in zip(names, contents, strict=True):
                path = self.path_of(sha256)
                if sha256 in asides:
                    continue
                if self._holds(path, content):
                    self._sync_once(path.parent)
                    continue
                self._synced.discard(path.parent.name)
                make_folder(path.parent)
                asides[sha256] = self.aside(sha256[:16])
                with translating(path):
                    write_whole(asides[sha256], content)
            with translating(self.root):
                flush_files(asides.values())
                for sha256, aside in asides.items():
                    os.replace(aside, self.path_of(sha256))  # noqa: PTH105 - one name for the tests that make it fail
                for folder in {self.path_of(sha256).parent for sha256 in asides}:
                    sync_folder(folder)
        except BaseException:
            for aside in asides.values():
                with suppress(OSError):
                    aside.unlink(missing_ok=True)
            raise
        return [*names], [*asides]

    def _holds(self, path: Path, content: bytes) -> bool:
        with translating(path):
            try:
                return path.read_bytes() == content
            except FileNotFoundError:
                return False

    def aside(self, name: str) -> Path:
        """Where a file grows until it has its name: beside the folder, so that in it there are whole files only.

        In it if it is a disk of its own, since nothing is renamed from one disk to another.
        """
        make_folder(self.root)
        is_same_disk = self.root.stat().st_dev == self.root.parent.stat().st_dev
        place = self.root.parent if is_same_disk else self.root
        # A thread of its own name: one reads what came in while others enter acts.
        return place / f".{self.root.name}.{name}.{os.getpid()}-{threading.get_ident()}.tmp"

    def _sync_once(self, folder: Path) -> None:
        """A killed run may have renamed a file into place and not flushed its folder: once a run that is made up
        for."""
        if folder.name not in self._synced:
            with translating(folder):
                for level in (folder, self.root, self.root.parent):
                    sync_folder(level)
            self._synced.add(folder.name)

    def put_all(self, contents: Sequence[bytes]) -> list[Sha256]:
        """`put` for each, flushed together."""
        if len(contents) == 1:
            return [self.put(contents[0])]
        with FilesAside(self) as aside:
            names = [aside.add(content) for content in contents]
            aside.keep()
        return names

    def put_stream(self, stream: BinaryIO) -> tuple[Sha256, int]:
        """Keep all of a stream durably without holding it in memory: its hash and its size."""
        aside = self.aside("incoming")
        digest, size = hashlib.sha256(), 0
        with translating(aside):
            try:
                begin_file(aside)
                with aside.open("wb") as target:
                    while block := stream.read(_CHUNK):
                        digest.update(block)
                        size += len(block)
                        target.write(block)
                    target.flush()
                    os.fsync(target.fileno())
                sha256 = self.take_in(aside, digest.hexdigest())
            finally:
                aside.unlink(missing_ok=True)
        return sha256, size

    def take_in(self, aside: Path, sha256: str) -> Sha256:
        """Give a flushed file, which lies where `aside` says, its name. Raises OSError; the file may stay aside."""
        if folder := self.rename_in(aside, sha256):
            sync_folder(folder)
        return Sha256(sha256)

    def rename_in(self, aside: Path, sha256: str) -> Path | None:
        """Give a flushed file its name: the folder that has to be flushed for it, None if the same bytes are kept
        already."""
        path = self.path_of(sha256)
        if path.is_file():
            self._sync_once(path.parent)
            aside.unlink(missing_ok=True)
            return None
        self._synced.discard(path.parent.name)
        make_folder(path.parent)
        os.replace(aside, path)  # noqa: PTH105 - one name for the tests that make it fail
        return path.parent

    def holds_whole(self, sha256: str, size: int) -> bool:
        """Whether a file of this name and size lies here, its name flushed. Its bytes are not looked at."""
        path = self.path_of(sha256) if sha256[:2] not in self._synced else f"{self.root}/{sha256[:2]}/{sha256[2:]}"
        try:
            state = os.stat(path)  # noqa: PTH116 - of thousands of files at every look
        except OSError:
            return False
        if not stat.S_ISREG(state.st_mode) or state.st_size != size:
            return False
        if isinstance(path, Path):
            self._sync_once(path.parent)
        return True

    def get(self, sha256: str) -> bytes:
        """The bytes of this name. Raises StoreError if they are missing, Corrupt if they are not what the name says."""
        where = self._where(sha256)
        try:
            content = _read_whole(where)
        except FileNotFoundError as exc:
            raise _missing(Path(where)) from exc
        except OSError:
            with translating(Path(where)):
                raise
        if sha256_of(content) != sha256:
            raise Corrupt(Message("{path}: its bytes do not match its name; restore this file from a copy", path=where))
        return content

    def checked_path(self, sha256: str) -> Path:
        """Where these bytes lie, after hashing them there; for what is too large to hold. Raises as `get` does."""
        path = self.path_of(sha256)
        if not path.exists():
            raise _missing(path)
        with translating(path), path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if digest != sha256:
            raise Corrupt(Message("{path}: its bytes do not match its name; restore this file from a copy", path=path))
        return path

    def remove(self, sha256: str) -> None:
        """Remove bytes for good, and flush that they are gone; no error if they are not there."""
        path = self.path_of(sha256)
        if path.is_file():
            with translating(path):
                path.unlink(missing_ok=True)
                sync_folder(path.parent)

    def remove_many(self, names: Sequence[str], advance: Callable[[int, int], None] = lambda at, total: None) -> None:
        """Remove the bytes of these names for good, where they are there; flushed when this returns. advance: is given
        how many are done, and how many there are."""
        folders = set[Path]()
        with translating(self.root):
            for number, name in enumerate(names):
                path = self.path_of(name)
                path.unlink(missing_ok=True)
                folders.add(path.parent)
                advance(number + 1, len(names))
            for folder in sorted(folders):
                if folder.is_dir():
                    sync_folder(folder)

    def names(self) -> Iterator[str]:
        """Every hash that is kept here, sorted."""
        for folder in sorted(self.root.iterdir()) if self.root.is_dir() else ():
            if folder.is_dir() and len(folder.name) == 2:
                for path in sorted(folder.iterdir()):
                    if _HASH.match(folder.name + path.name):
                        yield folder.name + path.name


def _read_whole(where: str) -> bytes:
    """All bytes of a file. Raises OSError.

    Records are small, and ten thousand are read at once: a file object for each costs half as much again as its bytes.
    """
    descriptor = os.open(where, os.O_RDONLY | os.O_CLOEXEC)
    try:
        blocks = [os.read(descriptor, _SMALL)]
        while block := os.read(descriptor, _CHUNK):  # a read may give less than there is
            blocks.append(block)
        return blocks[0] if len(blocks) == 1 else b"".join(blocks)
    finally:
        os.close(descriptor)


class FilesAside:
    """Files that wait beside a folder and are kept together: all are flushed before any has its name, and each folder
    is flushed once. A context: what was not kept is dropped on leaving it."""

    def __init__(self, files: HashedFiles) -> None:
        self._files = files
        self._waiting: dict[Path, str] = {}
        self._flushed: set[Path] = set()

    def __enter__(self) -> FilesAside:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()

    def add(self, content: bytes) -> Sha256:
        """Bytes; their hash."""
        return self.add_stream(io.BytesIO(content))[0]

    def add_stream(self, stream: BinaryIO) -> tuple[Sha256, int]:
        """All of a stream; its hash and its size. Raises StoreError."""
        path = self.place()
        digest, size = hashlib.sha256(), 0
        with translating(path):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            try:
                while block := stream.read(_CHUNK):
                    digest.update(block)
                    size += len(block)
                    write_all(descriptor, block)
            finally:
                os.close(descriptor)
        sha256 = Sha256(digest.hexdigest())
        self._waiting[path] = sha256
        return sha256, size

    def place(self) -> Path:
        """Where a file may grow; it waits with the others once `named` has told its hash."""
        path = self._files.aside(f"waiting-{next(_NUMBERS)}")
        self._waiting[path] = ""
        return path

    def named(self, path: Path, sha256: str) -> None:
        """The file that grew there is whole."""
        self._waiting[path] = sha256

    def drop(self, path: Path) -> None:
        """The file that grew there is not wanted. Raises OSError."""
        del self._waiting[path]
        path.unlink(missing_ok=True)

    def path_of(self, sha256: str) -> Path | None:
        """Where these bytes wait; None if they do not."""
        return next((path for path, name in self._waiting.items() if name == sha256), None)

    def keep(self) -> None:
        """Give every file its name, durably. Raises StoreError; some may have theirs then."""
        keep_together([self])

    def discard(self) -> None:
        """Remove what waits still."""
        for path in self._waiting:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        self._waiting.clear()

    def flush(self) -> None:
        """Every byte to the disk, once. Raises StoreError."""
        waiting = self._waiting.keys() - self._flushed
        _each(_flush_file, sorted(waiting))
        self._flushed |= waiting

    def rename(self) -> set[Path]:
        """Give every file its name; the folders that have to be flushed. Raises StoreError."""
        folders: set[Path] = set()
        for path, sha256 in list(self._waiting.items()):
            with translating(path):
                if folder := self._files.rename_in(path, sha256):
                    folders.add(folder)
            del self._waiting[path]
        return folders


_NUMBERS: Final = itertools.count()
_MANY, _AT_ONCE = 16, 4
"""From so many on files are flushed several at a time: a disk is told once for those that wait together. 512 of 8 kB
took 1.8 s one after another and 0.06 s so."""


def keep_together(groups: Sequence[FilesAside]) -> None:
    """Keep the files of all these groups durably. Raises StoreError; some may have their names then."""
    for group in groups:
        group.flush()
    _each(_flush_folder, sorted(set().union(*(group.rename() for group in groups))))


def _each(flush: Callable[[Path], None], paths: Sequence[Path]) -> None:
    if len(paths) < _MANY:
        for path in paths:
            flush(path)
        return
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(flush, paths):
            pass


def _flush_file(path: Path) -> None:
    with translating(path):
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _flush_folder(path: Path) -> None:
    with translating(path):
        sync_folder(path)


def _missing(path: Path) -> StoreError:
    return StoreError(Message("{path} is missing; put this file back from a copy", path=path))
