"""A folder of bytes named by their SHA-256: `ab/cdef…`. What is there is never changed; reading checks the name."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from trucewatch.errors import Corrupt, StoreError
from trucewatch.ledger.durable import begin_file, move_durably, sync_folder
from trucewatch.messages import Message
from trucewatch.model.ids import Sha256, sha256_of
from trucewatch.store.disk_errors import make_folder, translating, write_durably

_CHUNK = 1 << 20
_HASH = re.compile(r"^[0-9a-f]{64}$")


class HashedFiles:
    """Content-addressed files below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._synced: set[Path] = set()

    def path_of(self, sha256: str) -> Path:
        """Where these bytes lie. Raises StoreError if the name is no hash, so that no name can lead elsewhere."""
        if not _HASH.match(sha256):
            raise StoreError(Message('"{text}" is no SHA-256', text=sha256[:80]))
        return self.root / sha256[:2] / sha256[2:]

    def __contains__(self, sha256: str) -> bool:
        return self.path_of(sha256).is_file()

    def put(self, content: bytes) -> Sha256:
        """Keep bytes durably; the same bytes again cost nothing."""
        sha256 = sha256_of(content)
        path = self.path_of(sha256)
        if path.is_file():
            self._sync_once(path.parent)
        else:
            self._synced.discard(path.parent)
            make_folder(path.parent)
            write_durably(path, content, aside=self.aside(sha256[:16]))
        return sha256

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
        if folder not in self._synced:
            with translating(folder):
                for level in (folder, self.root, self.root.parent):
                    sync_folder(level)
            self._synced.add(folder)

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
        path = self.path_of(sha256)
        if path.is_file():
            self._sync_once(path.parent)
        else:
            self._synced.discard(path.parent)
            make_folder(path.parent)
            move_durably(aside, path)
        return Sha256(sha256)

    def holds_whole(self, sha256: str, size: int) -> bool:
        """Whether a file of this name and size lies here, its name flushed. Its bytes are not looked at."""
        path = self.path_of(sha256)
        if not path.is_file() or path.stat().st_size != size:
            return False
        self._sync_once(path.parent)
        return True

    def get(self, sha256: str) -> bytes:
        """The bytes of this name. Raises StoreError if they are missing, Corrupt if they are not what the name says."""
        path = self.path_of(sha256)
        with translating(path):
            try:
                content = path.read_bytes()
            except FileNotFoundError as exc:
                raise _missing(path) from exc
        if sha256_of(content) != sha256:
            raise Corrupt(Message("{path}: its bytes do not match its name; restore this file from a copy", path=path))
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

    def names(self) -> Iterator[str]:
        """Every hash that is kept here, sorted."""
        for folder in sorted(self.root.iterdir()) if self.root.is_dir() else ():
            if folder.is_dir() and len(folder.name) == 2:
                for path in sorted(folder.iterdir()):
                    if _HASH.match(folder.name + path.name):
                        yield folder.name + path.name


def _missing(path: Path) -> StoreError:
    return StoreError(Message("{path} is missing; put this file back from a copy", path=path))
