"""A new watch, made by forms."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="setup",
    menu=MenuItem(section="record", order=90, path="/new", label=Message("New watch"), key="n"),
)
