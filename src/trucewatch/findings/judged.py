"""Judged: people decide, on record. Until every delegation has said the same, it stays undetermined.

The incidents of its kinds are gathered for the people who decide; none of them is judged here by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from trucewatch.findings.applicability import (
    Case,
    Verdict,
    bar_by_dates,
    bar_by_zone,
    doubt_dates,
    doubt_zone,
    finding_row,
)
from trucewatch.findings.gate import is_reviewed, positions_on
from trucewatch.locale import mark
from trucewatch.model.agreement import Provision, Stipulation

RULE: Final = "judged/2"

SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "not_put": (mark("Clause {clause} is for people to decide."),),
    "judged": (
        mark("The delegations decided on clause {clause} ({by}): {outcome}."),
        mark("The delegations decided on clause {clause}."),
    ),
    "judged_differently": (
        mark("The delegations see clause {clause} differently: {views}."),
        mark("The delegations see clause {clause} differently."),
    ),
    "judged_in_part": (
        mark("On clause {clause} only a part of the delegations has spoken: {by}. Still open: {missing}."),
        mark("On clause {clause} only a part of the delegations has spoken."),
    ),
}
"""Reason → its sentences, from the fullest to the shortest: the first whose facts are all there is shown."""


def check_stipulation(provision: Provision, stipulation: Stipulation, case: Case) -> Iterator[dict[str, Any]]:
    """A finding for each incident to be looked at, then one for the stipulation as a whole."""
    for row in case.rows_of_kinds(stipulation.kinds):
        start, end = case.span(row)
        incident = case.columns["incident_id"][row]
        views = positions_on(stipulation, case, incident)
        verdict = (
            bar_by_dates(stipulation, start, end)
            or bar_by_zone(stipulation, case, row)
            or (judge_views(views, case) if len(views) == len(case.delegations) else None)
            or doubt_dates(stipulation, start, end)
            or doubt_zone(stipulation, case, row)
            or judge_views(views, case)
        )
        yield finding_row(
            provision,
            stipulation,
            RULE,
            verdict,
            incident=incident,
            evidence=case.columns["members"][row],
            simulated=case.columns["simulated"][row],
            reviewed=is_reviewed(verdict, views, case),
        )
    due = case.due_of(stipulation)
    views = positions_on(stipulation, case)
    whole = judge_stipulation(stipulation, case)
    yield finding_row(
        provision,
        stipulation,
        RULE,
        whole,
        subject=f"stipulation:{stipulation.id}",
        due=due.moment if due else None,
        simulated=case.watch.settings.simulated,
        reviewed=is_reviewed(whole, views, case),
    )


def judge_stipulation(stipulation: Stipulation, case: Case) -> Verdict:
    """What the delegations said of it as a whole."""
    return bar_by_dates(stipulation, case.as_of, case.as_of) or judge_views(positions_on(stipulation, case), case)


def judge_views(views: Mapping[str, str], case: Case) -> Verdict:
    """What the delegations' latest words come to: delegation → outcome."""
    if not views:
        return Verdict("undetermined", "not_put", {})
    if len(set(views.values())) > 1:  # each view is recorded, none is the product's
        return Verdict(
            "undetermined", "judged_differently", {"views": [f"{who}: {outcome}" for who, outcome in views.items()]}
        )
    missing = [delegation for delegation in case.delegations if delegation not in views]
    if missing:
        return Verdict("undetermined", "judged_in_part", {"by": list(views), "missing": missing})
    outcome = next(iter(views.values()))
    return Verdict(outcome, "judged", {"by": list(views), "outcome": outcome})
