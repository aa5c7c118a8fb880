"""What of notifications waits: medical passage until it is done or withdrawn, movements that leave soon or are under
way, and of these the sides that were not told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from trucewatch.desks.base import FloorItem
from trucewatch.messages import Message
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_states import states_of_sides
from trucewatch.server.aid_view import book_of, names_of
from trucewatch.server.notice_view import hours_of, is_current, open_passages, passage_line, path_of
from trucewatch.server.view import View


def items(view: View) -> tuple[FloorItem, ...]:
    """Open medical passage first, the one asked for longest ago on top; then what is to be told."""
    if not view.may(Right.INSIDE):
        return ()
    book = book_of(view)
    return (*medical(view), *_under_way(view, book), *_to_be_told(view, book))


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


def _under_way(view: View, book: AidBook) -> Iterator[FloorItem]:
    """Movements that are under way by their notification, or leave within the hours of a notice; whoever was told."""
    ahead, names = timedelta(hours=hours_of(book).notice), names_of(view)
    items = [item for item in book.items("movement") if not item.origin and is_current(book, item)]
    for item in sorted(items, key=lambda item: (item.row.leaves_at, item.number)):
        if item.row.leaves_at <= book.now + ahead:
            # Said here: the board says moments by no reader's zone.
            line = view.words.say(TABLES["movement"].line(item.row, names), zone=view.reader.zone)
            yield FloorItem(
                part="movement",
                label=Message("{code}, as notified: {line}", code=item.code, line=line),
                path=path_of(item),
                since=item.first.known_at,
                due=item.row.arrives_at,
                simulated=view.watch.settings.simulated,
            )


def _to_be_told(view: View, book: AidBook) -> Iterator[FloorItem]:
    ahead = timedelta(hours=hours_of(book).notice)
    for item in book.items("movement"):
        if item.origin or not is_current(book, item) or item.row.leaves_at > book.now + ahead:
            continue
        names = names_of(view)
        for state in states_of_sides(book, item):
            if state.state == "not_told":
                yield FloorItem(
                    part="clock",
                    label=Message("{code}: {side} is not told yet", code=item.code, side=names.side(state.side)),
                    path=path_of(item),
                    due=item.row.leaves_at,
                    is_late=book.now >= item.row.leaves_at,
                    simulated=view.watch.settings.simulated,
                )
