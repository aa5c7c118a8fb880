"""The daily report as a workbook: a sheet each for summary, incidents, findings, regions, numbers, corrections. Keys in
English.

The same report is the same bytes: no clock, no random name, no temporary file. A text is never a formula: it is stored
as text, and what begins like one is marked to stay text when somebody edits the cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from trucewatch.locale import words
from trucewatch.locale.acceptance import translation_words
from trucewatch.locale.sanitize import legible
from trucewatch.model.times import iso_utc
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.notes import number_in_brief
from trucewatch.reports.tables import Cell, Table, tables_of

NAME = "xlsx"
SUFFIX = ".xlsx"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MOST_ROWS: Final = 1_048_575
"""Rows of one sheet below its head; what is more goes on in a sheet of the same name with a number."""
LONGEST_TEXT: Final = 32_767
"""UTF-16 units that a cell holds."""
_SAMPLED: Final = 200
_WIDEST: Final = 59
"""Characters of the widest column; the file says 0.71 more, for the room beside them."""


def render(report: DailyReport, *, language: str) -> bytes:
    """The workbook's bytes."""
    tables = tables_of(report, words(language))
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        title = str(tables["summary"].rows[0][1])
        book.set_properties(_properties(report, title, translation_words(words(language))))
        styles = _Styles.of(book)
        for table in tables.values():
            for sheet in _sheets_of(table):
                _fill(book.add_worksheet(sheet.name), sheet, styles)
    return out.getvalue()


def _properties(report: DailyReport, title: str, translation: str) -> Mapping[str, str | datetime]:
    """What a file manager shows of the file. Its only time is the cut-off."""
    comments = (
        f"{number_in_brief(report)}, watch {report.watch.settings.id}, for {report.recipient.id}, "
        f"cut-off {iso_utc(report.cut_off)}, records: {report.kinds_shown}"
    )
    if translation:
        comments = f"{translation} {comments}"
    return {
        "title": legible(title),
        "subject": legible(report.issued_number or number_in_brief(report)),
        "comments": legible(comments),
        "author": "Trucewatch",
        "created": report.cut_off.astimezone(UTC),
    }


@dataclass(frozen=True, slots=True)
class _Styles:
    """The looks of a cell. `as_text` is the mark that a spreadsheet itself sets for a typed apostrophe; `plain` marks
    a piece of a text."""

    head: Format
    as_text: Format
    plain: Format

    @classmethod
    def of(cls, book: Workbook) -> _Styles:
        return cls(
            head=book.add_format({"bold": True, "bg_color": "#E9ECE8"}),
            as_text=book.add_format({"quote_prefix": True}),
            plain=book.add_format(),
        )


def _sheets_of(table: Table) -> Iterator[Table]:
    """The table, in as many sheets as its rows need; an empty one has its head."""
    for number, first in enumerate(range(0, max(len(table.rows), 1), MOST_ROWS), 1):
        name = table.name if number == 1 else f"{table.name} {number}"
        yield Table(name, table.columns, table.rows[first : first + MOST_ROWS])


def _fill(sheet: Worksheet, table: Table, styles: _Styles) -> None:
    """One sheet: the head stays in sight, columns are as wide as their first rows need."""
    sheet.freeze_panes(1, 0)
    for column, width in enumerate(_widths(table)):
        sheet.set_column(column, column, width)
    for column, name in enumerate(table.columns):
        sheet.write_string(0, column, legible(name), styles.head)
    for row, values in enumerate(table.rows, 1):
        for column, value in enumerate(values):
            if value is not None:
                _write(sheet, row, column, value, styles)


def _write(sheet: Worksheet, row: int, column: int, value: Cell, styles: _Styles) -> None:
    """One cell; nothing where there is no value."""
    if isinstance(value, str):  # most cells
        _write_text(sheet, row, column, _fitting(legible(value)), styles)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float) and math.isfinite(value):
        sheet.write_number(row, column, _Exact(value) if isinstance(value, float) else value)
    else:
        _write_text(sheet, row, column, legible(str(value)), styles)


def _write_text(sheet: Worksheet, row: int, column: int, text: str, styles: _Styles) -> None:
    if text.startswith("<r>"):
        # XlsxWriter takes a text from `<r>` to `</r>` for markup of its own and copies it unescaped into the file. In
        # two pieces it is escaped, and reads the same.
        sheet.write_rich_string(row, column, "<r", styles.plain, text[2:])
    else:
        sheet.write_string(row, column, text, styles.as_text if text.startswith(("=", "+", "-", "@")) else None)


class _Exact(float):
    """A number that is written with all its digits; XlsxWriter's sixteen move the last bit of every second place."""

    def __format__(self, _: str) -> str:
        return repr(float(self))


def _fitting(text: str) -> str:
    """A text that a cell can hold; what is cut off is said in the cell."""
    if len(text) <= LONGEST_TEXT // 2 or len(text.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return text
    note = f" … [cut: {len(text):,} characters in all; the csv file has them]"
    room = (LONGEST_TEXT - len(note)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + note


def _widths(table: Table) -> Iterator[int]:
    for place, name in enumerate(table.columns):
        texts = [len(str(row[place])) for row in table.rows[:_SAMPLED] if row[place] is not None]
        yield min(max([len(name), *texts]) + 2, _WIDEST)
