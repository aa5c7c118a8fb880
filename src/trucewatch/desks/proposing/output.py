"""The list of initiatives → what a terminal shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from trucewatch.model.initiatives import WORK, standing_messages
from trucewatch.model.times import zone_label

if TYPE_CHECKING:
    from rich.console import Console

    from trucewatch.desks.proposing.operations import InitiativeList, Listed


def show_list(out: Console, listed: InitiativeList) -> None:
    """`trucewatch initiatives`: by which moment, and an initiative a line."""
    zone, local = zone_label(listed.now, listed.watch.zone), listed.now.astimezone(listed.watch.zone)
    simulated = "Simulated: this watch is invented. " if listed.watch.settings.simulated else ""
    out.print(escape(f"{simulated}By the watch's clock, {local:%Y-%m-%d %H:%M} ({zone})."))
    rows = listed.listed()
    if not rows:
        out.print(
            "No initiative is on record by then. They are entered in the console (trucewatch serve WATCH), or stand in "
            "initiatives.toml beside agreement.toml."
        )
        return
    cells = [_cells(row) for row in rows]
    heads = ("number", "day", "from", "to", "about", "how it stands")
    widths = [max(len(row[column]) for row in (heads, *cells)) for column in range(len(heads) - 1)]
    for row in (heads, *cells):
        padded = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
        line = escape("  ".join([*padded, row[-1]]))
        out.print(f"[dim]{line}[/]" if row is heads else line)


def _cells(row: Listed) -> tuple[str, ...]:
    initiative = row.initiative
    about = ", ".join("the work" if name == WORK else name for name in initiative.about)
    sentences = standing_messages(row.standing, lambda ids: ", ".join(sorted(ids)))
    by, to = ", ".join(sorted(initiative.proposed_by)), ", ".join(sorted(initiative.to))
    return initiative.code, f"{initiative.day}", by, to, about, "; ".join(map(str, sentences))
