"""Works that are out, partly back, or on which sources differ."""

from __future__ import annotations

from trucewatch.desks.base import FloorItem
from trucewatch.messages import Message
from trucewatch.model.aid_work_state import open_first, supply_of, work_state
from trucewatch.model.aid_works import OBJECT_WORDS
from trucewatch.model.roles import Right
from trucewatch.server.aid_view import book_of, names_of
from trucewatch.server.view import View


def items(view: View) -> tuple[FloorItem, ...]:
    """One line a work that is not back by every word, the longest out first."""
    if not view.may(Right.INSIDE):
        return ()
    names = names_of(view)
    return tuple(
        FloorItem(
            part="work",
            label=Message(
                "{code}, {kind} in {district}: {state}",
                code=item.code,
                kind=OBJECT_WORDS[item.row.kind],
                district=names.district(item.row.district),
                state=work_state(item, names),
            ),
            path=f"/works/{item.code}",
            since=item.first.known_at,
        )
        for item in open_first(book_of(view).items("work"))
        if item.row is not None and not supply_of(item).is_back
    )
