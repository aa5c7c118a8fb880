"""Released features → a small map: the zones of the recipient and the places of one page, drawn as they were told.

Plate carrée with degrees of longitude shortened for the middle latitude: true enough at the size of a theatre.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import cos, radians
from typing import Any, Final

import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from trucewatch.svg import element, named, px

WIDTH: Final = 640.0
TALLEST: Final = 640.0
_RADIUS: Final = 4.0
_FINEST: Final = 0.5
"""Corners that lie nearer to a straight line than this, in the drawing's units, are left out."""


def draw_map(
    zones: Iterable[BaseGeometry],
    features: Iterable[dict[str, Any]],
    *,
    area: Sequence[float],
    label: str,
) -> str:
    """The drawing as SVG; "" where no feature has a geometry. area: west, south, east, north in degrees."""
    placed = [feature for feature in features if feature["geometry"] is not None]
    if not placed:
        return ""
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in placed]
    bounds = shapely.total_bounds([shapely.box(area[0], area[1], area[2], area[3]), *shapes])
    plane = _Plane(*(float(edge) for edge in bounds))
    drawn = [element("path", d=path, class_="zone") for zone in zones if (path := plane.path(zone))]
    for feature, shape in zip(placed, shapes, strict=True):
        css = "incident simulated" if feature["properties"].get("simulated") else "incident"
        if isinstance(shape, Point):
            x, y = plane.at(shape.x, shape.y)
            drawn.append(element("circle", cx=px(x), cy=px(y), r=_RADIUS, class_=css))
        elif path := plane.path(shape):
            drawn.append(element("path", d=path, class_=css))
    return element("svg", *drawn, viewBox=f"0 0 {px(plane.width)} {px(plane.height)}", **named(label))


class _Plane:
    """Degrees → units of the drawing."""

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        self._west, self._north = west, north
        across = max(east - west, 1e-6) * cos(radians((south + north) / 2))
        up = max(north - south, 1e-6)
        self._scale = min(WIDTH / across, TALLEST / up)
        self._across = self._scale * across / max(east - west, 1e-6)
        self.width, self.height = self._scale * across, self._scale * up

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        return (lon - self._west) * self._across, (self._north - lat) * self._scale

    def path(self, shape: BaseGeometry) -> str:
        """Its rings and lines; "" for a shape of another kind."""
        light = shapely.simplify(shape, _FINEST / self._scale)
        parts = shapely.get_parts([light])
        lines = [ring for part in parts for ring in _lines(part)]
        return "".join(
            "M" + "L".join(f"{px(x)} {px(y)}" for x, y in (self.at(*corner[:2]) for corner in line.coords))
            for line in lines
        )


def _lines(part: BaseGeometry) -> list[Any]:
    if isinstance(part, Polygon):
        return [part.exterior, *part.interiors]
    return [part] if isinstance(part, LineString) else []
