"""Windows of silence for works: asked for, answered by each side, in force in what both agreed, and how they were
kept."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="quieting",
    menu=MenuItem(
        section="now",
        order=62,
        path="/windows",
        label=Message("Windows of silence"),
        otherwise="/windows/own",
        otherwise_label=Message("Windows asked of us"),
    ),
    serves=("centre", "humanitarian"),
)
