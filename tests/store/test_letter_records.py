"""Letters on record: numbered, as they were typed or came by mail, taken back, erased."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import make_watch
from tests.store.test_erased_words import assert_none, assert_verifies, call
from trucewatch.desks import indexes
from trucewatch.errors import StoreError
from trucewatch.model.claim_record import Speaker
from trucewatch.model.letters import Letter
from trucewatch.store import Store
from trucewatch.store.handed_files import files_about, hand_over
from trucewatch.store.letter_records import LONGEST_TEXT, enter_letter, letter_of, letters_on_record, take_back_letter

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=2)
MAIL = b"From: a@b.example\n\nThey fire at the mill."


@pytest.fixture(autouse=True)
def _unflushed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # nothing is cut off here


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_watch(tmp_path / "w", rows=2)


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with Store(folder, lambda: NOW, desks=indexes()) as opened:
        yield opened


def enter(store: Store, text: str = "They fire at the mill.", **more: Any) -> Letter:
    values = {"sender": Speaker("party", "UV"), "received_at": EARLIER, "by": "An analyst", "now": NOW} | more
    return enter_letter(store, text=text, **values)


def test_letters_are_numbered_and_hold_references_where_words_were_typed(store: Store) -> None:
    first = enter(store, their_number="114/5", subject="About the mill", stated_day=date(2031, 5, 3), language="en")
    second = enter(store, "Another letter.")
    assert [letter.code for letter in letters_on_record(store)] == ["L-1", "L-2"]
    assert letter_of(store, "l-1") == first
    assert store.words.read(first.text) == "They fire at the mill."
    assert store.words.read(first.their_number) == "114/5"
    assert (first.stated_day, first.sender.code, second.evidence) == (date(2031, 5, 3), "party:UV", "")
    record = next(store.journal.entries(first.entry)).record
    assert "mill" not in str(record)


def test_a_mail_is_one_letter_until_that_is_taken_back(store: Store) -> None:
    letter = enter(store, mail=MAIL)
    with pytest.raises(StoreError, match="is L-1 already"):
        enter(store, mail=MAIL)
    take_back_letter(store, letter.code, by="An analyst", now=NOW, reason="entered for the wrong side")
    assert letter_of(store, "L-1").undone is not None
    with pytest.raises(StoreError, match="taken back already"):
        take_back_letter(store, letter.code, by="An analyst", now=NOW, reason="again")
    assert enter(store, mail=MAIL).code == "L-2"


def test_a_letter_of_which_a_file_is_refused_is_not_entered_at_all(store: Store) -> None:
    erased = hand_over(
        store,
        b"%PDF-1 a scan",
        file_name="scan.pdf",
        about="claim:CL-1",
        giver=Speaker("civilian"),
        by="An analyst",
        now=NOW,
        received_at=EARLIER,
    )
    store.erase([erased.sha256], reason="asked for", ordered_by="")
    with pytest.raises(StoreError, match="were erased"):
        enter(store, mail=MAIL, attachments=[("new.pdf", b"%PDF-1 new"), ("scan.pdf", b"%PDF-1 a scan")])
    assert letters_on_record(store) == ()
    assert files_about(store, "letter:L-1") == ()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"text": " \n "}, "has no text"),
        ({"text": "a" * (LONGEST_TEXT + 1)}, "longer than"),
        ({"subject": "a" * 301}, "longer than"),
        ({"received_at": NOW + timedelta(minutes=1)}, "ahead of the watch's clock"),
    ],
)
def test_what_is_no_letter_is_refused_with_a_sentence(store: Store, more: dict[str, Any], why: str) -> None:
    with pytest.raises(StoreError, match=why):
        enter(store, **more)
    assert letters_on_record(store) == ()


def test_the_letters_of_a_moment_are_those_that_were_recorded_by_then(store: Store) -> None:
    letter = enter(store)
    assert letters_on_record(store, recorded_by=letter.recorded_at - timedelta(seconds=1)) == ()
    assert letters_on_record(store, recorded_by=letter.recorded_at) == (letter,)


@pytest.mark.parametrize("code", ["L-9", "", "L-", "9" * 30, "CL-1"])
def test_a_letter_that_is_not_there_is_refused(store: Store, code: str) -> None:
    with pytest.raises(StoreError, match="there is no letter"):
        letter_of(store, code)


def test_a_pasted_letter_is_erased_by_the_number_of_its_entry(folder: Path) -> None:
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        letter = enter(store, "They fire at the mill of the Hollises.", subject="The Hollises")
    call("erase", folder, letter.entry, "--reason", "asked for", "--yes")
    assert_none(folder, ["the Hollises", "The Hollises"])
    assert_verifies(folder / ".trucewatch" / "ledger")
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        assert store.words.read(letter_of(store, "L-1").text) is None
