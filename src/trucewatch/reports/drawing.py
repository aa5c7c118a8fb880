"""Lon/lat geometry → SVG paths: one flat projection for a map a few hundred kilometres wide, boxes, the width
of texts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import shapely
from shapely.geometry import LineString, Polygon, box
from shapely.geometry.base import BaseGeometry

from trucewatch.geo.degrees import METRES_PER_DEGREE


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def within(self, other: Box) -> bool:
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


def box_around(x: float, y: float, half_width: float, half_height: float) -> Box:
    return Box(x - half_width, y - half_height, x + half_width, y + half_height)


class Projection:
    """Degrees to pixels: longitudes shrunk by the cosine of the middle latitude. Good to about 1 % over 500 km."""

    def __init__(
        self, area: tuple[float, float, float, float], *, width: float, height_min: float, height_max: float
    ) -> None:
        west, south, east, north = area
        self._shrink = max(0.05, math.cos(math.radians((south + north) / 2)))
        wide, high = max((east - west) * self._shrink, 1e-6), max(north - south, 1e-6)
        self.width = width
        self.height = round(min(height_max, max(height_min, width * high / wide)))
        self.pixels_per_degree = min(width / wide, self.height / high)
        self._west = (west + east) / 2 - width / 2 / self.pixels_per_degree / self._shrink
        self._north = (south + north) / 2 + self.height / 2 / self.pixels_per_degree
        self.window: BaseGeometry = box(
            self._west,
            self._north - self.height / self.pixels_per_degree,
            self._west + width / self.pixels_per_degree / self._shrink,
            self._north,
        )

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        return (
            (lon - self._west) * self._shrink * self.pixels_per_degree,
            (self._north - lat) * self.pixels_per_degree,
        )

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        """The longitude and latitude of a place on the sheet."""
        return (
            self._west + x / self._shrink / self.pixels_per_degree,
            self._north - y / self.pixels_per_degree,
        )

    def pixels(self, metres: float) -> float:
        return metres / METRES_PER_DEGREE * self.pixels_per_degree

    def path(self, geometry: BaseGeometry) -> str:
        """The path of what of a geometry lies in the window, simplified to a third of a pixel; empty if nothing
        does."""
        margin = 4 / self.pixels_per_degree
        west, south, east, north = self.window.bounds
        whole = geometry if geometry.is_valid else shapely.make_valid(geometry)
        visible = whole.intersection(box(west - margin, south - margin, east + margin, north + margin))
        visible = visible.simplify(0.3 / self.pixels_per_degree)
        return "".join(self._ring(coordinates, closed) for coordinates, closed in _lines(visible))

    def _ring(self, coordinates: Iterable[tuple[float, ...]], closed: bool) -> str:
        points = [self.point(corner[0], corner[1]) for corner in coordinates]
        if len(points) < 2:
            return ""
        if closed:
            points = points[:-1]
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if closed else "")


def _lines(geometry: BaseGeometry) -> Iterator[tuple[Iterable[tuple[float, ...]], bool]]:
    if isinstance(geometry, Polygon):
        if not geometry.is_empty:
            yield geometry.exterior.coords, True
            for hole in geometry.interiors:
                yield hole.coords, True
    elif isinstance(geometry, LineString):
        yield geometry.coords, False
    elif hasattr(geometry, "geoms"):
        for part in geometry.geoms:
            yield from _lines(part)


def text_width(text: str, size: float) -> float:
    """About how wide a text is drawn, pixels: generous, so that labels keep clear of one another."""
    return sum(0.35 if char in " .,:;'/|iljtfI1()-" else 0.95 if char in "mwMWЖШЩЮФ" else 0.62 for char in text) * size


def scale_length_m(pixels_per_metre: float, *, at_most_px: float = 90) -> float:
    """The longest of 1, 2, 5, 10 … metres that fits."""
    longest = at_most_px / pixels_per_metre
    power = 10.0 ** math.floor(math.log10(longest))
    return max(step * power for step in (1, 2, 5) if step * power <= longest)
