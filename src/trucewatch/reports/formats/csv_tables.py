"""The daily report as a ZIP of one CSV a table, with the codebook and a README: for whom the joined CSV is too wide.

Each table as in `csv`: UTF-8 with a byte order mark, CRLF, English keys, no text that a spreadsheet would run.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

from trucewatch.locale import Words, words
from trucewatch.locale.acceptance import translation_words
from trucewatch.locale.sanitize import legible
from trucewatch.model.times import iso_utc
from trucewatch.reports.codebook import codebook, written
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.formats.csv import cell
from trucewatch.reports.headline import title_words
from trucewatch.reports.notes import draft_words, number_in_brief
from trucewatch.reports.packed import packed
from trucewatch.reports.place_names import map_words
from trucewatch.reports.tables import Cell, tables_of

NAME = "tables"
SUFFIX = ".tables.zip"
MEDIA_TYPE = "application/zip"
README: Final = "README.txt"


def render(report: DailyReport, *, language: str) -> bytes:
    """The archive's bytes."""
    spoken = words(language)
    tables = tables_of(report, spoken)
    counts = {f"{table.name}.csv": len(table.rows) for table in tables.values()}
    files = {README: _readme(report, counts, spoken)}
    files |= {f"{table.name}.csv": table_bytes(table.columns, table.rows) for table in tables.values()}
    return packed({**files, "codebook.csv": written(codebook(language), "csv")})


def table_bytes(columns: Iterable[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One table as CSV."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _readme(report: DailyReport, counts: dict[str, int], spoken: Words) -> bytes:
    """What the file is, for whom, and what lies in it; the marks of a draft and of a translation first."""
    lines = [
        *(mark for mark in (draft_words(report, spoken), translation_words(spoken)) if mark),
        title_words(report, spoken),
        f"{number_in_brief(report)}; watch {report.watch.settings.id}; for {report.recipient.id}; "
        f"cut-off {iso_utc(report.cut_off)}; records: {report.kinds_shown}",
        map_words(report.watch, spoken),
        "",
        *(f"{name}: {rows} rows" for name, rows in counts.items()),
        f"codebook.csv: {codebook(spoken.language).citation}",
    ]
    return "".join(f"{legible(line)}\r\n" for line in lines).encode("utf-8-sig")
