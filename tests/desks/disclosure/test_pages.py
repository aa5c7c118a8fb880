"""The console's page: what would leave stands there before, the copy is a file, and that it was given is entered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.desks.disclosure.samples import form_of
from tests.ledger.partial_copies import check_copy
from tests.server.conftest import client_of
from trucewatch.server.console import Console


@pytest.fixture
def console(fresh: Callable[[str], Console]) -> Console:
    return fresh("two-valleys")


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


def codes(console: Console) -> list[str]:
    return console.snapshot.codes


def test_what_would_leave_is_shown_and_then_given_and_entered(console: Console, client: TestClient) -> None:
    code = codes(console)[-2]
    before = len(console.store.journal)
    page = client.get(f"/show/{code}?recipient=joint-centre").text
    assert "What is opened" in page
    assert "point:" in page
    assert "observer_lon" in page
    assert len(console.store.journal) == before
    taken = client.post(f"/show/{code}", data=form_of(client, code))
    assert taken.status_code == 200
    assert taken.headers["content-disposition"] == f'attachment; filename="dossier-copy-{before + 1}.json"'
    key = str(console.store.public_key)
    copy = check_copy(taken.content, key)["copy"]
    assert copy["recipient"] == "joint-centre"
    assert {path.split("/")[0] for path in copy["opened"]} == {"released"}
    told = page[page.index('id="opened"') : page.index('id="closed"')]
    for path in copy["opened"]:
        assert f"<code>{path.rpartition('/')[2]}</code>" in told, "every field that leaves is named before it does"
    kinds = [entry.record["schema"] for entry in console.store.journal.entries(before)]
    assert kinds == ["trucewatch/dossier/1", "trucewatch/dossier-given/1"]
    again = client.post(f"/show/{code}", data=form_of(client, code))
    assert (
        check_copy(again.content, key)["copy"]["entry"] == copy["entry"]
    )  # the dossier is on record; only the giving is new
    assert len(console.store.journal) == before + 3


def test_what_a_recipient_may_not_have_is_not_shown(console: Console, client: TestClient) -> None:
    withheld = [code for row, code in enumerate(codes(console)) if console.snapshot.incident(row).kind == "movement"]
    page = client.get(f"/show/{withheld[0]}", params={"recipient": "public"})
    assert page.status_code == 422
    assert "may not have this incident" in page.text
    assert 'name="seen"' not in page.text
    entered = len(console.store.journal)
    assert client.post(f"/show/{withheld[0]}", data={"recipient": "public", "seen": "x"}).status_code == 422
    assert client.post(f"/show/{withheld[0]}", data={"recipient": "nobody", "seen": "x"}).status_code == 422
    assert len(console.store.journal) == entered


def test_nothing_leaves_that_nobody_looked_at(console: Console, client: TestClient) -> None:
    code, other = codes(console)[-2], codes(console)[-3]
    entered = len(console.store.journal)
    answer = client.post(f"/show/{code}", data=form_of(client, other))
    assert answer.status_code == 422
    assert "is not what was looked at" in answer.text
    assert len(console.store.journal) == entered


def test_the_incident_leads_to_the_page(console: Console, client: TestClient) -> None:
    code = codes(console)[-2]
    assert f'href="/show/{code}"' in client.get(f"/incident/{code}").text
    assert client.get("/show/i-none").status_code == 404
