"""A delegation that wants more than its word: to choose after it has read, to stop or end a clock, to sign for two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from tests.reviews_on_record import CONCUR, NOW, Room, officer_of, room_in
from trucewatch.errors import LedgerError, StoreError
from trucewatch.model.duty_line import CheckResult, LineCheck
from trucewatch.store.line_check_records import check_record, line_checks, unchecked_record

A: Final = officer_of("D1")
B: Final = officer_of("D2")
B2: Final = officer_of("D2", 2)
DISSENT: Final = dict.fromkeys(CONCUR, "dissent")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with room_in(tmp_path / "watch") as made:
        made.enrol(A, B)
        made.put()
        yield made


def refused(match: str) -> Any:
    return pytest.raises((StoreError, LedgerError), match=match)


@pytest.mark.parametrize("shown", ["the one that concurs", "the one that dissents"])
def test_who_seals_both_answers_and_opens_the_better_one_has_opened_none(room: Room, shown: str) -> None:
    room.enrol(B2)
    concurs, dissents = room.commit(B), room.commit(B2, answers=DISSENT)
    ours = room.commit(A)
    room.open(ours, A)
    room.open(concurs if shown == "the one that concurs" else dissents, B)
    assert room.case().standings["D2"] == "sealed"
    with refused("open first"):
        room.give(B)
    room.pass_hours(24)
    assert room.case().standings["D2"] == "not_opened"
    room.pass_hours(72)
    (outcome,) = room.close_due()
    assert set(outcome.record["questions"].values()) == {"not_answered"}
    assert room.case().standings["D2"] == "not_opened"


def check_of(room: Room, result: CheckResult, of: str = "D2") -> None:
    room.store.commit(
        [check_record(LineCheck(entry=0, of=of, result=result, at=room.now, by="p-x", recorded_at=room.computer))]
    )


def take_back(room: Room) -> None:
    room.store.commit([unchecked_record(line_checks(room.store)[-1:], by="p-x")])


def test_a_line_check_that_is_taken_back_ends_no_clock_in_the_past(room: Room) -> None:
    room.pass_hours(1)
    check_of(room, "no_answer")
    room.pass_hours(30)
    take_back(room)
    assert room.case().step == "blind"
    assert room.case().due == NOW + timedelta(hours=24 + 30)
    assert room.case().line_down_since == {}
    room.pass_hours(22)
    room.commit(A)
    room.pass_hours(2)
    assert room.case().step == "opening"


def test_an_answered_check_that_is_taken_back_makes_the_line_one_that_is_down_from_then_on(room: Room) -> None:
    check_of(room, "no_answer")
    room.pass_hours(2)
    check_of(room, "answered")
    room.pass_hours(25)
    assert room.case().step == "opening", "24 hours, and two in which it stood still"
    take_back(room)
    assert room.case().step == "opening", "nobody gets back a clock that ran out"


def test_lines_that_are_called_dead_stop_the_clock_for_72_hours_in_all(room: Room) -> None:
    for _ in range(40):
        check_of(room, "no_answer", "D1")
        room.pass_hours(3)
        check_of(room, "answered", "D1")
        check_of(room, "bad_line", "D2")
        room.pass_hours(3)
        check_of(room, "answered", "D2")
    assert room.case().step != "blind"
    assert room.case().due == NOW + timedelta(hours=24 + 72)


def test_who_moved_to_the_other_delegation_does_not_sign_for_both(room: Room) -> None:
    room.enrol(B2)
    ours = room.commit(A)
    moved = replace(A, delegation="D2", number=7)
    room.enrol(moved)
    with refused("spoke for D1"):
        room.commit(moved)
    with refused("spoke for D1"):
        room.withhold(moved)
    theirs = room.commit(B, answers=DISSENT)
    with refused("not what was sealed|other"):
        room.open(ours, moved)
    room.open(ours, A)
    room.open(theirs, moved)
    with refused("spoke for D1"):
        room.give(moved)
    with refused("spoke for D1"):
        room.say_done(moved)
    assert room.case().state == "open"
