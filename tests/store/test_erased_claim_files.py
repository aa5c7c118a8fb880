"""A file that a claim names is erased as any other: the claim stays, can be corrected, and the ledger verifies."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.server.conftest import copy_of
from tests.store.test_erased_words import assert_none, assert_verifies, call
from trucewatch.desks import indexes
from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import ClaimWords, Speaker, StatedEvent
from trucewatch.pipeline.claim_entering import correct_claim, enter_claims, join_claims, take_back_claim
from trucewatch.store import Store
from trucewatch.store.claim_records import claim_of, words_of_claim
from trucewatch.store.handed_files import hand_over, is_kept, take_back
from trucewatch.store.letter_records import enter_letter
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=2)
SENDER = Speaker("party", "UV")


@pytest.fixture(autouse=True)
def _unflushed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)  # nothing is cut off here


def draft(words: str, **more: object) -> ClaimDraft:
    plain = ClaimDraft(
        event=StatedEvent(kind="shot"),
        words=ClaimWords(says=words),
        speaker=SENDER,
        via="letter",
        received_at=EARLIER,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def test_a_claim_whose_file_was_erased_is_corrected_joined_and_taken_back_and_nothing_comes_back(
    tmp_path: Path,
) -> None:
    folder = copy_of("two-valleys", tmp_path)
    watch = load_watch(folder)
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        handed = hand_over(
            store,
            b"%PDF-1.7 a scan of the Hollises",
            file_name="scan.pdf",
            about="claim:CL-1",
            giver=SENDER,
            by="An analyst",
            now=NOW,
            received_at=EARLIER,
        )
        drafts = [draft("They fire.", attachments=(handed.sha256,)), draft("Shots.")]
        enter_claims(store, watch, drafts, by="An analyst", now=NOW)
    call("erase", folder, handed.sha256, "--reason", "asked for", "--yes")
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        first = claim_of(store, "CL-1")
        assert not is_kept(store, handed.sha256)
        join_claims(store, watch, "CL-1", "CL-2", by="An analyst", now=NOW)
        later = draft("They fired.", attachments=first.attachments)
        corrected = correct_claim(store, watch, "CL-1", later, version=first.version, by="An analyst", now=NOW)
        take_back_claim(
            store, watch, "CL-1", version=corrected.version, by="An analyst", now=NOW, reason_code="mistake"
        )
        take_back(store, handed, by="An analyst", now=NOW, reason="of another village")
        assert store.is_erased(handed.sha256)
    assert_none(folder, ["scan of the Hollises", "scan.pdf"])
    assert_verifies(folder / ".trucewatch" / "ledger")


def test_the_words_of_claims_that_were_entered_from_an_erased_mail_go_with_it(tmp_path: Path) -> None:
    folder = copy_of("two-valleys", tmp_path)
    watch = load_watch(folder)
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        letter = enter_letter(
            store,
            sender=SENDER,
            text="1. They fire at the Hollises.",
            received_at=EARLIER,
            by="An analyst",
            now=NOW,
            mail=b"From: a@b.example\n\n1. They fire at the Hollises.",
        )
        drafts = [draft("They fire at the Hollises.", letter=1, row=1), draft("Shots elsewhere.")]
        enter_claims(store, watch, drafts, by="An analyst", now=NOW)
    call("erase", folder, letter.evidence, "--reason", "asked for", "--yes")
    assert_none(folder, ["at the Hollises"])
    assert_verifies(folder / ".trucewatch" / "ledger")
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        assert "erased" in words_of_claim(store, claim_of(store, "CL-1")).says
        assert words_of_claim(store, claim_of(store, "CL-2")).says == "Shots elsewhere."
