"""A past case again, on its own clock."""

from trucewatch.desks.base import Desk

DESK = Desk(name="replay")
