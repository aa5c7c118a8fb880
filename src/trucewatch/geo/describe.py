"""A place in words: "2.1 km NE of Khojavend / Martuni"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

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
    nearest, azimuth, metres = _nearest(lon, lat, _one_copy(tuple((town.lon, town.lat) for town in towns)))
    return Described(metres, compass_point(azimuth), towns[nearest])


@lru_cache(maxsize=20_000)
def _nearest(lon: float, lat: float, spots: tuple[tuple[float, float], ...]) -> tuple[int, float, float]:
    """Which spot is nearest, the azimuth from it and the metres. Kept, since a report is written in several languages
    and formats."""
    lons, lats = np.array(spots).T
    azimuth, _, metres = wgs84().inv(lons, lats, np.full(len(spots), lon), np.full(len(spots), lat))
    nearest = int(np.argmin(metres))
    return nearest, float(azimuth[nearest]), float(metres[nearest])


@lru_cache(maxsize=16)
def _one_copy(spots: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """The same spots as the first who asked for them holds, so that they are in memory once."""
    return spots


def compass_point(azimuth_deg: float) -> str:
    """The nearest of the sixteen points."""
    return COMPASS[int((azimuth_deg % 360.0) / 22.5 + 0.5) % 16]
