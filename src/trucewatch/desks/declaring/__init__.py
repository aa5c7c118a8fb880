"""Official statements: what was said, in which words, offered by rules and decided by people; and undertakings."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="declaring",
    menu=MenuItem(
        section="agreement",
        order=15,
        path="/statements",
        label=Message("Official statements"),
        also=("/undertakings",),
    ),
)
