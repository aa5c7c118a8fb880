"""Edits in a terminal: what would come of an act before it is entered, and what was done to an incident by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.markup import escape

from trucewatch.desks.incidents.apart import gap_between, gap_words
from trucewatch.desks.incidents.consequence import consequence_of, rule_against
from trucewatch.desks.incidents.edit_history import Edit, edits_of
from trucewatch.locale import words
from trucewatch.locale.sanitize import printable
from trucewatch.model.edits import Act
from trucewatch.model.incident import Incident
from trucewatch.model.naming import CONSOLE, called
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Watch
from trucewatch.server.formatting import Telling

if TYPE_CHECKING:
    from trucewatch.desks.incidents.as_listed import Change
    from trucewatch.desks.incidents.detail import IncidentDetail
    from trucewatch.desks.incidents.operations import Listing

_SHORT: Final = 12


def terminal_telling(watch: Watch, as_of: datetime) -> Telling:
    """English, the watch's own zone, and the names that its centre is shown."""
    return Telling(words("en"), watch.zone, called(watch, CONSOLE, as_of))


def edits_for_terminal(detail: IncidentDetail) -> list[Edit]:
    """What was done to an incident by hand, in English."""
    telling = terminal_telling(detail.snapshot.watch, detail.snapshot.as_of)
    return edits_of(detail.store, detail.incident.members, detail.origins, telling)


def show_edits(out: Console, edits: Sequence[Edit]) -> None:
    """Acts by hand that shaped an incident, each from what to what, and what was taken back."""
    space = " " * _SHORT
    for edit in edits:
        act, mark = edit.act, "" if edit.stands else "  [yellow](taken back)[/]"
        out.print(f"{act.act_id[:_SHORT]}  {_entered(act, edit.who.name)}  {escape(edit.deed)}{mark}")
        out.print(f"{space}  [dim]{escape(printable(str(act.why)))}[/]")
        for change in edit.changes:
            out.print(f"{space}  {escape(_from_to(change))}")
        if edit.note:
            out.print(f"{space}  [dim]{escape(edit.note)}[/]")
        for each in edit.taken_back:
            what = "in force again" if each.again else "taken back"
            why = escape(printable(str(each.act.why)))
            out.print(f"{space}  {_entered(each.act, each.who.name)}  {what}: {why}")


def _entered(act: Act, who: str) -> str:
    return f"[dim]{iso_utc(act.recorded_at)[:16]}Z  no. {act.entry}  {escape(who)}, {escape(act.by)}[/]"


def show_coming(out: Console, listing: Listing, act: Act, together: Sequence[Incident] = ()) -> None:
    """What would come of an act that nobody entered. together: what a merge puts together."""
    telling = terminal_telling(listing.watch, listing.clock)
    for other, against in rule_against(together, listing, telling) if together else ():
        out.print(escape(f"{listing.codes[other.incident_id]}  {gap_words(gap_between(together[0], other), telling)}"))
        if against:
            out.print(f"[yellow]■[/] {escape(against)} You can still merge them; the reason is kept.")
    coming = consequence_of(
        listing.store, listing.folder, act, listing.about(act), telling, now=listing.now(), refused=listing.refused
    )
    for head, side in (("now", coming.main.before), ("after", coming.main.after)):
        for each in side:
            state = "rejected" if each.rejected else each.values["assessment"]
            out.print(f"[dim]{head:<6}[/] {escape(each.sentence)} {escape(state)}")
        if not side:
            out.print(f"[dim]{head:<6}[/] no incident")
    if coming.main.assessments:
        before, after = coming.main.assessments
        out.print(f"[yellow]■[/] The assessment becomes another: {escape(before)} → {escape(after)}.")
    if coming.main.numbers:
        before, after = coming.main.numbers
        out.print(f"[yellow]■[/] Another number of incidents is assessed so: {escape(before)} → {escape(after)}.")
    for change in (*coming.main.changes, *coming.beside):
        out.print(f"  {escape(_from_to(change))}")
    for story in coming.others:
        out.print(f"[dim]also  [/] {escape((story.before or story.after)[0].sentence)}")
        for change in story.changes:
            out.print(f"  {escape(_from_to(change))}")
    if more := coming.more_others + coming.smaller:
        out.print(f"[dim]also  [/] {more} more, by what is not told here")
    if coming.is_nothing:
        out.print("Nothing that the list tells changes by this.")


def _from_to(change: Change) -> str:
    return f"{change.name}: {change.before} → {change.after}"
