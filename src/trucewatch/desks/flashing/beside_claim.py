"""What the desk has of a claim, and offers to do with it: to tell both sides at once."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from trucewatch.desks.base import BesideClaim
from trucewatch.messages import Message
from trucewatch.model.letters import Letter
from trucewatch.model.roles import Right
from trucewatch.server.view import View
from trucewatch.store.flash_records import flashes_on_record


def lines(view: View, code: str) -> tuple[BesideClaim, ...]:
    """The messages that rest on the claim, for who reads inside; a link for whoever may send one."""
    about = f"claim:{code}"
    sent = [
        BesideClaim(label=Message("Urgent message {code}", code=flash.code), path=f"/urgent/{flash.code}")
        for flash in (flashes_on_record(view.console.store) if view.may(Right.INSIDE) else ())
        if about in flash.draft.about
    ]
    if view.snapshot.is_replay or not view.may(Right.FLASH):
        return tuple(sent)
    return (
        *sent,
        BesideClaim(label=Message("Tell both sides now …"), path=f"/urgent/new?{urlencode({'about': about})}"),
    )


def letter_lines(view: View, letter: Letter, codes: Sequence[str]) -> tuple[BesideClaim, ...]:
    """Of a letter nothing: an urgent message rests on one claim of it, and is begun from its page."""
    return ()
