"""Claims as people enter, correct, join, part and take them back: the record, read anew, always gives the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from trucewatch.errors import StoreError
from trucewatch.model.claim_draft import ClaimDraft, ClaimRefusedError
from trucewatch.model.claim_record import ClaimWords, Speaker, StatedEvent
from trucewatch.model.spoken import SpokenPlace, SpokenTime
from trucewatch.pipeline.claim_entering import (
    correct_claim,
    enter_claim,
    enter_claims,
    join_claims,
    part_claims,
    take_back_claim,
    translate_claim,
)
from trucewatch.sources.recorded.claim_rows import row_of_claim, versions_in_list
from trucewatch.store import Store
from trucewatch.store.claim_records import claim_of, claim_versions, claims_on_record, words_of_claim
from trucewatch.watch import load_watch

WATCH: Final = load_watch(Path(__file__).parents[2] / "examples" / "two-valleys")
NOW: Final = datetime(2031, 5, 4, 2, tzinfo=UTC)
AT: Final = datetime(2031, 5, 3, 10, tzinfo=UTC)
UV: Final = Speaker("party", "UV")


def draft(says: str = "A blast.", speaker: Speaker = UV, *, timed: bool = True, **changes: Any) -> ClaimDraft:
    event = StatedEvent(kind="explosion", when=SpokenTime(start=AT, end=AT) if timed else None)
    whole = ClaimDraft(
        event=event, words=ClaimWords(says=says), speaker=speaker, via="telephone", received_at=AT + timedelta(hours=1)
    )
    return replace(whole, **changes)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, lambda: NOW) as opened:
        yield opened


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("says", draft("", event=StatedEvent())),
        ("says", draft("x" * 4001)),
        ("says", draft("bell \x07")),
        ("speaker", draft(speaker=Speaker("party", "XX"))),
        ("speaker", draft(speaker=Speaker("party"))),
        ("speaker", draft(speaker=Speaker("civilian", "nowhere"))),
        ("speaker", draft(speaker=Speaker("not_said", "Ada"))),
        ("speaker", draft(speaker=Speaker("post"))),
        ("received_at", draft(received_at=NOW + timedelta(seconds=1))),
        ("received_at", draft(received_at=datetime(2031, 5, 3))),  # noqa: DTZ001 - a time without a zone is refused
        ("language", draft(language="the tongue of my mother")),
        ("kind", draft(event=StatedEvent(kind="attack"))),
        ("actor", draft(event=StatedEvent(kind="shot", actor="Ada Quill"))),
        ("count", draft(event=StatedEvent(kind="shot", count=(3, 2, None)))),
        ("injured", draft(event=StatedEvent(kind="shot", injured=(None, -1, None)))),
        ("when", draft(event=StatedEvent(kind="shot", when=SpokenTime(start=AT, end=AT - timedelta(seconds=1))))),
        ("where", draft(event=StatedEvent(kind="shot", where=SpokenPlace(basis="map", lon=float("nan"), lat=0.0)))),
        ("where", draft(event=StatedEvent(kind="shot", where=SpokenPlace(basis="map", lon=20.0)))),
    ],
)
def test_what_cannot_be_entered_is_refused_at_its_field_and_nothing_is_written(
    store: Store, field: str, bad: ClaimDraft
) -> None:
    before, kept = len(store.journal), store.words.references()
    with pytest.raises(ClaimRefusedError) as caught:
        enter_claims(store, WATCH, [draft(), bad], by="analyst", now=NOW)
    assert list(caught.value.faults) == [field]
    assert caught.value.place == 1
    assert (len(store.journal), store.words.references()) == (before, kept)


def test_what_is_not_known_is_no_fault(store: Store) -> None:
    claim = enter_claim(
        store, WATCH, draft("They shout.", Speaker("not_said"), event=StatedEvent()), by="analyst", now=NOW
    )
    assert (claim.event, claim.claimed_by, claim.stands) == (StatedEvent(), "", True)


def test_a_drill_is_simulated_and_stays_so_when_it_is_corrected(store: Store) -> None:
    real = replace(WATCH, settings=replace(WATCH.settings, simulated=False))
    claims = enter_claims(store, real, [draft(), draft(is_drill=True)], by="analyst", now=NOW)
    assert [(claim.simulated, claim.is_drill) for claim in claims] == [(False, False), (True, True)]


def test_of_two_officers_on_one_claim_the_second_is_told(store: Store) -> None:
    enter_claim(store, WATCH, draft(), by="one", now=NOW)
    correct_claim(store, WATCH, "CL-1", draft("Two blasts."), version=1, by="one", now=NOW)
    with pytest.raises(StoreError, match="changed since it was looked at"):
        correct_claim(store, WATCH, "CL-1", draft("No blast."), version=1, by="other", now=NOW)
    with pytest.raises(StoreError, match="changed since it was looked at"):
        take_back_claim(store, WATCH, "CL-1", version=1, by="other", now=NOW, reason_code="mistake")
    assert words_of_claim(store, claim_of(store, "CL-1")).says == "Two blasts."


def test_words_that_stay_the_same_keep_their_reference(store: Store) -> None:
    first = enter_claim(store, WATCH, draft(), by="one", now=NOW)
    second = correct_claim(store, WATCH, "CL-1", draft(timed=False), version=1, by="one", now=NOW)
    assert first.says == second.says


def test_a_claim_is_not_joined_with_itself_twice_or_when_it_was_taken_back(store: Store) -> None:
    enter_claims(store, WATCH, [draft()] * 3, by="one", now=NOW)
    with pytest.raises(StoreError, match="with itself"):
        join_claims(store, WATCH, "1", "CL-1", by="one", now=NOW)
    join_claims(store, WATCH, "1", "2", by="one", now=NOW)
    with pytest.raises(StoreError, match="joined already"):
        join_claims(store, WATCH, "2", "1", by="one", now=NOW)
    with pytest.raises(StoreError, match="not joined"):
        part_claims(store, WATCH, "1", "3", by="one", now=NOW)
    take_back_claim(store, WATCH, "3", version=1, by="one", now=NOW, reason_code="by_speaker")
    with pytest.raises(StoreError, match="was taken back"):
        join_claims(store, WATCH, "1", "3", by="one", now=NOW)


def test_a_translation_of_other_words_than_those_that_stand_is_refused(store: Store) -> None:
    first = enter_claim(store, WATCH, draft(), by="one", now=NOW)
    correct_claim(store, WATCH, "1", draft("Two."), version=1, by="one", now=NOW)
    with pytest.raises(StoreError, match="changed since"):
        translate_claim(store, WATCH, "1", language="ru", words="x", says=first.says, by="one", now=NOW)


class Entering(RuleBasedStateMachine):
    """People at work on claims, beside a plain account of what they did."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = NOW
        self.store = Store(Path(self.folder.name), self.tick).__enter__()
        self.versions: dict[int, list[tuple[int, str, bool]]] = {}
        """Number → versions that stand, the last last: its number, its words, whether a time was given."""
        self.last: dict[int, int] = {}
        self.pairs: set[frozenset[int]] = set()
        self.then: tuple[datetime, tuple[Any, ...]] | None = None

    def tick(self) -> datetime:
        self.clock += timedelta(seconds=1)
        return self.clock

    def teardown(self) -> None:
        self.store.__exit__(None, None, None)
        self.folder.cleanup()

    def some(self, place: int) -> int | None:
        standing = [number for number, versions in self.versions.items() if versions]
        return standing[place % len(standing)] if standing else None

    @rule(count=st.integers(1, 3), timed=st.booleans())
    def enter(self, count: int, timed: bool) -> None:
        says = f"words {len(self.last)}"
        for claim in enter_claims(self.store, WATCH, [draft(says, timed=timed)] * count, by="a", now=NOW):
            self.versions[claim.number], self.last[claim.number] = [(1, says, timed)], 1

    @precondition(lambda self: self.some(0) is not None)
    @rule(place=st.integers(0, 9), timed=st.booleans())
    def correct(self, place: int, timed: bool) -> None:
        number = self.some(place)
        assert number is not None
        self.last[number] += 1
        says = f"other words {self.last[number]}"
        version = self.versions[number][-1][0]
        correct_claim(self.store, WATCH, str(number), draft(says, timed=timed), version=version, by="a", now=NOW)
        self.versions[number].append((self.last[number], says, timed))

    @precondition(lambda self: self.some(0) is not None)
    @rule(place=st.integers(0, 9), whole=st.booleans())
    def take_back(self, place: int, whole: bool) -> None:
        number = self.some(place)
        assert number is not None
        version = self.versions[number][-1][0]
        undoes = 0 if whole or version == 1 else version
        take_back_claim(
            self.store, WATCH, str(number), version=version, undoes=undoes, by="a", now=NOW, reason_code="at_once"
        )
        self.versions[number] = self.versions[number][:-1] if undoes else []

    @precondition(lambda self: sum(bool(versions) for versions in self.versions.values()) > 1)
    @rule(place=st.integers(0, 9), further=st.integers(1, 9))
    def join_or_part(self, place: int, further: int) -> None:
        one, other = self.some(place), self.some(place + further)
        if one is None or other is None or one == other:
            return
        pair = frozenset((one, other))
        act = part_claims if pair in self.pairs else join_claims
        act(self.store, WATCH, str(one), str(other), by="a", now=NOW)
        self.pairs ^= {pair}

    @rule()
    def look_back_later(self) -> None:
        self.then = self.clock, claims_on_record(self.store)

    @invariant()
    def the_record_gives_what_was_done(self) -> None:
        claims = claims_on_record(self.store)
        assert [claim.number for claim in claims] == sorted(self.last)
        for claim in claims:
            versions = self.versions[claim.number]
            assert claim.stands == bool(versions)
            if versions:
                assert (claim.version, words_of_claim(self.store, claim).says) == versions[-1][:2]
            assert set(claim.joined) == {
                other for pair in self.pairs if claim.number in pair for other in pair - {claim.number}
            }

    @invariant()
    def only_claims_that_stand_and_have_a_time_are_in_the_list(self) -> None:
        listed = {row_of_claim(claim.number) for claim in versions_in_list(claim_versions(self.store))}
        expected = {number for number, versions in self.versions.items() if versions and versions[-1][2]}
        assert listed == {row_of_claim(number) for number in expected}

    @invariant()
    def the_record_read_anew_gives_the_same_claims(self) -> None:
        carried_on = claims_on_record(self.store), claim_versions(self.store)
        self.store.memory.clear()
        assert (claims_on_record(self.store), claim_versions(self.store)) == carried_on

    @invariant()
    def what_was_recorded_by_a_moment_does_not_change(self) -> None:
        if self.then is not None:
            moment, claims = self.then
            assert claims_on_record(self.store, recorded_by=moment) == claims


Entering.TestCase.settings = settings(
    max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestEntering = Entering.TestCase
