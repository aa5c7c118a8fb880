"""Peace between communities: sites of faith, cemeteries and monuments, visits, gatherings. Records, never scored."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="communing",
    menu=MenuItem(section="response", order=60, path="/communities", label=Message("Communities")),
    serves=("humanitarian",),
)
