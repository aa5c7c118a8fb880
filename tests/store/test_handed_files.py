"""Files that people hand over: kept by their hash, told what they are by their bytes, and gone when they are erased."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import make_watch
from tests.store.test_erased_words import assert_none, assert_rebuilds, assert_verifies, call
from trucewatch.desks import indexes
from trucewatch.errors import StoreError
from trucewatch.model.claim_record import Speaker
from trucewatch.model.handed_file import MOST_BYTES, HandedFile
from trucewatch.model.ids import sha256_of
from trucewatch.store import Store
from trucewatch.store.handed_files import files_about, files_of, hand_over, handed_files, is_kept, take_back
from trucewatch.store.letter_records import enter_letter, letter_of

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=2)
PICTURE = b"\xff\xd8\xff\xe0 a picture that Mira Hollis took of the mill"
MIRA = Speaker("civilian", "hollin")


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


def give(
    store: Store, content: bytes = PICTURE, about: str = "claim:CL-3", name: str = "mill by Mira.pdf"
) -> HandedFile:
    return hand_over(
        store, content, file_name=name, about=about, giver=MIRA, by="An analyst", now=NOW, received_at=EARLIER
    )


def test_a_file_is_kept_as_it_came_and_its_kind_is_that_of_its_bytes(store: Store) -> None:
    handed = give(store)
    assert store.evidence.get(handed.sha256) == PICTURE
    assert (handed.media_type, handed.giver, handed.received_at) == ("image/jpeg", "civilian:hollin", EARLIER)
    assert store.words.read(handed.file_name) == "mill by Mira.pdf"
    assert files_about(store, "claim:CL-3") == (handed,)
    assert handed.by.startswith("p-")


def test_the_same_bytes_about_the_same_claim_are_one_entry_and_about_another_are_two(store: Store) -> None:
    first = give(store)
    before = len(store.journal)
    assert give(store) == first
    assert len(store.journal) == before
    second = give(store, about="claim:CL-4")
    assert files_of(store, first.sha256) == (first, second)
    assert len(store.index.rows("SELECT 1 FROM evidence WHERE sha256 = ?", first.sha256)) == 1


def test_a_name_that_leads_elsewhere_is_its_last_part_alone(store: Store) -> None:
    handed = give(store, name="..\\..\\etc/pass\u202ewd\x00.jpg")
    assert store.words.read(handed.file_name) == "passwd.jpg"


@pytest.mark.parametrize(("content", "why"), [(b"", "is empty"), (bytes(MOST_BYTES + 1), "larger than 64 MB")])
def test_what_is_empty_or_too_large_is_refused_and_nothing_is_kept(store: Store, content: bytes, why: str) -> None:
    before = len(store.journal), list(store.evidence.names())
    with pytest.raises(StoreError, match=why):
        give(store, content)
    assert (len(store.journal), list(store.evidence.names())) == before


@pytest.mark.parametrize("about", ["", "claim:3", "claim:CL-0", "incident:i-1", "claim:CL-1\n"])
def test_a_file_is_about_a_claim_a_letter_or_a_complaint(store: Store, about: str) -> None:
    with pytest.raises(StoreError, match="nothing that a file can be about"):
        give(store, about=about)


def test_a_file_that_was_taken_back_stands_no_more_and_can_be_handed_over_again(store: Store) -> None:
    handed = give(store)
    take_back(store, handed, by="An analyst", now=NOW, reason="of another village")
    assert files_about(store, "claim:CL-3") == ()
    with pytest.raises(StoreError, match="taken back already"):
        take_back(store, handed, by="An analyst", now=NOW, reason="again")
    again = give(store)
    assert files_about(store, "claim:CL-3") == (again,)
    assert handed_files(store)[0].undone is not None


def test_an_index_made_again_knows_the_same_files(store: Store) -> None:
    take_back(store, give(store), by="An analyst", now=NOW, reason_code="at_once")
    give(store, about="claim:CL-4")
    before = handed_files(store)
    store.rebuild()
    store.memory.clear()
    assert handed_files(store) == before


# Erasing


def test_an_erased_file_is_gone_from_every_byte_with_its_name_also_where_an_undo_names_it(folder: Path) -> None:
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        handed = give(store)
        give(store, about="claim:CL-4", name="the mill, from Mira's window.jpg")
        take_back(store, handed, by="An analyst", now=NOW, reason="of another claim")
    plan = call("erase", folder, handed.sha256, "--reason", "asked for")
    assert "Nothing was done" in plan
    call("erase", folder, handed.sha256, "--reason", "asked for", "--yes")
    assert_none(folder, ["that Mira Hollis took", "mill by Mira", "Mira's window"])
    assert_verifies(folder / ".trucewatch" / "ledger")
    assert_rebuilds(folder)
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        (left,) = files_about(store, "claim:CL-4")
        assert not is_kept(store, left.sha256)
        assert store.words.read(left.file_name) is None
        with pytest.raises(StoreError, match="were erased"):
            give(store)


def test_a_file_of_a_watch_with_a_passphrase_is_encrypted_and_can_be_erased(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trucewatch.store.protection import protect

    monkeypatch.setenv("TRUCEWATCH_PASSPHRASE", "a passphrase of five words")
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        protect(store, "a passphrase of five words")
        handed = give(store)
        assert store.evidence.is_encrypted(handed.sha256)
        assert store.evidence.get(handed.sha256) == PICTURE
        store.erase([handed.sha256], reason="asked for", ordered_by="")
        assert handed.sha256 not in store.evidence
    assert_verifies(folder / ".trucewatch" / "ledger")


MAIL = b"From: a@b.example\nSubject: The mill\n\nThey fire at the mill of the Hollises. " + PICTURE


def test_an_erased_attachment_takes_the_mail_in_which_it_lies_and_leaves_the_text_and_the_others(folder: Path) -> None:
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        letter = enter_letter(
            store,
            sender=Speaker("party", "UV"),
            text="They fire at the mill.",
            received_at=EARLIER,
            by="An analyst",
            now=NOW,
            mail=MAIL,
            attachments=[("mill.jpg", PICTURE), ("map.pdf", b"%PDF-1.7 a map")],
        )
        first, second = files_about(store, letter.about)
        assert first.within == letter.evidence == sha256_of(MAIL)
    call("erase", folder, first.sha256, "--reason", "asked for", "--yes")
    assert_none(folder, ["that Mira Hollis took", "mill.jpg"])
    assert_verifies(folder / ".trucewatch" / "ledger")
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        assert not is_kept(store, letter.evidence)
        assert is_kept(store, second.sha256)
        assert store.words.read(second.file_name) == "map.pdf"
        assert store.words.read(letter_of(store, "L-1").text) == "They fire at the mill."


def test_an_erased_mail_takes_its_text_and_what_came_in_it_alone(folder: Path) -> None:
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        letter = enter_letter(
            store,
            sender=Speaker("party", "UV"),
            text="They fire at the mill of the Hollises.",
            subject="About the Hollises",
            received_at=EARLIER,
            by="An analyst",
            now=NOW,
            mail=MAIL,
            attachments=[("mill.jpg", PICTURE), ("map of Hollises.pdf", b"%PDF-1.7 a map of it")],
        )
        give(store)  # the same picture was given by itself too
    call("erase", folder, letter.evidence, "--reason", "asked for", "--yes")
    assert_none(folder, ["the Hollises", "map of Hollises", "a map of it"])
    assert_verifies(folder / ".trucewatch" / "ledger")
    assert_rebuilds(folder)
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        assert [is_kept(store, file.sha256) for file in files_about(store, letter.about)] == [True, False]
