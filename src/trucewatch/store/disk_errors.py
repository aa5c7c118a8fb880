"""What the system says of a disk, as a StoreError with a remedy. The writing itself is `ledger.durable`."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trucewatch.errors import StoreError, system_words
from trucewatch.ledger import durable
from trucewatch.messages import Message

_WORDS = {
    errno.ENOSPC: Message("the disk is full; free some space and run again, nothing that was acknowledged is lost"),
    errno.EDQUOT: Message(
        "your disk quota is used up; free some space and run again, nothing that was acknowledged is lost"
    ),
    errno.EROFS: Message("the disk is read-only; copy the watch to a disk that can be written"),
    errno.EACCES: Message("you may not write there; change its permissions or copy the watch"),
}


@contextmanager
def translating(path: Path) -> Iterator[None]:
    """Turns what the system says of a path into a StoreError with a remedy."""
    try:
        yield
    except OSError as exc:
        if exc.errno in _WORDS:
            raise StoreError(Message("{path}: {words}", path=path, words=_WORDS[exc.errno])) from exc
        raise StoreError(
            Message("{path}: {error}; check the disk and run again", path=path, error=system_words(exc))
        ) from exc


def make_folder(folder: Path, *, mode: int = 0o700) -> None:
    """`ledger.durable.make_folder`, its errors with a remedy."""
    with translating(folder):
        durable.make_folder(folder, mode=mode)


def write_durably(path: Path, content: bytes, *, mode: int = 0o600, aside: Path | None = None) -> None:
    """`ledger.durable.write_durably`, its errors with a remedy."""
    with translating(path):
        durable.write_durably(path, content, mode=mode, aside=aside)
