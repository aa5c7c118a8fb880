"""Claims: a call is taken down in half a minute, in the speaker's own words; it stays a claim."""

from trucewatch.desks.base import Desk, MenuAct, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="claiming",
    menu=MenuItem(
        section="now",
        order=30,
        path="/claims",
        label=Message("Claims"),
        also=("/letters",),
        act=MenuAct(path="/claims/new", label=Message("Take down a call"), key="t", right="take"),
    ),
)
