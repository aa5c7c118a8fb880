"""The daily report as a workbook: a sheet each for summary, incidents, findings, regions, numbers, corrections, and a
codebook.

Two heads: what people call a column, in the report's language, and under it the column's name, which programs read and
the codebook explains. A moment is a date of the workbook twice, in UTC and by the watch's clock. The same report is the
same bytes: no clock, no random name, no temporary file. A text is never a formula: it is stored as text, and what
begins like one is marked to stay text when somebody edits the cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime, tzinfo
from io import BytesIO
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from trucewatch.locale import Words, words
from trucewatch.locale.acceptance import translation_words
from trucewatch.locale.sanitize import legible
from trucewatch.model.times import iso_utc, read_time
from trucewatch.reports import codebook
from trucewatch.reports.column_words import column_words
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.notes import number_in_brief
from trucewatch.reports.tables import Cell, Table, tables_of

NAME = "xlsx"
SUFFIX = ".xlsx"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

HEADS: Final = 2
"""Rows above the first record: what people call the columns, and the columns' names."""
MOST_ROWS: Final = 1_048_576 - HEADS
"""Rows of one sheet below its heads; what is more goes on in a sheet of the same name with a number."""
LONGEST_TEXT: Final = 32_767
"""UTF-16 units that a cell holds."""
LOCAL: Final = "_local"
"""What the name of a column has behind it that holds a moment by the watch's clock."""
FIRST_YEAR: Final = 1901
"""The first whole year of the calendar of workbooks, whatever the zone."""
_OF_SUMMARY: Final = {"cut_off": "time", "first_day": "day", "last_day": "day"}
"""What those rows of the summary hold that are no text."""
_WIDTH_OF_TIME: Final = 20
_SAMPLED: Final = 200
_WIDEST: Final = 59
"""Characters of the widest column; the file says 0.71 more, for the room beside them."""


def render(report: DailyReport, *, language: str) -> bytes:
    """The workbook's bytes."""
    spoken = words(language)
    tables = tables_of(report, spoken)
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        title = str(tables["summary"].rows[0][1])
        book.set_properties(_properties(report, title, translation_words(spoken)))
        styles, clock = _Styles.of(book), _Clock.of(report)
        for table in tables.values():
            heads = _heads(table, clock, spoken)
            for sheet in _sheets_of(table):
                _fill(book.add_worksheet(sheet.name), sheet, heads, styles, clock)
        explained = _codebook_of(tables, clock, language)
        _fill(book.add_worksheet("codebook"), explained, _heads(explained, clock, spoken), styles, clock)
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
    name: Format
    as_text: Format
    plain: Format
    time: Format
    day: Format

    @classmethod
    def of(cls, book: Workbook) -> _Styles:
        return cls(
            head=book.add_format({"bold": True, "bg_color": "#E9ECE8", "text_wrap": True, "valign": "top"}),
            name=book.add_format({"bg_color": "#E9ECE8", "font_color": "#434E4B", "font_size": 8}),
            as_text=book.add_format({"quote_prefix": True}),
            plain=book.add_format(),
            time=book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
            day=book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        )


@dataclass(frozen=True, slots=True)
class _Clock:
    """The watch's zone and its name, as heads name it."""

    zone: tzinfo
    name: str

    @classmethod
    def of(cls, report: DailyReport) -> _Clock:
        return cls(report.watch.zone, report.watch.settings.time_zone)


@dataclass(frozen=True, slots=True)
class _Head:
    """A column of a sheet: what people call it, and its name."""

    words: str
    name: str


def _heads(table: Table, clock: _Clock, spoken: Words) -> list[_Head]:
    """The columns of a table's sheet in order; a moment has two."""
    heads = []
    for name, holds in table.columns.items():
        told = column_words(table.name, name)
        heading = spoken.pgettext("column", told.heading)
        if told.unit and holds in ("whole", "real"):
            heading = f"{heading}, {spoken.pgettext('unit', told.unit)}"
        if holds == "time":
            heads += [_Head(f"{heading} (UTC)", name), _Head(f"{heading} ({clock.name})", f"{name}{LOCAL}")]
        else:
            heads.append(_Head(heading, name))
    return heads


def _codebook_of(tables: Mapping[str, Table], clock: _Clock, language: str) -> Table:
    """The codebook's lines about the sheets of this workbook, its codes, and how to cite it."""
    book, local = codebook.codebook(language), words(language).gettext("The same moment by the clock of {zone}.")
    rows: list[tuple[Cell, ...]] = []
    for table in tables.values():
        for entry in codebook.entries_of(table.name, table.columns, language):
            rows.append(astuple(entry))
            if entry.type == "time":
                meaning = f"{entry.meaning} {local.format(zone=clock.name)}"
                rows.append(astuple(replace(entry, name=f"{entry.name}{LOCAL}", meaning=meaning)))
    rows += [astuple(entry) for entry in book.entries if entry.part == "code"]
    return Table("codebook", codebook.COLUMNS, (*rows, codebook.rows_of(book)[-1]))


def _sheets_of(table: Table) -> Iterator[Table]:
    """The table, in as many sheets as its rows need; an empty one has its head."""
    for number, first in enumerate(range(0, max(len(table.rows), 1), MOST_ROWS), 1):
        name = table.name if number == 1 else f"{table.name} {number}"
        yield Table(name, table.columns, table.rows[first : first + MOST_ROWS])


def _fill(sheet: Worksheet, table: Table, heads: Sequence[_Head], styles: _Styles, clock: _Clock) -> None:
    """One sheet: heads stay in sight, every column has a filter and is as wide as its first rows need."""
    sheet.freeze_panes(HEADS, 0)
    for column, (head, width) in enumerate(zip(heads, _widths(table), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, legible(head.words), styles.head)
        sheet.write_string(1, column, legible(head.name), styles.name)
    sheet.autofilter(HEADS - 1, 0, max(HEADS, HEADS - 1 + len(table.rows)), len(heads) - 1)
    kinds = tuple(table.columns.values())
    for row, values in enumerate(table.rows, HEADS):
        column = 0
        for holds, value in zip(_holds(table, values, kinds), values, strict=True):
            if value is not None:
                if holds in {"time", "day"}:
                    _write_time(sheet, row, column, str(value), holds, styles, None)
                else:
                    _write(sheet, row, column, value, styles)
                if holds == "time" and table.name != "summary":
                    _write_time(sheet, row, column + 1, str(value), holds, styles, clock.zone)
            column += 2 if holds == "time" and table.name != "summary" else 1


def _holds(table: Table, values: Sequence[Cell], kinds: Sequence[str]) -> Sequence[str]:
    """What the cells of a row hold; of the summary by its key."""
    return (kinds[0], _OF_SUMMARY.get(str(values[0]), kinds[1])) if table.name == "summary" else kinds


def _write_time(
    sheet: Worksheet, row: int, column: int, text: str, holds: str, styles: _Styles, zone: tzinfo | None
) -> None:
    """A day or moment as a date of the workbook, in UTC or by a clock; one before its calendar begins as text."""
    try:
        moment = datetime.fromisoformat(text) if holds == "day" else read_time(text).astimezone(zone or UTC)
    except OverflowError:
        return _write_text(sheet, row, column, text, styles)
    if moment.year < FIRST_YEAR:
        return _write_text(sheet, row, column, text, styles)
    sheet.write_datetime(row, column, moment.replace(tzinfo=None), styles.day if holds == "day" else styles.time)
    return None


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
    for place, (name, holds) in enumerate(table.columns.items()):
        if holds == "time":
            yield from (_WIDTH_OF_TIME, _WIDTH_OF_TIME)
            continue
        texts = [len(str(row[place])) for row in table.rows[:_SAMPLED] if row[place] is not None]
        yield min(max([len(name), *texts]) + 2, _WIDEST)
