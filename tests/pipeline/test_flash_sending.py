"""Sending an urgent message: once, the text that was seen, in one second to all; and what follows it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.urgent_drafts import NOW, RESIDENT, SAYS, WATCH, by_telephone, claim, later, rule_of
from trucewatch.errors import StoreError
from trucewatch.model.drill import Drill
from trucewatch.model.flash import Flash, FlashDraft, FlashRule
from trucewatch.model.flash_refused import FlashActError, FlashRefusedError, FlashSentError, FlashTwiceError
from trucewatch.pipeline.claim_entering import take_back_claim
from trucewatch.pipeline.flash_acts import acknowledge, close_flash, reopen_flash, undo_act
from trucewatch.pipeline.flash_drafting import draft_for
from trucewatch.pipeline.flash_sending import end_drill_flashes, send_flash, who_to_ring, withdraw
from trucewatch.pipeline.flash_wording import hash_of, preview_of
from trucewatch.store import Store
from trucewatch.store.drill_records import drill_record
from trucewatch.store.flash_queue import WayOut
from trucewatch.store.flash_records import FLASH, flash_of, flashes_on_record
from trucewatch.store.outbox import Outbox

PAUSED = datetime(2026, 1, 1, 12, tzinfo=NOW.tzinfo)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, lambda: NOW) as opened:
        yield opened


@pytest.fixture
def draft(store: Store) -> FlashDraft:
    return draft_for(store, WATCH, claim(store, RESIDENT), rule=rule_of(), now=NOW)


def sent(store: Store, draft: FlashDraft, **more: Any) -> Flash:
    rule = more.pop("rule", rule_of())
    seen = more.pop("seen", None) or hash_of(preview_of(WATCH, draft, rule, drill_label=more.get("drill_label", "")))
    keywords: dict[str, Any] = {
        "outbox": Outbox(store),
        "ways": by_telephone(rule),
        "by": "officer",
        "now": NOW,
        "clock": lambda: PAUSED,
    }
    return send_flash(store, WATCH, draft, rule=rule, seen=seen, **(keywords | more))


def begin(store: Store, number: int = 1) -> Drill:
    drill = Drill(number=number, entry=-1, label="", began_at=NOW, by="p-x", recorded_at=NOW)
    store.commit([drill_record(drill)], is_act=False)
    return drill


def follow(store: Store, code: str, now: datetime = NOW) -> Flash:
    return withdraw(
        store, WATCH, code, outbox=Outbox(store), ways=by_telephone(rule_of()), by="officer", now=now,
        clock=lambda: PAUSED, words="entered by mistake",
    )  # fmt: skip


def text_of(store: Store, flash: Flash, to: str) -> str:
    return str(store.typed.words_of(flash.texts[to]))


def test_both_sides_get_one_text_in_one_second(store: Store, draft: FlashDraft) -> None:
    flash = sent(store, draft)
    assert (flash.code, flash.parties, flash.sent_at, flash.queued_at) == ("UM-1", ("LV", "UV"), NOW, PAUSED)
    assert flash.texts["UV"] == flash.texts["LV"]
    assert "our number UM-1" in text_of(store, flash, "UV")
    assert "00:00:00 (UTC-2)" in text_of(store, flash, "UV")
    deliveries = Outbox(store).deliveries_of("UM-1")
    assert {each.recipient for each in deliveries} == {"UV", "LV", "HG"}
    assert len({each.queued_at for each in deliveries}) == 1


def test_nothing_that_a_caller_said_is_in_a_text_or_a_record(store: Store, draft: FlashDraft) -> None:
    flash = sent(store, draft)
    entries = [str(entry.record) for entry in store.journal.entries(0) if entry.record["schema"] == FLASH]
    assert entries
    for text in (*(text_of(store, flash, each.id) for each in flash.to), *entries):
        for hidden in (SAYS, "Quill", "555-0142", "mortar", "hollin"):
            assert hidden not in text


def test_what_was_not_seen_is_not_sent(store: Store, draft: FlashDraft) -> None:
    with pytest.raises(FlashRefusedError, match="changed since you looked"):
        sent(store, draft, seen=hash_of(preview_of(WATCH, replace(draft, matter="other"), rule_of())))
    for hostile in ("x", "0" * 64, "é"):
        with pytest.raises(FlashRefusedError, match="changed since you looked"):
            sent(store, draft, seen=hostile)
    assert flashes_on_record(store) == ()


def test_two_clicks_send_once_and_the_second_is_told_so(store: Store, draft: FlashDraft) -> None:
    first = sent(store, draft)
    with pytest.raises(FlashSentError, match="UM-1 is this very message") as caught:
        sent(store, draft, now=later(1))
    assert caught.value.code == first.code
    with pytest.raises(FlashSentError):
        sent(store, draft, again=True)
    assert len(flashes_on_record(store)) == 1


def test_two_people_who_click_at_once_send_once(store: Store, draft: FlashDraft) -> None:
    def click(_: int) -> str:
        try:
            return sent(store, draft).code
        except FlashSentError as exc:
            return f"again {exc.code}"

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(click, range(4))) == ["UM-1", "again UM-1", "again UM-1", "again UM-1"]


def test_another_about_the_same_has_to_be_asked_for(store: Store, draft: FlashDraft) -> None:
    sent(store, draft)
    other = replace(draft, answer_by=later(45))
    with pytest.raises(FlashTwiceError, match="UM-1 about the same is open"):
        sent(store, other)
    assert sent(store, other, again=True).code == "UM-2"


def test_after_the_end_of_one_another_is_sent_without_asking(store: Store, draft: FlashDraft) -> None:
    close_flash(store, sent(store, draft).code, by="officer", now=NOW)
    assert sent(store, replace(draft, answer_by=later(45))).code == "UM-2"


def test_a_side_to_whom_nothing_leads_stops_all_of_it(store: Store, draft: FlashDraft) -> None:
    rule = rule_of(ways=("console", "mail"))
    ways = [WayOut(recipient=each, way="console", key="", is_ready=each != "LV", why_not=None) for each in ("LV", "UV")]
    with pytest.raises(FlashRefusedError, match="No way leads to LV"):
        sent(store, draft, rule=rule, ways=(*ways, *by_telephone(FlashRule(to=rule.to[2:]))))
    assert flashes_on_record(store) == ()


def test_who_has_to_be_rung_is_said(store: Store) -> None:
    rule = rule_of()
    ways = (*by_telephone(rule), WayOut(recipient="UV", way="console", key="", is_ready=True, why_not=None))
    assert who_to_ring(rule.to, ways) == ("LV", "HG")


def test_a_clock_that_jumped_back_sends_nothing(store: Store, draft: FlashDraft) -> None:
    with pytest.raises(FlashRefusedError, match="clock stands before"):
        sent(store, draft, now=draft.first_report - timedelta(seconds=1))


def test_added_words_lie_apart(store: Store, draft: FlashDraft) -> None:
    words = {"en": "Please keep calm.", "ru": "Сохраняйте спокойствие.", "tr": "Sakin olun."}
    flash = sent(store, replace(draft, added=words))
    assert {each: store.typed.words_of(reference) for each, reference in flash.draft.added.items()} == words
    assert all(reference.startswith("w-") for reference in flash.draft.added.values())
    assert "Please keep calm." in text_of(store, flash, "LV")


def test_a_record_read_anew_gives_the_same(store: Store, draft: FlashDraft) -> None:
    flash = sent(store, draft)
    acknowledge(store, "UM-1", to="UV", via="telephone", by="officer", at=later(1), now=later(2))
    before = flash_of(store, "UM-1")
    store.memory.clear()
    assert flash_of(store, "UM-1") == before
    assert before != flash


def test_a_withdrawal_goes_to_all_who_got_the_message_and_ends_it(store: Store, draft: FlashDraft) -> None:
    sent(store, draft)
    flash = follow(store, "UM-1", later(3))
    assert flash.ended is not None
    assert flash.ended.act == "withdrawn"
    followed = [each for each in Outbox(store).deliveries_of("UM-1") if each.revision == 1]
    assert {each.recipient for each in followed} == {"UV", "LV", "HG"}
    with pytest.raises(FlashActError, match="withdrawn already"):
        follow(store, "UM-1", later(4))
    with pytest.raises(FlashActError, match="cannot be opened again"):
        reopen_flash(store, "UM-1", by="officer", now=later(4))
    with pytest.raises(FlashActError, match="cannot be taken back"):
        undo_act(store, "UM-1", flash.ended.entry, by="officer", now=later(4))


def test_a_withdrawal_by_a_clock_that_jumped_back_ends_no_earlier_than_it_was_sent(
    store: Store, draft: FlashDraft
) -> None:
    sent(store, draft)
    flash = follow(store, "UM-1", NOW - timedelta(days=3))
    assert flash.ended is not None
    assert flash.ended.at == flash.sent_at


def test_a_drill_that_turns_real_is_told_to_all_and_its_open_messages_are_closed(store: Store) -> None:
    begin(store)
    calls = [claim(store, is_drill=True) for _ in range(3)]
    for call in calls[:2]:
        drilled = draft_for(store, WATCH, call, rule=rule_of(), now=NOW, drill=1)
        assert sent(store, drilled, drill_label="Spring").is_drill
    real = draft_for(store, WATCH, claim(store), rule=rule_of(), now=NOW)
    sent(store, real)
    close_flash(store, "UM-1", by="officer", now=later(1))
    arguments: dict[str, Any] = {
        "outbox": Outbox(store),
        "ways": by_telephone(rule_of()),
        "by": "officer",
        "now": later(2),
        "clock": lambda: PAUSED,
    }
    assert [each.code for each in end_drill_flashes(store, WATCH, 1, **arguments)] == ["UM-2"]
    assert end_drill_flashes(store, WATCH, 1, **arguments) == ()
    assert flash_of(store, "UM-3").ended is None
    assert {each.recipient for each in Outbox(store).deliveries_of("UM-2") if each.revision} == {"UV", "LV", "HG"}
    with pytest.raises(FlashActError, match="cannot be opened again"):
        reopen_flash(store, "UM-2", by="officer", now=later(3))


def test_a_drill_never_stands_for_a_real_message_about_the_same(store: Store) -> None:
    begin(store)
    call = claim(store, is_drill=True)
    drilled = draft_for(store, WATCH, call, rule=rule_of(), now=NOW, drill=1)
    flash = sent(store, drilled, drill_label="Spring")
    assert flash.simulated
    assert "DRILL" in text_of(store, flash, "LV")


def test_nobody_sends_without_a_name(store: Store, draft: FlashDraft) -> None:
    with pytest.raises(StoreError, match="nobody is named"):
        sent(store, draft, by="")


def test_a_drill_that_ended_meanwhile_sends_nothing(store: Store) -> None:
    drill = begin(store)
    drilled = draft_for(store, WATCH, claim(store, is_drill=True), rule=rule_of(), now=NOW, drill=1)
    store.commit([drill_record(replace(drill, ended_at=NOW, end="over", ended_by="p-x"))], is_act=False)
    with pytest.raises(FlashRefusedError, match="DR-1 has ended since you looked"):
        sent(store, drilled)


def test_a_claim_that_was_taken_back_meanwhile_sends_nothing(store: Store, draft: FlashDraft) -> None:
    take_back_claim(store, WATCH, "CL-1", version=1, by="officer", now=NOW, reason_code="mistake")
    with pytest.raises(FlashRefusedError, match="CL-1 was taken back"):
        sent(store, draft)
    assert flashes_on_record(store) == ()
