"""What is answered to who sends an entry once more, or whose answer was lost: where the first one led."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from trucewatch.messages import Message
from trucewatch.model.claim_record import claim_code
from trucewatch.server.acts import Answer
from trucewatch.server.flash import Flash, after
from trucewatch.server.view import View
from trucewatch.store.claim_records import CLAIM, JOIN, TRANSLATION, UNDO
from trucewatch.store.journal import Entry


def _entered(view: View, entry: Entry) -> Response:
    return _to(entry.record["number"], entry)


def _changed(view: View, entry: Entry) -> Response:
    return _to(entry.record["claim"], entry)


def _joined(view: View, entry: Entry) -> Response:
    return _to(entry.record["claims"][0], entry)


def _to(number: int, entry: Entry) -> Response:
    code = claim_code(number)
    receipt = Message("{code} is entered. It is entry {entry} of the ledger.", code=code, entry=entry.number)
    return after(f"/claims/{code}", Flash(receipt))


AGAIN: Final[dict[str, Answer]] = {CLAIM: _entered, UNDO: _changed, TRANSLATION: _changed, JOIN: _joined}
