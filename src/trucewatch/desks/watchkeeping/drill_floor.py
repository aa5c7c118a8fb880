"""The drill that runs, as a line of the board: and that it has most likely been forgotten, after half a day."""

from __future__ import annotations

from trucewatch.desks.base import FloorItem
from trucewatch.messages import Message
from trucewatch.server.drill_shown import drill_shown
from trucewatch.server.view import View


def drill_items(view: View) -> tuple[FloorItem, ...]:
    """One line while a drill runs, among what is of drills: nothing real waits in it."""
    drill = drill_shown(view)
    if drill is None:
        return ()
    if drill.is_long:
        label = Message(
            "The drill {drill} has run for more than 12 hours. If nobody drills any more, end it.", drill=drill.code
        )
    else:
        label = Message(
            "The drill {drill} runs: what is entered is of it, unless it is said to be real.", drill=drill.code
        )
    return (
        FloorItem(
            part="other",
            label=label,
            path="/drills",
            since=drill.began_at,
            is_late=drill.is_long,
            simulated=True,
            is_drill=True,
        ),
    )
