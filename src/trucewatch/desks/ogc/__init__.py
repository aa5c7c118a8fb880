"""Interfaces for programs: OGC API Features, and the page that describes them all."""

from trucewatch.desks.base import Desk

DESK = Desk(name="ogc")
