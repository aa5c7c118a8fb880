"""The meetings of a watch → what a terminal shows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.markup import escape

from trucewatch.model.times import zone_label
from trucewatch.terminal.inventory import plural

if TYPE_CHECKING:
    from rich.console import Console

    from trucewatch.model.meetings import Gathering, Meeting
    from trucewatch.pipeline.meeting_entering import MeetingBook


def show_meetings(out: Console, book: MeetingBook) -> None:
    """`trucewatch meetings`: one a line, its decisions below it, and the sum."""
    zone = zone_label(book.now, book.watch.zone)
    simulated = "Simulated: this watch is invented. " if book.watch.settings.simulated else ""
    out.print(escape(f"{simulated}Known by {_moment(book, book.now)} ({zone}). A meeting is a claim of its source."))
    gatherings = book.gatherings()
    if not gatherings:
        out.print("No meeting was known by then. They are stated in meetings.toml, or entered: trucewatch serve WATCH")
        return
    for gathering in gatherings:
        for place, account in enumerate(gathering.accounts):
            name = account.id if not place else f"  another account: {account.id}"
            cells = (name, _when(book, account), account.level, ", ".join(account.ids) or "-", _clauses(account))
            out.print(escape("  ".join(cells)))
            for number, decision in enumerate(account.decision, 1):
                due = f"by {decision.due:%Y-%m-%d}" if decision.due else "no day stated"
                out.print(escape(f"    D-{number}  {due}  about {', '.join(decision.clauses) or '-'}"))
            if account.next_by:
                out.print(escape(f"    next by {account.next_by:%Y-%m-%d}"))
    out.print(f"{plural(len(gatherings), 'meeting')}, {plural(_decisions(gatherings), 'decision')}.")


def _decisions(gatherings: tuple[Gathering, ...]) -> int:
    return sum(len(account.decision) for gathering in gatherings for account in gathering.accounts)


def _clauses(account: Meeting) -> str:
    return f"about {', '.join(account.clauses)}" if account.clauses else "about no clause by name"


def _when(book: MeetingBook, account: Meeting) -> str:
    if account.day is not None:
        last = f" to {account.day_latest:%Y-%m-%d}" if account.day_latest else ""
        return f"{account.day:%Y-%m-%d}{last}"
    return _moment(book, account.range(book.watch.zone).earliest)


def _moment(book: MeetingBook, moment: datetime) -> str:
    return f"{moment.astimezone(book.watch.zone):%Y-%m-%d %H:%M}"
