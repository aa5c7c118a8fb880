"""Everything of an issue as one archive: the issued bytes and no others, the same bytes each time, hashes that hold."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

import pytest
from typer.testing import CliRunner

from tests.builders import make_watch
from tests.desks.reports.test_issued_again import NOW, later, ticking
from trucewatch.cli.main import app
from trucewatch.desks.reports.archives import README, SUMS, archive_of
from trucewatch.desks.reports.operations import ReportDesk
from trucewatch.desks.reports.wanted import Wanted
from trucewatch.errors import ReportError
from trucewatch.pipeline import assess
from trucewatch.pipeline.issue import issued_name
from trucewatch.reports import FORMATS
from trucewatch.reports.codebook import codebook, written
from trucewatch.store import Store
from trucewatch.store.publications import issued_files, publications

DAY = date(2031, 5, 2)
LANGUAGES = ("en", "ru")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A watch with an issue to the public in all formats and two languages."""
    watch = make_watch(tmp_path / "w", rows=12)
    clock = ticking(NOW)
    with Store(watch, lambda: next(clock)) as store:
        today = assess(store, watch, now=NOW)
        desk = ReportDesk(store, watch, lambda: NOW, lambda: today)
        wanted = Wanted("public", DAY, DAY + timedelta(days=1))
        draft = desk.begin(wanted, languages=LANGUAGES, formats=tuple(FORMATS), by="Keeper One")
        desk.check(draft.draft_id, seen_version=1, by="Keeper One")
        desk.issue(draft.draft_id, seen_version=2, by="Keeper One")
    return watch


def archived(folder: Path) -> bytes:
    with Store(folder, lambda: later(1)) as store:
        today = assess(store, folder, now=later(1))
        desk = ReportDesk(store, folder, lambda: later(1), lambda: today)
        (publication,) = publications(store)
        return archive_of(desk, publication, today.watch)


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_holds_each_issued_file_with_the_hash_on_record(folder: Path) -> None:
    content = archived(folder)
    files = members(content)
    with Store(folder, lambda: later(2)) as store:
        (publication,) = publications(store)
        issued = issued_files(store, publication.number, publication.revision)
    assert len(issued) == len(FORMATS) * len(LANGUAGES)
    for file in issued:
        name = issued_name(publication.number, 1, file.language, file.format).rpartition("/")[2]
        assert sha256(files[name]).hexdigest() == file.file_digest
    beside = {README, SUMS, *(f"codebook-{language}.csv" for language in LANGUAGES)}
    assert len(files) == len(issued) + len(beside)
    assert beside <= set(files)
    assert all(files[f"codebook-{language}.csv"] == written(codebook(language), "csv") for language in LANGUAGES)
    sums = dict(reversed(line.split("  ", 1)) for line in files[SUMS].decode().splitlines())
    assert sums == {name: sha256(inside).hexdigest() for name, inside in files.items() if name != SUMS}


def test_it_is_the_same_each_time_and_says_what_it_is(folder: Path) -> None:
    content = archived(folder)
    assert archived(folder) == content
    readme = members(content)[README].decode("utf-8-sig")
    for words in ("my-watch/2031-05-02/public, revision 1", "public (Public)", "SHA256SUMS", "verify", "no statement"):
        assert words in readme
    assert codebook("en").digest in readme
    assert "not kept" not in readme


def test_a_file_with_other_bytes_is_made_again_or_left_out_and_said(folder: Path) -> None:
    whole = members(archived(folder))
    name = issued_name("my-watch/2031-05-02/public", 1, "en", "csv")
    (folder / ".trucewatch" / "out" / name).write_bytes(b"changed")
    assert members(archived(folder)) == whole, "made again from the journal"
    (folder / ".trucewatch" / "private" / "recipient-keys.json").unlink()
    less = members(archived(folder))
    assert set(whole) - set(less) == {name.rpartition("/")[2]}, "its codes are of a key that is lost"
    assert b"changed" not in less.values()
    readme = less[README].decode("utf-8-sig")
    assert sha256(whole[name.rpartition("/")[2]]).hexdigest() in readme.partition("not kept")[2]
    rmtree(folder / ".trucewatch" / "out")
    with pytest.raises(ReportError, match="no file of"):
        archived(folder)


def test_the_command_line_issues_in_all_formats_and_writes_the_archive(tmp_path: Path) -> None:
    watch, target = make_watch(tmp_path / "w", rows=3), tmp_path / "all.zip"
    asked = ["report", str(watch), "--recipient", "public", "--date", str(DAY), "--zip", str(target)]
    refused = CliRunner().invoke(app, asked)
    assert refused.exit_code
    assert not target.exists()
    answer = CliRunner().invoke(app, [*asked, "--issue", "--by", "RU"])
    assert answer.exit_code == 0, answer.output
    first = target.read_bytes()
    assert {f"{DAY}-r1-en{one.suffix}" for one in FORMATS.values()} <= set(members(first))
    again = CliRunner().invoke(app, [*asked, "--issue", "--by", "RU"])
    assert again.exit_code == 0
    assert target.read_bytes() == first
