"""Requests and offers: what organisations ask of each other and can give, matched by people, and what became of it."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="requesting",
    menu=MenuItem(
        section="response",
        order=10,
        path="/requests",
        label=Message("Requests and offers"),
        tab=True,
        also=("/offers",),
    ),
    serves=("humanitarian",),
)
