"""The shift → what a terminal shows and a program is given. People stand there by reference, words nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from rich.markup import escape

from trucewatch.locale.sanitize import printable
from trucewatch.model.times import iso_utc, zone_label
from trucewatch.store.flash_records import flashes_on_record
from trucewatch.store.shift_records import shift_now, shifts_on_record

if TYPE_CHECKING:
    from rich.console import Console

    from trucewatch.desks.base import FloorItem
    from trucewatch.desks.watchkeeping.operations import Shifts
    from trucewatch.model.shift import Handover, Shift

MOST_LISTED: Final = 20
WITHHELD: Final = ("names", "words", "remark", "lines")


def shift_document(shifts: Shifts, waiting: Sequence[FloorItem] = ()) -> dict[str, Any]:
    """`trucewatch shift WATCH --json`. waiting: what waits or runs at every desk."""
    present = shift_now(shifts.store)
    return {
        "schema": "trucewatch/shift-now/1",
        "watch": shifts.watch.settings.id,
        "simulated": shifts.watch.settings.simulated,
        "as_of": iso_utc(shifts.now),
        "withheld": list(WITHHELD),
        "shift": None if present is None else _shift(present, shifts.now),
        "open": list(_open(shifts, waiting)),
        "handovers": [_handover(each) for each in _handovers(shifts)],
    }


def show_shift(out: Console, shifts: Shifts, waiting: Sequence[FloorItem] = ()) -> None:
    """`trucewatch shift`: who is on, since when, until when, what is open, the last hand-overs."""
    present, zone = shift_now(shifts.store), zone_label(shifts.now, shifts.watch.zone)
    simulated = "Simulated: this watch is invented. " if shifts.watch.settings.simulated else ""
    out.print(escape(f"{simulated}By the watch's clock, {_moment(shifts, shifts.now)} ({zone})."))
    if present is None:
        out.print("No shift is on. It is begun in the console, page Shift: trucewatch serve WATCH")
    else:
        until = f"to be handed over {_moment(shifts, present.planned_end)}" if present.planned_end else "no end planned"
        drill = f", drill DR-{present.drill}" if present.drill else ""
        out.print(escape(f"Shift {present.code} is on since {_moment(shifts, present.began_at)}, {until}{drill}."))
        if present.is_past_end(shifts.now):
            out.print("Its planned end is past: write the hand-over, or end the shift.")
        if present.takes_over:
            out.print(f"Shift SH-{present.takes_over} before it was not handed over.")
        for each in present.on:
            side, lead = (f", {each.side}" if each.side else ""), (", lead" if each.is_lead else "")
            out.print(escape(f"  {each.who}{side}{lead}, since {_moment(shifts, each.from_at)}"))
    for item in _open(shifts):
        out.print(escape(f"Open: {item['what']} {item['code']}"))
    for waits in _beside_messages(waiting):
        drill = "Drill: " if waits.is_drill else ""
        late = ", late" if waits.is_late else ""
        out.print(escape(f"Open: {drill}{printable(str(waits.label))}{late}"))
    for handover in _handovers(shifts):
        signed = f"signed {_moment(shifts, handover.signed.at)}" if handover.signed else "not signed"
        out.print(escape(f"{handover.code} of SH-{handover.shift}: written {_moment(shifts, handover.at)}, {signed}"))


def _handovers(shifts: Shifts) -> list[Handover]:
    """The last ones that count, the newest first."""
    counted = [each.handover for each in shifts_on_record(shifts.store) if each.handover is not None]
    return list(reversed(counted))[:MOST_LISTED]


def _beside_messages(waiting: Sequence[FloorItem]) -> list[FloorItem]:
    """Urgent messages are told by their records: one line each, and not one a recipient."""
    return [each for each in waiting if each.part != "flash"]


def _open(shifts: Shifts, waiting: Sequence[FloorItem] = ()) -> Iterator[dict[str, Any]]:
    """What is open: by the records, and what waits at every desk without its sentence, as programs are given it."""
    for flash in flashes_on_record(shifts.store):
        if flash.ended is None:
            yield {
                "what": "urgent message",
                "code": flash.code,
                "since": iso_utc(flash.sent_at),
                "unanswered": list(flash.unanswered(shifts.now)),
                "simulated": flash.simulated,
            }
    last = next((each for each in reversed(shifts_on_record(shifts.store)) if each.handover), None)
    if last is not None and last.unsigned is not None:
        yield {
            "what": "hand-over not signed",
            "code": last.unsigned.code,
            "since": iso_utc(last.unsigned.at),
            "simulated": last.simulated,
        }
    for each in _beside_messages(waiting):
        yield {
            "what": each.part,
            "path": each.path,
            "since": iso_utc(each.since) if each.since else None,
            "due": iso_utc(each.due) if each.due else None,
            "late": each.is_late,
            "failed": each.has_failed,
            "simulated": each.simulated,
            "drill": each.is_drill,
        }


def _shift(shift: Shift, now: datetime) -> dict[str, Any]:
    return {
        "number": shift.code,
        "since": iso_utc(shift.began_at),
        "until": iso_utc(shift.planned_end) if shift.planned_end else None,
        "past_planned_end": shift.is_past_end(now),
        "took_over_from": f"SH-{shift.takes_over}" if shift.takes_over else None,
        "drill": shift.drill or None,
        "simulated": shift.simulated,
        "entry": shift.entry,
        "on": [
            # A typed name is a reference too; whoever may read it finds it on the page.
            {"who": each.who, "side": each.side or None, "lead": each.is_lead, "since": iso_utc(each.from_at)}
            for each in shift.on
        ],
    }


def _handover(handover: Handover) -> dict[str, Any]:
    return {
        "number": handover.code,
        "shift": f"SH-{handover.shift}",
        "written_at": iso_utc(handover.at),
        "entry": handover.entry,
        "signed_at": iso_utc(handover.signed.at) if handover.signed else None,
        "signed_entry": handover.signed.entry if handover.signed else None,
        "until_entry": handover.until_entry,
    }


def _moment(shifts: Shifts, moment: datetime) -> str:
    return f"{moment.astimezone(shifts.watch.zone):%Y-%m-%d %H:%M}"
