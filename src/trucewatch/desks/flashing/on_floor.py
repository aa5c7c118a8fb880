"""What of urgent messages waits, for the board of the floor: who has not answered, what has to be read out, which ways
failed, and what is open without quiet."""

from __future__ import annotations

from collections.abc import Iterator

from trucewatch.desks.base import FloorItem
from trucewatch.desks.flashing.beside import outbox_of
from trucewatch.desks.flashing.reach import Side, is_open
from trucewatch.desks.flashing.shown import liaisons_now, sides_in
from trucewatch.desks.flashing.wording import faults_of, standing_of
from trucewatch.messages import Message
from trucewatch.model.flash import Flash
from trucewatch.model.roles import Right
from trucewatch.server.view import View
from trucewatch.store.flash_records import flashes_on_record


def items(view: View) -> tuple[FloorItem, ...]:
    """A line for each recipient from whom something is missing, and for each way that failed; one for a message that
    all answered, and of which quiet is not known yet."""
    if not view.may(Right.INSIDE):
        return ()
    waiting = [flash for flash in flashes_on_record(view.console.store) if is_open(flash)]
    if not waiting:
        return ()
    outbox, liaisons = outbox_of(view.console), liaisons_now(view)
    lines: list[FloorItem] = []
    for flash in waiting:
        sides = sides_in(view, flash, outbox.deliveries_of(flash.code), liaisons)
        lines += _items_of(view, flash, sides)
    return tuple(sorted(lines, key=lambda item: (item.is_drill, not item.is_late)))


def _items_of(view: View, flash: Flash, sides: tuple[Side, ...]) -> Iterator[FloorItem]:
    is_missing = False
    for side in sides:
        if not side.acknowledged and not side.quiet:
            is_missing = True
            yield _item(
                flash,
                Message("{code}: {what}", code=flash.code, what=standing_of(view, flash, side)),
                is_late=side.needs_call or side.said == "silent_late",
                has_clock=True,
            )
            for sentence in faults_of(view, side):
                yield _item(flash, Message("{code}: {what}", code=flash.code, what=sentence), has_failed=True)
    if not is_missing and flash.quiet_at is None:
        yield _item(flash, Message("{code}: all have answered; that it is quiet is not known yet", code=flash.code))
    elif not is_missing:
        label = (
            Message("{code}: the centre's own means saw quiet; close it", code=flash.code)
            if flash.own_quiet
            else Message("{code}: both sides say that it is quiet; close it", code=flash.code)
        )
        yield _item(flash, label)


def _item(
    flash: Flash, label: Message, *, is_late: bool = False, has_clock: bool = False, has_failed: bool = False
) -> FloorItem:
    return FloorItem(
        part="flash",
        label=label,
        path=f"/urgent/{flash.code}",
        since=flash.sent_at,
        due=flash.draft.answer_by if has_clock else None,
        is_late=is_late,
        simulated=flash.simulated,
        is_drill=flash.is_drill,
        has_failed=has_failed,
    )
