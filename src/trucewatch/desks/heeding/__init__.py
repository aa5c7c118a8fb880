"""What humanitarian organisations show a joint centre of their notifications and of medical passage, as far as they
ticked it; that a side was told, and what it answered."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="heeding",
    menu=MenuItem(section="now", order=65, path="/notices", label=Message("Humanitarian notices")),
)
