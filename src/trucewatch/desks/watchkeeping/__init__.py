"""The watch itself: who stands it, the board of the floor, its log, its tasks, and how it is handed over."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="watchkeeping",
    menu=MenuItem(section="now", order=11, path="/floor", label=Message("Floor"), also=("/shift", "/tasks", "/drills")),
)
