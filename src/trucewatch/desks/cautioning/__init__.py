"""Urgent road notices for those who bring help: said within minutes by decision of the shift, lapsing at their hour to
no word since."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="cautioning",
    menu=MenuItem(section="now", order=65, path="/road-notices", label=Message("Road notices")),
    serves=("centre", "humanitarian"),
)
