"""The retention clock: content goes at its hour, by its rule; records and totals stay; no file holds what went, a copy
says when it has to forget, and a store that is put back forgets before it is served."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import copy_of
from tests.desks.requesting.samples import REQUEST
from tests.pipeline.post_boxes import BLANKETS, MOVEMENT, ROUTE, Box, Clock, opened
from tests.pipeline.test_command_line import call
from tests.server.conftest import client_of, now
from trucewatch.desks import find, indexes
from trucewatch.model.aid_keeping import KEEP_DAYS, KEEP_UNTIL, KEEPING_RULES, LAPSE
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_retention import clock_of, due, lapse, next_due
from trucewatch.pipeline.post_receiving import receive
from trucewatch.server.aid_clock import let_lapse_hourly
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.store.aid_records import ENTRY
from trucewatch.store.backups import MARKER, back_up
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.watch import load_watch

WARM = REQUEST | {"what": "quilted ones as bales"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def box(tmp_path: Path, clock: Clock) -> Iterator[Box]:
    made = opened(tmp_path / "valleys-aid", "valleys-aid", "humanitarian", clock)
    yield made
    made.store.__exit__(None, None, None)


def holds(folder: Path, words: str) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


def test_content_goes_after_its_days_and_the_totals_stay(box: Box, clock: Clock) -> None:
    box.book.enter("request", BLANKETS, by="p-1")
    before = box.book.item("RQ-1").last
    assert not due(box.store, box.watch, clock())
    clock.pass_by(days=89)
    assert not lapse(box.store, box.watch, clock())
    assert holds(box.store.root, BLANKETS["what"])
    clock.pass_by(days=400)
    (gone,) = lapse(box.store, box.watch, clock())
    assert (gone.rule, gone.code, gone.table) == (KEEP_DAYS, "RQ-1", "request")
    item = box.book.item("RQ-1")
    assert item.row is None
    assert item.last.totals == before.totals
    assert item.last.known_at == before.known_at
    assert not holds(box.store.root, BLANKETS["what"])
    assert not lapse(box.store, box.watch, clock()), "once is enough"


def test_the_ledger_says_erased_when_and_by_which_rule_and_by_nobody(box: Box, clock: Clock) -> None:
    box.book.enter("request", BLANKETS, by="p-1")
    clock.pass_by(days=500)
    lapse(box.store, box.watch, clock())
    (erasure,) = entries_of_kind(box.store, "trucewatch/erasure/1")
    assert erasure.record["reason_code"] == KEEP_DAYS
    assert erasure.record["reason"] == str(KEEPING_RULES[KEEP_DAYS])
    assert erasure.record["ordered_by"] == ""
    assert erasure.record["recorded_at"].startswith(f"{clock():%Y-%m-%d}")
    assert [entry.record["code"] for entry in entries_of_kind(box.store, ENTRY)] == ["RQ-1"]


def test_every_version_of_an_item_its_steps_and_reasons_go_with_its_last_version(box: Box, clock: Clock) -> None:
    box.book.enter("request", BLANKETS, by="p-1")
    clock.pass_by(days=60)
    changed = BLANKETS | {"what": "cold ones"}
    box.book.correct("RQ-1", 1, changed, reason="others came by the mill", by="p-1")
    clock.pass_by(days=60)
    assert not due(box.store, box.watch, clock()), "counted from the last word on it"
    clock.pass_by(days=31 + 400)
    lapse(box.store, box.watch, clock())
    for words in (BLANKETS["what"], "cold ones", "others came by the mill"):
        assert not holds(box.store.root, words)


def test_a_route_lapses_72_hours_after_the_end_of_the_movement(box: Box, clock: Clock) -> None:
    ways = {"itself": list(box.watch.agreement.bound_ids)}
    box.book.enter("movement", MOVEMENT | ways, by="p-1")
    end = datetime(2031, 5, 7, 12, tzinfo=UTC)
    clock.now = end + timedelta(hours=71, minutes=59)
    assert not lapse(box.store, box.watch, clock())
    assert box.book.items("movement")[0].row is not None
    clock.now = end + timedelta(hours=72)
    gone = lapse(box.store, box.watch, clock())
    assert {each.rule for each in gone} == {LAPSE}
    assert not holds(box.store.root, ROUTE)
    (item,) = box.book.items("movement")
    assert item.last.totals == {"movements": 1, "vehicles": 3, "staff": 7}


def test_what_came_goes_when_its_sender_said_and_what_was_sent_too(tmp_path: Path, box: Box, clock: Clock) -> None:
    other = opened(tmp_path / "other", "other", "humanitarian", clock)
    box.knows(other)
    other.knows(box)
    box.book.enter("request", BLANKETS, by="p-1")
    box.post.send_rows(other.id, [box.book.item("RQ-1").last], by="p-1")
    (content,) = [box.post.sealed(outgoing) for outgoing in box.post.waiting(other.id)]
    receive(other.post, content)
    until = box.post.outgoing()[0].envelope.keep_until
    clock.now = until - timedelta(seconds=1)
    assert not [each for each in due(other.store, other.watch, clock()) if each.rule == KEEP_UNTIL]
    clock.now = until
    assert {each.rule for each in lapse(other.store, other.watch, clock())} <= {KEEP_UNTIL, KEEP_DAYS}
    lapse(box.store, box.watch, clock())
    assert other.book.item("valleys-aid:RQ-1").row is None
    for store in (other.store, box.store):
        assert not holds(store.root, BLANKETS["what"])
    other.store.__exit__(None, None, None)


def test_a_copy_says_when_it_has_to_forget(tmp_path: Path, box: Box, clock: Clock) -> None:
    box.book.enter("request", BLANKETS, by="p-1")
    lapse(box.store, box.watch, clock())
    first = min(each.at for each in clock_of(box.store, box.watch))
    assert next_due(box.store) == first
    box.store.publish()
    copy = back_up(box.store.root.parent, tmp_path / "copies", now=clock())
    marker = json.loads((copy.path / MARKER).read_text())
    assert datetime.fromisoformat(marker["forget_by"]) == first
    assert first > clock()


def test_a_copy_that_is_put_back_forgets_before_its_first_page_is_served(tmp_path: Path) -> None:
    folder = copy_of("two-valleys-aid", tmp_path)
    with Store(folder, now, desks=indexes()) as store:
        AidBook(store, load_watch(folder), now()).enter("request", WARM, by="p-1")
        lapse(store, load_watch(folder), now())
        store.publish()
    copy = back_up(folder, tmp_path / "copies", now=now()).path
    assert holds(copy, WARM["what"]), "a copy is not reached by the clock"
    settings = copy / "watch.toml"
    settings.write_text(settings.read_text("utf-8").replace("watch_time = 2031", "watch_time = 2033"), "utf-8")
    with Store(copy, now, desks=indexes()) as store:
        console = Console(store, copy, now, find())
        let_lapse_hourly(console)  # what is called before a console listens
        page = client_of(console).get("/requests/RQ-1").text
        console.close()
    assert WARM["what"] not in page
    assert "Its content is gone" in page
    assert not holds(copy, WARM["what"])


def test_the_command_says_what_is_due_and_lets_it_go_only_with_do(tmp_path: Path) -> None:
    folder = copy_of("two-valleys-aid", tmp_path)
    began = datetime(2024, 5, 4, tzinfo=UTC)
    with Store(folder, lambda: began) as store:
        AidBook(store, load_watch(folder), began).enter("request", WARM, by="p-1")
    for words in ([], ["--json"]):
        code, text = call("retention", str(folder), *words)
        assert code == 0
        assert "RQ-1" in text
    assert holds(folder / ".trucewatch", WARM["what"]), "nothing was done"
    code, text = call("retention", str(folder), "--do", "--json")
    assert code == 0
    assert json.loads(text)["done"]
    assert [each["rule"] for each in json.loads(text)["due"]] == [KEEP_DAYS]
    assert not holds(folder / ".trucewatch", WARM["what"])
    assert "Due to go: 0" in call("retention", str(folder))[1]


def test_a_watch_in_which_nothing_goes_by_itself_writes_nothing(box: Box, clock: Clock) -> None:
    before = len(box.store.journal)
    assert lapse(box.store, box.watch, clock()) == ()
    assert next_due(box.store) is None
    assert len(box.store.journal) == before


def test_what_is_removed_is_overwritten_first(box: Box) -> None:
    box.book.enter("request", BLANKETS, by="p-1")
    (record,) = [entry.record for entry in entries_of_kind(box.store, ENTRY)]
    path = box.store.root / "private" / "words" / f"{record['content']}.json"
    size = path.stat().st_size
    other_name = path.with_suffix(".kept")
    os.link(path, other_name)
    box.store.words.forget([record["content"]])
    assert not path.exists()
    assert other_name.read_bytes() == bytes(size), "the same place of the disk under another name"
