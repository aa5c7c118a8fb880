"""Which report somebody asks for: of which kind, to whom, of which days or which event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from trucewatch.model.report import DAILY, Publication
from trucewatch.model.report_draft import ReportDraft


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report that somebody asks for: to whom, of which local days `[day_from, day_until)`; of one event by its
    own id."""

    recipient: str
    day_from: date
    day_until: date
    kind: str = DAILY
    incident: str = ""

    @property
    def last(self) -> date:
        """The last day, as people name it."""
        return self.day_until - timedelta(days=1)

    @property
    def before(self) -> Wanted:
        """The period of the same length that ends where this one begins."""
        return replace(self, day_from=self.day_from - (self.day_until - self.day_from), day_until=self.day_from)


def wanted_of(report: ReportDraft | Publication) -> Wanted:
    """What a draft, or an issue, is a report of."""
    return Wanted(report.recipient, report.day_from, report.day_until, report.kind, report.incident)
