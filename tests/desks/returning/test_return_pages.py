"""Both ways in one table; a place of fewer than ten people is refused at its field; what nobody stated is not known."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.aid_forms import new_item, new_step
from tests.desks.returning.samples import ASPECT, LEFT, RETURN
from tests.server.conftest import AID, client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.desks.returning.on_floor import items
from trucewatch.desks.returning.pages import returns_file
from trucewatch.model.roles import Role
from trucewatch.server.aid_view import book_of
from trucewatch.server.console import Console
from trucewatch.server.rights import is_export
from trucewatch.server.view import view_for_command


@pytest.fixture
def console(fresh: Callable[[str], Console]) -> Console:
    return fresh(AID)


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


def group(client: TestClient, **more: Any) -> str:
    return new_item(client, "/returns", **RETURN | more)


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def file_rows(client: TestClient, query: str = "") -> list[dict[str, str]]:
    words = {"words": "yes"} if "words=yes" in query else {}
    return list(csv.DictReader(io.StringIO(client.post(f"/returns.csv{query}", data=words).text)))


def test_nine_people_to_a_hamlet_are_refused_at_the_place_and_nothing_is_entered(
    console: Console, client: TestClient
) -> None:
    before = len(console.store.journal)
    answer = client.post("/returns/new", data={**RETURN, "people": "9", "to_place": "Ford Mill", "confirm": "yes"})
    assert answer.status_code == 422
    assert "of fewer than 10 people only the district is kept" in words_of(answer.text)
    assert len(console.store.journal) == before
    assert group(client, people="9") == "RT-1"
    assert group(client, people="10", to_place="Ford Mill") == "RT-2"


def test_both_ways_stand_in_one_table_by_day_and_alphabet_with_the_same_columns(client: TestClient) -> None:
    group(client, **{"from": "salt-coast", "to": "kess"})
    group(client, **{"from": "kess", "to": "salt-coast"})
    group(client, **{"from": "eastmark", "to": "sorrel", "day": "2031-05-06"})
    page = client.get("/returns").text
    assert page.count('<table class="stack" id="returns">') == 1
    assert re.findall(r'<a class="tap" href="/returns/(RT-\d)"', page) == ["RT-2", "RT-1", "RT-3"]
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)[1:]
    assert len({tuple(re.findall(r'data-label="([^"]*)"', row)) for row in rows}) == 1


def test_no_page_of_returns_asks_for_anybodys_people(client: TestClient) -> None:
    names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', client.get("/returns/new").text))
    assert {"from", "to", "people", "buses"} <= names
    assert not names & {"ethnicity", "side", "sides", "nationality", "name", "names", "religion", "language"}


def test_what_nobody_stated_is_not_stated_and_not_known(client: TestClient) -> None:
    code = group(client)
    page = words_of(client.get(f"/returns/{code}").text)
    assert "informed: not stated" in page
    assert "voluntary: not stated" in page
    assert "Nobody has answered." in page
    assert page.count("not known") == 7


def test_a_card_stands_before_a_return_is_entered(client: TestClient) -> None:
    summary = words_of(client.post("/returns/new", data=RETURN).text)
    assert "Nothing is known of the destination: there is no card of it." in summary
    new_item(client, "/destinations", district="kess")
    new_step(client, "/destinations", "DC-1", "aspect", **ASPECT)
    summary = words_of(client.post("/returns/new", data=RETURN).text)
    assert "Water: works, as Halvane Relief (simulated) says (3 May 2031)" in summary
    assert "Hazard survey: not known" in summary


def test_sources_that_differ_stand_both_on_a_card(client: TestClient) -> None:
    new_item(client, "/destinations", district="kess")
    new_step(client, "/destinations", "DC-1", "aspect", **ASPECT)
    new_step(client, "/destinations", "DC-1", "aspect", **ASPECT | {"organisation": "LB", "state": "not_there"})
    page = words_of(client.get("/destinations/DC-1").text)
    assert "Water: sources differ. Both stand." in page
    assert page.count("3 May 2031") >= 2
    assert "not known: 6 of 7; sources differ on 1" in words_of(client.get("/returns").text)


def test_who_went_and_who_left_again_are_told_with_who_says_so(client: TestClient) -> None:
    code = group(client, day="2031-05-03")
    outcome = {"state": "went", "people": "200", "buses": "8", "day": "2031-05-03"}
    for organisation in ("UNRH", "GLS"):
        new_step(client, "/returns", code, "return_outcome", organisation=organisation, **outcome)
    new_step(client, "/returns", code, "left_again", **LEFT)
    page = words_of(client.get("/returns").text)
    assert page.count("says: 200 people in 8 buses.") == 2
    assert "400" not in page
    assert "Left again: 12 people, as Halvane Relief (simulated) says." in page


def test_a_file_has_no_place_unless_ticked_and_no_number_below_ten(console: Console, client: TestClient) -> None:
    group(client, to_place="Ford Mill")
    code = group(client, people="9", day="2031-05-03")
    new_step(client, "/returns", code, "left_again", **LEFT | {"people": "3"})
    rows = {row["code"]: row for row in file_rows(client)}
    assert rows["RT-1"]["people"] == "212"
    assert (rows["RT-2"]["people"], rows["RT-2"]["left_again"]) == ("<10", "HR:<10")
    assert "Ford Mill" not in str(rows)
    assert "Ford Mill" in str(file_rows(client, "?words=yes"))
    assert is_export(returns_file)
    assert browser_of(console, person_as(Role.MEMBER, "HR")).post("/returns.csv").status_code == 403


def test_a_plan_that_lapsed_keeps_its_numbers_and_nothing_else(console: Console, client: TestClient) -> None:
    code = group(client, to_place="Ford Mill")
    new_step(client, "/returns", code, "left_again", **LEFT)
    content = book_of(view_for_command(console)).item(code).last.content
    console.store.erase([], people=[content], reason="72 hours after its day", ordered_by="p-1")
    for where in ("/returns", f"/returns/{code}"):
        assert "Ford Mill" not in client.get(where).text
    page = words_of(client.get("/returns").text)
    assert "the plan lapsed; planned: 212 people in 9 buses" in page
    assert "Left again: 12 people, as Halvane Relief (simulated) says." in page
    (row,) = file_rows(client)
    assert (row["people"], row["buses"], row["became"], row["to_district"]) == ("212", "9", "lapsed", "")


def test_the_board_has_what_is_near_and_what_nobody_told_the_end_of(console: Console, client: TestClient) -> None:
    for day in ("2031-05-09", "2031-05-05", "2031-05-02"):
        group(client, day=day)
    assert [(item.path, item.is_late) for item in items(view_for_command(console))] == [
        ("/returns/RT-3", True),
        ("/returns/RT-2", False),
    ]


def test_lists_with_nothing_say_what_to_do(client: TestClient) -> None:
    page = words_of(client.get("/returns").text)
    assert "No return was entered yet. Enter the first one." in page
    assert "Of a place without a card nothing is known" in page
