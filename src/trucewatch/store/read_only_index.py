"""Questions to the index of a store by whoever only reads: no lock, beside a run or without one, on a disk that is
read-only."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from trucewatch.store.index import SCHEMA_VERSION

T = TypeVar("T")


def ask_index(root: Path, ask: Callable[[sqlite3.Connection], T]) -> T:
    """What `ask` finds in the index of a store (`.trucewatch`), all of it at one moment; the tables are those of
    `index.py`.

    An index that nobody writes is read without its side files, which a reader would otherwise leave behind; if a writer
    came meanwhile, `ask` is called again beside it. Raises sqlite3.Error if there is no index that can be read: it was
    thrown away, is damaged, or is of another version; whoever asks reads the ledger then.
    """
    index = root / "records.sqlite"
    if not _is_written(index):
        before = _stamp(index)
        try:
            answer = _ask(index, "immutable=1", ask)
        except sqlite3.Error:
            if not _is_written(index):
                raise
        else:
            if (before, False) == (_stamp(index), _is_written(index)):
                return answer
    return _ask(index, "mode=ro", ask)


def _ask(index: Path, way: str, ask: Callable[[sqlite3.Connection], T]) -> T:
    with closing(sqlite3.connect(f"file:{quote(str(index))}?{way}", uri=True, isolation_level=None)) as db:
        if db.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
            raise sqlite3.DatabaseError("an index of another version")
        db.execute("BEGIN")
        return ask(db)


def _is_written(index: Path) -> bool:
    return index.with_name(index.name + "-wal").exists()


def _stamp(index: Path) -> tuple[int, int, int]:
    """Differs when the file was written or replaced; reading does not change it."""
    if not index.is_file():
        return 0, 0, 0
    status = index.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
