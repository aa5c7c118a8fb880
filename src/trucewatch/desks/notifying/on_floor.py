"""What of notifications waits: medical passage until it is done or withdrawn, and movements that leave soon of which a
side was not told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from trucewatch.desks.base import FloorItem
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.server.aid_view import book_of, names_of
from trucewatch.server.notice_view import hours_of, is_current, open_passages, passage_line, path_of, states_of
from trucewatch.server.view import View


def items(view: View) -> tuple[FloorItem, ...]:
    """Open medical passage first, the one asked for longest ago on top; then what is to be told."""
    if not view.may(Right.INSIDE):
        return ()
    return (*medical(view), *_to_be_told(view, book_of(view)))


def medical(view: View) -> tuple[FloorItem, ...]:
    """Open medical passage, the one asked for longest ago on top: every list of an instance begins with it."""
    if not view.may(Right.INSIDE):
        return ()
    book = book_of(view)
    return tuple(
        FloorItem(
            part="medical",
            label=passage_line(view, book, item),
            path=path_of(item),
            since=item.row.asked_at,
            due=item.row.until_at,
            is_late=book.now >= item.row.until_at,
            simulated=view.watch.settings.simulated,
        )
        for item in open_passages(book)
    )


def _to_be_told(view: View, book: AidBook) -> Iterator[FloorItem]:
    ahead = timedelta(hours=hours_of(book).notice)
    for item in book.items("movement"):
        if item.origin or not is_current(book, item) or item.row.leaves_at > book.now + ahead:
            continue
        names = names_of(view)
        for state in states_of(book, item):
            if state.state == "not_told":
                yield FloorItem(
                    part="clock",
                    label=Message("{code}: {side} is not told yet", code=item.code, side=names.side(state.side)),
                    path=path_of(item),
                    due=item.row.leaves_at,
                    is_late=book.now >= item.row.leaves_at,
                    simulated=view.watch.settings.simulated,
                )
