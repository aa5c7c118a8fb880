"""A report that was issued: number, revision, cut-off, checkpoint, files with their hashes; and the way to a
correction."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.reports.forms import (
    BY,
    asked_file,
    attachment,
    desk_of,
    file_name,
    known_format,
    period_of,
    recipient_name,
)
from trucewatch.desks.reports.operations import Wanted
from trucewatch.desks.reports.pages import exports_in_words, page_alone
from trucewatch.errors import ReportError, StoreError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.incident import OUTCOMES
from trucewatch.model.report import Publication
from trucewatch.model.report_draft import ReportDraft
from trucewatch.reports import FORMATS
from trucewatch.reports.notes import section_words
from trucewatch.reports.released import WITHHELD
from trucewatch.server.console import Console
from trucewatch.server.flash import Flash, after
from trucewatch.server.forms import Form, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import CurrentView, View
from trucewatch.store.drafts import recorded_drafts
from trucewatch.store.publications import IssuedFile, issued_files, publications

router = APIRouter(include_in_schema=False)


@router.get("/reports/issued/{number:path}")
def show(view: CurrentView, number: str, revision: str = "", file: str = "") -> Response:
    desk = desk_of(view)
    one, issues = _issue_of(view.console, number, revision)
    if file:
        return page_alone(desk.issued_bytes(_file(view.console, one, "html", file), one.number, one.revision))
    visit = view.reader
    files = issued_files(view.console.store, one.number, one.revision)
    return _page(view, one, issues, files, visit.words)


@router.post("/reports/take/{number:path}")
def download(view: CurrentView, number: str, form: Form) -> Response:
    """An issued file, byte for byte; that it is taken is entered first."""
    desk = desk_of(view)
    one, _ = _issue_of(view.console, number, typed_of(form, "revision"))
    name, language = asked_file(form)
    known_format(name)
    content = desk.issued_bytes(_file(view.console, one, name, language), one.number, one.revision)
    with view.console.writing():
        desk.take(
            content,
            number=one.number,
            revision=one.revision,
            recipient=one.recipient,
            is_issued=True,
            format=name,
            language=language,
            by=BY,
        )
    named = file_name(one.number, one.revision, language, name, is_draft=False)
    return attachment(content, name=named, media_type=FORMATS[name].media_type)


@router.post("/reports/correct/{number:path}")
def correct(view: CurrentView, number: str, form: Form) -> Response:
    desk = desk_of(view)
    one, _ = _issue_of(view.console, number, typed_of(form, "revision"))
    words = view.reader.words
    files = issued_files(view.console.store, one.number, one.revision)
    known = view.snapshot.watch.settings.languages
    languages = [name for name in known if name in {file.language for file in files}] or list(known)
    formats = [name for name in FORMATS if name in {file.format for file in files}] or ["html"]
    with view.console.writing():
        begun = _correction_under_way(view.console, one.number)
        if begun is not None:
            told = words.gettext("A correction of this report is under way already: this is it.")
            return after(f"/reports/draft/{begun.draft_id}", Flash(told))
        draft = desk.begin(
            Wanted(one.recipient, one.day_from, one.day_until),
            languages=languages,
            formats=formats,
            by=BY,
            corrects=one,
        )
    said = words.gettext("A correction of revision {revision} is begun, on the figures of the list of entry {entry}.")
    return after(
        f"/reports/draft/{draft.draft_id}",
        Flash(
            said.format(revision=one.revision, entry=draft.list_entry),
            f"/reports/draft/{draft.draft_id}/undo?version=1",
        ),
    )


def _correction_under_way(console: Console, number: str) -> ReportDraft | None:
    """The draft that corrects a report and is neither issued nor discarded; the one changed last if there are
    several."""
    open_ones = (one for one in recorded_drafts(console.store) if one.state in ("draft", "checked"))
    return next((one for one in open_ones if one.corrects == number), None)


def _issue_of(console: Console, number: str, revision: str) -> tuple[Publication, list[Publication]]:
    """The issue that an address names, the last one without a revision; and all of this report."""
    issues = sorted((one for one in publications(console.store) if one.number == number), key=lambda one: one.revision)
    found = [one for one in issues if revision in ("", str(one.revision))]
    if not found:
        raise RefusalError(
            404, Message("No report of this number and revision was issued. The Reports page lists those that were.")
        )
    return found[-1], issues


def _file(console: Console, one: Publication, format_name: str, language: str) -> IssuedFile:
    files = issued_files(console.store, one.number, one.revision)
    found = next((file for file in files if (file.format, file.language) == (format_name, language)), None)
    if found is None:
        raise ReportError(
            Message(
                "{report}, revision {revision}, was not issued as {format} in {language}",
                report=one.number,
                revision=one.revision,
                format=format_name,
                language=printable(language)[:20],
            )
        )
    return found


def _page(
    view: View,
    one: Publication,
    issues: list[Publication],
    files: tuple[IssuedFile, ...],
    words: Any,
) -> HTMLResponse:
    entry = min((file.entry for file in files), default=-1)
    try:
        checkpoint = view.console.store.first_checkpoint_covering(entry).decode() if entry >= 0 else ""
    except StoreError:
        checkpoint = ""
    notes = [
        (section_words(note.section, words), words.language_name(note.language), note.language, note.text)
        for note in one.notes
    ]
    return view.page(
        "reports/issued.html.jinja",
        one=one,
        issues=issues,
        files=files,
        entry=entry,
        checkpoint=checkpoint,
        notes=notes,
        recipient=recipient_name(view, one.recipient, words),
        exports=exports_in_words(view.console, words, one.number),
        period=period_of(Wanted(one.recipient, one.day_from, one.day_until), words),
        is_last=one == issues[-1],
        outcomes_of=_outcomes_of(one),
    )


def _outcomes_of(one: Publication) -> dict[str, int]:
    """How many lines of each outcome, the worst first."""
    counted = Counter(row.outcome for row in one.rows)
    return {outcome: counted[outcome] for outcome in (*OUTCOMES, WITHHELD) if counted[outcome]}
