"""The outbox → what a terminal shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape

from trucewatch.desks.dispatch.records import state_of, why
from trucewatch.terminal.inventory import plural

if TYPE_CHECKING:
    from rich.console import Console

    from trucewatch.store.outbox import Delivery, Outbox


def show_outbox(out: Console, outbox: Outbox) -> None:
    """`trucewatch outbox WATCH list`: the webhooks, then the deliveries, the one queued last first."""
    names = outbox.names()
    if not names:
        out.print(
            "There is no webhook, so no report leaves by itself. Add one: trucewatch outbox WATCH add NAME --for "
            "RECIPIENT; of urgent messages: trucewatch outbox WATCH line add --help"
        )
    for channel in outbox.channels():
        remark = "" if outbox.has_address(channel.key) else "; its address is not kept here: remove it and add it anew"
        out.print(
            escape(f"{names[channel.key]:<24} {channel.recipient:<24} since {channel.added_at:%Y-%m-%d %H:%MZ}{remark}")
        )
    line_names = outbox.line_names()
    for line in outbox.lines():
        since = f"since {line.added_at:%Y-%m-%d %H:%MZ}; urgent messages"
        out.print(escape(f"{line_names[line.key]:<24} {line.recipient:<24} {since}"))
    show_deliveries(out, outbox.deliveries(), names | line_names)


def show_deliveries(out: Console, deliveries: Sequence[Delivery], names: dict[str, str]) -> None:
    """One a line, and how many there are."""
    for delivery in deliveries:
        reason = why({"fault": delivery.fault, "code": delivery.code})
        words = state_of({"channel": delivery.channel, "state": delivery.state})
        state = f"{words}; {reason}" if reason else f"{words}"
        later = f", next {delivery.next_try:%Y-%m-%d %H:%MZ}" if delivery.next_try else ""
        tries = f", {plural(delivery.attempts, 'attempt')}" if delivery.attempts else ""
        name = names.get(delivery.key, delivery.key) or f"{delivery.channel}, {delivery.recipient}"
        drill = ", drill" if delivery.is_drill else ""
        number = f"{delivery.number} r{delivery.revision}{drill}"
        out.print(escape(f"{delivery.id}  {number}  {name}: {state}{tries}{later}"))
    count = len(deliveries)
    out.print("1 delivery." if count == 1 else f"{count:,} deliveries." if count else "No delivery.")
