"""A delegation that wants more than its word: to choose after it has read, to stop or end a clock, to sign for two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.reviews_on_record import CONCUR, NOW, A, B, Room, officer_of, refused, room_in, room_put
from trucewatch.model.duty_line import CheckResult, LineCheck
from trucewatch.store.line_check_records import check_record, line_checks, unchecked_record

B2: Final = officer_of("D2", 2)
DISSENT: Final = dict.fromkeys(CONCUR, "dissent")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with room_put(tmp_path / "watch") as room:
        yield room


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


def test_a_delegation_that_left_and_is_back_begins_anew_and_nothing_of_before_counts(room: Room) -> None:
    ours, theirs = room.commit(A), room.commit(B)
    room.leave("D2")
    room.come_back("D2")
    assert room.case().state == "closed_unreviewed"
    for position, hand in ((ours, A), (theirs, B)):
        with refused("is closed"):
            room.open(position, hand)
    room.put()
    anew = replace(B, number=9)
    room.enrol(anew)
    with refused("in force no more"):
        room.commit(B, "R-2")
    with refused("another finding, or another state"):
        room.hand_in(anew, room.handed(anew, theirs, "R-2", key=room.key_of(anew)))
    room.commit(A, "R-2")
    second = room.commit(anew, "R-2")
    with refused("state of the finding|round"):
        room.open(ours, A, "R-2")
    room.open(second, anew, "R-2")
    assert room.case("R-2").state == "open"


def test_of_three_delegations_two_agree_to_nothing_for_the_third(tmp_path: Path) -> None:
    delegations = ("D1", "D2", "D3")
    with room_in(tmp_path / "watch") as room:
        settings = room.watch.settings
        third = replace(settings.delegation[0], id="D3")
        watch = replace(room.watch, settings=replace(settings, delegation=(*settings.delegation, third)))
        room.assessment = replace(room.assessment, watch=watch)
        hands = [officer_of(each) for each in delegations]
        room.enrol(*hands)
        room.put()
        assert room.case().delegations == delegations
        signed = [room.commit(hand) for hand in hands[:2]]
        assert room.case().step == "blind"
        room.pass_hours(24)
        for position, hand in zip(signed, hands, strict=False):
            room.open(position, hand)
        room.say_done(hands[0])
        room.say_done(hands[1])
        assert room.case().state == "open", "the third has its word until the clock runs out"
        room.pass_hours(72)
        (outcome,) = room.close_due()
        assert outcome.record["state"] == "not_agreed"


def test_a_clock_that_jumps_ahead_closes_what_waits_and_makes_nothing_agreed(room: Room) -> None:
    with refused("still to come"):
        room.hand_in(A, room.handed(A, room.sign(A, signed_at="2031-07-05T00:00:00Z")))
    ours = room.commit(A)
    room.now += timedelta(days=30)
    assert room.case().step == "opening", "a look alone enters nothing"
    room.now = NOW
    assert room.case().step == "blind"
    room.now += timedelta(days=30)
    room.close_due()
    room.now = NOW
    assert room.case().state == "closed_unreviewed"
    with refused("is closed"):
        room.open(ours, A)
    room.put()
    assert room.case("R-2").step == "blind", "it is put once more by people"
