"""Which records of a long day a page sets line by line, on screen and on paper; the tables of the report hold all.

A page stays readable, and costs the same, whatever a day brings. So each of its tables has an end, and says so where
it left something out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from trucewatch.locale import Words
from trucewatch.reports.daily_report import DailyReport, Row
from trucewatch.reports.once_per_report import once_per_report
from trucewatch.reports.released import WITHHELD

MOST_LINES: Final = 300
"""Lines of the table of findings, and of the annex."""
MOST_LISTED: Final = 100
"""Lines of every other table and list."""
MOST_REFERENCES: Final = 24
"""Of more numbers than this a sentence names the first, and leads to the table for the others."""

Listed = TypeVar("Listed")


@once_per_report
def shown_rows(report: DailyReport) -> tuple[Row, ...]:
    """The rows that a page sets, by their numbers. Of more than MOST_LINES: the grave, then those with an assessment,
    then the earliest."""
    if len(report.rows) <= MOST_LINES:
        return report.rows
    chosen = sorted(report.rows, key=_rank)[:MOST_LINES]
    return tuple(sorted(chosen, key=lambda row: row.number))


def _rank(row: Row) -> tuple[bool, bool, int]:
    incident = row.incident
    is_assessed = not incident.hold and incident.outcome not in ("not_applicable", "undetermined", WITHHELD)
    return not incident.grave, not is_assessed, row.number


@once_per_report
def shown_numbers(report: DailyReport) -> frozenset[int]:
    """The numbers of the rows that a page sets."""
    return frozenset(row.number for row in shown_rows(report))


def left_out_words(report: DailyReport, words: Words) -> str:
    """How many of the incidents the table shows and where all are; empty where it shows all."""
    rows = shown_rows(report)
    if len(rows) == len(report.rows):
        return ""
    return words.gettext(
        "This table shows {shown} of {number} incidents: the grave ones first, then those with an assessment, then the "
        "earliest. All of them are in the tables of this report (CSV, XLSX)."
    ).format(shown=words.number(len(rows)), number=words.number(len(report.rows)))


def first_of(listed: Sequence[Listed]) -> Sequence[Listed]:
    """As many as a list of a page holds."""
    return listed[:MOST_LISTED]


def more_words(number: int, words: Words) -> str:
    """What stands under a list of a page that is not whole; empty where it is. `number`: how many there are in all."""
    left = number - MOST_LISTED
    if left <= 0:
        return ""
    return words.ngettext(
        "{number} more is in the tables of this report (CSV, XLSX).",
        "{number} more are in the tables of this report (CSV, XLSX).",
        left,
    ).format(number=words.number(left))
