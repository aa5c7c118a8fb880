"""What is answered to who sends an entry once more, or whose answer was lost: where the first one led."""

from __future__ import annotations

from typing import Final

from fastapi import Response

from trucewatch.desks.publishing.decision_pages import withdrawn
from trucewatch.desks.publishing.own_pages import objected, objection_withdrawn
from trucewatch.desks.publishing.putting_pages import put_to_heads
from trucewatch.server.acts import Answer
from trucewatch.server.view import View
from trucewatch.store.decision_records import DECISION, OBJECTION, OBJECTION_WITHDRAWAL, WITHDRAWAL
from trucewatch.store.journal import Entry


def _put(view: View, entry: Entry) -> Response:
    return put_to_heads(entry)


def _withdrawn(view: View, entry: Entry) -> Response:
    return withdrawn(entry)


AGAIN: Final[dict[str, Answer]] = {
    DECISION: _put,
    WITHDRAWAL: _withdrawn,
    OBJECTION: objected,
    OBJECTION_WITHDRAWAL: objection_withdrawn,
}
