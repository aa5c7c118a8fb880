"""A humanitarian record lies apart from its entry, keeps its code over its versions, is changed by whoever stated it
alone, and goes without its totals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.server.conftest import copy_of
from trucewatch.errors import NeverHereError, StoreError
from trucewatch.model.aid_items import AT_ONCE
from trucewatch.model.humanitarian import District, HumanitarianFile, Organisation
from trucewatch.model.watch import Watch
from trucewatch.pipeline.aid_entering import AidBook, AidRefusedError
from trucewatch.store import Store
from trucewatch.store.aid_records import ENTRY
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
ON_FILE = HumanitarianFile(
    schema=1,
    organisation=(
        Organisation(id="aid-a", names={"en": "Aid A"}, kind="ngo"),
        Organisation(id="aid-b", names={"en": "Aid B"}, kind="un"),
    ),
    district=(District(id="north", names={"en": "North"}, zone="north"),),
    coordinator="aid-b",
)
BLANKETS: dict[str, Any] = {
    "organisation": "aid-a",
    "kind": "blankets",
    "quantity": "300",
    "unit": "pieces",
    "district": "north",
    "what": "warm ones for a tent camp",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(copy_of("two-valleys", tmp_path), lambda: NOW) as opened:
        yield opened


@pytest.fixture(scope="module")
def watch() -> Watch:
    loaded = load_watch(ROOT / "examples" / "two-valleys")
    return replace(loaded, settings=replace(loaded.settings, kind="humanitarian"), humanitarian=ON_FILE)


@pytest.fixture
def book(store: Store, watch: Watch) -> AidBook:
    return AidBook(store, watch, NOW)


def keys_of(refused: pytest.ExceptionInfo[AidRefusedError]) -> set[str]:
    return {str(trouble.at[0]) for trouble in refused.value.troubles}


def test_the_record_of_an_entry_holds_nothing_of_the_row(book: AidBook, store: Store) -> None:
    entry = book.enter("request", BLANKETS, by="p-1")
    text = str(entry.record)
    assert book.item("RQ-1").row.what == BLANKETS["what"]
    for word in ("blankets", "north", "warm", "aid-a"):
        assert word not in text
    assert entry.record["content"].startswith("w-")


def test_an_empty_form_says_every_field_that_is_needed_and_enters_nothing(book: AidBook, store: Store) -> None:
    before = len(store.journal)
    with pytest.raises(AidRefusedError) as refused:
        book.enter("request", {}, by="p-1")
    assert keys_of(refused) == {"organisation", "kind", "quantity", "unit", "district"}
    assert len(store.journal) == before


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("organisation", "nobody"),
        ("kind", "weapons"),
        ("quantity", "-3"),
        ("quantity", "0"),
        ("quantity", "a few"),
        ("quantity", True),
        ("quantity", 10**12),
        ("district", "nowhere"),
        ("by", "tomorrow"),
        ("what", "two\nlines"),
        ("what", "x" * 201),
        ("what", "a\x07b"),
        ("what", ["a", "b"]),
    ],
)
def test_a_field_that_does_not_fit_is_refused_at_its_key(book: AidBook, key: str, value: Any) -> None:
    with pytest.raises(AidRefusedError) as refused:
        book.enter("request", {**BLANKETS, key: value}, by="p-1")
    assert keys_of(refused) == {key}


def test_a_field_that_there_is_not_is_refused_without_being_said_again(book: AidBook) -> None:
    with pytest.raises(AidRefusedError) as refused:
        book.enter("request", {**BLANKETS, "beneficiary": "Somebody"}, by="p-1")
    assert "beneficiary" not in str(refused.value)
    assert "Somebody" not in str(refused.value)


def test_numbers_go_on_after_what_was_taken_back(book: AidBook) -> None:
    book.enter("request", BLANKETS, by="p-1")
    first = book.item("RQ-1").last
    book.undo(first.entry_id, by="p-1", reason_code=AT_ONCE)
    book.enter("request", BLANKETS, by="p-1")
    assert [item.code for item in book.items("request")] == ["RQ-2"]
    with pytest.raises(StoreError):
        book.item("RQ-1")


def test_a_step_stands_with_its_item_and_about_nothing_else(book: AidBook) -> None:
    book.enter("request", BLANKETS, by="p-1")
    book.enter("offer", {**BLANKETS, "organisation": "aid-b"}, by="p-1")
    promise = {"organisation": "aid-b", "quantity": 100, "offer": "OF-1"}
    book.enter("promise", promise, about="rq-1", by="p-1")
    assert [step.row.quantity for step in book.item("RQ-1").steps_of("promise")] == [100]
    for about in ("OF-1", "RQ-9", ""):
        with pytest.raises(AidRefusedError):
            book.enter("promise", promise, about=about, by="p-1")
    with pytest.raises(AidRefusedError) as refused:
        book.enter("promise", {**promise, "offer": "RQ-1"}, about="RQ-1", by="p-1")
    assert keys_of(refused) == {"offer"}


def test_a_correction_is_of_the_version_that_was_looked_at_and_needs_a_reason(book: AidBook) -> None:
    book.enter("request", BLANKETS, by="p-1")
    with pytest.raises(AidRefusedError):
        book.correct("RQ-1", 1, {**BLANKETS, "quantity": 200}, reason=" ", by="p-1")
    book.correct("RQ-1", 1, {**BLANKETS, "quantity": 200}, reason="counted again", by="p-1")
    with pytest.raises(StoreError, match="changed since"):
        book.correct("RQ-1", 1, {**BLANKETS, "quantity": 100}, reason="counted again", by="p-1")
    item = book.item("RQ-1")
    assert (item.version, item.row.quantity, len(item.versions)) == (2, 200, 2)
    book.undo(item.last.entry_id, by="p-1", reason="the first count was right")
    assert book.item("RQ-1").row.quantity == 300
    book.correct("RQ-1", 1, {**BLANKETS, "quantity": 250}, reason="once more", by="p-1")
    assert book.item("RQ-1").version == 3


def test_each_organisation_changes_its_own_rows_alone(book: AidBook) -> None:
    with pytest.raises(AidRefusedError) as refused:
        book.enter("request", BLANKETS, by="p-1", acting_for="aid-b")
    assert keys_of(refused) == {"organisation"}
    book.enter("request", BLANKETS, by="p-1", acting_for="aid-a")
    entry = book.item("RQ-1").last
    for act in (
        lambda: book.correct("RQ-1", 1, BLANKETS, reason="mine now", by="p-2", acting_for="aid-b"),
        lambda: book.undo(entry.entry_id, reason="mine now", by="p-2", acting_for="aid-b"),
    ):
        with pytest.raises(StoreError, match="another organisation"):
            act()
    book.correct("RQ-1", 1, {**BLANKETS, "quantity": 5}, reason="the coordinator may", by="p-3")
    assert book.item("RQ-1").row.quantity == 5


def test_what_is_never_kept_is_refused_before_anything_is_written(book: AidBook, store: Store) -> None:
    before, texts = len(store.journal), store.words.references()
    with pytest.raises(NeverHereError) as refused:
        book.enter("request", {**BLANKETS, "what": "for Aram Sargsyan, born 1961"}, by="p-1")
    assert "Sargsyan" not in str(refused.value)
    assert (len(store.journal), store.words.references()) == (before, texts)


def test_a_row_that_was_erased_keeps_its_code_and_its_entry(book: AidBook, store: Store, watch: Watch) -> None:
    book.enter("request", BLANKETS, by="p-1")
    content = book.item("RQ-1").last.content
    store.erase([], people=[content], reason="the time to keep it is over", ordered_by="p-1")
    item = AidBook(store, watch, NOW).item("RQ-1")
    assert item.row is None
    assert item.last.is_erased
    assert item.last.stands


def test_what_becomes_known_later_is_not_there_before(book: AidBook, store: Store, watch: Watch) -> None:
    book.enter("request", BLANKETS, by="p-1")
    assert AidBook(store, watch, NOW - timedelta(hours=1)).items("request") == ()


def test_the_same_store_opened_again_says_the_same(tmp_path: Path, watch: Watch) -> None:
    folder = copy_of("two-valleys", tmp_path)
    with Store(folder, lambda: NOW) as opened:
        AidBook(opened, watch, NOW).enter("request", BLANKETS, by="p-1")
        before = AidBook(opened, watch, NOW).items("request")
    with Store(folder, lambda: NOW) as opened:
        opened.rebuild()
        assert AidBook(opened, watch, NOW).items("request") == before
        assert opened.index.rows("SELECT count(*) FROM entry WHERE schema = ?", ENTRY) == [(1,)]


def test_a_centre_enters_nothing_of_the_humanitarian_instance(store: Store) -> None:
    loaded = load_watch(ROOT / "examples" / "two-valleys")
    book = AidBook(store, replace(loaded, humanitarian=ON_FILE), NOW)
    with pytest.raises(StoreError, match="other instance"):
        book.enter("request", BLANKETS, by="p-1")
