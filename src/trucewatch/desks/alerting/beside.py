"""What goes on beside the pages while the console is open: alarms ring."""

from __future__ import annotations

from trucewatch.desks.alerting.room import room_of
from trucewatch.server.console import Console


def work(console: Console) -> None:
    """One look."""
    room_of(console).look()
