"""What of urgent messages ends with a drill: whoever got one of it is told that it is over and that what follows is
real."""

from __future__ import annotations

from trucewatch.desks.flashing.acting import DESK_NAME
from trucewatch.desks.flashing.beside import close_of_drill
from trucewatch.model.drill import Drill
from trucewatch.server.view import View


def ended(view: View, drill: Drill) -> None:
    """Close the open messages of a drill; the text that says so goes by the ways of each, in one second."""
    if close_of_drill(view.console, drill, by=view.by):
        view.console.look_now(DESK_NAME)
