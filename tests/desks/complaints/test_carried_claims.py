"""A letter of many claims as a complaint: a row for each, those that may be about the same as pairs, those about a day
to come labelled; from the letter's page to the register with its sender and the moment when it came in."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from httpx2 import Response
from starlette.testclient import TestClient

from tests.desks.complaints.samples import draft, register
from tests.server.conftest import client_of
from tests.server.signed_in import browser_of, person_as
from trucewatch.model.roles import Role
from trucewatch.server.console import Console

TEXT = """To the Joint Commission

1. At 10:10 on 3 May, three shots near Ambermill.
2. On 3 May 2031 at 10:11 shots near Ambermill
3. On 12 May 2031 at 10:00 shots near Stonegate

Yours sincerely
"""


CALL = {
    "speaker": "party:UV",
    "says": "three bangs from the ridge",
    "received_at": "2031-05-03T12:20:00Z",
    "via": "telephone",
    "language": "en",
}


def take_down(client: TestClient, **typed: str) -> None:
    """A call, by its form."""
    assert client.post("/claims/new", data=CALL | typed).status_code == 303


def words_of(answer: Response) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def list_of(answer: Response, name: str) -> list[str]:
    """The items of a list, or the rows of a table, as words."""
    found = re.search(rf'<(ul|table)[^>]* id="{name}">(.*?)</\1>', answer.text, re.DOTALL)
    rows = re.findall(r"<(li|tr)\b.*?</\1>", found[2], re.DOTALL) if found else []
    assert found is None or rows
    parts = re.split(r"</(?:li|tr)>", found[2])[:-1] if found else []
    return [re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", part))).strip() for part in parts]


def letter_with_claims(client: TestClient) -> None:
    """A letter with three rows entered, after a call of the other side about the first."""
    take_down(client, speaker="party:LV", when="10:10", where="Ambermill", kind="shot")
    fields = {"sender": "party:UV", "received_at": "2031-05-03T23:00:00Z", "text": TEXT, "via": "letter"}
    fields |= {"language": "en", "their_number": "UV/9"}
    assert client.post("/letters/new", data=fields).status_code == 303
    assert client.post("/letters/L-1/claims", data={"row": ["1", "2", "3"]}).status_code == 303


def test_the_page_of_a_letter_proposes_pairs_and_joins_only_by_hand(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    letter_with_claims(client)
    page = client.get("/letters/L-1")
    proposed = list_of(page, "pairs")
    assert any(row.startswith("CL-2 · CL-3 , of this letter too") for row in proposed), proposed
    assert any(row.startswith("CL-2 · CL-1 , Lower Valley") for row in proposed), proposed
    assert "joined by hand" not in words_of(page)
    assert "ahead of the letter" in words_of(page), "also once the row is a claim"
    answer = client.post("/claims/CL-2/join", data={"other": "CL-1", "letter": "L-1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/letters/L-1")
    again = client.get("/letters/L-1")
    assert len(list_of(again, "pairs")) == len(proposed) - 1
    assert "Pairs joined by hand: 1" in words_of(again)
    elsewhere = client.post("/claims/CL-2/part", data={"other": "CL-1"})
    assert elsewhere.headers["location"] == "/claims/CL-2"


def test_a_claim_about_a_day_to_come_says_so(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    letter_with_claims(client)
    assert "about a day to come" in words_of(client.get("/claims/CL-4"))
    assert "about a day to come" not in words_of(client.get("/claims/CL-2"))


def test_a_letter_is_registered_with_its_claims_its_sender_and_when_it_came_in(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    letter_with_claims(client)
    link = re.search(r'href="(/complaints/new\?[^"]*)"', client.get("/letters/L-1").text)
    assert link
    form = client.get(html.unescape(link[1])).text
    for field, value in (("claims", "CL-2..CL-4"), ("letter", "L-1"), ("own_number", "UV/9")):
        assert re.search(rf'name="{field}"[^>]*value="{re.escape(value)}"', form), field
    assert re.search(r'value="party:UV" selected', form)
    assert re.search(r'name="received_at"[^>]*value="3 May 2031 21:00"', form), "not the moment of typing"
    register(
        client, sender="party:UV", received_at="2031-05-03T23:00:00Z", says="shots", claims="CL-2..CL-4", letter="L-1"
    )
    take_down(client, is_drill="on", when="10:10", where="Ambermill", kind="shot")
    refused = client.post("/complaints/C-1/link", data={"to": "claim", "linked": "CL-5"})
    assert "CL-5 is a drill; no complaint carries it" in refused.text
    page = client.get("/complaints/C-1")
    first, second, third = list_of(page, "carried")[1:]
    assert "CL-1 (somebody else says it): both at Ambermill" in first
    assert "CL-2: both at Ambermill" in second.replace(" :", ":")
    assert "about a day to come" in third
    assert 'href="/letters/L-1"' in page.text
    assert 'href="/claims/CL-3"' in page.text


def test_a_claim_is_registered_from_when_it_came_in(fresh: Callable[[], Console]) -> None:
    client = client_of(fresh())
    take_down(client, speaker="civilian", received_at="2031-05-03T20:00:00Z")
    link = re.search(r'href="(/complaints/new\?[^"]*)"', client.get("/claims/CL-1").text)
    assert link
    form = client.get(html.unescape(link[1])).text
    assert re.search(r'name="received_at"[^>]*value="3 May 2031 18:00"', form)
    assert re.search(r'value="civilian" selected', form)
    assert client.get("/complaints/new?claim=CL-9").status_code == 200
    assert client.get("/complaints/new?letter=L-9").status_code == 200


def test_who_called_is_shown_to_who_may_call_back_and_whose_act_it_was_to_all(fresh: Callable[[], Console]) -> None:
    console = fresh()
    officer, analyst = (browser_of(console, person_as(role)) for role in (Role.OFFICER, Role.ANALYST))
    register(
        officer,
        sender="party:UV",
        received_at="2031-05-03T10:00:00Z",
        says="shots",
        name="Officer Quince",
        call_back="radio four",
    )
    page = words_of(officer.get("/complaints/C-1"))
    assert "Officer Quince" in page
    assert "radio four" in page
    assert "entered by" in page
    for role in (Role.ANALYST, Role.INTERPRETER, Role.AUDITOR):
        page = words_of(browser_of(console, person_as(role)).get("/complaints/C-1"))
        assert "shots" in page
        assert "Quince" not in page
        assert "radio four" not in page
        assert "kept for who handles it" in page
    undo = words_of(analyst.get("/complaints/C-1/undo?stands=0"))
    assert "Quince" not in undo
    draft(officer, "C-1", "fog")
    assert "radio four" not in words_of(analyst.get("/complaints/C-1"))
