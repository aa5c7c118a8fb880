"""Observations → incidents: which reports are one event, where and when it was, and in which zones it lies."""

from trucewatch.incidents.associate import associate_observations
from trucewatch.incidents.fuse import fuse_observations
from trucewatch.incidents.situate import situate_incidents
from trucewatch.incidents.versions import current_observations

__all__ = ["associate_observations", "current_observations", "fuse_observations", "situate_incidents"]
