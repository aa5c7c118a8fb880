"""Complaints: what a side, a delegation or a civilian says is wrong, by when it is answered, and the answer."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="complaints",
    menu=MenuItem(
        section="agreement",
        order=20,
        path="/complaints",
        label=Message("Complaints"),
        otherwise="/complaints/own",
    ),
)
