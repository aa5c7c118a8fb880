"""What of the shift waits or runs, for the board of the floor and for the hand-over."""

from __future__ import annotations

from trucewatch.desks.base import FloorItem
from trucewatch.desks.watchkeeping.task_floor import task_items
from trucewatch.server.view import View


def items(view: View) -> tuple[FloorItem, ...]:
    return task_items(view)
