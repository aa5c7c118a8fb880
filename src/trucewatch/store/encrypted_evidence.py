"""Original bytes by their SHA-256; those that are not open are encrypted on disk where the watch has a passphrase.

An encrypted file stands as `ab/cdef….age` under the hash of what is in it, so that records, ledger and proofs stay as
they are. Reading decrypts it in memory and checks the hash; nothing decrypted is ever written to a disk.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from trucewatch.errors import Corrupt
from trucewatch.ledger.durable import move_durably, sync_folder
from trucewatch.messages import Message
from trucewatch.model.ids import Sha256, sha256_of
from trucewatch.store.disk_errors import make_folder, translating
from trucewatch.store.objects import HashedFiles
from trucewatch.store.vault import SUFFIX, decrypted, decrypted_file, encrypt_stream, is_protected


class EvidenceFiles(HashedFiles):
    """The folder `evidence/` of a watch; `private` is its folder of private files."""

    def __init__(self, root: Path, private: Path) -> None:
        super().__init__(root)
        self._private = private

    def is_encrypted(self, sha256: str) -> bool:
        """Whether these bytes are kept, and encrypted only."""
        return not self.path_of(sha256).is_file() and self.closed_path(sha256).is_file()

    def size_on_disk(self, sha256: str) -> int:
        """Bytes of the file that is kept; of an encrypted one a little more than what is in it. Raises StoreError."""
        path = self.closed_path(sha256) if self.is_encrypted(sha256) else self.path_of(sha256)
        with translating(path):
            return path.stat().st_size

    def __contains__(self, sha256: str) -> bool:
        return self.path_of(sha256).is_file() or self.closed_path(sha256).is_file()

    def keeps_plain(self, *, is_open: bool) -> bool:
        """Whether new bytes are kept as they are."""
        return is_open or not is_protected(self._private)

    def keep(self, stream: BinaryIO, *, is_open: bool) -> tuple[Sha256, int]:
        """Keep all of a stream durably: its hash and its size. Encrypted unless it is open to everybody; what is kept
        plain already stays so, and what is encrypted and given openly now is plain from then on."""
        if self.keeps_plain(is_open=is_open):
            sha256, size = self.put_stream(stream)
            self._remove(self.closed_path(sha256))
            return sha256, size
        aside = self.aside("incoming")
        source = _Hashing(stream)
        with translating(aside):
            try:
                with aside.open("wb") as target:
                    encrypt_stream(self._private, cast(BinaryIO, source), target)
                    target.flush()
                    os.fsync(target.fileno())
                sha256 = Sha256(source.digest.hexdigest())
                if sha256 not in self:
                    make_folder(self.path_of(sha256).parent)
                    move_durably(aside, self.closed_path(sha256))
            finally:
                aside.unlink(missing_ok=True)
        return sha256, source.size

    def close(self, sha256: str) -> bool:
        """Encrypt bytes that are kept plain; whether there were any. The watch has to be protected and open."""
        path = self.path_of(sha256)
        if not path.is_file():
            return False
        if not self.closed_path(sha256).is_file():
            aside = self.aside(sha256[:16])
            with translating(path):
                try:
                    with path.open("rb") as source, aside.open("wb") as target:
                        encrypt_stream(self._private, source, target)
                        target.flush()
                        os.fsync(target.fileno())
                    move_durably(aside, self.closed_path(sha256))
                finally:
                    aside.unlink(missing_ok=True)
        with translating(path):
            path.unlink()
            sync_folder(path.parent)
        return True

    def open_again(self, sha256: str) -> bool:
        """Keep encrypted bytes plain again; whether they were encrypted."""
        if not self.is_encrypted(sha256):
            return False
        with self.opened(sha256) as plain, plain.open("rb") as stream:
            self.put_stream(stream)
        self._remove(self.closed_path(sha256))
        return True

    def holds_whole(self, sha256: str, size: int) -> bool:
        if super().holds_whole(sha256, size):
            return True
        path = self.closed_path(sha256)
        is_whole = not self.path_of(sha256).is_file() and path.is_file() and path.stat().st_size > size
        if is_whole:
            self._sync_once(path.parent)
        return is_whole

    @contextmanager
    def opened(self, sha256: str, *, is_checked: bool = False) -> Iterator[Path]:
        """A path to read these bytes by for as long as the block lasts, after their hash was checked. Raises as `get`.

        is_checked: the hash of a plain file was looked at just now.

        Of an encrypted file it is a name in this process's memory (`/proc/…/fd/…`), which another process of the same
        user can open too.
        """
        if not self.is_encrypted(sha256):
            yield self.path_of(sha256) if is_checked else self.checked_path(sha256)
            return
        with decrypted_file(self._private, self.closed_path(sha256)) as stream:
            if hashlib.file_digest(cast(Any, stream), "sha256").hexdigest() != sha256:
                raise _unlike_its_name(self.closed_path(sha256))
            stream.seek(0)
            yield Path(f"/proc/{os.getpid()}/fd/{stream.fileno()}")

    def get(self, sha256: str) -> bytes:
        if not self.is_encrypted(sha256):
            return super().get(sha256)
        path = self.closed_path(sha256)
        with translating(path):
            content = decrypted(self._private, path.read_bytes(), path)
        if sha256_of(content) != sha256:
            raise _unlike_its_name(path)
        return content

    def remove(self, sha256: str) -> None:
        super().remove(sha256)
        self._remove(self.closed_path(sha256))

    def names(self) -> Iterator[str]:
        """Every hash that is kept here, plain or encrypted, sorted."""
        closed = (path.parent.name + path.name.removesuffix(SUFFIX) for path in self.root.glob(f"??/*{SUFFIX}"))
        yield from sorted({*super().names(), *closed})

    def closed_path(self, sha256: str) -> Path:
        """Where these bytes lie encrypted, or would."""
        path = self.path_of(sha256)
        return path.with_name(path.name + SUFFIX)

    def _remove(self, path: Path) -> None:
        if path.is_file():
            with translating(path):
                path.unlink(missing_ok=True)
                sync_folder(path.parent)


class _Hashing:
    """A stream that is read through, and hashed and counted on the way."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.digest, self.size = stream, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self.digest.update(block)
        self.size += len(block)
        return block


def _unlike_its_name(path: Path) -> Corrupt:
    return Corrupt(Message("{path}: its bytes do not match its name; restore this file from a copy", path=path))
