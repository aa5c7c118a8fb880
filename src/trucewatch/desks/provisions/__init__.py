"""The agreement: provisions and their checkable sentences, each with its findings and texts."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="provisions",
    menu=MenuItem(section="agreement", order=10, path="/agreement", label=Message("Agreement"), tab=True),
)
