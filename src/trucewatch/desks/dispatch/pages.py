"""The outbox: which webhooks and lines there are, what waits, what was sent, what failed and why; try again, stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from trucewatch.desks.dispatch.beside import outbox_of
from trucewatch.desks.dispatch.lines import lines_document
from trucewatch.desks.dispatch.records import state_of, why
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.messages import Message, Term
from trucewatch.model.flash import WAY_WORDS
from trucewatch.model.roles import Right
from trucewatch.server.rights import needs
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import CurrentView, View
from trucewatch.store.journal import Entry
from trucewatch.store.mail_server import read_mail_server
from trucewatch.store.outbox import Delivery

PAGE: Final = 50
HERE: Final = "/outbox"
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One delivery as the page shows it. name: of the webhook or line; "" for a page and the telephone."""

    delivery: Delivery
    way: Term
    name: str
    recipient: str
    state: Term
    why: Message | None
    can_retry: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One page of deliveries, and how many there are."""

    rows: tuple[Row, ...]
    first: int
    total: int


@router.get(HERE)
@needs(Right.INSIDE)
def page(view: CurrentView, offset: int = 0, urgent: int = 0) -> HTMLResponse:
    """offset, urgent: from which delivery on, of issues and of urgent messages."""
    outbox = outbox_of(view.console)
    names = outbox.names() | outbox.line_names()
    deliveries = outbox.deliveries()
    issues = [delivery for delivery in deliveries if delivery.about == "issue"]
    flashes = [delivery for delivery in deliveries if delivery.about == "flash"]
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
        issues=_table(view, issues, offset, names),
        flashes=_table(view, flashes, urgent, names),
        hooks=hooks,
        lines=[line | {"recipient": _party(view, line["recipient"])} for line in lines_document(outbox)],
        has_server=read_mail_server(view.console.store.root / "private") is not None,
        way_words=WAY_WORDS,
        feeds=feeds,
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


def _table(view: View, deliveries: list[Delivery], offset: int, names: dict[str, str]) -> Table:
    first = min(max(offset, 0), max(len(deliveries) - 1, 0))
    rows = [_row(view, delivery, names) for delivery in deliveries[first : first + PAGE]]
    return Table(rows=tuple(rows), first=first, total=len(deliveries))


def _row(view: View, delivery: Delivery, names: dict[str, str]) -> Row:
    is_flash = delivery.about == "flash"
    return Row(
        delivery=delivery,
        way=WAY_WORDS[delivery.channel],  # type: ignore[index]
        name=names.get(delivery.key, delivery.key),
        recipient=_party(view, delivery.recipient) if is_flash else _recipient(view, delivery.recipient),
        state=state_of({"channel": delivery.channel, "state": delivery.state}),
        why=why({"fault": delivery.fault, "code": delivery.code}),
        can_retry=delivery.state in ("failed", "given_up")
        and (delivery.key in names or delivery.channel == "telephone"),
    )


def _party(view: View, recipient: str) -> str:
    agreement = view.snapshot.watch.agreement
    names = {each.id: each.names for each in view.snapshot.watch.settings.delegation}
    names |= {each.id: each.names for each in agreement.body}
    names |= {each.id: each.names for each in agreement.party}
    return isolated(view.words.name(names.get(recipient, {}), otherwise=printable(recipient)))


def _recipient(view: View, recipient: str) -> str:
    rule = view.snapshot.watch.recipient(recipient)
    return isolated(view.words.name(rule.names, otherwise=rule.id)) if rule else printable(recipient)


def _who(view: View) -> str:
    return view.console.store.keys.actor_reference(view.by, view.snapshot.watch.delegation_ids)
