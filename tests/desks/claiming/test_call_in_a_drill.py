"""A call while a drill runs: of the drill unless somebody says that it is real; then it is entered outside it, with
every character."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Final

import pytest
from starlette.testclient import TestClient

from tests.server.conftest import client_of
from trucewatch.server.console import Console
from trucewatch.store.claim_records import claims_on_record, words_of_claim
from trucewatch.store.drill_records import drill_now, drills_on_record

SAYS: Final = "Взрыв у склада… “two” <b>blasts</b> & smoke"


@pytest.fixture
def centre(fresh: Callable[[str], Console]) -> Console:
    return fresh("two-valleys")


@pytest.fixture
def client(centre: Console) -> TestClient:
    browser = client_of(centre)
    assert browser.post("/drills/begin", data={"label": "Storage at Stonegate"}).status_code == 303
    return browser


def form_of(client: TestClient) -> dict[str, str]:
    """The form of a call as a browser sends it, untouched."""
    page = client.get("/claims/new").text
    form = page.partition("data-call")[2].partition("</form>")[0]
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', form)}
    fields = {name: value for name, value in fields.items() if name in ("received_at", "in_drill")}
    if re.search(r'name="is_drill" checked', form):
        fields["is_drill"] = "on"
    return fields | {"speaker": "party:UV", "says": SAYS, "via": "telephone", "language": "en"}


def test_a_call_is_of_the_drill_that_runs_and_the_form_says_so(centre: Console, client: TestClient) -> None:
    page = client.get("/claims/new").text
    assert "This call is of the drill DR-1" in page
    assert "Enter as real: ends the drill" in page
    assert client.post("/claims/new", data=form_of(client)).status_code == 303
    (claim,) = claims_on_record(centre.store)
    assert (claim.is_drill, claim.simulated) == (True, True)
    assert drill_now(centre.store) is not None


def test_a_call_without_a_drill_is_real(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    browser = client_of(console)
    assert "Enter as real" not in browser.get("/claims/new").text
    assert browser.post("/claims/new", data=form_of(browser)).status_code == 303
    assert [claim.is_drill for claim in claims_on_record(console.store)] == [False]


def test_entered_as_real_the_drill_ends_and_no_character_is_lost(centre: Console, client: TestClient) -> None:
    answer = client.post("/claims/new", data=form_of(client) | {"real": "yes"})
    assert answer.status_code == 303
    (claim,) = claims_on_record(centre.store)
    assert not claim.is_drill
    assert words_of_claim(centre.store, claim).says == SAYS
    (drill,) = drills_on_record(centre.store)
    assert (drill.end, drill.ended_for) == ("real", claim.code)
    assert answer.headers["location"] == f"/claims/{claim.code}"


def test_a_real_call_that_is_not_whole_yet_ends_the_drill_and_stands_in_its_form(
    centre: Console, client: TestClient
) -> None:
    typed = form_of(client) | {"speaker": "", "where": "by the <mill>", "real": "yes"}
    answer = client.post("/claims/new", data=typed)
    assert answer.status_code == 200
    assert 'id="fault-speaker"' in answer.text
    assert drill_now(centre.store) is None
    assert claims_on_record(centre.store) == ()
    assert "DR-1 is over" in answer.text
    assert "Взрыв у склада… “two” &lt;b&gt;blasts&lt;/b&gt; &amp; smoke" in answer.text
    assert "by the &lt;mill&gt;" in answer.text
    assert 'name="is_drill" checked' not in answer.text
    assert 'id="drilling"' not in answer.text


def test_words_for_when_that_nobody_can_read_hold_up_no_real_call(centre: Console, client: TestClient) -> None:
    typed = form_of(client) | {"when": "when the cows come home", "real": "yes"}
    assert client.post("/claims/new", data=typed).status_code == 303
    (claim,) = claims_on_record(centre.store)
    assert words_of_claim(centre.store, claim).when == "when the cows come home"


def test_a_call_whose_mark_was_taken_away_is_real_and_ends_the_drill(centre: Console, client: TestClient) -> None:
    typed = form_of(client)
    typed.pop("is_drill")
    assert client.post("/claims/new", data=typed).status_code == 303
    (claim,) = claims_on_record(centre.store)
    assert not claim.is_drill
    assert drills_on_record(centre.store)[0].ended_for == claim.code


def test_a_form_of_a_drill_that_ended_meanwhile_asks_before_it_enters_a_drill(
    centre: Console, client: TestClient
) -> None:
    typed = form_of(client)
    assert client.post("/drills/real").status_code == 303
    answer = client.post("/claims/new", data=typed)
    assert answer.status_code == 422
    assert "The drill has ended since this form was opened" in answer.text
    assert claims_on_record(centre.store) == ()
    again = {name: value for name, value in typed.items() if name not in ("in_drill", "is_drill")}
    assert client.post("/claims/new", data=again).status_code == 303
    assert [claim.is_drill for claim in claims_on_record(centre.store)] == [False]


def test_a_call_entered_as_real_by_two_at_once_is_entered_twice_and_ends_one_drill(
    centre: Console, client: TestClient
) -> None:
    first, second = form_of(client), form_of(client)
    for typed in (first, second):
        assert client.post("/claims/new", data=typed | {"real": "yes"}).status_code == 303
    assert [claim.is_drill for claim in claims_on_record(centre.store)] == [False, False]
    (drill,) = drills_on_record(centre.store)
    assert drill.ended_for == "CL-1"
