"""The invented ground: kilometres ↔ degrees, the line, bearings, and the streams of random numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from trucewatch.geo.arrays import Floats
from trucewatch.geo.frame import LocalFrame, frame_at
from trucewatch.simulate.benchmark.parameters import Density, FusionParameters
from trucewatch.simulate.chance import stream

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
        return stream(self.seed, self.density_name, *words)

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
