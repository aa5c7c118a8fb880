"""A place in words: "2.1 km NE of Khojavend / Martuni"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trucewatch.geo.frame import wgs84
from trucewatch.geo.place_text import COMPASS
from trucewatch.model.zone import Town


@dataclass(frozen=True, slots=True)
class Described:
    """How far and in which direction from which town; `compass16` is one of COMPASS."""

    distance_m: float
    compass16: str
    town: Town


def describe_place(lon: float, lat: float, towns: Sequence[Town]) -> Described | None:
    """The place seen from the nearest town, on the ellipsoid; None without towns.

    >>> describe_place(46.7528, 39.8177, [Town(id="k", names={"en": "K"}, lon=46.75, lat=39.80)]).compass16
    'N'
    """
    if not towns:
        return None
    count = len(towns)
    town_lons, town_lats = np.array([town.lon for town in towns]), np.array([town.lat for town in towns])
    azimuth, _, metres = wgs84().inv(town_lons, town_lats, np.full(count, lon), np.full(count, lat))
    nearest = int(np.argmin(metres))
    return Described(float(metres[nearest]), compass_point(float(azimuth[nearest])), towns[nearest])


def compass_point(azimuth_deg: float) -> str:
    """The nearest of the sixteen points."""
    return COMPASS[int((azimuth_deg % 360.0) / 22.5 + 0.5) % 16]
