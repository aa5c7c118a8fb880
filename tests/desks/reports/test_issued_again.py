"""What was issued is made again, byte for byte, whatever came in and was changed since; another program says that it is
another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

import pytest
from typer.testing import CliRunner

from tests.builders import edit, make_watch
from tests.store.test_store import open_store
from trucewatch.cli.main import app
from trucewatch.desks.reports.operations import ReportDesk
from trucewatch.desks.reports.wanted import Wanted
from trucewatch.locale import languages
from trucewatch.model.times import iso_utc
from trucewatch.pipeline import assess
from trucewatch.pipeline.issue import issue_on_record, issue_report, issued_name, make_again
from trucewatch.reports import FORMATS
from trucewatch.store import Store
from trucewatch.store.publications import recorded_issues

DAY = date(2031, 5, 2)
RECIPIENTS = ("joint-centre", "desk", "public")
DESK = """[[recipient]]
id = "desk"
names = { en = "A desk that is told no weapons" }
delay_hours = 0
place = "exact"
time = "minute"
smallest_count = 1
withheld_kinds = ["weapon_present"]

[[recipient]]
id = "public"
"""
NOW = datetime(2031, 5, 5, tzinfo=UTC)


def later(days: int) -> datetime:
    return NOW + timedelta(days=days)


def issue_all(folder: Path, moment: datetime, recipient: str) -> dict[tuple[str, str], bytes]:
    """Every format and language of a recipient's report, issued by one person at a moment."""
    clock = ticking(moment)
    with Store(folder, lambda: next(clock)) as store:
        today = assess(store, folder, now=moment)
        desk = ReportDesk(store, folder, lambda: moment, lambda: today)
        wanted = Wanted(recipient, DAY, DAY + timedelta(days=1))
        draft = desk.begin(wanted, languages=languages(), formats=tuple(FORMATS), by="Keeper One")
        desk.check(draft.draft_id, seen_version=1, by="Keeper One")
        _, products = desk.issue(draft.draft_id, seen_version=2, by="Keeper One")
        return dict(products)


def ticking(moment: datetime) -> Iterator[datetime]:
    return iter(moment + timedelta(milliseconds=tick) for tick in range(100_000))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime, dict[str, dict[tuple[str, str], bytes]]]:
    """A watch with an issue of day 5; since then rows, a changed watch, another list and a later issue."""
    folder = make_watch(tmp_path_factory.mktemp("again") / "w", rows=12)
    edit(folder / "watch.toml", '[[recipient]]\nid = "public"\n', DESK)
    first = {
        recipient: issue_all(folder, NOW + timedelta(minutes=number), recipient)
        for number, recipient in enumerate(RECIPIENTS)
    }
    with (folder / "inbox" / "reports.csv").open("a", encoding="utf-8") as stream:
        stream.write(f"99,{DAY}T15:00:00Z,2.1 km NE of Oldbridge,blast,2,came later\n")
    edit(folder / "watch.toml", "delay_hours = 24", "delay_hours = 30")
    edit(folder / "watch.toml", "text = true", "text = false")
    second = issue_all(folder, later(1), "joint-centre")
    assert second["html", "en"] != first["joint-centre"]["html", "en"]
    rmtree(folder / ".trucewatch" / "out")
    return folder, NOW + timedelta(hours=1), first


@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_every_file_of_an_issue_is_made_again_byte_for_byte(
    story: tuple[Path, datetime, dict[str, dict[tuple[str, str], bytes]]], recipient: str
) -> None:
    folder, moment, issued = story
    with Store(folder, lambda: later(3)) as store:
        entries = len(store.journal)
        issue = issue_on_record(
            store, recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1), recorded_by=moment
        )
        assert issue is not None
        assert set(issue.files) == {(name, language) for name in FORMATS for language in languages()}
        for (name, language), digest in issue.files.items():
            again = make_again(store, folder, issue, format=name, language=language, now=later(3))
            assert again.content == issued[recipient][name, language], (name, language)
            assert sha256(again.content).hexdigest() == digest == again.digest
            assert again.difference() is None
        assert len(store.journal) == entries
    checkpoint = issued[recipient]["html", "en"].decode().partition('class="checkpoint">')[2]
    assert bool(checkpoint) is (recipient == "joint-centre"), "the checkpoint is among what is made again"


def test_the_command_line_makes_the_issue_of_then_and_not_that_of_today(
    story: tuple[Path, datetime, dict[str, dict[tuple[str, str], bytes]]], tmp_path: Path
) -> None:
    folder, moment, issued = story
    words = ["report", str(folder), "--date", str(DAY), "--recipient", "joint-centre", "--lang", "en"]
    for name in ("html", "csv"):
        out = tmp_path / name
        done = CliRunner().invoke(app, [*words, "--format", name, "--recorded-by", iso_utc(moment), "--out", str(out)])
        assert done.exit_code == 0, done.output
        assert out.read_bytes() == issued["joint-centre"][name, "en"]
    done = CliRunner().invoke(app, [*words, "--recorded-by", iso_utc(later(2)), "--out", str(tmp_path / "now")])
    assert done.exit_code == 0
    assert (tmp_path / "now").read_bytes() not in issued["joint-centre"].values(), "by then there was a second issue"
    assert "revision 2" in (tmp_path / "now").read_text()


def test_another_version_says_so_instead_of_showing_a_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_watch(tmp_path / "w")
    products = issue_all(folder, NOW, "joint-centre")
    rmtree(folder / ".trucewatch" / "out")
    digest = sha256(products["csv", "en"]).hexdigest()
    monkeypatch.setattr("trucewatch.pipeline.issue.__version__", "9.9.9")
    monkeypatch.setattr("trucewatch.reports.tables.iso_utc", lambda _: "otherwise")
    monkeypatch.setattr("trucewatch.reports.facts.iso_utc", lambda _: "otherwise")
    words = ["report", str(folder), "--date", str(DAY), "--recipient", "joint-centre", "--format", "csv"]
    done = CliRunner().invoke(app, [*words, "--recorded-by", iso_utc(later(1))])
    assert done.exit_code == 1
    assert (
        f"issued by version 0.1.0; this is 9.9.9: the bytes may differ; the hash on record is {digest}" in done.stderr
    )
    assert "/out/drafts/" in done.stdout, "what differs is no file of the issue"


def test_a_file_that_was_not_issued_is_a_draft_of_the_issue(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    with Store(folder, lambda: NOW) as store:
        today = assess(store, folder, now=NOW)
        issue_report(
            store,
            today,
            recipient="public",
            day_from=DAY,
            day_until=DAY + timedelta(days=1),
            languages=["en"],
            formats=["csv"],
            by="RU",
        )
        (issue,) = recorded_issues(store)
        again = make_again(store, folder, issue, format="html", language="tr", now=later(1))
    assert issue.made_from.by == "RU"
    assert again.digest == ""
    assert "was not issued in this format and language; this file is a draft of it" in str(again.difference())
    assert 'class="box draft"' in again.content.decode()


def test_an_issue_of_an_earlier_version_is_found_by_its_cut_off_and_its_moment(tmp_path: Path) -> None:
    folder = make_watch(tmp_path / "w")
    products = issue_all(folder, NOW, "public")
    with open_store(folder) as store:
        (issue,) = recorded_issues(store)
        wanted = {"recipient": "public", "day_from": DAY, "day_until": DAY + timedelta(days=1)}
        assert issue_on_record(store, **wanted, recorded_by=NOW - timedelta(hours=1)) is None
        assert issue_on_record(store, **wanted, cut_off=later(1)) is None
        assert issue_on_record(store, **wanted, cut_off=issue.publication.cut_off) == issue
    name = issued_name(issue.publication.number, 1, "en", "csv")
    assert name == f"issued/public/{DAY}-r1-en.csv"
    assert ("csv", "en") in products
