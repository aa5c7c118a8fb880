"""What the register offers to do with a claim, or with a letter and its claims: to enter it as a complaint."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from trucewatch.desks.base import BesideClaim
from trucewatch.desks.complaints.numbers import as_ranges
from trucewatch.messages import Message
from trucewatch.model.letters import Letter
from trucewatch.model.roles import Right
from trucewatch.server.view import View


def lines(view: View, code: str) -> tuple[BesideClaim, ...]:
    """A link for whoever may register complaints."""
    if view.snapshot.is_replay or not view.may(Right.TAKE):
        return ()
    return (BesideClaim(label=Message("Register as a complaint …"), path=f"/complaints/new?claim={code}"),)


def letter_lines(view: View, letter: Letter, codes: Sequence[str]) -> tuple[BesideClaim, ...]:
    """The same for a letter, with the claims that were entered from it."""
    if view.snapshot.is_replay or not view.may(Right.TAKE):
        return ()
    asked = urlencode({"letter": letter.code, "claim": as_ranges(codes)})
    return (BesideClaim(label=Message("Register as a complaint …"), path=f"/complaints/new?{asked}"),)
