"""Meetings: who met, at which level, about which clauses, what was decided and by when it is to be done."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="convening",
    menu=MenuItem(section="agreement", order=30, path="/meetings", label=Message("Meetings")),
    serves=("centre", "humanitarian"),
)
