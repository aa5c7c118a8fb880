"""Counters and activities: what sources report per day and in all, who does what where, and both as HXL."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="tallying",
    menu=MenuItem(
        section="response", order=70, path="/counts", label=Message("Counters and 3W"), also=("/activities",)
    ),
    serves=("humanitarian",),
)
