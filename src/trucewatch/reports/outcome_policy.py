"""Which assessments a recipient is told of what the gate let through, and why it is told none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from trucewatch.locale import mark
from trucewatch.model.incident import Finding
from trucewatch.model.outcomes import HELD
from trucewatch.model.watch import Recipient
from trucewatch.reports.released import ReleasedFinding, ReleasedIncident

Policy = Literal["gate", "reviewed", "none"]
NOT_REVIEWED: Final = "not_reviewed"
NOT_TOLD: Final = "not_told"
BY_PLACE: Final = "place"
"""Why an assessment is withheld from a recipient, beside the words of the gate."""
UNTOLD: Final = {
    # A review of a clause on a part of the place that is told would tell the part, whatever came of it.
    NOT_REVIEWED: mark("not reviewed by both delegations, as far as may be told"),
    NOT_TOLD: mark("assessments are not told to this recipient"),
    BY_PLACE: mark("withheld, because it would tell the place"),
    "review_agreed": mark("agreed by the delegations; its assessment as it stands was not put to them"),
    "review_agreed_in_part": mark("agreed in part by the delegations"),
    "review_not_agreed": mark("not agreed by the delegations"),
}


def policy_of(recipient: Recipient) -> Policy:
    """Which assessments a recipient is told: all that passed the gate, those that were reviewed, or none."""
    if recipient.outcomes:
        return recipient.outcomes
    return "reviewed" if recipient.place == "zone" else "gate"


def told_findings(findings: Iterable[Finding], recipient: Recipient) -> list[Finding]:
    """Those of one incident that a recipient may have by its policy."""
    match policy_of(recipient):
        case "gate":
            return list(findings)
        case "reviewed":
            return [finding for finding in findings if finding.reviewed]
        case _:
            return []


def told_obligations(findings: Iterable[Finding], recipient: Recipient) -> list[Finding]:
    """Those on deadlines and whole stipulations; that one is not due yet, or not in force, is no assessment."""
    every = list(findings)
    ids = {finding.finding_id for finding in told_findings(every, recipient)}
    return [finding for finding in every if finding.outcome == "not_applicable" or finding.finding_id in ids]


def why_untold(recipient: Recipient, review: str = NOT_REVIEWED) -> str:
    """Why a recipient is told no assessment of an incident of which it has no finding; empty for who is told all.
    review: how the delegations' review of it stands outside."""
    by_review = NOT_REVIEWED if review in ("", NOT_REVIEWED) else f"review_{review}"
    return {"gate": "", "reviewed": by_review, "none": NOT_TOLD}[policy_of(recipient)]


def held_of(findings: Sequence[ReleasedFinding], outcome: str) -> str:
    """The word for an incident whose assessment is held back: the first of its findings' words; empty if it is said."""
    if outcome != "undetermined":
        return ""
    words = {finding.hold for finding in findings if finding.outcome == outcome}
    return next((word for word in HELD if word in words), "cannot_be_told")


def held_counts(incidents: Iterable[ReleasedIncident]) -> tuple[tuple[str, int], ...]:
    """How many incidents have no assessment, by the word for why, in the order of the words."""
    counts = Counter(incident.hold for incident in incidents if incident.hold)
    return tuple((word, counts[word]) for word in (*HELD, *UNTOLD) if counts[word])
