"""What of urgent messages ends with a drill: whoever got one of it is told that it is over and that what follows is
real."""

from __future__ import annotations

from trucewatch.desks.flashing.acting import DESK_NAME, ways_to
from trucewatch.desks.flashing.beside import outbox_of
from trucewatch.model.drill import Drill
from trucewatch.pipeline.drilling import drill_label
from trucewatch.pipeline.flash_sending import end_drill_flashes
from trucewatch.server.view import View
from trucewatch.store.flash_records import flashes_on_record


def ended(view: View, drill: Drill) -> None:
    """Close the open messages of a drill; the text that says so goes by the ways of each, in one second."""
    store = view.console.store
    of_drill = [flash for flash in flashes_on_record(store) if flash.draft.drill == drill.number and not flash.ended]
    if not of_drill:
        return
    to = {recipient.id: recipient for flash in of_drill for recipient in flash.to}
    with view.writing() as now:
        end_drill_flashes(
            store,
            now.watch,
            drill.number,
            outbox=outbox_of(now.console),
            ways=ways_to(now, tuple(to.values())),
            by=now.by,
            now=now.clock,
            clock=now.console.now,
            drill_label=drill_label(store, drill),
        )
    view.console.look_now(DESK_NAME)
