"""What leaves by itself once it is issued: a feed for each recipient, and the outbox."""

from trucewatch.desks.base import Desk

DESK = Desk(name="dispatch")
