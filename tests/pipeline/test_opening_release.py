"""An answer about an opening stays inside until the head of each delegation agreed to it as it stands; what is
withdrawn is released no more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from tests.conftest import ROOT, each
from tests.links_on_record import NETWORK, ROWS
from tests.server.conftest import copy_of
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.model.names import PlaceName
from trucewatch.model.roles import Role
from trucewatch.model.watch import Watch
from trucewatch.pipeline.link_entering import LinkBook, LinkRefusedError, network_of
from trucewatch.pipeline.link_opening import Question, opening, opening_document
from trucewatch.pipeline.opening_release import (
    proposal_named,
    proposals,
    propose_opening,
    released_openings,
    withdraw_opening,
)
from trucewatch.store import Store
from trucewatch.store.assent_records import enter_assent, take_back_assent
from trucewatch.watch import load_watch

NOW: Final = datetime(2031, 5, 4, 2, tzinfo=UTC)
QUESTION: Final = Question(
    from_="ford", to="mill", opened=("ford-road", "hill-road"), mode="road", day=date(2031, 5, 4), known_by=NOW
)
WORD: Final = "quaggawort"


class Minutes:
    """A clock that goes on by a minute whenever it is asked."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(copy_of("two-valleys", tmp_path), Minutes()) as opened:
        yield opened


@pytest.fixture(scope="module")
def watch() -> Watch:
    return replace(load_watch(ROOT / "examples" / "two-valleys"), network=NETWORK)


@pytest.fixture
def book(store: Store, watch: Watch) -> LinkBook:
    """With a status, a length and a decision that somebody stated."""
    links = LinkBook(store, watch, NOW)
    for table in ("status", "length", "need"):
        row = dict(ROWS[table])
        row.pop("of", None)
        links.enter(table, "ford-road", row, by="Anna")
    return links


def propose(store: Store, watch: Watch, **more: Any) -> str:
    entry = propose_opening(store, watch, replace(QUESTION, **more), by="Anna", now=NOW)
    return f"LO-{entry.record['number']}"


def agree(store: Store, code: str, side: str, *, role: Role = Role.HEAD, of: str | None = None) -> None:
    proposal = proposal_named(store, code)
    digest = proposal.digest if of is None else of
    enter_assent(store, proposal.subject, person=f"p-{side}{role}", side=side, role=role, now=NOW, of=digest)


def released(store: Store, watch: Watch, recorded_by: datetime | None = None) -> list[str]:
    return [each.proposal.code for each in released_openings(store, watch, recorded_by)]


def test_a_proposal_keeps_the_answer_as_it_was_and_no_words_in_the_ledger(
    store: Store, watch: Watch, book: LinkBook
) -> None:
    network = network_of(store, watch)
    entered = [entry.row for entry in book.entries_of("")]
    answer = opening_document(opening(network, watch.agreement, QUESTION, zone=watch.zone), network, entered=entered)
    code = propose(store, watch)
    (proposal,) = proposals(store)
    assert (code, proposal.code, proposal.subject) == ("LO-1", "LO-1", "opening:LO-1:1")
    assert proposal.document == answer
    record = next(iter(store.journal.entries(proposal.entry))).record
    for row in (ROWS["status"], ROWS["length"], ROWS["need"]):
        assert row["source"] not in str(record)
    assert "Anna" not in str(record)
    book.enter("length", "ford-road", {"km": "31", "source": "another book"}, by="Anna")
    assert proposals(store) == (proposal,), "it does not change with what is entered later"


def test_no_word_that_was_typed_gets_into_a_proposal(store: Store, watch: Watch) -> None:
    book = LinkBook(store, watch, NOW)
    for table in each(("status", "length", "minutes", "works", "need")):
        row = {key: {"en": WORD} if isinstance(value, dict) else value for key, value in ROWS[table].items()}
        row.pop("of", None)
        for about in QUESTION.opened:
            book.enter(table, about, {**row, "source": f"{WORD} of {table}"}, by="Anna")
    before = places_of_word(store)
    assert before, "the words lie apart, where they can be erased"
    propose(store, watch)
    (proposal,) = proposals(store)
    assert WORD not in str(proposal.document)
    (need,) = (each for each in proposal.document["still_needed"] if each["link"] == "ford-road")
    assert need["decisions"][0]["who"] == ["UV", "LV"], "what is to be decided, and by whom, is still there"
    assert places_of_word(store) == before
    words = [reference for entry in book.entries_of("") for reference in entry.typed.values()]
    store.erase([], people=words, reason="asked for", ordered_by="the centre")
    assert places_of_word(store) == []
    (after,) = proposals(store)
    assert after == proposal


def places_of_word(store: Store) -> list[Path]:
    """The files of the watch that hold the typed word: objects, ledger, index, words that lie apart."""
    paths = [path for path in store.root.rglob("*") if path.is_file()]
    return sorted(path for path in each(paths) if WORD.encode() in path.read_bytes())


def test_an_end_is_asked_for_by_any_of_its_names(store: Store, watch: Watch) -> None:
    name = PlaceName(text="Old Ford", language="en", used_by=("UV",), source="a map")
    nodes = tuple(replace(node, name=(name,)) if node.id == "ford" else node for node in NETWORK.nodes)
    called = replace(watch, network=replace(NETWORK, nodes=nodes))
    propose(store, called, from_="old ford")
    assert proposals(store)[0].question["from"] == "ford"


def test_one_head_releases_nothing_and_both_do_until_one_takes_it_back(store: Store, watch: Watch) -> None:
    code = propose(store, watch)
    assert released(store, watch) == []
    agree(store, code, "NI")
    assert released(store, watch) == []
    agree(store, code, "SI")
    assert released(store, watch) == ["LO-1"]
    (released_opening,) = released_openings(store, watch)
    assert released(store, watch, released_opening.released_at - timedelta(seconds=1)) == [], "not as of before"
    take_back_assent(store, released_opening.proposal.subject, person="p-SIhead", now=NOW)
    assert released(store, watch) == []
    assert released(store, watch, released_opening.released_at) == ["LO-1"]


def test_an_officer_is_no_head_and_another_answer_is_not_agreed_to(store: Store, watch: Watch) -> None:
    code = propose(store, watch)
    agree(store, code, "NI")
    agree(store, code, "SI", role=Role.OFFICER)
    assert released(store, watch) == []
    agree(store, code, "SI", of="sha256:" + "a" * 64)
    assert released(store, watch) == []
    other = propose(store, watch, opened=("ford-road",))
    assert other == "LO-2"
    assert released(store, watch) == []


def test_without_delegations_nothing_is_ever_released(store: Store, watch: Watch) -> None:
    propose(store, watch)
    alone = replace(watch, settings=replace(watch.settings, delegation=()))
    assert released(store, alone) == []


def test_what_is_withdrawn_is_released_no_more_and_its_number_is_not_given_again(store: Store, watch: Watch) -> None:
    code = propose(store, watch)
    agree(store, code, "NI")
    agree(store, code, "SI")
    (released_opening,) = released_openings(store, watch)
    with pytest.raises(LinkRefusedError):
        withdraw_opening(store, code, by="Anna", now=NOW, reason=" ")
    record = withdraw_opening(store, code, by="Anna", now=NOW, reason="the wrong day").record
    assert store.words.read(record["reason"]) == "the wrong day"
    assert released(store, watch) == []
    assert released(store, watch, released_opening.released_at) == ["LO-1"]
    with pytest.raises(StoreError, match="withdrawn already"):
        withdraw_opening(store, code, by="Anna", now=NOW, reason="again")
    with pytest.raises(StoreError, match="no proposal"):
        withdraw_opening(store, "LO-9", by="Anna", now=NOW, reason="again")
    assert propose(store, watch) == "LO-2"


def test_the_same_answer_is_not_proposed_twice(store: Store, watch: Watch, book: LinkBook) -> None:
    propose(store, watch)
    before = len(store.journal)
    with pytest.raises(StoreError, match="LO-1 has the same question and the same answer"):
        propose(store, watch, known_by=NOW - timedelta(0))
    assert len(store.journal) == before
    book.enter("length", "ford-road", {"km": "31", "source": "another book"}, by="Anna")
    assert propose(store, watch) == "LO-2", "what changes is a new proposal"


def test_two_who_propose_at_once_give_no_number_twice(store: Store, watch: Watch) -> None:
    codes: list[str] = []
    days = [date(2031, 5, day) for day in (1, 2, 3, 4)]

    def work(own: list[date]) -> None:
        codes.extend(propose(store, watch, day=day) for day in own)

    threads = [threading.Thread(target=work, args=(own,)) for own in (days[:2], days[2:])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == ["LO-1", "LO-2", "LO-3", "LO-4"]


def test_a_question_that_has_no_answer_proposes_nothing(store: Store, watch: Watch) -> None:
    before = len(store.journal)
    with pytest.raises(TrucewatchError):
        propose(store, watch, to="moon")
    with pytest.raises(TrucewatchError):
        propose(store, watch, opened=("moon-road",))
    assert len(store.journal) == before
    assert not store.words.references()
