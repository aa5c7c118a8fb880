"""Medical passage that the centre is shown, until it is done or withdrawn; and what it is asked to tell a side."""

from __future__ import annotations

from trucewatch.desks.base import FloorItem
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_states import states_of_sides
from trucewatch.server.aid_view import book_of, names_of
from trucewatch.server.notice_view import is_current, open_passages, passage_line, path_of, since_of
from trucewatch.server.view import View


def items(view: View) -> tuple[FloorItem, ...]:
    if not view.may(Right.INSIDE):
        return ()
    book, names, simulated = book_of(view), names_of(view), view.watch.settings.simulated
    passages = [
        FloorItem(
            part="medical",
            # Said here: the board says moments by no reader's zone.
            label=Message.verbatim(view.words.say(passage_line(view, book, item), zone=view.reader.zone)),
            path=path_of(item),
            since=since_of(item),
            due=item.row.until_at,
            is_late=item.row.until_at is not None and book.now >= item.row.until_at,
            simulated=simulated,
        )
        for item in open_passages(book)
    ]
    to_tell = [
        FloorItem(
            part="other",
            label=Message("{code}: {side} is to be told", code=item.code, side=names.side(state.side)),
            path=path_of(item),
            simulated=simulated,
        )
        for item in book.items("shared_notice")
        if is_current(book, item)
        for state in states_of_sides(book, item)
        if state.state == "not_told" and state.side in item.row.tell
    ]
    return (*passages, *to_tell)
