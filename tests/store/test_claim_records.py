"""Claims of the journal: what a record holds, what it leaves apart, and what an erasure takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from trucewatch.errors import StoreError
from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import CallerAnswers, Claim, ClaimWords, Speaker, StatedEvent
from trucewatch.model.spoken import SpokenPlace, SpokenTime
from trucewatch.pipeline.claim_entering import correct_claim, enter_claim, enter_claims, translate_claim
from trucewatch.store import Store
from trucewatch.store.claim_records import claim_of, claim_versions, claims_on_record, words_of_claim
from trucewatch.watch import load_watch

TWO_VALLEYS = Path(__file__).parents[2] / "examples" / "two-valleys"
WATCH = load_watch(TWO_VALLEYS)
NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
CALLED = datetime(2031, 5, 3, 11, 12, tzinfo=UTC)
CALLER = Speaker("civilian", "hollin-meadows")
WORDS = ClaimWords(
    says="Two loud bangs behind the mill, the windows shook.",
    when="ten past ten",
    where="2 km north of the mill",
    name="Ada Quill",
    call_back="555 0143",
)
EVENT = StatedEvent(
    kind="explosion",
    when=SpokenTime(start=datetime(2031, 5, 3, 12, 10, tzinfo=UTC), end=datetime(2031, 5, 3, 12, 10, tzinfo=UTC)),
    where=SpokenPlace(
        basis="offset", lon=-24.93, lat=-35.02, semi_major_m=500.0, semi_minor_m=250.5, major_azimuth_deg=12.25
    ),
    count=(2, 2, 3),
    injured=(None, 1, None),
    perceived="heard",
)


def draft(words: ClaimWords = WORDS, speaker: Speaker = CALLER, event: StatedEvent = EVENT) -> ClaimDraft:
    return ClaimDraft(
        event=event,
        words=words,
        speaker=speaker,
        via="telephone",
        received_at=CALLED,
        language="en",
        answers=CallerAnswers(may_tell="yes", in_danger="no"),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, lambda: NOW) as opened:
        yield opened


def taken_down(store: Store) -> Claim:
    return enter_claim(store, WATCH, draft(), by="analyst", now=NOW)


def test_a_claim_is_read_back_as_it_was_taken_down(store: Store) -> None:
    claim = taken_down(store)
    assert claim_of(store, "CL-1") == claim_of(store, "1") == claim
    assert claim.event == EVENT
    assert claim.answers == draft().answers
    assert words_of_claim(store, claim) == WORDS
    assert claim.simulated  # the whole watch is


def test_a_record_holds_nothing_that_was_typed_and_no_float(store: Store) -> None:
    claim = taken_down(store)
    (entry,) = [each for each in store.journal.entries() if each.number == claim.entry]
    text = repr(entry.record)
    for words in ("bangs", "ten past", "the mill", "Quill", "0143"):
        assert words not in text
    assert entry.record["event"]["where"]["semi_minor_m"] == "250.5"


def test_many_claims_are_entered_in_one_commit_or_none(store: Store) -> None:
    claims = enter_claims(store, WATCH, [draft()] * 3, by="analyst", now=NOW)
    assert [claim.number for claim in claims] == [1, 2, 3]
    assert len({claim.recorded_at for claim in claims}) == 1
    before = len(store.journal)
    with pytest.raises(Exception, match="Nothing was entered"):
        enter_claims(store, WATCH, [draft(), draft(speaker=Speaker("party", "XX"))], by="analyst", now=NOW)
    assert len(store.journal) == before


def test_a_number_that_there_is_not_is_refused(store: Store) -> None:
    taken_down(store)
    for code in ("CL-2", "", "x", "0", "9" * 20):
        with pytest.raises(StoreError, match="there is no claim"):
            claim_of(store, code)


def test_a_translation_is_of_the_words_as_they_stand(store: Store) -> None:
    claim = taken_down(store)
    translate_claim(store, WATCH, "CL-1", language="ru", words="Два взрыва", says=claim.says, by="interpreter", now=NOW)
    ((language, reference, by),) = claim_of(store, "CL-1").translations
    assert (language, store.words.read(reference)) == ("ru", "Два взрыва")
    assert by.startswith("p-")
    same = correct_claim(store, WATCH, "CL-1", draft(event=StatedEvent(kind="burst")), version=1, by="a", now=NOW)
    assert same.says == claim.says
    assert same.translations
    other = correct_claim(
        store, WATCH, "CL-1", draft(ClaimWords(says="Three bangs.")), version=2, by="analyst", now=NOW
    )
    assert not other.translations


@pytest.mark.parametrize("field", ["says", "name", "call_back"])
def test_what_was_typed_of_a_claim_is_erased_and_the_ledger_verifies(store: Store, field: str) -> None:
    claim = taken_down(store)
    store.erase([], reason="asked to", ordered_by="head", people=[getattr(claim, field)])
    words = words_of_claim(store, claim_of(store, "CL-1"))
    assert getattr(words, field).startswith("(erased")
    assert store.words.read(getattr(claim, field)) is None
    kept = {name for name in ("says", "name", "call_back") if not getattr(words, name).startswith("(erased")}
    assert kept == {"says", "name", "call_back"} - {field}
    assert [claim.number for claim in claims_on_record(store)] == [1]


def test_everything_typed_of_a_claim_goes_with_its_record_s_number(store: Store) -> None:
    claim = taken_down(store)
    store.erase([claim.sha256], reason="asked to", ordered_by="head")
    words = words_of_claim(store, claim_of(store, "CL-1"))
    assert all(getattr(words, name).startswith("(erased") for name in ("says", "when", "where", "name", "call_back"))
    assert claim_of(store, "CL-1").event == EVENT  # the record itself stays


def test_a_rebuilt_index_gives_the_same_claims(store: Store) -> None:
    enter_claims(store, WATCH, [draft()] * 2, by="analyst", now=NOW)
    correct_claim(store, WATCH, "CL-1", draft(ClaimWords(says="One bang.")), version=1, by="analyst", now=NOW)
    before = claims_on_record(store), claim_versions(store)
    store.rebuild()
    store.memory.clear()
    assert (claims_on_record(store), claim_versions(store)) == before
