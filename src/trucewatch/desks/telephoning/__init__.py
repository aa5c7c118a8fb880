"""The direct lines: a directory by function, how each line is checked in a shift, and a card of it on paper."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="telephoning",
    menu=MenuItem(
        section="now",
        order=50,
        path="/lines",
        label=Message("Direct lines"),
        otherwise="/lines/own",
        otherwise_label=Message("Our line"),
    ),
    serves=("centre", "humanitarian"),
)
