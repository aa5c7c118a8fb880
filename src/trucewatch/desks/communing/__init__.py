"""Peace between communities: sites of faith, cemeteries and monuments, visits, gatherings. Records, never scored."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="communing",
    menu=MenuItem(section="agreement", order=70, path="/communities", label=Message("Communities")),
    serves=("humanitarian",),
)
