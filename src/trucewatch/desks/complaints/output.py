"""The register of complaints → what a terminal shows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.markup import escape

from trucewatch.model.times import zone_label
from trucewatch.terminal.inventory import plural

if TYPE_CHECKING:
    from rich.console import Console

    from trucewatch.desks.complaints.operations import Register
    from trucewatch.desks.complaints.states import Complaint

NONE_AGREED = "none agreed"


def show_register(out: Console, register: Register) -> None:
    """`trucewatch complaints`: what was agreed for replies, a complaint a line, and the sum."""
    hours = register.rule.reply_hours
    agreed = (
        "No time for a reply was agreed; a watch states one in watch.toml: [desk.complaints] reply_hours = 72"
        if hours is None
        else f"A reply is due within {hours:g} h of receipt, as the watch agreed."
    )
    zone = zone_label(register.now, register.watch.zone)
    simulated = "Simulated: this watch is invented. " if register.watch.settings.simulated else ""
    out.print(escape(f"{simulated}By the watch's clock, {_moment(register, register.now)} ({zone}). {agreed}"))
    complaints = register.complaints()
    if not complaints:
        out.print("No complaint was registered by then. They are entered in the console: trucewatch serve WATCH")
        return
    rows = [_cells(register, complaint) for complaint in complaints]
    heads = ("number", "from", f"received, {zone}", f"reply due, {zone}", "state")
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads) - 1)]
    for row in (heads, *rows):
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
        line = escape("  ".join([*cells, row[-1]]))
        out.print(f"[dim]{line}[/]" if row is heads else line)
    counts = register.counts()
    out.print(
        f"{plural(counts.total, 'complaint')}: {counts.open} open, {counts.overdue} of them past the time agreed for a "
        f"reply; {counts.answered} answered, {counts.withdrawn} withdrawn."
    )


def _cells(register: Register, complaint: Complaint) -> tuple[str, ...]:
    sender = complaint.sender
    words = {"party": sender.id, "delegation": f"delegation {sender.id}", "civilian": "a civilian"}
    state: str = complaint.state
    if complaint.state == "answered" and complaint.answered_at:
        state = f"answered {_moment(register, complaint.answered_at)}"
    elif complaint.is_overdue(register.now):
        state = "open, the time for a reply has passed"
    due = _moment(register, complaint.due) if complaint.due else NONE_AGREED
    return complaint.code, words[sender.kind], _moment(register, complaint.received_at), due, state


def _moment(register: Register, moment: datetime) -> str:
    return f"{moment.astimezone(register.watch.zone):%Y-%m-%d %H:%M}"
