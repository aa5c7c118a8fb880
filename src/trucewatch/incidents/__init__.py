"""Observations → incidents: which reports are one event, where and when it was, and in which zones it lies."""

import trucewatch.geo  # noqa: F401 - names the folder of compiled functions first
from trucewatch.incidents.associate import associate_observations
from trucewatch.incidents.first_use import kernels_are_compiled
from trucewatch.incidents.fuse import Setting, fuse_observations
from trucewatch.incidents.situate import situate_incidents
from trucewatch.incidents.versions import current_observations

__all__ = [
    "Setting",
    "associate_observations",
    "current_observations",
    "fuse_observations",
    "kernels_are_compiled",
    "situate_incidents",
]
