"""What the desk offers to do with an incident: to tell those who bring help that a road is advised against."""

from __future__ import annotations

from urllib.parse import urlencode

from trucewatch.desks.base import BesideIncident
from trucewatch.messages import Message
from trucewatch.model.roles import Right
from trucewatch.server.aid_view import may_enter
from trucewatch.server.view import View


def lines(view: View, code: str) -> tuple[BesideIncident, ...]:
    """A link for who stands the watch. Nothing of the incident goes into the notice but when it was first known."""
    if not view.watch.organisations or not may_enter(view, "road_notice", (Right.SHIFT, Right.FLASH)):
        return ()
    path = f"/road-notices?{urlencode({'incident': code})}#begin"
    return (BesideIncident(label=Message("Say a road notice …"), path=path, stands="in_menu"),)
