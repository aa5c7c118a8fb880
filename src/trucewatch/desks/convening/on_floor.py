"""What of meetings has a day that is near: what was decided to be done by it, and when the next one is to be held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from trucewatch.desks.base import FloorItem
from trucewatch.desks.convening.forms import book_of
from trucewatch.locale.sanitize import printable
from trucewatch.messages import Message
from trucewatch.model.meetings import Meeting
from trucewatch.model.roles import Right
from trucewatch.server.view import View

AHEAD: Final = timedelta(days=3)
PAST: Final = timedelta(days=1)
"""How long a day that has passed stays on the floor; the page of the meeting says what the record has since."""


def items(view: View) -> tuple[FloorItem, ...]:
    """The days of the first account of each meeting that are due within AHEAD, or passed within PAST."""
    if not view.may(Right.INSIDE):
        return ()
    book = book_of(view)
    due = [
        (gathering.id, gathering.first, label, at)
        for gathering in book.gatherings()
        for label, at in _days(view, gathering.first)
        if book.now - PAST < at <= book.now + AHEAD
    ]
    return tuple(
        FloorItem(
            part="clock",
            label=label,
            path=f"/meetings/{name}",
            due=at,
            is_late=at <= book.now,
            simulated=meeting.simulated or view.snapshot.watch.settings.simulated,
        )
        for name, meeting, label, at in sorted(due, key=lambda each: (each[3], each[0]))
    )


def _days(view: View, meeting: Meeting) -> Iterator[tuple[Message, datetime]]:
    zone, name = view.watch.zone, printable(view.words.name(meeting.names, otherwise=meeting.id))
    for number, decision in enumerate(meeting.decision, 1):
        if at := decision.due_at(zone):
            yield Message("{meeting}: the day named in decision D-{number}", meeting=name, number=number), at
    if at := meeting.next_due(zone):
        yield Message("{meeting}: the day by which the next one is to be held", meeting=name), at
