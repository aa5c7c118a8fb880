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
from trucewatch.locale import mark
from trucewatch.model.agreement import Provision, Stipulation

RULE: Final = "judged/1"

SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "not_put": (mark("Clause {clause} is for people to decide; it has not been put to the delegations."),),
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
        start, end = case.columns["occurred_start"][row], case.columns["occurred_end"][row]
        verdict = (
            bar_by_dates(stipulation, start, end)
            or bar_by_zone(stipulation, case, row)
            or doubt_dates(stipulation, start, end)
            or doubt_zone(stipulation, case, row)
            or Verdict("undetermined", "not_put", {})
        )
        yield finding_row(
            provision,
            stipulation,
            RULE,
            verdict,
            incident=case.columns["incident_id"][row],
            evidence=case.columns["members"][row],
            simulated=case.columns["simulated"][row],
        )
    due = stipulation.due(case.as_of, case.watch.zone)
    yield finding_row(
        provision,
        stipulation,
        RULE,
        judge_whole(stipulation, case),
        subject=f"stipulation:{stipulation.id}",
        due=due[0] if due else None,
        simulated=case.watch.settings.simulated,
    )


def judge_whole(stipulation: Stipulation, case: Case) -> Verdict:
    """What the delegations said of the stipulation, as known at `as_of`; each one's latest word counts."""
    barred = bar_by_dates(stipulation, case.as_of, case.as_of)
    if barred is not None:
        return barred
    judgments = sorted(
        (judgment for judgment in stipulation.judgment if judgment.known_at <= case.as_of),
        key=lambda judgment: judgment.known_at,
    )
    # In the order in which they became known: a later word takes the place of an earlier one.
    views = {judgment.by: judgment.outcome for judgment in judgments}
    delegations = [delegation.id for delegation in case.watch.settings.delegation]
    if not views:
        return Verdict("undetermined", "not_put", {})
    spoken = [delegation for delegation in delegations if delegation in views]
    if len(set(views.values())) > 1:  # each view is recorded, none is the product's
        return Verdict(
            "undetermined",
            "judged_differently",
            {"views": [f"{delegation}: {views[delegation]}" for delegation in spoken]},
        )
    missing = [delegation for delegation in delegations if delegation not in views]
    if missing:
        return Verdict("undetermined", "judged_in_part", {"by": spoken, "missing": missing})
    outcome = views[spoken[0]]
    return Verdict(outcome, "judged", {"by": spoken, "outcome": outcome})
