"""What the desk offers to do with an incident: one file of it for somebody."""

from __future__ import annotations

from trucewatch.desks.base import BesideIncident
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.view import View


def lines(view: View, code: str) -> tuple[BesideIncident, ...]:
    """A link for whoever lets something leave."""
    if view.snapshot.is_replay or not view.may(Right.RELEASE):
        return ()
    return (BesideIncident(label=Message("Bundle for somebody …"), path=f"/bundle/{code}", stands="in_menu"),)
