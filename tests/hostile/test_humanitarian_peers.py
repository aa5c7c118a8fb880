"""A peer that lies, or whose key was taken: it speaks of its own items and of those that it was sent, and what it says
stands there as a row of its table or not at all."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.post_boxes import BLANKETS, Box, Clock, opened
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.ids import short_id
from trucewatch.pipeline.aid_document import aid_document
from trucewatch.pipeline.aid_retention import lapse
from trucewatch.pipeline.post_receiving import receive
from trucewatch.pipeline.post_rows import may_travel
from trucewatch.store.aid_refusals import MOST_OF_NOBODY, record_refusal
from trucewatch.store.post_peers import add_peer

WINDOW: dict[str, Any] = {
    "organisation": "aid-a",
    "districts": ["north"],
    "acts": ["fire"],
    "from": "2031-05-05T06:00:00Z",
    "until": "2031-05-05T10:00:00Z",
}
AGREED: dict[str, Any] = {"side": "NI", "answer": "agreed", "answered_at": "2031-05-04T01:00:00Z"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def boxes(tmp_path: Path, clock: Clock) -> Iterator[tuple[Box, Box]]:
    """An instance, and a peer of it that lies."""
    here, liar = (opened(tmp_path / name, name, "humanitarian", clock) for name in ("here", "liar"))
    here.knows(liar)
    liar.knows(here)
    yield here, liar
    for box in (here, liar):
        box.store.__exit__(None, None, None)


def row_of(table: str, code: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A row as a message says it, written by hand."""
    return {
        "table": table,
        "entry": short_id("a", secrets.token_hex(8)),
        "code": code,
        "about": code if TABLES[table].is_step else "",
        "version": 1,
        "content": json.dumps(content),
        "known_at": "2031-05-04T01:00:00Z",
        **more,
    }


def told(liar: Box, here: Box, *rows: dict[str, Any]) -> str:
    """The rule by which a message with these rows is refused; "" where it is kept."""
    keep_until = liar.clock() + timedelta(days=90)
    liar.post.send_written(here.id, list(rows), by="p-1", keep_until=keep_until)
    return receive(here.post, liar.post.sealed(liar.post.waiting(here.id)[-1])).refused


def test_a_step_is_about_an_item_that_was_sent_to_the_peer_which_says_it(boxes: tuple[Box, Box]) -> None:
    here, liar = boxes
    here.book.enter("request", BLANKETS, by="p-1")
    promise = row_of("promise", "here:RQ-1", {"organisation": "aid-b", "quantity": 300, "by": "2031-05-06"})
    assert told(liar, here, promise) == "address"
    assert here.book.item("RQ-1").steps == ()
    here.post.send_rows(liar.id, [here.book.item("RQ-1").last], by="p-1")
    assert told(liar, here, {**promise, "entry": short_id("a", "again")}) == ""
    assert [step.origin for step in here.book.item("RQ-1").steps] == ["liar"]


@pytest.mark.parametrize("table", [name for name, table in TABLES.items() if table.is_step and not table.travels])
@pytest.mark.parametrize("is_answer", [True, False])
def test_a_step_goes_nowhere_unless_its_table_says_so_whatever_it_is_about(table: str, is_answer: bool) -> None:
    """As who is said to impose a constraint, whose constraint goes to the centre; or a side's own hand."""
    for kind in ("centre", "humanitarian", "organisation"):
        assert not may_travel(TABLES[table], kind, is_answer=is_answer)


def test_no_peer_confirms_or_closes_for_who_asked(boxes: tuple[Box, Box]) -> None:
    here, liar = boxes
    here.book.enter("request", BLANKETS, by="p-1")
    here.post.send_rows(liar.id, [here.book.item("RQ-1").last], by="p-1")
    for table in ("receipt", "closing"):
        content = {"organisation": "aid-a", "day": "2031-05-04"} | ({"quantity": 300} if table == "receipt" else {})
        assert told(liar, here, row_of(table, "here:RQ-1", content)) == "table"
    assert here.book.item("RQ-1").steps == ()


def test_an_organisation_speaks_for_no_side(boxes: tuple[Box, Box]) -> None:
    here, liar = boxes
    answer = row_of("window_answer", "liar:WN-1", AGREED)
    assert told(liar, here, row_of("window", "liar:WN-1", WINDOW)) == ""
    assert told(liar, here, answer) == "", "an instance hears sides"
    card = replace(liar.post.card(), kind="organisation")
    add_peer(here.store, card, own_id="here", by="p-1")
    assert told(liar, here, {**answer, "entry": short_id("a", "again")}) == "address"


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("window", "until", "9999-12-31T23:59:59Z"),
        ("window", "from", "0001-01-01T00:00:00Z"),
        ("window", "outline", [[46.1, 39.1]]),
        ("window", "outline", [[1e308, -1e308], [0, 0], [0, 1]]),
        ("window", "outline", [[0, 0], [1, 1], [0, 1], [1, 0]]),
        ("window", "outline", [[0, 0]] * 9000),
        ("window", "districts", ["Somebody Something, 3rd house"]),
        ("window", "organisation", "<script>"),
        ("window", "work", "not a code"),
        ("request", "by", "9999-12-31"),
        ("request", "quantity", -5),
        ("request", "quantity", 2**62),
        ("request", "what", "x" * 201),
    ],
)
def test_a_row_that_no_form_would_take_is_not_taken_from_a_peer(
    boxes: tuple[Box, Box], table: str, key: str, value: Any
) -> None:
    """One moment at the end of all days stopped every page and the clock of retention."""
    here, liar = boxes
    sound = WINDOW if table == "window" else BLANKETS | {"quantity": 300}
    code = f"liar:{TABLES[table].prefix}-1"
    if value != 2**62:  # which no message holds
        assert told(liar, here, row_of(table, code, sound | {key: value})) == "form"
    assert told(liar, here, row_of(table, code, sound)) == "", "the next one passes"
    lapse(here.store, here.watch, here.clock())
    assert aid_document(here.book, here.book.items(table))["items"]


def test_no_peer_keeps_something_here_for_longer_than_this_watch_keeps_it(boxes: tuple[Box, Box], clock: Clock) -> None:
    here, liar = boxes
    liar.post.send_written(
        here.id,
        [row_of("request", "liar:RQ-1", BLANKETS | {"quantity": 300, "by": "2190-01-01"})],
        by="p-1",
        keep_until=datetime(3000, 1, 1, tzinfo=UTC),
    )
    receive(here.post, liar.post.sealed(liar.post.waiting(here.id)[-1]))
    clock.pass_by(days=800)
    lapse(here.store, here.watch, clock())
    assert here.book.item("liar:RQ-1").row is None


def test_a_copy_of_the_ledger_counts_nobody(boxes: tuple[Box, Box], clock: Clock) -> None:
    """Who has a copy reads what was entered, when and by which organisation, and no number of people."""
    here, liar = boxes
    visit = {"organisation": "aid-a", "district": "north", "day": "2031-05-06", "people": "4"}
    here.book.enter("visit", visit, by="p-1")
    assert told(liar, here, row_of("request", "liar:RQ-1", BLANKETS | {"quantity": 7})) == ""
    records = [entry.record for entry in here.store.journal.entries() if "aid-entry" in entry.record["schema"]]
    received = [row for entry in here.store.journal.entries() for row in entry.record.get("rows", ())]
    assert records
    assert received
    assert all(str(each["totals"]).startswith("w-") for each in (*records, *received))
    clock.pass_by(days=800)
    lapse(here.store, here.watch, clock())
    assert here.book.item("VS-1").row is None
    assert here.book.item("VS-1").last.totals == {"people": 4}
    assert here.book.item("liar:RQ-1").last.totals == {"quantity": 7}


def test_what_waits_sealed_for_a_message_before_it_goes_at_its_time_too(boxes: tuple[Box, Box], clock: Clock) -> None:
    here, liar = boxes
    for number in (1, 2, 3):
        row = row_of("request", f"liar:RQ-{number}", BLANKETS | {"quantity": 7})
        liar.post.send_written(here.id, [row], by="p-1", keep_until=clock() + timedelta(days=2 if number == 2 else 60))
    second, third = (liar.post.sealed(each) for each in liar.post.waiting(here.id)[1:])
    assert [receive(here.post, content).state for content in (second, third)] == ["held", "held"]
    clock.pass_by(days=3)
    lapse(here.store, here.watch, clock())
    held = sorted(path.name for path in (here.store.root / "private" / "post-held").rglob("*.held"))
    assert held == ["3.held"]
    clock.pass_by(days=90)
    lapse(here.store, here.watch, clock())
    assert not list((here.store.root / "private" / "post-held").rglob("*.held"))


def test_what_was_erased_goes_again_where_a_copy_of_the_private_folder_is_put_back(
    tmp_path: Path, clock: Clock
) -> None:
    here = opened(tmp_path / "here", "here", "humanitarian", clock)
    here.book.enter("request", BLANKETS, by="p-1")
    content = here.book.item("RQ-1").last.content
    path = here.store.root / "private" / "words" / f"{content}.json"
    before = path.read_bytes()
    clock.pass_by(days=800)
    lapse(here.store, here.watch, clock())
    here.store.__exit__(None, None, None)
    assert not path.exists()
    path.write_bytes(before)
    again = opened(tmp_path / "here", "here", "humanitarian", clock)
    assert not path.exists()
    assert again.book.item("RQ-1").row is None
    again.store.__exit__(None, None, None)


def test_nobody_fills_the_ledger_with_what_is_refused(boxes: tuple[Box, Box], clock: Clock) -> None:
    here, _ = boxes
    before = len(here.store.journal)
    for number in range(200):
        record_refusal(here.store, door="form", rules=("birth", "contact")[number % 2 :], at=clock())
        clock.pass_by(seconds=7)
    assert 2 <= len(here.store.journal) - before <= MOST_OF_NOBODY
