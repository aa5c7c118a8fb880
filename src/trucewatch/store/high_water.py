"""What an open store remembers of the tree it signed, and whether the store that it holds still lies in its place.

Lock and journal are held as open files, and all else is written by name. A store that is put back from a copy while a
program holds it leaves that program with the old journal and the new one's names; another program finds the new lock
free. Both would sign an entry of the same number.
"""

from __future__ import annotations

from pathlib import Path

from trucewatch.errors import StoreError
from trucewatch.ledger.log import Log
from trucewatch.messages import Message
from trucewatch.store.disk_errors import translating
from trucewatch.store.history import HIGH_WATER, Mark, read_mark, write_mark
from trucewatch.store.lock import WatchLock


class HighWater:
    """The mark of an open store. `mark`: as it was read or written last; None before there is one of this ledger."""

    def __init__(self, root: Path, lock: WatchLock) -> None:
        self._root, self._lock = root, lock
        self.mark: Mark | None = None
        self._written: Mark | None = None

    def read(self) -> Mark | None:
        """The mark as it lies there. Raises Corrupt."""
        self.mark = self._written = read_mark(self._root / "private")
        return self.mark

    def write(self, mark: Mark) -> None:
        """Remember a tree, on disk when this returns. Raises StoreError."""
        if mark != self.mark:
            self._written = mark  # where the disk fails after it took the name, this one lies there
            write_mark(self._root / "private", mark)
            self.mark = mark

    def check(self, log: Log) -> None:
        """Raises StoreError if lock, journal or mark are not those that are held: whatever is signed then may
        contradict what another program signs."""
        private = self._root / "private"
        with translating(self._root):
            if not self._lock.is_in_place:
                raise _replaced(self._root / "lock")
            if not log.is_in_place:
                raise _replaced(log.folder / "journal")
        if self.mark is not None and read_mark(private) not in (self.mark, self._written):
            raise _replaced(private / HIGH_WATER)


def _replaced(path: Path) -> StoreError:
    return StoreError(
        Message(
            "{path} is not the file that this program wrote: another store was put in this one's place, or this one "
            "was taken away. Nothing more is entered or signed here: end this console or run, and start it anew",
            path=path,
        )
    )
