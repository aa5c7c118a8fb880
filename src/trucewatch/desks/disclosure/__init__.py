"""A partial copy of one incident for somebody: what is opened, what stays closed, and that it was given."""

from trucewatch.desks.base import Desk

DESK = Desk(name="disclosure")
