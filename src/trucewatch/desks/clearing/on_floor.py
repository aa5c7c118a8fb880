"""What of mines stands on the board: accidents of the last days, those without a medical request first, and hazardous
areas that are new."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from trucewatch.desks.base import FloorItem
from trucewatch.desks.clearing.item_words import PATHS
from trucewatch.messages import Message
from trucewatch.model.aid_accidents import is_unasked
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.roles import Right
from trucewatch.server.aid_view import book_of, names_of
from trucewatch.server.view import View

ACCIDENT_STAYS: Final = timedelta(days=3)
HAZARD_STAYS: Final = timedelta(days=1)


def items(view: View) -> tuple[FloorItem, ...]:
    """Accidents within ACCIDENT_STAYS and hazardous areas within HAZARD_STAYS of when they were entered."""
    return tuple(_items(view)) if view.may(Right.INSIDE) and view.watch.kind == "humanitarian" else ()


def medical(view: View) -> tuple[FloorItem, ...]:
    """The accidents of which no medical request is entered: they stand above every list of an instance, too."""
    return tuple(item for item in items(view) if item.part == "medical")


def _items(view: View) -> Iterator[FloorItem]:
    book, names = book_of(view), names_of(view)
    simulated = view.snapshot.watch.settings.simulated
    for item in book.items("accident"):
        is_new = item.first.known_at > book.now - ACCIDENT_STAYS
        if item.row is not None and is_new:
            line = TABLES["accident"].line(item.row, names)
            no_request = Message("{line}; no medical request is entered", line=line)
            yield FloorItem(
                part="medical" if is_unasked(item) else "hazard",
                label=no_request if is_unasked(item) else line,
                path=f"{PATHS['accident']}/{item.code}",
                since=item.first.known_at,
                is_late=is_unasked(item),
                simulated=simulated,
            )
    for item in book.items("hazard"):
        if item.row is not None and item.first.known_at > book.now - HAZARD_STAYS:
            yield FloorItem(
                part="hazard",
                label=TABLES["hazard"].line(item.row, names),
                path=f"{PATHS['hazard']}/{item.code}",
                since=item.first.known_at,
                simulated=simulated,
            )
