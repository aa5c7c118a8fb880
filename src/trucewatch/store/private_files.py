"""The files of `private/`: read and written here, so that what protects that folder stands in one place."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.store.disk_errors import make_folder, translating, write_durably


def read_private(folder: Path, name: str, *, most: int = -1) -> bytes | None:
    """The bytes of one private file, at most so many; None if there is none. Raises StoreError for a link, pipe or
    device."""
    path = folder / name
    with translating(path):
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            with os.fdopen(descriptor, "rb") as stream:
                return stream.read(most)
        os.close(descriptor)
    raise StoreError(Message("{path} is no regular file; put the right one there, or remove it", path=path))


def write_private(folder: Path, name: str, content: bytes) -> None:
    """Put the whole file in place, on disk when this returns, readable by its owner alone. Raises StoreError."""
    make_folder(folder, mode=0o700)
    write_durably(folder / name, content, mode=0o600)
