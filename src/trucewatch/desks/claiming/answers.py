"""What is answered to who sends an entry once more, or whose answer was lost: where the first one led."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from trucewatch.messages import Message
from trucewatch.model.claim_record import claim_code
from trucewatch.server.acts import Answer
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import View
from trucewatch.store.claim_records import CLAIM, JOIN, TRANSLATION, UNDO
from trucewatch.store.handed_files import HANDED
from trucewatch.store.handed_files import UNDO as HANDED_UNDO
from trucewatch.store.journal import Entry
from trucewatch.store.letter_records import LETTER
from trucewatch.store.letter_records import UNDO as LETTER_UNDO


def _entered(view: View, entry: Entry) -> Response:
    if letter := entry.record.get("letter"):  # its rows are entered from its page, and one leads back there
        return _back(f"/letters/L-{letter}", entry)
    return _to(entry.record["number"], entry)


def _changed(view: View, entry: Entry) -> Response:
    return _to(entry.record["claim"], entry)


def _joined(view: View, entry: Entry) -> Response:
    return _to(entry.record["claims"][0], entry)


def _to(number: int, entry: Entry) -> Response:
    code = claim_code(number)
    receipt = Message("{code} is entered. It is entry {entry} of the ledger.", code=code, entry=entry.number)
    return after(f"/claims/{code}", Toast(receipt))


def _handed(view: View, entry: Entry) -> Response:
    kind, _, code = str(entry.record["about"]).partition(":")
    return _back(f"/claims/{code}/files" if kind == "claim" else f"/letters/{code}", entry)


def _letter(view: View, entry: Entry) -> Response:
    return _back(f"/letters/L-{entry.record.get('letter') or entry.record['number']}", entry)


def _back(where: str, entry: Entry) -> Response:
    return after(where, Toast(Message("It is entered: entry {entry} of the ledger.", entry=entry.number)))


AGAIN: Final[dict[str, Answer]] = {
    CLAIM: _entered,
    UNDO: _changed,
    TRANSLATION: _changed,
    JOIN: _joined,
    HANDED: _handed,
    HANDED_UNDO: _handed,
    LETTER: _letter,
    LETTER_UNDO: _letter,
}
