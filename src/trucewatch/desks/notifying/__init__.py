"""Notifications of humanitarian movements and fixed sites to the sides, and medical passage: who was told when, what
each side answered. Nothing here asks for leave."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="notifying",
    menu=MenuItem(
        section="now",
        order=10,
        path="/notifications",
        label=Message("Notifications"),
        otherwise="/notifications/own",
        otherwise_label=Message("Notifications to us"),
    ),
    serves=("humanitarian",),
)
