"""Access: what kept help from people or people from help, by the types of OCHA's framework; operations that the sides
agree. In a joint centre: where its own watch was refused access, beside what came from a humanitarian instance."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="reaching",
    menu=MenuItem(section="response", order=50, path="/access", label=Message("Access")),
    serves=("centre", "humanitarian"),
)
