"""The outbox: which webhooks there are, what waits, what was sent, what failed and why; try again, stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.dispatch.beside import outbox_of
from trucewatch.desks.dispatch.records import STATES, why
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.messages import Message, Term
from trucewatch.model.roles import Right
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.outbox import Delivery

PAGE: Final = 50
HERE: Final = "/outbox"
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One delivery as the page shows it."""

    delivery: Delivery
    name: str
    recipient: str
    state: Term
    why: Message | None
    can_retry: bool


@router.get(HERE)
@needs(Right.INSIDE)
def page(view: CurrentView, offset: int = 0) -> HTMLResponse:
    outbox = outbox_of(view.console)
    deliveries, names = outbox.deliveries(), outbox.names()
    first = min(max(offset, 0), max(len(deliveries) - 1, 0))
    rows = [_row(view, delivery, names) for delivery in deliveries[first : first + PAGE]]
    hooks = [
        {
            "name": names[channel.key],
            "recipient": _recipient(view, channel.recipient),
            "added_at": channel.added_at,
            "has_address": outbox.has_address(channel.key),
        }
        for channel in outbox.channels()
    ]
    feeds = [(rule.id, _recipient(view, rule.id)) for rule in view.snapshot.watch.settings.recipient]
    return view.page(
        "dispatch/outbox.html.jinja",
        rows=rows,
        hooks=hooks,
        feeds=feeds,
        first=first,
        total=len(deliveries),
        page_size=PAGE,
    )


@router.post("/outbox/{delivery_id}/retry")
@needs(Right.RELEASE)
def retry(view: CurrentView, delivery_id: str) -> Response:
    """Send a delivery again at the next look."""
    with view.writing() as now:
        now.refuse_in_replay()
        entry = outbox_of(now.console).retry(delivery_id, by=_who(now), now=now.console.now())
    return answered(view, entry)


@router.post("/outbox/{delivery_id}/stop")
@needs(Right.RELEASE)
def stop(view: CurrentView, delivery_id: str) -> Response:
    with view.writing() as now:
        now.refuse_in_replay()
        entry = outbox_of(now.console).stop(delivery_id, by=_who(now))
    return answered(view, entry)


def answered(view: View, entry: Entry) -> Response:
    """On to the outbox, with what was done."""
    if entry.record["act"] == "stop":
        return after(HERE, Toast(Message("Stopped: it is tried no more. Try again is beside it.")))
    return after(HERE, Toast(Message("It is sent again in a moment.")))


def _row(view: View, delivery: Delivery, names: dict[str, str]) -> Row:
    reason = why({"fault": delivery.fault, "code": delivery.code})
    return Row(
        delivery=delivery,
        name=names.get(delivery.key, delivery.key),
        recipient=_recipient(view, delivery.recipient),
        state=STATES[delivery.state],
        why=reason,
        can_retry=delivery.state in ("failed", "given_up") and delivery.key in names,
    )


def _recipient(view: View, recipient: str) -> str:
    rule = view.snapshot.watch.recipient(recipient)
    return isolated(view.words.name(rule.names, otherwise=rule.id)) if rule else printable(recipient)


def _who(view: View) -> str:
    return view.console.store.keys.actor_reference(view.by, view.snapshot.watch.delegation_ids)
