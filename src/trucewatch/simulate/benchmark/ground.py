"""The invented ground: kilometres ↔ degrees, the line, bearings, and the streams of random numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from trucewatch.geo.frame import LocalFrame, frame_at, wgs84
from trucewatch.simulate.benchmark.parameters import Density, FusionParameters

Floats = npt.NDArray[np.float64]

DAY_S = 86_400.0


@dataclass(frozen=True)
class Ground:
    """One density and seed over the ground that all share."""

    parameters: FusionParameters
    density_name: str
    seed: int

    @property
    def density(self) -> Density:
        return self.parameters.density[self.density_name]

    @property
    def length_s(self) -> float:
        """How long the simulated days last."""
        return self.density.days * DAY_S

    def stream(self, *words: str) -> np.random.Generator:
        """The random numbers of one part; no part's draws depend on another's."""
        return np.random.default_rng([self.seed, *"\x1f".join((self.density_name, *words)).encode()])

    @cached_property
    def frame(self) -> LocalFrame:
        return frame_at(self.parameters.origin.lon, self.parameters.origin.lat)

    def degrees(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Longitude and latitude of metres east and north of the origin."""
        return self.frame.to_degrees(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))

    def place_of(self, km: tuple[float, float]) -> tuple[float, float]:
        """Longitude and latitude of a point in kilometres, to the sixth decimal."""
        lon, lat = self.degrees(np.array([km[0] * 1000.0]), np.array([km[1] * 1000.0]))
        return round(float(lon[0]), 6), round(float(lat[0]), 6)

    @cached_property
    def line(self) -> Any:
        """The line of contact as a shapely LineString, degrees."""
        points = np.array(self.parameters.line_km) * 1000.0
        return shapely.LineString(np.column_stack(self.degrees(points[:, 0], points[:, 1])))

    def line_north_m(self, x: Floats) -> Floats:
        """How far north of the origin the line runs at this easting."""
        points = np.array(self.parameters.line_km) * 1000.0
        return np.interp(x, points[:, 0], points[:, 1])

    @property
    def line_ends_m(self) -> tuple[float, float]:
        return self.parameters.line_km[0][0] * 1000.0, self.parameters.line_km[-1][0] * 1000.0

    def local_hour(self, seconds: Floats) -> Floats:
        """Hour of the local day of seconds since the first midnight."""
        return np.mod(seconds, DAY_S) / 3600.0


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


def unit_errors(rng: np.random.Generator, shape: tuple[int, ...], dof: float) -> Floats:
    """Errors of standard deviation 1: normal for dof 0, else Student's t, one denominator a row."""
    normal = rng.standard_normal(shape)
    if dof <= 0:
        return normal
    shrink = np.sqrt(rng.chisquare(dof, shape[0]) / (dof - 2.0))
    return np.asarray(normal / shrink.reshape(-1, *([1] * (len(shape) - 1))))


def choose(rng: np.random.Generator, shares: dict[str, float] | Any, n: int) -> npt.NDArray[np.object_]:
    """n words drawn by their shares (which need not add up to one)."""
    words = np.array(list(shares), dtype=object)
    weights = np.array([shares[word] for word in words], dtype=np.float64)
    return np.asarray(words[rng.choice(len(words), size=n, p=weights / weights.sum())], dtype=object)
