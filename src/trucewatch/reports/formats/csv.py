"""The daily report as a table: a line an incident, an obligation, a reported number or a correction. Keys in English.

UTF-8 with a byte order mark, so that office programs read every script; CRLF. Every text that could start a formula
begins with an apostrophe.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

from trucewatch.locale import Words, words
from trucewatch.model.times import iso_utc
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.facts import FIELDS, facts_of

NAME = "csv"
SUFFIX = ".csv"
MEDIA_TYPE = "text/csv; charset=utf-8"
_KNOWN = frozenset(FIELDS)
_FORMULA_FIRST = frozenset("=+-@\t\r\n")


def render(report: DailyReport, *, language: str) -> bytes:
    """The table's bytes."""
    return _write(report, words(language)).encode("utf-8-sig")


def _write(report: DailyReport, spoken: Words) -> str:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(FIELDS)
    shared = {
        "report": report.issued_number,
        "revision": report.issued_revision,
        "cut_off": iso_utc(report.cut_off),
    }
    for facts in facts_of(report, spoken):
        whole = {**shared, **facts}
        if not whole.keys() <= _KNOWN:
            raise ValueError(f"columns that the table does not have: {sorted(whole.keys() - _KNOWN)}")
        writer.writerow([cell(whole.get(key)) for key in FIELDS])
    return out.getvalue()


def cell(value: Any) -> str:
    """A value as it stands in a cell; a text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if not isinstance(value, str):  # most are texts, or none
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return _plain(value)
        value = "; ".join([str(part) for part in value]) if isinstance(value, list | tuple) else str(value)
    return f"'{value}" if value.lstrip(" \ufeff")[:1] in _FORMULA_FIRST else value


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(value)
