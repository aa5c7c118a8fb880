"""What goes on beside the pages while the console is open: what follows from messages is queued, and what waits goes
out over HTTPS. What may not be kept any more goes by the one clock of the watch, beside the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field

from trucewatch.pipeline.post import Post
from trucewatch.pipeline.post_sending import Waits, follow_up, send_due
from trucewatch.server.console import Console
from trucewatch.store.post_https import post_sealed
from trucewatch.store.post_peers import post_peers


@dataclass(slots=True)
class Looks:
    """When what was looked at last."""

    waits: Waits = field(default_factory=Waits)
    entries: int = -1


def work(console: Console) -> None:
    """One look. A watch without a peer asks for no network at all."""
    if not post_peers(console.store):
        return
    looks = console.part(_looks)
    if looks.entries != len(console.store.journal):
        with console.writing():
            follow_up(post_of(console))
            looks.entries = len(console.store.journal)
    send_due(lambda: post_of(console), looks.waits, hand_over=post_sealed, guard=console.writing)


def post_of(console: Console) -> Post:
    """The post-box of a console at this moment of the watch's clock."""
    snapshot = console.snapshot
    return Post(console.store, snapshot.watch, snapshot.as_of if snapshot.is_past else console.now())


def _looks(console: Console) -> Looks:
    return Looks()
