"""What people typed can be erased, wherever they typed it: no byte below the watch's folder holds it any more, the
ledger verifies, and lists, findings and the order of acts stay as they were."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.builders import edit, make_watch
from tests.conftest import ROOT, each
from tests.store.test_old_stores import OLD_STORES, VERSIONS
from trucewatch.cli.main import app
from trucewatch.desks import indexes
from trucewatch.desks.reports.operations import ReportDesk, Wanted
from trucewatch.errors import StoreError, WatchError
from trucewatch.locale import languages, words
from trucewatch.pipeline import assess
from trucewatch.pipeline.issue import make_again
from trucewatch.store import Store
from trucewatch.store.copies import find_copies
from trucewatch.store.drafts import draft_versions
from trucewatch.store.edit_records import recorded_acts
from trucewatch.store.publications import publications, recorded_issues

NOW: Final = datetime(2031, 5, 5, tzinfo=UTC)
DAY: Final = date(2031, 5, 2)
CENTRE: Final = Wanted("joint-centre", DAY, DAY + timedelta(days=1))
INSPECTOR: Final = ROOT / "src/trucewatch/ledger/inspector.py"


def call(*typed: object) -> str:
    done = CliRunner().invoke(app, [str(word) for word in typed], catch_exceptions=False)
    assert done.exit_code == 0 or (typed[0] == "run" and "with rejected rows" in done.output), done.output
    return done.output


def contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file as they lie there, and as they read unpacked."""
    raw = path.read_bytes()
    yield raw
    if raw[:4] == b"PAR1":
        yield repr(pq.read_table(io.BytesIO(raw)).to_pylist()).encode()
    with suppress(zlib.error):
        yield zlib.decompress(raw)
    if raw[:2] == b"\x1f\x8b":
        yield gzip.decompress(raw)
    if raw[:15] == b"SQLite format 3":
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            yield "\n".join(db.iterdump()).encode()


def files_with(folder: Path, marker: str) -> list[str]:
    """Where below a folder a marker stands: in a file, or in its name."""
    spellings = [marker.encode(), json.dumps(marker)[1:-1].encode(), repr(marker)[1:-1].encode()]
    holders = []
    for path in each(sorted(folder.rglob("*"))):
        in_bytes = path.is_file() and any(text in content for content in contents(path) for text in spellings)
        if in_bytes or marker in path.name:
            holders.append(path.relative_to(folder).as_posix())
    return holders


def assert_none(folder: Path, markers: Sequence[str]) -> None:
    left = {marker: holders for marker in each(markers) if (holders := files_with(folder, marker))}
    assert not left, left


def assert_verifies(folder: Path) -> str:
    """By the inspector's own file, as another program, as the other side runs it."""
    command = [sys.executable, "-P", str(INSPECTOR), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def assert_rebuilds(folder: Path) -> None:
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest
        assert len(list(store.journal.entries())) == len(store.journal), "an erased record raises nothing"


def shape(folder: Path) -> list[tuple[Any, ...]]:
    """The list as it stands, without words."""
    listed = json.loads(call("incidents", folder, "--json"))
    return [
        (row["incident_id"], row["members"], row["kind"], row["acts"], row["outcome"], row["claims_only"])
        for row in (*listed["incidents"], *[{"outcome": "", **row} for row in listed["rejected"]])
    ]


def entries_of(folder: Path, kind: str) -> list[int]:
    log = json.loads(call("log", folder, "--kind", kind, "--last", 0, "--json"))["entries"]
    return [entry["number"] for entry in log if "erased; its hash" not in entry["what"]]


# Acts, notes and reasons of today


def by_hand(folder: Path, *typed: object) -> str:
    text = call("incident", folder, *typed, "--by", "Analyst One", "--yes")
    return text.partition("Entered as ")[2].partition(",")[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make_watch(tmp_path / "w", rows=6)
    call("run", folder)
    return folder


def add(folder: Path, text: str, reason: str, who: str) -> str:
    where = ("--lon", "-25.2", "--lat", "-35.2", "--sd-m", "300", "--start", "2031-05-02T13:00:00Z")
    what = ("--kind", "explosion", "--means", "patrol", "--text", text, "--claimed-by", who, "--reason", reason)
    return by_hand(folder, "add", *what, *where)


def ids_of(folder: Path) -> list[str]:
    return [row["incident_id"] for row in json.loads(call("incidents", folder, "--json"))["incidents"]]


def test_the_record_of_an_act_holds_no_words_and_they_are_read_again_while_they_are_kept(folder: Path) -> None:
    act = add(folder, "ZWTEXT", "ZWREASON", "ZWNAME")
    by_hand(folder, "reject", ids_of(folder)[0], "--reason", "ZWREJECT")
    call("run", folder)
    for marker in ("ZWTEXT", "ZWREASON", "ZWNAME", "ZWREJECT"):
        holders = files_with(folder / ".trucewatch" / "objects", marker)
        records = [name for name in holders if (folder / ".trucewatch/objects" / name).read_bytes()[:1] == b"{"]
        assert not records, f"{marker} stands in a record"
    assert not files_with(folder / ".trucewatch" / "objects", "ZWREJECT"), "nor is a reason in a list"
    shown = json.loads(call("incident", folder, "acts", "--json"))["acts"]
    assert [(row["reason"], (row["stated"] or {}).get("text", "")) for row in shown] == [
        ("ZWREASON", "ZWTEXT"),
        ("ZWREJECT", ""),
    ]
    assert shown[0]["stated"]["claimed_by"] == "ZWNAME"
    assert "ZWREASON" in call("log", folder)
    assert shown[0]["act_id"] == act


def test_words_go_and_all_else_stays(folder: Path) -> None:
    first = add(folder, "ZWTEXT", "ZWREASON", "ZWNAME")
    second = by_hand(folder, "reject", ids_of(folder)[0], "--reason", "ZWREJECT")
    third = by_hand(folder, "undo", second, "--reason", "ZWUNDO")
    fourth = by_hand(folder, "undo", third, "--reason", "ZWAGAIN")
    add(folder, "another patrol", "seen", "ZWNAME")
    call("run", folder)
    before, acts = shape(folder), [first, second, third, fourth]
    call("erase", folder, *acts, "--reason", "asked for", "--ordered-by", "a court", "--yes", "--files")
    assert_none(folder, ["ZWTEXT", "ZWREASON", "ZWNAME", "ZWREJECT", "ZWUNDO", "ZWAGAIN"])
    assert_verifies(folder)
    assert_rebuilds(folder)
    call("run", folder)
    assert shape(folder) == before
    shown = json.loads(call("incident", folder, "acts", "--json"))["acts"]
    assert [row["act_id"] for row in shown][:4] == acts
    for row in shown[:4]:
        assert row["reason"].startswith("(erased 2"), row["reason"]
    assert "another patrol" in json.dumps(shown), "nobody else's words went"
    assert_none(folder, ["ZWTEXT", "ZWREASON", "ZWNAME", "ZWREJECT", "ZWUNDO", "ZWAGAIN"])
    assert_verifies(folder)


def test_nothing_is_done_before_yes_and_twice_is_refused(folder: Path) -> None:
    act = add(folder, "ZWTEXT", "ZWREASON", "AM")
    text = call("erase", folder, act, "--reason", "asked for")
    assert "Nothing was done. It cannot be undone" in text
    assert text.count("text and salt in private/words") == 2
    assert files_with(folder, "ZWTEXT")
    call("erase", folder, act, "--reason", "asked for", "--yes")
    with Store(folder, lambda: NOW, desks=indexes()) as store, pytest.raises(StoreError, match="is erased already"):
        store.plan_of_erasure([str(recorded_acts(store)[0].sha256)])


# Acts and notes of earlier versions, which hold their words themselves


@pytest.fixture(params=VERSIONS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    with tarfile.open(OLD_STORES / request.param / "watch.tar.gz") as archive:
        archive.extractall(tmp_path / "o", filter="data")
    (folder,) = (tmp_path / "o").iterdir()
    return folder


def typed_into(folder: Path) -> tuple[list[str], list[str]]:
    """Acts and drafts of a store, and everything that was typed into them; no word of it is the program's own."""
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        acts = [act for act in recorded_acts(store) if not act.reason_code]
        texts = {act.reason for act in acts} | {act.stated.text for act in acts if act.stated and act.stated.text}
        versions = draft_versions(store)
        texts |= {note.text for version in versions for note in version.notes}
        ids = [act.act_id for act in acts] + list({version.draft_id: None for version in versions})
        assert publications(store)
    return ids, sorted(texts)


def test_an_old_act_is_entered_anew_without_its_words_and_its_object_is_erased(old: Path) -> None:
    ids, texts = typed_into(old)
    assert len(texts) > 4
    call("run", old)  # a later program than the one that made its last list
    before, acts = shape(old), json.loads(call("incident", old, "acts", "--json"))["acts"]
    entries = len(json.loads(call("log", old, "--last", 0, "--json"))["entries"])
    assert all(files_with(old / ".trucewatch" / "objects", text) for text in texts)
    call("erase", old, *ids, "--reason", "asked for", "--yes", "--files")
    assert_none(old / ".trucewatch", texts)
    assert "was erased, says entry" in assert_verifies(old)
    assert_rebuilds(old)
    call("run", old)
    assert shape(old) == before
    after = json.loads(call("incident", old, "acts", "--json"))["acts"]
    same = ("act_id", "entry", "deed", "by", "known_at", "recorded_at", "parts", "members", "kind", "undoes", "state")
    assert [[row[name] for name in same] for row in after] == [[row[name] for name in same] for row in acts]
    assert {row["reason"][:8] for row in after if not row["reason_code"]} == {"(erased "}
    assert_none(old / ".trucewatch", texts)
    assert_verifies(old)
    kept = json.loads(call("log", old, "--last", 0, "--json"))["entries"]
    assert len(kept) > entries
    assert sum("erased; its hash stays" in entry["what"] for entry in kept) >= len(acts)


def test_what_was_known_at_a_moment_is_the_same_after_the_words_went(old: Path) -> None:
    ids, _ = typed_into(old)
    with Store(old, lambda: NOW, desks=indexes()) as store:
        moments = [act.recorded_at for act in recorded_acts(store)]
        before = [[act.act_id for act in recorded_acts(store, moment)] for moment in moments]
        reports = [[issue.number for issue in publications(store, moment)] for moment in (*moments, NOW)]
    call("erase", old, *ids, "--reason", "asked for", "--yes")
    with Store(old, lambda: NOW, desks=indexes()) as store:
        assert [[act.act_id for act in recorded_acts(store, moment)] for moment in moments] == before
        assert [[issue.number for issue in publications(store, moment)] for moment in (*moments, NOW)] == reports


# Notes of a report


def issued_with_a_note(folder: Path, note: str) -> None:
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        today = assess(store, folder, now=NOW)
        desk = ReportDesk(store, folder, lambda: NOW, lambda: today)
        draft = desk.begin(CENTRE, languages=("en",), formats=("html", "csv"), by="Analyst One")
        for text in ("ZWEARLIER", note):
            texts = {"found": text, "summary": "quiet"}
            draft = desk.write(draft.draft_id, seen_version=draft.version, language="en", texts=texts, by="Analyst One")
        draft = desk.check(draft.draft_id, seen_version=draft.version, by="Analyst One")
        _, products = desk.issue(draft.draft_id, seen_version=draft.version, by="Analyst One")
        assert note in products["html", "en"].decode()
        desk.take(
            products["html", "en"],
            number=f"my-watch/{DAY}/joint-centre",
            revision=1,
            recipient="joint-centre",
            is_issued=True,
            format="html",
            language="en",
            by="Analyst Two",
        )


def test_a_note_of_an_issued_report_goes_and_who_has_the_report_is_named(folder: Path, tmp_path: Path) -> None:
    issued_with_a_note(folder, "ZWNOTE")
    (issued,) = (folder / ".trucewatch/out/issued").rglob("*.html")
    (folder / "saved.bin").write_bytes(issued.read_bytes())
    outside = tmp_path / "mail"
    outside.mkdir()
    (outside / "attachment").write_bytes(issued.read_bytes())
    (outside / "link").symlink_to(outside / "attachment")
    (outside / "other").write_text("not of this")
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        draft = draft_versions(store)[0].draft_id
    says = call("erase", folder, draft, "--reason", "asked for", "--also", outside)
    assert f"Ask: joint-centre has the report my-watch/{DAY}/joint-centre, revision 1, issued on 2031-05-05" in says
    assert "took html (en)" in says
    assert issued.is_file()
    call("erase", folder, draft, "--reason", "asked for", "--also", outside, "--yes", "--files")
    assert sorted(path.name for path in outside.iterdir()) == ["link", "other"], "no link is followed"
    assert_none(folder, ["ZWNOTE", "ZWEARLIER"])
    assert_verifies(folder)
    assert_rebuilds(folder)
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        (issue,) = recorded_issues(store)
        again = make_again(store, folder, issue, format="html", language="en", now=NOW)
        assert not again.is_as_issued
        assert "a note of the editors was erased" in str(again.difference())
        assert "(erased 5 May 2031, entry " in again.content.decode() or "(erased " in again.content.decode()
        today = assess(store, folder, now=NOW)
        desk = ReportDesk(store, folder, lambda: NOW, lambda: today)
        report = desk.report(CENTRE)
        assert (report.revision, len(report.notes)) == (1, 2), "an erasure is no correction"


def test_that_words_were_erased_is_said_in_every_language(folder: Path) -> None:
    act = add(folder, "ZWTEXT", "ZWREASON", "AM")
    call("erase", folder, act, "--reason", "asked for", "--yes")
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        (erased,) = recorded_acts(store)
        told = {language: words(language).say(erased.why) for language in each(languages())}
    assert len(set(told.values())) == len(told), told


# A file, its name, and what the watch said of it


def test_evidence_goes_with_the_name_of_its_file_and_with_who_gave_it(folder: Path) -> None:
    edit(folder / "watch.toml", 'files = ["inbox/reports.csv"]', 'files = ["inbox/*.csv"]')
    edit(folder / "watch.toml", "who sends this file", "ZWGIVER")
    call("run", folder)
    before = shape(folder)
    path = folder / "inbox" / "ZWFILE.csv"
    header = (folder / "inbox/reports.csv").read_text().splitlines()[0]
    path.write_text(f'{header}\n99,2031-05-03T10:00:00Z,"-35.31, -25.31",blast,1,ZWSAID\n100,ZWBAD,nowhere,blast,1,x\n')
    call("run", folder)
    goes = sha256(path.read_bytes()).hexdigest()
    call("erase", folder, goes, "--reason", "asked for", "--yes", "--files")
    edit(folder / "watch.toml", "ZWGIVER", "a monitor")
    call("run", folder)
    for number in entries_of(folder, "watch-files")[:-1]:
        try:
            call("erase", folder, number, "--reason", "asked for", "--yes")
        except StoreError as exc:
            assert "as it stands now, or erased already" in str(exc)  # noqa: PT017 - the file was there before
    others = [name for name in files_with(folder, "ZWGIVER") if not name.startswith(".trucewatch/objects")]
    assert not others, "only records of files that are still there hold who gave them"
    assert_none(folder, ["ZWFILE", "ZWSAID", "ZWBAD"])
    assert_verifies(folder)
    assert_rebuilds(folder)
    assert shape(folder) == before
    assert "(erased" in call("log", folder, "--kind", "evidence")


def test_who_has_a_report_that_shows_erased_evidence_is_named_and_no_other(folder: Path) -> None:
    """The rows of the file → incidents of the list → rows of reports."""
    edit(folder / "watch.toml", 'files = ["inbox/reports.csv"]', 'files = ["inbox/*.csv"]')
    first = sha256((folder / "inbox/reports.csv").read_bytes()).hexdigest()
    header = (folder / "inbox/reports.csv").read_text().splitlines()[0]
    later = folder / "inbox" / "later.csv"
    later.write_text(f'{header}\n99,2031-05-03T10:00:00Z,"-35.31, -25.31",blast,1,x\n')
    call("run", folder)
    for day in ("2031-05-02", "2031-05-03"):
        issue = ("--recipient", "joint-centre", "--date", day, "--format", "csv", "--issue", "--by", "Keeper One")
        call("report", folder, *issue)
    goes = sha256(later.read_bytes()).hexdigest()
    says = call("erase", folder, goes, "--reason", "asked for")
    assert "joint-centre has the report my-watch/2031-05-03/joint-centre, revision 1, issued on " in says
    assert "my-watch/2031-05-02/" not in says
    assert "2031-05-02-r1-en.csv" not in says, "a report that shows nothing of it stays"
    assert "2031-05-03-r1-en.csv" in says
    assert "my-watch/2031-05-02/" in call("erase", folder, first, "--reason", "asked for")


def test_a_file_of_the_watch_as_it_was_goes_and_a_replay_of_then_says_so(folder: Path) -> None:
    title = (folder / "watch.toml").read_text()
    edit(folder / "watch.toml", "[watch]", "# ZWCOMMENT\n[watch]") if "[watch]" in title else edit(
        folder / "watch.toml", title.splitlines()[0], "# ZWCOMMENT"
    )
    call("run", folder)
    (number,) = entries_of(folder, "watch-files")[-1:]
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        held = next(store.journal.entries(number)).record["files"]["watch.toml"]
        with pytest.raises(StoreError, match="as it stands now; change that file first"):
            store.plan_of_erasure([held])
        moment = datetime.now(UTC)
    (folder / "watch.toml").write_text(title)
    call("run", folder)
    call("erase", folder, number, "--reason", "asked for", "--yes")
    assert_none(folder, ["ZWCOMMENT"])
    assert_verifies(folder)
    assert_rebuilds(folder)
    with (
        Store(folder, lambda: NOW, desks=indexes()) as store,
        pytest.raises(WatchError, match=r"watch\.toml as it was"),
    ):
        assess(store, folder, now=NOW, recorded_by=moment)


# Everything else that takes words


def test_words_of_every_other_record_go_by_the_number_of_its_entry(folder: Path) -> None:
    call("calibrate", folder, "--reason", "ZWCALIBRATE", "--by", "Analyst One", "--yes")
    call("keys", "rotate", folder, "--reason", "ZWROTATE")
    witness = folder.parent / "witness"
    key = call("keys", "new", "example.org/w", "--role", "witness", "--out", witness).splitlines()[0]
    call("keys", "register", folder, key, "--role", "witness", "--holder", "Observers")
    call("keys", "revoke", folder, key, "--reason", "ZWREVOKE")
    with Store(folder, lambda: NOW, desks=indexes()) as store:
        reference = store.keep_words("gone soon")
        store.erase([], people=[reference], reason="ZWERASURE", ordered_by="ZWCOURT")
        kinds = ("calibration", "key", "erasure")
    markers = ("ZWCALIBRATE", "ZWROTATE", "ZWREVOKE", "ZWERASURE", "ZWCOURT")
    for marker in markers:
        (holder,) = files_with(folder, marker)
        assert holder.startswith(".trucewatch/private/words/w-"), (marker, holder)
    assert "(ZWREVOKE)" in call("keys", "list", folder)
    for kind in kinds:
        for number in entries_of(folder, kind):
            try:
                call("erase", folder, number, "--reason", "asked for", "--yes")
            except StoreError as exc:
                has_no_words = ("nobody typed anything", "whoever checks the ledger needs it whole")
                assert any(words in str(exc) for words in has_no_words)  # noqa: PT017 - one of the two is meant
    assert_none(folder, markers)
    assert_verifies(folder)
    assert_rebuilds(folder)
    assert "((erased))" in call("keys", "list", folder)


def test_an_erasure_of_an_earlier_version_loses_its_reason_and_erases_nothing_twice(tmp_path: Path) -> None:
    """What it had erased and was entered again since stays."""
    with Store(tmp_path, lambda: NOW) as store:
        goes, comes_back = store.objects.put(b"goes"), store.objects.put(b"comes back")
        record = {
            "schema": "trucewatch/erasure/1",
            "erased": [goes, comes_back],
            "reason": "ZWWHY",
            "ordered_by": "ZWWHO",
        }
        store.index.apply(store.journal.commit([record]))
        store._finish_erasures()
        store.objects.put(b"comes back")
        store.commit([{"schema": "trucewatch/watch-files/1", "files": {"n": comes_back}}])
        (number,) = [entry.number for entry in store.journal.entries() if entry.record["schema"].endswith("erasure/1")]
        store.erase([store.journal.hash_of(number)], reason="asked for", ordered_by="")
        assert comes_back in store.objects
        assert goes not in store.objects
        assert (store.is_erased(goes), store.is_erased(comes_back)) == (True, False)
    assert_none(tmp_path, ["ZWWHY", "ZWWHO"])
    with Store(tmp_path, lambda: NOW) as store:
        digest = store.index.digest()
        store.rebuild()
        assert store.index.digest() == digest
        assert comes_back in store.objects
    assert_verifies(tmp_path)


def test_a_kill_at_any_step_of_an_erasure_leaves_nothing_half_done(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids, texts = typed_into(old)

    class Killed(BaseException):
        pass

    def kill(*arguments: object) -> None:
        raise Killed

    from trucewatch.store.index import Index

    with Store(old, lambda: NOW, desks=indexes()) as store:
        hashes = [str(act.sha256) for act in recorded_acts(store) if act.act_id in ids]
        with monkeypatch.context() as patch:
            patch.setattr(Index, "scrub", kill)
            with pytest.raises(Killed):
                store.erase(hashes, reason="asked for", ordered_by="")
        assert files_with(old, texts[0]), "or this test shows nothing"
    with Store(old, lambda: NOW, desks=indexes()) as store:
        reasons = {act.reason for act in recorded_acts(store) if not act.reason_code}
        assert reasons == {""}
        assert not find_copies(store, store.plan_of_erasure([])).issues
    assert_verifies(old)
    assert_rebuilds(old)


def test_words_whose_entry_a_kill_or_a_full_disk_forestalled_go_with_the_next_erasure(tmp_path: Path) -> None:
    with Store(tmp_path, lambda: NOW) as store:
        store.keep_words("ZWORPHAN")
    with Store(tmp_path, lambda: NOW) as store:
        goes, about_to_be_entered = store.keep_words("ZWGOES"), store.keep_words("stays")
        store.commit([{"schema": "trucewatch/weather/1", "words": goes}])
        store.erase([], people=[goes], reason="asked for", ordered_by="")
        assert store.words.read(about_to_be_entered) == "stays"
    assert_none(tmp_path, ["ZWORPHAN", "ZWGOES"])


def test_the_index_holds_nothing_of_it_while_the_store_is_open(old: Path) -> None:
    """Notes of an earlier version stand in the index too: neither its pages nor the file beside it keep them."""
    with Store(old, lambda: NOW, desks=indexes()) as store:
        notes = {note.text for version in draft_versions(store) for note in version.notes}
        index = [old / f".trucewatch/records.sqlite{suffix}" for suffix in ("", "-wal")]
        assert any(note.encode() in path.read_bytes() for note in each(notes) for path in index if path.is_file())
        issues = store.index.rows("SELECT entry, record FROM publication")
        numbers = [number for number, record in issues if "notes" in json.loads(record)]
        store.erase([store.journal.hash_of(number) for number in numbers], reason="asked for", ordered_by="")
        assert not any(note.encode() in path.read_bytes() for note in notes for path in index if path.is_file())
        assert not files_with(old / ".trucewatch" / "objects", sorted(notes)[0]), "the drafts' too"


@pytest.mark.parametrize("also_lost", ["", "records.sqlite"])
def test_acts_keep_their_order_in_a_ledger_that_is_begun_anew_after_an_erasure(old: Path, also_lost: str) -> None:
    ids, texts = typed_into(old)
    call("erase", old, *ids, "--reason", "asked for", "--yes")
    with Store(old, lambda: NOW, desks=indexes()) as store:
        before = [(act.act_id, act.recorded_at, act.undoes) for act in recorded_acts(store)]
    shutil.rmtree(old / ".trucewatch/ledger")
    if also_lost:
        (old / ".trucewatch" / also_lost).unlink()
    with Store(old, lambda: NOW, desks=indexes(), accept_loss=True) as store:
        assert "began a new one" in " ".join(store.recovered)
        after = [(act.act_id, act.recorded_at, act.undoes) for act in recorded_acts(store)]
    assert after == before
    assert_none(old / ".trucewatch" / "objects", texts)
    assert_verifies(old)
