"""The day of a humanitarian response centre on one page: what is late, what moves, what is asked and offered."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="coordinating",
    menu=MenuItem(section="now", order=0, path="/today", label=Message("Today"), tab=True),
    serves=("humanitarian",),
)
