"""What goes on beside the pages while the console is open: what was issued is queued, and what is due is sent."""

from __future__ import annotations

from trucewatch.desks.dispatch.operations import send
from trucewatch.server.console import Console
from trucewatch.store.outbox import Outbox


def outbox_of(console: Console) -> Outbox:
    """The outbox of a console, one for as long as it is open."""
    return console.part(_outbox)


def work(console: Console) -> None:
    """One look. A watch without webhooks asks for no network at all."""
    send(outbox_of(console), console.snapshot.watch, console.now, console.writing)


def _outbox(console: Console) -> Outbox:
    return Outbox(console.store)
