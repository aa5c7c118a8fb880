"""Initiatives: who proposed what to whom, about a clause or about the work itself, and what each side says of it."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="proposing",
    menu=MenuItem(section="agreement", order=40, path="/initiatives", label=Message("Initiatives")),
)
