"""What goes on beside the pages while the console is open: what is due of urgent messages is sent, in a thread of its
own, so that no slow receiver of reports holds it up."""

from __future__ import annotations

from trucewatch.desks.flashing.operations import liaisons_of
from trucewatch.model.drill import Drill
from trucewatch.pipeline.drilling import drill_label
from trucewatch.pipeline.flash_sending import end_drill_flashes
from trucewatch.server.console import Console
from trucewatch.store.drill_records import drill_of
from trucewatch.store.flash_records import flashes_on_record
from trucewatch.store.outbox import Outbox


def outbox_of(console: Console) -> Outbox:
    """The outbox of a console as this desk reads it, one for as long as it is open."""
    return console.part(_outbox)


def work(console: Console) -> None:
    """One look. What is open of a drill that has ended, as after a kill between the two, is closed first. A watch
    without an urgent message asks for no network at all."""
    open_drills = {each.draft.drill for each in flashes_on_record(console.store) if each.is_drill and not each.ended}
    for number in sorted(open_drills):
        drill = drill_of(console.store, number)
        if drill is not None and not drill.runs:
            close_of_drill(console, drill, by=drill.ended_by)
    outbox_of(console).send_flashes(console.now, console.snapshot.watch.settings, guard=console.writing)


def close_of_drill(console: Console, drill: Drill, *, by: str) -> bool:
    """Close the open messages of a drill that has ended, and queue to all who got one that it is over; whether there
    was one."""
    store = console.store
    still_open = [each for each in flashes_on_record(store) if each.draft.drill == drill.number and not each.ended]
    if not still_open:
        return False
    to = {recipient.id: recipient for flash in still_open for recipient in flash.to}
    with console.writing():
        snapshot, outbox = console.snapshot, outbox_of(console)
        ways = outbox.ways_out(tuple(to.values()), liaisons_of(store, console.now()))
        closed = end_drill_flashes(
            store,
            snapshot.watch,
            drill.number,
            outbox=outbox,
            ways=ways,
            by=by,
            now=snapshot.as_of if snapshot.is_past else console.now(),
            clock=console.now,
            drill_label=drill_label(store, drill),
        )
    return bool(closed)


def _outbox(console: Console) -> Outbox:
    return Outbox(console.store)
