"""A decision holds to the very words; a reading joins its clause with it and leaves it with it; a commitment is an
undertaking that nobody calls broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import each
from tests.spoken import CLAIM, PROMISE, READING, bytes_of, opened, plain_reading, said_in, statement
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.model.annotations import Passage, Span, Value
from trucewatch.model.undertakings import WORDS, clock_message
from trucewatch.model.watch import Watch
from trucewatch.pipeline.agreement_entering import NotTakenError
from trucewatch.pipeline.annotation_entering import Decided, decide, take_back, take_back_version
from trucewatch.pipeline.statement_intake import take_in_statement
from trucewatch.pipeline.undertaking_steps import enter_step, take_back_step
from trucewatch.store import Store
from trucewatch.store.agreement_records import agreement_entries, watch_with_entries
from trucewatch.store.statement_records import annotation_numbered, official_statements
from trucewatch.store.undertaking_records import undertakings
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
TALK = statement()
WILL = said_in(TALK, PROMISE, "commitment", by_day=date(2031, 5, 2), by_bound="by", by_words="by 2 May", about=("2",))
READS = said_in(TALK, READING, "reading", about=("1a",))
pytestmark = pytest.mark.usefixtures("plain_reading")
__all__ = ["plain_reading"]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Store, Watch]]:
    for store, folder in opened(tmp_path, lambda: NOW):
        watch = load_watch(folder)
        take_in_statement(store, watch, bytes_of(TALK), "talk.html", by="Anna", now=NOW, voice="LV")
        yield store, watch


def accept(store: Store, watch: Watch, passage: Passage, **more: Any) -> Decided:
    words: dict[str, Any] = {"decision": "accepted", "offer": passage.key, "by": "Anna", "now": NOW} | more
    return decide(store, watch, 1, "en", 1, passage, **words)


def readings(store: Store, watch: Watch) -> list[str]:
    agreement = watch_with_entries(store, watch).agreement
    return [
        f"{reading.about}: {text}"
        for provision in agreement.provision
        for reading in provision.reading
        for text in reading.says.values()
        if text.startswith("Clause 1a") or "(erased" in text
    ]


def test_a_decision_is_read_back_with_every_word(watched: tuple[Store, Watch]) -> None:
    store, watch = watched
    start = CLAIM.index("2 May")
    place = CLAIM.index("Bridge Road")
    passage = said_in(
        TALK,
        CLAIM,
        attributed_to=("the officer",),
        who=("UV", "a farmer"),
        topics=("aid",),
        values=(
            Value(kind="date", start=start, end=start + 5, text="2 May", value="2031-05-02"),
            Value(kind="place", start=place, end=place + 11, text="Bridge Road", value="Bridge Road"),
        ),
        people=("a farmer",),
        trigger=("were turned",),
        rule="en.claim.past",
    )
    decided = accept(store, watch, passage, note="look at the patrol's log", may_leave=True)
    annotation = annotation_numbered(store, 1)
    assert annotation == decided.annotation
    assert annotation.passage == replace(passage, exchange=1, speaker="s1")
    assert (annotation.note, annotation.may_leave, annotation.code) == ("look at the patrol's log", True, "A-1")
    assert (annotation.statement, annotation.offer) == (1, passage.key)
    assert {"words", "note", "named.0", "attributed_to.0", "who.1", "values.1.value"} <= set(annotation.references)
    record = str(decided.entry.record)
    assert not [word for word in ("convoys", "farmer", "officer", "Bridge", "patrol") if word in record]


@pytest.mark.parametrize(
    ("key", "passage"),
    [
        ("words", replace(WILL, words="We will hand over everything.")),
        ("words", replace(WILL, span=Span(paragraph="p3", start=5, end=4000))),
        ("words", replace(WILL, span=Span(paragraph="p3", start=3, end=3))),
        ("paragraph", replace(WILL, span=Span(paragraph="p99", start=0, end=4))),
        ("about", replace(WILL, about=("99z",))),
        ("about", replace(READS, about=("99z",))),
        ("topics", replace(WILL, topics=("not an id",))),
        ("who", replace(WILL, who=("a\x07b",))),
        ("by_words", replace(WILL, by_words="x" * 5000)),
        ("values", replace(WILL, values=(Value(kind="date", start=0, end=2, text="by", value="2031-05-02"),))),
        ("kind", replace(WILL, kind="rumour")),  # type: ignore[arg-type]
        ("kind", said_in(TALK, "break 1a as you did", "claim")),
    ],
)
def test_what_is_wrong_is_said_by_its_field_and_nothing_is_entered(
    watched: tuple[Store, Watch], key: str, passage: Passage
) -> None:
    store, watch = watched
    entries = len(store.journal)
    with pytest.raises(NotTakenError) as refusal:
        accept(store, watch, passage)
    assert key in refusal.value.faults
    assert len(store.journal) == entries


def test_an_accepted_reading_joins_its_clause_and_leaves_it_when_it_is_taken_back(
    watched: tuple[Store, Watch],
) -> None:
    store, watch = watched
    entries = len(store.journal)
    decided = accept(store, watch, READS)
    (entry,) = agreement_entries(store)
    assert decided.leads_to == entry.entry_id
    assert (entry.row.by, entry.about) == ("LV", "1a")
    assert entry.row.source.startswith("S-1, Talk with the press, 2031-05-02")
    assert entry.known_at == datetime(2031, 5, 2, 22, 19, tzinfo=UTC)
    assert readings(store, watch) == [f"1a: {READING}"]
    assert len(store.journal) == entries + 2
    take_back(store, 1, by="Anna", now=NOW, reason="the wrong clause")
    assert readings(store, watch) == []
    assert annotation_numbered(store, 1).undone is not None
    with pytest.raises(StoreError, match="taken back already"):
        take_back(store, 1, by="Anna", now=NOW, reason="again")


def test_a_reading_of_no_clause_is_kept_and_counts_nowhere(watched: tuple[Store, Watch]) -> None:
    store, watch = watched
    decided = accept(store, watch, replace(READS, about=()))
    assert decided.leads_to == ""
    assert "counts at no clause" in str(decided.remarks[0])
    assert agreement_entries(store) == ()
    assert annotation_numbered(store, 1).stands


def test_a_reading_of_a_clause_of_several_parts_asks_which(watched: tuple[Store, Watch]) -> None:
    store, watch = watched
    several = next(each for each in watch.agreement.provision if len(each.stipulation) > 1)
    with pytest.raises(NotTakenError, match="Choose the part of clause") as refusal:
        accept(store, watch, replace(READS, about=(several.number,)))
    assert set(refusal.value.faults) == {"about"}


def test_a_reported_reading_is_nobodys_until_somebody_says_whose(watched: tuple[Store, Watch]) -> None:
    store, watch = watched
    reported = replace(READS, attributed_to=("the other side",))
    with pytest.raises(NotTakenError, match="Say whose reading it is"):
        accept(store, watch, reported)
    accept(store, watch, replace(reported, who=("UV",)))
    assert [entry.row.by for entry in agreement_entries(store)] == ["UV"]


@pytest.mark.parametrize(
    ("kind", "role", "whose"),
    [
        ("press_conference", "spokesperson", ("LV",)),
        ("press_conference", "Foreign Minister of the Lower Valley", ("LV",)),
        ("press_conference", "Foreign Minister of the Upper Valley", ()),
        ("press_conference", "envoy of the Lower Valley to the Upper Valley", ("LV",)),
        ("joint_statement", "spokesperson", ()),
    ],
)
def test_we_of_a_guest_is_not_the_side_of_the_page(tmp_path: Path, kind: str, role: str, whose: Any) -> None:
    """On a page of the Lower Valley a guest of the other side; and of a joint statement "we" is nobody's alone."""
    talk = replace(TALK, kind=kind, speakers=(replace(TALK.speakers[0], role=role),))  # type: ignore[arg-type]
    for store, folder in opened(tmp_path, lambda: NOW):
        watch = load_watch(folder)
        take_in_statement(store, watch, bytes_of(talk), "talk.html", by="Anna", now=NOW, voice="LV")
        accept(store, watch, WILL)
        (undertaking,) = undertakings(store, watch.zone, NOW)
        assert undertaking.who == whose
        if whose:
            accept(store, watch, READS)
            assert [entry.row.by for entry in agreement_entries(store)] == list(whose)
        else:
            with pytest.raises(NotTakenError, match="Say whose reading it is"):
                accept(store, watch, READS)


def test_a_reading_that_names_a_person_joins_no_clause_before_a_person_said_that_it_may(
    watched: tuple[Store, Watch],
) -> None:
    store, watch = watched
    named = replace(READS, people=("Ada Thorne",))
    with pytest.raises(NotTakenError, match="name a person"):
        accept(store, watch, named)
    assert readings(store, watch) == []
    accept(store, watch, named, may_leave=True)
    assert readings(store, watch) == [f"1a: {READING}"]


@pytest.mark.parametrize("title", ["Talk with Jon Reyle", "Talk about Minister Ada Thorne"])
def test_a_report_cites_no_title_that_names_a_person(tmp_path: Path, title: str) -> None:
    talk = replace(TALK, title=title, speakers=(replace(TALK.speakers[0], name="Jon Reyle"),))
    for store, folder in opened(tmp_path, lambda: NOW):
        watch = load_watch(folder)
        take_in_statement(store, watch, bytes_of(talk), "talk.html", by="Anna", now=NOW, voice="LV")
        accept(store, watch, READS)
        assert [entry.row.source for entry in agreement_entries(store)] == ["S-1, 2031-05-02"]


def test_words_marked_by_hand_that_name_a_person_say_so(watched: tuple[Store, Watch]) -> None:
    store, watch = watched
    talk = statement("Foreign Minister Ada Thorne closed the Bridge Road.", title="Another talk")
    number = take_in_statement(store, watch, bytes_of(talk), "b.html", by="Anna", now=NOW, voice="LV").number
    words = talk.exchanges[0].answers[0].paragraphs[0].text
    decided = decide(
        store, watch, number, "en", 1, said_in(talk, words), decision="added", by="Anna", now=NOW
    )  # fmt: skip
    assert decided.annotation.passage.people == ("Ada Thorne",)


def test_a_later_decision_on_the_same_offer_takes_the_place_of_the_one_before(watched: tuple[Store, Watch]) -> None:
    store, watch = watched
    accept(store, watch, READS)
    changed = accept(store, watch, replace(READS, about=("1b",)), decision="changed", offer=READS.key)
    assert changed.annotation.number == 1
    assert readings(store, watch) == [f"1b: {READING}"]
    accept(store, watch, READS, decision="rejected")
    assert readings(store, watch) == []
    (on_record,) = official_statements(store)
    assert [each.stands for each in on_record.annotations] == [False, False, False]
    assert [each.undone is None for each in on_record.annotations] == [False, False, True]


def test_who_looked_at_something_else_enters_nothing(watched: tuple[Store, Watch]) -> None:
    store, watch = watched
    first = accept(store, watch, WILL, looked_at=0)
    for looked_at in each([0, first.entry.number + 7]):
        with pytest.raises(StoreError, match="changed since it was looked at"):
            accept(store, watch, WILL, looked_at=looked_at)
    with pytest.raises(StoreError, match="changed since it was looked at"):
        take_back(store, 1, looked_at=0, by="Anna", now=NOW, reason="mistake")
    take_back(store, 1, looked_at=first.entry.number, by="Anna", now=NOW, reason="mistake")


def test_a_version_with_decisions_is_not_taken_out(watched: tuple[Store, Watch]) -> None:
    store, watch = watched
    accept(store, watch, WILL)
    with pytest.raises(StoreError, match="decisions stand on version 1 of S-1: A-1"):
        take_back_version(store, 1, "en", 1, by="Anna", now=NOW, reason="mistake")
    take_back(store, 1, by="Anna", now=NOW, reason_code="at_once")
    take_back_version(store, 1, "en", 1, by="Anna", now=NOW, reason_code="at_once")
    with pytest.raises(StoreError, match="is taken out"):
        accept(store, watch, WILL)


def test_a_commitment_is_an_undertaking_with_a_clock_only_where_the_words_name_a_day(
    watched: tuple[Store, Watch],
) -> None:
    store, watch = watched
    accept(store, watch, WILL)
    accept(store, watch, replace(WILL, by_day=None, by_bound="", by_words="", span=WILL.span), offer="q-" + "a" * 26)
    dated, undated = undertakings(store, watch.zone, NOW)
    assert (dated.code, dated.who, dated.words) == ("U-1", ("LV",), PROMISE)
    assert dated.due == datetime(2031, 5, 3, 2, tzinfo=UTC)  # the statement is two hours behind UTC
    assert undated.due is None
    assert str(clock_message(undated, NOW)) == "no day was taken from the words, so no clock runs"
    assert "runs until 2031-05-02 ends" in str(clock_message(dated, NOW - timedelta(days=2)))
    passed = str(clock_message(dated, NOW))
    assert "has passed" in passed
    assert "nothing entered here says what became of it" in passed


def test_the_clock_has_the_same_words_for_either_party(watched: tuple[Store, Watch]) -> None:
    store, watch = watched
    accept(store, watch, replace(WILL, who=("UV",)))
    accept(store, watch, replace(WILL, who=("LV",)), offer="q-" + "a" * 26)
    first, second = undertakings(store, watch.zone, NOW)
    assert (first.who, second.who) == (("UV",), ("LV",))
    for at in each([NOW, NOW - timedelta(days=2)]):
        assert str(clock_message(first, at)) == str(clock_message(second, at))


def test_before_a_day_ends_as_that_day_begins(watched: tuple[Store, Watch]) -> None:
    store, watch = watched
    accept(store, watch, replace(WILL, by_bound="before"))
    (undertaking,) = undertakings(store, watch.zone, NOW)
    assert undertaking.due == datetime(2031, 5, 2, 2, tzinfo=UTC)


def test_what_became_of_it_is_somebodys_word_and_can_be_taken_back(watched: tuple[Store, Watch]) -> None:
    store, watch = watched
    accept(store, watch, WILL)
    words: dict[str, Any] = {"who": ("UV", "The Herald"), "source": "a call", "by": "Anna", "now": NOW}
    for number, word in enumerate(each(WORDS), 1):
        enter_step(store, watch, 1, word=word, day=date(2031, 5, 3), says=f"words {number}", **words)
    (undertaking,) = undertakings(store, watch.zone, NOW)
    assert [(step.word, step.by) for step in undertaking.steps] == [(word, ("UV", "The Herald")) for word in WORDS]
    with pytest.raises(StoreError, match="steps of U-1 stand on it"):
        take_back(store, 1, by="Anna", now=NOW, reason="mistake")
    for number in each(range(1, len(WORDS) + 1)):
        take_back_step(store, watch, 1, number, by="Anna", now=NOW, reason="mistake")
    (undertaking,) = undertakings(store, watch.zone, NOW)
    assert undertaking.standing_steps == ()
    assert len(undertaking.steps) == len(WORDS)
    with pytest.raises(StoreError, match="no step 1 that stands"):
        take_back_step(store, watch, 1, 1, by="Anna", now=NOW, reason="mistake")
    take_back(store, 1, by="Anna", now=NOW, reason="mistake")
    assert undertakings(store, watch.zone, NOW) == ()


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("who", {"who": ()}),
        ("source", {"source": " "}),
        ("word", {"word": "broken"}),
        ("day", {"day": date(2031, 5, 9)}),
        ("day", {"day": date(2031, 5, 1)}),
        ("day", {"day": date(9999, 12, 31)}),
        ("known_at", {"known_at": NOW + timedelta(hours=1)}),
    ],
)
def test_a_step_that_is_wrong_is_refused_by_its_field(
    watched: tuple[Store, Watch], key: str, typed: dict[str, Any]
) -> None:
    store, watch = watched
    accept(store, watch, WILL)
    right: dict[str, Any] = {
        "word": "done",
        "day": date(2031, 5, 3),
        "who": ("UV",),
        "source": "a call",
        "by": "Anna",
        "now": NOW,
    }
    with pytest.raises(NotTakenError) as refusal:
        enter_step(store, watch, 1, **right | typed)
    assert key in refusal.value.faults


def test_an_erased_text_leaves_the_decisions_and_an_erased_file_leaves_neither_words(
    watched: tuple[Store, Watch],
) -> None:
    store, watch = watched
    accept(store, watch, READS)
    accept(store, watch, WILL)
    (on_record,) = official_statements(store)
    copy = on_record.versions[0]
    store.erase([], people=[copy.references["text"]], reason="asked for", ordered_by="Court")
    assert annotation_numbered(store, 1).passage.words == READING
    with pytest.raises(TrucewatchError, match="was erased"):
        accept(store, watch, said_in(TALK, CLAIM))
    store.erase([copy.evidence], reason="asked for", ordered_by="Court")
    assert [annotation_numbered(store, number).passage.words for number in (1, 2)] == ["", ""]
    assert [undertaking.words for undertaking in undertakings(store, watch.zone, NOW)] == [""]
    (line,) = readings(store, watch)
    assert "(erased" in line
    stored = "".join(path.read_text(errors="replace") for path in store.words.folder.glob("*"))
    assert not [word for word in ("Hollin", "posts", "press") if word in stored]
