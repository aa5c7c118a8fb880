"""The pages of mines: medical request first, ground by whom and when, a file shown before it is entered."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.aid_rooms import ACCIDENT, HAZARD, SURVEY, new_item, new_step
from tests.desks.clearing.samples import put_to_work
from tests.server.conftest import AID, client_of
from tests.server.signed_in import browser_of, person_as
from tests.sources.test_imsma_xml import BOW_TIE, collection, document, feature
from tests.sources.test_imsma_xml import hazard as hazard_report
from trucewatch.model.roles import Role
from trucewatch.server.console import Console

Fresh = Callable[..., Console]


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def ground_of(client: TestClient, lon: str, lat: str) -> str:
    page = client.get(f"/mines?lon={lon}&lat={lat}").text
    return text_of(page.partition('id="ground"')[2].partition("</ul>")[0])


def brought(client: TestClient, content: bytes, name: str = "areas.xml") -> Any:
    return client.post("/mines/bring", data={"organisation": "HR"}, files={"file": (name, content)})


@pytest.fixture
def console(fresh: Fresh) -> Console:
    return fresh(AID)


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


def test_every_page_answers_with_work_on_it_and_without(client: TestClient) -> None:
    pages = ("/mines", "/mines/surveys", "/mines/devices", "/mines/accidents", "/mines/bring", "/mines/export")
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    values = put_to_work(client, "a film set")
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)
    codes = [f"{path.removesuffix('{code}')}{code}" for path, code in values.items() if path.endswith("/{code}")]
    assert len(codes) == 4
    assert [client.get(code).status_code for code in codes] == [200] * 4


def test_an_accident_says_first_that_no_medical_request_is_entered_and_stands_on_top_of_every_list(
    client: TestClient,
) -> None:
    code = new_item(client, "/mines/accidents", ACCIDENT)
    page = client.get(f"/mines/accidents/{code}").text
    assert "No medical request is entered" in text_of(page)
    assert 'href="/notifications/medical/new"' in page
    assert f'href="/mines/accidents/{code}/add/medical_request"' in page
    assert f'href="/mines/accidents/{code}"' in client.get("/communities").text
    new_step(client, "/mines/accidents", code, "medical_request", at="2031-05-03T05:00:00Z")
    assert "No medical request is entered" not in text_of(client.get(f"/mines/accidents/{code}").text)
    assert f'href="/mines/accidents/{code}"' not in client.get("/communities").text


def test_numbers_of_two_givers_stand_side_by_side_and_no_sum_is_shown(client: TestClient) -> None:
    code = new_item(client, "/mines/accidents", ACCIDENT)
    new_step(client, "/mines/accidents", code, "casualties", day="2031-05-03", injured="31")
    new_step(client, "/mines/accidents", code, "casualties", organisation="GLS", day="2031-05-03", injured="46")
    text = text_of(client.get(f"/mines/accidents/{code}").text)
    assert "injured 31" in text
    assert "injured 46" in text
    assert "77" not in text


def test_what_is_known_of_a_place_says_by_whom_and_when_and_never_safe(client: TestClient) -> None:
    assert ground_of(client, "-24.85", "-35.05").endswith("not surveyed")
    code = new_item(client, "/mines/surveys", SURVEY)
    surveyed = ground_of(client, "-24.85", "-35.05")
    assert f"{code}: no known hazard inside its outline, by Halvane Relief" in surveyed
    assert ground_of(client, "-24.75", "-35.05").endswith("not surveyed")
    area = new_item(client, "/mines", HAZARD)
    assert f"{area}: suspected hazardous area" in ground_of(client, "-25.05", "-35.05")
    assert "It is no leave to enter any ground" in text_of(client.get(f"/mines/{area}").text)


def test_what_is_no_place_is_said_so(client: TestClient) -> None:
    answered = client.get("/mines?lon=here&lat=")
    assert answered.status_code == 200
    assert "This is no place" in text_of(answered.text)


def test_a_file_is_shown_and_then_entered_and_never_twice(client: TestClient, console: Console) -> None:
    before = len(console.store.journal)
    content = document(
        hazard_report("HA-1", district="HV-01"),
        hazard_report("HA-2", district="Kess District", ring=BOW_TIE),
        hazard_report("HA-3", district="kess", more="<Reporter><Name>Zorvan</Name></Reporter>"),
    )
    shown = brought(client, content)
    assert shown.status_code == 200
    text = text_of(shown.text)
    assert "Read: 2; new here: 2; not read: 1." in text
    assert "feature 2 crosses itself near lon 1.00000, lat 2.00000" in text
    assert "about people: fields 1" in text
    assert "Zorvan" not in shown.text
    assert len(console.store.journal) == before
    rows = html.unescape(re.search(r'name="rows.outline" value="([^"]*)"', shown.text)[1])  # type: ignore[index]
    assert client.post("/mines/bring/enter", data={"rows.outline": rows}).status_code == 303
    assert [item for item in ("HZ-1", "HZ-2") if client.get(f"/mines/{item}").status_code == 200] == ["HZ-1", "HZ-2"]
    again = text_of(brought(client, content).text)
    assert "new here: 0" in again
    assert "There is nothing new to enter." in again


def test_geojson_is_brought_alike(client: TestClient) -> None:
    shown = brought(client, collection(feature(district="kess")), "areas.geojson")
    assert "Read: 1; new here: 1" in text_of(shown.text)


@pytest.mark.parametrize("content", [b"", b"<x>", b"{}", b"[[[", b"\xff\xfe\x00"])
def test_a_damaged_file_is_refused_and_enters_nothing(client: TestClient, console: Console, content: bytes) -> None:
    before = len(console.store.journal)
    assert brought(client, content).status_code == 422
    assert len(console.store.journal) == before


def test_a_file_with_a_person_in_it_leaves_nothing_but_that_it_was_refused(
    client: TestClient, console: Console
) -> None:
    before = len(console.store.journal)
    more = "<Comments>Zorvan Kelemet, born 12.03.1971, passport AZE12345678</Comments>"
    answered = brought(client, document(hazard_report(district="kess", more=more)))
    assert answered.status_code == 422
    assert "Zorvan" not in answered.text
    records = [entry.record for entry in console.store.journal.entries()][before:]
    assert [record["schema"] for record in records] == ["trucewatch/aid-refusal/1"]


@pytest.mark.parametrize("rows", ["", "x", "[]", "{}", '[["request", {}]]', '[["hazard"]]', "[" * 5000])
def test_what_goes_back_with_the_form_is_checked_as_if_it_were_typed(
    client: TestClient, console: Console, rows: str
) -> None:
    before = len(console.store.journal)
    assert client.post("/mines/bring/enter", data={"rows.outline": rows}).status_code == 422
    assert len(console.store.journal) == before


def test_rows_that_are_wrong_are_said_and_the_others_are_entered(client: TestClient) -> None:
    rows = [["hazard", {"organisation": "HR", "kind": "certain", "district": "kess"}], ["hazard", {**HAZARD}]]
    answered = client.post("/mines/bring/enter", data={"rows.outline": json.dumps(rows)})
    assert answered.status_code == 200
    assert "row 1: this is none of those that there are" in text_of(answered.text)
    assert "Entered: 1 (HZ-1)" in text_of(answered.text)


def test_the_table_says_nothing_of_where_and_the_outlines_close(client: TestClient) -> None:
    put_to_work(client, "a film set")
    table = list(csv.DictReader(io.StringIO(client.post("/mines/export", data={"file": "mines"}).text)))
    assert {row["object"] for row in table} == {"hazard", "survey"}
    assert all(row["status"] == "inside the instance, not released" and row["simulated"] == "yes" for row in table)
    assert "-25.1" not in str(table)
    drawn = json.loads(client.post("/mines/export", data={"file": "mines-outlines"}).text)
    assert drawn["features"]
    assert all(
        each["geometry"]["coordinates"][0][0] == each["geometry"]["coordinates"][0][-1] for each in drawn["features"]
    )


def test_files_are_the_coordinators_alone(console: Console) -> None:
    member = browser_of(console, person_as(Role.MEMBER, "HR"))
    assert member.get("/mines").status_code == 200
    assert member.get("/mines/export").status_code == 403
    assert "/mines/export" not in member.get("/mines").text
    assert browser_of(console, person_as(Role.COORDINATOR)).get("/mines/export").status_code == 200


def test_a_member_brings_its_own_areas_alone(console: Console) -> None:
    member = browser_of(console, person_as(Role.MEMBER, "HR"))
    file = {"file": ("a.geojson", collection(feature(district="kess")))}
    assert member.post("/mines/bring", data={"organisation": "LB"}, files=file).status_code == 422
    assert member.post("/mines/bring", data={"organisation": "HR"}, files=file).status_code == 200
