"""A report that was issued: number, revision, cut-off, checkpoint, files with their hashes; and the way to a
correction."""

from __future__ import annotations

from collections import Counter
from functools import partial

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.reports.answers import answer_to
from trucewatch.desks.reports.archives import MEDIA_TYPE, SUFFIX, archive_of
from trucewatch.desks.reports.forms import (
    OPEN_STATES,
    PAGE_POLICY,
    desk_of,
    file_choice,
    kind_title,
    notes_in_words,
    period_of,
    plain_file_name,
    recipient_name,
)
from trucewatch.desks.reports.pages import exports_in_words, hand_over, page_alone
from trucewatch.desks.reports.wanted import wanted_of
from trucewatch.errors import ReportError, StoreError
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.model.report import Publication
from trucewatch.model.report_draft import ReportDraft
from trucewatch.model.roles import Right
from trucewatch.reports import FORMATS
from trucewatch.reports.outcome_told import counted_word
from trucewatch.reports.released import WITHHELD
from trucewatch.server.console import Console
from trucewatch.server.forms import Form, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import exports, needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.drafts import recorded_drafts
from trucewatch.store.publications import issued_files, publications

router = APIRouter(include_in_schema=False)


@router.get("/reports/issued/{number:path}")
@needs(Right.INSIDE)
def show(view: CurrentView, number: str, revision: str = "", file: str = "") -> Response:
    publication, issues = _issue_of(view.console, number, revision)
    return page_alone(_bytes_of(view, publication, "html", file)) if file else _page(view, publication, issues)


@router.post("/reports/take/{number:path}")
@needs(Right.INSIDE)
@exports
def download(view: CurrentView, number: str, form: Form) -> Response:
    """An issued file, byte for byte; that it is taken is entered first."""
    publication, _ = _issue_of(view.console, number, typed_of(form, "revision"))
    name, language = file_choice(form)
    return hand_over(
        view,
        _bytes_of(view, publication, name, language),
        number=publication.number,
        revision=publication.revision,
        recipient=publication.recipient,
        is_issued=True,
        format_name=name,
        language=language,
    )


@router.post("/reports/take-all/{number:path}")
@needs(Right.INSIDE)
@exports
def download_all(view: CurrentView, number: str, form: Form) -> Response:
    """All issued files in one archive; that it is taken is entered first."""
    publication, _ = _issue_of(view.console, number, typed_of(form, "revision"))
    content = archive_of(desk_of(view), publication, view.snapshot.watch)
    with view.console.writing():
        desk_of(view).take(
            content,
            number=publication.number,
            revision=publication.revision,
            recipient=publication.recipient,
            is_issued=True,
            format="zip",
            language="mul",
            by=view.by,
        )
    name = plain_file_name([*publication.number.split("/"), f"r{publication.revision}"]) + SUFFIX
    return Response(
        content,
        media_type=MEDIA_TYPE,
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "content-security-policy": f"{PAGE_POLICY}; sandbox",
        },
    )


@router.post("/reports/correct/{number:path}")
@needs(Right.ASSESS)
def correct(view: CurrentView, number: str, form: Form) -> Response:
    publication, _ = _issue_of(view.console, number, typed_of(form, "revision"))
    files = issued_files(view.console.store, publication.number, publication.revision)
    watch_languages = view.snapshot.watch.settings.languages
    languages = [name for name in watch_languages if name in {file.language for file in files}] or list(watch_languages)
    formats = [name for name in FORMATS if name in {file.format for file in files}] or ["html"]
    if _correction_under_way(view.console, publication.number) is None:
        desk_of(view).work_ahead(wanted_of(publication), notes=publication.notes)
    with view.console.writing():
        begun = _correction_under_way(view.console, publication.number)
        if begun is not None:
            sentence = Message("A correction of this report is under way already: this is it.")
            return after(f"/reports/draft/{begun.draft_id}", Toast(sentence))
        draft = desk_of(view).begin(
            wanted_of(publication),
            languages=languages,
            formats=formats,
            by=view.by,
            corrects=publication,
        )
    return answer_to(view, draft)


def _correction_under_way(console: Console, number: str) -> ReportDraft | None:
    """The draft that corrects a report and is neither issued nor discarded; the one changed last if there are
    several."""
    open_drafts = (draft for draft in recorded_drafts(console.store) if draft.state in OPEN_STATES)
    return next((draft for draft in open_drafts if draft.corrects == number), None)


def _issue_of(console: Console, number: str, revision: str) -> tuple[Publication, list[Publication]]:
    """The issue that an address names, the last one without a revision; and all of this report. Raises RefusalError
    404 if there is none."""
    issues = sorted(
        (publication for publication in publications(console.store) if publication.number == number),
        key=lambda publication: publication.revision,
    )
    matches = [issue for issue in issues if revision in ("", str(issue.revision))]
    if not matches:
        raise RefusalError(
            404, Message("No report of this number and revision was issued. The Reports page lists those that were.")
        )
    return matches[-1], issues


def _bytes_of(view: View, publication: Publication, format_name: str, language: str) -> bytes:
    files = issued_files(view.console.store, publication.number, publication.revision)
    match = next((file for file in files if (file.format, file.language) == (format_name, language)), None)
    if match is None:
        raise ReportError(
            Message(
                "{report}, revision {revision}, was not issued as {format} in {language}",
                report=publication.number,
                revision=publication.revision,
                format=format_name,
                language=printable(language)[:20],
            )
        )
    return desk_of(view).issued_bytes(match, publication.number, publication.revision)


def _page(view: View, publication: Publication, issues: list[Publication]) -> HTMLResponse:
    words = view.words
    files = issued_files(view.console.store, publication.number, publication.revision)
    entry = min((file.entry for file in files), default=-1)
    try:
        checkpoint = view.console.store.first_checkpoint_covering(entry).decode() if entry >= 0 else ""
    except StoreError:
        checkpoint = ""
    return view.page(
        "reports/issued.html.jinja",
        kind=words.say(kind_title(publication.kind)),
        publication=publication,
        issues=issues,
        files=files,
        entry=entry,
        checkpoint=checkpoint,
        notes=notes_in_words(publication, words),
        recipient=recipient_name(view, publication.recipient, words),
        exports=exports_in_words(view.console, words, publication.number),
        period=period_of(wanted_of(publication), words),
        is_last=publication == issues[-1],
        outcomes_of=_outcomes_of(publication),
        counted_word=partial(counted_word, words=words),
    )


def _outcomes_of(publication: Publication) -> dict[str, int]:
    """How many lines of each outcome, the worst first."""
    counted = Counter(row.outcome for row in publication.rows_shown)
    return {outcome: counted[outcome] for outcome in (*OUTCOMES, WITHHELD) if counted[outcome]}
