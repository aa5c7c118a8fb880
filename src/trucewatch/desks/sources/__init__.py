"""Sources: a card each, refused rows, and files that are brought."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="sources",
    menu=MenuItem(section="record", order=20, path="/sources", label=Message("Sources"), tab=True),
)
