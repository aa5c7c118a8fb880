"""What the delegations agree on stands and no number holds it back; what all of them dissent from is not said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import NOON, frame_of, incidents, template_watch
from trucewatch.findings import SENTENCES, Reviewed, check_agreement, check_reviewed
from trucewatch.locale import words
from trucewatch.locale.reasons import reason_sentence
from trucewatch.model.incident import Finding, finding_rows
from trucewatch.model.observation import empty_counters
from trucewatch.model.testimony import CENTRE, Attestation
from trucewatch.model.watch import Watch

AS_OF = NOON + timedelta(days=30)
BOTH = ("D1", "D2")
CLAIMED = Attestation("explosion", "A", "party", "told", is_claim=True).text
RECORDED = Attestation("explosion", CENTRE, "acoustic", "recorded", is_claim=False).text
MENU = {"kind": "explosion", "outcome": "inconsistent"}


def finding_with(review: Reviewed | None, watch: Watch | None = None, **row: Any) -> Finding:
    watch = watch or template_watch()
    table = incidents({"testimony": [CLAIMED], **row})
    (name,) = table["incident_id"].to_pylist()
    of = {"watch": watch, "frame": frame_of(watch), "as_of": AS_OF}
    found: Any
    if review is None:
        found = check_agreement(table, empty_counters(), **of)
    else:
        found = check_reviewed(table, None, reviews={"1a": {name: review}}, **of)
    (finding,) = [each for each in finding_rows(found) if each.stipulation == "1a" and each.incident_id]
    return finding


def agreed(**changes: Any) -> Reviewed:
    return Reviewed(**{"code": "R-1", "agreed_by": BOTH, **MENU, **changes})


def told(finding: Finding) -> str:
    return reason_sentence(finding, SENTENCES, template_watch(), words("en"))


def test_without_a_review_one_side_alone_is_not_enough() -> None:
    finding = finding_with(None)
    assert (finding.outcome, finding.reason) == ("undetermined", "claimed_alone")


def test_what_the_delegations_agree_on_passes_the_gate_and_says_by_whom() -> None:
    finding = finding_with(agreed())
    assert (finding.outcome, finding.reason, finding.reviewed) == ("inconsistent", "prohibited_act_agreed", True)
    assert finding.facts["agreed_by"] == list(BOTH)
    assert "The delegations agree that it happened, what it was, and where and when" in told(finding)


def test_a_low_number_holds_back_nothing_that_is_agreed() -> None:
    unlikely = {"testimony": [RECORDED], "happened": 0.3, "between_sides": 1.0}
    assert finding_with(None, **unlikely).reason == "not_likely"
    finding = finding_with(agreed(), **unlikely)
    assert (finding.outcome, finding.reason) == ("inconsistent", "prohibited_act_agreed")
    assert finding.facts["probability"] == "0.30"
    assert "has to be looked into" in told(finding)


def test_what_stands_without_the_review_is_said_for_its_own_reason_and_is_reviewed() -> None:
    finding = finding_with(agreed(), testimony=[RECORDED], happened=0.99, between_sides=1.0)
    assert (finding.reason, finding.reviewed) == ("prohibited_act", True)


def test_agreed_is_what_was_put_and_no_other_kind() -> None:
    finding = finding_with(agreed(kind="shot"))
    assert (finding.outcome, finding.reason) == ("undetermined", "claimed_alone")


def test_an_outcome_that_was_not_put_is_not_reviewed() -> None:
    finding = finding_with(agreed(outcome="undetermined"))
    assert (finding.outcome, finding.reviewed) == ("inconsistent", False)


def test_agreement_on_the_event_settles_no_edge_of_a_zone() -> None:
    finding = finding_with(agreed(), zones=[], zones_at_edge=["theatre"])
    assert (finding.outcome, finding.reason) == ("undetermined", "at_zone_edge")


@pytest.mark.parametrize(("dissent", "reason"), [("happened", "dissent_from_happened"), ("what", "dissent_from_what")])
def test_what_every_delegation_dissents_from_is_not_said_with_the_reason(dissent: str, reason: str) -> None:
    record = {"testimony": [RECORDED], "happened": 0.99, "between_sides": 1.0}
    finding = finding_with(Reviewed(code="R-7", kind="explosion", dissent=dissent), **record)
    assert (finding.outcome, finding.reason, finding.held) == ("undetermined", reason, "cannot_be_told")
    assert not finding.reviewed
    assert "R-7" in told(finding)


@pytest.mark.parametrize("dissent", ["happened", "what"])
@pytest.mark.parametrize(
    "record", [{}, {"testimony": [RECORDED], "happened": 0.3, "between_sides": 1.0}], ids=["a claim", "unlikely"]
)
def test_what_would_not_be_said_looks_alike_whether_the_delegations_dissent_or_differ(
    dissent: str, record: Mapping[str, Any]
) -> None:
    assert finding_with(Reviewed(code="R-7", kind="explosion", dissent=dissent), **record) == finding_with(
        None, **record
    )


def test_dissent_makes_nothing_of_what_does_not_apply() -> None:
    facts: Mapping[str, Any] = {"zones": [], "zones_at_edge": []}
    finding = finding_with(Reviewed(code="R-7", kind="explosion", dissent="happened"), **facts)
    assert (finding.outcome, finding.reason) == ("not_applicable", "outside_zone")


def test_facts_of_a_review_are_plain_json() -> None:
    assert json.loads(json.dumps(finding_with(agreed()).facts)) == finding_with(agreed()).facts
