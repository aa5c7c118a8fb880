"""Messages between two instances: none is lost, none doubled, their order stays; and what is for another, changed, of a
key that is not in force or of what is never kept leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.pipeline.post_boxes import BLANKETS, ON_FILE, Box, Clock, opened
from trucewatch.errors import StoreError
from trucewatch.model.sealed_message import SealedMessageError
from trucewatch.pipeline.aid_retention import lapse
from trucewatch.pipeline.post import KEY
from trucewatch.pipeline.post_receiving import receive
from trucewatch.pipeline.post_rows import outgoing_rows
from trucewatch.store.post_peers import post_peer, revoke_peer_key
from trucewatch.store.post_records import RECEIVED, SENT, post_book


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def boxes(tmp_path: Path, clock: Clock) -> Iterator[tuple[Box, Box]]:
    one, other = (opened(tmp_path / name, name, "humanitarian", clock) for name in ("valleys-aid", "hills-aid"))
    one.knows(other)
    other.knows(one)
    yield one, other
    for box in (one, other):
        box.store.__exit__(None, None, None)


def send(box: Box, to: Box, count: int = 1) -> list[bytes]:
    """Requests entered and queued; the sealed messages that wait."""
    for _ in range(count):
        box.book.enter("request", BLANKETS, by="p-1")
        entry = box.book.items("request")[-1].last
        box.post.send_rows(to.id, [entry], by="p-1")
    return [box.post.sealed(outgoing) for outgoing in box.post.waiting(to.id)]


def entries(box: Box, schema: str) -> list[str]:
    return [
        entry.record["message_sha256"]
        for entry in box.store.journal.entries()
        if entry.record["schema"] == schema and entry.record["kind"] == "rows"
    ]


def rule_of(box: Box, content: bytes) -> str:
    """The rule by which it is refused, with nothing entered for it."""
    before = len(box.store.journal)
    with pytest.raises(SealedMessageError) as refused:
        receive(box.post, content)
    assert len(box.store.journal) == before
    return refused.value.rule


def test_a_row_that_was_sent_stands_in_the_other_book_under_its_origin(boxes: tuple[Box, Box]) -> None:
    one, other = boxes
    (content,) = send(one, other)
    received = receive(other.post, content)
    assert (received.state, received.numbers) == ("kept", (1,))
    item = other.book.item("valleys-aid:RQ-1")
    assert item.row.what == BLANKETS["what"]
    assert item.origin == "valleys-aid"
    assert entries(one, SENT) == entries(other, RECEIVED) != []


def test_an_acknowledgement_ends_the_waiting_and_a_second_one_enters_nothing(boxes: tuple[Box, Box]) -> None:
    one, other = boxes
    (content,) = send(one, other)
    answer = receive(other.post, content).answer
    assert answer is not None
    assert len(one.post.waiting(other.id)) == 1
    receive(one.post, answer)
    assert one.post.waiting(other.id) == []
    before = len(one.store.journal)
    receive(one.post, answer)
    assert len(one.store.journal) == before


def test_a_message_that_comes_twice_is_answered_twice_and_kept_once(boxes: tuple[Box, Box]) -> None:
    one, other = boxes
    (content,) = send(one, other)
    assert [receive(other.post, content).state for _ in range(3)] == ["kept", "doubled", "doubled"]
    assert len(entries(other, RECEIVED)) == 1
    assert receive(other.post, content).answer is not None


def test_what_comes_before_its_turn_waits_for_it(boxes: tuple[Box, Box]) -> None:
    one, other = boxes
    contents = send(one, other, 4)
    assert [receive(other.post, contents[number]).state for number in (3, 1, 2)] == ["held"] * 3
    assert other.book.items("request") == ()
    assert receive(other.post, contents[0]).numbers == (1, 2, 3, 4)
    assert [item.number for item in other.book.items("request")] == [1, 2, 3, 4]
    assert entries(one, SENT) == entries(other, RECEIVED)


@pytest.mark.parametrize("at", [0, 40, 100, 180, -1])
def test_a_message_with_one_bit_turned_is_refused(boxes: tuple[Box, Box], at: int) -> None:
    one, other = boxes
    (content,) = send(one, other)
    changed = bytearray(content)
    changed[at] ^= 1
    assert rule_of(other, bytes(changed)) in ("age", "receiver")


def test_a_message_that_is_cut_is_refused(boxes: tuple[Box, Box]) -> None:
    one, other = boxes
    (content,) = send(one, other)
    for length in (0, 20, len(content) // 2, len(content) - 1):
        assert rule_of(other, content[:length]) == "age"


def test_a_message_sealed_for_another_does_not_open(boxes: tuple[Box, Box], tmp_path: Path, clock: Clock) -> None:
    one, other = boxes
    third = opened(tmp_path / "third", "third", "centre", clock)
    third.post.own_key()
    (content,) = send(one, other)
    assert rule_of(third, content) == "receiver"
    third.store.__exit__(None, None, None)


def test_a_message_of_a_revoked_key_is_refused(boxes: tuple[Box, Box]) -> None:
    one, other = boxes
    (content,) = send(one, other)
    (signs,) = post_peer(other.store, one.id).keys
    revoke_peer_key(other.store, one.id, signs, by="p-1")
    assert rule_of(other, content) == "revoked"


def test_a_message_of_nobody_known_is_refused(boxes: tuple[Box, Box], tmp_path: Path, clock: Clock) -> None:
    _, other = boxes
    stranger = opened(tmp_path / "stranger", "stranger", "humanitarian", clock)
    stranger.knows(other)
    (content,) = send(stranger, other)
    assert rule_of(other, content) == "peer"
    other.knows(stranger, confirmed=False)
    assert rule_of(other, content) == "unconfirmed"
    stranger.store.__exit__(None, None, None)


def test_nothing_is_sent_before_the_digits_are_compared(boxes: tuple[Box, Box], tmp_path: Path, clock: Clock) -> None:
    one, _ = boxes
    third = opened(tmp_path / "third", "third", "humanitarian", clock)
    one.knows(third, confirmed=False)
    with pytest.raises(StoreError, match="digits"):
        send(one, third)
    third.store.__exit__(None, None, None)


def test_two_messages_under_one_number_are_both_named_and_the_second_is_not_kept(
    boxes: tuple[Box, Box], tmp_path: Path, clock: Clock
) -> None:
    one, other = boxes
    copy = opened(tmp_path / "copy", one.id, "humanitarian", clock)
    private = one.store.root / "private" / "post-keys.json"
    (copy.store.root / "private").mkdir(exist_ok=True)
    (copy.store.root / "private" / "post-keys.json").write_bytes(private.read_bytes())
    copy.knows(other)
    (content,), (forked,) = send(one, other), send(copy, other)
    receive(other.post, content)
    for _ in range(2):
        with pytest.raises(SealedMessageError, match="two messages under number 1") as refused:
            receive(other.post, forked)
        assert refused.value.rule == "forked"
    assert len(entries(other, RECEIVED)) == 1
    steps = [
        entry.record["act"] for entry in other.store.journal.entries() if entry.record["schema"].endswith("step/1")
    ]
    assert steps == ["forked"]
    copy.store.__exit__(None, None, None)


def test_what_is_past_its_time_is_erased_on_both_sides_and_the_hashes_stay(
    boxes: tuple[Box, Box], clock: Clock
) -> None:
    one, other = boxes
    (content,) = send(one, other)
    receive(other.post, content)
    clock.pass_by(days=91)
    for box in (one, other):
        assert lapse(box.store, box.watch, clock())
    assert other.book.item("valleys-aid:RQ-1").row is None
    assert entries(one, SENT) == entries(other, RECEIVED) != []
    needle = BLANKETS["what"].encode()
    assert not any(needle in path.read_bytes() for path in other.store.root.rglob("*") if path.is_file())


def test_a_message_that_expired_on_the_way_lets_the_next_ones_pass(boxes: tuple[Box, Box], clock: Clock) -> None:
    one, other = boxes
    send(one, other)
    clock.pass_by(days=91)
    lapse(one.store, one.watch, clock())
    contents = send(one, other)
    assert len(contents) == 2
    assert [receive(other.post, content).state for content in contents] == ["kept", "kept"]
    assert [item.code for item in other.book.items("request")] == ["valleys-aid:RQ-2"]
    assert entries(one, SENT) == entries(other, RECEIVED)


def test_what_is_sent_may_be_kept_as_long_as_the_watch_itself_keeps_it(boxes: tuple[Box, Box], clock: Clock) -> None:
    one, other = boxes
    one.on_file = replace(ON_FILE, keep_days={"request": 10, "window": 5})
    send(one, other)
    asked = {"organisation": "aid-a", "districts": ["north"], "acts": ["fire"]}
    hours = {"from": "2031-05-07T06:00:00Z", "until": "2031-05-07T12:00:00Z"}
    one.book.enter("window", asked | hours, by="p-1")
    one.post.send_rows(other.id, [one.book.items("window")[0].last], by="p-1")
    window, request = (each.envelope.keep_until for each in one.post.outgoing())
    assert request == clock() + timedelta(days=10)
    assert window == datetime(2031, 5, 7, 12, tzinfo=UTC) + timedelta(days=5), "from when it is over"


def test_keys_that_were_replaced_are_dropped_when_nothing_sealed_for_them_is_on_its_way(
    boxes: tuple[Box, Box], clock: Clock
) -> None:
    one, other = boxes
    send(one, other)
    before = one.post.own_key().signs
    clock.pass_by(minutes=1)
    one.post.replace_keys(by="p-1")
    clock.pass_by(days=89)
    lapse(one.store, one.watch, clock())
    assert before in [key.signs for key in one.post.keys.all()]
    clock.pass_by(days=1)
    for _ in range(2):
        lapse(one.store, one.watch, clock())
    assert before not in [key.signs for key in one.post.keys.all()]
    assert one.post.keys.in_force is not None
    acts = [each.record["act"] for each in one.store.journal.entries() if each.record["schema"] == KEY]
    assert acts == ["made", "replaced", "dropped"]


def test_a_table_that_does_not_travel_there_is_refused_before_it_is_sent(
    boxes: tuple[Box, Box], tmp_path: Path, clock: Clock
) -> None:
    one, _ = boxes
    centre = opened(tmp_path / "centre", "centre", "centre", clock)
    one.knows(centre)
    with pytest.raises(StoreError, match="does not go"):
        send(one, centre)
    assert post_book(one.store).of("centre").outgoing == {}
    centre.store.__exit__(None, None, None)


def test_what_is_never_kept_is_refused_at_the_other_end_too_and_the_next_ones_pass(boxes: tuple[Box, Box]) -> None:
    one, other = boxes
    one.book.enter("request", BLANKETS, by="p-1")
    (row,) = outgoing_rows([one.book.items("request")[-1].last], here=one.id, to=other.id, kind="humanitarian")
    planted = "Anna Sample, born 1961-04-02, passport AB1234567"
    spoilt = {**row, "content": row["content"].replace("warm ones for a tent camp", planted)}
    one.post.send_written(other.id, [spoilt], by="p-1")
    refused, content = send(one, other)
    received = receive(other.post, refused)
    assert received.state == "refused"
    assert received.answer is not None
    receive(one.post, received.answer)
    (message,) = [each for each in one.post.outgoing() if each.state == "refused"]
    assert message.envelope.number == 1
    assert receive(other.post, refused).state == "doubled"
    assert receive(other.post, content).state == "kept"
    kinds = [entry.record["schema"] for entry in other.store.journal.entries()]
    assert kinds.count("trucewatch/aid-refusal/1") == 1
    files = [path for path in other.store.root.rglob("*") if path.is_file()]
    assert files
    for word in ("Sample", "1961-04-02", "AB1234567", message.envelope.sha256, message.envelope.body_sha256):
        assert not any(word.encode() in path.read_bytes() for path in files)
