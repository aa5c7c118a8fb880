"""What leaves by decision of the heads, what parties object to it in writing, and the site of issued reports."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="publishing",
    menu=MenuItem(
        section="record",
        order=35,
        path="/decisions",
        label=Message("Let out"),
        otherwise="/decisions/own",
        otherwise_label=Message("Let out to you"),
    ),
)
