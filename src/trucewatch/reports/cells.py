"""Places to cells of one fixed grid over the whole Earth, so that no release can be laid over another one shifted by a
bit.

Rows are bands of latitude `cell_m` high, counted from the equator; each row is cut into whole cells from 180° west, as
near to `cell_m` wide as a whole number of them allows at the middle of the row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from trucewatch.geo.degrees import METRES_PER_DEGREE_AT_EQUATOR


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its centre and its half sides, degrees."""

    lon: float
    lat: float
    half_lon: float
    half_lat: float

    @property
    def code(self) -> str:
        return f"cell:{self.lon:.4f},{self.lat:.4f}"

    def ring(self) -> list[tuple[float, float]]:
        """The closed outline, counter-clockwise, longitude first."""
        west, east = round(self.lon - self.half_lon, 5), round(self.lon + self.half_lon, 5)
        south, north = round(self.lat - self.half_lat, 5), round(self.lat + self.half_lat, 5)
        return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def cell_of(lon: float, lat: float, cell_m: float) -> Cell:
    """The cell that holds a place.

    >>> cell_of(46.7528, 39.8177, 5000).code == cell_of(46.7529, 39.8176, 5000).code
    True
    """
    high = cell_m / METRES_PER_DEGREE_AT_EQUATOR  # cells of past releases are counted in it
    row = math.floor(lat / high)
    middle = (row + 0.5) * high
    around_m = 360.0 * METRES_PER_DEGREE_AT_EQUATOR * max(math.cos(math.radians(middle)), 0.0)
    across = max(1, math.floor(around_m / cell_m))
    wide = 360.0 / across
    column = math.floor((lon + 180.0) / wide) % across
    return Cell(round((column + 0.5) * wide - 180.0, 4), round(max(-90.0, min(90.0, middle)), 4), wide / 2, high / 2)
