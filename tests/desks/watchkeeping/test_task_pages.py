"""Tasks on their pages: asked, answered, refused, taken back; who may, and what stands beside an incident."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.desks.watchkeeping.task_samples import ask, step
from tests.server.conftest import client_of
from tests.server.signed_in import EVERYBODY, browser_of, person_as
from trucewatch.model.roles import Right, Role, rights_of
from trucewatch.server.console import Console
from trucewatch.store.duty_task_records import task_of


@pytest.fixture
def console(fresh: Callable[[str], Console]) -> Console:
    return fresh("two-valleys")


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


def refused(client: TestClient) -> str:
    """A task by which access was asked and refused."""
    code = ask(client, sort="access", where="Stonegate", asks="Let the patrol in.")
    step(client, code, "refused", words="The road is closed.")
    return code


def test_refused_access_is_in_the_list_and_leaves_it_with_undo(client: TestClient, console: Console) -> None:
    code = refused(client)
    console.refresh()
    page = client.get(f"/shift/tasks/{code}").text
    (incident,) = re.findall(r'In the list as <a href="/incident/([^"]+)"', page)
    assert "The road is closed." in client.get(f"/incident/{incident}").text
    entry = task_of(console.store, code).state_entry
    assert client.post(f"/shift/tasks/{code}/undo", data={"entry": str(entry)}).status_code == 303
    console.refresh()
    assert "In the list as" not in client.get(f"/shift/tasks/{code}").text
    assert incident not in console.snapshot.codes


def test_a_refusal_without_a_reason_is_said_beside_its_field(client: TestClient, console: Console) -> None:
    code = ask(client, sort="access", where="Stonegate")
    answer = client.post(f"/shift/tasks/{code}/step", data={"step": "refused"})
    assert answer.status_code == 422
    assert 'id="fault-words"' in answer.text
    assert task_of(console.store, code).state == "asked"


def test_what_was_typed_stays_where_a_place_is_not_understood(client: TestClient) -> None:
    typed = {"to": "party:UV", "sort": "access", "asks": "Let us in at dawn.", "where": "behind the moon"}
    answer = client.post("/shift/tasks/ask", data=typed)
    assert answer.status_code == 422
    assert 'id="fault-where"' in answer.text
    assert "Let us in at dawn." in answer.text


def test_an_incident_and_a_claim_offer_to_ask_and_name_the_task(client: TestClient, console: Console) -> None:
    incident = console.snapshot.codes[0]
    (where,) = re.findall(r'href="(/shift/tasks/ask\?[^"]*)"', client.get(f"/incident/{incident}").text)
    (about,) = re.findall(r'name="about" value="([^"]+)"', client.get(where).text)
    code = ask(client, about=about)
    assert f"/shift/tasks/{code}" in client.get(f"/incident/{incident}").text
    client.post("/claims/new", data={"speaker": "not_said", "says": "a bang", "received_at": "2031-05-03T10:00:00Z"})
    assert "/shift/tasks/ask?" in client.get("/claims/CL-1").text


@pytest.mark.parametrize("role", EVERYBODY)
def test_who_stands_the_watch_asks_and_who_reads_inside_reads(
    client: TestClient, console: Console, role: Role | str
) -> None:
    code = ask(client, to="person:", name="Ada Quill")
    rights = rights_of([role]) if isinstance(role, Role) else rights_of([])
    browser = browser_of(console, person_as(role, side="UV" if role == Role.LIAISON else "NI"))
    assert (browser.get(f"/shift/tasks/{code}").status_code == 200) == (Right.INSIDE in rights)
    before = len(console.store.journal)
    answer = browser.post(f"/shift/tasks/{code}/step", data={"step": "done"})
    assert (answer.status_code == 303) == (Right.SHIFT in rights)
    assert (len(console.store.journal) > before) == (Right.SHIFT in rights)


def test_refused_access_is_counted_beside_the_sources(client: TestClient) -> None:
    assert 'id="source-access"' not in client.get("/sources").text
    refused(client)
    page = client.get("/sources").text
    assert 'id="source-access"' in page
    assert "<b>1</b> refusal<" in page


def test_an_open_task_is_proposed_for_the_hand_over(client: TestClient) -> None:
    client.post("/shift/begin", data={"names": "Dan Reed"})
    code = ask(client, sort="look", where="Stonegate", asks="Look at the mill.")
    page = client.get("/shift/handover").text
    assert f'href="/shift/tasks/{code}"' in page
    assert "Look at the mill." not in page
