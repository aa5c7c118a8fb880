"""The interface in a browser: pages that say what the JSON says, alone, and where it begins."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import each
from tests.server.conftest import client_of
from tests.server.test_door import bearer, stranger
from trucewatch.server.console import Console

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PATHS = (
    "",
    "/conformance",
    "/api",
    "/collections",
    "/collections/incidents",
    "/collections/incidents/items",
    "/collections/zones/items",
)


def items(client: Any, recipient: str = "joint-centre", query: str = "") -> dict[str, Any]:
    answer = client.get(f"/ogc/{recipient}/collections/incidents/items?{query}")
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        (FIREFOX, True),
        ("text/html", True),
        ("*/*", False),
        ("", False),
        ("application/json", False),
        ("application/geo+json, text/html;q=0.5", False),
        ("application/json;q=0.2, text/html;q=0.9", True),
        ("text/html;q=wrong", False),
    ],
)
def test_browsers_get_pages_and_programs_json(valleys: Console, path: str, accept: str, is_page: bool) -> None:
    answer = client_of(valleys).get(f"/ogc/joint-centre{path}", headers={"accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html") == is_page
    assert answer.headers["vary"].lower().startswith("accept")


def test_f_says_more_than_what_a_browser_prefers(valleys: Console) -> None:
    client = client_of(valleys)
    for path in PATHS:
        for encoding, is_page in (("html", True), ("json", False)):
            answer = client.get(f"/ogc/public{path}?f={encoding}", headers={"accept": FIREFOX})
            assert answer.headers["content-type"].startswith("text/html") == is_page


def test_a_page_of_items_says_what_the_json_says(valleys: Console) -> None:
    client = client_of(valleys)
    content = items(client, query="limit=5&offset=5")
    page = client.get("/ogc/joint-centre/collections/incidents/items?limit=5&offset=5&f=html").text
    text = html.unescape(re.sub(r"[\u2066-\u2069]", "", re.sub(r"<[^>]*>", "", page)))
    for feature in each(content["features"]):
        facts = feature["properties"]
        for key in ("what_words", "where_words", "outcome_words", "start"):
            assert facts[key] in text, key
        item = client.get(f"/ogc/joint-centre/collections/incidents/items/{feature['id']}?f=html").text
        own = html.unescape(re.sub(r"[\u2066-\u2069]", "", re.sub(r"<[^>]*>", "", item)))
        assert facts["what_words"] in own
        assert all(f"<code>{key}</code>" in item for key, value in facts.items() if value != [])
    assert f"6 to 10 of {content['numberMatched']}" in text
    assert len(re.findall(r'<(?:circle|path) [^>]*class="incident', page)) == 5
    following = html.unescape(re.findall(r'<a rel="next" href="([^"]*)"', page)[0])
    assert "11 to 15 of" in client.get(following).text
    assert "<script" not in page


def test_a_wrong_parameter_is_said_on_a_page_and_an_empty_field_of_the_form_is_none(valleys: Console) -> None:
    client = client_of(valleys)
    where = "/ogc/joint-centre/collections/incidents/items"
    answer = client.get(f"{where}?f=html&outcome=&kind=explosion&zone=&min_probability=&datetime=")
    assert answer.status_code == 200
    assert '<option value="explosion" selected>' in answer.text
    wrong = client.get(f"{where}?f=html&kind=thing")
    assert wrong.status_code == 400
    assert wrong.headers["content-type"].startswith("text/html")
    assert "kind: write one or more of" in wrong.text
    assert client.get("/ogc/nobody?f=html").status_code == 404


def test_a_page_names_itself_and_the_same_as_json(valleys: Console) -> None:
    client = client_of(valleys)
    page = client.get("/ogc/joint-centre?f=html").text
    (link,) = re.findall(r'<link rel="alternate" type="application/json" href="([^"]*)"', page)
    links = client.get(html.unescape(link)).json()["links"]
    pages = [one["href"] for one in links if (one["rel"], one["type"]) == ("alternate", "text/html")]
    assert client.get(pages[0]).headers["content-type"].startswith("text/html")


def test_pages_speak_the_languages_of_the_watch(valleys: Console) -> None:
    client = client_of(valleys)
    page = client.get("/ogc/joint-centre?f=html&lang=ru").text
    assert '<html lang="ru"' in page
    assert 'lang=ru"' in re.findall(r'<a href="([^"]*collections[^"]*)"', page)[0] + '"'
    assert 'hreflang="en"' in page


# Where it begins


def test_a_browser_that_was_let_in_sees_every_recipient_and_a_token_its_own_alone(valleys: Console) -> None:
    settings = valleys.snapshot.watch.settings
    whole = client_of(valleys).get("/ogc").json()
    assert [one["id"] for one in whole["recipients"]] == [rule.id for rule in settings.recipient]
    browser = stranger(valleys)
    assert browser.get("/ogc").status_code == 401
    for rule in each(settings.recipient):
        token = valleys.door.add_program(f"of-{rule.id}", holder=rule.id, scope="read")
        for where in ("/ogc", "/ogc/", f"/ogc?token={token}", "/ogc?f=html"):
            answer = browser.get(where, headers={} if "token" in where else bearer(token))
            assert answer.status_code == 200, where
            text = html.unescape(answer.text)
            others = [other for other in settings.recipient if other != rule]
            for other in others:
                assert f'"{other.id}"' not in text
                assert f"/ogc/{other.id}" not in text
                assert f"<code>{other.id}</code>" not in text
                assert not any(name in text for name in set(other.names.values()) - set(rule.names.values()))
            assert rule.id in text
        landing = browser.get("/ogc", headers=bearer(token)).json()["recipients"][0]["links"][0]["href"]
        assert browser.get(landing, headers=bearer(token)).status_code == 200
        valleys.door.revoke(f"of-{rule.id}")


def test_a_token_in_the_address_leads_through_the_pages_too(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    browser = stranger(console)
    token = console.door.add_program("p", holder="joint-centre", scope="read")
    waiting, seen = [f"/ogc?token={token}"], set[str]()
    while waiting:
        where = waiting.pop()
        answer = browser.get(where, headers={"accept": FIREFOX})
        assert answer.status_code == 200, where
        path = where.partition("?")[0].removeprefix("http://localhost")
        seen.add(path)
        links = [html.unescape(link) for link in re.findall(r'<a [^>]*href="([^"]*)"', answer.text)]
        for link in links:
            own = link.partition("?")[0].removeprefix("http://localhost")
            if own not in seen and len(seen) < 12 and link not in waiting:
                waiting.append(link)
    assert len(seen) >= 8
    form = browser.get(f"/ogc/joint-centre/collections/incidents/items?token={token}&f=html").text
    assert f'<input type="hidden" name="token" value="{token}">' in form


def test_a_token_that_brings_files_is_told_of_no_recipient(valleys: Console) -> None:
    token = valleys.door.add_program("camera", holder="joint-centre", scope="inbox")
    try:
        assert stranger(valleys).get("/ogc", headers=bearer(token)).status_code == 403
        assert stranger(valleys).get(f"/ogc?token={token}").status_code == 403
    finally:
        valleys.door.revoke("camera")


@pytest.mark.parametrize("collection", ["incidents", "zones"])
def test_under_every_map_stands_what_it_shows_and_that_it_is_no_statement(valleys: Console, collection: str) -> None:
    page = client_of(valleys).get(f"/ogc/joint-centre/collections/{collection}/items?f=html").text
    after = page.partition("</svg>")[2]
    assert after
    assert "no statement on the status of any territory" in after
    assert "dashed where simulated" in after
