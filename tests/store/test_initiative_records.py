"""Initiatives from the journal and the watch's file: what stands at a moment, what was taken back, what was erased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import make_watch
from trucewatch.errors import StoreError
from trucewatch.model.initiatives import Initiative, Step
from trucewatch.store import Store
from trucewatch.store.initiative_records import (
    PROPOSAL,
    initiative_record,
    initiatives,
    kept_initiatives,
    step_record,
    undo_record,
)

NOW = datetime(2031, 5, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER = datetime(2040, 1, 1, tzinfo=UTC)
INITIATIVE = Initiative(
    code="P-1",
    proposed_by=("A",),
    to=("B",),
    day=date(2031, 5, 2),
    what={"en": "officers meet", "ru": "встреча"},
    quoted=True,
    about=("work",),
    origin="statement",
    reference="Letter 7",
    source="a letter",
    known_at=datetime(2031, 5, 2, 12, tzinfo=UTC),
)
ACCEPTED = Step(
    day=date(2031, 5, 3),
    word="accepted",
    by=("B",),
    says={"en": "we come"},
    quoted=True,
    meeting="M-3",
    source="an answer",
    known_at=datetime(2031, 5, 3, 12, tzinfo=UTC),
)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store(make_watch(tmp_path / "w"), clock) as store:
        yield store


def propose(store: Store, initiative: Initiative = INITIATIVE) -> None:
    store.commit([initiative_record(initiative, by="p-x", keep=store.keep_words)])


def take_step(store: Store, number: int, step: Step = ACCEPTED, code: str = "P-1") -> None:
    store.commit([step_record(code, number, step, by="p-x", keep=store.keep_words)])


def take_back(store: Store, undoes: int, code: str = "P-1") -> None:
    reason = store.keep_words("by mistake")
    store.commit([undo_record(code, undoes, by="p-x", reason=reason, reason_code="", now=NOW)])


def test_what_was_entered_is_read_as_it_was(store: Store) -> None:
    propose(store)
    take_step(store, 1)
    assert initiatives(store, LATER) == (replace(INITIATIVE, step=(ACCEPTED,)),)


def test_only_references_are_in_the_records(store: Store) -> None:
    propose(store)
    take_step(store, 1)
    text = repr([dict(entry.record) for entry in store.journal.entries()])
    for words in ("officers meet", "встреча", "Letter 7", "a letter", "we come", "an answer"):
        assert words not in text


def test_at_a_moment_stands_what_was_known_by_then(store: Store) -> None:
    propose(store)
    take_step(store, 1)
    assert initiatives(store, INITIATIVE.known_at - HOUR) == ()
    assert initiatives(store, INITIATIVE.known_at) == (INITIATIVE,)
    assert initiatives(store, ACCEPTED.known_at)[0].step == (ACCEPTED,)


def test_as_recorded_by_a_moment_later_entries_are_not_there(store: Store, clock: Clock) -> None:
    propose(store)
    clock.now = NOW + HOUR
    take_step(store, 1)
    clock.now = NOW + 2 * HOUR
    take_back(store, 1)
    assert [len(initiatives(store, LATER, NOW + hours * HOUR)[0].step) for hours in (0, 1, 2)] == [0, 1, 0]
    assert initiatives(store, LATER, NOW - HOUR) == ()


def test_what_was_taken_back_counts_at_no_moment_and_stays_on_record(store: Store) -> None:
    propose(store)
    take_step(store, 1)
    take_step(store, 2, replace(ACCEPTED, word="done"))
    take_back(store, 1)
    assert [step.word for step in initiatives(store, LATER)[0].step] == ["done"]
    (kept,) = kept_initiatives(store)
    assert [step.taken_back is not None for step in kept.steps] == [True, False]
    assert kept.stands == 2
    take_back(store, 2)
    take_back(store, PROPOSAL)
    assert initiatives(store, LATER) == ()
    (kept,) = kept_initiatives(store)
    assert kept.taken_back is not None
    assert kept.stands is None


def test_steps_are_entered_for_an_initiative_of_the_file_which_itself_is_not_taken_back(store: Store) -> None:
    on_file = (replace(INITIATIVE, step=(replace(ACCEPTED, word="discussed"),)),)
    take_step(store, 1)
    take_back(store, PROPOSAL)
    (initiative,) = initiatives(store, LATER, on_file=on_file)
    assert [step.word for step in initiative.step] == ["discussed", "accepted"]
    take_back(store, 1)
    (initiative,) = initiatives(store, LATER, on_file=on_file)
    assert [step.word for step in initiative.step] == ["discussed"]
    assert kept_initiatives(store, on_file=on_file)[0].stands is None


def test_a_number_of_both_file_and_ledger_is_refused_with_what_to_do(store: Store) -> None:
    propose(store)
    with pytest.raises(StoreError, match=r"P-1 to one, and the ledger to another .*give the one of the file another"):
        initiatives(store, LATER, on_file=(INITIATIVE,))
    other = replace(INITIATIVE, code="P-2")
    assert [initiative.code for initiative in initiatives(store, LATER, on_file=(other,))] == ["P-1", "P-2"]


def test_words_that_were_erased_are_empty_and_the_rest_stays(store: Store) -> None:
    propose(store)
    (kept,) = kept_initiatives(store)
    reference = kept.references["what-ru"]
    store.erase([], people=[reference], reason="asked for", ordered_by="")
    (initiative,) = initiatives(store, LATER)
    assert initiative.what == {"en": "officers meet", "ru": ""}


@pytest.mark.parametrize(
    "changed", [{"word": "agreed"}, {"day": "2031-02-30"}, {"says": None}, {"who": 7}, {"known_at": "x"}]
)
def test_a_record_of_a_later_version_is_named_by_its_entry(store: Store, changed: dict[str, Any]) -> None:
    propose(store)
    record = step_record("P-1", 1, ACCEPTED, by="p-x", keep=store.keep_words)
    (entry,) = store.commit([record | changed])
    with pytest.raises(StoreError, match=f"entry {entry.number} tells of an initiative in a way"):
        initiatives(store, LATER)
