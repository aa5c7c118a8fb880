"""Metres east and north of an origin ↔ WGS 84 degrees, and bearings between places."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, degrees, hypot
from typing import Any

import numpy as np
import shapely

from trucewatch.geo.arrays import Floats
from trucewatch.geo.frame import wgs84
from trucewatch.simulate.strict_toml import Strict


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin(Strict):
    """Where the plane touches the Earth: an azimuthal equidistant plane, true in distance and bearing from here."""

    lon: float
    lat: float

    def place(self, east_m: float, north_m: float) -> tuple[float, float]:
        """Longitude and latitude of a point of the plane."""
        return step_from(self.lon, self.lat, degrees(atan2(east_m, north_m)), hypot(east_m, north_m))

    def to_degrees(self, geometry: Any) -> Any:
        """A plane geometry in lon/lat, rounded to about a metre so that every machine writes the same bytes."""

        def _project(points: Floats) -> Floats:
            bearings = np.degrees(np.arctan2(points[:, 0], points[:, 1]))
            distances = np.hypot(points[:, 0], points[:, 1])
            starts = np.full(len(points), self.lon), np.full(len(points), self.lat)
            lon, lat, _ = wgs84().fwd(*starts, bearings, distances)
            return np.round(np.stack([lon, lat], axis=1), 5)

        return shapely.transform(geometry, _project)


def step_from(lon: float, lat: float, bearing_deg: float, distance_m: float) -> tuple[float, float]:
    """The place at this bearing (clockwise from true north) and distance, on the ellipsoid."""
    end_lon, end_lat, _ = wgs84().fwd(lon, lat, bearing_deg, distance_m)
    return float(end_lon), float(end_lat)


def look_from(lon: float, lat: float, to_lon: float, to_lat: float) -> tuple[float, float]:
    """Bearing (0 ≤ b < 360) and distance in metres from one place to another."""
    bearing, _, distance = wgs84().inv(lon, lat, to_lon, to_lat)
    return float(bearing) % 360.0, float(distance)


def scatter(lon: float, lat: float, sd_m: float, rng: np.random.Generator) -> tuple[float, float]:
    """The place moved by a normal error of this standard deviation in each direction."""
    east, north = rng.normal(0.0, sd_m, 2)
    return step_from(lon, lat, degrees(atan2(east, north)), hypot(east, north))


def look(lon: float, lat: float, to_lon: Floats, to_lat: Floats) -> tuple[Floats, Floats]:
    """True bearings (0 ≤ b < 360) and distances in metres from one place to many, on the ellipsoid."""
    starts = np.full(len(to_lon), lon), np.full(len(to_lon), lat)
    bearing, _, distance = wgs84().inv(*starts, to_lon, to_lat)
    return np.mod(np.asarray(bearing, dtype=np.float64), 360.0), np.asarray(distance, dtype=np.float64)


def step(lon: Floats, lat: Floats, bearing_deg: Floats, distance_m: Floats) -> tuple[Floats, Floats]:
    """The places at these bearings and distances."""
    to_lon, to_lat, _ = wgs84().fwd(lon, lat, bearing_deg, distance_m)
    return np.asarray(to_lon, dtype=np.float64), np.asarray(to_lat, dtype=np.float64)


def moved(lon: Floats, lat: Floats, east_m: Floats, north_m: Floats) -> tuple[Floats, Floats]:
    """The places moved by metres to true east and north."""
    return step(lon, lat, np.degrees(np.arctan2(east_m, north_m)), np.hypot(east_m, north_m))
