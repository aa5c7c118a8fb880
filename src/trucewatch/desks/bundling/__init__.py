"""One file that proves what it opens on a computer that has never seen us: of a finding, an incident, a case under
review, or a figure of an issued report."""

from trucewatch.desks.base import Desk

DESK = Desk(name="bundling")
