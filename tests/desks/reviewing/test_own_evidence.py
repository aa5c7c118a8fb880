"""Evidence is of a delegation's own state by whom its row names too: it is said, and recuses by the watch's rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from tests.builders import copy_of
from tests.reviews_on_record import A, B, Room, room_in
from trucewatch.desks.reviewing.case_columns import concerns_of
from trucewatch.locale import words
from trucewatch.model.review import Case
from trucewatch.pipeline import assess
from trucewatch.pipeline.review_acts import put_to_review
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.reports.review_told import own_sentences, own_states
from trucewatch.store import Store

ENGLISH = words("en")
LATER = datetime(2022, 1, 1, tzinfo=UTC)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    """Two officers with keys; by the rule own evidence recuses. Nothing is put."""
    with room_in(tmp_path / "watch") as room:
        room.enrol(A, B)
        room.with_rule(recuse_evidence=True)
        yield room


def members_of(room: Room) -> list[str]:
    """The observations of the incident of the first finding."""
    finding = next(row for row in room.assessment.findings.to_pylist() if row["finding_id"] == room.findings[0])
    incidents = room.assessment.incidents.to_pylist()
    return next(list(row["members"]) for row in incidents if row["incident_id"] == finding["incident_id"])


def claim(room: Room, claimants: Mapping[str, str]) -> None:
    """Whose claim rows are: observation → `claimed_by`."""
    table = room.assessment.observations
    rows = [row | {"claimed_by": claimants.get(row["observation_id"], "")} for row in table.to_pylist()]
    room.assessment = replace(room.assessment, observations=pa.Table.from_pylist(rows, schema=table.schema))


def agree(room: Room, code: str = "R-1") -> Case:
    first, second = room.commit(A, code), room.commit(B, code)
    room.open(first, A, code)
    room.open(second, B, code)
    return room.case(code)


def concerns(case: Case, side: str) -> str:
    return " ".join(str(each) for each in concerns_of(case, side))


@pytest.mark.parametrize(("side", "other"), [("D1", "D2"), ("D2", "D1")])
def test_a_row_that_a_delegations_own_state_claims_recuses_it_and_page_and_print_say_so(
    room: Room, side: str, other: str
) -> None:
    claim(room, dict.fromkeys(members_of(room), side))
    (entry,) = room.put()
    assert (entry.record["own_evidence"], entry.record["recused"]) == ([side], {side: "evidence"})
    agree(room)
    room.pass_hours(24 + 72)
    room.close_due()
    case = room.case()
    assert case.state == "not_agreed", "both concur, and one of them is set aside"
    assert "Evidence of this finding comes from this delegation’s own state." in concerns(case, side)
    assert "makes nothing agreed" in concerns(case, side)
    assert concerns(case, other) == ""
    (sentence,) = own_sentences(own_states([case], with_evidence=True), room.watch, ENGLISH)
    assert "come from the own state of" in sentence
    assert "its yes makes nothing agreed" in sentence


@pytest.mark.parametrize("side", ["D1", "D2"])
def test_an_own_row_beside_an_independent_one_is_own_evidence_still(room: Room, side: str) -> None:
    independent, own = members_of(room)[:2]
    claim(room, {independent: "Observers", own: side})
    (entry,) = room.put()
    assert entry.record["own_evidence"] == [side]


def test_rows_of_both_recuse_both(room: Room) -> None:
    first, second = members_of(room)[:2]
    claim(room, {first: "D2", second: "D1"})
    (entry,) = room.put()
    assert (entry.record["own_evidence"], set(entry.record["recused"])) == (["D1", "D2"], {"D1", "D2"})


def test_without_the_rule_it_is_said_and_recuses_nobody(room: Room) -> None:
    room.with_rule(recuse_evidence=False)
    claim(room, dict.fromkeys(members_of(room), "D1"))
    (entry,) = room.put()
    assert (entry.record["own_evidence"], entry.record["recused"]) == (["D1"], {})
    assert agree(room).state == "agreed"


def test_where_no_row_names_a_claimant_nothing_is_own_evidence(room: Room) -> None:
    (entry,) = room.put()
    assert (entry.record["own_evidence"], entry.record["recused"]) == ([], {})
    assert agree(room).state == "agreed"


def test_a_row_of_another_incident_is_no_evidence_of_this_one(room: Room) -> None:
    names = room.assessment.observations["observation_id"].to_pylist()
    claim(room, dict.fromkeys(set(names) - set(members_of(room)), "D1"))
    (entry,) = room.put()
    assert entry.record["own_evidence"] == []


def test_late_evidence_of_a_delegations_own_state_recuses_it_in_the_next_case(room: Room) -> None:
    room.put()
    assert agree(room).state == "agreed"
    claim(room, {members_of(room)[0]: "D2"})
    room.change_list(0, outcome="undetermined", held="at_edge")
    (entry,) = room.reopen_late()
    assert (entry.record["own_evidence"], entry.record["recused"]) == (["D2"], {"D2": "evidence"})
    assert room.case("R-1").recused == {}, "a case keeps who was recused when it was put"


def test_in_the_reference_watch_what_a_ministry_says_is_evidence_of_its_own_state(tmp_path: Path) -> None:
    folder = copy_of("karabakh-2020", tmp_path)
    with Store(folder, lambda: LATER) as store:
        assessment = assess(store, folder, now=LATER)
        rule = replace(assessment.watch.settings.review, recuse_evidence=True)
        watch = replace(assessment.watch, settings=replace(assessment.watch.settings, review=rule))
        assessment = replace(assessment, watch=watch)
        claimants = {row["incident_id"]: row["claimed_by"] for row in assessment.incidents.to_pylist()}
        findings = [row for row in assessment.recorded_findings.to_pylist() if row["incident_id"] in claimants]
        by_ministry = next(row for row in findings if claimants[row["incident_id"]] == ["ru-mod"])
        by_others = next(row for row in findings if not {"ru-mod", "RU"} & set(claimants[row["incident_id"]]))
        names = [row["finding_id"] for row in (by_ministry, by_others)]
        put_to_review(store, assessment, names, by="analyst", now=LATER)
        theirs, others = ReviewBook(store, watch, LATER).cases()
    assert (theirs.own_evidence, dict(theirs.recused)) == (("RU",), {"RU": "evidence"})
    assert (others.own_evidence, dict(others.recused)) == ((), {})
