"""What can be wrong with the index as a file: it is only an index, so it goes, and is made again."""

from __future__ import annotations

import secrets
import sqlite3
import stat
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Final

from trucewatch.store.disk_errors import translating
from trucewatch.store.index_content import all_tables, content_fault
from trucewatch.store.index_tables import TABLES

INDEX_ERRORS: Final = (sqlite3.Error, UnicodeError)
"""What SQLite raises of a damaged file; words of its own that hold damaged bytes are no UTF-8."""
SIDE_FILES: Final = ("", "-wal", "-shm", "-journal")


def set_aside_odd_files(path: Path) -> str:
    """What stood where the index lies and is no regular file, in words, "" for nothing: a folder with something in it
    is renamed, anything else is removed, and no link is followed."""
    words = ""
    for suffix in SIDE_FILES:
        place = Path(f"{path}{suffix}")
        try:
            mode = place.lstat().st_mode
        except OSError:
            continue
        if stat.S_ISREG(mode):
            continue
        words = f"{place.name} was no file"
        with translating(place):
            if not stat.S_ISDIR(mode):
                place.unlink()
            elif any(place.iterdir()):
                place.rename(place.with_name(f"{place.name}.set-aside-{secrets.token_hex(4)}"))
            else:
                place.rmdir()
    return words


_NO_FAULT: Final = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_FULL,
}


def is_fault(exc: Exception) -> bool:
    """Whether what SQLite says may be the index's own fault: then it is made again, which costs time and no record."""
    return "full" not in str(exc) and getattr(exc, "sqlite_errorcode", 0) & 0xFF not in _NO_FAULT


def is_of_the_question(exc: Exception) -> bool:
    """Whether the question may be wrong instead, as one for a table that nobody made."""
    return getattr(exc, "sqlite_errorcode", 0) == sqlite3.SQLITE_ERROR


def schema_of(db: sqlite3.Connection) -> list[tuple[str, ...]]:
    """The tables of every watch, as SQLite keeps how they were made."""
    names = _built_in_names()
    rows = db.execute("SELECT type, name, tbl_name, sql FROM main.sqlite_master ORDER BY name").fetchall()
    return [row for row in rows if row[2] in names or row[1] in names]


def whole_fault(db: sqlite3.Connection) -> str:
    """What is wrong with an index, every row read; "" for nothing. Raises sqlite3.Error if it cannot be read."""
    if schema_of(db) != written_schema():
        return "its tables are not those that were made"
    fault = content_fault(db, all_tables(db))
    (word,) = db.execute("PRAGMA quick_check").fetchone()
    return fault or ("" if word == "ok" else str(word))


@lru_cache(maxsize=1)
def _built_in_names() -> frozenset[str]:
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(TABLES)
        return frozenset(name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))


@lru_cache(maxsize=1)
def written_schema() -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(TABLES)
        return schema_of(db)
