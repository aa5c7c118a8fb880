"""The Reports desk: look, compare, take, draft, check, issue, correct; two tabs on one draft; nothing during a
replay."""

from __future__ import annotations

import html
import io
import json
import re
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.builders import edit, make_watch
from tests.desks.replaying import replaying
from tests.server.conftest import let_in, unbroken
from trucewatch.desks import find
from trucewatch.desks.reports.forms import PAGE_POLICY
from trucewatch.ledger.inspector import main as inspect
from trucewatch.model.ids import sha256_of
from trucewatch.reports import FORMATS, build_daily
from trucewatch.server import shared_work
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of
from trucewatch.server.shared_work import SharedWork
from trucewatch.store import Store
from trucewatch.store.drafts import draft_versions, recorded_drafts, recorded_exports
from trucewatch.store.publications import issued_files, publications

NOW = datetime(2031, 5, 5, tzinfo=UTC)
DAY = date(2031, 5, 2)
ASKED = {"recipient": "joint-centre", "from": DAY.isoformat(), "to": DAY.isoformat()}
NASTY = "<script>alert(1)</script> {number} {{ 7*7 }} 🕊 שלום"


class Desk:
    """One console, and a browser on it."""

    def __init__(self, folder: Path, store: Store, now: Callable[[], datetime]) -> None:
        self.folder, self.store = folder, store
        self.console = Console(store, folder, now, find())
        self.client = let_in(TestClient(app_of(self.console), follow_redirects=False), self.console)

    def get(self, address: str, **query: str) -> Response:
        return self.client.get(address, params=query or None)

    def post(self, address: str, **fields: str | list[str]) -> Response:
        return self.client.post(address, data=fields)

    def begin(self, *, formats: tuple[str, ...] = ("html", "csv"), languages: tuple[str, ...] = ("en", "ru")) -> str:
        answer = self.post("/reports/drafts", **ASKED, language=list(languages), format=list(formats))
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def version(self, draft: str) -> str:
        return str(draft_versions(self.store, draft.rpartition("/")[2])[-1].version)

    def act(self, draft: str, act: str, **fields: str) -> Response:
        return self.post(f"{draft}/{act}", version=self.version(draft), **fields)

    def issued(self, **notes: str) -> str:
        """The address of a report that was drafted, checked and issued."""
        draft = self.begin()
        if notes:
            assert self.act(draft, "write", language="en", **notes).status_code == 303
        assert self.act(draft, "check").status_code == 303
        answer = self.act(draft, "issue")
        assert answer.status_code == 303
        return str(answer.headers["location"])

    def more_comes_in(self) -> None:
        with next((self.folder / "inbox").glob("*.csv")).open("a", encoding="utf-8") as stream:
            stream.write(f"9,{DAY}T15:00:00Z,2.1 km NE of Oldbridge,blast,2,came later\n")
        self.console.refresh()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    folder = make_watch(tmp_path / "w")
    edit(folder / "watch.toml", 'languages = ["en"]', 'languages = ["en", "ru", "tr"]')
    clock = iter(NOW + timedelta(seconds=one) for one in range(100_000))

    def now() -> datetime:
        return next(clock)

    with Store(folder, now) as store:
        yield Desk(folder, store, now)


def words_of(answer: Response) -> str:
    """The text of a page, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", answer.text)))


def test_the_desk_shows_the_report_as_it_would_be_issued_and_stands_in_the_menu(desk: Desk) -> None:
    page = desk.get("/reports", **ASKED)
    assert page.status_code == 200
    assert "my-watch/2031-05-02/joint-centre, revision 1" in words_of(page)
    assert re.search(r'<a href="/reports" aria-current="page">', unbroken(page.text))
    assert "cannot be told apart: coverage not computed yet" in words_of(page)
    for name in FORMATS:
        assert f'value="{name}:en"' in page.text
    assert page.text.count('class="main"') == 1


@pytest.mark.parametrize(
    "query",
    [
        {"recipient": "nobody<b>"},
        {"from": "yesterday"},
        {"from": "0001-01-01"},
        {"from": "9999-12-31", "to": "1900-01-01"},
        {"from": "2031-05-03", "to": "2031-05-01"},
        {"recipient": "x" * 5000, "from": "\u202e", "to": "2031-02-30"},
    ],
)
def test_an_address_made_by_hand_is_answered_with_what_it_gets_wrong(desk: Desk, query: dict[str, str]) -> None:
    for path in ("/reports", "/reports/compare", "/reports/look"):
        answer = desk.get(path, **query)
        assert answer.status_code in (200, 409, 422)
        assert "nobody<b>" not in answer.text
        assert "\u202e" not in answer.text
    page = words_of(desk.get("/reports", **query))
    assert any(one in page for one in ("is no recipient", "is no day", "before the first", "begins after the cut-off"))


def test_a_recipient_that_an_address_makes_up_is_repeated_as_text(desk: Desk) -> None:
    for path in ("/reports", "/reports/compare"):
        page = desk.get(path, recipient="nobody<b>").text
        assert "nobody&lt;b&gt;" in page, path
        assert "nobody<b>" not in page, path


def test_a_period_is_refused_in_words_when_it_is_too_long(desk: Desk) -> None:
    page = desk.get("/reports", **ASKED | {"from": "2025-01-01"})
    assert page.status_code == 200
    assert "give 1 to 366" in words_of(page)


def test_the_report_is_looked_at_alone_under_a_policy_of_its_own(desk: Desk) -> None:
    page = desk.get("/reports/look", **ASKED, lang="ru")
    assert page.headers["content-security-policy"] == PAGE_POLICY
    assert "script-src" not in PAGE_POLICY
    assert "default-src 'none'" in PAGE_POLICY
    assert 'lang="ru"' in page.text
    assert desk.get("/reports", **ASKED).headers["content-security-policy"] != PAGE_POLICY
    assert "Draft: not issued" in desk.get("/reports/look", **ASKED, lang="en").text


def test_the_comparison_shows_both_days_and_tells_no_difference_apart(desk: Desk) -> None:
    page = words_of(desk.get("/reports/compare", **ASKED | {"from": "2031-05-03", "to": "2031-05-03"}))
    assert "Cannot be told apart" in page
    assert "1 → 1" in page
    assert "%" not in page.partition("Cannot be told apart")[0].rpartition("Joint centre")[2]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_taken_as_a_file_and_that_it_was_is_entered(desk: Desk, name: str) -> None:
    answer = desk.post("/reports/download", **ASKED, file=f"{name}:en")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == FORMATS[name].media_type
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="my-watch_2031-05-02_joint-centre_draft_en{FORMATS[name].suffix}"'
    )
    (taken,) = recorded_exports(desk.store)
    assert (taken.format, taken.language, taken.is_issued) == (name, "en", False)
    assert taken.content == f"sha256:{sha256_of(answer.content)}"
    assert "joint-centre" in words_of(desk.get("/reports")).partition("Files taken")[2]


def test_nothing_is_taken_by_following_a_link_or_from_another_site(desk: Desk) -> None:
    assert desk.get("/reports/download", **ASKED, file="csv:en").status_code == 405
    foreign = desk.client.post(
        "/reports/download", data=ASKED | {"file": "csv:en"}, headers={"origin": "https://e.example"}
    )
    assert foreign.status_code == 403
    assert recorded_exports(desk.store) == ()


@pytest.mark.parametrize(
    "fields", [{"file": "odt:en"}, {"file": "csv:xx"}, {"file": ""}, {"recipient": ""}, {"to": "x"}]
)
def test_a_form_made_by_hand_is_refused_and_nothing_is_entered(desk: Desk, fields: dict[str, str]) -> None:
    entries = len(desk.store.journal)
    answer = desk.post("/reports/download", **{**ASKED, "file": "csv:en", **fields})
    assert answer.status_code == 422
    assert len(desk.store.journal) == entries


def test_from_draft_to_issue_with_a_summary_before_each_act(desk: Desk) -> None:
    draft = desk.begin()
    saved = desk.act(draft, "write", language="en", **{"note-found": NASTY})
    assert saved.status_code == 303
    page = desk.get(draft)
    assert "<script>alert" not in page.text
    assert html.escape(NASTY, quote=False) in page.text.replace("&#34;", '"')
    assert "Mark as checked" in words_of(desk.get(f"{draft}/check"))
    assert "Only a checked draft can be issued" in words_of(desk.get(f"{draft}/issue"))
    assert desk.act(draft, "issue").status_code == 409
    assert publications(desk.store) == ()
    desk.act(draft, "check")
    summary = desk.get(f"{draft}/issue")
    assert "Issue report my-watch/2031-05-02/joint-centre, revision 1" in words_of(summary)
    assert "You can correct it; both versions stay" in words_of(summary)
    assert summary.text.count('class="main"') == 1
    issued = desk.act(draft, "issue")
    back = desk.get(f"{draft}/issue")
    assert (back.status_code, back.headers["location"]) == (303, draft), "who goes back is shown how the draft ended"
    assert "Issued as my-watch/2031-05-02/joint-centre" in words_of(desk.get(draft))
    page = desk.get(issued.headers["location"])
    told = words_of(page)
    assert "my-watch/2031-05-02/joint-centre , revision 1" in told
    assert "First checkpoint" in told
    files = issued_files(desk.store, "my-watch/2031-05-02/joint-centre", 1)
    assert len(files) == 4
    assert all(one.file_digest in page.text for one in files)
    assert "— " in page.text.partition("checkpoint")[2]


def test_an_issued_file_is_taken_with_the_bytes_that_the_ledger_names(desk: Desk) -> None:
    address = desk.issued(**{"note-found": "Our words."})
    number = "my-watch/2031-05-02/joint-centre"
    for one in issued_files(desk.store, number, 1):
        answer = desk.post(f"/reports/take/{number}", revision="1", file=f"{one.format}:{one.language}")
        assert sha256_of(answer.content) == one.file_digest
        assert f"_r1_{one.language}" in answer.headers["content-disposition"]
    assert len(recorded_exports(desk.store, number=number)) == 4
    looked = desk.get(address.partition("?")[0], revision="1", file="en")
    assert "Our words." in looked.text
    assert "Draft: not issued" not in looked.text
    assert desk.get("/reports/issued/my-watch/2031-05-02/nobody").status_code == 404
    assert desk.get(address.partition("?")[0], revision="7").status_code == 404
    assert desk.post(f"/reports/take/{number}", revision="1", file="kml:en").status_code == 409


def test_everything_of_an_issue_is_taken_at_once_and_that_is_entered(desk: Desk) -> None:
    address = desk.issued()
    number = "my-watch/2031-05-02/joint-centre"
    assert f'action="/reports/take-all/{number}"' in desk.get(address).text
    answer = desk.post(f"/reports/take-all/{number}", revision="1")
    assert answer.headers["content-type"] == "application/zip"
    assert "_r1.all.zip" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        hashes = {sha256_of(archive.read(name)) for name in archive.namelist()}
    assert {one.file_digest for one in issued_files(desk.store, number, 1)} <= hashes
    (export,) = recorded_exports(desk.store, number=number)
    assert (export.format, export.is_issued) == ("zip", True)
    assert export.content == f"sha256:{sha256_of(answer.content)}"
    assert "ZIP" in desk.get(address).text
    assert desk.post("/reports/take-all/my-watch/2031-05-02/nobody", revision="1").status_code == 404


def test_a_correction_starts_from_the_issue_and_names_what_changed(desk: Desk) -> None:
    desk.issued(**{"note-summary": "First."})
    desk.more_comes_in()
    begun = desk.post("/reports/correct/my-watch/2031-05-02/joint-centre", revision="1")
    draft = str(begun.headers["location"])
    page = desk.get(draft)
    assert "Corrects my-watch/2031-05-02/joint-centre, revision 1" in words_of(page)
    assert "First." in page.text
    desk.act(draft, "write", language="en", **{"note-summary": "Second."})
    desk.act(draft, "check")
    assert "editors' note to “Summary” was changed" in words_of(desk.get(f"{draft}/issue"))
    issued = desk.act(draft, "issue")
    assert issued.headers["location"].endswith("revision=2")
    assert "A later revision was issued" in words_of(
        desk.get("/reports/issued/my-watch/2031-05-02/joint-centre", revision="1")
    )


def test_a_correction_that_is_under_way_is_gone_on_with(desk: Desk) -> None:
    desk.issued()
    address = "/reports/correct/my-watch/2031-05-02/joint-centre"
    first = str(desk.post(address, revision="1").headers["location"])
    desk.act(first, "write", language="en", **{"note-summary": "Begun."})
    again = desk.post(address, revision="1")
    assert again.headers["location"] == first
    assert "A correction of this report is under way already" in words_of(desk.get(first))
    desk.act(first, "discard")
    assert desk.post(address, revision="1").headers["location"] != first


def test_a_second_tab_is_refused_with_both_texts_and_can_put_them_together(desk: Desk) -> None:
    draft = desk.begin()
    desk.post(f"{draft}/write", version="1", language="en", **{"note-found": "By the first tab."})
    second = desk.post(
        f"{draft}/write", version="1", language="en", **{"note-found": "By the second tab.", "note-days": "Only here."}
    )
    assert second.status_code == 409
    for text in ("By the first tab.", "By the second tab.", "Only here.", "Another page saved this draft"):
        assert text in second.text
    assert 'name="version" value="2"' in second.text
    assert [one.text for one in recorded_drafts(desk.store)[0].notes] == ["By the first tab."]
    merged = desk.post(
        f"{draft}/write", version="2", language="en", **{"note-found": "By both.", "note-days": "Only here."}
    )
    assert merged.status_code == 303
    assert [one.text for one in recorded_drafts(desk.store)[0].notes] == ["By both.", "Only here."]


def test_a_field_that_the_second_tab_left_alone_keeps_what_the_first_one_saved(desk: Desk) -> None:
    draft = desk.begin()
    desk.post(f"{draft}/write", version="1", language="en", **{"note-found": "Saved."})
    second = desk.post(f"{draft}/write", version="1", language="en", **{"note-found": "", "note-days": "Mine."})
    found = re.search(r'<textarea name="note-found"[^>]*>\s*([^<]*)</textarea>', second.text)
    assert found
    assert found[1] == "Saved."
    assert "Saved by the other page" not in second.text


@pytest.mark.parametrize("act", ["check", "issue", "renew", "reopen", "discard"])
def test_no_act_is_done_on_a_draft_that_changed_meanwhile(desk: Desk, act: str) -> None:
    draft = desk.begin()
    desk.act(draft, "write", language="en", **{"note-found": "Later."})
    answer = desk.post(f"{draft}/{act}", version="1")
    assert answer.status_code == 409
    assert "was changed since you opened it" in words_of(answer)
    assert desk.version(draft) == "2"


def test_100000_characters_are_refused_with_the_limit_and_stay_in_the_field(desk: Desk) -> None:
    draft = desk.begin()
    long = "ж" * 100_000
    answer = desk.act(draft, "write", language="ru", **{"note-found": long})
    assert answer.status_code == 422
    assert "100,000 characters; at most 2,000 are kept" in words_of(answer)
    assert long in answer.text
    assert desk.version(draft) == "1"


def test_edits_are_undone_by_the_button_of_the_message(desk: Desk) -> None:
    draft = desk.begin()
    saved = desk.act(draft, "write", language="en", **{"note-found": "Away with it."})
    page = desk.get(saved.headers["location"])
    undo = re.search(r'action="(/reports/draft/[^"]*/undo\?version=2)"', page.text)
    assert undo
    assert desk.client.post(html.unescape(undo[1])).status_code == 303
    assert "Away with it." not in desk.get(draft).text
    assert desk.client.post(html.unescape(undo[1])).status_code == 303
    assert desk.version(draft) == "3"


def test_newer_figures_are_offered_and_taken_only_when_asked_for(desk: Desk) -> None:
    draft = desk.begin()
    desk.more_comes_in()
    assert "There is a newer list, or a later cut-off" in words_of(desk.get(draft))
    before = desk.get(f"{draft}/look", lang="en").text
    desk.act(draft, "renew")
    assert "There is a newer list, or a later cut-off" not in words_of(desk.get(draft))
    assert desk.get(f"{draft}/look", lang="en").text != before


def test_during_a_replay_everything_can_be_looked_at_and_nothing_is_entered(desk: Desk) -> None:
    draft = desk.begin()
    address = desk.issued()
    desk.client, _ = replaying(desk.console, NOW - timedelta(hours=1))
    entries = len(desk.store.journal)
    for path in (f"/reports?from={DAY}", draft, address, f"{draft}/check", "/reports/compare"):
        page = desk.get(path)
        assert page.status_code == 200, path
        if "compare" not in path:
            assert "A replay is on" in words_of(page)
    assert desk.get("/reports/look", **ASKED).status_code == 200
    for act in ("check", "discard", "renew"):
        assert desk.act(draft, act).status_code == 409
    assert desk.post("/reports/drafts", **ASKED, language="en", format="csv").status_code == 409
    assert desk.post("/reports/download", **ASKED, file="csv:en").status_code == 409
    assert len(desk.store.journal) == entries


def test_after_all_that_the_ledger_verifies_and_the_index_is_the_same_made_again(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.issued(**{"note-found": "a" * 64})
    desk.post("/reports/download", **ASKED, file="csv:en")
    desk.store.publish()
    before = desk.store.index.digest()
    desk.store.rebuild()
    assert desk.store.index.digest() == before
    capsys.readouterr()
    assert inspect([str(desk.folder), "--json"], now_s=(NOW + timedelta(days=2)).timestamp()) == 0
    assert json.loads(capsys.readouterr().out)["ok"]


def test_the_pages_speak_the_readers_language_where_the_catalogue_does_and_escape_it(desk: Desk) -> None:
    for language in ("ru", "tr"):
        page = desk.client.get("/reports", params={"lang": language})
        assert f'<html lang="{language}"' in page.text
        assert page.status_code == 200


def test_an_unknown_draft_is_said_to_be_unknown(desk: Desk) -> None:
    for path in ("", "/look", "/check", "/issue"):
        answer = desk.get(f"/reports/draft/d-nothing{path}")
        assert answer.status_code == 404
        assert "there is no draft" in words_of(answer)


def test_a_form_that_does_not_say_its_version_is_refused_with_both_texts(desk: Desk) -> None:
    draft = desk.begin()
    desk.post(f"{draft}/write", version="1", language="en", **{"note-found": "Saved."})
    for version in ("", "two", "-1", "99999999999", "7"):
        answer = desk.post(f"{draft}/write", version=version, language="en", **{"note-found": "Mine."})
        assert answer.status_code == 409
        assert "Saved." in answer.text
        assert "Mine." in answer.text
        assert "was not saved" in words_of(answer)
    assert [one.text for one in recorded_drafts(desk.store)[0].notes] == ["Saved."]


def test_an_earlier_list_is_not_waited_for_by_the_page_of_a_draft(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from trucewatch.pipeline import assess

    draft = desk.begin()
    desk.more_comes_in()
    go_on, works = threading.Event(), []

    def slow(*args: Any, **named: Any) -> Any:
        works.append(1)
        assert go_on.wait(60)
        return assess(*args, **named)

    monkeypatch.setattr("trucewatch.pipeline.assess", slow)
    monkeypatch.setattr(shared_work, "LONG_FROM", 1)
    monkeypatch.setattr(shared_work, "PATIENCE_S", 0.05)
    code = draft.rpartition("/")[2]
    days = "recipient=joint-centre&from=2031-05-02&to=2031-05-02"
    addresses = (draft, f"{draft}/look", f"{draft}/check", f"/reports/compare?draft={code}&{days}")
    with ThreadPoolExecutor(len(addresses)) as pool:
        pages = [pool.submit(desk.client.get, address, headers={"accept": "text/html"}) for address in addresses]
        try:
            answers = [page.result(20) for page in pages]
        finally:
            go_on.set()
    assert [answer.status_code for answer in answers] == [503] * len(addresses)
    assert all("Being worked out" in answer.text and answer.headers["retry-after"] for answer in answers)
    for address in addresses:
        for _ in range(400):
            answer = desk.client.get(address, headers={"accept": "text/html"})
            if answer.status_code != 503:
                break
            time.sleep(0.05)
        assert answer.status_code == 200, address
    assert works == [1], "once for all who ask"


@pytest.mark.parametrize("act", ["begin", "check", "renew", "issue"])
def test_who_enters_something_else_does_not_wait_while_a_report_is_made(
    desk: Desk, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = "" if act == "begin" else desk.begin()
    if act == "issue":
        desk.act(draft, "check")
    if act == "renew":
        desk.more_comes_in()
    begun, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(desk.console, "shared", SharedWork())
    monkeypatch.setitem(vars(desk.console), "_parts", {})  # the desk as after a start: nothing is worked out yet

    def slow(work: Callable[..., Any]) -> Callable[..., Any]:
        def wait(*args: Any, **named: Any) -> Any:
            begun.set()
            assert go_on.wait(60)
            return work(*args, **named)

        return wait

    for name in ("trucewatch.desks.reports.operations", "trucewatch.reports.daily_build"):
        monkeypatch.setattr(f"{name}.build_daily", slow(build_daily))
    with ThreadPoolExecutor(2) as pool:
        answer = pool.submit(desk.begin) if act == "begin" else pool.submit(desk.act, draft, act)
        try:
            assert begun.wait(20)
            assert pool.submit(_enter, desk.console).result(20)
        finally:
            go_on.set()
        result = answer.result(60)
    assert act == "begin" or result.status_code == 303  # type: ignore[union-attr] - an answer of the other acts


def _enter(console: Console) -> bool:
    with console.writing():
        return True
