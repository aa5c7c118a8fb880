"""What is answered to who sends an entry once more, or whose answer was lost: where the first one led."""

from __future__ import annotations

import re
from typing import Final

from starlette.responses import Response

from trucewatch.desks.reviewing.put_pages import put_again
from trucewatch.desks.reviewing.sealing_pages import json_again
from trucewatch.messages import Message
from trucewatch.server.acts import Answer
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import View
from trucewatch.store.journal import Entry
from trucewatch.store.review_records import (
    CASE,
    COMMITMENT,
    DONE,
    KEY,
    LEFT,
    OUTCOME,
    POSITION,
    RESEAL,
    WITHHELD,
    WORD,
)
from trucewatch.store.wording_records import SIGNED, WORDING

_BY_SCRIPT: Final = re.compile(r"/(?:commit|open|position|reseal|ask)$", re.ASCII)
"""Addresses that the page's own script sends to, and that answer with JSON."""
_ACT: Final = re.compile(r"(/review/R-\d+)(?:/|$)", re.ASCII)
_PAGES: Final = ("/review/keys", "/review/leaving", "/review/list", "/review/hand-in")


def again(view: View, entry: Entry) -> Response:
    """On to the case, or to the page from which it was sent; to the script as JSON."""
    path = view.request.url.path
    if _BY_SCRIPT.search(path):
        return json_again(entry)
    of_case = _ACT.match(path)
    where = of_case[1] if of_case else next((page for page in _PAGES if path.startswith(page)), "/review")
    return after(where, Toast(Message("It is entered: entry {entry} of the ledger.", entry=entry.number)))


def _case_again(view: View, entry: Entry) -> Response:
    return put_again(entry) if view.request.url.path == "/review/put" else again(view, entry)


AGAIN: Final[dict[str, Answer]] = {
    CASE: _case_again,
    **dict.fromkeys((COMMITMENT, POSITION, RESEAL, WITHHELD, WORD, DONE, OUTCOME, KEY, LEFT, WORDING, SIGNED), again),
}
"""By the schema of the record. An act may end a case, so that its last entry is the outcome."""
