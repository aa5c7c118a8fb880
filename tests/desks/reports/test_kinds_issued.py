"""Each kind of report from the page to the issue and made again; a cover note signed, refused, erased."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from tests.builders import make_watch
from tests.server.conftest import let_in
from trucewatch.cli.main import app
from trucewatch.desks import find
from trucewatch.desks.reports.operations import ReportDesk
from trucewatch.desks.reports.wanted import Wanted
from trucewatch.errors import ReportError, StoreError
from trucewatch.ledger.keyfile import key_file
from trucewatch.ledger.note import LOG_ALGORITHM, SecretKey
from trucewatch.ledger.signing import sign_record
from trucewatch.model.incident import incident_rows
from trucewatch.model.report import CoverNote, EditorsNote
from trucewatch.model.times import iso_utc
from trucewatch.pipeline import Assessment, assess
from trucewatch.pipeline.issue import make_again
from trucewatch.reports.kinds import KINDS
from trucewatch.server.console import Console
from trucewatch.server.listen import app_of
from trucewatch.store import Store
from trucewatch.store.publications import publications, recorded_issues
from trucewatch.store.verification_records import record_step

NOW = datetime(2031, 5, 5, tzinfo=UTC)
DAY = date(2031, 5, 2)
COVER = CoverNote(who="Head of the mission", language="en", text="We came late.")
KEY = SecretKey("example.org/head", LOG_ALGORITHM, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


class Held:
    """A watch that is open, its list and its desk."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder, self.store = folder, store
        self.list: Assessment = assess(store, folder, now=NOW)
        self.desk = ReportDesk(store, folder, lambda: NOW, lambda: self.list)
        self.event = str(self.list.incidents["incident_id"][0].as_py())

    def wanted(self, kind: str) -> Wanted:
        of_kind = KINDS[kind]
        event = self.event if of_kind.is_of_one else ""
        return Wanted("joint-centre", DAY, DAY + timedelta(days=of_kind.days or 1), kind, event)

    def begin(self, kind: str) -> str:
        return self.desk.begin(self.wanted(kind), languages=["en"], formats=["html", "geojson"], by="One").draft_id

    def check_and_issue(self, draft_id: str) -> dict[tuple[str, str], bytes]:
        version = self.desk.draft(draft_id).version
        self.desk.check(draft_id, seen_version=version, by="One")
        return dict(self.desk.issue(draft_id, seen_version=version + 1, by="One")[1])

    def put(self, draft_id: str, cover: CoverNote | None) -> None:
        version = self.desk.draft(draft_id).version
        self.desk.put_cover(draft_id, seen_version=version, cover=cover, by="One")


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    folder = make_watch(tmp_path / "w", rows=6)
    clock = iter(NOW + timedelta(milliseconds=tick) for tick in range(100_000))
    with Store(folder, lambda: next(clock)) as store:
        yield Held(folder, store)


@pytest.mark.parametrize("kind", KINDS)
def test_an_issue_of_each_kind_is_made_again_whatever_was_asked_since(held: Held, kind: str) -> None:
    incident = next(row for row in incident_rows(held.list.incidents) if row.incident_id == held.event)

    def ask(answer: str) -> None:
        record_step(held.store, incident, step="access", answer=answer, who="", note="", by="p-x", known_at=NOW)

    ask("asked")
    draft = held.begin(kind)
    ask("refused")
    products = held.check_and_issue(draft)
    if kind == "spot":
        assert b"asked, no answer yet" in products["html", "en"]
        assert b"refused" not in products["html", "en"], "the figures are those that the draft took"
    (issue,) = recorded_issues(held.store)
    assert (issue.publication.kind, issue.publication.incident) == (kind, held.wanted(kind).incident)
    for (name, language), content in products.items():
        again = make_again(held.store, held.folder, issue, format=name, language=language, now=NOW + timedelta(days=2))
        assert again.content == content
        assert again.difference() is None
        assert sha256(content).hexdigest() == issue.files[name, language]
    names = [str(path) for path in (held.folder / ".trucewatch" / "out" / "issued").rglob("*") if path.is_file()]
    assert all((f"/{kind}-" in name) is (kind != "daily") for name in names)
    file = next(file for file in issue.files)
    kept = held.desk.issued_bytes(
        next(each for each in _files(held, issue.publication.number) if (each.format, each.language) == file),
        issue.publication.number,
        1,
    )
    assert kept == products[file]


def _files(held: Held, number: str) -> tuple[object, ...]:
    from trucewatch.store.publications import issued_files

    return issued_files(held.store, number, 1)  # type: ignore[return-value]


def test_a_note_to_a_section_that_the_kind_does_not_have_is_refused(held: Held) -> None:
    draft = held.begin("spot")
    with pytest.raises(ReportError, match='no section "regions"'):
        held.desk.write(draft, seen_version=1, language="en", texts={"regions": "lost"}, by="One")
    written = held.desk.write(draft, seen_version=1, language="en", texts={"summary": "kept"}, by="One")
    assert written.notes == (EditorsNote(section="summary", language="en", text="kept"),)
    assert b"kept" in held.check_and_issue(draft)["html", "en"]


def test_a_cover_note_is_issued_signed_for_the_number_and_the_revision_and_not_otherwise(held: Held) -> None:
    draft = held.begin("daily")
    held.put(draft, COVER)
    report = held.desk.report_of(held.desk.draft(draft))
    wrong, right = (
        json.dumps(sign_record(COVER.signed_bytes(report.number, revision), KEY, "2031-05-05T00:00:00Z"))
        for revision in (report.revision + 1, report.revision)
    )
    for signature in (wrong, "{}", "no document", "[" * 1900):
        with pytest.raises(ReportError, match="the cover note is not signed for"):
            held.put(draft, replace(COVER, signature=signature))
    held.put(draft, replace(COVER, signature=right))
    products = held.check_and_issue(draft)
    told = json.loads(products["geojson", "en"])["cover_note"]
    assert told["text"] == "We came late."
    assert str(KEY.public) in told["state_words"]
    (publication,) = publications(held.store)
    assert publication.cover == replace(COVER, signature=right)
    (issue,) = recorded_issues(held.store)
    assert make_again(
        held.store, held.folder, issue, format="html", language="en", now=NOW + timedelta(days=1)
    ).is_as_issued


def test_a_cover_note_without_words_or_without_an_author_is_refused(held: Held) -> None:
    draft = held.begin("daily")
    for cover in (
        replace(COVER, text=""),
        replace(COVER, who=""),
        replace(COVER, text="x" * 2001),
        replace(COVER, signature="[" * 2001),
        replace(COVER, text=key_file(KEY, None).decode()),
        replace(COVER, signature=key_file(KEY, b"words").decode()),
    ):
        with pytest.raises(StoreError, match="cover note"):
            held.put(draft, cover)
    held.put(draft, COVER)
    held.put(draft, None)
    assert held.desk.draft(draft).cover is None


def test_a_cover_note_is_typed_words_and_lies_in_no_record(held: Held) -> None:
    draft = held.begin("daily")
    held.put(draft, COVER)
    held.check_and_issue(draft)
    objects = held.folder / ".trucewatch" / "objects"
    for path in objects.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"We came late." not in content
            assert b"Head of the mission" not in content


def test_an_erased_cover_note_says_so_and_the_issued_bytes_cannot_be_made_again(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    with Store(folder, lambda: NOW) as store:
        held = Held(folder, store)
        draft = held.begin("daily")
        held.put(draft, COVER)
        held.check_and_issue(draft)
        entry = next(issue.entry for issue in recorded_issues(store))
        sha = next(store.journal.entries(entry)).sha256
    done = CliRunner().invoke(app, ["erase", str(folder), str(sha), "--reason", "asked for", "--yes", "--files"])
    assert done.exit_code == 0, done.output
    for path in folder.rglob("*"):
        if path.is_file():
            assert b"We came late." not in path.read_bytes(), path
    with Store(folder, lambda: NOW) as store:
        (issue,) = recorded_issues(store)
        again = make_again(store, folder, issue, format="html", language="en", now=NOW + timedelta(days=1))
        assert "a note of the editors was erased" in str(again.difference())
        assert b"(erased" in again.content


def test_a_spot_report_is_six_clicks_from_the_page_of_its_incident(held: Held) -> None:
    console = Console(held.store, held.folder, lambda: NOW, find())
    client = let_in(TestClient(app_of(console), follow_redirects=False), console)
    clicks = 0

    def click(answer: object) -> None:
        nonlocal clicks
        clicks += 1

    page = client.get(f"/incident/{held.event}").text
    led = html.unescape(re.search(r'href="(/reports\?kind=spot[^"]*)"', page)[1])  # type: ignore[index]
    form = client.get(led)
    click(form)
    assert form.status_code == 200
    fields = dict(
        re.findall(
            r'<input type="hidden" name="(\w+)" value="([^"]*)">', form.text.partition('action="/reports/drafts"')[2]
        )
    )
    assert fields["kind"] == "spot"
    assert fields["recipient"] == "joint-centre", "the first who may have one is chosen"
    begun = client.post("/reports/drafts", data={**fields, "language": "en", "format": "html"})
    click(begun)
    draft = begun.headers["location"]
    for act in ("check", "issue"):
        summary = client.get(f"{draft}/{act}")
        click(summary)
        version = re.search(r'name="version" value="(\d+)"', summary.text)[1]  # type: ignore[index]
        done = client.post(f"{draft}/{act}", data={"version": version})
        click(done)
        assert done.status_code == 303, done.text
    assert clicks == 6
    (publication,) = publications(held.store)
    assert publication.number == f"my-watch/spot/{held.event}/joint-centre"
    issued = client.get(done.headers["location"])
    assert issued.status_code == 200
    assert client.get("/reports").text.count(publication.number) >= 1


def test_the_page_of_reports_offers_every_kind_and_refuses_what_there_is_not(held: Held) -> None:
    console = Console(held.store, held.folder, lambda: NOW, find())
    client = let_in(TestClient(app_of(console), follow_redirects=False), console)
    for kind in ("daily", "weekly", "casualties", "restrictions"):
        page = client.get("/reports", params={"kind": kind, "recipient": "joint-centre", "from": str(DAY)})
        assert page.status_code == 200
        assert f'<option value="{kind}" selected>' in page.text
    for query in ({"kind": "flash<b>"}, {"kind": "spot"}, {"kind": "spot", "incident": "i-none"}):
        page = client.get("/reports", params=query)
        assert page.status_code == 200
        assert 'class="notice warning"' in page.text
        assert "<b>" not in page.text.partition('class="notice warning"')[2][:400]
    refused = client.get("/reports", params={"kind": "spot", "incident": held.event, "recipient": "public"})
    assert "tells of none alone" in html.unescape(refused.text)
    answer = client.post(
        "/reports/drafts",
        data={"recipient": "public", "kind": "spot", "incident": held.event, "language": "en", "format": "html"},
    )
    assert answer.status_code in (409, 422)
    assert client.get("/reports/compare", params={"kind": "casualties"}).status_code == 422


def test_the_command_line_makes_and_issues_every_kind(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w", rows=6)
    assert CliRunner().invoke(app, ["run", str(folder)]).exit_code == 0
    listed = CliRunner().invoke(app, ["incidents", str(folder), "--json"])
    event = str(json.loads(listed.stdout)["incidents"][0]["incident_id"])

    def call(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["report", str(folder), "--recipient", "joint-centre", *words])
        return done.exit_code, done.output

    note = tmp_path / "note.txt"
    note.write_text("We came late.\n", "utf-8")
    for kind in ("weekly", "casualties", "restrictions"):
        assert call("--kind", kind, "--from", str(DAY))[0] == 0
    code, said = call(
        "--kind",
        "spot",
        "--incident",
        event[:12],
        "--issue",
        "--by",
        "One",
        "--cover-note",
        str(note),
        "--cover-by",
        "The head",
    )
    assert (code, "revision 1" in said) == (0, True), said
    place = folder / ".trucewatch" / "out" / "issued" / "joint-centre" / f"spot-{event}-r1-en.html"
    assert b"We came late." in place.read_bytes()
    assert b"Not signed." in place.read_bytes()
    again = tmp_path / "again.html"
    moment = iso_utc(datetime.now(UTC) + timedelta(seconds=1))
    done = call("--kind", "spot", "--incident", event, "--recorded-by", moment, "--out", str(again))
    assert done[0] == 0, done
    assert again.read_bytes() == place.read_bytes()
    for wrong in (
        ("--kind", "spot"),
        ("--incident", event),
        ("--kind", "spot", "--incident", "i-zzzzzz"),
        ("--kind", "spot", "--incident", event, "--recipient", "public"),
        ("--cover-note", str(note)),
        ("--issue", "--by", "One", "--cover-note", str(tmp_path / "none"), "--cover-by", "The head"),
        ("--kind", "weekly", "--from", "2031-05-01", "--to", "2031-05-02"),
    ):
        assert call(*wrong)[0] == 1, wrong
