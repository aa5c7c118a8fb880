"""Incidents: the table, the page of each, three hops to the original, edits by hand."""

from trucewatch.desks.base import Desk, MenuItem
from trucewatch.messages import Message

DESK = Desk(
    name="incidents",
    menu=MenuItem(section="now", order=20, path="/incidents", label=Message("Incidents"), also=("/incident",)),
)
