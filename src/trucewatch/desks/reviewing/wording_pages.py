"""The wording of a case: a delegation's own text, the common text in each language of the watch, what differs between
its languages, and the signature under it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.reviewing.acting import book_of, case_at, side_of, speaking
from trucewatch.desks.reviewing.case_words import title_of
from trucewatch.desks.reviewing.entering import entering
from trucewatch.desks.reviewing.wordings_shown import wordings_of
from trucewatch.errors import LedgerError, StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.review import Case
from trucewatch.model.roles import Right
from trucewatch.pipeline.agreed_wording import (
    COMMON,
    MOST_CHARACTERS,
    compared,
    enter_wording,
    sign_wording,
    signing_keys,
    wording_standing,
)
from trucewatch.pipeline.wording_differences import WordingComparison
from trucewatch.server.forms import Form, text_of, typed_of, words_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry

MOST_DOCUMENT: Final = 4000

router = APIRouter(include_in_schema=False)


@router.get("/review/R-{number}/wording")
@needs(Right.AGREE)
def wording_page(view: CurrentView, number: str) -> HTMLResponse:
    return _page(view, case_at(view, number))


@router.post("/review/R-{number}/wording")
@needs(Right.AGREE)
def enter(view: CurrentView, number: str, form: Form) -> Response:
    """Enter the next version of one's own text, or of the common one."""
    case, of = case_at(view, number), text_of(form, "of")
    try:
        texts = {each: words_of(form, f"text-{each}", MOST_CHARACTERS) for each in view.watch.settings.languages}
        with entering(view) as now:
            speaker = speaking(now)
            entry = enter_wording(
                now.console.store, now.watch, speaker, case_at(now, number), of or speaker.delegation, texts
            )
    except TrucewatchError as exc:
        return _page(view, case, trouble=exc.message, typed=_typed(view, form), of=of)
    return wording_entered(entry)


@router.post("/review/R-{number}/wording/{version}/sign")
@needs(Right.AGREE)
def sign(view: CurrentView, number: str, version: str, form: Form) -> Response:
    """Sign the common text, by a document that the browser or `trucewatch sign` made."""
    case = case_at(view, number)
    try:
        document = _document_in(form)
        with entering(view) as now:
            speaker = speaking(now)
            entry = sign_wording(
                now.console.store,
                now.watch,
                speaker,
                case_at(now, number),
                int(version) if version.isdecimal() and len(version) < 7 else 0,
                document,
                differences=text_of(form, "differences"),
                keys=signing_keys(book_of(now).keys_in_force(speaker.delegation)),
                computer=now.console.now(),
            )
    except TrucewatchError as exc:
        return _page(view, case, trouble=exc.message)
    receipt = Message("Signed for your delegation: entry {entry} of the ledger.", entry=entry.number)
    return after(f"/review/{case.code}#wording", Toast(receipt))


def wording_entered(entry: Entry) -> Response:
    receipt = Message("The text is entered: entry {entry} of the ledger. It stays.", entry=entry.number)
    return after(f"/review/{entry.record['case']}/wording", Toast(receipt))


def _page(
    view: View, case: Case, *, trouble: Message | None = None, typed: Mapping[str, str] | None = None, of: str = ""
) -> HTMLResponse:
    side = side_of(view)
    wordings = wordings_of(view, case, side)
    comparison, erased = _compared(view, case)
    own = side.delegation if side else ""
    newest = next((line for line in wordings.own if line.of == own), None)
    return view.page(
        "reviewing/wording.html.jinja",
        status=422 if trouble else 200,
        case=case,
        title=title_of(view, case),
        own=own,
        wordings=wordings,
        forms=[
            (
                each,
                [
                    (language, _shown(line, language, typed if of == each else None))
                    for language in view.watch.settings.languages
                ],
            )
            for each, line in ((own, newest), (COMMON, wordings.common))
            if each
        ],
        comparison=comparison,
        erased=erased,
        most=MOST_CHARACTERS,
        trouble=trouble or view.replay_trouble,
    )


def _shown(line: Any, language: str, typed: Mapping[str, str] | None) -> str:
    if typed is not None:
        return typed.get(language, "")
    return str(line.text_in(language)) if line is not None else ""


def _compared(view: View, case: Case) -> tuple[WordingComparison | None, Message | None]:
    """What differs between the languages of the common text; None where there is none, and why it cannot be told."""
    latest = wording_standing(view.console.store, case).latest
    if latest is None:
        return None, None
    try:
        return compared(view.console.store, view.watch, case, latest), None
    except StoreError as exc:
        return None, exc.message


def _typed(view: View, form: FormData) -> dict[str, str]:
    return {each: typed_of(form, f"text-{each}") for each in view.watch.settings.languages}


def _document_in(form: FormData) -> dict[str, object]:
    text = typed_of(form, "document")
    try:
        document = json.loads(text) if len(text) <= MOST_DOCUMENT else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise LedgerError(
            Message(
                "the signature is no JSON document. Sign in this browser, or paste what trucewatch sign made; nothing "
                "was entered"
            )
        )
    return document
