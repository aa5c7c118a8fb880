"""What the acts of a review enter is what the inspector, which shares no code with them, takes for whole."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tests.ledger.small_log import run
from tests.reviews_on_record import CONCUR, NOW, Room, head_of, officer_of, room_in
from trucewatch.errors import StoreError
from trucewatch.model.roles import Role
from trucewatch.pipeline import assess
from trucewatch.store import Store


def test_a_review_with_a_dissent_and_a_revised_position_is_whole_for_the_inspector(tmp_path: Path) -> None:
    first, second = officer_of("D1"), officer_of("D2")
    with room_in(tmp_path / "watch") as room:
        room.enrol(first, second)
        room.put()
        sealed = room.commit(first), room.commit(second, answers=CONCUR | {"what": "dissent"})
        room.open(sealed[0], first)
        room.open(sealed[1], second)
        room.give(second, reasons={"what": "we looked again"})
        room.say_done(first)
        room.say_done(second)
        assert room.case().state == "agreed"
    code, document = run(tmp_path / "watch", now=10**11)
    assert (code, document["problems"]) == (0, [])
    assert any("3 positions of delegations were compared" in remark for remark in document["remarks"])


def test_every_way_in_which_a_blind_step_ends_is_whole_for_the_inspector(tmp_path: Path) -> None:
    """All are in; one gives none, or gives it after all; the clock runs out, also by the second; a later officer; a
    line that is down; *who* with a rule of its own; a finding put anew; a delegation that leaves."""
    a, b = officer_of("D1"), officer_of("D2")
    second, head = officer_of("D1", 1), head_of("D2")
    with room_in(tmp_path / "watch") as room:
        room.enrol(a, b, second, head, head_of("D1"))
        room.put(0, 1)
        codes = ["R-1", "R-2"]
        sealed = [room.commit(hand, "R-1") for hand in (a, second, b)]
        for hand, position in zip((a, second, b), sealed, strict=True):
            room.open(position, hand)
        assert room.case().state == "agreed"

        room.withhold(b, "R-2")  # gives none, and then one all the same
        late = room.commit(b, "R-2", answers=CONCUR | {"what": "dissent"})
        room.pass_hours(23.9)
        room.commit(a, "R-2")
        room.open(late, b, "R-2")
        room.open(room.unseal(room.case("R-2"), a)[0], a, "R-2")
        room.say_done(a, "R-2")
        room.give(a, "R-2", reasons={"what": "we looked again"})
        room.give(head, "R-2", answers=CONCUR | {"happened": "dissent"})
        room.say_done(b, "R-2")
        room.say_done(a, "R-2")
        assert room.case("R-2").outcome is not None

        for hours in (0.00041, 1.00041):  # the clock ends between two seconds
            room.with_rule(hours=hours)
            room.change_list(0, kind=f"another {hours}")
            (entry,) = room.reopen_late()
            codes.append(code := f"R-{entry.record['number']}")
            position = room.commit(a, code)
            room.pass_hours(hours)
            room.open(position, a, code)
            room.give(b, code)
            room.pass_hours(200)
            room.close_due()

        room.with_rule(each=2, hours=24)
        room.change_list(0, kind="a third")
        (entry,) = room.reopen_late()
        codes.append(code := f"R-{entry.record['number']}")
        pair = [(hand, room.commit(hand, code)) for hand in (a, second, b, head)]
        for hand, position in pair:
            room.open(position, hand, code)
        assert room.case(code).state == "agreed"
        who = f"R-{room.put_who(head_of('D1'), code).record['number']}"
        named = [(hand, room.commit(hand, who, answers={"who": "none"})) for hand in (head_of("D1"), head)]
        for hand, position in named:
            room.open(position, hand, who)
        assert room.case(who).state == "agreed"

        room.change_list(0, kind="a fourth")
        (entry,) = room.reopen_late()
        room.commit(a, f"R-{entry.record['number']}")
        room.leave("D2")
        assert all(case.outcome for case in room.book.cases())
    code_, document = run(tmp_path / "watch", now=10**11)
    assert (code_, document["problems"]) == (0, [])


def test_whatever_withholds_where_too_few_sealed_is_whole_for_the_inspector(tmp_path: Path) -> None:
    """Two of each sign, and one does; officers sign, and a head does; first withheld, and then sealed."""
    a, b, head = officer_of("D1"), officer_of("D2"), head_of("D2")
    with room_in(tmp_path / "watch") as room:
        room.enrol(a, b, head)
        room.with_rule(each=2)
        room.put(0)
        room.withhold(a, "R-1")
        room.commit(a, "R-1")
        room.commit(b, "R-1")
        room.with_rule(each=1, signers=(Role.OFFICER,), head_decides=True)
        room.put(1)
        room.commit(head, "R-2")
        for hand, code in ((a, "R-1"), (b, "R-1"), (b, "R-2"), (a, "R-2"), (a, "R-2")):
            with suppress(StoreError):
                room.withhold(hand, code)
        assert room.case("R-2").standings == {"D1": "withheld", "D2": "awaited"}
    code_, document = run(tmp_path / "watch", now=10**11)
    assert (code_, document["problems"]) == (0, [])


def test_a_review_goes_on_after_a_ledger_was_lost_and_is_whole_for_the_inspector(tmp_path: Path) -> None:
    """What stood in the lost one cannot be ordered any more; keys go on, and what is put anew is compared."""
    folder, hands = tmp_path / "watch", (officer_of("D1"), officer_of("D2"))
    with room_in(folder) as room:
        room.enrol(*hands)
        room.put(0, 1)
        for hand, position in [(hand, room.commit(hand)) for hand in hands]:
            room.open(position, hand)
        room.store.publish()
    journal = folder / ".trucewatch/ledger/journal"
    journal.write_bytes(journal.read_bytes()[:-10])
    for path in (folder / ".trucewatch/ledger/tile/entries").rglob("*"):
        if path.is_file():
            path.write_bytes(b"")
    with Store(folder, lambda: NOW, accept_loss=True) as store:
        assert "Tell every witness" in " ".join(store.recovered)
        entry_of_list = assess(store, folder, now=NOW).list_entry
        room = Room(folder=folder, store=store, assessment=replace(room.assessment, list_entry=entry_of_list))
        for hand, position in [(hand, room.commit(hand, "R-2")) for hand in hands]:
            room.open(position, hand, "R-2")
        room.change_list(0, kind="another")
        (entry,) = room.reopen_late()
        for hand, position in [(hand, room.commit(hand, "R-3")) for hand in hands]:
            room.open(position, hand, "R-3")
        assert (entry.record["before"], room.case("R-3").state) == ("R-1", "agreed")
    code, document = run(folder, now=10**11)
    assert (code, document["problems"]) == (0, [])
    assert any("entered again after a ledger was lost" in remark for remark in document["remarks"])
