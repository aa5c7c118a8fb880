"""Late evidence reopens what was judged: the next case of the same finding, where what was put has changed.

A case that is still open goes on over what was put; once it is closed it is compared with the list.
"""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.model.review import Case
from trucewatch.model.review_outcome import changed_since, reopens
from trucewatch.pipeline import Assessment
from trucewatch.pipeline.review_book import ReviewBook, taking_part
from trucewatch.pipeline.review_closing import acting
from trucewatch.pipeline.review_putting import ToPut, enter_cases, rows_of_findings
from trucewatch.store import Store
from trucewatch.store.journal import Entry


def reopen_late(store: Store, assessment: Assessment, *, now: datetime) -> list[Entry]:
    """Put every judged finding once more that differs now from what was put; the entries of the new cases. What was
    judged stays as it is, and what was closed unreviewed is put again by people alone."""
    with acting(store, assessment.watch, now) as book:
        judged = judged_last(book)
        if not judged or assessment.list_entry < 0 or assessment.is_replay or not taking_part(book, assessment.watch):
            return []
        ids = _findings_of(assessment, judged)
        rows = rows_of_findings(assessment, sorted(ids))
        late = [
            ToPut(put=rows[name].put, sources=rows[name].sources, before=case)
            for name, case in sorted(ids.items(), key=lambda pair: pair[1].number)
            if name in rows and reopens(changed_since(case.put, rows[name].put))
        ]
        return enter_cases(store, assessment, book, late, by="") if late else []


def since_put(assessment: Assessment, case: Case) -> tuple[str, ...] | None:
    """What of a finding differs on a list from what was put of it (`changed_since`); None where the list has it no
    more."""
    rows = rows_of_findings(assessment, sorted(_findings_of(assessment, [case])))
    return next((changed_since(case.put, row.put) for row in rows.values()), None)


def judged_last(book: ReviewBook) -> list[Case]:
    """The last case of each finding, of those that were judged: not those of *who*, nor what was closed unreviewed."""
    last: dict[str, Case] = {}
    for case in book.cases():
        if not case.is_of_who:
            last.pop(case.before, None)
            last[case.code] = case
    return [case for case in last.values() if case.outcome and case.state != "closed_unreviewed"]


def _findings_of(assessment: Assessment, cases: list[Case]) -> dict[str, Case]:
    """The finding on the list that each case is of: the one of its stipulation, of the incident in which the first
    observation stands that was put. Cases of which there is none are left out."""
    incidents = assessment.recorded_incidents  # what reviews change is no evidence
    members = pc.list_flatten(incidents["members"])
    parents = pc.list_parent_indices(incidents["members"])
    wanted = pa.array({case.members[0] for case in cases if case.members}, pa.string())
    mask = pc.is_in(members, value_set=wanted)
    incident_of = dict(
        zip(
            members.filter(mask).to_pylist(),
            incidents["incident_id"].take(parents.filter(mask)).to_pylist(),
            strict=True,
        )
    )
    findings = assessment.recorded_findings
    by_place = {
        (incident, stipulation): name
        for name, incident, stipulation in zip(
            *(findings[name].to_pylist() for name in ("finding_id", "incident_id", "stipulation")), strict=True
        )
    }
    found: dict[str, Case] = {}
    for case in cases:
        first = next(iter(case.members), "")
        name = by_place.get((incident_of.get(first, ""), case.stipulation)) if first else None
        if name is not None:
            found[name] = case
    return found
