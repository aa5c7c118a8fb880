"""Earlier reports as they were issued → what a later one may tell of their days: what its recipient has already.

A day that nobody was shown must not be counted again and again: a record that moves between two looks would be a group
of one, and a record that is not told to the recipient can move one that is. So all but who is told every record at once
are told of other days what was issued to them, as it was issued.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.model.outcomes import OUTCOMES
from trucewatch.model.report import IssuedRow, Publication, ReportInputs
from trucewatch.model.times import read_time
from trucewatch.model.watch import Recipient
from trucewatch.reports.daily_report import Tally
from trucewatch.reports.kinds import is_whole
from trucewatch.reports.released import WITHHELD


class IssuedDays:
    """The rows of every day that was issued to a recipient by the cut-off, as its last issue showed them; of reports
    that tell of all incidents of their days."""

    def __init__(self, inputs: ReportInputs, recipient: Recipient) -> None:
        self._zone = inputs.watch.zone
        self._issues = sorted(
            (
                issue
                for issue in inputs.earlier
                if issue.recipient == recipient.id and issue.cut_off <= inputs.as_of and is_whole(issue.kind)
            ),
            key=lambda issue: (issue.cut_off, issue.number, issue.revision),
        )
        self._simulated = _simulated_of_early_rows(inputs, self._issues)

    def rows(self, day: date) -> list[IssuedRow] | None:
        """None for a day that was not issued."""
        last = next((issue for issue in reversed(self._issues) if issue.day_from <= day < issue.day_until), None)
        if last is None:
            return None
        return [row for row in last.rows if self._day(row) == day]

    def rows_of(self, first: date, until: date) -> list[IssuedRow] | None:
        """Of the days `[first, until)`; None unless all of them were issued."""
        days = [self.rows(first + timedelta(days=number)) for number in range((until - first).days)]
        return None if None in days else [row for rows in days for row in rows or ()]

    def is_simulated(self, row: IssuedRow) -> bool:
        return self._simulated[row.incident_id] if row.simulated is None else row.simulated

    def _day(self, row: IssuedRow) -> date:
        return read_time(row.time.partition("/")[0]).astimezone(self._zone).date()


def tally_of_rows(rows: Iterable[IssuedRow]) -> Tally:
    """Of rows that were issued; why one had no assessment is not kept."""
    outcomes = Counter(row.outcome for row in rows)
    return Tally(
        recorded=outcomes.total(), outcomes=tuple((outcome, outcomes[outcome]) for outcome in (*OUTCOMES, WITHHELD))
    )


def _simulated_of_early_rows(inputs: ReportInputs, issues: Sequence[Publication]) -> Mapping[str, bool]:
    """What rows of earlier versions do not hold, from the list; of an incident that is gone, what its watch is."""
    ids = sorted({row.incident_id for issue in issues for row in issue.rows if row.simulated is None})
    if not ids:
        return {}
    listed = inputs.incidents.filter(pc.is_in(inputs.incidents["incident_id"], value_set=pa.array(ids, pa.string())))
    in_list = dict(zip(listed["incident_id"].to_pylist(), listed["simulated"].to_pylist(), strict=True))
    return dict.fromkeys(ids, inputs.watch.settings.simulated) | in_list
