"""Map and list side by side: filters, time, counters."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="map",
    menu=MenuItem(section="now", order=10, path="/watch", label=Message("Watch"), tab=True, counts=True),
)
