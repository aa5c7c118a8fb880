"""What is entered of a link is checked as its file is, counts from the moment on at which it was known, and counts at
no moment once it was taken back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import each
from tests.links_on_record import NETWORK, ROWS
from tests.server.conftest import copy_of
from trucewatch.errors import StoreError
from trucewatch.model.link_statements import OF_CORRIDORS, STATEMENTS
from trucewatch.model.link_status import status_on
from trucewatch.model.links import Network
from trucewatch.model.record_mapping import record_from
from trucewatch.model.watch import Watch
from trucewatch.pipeline.link_columns import StatusColumns
from trucewatch.pipeline.link_entering import LinkBook, LinkRefusedError, network_of
from trucewatch.store import Store
from trucewatch.store.link_records import ENTRY, link_entries
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)


class Moments:
    """A clock that goes on by a minute whenever it is asked."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(copy_of("two-valleys", tmp_path), Moments()) as opened:
        yield opened


@pytest.fixture(scope="module")
def watch() -> Watch:
    from tests.conftest import ROOT

    return replace(load_watch(ROOT / "examples" / "two-valleys"), network=NETWORK)


def about_of(table: str) -> str:
    return "the-passage" if table in OF_CORRIDORS else "ford-road"


def enter(book: LinkBook, table: str, **own: Any) -> str:
    about = own.pop("about", about_of(table))
    return str(book.enter(table, about, {**ROWS[table], **own}, by="Anna").record["id"])


@pytest.mark.parametrize("table", STATEMENTS)
def test_a_row_of_each_table_is_entered_without_its_words_and_read_back_with_them(
    store: Store, watch: Watch, table: str
) -> None:
    book = LinkBook(store, watch, NOW)
    name = enter(book, table)
    (entry,) = book.entries_of(about_of(table))
    expected = record_from(STATEMENTS[table], ROWS[table] | {"known_at": NOW})
    assert entry.row == expected
    record = next(iter(store.journal.entries(entry.entry))).record
    assert "Anna" not in str(record)
    for text in each(_texts(ROWS[table])):
        assert text not in str(record), "words stand in no record"
    network = network_of(store, watch)
    holder = network.corridor("the-passage") if table in OF_CORRIDORS else network.link("ford-road")
    assert getattr(holder, table)[-1] == expected
    book.undo(name, by="Anna", reason="the wrong link")
    assert network_of(store, watch) == NETWORK


def _texts(row: dict[str, Any]) -> list[str]:
    words = [text for value in row.values() if isinstance(value, dict) for text in value.values()]
    return [*words, row["source"]]


@pytest.mark.parametrize("table", STATEMENTS)
def test_words_that_were_erased_leave_a_row_that_says_the_rest(store: Store, watch: Watch, table: str) -> None:
    book = LinkBook(store, watch, NOW)
    enter(book, table)
    (entry,) = book.entries_of("")
    references = each(entry.typed.values())
    store.erase([], people=list(references), reason="asked for", ordered_by="the centre")
    (erased,) = book.entries_of("")
    assert erased.row is not None
    assert erased.row.source == ""
    empty = {each.name for each in fields(erased.row) if getattr(erased.row, each.name) == {}}
    assert {key.partition(".")[0] for key in entry.typed} <= empty | {"source"}


def test_an_erased_source_gives_way_to_no_other_so_that_what_differed_stays_not_known(
    store: Store, watch: Watch
) -> None:
    book = LinkBook(store, watch, NOW)
    for status, said, source in (("closed", "2031-05-02", "one paper"), ("open", "2031-05-03", "another paper")):
        enter(book, "status", status=status, since="2031-05-02", said=said, source=source, by="")

    def stands() -> tuple[str, str, int]:
        columns = StatusColumns.of(network_of(store, watch), watch.agreement, watch.zone)
        by_columns = columns.status("ford-road", NOW.date(), NOW, passing="forward")
        link = network_of(store, watch).link("ford-road")
        assert link is not None
        by_rule = status_on(link.status, NOW.date(), NOW, agreement=watch.agreement, zone=watch.zone, passing="forward")
        assert (by_columns.status, by_columns.why) == (by_rule.status, by_rule.why)
        return by_rule.status, by_rule.why, len(by_rule.statements)

    before = stands()
    assert before == ("not_known", "sources_differ", 2)
    references = [reference for entry in book.entries_of("") for reference in entry.typed.values()]
    store.erase([], people=references, reason="asked for", ordered_by="the centre")
    assert all(entry.row.source == "" for entry in book.entries_of(""))
    assert stands() == before


def test_the_same_network_is_given_until_something_is_entered(store: Store, watch: Watch) -> None:
    book = LinkBook(store, watch, NOW)
    assert book.network is NETWORK
    enter(book, "status")
    first = book.network
    assert first is not NETWORK
    assert LinkBook(store, watch, NOW).network is first
    name = enter(book, "length")
    assert book.network is not first
    assert book.network.link("ford-road") is not first.link("ford-road")
    assert book.network.link("hill-road") is first.link("hill-road"), "what did not change is not made again"
    book.undo(name, by="Anna", reason="a slip")
    assert book.network == first


def test_a_moment_sees_what_was_recorded_by_it(store: Store, watch: Watch) -> None:
    book = LinkBook(store, watch, NOW)
    name = enter(book, "status")
    (entry,) = link_entries(store)
    book.undo(name, by="Anna", reason="a slip")
    before = entry.recorded_at - timedelta(seconds=1)
    assert network_of(store, watch, before) == NETWORK
    assert len(_status_of(network_of(store, watch, entry.recorded_at))) == 1, "it was not taken back by then"
    assert network_of(store, watch) == NETWORK


def _status_of(network: Network) -> tuple[Any, ...]:
    link = network.link("ford-road")
    assert link is not None
    return link.status


@pytest.mark.parametrize(
    ("table", "own", "key", "sentence"),
    [
        ("weather", {}, "table", "none of the things"),
        ("status", {"about": "ford-raod"}, "about", 'did you mean "ford-road"?'),
        ("status", {"about": "the-passage"}, "about", "of which this can be stated"),
        ("queue", {"about": "ford-road"}, "about", "of which this can be stated"),
        ("status", {"status": "guilty"}, "status", 'status = "guilty"'),
        ("status", {"status": ""}, "status", "this is empty"),
        ("status", {"since": "2031-02-30"}, "since", ""),
        ("status", {"mood": "good"}, "mood", 'unknown key "mood"'),
        ("status", {"source": " "}, "source", "this is empty"),
        ("status", {"source": "a" * 601}, "source", "this has 601 characters, at most 600 are kept"),
        ("status", {"says": {"en": "a\x1bb"}}, "says", "a character that cannot be shown"),
        ("status", {"known_at": "2031-05-04T02:00:01Z"}, "known_at", "ahead of the watch's clock"),
        ("status", {"known_at": "soon"}, "known_at", ""),
        ("length", {"km": "-3"}, "km", ""),
        ("length", {"km": "nan"}, "km", ""),
        ("length", {"km": "inf"}, "km", ""),
        ("length", {"km": ""}, "km", "this is empty"),
        ("length", {"km": "seven"}, "km", ""),
        ("need", {"who": []}, "who", "this is empty"),
        ("checkpoint", {"called": {}}, "called", "this is empty"),
    ],
)
def test_what_is_wrong_is_refused_with_its_key_and_enters_nothing(
    store: Store, watch: Watch, table: str, own: dict[str, Any], key: str, sentence: str
) -> None:
    before, book, own = len(store.journal), LinkBook(store, watch, NOW), dict(own)
    about = own.pop("about", about_of(table))
    with pytest.raises(LinkRefusedError) as raised:
        book.enter(table, about, {**ROWS.get(table, {}), **own}, by="Anna")
    sentences = {str(trouble.at[0]): str(trouble.sentence) for trouble in raised.value.troubles}
    assert sentence in sentences[key], sentences
    assert "Nothing was entered" in str(raised.value)
    assert len(store.journal) == before
    assert not store.words.references(), "no words are kept of what was not entered"


def test_who_takes_back_says_why_and_does_it_once(store: Store, watch: Watch) -> None:
    book = LinkBook(store, watch, NOW)
    name = enter(book, "works")
    with pytest.raises(LinkRefusedError):
        book.undo(name, by="Anna", reason=" ")
    record = book.undo(name, by="Anna", reason="the wrong link").record
    assert store.words.read(record["reason"]) == "the wrong link"
    with pytest.raises(StoreError, match="taken back already"):
        book.undo(name, by="Anna", reason="again")
    with pytest.raises(StoreError, match="nothing called"):
        book.undo("l-x", by="Anna", reason="again")


def test_what_two_enter_at_once_has_two_names(store: Store, watch: Watch) -> None:
    names: list[str] = []

    def work() -> None:
        book = LinkBook(store, watch, NOW)
        names.extend(enter(book, "length") for _ in range(5))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 10
    assert [each.entry_id for each in link_entries(store)] == [
        entry.record["id"] for entry in store.journal.entries() if entry.record["schema"] == ENTRY
    ]


def test_two_bound_parties_that_contradict_each_other_make_the_status_not_known_and_that_is_seen_before(
    store: Store, watch: Watch
) -> None:
    book = LinkBook(store, watch, NOW)
    enter(book, "status", by="UV", status="open")
    row = book.check("status", "ford-road", {**ROWS["status"], "by": "LV", "status": "closed"})
    (change, *_) = book.status_changes("ford-road", row)
    assert change.changes
    assert (change.before.status, change.after.status, change.after.why) == ("open", "not_known", "sources_differ")
    assert {each.by for each in change.after.statements} == {"UV", "LV"}
    assert len(_status_of(book.network)) == 1, "nothing was entered by looking"
