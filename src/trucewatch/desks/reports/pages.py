"""Reports: make one for a recipient and a period, look at it, compare it with the period before, take its files, draft
it."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.reports.answers import answer_to
from trucewatch.desks.reports.forms import (
    OPEN_STATES,
    PAGE_POLICY,
    act_words,
    address,
    desk_of,
    fields_of,
    file_choice,
    file_name,
    kind_title,
    known_format,
    known_language,
    language_names,
    page_language,
    period_of,
    read_query,
    read_wanted,
    recipient_name,
    shown_desk_of,
    size_words,
    state_words,
)
from trucewatch.desks.reports.wanted import Wanted, wanted_of
from trucewatch.errors import ReportError
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.reports import FORMATS, DailyReport, render
from trucewatch.reports.compare import compare_reports
from trucewatch.reports.kinds import KINDS, is_whole
from trucewatch.reports.outcome_told import counted_word
from trucewatch.reports.page_context import page_of
from trucewatch.server.console import Console
from trucewatch.server.forms import Form, texts_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import exports, needs
from trucewatch.server.shared_work import patience
from trucewatch.server.view import CurrentView, View, WholeView
from trucewatch.store.drafts import recorded_drafts, recorded_exports
from trucewatch.store.publications import publications

MOST_LISTED: Final = 50
MOST_EXPORTS: Final = 20


router = APIRouter(include_in_schema=False)


@router.get("/reports")
@needs(Right.INSIDE)
def reports(view: WholeView) -> HTMLResponse:
    visit = view.reader
    query = read_query(view, view.request.query_params)
    report, trouble = _report(view, query.wanted)
    return view.page(
        "reports/reports.html.jinja",
        query=query,
        report=report,
        summary=page_of(report, visit.words) if report else None,
        trouble=trouble,
        recipients=[
            (recipient.id, recipient_name(view, recipient.id, visit.words))
            for recipient in view.snapshot.watch.settings.recipient
        ],
        kinds=[(kind.name, visit.words.say(kind.title)) for kind in KINDS.values() if not kind.is_of_one],
        kind=KINDS[query.wanted.kind],
        fields=fields_of(query.wanted),
        formats=FORMATS,
        report_languages=language_names(view),
        drafts=_drafts(view, visit.words),
        issued=_issued(view, visit.words),
        exports=exports_in_words(view.console, visit.words),
        address=lambda path, **more: address(path, query.wanted, **more),
    )


@router.get("/reports/look")
@needs(Right.INSIDE)
def look(view: WholeView, lang: str = "") -> Response:
    """The report as its reader gets it, with the mark of a draft."""
    within_s = patience(view.snapshot.rows)
    report = shown_desk_of(view).report(read_query(view, view.request.query_params).wanted, within_s=within_s)
    return page_alone(render(report, format="html", language=page_language(view, lang)))


@router.get("/reports/compare")
@needs(Right.INSIDE)
def compare(view: WholeView, draft: str = "") -> HTMLResponse:
    """Both reports on the list of today, or on that of a draft."""
    desk, words = shown_desk_of(view), view.words
    query = read_query(view, view.request.query_params)
    if not is_whole(query.wanted.kind):
        raise RefusalError(
            422, Message("Two periods are compared by all their incidents: in the daily and the weekly report.")
        )
    within_s = patience(view.snapshot.rows)
    basis = desk.list_of(desk.draft(draft), within_s=within_s) if draft else desk.current
    now, before = (
        desk.report(wanted, assessment=basis, within_s=within_s) for wanted in (query.wanted, query.wanted.before)
    )
    compared, summary = compare_reports(before, now), page_of(now, words)
    corrections = [correction for correction in summary["corrections"] if correction["report"] == before.number]
    return view.page(
        "reports/compare.html.jinja",
        counted_word=partial(counted_word, words=words),
        query=query,
        now=now,
        before=before,
        compared=compared,
        changed=corrections if compared.changed else [],
        now_summary=summary,
        before_summary=page_of(before, words),
        recipient=recipient_name(view, now.recipient.id, words),
        periods=(period_of(query.wanted.before, words), period_of(query.wanted, words)),
        address=lambda path, **more: address(path, query.wanted, **more),
    )


@router.post("/reports/download")
@needs(Right.ASSESS)
@exports
def download(view: CurrentView, form: Form) -> Response:
    """A file of the report as it would be, marked as a draft; that it is taken is entered first."""
    wanted = read_wanted(view, form)
    name, language = file_choice(form)
    return take(view, desk_of(view).report(wanted), format_name=name, language=known_language(view, language))


@router.post("/reports/drafts")
@needs(Right.ASSESS)
def begin(view: CurrentView, form: Form) -> Response:
    wanted = read_wanted(view, form)
    languages = [known_language(view, language) for language in texts_of(form, "language")]
    formats = [known_format(name) for name in texts_of(form, "format")]
    desk_of(view).work_ahead(wanted)
    with view.console.writing():
        draft = desk_of(view).begin(wanted, languages=languages, formats=formats, by=view.by)
    return answer_to(view, draft)


def _report(view: View, wanted: Wanted) -> tuple[DailyReport | None, Message | str]:
    try:
        return shown_desk_of(view).report(wanted, within_s=patience(view.snapshot.rows)), ""
    except ReportError as exc:
        return None, exc.message


def _drafts(view: View, words: Any) -> list[dict[str, Any]]:
    open_drafts = [draft for draft in recorded_drafts(view.console.store) if draft.state in OPEN_STATES][:MOST_LISTED]
    return [
        {
            "id": draft.draft_id,
            "recipient": recipient_name(view, draft.recipient, words),
            "kind": words.say(kind_title(draft.kind)),
            "period": period_of(wanted_of(draft), words),
            "state": state_words(draft, words),
            "act": act_words(draft.act, words),
            "at": draft.recorded_at,
            "version": draft.version,
            "corrects": draft.corrects_revision,
            "behind": shown_desk_of(view).is_behind(draft),
        }
        for draft in open_drafts
    ]


def _issued(view: View, words: Any) -> list[dict[str, Any]]:
    listed = sorted(
        publications(view.console.store),
        key=lambda publication: (publication.day_until, publication.number, publication.revision),
        reverse=True,
    )
    checked = {
        (draft.number, draft.revision) for draft in recorded_drafts(view.console.store) if draft.state == "issued"
    }
    return [
        {
            "number": publication.number,
            "revision": publication.revision,
            "recipient": recipient_name(view, publication.recipient, words),
            "period": period_of(wanted_of(publication), words),
            "cut_off": publication.cut_off,
            "rows": len(publication.rows_shown),
            "is_checked": (publication.number, publication.revision) in checked,
        }
        for publication in listed[:MOST_LISTED]
    ]


def page_alone(content: bytes) -> Response:
    """A report in HTML under an address of its own; see PAGE_POLICY."""
    return Response(content, media_type="text/html; charset=utf-8", headers={"content-security-policy": PAGE_POLICY})


def take(view: View, report: DailyReport, *, format_name: str, language: str) -> Response:
    """A file of a draft, rendered and handed over."""
    return hand_over(
        view,
        render(report, format=format_name, language=language),
        number=report.number,
        revision=report.revision,
        recipient=report.recipient.id,
        is_issued=not report.is_draft,
        format_name=format_name,
        language=language,
    )


def hand_over(
    view: View,
    content: bytes,
    *,
    number: str,
    revision: int,
    recipient: str,
    is_issued: bool,
    format_name: str,
    language: str,
) -> Response:
    """Enter that a file is taken, then give it to be kept: it is never shown as a page of the console."""
    with view.console.writing():
        desk_of(view).take(
            content,
            number=number,
            revision=revision,
            recipient=recipient,
            is_issued=is_issued,
            format=format_name,
            language=language,
            by=view.by,
        )
    name = file_name(number, revision, language, format_name, is_draft=not is_issued)
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-security-policy": f"{PAGE_POLICY}; sandbox",
    }
    return Response(content, media_type=FORMATS[format_name].media_type, headers=headers)


def exports_in_words(console: Console, words: Any, number: str = "") -> list[dict[str, Any]]:
    """Who took what and when, the latest first."""
    return [
        {
            "number": export.number,
            "revision": export.revision,
            "issued": export.is_issued,
            "format": export.format,
            "language": words.language_name(export.language),
            "size": size_words(export.size_bytes, words),
            "by": export.by,
            "at": export.recorded_at,
            "entry": export.entry,
            "hash": export.content.removeprefix("sha256:"),
        }
        for export in recorded_exports(console.store, number=number, last=MOST_EXPORTS)
    ]
