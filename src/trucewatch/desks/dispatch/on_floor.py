"""What of the outbox does not get through: deliveries that failed and are tried again, and those that were given up."""

from __future__ import annotations

from typing import Final

from trucewatch.desks.base import FloorItem
from trucewatch.desks.dispatch.beside import outbox_of
from trucewatch.desks.dispatch.records import why
from trucewatch.locale.sanitize import isolated, printable
from trucewatch.messages import Amount, Message
from trucewatch.model.roles import Right
from trucewatch.server.view import View
from trucewatch.store.flash_records import flashes_on_record
from trucewatch.store.outbox import Delivery

_BY_HAND: Final = ("stopped", "removed")
"""A person stopped it or removed its channel: nothing waits."""


def items(view: View) -> tuple[FloorItem, ...]:
    """A line a delivery that was not taken, the last one first. A silent receiver says nothing of what happens with
    it."""
    if not view.may(Right.INSIDE):
        return ()
    outbox = outbox_of(view.console)
    # What fails of a message that is open stands with the message itself.
    open_messages = {flash.code for flash in flashes_on_record(view.console.store) if flash.ended is None}
    failing = [
        delivery
        for delivery in outbox.deliveries()
        if delivery.state in ("failed", "given_up")
        and delivery.fault not in _BY_HAND
        and not (delivery.about == "flash" and delivery.number in open_messages)
    ]
    names = outbox.names() | outbox.line_names() if failing else {}
    stands_still = view.snapshot.watch.settings.watch_time is not None
    return tuple(
        FloorItem(
            part="line",
            label=_label(view, delivery, printable(names.get(delivery.key) or delivery.channel)),
            path="/outbox",
            since=None if stands_still else delivery.queued_at,
            due=None if stands_still else delivery.next_try,
            is_late=delivery.state == "given_up",
            simulated=view.snapshot.watch.settings.simulated or delivery.is_drill,
            is_drill=delivery.is_drill,
        )
        for delivery in failing
    )


def _label(view: View, delivery: Delivery, channel: str) -> Message:
    rule = view.snapshot.watch.recipient(delivery.recipient)
    named = view.words.name(rule.names, otherwise=rule.id) if rule else delivery.recipient
    reason = why({"fault": delivery.fault, "code": delivery.code})
    values = {
        "number": printable(delivery.number),
        "recipient": isolated(printable(named)),
        "channel": isolated(channel),
        "tries": Amount(delivery.attempts),
        "why": reason or Message("no reason is on record"),
    }
    if delivery.state == "given_up":
        return Message("{number} to {recipient} by {channel}: given up after {tries} tries: {why}", **values)
    return Message("{number} to {recipient} by {channel}: failed, tried again: {why}", **values)
