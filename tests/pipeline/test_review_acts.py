"""Positions stay sealed until they may be opened; what is wrong with one is said; nothing is agreed by default."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyrage
import pytest

from tests.reviews_on_record import CONCUR, NOW, A, B, Hand, Room, head_of, officer_of, refused, room_put
from trucewatch.ledger.position import SEALED_BYTES, SealedPosition, opened_document, read_opened, sign_position
from trucewatch.model.duty_line import CheckResult, LineCheck
from trucewatch.model.roles import Role
from trucewatch.pipeline.judged_findings import put_already
from trucewatch.pipeline.review_acts import ask_key, enter_key, put_to_review, reseal
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.pipeline.review_late import since_put
from trucewatch.store.dossiers import fields_of
from trucewatch.store.journal import Entry
from trucewatch.store.line_check_records import check_record

DISSENT: Final = CONCUR | {"what": "dissent"}


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with room_put(tmp_path / "watch") as room:
        yield room


def test_both_commit_both_open_and_all_agree(room: Room) -> None:
    first = room.commit(A)
    assert room.case().step == "blind"
    assert room.case().standings == {"D1": "sealed", "D2": "awaited"}
    second = room.commit(B)
    assert room.case().step == "opening"
    room.open(first, A)
    assert room.case().standings == {"D1": "opened", "D2": "sealed"}
    entries = room.open(second, B)
    assert [entry.record["schema"].split("/")[1] for entry in entries] == ["review-position", "review-outcome"]
    assert (room.case().step, room.case().state) == ("closed", "agreed")
    assert entries[1].record["why"] == "all_agree"


def test_a_dissent_is_discussed_and_what_is_left_of_it_is_agreed_in_part(room: Room) -> None:
    first, second = room.commit(A), room.commit(B, answers=DISSENT)
    room.open(first, A)
    room.open(second, B)
    assert room.case().step == "open"
    room.speak(A, "The camera shows it.", room.case().put["members"][0])  # type: ignore[index]
    assert [word.words for word in room.book.discussion(room.case())] == ["The camera shows it."]
    room.say_done(A)
    assert room.book.done(room.case()) == {"D1"}
    (_, outcome) = room.say_done(B)
    assert outcome.record["why"] == "all_done"
    assert room.case().state == "agreed_in_part"
    assert outcome.record["questions"]["what"] == "differ"


def test_a_position_that_was_revised_in_the_open_counts(room: Room) -> None:
    first, second = room.commit(A), room.commit(B, answers=DISSENT)
    room.open(first, A)
    room.open(second, B)
    room.say_done(B)
    room.give(B, reasons={"what": "we looked again"})
    assert room.book.done(room.case()) == frozenset(), "who gives a position has something to say again"
    assert room.case().positions[-1].turn == 2
    assert room.book.words_of(room.case().positions[-1]) == ({}, {"what": "we looked again"})
    room.say_done(A)
    room.say_done(B)
    assert room.case().state == "agreed"


def test_who_had_no_more_to_say_has_when_the_other_gives_a_later_position(room: Room) -> None:
    first, second = room.commit(A), room.commit(B, answers=DISSENT)
    room.open(first, A)
    room.open(second, B)
    room.say_done(A)
    room.give(B, answers=DISSENT, reasons={"what": "another camera shows it"})
    (alone,) = room.say_done(B)
    assert alone.record["schema"] == "trucewatch/review-done/1"
    assert room.case().step == "open"
    assert [case.code for case in room.book.waiting("D1")] == ["R-1"]
    (_, outcome) = room.say_done(A)
    assert outcome.record["why"] == "all_done"


def test_nobody_opens_early_and_nothing_of_it_is_kept(room: Room) -> None:
    position = room.commit(A, reasons={"what": "quaggawort"})
    with refused("when every delegation has sealed, or when the clock runs out"):
        room.open(position, A)
    assert room.case().positions == ()


def test_what_is_opened_stands_where_the_other_never_comes(room: Room) -> None:
    position = room.commit(A)
    room.pass_hours(24)
    assert room.case().standings == {"D1": "sealed", "D2": "not_received"}
    with refused("ran out"):
        _hand_in_blind(room, B)
    room.open(position, A)
    assert room.case().step == "open"
    room.pass_hours(72)
    (outcome,) = room.close_due()
    assert outcome.record["state"] == "not_agreed"
    assert outcome.record["positions"], "the opened one stands"


def _hand_in_blind(room: Room, hand: Hand) -> None:
    position = room.sign(hand, round=1)
    room.hand_in(hand, room.handed(hand, position))


def test_what_is_sealed_and_never_opened_leaves_the_other_standing_and_can_be_opened_until_the_end(room: Room) -> None:
    first, second = room.commit(A), room.commit(B)
    room.open(first, A)
    room.pass_hours(24)
    assert room.case().step == "open"
    assert room.case().standings == {"D1": "opened", "D2": "not_opened"}
    with refused("open first"):
        room.give(B)
    room.pass_hours(71)
    room.open(second, B)
    assert room.case().state == "agreed"


def test_late_ones_are_given_in_the_open_and_marked(room: Room) -> None:
    position = room.commit(A)
    room.pass_hours(25)
    room.open(position, A)
    room.give(B)
    late = room.case().positions[-1]
    assert (late.is_late, late.turn, late.commitment) == (True, 2, "")
    assert room.case().step == "open", "what comes late is discussed, and agreed when both have said so"


def test_nobody_gave_any_and_it_closes_unreviewed(room: Room) -> None:
    assert room.close_due() == []
    room.pass_hours(24)
    (outcome,) = room.close_due()
    assert outcome.record["state"] == "closed_unreviewed"
    assert set(outcome.record["questions"].values()) == {"not_answered"}
    assert room.close_due() == []


def test_both_withhold(room: Room) -> None:
    assert len(room.withhold(A)) == 1
    with refused("said already"):
        room.withhold(A)
    (_, outcome) = room.withhold(B)
    assert outcome.record["state"] == "withheld"


def test_withholding_ends_by_a_position(room: Room) -> None:
    room.withhold(A)
    assert room.case().standings["D1"] == "withheld"
    room.commit(A)
    assert room.case().standings["D1"] == "sealed"
    with refused("that stands"):
        room.withhold(A)


def test_a_delegation_of_which_too_few_sealed_withholds_nothing_nor_says_so_twice(room: Room) -> None:
    room.with_rule(each=2)
    room.put(1)
    room.withhold(A, "R-2")
    room.commit(A, "R-2")
    for side, hand in (("D1", A), ("D2", B)):
        if side == "D2":
            room.commit(hand, "R-2")
        assert room.case("R-2").standings[side] == "awaited"
        with refused("gave a position on R-2, and that stands"):
            room.withhold(hand, "R-2")


def test_a_head_who_sealed_where_officers_sign_is_not_withheld_by_an_officer(room: Room) -> None:
    head = head_of("D1")
    room.enrol(head)
    room.with_rule(signers=(Role.OFFICER,), head_decides=True)
    room.put(1)
    room.commit(head, "R-2")
    assert room.case("R-2").standings["D1"] == "awaited"
    with refused("gave a position on R-2, and that stands"):
        room.withhold(A, "R-2")


def test_withheld_beside_a_sealed_one_opens_when_the_clock_has_run_out(room: Room) -> None:
    position = room.commit(A)
    (entry,) = room.withhold(B)
    assert entry.record["schema"] == "trucewatch/review-withheld/1", "it closes nothing and opens nothing"
    assert room.case().step == "blind"
    room.pass_hours(23.9)
    with refused("when every delegation has sealed, or when the clock runs out"):
        room.open(position, A)
    room.pass_hours(0.1)
    assert (room.case().step, room.case().standings) == ("opening", {"D1": "sealed", "D2": "withheld"})
    room.open(position, A)
    assert room.case().standings == {"D1": "opened", "D2": "withheld"}
    room.pass_hours(72)
    room.close_due()
    assert room.case().state == "withheld"


@pytest.mark.parametrize("hand", [B, officer_of("D2", 2)], ids=["who said so", "a colleague"])
def test_who_said_that_it_gives_none_can_still_seal_one_while_another_lies_sealed(room: Room, hand: Hand) -> None:
    if hand != B:
        room.enrol(hand)
    first = room.commit(A)
    room.withhold(B)
    room.pass_hours(12)
    second = room.commit(hand, answers=DISSENT)
    assert (room.case().step, set(room.case().standings.values())) == ("opening", {"sealed"})
    room.open(first, A)
    room.open(second, hand)
    assert not any(position.is_late for position in room.case().positions)


def test_after_the_clock_what_a_delegation_gives_that_gave_none_is_late(room: Room) -> None:
    first = room.commit(A)
    room.withhold(B)
    with refused("handed in sealed"):
        room.give(B)
    room.pass_hours(24)
    room.open(first, A)
    assert room.give(B).record["late"] is True
    assert room.case().standings == {"D1": "opened", "D2": "opened"}


def test_who_seals_too_late_is_told_what_can_still_be_done_as_it_stands(room: Room) -> None:
    colleague = officer_of("D1", 1)
    room.enrol(colleague)
    position = room.commit(A)
    late = "a position can still be given in the open, and is marked late"
    room.pass_hours(24)
    with refused("Open first what your delegation sealed; then another can be given in the open"):
        room.commit(colleague)
    with refused("open first what your delegation sealed"):
        room.give(colleague)
    with refused(late):
        room.commit(B)
    room.open(position, A)
    with refused("what more is said is said in the open"):
        room.commit(colleague)
    assert room.give(colleague).record["late"] is False
    with refused(late):
        room.withhold(B)
    assert room.give(B).record["late"] is True
    with refused("what more is said is said in the open"):
        room.commit(B)


def check_line(room: Room, result: CheckResult, at: datetime | None = None) -> None:
    """A check of the second delegation's line, entered now."""
    check = LineCheck(entry=0, of="D2", result=result, at=at or room.now, by="p-x", recorded_at=room.now)
    room.store.commit([check_record(check)])


def test_a_line_that_is_down_stops_the_clock_of_opening_too(room: Room) -> None:
    first, second = room.commit(A), room.commit(B)
    room.open(first, A)
    assert room.case().opening_due == NOW + timedelta(hours=24)
    room.pass_hours(2)
    check_line(room, "no_answer")
    room.pass_hours(30)
    assert (room.case().step, room.case().standings["D2"]) == ("opening", "sealed")
    assert room.case().line_down_since == {"D2": NOW + timedelta(hours=2)}
    assert room.case().line_was_down == {}, "the clock of first positions never ran out"
    check_line(room, "answered")
    assert room.case().opening_due == NOW + timedelta(hours=24 + 30)
    assert room.case().paused_s == 30 * 3600
    room.open(second, B)
    assert room.case().state == "agreed"


def test_a_line_that_is_down_stops_the_clock_of_the_discussion_too(room: Room) -> None:
    first, second = room.commit(A), room.commit(B, answers=DISSENT)
    room.open(first, A)
    room.open(second, B)
    check_line(room, "no_answer")
    room.pass_hours(70)
    check_line(room, "answered")
    room.pass_hours(71)
    assert room.close_due() == []
    room.give(B, reasons={"what": "we looked again"})
    room.pass_hours(1)
    (outcome,) = room.close_due()
    assert outcome.record["state"] == "agreed"
    paused_s = room.case().paused_s
    room.pass_hours(100)
    assert room.case().paused_s == paused_s == 70 * 3600, "the clock of what is closed stands as it stood"


def test_in_all_its_steps_a_case_stands_still_for_72_hours_at_most(room: Room) -> None:
    check_line(room, "no_answer")
    room.pass_hours(50)
    first = room.commit(A)
    second = room.commit(B)
    room.open(first, A)
    opened = room.now
    room.pass_hours(24)
    assert room.case().opening_due == opened + timedelta(hours=24 + 22)
    room.pass_hours(22)
    assert room.case().standings["D2"] == "not_opened"
    assert room.case().paused_s == 72 * 3600
    room.pass_hours(72)
    (outcome,) = room.close_due()
    assert outcome.record["state"] == "not_agreed"
    with refused("closed"):
        room.open(second, B)


def test_what_one_says_or_gives_before_the_other_has_opened_ends_its_opening_no_sooner(room: Room) -> None:
    first, second = room.commit(A), room.commit(B)
    room.open(first, A)
    room.speak(A, "Ours lies open.")
    room.give(A, reasons={"what": "we looked again"})
    assert (room.case().step, room.case().standings["D2"]) == ("opening", "sealed")
    assert room.case().opening_due == NOW + timedelta(hours=24)
    room.pass_hours(23)
    room.open(second, B)
    assert room.case().standings["D2"] == "opened"


def test_a_line_check_that_is_entered_late_undoes_nothing_that_was_given_in_the_open(room: Room) -> None:
    first, _ = room.commit(A), room.commit(B)
    room.open(first, A)
    room.pass_hours(24)
    room.speak(A, "We wait for the other text.")
    check_line(room, "no_answer", at=NOW + timedelta(hours=1))
    assert room.case().step == "open"
    assert room.case().opened_at == NOW + timedelta(hours=24)


def test_the_clock_stands_still_while_a_line_is_down(room: Room) -> None:
    room.pass_hours(2)
    check_line(room, "no_answer")
    room.pass_hours(30)
    assert room.case().step == "blind"
    assert room.case().line_down_since == {"D2": NOW + timedelta(hours=2)}
    check_line(room, "answered")
    assert room.case().due == NOW + timedelta(hours=24 + 30)
    room.pass_hours(22)
    assert room.case().step == "opening"


def test_a_line_check_that_is_entered_late_closes_nothing_that_was_opened(room: Room) -> None:
    position = room.commit(A)
    room.pass_hours(24)
    room.open(position, A)
    check_line(room, "no_answer", at=NOW + timedelta(hours=1))
    assert room.case().step == "open"
    with refused("in the open"):
        _hand_in_blind(room, B)


def test_a_clock_that_jumps_back_frees_nobody(room: Room) -> None:
    position = room.commit(A)
    room.pass_hours(24)
    room.open(position, A)
    room.now = NOW
    assert room.case().step == "open"
    with refused("in the open"):
        _hand_in_blind(room, B)
    room.now = NOW - timedelta(days=400)
    assert room.book.now >= NOW + timedelta(hours=24)


# What is refused at committing.


def handed(room: Room, hand: Hand = A, **changes: Any) -> Any:
    return room.handed(hand, room.sign(hand), **changes)


def test_a_replayed_commitment_is_refused(room: Room) -> None:
    first = handed(room)
    room.hand_in(A, first)
    with refused("handed in before"):
        room.hand_in(A, first)


def test_two_browsers_of_one_officer_give_one_position(room: Room) -> None:
    other = replace(A, number=7)
    room.enrol(other)
    room.commit(A)
    with refused("perhaps in another browser"):
        room.commit(other)


def test_two_of_one_act_on_one_finding_are_refused(room: Room) -> None:
    with refused("two of these"):
        room.hand_in(A, handed(room), handed(room))


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"turn": 2}, "round"),
        ({"finding_sha256": "0" * 64}, "another state"),
        ({"code": "R-9"}, "no finding under review"),
        ({"key": "OK-2"}, "key of D2"),
        ({"key": "OK-9"}, "no key"),
        ({"commitment": "xyz"}, "hexadecimal"),
        ({"commitment": "A" * 64}, "hexadecimal"),
        ({"signed_at": NOW - timedelta(minutes=11)}, "before the finding was put"),
        ({"signed_at": NOW + timedelta(minutes=11)}, "still to come"),
        ({"sealed": b""}, "no age file"),
        ({"sealed": b"age-encryption.org/v1\n-> X25519 a\n"}, "no age file"),
        ({"sealed": b"age-encryption.org/v1\n-> X25519 a\nb\n--- c\n" + b"0" * 100}, "another length"),
        ({"sealed": b"age-encryption.org/v1\n-> X25519 a\nb\n--- c\n" + b"0" * 9000}, "another length"),
        ({"sealed": b"age-encryption.org/v1\n-> scrypt a\nb\n--- c\n" + b"0" * 8224}, "sealed to 0 keys"),
        ({"sealed": b"age-encryption.org/v1\n" + b"-> X25519 a\nb\n" * 2 + b"--- c\n" + b"0" * 8224}, "to 2 keys"),
    ],
)
def test_what_does_not_fit_is_refused_at_committing(room: Room, changes: dict[str, Any], match: str) -> None:
    item = handed(room, **changes)
    before = len(room.store.journal)
    with refused(match):
        room.hand_in(A, item)
    assert len(room.store.journal) == before
    room.hand_in(A, handed(room))


def test_an_unpadded_position_is_refused_since_its_length_would_tell(room: Room) -> None:
    position = room.sign(A)
    with refused("another length"):
        room.hand_in(A, room.handed(A, position, sealed=room.seal(opened_document(position), "D1")))


def test_an_ended_key_signs_no_more(room: Room) -> None:
    item = handed(room)
    room.end(A)
    with refused("in force no more"):
        room.hand_in(A, item)


def test_a_key_that_was_only_asked_for_does_not_sign(room: Room) -> None:
    other = officer_of("D1", 5)
    room.ask(other)
    with refused("not in force yet"):
        room.hand_in(other, handed(room, other))


def test_a_key_of_another_person_of_the_same_delegation_does_not_sign(room: Room) -> None:
    other = officer_of("D1", 5)
    room.enrol(other)
    with refused("not a key of yours"):
        room.hand_in(A, handed(room, key=room.key_of(other)))


def test_keys_that_changed_since_make_it_seal_once_more(room: Room) -> None:
    item = handed(room)
    room.enrol(officer_of("D1", 5))
    with refused("sealed to 1 keys, and your delegation has 2"):
        room.hand_in(A, item)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.INTERPRETER, Role.SHIFT_LEAD])
def test_who_has_no_signing_role_signs_nothing(room: Room, role: Role) -> None:
    with refused("is not signed by"):
        room.hand_in(A, handed(room), role=role)


def test_a_list_is_one_act_and_each_of_it_is_opened_alone(room: Room) -> None:
    room.put(1)
    codes = ["R-1", "R-2"]
    positions = room.sign_list(A, codes)
    entries = room.hand_in(A, *(room.handed(A, each, code) for each, code in zip(positions, codes, strict=True)))
    assert len({entry.record["list"] for entry in entries}) == 1
    assert entries[0].record["list"]
    room.commit(B, "R-2", answers=DISSENT)
    room.open(positions[1], A, "R-2")
    assert room.case("R-1").step == "blind"
    assert room.case("R-2").positions[0].answers == CONCUR


# What is refused at opening.


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"watch": "another"}, "another watch"),
        ({"log_origin": "trucewatch/another"}, "another ledger"),
        ({"finding": "f-another"}, "another finding"),
        ({"finding_sha256": "0" * 64}, "state of the finding"),
        ({"delegation": "D2"}, "another delegation"),
        ({"round": 2}, "another round"),
        ({"previous_sha256": "0" * 64}, "position before it"),
        ({"answers": {"happened": {"answer": "concur"}}}, "other questions"),
        ({"reasons": {"what": "another text"}}, "not what was sealed"),
    ],
)
def test_another_document_than_was_sealed_is_not_opened(room: Room, changes: dict[str, Any], match: str) -> None:
    room.commit(A)
    room.commit(B)
    room.case()
    document = room.document(A, round=1, signed_at="2031-05-05T00:00:00Z") | changes

    with refused(match):
        room.open(sign_position(document, A.signs, room.salt()), A)
    assert room.case().positions == ()


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"watch": "another"}, "another watch"),
        ({"round": 2}, "another round"),
        ({"finding_sha256": "0" * 64}, "state of the finding"),
    ],
)
def test_what_was_sealed_of_another_place_is_never_opened(room: Room, changes: dict[str, Any], match: str) -> None:
    position = room.sign(A, **changes)
    room.hand_in(A, room.handed(A, position, turn=1, finding_sha256=room.case().sha256))
    room.commit(B)
    with refused(match):
        room.open(position, A)


def test_another_salt_opens_nothing(room: Room) -> None:
    position = room.commit(A)
    room.commit(B)
    with refused("not what was sealed"):
        room.open(replace(position, salt=bytes(32)), A)
    room.open(position, A)


def test_the_key_that_signed_is_the_one_that_was_named(room: Room) -> None:
    other = replace(A, number=7)
    room.enrol(other)
    position = room.sign(other)
    room.hand_in(A, room.handed(A, position))
    room.commit(B)
    with refused("the two are not the same"):
        room.open(position, A)


def test_a_bad_signature_opens_nothing(room: Room) -> None:
    position = replace(room.sign(A), signature=bytes(64))
    room.hand_in(A, room.handed(A, position))
    room.commit(B)
    with refused("is not good"):
        room.open(position, A)


def test_a_way_through_the_list_that_fails_opens_nothing(room: Room) -> None:
    room.put(1)
    codes = ["R-1", "R-2"]
    positions = room.sign_list(A, codes)
    room.hand_in(A, *(room.handed(A, each, code) for each, code in zip(positions, codes, strict=True)))
    room.commit(B)
    assert positions[0].in_list is not None
    wrong = replace(positions[0], in_list=replace(positions[0].in_list, hashes=(bytes(32),)))
    with refused("is not good"):
        room.open(wrong, A)
    room.open(positions[0], A)


def test_another_date_than_was_declared_opens_nothing(room: Room) -> None:
    position = room.sign(A)
    room.hand_in(A, room.handed(A, position, signed_at=NOW + timedelta(minutes=5)))
    room.commit(B)
    with refused("handed in as of"):
        room.open(position, A)


def test_the_other_delegation_opens_nothing_of_ours(room: Room) -> None:
    position = room.commit(A)
    room.commit(B)
    with refused("another delegation"):
        room.open(position, B)


def test_nothing_is_opened_twice(room: Room) -> None:
    position = room.commit(A)
    room.commit(B)
    room.open(position, A)
    with refused("opened already"):
        room.open(position, A)
    assert len(room.case().positions) == 1


def test_what_nobody_opened_in_time_is_opened_until_the_case_is_closed(room: Room) -> None:
    first, second = room.commit(A), room.commit(B)
    room.pass_hours(24 + 71)
    assert room.case().step == "opening"
    room.open(first, A)
    room.open(second, B)
    assert room.case().state == "agreed"


def test_what_nobody_opened_closes_unreviewed(room: Room) -> None:
    room.commit(A)
    room.commit(B)
    room.pass_hours(24 + 72)
    (outcome,) = room.close_due()
    assert (outcome.record["state"], outcome.record["positions"]) == ("closed_unreviewed", [])
    assert room.case().standings == {"D1": "not_opened", "D2": "not_opened"}


def test_what_is_closed_stays_closed(room: Room) -> None:
    position = room.commit(A)
    room.commit(B)
    room.pass_hours(24)
    room.open(position, A)  # closes nothing: the other one can still open
    room.pass_hours(200)
    for act in (lambda: room.speak(A, "more"), lambda: room.say_done(A), lambda: room.withhold(A)):
        with refused("is closed"):
            act()


# Keys change hands.


def test_the_next_officer_opens_what_the_last_one_sealed(room: Room) -> None:
    following = officer_of("D1", 5)
    room.enrol(following)
    room.commit(A)
    room.commit(B)
    room.end(A, "left_office")
    (position,) = room.unseal(room.case(), following)
    room.open(position, following)
    assert room.case().positions[0].person == room.store.keys.person_reference(A.name)


def _seal_again(room: Room, hand: Hand, position: SealedPosition, content: bytes | None = None) -> Entry:
    """content: what lies in the file, in place of the position."""
    padded = opened_document(position, padded=True) if content is None else content
    sealed = room.seal(padded, hand.delegation)
    given = {"commitment": position.commitment, "sealed": sealed, "key": room.key_of(hand)}
    return reseal(room.store, room.watch, room.speaker(hand), "R-1", **given)  # type: ignore[arg-type]


def test_what_is_sealed_again_is_opened_by_a_key_that_came_later(room: Room) -> None:
    room.commit(A)
    later = officer_of("D1", 5)
    room.enrol(later)
    assert room.unseal(room.case(), later) == []
    (position,) = room.unseal(room.case(), A)
    _seal_again(room, A, position)
    room.commit(B)
    (same,) = room.unseal(room.case(), later)
    room.open(same, later)


def test_noise_that_a_colleague_seals_over_a_position_destroys_nothing(room: Room) -> None:
    colleague, later = officer_of("D1", 5), officer_of("D1", 6)
    room.enrol(colleague)
    position = room.commit(A, answers=DISSENT)
    (before,) = room.case().sealed
    room.enrol(later)
    _seal_again(room, colleague, position, content=b"0" * SEALED_BYTES)
    _seal_again(room, A, position)
    (sealed,) = room.case().sealed
    assert [each.sealed_object for each in sealed.files[2:]] == [before.sealed_object], "the first one stays"
    assert len(sealed.files) == 3
    room.commit(B)
    held = [pyrage.decrypt(room.store.objects.get(each.sealed_object), [A.opens]) for each in sealed.files]
    assert held[1] == b"0" * SEALED_BYTES
    room.open(read_opened(held[0]), A)
    assert room.case().positions[0].answers["what"] == "dissent"
    assert read_opened(held[2]).commitment == position.commitment


def test_nobody_seals_again_twice_to_the_same_keys_nor_what_is_no_longer_blind(room: Room) -> None:
    position = room.commit(A)
    with refused("to every key that is in force already"):
        _seal_again(room, A, position)
    room.enrol(officer_of("D1", 5))
    _seal_again(room, A, position)
    with refused("to every key that is in force already"):
        _seal_again(room, A, position)
    room.enrol(officer_of("D1", 6))
    room.commit(B)
    with refused("no longer blind"):
        _seal_again(room, A, position)


def test_who_does_not_sign_seals_nothing_again(room: Room) -> None:
    position = room.commit(A)
    room.enrol(officer_of("D1", 5))
    with refused("is not signed by a"):
        _seal_again(room, replace(A, role=Role.LIAISON), position)
    assert len(room.case().sealed[0].files) == 1


def test_who_spoke_for_the_other_delegation_seals_nothing_of_this_one_again(room: Room) -> None:
    room.with_rule(each=2)
    room.put(1)
    colleague, moved = officer_of("D1", 5), replace(B, delegation="D1", number=7)
    room.enrol(colleague)
    position = room.commit(colleague, "R-2")
    room.commit(B, "R-2")
    room.enrol(moved)
    given = {"commitment": position.commitment, "sealed": b"", "key": room.key_of(moved)}
    with refused("spoke for D2"):
        reseal(room.store, room.watch, room.speaker(moved), "R-2", **given)  # type: ignore[arg-type]


WEAK: Final = (
    *(0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18, 2**255, 2**255 + 1),
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
)


def age_key(point: int) -> str:
    """`age1…` of a coordinate, as BIP 173 writes it."""
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    number = int.from_bytes(point.to_bytes(32, "little")) << 4
    values = [number >> shift & 31 for shift in range(255, -1, -5)]

    def checked(rest: list[int]) -> int:
        state = 1
        for value in [3, 3, 3, 0, 1, 7, 5, *rest]:
            top, state = state >> 25, (state & 0x1FFFFFF) << 5 ^ value
            for place, step in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
                state ^= step if top >> place & 1 else 0
        return state ^ 1

    rest = checked([*values, *[0] * 6])
    return "age1" + "".join(letters[each] for each in (*values, *(rest >> 5 * (5 - place) & 31 for place in range(6))))


@pytest.mark.parametrize("point", WEAK)
def test_an_opening_key_of_small_order_is_refused(room: Room, point: int) -> None:
    for use, signs in (("recovery", b""), ("officer", officer_of("D2", 9).signs.public.raw)):
        with refused("point of small order"):
            ask_key(
                room.store,
                room.watch,
                room.head("D2"),
                signs=signs,
                opens=age_key(point),
                use=use,  # type: ignore[arg-type]
            )


def test_a_key_that_another_delegation_only_asked_for_keeps_nobody_out(room: Room) -> None:
    mine = officer_of("D2", 9)
    given = {"signs": mine.signs.public.raw, "opens": str(mine.opens.to_public())}
    squat = ask_key(room.store, room.watch, room.speaker(A), **given)  # type: ignore[arg-type]
    code = room.ask(mine)
    room.enter(code, "D2")
    assert room.key_of(mine) in [key.code for key in room.book.keys_in_force("D2")]
    with refused("on record already"):
        room.enter(f"OK-{squat.record['number']}", "D1")
    with refused("on record already"):
        ask_key(room.store, room.watch, room.speaker(A), **given)  # type: ignore[arg-type]
    with refused("on record already"):
        room.ask(mine)


def test_the_recovery_key_opens_what_nobody_else_can(room: Room) -> None:

    recovery = Hand(delegation="D1", name="head of D1", role=Role.HEAD, number=99)
    entry = ask_key(
        room.store,
        room.watch,
        room.speaker(recovery),
        signs=b"",
        opens=str(recovery.opens.to_public()),
        use="recovery",
    )
    room.enter(f"OK-{entry.record['number']}", "D1")
    room.commit(A)
    room.commit(B)
    room.end(A, "lost")

    sealed = next(each for each in room.case().sealed if each.delegation == "D1")
    content = pyrage.decrypt(room.store.objects.get(sealed.sealed_object), [recovery.opens])
    room.open(read_opened(content), recovery)
    assert room.case().standings["D1"] == "opened"


def test_keys_are_entered_by_their_own_head_once(room: Room) -> None:

    other = officer_of("D1", 5)
    code = room.ask(other)
    with refused("already"):
        room.ask(other)
    with refused("whose people alone"):
        room.enter(code, "D2")
    with refused("by the head"):
        enter_key(room.store, room.watch, room.speaker(Hand(delegation="D1", name="x")), code)
    room.enter(code, "D1")
    with refused("in force already"):
        room.enter(code, "D1")
    room.end(other)
    with refused("stays so"):
        room.enter(code, "D1")


@pytest.mark.parametrize(
    ("signs", "opens"), [(b"", "age1x"), (bytes(32), ""), (bytes(31), ""), (b"\x01" + bytes(31), "")]
)
def test_what_is_no_key_is_refused(room: Room, signs: bytes, opens: str) -> None:

    with refused("no Ed25519 key|no age key"):
        ask_key(
            room.store,
            room.watch,
            room.speaker(Hand(delegation="D1", name="x")),
            signs=signs,
            opens=opens or str(officer_of("D1", 8).opens.to_public()),
        )


# Putting, leaving, late evidence, who.


def test_a_finding_under_review_is_not_put_twice(room: Room) -> None:
    with refused("under review already, as R-1"):
        room.put()


def test_findings_of_one_act_are_put_together_and_those_of_one_incident_share_a_dossier(room: Room) -> None:
    entries = room.put(1, 2)
    assert [entry.record["number"] for entry in entries] == [2, 3]
    assert entries[1].number == entries[0].number + 1
    dossiers = [next(room.store.journal.entries(entry.record["dossier"])) for entry in entries]
    assert {dossier.record["schema"] for dossier in dossiers} == {"trucewatch/dossier/1"}


def test_a_dossier_has_a_row_for_each_recipient_that_may_have_it(room: Room) -> None:

    dossier = next(room.store.journal.entries(room.case().dossier_entry))
    released = fields_of(room.store, dossier.record).rows["released"]
    assert "joint-centre" in {row["recipient"] for row in released}
    assert len({row["recipient"] for row in released}) == len(released)


def test_a_finding_of_no_list_is_not_put(room: Room) -> None:

    with refused("no finding of an incident"):
        put_to_review(room.store, room.assessment, ["f-none"], by="x", now=room.now)


def test_a_finding_of_no_event_is_not_put_and_it_is_said_why(room: Room) -> None:
    table = room.assessment.findings
    rows = [row | {"incident_id": None} for row in table.to_pylist() if row["finding_id"] == room.findings[1]]
    assessment = replace(room.assessment, findings=pa.Table.from_pylist(rows, schema=table.schema))
    with refused("on a deadline or on a whole clause is of no event"):
        put_to_review(room.store, assessment, [room.findings[1]], by="x", now=room.now)


def test_who_leaves_closes_what_is_open_and_ends_its_keys(room: Room) -> None:
    room.put(1)
    room.commit(A)
    room.commit(B)
    entries = room.leave("D2")
    kinds = [entry.record["schema"].split("/")[1] for entry in entries]
    assert kinds == ["delegation-left", "review-key", "review-outcome", "review-outcome"]
    assert {room.case(code).state for code in ("R-1", "R-2")} == {"closed_unreviewed"}
    assert room.case().standings["D2"] == "left"
    assert room.book.keys_in_force("D2") == ()
    with refused("left the review"):
        room.ask(officer_of("D2", 4))
    with refused("left the review"):
        room.leave("D2")
    room.come_back("D2")
    assert room.book.keys_in_force("D2") == (), "keys are made anew"
    room.put()
    assert room.case("R-3").before == "R-1"
    assert room.case("R-3").turn == 2


def test_with_one_delegation_left_nothing_is_agreed(room: Room) -> None:
    room.leave("D2")
    room.put(1)
    assert room.case("R-2").delegations == ("D1",)
    room.open(room.commit(A, "R-2"), A, "R-2")
    room.say_done(A, "R-2")
    assert room.case("R-2").state == "closed_unreviewed"
    room.come_back("D2")
    finding = room.case("R-2").finding
    (entry,) = put_to_review(room.store, room.assessment, [finding], by="head", now=room.now)
    assert (entry.record["before"], entry.record["delegations"]) == ("R-2", ["D1", "D2"])


def test_what_is_under_review_under_an_earlier_id_is_not_offered_again(room: Room) -> None:
    room.change_list(0, finding_id="f-another")
    offered = put_already(room.assessment.recorded_incidents, room.assessment.recorded_findings, room.book.cases())
    assert "f-another" in offered
    assert room.findings[1] not in offered
    with refused("under review already, as R-1"):
        put_to_review(room.store, room.assessment, ["f-another"], by="head", now=room.now)


def test_late_evidence_waits_until_two_take_part(room: Room) -> None:
    agree(room)
    room.leave("D2")
    room.change_list(0, outcome="undetermined", held="at_edge")
    assert room.reopen_late() == []
    assert [case.code for case in room.book.cases()] == ["R-1"]
    room.come_back("D2")
    (entry,) = room.reopen_late()
    assert entry.record["delegations"] == ["D1", "D2"]


def agree(room: Room, code: str = "R-1") -> None:
    first, second = room.commit(A, code), room.commit(B, code)
    room.open(first, A, code)
    room.open(second, B, code)


def test_late_evidence_puts_it_once_more_and_what_was_judged_stays(room: Room) -> None:
    agree(room)
    assert room.reopen_late() == []
    before = room.case()
    room.change_list(0, outcome="undetermined", held="at_edge")
    (entry,) = room.reopen_late()
    assert entry.record["why"] == "late_evidence"
    assert room.case("R-1") == before
    case = room.case("R-2")
    assert (case.before, case.turn, case.step) == ("R-1", 2, "blind")
    assert room.reopen_late() == []
    document = room.document(A, "R-2")
    assert document["previous_sha256"] == next(said.sha256 for said in before.positions if said.delegation == "D1")
    agree(room, "R-2")
    assert room.book.of_finding(case.finding) == (before, room.case("R-2"))


def test_a_book_of_an_earlier_moment_has_nothing_of_later(room: Room) -> None:
    before = room.now - timedelta(seconds=1)
    room.pass_hours(1)
    first, second = room.commit(A), room.commit(B, answers=DISSENT)
    sealed = room.now
    room.pass_hours(1)
    room.open(first, A)
    room.open(second, B)
    opened = room.now
    room.pass_hours(1)
    room.speak(A, "The camera shows it.")
    room.say_done(A)
    room.say_done(B)

    def book(moment: datetime) -> ReviewBook:
        return ReviewBook(room.store, room.watch, moment, known_by=moment)

    assert book(before).cases() == ()
    then = book(sealed).case("R-1")
    assert (then.step, then.positions, set(then.standings.values())) == ("opening", (), {"sealed"})
    then = book(opened).case("R-1")
    assert (then.step, len(then.positions), then.acts, then.outcome) == ("open", 2, (), None)
    assert book(opened).discussion(then) == ()
    assert book(room.now).case("R-1") == room.case()
    assert [act.what for act in room.case().acts] == ["done", "done"]


def test_what_changed_since_it_was_put_is_known_while_the_case_is_open_and_moves_nothing_in_it(room: Room) -> None:
    put = room.case().put
    assert since_put(room.assessment, room.case()) == ()
    room.change_list(0, kind="shelling", count_best=90, count_min=90, count_max=90)
    assert since_put(room.assessment, room.case()) == ("kind", "count")
    assert room.reopen_late() == [], "positions are on what was put"
    first, second = room.commit(A), room.commit(B)
    room.open(first, A)
    room.open(second, B)
    assert room.case().put == put
    assert room.case().state == "agreed"
    (entry,) = room.reopen_late()
    assert entry.record["put"]["kind"] == "shelling"
    empty = room.assessment.findings.schema.empty_table()
    assert since_put(replace(room.assessment, findings=empty), room.case()) is None


def test_late_evidence_reopens_nothing_that_was_never_judged(room: Room) -> None:
    room.pass_hours(24)
    room.close_due()
    room.change_list(0, outcome="undetermined", held="at_edge")
    assert room.reopen_late() == []


def test_a_finding_is_known_again_under_another_id(room: Room) -> None:
    agree(room)
    room.change_list(0, finding_id="f-anew", outcome="undetermined", held="at_edge")
    (entry,) = room.reopen_late()
    assert entry.record["finding"] == "f-anew"
    assert [case.code for case in room.book.of_finding("f-anew")] == ["R-1", "R-2"]


def test_who_is_asked_only_of_what_is_agreed_to_have_happened_and_alone(room: Room) -> None:

    heads = [head_of("D1"), head_of("D2")]
    room.enrol(*heads)

    with refused("only after it is agreed"):
        room.put_who(heads[0])
    agree(room)
    with refused("does not name"):
        room.put_who(A)
    room.put_who(heads[0])
    with refused("under review already, as R-2"):
        room.put_who(heads[0])
    assert room.case("R-2").is_of_who
    with refused("is not signed by"):
        room.commit(A, "R-2", answers={"who": "none"})
    wrong = room.commit(heads[0], "R-2", answers={"who": "names"}, versions={"who": "А"})  # Cyrillic
    right = room.commit(heads[1], "R-2", answers={"who": "names"}, versions={"who": "A"})
    with refused("no party of the agreement"):
        room.open(wrong, heads[0], "R-2")
    room.open(right, heads[1], "R-2")
    assert room.case("R-2").positions[0].names == "A"
    assert "R-2" not in [case.before for case in room.book.cases()]


def test_who_is_answered_in_no_list(room: Room) -> None:

    head = head_of("D1")
    room.enrol(head)
    room.put(1)
    agree(room)
    room.put_who(head_of("D1"))
    items = [
        room.handed(head, room.sign(head, "R-2"), "R-2"),
        room.handed(head, room.sign(head, "R-3", answers={"who": "none"}), "R-3"),
    ]
    with refused("in no list"):
        room.hand_in(head, *items)


def test_erased_words_are_gone_and_the_state_stays(room: Room) -> None:
    first, second = room.commit(A, answers=DISSENT, versions={"what": "zyzzyva"}), room.commit(B)
    room.open(first, A)
    room.open(second, B)
    said = room.case().positions[0]
    assert room.book.words_of(said) == ({"what": "zyzzyva"}, {})
    room.store.erase([said.opened_object], reason="order", ordered_by="court")
    assert room.book.words_of(room.case().positions[0]) is None
    assert room.case().positions[0].answers == DISSENT
    kept = [sealed.read_bytes() for sealed in room.folder.rglob("*") if sealed.is_file()]
    assert not any(_opens(content, A) for content in kept), "what it was sealed in goes with it"


def _opens(content: bytes, hand: Hand) -> bool:

    try:
        pyrage.decrypt(content, [hand.opens])
    except (pyrage.DecryptError, ValueError):
        return False
    return True


def test_what_waits_is_told_by_delegation(room: Room) -> None:
    room.put(1)
    room.commit(A)
    assert [case.code for case in room.book.waiting("D1")] == ["R-2"]
    assert [case.code for case in room.book.waiting("D2")] == ["R-1", "R-2"]
    assert [case.code for case in room.book.waiting()] == ["R-1", "R-2"]


def test_the_book_tells_how_it_stood_then(room: Room) -> None:

    room.pass_hours(1)
    agree(room)
    then = ReviewBook(room.store, room.watch, NOW, NOW)
    assert then.case("R-1").step == "blind"
    assert room.case().state == "agreed"


def test_two_of_each_delegation_sign_where_the_rule_asks_for_two(room: Room) -> None:
    room.with_rule(each=2)
    room.put(1)
    second = officer_of("D1", 5)
    room.enrol(second)
    room.commit(A, "R-2")
    assert room.case("R-2").step == "blind"
    assert room.case("R-2").standings == {"D1": "awaited", "D2": "awaited"}
    assert [case.code for case in room.book.waiting("D1")] == ["R-1", "R-2"]
    room.commit(second, "R-2")
    assert [case.code for case in room.book.waiting("D1")] == ["R-1"]
    room.pass_hours(24)
    assert room.case("R-2").standings == {"D1": "sealed", "D2": "not_received"}
