"""Requests that are late, due within three days, or short of something."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from trucewatch.desks.base import FloorItem
from trucewatch.messages import Message
from trucewatch.model.aid_request_state import is_late, is_open, request_state, request_sums
from trucewatch.model.aid_requests import NEED_WORDS
from trucewatch.model.roles import Right
from trucewatch.model.times import day_of
from trucewatch.server.aid_lists import today_of
from trucewatch.server.aid_view import book_of
from trucewatch.server.view import View

AHEAD: Final = timedelta(days=3)


def items(view: View) -> tuple[FloorItem, ...]:
    """One line a request that is open and short of something, or due; the earliest day first."""
    if not view.may(Right.INSIDE):
        return ()
    book, today = book_of(view), today_of(view)
    waiting = [
        item
        for item in book.items("request")
        if is_open(item) and (request_sums(item).short or (item.row.by is not None and item.row.by <= today + AHEAD))
    ]
    return tuple(
        FloorItem(
            part="request",
            label=Message(
                "{code}, {kind}: {state}", code=item.code, kind=NEED_WORDS[item.row.kind], state=request_state(item)
            ),
            path=f"/requests/{item.code}",
            since=item.first.known_at,
            due=day_of(item.row.by, book.zone).end if item.row.by else None,
            is_late=is_late(item, today),
        )
        for item in sorted(waiting, key=lambda item: (str(item.row.by or "9999"), item.number))
    )
