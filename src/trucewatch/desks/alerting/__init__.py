"""Alarms: what each person wants to be told of at once, and who has it."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="alerting",
    menu=MenuItem(section="now", order=60, path="/alarms", label=Message("Alarms")),
)
