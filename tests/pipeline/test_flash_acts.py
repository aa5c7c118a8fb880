"""What comes of an urgent message: the first that counts stands, what is late is kept, and no clock gives a negative
span."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.urgent_drafts import HEARD, NOW, WATCH, by_telephone, claim, later, rule_of
from trucewatch.errors import StoreError
from trucewatch.model.flash import Flash
from trucewatch.model.flash_refused import FlashActError
from trucewatch.pipeline.flash_acts import (
    LONGEST_WORDS,
    acknowledge,
    close_flash,
    read_out,
    record_bounce,
    reopen_flash,
    report_own_quiet,
    report_quiet,
    undo_act,
)
from trucewatch.pipeline.flash_drafting import draft_for
from trucewatch.pipeline.flash_sending import send_flash, withdraw
from trucewatch.pipeline.flash_wording import hash_of, preview_of
from trucewatch.store import Store
from trucewatch.store.flash_records import flash_of, flashes_on_record
from trucewatch.store.outbox import Outbox


def send(store: Store) -> Flash:
    rule_now = rule_of()
    draft = draft_for(store, WATCH, claim(store), rule=rule_now, now=NOW)
    seen = hash_of(preview_of(WATCH, draft, rule_now))
    return send_flash(
        store, WATCH, draft, rule=rule_now, outbox=Outbox(store), ways=by_telephone(rule_now), seen=seen, by="officer",
        now=NOW, clock=lambda: NOW,
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, lambda: NOW) as opened:
        send(opened)
        yield opened


def said(store: Store, to: str, minutes: float = 5, **more: Any) -> Flash:
    return report_quiet(store, "UM-1", to=to, via="telephone", by="officer", at=later(minutes), now=later(60), **more)


def took(store: Store, to: str, minutes: float = 5) -> Flash:
    return acknowledge(store, "UM-1", to=to, via="telephone", by="officer", at=later(minutes), now=later(60))


def test_quiet_is_the_later_of_what_both_say_and_each_has_its_figure(store: Store) -> None:
    assert said(store, "UV", 5).quiet_at is None
    flash = said(store, "LV", 12)
    assert flash.quiet_at == later(12)
    since = NOW - HEARD
    assert flash.time_to_quiet("UV") == since + timedelta(minutes=5)
    assert flash.time_to_quiet("LV") == flash.time_to_quiet() == since + timedelta(minutes=12)


def test_own_means_see_quiet_where_a_side_says_nothing(store: Store) -> None:
    said(store, "UV", 5)
    flash = report_own_quiet(store, "UM-1", by="officer", at=later(9), now=later(10))
    assert flash.quiet_at == later(9)
    assert flash.quiet("LV") is None


def test_a_silent_line_is_not_quiet(store: Store) -> None:
    flash = flash_of(store, "UM-1")
    assert flash.quiet_at is None
    assert flash.unanswered(later(31)) == ("LV", "UV")


@pytest.mark.parametrize("act", [took, said])
def test_the_first_stands_and_the_second_is_told_so(store: Store, act: Callable[..., Flash]) -> None:
    act(store, "UV", 5)
    with pytest.raises(FlashActError, match="first stands") as caught:
        act(store, "UV", 7)
    assert caught.value.is_there
    assert len(flash_of(store, "UM-1").acts) == 1


@pytest.mark.parametrize("to", ["NI", "", "uv", "UV ", "X" * 500])
def test_who_did_not_get_it_cannot_answer_it(store: Store, to: str) -> None:
    for act in (took, said):
        with pytest.raises(FlashActError, match="did not go to"):
            act(store, to)
    with pytest.raises(FlashActError, match="did not go to"):
        record_bounce(store, "UM-1", to=to, of="", by="mail", now=later(5))
    assert flash_of(store, "UM-1").acts == ()


def test_quiet_is_asked_of_the_sides_alone(store: Store) -> None:
    assert took(store, "HG").acknowledged("HG") is not None
    with pytest.raises(FlashActError, match="asked of the sides alone"):
        said(store, "HG")


def test_what_comes_after_the_end_is_kept_as_late_and_changes_nothing(store: Store) -> None:
    close_flash(store, "UM-1", by="officer", now=later(3))
    took(store, "UV", 5)
    flash = said(store, "UV", 6)
    assert [(each.act, each.is_late) for each in flash.acts] == [
        ("closed", False),
        ("acknowledged", True),
        ("quiet", True),
    ]
    assert flash.acknowledged("UV") is None
    assert flash.quiet("UV") is None


def test_quiet_before_the_report_is_refused_with_the_reason(store: Store) -> None:
    before = (HEARD - NOW) / timedelta(minutes=1) - 1
    with pytest.raises(FlashActError, match="before the report is no answer"):
        said(store, "UV", before)
    with pytest.raises(FlashActError, match="before the report is no answer"):
        report_own_quiet(store, "UM-1", by="officer", at=later(before), now=later(5))


def test_no_moment_still_to_come_is_entered(store: Store) -> None:
    for act in (took, said):
        with pytest.raises(FlashActError, match="still to come"):
            act(store, "UV", 61)
    with pytest.raises(FlashActError, match="still to come"):
        report_own_quiet(store, "UM-1", by="officer", at=later(6), now=later(5))


def test_nobody_answers_before_it_was_sent(store: Store) -> None:
    with pytest.raises(FlashActError, match="nobody can have answered before"):
        took(store, "UV", -1)


def test_a_mail_that_came_back_is_kept_once_and_is_no_answer(store: Store) -> None:
    flash = record_bounce(store, "UM-1", to="UV", of="q-1", by="mail", now=later(1))
    with pytest.raises(FlashActError, match="already that this mail") as caught:
        record_bounce(store, "UM-1", to="UV", of="q-1", by="mail", now=later(2))
    assert caught.value.is_there
    assert record_bounce(store, "UM-1", to="LV", of="q-1", by="mail", now=later(2)).acts[-1].to == "LV"
    assert flash.acknowledged("UV") is None


def test_a_text_read_out_by_telephone_is_entered(store: Store) -> None:
    flash = read_out(store, "UM-1", to="LV", by="officer", at=later(2), now=later(3), words="spoke to the duty officer")
    assert [(each.act, each.to, each.via) for each in flash.acts] == [("read_out", "LV", "telephone")]
    assert flash.acts[0].words.startswith("w-")


def test_a_text_read_out_and_its_line_are_entered_together_or_not_at_all(store: Store) -> None:
    outbox = Outbox(store)
    (line,) = [each for each in outbox.deliveries_of("UM-1") if each.recipient == "LV" and each.channel == "telephone"]

    def not_there(_: str) -> list[Any]:
        return outbox.read_out_records("q-none", by="p-x")

    before = len(store.journal)
    with pytest.raises(StoreError):
        read_out(store, "UM-1", to="LV", by="officer", at=later(2), now=later(3), of=line.id, beside=not_there)
    assert len(store.journal) == before
    assert flash_of(store, "UM-1").acts == ()

    def line_read_out(by: str) -> list[Any]:
        return outbox.read_out_records(line.id, by=by)

    flash = read_out(store, "UM-1", to="LV", by="officer", at=later(2), now=later(3), of=line.id, beside=line_read_out)
    assert [each.act for each in flash.acts] == ["read_out"]
    assert outbox.delivery(line.id).state == "sent"


def test_an_entry_that_is_taken_back_stays_and_counts_no_more(store: Store) -> None:
    entry = said(store, "UV", 5).acts[-1].entry
    flash = undo_act(store, "UM-1", entry, by="officer", now=later(6))
    assert flash.quiet("UV") is None
    assert [each.act for each in flash.acts] == ["quiet", "undone"]
    with pytest.raises(FlashActError, match="taken back already"):
        undo_act(store, "UM-1", entry, by="officer", now=later(7))
    with pytest.raises(FlashActError, match="no such entry"):
        undo_act(store, "UM-1", 0, by="officer", now=later(7))
    with pytest.raises(FlashActError, match="enter it again"):
        undo_act(store, "UM-1", flash.acts[-1].entry, by="officer", now=later(7))
    assert said(store, "UV", 8).quiet("UV") is not None


def test_a_closed_message_is_opened_again_and_then_answers_count(store: Store) -> None:
    close_flash(store, "UM-1", by="officer", now=later(3))
    with pytest.raises(FlashActError, match="has ended already"):
        close_flash(store, "UM-1", by="officer", now=later(4))
    reopen_flash(store, "UM-1", by="officer", now=later(4))
    with pytest.raises(FlashActError, match="is open"):
        reopen_flash(store, "UM-1", by="officer", now=later(4))
    assert took(store, "UV", 5).acknowledged("UV") is not None


def test_an_end_by_a_clock_that_jumped_back_is_no_earlier_than_the_sending(store: Store) -> None:
    flash = close_flash(store, "UM-1", by="officer", now=NOW - timedelta(days=9))
    assert flash.ended is not None
    assert flash.ended.at == flash.sent_at


def test_words_that_cannot_be_shown_or_are_too_long_are_refused(store: Store) -> None:
    for words in ("bell \x07", "x" * (LONGEST_WORDS + 1)):
        with pytest.raises(FlashActError):
            said(store, "UV", 5, words=words)
    assert flash_of(store, "UM-1").acts == ()


@pytest.mark.parametrize("code", ["UM-2", "", "UM-", "UM-99999999999", "UM-1; DROP", "٣"])
def test_a_message_that_there_is_not_is_told(store: Store, code: str) -> None:
    with pytest.raises(StoreError, match="there is no urgent message"):
        close_flash(store, code, by="officer", now=later(1))


class Acts(RuleBasedStateMachine):
    """Whatever people enter, in whatever order and by whatever clock: read anew it is the same, no span is negative,
    and the first that counts stands."""

    moments = st.integers(-40, 200)
    recipients = st.sampled_from(("UV", "LV", "HG", "NI"))

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name), lambda: NOW)
        self.store.__enter__()
        self.firsts: dict[tuple[str, str], int] = {}

    @initialize()
    def send(self) -> None:
        send(self.store)

    def enter(self, act: Callable[[], Flash]) -> None:
        before = len(flash_of(self.store, "UM-1").acts)
        try:
            assert len(act().acts) == before + 1
        except FlashActError:
            assert len(flash_of(self.store, "UM-1").acts) == before

    @rule(to=recipients, at=moments, now=moments)
    def acknowledge(self, to: str, at: int, now: int) -> None:
        self.enter(
            lambda: acknowledge(self.store, "UM-1", to=to, via="radio", by="officer", at=later(at), now=later(now))
        )

    @rule(to=recipients, at=moments, now=moments)
    def quiet(self, to: str, at: int, now: int) -> None:
        self.enter(
            lambda: report_quiet(self.store, "UM-1", to=to, via="radio", by="officer", at=later(at), now=later(now))
        )

    @rule(at=moments, now=moments)
    def own(self, at: int, now: int) -> None:
        self.enter(lambda: report_own_quiet(self.store, "UM-1", by="officer", at=later(at), now=later(now)))

    @rule(to=recipients, of=st.sampled_from(("", "q-1")), now=moments)
    def bounce(self, to: str, of: str, now: int) -> None:
        self.enter(lambda: record_bounce(self.store, "UM-1", to=to, of=of, by="mail", now=later(now)))

    @rule(now=moments)
    def close(self, now: int) -> None:
        self.enter(lambda: close_flash(self.store, "UM-1", by="officer", now=later(now)))

    @rule(now=moments)
    def reopen(self, now: int) -> None:
        self.enter(lambda: reopen_flash(self.store, "UM-1", by="officer", now=later(now)))

    @rule(which=st.integers(0, 12), now=moments)
    def undo(self, which: int, now: int) -> None:
        acts = flash_of(self.store, "UM-1").acts
        entry = acts[which % len(acts)].entry if acts else -5
        self.enter(lambda: undo_act(self.store, "UM-1", entry, by="officer", now=later(now)))

    @rule(now=moments)
    def take_out(self, now: int) -> None:
        self.enter(
            lambda: withdraw(
                self.store,
                WATCH,
                "UM-1",
                outbox=Outbox(self.store),
                ways=by_telephone(rule_of()),
                by="officer",
                now=later(now),
                clock=lambda: NOW,
            )
        )

    @invariant()
    def no_span_is_negative_and_nothing_is_before_it_was_sent(self) -> None:
        for flash in flashes_on_record(self.store):
            spans = [flash.time_to_quiet(to) for to in ("", "UV", "LV", "HG", "NI")]
            assert all(span is None or span >= timedelta(0) for span in spans)
            assert all(each.at >= flash.sent_at for each in flash.acts if each.act not in ("quiet", "own_quiet"))
            assert all(each.to in (*(to.id for to in flash.to), "") for each in flash.acts)

    @invariant()
    def one_counts_of_each_side_and_it_is_the_first(self) -> None:
        for flash in flashes_on_record(self.store):
            for name in ("acknowledged", "quiet"):
                for to in ("UV", "LV"):
                    counted = [
                        each
                        for each in flash.acts
                        if (each.act, each.to) == (name, to) and not each.undone and not each.is_late
                    ]
                    assert len(counted) <= 1

    @invariant()
    def read_anew_it_is_the_same(self) -> None:
        before = flashes_on_record(self.store)
        self.store.memory.clear()
        assert flashes_on_record(self.store) == before

    def teardown(self) -> None:
        self.store.__exit__(None, None, None)
        self.folder.cleanup()


TestActs = Acts.TestCase
TestActs.settings = settings(
    max_examples=8, stateful_step_count=15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
