"""The delegations judge findings: what waits for whom, first positions sealed, then opened, what came of each."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="reviewing",
    menu=MenuItem(section="now", order=25, path="/review", label=Message("Review"), key="r"),
)
