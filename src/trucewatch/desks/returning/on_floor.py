"""Returns of today and of the next two days, and those of a day past of which nobody has said what became."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from trucewatch.desks.base import FloorItem
from trucewatch.messages import Message
from trucewatch.model.aid_return_state import is_open, return_state
from trucewatch.model.aid_returns import people_and_buses
from trucewatch.model.roles import Right
from trucewatch.model.times import day_of
from trucewatch.server.aid_lists import today_of
from trucewatch.server.aid_view import book_of, names_of
from trucewatch.server.view import View

AHEAD: Final = timedelta(days=2)


def items(view: View) -> tuple[FloorItem, ...]:
    """One line a return, by its day."""
    if not view.may(Right.INSIDE):
        return ()
    book, names, today = book_of(view), names_of(view), today_of(view)
    near = [item for item in book.items("return") if is_open(item) and item.row.day <= today + AHEAD]
    return tuple(
        FloorItem(
            part="return",
            label=Message(
                "{code}, {from_} to {to}, {number}: {state}",
                code=item.code,
                from_=names.district(item.row.from_),
                to=names.district(item.row.to),
                number=people_and_buses(item.row.people, item.row.buses),
                state=return_state(item, today),
            ),
            path=f"/returns/{item.code}",
            since=item.first.known_at,
            due=day_of(item.row.day, book.zone).end,
            is_late=item.row.day < today,
        )
        for item in sorted(near, key=lambda item: (item.row.day, item.number))
    )
