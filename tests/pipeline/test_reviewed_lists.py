"""A list with what its reviews came to, from the journal: today, played back, and put anew by late evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.reviews_on_record import NOW, A, B, Room, room_put
from trucewatch.pipeline import Assessment, assess
from trucewatch.store.lists import last_list


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with room_put(tmp_path / "watch") as room:
        yield room


def agree(room: Room) -> None:
    first, second = room.commit(A), room.commit(B)
    room.pass_hours(1)
    room.open(first, A)
    room.open(second, B)
    assert room.case().state == "agreed"


def now(room: Room) -> Assessment:
    return assess(room.store, room.folder, now=room.now, as_of=room.now)


def rung_of(assessment: Assessment, room: Room) -> str:
    rungs = dict(
        zip(assessment.incidents["incident_id"].to_pylist(), assessment.incidents["rung"].to_pylist(), strict=True)
    )
    return str(rungs[room.case().incident])


def test_what_is_agreed_is_verified_and_the_list_on_record_stays(room: Room) -> None:
    before = now(room)
    assert rung_of(before, room) != "verified"
    assert before.recorded_findings is before.findings
    agree(room)
    after = now(room)
    assert [case.code for case in after.reviews] == ["R-1"]
    assert rung_of(after, room) == "verified"
    assert after.recorded_incidents.equals(before.incidents), "reviews change nothing in the list itself"
    recorded = last_list(room.store)
    assert recorded is not None
    order = [("incident_id", "ascending")]
    on_record = recorded.table(room.store, "incidents").sort_by(order)
    assert on_record["rung"].to_pylist() == after.recorded_incidents.sort_by(order)["rung"].to_pylist()


def test_played_back_it_stands_as_it_did_when_it_was_recorded(room: Room) -> None:
    before = now(room)
    moment = room.computer
    room.pass_hours(2)
    agree(room)
    after = now(room)
    then = assess(room.store, room.folder, now=room.now, as_of=before.as_of, recorded_by=moment)
    assert then.incidents.equals(before.incidents)
    assert then.findings.equals(before.findings)
    assert [case.state for case in then.reviews] == ["open"]
    again = assess(room.store, room.folder, now=room.now, as_of=after.as_of, recorded_by=room.computer)
    assert again.incidents.equals(after.incidents)
    assert again.findings.equals(after.findings)
    assert again.reviews == after.reviews


def test_a_list_of_an_earlier_moment_knows_no_later_outcome(room: Room) -> None:
    room.pass_hours(2)
    agree(room)
    earlier = assess(room.store, room.folder, now=room.now, as_of=NOW + timedelta(hours=1), recorded_by=room.computer)
    assert rung_of(earlier, room) != "verified"


def test_what_a_review_changes_is_no_late_evidence(room: Room) -> None:
    agree(room)
    room.assessment = now(room)
    assert rung_of(room.assessment, room) == "verified"
    assert room.reopen_late() == []
