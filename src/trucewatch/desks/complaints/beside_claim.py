"""What the register offers to do with a claim: to enter it as a complaint."""

from __future__ import annotations

from trucewatch.desks.base import BesideClaim
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.view import View


def lines(view: View, code: str) -> tuple[BesideClaim, ...]:
    """A link for whoever may register complaints."""
    if view.snapshot.is_replay or not view.may(Right.TAKE):
        return ()
    return (BesideClaim(label=Message("Register as a complaint …"), path=f"/complaints/new?claim={code}"),)
