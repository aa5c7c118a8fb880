"""Files of any format, opened up: all that somebody who takes the bytes apart can read in them."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing


def everything_in(content: bytes) -> str:
    """The raw bytes as text, and after them every part that is packed inside: members of an archive, cells of a database."""
    parts = [content.decode("utf-8", errors="replace")]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts += [f"{one.filename} {one.comment!r} {archive.read(one).decode()}" for one in archive.infolist()]
    elif content.startswith(b"SQLite format 3\0"):
        parts += [repr(row) for rows in tables_in(content).values() for row in rows]
    return "\n".join(parts)


def tables_in(content: bytes) -> dict[str, list[tuple[object, ...]]]:
    """Every table of a database file, with its own list of what there is."""
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(content)
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: base.execute(f'SELECT * FROM "{name}"').fetchall() for name in ["sqlite_master", *names]}
