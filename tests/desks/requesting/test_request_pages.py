"""A person matches: the page of a request shows what could fit in neutral order, each one key from a promise; the
numbers follow from what was entered; nothing about a patient gets in."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.aid_forms import new_item, new_step
from tests.desks.requesting.samples import OFFER, PROMISE, REQUEST
from tests.server.conftest import AID, client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.desks.requesting.on_floor import items
from trucewatch.desks.requesting.pages import offers_file, requests_file
from trucewatch.model.roles import Role
from trucewatch.server.console import Console
from trucewatch.server.rights import is_export
from trucewatch.server.view import view_for_command
from trucewatch.store.aid_exports import EXPORT
from trucewatch.store.kind_entries import entries_of_kind


@pytest.fixture
def console(fresh: Callable[[str], Console]) -> Console:
    return fresh(AID)


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


def request(client: TestClient, **more: Any) -> str:
    return new_item(client, "/requests", **REQUEST | more)


def offer(client: TestClient, **more: Any) -> str:
    return new_item(client, "/offers", **OFFER | more)


def acts_of(page: str) -> list[tuple[str, str]]:
    """The links of a page that have a digit as their key: the key and where it leads."""
    tags = re.findall(r'<a class="button main"[^>]*>', page)
    pairs = [
        (re.search(r'data-key="(\d)"', tag), re.search(r'href="([^"]*)"', tag))
        for tag in tags
        if "/add/promise?" in tag
    ]
    return [(key[1], html.unescape(where[1])) for key, where in pairs if key and where]


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def main_of(page: str) -> str:
    """A page without its frame, which says its own address again."""
    return page[page.index("<main") :]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_each_offer_that_fits_is_one_key_from_a_promise_that_is_filled_in(client: TestClient) -> None:
    offer(client, kind="fuel", unit="litres")
    for organisation in ("UNRH", "GLS"):
        offer(client, organisation=organisation)
    code = request(client)
    acts = acts_of(client.get(f"/requests/{code}").text)
    assert [(key, re.findall(r"offer=(OF-\d)", where)[0]) for key, where in acts] == [("1", "OF-2"), ("2", "OF-3")]
    form = client.get(acts[1][1]).text
    for name, value in (("organisation", "GLS"), ("offer", "OF-3"), ("quantity", "200")):
        chosen = rf'value="{value}" selected' if name != "quantity" else rf'name="quantity"[^>]*value="{value}"'
        assert re.search(chosen, form), name


def test_a_request_is_matched_and_promised_with_three_keys_and_no_word(client: TestClient) -> None:
    """The digit of an offer, the button of the filled form, the button of what will be entered."""
    offer(client)
    code = request(client)
    ((_, where),) = acts_of(client.get(f"/requests/{code}").text)
    fields = {"organisation": "LB", "quantity": "200", "offer": "OF-1"}
    address = where.partition("?")[0]
    summary = client.post(address, data=fields)
    assert summary.status_code == 200
    entered = client.post(address, data=fields | {"confirm": "yes"})
    assert entered.status_code == 303
    assert "200 of 300 promised, short by 100" in words_of(client.get(f"/requests/{code}").text)
    assert "0 of 200 left" in words_of(client.get("/offers/OF-1").text)


def test_of_an_offer_no_more_is_promised_than_is_left_and_the_form_keeps_what_was_typed(client: TestClient) -> None:
    offer(client)
    code = request(client)
    answer = client.post(f"/requests/{code}/add/promise", data={**PROMISE, "quantity": "201", "offer": "OF-1"})
    assert answer.status_code == 422
    assert "of OF-1 200 is left" in words_of(answer.text)
    assert 'value="201"' in answer.text


def test_more_than_was_asked_is_told_before_it_is_promised_and_hinders_nothing(client: TestClient) -> None:
    code = request(client)
    where, fields = f"/requests/{code}/add/promise", {**PROMISE, "quantity": "350"}
    assert "Short is 300; with this, 50 more than was asked is promised." in words_of(
        client.post(where, data=fields).text
    )
    assert client.post(where, data=fields | {"confirm": "yes"}).status_code == 303
    assert "promised 50 more than was asked" in words_of(client.get("/requests").text)


def test_what_is_given_up_is_short_and_left_again(client: TestClient) -> None:
    offer(client)
    code = request(client)
    new_step(client, "/requests", code, "promise", **PROMISE | {"quantity": "200", "offer": "OF-1"})
    given_up = {"organisation": "LB", "state": "given_up", "quantity": "150", "day": "2031-05-04"}
    new_step(client, "/requests", code, "delivery", **given_up)
    assert "50 of 300 promised, short by 250" in words_of(client.get(f"/requests/{code}").text)
    assert "150 of 200 left" in words_of(client.get("/offers").text)


@pytest.mark.parametrize("words", ["dialysis for the patient Halvan Terrin", "insulin for Halvan Terrin, born 1961"])
def test_a_request_for_a_named_patient_is_refused_and_in_no_file(
    console: Console, client: TestClient, words: str
) -> None:
    answer = client.post("/requests/new", data={**REQUEST, "what": words, "confirm": "yes"})
    assert answer.status_code == 422
    assert "Terrin" not in answer.text
    assert console.store.journal
    files = [file for file in Path(console.folder).rglob("*") if file.is_file()]
    assert len(files) > 5
    assert not [file for file in files if b"Terrin" in file.read_bytes()]
    assert "Nobody has asked for anything yet." in client.get("/requests").text


def test_what_is_late_is_told_so_and_what_is_open_stands_first_by_its_day(console: Console, client: TestClient) -> None:
    for by in ("2031-05-09", "2031-05-03", "", "2031-05-05"):
        request(client, by=by)
    closed = request(client, by="2031-05-01")
    new_step(client, "/requests", closed, "closing", organisation="HR", day="2031-05-04")
    page = client.get("/requests").text
    assert re.findall(r'href="/requests/(RQ-\d)"', page) == ["RQ-2", "RQ-4", "RQ-1", "RQ-3", "RQ-5"]
    assert page.count("late: the day by which it was needed is past") == 1
    assert "4 requests are open. Not all is promised of 4. 1 is late." in words_of(page)
    floor = items(view_for_command(console))
    assert [(item.path.rpartition("/")[2], item.is_late) for item in floor] == [
        ("RQ-2", True),
        ("RQ-4", False),
        ("RQ-1", False),
        ("RQ-3", False),
    ]


def test_a_list_is_narrowed_by_ids_and_says_nothing_else_of_an_address_again(client: TestClient) -> None:
    request(client)
    request(client, kind="fuel", unit="litres", district="sorrel")
    narrowed = client.get("/requests?kind=fuel&district=sorrel").text
    assert "RQ-2" in narrowed
    assert "RQ-1" not in narrowed
    odd = client.get("/requests?kind=Halvan+Terrin&district=%3Cb%3E&organisation=nobody")
    assert odd.status_code == 200
    assert "RQ-1" in odd.text
    assert "Terrin" not in main_of(odd.text)


def test_a_file_is_the_coordinators_and_has_no_typed_words_unless_ticked(console: Console, client: TestClient) -> None:
    request(client, what="=warm ones")
    assert is_export(requests_file)
    assert is_export(offers_file)
    (row,) = rows_of(client.post("/requests.csv").text)
    assert (row["code"], row["asked"], row["short"], row["status"]) == (
        "RQ-1",
        "300",
        "300",
        "inside the instance, not released",
    )
    assert "what" not in row
    assert rows_of(client.post("/requests.csv", data={"words": "yes"}).text)[0]["what"] == "'=warm ones"
    (first, *_) = entries_of_kind(console.store, EXPORT)
    assert (first.record["table"], first.record["rows"], first.record["format"]) == ("request", 1, "csv")
    assert browser_of(console, person_as(Role.MEMBER, "HR")).post("/requests.csv").status_code == 403
    assert browser_of(console, person_as(Role.COORDINATOR)).post("/requests.csv").status_code == 200


def test_a_member_promises_for_its_own_organisation_alone(console: Console, client: TestClient) -> None:
    offer(client)
    offer(client, organisation="GLS")
    code = request(client)
    member = browser_of(console, person_as(Role.MEMBER, "GLS"))
    assert [where.partition("offer=")[2] for _, where in acts_of(member.get(f"/requests/{code}").text)] == ["OF-2"]
    answer = member.post(f"/requests/{code}/add/promise", data={**PROMISE, "organisation": "LB", "confirm": "yes"})
    assert "as Lamp and Bread" not in answer.text
    promised = words_of(client.get(f"/requests/{code}").text)
    assert "Lamp and Bread (simulated) promises" not in promised


def test_an_address_fills_in_choices_and_numbers_and_no_words(client: TestClient) -> None:
    form = client.get("/requests/new?what=Halvan+Terrin&quantity=12&kind=fuel&district=nowhere&by=2031-05-09").text
    assert "Terrin" not in main_of(form)
    assert "nowhere" not in main_of(form)
    assert re.search(r'name="quantity"[^>]*value="12"', form)
    assert 'value="fuel" selected' in form


def test_lists_with_nothing_say_what_to_do(client: TestClient) -> None:
    page = words_of(client.get("/requests").text)
    assert "Nobody has asked for anything yet. Enter the first request." in page
    assert "Nobody has offered anything yet. Enter the first offer." in page
