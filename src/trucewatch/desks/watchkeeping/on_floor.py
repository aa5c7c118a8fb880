"""What of the watch itself waits or runs, for the board of the floor and for the hand-over of a shift."""

from __future__ import annotations

from trucewatch.desks.base import FloorItem
from trucewatch.desks.watchkeeping.drill_floor import drill_items
from trucewatch.server.view import View


def items(view: View) -> tuple[FloorItem, ...]:
    return drill_items(view)
