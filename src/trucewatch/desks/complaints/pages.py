"""Complaints: the register, one complaint, and the forms to register, to answer and to take back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.complaints.forms import (
    ANSWER_FIELDS,
    REGISTRATION_FIELDS,
    KeptText,
    as_field,
    complaint_at,
    kept_text,
    moment_in,
    register_of,
    registration_in,
    rule_trouble,
    sender_words,
    state_words,
    typed_in,
)
from trucewatch.desks.complaints.operations import MOST, NotEnteredError, Register
from trucewatch.desks.complaints.records import AT_ONCE, REASONS, Answer, Complaint, Undoing, code_of
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message, Term
from trucewatch.model.roles import Right
from trucewatch.server.flash import Flash, after
from trucewatch.server.forms import Form, number_of, typed_of
from trucewatch.server.rights import needs
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry

PAGE: Final = 50
_AT_ONCE_FOR: Final = timedelta(minutes=2)
"""How long the message that follows an entry may take it back without a typed reason."""

router = APIRouter(include_in_schema=False)


@router.get("/complaints")
@needs(Right.INSIDE)
def complaints(view: CurrentView, offset: int = 0) -> HTMLResponse:
    """The register, a page of it."""
    register = register_of(view)
    counts = register.counts()
    first = min(max(offset, 0), max(counts.total - 1, 0))
    rows = [_row(view, register, complaint) for complaint in register.complaints(offset=first, limit=PAGE)]
    trouble = rule_trouble(register)
    return view.page(
        "complaints/complaints.html.jinja",
        rows=rows,
        counts=counts,
        first=first,
        page_size=PAGE,
        trouble=trouble,
        reply_hours=None if trouble else register.rule.reply_hours,
    )


@router.get("/complaints/new")
@needs(Right.TAKE)
def new(view: CurrentView) -> HTMLResponse:
    return _registration_form(view, {"received_at": as_field(view, register_of(view).now)})


@router.post("/complaints/new")
@needs(Right.TAKE)
def register_complaint(view: CurrentView, form: Form) -> Response:
    typed = typed_in(form, REGISTRATION_FIELDS)
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            entry = register_of(now).register(registration_in(now, typed), by=now.by)
    except NotEnteredError as exc:
        return _registration_form(view, typed, faults=exc.faults)
    except TrucewatchError as exc:
        return _registration_form(view, typed, trouble=exc.message)
    return registered(view, entry)


@router.get("/complaints/{number}")
@needs(Right.INSIDE)
def complaint_page(view: CurrentView, number: str) -> HTMLResponse:
    complaint = complaint_at(view, number)
    return view.page("complaints/complaint.html.jinja", **_whole(view, complaint))


@router.get("/complaints/{number}/answer")
@needs(Right.REPLY)
def answer_form(view: CurrentView, number: str) -> HTMLResponse:
    typed = {"answer": "", "answered_at": as_field(view, register_of(view).now)}
    return _answer_form(view, complaint_at(view, number), typed)


@router.post("/complaints/{number}/answer")
@needs(Right.REPLY)
def enter_answer(view: CurrentView, number: str, form: Form) -> Response:
    """The answer, looked at once more before it is entered."""
    typed, step = typed_in(form, ANSWER_FIELDS), typed_of(form, "confirm")
    with view.writing() as now:
        complaint, register = complaint_at(now, number), register_of(now)
        try:
            now.refuse_in_replay()
            answered_at = moment_in(now, typed, "answered_at")
            register.check_answer(complaint.code, typed["answer"], answered_at)
            if step != "yes":
                return _answer_form(now, complaint, typed, is_checked=step != "change", answered_at=answered_at)
            entry = register.answer(complaint.code, typed["answer"], answered_at=answered_at, by=now.by)
        except NotEnteredError as exc:
            return _answer_form(now, complaint, typed, faults=exc.faults)
        except TrucewatchError as exc:
            return _answer_form(now, complaint, typed, trouble=exc.message)
    return answered(view, entry)


@router.get("/complaints/{number}/undo")
@needs(Right.TAKE)
def undo_form(view: CurrentView, number: str) -> HTMLResponse:
    return _undo_form(view, complaint_at(view, number), "")


@router.post("/complaints/{number}/undo")
@needs(Right.TAKE)
def undo(view: CurrentView, number: str, form: Form) -> Response:
    """Take back what stands. Straight after an entry no reason need be typed; later one is asked for."""
    reason = typed_in(form, ("reason",))["reason"]
    stands = number_of(form, "stands") if "stands" in form else _stands_in(view)
    with view.writing() as now:
        complaint, register = complaint_at(now, number), register_of(now)
        is_at_once = now.console.now() - (complaint.answer or complaint).recorded_at <= _AT_ONCE_FOR
        code = AT_ONCE if "reason" not in form and is_at_once else ""
        try:
            now.refuse_in_replay()
            entry = register.undo(complaint.code, stands, by=now.by, reason=reason, reason_code=code)
        except NotEnteredError as exc:
            return _undo_form(now, complaint, reason, faults=exc.faults)
        except TrucewatchError as exc:
            return _undo_form(now, complaint, reason, trouble=exc.message)
    return taken_back(view, entry)


def registered(view: View, entry: Entry) -> Response:
    """On to a complaint that was registered."""
    code = code_of(entry.record["number"])
    receipt = Message("{number} is registered. It is entry {entry} of the ledger.", number=code, entry=entry.number)
    return after(f"/complaints/{code}", Flash(receipt, undo=f"/complaints/{code}/undo?stands=0"))


def answered(view: View, entry: Entry) -> Response:
    """Back to the complaint that was answered."""
    code = code_of(entry.record["complaint"])
    receipt = Message("The answer to {number} is entry {entry} of the ledger.", number=code, entry=entry.number)
    return after(f"/complaints/{code}", Flash(receipt, undo=f"/complaints/{code}/undo?stands={entry.record['number']}"))


def taken_back(view: View, entry: Entry) -> Response:
    """Back to the complaint of which something was taken back."""
    receipt = Message("Taken back. That is entry {entry} of the ledger; both stay.", entry=entry.number)
    return after(f"/complaints/{code_of(entry.record['complaint'])}", Flash(receipt))


def _stands_in(view: View) -> int:
    """What the message after an entry offers to take back, by its address; -1, which nothing is, where it says none."""
    text = view.request.query_params.get("stands", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1


def _row(view: View, register: Register, complaint: Complaint) -> dict[str, Any]:
    return {
        "complaint": complaint,
        "sender": sender_words(view, complaint.sender),
        "state": state_words(complaint, view),
        "is_overdue": complaint.is_overdue(register.now),
        "own_number": kept_text(register, complaint.own_number),
    }


def _whole(view: View, complaint: Complaint) -> dict[str, Any]:
    """A complaint with everything that is kept of it."""
    register = register_of(view)
    row = _row(view, register, complaint)
    texts = {name: kept_text(register, getattr(complaint, name)) for name in ("name", "call_back", "says")}
    answers = register.answers(complaint)
    lines = _lines(register, complaint, answers)
    erasable = [
        (Message("What they say"), texts["says"]),
        (Message("Their number"), row["own_number"]),
        (Term("person", "Name"), texts["name"]),
        (Message("Call-back"), texts["call_back"]),
        *((Message("answer {answer}", answer=each.number), kept_text(register, each.says)) for each in answers),
        *((Message("Reason"), line.reason) for line in lines if line.reason),
    ]
    return row | {
        "texts": texts,
        "answer_text": kept_text(register, complaint.answer.says) if complaint.answer else None,
        "lines": lines,
        "erasable": [(label, kept) for label, kept in erasable if kept.reference and kept.lines is not None],
        "can_act": not view.snapshot.is_replay,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry about a complaint, as its page lists it."""

    what: Message
    entry: int
    at: datetime
    reason: KeptText | None = None
    reason_words: Message | None = None
    """A reason that nobody had to type."""
    before: KeptText | None = None
    """The words of what was taken back."""


def _lines(register: Register, complaint: Complaint, answers: list[Answer]) -> list[Line]:
    """What was entered of a complaint, in the order of the ledger."""
    lines = [Line(what=Message("registered"), entry=complaint.entry, at=complaint.recorded_at)]
    for answer in answers:
        lines.append(
            Line(what=Message("answer {answer}", answer=answer.number), entry=answer.entry, at=answer.recorded_at)
        )
        if answer.undone:
            what = Message("answer {answer} taken back", answer=answer.number)
            lines.append(_undone(register, answer.undone, what, kept_text(register, answer.says)))
    if complaint.withdrawn:
        lines.append(_undone(register, complaint.withdrawn, Message("registration withdrawn, entered by mistake")))
    return sorted(lines, key=lambda line: line.entry)


def _undone(register: Register, undone: Undoing, what: Message, before: KeptText | None = None) -> Line:
    return Line(
        what=what,
        entry=undone.entry,
        at=undone.recorded_at,
        reason=None if undone.reason_code else kept_text(register, undone.reason),
        reason_words=REASONS.get(undone.reason_code),
        before=before,
    )


def _registration_form(
    view: View, typed: Mapping[str, str], *, faults: Mapping[str, Message] | None = None, trouble: Message | None = None
) -> HTMLResponse:
    register = register_of(view)
    senders = [(sender, sender_words(view, sender)) for sender in register.senders]
    return view.page(
        "complaints/new.html.jinja",
        status=422 if faults or trouble else 200,
        typed=typed,
        faults=faults or {},
        trouble=trouble or view.replay_trouble or rule_trouble(register),
        senders=senders,
        reply_hours=None if rule_trouble(register) else register.rule.reply_hours,
        most=MOST,
        now=register.now,
        can_act=not view.snapshot.is_replay,
    )


def _answer_form(
    view: View,
    complaint: Complaint,
    typed: Mapping[str, str],
    *,
    is_checked: bool = False,
    answered_at: datetime | None = None,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    return view.page(
        "complaints/answer.html.jinja",
        status=422 if faults or trouble else 200,
        typed=typed,
        is_checked=is_checked,
        answered_at=answered_at,
        faults=faults or {},
        trouble=trouble or view.replay_trouble or _closed_trouble(complaint),
        most=MOST,
        now=register_of(view).now,
        **_whole(view, complaint),
    )


def _undo_form(
    view: View,
    complaint: Complaint,
    reason: str,
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    return view.page(
        "complaints/undo.html.jinja",
        status=422 if faults or trouble else 200,
        reason=reason,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most=MOST,
        **_whole(view, complaint),
    )


def _closed_trouble(complaint: Complaint) -> Message | None:
    if complaint.state == "open":
        return None
    return Message("{number} is not open, so it cannot be answered now.", number=complaint.code)
