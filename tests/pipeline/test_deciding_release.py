"""Nothing leaves but by the word of every head, in time, on what stood then: not by one head, silence, a withdrawal or
another digest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reviews_on_record import CONCUR, SIDES, A, B, Room, head_of, officer_of, room_in, room_put
from trucewatch.errors import StoreError
from trucewatch.model.decisions import Decision
from trucewatch.model.ids import incident_id
from trucewatch.model.let_out import LetOut
from trucewatch.model.report import IssuedRow, Publication
from trucewatch.model.review_list import names_of_events
from trucewatch.model.roles import Role
from trucewatch.pipeline import Assessment, assess
from trucewatch.pipeline.deciding_release import (
    Wanted,
    decision_named,
    decisions,
    propose_decision,
    withdraw_decision,
)
from trucewatch.pipeline.leaving_by_decision import case_contents, let_out_at, opened_by, told_at, told_of_case
from trucewatch.pipeline.objecting import object_in_writing, objections_to, withdraw_objection
from trucewatch.store.assent_records import enter_assent, take_back_assent
from trucewatch.store.decision_records import clock_not_set_back

REASON: Final = "The shells came from the ridge, says my own eye."


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with room_put(tmp_path / "watch") as room:
        yield room


def close(room: Room, **given: Any) -> None:
    """Both give their positions, and what is agreed is agreed."""
    first, second = room.commit(A, **given), room.commit(B)
    room.pass_hours(1)
    room.open(first, A)
    room.open(second, B)
    if room.case().outcome is None:
        for hand in (A, B):
            room.say_done(hand)
    room.pass_hours(30)
    assert room.case().outcome is not None


def to_one(room: Room) -> str:
    return room.watch.settings.recipient[0].id


def put(room: Room, *opens: Any, subject: str = "R-1", **wanted: Any) -> Decision:
    case = room.case() if subject == "R-1" else None
    entry = propose_decision(
        room.store,
        room.watch,
        Wanted(subject=subject, opens=opens or ("positions",), to=(to_one(room),), reason="So agreed.", **wanted),
        None,
        case,
        by="head of D1",
        now=room.now,
    )
    return decision_named(room.store, room.watch, f"D-{entry.record['number']}")


def assent(room: Room, decision: Decision, side: str, *, role: Role = Role.HEAD, of: str = "") -> None:
    person = room.store.keys.person_reference(head_of(side).name if role is Role.HEAD else officer_of(side).name)
    enter_assent(
        room.store,
        decision.assent_subject,
        person=person,
        side=side,
        role=role,
        now=room.now,
        of=of or decision.digest,
    )


def now(room: Room) -> Assessment:
    return assess(room.store, room.folder, now=room.now, as_of=room.now)


def leaving(room: Room) -> tuple[LetOut, ...]:
    return let_out_at(room.store, room.watch, room.now)[0]


ACTS: Final = st.lists(
    st.sampled_from(("head D1", "head D2", "officer D1", "officer D2", "other digest", "back D1", "withdraw", "wait")),
    max_size=6,
)


@given(acts=ACTS)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_only_every_head_in_time_on_what_stands_lets_something_out(
    tmp_path_factory: pytest.TempPathFactory, acts: list[str]
) -> None:
    with room_in(tmp_path_factory.mktemp("decided") / "watch") as room:
        room.enrol(A, B)
        room.put()
        close(room)
        decision = put(room)
        heads: set[str] = set()
        is_over = False
        for act in acts:
            what, _, side = act.partition(" ")
            try:
                if what == "head":
                    assent(room, decision, side)
                    if not is_over or room.now < decision.due:
                        heads.add(side)
                elif what == "officer":
                    assent(room, decision, side, role=Role.OFFICER)
                elif what == "other":
                    assent(room, decision, "D2", of="sha256:" + "00" * 32)
                elif what == "back":
                    person = room.store.keys.person_reference(head_of(side).name)
                    take_back_assent(room.store, decision.assent_subject, person=person, now=room.now)
                    heads.discard(side)
                elif what == "withdraw":
                    withdraw_decision(
                        room.store, room.watch, decision.code, by="head of D1", now=room.now, reason="No longer."
                    )
                    is_over = True
                else:
                    room.pass_hours(80)
            except StoreError:
                continue
        out = leaving(room)
        stands = decision_named(room.store, room.watch, decision.code)
        if out:
            assert set(SIDES) <= heads
            assert not stands.withdrawn
            assert stands.agreed_known_at is not None
            assert stands.agreed_known_at < decision.due


def test_both_heads_let_out_the_positions_that_stood_and_no_later_ones(room: Room) -> None:
    close(room, answers={**CONCUR, "what": "dissent"}, reasons={"what": REASON}, versions={"what": "a quarry"})
    decision = put(room)
    assent(room, decision, "D1")
    assert leaving(room) == ()
    assent(room, decision, "D2")
    (out,) = leaving(room)
    assert {each.delegation for each in out.positions} == set(SIDES)
    assert [each.reasons for each in out.positions if each.reasons] == [{"what": REASON}]


def test_with_positions_it_is_told_of_whom_there_is_none_and_why_in_the_order_of_the_watch(room: Room) -> None:
    room.withhold(A)
    sealed = room.commit(B)
    room.pass_hours(25)
    room.open(sealed, B)
    room.pass_hours(80)
    contents = case_contents(room.store, room.watch, room.case(), ("positions",), room.now)
    assert [each.delegation for each in contents.positions] == ["D2"]
    assert contents.silent == (("D1", "withheld"),)


def test_of_who_withheld_and_then_sealed_it_is_told_what_holds(room: Room) -> None:
    def silent() -> tuple[tuple[str, str], ...]:
        return case_contents(room.store, room.watch, room.case(), ("positions",), room.now).silent

    first = room.commit(A)
    room.withhold(B)
    room.commit(B)
    room.open(first, A)
    assert silent() == (("D2", "not_opened"),), "sealed it is still, and may be opened"
    room.pass_hours(200)
    room.close_due()
    assert room.case().standings["D2"] == "not_opened"
    assert silent() == (("D2", "not_opened"),), "that it gives none was taken back"
    decision = put(room)
    assent(room, decision, "D1")
    assent(room, decision, "D2")
    (out,) = leaving(room)
    assert out.silent == (("D2", "not_opened"),)


def test_of_who_withheld_sealed_and_left_it_is_told_that_it_left(room: Room) -> None:
    first = room.commit(A)
    room.withhold(B)
    room.commit(B)
    room.open(first, A)
    room.leave("D2")
    contents = case_contents(room.store, room.watch, room.case(), ("positions",), room.now)
    assert contents.silent == (("D2", "left"),)


def test_positions_are_told_in_the_order_of_the_watch_whoever_opened_first(room: Room) -> None:
    first, second = room.commit(A), room.commit(B)
    room.pass_hours(1)
    room.open(second, B)
    room.open(first, A)
    room.pass_hours(80)
    contents = case_contents(room.store, room.watch, room.case(), ("positions",), room.now)
    assert [each.delegation for each in contents.positions] == list(room.case().delegations) == ["D1", "D2"]
    assert contents.silent == ()


def test_whom_it_was_held_to_be_is_let_out_of_the_state_that_was_asked_alone(room: Room) -> None:
    heads = [head_of("D1"), head_of("D2")]
    room.enrol(*heads)
    close(room)
    room.put_who(heads[0])
    sealed = [room.commit(hand, "R-2", answers={"who": "none"}) for hand in heads]
    for position, hand in zip(sealed, heads, strict=True):
        room.open(position, hand, "R-2")
    room.change_list(0, outcome="undetermined", held="at_edge")
    room.reopen_late()
    again = [room.commit(hand, "R-3") for hand in (A, B)]
    for position, hand in zip(again, (A, B), strict=True):
        room.open(position, hand, "R-3")

    def attributed(code: str) -> str | None:
        return case_contents(room.store, room.watch, room.case(code), ("attribution",), room.now).attributed

    assert room.case("R-3").state == "agreed"
    assert (attributed("R-1"), attributed("R-2"), attributed("R-3")) == ("", "", None)


def test_what_was_entered_after_a_decision_stays_inside_though_the_clock_was_ahead_when_it_was_put(room: Room) -> None:
    close(room)
    decision = put(room)
    _, second = sorted(each.entry for each in room.case().positions)
    ahead = replace(decision, recorded_at=decision.recorded_at + timedelta(days=9), entry=second)
    out = opened_by(room.store, room.watch, ahead, room.case(), room.book)
    assert out is not None
    assert len(out.positions) == 1
    assert out.state == "not_reviewed", "the outcome came later"
    whole = opened_by(room.store, room.watch, decision, room.case(), room.book)
    assert whole is not None
    assert len(whole.positions) == 2


def test_a_head_who_agrees_after_the_clock_lets_nothing_out(room: Room) -> None:
    close(room)
    decision = put(room)
    assent(room, decision, "D1")
    room.pass_hours(73)
    assent(room, decision, "D2")
    assert leaving(room) == ()
    assert decision_named(room.store, room.watch, "D-1").has_lapsed(room.now)
    assert put(room).code == "D-2", "the same can be put again"


def test_a_clock_that_jumps_back_revives_no_decision_that_lapsed(room: Room) -> None:
    close(room)
    decision = put(room)
    assent(room, decision, "D1")
    room.pass_hours(80)
    room.put(1)
    room.now -= timedelta(hours=20)
    assert room.now < decision.due
    assent(room, decision, "D2")
    after = decision_named(room.store, room.watch, "D-1")
    assert not after.is_agreed
    assert after.has_lapsed(clock_not_set_back(room.store, room.now))
    again = put(room)
    assert again.code == "D-2", "the same can be put again"
    assert again.known_at == room.now + timedelta(hours=20)
    assert again.due > again.known_at


def test_a_head_who_agrees_in_time_by_a_clock_that_jumped_back_agrees_when_it_had_run(room: Room) -> None:
    close(room)
    decision = put(room)
    assent(room, decision, "D1")
    room.pass_hours(30)
    room.put(1)
    newest = room.now
    room.now -= timedelta(hours=20)
    assent(room, decision, "D2")
    after = decision_named(room.store, room.watch, "D-1")
    assert after.is_agreed
    assert after.agreed_known_at == newest


def test_a_clock_that_jumps_back_opens_no_clock_for_objections_again(room: Room) -> None:
    said: dict[str, Any] = {
        "about": "D-1",
        "party": sorted(room.watch.agreement.bound_ids)[0],
        "language": room.watch.settings.languages[0],
        "words": "We read it otherwise.",
        "in_print": True,
        "told_at": room.now,
        "by": "a liaison",
    }
    room.pass_hours(60)
    room.put(1)
    for hours in (0, 20):
        with pytest.raises(StoreError, match="ran out"):
            object_in_writing(room.store, room.watch, now=room.now - timedelta(hours=hours), **said)
    assert objections_to(room.store) == ()


def test_as_the_ledger_stood_before_nothing_was_let_out(room: Room) -> None:
    close(room)
    decision = put(room)
    assent(room, decision, "D1")
    before = room.computer
    room.pass_hours(1)
    assent(room, decision, "D2")
    assert len(leaving(room)) == 1
    assert let_out_at(room.store, room.watch, room.now, before)[0] == ()
    then = assess(room.store, room.folder, now=room.now, as_of=room.now, recorded_by=before)
    assert then.let_out == ((), ())


@pytest.mark.parametrize(
    ("opens", "says"),
    [
        (("wording",), "agreed no words"),
        (("attribution",), "not decided"),
        (("event",), "no event"),
        ((), "Say what"),
    ],
)
def test_what_is_not_there_cannot_be_put(room: Room, opens: tuple[Any, ...], says: str) -> None:
    close(room)
    with pytest.raises(StoreError, match=says):
        propose_decision(
            room.store,
            room.watch,
            Wanted(subject="R-1", opens=opens, to=(to_one(room),), reason="x", place="zone", unit="day"),
            None,
            room.case(),
            by="a",
            now=room.now,
        )
    assert decisions(room.store, room.watch) == ()


def test_an_open_case_and_words_that_name_a_person_cannot_be_put(room: Room) -> None:
    with pytest.raises(StoreError, match="is open"):
        put(room)
    close(
        room,
        answers={**CONCUR, "what": "dissent"},
        versions={"what": "Nemo Anyone, b. 1961, says so"},
    )
    with pytest.raises(StoreError, match="cannot be let out"):
        put(room)


def test_objections_have_one_clock_for_all_parties(room: Room) -> None:
    parties = sorted(room.watch.agreement.bound_ids)
    said: dict[str, Any] = {
        "about": "D-1",
        "language": room.watch.settings.languages[0],
        "words": "We read it otherwise.",
        "in_print": True,
        "by": "a liaison",
    }
    told = room.now
    for party in parties:
        object_in_writing(room.store, room.watch, party=party, told_at=told, now=told + timedelta(hours=47.9), **said)
    for party in parties:
        with pytest.raises(StoreError, match="ran out"):
            object_in_writing(room.store, room.watch, party=party, told_at=told, now=told + timedelta(hours=48), **said)
    for party in parties:
        object_in_writing(room.store, room.watch, party=party, told_at=None, now=told + timedelta(hours=90), **said)
    assert len(objections_to(room.store, "D-1")) == 2 * len(parties)
    with pytest.raises(StoreError, match="of yours"):
        withdraw_objection(room.store, "OB-1", party="somebody", by="x", now=told, reason="No.")
    withdraw_objection(room.store, "OB-1", party=parties[0], by="x", now=told, reason="No.")
    assert "OB-1" not in {each.code for each in let_out_at(room.store, room.watch, told + timedelta(hours=99))[1]}
    with pytest.raises(StoreError, match="bound"):
        object_in_writing(room.store, room.watch, party="icrc", told_at=None, now=told, **said)


def test_a_delegation_that_is_not_in_the_watch_agrees_to_nothing(room: Room) -> None:
    close(room)
    decision = put(room)
    assent(room, decision, "D1")
    assent(room, decision, "D3")
    assert leaving(room) == ()
    alone = replace(room.watch, settings=replace(room.watch.settings, delegation=()))
    assert let_out_at(room.store, alone, room.now)[0] == ()


def test_a_party_was_told_how_a_case_came_out_under_whatever_id_its_event_had_in_the_report(room: Room) -> None:
    close(room)
    case, watch = room.case(), room.watch
    table = room.assessment.incidents
    late = "o-2222222222222222222222"
    rows = [
        row | {"incident_id": incident_id(late), "members": [late, *row["members"]]}
        if row["incident_id"] == case.incident
        else row
        for row in table.to_pylist()
    ]
    (names,) = names_of_events([(case.incident, case.members)], pa.Table.from_pylist(rows, schema=table.schema))
    row = IssuedRow(
        incident_id=incident_id(late),
        number=7,
        kind="explosion",
        outcome="",
        place="",
        radius_m=None,
        time="",
        review="agreed",
    )
    issue = Publication(
        number="x/2031-05-09/public",
        revision=1,
        kind="daily",
        recipient="public",
        day_from=room.now.date(),
        day_until=room.now.date(),
        cut_off=room.now,
        rows=(row,),
    )
    party, *_ = sorted(watch.agreement.bound_ids)
    assert told_of_case(watch, case, names, [issue], party) == (issue, 7)
    assert told_at(watch, case, names, [issue]) == room.now
    elsewhere = replace(issue, rows=(replace(row, incident_id=str(rows[-1]["incident_id"])),))
    assert rows[-1]["incident_id"] not in (incident_id(late), case.incident)
    assert told_of_case(watch, case, names, [elsewhere], party) is None
