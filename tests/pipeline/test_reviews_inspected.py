"""What the acts of a review enter is what the inspector, which shares no code with them, takes for whole."""

from __future__ import annotations

from pathlib import Path

from tests.ledger.small_log import run
from tests.reviews_on_record import CONCUR, officer_of, room_in


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
