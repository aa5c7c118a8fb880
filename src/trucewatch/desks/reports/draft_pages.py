"""A draft of a report: its figures, which are locked, and the editors' words; checked, then issued."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from trucewatch.desks.reports.agreed_issue import after_agreeing, check_can_be_agreed, subject_of
from trucewatch.desks.reports.answers import answer_to
from trucewatch.desks.reports.forms import (
    OPEN_STATES,
    act_words,
    address,
    desk_of,
    file_choice,
    kind_title,
    known_language,
    language_names,
    notes_in_words,
    page_language,
    period_of,
    recipient_name,
    shown_desk_of,
    state_words,
    undo_address,
)
from trucewatch.desks.reports.operations import ReportDesk
from trucewatch.desks.reports.pages import page_alone, take
from trucewatch.desks.reports.wanted import wanted_of
from trucewatch.errors import DraftMoved, ReportError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.report import MOST_NOTE, MOST_WHO, NOTE_SECTIONS, CoverNote
from trucewatch.model.report_draft import UNDOABLE, ReportDraft
from trucewatch.model.roles import Right
from trucewatch.model.typed_text import as_typed, refusal_of
from trucewatch.reports import FORMATS, render
from trucewatch.reports.kinds import KINDS, is_whole
from trucewatch.reports.notes import section_words
from trucewatch.reports.page_context import page_of
from trucewatch.server.agreeing import agree, agreeing_of, hold_rule, no_longer_agree
from trucewatch.server.forms import Form, number_of, text_of, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import exports, needs
from trucewatch.server.shared_work import patience
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View, WholeView
from trucewatch.store.drafts import draft_versions
from trucewatch.store.publications import publications

_UNKNOWN: Final = -1
"""The version that a form was made from, where it does not say."""


router = APIRouter(include_in_schema=False, prefix="/reports/draft/{draft_id}")


def draft_of(view: CurrentView, draft_id: str) -> ReportDraft:
    try:
        return desk_of(view).draft(draft_id)
    except ReportError as exc:
        raise RefusalError(404, exc.message) from exc


@router.get("")
@needs(Right.INSIDE)
def show(view: WholeView, draft_id: str, lang: str = "") -> HTMLResponse:
    return _page(view, draft_of(view, draft_id), lang=lang)


@router.get("/look")
@needs(Right.INSIDE)
def look(view: WholeView, draft_id: str, lang: str = "") -> Response:
    within_s = patience(view.snapshot.rows)
    report = shown_desk_of(view).report_of(draft_of(view, draft_id), within_s=within_s)
    return page_alone(render(report, format="html", language=page_language(view, lang)))


@router.post("/download")
@needs(Right.ASSESS)
@exports
def download(view: CurrentView, draft_id: str, form: Form) -> Response:
    name, language = file_choice(form)
    report = desk_of(view).report_of(draft_of(view, draft_id))
    return take(view, report, format_name=name, language=known_language(view, language))


@router.post("/write")
@needs(Right.ASSESS)
def write(view: CurrentView, draft_id: str, form: Form) -> Response:
    """Save the notes of one language. Refused with both texts, if another page saved meanwhile; nothing typed is
    lost."""
    language, seen_version = known_language(view, typed_of(form, "language")), number_of(form, "version")
    texts = {section: typed_of(form, f"note-{section}") for section in NOTE_SECTIONS}
    faults = _too_long(texts, view.reader.words) | _unshowable(texts, view.reader.words)
    draft = draft_of(view, draft_id)
    if faults:
        return _page(view, draft, lang=language, typed=texts, faults=faults, status=422)
    try:
        with view.console.writing():
            saved = desk_of(view).write(draft_id, seen_version=seen_version, language=language, texts=texts, by=view.by)
    except DraftMoved:
        return _page(
            view,
            draft_of(view, draft_id),
            lang=language,
            typed=texts,
            seen_version=seen_version or _UNKNOWN,
            status=409,
        )
    except ReportError as exc:
        return _page(view, draft, lang=language, typed=texts, trouble=exc.message, status=409)
    toast = Toast(Message("Notes saved."), undo_address(saved))
    if saved.version == seen_version:
        toast = Toast(Message("Nothing was changed, so nothing was entered."))
    return after(f"/reports/draft/{draft_id}?lang={language}", toast)


@router.post("/cover")
@needs(Right.ASSESS)
def write_cover(view: CurrentView, draft_id: str, form: Form) -> Response:
    """Save the cover note, or take it out where its text is empty. What was typed is shown again if it is refused."""
    language, seen_version = known_language(view, typed_of(form, "language")), number_of(form, "version")
    who, text, signature = (as_typed(typed_of(form, name)) for name in ("who", "text", "signature"))
    cover = CoverNote(who=who, language=language, text=text, signature=signature) if text or who else None
    draft = draft_of(view, draft_id)
    try:
        with view.console.writing():
            saved = desk_of(view).put_cover(draft_id, seen_version=seen_version, cover=cover, by=view.by)
    except TrucewatchError as exc:
        return _page(view, draft, lang=language, trouble=exc.message, cover=cover, status=409)
    toast = Toast(Message("Cover note saved."), undo_address(saved))
    if saved.version == seen_version:
        toast = Toast(Message("Nothing was changed, so nothing was entered."))
    return after(f"/reports/draft/{draft_id}?lang={language}#cover", toast)


@router.get("/cover.json")
@needs(Right.INSIDE)
@exports
def to_sign(view: WholeView, draft_id: str) -> Response:
    """What the author of the cover note signs, byte for byte: the words, and the number and revision to come."""
    draft = draft_of(view, draft_id)
    if draft.cover is None or draft.cover.erased:
        raise RefusalError(404, Message("This draft has no cover note; write and save it first."))
    report = shown_desk_of(view).report_of(draft, within_s=patience(view.snapshot.rows))
    headers = {"content-disposition": 'attachment; filename="cover-note.json"'}
    content = draft.cover.signed_bytes(report.number, report.revision)
    return Response(content, media_type="application/json", headers=headers)


@router.get("/check")
@needs(Right.ASSESS)
def check_page(view: WholeView, draft_id: str) -> Response:
    return _summary(view, draft_of(view, draft_id), "check")


@router.get("/issue")
@needs(Right.RELEASE, Right.AGREE)
def issue_page(view: WholeView, draft_id: str) -> Response:
    return _summary(view, draft_of(view, draft_id), "issue")


@router.post("/check")
@needs(Right.ASSESS)
def check(view: CurrentView, draft_id: str, form: Form) -> Response:
    draft = draft_of(view, draft_id)
    if draft.state == "draft":
        desk_of(view).report_of(draft)
    return answer_to(view, _after_act(view, draft_id, form, ReportDesk.check))


@router.post("/issue")
@needs(Right.RELEASE)
def issue(view: CurrentView, draft_id: str, form: Form) -> Response:
    desk_of(view).work_ahead_of_issue(draft_of(view, draft_id))
    with view.writing() as now:
        before = draft_of(now, draft_id)
        if before.state == "checked" and before.version == number_of(form, "version"):
            hold_rule(now, subject_of(before), before.figures)
        draft, _ = desk_of(view).issue(draft_id, seen_version=number_of(form, "version"), by=view.by)
    return answer_to(view, draft)


@router.post("/agree")
@needs(Right.AGREE, Right.RELEASE)
def agree_to(view: CurrentView, draft_id: str, form: Form) -> Response:
    """Agree, for one's delegation, that it is issued as it was checked."""
    with view.writing() as now:
        draft = draft_of(now, draft_id)
        check_can_be_agreed(draft)
        entry = agree(now, subject_of(draft), draft.figures, seen=text_of(form, "of"))
    return after_agreeing(draft, entry)


@router.post("/agree/undo")
@needs(Right.AGREE, Right.RELEASE)
def agree_no_longer(view: CurrentView, draft_id: str) -> Response:
    with view.writing() as now:
        draft = draft_of(now, draft_id)
        check_can_be_agreed(draft)
        entry = no_longer_agree(now, subject_of(draft))
    return after_agreeing(draft, entry, is_back=True)


@router.post("/renew")
@needs(Right.ASSESS)
def renew(view: CurrentView, draft_id: str, form: Form) -> Response:
    draft = draft_of(view, draft_id)
    if draft.state in OPEN_STATES:
        desk_of(view).work_ahead(wanted_of(draft), notes=draft.notes)
    return answer_to(view, _after_act(view, draft_id, form, ReportDesk.renew))


@router.post("/reopen")
@needs(Right.ASSESS)
def reopen(view: CurrentView, draft_id: str, form: Form) -> Response:
    return answer_to(view, _after_act(view, draft_id, form, ReportDesk.reopen))


@router.post("/discard")
@needs(Right.ASSESS)
def discard(view: CurrentView, draft_id: str, form: Form) -> Response:
    return answer_to(view, _after_act(view, draft_id, form, ReportDesk.discard))


@router.post("/undo")
@needs(Right.ASSESS)
def undo(view: CurrentView, draft_id: str, version: int = 0) -> Response:
    try:
        with view.console.writing():
            draft = desk_of(view).undo(draft_id, seen_version=version, by=view.by)
    except TrucewatchError as exc:
        return after(f"/reports/draft/{draft_id}", Toast(exc.message, trouble=True))
    return answer_to(view, draft)


def _after_act(view: View, draft_id: str, form: FormData, act: Callable[..., ReportDraft]) -> ReportDraft:
    """The draft after an act of the desk on the version that the form was made from."""
    with view.console.writing():
        return act(desk_of(view), draft_id, seen_version=number_of(form, "version"), by=view.by)


def _too_long(texts: dict[str, str], words: Any) -> dict[str, str]:
    sentence = words.gettext(
        "This note has {number} characters; at most {most} are kept. Nothing was saved; shorten it here and save again."
    )
    lengths = {section: len(as_typed(text)) for section, text in texts.items()}
    return {
        section: sentence.format(number=words.number(length), most=words.number(MOST_NOTE))
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
    seen_version: int = 0,
    trouble: Message | str = "",
    cover: CoverNote | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The draft. cover: a cover note that was refused. typed: what a save that was refused brought; seen_version: from
    which version, if another page saved meanwhile."""
    visit, desk = view.reader, shown_desk_of(view)
    words = visit.words
    languages = [code for code, _ in language_names(view)]
    language = (
        lang if lang in languages else visit.language if visit.language in draft.languages else draft.languages[0]
    )
    report, summary, missing = None, None, trouble
    try:
        report = desk.report_of(draft, within_s=patience(view.snapshot.rows) if view.request.method == "GET" else None)
        summary = page_of(report, words)
    except ReportError as exc:
        missing = missing or exc.message
    versions = draft_versions(view.console.store, draft.draft_id)
    base = next((earlier for earlier in versions if earlier.version == seen_version), None)
    return view.page(
        "reports/draft.html.jinja",
        status=status,
        draft=draft,
        report=report,
        summary=summary,
        trouble=missing,
        fields=_fields(draft, language, words, typed, base, moved=bool(seen_version)),
        faults=faults or {},
        cover=cover or draft.cover,
        most_who=MOST_WHO,
        seen_version=seen_version,
        language=language,
        report_languages=language_names(view),
        formats=FORMATS,
        most=MOST_NOTE,
        **_about(view, draft, words),
        versions=[(version, act_words(version.act, words)) for version in reversed(versions)],
        can_undo=draft.act in UNDOABLE and draft.version > 1,
        stage={"draft": 0, "checked": 1, "issued": 2}.get(draft.state, -1),
    )


def _about(view: View, draft: ReportDraft, words: Any) -> dict[str, Any]:
    return {
        "kind": words.say(kind_title(draft.kind)),
        "is_whole": is_whole(draft.kind),
        "recipient": recipient_name(view, draft.recipient, words),
        "period": period_of(wanted_of(draft), words),
        "state": state_words(draft, words),
        "behind": shown_desk_of(view).is_behind(draft),
        "is_open": draft.state in OPEN_STATES and not view.snapshot.is_replay and view.may(Right.ASSESS),
        "compare": address("/reports/compare", wanted_of(draft), draft=draft.draft_id),
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
    stands = {note.section: note.text for note in draft.notes if note.language == language}
    others = {note.section for note in draft.notes if note.language != language}
    began = {note.section: note.text for note in base.notes if note.language == language} if base else {}
    fields = []
    for section in KINDS[draft.kind].note_sections:
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


def _summary(view: View, draft: ReportDraft, act: str) -> Response:
    """What is about to be said or done, before the button that does it; whoever comes back to it after the draft was
    closed is shown the draft, which says how it ended."""
    if draft.state not in OPEN_STATES:
        return RedirectResponse(f"/reports/draft/{draft.draft_id}", 303)
    within_s = patience(view.snapshot.rows)
    words, report = view.words, shown_desk_of(view).report_of(draft, is_draft=False, within_s=within_s)
    issued = {(publication.number, publication.revision) for publication in publications(view.console.store)}
    return view.page(
        "reports/summary.html.jinja",
        draft=draft,
        act=act,
        report=report,
        same=(report.number, report.revision) in issued,
        summary=page_of(report, words),
        files=[(name, language) for name in draft.formats for language in draft.languages],
        notes=notes_in_words(draft, words),
        agreeing=agreeing_of(
            view,
            subject_of(draft),
            draft.figures,
            action=f"/reports/draft/{draft.draft_id}/agree",
            is_open=draft.state == "checked" and not view.snapshot.is_replay,
        ),
        may=draft.state == {"check": "draft", "issue": "checked"}[act] and not view.snapshot.is_replay,
        **_about(view, draft, words),
    )
