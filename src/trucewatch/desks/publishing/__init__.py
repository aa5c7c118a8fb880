"""What leaves for the public: a site of the issued reports of one recipient."""

from trucewatch.desks.base import Desk

DESK = Desk(name="publishing")
