"""The form for a step of a verification, and taking one back: what was asked, of whom, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.incidents.detail import detail_of
from trucewatch.desks.incidents.verification import enter_step, take_back, who_may, who_words
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.model.verification import ANSWER_WORDS, STEP_WORDS, VerificationStep
from trucewatch.server.forms import Form, fields_of
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View

router = APIRouter(include_in_schema=False)


@router.get("/incident/{code}/verify")
@needs(Right.ASSESS)
def form(view: CurrentView, code: str, step: str = "") -> HTMLResponse:
    trouble: Message | str = ""
    try:
        view.refuse_in_replay()
    except TrucewatchError as exc:
        trouble = exc.message
    return _form(view, code, {"step": step}, trouble=trouble)


@router.post("/incident/{code}/verify")
@needs(Right.ASSESS)
def enter(view: CurrentView, code: str, form: Form) -> Response:
    texts = dict(fields_of(form))
    detail = detail_of(view.console.store, view.snapshot, code)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            step = enter_step(
                now.console.store,
                now.snapshot.watch,
                detail.incident,
                step=texts.get("step", ""),
                answer=texts.get("answer", ""),
                who=texts.get("who", ""),
                note=texts.get("note", ""),
                by=now.console.store.keys.person_reference(now.by),
                now=now.clock,
            )
            now.console.retell()
    except TrucewatchError as exc:
        return _form(view, code, texts, trouble=exc.message, status=422)
    return answer_to(detail.code, step)


@router.post("/incident/{code}/verify/{step_id}/undo")
@needs(Right.ASSESS)
def undo(view: CurrentView, code: str, step_id: str) -> Response:
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            by = now.console.store.keys.person_reference(now.by)
            step = take_back(now.console.store, step_id, by=by, now=now.clock)
            now.console.retell()
    except TrucewatchError as exc:
        return after(f"/incident/{code}", Toast(exc.message, trouble=True))
    return answer_to(code, step)


def answer_to(code: str, step: VerificationStep) -> Response:
    """Back to the verification, with what was entered and how it is taken back."""
    here = f"/incident/{code}#verification"
    if step.undoes:
        return after(here, Toast(Message("Taken back. It is entry {entry} of the ledger.", entry=step.entry)))
    receipt = Message("Entered. It is entry {entry} of the ledger.", entry=step.entry)
    return after(here, Toast(receipt, undo=f"/incident/{code}/verify/{step.step_id}/undo"))


def _form(
    view: View, code: str, texts: Mapping[str, str], *, trouble: Message | str = "", status: int = 200
) -> HTMLResponse:
    detail = detail_of(view.console.store, view.snapshot, code)
    words, watch = view.words, view.snapshot.watch
    page = view.page(
        "incidents/verify.html.jinja",
        status=status,
        incident=detail.incident,
        code=detail.code,
        texts=texts,
        trouble=trouble,
        can_act=not view.snapshot.is_replay,
        steps=[(step, words.say(term)) for step, term in STEP_WORDS.items()],
        answers=[(answer, words.say(term)) for answer, term in ANSWER_WORDS.items()],
        whos=[(who, who_words(who, watch, words)) for who in who_may(watch)],
    )
    page.headers["cache-control"] = "private"
    return page
