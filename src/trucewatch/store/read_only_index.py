"""Questions to the index of a store by whoever only reads: no lock, beside a run or without one, on a disk that is
read-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote

from trucewatch.store.index_content import content_fault
from trucewatch.store.index_tables import SCHEMA_VERSION

T = TypeVar("T")


def ask_index(root: Path, ask: Callable[[sqlite3.Connection], T]) -> T:
    """What `ask` finds in the index of a store (`.trucewatch`), all of it at one moment; the tables are those of
    `index.py`.

    An index that nobody writes is read without its side files, which a reader would otherwise leave behind; if a writer
    came meanwhile, `ask` is called again beside it. Raises sqlite3.Error if there is no index that can be read: it was
    thrown away, is damaged, holds what was not written, or is of another version; whoever asks reads the ledger then.
    """
    index = root / "records.sqlite"
    if not index.is_file() or index.is_symlink():
        raise sqlite3.DatabaseError("there is no index")
    if not _is_written(index):
        before = _stamp(index)
        try:
            answer = _ask(index, "immutable=1", ask, before)
        except sqlite3.Error:
            if not _is_written(index):
                raise
        else:
            if (before, False) == (_stamp(index), _is_written(index)):
                return answer
    return _ask(index, "mode=ro", ask, _stamp(index)[:1])


def _ask(index: Path, way: str, ask: Callable[[sqlite3.Connection], T], state: tuple[int, ...]) -> T:
    with closing(sqlite3.connect(f"file:{quote(str(index))}?{way}", uri=True, isolation_level=None)) as db:
        try:
            if db.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
                raise sqlite3.DatabaseError("an index of another version")
            db.execute("BEGIN")
            if _sound.get(index) != state:
                if fault := content_fault(db, _READ):
                    raise sqlite3.DatabaseError(fault)
                _sound[index] = state
            return ask(db)
        except UnicodeError as exc:
            raise sqlite3.DatabaseError("damaged words") from exc


_READ: Final = ("entry", "key_event", "erased")
"""The tables that readers ask."""
_sound: Final[dict[Path, tuple[int, ...]]] = {}
"""Indexes whose tables were found to hold what was written: which state of the file, or, of one that a run writes and
has checked itself, which file."""


def _is_written(index: Path) -> bool:
    return index.with_name(index.name + "-wal").exists()


def _stamp(index: Path) -> tuple[int, int, int]:
    """Differs when the file was written or replaced; reading does not change it."""
    if not index.is_file():
        return 0, 0, 0
    status = index.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
