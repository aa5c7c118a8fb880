"""Observations → incidents: which reports are one event, where and when it was, and in which zones it lies."""

import trucewatch.geo  # noqa: F401 - names the folder of compiled functions first
from trucewatch.fusion.associate import associate_observations
from trucewatch.fusion.current_versions import current_observations
from trucewatch.fusion.fuse import fuse_observations
from trucewatch.fusion.kernels_ready import kernels_are_compiled
from trucewatch.fusion.setting import Setting
from trucewatch.fusion.zone_assignment import situate_incidents

__all__ = [
    "Setting",
    "associate_observations",
    "current_observations",
    "fuse_observations",
    "kernels_are_compiled",
    "situate_incidents",
]
