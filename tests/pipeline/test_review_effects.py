"""What reviews change in a list: nothing without an agreed or dissented case, and nothing of who said what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOON, frame_of, incidents, template_watch
from tests.reviewed_cases import ALL_AGREED, case_of, put_of
from trucewatch.findings import check_agreement
from trucewatch.model.incident import Finding, Incident, finding_rows, incident_rows
from trucewatch.model.observation import empty_counters
from trucewatch.model.review import QUESTIONS, Case
from trucewatch.model.review_list import cases_known, review_lines, told_outside
from trucewatch.model.testimony import Attestation
from trucewatch.pipeline.review_effects import Effects, LastEffects, if_agreed, is_as_put, with_reviews
from trucewatch.store.memory import Memory

AS_OF = NOON + timedelta(days=30)
WATCH = template_watch()
CLAIMED = Attestation("explosion", "A", "party", "told", is_claim=True).text
ROWS = incidents(
    {},
    {"testimony": [CLAIMED]},
    {"kind": "shot", "rung": "assessed"},
    {"testimony": [CLAIMED], "zones": [], "zones_at_edge": ["theatre"]},
)
FINDINGS = check_agreement(ROWS, empty_counters(), watch=WATCH, frame=frame_of(WATCH), as_of=AS_OF)
INCIDENTS = incident_rows(ROWS)
STATES = st.sampled_from(["agreed", "differ", "dissent", "not_answered"])


def told(cases: Sequence[Case], rows: pa.Table = ROWS, **more: Any) -> Effects:
    return with_reviews(rows, FINDINGS, cases, WATCH, as_of=AS_OF, **more)


def of(effects: Effects, incident: Incident, stipulation: str = "1a") -> Finding:
    (finding,) = [
        each
        for each in finding_rows(effects.findings)
        if (each.incident_id, each.stipulation) == (incident.incident_id, stipulation)
    ]
    return finding


def rung(effects: Effects, incident: Incident) -> str:
    return next(row.rung for row in incident_rows(effects.incidents) if row.incident_id == incident.incident_id)


def test_without_a_case_the_tables_are_the_same_ones() -> None:
    effects = told([])
    assert effects.incidents is ROWS
    assert effects.findings is FINDINGS


@given(
    st.lists(
        st.tuples(
            st.sampled_from(range(len(INCIDENTS))),
            st.sampled_from(["open", "agreed_in_part", "not_agreed", "withheld", "closed_unreviewed"]),
            st.fixed_dictionaries(dict.fromkeys(QUESTIONS, STATES)),
        ),
        max_size=5,
    )
)
def test_without_an_agreed_case_nothing_is_said_that_was_not_said(drawn: list[tuple[int, Any, Any]]) -> None:
    cases = [
        case_of(INCIDENTS[which], number=number + 1, state=state, questions=questions)
        for number, (which, state, questions) in enumerate(drawn)
    ]
    effects = told(cases)
    assert effects.incidents.equals(ROWS), "no rung but by an agreed case"
    before, after = finding_rows(FINDINGS), finding_rows(effects.findings)
    assert [each.finding_id for each in before] == [each.finding_id for each in after]
    for was, now in zip(before, after, strict=True):
        assert now == was or now.reason in ("dissent_from_happened", "dissent_from_what")
        assert now.outcome in (was.outcome, "undetermined")
        assert now.reviewed == was.reviewed


@given(
    st.sampled_from(range(len(INCIDENTS))),
    st.sampled_from(["agreed", "agreed_in_part", "not_agreed", "withheld"]),
    st.fixed_dictionaries(dict.fromkeys(QUESTIONS, STATES)),
)
def test_exchanging_the_delegations_changes_nothing_but_the_order_of_names(
    which: int, state: Any, questions: Any
) -> None:
    def outcome(delegations: tuple[str, ...]) -> list[Any]:
        effects = told([case_of(INCIDENTS[which], state=state, questions=questions, delegations=delegations)])
        rows = []
        for finding in finding_rows(effects.findings):
            facts = {**finding.facts, "agreed_by": sorted(finding.facts.get("agreed_by", []))}
            rows.append(replace(finding, facts=facts))
        return [rows, effects.incidents.to_pylist(), effects.verified]

    assert outcome(("D1", "D2")) == outcome(("D2", "D1"))


def test_an_agreed_case_verifies_its_incident_and_no_other() -> None:
    effects = told([case_of(INCIDENTS[1])])
    assert [rung(effects, each) for each in INCIDENTS] == ["recorded", "verified", "assessed", "recorded"]
    assert of(effects, INCIDENTS[1]).outcome == "inconsistent"
    assert of(effects, INCIDENTS[1]).reviewed
    assert of(effects, INCIDENTS[0]) == of(told([]), INCIDENTS[0])


def put_before(finding: Finding, incident: Incident) -> dict[str, Any]:
    """What is put of a finding, with what a yes of all would make of it."""
    put = put_of(incident, outcome=finding.outcome, held=finding.held) | {
        "finding_id": finding.finding_id,
        "stipulation": finding.stipulation,
    }
    said = if_agreed([put], [], ROWS, empty_counters(), WATCH, as_of=AS_OF)
    return put | said[finding.finding_id]


@pytest.mark.parametrize("which", range(len(INCIDENTS)))
def test_what_a_yes_makes_is_put_and_is_what_it_then_makes(which: int) -> None:
    """Under every clause: the sentence before the answer is the outcome after it, and that is called reviewed."""
    incident = INCIDENTS[which]
    for was in finding_rows(FINDINGS):
        if was.incident_id != incident.incident_id:
            continue
        put = put_before(was, incident)
        now = of(told([case_of(incident, stipulation=was.stipulation, put=put)]), incident, was.stipulation)
        assert (now.outcome, now.held, now.reason) == tuple(
            put[f"{name}_if_agreed"] for name in ("outcome", "held", "reason")
        )
        assert now.reviewed


def test_of_a_finding_that_was_put_undetermined_the_said_outcome_is_reviewed() -> None:
    was = of(told([]), INCIDENTS[1])
    put = put_before(was, INCIDENTS[1])
    assert (was.outcome, put["outcome_if_agreed"]) == ("undetermined", "inconsistent")
    assert of(told([case_of(INCIDENTS[1], put=put)]), INCIDENTS[1]).reviewed
    other = put | {"outcome_if_agreed": "consistent"}
    assert not of(told([case_of(INCIDENTS[1], put=other)]), INCIDENTS[1]).reviewed, "not what they were shown"
    old = {name: value for name, value in put.items() if not name.endswith("_if_agreed")}
    assert not of(told([case_of(INCIDENTS[1], put=old)]), INCIDENTS[1]).reviewed, "a case of before this was put"


def test_agreement_on_one_clause_says_nothing_under_another() -> None:
    effects = told([case_of(INCIDENTS[1])])
    same = [
        (was, now)
        for was, now in zip(finding_rows(FINDINGS), finding_rows(effects.findings), strict=True)
        if was.stipulation != "1a"
    ]
    assert all(was == now for was, now in same)


def test_agreed_in_part_is_not_verified() -> None:
    in_part = case_of(INCIDENTS[1], state="agreed_in_part", questions={**ALL_AGREED, "what": "differ"})
    effects = told([in_part])
    assert rung(effects, INCIDENTS[1]) == "recorded"
    assert of(effects, INCIDENTS[1]).outcome == "undetermined"


@pytest.mark.parametrize("question", ["happened", "what"])
def test_what_a_departure_closed_unreviewed_holds_nothing_back(question: str) -> None:
    questions: Any = dict.fromkeys(QUESTIONS, "not_answered") | {question: "dissent"}
    dissented = told([case_of(INCIDENTS[2], state="not_agreed", questions=questions)])
    assert of(dissented, INCIDENTS[2]).reason == f"dissent_from_{question}"
    left = told([case_of(INCIDENTS[2], state="closed_unreviewed", questions=questions)])
    assert left.findings.equals(FINDINGS)


def test_who_is_agreed_on_opens_no_gate() -> None:
    who = case_of(INCIDENTS[1], questions={"who": "agreed"})
    effects = told([replace(who, questions=("who",), why="attribution")])
    assert effects.findings is FINDINGS


def test_a_case_that_is_open_again_takes_what_was_agreed_out_of_force() -> None:
    first = case_of(INCIDENTS[1])
    again = case_of(INCIDENTS[1], number=2, state="open", before="R-1", why="late_evidence")
    assert told([first, again]).findings is FINDINGS
    assert [line.case.code for line in review_lines([again, first])] == ["R-2"]
    assert review_lines([first, again])[0].earlier == (first,)


def test_a_case_of_a_later_id_is_found_by_its_first_report() -> None:
    was = replace(INCIDENTS[1], incident_id="i-of-then")
    assert told([case_of(was, put=put_of(INCIDENTS[1]))]).verified == {INCIDENTS[1].incident_id}


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "shot", "kinds": ["shot"]},
        {"lon": -24.9},
        {"occurred_start": NOON + timedelta(hours=3), "occurred_end": NOON + timedelta(hours=3)},
        {"lon": None, "lat": None},
    ],
)
def test_what_is_another_event_now_is_not_what_was_agreed(changes: dict[str, Any]) -> None:
    (row,) = incidents(changes).to_pylist()
    assert not is_as_put(put_of(INCIDENTS[0]), row)
    assert is_as_put(put_of(INCIDENTS[0]), ROWS.to_pylist()[0])


def test_cases_put_or_decided_later_than_the_list_do_not_count() -> None:
    case = case_of(INCIDENTS[1], put_at=AS_OF - timedelta(hours=1), decided_at=AS_OF + timedelta(hours=1))
    (known,) = cases_known([case], AS_OF)
    assert known.outcome is None
    assert cases_known([case], AS_OF - timedelta(hours=2)) == ()
    assert cases_known([case], AS_OF + timedelta(hours=1)) == (case,)


def test_the_order_of_rows_stays_whatever_it_is() -> None:
    newest_first = ROWS.sort_by([("incident_id", "descending")])
    effects = told([case_of(INCIDENTS[1])], newest_first)
    assert effects.incidents["incident_id"].to_pylist() == newest_first["incident_id"].to_pylist()
    assert effects.findings.equals(told([case_of(INCIDENTS[1])]).findings)


class OnlyMemory:
    """What of a store the effects ask for."""

    def __init__(self) -> None:
        self.memory = Memory()


def test_the_same_cases_on_the_same_list_are_worked_out_once_and_others_anew() -> None:
    store: Any = OnlyMemory()
    first = told([case_of(INCIDENTS[1])], store=store)
    kept = store.memory.of(LastEffects).findings
    again = told([case_of(INCIDENTS[1])], store=store)
    assert store.memory.of(LastEffects).findings is kept
    assert again.findings.equals(first.findings)
    other = told([case_of(INCIDENTS[1]), case_of(INCIDENTS[0], number=2)], store=store)
    assert store.memory.of(LastEffects).findings is not kept
    assert other.findings.equals(told([case_of(INCIDENTS[1]), case_of(INCIDENTS[0], number=2)]).findings)


def test_a_deadline_is_met_by_what_the_delegations_agree_on() -> None:
    """Of what is required the whole is worked out anew: another part may be counted from it."""
    claim = Attestation("handover", "A", "party", "told", is_claim=True).text
    rows = incidents(
        {"kind": "handover", "kinds": ["handover"], "zones": ["theatre", "pass"], "testimony": [claim]},
    )
    findings = check_agreement(rows, empty_counters(), watch=WATCH, frame=frame_of(WATCH), as_of=AS_OF)
    (handover,) = incident_rows(rows)
    case = case_of(handover, stipulation="2", put=put_of(handover, outcome="consistent"))
    effects = with_reviews(rows, findings, [case], WATCH, as_of=AS_OF, counters=empty_counters())

    def whole(table: pa.Table) -> str:
        return next(each.outcome for each in finding_rows(table) if each.stipulation == "2" and not each.incident_id)

    assert whole(findings) == "undetermined"
    assert whole(effects.findings) == "consistent"
    assert with_reviews(rows, findings, [case], WATCH, as_of=AS_OF).findings.equals(findings), "not without numbers"


@pytest.mark.parametrize(
    ("states", "outside"),
    [
        ([], "not_reviewed"),
        (["open", "closed_unreviewed", "withheld"], "not_reviewed"),
        (["agreed", "open"], "agreed_in_part"),
        (["not_agreed"], "not_agreed"),
        (["agreed", "not_agreed"], "agreed_in_part"),
    ],
)
def test_outside_stands_one_word_of_four(states: list[Any], outside: str) -> None:
    cases = [case_of(INCIDENTS[0], number=number, state=state) for number, state in enumerate(states, 1)]
    assert told_outside(cases) == outside
