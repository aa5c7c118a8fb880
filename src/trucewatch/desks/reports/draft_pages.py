"""A draft of a report: its figures, which are locked, and the editors' words; checked, then issued."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, RedirectResponse, Response

from trucewatch.desks.reports.forms import (
    BY,
    act_words,
    address,
    asked_file,
    desk_of,
    known_format,
    known_language,
    language_names,
    period_of,
    recipient_name,
    shown_desk_of,
    state_words,
    summary_of_report,
)
from trucewatch.desks.reports.operations import wanted_of
from trucewatch.desks.reports.pages import page_alone, take
from trucewatch.errors import DraftMoved, ReportError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.report import MOST_NOTE, NOTE_SECTIONS
from trucewatch.model.report_draft import UNDOABLE, ReportDraft
from trucewatch.model.typed_text import as_typed, refusal_of
from trucewatch.reports import FORMATS, DailyReport, render
from trucewatch.reports.notes import section_words
from trucewatch.server.flash import Flash, after
from trucewatch.server.forms import Form, number_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.view import CurrentView, View, WholeView
from trucewatch.store.drafts import draft_versions
from trucewatch.store.publications import publications

_UNKNOWN: Final = -1
"""The version that a form was made from, where it does not say."""


router = APIRouter(include_in_schema=False, prefix="/reports/draft/{draft_id}")


def found(view: View, draft_id: str) -> ReportDraft:
    desk = desk_of(view)
    try:
        return desk.draft(draft_id)
    except ReportError as exc:
        raise RefusalError(404, exc.message) from exc


@router.get("")
def show(view: WholeView, draft_id: str, lang: str = "") -> HTMLResponse:
    return _page(view, found(view, draft_id), lang=lang)


@router.get("/look")
def look(view: WholeView, draft_id: str, lang: str = "") -> Response:
    desk = shown_desk_of(view)
    draft = found(view, draft_id)
    language = lang if lang in view.snapshot.watch.settings.languages else view.reader.language
    return page_alone(render(desk.report_of(draft), format="html", language=language))


@router.post("/download")
def download(view: CurrentView, draft_id: str, form: Form) -> Response:
    desk = desk_of(view)
    name, language = asked_file(form)
    report = desk.report_of(found(view, draft_id))
    return take(view, report, format_name=known_format(name), language=known_language(view, language))


@router.post("/write")
def write(view: CurrentView, draft_id: str, form: Form) -> Response:
    """Save the notes of one language. Refused with both texts, if another page saved meanwhile; nothing typed is
    lost."""
    desk = desk_of(view)
    language, seen = known_language(view, typed_of(form, "language")), number_of(form, "version")
    texts = {section: typed_of(form, f"note-{section}") for section in NOTE_SECTIONS}
    faults = _too_long(texts, view.reader.words) | _unshowable(texts, view.reader.words)
    draft = found(view, draft_id)
    if faults:
        return _page(view, draft, lang=language, typed=texts, faults=faults, status=422)
    try:
        with view.console.writing():
            made = desk.write(draft_id, seen=seen, language=language, texts=texts, by=BY)
    except DraftMoved:
        return _page(view, found(view, draft_id), lang=language, typed=texts, seen=seen or _UNKNOWN, status=409)
    except ReportError as exc:
        return _page(view, draft, lang=language, typed=texts, trouble=exc.message, status=409)
    if made.version == seen:
        return after(_address(draft_id, language), Flash(Message("Nothing was changed, so nothing was entered.")))
    return after(_address(draft_id, language), Flash(Message("Notes saved."), _undo(made)))


@router.get("/check")
def check_page(view: WholeView, draft_id: str) -> Response:
    return _before(view, found(view, draft_id), "check")


@router.get("/issue")
def issue_page(view: WholeView, draft_id: str) -> Response:
    return _before(view, found(view, draft_id), "issue")


@router.post("/check")
def check(view: CurrentView, draft_id: str, form: Form) -> Response:
    desk = desk_of(view)
    with view.console.writing():
        made = desk.check(draft_id, seen=number_of(form, "version"), by=BY)
    return after(f"/reports/draft/{draft_id}", Flash(Message("Marked as checked."), _undo(made)))


@router.post("/issue")
def issue(view: CurrentView, draft_id: str, form: Form) -> Response:
    desk = desk_of(view)
    with view.console.writing():
        made, products = desk.issue(draft_id, seen=number_of(form, "version"), by=BY)
    words = view.reader.words
    said = words.ngettext("Issued, with {number} file.", "Issued, with {number} files.", len(products))
    return after(
        f"/reports/issued/{made.number}?revision={made.revision}",
        Flash(said.format(number=words.number(len(products)))),
    )


@router.post("/renew")
def renew(view: CurrentView, draft_id: str, form: Form) -> Response:
    desk = desk_of(view)
    with view.console.writing():
        made = desk.renew(draft_id, seen=number_of(form, "version"), by=BY)
    words = view.reader.words
    said = words.gettext("The figures are now those of the list of entry {entry}. Read the notes again.")
    return after(f"/reports/draft/{draft_id}", Flash(said.format(entry=made.list_entry), _undo(made)))


@router.post("/reopen")
def reopen(view: CurrentView, draft_id: str, form: Form) -> Response:
    desk = desk_of(view)
    with view.console.writing():
        made = desk.reopen(draft_id, seen=number_of(form, "version"), by=BY)
    return after(f"/reports/draft/{draft_id}", Flash(Message("Open again; it has to be checked anew."), _undo(made)))


@router.post("/discard")
def discard(view: CurrentView, draft_id: str, form: Form) -> Response:
    desk = desk_of(view)
    with view.console.writing():
        made = desk.discard(draft_id, seen=number_of(form, "version"), by=BY)
    words = view.reader.words
    said = words.gettext("Draft discarded. What was done to it stays in the log.")
    return after("/reports", Flash(said, _undo(made)))


@router.post("/undo")
def undo(view: CurrentView, draft_id: str, version: int = 0) -> Response:
    desk = desk_of(view)
    try:
        with view.console.writing():
            made = desk.undo(draft_id, seen=version, by=BY)
    except TrucewatchError as exc:
        return after(f"/reports/draft/{draft_id}", Flash(exc.message, trouble=True))
    goes_on = made.state in ("draft", "checked")
    return after(f"/reports/draft/{draft_id}" if goes_on else "/reports", Flash(Message("Taken back.")))


def _address(draft_id: str, language: str) -> str:
    return f"/reports/draft/{draft_id}?lang={language}"


def _undo(draft: ReportDraft) -> str:
    return f"/reports/draft/{draft.draft_id}/undo?version={draft.version}"


def _too_long(texts: dict[str, str], words: Any) -> dict[str, str]:
    said = words.gettext(
        "This note has {number} characters; at most {most} are kept. Nothing was saved; shorten it here and save again."
    )
    lengths = {section: len(as_typed(text)) for section, text in texts.items()}
    return {
        section: said.format(number=words.number(length), most=words.number(MOST_NOTE))
        for section, length in lengths.items()
        if length > MOST_NOTE
    }


def _unshowable(texts: dict[str, str], words: Any) -> dict[str, str]:
    """Section → why its note cannot be kept as it was typed."""
    refusals = {section: refusal_of(text) for section, text in texts.items()}
    return {section: words.say(refusal) for section, refusal in refusals.items() if refusal}


def _page(
    view: View,
    draft: ReportDraft,
    *,
    lang: str = "",
    typed: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    seen: int = 0,
    trouble: Message | str = "",
    status: int = 200,
) -> HTMLResponse:
    """The draft. typed: what a save that was refused brought; seen: from which version, if another page saved
    meanwhile."""
    visit, desk = view.reader, shown_desk_of(view)
    words = visit.words
    known = [one for one, _ in language_names(view)]
    language = lang if lang in known else visit.language if visit.language in draft.languages else draft.languages[0]
    report, shown, missing = None, None, trouble
    try:
        report = desk.report_of(draft)
        shown = summary_of_report(report, words)
    except ReportError as exc:
        missing = missing or exc.message
    versions = draft_versions(view.console.store, draft.draft_id)
    base = next((one for one in versions if one.version == seen), None)
    return view.page(
        "reports/draft.html.jinja",
        status=status,
        draft=draft,
        report=report,
        shown=shown,
        trouble=missing,
        fields=_fields(draft, language, words, typed, base, moved=bool(seen)),
        faults=faults or {},
        seen=seen,
        language=language,
        report_languages=language_names(view),
        formats=FORMATS,
        most=MOST_NOTE,
        **_about(view, draft, words),
        versions=[_version(one, words) for one in reversed(versions)],
        can_undo=draft.act in UNDOABLE and draft.version > 1,
        stage=_stage(draft),
    )


def _about(view: View, draft: ReportDraft, words: Any) -> dict[str, Any]:
    return {
        "recipient": recipient_name(view, draft.recipient, words),
        "period": period_of(wanted_of(draft), words),
        "state": state_words(draft, words),
        "behind": shown_desk_of(view).is_behind(draft),
        "is_open": draft.state in ("draft", "checked") and not view.snapshot.is_replay,
        "compare": address("/reports/compare", wanted_of(draft), draft=draft.draft_id),
    }


def _stage(draft: ReportDraft) -> int:
    """How far a draft is on the way from draft over checked to issued."""
    return {"draft": 0, "checked": 1, "issued": 2}.get(draft.state, -1)


def _version(one: ReportDraft, words: Any) -> dict[str, Any]:
    return {
        "version": one.version,
        "act": act_words(one.act, words),
        "by": one.by,
        "at": one.recorded_at,
        "entry": one.entry,
        "list": one.list_entry,
    }


def _fields(
    draft: ReportDraft,
    language: str,
    words: Any,
    typed: dict[str, str] | None,
    base: ReportDraft | None,
    *,
    moved: bool,
) -> list[dict[str, Any]]:
    """A field a section. After a save that came second (moved): `saved` is what stands, where it differs from what was
    typed.

    base: the draft as it was when the typing began, None if that is not known; a field left as it was there takes what
    stands.
    """
    stands = {one.section: one.text for one in draft.notes if one.language == language}
    others = {one.section for one in draft.notes if one.language != language}
    began = {one.section: one.text for one in base.notes if one.language == language} if base else {}
    fields = []
    for section in NOTE_SECTIONS:
        now = stands.get(section, "")
        text, saved = now, None
        if typed is not None:
            mine = typed.get(section, "")
            is_untouched = moved and base is not None and as_typed(mine) == began.get(section, "")
            text = now if is_untouched else mine
            is_newer = base is None or now != began.get(section, "")
            saved = now if moved and is_newer and as_typed(text) != now else None
        fields.append(
            {
                "section": section,
                "heading": section_words(section, words),
                "text": text,
                "saved": saved,
                "other": section in others,
            }
        )
    return fields


def _before(view: View, draft: ReportDraft, act: str) -> Response:
    """The summary; whoever comes back to it after the draft was closed is shown the draft, which says how it ended."""
    if draft.state in ("issued", "discarded"):
        return RedirectResponse(f"/reports/draft/{draft.draft_id}", 303)
    return _summary(view, draft, act)


def _summary(view: View, draft: ReportDraft, act: str) -> HTMLResponse:
    """What is about to be said or done, before the button that does it."""
    visit, desk = view.reader, shown_desk_of(view)
    report: DailyReport = desk.report_of(draft, is_draft=False)
    same = [
        one
        for one in publications(view.console.store)
        if (one.number, one.revision) == (report.number, report.revision)
    ]
    return view.page(
        "reports/summary.html.jinja",
        draft=draft,
        act=act,
        report=report,
        same=bool(same),
        shown=summary_of_report(report, visit.words),
        files=[(name, one) for name in draft.formats for one in draft.languages],
        notes=[
            (section_words(one.section, visit.words), visit.words.language_name(one.language), one.language, one.text)
            for one in draft.notes
        ],
        may=draft.state == {"check": "draft", "issue": "checked"}[act] and not view.snapshot.is_replay,
        **_about(view, draft, visit.words),
    )
