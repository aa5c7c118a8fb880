"""What the register has of a claim or a letter, and offers to do with it: to enter it as a complaint."""

from __future__ import annotations

from typing import Final

from trucewatch.desks.base import BesideClaim
from trucewatch.desks.complaints.forms import register_of
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.view import View

_LETTER: Final = "L-"


def lines(view: View, code: str) -> tuple[BesideClaim, ...]:
    """The complaints that carry a claim `CL-3` or stand in a letter `L-2`, for whoever reads the register; then a link
    for whoever may register another."""
    if not view.may(Right.INSIDE):
        return ()
    field = "letter" if code.startswith(_LETTER) else "claim"
    carrying = [
        BesideClaim(label=Message("Complaint {code}", code=complaint.code), path=f"/complaints/{complaint.code}")
        for complaint in register_of(view).complaints()
        if not complaint.withdrawn and (code == complaint.letter or code in complaint.all_claims)
    ]
    if view.may(Right.TAKE) and not view.snapshot.is_replay:
        carrying.append(BesideClaim(label=Message("Register as a complaint …"), path=f"/complaints/new?{field}={code}"))
    return tuple(carrying)
