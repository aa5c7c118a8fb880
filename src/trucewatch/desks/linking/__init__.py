"""Links: roads, railways, crossings and lines, how each stands, routes over several states, what an opening changes."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="linking",
    menu=MenuItem(section="agreement", order=20, path="/links", label=Message("Links")),
)
