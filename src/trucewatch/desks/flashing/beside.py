"""What goes on beside the pages while the console is open: what is due of urgent messages is sent, in a thread of its
own, so that no slow receiver of reports holds it up."""

from __future__ import annotations

from trucewatch.server.console import Console
from trucewatch.store.outbox import Outbox


def outbox_of(console: Console) -> Outbox:
    """The outbox of a console as this desk reads it, one for as long as it is open."""
    return console.part(_outbox)


def work(console: Console) -> None:
    """One look. A watch without an urgent message asks for no network at all."""
    outbox_of(console).send_flashes(console.now, console.snapshot.watch.settings, guard=console.writing)


def _outbox(console: Console) -> Outbox:
    return Outbox(console.store)
