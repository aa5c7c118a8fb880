"""The zones of time that a form offers, each with what it is today, and the one that this computer is set to."""

from __future__ import annotations

import os
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

from trucewatch.errors import TimeError
from trucewatch.model.times import zone_label, zone_named

_REGIONS: Final = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
"""The parts of the world in names of zones; other names are old ones of the same zones."""
_SETTING: Final = Path("/etc/localtime")


def offered_zones(today: datetime) -> list[tuple[str, str]]:
    """Every zone by its name, each with its offset at that moment: `("Asia/Baku", "UTC+4")`."""
    return [("UTC", "UTC"), *((name, zone_label(today, zone_named(name))) for name in _names())]


def zone_of_this_computer() -> str:
    """The zone that this computer's clock shows, as far as it says so by name; UTC where it does not."""
    target = os.environ.get("TZ", "").lstrip(":")
    if not target:
        try:
            target = str(_SETTING.readlink())
        except OSError:
            return "UTC"
    name = "/".join(target.split("/")[-2:])
    try:
        zone_named(name)
    except TimeError:
        return "UTC"
    return name if name in _names() else "UTC"


@cache
def _names() -> list[str]:
    return sorted(name for name in available_timezones() if name.partition("/")[0] in _REGIONS)
