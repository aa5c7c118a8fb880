"""Counters and activities on their pages, and what of them leaves as HXL."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.desks.tallying.samples import ACTIVITY, COUNT, enter
from tests.server.conftest import AID, client_of
from trucewatch.server.console import Console


@pytest.fixture
def console(fresh: Callable[[str], Console]) -> Console:
    return fresh(AID)


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


def count(client: TestClient, **own: Any) -> str:
    return enter(client, "/counts", COUNT | {key: str(value) for key, value in own.items()})


def exported(client: TestClient, table: str) -> list[list[str]]:
    answered = client.post("/counts/export", data={"table": table})
    assert answered.status_code == 200
    return list(csv.reader(io.StringIO(answered.text)))


def test_an_empty_instance_says_what_to_do(client: TestClient) -> None:
    assert "No number is stated yet" in client.get("/counts").text
    assert "No activity is stated yet" in client.get("/activities").text
    assert "There is nothing to take" in client.get("/counts/export").text


def test_a_total_that_differs_from_its_days_is_shown_so(client: TestClient) -> None:
    count(client, span="cumulative", day="2031-05-01", value=1_000)
    count(client, day="2031-05-02", value=250)
    count(client, span="cumulative", day="2031-05-02", value=1_300)
    page = client.get("/counts").text
    assert "CT-3 counts 300 where its days sum to 250, as reported" in page
    assert "1,300" in page


def test_crossings_are_said_not_to_be_persons(client: TestClient) -> None:
    code = count(client, kind="crossings_on_foot")
    for path in ("/counts", f"/counts/{code}"):
        assert "Crossings are not persons" in client.get(path).text


def test_the_same_number_of_the_same_source_is_not_entered_twice(client: TestClient) -> None:
    count(client)
    answered = client.post("/counts/new", data=COUNT | {"value": "300"})
    assert answered.status_code == 422
    assert "CT-1 already states this number" in answered.text


def test_where_nobody_states_an_activity_is_shown_without_calling_it_need(client: TestClient) -> None:
    enter(client, "/activities", ACTIVITY)
    page = client.get("/activities").text
    assert "says neither that there is need" in page
    gaps = page.partition('id="gaps-title"')[2]
    kess = gaps.partition("Kess")[2].partition("<dt>")[0]
    assert "food security" in kess
    assert "water, sanitation" not in kess


def test_small_groups_leave_neither_alone_nor_by_subtraction(client: TestClient) -> None:
    count(client, span="cumulative", day="2031-05-01", value=100)
    count(client, day="2031-05-02", value=9)
    count(client, span="cumulative", day="2031-05-02", value=109)
    count(client, kind="buses", day="2031-05-02", value=3)
    assert "2 numbers are held back" in client.get("/counts/export").text
    rows = exported(client, "count")
    assert [row[4] for row in rows[2:]] == ["100", "3"]
    assert not {"9", "109"} & {cell for row in rows for cell in row}


def test_that_a_file_is_taken_is_entered_before_it_is_given(client: TestClient, console: Console) -> None:
    enter(client, "/activities", ACTIVITY)
    rows = exported(client, "activity")
    assert rows[1][:3] == ["#meta+id", "#org+name", "#org+code"]
    record = list(console.store.journal.entries())[-1].record
    assert (record["schema"], record["table"], record["rows"]) == ("trucewatch/aid-export/1", "activity", 1)
