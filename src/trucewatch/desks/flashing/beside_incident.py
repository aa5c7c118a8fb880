"""What the desk has of an incident, and offers to do with it: to tell both sides at once."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from trucewatch.desks.base import BesideIncident
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.view import View
from trucewatch.store.flash_records import flashes_on_record

KEY: Final = "f"


def lines(view: View, code: str) -> tuple[BesideIncident, ...]:
    """The messages that rest on the incident, for who reads inside; a link for whoever may send one."""
    row = view.snapshot.row_of.get(code)
    about = f"incident:{view.snapshot.ids[row]}" if row is not None else ""
    sent = [
        BesideIncident(label=Message("Urgent message {code}", code=flash.code), path=f"/urgent/{flash.code}")
        for flash in (flashes_on_record(view.console.store) if view.may(Right.INSIDE) and about else ())
        if about in flash.draft.about
    ]
    if view.snapshot.is_replay or not view.may(Right.FLASH):
        return tuple(sent)
    path = f"/urgent/new?{urlencode({'about': f'incident:{code}'})}"
    return (*sent, BesideIncident(label=Message("Tell both sides now …"), path=path, key=KEY, stands="in_view"))
