"""Road notices and windows on their way between a centre and a humanitarian instance: at once, once, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.post_boxes import Box, Clock, opened
from trucewatch.model.quorum import QuorumRule
from trucewatch.model.road_notice_state import road_stand
from trucewatch.model.times import iso_utc
from trucewatch.model.window_state import in_force
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.post_receiving import receive
from trucewatch.pipeline.post_sending import follow_up
from trucewatch.pipeline.road_notices import is_decided, recipients, send_road_notices, sent_to


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def boxes(tmp_path: Path, clock: Clock) -> Iterator[tuple[Box, Box]]:
    centre = opened(tmp_path / "centre", "centre", "centre", clock)
    instance = opened(tmp_path / "aid", "aid", "humanitarian", clock)
    centre.knows(instance)
    instance.knows(centre)
    yield centre, instance
    for box in (centre, instance):
        box.store.__exit__(None, None, None)


def notice(box: Box, **changes: Any) -> dict[str, Any]:
    usual = {
        "road": "K-12",
        "from": "Norhaven",
        "to": "Highmere",
        "districts": [box.watch.humanitarian.district[0].id if box.watch.humanitarian else ""],
        "advice": "advised_against",
        "asked_at": iso_utc(box.clock() - timedelta(minutes=12)),
        "said_at": iso_utc(box.clock()),
    }
    return usual | changes


def carry(sender: Box, to: Box) -> int:
    """Everything that waits goes over; how many messages."""
    waiting = sender.post.waiting(to.id)
    for outgoing in waiting:
        received = receive(to.post, sender.post.sealed(outgoing))
        assert not received.refused
    answer = to.post.acknowledgement(sender.id)
    if answer is not None:
        receive(sender.post, answer)
    return len(waiting)


def send(box: Box, book: AidBook | None = None, *, alone: str = "") -> int:
    return send_road_notices(box.post, book or box.book, by="p-1", alone=alone)


def test_a_notice_goes_to_each_humanitarian_post_box_once_and_stands_there(boxes: tuple[Box, Box]) -> None:
    centre, instance = boxes
    centre.book.enter("road_notice", notice(centre), by="p-1")
    assert [peer.id for peer in recipients(centre.post)] == ["aid"]
    assert (send(centre), send(centre)) == (1, 0)
    assert carry(centre, instance) == 1
    (item,) = instance.book.items("road_notice")
    stand = road_stand(item, instance.clock())
    assert stand is not None
    assert (item.code, stand.word.advice, stand.minutes) == ("centre:RN-1", "advised_against", 12)
    assert sent_to(centre.post, "RN-1") == {"aid": "acknowledged"}


def test_a_later_word_follows_and_the_instance_lapses_by_its_own_clock(boxes: tuple[Box, Box], clock: Clock) -> None:
    centre, instance = boxes
    centre.book.enter("road_notice", notice(centre), by="p-1")
    send(centre)
    later = {"advice": "awaited", "said_at": iso_utc(clock())}
    centre.book.enter("road_word", later, about="RN-1", by="p-1")
    assert follow_up(centre.post) == 1
    carry(centre, instance)
    (item,) = instance.book.items("road_notice")
    standing, lapsed = (road_stand(item, clock() + timedelta(minutes=more)) for more in (30, 61))
    assert standing is not None
    assert lapsed is not None
    assert (standing.word.advice, standing.has_lapsed, lapsed.has_lapsed) == ("awaited", False, True)


def test_what_has_no_word_since_is_not_sent_to_who_comes_later(boxes: tuple[Box, Box]) -> None:
    centre, _ = boxes
    said = centre.clock() - timedelta(hours=3)
    old = notice(centre, asked_at=iso_utc(said), said_at=iso_utc(said))
    centre.book.enter("road_notice", old, by="p-1")
    assert send(centre) == 0


def test_where_the_rule_asks_two_delegations_a_second_person_has_to_agree(boxes: tuple[Box, Box]) -> None:
    centre, _ = boxes
    strict = replace(centre.watch, settings=replace(centre.watch.settings, quorum=QuorumRule(release="each_head")))

    def book() -> AidBook:
        return AidBook(centre.store, strict, centre.clock())

    book().enter("road_notice", notice(centre), by="p-1")
    assert send(centre, book()) == 0
    agreed = {"agreed_at": iso_utc(centre.clock())}
    book().enter("road_second", agreed, about="RN-1", by="p-1")
    assert not is_decided(book().item("RN-1"), strict, alone="")
    assert is_decided(book().item("RN-1"), strict, alone="p-1")
    assert send(centre, book()) == 0
    book().enter("road_second", agreed, about="RN-1", by="p-2")
    assert send(centre, book()) == 1


def test_a_window_goes_to_the_centre_and_each_answer_comes_back(boxes: tuple[Box, Box], clock: Clock) -> None:
    centre, instance = boxes
    district = centre.watch.humanitarian.district[0].id if centre.watch.humanitarian else ""
    organisation = centre.watch.organisations[0].id
    start, end = (clock() + timedelta(hours=hours) for hours in (2, 6))
    asked = {
        "organisation": organisation,
        "districts": [district],
        "acts": ["fire"],
        "from": iso_utc(start),
        "until": iso_utc(end),
    }
    instance.book.enter("window", asked, by="p-1")
    instance.post.send_rows("centre", [instance.book.item("WN-1").last], by="p-1")
    carry(instance, centre)
    sides = tuple(centre.watch.agreement.bound_ids)
    assert len(sides) == 2
    for side in sides:
        answer = {"side": side, "answer": "agreed", "answered_at": iso_utc(clock())}
        centre.book.enter("window_answer", answer, about="aid:WN-1", by="p-2")
        assert in_force(instance.book.item("WN-1"), sides) == ()
    assert follow_up(centre.post) == 2
    carry(centre, instance)
    (piece,) = in_force(instance.book.item("WN-1"), sides)
    assert (piece.from_, piece.until, piece.districts, piece.acts) == (start, end, {district}, {"fire"})
    assert in_force(centre.book.item("aid:WN-1"), sides) == (piece,)
