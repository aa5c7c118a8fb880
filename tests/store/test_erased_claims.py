"""Erasing what somebody said by telephone, by the real command: the bytes are gone everywhere, the ledger verifies."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from tests.builders import make_watch
from tests.store.test_erased_words import (
    assert_none,
    assert_rebuilds,
    assert_verifies,
    call,
    files_with,
    indexes,
    shape,
)
from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import ClaimWords, Speaker, StatedEvent
from trucewatch.model.spoken import SpokenPlace, SpokenTime
from trucewatch.pipeline.claim_entering import correct_claim, enter_claim, take_back_claim, translate_claim
from trucewatch.store import Store
from trucewatch.store.claim_records import claim_of, claim_versions, words_of_claim
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
AT = datetime(2031, 5, 3, 10, tzinfo=UTC)
PICTURE = b"ZWPICTURE of a roof"
EVENT = StatedEvent(
    kind="explosion",
    when=SpokenTime(start=AT, end=AT),
    where=SpokenPlace(basis="map", lon=-25.3, lat=-35.3, semi_major_m=300.0, semi_minor_m=300.0),
)
MARKERS = ("ZWSAYS", "ZWWHEN", "ZWWHERE", "ZWNAME", "ZWCALL", "ZWRUSSIAN", "ZWLATER", "ZWREASON")


def draft(says: str, picture: str) -> ClaimDraft:
    return ClaimDraft(
        event=EVENT,
        words=ClaimWords(says=says, when="ZWWHEN", where="ZWWHERE", name="ZWNAME", call_back="ZWCALL"),
        speaker=Speaker("civilian"),
        via="telephone",
        received_at=AT,
        attachments=(picture,),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A watch with a claim that was corrected, translated and has a picture, in two lists."""
    folder = make_watch(tmp_path / "w", rows=6)
    call("run", folder)
    watch = load_watch(folder)
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        picture = tmp_path / "roof.jpg"
        picture.write_bytes(PICTURE)
        store.keep_evidence(picture)
        picture.unlink()
        claim = enter_claim(store, watch, draft("ZWSAYS", sha256(PICTURE).hexdigest()), by="analyst", now=NOW)
        translate_claim(store, watch, "1", language="ru", words="ZWRUSSIAN", says=claim.says, by="i", now=NOW)
    call("run", folder)
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        later = draft("ZWLATER", sha256(PICTURE).hexdigest())
        correct_claim(store, watch, "1", later, version=1, by="analyst", now=NOW, reason="ZWREASON")
    call("run", folder)
    return folder


def references(folder: Path) -> list[str]:
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        return sorted(store.words.references())


def test_every_word_of_a_claim_is_erased_and_the_list_stays_as_it_is(folder: Path) -> None:
    before = shape(folder)
    assert all(files_with(folder, marker) for marker in MARKERS), "they are there to be erased"
    for marker in MARKERS:
        outside = [name for name in files_with(folder, marker) if "/private/" not in name]
        assert not outside, "what was said lies apart, in no object and no index"
    call("erase", folder, *references(folder), "--reason", "asked for", "--yes")
    assert_none(folder, MARKERS)
    assert_verifies(folder)
    assert_rebuilds(folder)
    call("run", folder)
    assert shape(folder) == before
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        assert words_of_claim(store, claim_of(store, "CL-1")).says.startswith("(erased")


def test_bytes_that_a_claim_names_are_erased_and_the_claim_stays(folder: Path) -> None:
    call("erase", folder, sha256(PICTURE).hexdigest(), "--reason", "asked for", "--yes")
    assert_none(folder, ["ZWPICTURE"])
    assert_verifies(folder)
    assert_rebuilds(folder)
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        assert claim_of(store, "CL-1").attachments == (sha256(PICTURE).hexdigest(),)
        assert words_of_claim(store, claim_of(store, "CL-1")).says == "ZWLATER"


def test_a_claim_of_which_the_words_are_gone_is_still_corrected_and_taken_back(folder: Path) -> None:
    call("erase", folder, *references(folder), "--reason", "asked for", "--yes")
    watch = load_watch(folder)
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        anew = draft("ZWANEW", sha256(PICTURE).hexdigest())
        claim = correct_claim(store, watch, "1", anew, version=2, by="analyst", now=NOW)
        assert words_of_claim(store, claim).says == "ZWANEW"
        take_back_claim(store, watch, "1", version=3, by="analyst", now=NOW, reason_code="mistake")
        assert [version.stands for version in claim_versions(store)] == [False] * 3
    assert_verifies(folder)
