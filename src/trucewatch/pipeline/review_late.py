"""Late evidence reopens what was judged: the next case of the same finding, where what was put has changed.

A case that is still open goes on over what was put; once it is closed it is compared with the list. Of what the list
has no more there is nothing to put: that is derived (`judged_findings`), and both delegations are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from trucewatch.model.review import Case
from trucewatch.model.review_outcome import LEAST_DELEGATIONS, changed_since, reopens
from trucewatch.pipeline import Assessment
from trucewatch.pipeline.judged_findings import findings_judged, judged_last, puts_of
from trucewatch.pipeline.review_book import REVIEWING, ReviewBook, taking_part
from trucewatch.pipeline.review_putting import enter_cases, rows_of_findings
from trucewatch.store import Store
from trucewatch.store.journal import Entry


def reopen_late(store: Store, assessment: Assessment, *, now: datetime) -> list[Entry]:
    """Put every judged finding once more that differs now from what was put; the entries of the new cases. What was
    judged stays as it is, and what was closed unreviewed is put again by people alone. While fewer than two delegations
    take part nothing is put: it waits until they do. No case is closed here: a report that is made of the list knows of
    no outcome that came after it."""
    with REVIEWING:
        book = ReviewBook(store, assessment.watch, now)
        judged = judged_last(book.cases())
        is_joint = len(taking_part(book, assessment.watch)) >= LEAST_DELEGATIONS
        if not judged or assessment.list_entry < 0 or assessment.is_replay or not is_joint:
            return []
        ids = _findings_of(assessment, judged)
        rows = rows_of_findings(assessment, sorted(ids))
        late = [
            replace(rows[name], before=case)
            for name, case in sorted(ids.items(), key=lambda pair: pair[1].number)
            if reopens(changed_since(case.put, rows[name].put))
        ]
        return enter_cases(store, assessment, book, late, by="") if late else []


def since_put(assessment: Assessment, case: Case) -> tuple[str, ...] | None:
    """What of a finding differs on a list from what was put of it (`changed_since`); None where the list has it no
    more."""
    matches = _findings_of(assessment, [case])
    puts = puts_of(assessment.recorded_incidents, assessment.recorded_findings, matches)
    return next((changed_since(case.put, put) for put in puts.values()), None)


def _findings_of(assessment: Assessment, cases: Iterable[Case]) -> dict[str, Case]:
    # What reviews change is no evidence.
    return findings_judged(assessment.recorded_incidents, assessment.recorded_findings, cases)
