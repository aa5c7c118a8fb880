"""The Atom feed: what was issued to a recipient, and nothing else, as RFC 4287 has it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

from starlette.testclient import TestClient

from tests.conftest import each
from tests.server.conftest import client_of
from tests.server.test_door import bearer, stranger
from trucewatch.desks.dispatch.atom import feed_of, summary_words
from trucewatch.desks.dispatch.operations import feed_entries
from trucewatch.locale import words
from trucewatch.model.ids import sha256_of
from trucewatch.model.report import EditorsNote, IssuedRow, Publication
from trucewatch.pipeline.issue import default_day, issue_report, issued_name
from trucewatch.server.console import Console
from trucewatch.store.publications import publications

A = {"a": "http://www.w3.org/2005/Atom"}


def issue(
    console: Console, recipient: str = "public", *, note: str = "", formats: tuple[str, ...] = ("html", "csv")
) -> None:
    """Issue a report of three days, with the files kept as the desk of reports keeps them."""
    last = default_day(console.assessment())
    notes = [EditorsNote(section="summary", language="en", text=note)] if note else None
    with console.writing() as store:
        assessment = replace(console.assessment(), earlier=publications(store))
        products = issue_report(
            store,
            assessment,
            recipient=recipient,
            day_from=last - timedelta(days=3),
            day_until=last + timedelta(days=1),
            languages=["en"],
            formats=formats,
            notes=notes,
        )
        number, revision = publications(store)[-1].number, publications(store)[-1].revision
        for (name, language), content in products.items():
            store.write_out(issued_name(number, revision, language, name), content)


def feed(client: TestClient, recipient: str = "public", **headers: str) -> ET.Element:
    answer = client.get(f"/feed/{recipient}.atom", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml"
    return ET.fromstring(answer.content)


def text(element: ET.Element, name: str) -> str:
    return element.findtext(f"a:{name}", "", A)


def test_a_feed_holds_what_was_issued_and_a_revision_is_the_same_entry(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    empty = feed(client)
    assert empty.findall("a:entry", A) == []
    assert text(empty, "updated")
    issue(console)
    first = feed(client)
    (entry,) = first.findall("a:entry", A)
    assert text(entry, "id").startswith("tag:trucewatch.invalid,2026:two-valleys/")
    assert text(entry, "title").endswith("/public, revision 1")
    assert text(entry, "updated") == text(entry, "published") == text(first, "updated")
    assert re.search(r"as known at .*: \d+ lines", text(entry, "summary"))
    links = entry.findall("a:link", A)
    assert [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in links] == [
        ("enclosure", "text/csv", "en"),
        ("alternate", "text/html", "en"),
    ]
    for link in each(links):
        file = client.get(str(link.get("href")))
        assert file.status_code == 200
        assert sha256_of(file.content) == str(link.get("href")).rpartition("/")[2]
        assert "sandbox" in file.headers["content-security-policy"]
        assert file.headers["content-disposition"].startswith("attachment")
    issue(console, note="The pass was closed.")
    (again,) = feed(client).findall("a:entry", A)
    assert text(again, "id") == text(entry, "id")
    assert text(again, "title").endswith("revision 2")
    assert "takes the place of those before" in text(again, "summary")
    assert "The pass was closed" not in client.get("/feed/public.atom").text


def test_no_draft_and_no_other_recipients_report_is_in_a_feed(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    issue(console, "joint-centre", formats=("csv",))
    (entry,) = feed(client, "joint-centre").findall("a:entry", A)
    digest = str(each(entry.findall("a:link", A))[0].get("href")).rpartition("/")[2]
    assert feed(client, "public").findall("a:entry", A) == []
    assert client.get(f"/feed/joint-centre/files/{digest}").status_code == 200
    assert client.get(f"/feed/public/files/{digest}").status_code == 404
    assert client.get(f"/feed/joint-centre/files/{'0' * 64}").status_code == 404
    assert client.get("/feed/nobody.atom").status_code == 404
    assert client.get("/feed/joint-centre/files/..%2f..%2fprivate").status_code == 404


def test_who_has_a_feed_already_gets_no_bytes_of_it_again(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    issue(console)
    tag = client.get("/feed/public.atom").headers["etag"]
    for offered in (tag, f'"x", W/{tag}', "*"):
        answer = client.get("/feed/public.atom", headers={"if-none-match": offered})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    issue(console, note="More.")
    answer = client.get("/feed/public.atom", headers={"if-none-match": tag})
    assert answer.status_code == 200
    assert answer.headers["etag"] != tag


def test_a_token_opens_its_recipients_feed_and_its_links_and_no_other(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    issue(console)
    browser = stranger(console)
    assert browser.get("/feed/public.atom", headers={"accept": "text/html"}).status_code == 401
    token = console.door.add_program("reader", holder="public", scope="read")
    assert len(feed(browser, **bearer(token)).findall("a:entry", A)) == 1
    assert browser.get("/feed/joint-centre.atom", headers=bearer(token)).status_code == 403
    content = ET.fromstring(browser.get(f"/feed/public.atom?token={token}").content)
    for link in each(content.iterfind(".//a:link", A)):
        assert browser.get(str(link.get("href"))).status_code == 200
    assert browser.get("/feed/joint-centre/files/x", headers=bearer(token)).status_code == 403
    assert browser.get("/outbox", headers=bearer(token)).status_code == 403


def test_the_language_is_one_of_the_watchs(valleys: Console) -> None:
    client = client_of(valleys)
    assert client.get("/feed/public.atom?lang=xx").status_code == 400
    languages = valleys.snapshot.watch.settings.languages
    for language in each(languages):
        answer = client.get(f"/feed/public.atom?lang={language}")
        assert f'xml:lang="{language}"' in answer.text


def test_what_stands_in_a_watch_is_escaped_and_no_character_breaks_the_feed(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    issue(console)
    watch = console.snapshot.watch
    hostile = "]]><script>\x00\x0b\ud800&amp;\ufffe"
    names = dict.fromkeys(watch.settings.languages, hostile)
    settings = replace(watch.settings, names=names)
    rule: Any = replace(watch.settings.recipient[0], names=names)
    entries = feed_entries(console.store, "public")
    content = feed_of(
        entries,
        watch=replace(watch, settings=settings),
        recipient=rule,
        words=words("en"),
        own="http://localhost/?a=1&b=<",
        link=lambda digest: f"http://localhost/{digest}?a=1&b=2",
        begun=entries[0].published,
    )
    assert b"<script>" not in content
    assert len(ET.fromstring(content).findall("a:entry", A)) == 1


def test_a_report_without_lines_is_told_without_a_count_and_lines_that_nobody_saw_are_not_counted(
    valleys: Console,
) -> None:
    bare = Publication(
        number="TW/x/public",
        revision=1,
        kind="daily",
        recipient="public",
        day_from=date(2031, 5, 3),
        day_until=date(2031, 5, 4),
        cut_off=valleys.now(),
        rows=(),
    )
    row = IssuedRow(
        incident_id="i-1",
        number=0,
        kind="shot",
        outcome="consistent",
        place="theatre",
        radius_m=None,
        time="2031-05-03",
    )
    untold = summary_words(bare, words("en"))
    assert not re.search(r"\b(0|no|none|lines?)\b", untold)
    assert summary_words(replace(bare, rows=(row,)), words("en")) == untold, "a row of number 0 was told to nobody"
    assert "1 line." in summary_words(replace(bare, rows=(row, replace(row, number=1))), words("en"))


def test_the_feed_stands_in_the_document_for_programs(valleys: Console) -> None:
    paths = client_of(valleys).get("/api/openapi.json").json()["paths"]
    assert {"/feed/{recipient}.atom", "/feed/{recipient}/files/{digest}"} <= set(paths)
