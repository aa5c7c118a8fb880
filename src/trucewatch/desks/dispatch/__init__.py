"""What leaves by itself once it is issued: a feed for each recipient, and the outbox."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="dispatch",
    menu=MenuItem(
        section="record",
        order=15,
        path="/outbox",
        label=Message("Outbox"),
        also=("/released",),
        otherwise="/released",
        otherwise_label=Message("Reports"),
    ),
    serves=("centre", "humanitarian"),
)
