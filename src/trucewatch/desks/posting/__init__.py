"""The post-box: messages between instances, and with organisations that have none; peers, what waits, what came."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="posting",
    serves=("centre", "humanitarian"),
    menu=MenuItem(section="record", order=45, path="/post", label=Message("Post-box")),
)
