"""A list of works says how each stands and by whose word; its point is on its own page alone."""

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
from tests.desks.repairing.samples import SUPPLY, WORK
from tests.server.conftest import AID, client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.desks.repairing.on_floor import items
from trucewatch.desks.repairing.pages import works_file
from trucewatch.model.roles import Role
from trucewatch.server.console import Console
from trucewatch.server.rights import is_export
from trucewatch.server.view import view_for_command

BACK = SUPPLY | {"organisation": "UV-works", "state": "back", "since": "2031-05-03T12:00:00Z"}


@pytest.fixture
def console(fresh: Callable[[str], Console]) -> Console:
    return fresh(AID)


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


def work(client: TestClient, **more: Any) -> str:
    return new_item(client, "/works", **WORK | more)


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_number_of_people_is_kept_to_the_hundred_and_what_was_typed_is_in_no_file(
    console: Console, client: TestClient
) -> None:
    code = work(client, served="1234567")
    assert "about 1,234,600" in words_of(client.get(f"/works/{code}").text)
    files = [file for file in Path(console.folder).rglob("*") if file.is_file()]
    assert any(b"1234600" in file.read_bytes() for file in files), "the number that is kept stands in no file"
    assert not [file for file in files if b"1234567" in file.read_bytes()]


def test_below_a_hundred_the_page_says_no_number(client: TestClient) -> None:
    code = work(client, served="37", point="")
    for where in (f"/works/{code}", "/works"):
        assert "fewer than 100" in words_of(client.get(where).text)
    (row,) = csv.DictReader(io.StringIO(client.post("/works.csv").text))
    assert row["people_served"] == "<100"


def test_a_point_stands_on_its_page_and_in_no_list_and_no_file(client: TestClient) -> None:
    code = work(client, what="the main at the ford")
    assert "-24.7" in client.get(f"/works/{code}").text
    words = {"words": "yes"}
    pages = (client.get("/works"), client.post("/works.csv"), client.post("/works.csv", data=words))
    for answer in (page.text for page in pages):
        assert code in answer
        assert "24.7" not in answer
    assert "the main at the ford" in client.post("/works.csv", data={"words": "yes"}).text
    assert "the main at the ford" not in client.post("/works.csv").text
    assert client.get("/works.csv").status_code == 405, "a file is taken by an act, which is on record"


def test_two_sources_that_differ_stand_both_in_the_list_the_page_and_the_file(client: TestClient) -> None:
    code = work(client)
    new_step(client, "/works", code, "supply", **SUPPLY)
    new_step(client, "/works", code, "supply", **BACK)
    page = words_of(client.get("/works").text)
    assert re.search(
        r"out since .*, as Halvane Relief .* says; back since .*, as Upper Valley .* says: both stand", page
    )
    assert "say different things of the same time. Both stand." in words_of(client.get(f"/works/{code}").text)
    (row,) = csv.DictReader(io.StringIO(client.post("/works.csv").text))
    assert row["sources_differ"] == "yes"
    assert row["as_each_source_says"].split("; ") == [
        "HR: out since 2031-05-03T04:00:00Z",
        "UV-works: back since 2031-05-03T12:00:00Z",
    ]


def test_what_is_back_leaves_the_board_and_what_breaks_again_comes_back(console: Console, client: TestClient) -> None:
    code = work(client)
    assert [item.path for item in items(view_for_command(console))] == [f"/works/{code}"]
    new_step(client, "/works", code, "supply", **BACK)
    assert items(view_for_command(console)) == ()
    new_step(client, "/works", code, "supply", **BACK | {"state": "out", "since": "2031-05-03T20:00:00Z"})
    assert [item.path for item in items(view_for_command(console))] == [f"/works/{code}"]
    assert "said to be back before; out since" in words_of(client.get("/works").text)


def test_what_it_waits_for_is_told_with_whose_it_is(client: TestClient) -> None:
    code = work(client)
    refused = client.post(f"/works/{code}/add/wait", data={"organisation": "HR", "for": "consent", "day": "2031-05-04"})
    assert "it is not said whose consent" in words_of(refused.text)
    new_step(client, "/works", code, "wait", organisation="HR", day="2031-05-04", side="LV", **{"for": "consent"})
    assert "waits for consent, of Lower Valley" in words_of(client.get("/works").text)


def test_what_sources_say_of_the_damage_stands_side_by_side(client: TestClient) -> None:
    code = work(client)
    for organisation, words in (("HR", "the pipe is cut in two places"), ("UV-works", "the pump house burnt")):
        new_step(client, "/works", code, "damage", organisation=organisation, day="2031-05-03", words=words)
    page = words_of(client.get(f"/works/{code}").text)
    assert "the pipe is cut in two places" in page
    assert "the pump house burnt" in page


def test_a_file_is_the_coordinators(console: Console) -> None:
    assert is_export(works_file)
    assert browser_of(console, person_as(Role.MEMBER, "HR")).post("/works.csv").status_code == 403
    assert browser_of(console, person_as(Role.COORDINATOR)).post("/works.csv").status_code == 200


def test_a_list_with_nothing_says_what_to_do(client: TestClient) -> None:
    assert "Nothing was entered as broken yet. Enter the first work." in words_of(client.get("/works").text)
