"""A section that a kind of report has of its own: the same lines for pages, in words, and for files, as facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trucewatch.locale import Words
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.kinds import KINDS
from trucewatch.reports.once_per_report import once_per_report


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionLine:
    """One line. number: of the row of the report that it speaks of, None for none."""

    number: int | None
    cells: tuple[str, ...]
    """Words, by column."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What files hold of it, under columns of `facts.FIELDS`."""
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading, what stands above and below, and lines; sentences where there is no column, else a table.

    name: `record` of its lines in files, and the name of its table there. empty: what stands where it has no line.
    widths: how the columns share a printed page, as parts; even without them.
    """

    name: str
    heading: str
    lines: tuple[SectionLine, ...]
    columns: tuple[str, ...] = ()
    empty: str = ""
    note: str = ""
    widths: tuple[float, ...] = ()


@once_per_report
def sections_of(report: DailyReport, words: Words) -> tuple[Section, ...]:
    """The sections of a report's kind; all formats share them."""
    return KINDS[report.kind].sections(report, words)


def no_sections(report: DailyReport, words: Words) -> tuple[Section, ...]:
    """Of a kind that has none of its own."""
    return ()
