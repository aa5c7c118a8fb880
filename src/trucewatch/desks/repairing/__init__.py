"""Works: what is broken, what each source says of it, who repairs it, what it waits for, out and back since."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="repairing",
    menu=MenuItem(section="response", order=20, path="/works", label=Message("Works")),
    serves=("humanitarian",),
)
