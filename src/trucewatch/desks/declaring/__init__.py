"""Official statements: what was said, when and by whom, its questions and answers, tied to the clauses."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="declaring",
    menu=MenuItem(section="agreement", order=50, path="/statements", label=Message("Official statements")),
)
