"""Bytes that survive a power cut: written aside, flushed to disk, renamed into place, the folder flushed too."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from trucewatch.errors import StoreError

_WORDS = {
    errno.ENOSPC: "the disk is full; free some space and run again, nothing that was acknowledged is lost",
    errno.EDQUOT: "your disk quota is used up; free some space and run again, nothing that was acknowledged is lost",
    errno.EROFS: "the disk is read-only; copy the watch to a disk that can be written",
    errno.EACCES: "you may not write there; change its permissions or copy the watch",
}


@contextmanager
def translating(path: Path) -> Iterator[None]:
    """Turns what the system says of a path into a StoreError with a remedy."""
    try:
        yield
    except OSError as exc:
        words = _WORDS.get(exc.errno or 0, f"{exc.strerror or exc}; check the disk and run again")
        raise StoreError(f"{path}: {words}") from exc


def sync_folder(folder: Path) -> None:
    """Flush a folder's own entries, so that a new name in it survives."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path, *, mode: int = 0o777) -> None:
    """Make a folder and those above it, flushing the parent of each new one; no error if it is there."""
    with translating(folder):
        missing = [one for one in (folder, *folder.parents) if not one.is_dir()]
        for one in reversed(missing):
            one.mkdir(exist_ok=True, mode=mode)
            sync_folder(one.parent)


def write_durably(path: Path, content: bytes) -> None:
    """Write the whole file or nothing: a half-written one never stands under its name."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with translating(path):
        try:
            with aside.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            move_durably(aside, path)
        except BaseException:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
            raise


def move_durably(source: Path, target: Path) -> None:
    """Rename a flushed file into place and flush the folder."""
    source.replace(target)
    sync_folder(target.parent)
