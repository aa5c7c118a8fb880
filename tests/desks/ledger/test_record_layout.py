"""A ledger entry is laid out as labelled fields in plain words, whatever its kind; its exact bytes can be taken."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from starlette.requests import Request

from tests.conftest import each
from tests.desks.samples import SAMPLES
from tests.server.addresses import Busy
from tests.server.conftest import client_of, unbroken
from trucewatch.desks.ledger.field_words import FIELDS
from trucewatch.desks.ledger.layout import MOST_ITEMS, Field, layout_of
from trucewatch.server.console import Console
from trucewatch.server.preferences import visit_of
from trucewatch.server.view import View

HASH = re.compile(r"\b[0-9a-f]{64}\b")


@pytest.fixture
def view(valleys: Console) -> View:
    """A page's view, of a reader in English and in the watch's zone."""
    return a_view(valleys)


def a_view(console: Console) -> View:
    scope = {"type": "http", "method": "GET", "path": "/ledger", "headers": [], "query_string": b""}
    request = Request(scope)
    reader = visit_of(request, console.snapshot.watch)
    return View(request=request, console=console, snapshot=console.snapshot, reader=reader)


def every_field(fields: tuple[Field, ...]) -> list[Field]:
    return [inner for field in fields for inner in (field, *every_field(field.items))]


KINDS = [(name, number) for name, samples in SAMPLES.items() for number in range(len(samples))]


@pytest.mark.parametrize(("name", "number"), KINDS)
def test_every_field_of_every_kind_has_a_label_and_is_shown(name: str, number: int, view: View) -> None:
    record = SAMPLES[name][number]
    layout = layout_of(record, view)
    assert layout.unlabelled == (), "say in ledger/field_words.py what it is called"
    filled = [key for key, value in record.items() if key != "schema" and value not in ("", [], {}, None)]
    assert len(layout.fields) + len(layout.later) == len(filled)
    assert all(field.label and "_" not in field.label for field in (*layout.fields, *layout.later))


def test_every_kind_that_the_store_knows_has_a_sample(valleys: Console) -> None:
    assert set(valleys.kinds) == set(SAMPLES)


def test_every_real_entry_is_laid_out_with_no_field_unlabelled(busy_valleys: Busy) -> None:
    console = busy_valleys.console
    view = a_view(console)
    kinds = set()
    for entry in each(console.store.journal.entries()):
        layout = layout_of(entry.record, view)
        assert layout.unlabelled == (), entry.record["schema"]
        kinds.add(str(entry.record["schema"]).split("/")[1])
    assert len(kinds) >= 10


def test_codes_stand_in_words_times_in_the_pages_zone_and_people_by_name(view: View, busy_valleys: Busy) -> None:
    console = busy_valleys.console
    act = next(entry for entry in console.store.journal.entries() if "deed" in entry.record)
    page = unbroken(busy_valleys.client.get(f"/ledger/entry/{act.number}").text)
    assert "what was done" in page
    assert ">reject<" not in page
    assert "known at, by the watch" in page
    assert "4 May 2031, 00:00 (UTC-2)" in page
    assert "analyst on this computer (p-" in page
    assert "a film set" in page, "the words that were typed stand in their place"
    assert f"<code><bdi>{act.record['reason']}" not in page


def test_the_time_of_entry_is_told_apart_from_the_watchs_clock(valleys: Console) -> None:
    page = unbroken(client_of(valleys).get("/ledger/entry/3").text)
    assert "entered on" in page
    assert "real time, in which the entry was made; the watch's own clock stands at 4 May 2031, 00:00 (UTC-2)" in page


def test_hashes_stand_in_two_lines_of_32_with_a_button_that_copies_them(valleys: Console) -> None:
    page = client_of(valleys).get("/ledger/entry/3").text
    sha256 = valleys.store.journal.hash_of(3)
    assert f"{sha256[:32]}<wbr>{sha256[32:]}" in page
    assert f'data-copy="{sha256}"' in page


def test_the_exact_bytes_are_those_that_the_hash_is_of(valleys: Console) -> None:
    client = client_of(valleys)
    for number in each(range(len(valleys.store.journal))):
        answer = client.get(f"/ledger/entry/{number}/record.json")
        assert hashlib.sha256(answer.content).hexdigest() == valleys.store.journal.hash_of(number)
    assert "attachment" in answer.headers["content-disposition"]
    assert client.get("/ledger/entry/99999/record.json").status_code == 404
    page = client.get("/ledger/entry/3").text
    pretty = page[page.index("<pre") : page.index("</pre>")]
    assert pretty.count("\n") > 5, "for reading it stands with line breaks"


def test_a_kind_that_nobody_knows_is_laid_out_by_its_own_names(view: View) -> None:
    record = {"schema": "trucewatch/weather/3", "wind_mps": 4, "told": {"noon": "2031-05-04T00:00:00Z", "wet": True}}
    layout = layout_of(record, view)
    assert set(layout.unlabelled) == {"told", "wind_mps"}
    fields = every_field(layout.fields)
    assert [field.text for field in fields if field.label == "wind mps"] == ["4"]
    assert [field.text for field in fields if field.label == "wet"] == ["yes"]
    assert [field.text for field in fields if field.label == "noon"] == ["3 May 2031, 22:00 (UTC-2)"]


@pytest.mark.parametrize(
    "value",
    ["<script>alert(1)</script>", "\u202e reversed", "a" * 9000, "9999-99-99T99:99:99Z", "sha256:" + "0" * 64, 10**40],
)
def test_hostile_values_take_no_layout_down(value: Any, view: View) -> None:
    nested: Any = value
    for _ in range(40):
        nested = [nested]
    record = {"schema": "trucewatch/weather/3", "x": value, "list": value, "many": [value] * 500, "deep": nested}
    fields = layout_of(record, view).fields
    assert len(fields) + len(layout_of(record, view).later) == 4
    many = next(field for field in fields if field.label == "many")
    assert (len(many.items), many.more) == (MOST_ITEMS, 500 - MOST_ITEMS)


def test_labels_are_short_words_and_no_sentences() -> None:
    labels = [words.template for words in FIELDS.values()]
    assert all(label == label.strip() and not label.endswith(".") for label in labels)


def test_erased_words_say_so(busy_valleys: Busy) -> None:
    view = a_view(busy_valleys.console)
    record = {"schema": "trucewatch/incident-act/1", "deed": "reject", "reason": "w-" + "a" * 26, "by": "p-" + "a" * 26}
    texts = {field.label: field.text for field in layout_of(record, view).fields}
    assert texts["reason"] == "(erased)"
    assert texts["entered by"] == "(erased)"


def test_white_space_of_what_was_typed_stays(valleys: Console) -> None:
    css = client_of(valleys).get("/static/ledger/ledger.css").text
    assert re.search(r"\.as-typed \{[^}]*white-space: pre-wrap", css)
