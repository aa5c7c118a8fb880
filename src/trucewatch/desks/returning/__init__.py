"""Group returns and destinations: who plans a return from where to where, and what is known of the places."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="returning",
    menu=MenuItem(section="response", order=30, path="/returns", label=Message("Returns"), also=("/destinations",)),
    serves=("humanitarian",),
)
