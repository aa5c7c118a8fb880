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
    asked_file,
    attachment,
    desk_of,
    file_name,
    known_format,
    known_language,
    language_names,
    period_of,
    read_asked,
    read_wanted,
    recipient_name,
    shown_desk_of,
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
from trucewatch.server.view import CurrentView, View, WholeView
from trucewatch.store.drafts import recorded_drafts, recorded_exports
from trucewatch.store.publications import publications

MOST_LISTED: Final = 50
MOST_EXPORTS: Final = 20


router = APIRouter(include_in_schema=False)


@router.get("/reports")
def reports(view: WholeView) -> HTMLResponse:
    visit = view.reader
    asked = read_asked(view, view.request.query_params, visit.words)
    report, trouble = _report(view, asked.wanted)
    shown = summary_of_report(report, visit.words) if report else None
    return view.page(
        "reports/reports.html.jinja",
        asked=asked,
        report=report,
        shown=shown,
        trouble=trouble,
        recipients=_recipients(view, visit.words),
        formats=FORMATS,
        report_languages=language_names(view),
        drafts=_drafts(view, visit.words),
        issued=_issued(view, visit.words),
        exports=exports_in_words(view.console, visit.words),
        address=lambda path, **more: address(path, asked.wanted, **more),
    )


@router.get("/reports/look")
def look(view: WholeView, lang: str = "") -> Response:
    """The report as its reader gets it, with the mark of a draft."""
    desk = shown_desk_of(view)
    visit = view.reader
    asked = read_asked(view, view.request.query_params, visit.words)
    language = lang if lang in view.snapshot.watch.settings.languages else visit.language
    return page_alone(render(desk.report(asked.wanted), format="html", language=language))


@router.get("/reports/compare")
def compare(view: WholeView, draft: str = "") -> HTMLResponse:
    """Both reports on the list of today, or on that of a draft."""
    desk = shown_desk_of(view)
    visit = view.reader
    words = visit.words
    asked = read_asked(view, view.request.query_params, words)
    made = desk.list_of(desk.draft(draft)) if draft else desk.current
    now, before = (desk.report(one, assessment=made) for one in (asked.wanted, asked.wanted.before))
    compared = compare_reports(before, now)
    corrections = [one for one in page_of(now, words)["corrections"] if one["report"] == before.number]
    return view.page(
        "reports/compare.html.jinja",
        asked=asked,
        now=now,
        before=before,
        compared=compared,
        changed=corrections if compared.changed else [],
        now_shown=summary_of_report(now, words),
        before_shown=summary_of_report(before, words),
        recipient=recipient_name(view, now.recipient.id, words),
        periods=(period_of(asked.wanted.before, words), period_of(asked.wanted, words)),
        address=lambda path, **more: address(path, asked.wanted, **more),
        address_before=lambda path, **more: address(path, asked.wanted.before, **more),
    )


@router.post("/reports/download")
def download(view: CurrentView, form: Form) -> Response:
    """A file of the report as it would be, marked as a draft; that it is taken is entered first."""
    desk = desk_of(view)
    visit = view.reader
    wanted = read_wanted(view, form, visit.words)
    name, language = asked_file(form)
    known_format(name)
    known_language(view, language)
    return take(view, desk.report(wanted), format_name=name, language=language)


@router.post("/reports/drafts")
def begin(view: CurrentView, form: Form) -> Response:
    desk = desk_of(view)
    visit = view.reader
    wanted = read_wanted(view, form, visit.words)
    languages = [known_language(view, one) for one in texts_of(form, "language")]
    formats = [known_format(one) for one in texts_of(form, "format")]
    with view.console.writing():
        draft = desk.begin(wanted, languages=languages, formats=formats, by=BY)
    said = visit.words.gettext("Draft begun. Its figures are those of the list of entry {entry}.")
    return after(
        f"/reports/draft/{draft.draft_id}",
        Flash(said.format(entry=draft.list_entry), f"/reports/draft/{draft.draft_id}/undo?version={draft.version}"),
    )


def _report(view: View, wanted: Wanted) -> tuple[DailyReport | None, Message | str]:
    desk = shown_desk_of(view)
    try:
        return desk.report(wanted), ""
    except ReportError as exc:
        return None, exc.message


def _recipients(view: View, words: Any) -> list[tuple[str, str]]:
    return [(one.id, recipient_name(view, one.id, words)) for one in view.snapshot.watch.settings.recipient]


def _drafts(view: View, words: Any) -> list[dict[str, Any]]:
    desk = shown_desk_of(view)
    open_ones = [one for one in recorded_drafts(view.console.store) if one.state in ("draft", "checked")][:MOST_LISTED]
    return [
        {
            "id": one.draft_id,
            "recipient": recipient_name(view, one.recipient, words),
            "period": period_of(wanted_of(one), words),
            "state": state_words(one, words),
            "act": act_words(one.act, words),
            "at": one.recorded_at,
            "version": one.version,
            "corrects": one.corrects_revision,
            "behind": desk.is_behind(one),
        }
        for one in open_ones
    ]


def _issued(view: View, words: Any) -> list[dict[str, Any]]:
    listed = sorted(
        publications(view.console.store), key=lambda one: (one.day_until, one.number, one.revision), reverse=True
    )
    checked = {(one.number, one.revision) for one in recorded_drafts(view.console.store) if one.state == "issued"}
    return [
        {
            "number": one.number,
            "revision": one.revision,
            "recipient": recipient_name(view, one.recipient, words),
            "period": period_of(Wanted(one.recipient, one.day_from, one.day_until), words),
            "cut_off": one.cut_off,
            "rows": len(one.rows),
            "is_checked": (one.number, one.revision) in checked,
        }
        for one in listed[:MOST_LISTED]
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
            "number": one.number,
            "revision": one.revision,
            "issued": one.is_issued,
            "format": one.format,
            "language": words.language_name(one.language),
            "size": size_words(one.size_bytes, words),
            "by": one.by,
            "at": one.recorded_at,
            "entry": one.entry,
            "hash": one.content.removeprefix("sha256:"),
        }
        for one in recorded_exports(console.store, number=number, last=MOST_EXPORTS)
    ]
