"""What people type comes back as they typed it, on every page, in every file and record, in every language; or it is
refused with a sentence. It is never translated, filled in, cut or stripped."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.builders import edit
from tests.conftest import each
from tests.desks.incidents.test_edit_pages import ask, post, troubled
from tests.desks.sources.test_sources_page import LIST, bring, fields
from tests.server.conftest import client_of, copy_of, now
from tests.server.directions import assert_marks_end_with_their_text, is_contained
from trucewatch.desks import find, indexes
from trucewatch.locale import languages, words
from trucewatch.locale.sanitize import isolated
from trucewatch.model.edits import MOST_REASON
from trucewatch.model.typed_text import refusal_of
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.store.edit_records import recorded_acts
from trucewatch.store.publications import publications

SENTENCE: Final = "Nothing was changed, so nothing was entered."
TYPED: Final = {
    "a sentence of ours": SENTENCE,
    "a template of ours": '"{text}" is no number; write it like 500',
    "placeholders": "{name} {0} {} %s %(name)s {{ 7*7 }} {% raw %}",
    "markup": '</textarea><script>alert(1)</script> & &amp; <b>"quoted"</b>',
    "right to left": "\u202egnp.exe \u2067שלום עולם",
    "closes what it did not open": "\u2069\u2069\u202eeno\u202c",
    "blanks and lines": "two  blanks, \u00a0a hard one\nand a line",
    "many scripts": "Ստեփանակերт 🎇 Şuşa İı \u200d",
}
LONG: Final = "x" * 100_000
SECTIONS: Final = dict(
    zip(TYPED, ("summary", "found", "coverage", "findings", "regions", "days", "withdrawal", "corridor"), strict=True)
)
"""The section of the report that holds each text as a note."""
FORMATS: Final = ("html", "csv", "geojson")


@dataclass(frozen=True, slots=True)
class Told:
    """A console into which every text was typed, everywhere; where its acts, report and draft are."""

    console: Console
    client: TestClient
    acts: Mapping[str, str]
    """Each text's act, which rejects an incident for this reason."""
    report: str
    report_draft: str
    watch_draft: str

    def page(self, path: str, language: str) -> str:
        self.client.cookies.set("tw_lang", language)
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.text[:500])
        return answer.text


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("typed"))
    edit(folder / "watch.toml", 'languages = ["en", "ru", "tr"]', f"languages = {json.dumps(languages())}")
    with Store(folder, now, desks=indexes()) as store:
        console = Console(store, folder, now, find())
        client = client_of(console)
        acts = {name: _rejected(console, client, text) for name, text in TYPED.items()}
        report_draft, report = _issued(client)
        yield Told(console, client, acts, report, report_draft, _watch_draft(client))


def _rejected(console: Console, client: TestClient, reason: str) -> str:
    code = console.snapshot.codes[-1]
    summary, fields = ask(client, code, "reject", ("reason", reason))
    assert summary.status_code == 200, troubled(summary.text)
    assert reason in html.unescape(summary.text), "the summary before the act"
    assert post(client, f"/incident/{code}/act/reject", fields).status_code == 303
    return recorded_acts(console.store)[-1].act_id


def _issued(client: TestClient) -> tuple[str, str]:
    page = client.get("/reports").text
    days = {name: re.findall(rf'name="{name}"[^>]*value="([^"]+)"', page)[0] for name in ("from", "to")}
    asked = {**days, "recipient": "joint-centre", "language": list(languages()), "format": list(FORMATS)}
    draft = str(client.post("/reports/drafts", data=asked).headers["location"])
    notes = {f"note-{SECTIONS[name]}": text for name, text in TYPED.items()}
    for act, typed in (("write", notes | {"language": "en"}), ("check", {}), ("issue", {})):
        version = re.findall(r'name="version" value="(\d+)"', client.get(draft).text)[0]
        answer = client.post(f"{draft}/{act}", data=typed | {"version": version})
        assert answer.status_code == 303, (act, answer.text[:2000])
    return draft, str(answer.headers["location"]).partition("?")[0]


def _watch_draft(client: TestClient) -> str:
    begun = {"name-en": "Two Vales", "language": "en", "middle": "-35.0, -25.0", "agreement": "The Accord"}
    answer = client.post("/new", data=begun | {"signed": "2031-05-01", "watch_time": "2031-05-05T00:00"})
    assert answer.status_code == 303, answer.text[:3000]
    draft = str(answer.headers["location"]).rpartition("/")[0]
    for text in TYPED.values():
        zone = {"corners": "-25.2, -35.1\n-25.0, -35.1\n-25.0, -34.9", "kind": "district", "accuracy_m": "300"}
        answer = client.post(f"{draft}/zones", data=zone | {"name-en": text, "provenance": text})
        assert answer.status_code == 303, answer.text[:3000]
    return draft


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", TYPED)
def test_a_reason_comes_back_as_it_was_typed_on_every_page(told: Told, name: str, language: str) -> None:
    text, act = TYPED[name], next(act for act in recorded_acts(told.console.store) if act.act_id == told.acts[name])
    assert act.reason == text
    rejected = told.console.snapshot.rejected
    (incident,) = (
        row["incident_id"] for row in rejected.to_pylist() if set(row["members"]) & set(act.members) == set(act.members)
    )
    for path in ("/incidents", f"/incident/{incident[:12]}", f"/incident/act/{act.act_id}/undo"):
        page = told.page(path, language)
        assert text in html.unescape(page), path
        assert "<script>alert" not in page
        assert_marks_end_with_their_text(page, path)
    entry = told.page(f"/ledger/entry/{act.entry}", language)
    record = re.search(r'<pre class="mono scroll"[^>]*>(.*?)</pre>', entry, re.DOTALL)
    assert record
    reference = json.loads(html.unescape(record[1]).strip("\u2068\u2069"))["reason"]
    assert reference == act.reason_on_record
    typed = re.findall(r'<bdi class="as-typed">(.*?)</bdi>', entry, re.DOTALL)
    assert isolated(text) in [html.unescape(words) for words in typed]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", TYPED)
def test_a_note_comes_back_as_it_was_typed_on_every_page(told: Told, name: str, language: str) -> None:
    for path in (told.report, f"{told.report_draft}?lang=en"):
        page = told.page(path, language)
        assert TYPED[name] in html.unescape(page), path
        assert_marks_end_with_their_text(page, path)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", TYPED)
def test_a_note_comes_back_as_it_was_typed_in_every_file(told: Told, name: str, language: str) -> None:
    number = told.report.removeprefix("/reports/issued/")
    (note,) = (note.text for note in publications(told.console.store)[-1].notes if note.section == SECTIONS[name])
    assert note == TYPED[name]
    files = {}
    for form in FORMATS:
        asked = {"revision": "1", "file": f"{form}:{language}"}
        answer = told.client.post(f"/reports/take/{number}", data=asked)
        assert answer.status_code == 200, answer.text[:500]
        files[form] = answer.content.decode("utf-8-sig")
    for line in each(note.split("\n")):
        assert line in html.unescape(files["html"])
    assert_marks_end_with_their_text(files["html"])
    cells = [cell for row in csv.reader(io.StringIO(files["csv"], newline="")) for cell in row]
    assert any(note in cell and is_contained(cell) for cell in cells)
    notes = [row["text"] for row in json.loads(files["geojson"])["editors_notes"]]
    assert any(note in text and is_contained(text) for text in notes)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", TYPED)
def test_a_name_comes_back_as_it_was_typed_where_a_watch_is_set_up(told: Told, name: str, language: str) -> None:
    page = told.page(f"{told.watch_draft}/zones", language)
    assert html.unescape(page).count(TYPED[name]) >= 2, "the name and where it comes from"
    assert "<script>alert" not in page
    assert_marks_end_with_their_text(page)


REFUSED: Final = {"too long": LONG, "what cannot be shown": "a\x00b", "a bell": "a\x07b"}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_text_that_cannot_be_kept_is_refused_with_a_sentence_and_nothing_is_entered(told: Told, text: str) -> None:
    before, client = len(told.console.store.journal), told.client
    client.cookies.set("tw_lang", "en")
    why = re.compile(r"100,000 characters; at most [\d,]+ are kept|cannot be shown \(U\+000[07]\)")
    code = told.console.snapshot.codes[0]
    added = {"kind": "shot", "means": "patrol", "claimed_by": "A", "start": "2031-05-03T10:00:00Z", "reason": "seen"}
    zone = {"corners": "-25.2, -35.1\n-25.0, -35.1\n-25.0, -34.9", "kind": "district", "name-en": "A"}
    for path, typed in (
        (f"/incident/{code}/act/reject", {"reason": text}),
        (f"/incident/act/{told.acts['markup']}/undo", {"reason": text}),
        ("/incident/new", added | {"reason": text}),
        ("/incident/new", added | {"text": text}),
        (f"{told.watch_draft}/zones", zone | {"name-en": text}),
        (f"{told.watch_draft}/zones", zone | {"provenance": text}),
        ("/new", {"name-en": text}),
    ):
        answer = client.post(path, data=typed)
        assert answer.status_code in (409, 422), (path, list(typed))
        assert why.search(html.unescape(answer.text)), (path, list(typed), troubled(answer.text))
    assert len(told.console.store.journal) == before


def test_a_note_that_cannot_be_kept_is_refused_and_stays_in_its_field(told: Told) -> None:
    page = told.client.get("/reports").text
    days = {name: re.findall(rf'name="{name}"[^>]*value="([^"]+)"', page)[0] for name in ("from", "to")}
    asked = {**days, "recipient": "joint-centre", "language": ["en"], "format": ["csv"]}
    draft = str(told.client.post("/reports/drafts", data=asked).headers["location"])
    for text, why in ((LONG, "100,000 characters; at most 2,000 are kept"), ("a\x07b", "cannot be shown (U+0007)")):
        answer = told.client.post(f"{draft}/write", data={"version": "1", "language": "en", "note-found": text})
        assert answer.status_code == 422
        assert why in html.unescape(answer.text)
        assert text in html.unescape(answer.text)


def test_the_words_about_a_source_come_back_as_they_were_typed(fresh: Callable[[str], Console]) -> None:
    console = fresh("two-valleys")
    client = client_of(console)
    for number, text in enumerate(TYPED.values()):
        waits = bring(client, LIST, f"list-{number}.csv", "new").headers["location"]
        typed = {
            "words": "independent",
            "repeats": "nobody",
            "title": text,
            "organisation": text,
            "licence": text,
            "id": f"list-{number}",
        }
        assert client.post(f"{waits}/look", data=fields(client.get(waits).text) | typed).status_code == 303
        page = client.get(waits).text
        assert html.unescape(page).count(text) >= 3, text
        assert client.post(f"{waits}/accept", data=fields(page) | typed).status_code == 303
        assert any(one.licence == text and one.organisation == text for one in console.snapshot.watch.settings.source)
    for language in each(languages()):
        client.cookies.set("tw_lang", language)
        page = client.get("/sources").text
        for text in TYPED.values():
            assert html.unescape(page).count(text) >= 3, text
        assert_marks_end_with_their_text(page)


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")) | st.sampled_from("\u202e\u2066\u2067\u2069"))
)
def test_marks_of_any_text_end_with_it(text: str) -> None:
    assert text in isolated(text)
    assert is_contained(isolated(text))
    assert refusal_of(text) is None


def test_our_sentence_would_be_translated_if_it_were_looked_up() -> None:
    assert len(TYPED["right to left"]) < MOST_REASON < len(LONG)
    for language in each(set(languages()) - {"en"}):
        assert words(language).gettext(SENTENCE) != SENTENCE
        assert words(language).gettext(TYPED["a template of ours"]) != TYPED["a template of ours"]
