"""Urgent messages to both sides: what is told to both in one second, whom it reached, who answered, and when it was
quiet."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="flashing",
    menu=MenuItem(
        section="now",
        order=40,
        path="/urgent",
        label=Message("Urgent messages"),
        otherwise="/urgent/own",
        otherwise_label=Message("Urgent messages to you"),
    ),
)
