"""Mines, by the words of IMAS: hazardous areas and what of them was released, surveys, devices found, accidents."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="clearing",
    menu=MenuItem(section="response", order=40, path="/mines", label=Message("Mines")),
    serves=("humanitarian",),
)
