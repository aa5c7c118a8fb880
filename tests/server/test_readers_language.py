"""Pages in Russian and Turkish tell what the core says in English; records, downloads and the English pages stay as
they are."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.desks.sources.test_sources_page import bring, said
from tests.server.conftest import client_of, unbroken
from trucewatch.desks.ogc.pages import operations_of
from trucewatch.locale import words
from trucewatch.messages import Message
from trucewatch.model.faults import Fault
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of

LETTERS = {"ru": re.compile(r"[а-я]{3}"), "tr": re.compile(r"[çğıöşü]")}
ENGLISH = re.compile(r"\b(is|the|not|give|write|correct|has|which)\b")
BENT = (
    ("lon", "1,5"),
    ("lat", "95"),
    ("kind", "explosio"),
    ("occurred_start", "yesterday"),
    ("occurred_start", "2031-02-30T00:00:00Z"),
    ("simulated", "maybe"),
    ("lat", ""),
    ("count_best", "2.5"),
    ("semi_minor_m", "999999"),
)
"""A column of the observation table and a value that gets its row refused."""


def reasons(page: str) -> list[str]:
    cells = re.findall(r'<td data-label="[^"]*">(.*?)</td><td data-label="[^"]*"><code>', unbroken(page))
    return [unescape(cell) for cell in cells]


@pytest.fixture
def bent(fresh: Callable[[str], Console]) -> Console:
    """A console with refused rows, a refused file and a source without its file."""
    console = fresh("two-valleys")
    inbox = console.folder / "inbox"
    with (inbox / "simulated-acoustic.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    for row, (column, value) in zip(rows, BENT, strict=False):
        row[header.index(column)] = value
    with (inbox / "simulated-acoustic.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    (inbox / "simulated-patrols.csv").write_bytes(b"%PDF-1.7 a report")
    (inbox / "simulated-seismic.csv").unlink()
    console.refresh()
    return console


def test_reasons_of_refused_rows_are_told_and_their_record_stays_english(bent: Console) -> None:
    client = client_of(bent)
    english = reasons(client.get("/sources/rejected?lang=en").text)
    assert len(english) == len(BENT) + 1
    assert "the file is a PDF, not a table; export its table as CSV" in english
    for language in LETTERS:
        told = reasons(client.get(f"/sources/rejected?lang={language}").text)
        assert len(told) == len(english)
        assert not [one for one in told if ENGLISH.search(one)]
        assert all(one != before for one, before in zip(told, english, strict=True))
        assert client.get(f"/sources/rejected.csv?lang={language}").text == client.get("/sources/rejected.csv").text
    downloaded = client.get("/sources/rejected.csv?lang=ru").text
    assert all(one in downloaded.replace('""', '"') for one in english)


def test_remarks_of_a_run_are_told(bent: Console) -> None:
    assert 'source "seismic": no file matches "inbox/simulated-seismic.csv"' in map(str, bent.snapshot.warnings)
    page = unescape(client_of(bent).get("/sources?lang=ru").text)
    assert "источник «seismic»: образцу «inbox/simulated-seismic.csv» не отвечает ни один файл" in page
    assert "no file matches" not in page


def test_what_is_not_ours_stays_and_what_it_holds_is_escaped(bent: Console) -> None:
    bent.trouble = Message.verbatim("a sentence <b>nobody</b> foresaw")
    page = client_of(bent).get("/sources?lang=ru").text
    assert "a sentence &lt;b&gt;nobody&lt;/b&gt; foresaw" in page
    what, remedy = Message('the watch has no name in "{language}"', language="<i>"), Message("add it to names")
    bent.trouble = Fault("watch.toml", 0, "", what, remedy).message
    page = client_of(bent).get("/sources?lang=ru").text
    assert "у наблюдения нет имени на языке «&lt;i&gt;»; добавьте его в names" in page


@pytest.mark.parametrize("language", LETTERS)
def test_a_brought_file_says_in_the_readers_language_why_it_cannot_be_read(
    fresh: Callable[[str], Console], language: str
) -> None:
    client = client_of(fresh("two-valleys"))
    client.cookies.set("tw_lang", language)
    refused = said(client, bring(client, b"%PDF-1.7", "a.pdf", "fires"))
    here = bring(client, b"latitude,longitude,acq_date\n1,2,3\n", "b.csv", "fires").headers["location"]
    page = unbroken(client.get(here).text)
    found = re.search(r'role="alert">.*?<strong>(.*?)</strong>', page)
    assert found
    for sentence in (refused, found[1]):
        assert LETTERS[language].search(sentence)
        assert not ENGLISH.search(sentence)


@pytest.mark.parametrize("language", LETTERS)
def test_new_watch_refuses_in_the_readers_language(fresh: Callable[[str], Console], language: str) -> None:
    client = client_of(fresh("two-valleys"))
    client.cookies.set("tw_lang", language)
    named = {"name-en": "Vales", "language": "en", "middle": "-35.0, -25.0"}
    for form in (
        {},
        {**named, "time_zone": "Nowhere"},
        {**named, "middle": "nowhere at all"},
        {**named, "signed": "x"},
    ):
        page = unbroken(client.post("/new", data=form).text)
        found = re.search(r'role="alert">.*?<strong>(.*?)</strong>', page)
        assert found
        assert LETTERS[language].search(found[1])
        assert not ENGLISH.search(found[1])


def test_the_check_of_a_new_watch_is_told_with_place_and_remedy(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    client.cookies.set("tw_lang", "ru")
    named = {"name-en": "Vales", "language": "en", "middle": "-35.0, -25.0", "simulated": "on"}
    here = client.post("/new", data=named).headers["location"].removesuffix("/parties")
    folder = console.folder.resolve().parent / here.rsplit("/", 1)[-1]
    zones = json.loads((folder / "zones.geojson").read_bytes())
    del zones["features"][0]["properties"]["accuracy_m"]
    (folder / "zones.geojson").write_text(json.dumps(zones), encoding="utf-8")
    (folder / "inbox").mkdir(exist_ok=True)
    (folder / "inbox" / "stray.csv").write_text("a,b\n", encoding="utf-8")
    page = unescape(unbroken(client.get(f"{here}/finish").text))
    assert "объект 1 («theatre»): нет accuracy_m<br>укажите в метрах" in page
    assert "<strong>ошибка</strong>" in page
    assert "не читается ни одним источником<br>назовите его в каком-либо [[source]]" in page
    assert 'lang="en"' not in page[page.index('class="reasons"') :].split("</ul>")[0]
    english = unescape(unbroken(client.get(f"{here}/finish?lang=en").text))
    assert 'feature 1 ("theatre") has no accuracy_m<br>say in metres' in english


def test_the_page_for_programs_is_told_whole(valleys: Console) -> None:
    client = client_of(valleys)
    for language, letters in LETTERS.items():
        page = client.get(f"/api?lang={language}").text
        assert 'lang="en"' not in page[page.index("<main") :]
        assert letters.search(page[page.index("<main") :])
    document = app_of(valleys).openapi()
    english = unescape(client.get("/api?lang=en").text)
    assert all(one.what in english for one in operations_of(document, words("en")))


def test_errors_are_pages_in_the_readers_language_and_english_for_programs(valleys: Console) -> None:
    client = client_of(valleys)
    asked = "/reports/draft/nope"
    assert "черновика «nope» нет" in client.get(asked, headers={"accept": "text/html", "accept-language": "ru"}).text
    plain = client.get(asked, headers={"accept": "application/json", "accept-language": "ru"}).json()
    assert plain["detail"].startswith('there is no draft "nope"')
    page = client.get("/evidence/zz", headers={"accept": "text/html", "accept-language": "tr"}).text
    assert "Bu bir SHA-256 değil" in page
