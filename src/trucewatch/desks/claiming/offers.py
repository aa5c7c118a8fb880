"""What other desks offer to do with a claim or a letter, and what they have of it, as links."""

from __future__ import annotations

from trucewatch.desks.base import BesideClaim
from trucewatch.server.view import View


def offers_of(view: View, code: str) -> list[BesideClaim]:
    """For a claim `CL-3` or a letter `L-2`."""
    offering = (desk.gives("beside_claim", "lines") for desk in view.console.desks)
    return [offer for lines in offering if lines for offer in lines(view, code)]
