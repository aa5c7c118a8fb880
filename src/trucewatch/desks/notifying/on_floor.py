"""What of notifications waits: medical passage until it is done or withdrawn, movements that leave soon or are under
way, and of these the sides that were not told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from trucewatch.desks.base import FloorItem
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.server.aid_view import book_of, names_of
from trucewatch.server.notice_view import hours_of, is_current, open_passages, passage_line, path_of, states_of
from trucewatch.server.view import View


def items(view: View) -> tuple[FloorItem, ...]:
    """Open medical passage first, the one asked for longest ago on top; then what is to be told."""
    if not view.may(Right.INSIDE):
        return ()
    book = book_of(view)
    passages = (
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
    return (*passages, *_near(view, book), *_to_be_told(view, book))


def _near(view: View, book: AidBook) -> Iterator[FloorItem]:
    """Movements that are to leave within the hours that the watch asks for, or are under way, as they were stated."""
    ahead, names, outside = timedelta(hours=hours_of(book).notice), names_of(view), Message("outside the districts")
    for item in book.items("movement"):
        row = item.row
        if item.origin or not is_current(book, item) or row.leaves_at > book.now + ahead:
            continue
        way: dict[str, Message | str] = {
            "code": item.code,
            "start": names.district(row.from_district) if row.from_district else outside,
            "end": names.district(row.to_district) if row.to_district else outside,
            "vehicles": Plural("{count} vehicle", "{count} vehicles", row.vehicles, count=Amount(row.vehicles)),
        }
        is_ahead = book.now < row.leaves_at
        yield FloorItem(
            part="movement",
            label=Message("{code}, {start} to {end}, {vehicles}: is to leave", **way)
            if is_ahead
            else Message("{code}, {start} to {end}, {vehicles}: was to leave, is to arrive", **way),
            path=path_of(item),
            due=row.leaves_at if is_ahead else row.arrives_at,
            simulated=view.watch.settings.simulated,
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
