"""A table that came with a letter (CSV, XLSX) → the lines that somebody would have pasted of it, and what was not read.

Its first sheet alone, with the columns as its header names them. A file that is no table of events stays a file: at
least two of its columns must be ones that a letter's table has. Called in the reader's process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Amount, Message
from trucewatch.model.media_types import TEXT, media_type_of
from trucewatch.sources.letter_items import column_of
from trucewatch.sources.table import Table

MOST_TABLE_ROWS: Final = 5_000
"""Of one file; as many as there are pieces of a letter."""
_MOST_CHARS: Final = 800_000
_MOST_REFUSALS: Final = 10
_FEWEST_COLUMNS: Final = 2
_WORKBOOK: Final = b"xl/workbook.xml"


@dataclass(frozen=True, slots=True)
class AttachedTable:
    """The lines of a table, cells apart by tabs, its header first; "" for what is none. refusals: with their line."""

    text: str = ""
    refusals: tuple[Message, ...] = ()


def table_of(content: bytes, name: str) -> AttachedTable:
    """What a file holds as a table. name: as the mail has it, for what is said of it; never opened by it.

    >>> table_of(b"date,time,place,event\\n3 May,10:10,Hollin,shots\\n", "list.csv").text.splitlines()
    ['date\\ttime\\tplace\\tevent', '3 May\\t10:10\\tHollin\\tshots']
    """
    is_workbook = content.startswith(b"PK") and _WORKBOOK in content
    if not is_workbook and media_type_of(content) != TEXT:
        return AttachedTable()
    try:
        with _opened(content) as path:
            table = Table(path, is_header=_is_header)
            if not _is_header(table.header):
                return AttachedTable(refusals=(_no_columns(name),) if is_workbook else ())
            return _lines_of(table, name)
    except TrucewatchError as exc:
        if not is_workbook and not _looks_like_table(content):
            return AttachedTable()  # a text with lines of its own, which is read as words or not at all
        return AttachedTable(refusals=(Message("{file} cannot be read as a table: {why}", file=name, why=exc.message),))


def _lines_of(table: Table, name: str) -> AttachedTable:
    lines, refusals, chars, rows, left_out = (
        ["\t".join(_cell(name) or "-" for name in table.header)],
        list[Message](),
        0,
        0,
        0,
    )
    failure: Message | None = None
    try:
        for chunk in table.chunks():
            for bad in chunk.bad:
                refusals.append(Message("{file}, line {line}: {why}", file=name, line=Amount(bad.line), why=bad.reason))
            for _, cells in chunk.rows():
                line = "\t".join(_cell(cells.get(key, "")) for key in table.keys)
                if rows >= MOST_TABLE_ROWS or chars + len(line) > _MOST_CHARS:
                    left_out += 1
                    continue
                rows, chars = rows + 1, chars + len(line)
                lines.append(line)
    except TrucewatchError as exc:
        failure = Message("{file} was read in part: {why}", file=name, why=exc.message)
    more = len(refusals) - _MOST_REFUSALS
    del refusals[_MOST_REFUSALS:]
    if more > 0:
        refusals.append(Message("{file}: {count} more lines cannot be read", file=name, count=Amount(more)))
    if left_out:
        refusals.append(
            Message(
                "{file}: {count} rows beyond what one letter holds were not read", file=name, count=Amount(left_out)
            )
        )
    if failure is not None:
        refusals.append(failure)
    return AttachedTable("\n".join(lines) if rows else "", tuple(refusals))


def _cell(text: str) -> str:
    """A cell in one line; one that is empty keeps its place."""
    return " ".join(text.split())


def _is_header(cells: Sequence[str]) -> bool:
    return sum(bool(column_of(cell)) for cell in cells) >= _FEWEST_COLUMNS


def _looks_like_table(content: bytes) -> bool:
    """Whether a text's first line names columns, whatever is wrong with it."""
    first = content[:4096].decode(errors="replace").split("\n", 1)[0]
    return any(_is_header(first.split(separator)) for separator in (",", ";", "\t"))


def _no_columns(name: str) -> Message:
    return Message(
        "no row of the first sheet of {file} names its columns, as date, time, place and what happened; paste its rows "
        "with such a line above them",
        file=name,
    )


@contextmanager
def _opened(content: bytes) -> Iterator[Path]:
    """Bytes by a name in this process's memory, on no disk."""
    descriptor = os.memfd_create("table", os.MFD_CLOEXEC)
    try:
        rest = memoryview(content)
        while rest:  # written by its number: the reader's process opens nothing for writing
            rest = rest[os.write(descriptor, rest) :]
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)
