"""Road notices for the board of the floor: those whose next word is due, and those that stand."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from trucewatch.desks.base import FloorItem
from trucewatch.desks.cautioning.deciding import alone_in
from trucewatch.desks.cautioning.wording import sentence
from trucewatch.messages import Message
from trucewatch.model.aid_roads import WITHIN
from trucewatch.model.road_notice_state import road_stand
from trucewatch.model.roles import Right
from trucewatch.pipeline.road_notices import is_decided
from trucewatch.server.aid_view import book_of
from trucewatch.server.view import View

DUE_SOON: Final = timedelta(minutes=10)
"""How long before its hour a notice is due: so long it takes to ask and decide."""
_SHOWN_FOR: Final = timedelta(hours=12)
"""How long one without a word since stays on the board."""


def items(view: View) -> tuple[FloorItem, ...]:
    """A line for each that stands or has no word since; none for what was withdrawn."""
    if not view.may(Right.INSIDE):
        return ()
    book, lines = book_of(view), []
    for item in book.items("road_notice"):
        stand = road_stand(item, book.now)
        if stand is None or stand.is_withdrawn or book.now - stand.next_by > _SHOWN_FOR:
            continue
        label = Message("{code}: {line}", code=item.code, line=sentence(view, stand))
        is_own = not item.origin
        waits = is_own and not is_decided(item, view.snapshot.watch, alone=alone_in(view.console))
        if waits:
            label = Message("{label}; waits for a second person", label=label)
        lines.append(
            FloorItem(
                part="road",
                label=label,
                path=f"/road-notices/{item.code}",
                since=stand.word.said_at,
                due=stand.notice.asked_at + WITHIN if waits else stand.next_by,
                is_late=is_own and (waits or book.now >= stand.next_by - DUE_SOON),
                simulated=view.watch.settings.simulated,
                is_drill=stand.notice.is_drill,
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.is_drill, not line.is_late, line.due or book.now, line.path)))
