"""What a side reads of its own complaints, and the form by which its liaison hands one in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.complaints.forms import (
    SORT_WORDS,
    as_field,
    kept_text,
    register_of,
    registration_in,
    rule_trouble,
    sender_words,
    typed_in,
)
from trucewatch.desks.complaints.operations import MOST, NotEnteredError
from trucewatch.desks.complaints.own_log import other_rows, own_rows
from trucewatch.desks.complaints.pages import registered
from trucewatch.desks.complaints.records import HOW_WORDS, OUTCOME_WORDS
from trucewatch.desks.complaints.states import Sender
from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.roles import Right, Role
from trucewatch.server.forms import Form, typed_of
from trucewatch.server.refusal import RefusalError
from trucewatch.server.rights import NOT_YOURS, needs
from trucewatch.server.view import CurrentView, View

router = APIRouter(include_in_schema=False)
HANDED_IN_FIELDS: Final = ("sort", "own_number", "says")


@router.get("/complaints/own")
@needs(Right.LIAISE, Right.INSIDE)
def own_complaints(view: CurrentView, side: str = "") -> HTMLResponse:
    """What one side reads. A liaison reads the log of the side for which they speak; the delegations read any side's,
    as that side does."""
    if not side and not _sides(view):
        return view.page("complaints/own_none.html.jinja")
    register, sender = register_of(view), _side(view, side)

    def sent(reply: Mapping[str, Any]) -> dict[str, Any]:
        words = {"outcome": OUTCOME_WORDS[reply["outcome"]], "how": HOW_WORDS[reply["how"]]}
        texts = {name: kept_text(register, reply[name]) for name in ("says", "grounds")}
        return dict(reply) | words | texts | {"code": reply["outcome"]}

    own = [
        row
        | {
            "own_number": kept_text(register, row["own_number"]),
            "says": kept_text(register, row["says"]),
            "sort": SORT_WORDS[row["sort"]],
            "objections": [(at, kept_text(register, says)) for at, says in row["objections"]],
            "replies": [sent(reply) for reply in row["replies"]],
        }
        for row in own_rows(register, sender)
    ]
    other = [
        row
        | {
            "sort": SORT_WORDS[row["sort"]],
            "code": row["outcome"],
            "outcome": OUTCOME_WORDS[row["outcome"]],
            "says": kept_text(register, row["says"]),
        }
        for row in other_rows(register, sender)
    ]
    return view.page(
        "complaints/own.html.jinja",
        side=sender,
        name=sender_words(view, sender),
        sides=[(each, sender_words(view, each)) for each in _sides(view)],
        own=own,
        other=other,
        reply_hours=None if rule_trouble(register) else register.rule.reply_hours,
        can_act=not view.snapshot.is_replay and view.may(Right.LIAISE),
    )


@router.get("/complaints/own/new")
@needs(Right.LIAISE)
def hand_in_form(view: CurrentView, side: str = "") -> HTMLResponse:
    return _form(view, _side(view, side), {"sort": "complaint"})


@router.post("/complaints/own/new")
@needs(Right.LIAISE)
def hand_in(view: CurrentView, form: Form) -> Response:
    """A complaint by the liaison's own hand: received as it is entered, and its clock starts then."""
    typed, sender = typed_in(form, HANDED_IN_FIELDS), _side(view, typed_of(form, "side"))
    try:
        with view.writing() as now:
            now.refuse_in_replay()
            whole = typed | {"sender": sender.code, "received_at": as_field(now, register_of(now).now)}
            registration = registration_in(now, whole, via="console")
            entry = register_of(now).register(registration, by=now.by)
    except NotEnteredError as exc:
        return _form(view, sender, typed, faults=exc.faults)
    except TrucewatchError as exc:
        return _form(view, sender, typed, trouble=exc.message)
    return registered(view, entry)


def _sides(view: View) -> list[Sender]:
    """Whose logs whoever asks may read: a liaison that of the side for which they speak, the delegations all."""
    senders = [sender for sender in register_of(view).senders if sender.kind != "civilian"]
    if view.person is not None and not view.may(Right.INSIDE):
        own = view.person.sides_as(Role.LIAISON)
        return [sender for sender in senders if sender.id in own]
    return [sender for sender in senders if sender.kind == "party"]


def _side(view: View, name: str) -> Sender:
    """The side that is asked for; the first that they may read where none is. Raises RefusalError 403 for another's,
    and 404 for one that there is not."""
    sides = _sides(view)
    chosen = next((sender for sender in sides if not name or name in (sender.id, sender.code)), None)
    if chosen is not None:
        return chosen
    if view.may(Right.INSIDE):
        raise RefusalError(404, Message('this watch has no side "{side}"', side=name[:40]))
    raise RefusalError(403, NOT_YOURS)


def _form(
    view: View,
    side: Sender,
    typed: Mapping[str, str],
    *,
    faults: Mapping[str, Message] | None = None,
    trouble: Message | None = None,
) -> HTMLResponse:
    register = register_of(view)
    return view.page(
        "complaints/own_new.html.jinja",
        status=422 if faults or trouble else 200,
        side=side,
        name=sender_words(view, side),
        typed=typed,
        faults=faults or {},
        trouble=trouble or view.replay_trouble or rule_trouble(register),
        sorts=SORT_WORDS,
        reply_hours=None if rule_trouble(register) else register.rule.reply_hours,
        most=MOST,
        can_act=not view.snapshot.is_replay,
    )
