"""What is answered to who sends an entry once more, or whose answer was lost: where the first one led."""

from __future__ import annotations

from typing import Final

from fastapi import Response

from trucewatch.desks.linking.entry_pages import entered, taken_back
from trucewatch.desks.linking.opening_pages import proposed, withdrawn
from trucewatch.server.acts import Answer
from trucewatch.server.view import View
from trucewatch.store.journal import Entry
from trucewatch.store.link_records import ENTRY, UNDO
from trucewatch.store.opening_records import PROPOSAL, WITHDRAWAL


def _entered(view: View, entry: Entry) -> Response:
    return entered(entry)


def _taken_back(view: View, entry: Entry) -> Response:
    return taken_back(entry)


def _proposed(view: View, entry: Entry) -> Response:
    return proposed(entry)


def _withdrawn(view: View, entry: Entry) -> Response:
    return withdrawn(entry)


AGAIN: Final[dict[str, Answer]] = {
    ENTRY: _entered,
    UNDO: _taken_back,
    PROPOSAL: _proposed,
    WITHDRAWAL: _withdrawn,
}
