"""How reviews stand otherwise now than a recipient last read: each change is named once, however old its event is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import or_

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.model.incident import incident_rows
from trucewatch.model.report import IssuedRow, Publication, ReportInputs
from trucewatch.model.times import day_of
from trucewatch.model.watch import Recipient
from trucewatch.reports.kinds import Kind, is_whole
from trucewatch.reports.outcome_policy import policy_of
from trucewatch.reports.release import release
from trucewatch.reports.released import ReleasedIncident
from trucewatch.reports.review_told import NOT_REVIEWED


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewChange:
    """That a review stands otherwise. issue, row: where its event stood last, of what the report can correct; before:
    the word that the recipient read last, wherever; after: that of now."""

    issue: Publication
    row: IssuedRow
    before: str
    after: str


class ReviewsRead:
    """How each review stood where a recipient last read of it, in a row or named as a change, and how it stands now.

    now: what is released of the report's days and around, by the incidents' own ids. Of others it is worked out here;
    what is on the list no more, or leaves no more, is not reviewed.
    """

    def __init__(
        self,
        inputs: ReportInputs,
        recipient: Recipient,
        now: Mapping[str, ReleasedIncident],
        number: str,
        days: tuple[date, date],
        kind: Kind,
    ) -> None:
        self._number, self._days, self._kind = number, days, kind
        issues = [each for each in inputs.earlier if each.recipient == recipient.id and each.cut_off <= inputs.as_of]
        self._issues = sorted(issues, key=lambda issue: (issue.cut_off, issue.number, issue.revision))
        reviewed = {row.incident_id for issue in issues for row in issue.rows_shown if row.review}
        reviewed |= {name for issue in issues for name, _ in issue.reviews}
        if policy_of(recipient) == "none" or "corrections" not in kind.parts or not (inputs.reviews or reviewed):
            self._issues, self._now = [], {}
            return
        every = {row.incident_id for issue in issues for row in issue.rows_shown}
        beyond = every - now.keys()
        wanted = beyond & (reviewed | _under_review(inputs, beyond))
        # What was neither reviewed nor put is as it was.
        self._now = dict.fromkeys(wanted, NOT_REVIEWED)
        self._now |= {name: incident.review for name, incident in _released(inputs, recipient, wanted).items()}
        self._now |= {name: incident.review for name, incident in now.items()}
        # What is held for its place is no change that anybody could name.
        self._now = {name: review for name, review in self._now.items() if review}

    def changes(self, revision: int) -> tuple[ReviewChange, ...]:
        """What a report names that follows its own issues up to a revision; every other issue counts."""
        read: dict[str, str] = {}
        shown: dict[str, tuple[Publication, IssuedRow]] = {}
        for issue in self._issues:
            if issue.number == self._number and issue.revision > revision:
                continue
            for row in issue.rows_shown:
                read[row.incident_id] = row.review or NOT_REVIEWED
                if self._can_correct(issue):
                    shown[row.incident_id] = issue, row
            read |= dict(issue.reviews)
        return tuple(
            ReviewChange(issue=issue, row=row, before=read[name], after=self._now[name])
            for name, (issue, row) in shown.items()
            if name in self._now and self._now[name] != read[name]
        )

    def _can_correct(self, issue: Publication) -> bool:
        """As `to_compare`, without its fourteen days."""
        if issue.number == self._number:
            return True
        day_from, day_until = self._days
        if self._kind.is_whole:
            return issue.day_from < (day_from if is_whole(issue.kind) else day_until)
        return issue.kind == self._kind.name and not self._kind.is_of_one and issue.day_from < day_from


def _under_review(inputs: ReportInputs, incident_ids: Collection[str]) -> set[str]:
    """Which of these incidents have a case, under whatever id it was put."""
    firsts = {member for case in inputs.reviews for member in case.members[:1]}
    of = inputs.incidents.filter(_are_among("incident_id", incident_ids))
    members = pc.list_flatten(of["members"])
    parents = pc.list_parent_indices(of["members"]).filter(pc.is_in(members, pa.array(sorted(firsts), pa.string())))
    return {case.incident for case in inputs.reviews} | set(of["incident_id"].take(parents).to_pylist())


def _released(inputs: ReportInputs, recipient: Recipient, incident_ids: Collection[str]) -> dict[str, ReleasedIncident]:
    """These incidents as they are released, whatever their days; with a smallest count by what came out beside them."""
    some = inputs.incidents.filter(_are_among("incident_id", incident_ids))
    if not some.num_rows:
        return {}
    if recipient.smallest_count > 1:
        zone = inputs.watch.zone
        days = {incident.occurred_start.astimezone(zone).date() for incident in incident_rows(some)}
        begun, moment = pc.field("occurred_start"), some.schema.field("occurred_start").type
        spans = [(pa.scalar(day.start, moment), pa.scalar(day.end, moment)) for day in (day_of(d, zone) for d in days)]
        some = inputs.incidents.filter(reduce(or_, ((begun >= start) & (begun < end) for start, end in spans)))
    released = release(replace(inputs, incidents=some, periods_among=None), recipient).incidents
    return {incident.incident_id: incident for incident in released if incident.incident_id in incident_ids}


def _are_among(name: str, values: Collection[str]) -> pc.Expression:
    return pc.field(name).isin(pa.array(sorted(values), pa.string()))
