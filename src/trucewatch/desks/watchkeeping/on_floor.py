"""What of the watch itself waits or runs: a shift past its planned end, a hand-over that nobody has signed, a drill,
open tasks."""

from __future__ import annotations

from collections.abc import Iterator

from trucewatch.desks.base import FloorItem
from trucewatch.desks.watchkeeping.drill_floor import drill_items
from trucewatch.desks.watchkeeping.forms import shifts_of
from trucewatch.desks.watchkeeping.task_floor import task_items
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.view import View
from trucewatch.store.shift_records import shift_now, shifts_on_record


def items(view: View) -> tuple[FloorItem, ...]:
    """What stands of shifts, drills and tasks, for whoever reads inside."""
    return (*_shift_items(view), *drill_items(view), *task_items(view)) if view.may(Right.INSIDE) else ()


def _shift_items(view: View) -> Iterator[FloorItem]:
    store, now = view.console.store, shifts_of(view).now
    shift = shift_now(store)
    if shift is not None and shift.is_past_end(now):
        yield FloorItem(
            part="clock",
            label=Message("Shift {number} goes on after its planned end: hand it over, or end it", number=shift.code),
            path="/shift",
            since=shift.began_at,
            due=shift.planned_end,
            is_late=True,
            simulated=shift.simulated,
            is_drill=bool(shift.drill),
        )
    last = next((each for each in reversed(shifts_on_record(store)) if each.handover is not None), None)
    if last is not None and last.unsigned is not None:
        yield FloorItem(
            part="other",
            label=Message("Hand-over {number} is not signed: who comes reads and signs it", number=last.unsigned.code),
            path=f"/shift/handover/{last.unsigned.code}",
            since=last.unsigned.at,
            simulated=last.simulated,
            is_drill=bool(last.drill),
        )
