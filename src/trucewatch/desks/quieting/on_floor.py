"""What of windows of silence waits or runs, for the board of the floor."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from trucewatch.desks.base import FloorItem
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.pipeline.aid_states import window_line
from trucewatch.pipeline.window_findings import window_standing
from trucewatch.server.aid_view import book_of
from trucewatch.server.view import View

_SOON: Final = timedelta(hours=24)


def items(view: View) -> tuple[FloorItem, ...]:
    """Windows in force, those of the next day, and those that wait for a side's answer while they could still hold."""
    if not view.may(Right.INSIDE):
        return ()
    book = book_of(view)
    lines = []
    for item in book.items("window"):
        state = window_standing(item, book.watch, book.now)
        if state is None:
            continue
        waits = state.phase in ("unanswered", "half", "nothing_shared") and book.now < state.wanted.until
        runs = state.phase in ("in_force", "between")
        comes = state.phase == "agreed" and state.pieces[0].from_ - book.now <= _SOON
        if not (waits or runs or comes):
            continue
        due = state.pieces[-1].until if runs else state.wanted.from_
        # Said here: the board says moments by no reader's zone.
        words = view.words.say(window_line(state, book), zone=view.reader.zone)
        lines.append(
            FloorItem(
                part="window",
                label=Message("{code}: {state}", code=item.code, state=words),
                path=f"/windows/{item.code}",
                since=item.first.known_at,
                due=due,
                is_late=waits and book.now >= state.wanted.from_,
                simulated=view.watch.settings.simulated,
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.due or line.since or book.now, line.path)))
