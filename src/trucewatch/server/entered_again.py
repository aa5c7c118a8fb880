"""What is answered to who sends an entry of the humanitarian records or of the post-box once more, or whose answer was
lost: where the first one led, by the address that it was sent to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from trucewatch.messages import Message
from trucewatch.pipeline.post import KEY
from trucewatch.server.aid_view import book_of
from trucewatch.server.toast import Toast, after
from trucewatch.store.aid_records import ENTRY, UNDO
from trucewatch.store.post_peers import PEER
from trucewatch.store.post_records import RECEIVED, SENT, STEP

if TYPE_CHECKING:
    from collections.abc import Callable

    from trucewatch.server.view import View
    from trucewatch.store.journal import Entry

_ENDINGS: Final = re.compile(r"(/own/[^/]+)/[^/]+$|/(?:new|correct|add/[^/]+|entries/[^/]+/undo)$")
"""What stands behind the page of an item, or of its list, in the address of a form (`entered_pages`); and of the form
by which a side answers (`/windows/own/{code}/{step}`)."""
_OF_POST: Final = re.compile(r"/(?:send|confirm|revoke|leave|remove|replace|mail|give|take|in|add)$")


def entered_again(view: View, entry: Entry) -> Response:
    """On to the item that an entry is about."""
    path, code = view.request.url.path, str(entry.record["code"])
    base = _ENDINGS.sub(r"\1", path)
    if path.endswith("/new"):
        base = f"{base}/{code}"
    return after(base, Toast(Message("{code}: entered, as entry {entry}.", code=code, entry=entry.number)))


def taken_back_again(view: View, entry: Entry) -> Response:
    """On to the item, or to the list where nothing of it stands."""
    base, code = _ENDINGS.sub(r"\1", view.request.url.path), str(entry.record["code"])
    where = f"{base}/{code}" if book_of(view).item_or_none(code) else base
    receipt = Message("{code}: taken back by entry {entry}; both stay in the ledger.", code=code, entry=entry.number)
    return after(where, Toast(receipt))


def posted_again(view: View, entry: Entry) -> Response:
    """On to the page from which something was done with the post-box."""
    path = view.request.url.path
    where = f"/post/peers/{entry.record['peer']}" if path == "/post/add" else _OF_POST.sub("", path) or "/post"
    return after(where, Toast(Message("It is entered: entry {entry} of the ledger.", entry=entry.number)))


AGAIN: Final[dict[str, Callable[[View, Entry], Response]]] = {
    ENTRY: entered_again,
    UNDO: taken_back_again,
    PEER: posted_again,
    KEY: posted_again,
    SENT: posted_again,
    RECEIVED: posted_again,
    STEP: posted_again,
}
"""By the schema of the record."""
