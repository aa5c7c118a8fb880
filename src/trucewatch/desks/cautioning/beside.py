"""What goes on beside the pages: a road notice that was decided is queued for its recipients within seconds."""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.desks.cautioning.deciding import send_decided
from trucewatch.server.console import Console
from trucewatch.store.post_peers import post_peers


@dataclass(slots=True)
class Looks:
    """How many entries the ledger had when it was looked last."""

    entries: int = -1


def work(console: Console) -> None:
    """One look; nothing is opened where there is nobody to send to, or where nothing was entered since."""
    if console.snapshot.watch.kind != "centre" or not post_peers(console.store):
        return
    looks = console.part(_looks)
    if looks.entries != len(console.store.journal):
        with console.writing():
            send_decided(console, by="")
            looks.entries = len(console.store.journal)


def _looks(console: Console) -> Looks:
    return Looks()
