"""Reports: make one for a recipient and a period, look at it, compare it with the period before, take its files, draft
it."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.reports.forms import (
    BY,
    PAGE_POLICY,
    act_words,
    address,
    attachment,
    desk_of,
    file_choice,
    file_name,
    known_format,
    known_language,
    language_names,
    period_of,
    read_query,
    read_wanted,
    recipient_name,
    size_words,
    state_words,
    summary_of_report,
)
from trucewatch.desks.reports.operations import Wanted, wanted_of
from trucewatch.errors import ReportError
from trucewatch.messages import Message
from trucewatch.reports import FORMATS, DailyReport, render
from trucewatch.reports.compare import compare_reports
from trucewatch.reports.page_context import page_of
from trucewatch.server.console import Console
from trucewatch.server.flash import Flash, after
from trucewatch.server.forms import Form, texts_of
from trucewatch.server.view import CurrentView, View
from trucewatch.store.drafts import recorded_drafts, recorded_exports
from trucewatch.store.publications import publications

MOST_LISTED: Final = 50
MOST_EXPORTS: Final = 20


router = APIRouter(include_in_schema=False)


@router.get("/reports")
def reports(view: CurrentView) -> HTMLResponse:
    visit = view.reader
    query = read_query(view.console, view.request.query_params, visit.words)
    report, trouble = _report(view, query.wanted)
    summary = summary_of_report(report, visit.words) if report else None
    return view.page(
        "reports/reports.html.jinja",
        query=query,
        report=report,
        summary=summary,
        trouble=trouble,
        recipients=_recipients(view, visit.words),
        formats=FORMATS,
        report_languages=language_names(view.console, visit),
        drafts=_drafts(view, visit.words),
        issued=_issued(view, visit.words),
        exports=exports_in_words(view.console, visit.words),
        address=lambda path, **more: address(path, query.wanted, **more),
    )


@router.get("/reports/look")
def look(view: CurrentView, lang: str = "") -> Response:
    """The report as its reader gets it, with the mark of a draft."""
    desk = desk_of(view)
    visit = view.reader
    query = read_query(view.console, view.request.query_params, visit.words)
    language = lang if lang in view.snapshot.watch.settings.languages else visit.language
    return page_alone(render(desk.report(query.wanted), format="html", language=language))


@router.get("/reports/compare")
def compare(view: CurrentView, draft: str = "") -> HTMLResponse:
    """Both reports on the list of today, or on that of a draft."""
    desk = desk_of(view)
    visit = view.reader
    words = visit.words
    query = read_query(view.console, view.request.query_params, words)
    basis = desk.list_of(desk.draft(draft)) if draft else desk.current
    now, before = (desk.report(wanted, assessment=basis) for wanted in (query.wanted, query.wanted.before))
    compared = compare_reports(before, now)
    corrections = [
        correction for correction in page_of(now, words)["corrections"] if correction["report"] == before.number
    ]
    return view.page(
        "reports/compare.html.jinja",
        query=query,
        now=now,
        before=before,
        compared=compared,
        changed=corrections if compared.changed else [],
        now_summary=summary_of_report(now, words),
        before_summary=summary_of_report(before, words),
        recipient=recipient_name(view.console, now.recipient.id, words),
        periods=(period_of(query.wanted.before, words), period_of(query.wanted, words)),
        address=lambda path, **more: address(path, query.wanted, **more),
        address_before=lambda path, **more: address(path, query.wanted.before, **more),
    )


@router.post("/reports/download")
def download(view: CurrentView, form: Form) -> Response:
    """A file of the report as it would be, marked as a draft; that it is taken is entered first."""
    desk = desk_of(view)
    visit = view.reader
    wanted = read_wanted(view.console, form, visit.words)
    name, language = file_choice(form)
    known_format(name)
    known_language(view.console, language)
    return take(view, desk.report(wanted), format_name=name, language=language)


@router.post("/reports/drafts")
def begin(view: CurrentView, form: Form) -> Response:
    desk = desk_of(view)
    visit = view.reader
    wanted = read_wanted(view.console, form, visit.words)
    languages = [known_language(view.console, language) for language in texts_of(form, "language")]
    formats = [known_format(name) for name in texts_of(form, "format")]
    with view.console.writing():
        draft = desk.begin(wanted, languages=languages, formats=formats, by=BY)
    sentence = visit.words.gettext("Draft begun. Its figures are those of the list of entry {entry}.")
    return after(
        f"/reports/draft/{draft.draft_id}",
        Flash(sentence.format(entry=draft.list_entry), f"/reports/draft/{draft.draft_id}/undo?version={draft.version}"),
    )


def _report(view: CurrentView, wanted: Wanted) -> tuple[DailyReport | None, Message | str]:
    desk = desk_of(view)
    try:
        return desk.report(wanted), ""
    except ReportError as exc:
        return None, exc.message


def _recipients(view: CurrentView, words: Any) -> list[tuple[str, str]]:
    return [
        (recipient.id, recipient_name(view.console, recipient.id, words))
        for recipient in view.snapshot.watch.settings.recipient
    ]


def _drafts(view: CurrentView, words: Any) -> list[dict[str, Any]]:
    desk = desk_of(view)
    open_drafts = [draft for draft in recorded_drafts(view.console.store) if draft.state in ("draft", "checked")][
        :MOST_LISTED
    ]
    return [
        {
            "id": draft.draft_id,
            "recipient": recipient_name(view.console, draft.recipient, words),
            "period": period_of(wanted_of(draft), words),
            "state": state_words(draft, words),
            "act": act_words(draft.act, words),
            "at": draft.recorded_at,
            "version": draft.version,
            "corrects": draft.corrects_revision,
            "behind": desk.is_behind(draft),
        }
        for draft in open_drafts
    ]


def _issued(view: CurrentView, words: Any) -> list[dict[str, Any]]:
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
            "recipient": recipient_name(view.console, publication.recipient, words),
            "period": period_of(Wanted(publication.recipient, publication.day_from, publication.day_until), words),
            "cut_off": publication.cut_off,
            "rows": len(publication.rows),
            "is_checked": (publication.number, publication.revision) in checked,
        }
        for publication in listed[:MOST_LISTED]
    ]


def page_alone(content: bytes) -> Response:
    """A report in HTML under an address of its own; see PAGE_POLICY."""
    return Response(content, media_type="text/html; charset=utf-8", headers={"content-security-policy": PAGE_POLICY})


def take(view: View, report: DailyReport, *, format_name: str, language: str) -> Response:
    """Make a file of a draft, enter that it is taken, hand it over."""
    content = render(report, format=format_name, language=language)
    with view.console.writing():
        desk_of(view).take(
            content,
            number=report.number,
            revision=report.revision,
            recipient=report.recipient.id,
            is_issued=not report.is_draft,
            format=format_name,
            language=language,
            by=BY,
        )
    name = file_name(report.number, report.revision, language, format_name, is_draft=report.is_draft)
    return attachment(content, name=name, media_type=FORMATS[format_name].media_type)


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
