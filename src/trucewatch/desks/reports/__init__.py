"""Reports: made for a recipient and a period, drafted, checked, issued, corrected, taken."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="reports",
    menu=MenuItem(section="record", order=10, path="/reports", label=Message("Reports"), tab=True),
)
