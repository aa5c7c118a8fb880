"""Protection: a passphrase for what is private, and the seal that closes a watch at once."""

from trucewatch.desks.base import Desk

DESK = Desk(name="protection")
