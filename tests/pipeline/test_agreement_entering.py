"""What is entered of the agreement is checked as its file is, counts from the moment on at which it was known, and
gives the same list in a run that goes on as in one that begins from nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import each
from tests.server.conftest import copy_of
from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.agreement import Agreement, Stipulation
from trucewatch.model.agreement_entries import TABLES, with_entries
from trucewatch.model.deadlines import Renewal
from trucewatch.model.record_mapping import mapping_from, record_from
from trucewatch.model.watch import Watch
from trucewatch.pipeline import Assessment, _made_again, assess, knowledge_at
from trucewatch.pipeline.agreement_entering import (
    NotTakenError,
    Stating,
    enter_statement,
    take_back,
)
from trucewatch.pipeline.clause_reading import clause_record
from trucewatch.pipeline.current_rows import CurrentRows
from trucewatch.pipeline.last_work import LastWork
from trucewatch.store import Store
from trucewatch.store.agreement_records import ENTRY, agreement_entries, watch_with_entries
from trucewatch.store.journal import Entry
from trucewatch.store.kept_rows import KeptRows
from trucewatch.store.kept_trees import KeptTrees
from trucewatch.store.lists import recorded_lists
from trucewatch.watch import load_watch
from trucewatch.watch.toml_records import read_record

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
TABLES_OF_LIST = ("incidents", "findings", "rejected_incidents", "contributions", "first", "history")
READING: dict[str, Any] = {
    "by": "UV",
    "says": {"en": "fire that answers fire is no breach"},
    "source": "a speech in the assembly",
    "let_by": ["NI", "SI"],
}
ROWS: dict[str, dict[str, Any]] = {
    "reading": READING,
    "extension": {"day": "2031-05-20", "form": "oral", "source": "a call", "by": ["UV"]},
    "term_notice": {"by": "the bishop of the north", "day": "2031-05-02", "source": "a letter"},
    "part": {"says": {"en": "two of three posts"}, "day": "2031-05-02", "source": "a report"},
    "claim": {"by": "UV", "state": "not_met", "says": {"en": "nothing came"}, "source": "a statement"},
    "gap": {"by": "UV", "from": "2031-05-02", "says": {"en": "the bridge was out"}, "source": "a report"},
    "suspension": {"from": "2031-05-02T00:00:00Z", "until": "2031-05-03T00:00:00Z", "by": "UV", "source": "a call"},
    "role": {"role": "beneficiary", "names": {"en": "displaced people"}, "by": "reading:UV", "source": "a talk"},
    "judgment": {"by": "NI", "outcome": "inconsistent", "source": "minutes"},
    "read_as": {
        "by": "UV",
        "relation": "amends",
        "to": "other",
        "says": {"en": "it takes its place"},
        "source": "a speech",
    },
    "by_hand": {"state": "met", "reason": "both heads say so"},
}


class Moments:
    """A clock that goes on by a minute whenever it is asked."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Store, Path]]:
    folder = copy_of("two-valleys", tmp_path)
    with Store(folder, Moments()) as store:
        yield store, folder


def part_of(agreement: Agreement, name: str) -> Stipulation:
    return next(part for _, part in agreement.stipulations() if part.id == name)


def first_of(agreement: Agreement, kind: str) -> str:
    return next(part.id for _, part in agreement.stipulations() if part.kind == kind)


def about_of(table: str, watch: Watch) -> str:
    """Something in the watch that a row of this table can be about."""
    agreement = watch.agreement
    if table == "read_as":
        return agreement.instrument[0].id
    if table == "gap":
        return first_of(agreement, "kept_up")
    if table in ("extension", "part"):
        return next(part.id for _, part in agreement.stipulations() if part.deadline is not None)
    return agreement.provision[0].stipulation[0].id


def fitted(watch: Watch) -> Watch:
    """The watch with a second instrument, a term that is renewed and something to keep up, as some rows need them."""
    agreement = watch.agreement
    (first, *others) = agreement.provision
    renewal = Renewal(term="P5Y", notice="P6M", may=("UV",), text=agreement.text[0].id)
    kept_up = replace(first.stipulation[0], id="9k", kind="kept_up", what="presence")
    parts = (replace(first.stipulation[0], renewal=renewal), *first.stipulation[1:], kept_up)
    instruments = (*agreement.instrument, replace(agreement.instrument[0], id="other"))
    provisions = (replace(first, stipulation=parts), *others)
    return replace(watch, agreement=replace(agreement, instrument=instruments, provision=provisions))


def enter(
    store: Store,
    watch: Watch,
    table: str,
    own: Mapping[str, Any] | None = None,
    *,
    about: str = "",
    known_at: datetime = NOW,
) -> Entry:
    stating = Stating(
        table=table,  # type: ignore[arg-type]
        about=about or about_of(table, watch),
        own=ROWS[table] if own is None else own,
        known_at=known_at,
    )
    entry, _ = enter_statement(store, watch, stating, by="Anna", now=NOW)
    return entry


def refused(
    store: Store, watch: Watch, table: str, own: Mapping[str, Any] | None = None, **more: Any
) -> Mapping[str, Message]:
    before = len(store.journal)
    with pytest.raises(NotTakenError) as raised:
        enter(store, watch, table, own, **more)
    assert len(store.journal) == before
    assert not store.words.references(), "no words are kept of what was not entered"
    return raised.value.faults


@pytest.mark.parametrize("table", TABLES)
def test_a_row_of_each_table_is_entered_and_read_back_as_the_file_would_be(
    watched: tuple[Store, Path], table: str
) -> None:
    store, folder = watched
    watch = fitted(load_watch(folder))
    record = enter(store, watch, table).record
    assert "Anna" not in str(record)
    for text in ("speech", "bishop", "letter", "posts", "displaced", "heads", "minutes"):
        assert text not in str(record), "words stand in no record"
    (entry,) = agreement_entries(store)
    said_once: dict[str, Any] = {"known_at": "2031-05-04T02:00:00Z"}
    if table == "reading":
        said_once["about"] = entry.about
    if table == "by_hand":
        said_once |= {"by": record["by"], "entry": entry.entry}
    assert entry.row == record_from(TABLES[entry.table], {**ROWS[table], **said_once})
    assert mapping_from(entry.row) == {**ROWS[table], **said_once}
    agreement = with_entries(watch.agreement, [entry])
    if table == "reading":
        assert agreement.readings_of(entry.about, NOW)[-1] == entry.row
    elif table == "read_as":
        assert agreement.instrument[0].read_as[-1] == entry.row
    else:
        assert getattr(part_of(agreement, entry.about), table)[-1] == entry.row


def test_the_file_and_a_record_give_the_same_row() -> None:
    """One function reads both."""
    from trucewatch.model.clause_parts import Reading

    text = b"""by = "UV"
about = "1a"
says = { en = "so" }
known_at = 2031-05-04T05:00:00+03:00
source = "a speech"
reads = { day = 2031-05-20, number = { counter = "posts", at_least = 3 } }
"""
    from_file, _, faults = read_record(text, "a.toml", Reading)
    assert from_file is not None
    assert not faults
    assert record_from(Reading, mapping_from(from_file)) == from_file


@pytest.mark.parametrize(
    ("table", "own", "key", "sentence"),
    [
        ("reading", {"about": "9z"}, "about", 'There is no part "9z" of a clause'),
        ("read_as", {"about": "9z"}, "about", 'There is no instrument "9z"'),
        ("reading", {**READING, "by": "XX"}, "by", 'speaker "XX" is not known'),
        ("reading", {**READING, "source": " "}, "source", "This is empty"),
        ("reading", {**READING, "says": {}}, "says", "This is empty"),
        ("reading", {**READING, "reads": {"day": "2031-05-20"}}, "reads", "reads day otherwise, of which 1a has none"),
        ("reading", {**READING, "reads": {"kinds": ["sorcery"]}}, "reads", 'kind "sorcery" is not known'),
        ("reading", {**READING, "reads": {"zone": "moon"}}, "reads", 'zone "moon" is not known'),
        ("reading", {**READING, "let_by": ["XX"]}, "let_by", 'delegation "XX" is not known'),
        ("reading", {**READING, "mood": "good"}, "mood", 'unknown key "mood"'),
        ("reading", {**READING, "known_at": "2031-05-04T02:00:00Z"}, "known_at", "unknown key"),
        ("by_hand", {"state": "met", "reason": "so", "by": "somebody else"}, "by", "unknown key"),
        ("by_hand", {"state": "met", "reason": ""}, "reason", "This is empty"),
        ("by_hand", {"state": "guilty", "reason": "so"}, "state", 'state "guilty" is not known'),
        ("extension", {**ROWS["extension"], "day": "2031-02-30"}, "day", "day"),
        ("extension", {**ROWS["extension"], "form": "sung"}, "form", 'form = "sung" is not one of its words'),
        ("extension", {key: ROWS["extension"][key] for key in ("form", "source")}, "day", "This is empty"),
        ("extension", {**ROWS["extension"], "about": "1a"}, "about", "extends a deadline that it does not have"),
        ("gap", {**ROWS["gap"], "about": "1a"}, "about", "is nothing that has to go on"),
        ("gap", {**ROWS["gap"], "until": "2031-05-01"}, "until", "before it begins"),
        ("suspension", {**ROWS["suspension"], "from": "2031-05-04"}, "from", "is a day and no moment"),
        ("suspension", {**ROWS["suspension"], "instrument": "none"}, "instrument", 'instrument "none" is not known'),
        ("claim", {**ROWS["claim"], "source": "a" * 501}, "source", "This has 501 characters, at most 500 are kept"),
        ("claim", {**ROWS["claim"], "says": {"en": "a\x1bb"}}, "says", "holds a character that cannot be shown"),
        ("judgment", {**ROWS["judgment"], "by": "UV"}, "judgment", 'delegation "UV" is not known'),
    ],
)
def test_what_the_checks_of_the_file_refuse_is_refused_with_its_key_and_enters_nothing(
    watched: tuple[Store, Path], table: str, own: dict[str, Any], key: str, sentence: str
) -> None:
    store, folder = watched
    own = dict(own)
    about = own.pop("about", "")
    faults = refused(store, fitted(load_watch(folder)), table, own, about=about)
    expected = key if key in faults else "about"
    assert sentence in str(faults[expected]), faults


def test_a_moment_ahead_of_the_clock_and_a_thing_of_no_name_are_refused(watched: tuple[Store, Path]) -> None:
    store, folder = watched
    watch = load_watch(folder)
    faults = refused(store, watch, "reading", known_at=NOW + timedelta(seconds=1))
    assert "ahead of the watch's clock" in str(faults["known_at"])
    assert "none of the things" in str(refused(store, watch, "weather", {}, about="1a")["table"])


def test_a_notice_by_somebody_who_may_not_give_it_is_kept(watched: tuple[Store, Path]) -> None:
    store, folder = watched
    watch = fitted(load_watch(folder))
    remarks = []
    for who in ("the bishop of the north", "LV", ""):
        own = {**ROWS["term_notice"], "by": who}
        stating = Stating(table="term_notice", about="1a", own=own, known_at=NOW)
        remarks.append(" ".join(map(str, enter_statement(store, watch, stating, by="Anna", now=NOW)[1])))
    assert ["who may not give it by the text; it is kept, and is no notice" in line for line in remarks[:2]] == [
        True
    ] * 2
    assert "is notice by nobody; it is kept, and is no notice" in remarks[2]
    given = part_of(with_entries(watch.agreement, agreement_entries(store)), "1a").term_notice
    assert [notice.by for notice in given] == ["the bishop of the north", "LV", ""]
    on_record = [entry.record["fields"].get("by", "") for entry in store.journal.entries() if _is_entry(entry)]
    assert on_record[0].startswith("w-"), "a name that was typed can be erased"
    assert on_record[1:] == ["LV", ""]


def _is_entry(entry: Entry) -> bool:
    return bool(entry.record["schema"] == ENTRY)


def test_who_takes_back_says_why_and_does_it_once(watched: tuple[Store, Path]) -> None:
    store, folder = watched
    name = enter(store, load_watch(folder), "reading").record["id"]
    with pytest.raises(NotTakenError):
        take_back(store, name, by="Anna", now=NOW, reason=" ")
    record = take_back(store, name, by="Anna", now=NOW, reason="the wrong clause").record
    assert record["reason"].startswith("w-")
    assert store.words.read(record["reason"]) == "the wrong clause"
    with pytest.raises(StoreError, match="taken back already"):
        take_back(store, name, by="Anna", now=NOW, reason="again")
    with pytest.raises(StoreError, match="nothing called"):
        take_back(store, "e-x", by="Anna", now=NOW, reason="again")


def from_nothing(store: Store, folder: Path, **options: Any) -> Assessment:
    """The same worked out with nothing in memory; what was there comes back."""
    kinds = (LastWork, CurrentRows, KeptRows, KeptTrees)
    kept = [store.memory.of(kind) for kind in kinds]
    for kind in kinds:
        store.memory.put(kind())
    anew = assess(store, folder, now=NOW, **options)
    for thing in kept:
        store.memory.put(thing)
    return anew


def both_ways(store: Store, folder: Path) -> Assessment:
    """A run that goes on; one that begins from nothing gives the same."""
    step = assess(store, folder, now=NOW)
    anew = from_nothing(store, folder)
    for name in TABLES_OF_LIST:
        assert getattr(step, name).equals(getattr(anew, name)), name
    assert (step.list_entry, step.warnings) == (anew.list_entry, anew.warnings)
    return step


def outcomes_of(assessment: Assessment, stipulation: str) -> list[str]:
    rows = assessment.findings.to_pylist()
    return [f"{row['outcome']} {row['reason']}" for row in rows if row["stipulation"] == stipulation]


def test_a_list_after_an_entry_is_the_list_from_nothing_and_the_old_one_does_not_see_it(
    watched: tuple[Store, Path],
) -> None:
    store, folder = watched
    first = both_ways(store, folder)
    watch = load_watch(folder)
    kind = next(
        row["kind"] for row in each(first.incidents.to_pylist()) if row["kind"] in part_of(watch.agreement, "1a").kinds
    )
    own = {**READING, "reads": {"permits": [kind]}}
    early = NOW - timedelta(days=30)
    name = enter(store, watch, "reading", own, about="1a", known_at=early).record["id"]
    read = both_ways(store, folder)
    assert outcomes_of(read, "1a") != outcomes_of(first, "1a")
    assert any("reading_disputed" in outcome for outcome in outcomes_of(read, "1a"))
    assert read.list_entry > first.list_entry
    again = both_ways(store, folder)
    assert again.list_entry == read.list_entry, "nothing changed, so nothing is recorded"

    old, newer = recorded_lists(store)[0], recorded_lists(store)[-1]
    assert _made_again(store, folder, NOW, old)["incidents"].equals(first.incidents)
    then = from_nothing(store, folder, as_of=old.as_of, recorded_by=old.recorded_at)
    assert then.findings.equals(first.findings), "the list of before does not see what was entered later"
    assert from_nothing(store, folder, recorded_by=newer.recorded_at).findings.equals(read.findings)

    take_back(store, name, by="Anna", now=NOW, reason="the wrong clause")
    undone = both_ways(store, folder)
    assert undone.findings.equals(first.findings)
    assert from_nothing(store, folder, recorded_by=newer.recorded_at).findings.equals(read.findings), "it stood then"


def test_what_became_known_later_than_the_cut_off_has_no_effect(watched: tuple[Store, Path]) -> None:
    store, folder = watched
    first = both_ways(store, folder)
    watch, early = load_watch(folder), NOW - timedelta(hours=30)
    before = from_nothing(store, folder, as_of=early)
    kinds = list(part_of(watch.agreement, "1a").kinds)
    own = {**READING, "reads": {"permits": kinds}}
    enter(store, watch, "reading", own, about="1a", known_at=NOW - timedelta(hours=1))
    assert from_nothing(store, folder, as_of=early).findings.equals(before.findings)
    assert not both_ways(store, folder).findings.equals(first.findings)


def test_how_clauses_stand_counts_in_what_was_entered(watched: tuple[Store, Path]) -> None:
    store, folder = watched
    assess(store, folder, now=NOW)
    known_at = NOW - timedelta(days=1)
    entry = enter(store, load_watch(folder), "by_hand", about="1a", known_at=known_at)

    def state(at: datetime, **options: Any) -> str:
        record = clause_record(store, folder, now=NOW, as_of=NOW, **options)
        return next(each.state for each in record.states_at(at) if each.stipulation == "1a")

    def by_hand(at: datetime) -> list[Any]:
        record = clause_record(store, folder, now=NOW, as_of=NOW)
        (standing,) = (each for each in record.states_at(at) if each.stipulation == "1a")
        return [line for line in standing.rule if line.code == "by_hand"]

    (line,) = by_hand(known_at)
    assert line.facts["reason"] == "both heads say so"
    assert "by" not in line.facts, "no name of a person, and no word that they were erased"
    before = state(known_at - timedelta(minutes=1))
    assert before != "met"
    assert state(known_at) == "met"
    take_back(store, entry.record["id"], by="Anna", now=NOW, reason="a slip")
    assert state(NOW) == before
    assert state(NOW, recorded_by=agreement_entries(store)[0].recorded_at) == "met", "it stood then"


def test_a_history_that_was_entered_later_answers_for_its_own_time_and_not_in_the_journal_of_before(
    watched: tuple[Store, Path],
) -> None:
    """A state as known then counts what became known then, whenever it was entered."""
    store, folder = watched
    assess(store, folder, now=NOW)
    known_at, before = NOW - timedelta(days=2), clause_record(store, folder, now=NOW, as_of=NOW).list_made_at
    enter(store, load_watch(folder), "claim", about="2", known_at=known_at)

    def claims(at: datetime, recorded_by: datetime | None = None) -> list[str]:
        record = clause_record(store, folder, now=NOW, as_of=NOW, recorded_by=recorded_by)
        (stands,) = (each for each in record.states_at(at) if each.stipulation == "2")
        return [claim.by for claim in stands.claims]

    own = claims(known_at - timedelta(minutes=1))
    assert claims(known_at) == [*own, "UV"]
    assert claims(known_at, recorded_by=before) == own


def test_an_entry_about_a_part_that_the_file_names_no_more_counts_nowhere_and_says_so(
    watched: tuple[Store, Path],
) -> None:
    store, folder = watched
    entry = enter(store, load_watch(folder), "reading", about="1a")
    for path in (folder / "agreement.toml", folder / "lexicon.toml", *(folder / "texts").glob("*.toml")):
        text = path.read_text(encoding="utf-8").replace('id = "1a"', 'id = "1x"').replace('of = "1a"', 'of = "1x"')
        text = text.replace('about = ["1a"', 'about = ["1x"')
        path.write_text(text, encoding="utf-8")
    knowledge = knowledge_at(store, folder, now=NOW)
    sentences = [str(warning) for warning in knowledge.warnings]
    assert any(f'entry {entry.number} is about "1a", which agreement.toml does not name' in line for line in sentences)
    assert watch_with_entries(store, load_watch(folder)).agreement == load_watch(folder).agreement
