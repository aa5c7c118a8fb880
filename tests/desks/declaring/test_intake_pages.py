"""Taking a statement in by hand: what was read is looked at first; a refusal says what to do, and keeps nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import each
from tests.desks.declaring.samples import PRESS, bring, take_in
from tests.desks.declaring.test_pages import words_of
from tests.server.conftest import client_of
from trucewatch.server.console import Console
from trucewatch.store.statement_records import official_statements

Fresh = Callable[[], Console]


def test_what_was_read_is_shown_before_anything_is_on_record(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    before = len(console.store.journal)
    page = client.get(bring(client, PRESS, voice="LV"))
    text = words_of(page)
    for expected in each(
        (
            "Press conference of the spokesperson of the Lower Valley",
            "1 May 2031, 20:19",
            "Lower Valley",
            "Anna Reed",
            "Questions 2",
            "Enter it",
        )
    ):
        assert expected in text
    assert len(console.store.journal) == before


def test_a_page_as_saved_is_read_without_its_furniture_which_can_be_shown(fresh: Fresh) -> None:
    client = client_of(fresh())
    paragraphs = "".join(f"<p>{line}</p>" for line in PRESS.split("\n\n")[1:])
    markup = (
        "<!doctype html><html lang='en'><head><title>Press conference</title></head><body>"
        "<nav><a href='/'>Home</a> <a href='/news'>News</a></nav><main><h1>Press conference of the spokesperson</h1>"
        f"{paragraphs}</main><footer>All rights reserved</footer></body></html>"
    )
    answer = client.post("/statements/new", files={"file": ("page.html", markup.encode(), "text/html")})
    assert answer.status_code == 303
    page = client.get(answer.headers["location"])
    assert "Left out as furniture of the page" in words_of(page)
    assert "<details" in page.text
    assert "All rights reserved" in page.text


def test_the_same_one_twice_says_so_with_a_link_and_enters_nothing(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    code = take_in(client, PRESS)
    before = len(console.store.journal)
    address = bring(client, PRESS)
    page = client.get(address)
    assert "These bytes are on record already" in words_of(page)
    assert f'href="/statements/{code}?language=en&amp;version=1"' in page.text
    assert 'id="enter"' not in page.text
    answer = client.post(f"{address}/enter")
    assert "on record already" in words_of(client.get(answer.headers["location"]))
    assert len(console.store.journal) == before


def test_a_day_ahead_of_the_clock_is_entered_only_when_a_person_confirms_it(fresh: Fresh) -> None:
    console = fresh()
    client = client_of(console)
    address = bring(client, PRESS.replace("1 May 2031, 20:19", "9 May 2031, 20:19"))
    assert 'name="confirmed"' in client.get(address).text
    before = len(official_statements(console.store))
    refused = client.post(f"{address}/enter")
    assert refused.status_code == 422
    assert "lies ahead of the watch's clock" in words_of(refused)
    assert len(official_statements(console.store)) == before
    assert client.post(f"{address}/enter", data={"confirmed": "yes"}).status_code == 303
    assert len(official_statements(console.store)) == before + 1


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"text": ""}, "There is no text and no file"),
    ({"text": PRESS, "voice": "XX"}, "Choose one of the list"),
    ({"text": PRESS, "zone": "Nowhere/Land"}, "is no time zone"),
    ({"text": PRESS, "language_of": "the first"}, "Write the number of a statement"),
    ({"text": PRESS, "version_of": "S-99"}, "there is no statement S-99"),
    ({"text": PRESS, "language_of": "S-1", "version_of": "S-1"}, "not both"),
]


@pytest.mark.parametrize(("sent", "why"), REFUSED)
def test_a_refused_form_says_why_and_keeps_what_was_pasted(fresh: Fresh, sent: dict[str, Any], why: str) -> None:
    client = client_of(fresh())
    page = client.post("/statements/new", data=sent)
    assert page.status_code == 422
    assert why in words_of(page)
    if sent["text"]:
        assert "turned back on the Bridge Road" in page.text
    assert "Looked at and not entered" not in words_of(client.get("/statements/new"))


def test_a_file_that_is_no_statement_says_what_to_do_and_waits_for_nobody(fresh: Fresh) -> None:
    client = client_of(fresh())
    picture = {"file": ("page.png", b"\x89PNG\r\n\x1a\n" + bytes(200), "image/png")}
    page = client.post("/statements/new", files=picture)
    assert page.status_code == 422
    assert re.search(r'id="trouble"', page.text)
    assert "Looked at and not entered" not in words_of(client.get("/statements/new"))


def test_what_waits_is_removed_when_nobody_wants_it(fresh: Fresh) -> None:
    client = client_of(fresh())
    address = bring(client, PRESS)
    assert "Looked at and not entered" in words_of(client.get("/statements/new"))
    client.post(f"{address}/leave")
    assert client.get(address).status_code == 303
    assert "Looked at and not entered" not in words_of(client.get("/statements/new"))


def test_other_choices_are_looked_at_again(fresh: Fresh) -> None:
    client = client_of(fresh())
    address = bring(client, PRESS)
    assert "nobody said whose it is" in words_of(client.get(address))
    assert client.post(f"{address}/look", data={"voice": "UV", "zone": "+03:00"}).status_code == 303
    text = words_of(client.get(address))
    assert "Whose Upper Valley" in text
    assert client.post(f"{address}/look", data={"zone": "nowhere"}).status_code == 422
