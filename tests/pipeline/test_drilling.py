"""Drills: one at a time, never beside something real that waits, and over at once when something real comes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.pipeline.test_claim_entering import AT, NOW, WATCH, draft
from trucewatch.errors import StoreError
from trucewatch.model.claim_draft import ClaimRefusedError
from trucewatch.model.drill import LONG, Drill
from trucewatch.model.flash import Flash, FlashAct, FlashDraft
from trucewatch.pipeline.claim_entering import enter_claim
from trucewatch.pipeline.drilling import (
    LONGEST_LABEL,
    DrillRefusedError,
    begin_drill,
    drill_label,
    drilled,
    end_drill,
    end_for_real,
    enter_real_call,
)
from trucewatch.store import Store
from trucewatch.store.claim_records import claims_on_record
from trucewatch.store.drill_records import drill_now, drills_on_record
from trucewatch.store.flash_records import flash_act_record, flash_record

LABEL: Final = "Storage at Stonegate"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, lambda: NOW) as opened:
        yield opened


def begin(store: Store, label: str = LABEL, now: datetime = NOW) -> Drill:
    return begin_drill(store, WATCH, label, by="analyst", now=now)


def flash(number: int, drill: int = 0) -> Flash:
    return Flash(
        number=number,
        entry=-1,
        by="p-x",
        sent_at=NOW,
        queued_at=NOW,
        draft=FlashDraft(
            about=("claim:CL-1",),
            matter="fire",
            place=None,
            quarter=(AT, AT + timedelta(minutes=15)),
            reporter="not_said",
            reporter_id="",
            first_report=AT,
            asks=("stop",),
            answer_by=NOW + timedelta(minutes=30),
            drill=drill,
        ),
        to=(),
        parties=("UV", "LV"),
        texts={},
        text_hash="",
    )


def answered(number: int, to: str) -> FlashAct:
    return FlashAct(
        entry=-1, flash=number, act="acknowledged", to=to, at=NOW, via="telephone", by="p-x", recorded_at=NOW
    )


def test_a_drill_runs_until_it_is_ended_and_its_label_is_kept_apart(store: Store) -> None:
    drill = begin(store)
    assert drill_now(store) == drill
    assert drill_label(store, drill) == LABEL
    assert LABEL not in str([entry.record for entry in store.journal.entries()])
    ended = end_drill(store, WATCH, end="over", by="analyst", now=NOW + timedelta(hours=1))
    assert drill_now(store) is None
    assert (ended.end, ended.ended_at, ended.label) == ("over", NOW + timedelta(hours=1), drill.label)
    assert begin(store, "The next").number == 2
    assert [each.runs for each in drills_on_record(store)] == [False, True]


def test_a_store_opened_again_knows_the_drill_that_runs(tmp_path: Path) -> None:
    with Store(tmp_path, lambda: NOW) as store:
        drill = begin(store)
    with Store(tmp_path, lambda: NOW) as store:
        assert drill_now(store) == drill


def test_a_second_drill_is_refused_while_one_runs(store: Store) -> None:
    begin(store)
    with pytest.raises(StoreError, match="DR-1 runs already"):
        begin(store, "Another")
    assert len(drills_on_record(store)) == 1


@pytest.mark.parametrize("label", ["", "  ", "two\nlines", "bell \x07", "x" * (LONGEST_LABEL + 1)])
def test_a_label_that_cannot_stand_at_the_head_of_a_page_is_refused(store: Store, label: str) -> None:
    with pytest.raises(DrillRefusedError):
        begin(store, label)
    assert drill_now(store) is None


def test_no_drill_begins_while_a_real_message_waits_for_a_side(store: Store) -> None:
    store.commit([flash_record(flash(1))])
    with pytest.raises(StoreError, match="UM-1 is real"):
        begin(store)
    store.commit([flash_act_record(answered(1, "UV"), drill=0, simulated=False)])
    with pytest.raises(StoreError, match="UM-1 is real"):
        begin(store)
    store.commit([flash_act_record(answered(1, "LV"), drill=0, simulated=False)])
    assert begin(store).runs


def test_a_message_of_an_earlier_drill_holds_up_no_drill(store: Store) -> None:
    store.commit([flash_record(flash(1, drill=7))])
    assert begin(store).runs


def test_a_past_case_of_the_real_world_has_no_drill_and_an_invented_one_has(store: Store) -> None:
    real = replace(WATCH, settings=replace(WATCH.settings, simulated=False, watch_time=NOW))
    with pytest.raises(StoreError, match="its clock stands"):
        begin_drill(store, real, LABEL, by="analyst", now=NOW)
    invented = replace(WATCH, settings=replace(WATCH.settings, simulated=True, watch_time=NOW))
    assert begin_drill(store, invented, LABEL, by="analyst", now=NOW).runs


def test_a_clock_that_jumped_back_ends_a_drill_no_earlier_than_it_began(store: Store) -> None:
    drill = begin(store)
    ended = end_drill(store, WATCH, end="real", by="analyst", now=NOW - timedelta(days=1))
    assert ended.ended_at == drill.began_at
    assert drill_now(store) is None


def test_of_two_who_end_a_drill_at_once_one_does(store: Store) -> None:
    begin(store)
    refused: list[StoreError] = []

    def end() -> None:
        try:
            end_drill(store, WATCH, end="over", by="analyst", now=NOW)
        except StoreError as exc:
            refused.append(exc)

    enders = [threading.Thread(target=end) for _ in range(4)]
    for thread in enders:
        thread.start()
    for thread in enders:
        thread.join()
    assert len(refused) == 3
    assert sum(entry.record.get("act") == "end" for entry in store.journal.entries()) == 1


def test_a_drill_that_nobody_ends_says_so_after_half_a_day(store: Store) -> None:
    drill = begin(store)
    assert not drill.is_long(NOW + LONG - timedelta(minutes=1))
    assert drill.is_long(NOW + LONG)
    ended = end_drill(store, WATCH, end="over", by="analyst", now=NOW + LONG)
    assert not ended.is_long(NOW + 2 * LONG)


def test_a_real_call_ends_the_drill_and_stands_outside_it(store: Store) -> None:
    drill = begin(store)
    exercise = enter_claim(store, WATCH, draft("Drill: a blast.", is_drill=True), by="analyst", now=NOW)
    claim, ended = enter_real_call(store, WATCH, draft("A blast, here.", is_drill=True), by="analyst", now=NOW)
    assert not claim.is_drill
    assert ended is not None
    assert (ended.end, ended.ended_for) == ("real", claim.code)
    assert drill_now(store) is None
    assert [each.code for each in drilled(store, ended).claims] == [exercise.code]
    assert ended.number == drill.number


def test_a_real_call_that_cannot_be_entered_yet_is_no_reason_for_the_drill_to_go_on(store: Store) -> None:
    begin(store)
    with pytest.raises(ClaimRefusedError):
        enter_real_call(store, WATCH, draft("x" * 4001, is_drill=True), by="analyst", now=NOW)
    assert claims_on_record(store) == ()
    assert end_for_real(store, WATCH, by="analyst", now=NOW) is not None
    assert end_for_real(store, WATCH, by="another", now=NOW) is None
    assert drill_now(store) is None
    assert drills_on_record(store)[-1].end == "real"


def test_a_real_call_is_entered_where_somebody_else_ended_the_drill_before(store: Store) -> None:
    begin(store)
    end_drill(store, WATCH, end="real", by="another", now=NOW)
    claim, ended = enter_real_call(store, WATCH, draft("A blast.", is_drill=True), by="analyst", now=NOW)
    assert (claim.is_drill, ended) == (False, None)


def test_what_was_entered_in_a_drill_is_of_that_drill_alone(store: Store) -> None:
    first = begin(store)
    enter_claim(store, WATCH, draft("One.", is_drill=True), by="analyst", now=NOW)
    enter_claim(store, WATCH, draft("A letter came."), by="analyst", now=NOW)
    ended = end_drill(store, WATCH, end="over", by="analyst", now=NOW)
    enter_claim(store, WATCH, draft("Outside.", is_drill=True), by="analyst", now=NOW)
    second = begin(store, "Second")
    store.commit([flash_record(flash(1, drill=second.number))])
    enter_claim(store, WATCH, draft("Two.", is_drill=True), by="analyst", now=NOW)
    assert first.number == ended.number
    assert [each.code for each in drilled(store, ended).claims] == ["CL-1"]
    assert drilled(store, ended).flashes == ()
    assert [each.code for each in drilled(store, second).claims] == ["CL-4"]
    assert [each.code for each in drilled(store, second).flashes] == ["UM-1"]
