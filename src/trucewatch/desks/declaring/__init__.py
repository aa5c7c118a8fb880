"""Official statements: what was said, in which words, offered by rules and decided by people; what somebody undertook."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="declaring",
    menu=MenuItem(
        section="agreement",
        order=30,
        path="/statements",
        label=Message("Official statements"),
        also=("/undertakings",),
    ),
)
