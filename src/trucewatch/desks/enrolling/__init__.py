"""People: who has an account, which role they hold until when, and everybody's own page."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="enrolling",
    menu=MenuItem(section="record", order=60, path="/people", label=Message("People")),
    serves=("centre", "humanitarian"),
)
