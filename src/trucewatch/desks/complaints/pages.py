"""Complaints: the register per side, one complaint with its links, and the forms to register and to take back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.complaints.attention import attention_of
from trucewatch.desks.complaints.begun import came_in_with
from trucewatch.desks.complaints.forms import (
    REGISTRATION_FIELDS,
    SORT_WORDS,
    actor_of,
    as_field,
    complaint_at,
    incidents_in,
    lasting,
    register_of,
    registration_in,
    replies_of,
    rule_trouble,
    sender_words,
    typed_in,
)
from trucewatch.desks.complaints.operations import MOST, NotEnteredError, Register
from trucewatch.desks.complaints.records import AT_ONCE, LINKS, SORTS, LinkTo, code_of
from trucewatch.desks.complaints.shown import complaint_page, row_of, whole
from trucewatch.desks.complaints.states import Complaint
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message, Term
from trucewatch.model.roles import Right
from trucewatch.server.forms import Form, number_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import NOT_YOURS, needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry

PAGE: Final = 50
STATES: Final[Mapping[str, Term]] = {
    "open": Term("complaint", "open"),
    "late": Term("complaint", "past the time for a reply"),
    "answered": Term("complaint", "answered"),
    "withdrawn": Term("complaint", "registration withdrawn"),
}
_AT_ONCE_FOR: Final = timedelta(minutes=2)
"""How long the message that follows an entry may take it back without a typed reason."""

router = APIRouter(include_in_schema=False)


@router.get("/complaints")
@needs(Right.INSIDE)
def complaints(view: CurrentView, offset: int = 0, side: str = "", state: str = "", sort: str = "") -> HTMLResponse:
    """The register, both sides one beside the other; a page of it."""
    register = register_of(view)
    side = side if side in {sender.code for sender in register.senders} else ""
    state, sort = state if state in STATES else "", sort if sort in SORTS else ""
    everything = register.complaints()
    chosen = register.complaints(side=side, state=state, sort=sort) if side or state or sort else everything
    first = min(max(offset, 0), max(len(chosen) - 1, 0))
    trouble = rule_trouble(register)
    return view.page(
        "complaints/complaints.html.jinja",
        groups=_groups(view, register, chosen[first : first + PAGE]),
        shown=len(chosen[first : first + PAGE]),
        matching=len(chosen),
        counts=register.counts(everything),
        attention=[
            (sender_words(view, row.sender), row, lasting(view, row.median) if row.median is not None else "")
            for row in attention_of(register, everything)
        ],
        first=first,
        page_size=PAGE,
        filters={"side": side, "state": state, "sort": sort},
        query=urlencode({name: value for name, value in (("side", side), ("state", state), ("sort", sort)) if value}),
        senders=[(sender, sender_words(view, sender)) for sender in register.senders],
        states=STATES,
        sorts=SORT_WORDS,
        trouble=trouble,
        reply_hours=None if trouble else register.rule.reply_hours,
    )


@router.get("/complaints/new")
@needs(Right.TAKE)
def new(view: CurrentView, claim: str = "", letter: str = "") -> HTMLResponse:
    """The form; of a letter, or of a claim, with what the record of it says: the clock runs from when that came in."""
    typed = {
        "received_at": as_field(view, register_of(view).now),
        "claims": claim[: MOST["claims"]],
        "sort": "complaint",
    }
    return _registration_form(view, typed | came_in_with(view, claim=claim, letter=letter[:20]))


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
def complaint_shown(view: CurrentView, number: str) -> HTMLResponse:
    return complaint_page(view, complaint_at(view, number))


@router.post("/complaints/{number}/link")
@needs(Right.TAKE)
def link(view: CurrentView, number: str, form: Form) -> Response:
    """Link a complaint to an incident or a claim, by hand."""
    typed = typed_in(form, ("to", "linked"))
    with view.writing() as now:
        complaint, register = complaint_at(now, number), register_of(now)
        to: LinkTo = next((kind for kind in LINKS if kind == typed["to"]), "incident")
        try:
            now.refuse_in_replay()
            linked = incidents_in(now, typed["linked"], "linked") if to == "incident" else typed["linked"]
            entry = register.link(complaint.code, to, linked, by=now.by)
        except NotEnteredError as exc:
            return complaint_page(now, complaint, typed=typed, faults=exc.faults)
        except TrucewatchError as exc:
            return complaint_page(now, complaint, typed=typed, trouble=exc.message)
    return stepped(view, entry)


@router.get("/complaints/{number}/undo")
@needs(Right.TAKE, Right.REPLY, Right.AGREE)
def undo_form(view: CurrentView, number: str, entry: int = -1) -> HTMLResponse:
    return _undo_form(view, complaint_at(view, number), "", entry=entry)


@router.post("/complaints/{number}/undo")
@needs(Right.TAKE, Right.REPLY, Right.AGREE)
def undo(view: CurrentView, number: str, form: Form) -> Response:
    """Take back what stands, or what one entry says. Straight after an entry no reason need be typed; later one is
    asked for."""
    reason = typed_in(form, ("reason",))["reason"]
    step = number_of(form, "entry") if "entry" in form else _number_in(view, "entry")
    stands = number_of(form, "stands") if "stands" in form else _number_in(view, "stands")
    with view.writing() as now:
        complaint = complaint_at(now, number)
        _hold_right(now, complaint, step)
        code = AT_ONCE if "reason" not in form and _is_at_once(now, complaint, step) else ""
        try:
            now.refuse_in_replay()
            if step >= 0:
                entry = _undo_entry(now, complaint, step, reason, code)
            else:
                entry = register_of(now).undo(complaint.code, stands, by=now.by, reason=reason, reason_code=code)
        except NotEnteredError as exc:
            return _undo_form(now, complaint, reason, entry=step, faults=exc.faults)
        except TrucewatchError as exc:
            return _undo_form(now, complaint, reason, entry=step, trouble=exc.message)
    return taken_back(view, entry)


def registered(view: View, entry: Entry) -> Response:
    """On to a complaint that was registered."""
    code = code_of(entry.record["number"])
    receipt = Message("{number} is registered. It is entry {entry} of the ledger.", number=code, entry=entry.number)
    if entry.record.get("via") == "console" and not view.may(Right.INSIDE):
        return after("/complaints/own", Toast(Message("{number} is registered.", number=code)))
    return after(f"/complaints/{code}", Toast(receipt, undo=f"/complaints/{code}/undo?stands=0"))


def stepped(view: View, entry: Entry) -> Response:
    """Back to the complaint of which a reply, a step, an objection or a link was entered."""
    code = _code_in(entry)
    receipt = Message("{number}: entered. It is entry {entry} of the ledger.", number=code, entry=entry.number)
    is_sent = entry.record.get("step") == "sent"
    undo = "" if is_sent else f"/complaints/{code}/undo?entry={entry.number}"
    return after(f"/complaints/{code}", Toast(receipt, undo=undo))


def answered(view: View, entry: Entry) -> Response:
    """Back to the complaint that was answered before there were replies."""
    code = code_of(entry.record["complaint"])
    receipt = Message("The answer to {number} is entry {entry} of the ledger.", number=code, entry=entry.number)
    return after(f"/complaints/{code}", Toast(receipt, undo=f"/complaints/{code}/undo?stands={entry.record['number']}"))


def taken_back(view: View, entry: Entry) -> Response:
    """Back to the complaint of which something was taken back."""
    receipt = Message("Taken back. That is entry {entry} of the ledger; both stay.", entry=entry.number)
    if entry.record.get("complaint") == 0:
        return after(f"/complaints/log/{entry.record['side']}", Toast(receipt))
    return after(f"/complaints/{_code_in(entry)}", Toast(receipt))


def _code_in(entry: Entry) -> str:
    """The complaint that an entry is about; an assent names it in its subject, `reply:C-3:2`."""
    record = entry.record
    return record["subject"].split(":")[1] if "subject" in record else code_of(record["complaint"])


def _groups(view: View, register: Register, rows: list[Complaint]) -> list[dict[str, Any]]:
    """The rows of a page by who sent them, parties first, in the order of the watch; each party has its place also
    where it has none."""
    parties = [sender for sender in register.senders if sender.kind == "party"]
    groups = [
        {
            "sender": sender,
            "name": sender_words(view, sender),
            "rows": [row_of(view, register, row) for row in rows if row.sender == sender],
        }
        for sender in parties
    ]
    others = [row_of(view, register, row) for row in rows if row.sender not in parties]
    if others:
        groups.append({"sender": None, "name": view.words.gettext("Delegations and civilians"), "rows": others})
    return groups


def _undo_entry(view: View, complaint: Complaint, entry: int, reason: str, code: str) -> Entry:
    """Take back what one entry says."""
    if entry in {link.entry for link in complaint.linked}:
        return register_of(view).undo_link(complaint.code, entry, by=view.by, reason=reason, reason_code=code)
    return replies_of(view).undo(complaint.code, entry, actor=actor_of(view), reason=reason, reason_code=code)


def _hold_right(view: View, complaint: Complaint, entry: int) -> None:
    """Who may enter something may take it back, and nobody else. entry: as the form names it, -1 for what stands.
    Raises RefusalError 403."""
    agreed = {assent.entry for reply in complaint.replies for assent in reply.assents}
    steps = {reply.entry for reply in complaint.replies}
    steps |= {step.entry for reply in complaint.replies for step in reply.steps}
    right = Right.TAKE
    if entry in agreed:
        right = Right.AGREE
    elif entry in steps or (entry < 0 and complaint.stands):
        right = Right.REPLY
    if not view.may(right):
        raise RefusalError(403, NOT_YOURS)


def _is_at_once(view: View, complaint: Complaint, entry: int) -> bool:
    """Whether what is taken back was entered just now."""
    at = {complaint.entry: complaint.recorded_at} | {row.entry: row.recorded_at for row in complaint.linked}
    at |= {appeal.entry: appeal.recorded_at for appeal in complaint.appeals}
    at |= {reply.entry: reply.recorded_at for reply in complaint.replies}
    at |= {assent.entry: assent.recorded_at for reply in complaint.replies for assent in reply.assents}
    at |= {step.entry: step.recorded_at for reply in complaint.replies for step in reply.steps}
    recorded_at = (complaint.answer or complaint).recorded_at if entry < 0 else at.get(entry)
    return recorded_at is not None and view.console.now() - recorded_at <= _AT_ONCE_FOR


def _number_in(view: View, name: str) -> int:
    """What the message after an entry offers to take back, by its address; -1, which nothing is, where it says none."""
    text = view.request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


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
        sorts=SORT_WORDS,
        reply_hours=None if rule_trouble(register) else register.rule.reply_hours,
        most=MOST,
        now=register.now,
        can_act=not view.snapshot.is_replay,
    )


def _undo_form(
    view: View,
    complaint: Complaint,
    reason: str,
    *,
    entry: int = -1,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    shown = whole(view, complaint)
    line = next((line for line, _ in shown["lines"] if line.entry == entry), None)
    if entry >= 0 and trouble is None and (line is None or not line.can_go):
        trouble = Message("{number}: this entry cannot be taken back now.", number=complaint.code)
    return view.page(
        "complaints/undo.html.jinja",
        status=422 if faults or trouble else 200,
        reason=reason,
        step=line if entry >= 0 else None,
        step_entry=entry,
        faults=faults or {},
        trouble=trouble or view.replay_trouble,
        most=MOST,
        **shown,
    )
