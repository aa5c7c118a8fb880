"""What an act on people that is on record is answered with, once more: its person's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from trucewatch.messages import Message
from trucewatch.server.acts import Answer
from trucewatch.server.toast import Toast, after
from trucewatch.server.view import View
from trucewatch.store.journal import Entry
from trucewatch.store.role_records import ACCOUNT, END, GRANT


def to_person(view: View, entry: Entry) -> Response:
    """The person's page. A link that was made is not shown twice: where it got lost, a new one is made there."""
    receipt = Message(
        "This is entered: entry {entry} of the ledger. A link is shown once; where it got lost, make a new one here.",
        entry=entry.number,
    )
    return after(f"/people/{entry.record['person']}", Toast(receipt))


AGAIN: Final[Mapping[str, Answer]] = {ACCOUNT: to_person, GRANT: to_person, END: to_person}
