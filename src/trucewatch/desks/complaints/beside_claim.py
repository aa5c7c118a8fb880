"""What the register has of a claim or a letter, and offers to do with it: to enter it as a complaint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from trucewatch.desks.base import BesideClaim
from trucewatch.desks.complaints.forms import register_of
from trucewatch.desks.complaints.numbers import as_ranges
from trucewatch.messages import Message
from trucewatch.model.letters import Letter
from trucewatch.model.roles import Right
from trucewatch.server.view import View

_LETTER: Final = "L-"


def lines(view: View, code: str) -> tuple[BesideClaim, ...]:
    """The complaints that carry a claim `CL-3` or stand in a letter `L-2`, for whoever reads the register; then a link
    for whoever may register another."""
    return _lines(view, code, {"letter" if code.startswith(_LETTER) else "claim": code})


def letter_lines(view: View, letter: Letter, codes: Sequence[str]) -> tuple[BesideClaim, ...]:
    """The same for a letter, with the claims that were entered from it."""
    return _lines(view, letter.code, {"letter": letter.code, "claim": as_ranges(codes)})


def _lines(view: View, code: str, fields: dict[str, str]) -> tuple[BesideClaim, ...]:
    if not view.may(Right.INSIDE):
        return ()
    carrying = [
        BesideClaim(label=Message("Complaint {code}", code=complaint.code), path=f"/complaints/{complaint.code}")
        for complaint in register_of(view).complaints()
        if not complaint.withdrawn and (code == complaint.letter or code in complaint.all_claims)
    ]
    if view.may(Right.TAKE) and not view.snapshot.is_replay:
        path = f"/complaints/new?{urlencode(fields)}"
        carrying.append(BesideClaim(label=Message("Register as a complaint …"), path=path))
    return tuple(carrying)
