"""Copies and versions side by side, who said what of a clause, undertakings, and what leaves, as pages show them."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.desks.replaying import replaying
from tests.server.conftest import client_of, copy_of, now
from tests.statements_on_record import COMMITMENT, ENGLISH, LATER, LAWN, RUSSIAN, accept, bring, offered, passage_at
from trucewatch.desks import find, indexes
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind


def words_in(answer: Response) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("statements"))
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        console.assessment()
        yield console


@pytest.fixture(scope="module")
def number(console: Console) -> int:
    """A statement in two languages, its English copy in two versions; a clause spoken of and a commitment accepted in
    the first."""
    occupied = bring(console, ENGLISH, "hollin.en.txt")
    bring(console, RUSSIAN, "hollin.ru.txt", language_of=occupied.number)
    accept(console, offered(console, occupied.number, "en", "provision"), occupied.number)
    commitment = passage_at(
        console,
        occupied.number,
        COMMITMENT,
        kind="commitment",
        about=("3a",),
        who=("UV",),
        by_day=date(2031, 5, 3),
        by_bound="by",
    )
    accept(console, commitment, occupied.number, decision="added", note="read twice")
    bring(console, LATER, "hollin-later.en.txt", version_of=occupied.number)
    return occupied.number


@pytest.fixture(scope="module")
def client(console: Console, number: int) -> TestClient:
    return client_of(console)


@pytest.fixture(scope="module")
def undertaking(client: TestClient) -> str:
    """The code of the undertaking that was accepted."""
    codes = [each["number"] for each in client.get("/undertakings.json").json()["undertakings"]]
    assert len(codes) == 1
    return str(codes[0])


def exports_in(console: Console) -> list[Entry]:
    return list(entries_of_kind(console.store, "trucewatch/statement-export/1"))


# Side by side


def test_copies_stand_side_by_side_each_in_its_language_and_differences_are_said_in_words(
    client: TestClient, number: int
) -> None:
    page = client.get(f"/statements/S-{number}/languages?first=en&second=ru")
    assert page.status_code == 200
    assert "The numbers differ: 15 in one copy, 14 in the other." in words_in(page)
    assert re.search(r'<p class="copy-text" dir="auto" lang="ru">', page.text)
    assert "<mark>15</mark>" in page.text
    assert "Neither copy is the measure of the other." in words_in(page)


def test_the_reader_of_either_copy_says_in_how_many_paragraphs_they_differ(client: TestClient, number: int) -> None:
    for language, other in (("en", "ru"), ("ru", "en")):
        page = client.get(f"/statements/S-{number}?language={language}")
        assert re.search(r"[0-9]+ of [0-9]+ paragraphs differs? in a number", words_in(page))
        assert f"/languages?first={language}&amp;second={other}&amp;show=differing" in page.text
    older = client.get(f"/statements/S-{number}?language=en&version=1")
    assert "paragraphs differ" not in words_in(older)


def test_what_one_copy_lacks_is_a_gap(client: TestClient, number: int) -> None:
    page = client.get(f"/statements/S-{number}/languages?first=en&second=ru")
    assert "Nothing here in the copy in Russian." in words_in(page)
    assert "has this paragraph." in words_in(page)


def test_another_order_of_the_sides_is_a_remark_and_no_difference(client: TestClient, number: int) -> None:
    page = client.get(f"/statements/S-{number}/languages?first=en&second=ru")
    (remark,) = re.findall(r'<p class="note remark">(.*?)</p>', page.text, re.DOTALL)
    assert "That is custom, and no difference of substance." in remark
    assert "another order" not in " ".join(re.findall(r'<ul class="copy-differences">(.*?)</ul>', page.text, re.DOTALL))


def test_only_differing_pairs_are_shown_if_asked_for(client: TestClient, number: int) -> None:
    page = client.get(f"/statements/S-{number}/languages?first=en&second=ru&show=differing")
    classes = re.findall(r'class="(copy-pair(?: [^"]*)?)"', page.text)
    assert classes
    assert set(classes) == {"copy-pair differs"}


def test_a_copy_beside_itself_is_refused(client: TestClient, number: int) -> None:
    page = client.get(f"/statements/S-{number}/languages?first=en&second=en")
    assert page.status_code == 422
    assert "Choose two languages" in words_in(page)


def test_a_statement_in_one_language_has_nothing_beside_it(console: Console, client: TestClient) -> None:
    alone = bring(console, LAWN, "gardens.en.txt", voice="LV").number
    page = client.get(f"/statements/S-{alone}/languages")
    assert "There is one copy of this statement" in words_in(page)


def test_a_language_and_a_statement_that_are_not_there_are_said(client: TestClient, number: int) -> None:
    assert client.get(f"/statements/S-{number}/languages?first=en&second=hy").status_code == 404
    assert client.get("/statements/S-999/languages").status_code == 404
    assert client.get("/statements/S-999/versions").status_code == 404


def test_a_version_shows_what_was_corrected_word_by_word_and_what_was_added(client: TestClient, number: int) -> None:
    page = client.get(f"/statements/S-{number}/versions?first=1&second=2&language=en")
    assert "<del>12</del>" in page.text
    assert "<ins>15</ins>" in page.text
    assert "Added: 1" in words_in(page)
    assert "Worded otherwise: 1" in words_in(page)
    assert "A liaison officer of the Joint Commission" in words_in(page)


def test_versions_are_shown_earlier_first_whichever_is_asked_for_first(client: TestClient, number: int) -> None:
    page = client.get(f"/statements/S-{number}/versions?first=2&second=1&language=en")
    assert "<ins>15</ins>" in page.text


def test_one_version_has_none_to_compare(client: TestClient, number: int) -> None:
    page = client.get(f"/statements/S-{number}/versions?language=ru")
    assert "There is one version of this copy." in words_in(page)


# By clause


def test_a_clause_shows_the_very_words_with_whose_and_where(client: TestClient, number: int) -> None:
    page = client.get("/statements/clauses/3a")
    text = words_in(page)
    assert COMMITMENT in text
    assert "Upper Valley" in text
    assert "Aldan, spokesman" in text
    assert re.search(rf'href="/statements/S-{number}\?language=en&amp;version=1#p\d+"', page.text)
    assert 'lang="en"' in page.text


def test_what_nobody_decided_is_counted_and_not_shown(client: TestClient) -> None:
    page = client.get("/statements/clauses/6")
    assert "Forty people returned" not in words_in(page)
    (undecided,) = re.findall(r'id="undecided">(.*?)</p>', page.text, re.DOTALL)
    assert re.search(r"\d+\s+passages? about it (is|are) offered by a rule", undecided)


def test_a_clause_of_which_nothing_was_said_says_so(client: TestClient) -> None:
    page = client.get("/statements/clauses/4")
    assert "Nothing that was said of it is on record." in words_in(page)
    assert "That says nothing of what anybody holds." in words_in(page)


def test_a_clause_that_is_not_there_is_said(client: TestClient) -> None:
    assert client.get("/statements/clauses/99z").status_code == 404


def test_the_overview_lists_every_part_of_a_clause(console: Console, client: TestClient) -> None:
    page = client.get("/statements/clauses")
    parts = [part.id for _, part in console.snapshot.watch.agreement.stipulations()]
    assert parts
    for part in parts:
        assert f'href="/statements/clauses/{part.replace(" ", "%20")}"' in page.text


def test_the_page_of_a_clause_in_the_agreement_leads_to_what_was_said_of_it(
    console: Console, client: TestClient
) -> None:
    provision = next(
        number.number for number, part in console.snapshot.watch.agreement.stipulations() if part.id == "3a"
    )
    page = client.get(f"/agreement/{provision}")
    assert 'href="/statements/clauses/3a"' in page.text
    assert "Who said what of it in official statements" in words_in(page)


# Undertakings


def test_an_accepted_commitment_is_an_undertaking_with_its_clock_in_words(client: TestClient, undertaking: str) -> None:
    page = client.get("/undertakings")
    assert COMMITMENT in words_in(page)
    assert "has passed; nothing entered here says what became of it" in words_in(page)
    assert client.get(f"/undertakings/{undertaking}").status_code == 200
    assert client.get("/undertakings/U-999").status_code == 404


def test_a_choice_that_nothing_is_of_says_so(client: TestClient, undertaking: str) -> None:
    assert "No undertaking is of this choice." in words_in(client.get("/undertakings?show=running"))
    assert undertaking in client.get("/undertakings?show=passed&who=UV&about=3a").text


def test_a_step_is_entered_by_somebodys_word_and_taken_back(
    console: Console, client: TestClient, undertaking: str
) -> None:
    here = f"/undertakings/{undertaking}"
    step = {"word": "done", "by": ["LV"], "day": "3 May 2031", "source": "a letter", "known_at": "2031-05-03T20:00:00Z"}
    answered = client.post(f"{here}/step", data=step)
    assert answered.status_code == 303, words_in(answered)
    assert "done, as stated by Lower Valley" in words_in(client.get(here))
    assert client.get("/undertakings.json").json()["undertakings"][0]["steps"][0]["by"] == ["LV"]
    undone = client.post(f"{here}/undo?step=1", data={})
    assert undone.status_code == 303, words_in(undone)
    assert undone.headers["location"].startswith(f"/undertakings/{undertaking}"), "and the undertaking is open again"
    assert client.get("/undertakings.json").json()["undertakings"][0]["steps"] == []
    assert "taken back" in words_in(client.get(here))


def test_a_refused_step_keeps_what_was_typed_and_says_every_fault(client: TestClient, undertaking: str) -> None:
    typed = {"word": "", "day": "never", "says": "a word that stays", "source": "", "known_at": "2031-05-03T20:00:00Z"}
    page = client.post(f"/undertakings/{undertaking}/step", data=typed)
    assert page.status_code == 422
    assert "a word that stays" in page.text
    for field in ("word", "by", "day", "source"):
        assert f'id="fault-{field}"' in page.text


def test_nothing_is_entered_in_a_replay(console: Console, client: TestClient, undertaking: str) -> None:
    tab, _ = replaying(console)
    step = {"word": "done", "by": ["LV"], "day": "3 May 2031", "source": "a letter", "known_at": "2031-05-03T20:00:00Z"}
    page = tab.post(f"/undertakings/{undertaking}/step", data=step)
    assert page.status_code == 422
    assert "This is a replay" in words_in(page)
    before = len(exports_in(console))
    refused = tab.post("/statements/out", data={"recipient": "public", "format": "csv"})
    assert refused.status_code == 422
    assert len(exports_in(console)) == before


def test_words_of_an_older_version_are_not_shown_as_the_last(client: TestClient, undertaking: str) -> None:
    for page in (f"/undertakings/{undertaking}", "/statements/clauses/3a"):
        assert "These are the words of version 1; version 2 of the copy is on record since." in words_in(
            client.get(page)
        )


def test_programs_get_no_words_of_a_statement(client: TestClient, undertaking: str) -> None:
    document = client.get(f"/undertakings/{undertaking}.json")
    assert "heavy weapons" not in document.text
    assert "words" in document.json()["withheld"]
    assert document.json()["undertaking"]["clock_has_run_out"] is True


# Out


def test_the_page_shows_what_would_leave_and_the_file_holds_the_same(console: Console, client: TestClient) -> None:
    recipient = console.snapshot.watch.settings.recipient[0].id
    page = client.get(f"/statements/out?recipient={recipient}")
    shown = re.findall(r'<blockquote class="said-words[^>]*><span>(.*?)</span>', page.text)
    assert shown
    before = len(exports_in(console))
    occupied = client.post("/statements/out", data={"recipient": recipient, "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(occupied.content.decode("utf-8-sig"))))
    assert [row["words"] for row in rows] == [html.unescape(words) for words in shown]
    assert len(exports_in(console)) == before + 1
    assert exports_in(console)[-1].record["recipient"] == recipient


def test_what_nobody_accepted_is_in_no_file(console: Console, client: TestClient) -> None:
    recipient = console.snapshot.watch.settings.recipient[0].id
    for name in ("csv", "json", "akn"):
        occupied = client.post("/statements/out", data={"recipient": recipient, "format": name})
        assert occupied.status_code == 200
        assert "Forty people" not in occupied.content.decode("utf-8-sig")
        assert "read twice" not in occupied.content.decode("utf-8-sig")
    assert json.loads(client.post("/statements/out", data={"recipient": recipient, "format": "json"}).content)


def test_the_own_copy_is_whole_and_named_so(client: TestClient, number: int) -> None:
    occupied = client.post("/statements/out", data={"whose": "inside"})
    assert 'filename="inside-' in occupied.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(occupied.content)) as archive:
        names = archive.namelist()
        assert f"inside-S-{number}-en-1.xml" in names
        assert all(name.startswith("inside-") for name in names)
        assert "Forty people" in archive.read(f"inside-S-{number}-en-1.xml").decode()


def test_who_is_no_recipient_and_what_is_no_format_are_refused(client: TestClient) -> None:
    assert client.get("/statements/out?recipient=nobody").status_code == 404
    assert client.post("/statements/out", data={"recipient": "", "format": "doc"}).status_code == 422


@pytest.mark.parametrize("address", ["/statements/clauses", "/undertakings", "/statements/out"])
def test_an_empty_watch_says_what_to_do(address: str, tmp_path: Path) -> None:
    folder = copy_of("two-valleys", tmp_path)
    for text in (folder / "statements").rglob("*.txt"):
        text.unlink()
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        page = client_of(console).get(address)
    assert page.status_code == 200
    assert re.search("is on record|Nothing: nothing was accepted", words_in(page))
