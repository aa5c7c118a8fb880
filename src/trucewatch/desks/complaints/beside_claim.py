"""What the register has of a claim or a letter, and offers to do with it: to enter it as a complaint."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from trucewatch.desks.base import BesideClaim
from trucewatch.desks.complaints.forms import register_of
from trucewatch.desks.complaints.numbers import as_ranges
from trucewatch.messages import Message
from trucewatch.model.letters import Letter
from trucewatch.model.roles import Right
from trucewatch.server.view import View
from trucewatch.store.claim_records import claim_of


def lines(view: View, code: str) -> tuple[BesideClaim, ...]:
    """The complaints that carry a claim, for whoever reads the register; a link for whoever may register another, of a
    claim that is no drill."""
    is_drill = claim_of(view.console.store, code).is_drill
    return (*_carrying(view, code), *([] if is_drill else _registering(view, urlencode({"claim": code}))))


def letter_lines(view: View, letter: Letter, codes: Sequence[str]) -> tuple[BesideClaim, ...]:
    """The same for a letter, with the claims that were entered from it."""
    fields = urlencode({"letter": letter.code, "claim": as_ranges(codes)})
    return (*_carrying(view, letter.code), *_registering(view, fields))


def _carrying(view: View, code: str) -> list[BesideClaim]:
    if not view.may(Right.INSIDE):
        return []
    return [
        BesideClaim(label=Message("Complaint {code}", code=complaint.code), path=f"/complaints/{complaint.code}")
        for complaint in register_of(view).complaints()
        if not complaint.withdrawn and (code == complaint.letter or code in complaint.all_claims)
    ]


def _registering(view: View, fields: str) -> list[BesideClaim]:
    if view.snapshot.is_replay or not view.may(Right.TAKE):
        return []
    return [BesideClaim(label=Message("Register as a complaint …"), path=f"/complaints/new?{fields}")]
