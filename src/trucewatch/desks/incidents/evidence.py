"""A row of evidence as it came: the row itself with its neighbours, from text, gzip, XLSX or Parquet; and acts by
hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.observation import OBSERVATION_SCHEMA
from trucewatch.store import Store
from trucewatch.store.readings import last_reading_of

MOST_CHARS: Final = 4000
"""Characters of one raw row that a page shows; the download holds them all."""
MOST_LINES: Final = 12
"""Lines of one record whose quoted cell runs on."""
MOST_CELLS: Final = 80
MOST_CELL_CHARS: Final = 1000


@dataclass(frozen=True, slots=True)
class RawLine:
    """One line as it stands in the file, control and direction marks made visible. `is_it`: it is (part of) the row."""

    number: int
    text: str
    is_it: bool
    cut: int = 0
    """How many characters are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What one hop leads to. Either lines (text) or cells (workbooks, Parquet, records), never both."""

    sha256: str
    file: Message | str
    size_bytes: int
    row: int
    entry: int
    """The ledger's entry that brought these bytes in."""
    lines: Sequence[RawLine] = ()
    header: str = ""
    cells: Sequence[tuple[str, str]] = ()
    is_record: bool = False
    """The bytes are a record of the ledger: an act by hand is its own evidence."""
    fault: Message | str = ""
    """Why the row cannot be shown, in a sentence."""
    erased_by: int | None = None
    """The entry of the erasure that removed the bytes."""


def read_original(store: Store, sha256: str, row: int, source: str, adapter: str = "") -> Original:
    """The row of a piece of evidence, with its neighbours. Faults are told in the answer, not raised. adapter: what
    read it, where rows of it may be no lines."""
    rows = store.index.rows(
        "SELECT name, size_bytes, entry, source FROM evidence WHERE sha256 = ? ORDER BY source = ? DESC, entry",
        sha256,
        source,
    )
    if not rows:
        return _record(store, sha256)
    name, size, entry, _ = rows[0]
    gone = store.index.rows("SELECT entry FROM erased WHERE sha256 = ?", sha256)
    base: dict[str, Any] = {
        "sha256": sha256,
        "file": store.typed.words_of(str(name)),
        "size_bytes": int(size),
        "row": row,
        "entry": int(entry),
    }
    if gone:
        return Original(**base, erased_by=int(gone[0][0]))
    from trucewatch.sources.stream import kind_of

    try:
        with store.evidence.opened(sha256) as path:
            kind = kind_of(path)
            if adapter == "kobo" and (cells := _submission(path, row)):
                return Original(**base, cells=cells)
            if kind in ("text", "gzip"):
                lines, header = _lines(path, row)
                return Original(**base, lines=lines, header=header)
            return Original(**base, cells=_cells(path, kind, row))
    except TrucewatchError as exc:
        return Original(**base, fault=exc.message)


def _record(store: Store, sha256: str) -> Original:
    """An act by hand: its record in the ledger, cell by cell."""
    entries = store.index.rows("SELECT number FROM entry WHERE sha256 = ? ORDER BY number", sha256)
    if not entries:
        return Original(
            sha256=sha256, file="", size_bytes=0, row=0, entry=-1, fault="these bytes are not on record here"
        )
    entry = int(entries[0][0])
    try:
        content = store.objects.get(sha256)
    except StoreError as exc:
        return Original(sha256=sha256, file="", size_bytes=0, row=0, entry=entry, fault=exc.message)
    texts = {
        name: str(value) if isinstance(value, str | Message) else json.dumps(value, ensure_ascii=False, default=str)
        for name, value in store.typed.in_words(json.loads(content)).items()
    }
    cells = [(name, cut_cell(raw_text(text))) for name, text in texts.items()]
    return Original(sha256=sha256, file="", size_bytes=len(content), row=0, entry=entry, cells=cells, is_record=True)


def _lines(path: Path, row: int) -> tuple[list[RawLine], str]:
    """The line before, the row (all its lines, if a quoted cell runs on) and the line after; and the file's first
    line."""
    lines: list[RawLine] = []
    header, quotes, is_open = "", 0, False
    for number, text in _numbered(path, row):
        if number == 1 and row > 2:
            header = cut_cell(raw_text(text))
        if number < row - 1:
            continue
        is_it = number == row or is_open
        if is_it:
            quotes += text.count('"')
            is_open = quotes % 2 == 1 and number < row + MOST_LINES
        visible = raw_text(text)
        lines.append(RawLine(number, visible[:MOST_CHARS], is_it, max(len(visible) - MOST_CHARS, 0)))
        if number > row and not is_it:
            break
    return lines, header


def _numbered(path: Path, row: int) -> Iterator[tuple[int, str]]:
    """Lines with their numbers: the first, and those from just before the row on. The rest is counted, not read."""
    from trucewatch.sources.stream import line_blocks

    for block in line_blocks(path):
        count = 1 if block.overlong else block.data.count(b"\n")
        if block.first_line > 1 and block.first_line + count < row - 1:
            continue
        for number, raw in enumerate(block.data.split(b"\n")[:count], block.first_line):
            if number == 1 or number >= row - 1:
                yield number, raw.decode("utf-8", errors="replace")


def _cells(path: Path, kind: str, row: int) -> list[tuple[str, str]]:
    """The cells of a row of a workbook or Parquet file, by the names of their columns."""
    from trucewatch.sources.parquet import ParquetTable
    from trucewatch.sources.table import Table

    table = ParquetTable(path, OBSERVATION_SCHEMA.names) if kind == "parquet" else Table(path)
    for chunk in table.chunks():
        if len(chunk) and int(chunk.lines[0]) <= row <= int(chunk.lines[-1]):
            for line, cells in chunk.rows():
                if line == row:
                    return [
                        (raw_text(name), cut_cell(raw_text(text))) for name, text in list(cells.items())[:MOST_CELLS]
                    ]
    raise TrucewatchError(
        Message(
            "row {row} is not in this file any more; the file's hash above says whether it is the one that was read",
            row=row,
        )
    )


def _submission(path: Path, row: int) -> list[tuple[str, str]]:
    """The answers of a submission in JSON, without who sent it; none of a table."""
    from trucewatch.sources.form_answers import is_private
    from trucewatch.sources.form_files import cells_of_submission

    cells = cells_of_submission(path, row, is_private) or []
    return [(raw_text(name), cut_cell(raw_text(text))) for name, text in cells[:MOST_CELLS]]


def raw_text(text: str) -> str:
    """Text as it came, with every control and direction mark written out as \\uXXXX, so that nothing hides in it."""
    return "".join(char if char.isprintable() else "⇥" if char == "\t" else f"\\u{ord(char):04x}" for char in text)


def cut_cell(text: str) -> str:
    return text if len(text) <= MOST_CELL_CHARS else f"{text[:MOST_CELL_CHARS]} …"


def adapter_of(store: Store, batch_entry: int | None) -> str:
    """What read the file of a batch; "" for none."""
    if batch_entry is None:
        return ""
    return str(next(store.journal.entries(batch_entry)).record.get("adapter", ""))


def batch_entry_of(store: Store, observation: Mapping[str, object]) -> int | None:
    """The ledger's entry of an observation's last reading; None for one that no file brought."""
    return last_reading_of(store, str(observation["observation_id"]), str(observation["evidence_sha256"]))
