"""Replies to a complaint: the draft, its check, who agreed, that it was sent; objections; the reply on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.complaints.forms import (
    APPEAL_FIELDS,
    REPLY_FIELDS,
    SENDING_FIELDS,
    actor_of,
    as_field,
    complaint_at,
    incident_code,
    incidents_in,
    moment_in,
    register_of,
    replies_of,
    typed_in,
)
from trucewatch.desks.complaints.operations import MOST, NotEnteredError
from trucewatch.desks.complaints.pages import stepped
from trucewatch.desks.complaints.records import OUTCOME_WORDS
from trucewatch.desks.complaints.replies import Draft
from trucewatch.desks.complaints.shown import complaint_page, shown_reply, whole
from trucewatch.desks.complaints.states import Complaint
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.forms import Form, number_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry

router = APIRouter(include_in_schema=False)
_NO_REPLY: Final = Message("There is no such reply to this complaint, or it was not sent.")


@router.get("/complaints/{number}/reply")
@needs(Right.REPLY)
def reply_form(view: CurrentView, number: str) -> HTMLResponse:
    """The form of a reply; where one is worked on, its words stand there to be changed."""
    complaint, register = complaint_at(view, number), register_of(view)
    typed = dict.fromkeys(REPLY_FIELDS, "")
    if work := complaint.work:
        typed |= {"outcome": work.outcome, "incident": incident_code(view, work.incident) or work.incident}
        typed |= {"grounds": register.words(work.grounds) or "", "says": register.words(work.says) or ""}
    return _reply_form(view, complaint, typed)


@router.post("/complaints/{number}/reply")
@needs(Right.REPLY)
def draft_reply(view: CurrentView, number: str, form: Form) -> Response:
    typed, seen = typed_in(form, REPLY_FIELDS), number_of(form, "seen")
    with view.writing() as now:
        complaint, faults = complaint_at(now, number), {}
        try:
            now.refuse_in_replay()
            incident = ""
            try:
                incident = incidents_in(now, typed["incident"], "incident")
            except NotEnteredError as exc:
                faults = dict(exc.faults)
            draft = Draft(outcome=typed["outcome"], says=typed["says"], incident=incident, grounds=typed["grounds"])
            if faults:
                try:
                    replies_of(now).check_draft(complaint.code, draft)
                except NotEnteredError as exc:
                    faults = {**exc.faults, **faults}
                raise NotEnteredError(faults)
            entry = replies_of(now).draft(complaint.code, draft, actor=actor_of(now), seen=seen)
        except NotEnteredError as exc:
            return _reply_form(now, complaint, typed, seen=seen, faults=exc.faults)
        except TrucewatchError as exc:
            return _reply_form(now, complaint, typed, seen=seen, trouble=exc.message)
    return stepped(view, entry)


@router.post("/complaints/{number}/check")
@needs(Right.REPLY)
def check_reply(view: CurrentView, number: str, form: Form) -> Response:
    version = number_of(form, "version")
    return _step(view, number, lambda now, code: replies_of(now).check(code, version, actor=actor_of(now)))


@router.post("/complaints/{number}/agree")
@needs(Right.AGREE)
def agree_to_reply(view: CurrentView, number: str, form: Form) -> Response:
    version = number_of(form, "version")
    return _step(view, number, lambda now, code: replies_of(now).agree(code, version, actor=actor_of(now)))


@router.post("/complaints/{number}/send")
@needs(Right.REPLY)
def send_reply(view: CurrentView, number: str, form: Form) -> Response:
    """That it was sent: the console sends nothing by itself."""
    typed, version = typed_in(form, SENDING_FIELDS), number_of(form, "version")

    def send(now: View, code: str) -> Entry:
        sent_at = moment_in(now, typed, "sent_at")
        return replies_of(now).send(code, version, actor=actor_of(now), sent_at=sent_at, how=typed["how"])

    return _step(view, number, send, typed)


@router.get("/complaints/{number}/appeal")
@needs(Right.TAKE)
def appeal_form(view: CurrentView, number: str) -> HTMLResponse:
    return _appeal_form(
        view, complaint_at(view, number), {"says": "", "received_at": as_field(view, register_of(view).now)}
    )


@router.post("/complaints/{number}/appeal")
@needs(Right.TAKE)
def enter_appeal(view: CurrentView, number: str, form: Form) -> Response:
    typed = typed_in(form, APPEAL_FIELDS)
    with view.writing() as now:
        complaint = complaint_at(now, number)
        try:
            now.refuse_in_replay()
            received_at = moment_in(now, typed, "received_at")
            entry = replies_of(now).appeal(complaint.code, typed["says"], received_at=received_at, by=now.by)
        except NotEnteredError as exc:
            return _appeal_form(now, complaint, typed, faults=exc.faults)
        except TrucewatchError as exc:
            return _appeal_form(now, complaint, typed, trouble=exc.message)
    return stepped(view, entry)


@router.get("/complaints/{number}/paper")
@needs(Right.INSIDE)
def paper(view: CurrentView, number: str, reply: int = 0) -> HTMLResponse:
    """A reply as it goes to its sender on paper; one that is not sent yet says so."""
    complaint = complaint_at(view, number)
    chosen = complaint.sent[-1] if complaint.sent and not reply else complaint.work
    if reply:
        chosen = next((row for row in complaint.replies if row.version == reply and row.undone is None), None)
    if chosen is None:
        raise RefusalError(404, _NO_REPLY)
    shown = whole(view, complaint)
    return view.page(
        "complaints/paper.html.jinja", **shown | {"row": shown_reply(view, register_of(view), complaint, chosen)}
    )


def _step(
    view: View, number: str, step: Callable[[View, str], Entry], typed: Mapping[str, str] | None = None
) -> Response:
    """One step of a reply; where it is refused, the complaint's page says why."""
    with view.writing() as now:
        complaint = complaint_at(now, number)
        try:
            now.refuse_in_replay()
            entry = step(now, complaint.code)
        except NotEnteredError as exc:
            return complaint_page(now, complaint, typed=typed, faults=exc.faults)
        except TrucewatchError as exc:
            return complaint_page(now, complaint, typed=typed, trouble=exc.message)
    return stepped(view, entry)


def _reply_form(
    view: View,
    complaint: Complaint,
    typed: Mapping[str, str],
    *,
    seen: int | None = None,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    latest = max((reply.version for reply in complaint.replies), default=0)
    withdrawn = Message("{number} is withdrawn, so it cannot be answered.", number=complaint.code)
    return view.page(
        "complaints/reply.html.jinja",
        status=422 if faults or trouble else 200,
        typed=typed,
        seen=latest if seen is None else seen,
        reply_outcomes=OUTCOME_WORDS,
        faults=faults or {},
        trouble=trouble or view.replay_trouble or (withdrawn if complaint.withdrawn else None),
        most=MOST,
        **whole(view, complaint),
    )


def _appeal_form(
    view: View,
    complaint: Complaint,
    typed: Mapping[str, str],
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    closed = Message("{number} is not answered, so there is nothing to object to yet.", number=complaint.code)
    return view.page(
        "complaints/appeal.html.jinja",
        status=422 if faults or trouble else 200,
        typed=typed,
        faults=faults or {},
        trouble=trouble or view.replay_trouble or (closed if complaint.state != "answered" else None),
        most=MOST,
        **whole(view, complaint),
    )
