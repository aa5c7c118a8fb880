"""Draft → checked → issued → corrected: figures stay those of their list, words are people's, and every act is in the
ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import edit, make_watch
from trucewatch.desks.reports.operations import ReportDesk, figures_of
from trucewatch.desks.reports.wanted import Wanted
from trucewatch.errors import DraftMoved, ReportError, StoreError
from trucewatch.ledger.inspector import main as inspect
from trucewatch.model.report import MOST_NOTE, EditorsNote
from trucewatch.model.report_draft import ReportDraft
from trucewatch.pipeline import Assessment, assess
from trucewatch.reports import render
from trucewatch.reports.compare import compare_reports
from trucewatch.store import Store
from trucewatch.store.drafts import draft_versions, recorded_drafts, recorded_exports
from trucewatch.store.ledger_lines import log_lines
from trucewatch.store.publications import issued_files, publications

NOW = datetime(2031, 5, 5, tzinfo=UTC)
DAY = date(2031, 5, 2)
CENTRE = Wanted("joint-centre", DAY, DAY + timedelta(days=1))
WHO = "Analyst One"


class Today:
    """The list of today, worked out again when it is asked to."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder
        self.made = assess(store, folder, now=NOW)

    def again(self, later: timedelta = timedelta()) -> Assessment:
        self.made = assess(self.store, self.folder, now=NOW + later, as_of=NOW + later)
        return self.made


@contextmanager
def desk_of(folder: Path) -> Iterator[tuple[ReportDesk, Today]]:
    clock = iter(NOW + timedelta(seconds=one) for one in range(10_000))
    with Store(folder, lambda: next(clock)) as store:
        today = Today(store, folder)
        yield ReportDesk(store, folder, lambda: NOW, lambda: today.made), today


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_watch(tmp_path / "w")


def more_comes_in(folder: Path, today: Today) -> None:
    with next((folder / "inbox").glob("*.csv")).open("a", encoding="utf-8") as stream:
        stream.write(f"9,{DAY}T15:00:00Z,2.1 km NE of Oldbridge,blast,2,came later\n")
    today.again()


def begun(desk: ReportDesk, *, formats: tuple[str, ...] = ("html", "csv")) -> ReportDraft:
    return desk.begin(CENTRE, languages=("en", "ru"), formats=formats, by=WHO)


def verified(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert inspect([str(folder), "--json"], now_s=(NOW + timedelta(days=1)).timestamp()) == 0
    said: str = capsys.readouterr().out
    assert json.loads(said)["problems"] == []
    return said


def test_from_draft_to_issue_every_step_is_an_act_and_the_ledger_holds(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desk_of(folder) as (desk, _):
        draft = begun(desk)
        draft = desk.write(
            draft.draft_id, seen_version=draft.version, language="en", texts={"found": "Quiet {number}."}, by=WHO
        )
        draft = desk.check(draft.draft_id, seen_version=draft.version, by=WHO)
        issued, products = desk.issue(draft.draft_id, seen_version=draft.version, by=WHO)
        assert [one.act for one in draft_versions(desk.store, draft.draft_id)] == ["begin", "write", "check", "issue"]
        assert (issued.state, issued.number, issued.revision) == ("issued", f"my-watch/{DAY}/joint-centre", 1)
        assert set(products) == {(name, language) for name in ("html", "csv") for language in ("en", "ru")}
        assert "Quiet {number}." in products["html", "en"].decode()
        assert "Draft" not in products["html", "en"].decode()
        files = issued_files(desk.store, issued.number, 1)
        assert {(one.format, one.language) for one in files} == set(products)
        for one in files:
            assert desk.issued_bytes(one, issued.number, 1) == products[one.format, one.language]
        (publication,) = publications(desk.store)
        assert publication.notes == (EditorsNote(section="found", language="en", text="Quiet {number}."),)
        assert WHO not in json.dumps([one.record for one in desk.store.journal.entries()], default=str)
        lines = log_lines(list(desk.store.journal.entries()))
        assert [one["kind"] for one in lines].count("report-draft") == 4
        desk.store.publish()
        before = desk.store.index.digest()
        desk.store.rebuild()
        assert desk.store.index.digest() == before
    verified(folder, capsys)


def test_a_party_is_issued_no_working_translation_but_its_draft_may_be_made(folder: Path) -> None:
    edit(folder / "watch.toml", 'id = "joint-centre"\n', 'id = "joint-centre"\nto = "parties"\n')
    with desk_of(folder) as (desk, _):
        draft = begun(desk)
        assert "Рабочий перевод" in render(desk.report_of(draft), format="html", language="ru").decode()
        draft = desk.check(draft.draft_id, seen_version=draft.version, by=WHO)
        with pytest.raises(ReportError, match=r"catalogue of ru, so its text is a working translation.*in English"):
            desk.issue(draft.draft_id, seen_version=draft.version, by=WHO)
        assert not publications(desk.store)
        assert desk.draft(draft.draft_id).state == "checked"
        english = desk.begin(CENTRE, languages=("en",), formats=("html",), by=WHO)
        english = desk.check(english.draft_id, seen_version=english.version, by=WHO)
        issued, _ = desk.issue(english.draft_id, seen_version=english.version, by=WHO)
        assert issued.state == "issued"


def test_an_issued_file_is_made_again_byte_for_byte_from_its_list(folder: Path) -> None:
    with desk_of(folder) as (desk, today):
        draft = desk.check(begun(desk).draft_id, seen_version=1, by=WHO)
        issued, products = desk.issue(draft.draft_id, seen_version=2, by=WHO)
        more_comes_in(folder, today)
        for path in (desk.store.root / "out").rglob("*.*"):
            path.write_bytes(b"not this")
        for one in issued_files(desk.store, issued.number, 1):
            assert desk.issued_bytes(one, issued.number, 1) == products[one.format, one.language]
        first = issued_files(desk.store, issued.number, 1)[0]
        with pytest.raises(ReportError, match="hash is in the ledger"):
            desk.issued_bytes(replace(first, file_digest="0" * 64), issued.number, 1)


def test_figures_stay_those_of_the_list_until_the_newer_ones_are_taken(folder: Path) -> None:
    with desk_of(folder) as (desk, today):
        draft = begun(desk)
        rows = desk.report_of(draft).rows
        assert not desk.is_behind(draft)
        more_comes_in(folder, today)
        assert desk.is_behind(draft)
        assert desk.report_of(draft).rows == rows
        assert figures_of(desk.report_of(draft)) == draft.figures
        assert desk.report_of(draft).checkpoint
        newer = desk.renew(draft.draft_id, seen_version=1, by=WHO)
        assert not desk.is_behind(newer)
        assert newer.figures != draft.figures
        assert newer.list_entry > draft.list_entry


def test_a_list_that_comes_out_the_same_later_leaves_a_draft_its_cut_off(folder: Path) -> None:
    with desk_of(folder) as (desk, today):
        first = today.made.list_entry
        today.again(timedelta(hours=1))
        draft = begun(desk)
        assert (draft.list_entry, draft.cut_off) == (first, NOW + timedelta(hours=1))
        today.again(timedelta(hours=2))
        assert desk.is_behind(draft)
        assert desk.report_of(draft).cut_off == draft.cut_off
        assert figures_of(desk.report_of(draft)) == draft.figures


def test_what_was_checked_on_an_older_list_is_issued_with_its_figures(folder: Path) -> None:
    with desk_of(folder) as (desk, today):
        draft = desk.check(begun(desk).draft_id, seen_version=1, by=WHO)
        rows = desk.report_of(draft).rows
        more_comes_in(folder, today)
        desk.issue(draft.draft_id, seen_version=2, by=WHO)
        (publication,) = publications(desk.store)
        assert [row.incident_id for row in publication.rows] == [row.incident.incident_id for row in rows]


def test_only_what_was_checked_is_issued_and_what_is_issued_is_final(folder: Path) -> None:
    with desk_of(folder) as (desk, _):
        draft = begun(desk)
        with pytest.raises(ReportError, match="only a checked draft"):
            desk.issue(draft.draft_id, seen_version=1, by=WHO)
        assert publications(desk.store) == ()
        desk.check(draft.draft_id, seen_version=1, by=WHO)
        written = desk.write(draft.draft_id, seen_version=2, language="en", texts={"found": "More."}, by=WHO)
        assert written.state == "draft"
        desk.check(draft.draft_id, seen_version=3, by=WHO)
        desk.issue(draft.draft_id, seen_version=4, by=WHO)
        for act in (desk.discard, desk.reopen, desk.check, desk.renew):
            with pytest.raises(ReportError, match="was issued"):
                act(draft.draft_id, seen_version=5, by=WHO)
        with pytest.raises(ReportError, match="corrected"):
            desk.undo(draft.draft_id, seen_version=5, by=WHO)


def test_a_correction_is_a_new_revision_that_names_what_changed(folder: Path) -> None:
    with desk_of(folder) as (desk, today):
        first = desk.write(
            begun(desk).draft_id, seen_version=1, language="en", texts={"summary": "First words."}, by=WHO
        )
        desk.check(first.draft_id, seen_version=2, by=WHO)
        issued, _ = desk.issue(first.draft_id, seen_version=3, by=WHO)
        more_comes_in(folder, today)
        (publication,) = publications(desk.store)
        second = desk.begin(CENTRE, languages=("en",), formats=("csv",), by=WHO, corrects=publication)
        assert second.notes == publication.notes
        second = desk.write(second.draft_id, seen_version=1, language="en", texts={"summary": "Second words."}, by=WHO)
        desk.check(second.draft_id, seen_version=2, by=WHO)
        corrected, products = desk.issue(second.draft_id, seen_version=3, by=WHO)
        assert (corrected.number, corrected.revision) == (issued.number, 2)
        table = products["csv", "en"].decode("utf-8-sig")
        assert "summary (en): First words. → Second words." in table
        assert table.count("correction,") >= 1


def test_a_second_writer_is_refused_and_nothing_is_lost(folder: Path) -> None:
    with desk_of(folder) as (desk, _):
        draft = begun(desk)
        desk.write(draft.draft_id, seen_version=1, language="en", texts={"found": "By one."}, by=WHO)
        with pytest.raises(DraftMoved, match="version 2, you saw version 1"):
            desk.write(draft.draft_id, seen_version=1, language="en", texts={"found": "By another."}, by="Other")
        assert [one.text for one in desk.draft(draft.draft_id).notes] == ["By one."]


def test_edits_can_be_undone_one_by_one(folder: Path) -> None:
    with desk_of(folder) as (desk, _):
        draft = begun(desk)
        desk.write(draft.draft_id, seen_version=1, language="en", texts={"found": "One."}, by=WHO)
        back = desk.undo(draft.draft_id, seen_version=2, by=WHO)
        assert (back.version, back.notes, back.state) == (3, (), "draft")
        gone = desk.discard(draft.draft_id, seen_version=3, by=WHO)
        assert gone.state == "discarded"
        with pytest.raises(ReportError, match="discarded"):
            desk.check(draft.draft_id, seen_version=4, by=WHO)
        assert desk.undo(draft.draft_id, seen_version=4, by=WHO).state == "draft"
        with pytest.raises(DraftMoved):
            desk.undo(draft.draft_id, seen_version=4, by=WHO)
        assert [one.draft_id for one in recorded_drafts(desk.store)] == [draft.draft_id]


@pytest.mark.parametrize("text", ["a" * 64, "0123456789abcdef" * 4, "🕊" * 500, "שלום עולם", '"}]', "x\u202ez\ny"])
def test_no_text_breaks_the_ledger(folder: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    with desk_of(folder) as (desk, _):
        draft = begun(desk, formats=("csv",))
        desk.write(draft.draft_id, seen_version=1, language="en", texts={"found": text}, by=WHO)
        desk.check(draft.draft_id, seen_version=2, by=WHO)
        desk.issue(draft.draft_id, seen_version=3, by=WHO)
        assert publications(desk.store)[0].notes[0].text == text
    verified(folder, capsys)


def test_a_note_that_is_too_long_is_refused_with_the_limit(folder: Path) -> None:
    with desk_of(folder) as (desk, _):
        draft = begun(desk)
        with pytest.raises(StoreError, match=r"100,000 characters; at most 2,000"):
            desk.write(draft.draft_id, seen_version=1, language="en", texts={"found": "x" * 100_000}, by=WHO)
        with pytest.raises(StoreError, match="no section"):
            desk.write(draft.draft_id, seen_version=1, language="en", texts={"title": "Mine"}, by=WHO)
        whole = desk.write(draft.draft_id, seen_version=1, language="en", texts={"found": "x" * MOST_NOTE}, by=WHO)
        assert whole.version == 2


def test_figures_that_differ_from_those_that_were_checked_are_not_issued(folder: Path) -> None:
    with desk_of(folder) as (desk, today):
        draft = desk.check(begun(desk).draft_id, seen_version=1, by=WHO)
        watch = today.made.watch
        other = replace(watch.settings.recipient[0], outcomes="none")
        settings = watch.settings.model_copy if hasattr(watch.settings, "model_copy") else None
        changed = (
            replace(watch.settings, recipient=(other, *watch.settings.recipient[1:])) if settings is None else None
        )
        assert changed is not None
        assert other.id == "joint-centre"
        today.made = replace(today.made, watch=replace(watch, settings=changed))
        with pytest.raises(ReportError, match="not those that were checked"):
            desk.issue(draft.draft_id, seen_version=2, by=WHO)
        assert publications(desk.store) == ()


def test_an_older_cut_off_does_not_follow_a_later_one(folder: Path) -> None:
    with desk_of(folder) as (desk, today):
        old = desk.check(begun(desk, formats=("csv",)).draft_id, seen_version=1, by=WHO)
        today.again(timedelta(hours=1))
        new = desk.write(
            begun(desk, formats=("csv",)).draft_id, seen_version=1, language="en", texts={"found": "New."}, by=WHO
        )
        desk.check(new.draft_id, seen_version=2, by=WHO)
        desk.issue(new.draft_id, seen_version=3, by=WHO)
        with pytest.raises(ReportError, match="later cut-off"):
            desk.issue(old.draft_id, seen_version=2, by=WHO)
        assert len(publications(desk.store)) == 1


def test_during_a_replay_reports_are_looked_at_and_nothing_is_entered(folder: Path) -> None:
    with desk_of(folder) as (desk, today):
        draft = begun(desk)
        entries = len(desk.store.journal)
        today.made = assess(
            desk.store, folder, now=NOW, as_of=NOW - timedelta(days=1), recorded_by=NOW + timedelta(days=1)
        )
        assert desk.report(CENTRE).number
        assert desk.report_of(draft).rows
        for act in (desk.check, desk.discard, desk.undo, desk.renew, desk.issue):
            with pytest.raises(ReportError, match="a replay is on"):
                act(draft.draft_id, seen_version=1, by=WHO)
        with pytest.raises(ReportError, match="a replay is on"):
            begun(desk)
        assert len(desk.store.journal) == entries


def test_what_is_taken_is_entered_with_its_hash(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with desk_of(folder) as (desk, _):
        taken = desk.take(
            b"bytes",
            number="w/2031-05-02/public",
            revision=1,
            recipient="public",
            is_issued=False,
            format="csv",
            language="en",
            by=WHO,
        )
        assert recorded_exports(desk.store) == (taken,)
        assert taken.content.startswith("sha256:")
        assert taken.by.startswith("p-")
        assert recorded_exports(desk.store, number="another") == ()
    verified(folder, capsys)


def test_the_comparison_counts_what_both_reports_show_and_refuses_others(folder: Path) -> None:
    with desk_of(folder) as (desk, _):
        now, before = desk.report(CENTRE), desk.report(CENTRE.before)
        compared = compare_reports(before, now)
        assert sum(one.now for one in compared.outcomes) == len(now.rows) == sum(one.now for one in compared.kinds)
        assert sum(one.before for one in compared.outcomes) == len(before.rows)
        with pytest.raises(ReportError, match="one recipient"):
            compare_reports(desk.report(replace(CENTRE.before, recipient="public")), now)
        with pytest.raises(ReportError, match="does not end where"):
            compare_reports(now, now)
