"""Which zones an uncertain place is in: surely inside, surely outside, or at the edge; and how far it is from a
line."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from trucewatch.geo.arrays import Floats, Mask, Rows
from trucewatch.geo.ellipse import SIGMA_TO_95, outline_95
from trucewatch.geo.frame import LocalFrame, wgs84

Relations = npt.NDArray[np.int8]

_WITHIN: Any = shapely.dwithin
"""The published stubs forget that the distance may be an array."""

OUTSIDE: Final = 0
INSIDE: Final = 1
EDGE: Final = 2


def relate_to_zone(frame: LocalFrame, geometry: Any, places: Places, *, accuracy_m: float) -> Relations:
    """OUTSIDE, INSIDE or EDGE for each place, shape (n,).

    geometry: the zone in lon/lat. A place is at the edge if its 95 % ellipse, widened by the zone's accuracy, meets the
    zone's boundary (DESIGN.md, section 1); touching counts as meeting. Places without coordinates are OUTSIDE here: the
    caller has to tell them apart before.
    """
    relations = np.zeros(len(places.x), dtype=np.int8)
    placed = np.flatnonzero(np.isfinite(places.x))
    if placed.size == 0:
        return relations
    zone = frame.shape_to_metres(geometry)
    shapely.prepare(zone)
    points: Any = shapely.points(places.x[placed], places.y[placed])
    # 1. Inside or outside by the place alone. Strictly inside: the boundary itself is the edge's question.
    relations[placed[shapely.contains_properly(zone, points)]] = INSIDE
    boundary = shapely.boundary(zone)
    shapely.prepare(boundary)
    # 2. Whose ellipse can meet the boundary at all. 1.003: outlines are drawn 1 / cos(π / 48) = 1.0021 larger.
    reach = places.semi_major_m[placed] * SIGMA_TO_95 * 1.003 + accuracy_m
    near = placed[_WITHIN(boundary, points, reach)]
    # 3. Whose ellipse does, in its own shape and direction.
    if near.size:
        relations[near[_ellipses_meet(boundary, places.take(near), accuracy_m)]] = EDGE
    return relations


class Places:
    """Uncertain places in a frame: centre (m), one-sigma half-axes (m), azimuth (degrees). NaN where unknown."""

    def __init__(self, x: Floats, y: Floats, semi_major_m: Floats, semi_minor_m: Floats, azimuth_deg: Floats) -> None:
        self.x, self.y = x, y
        self.semi_major_m, self.semi_minor_m, self.azimuth_deg = semi_major_m, semi_minor_m, azimuth_deg

    def take(self, rows: Rows) -> Places:
        """The places in these rows."""
        return Places(
            self.x[rows], self.y[rows], self.semi_major_m[rows], self.semi_minor_m[rows], self.azimuth_deg[rows]
        )


def _ellipses_meet(boundary: Any, places: Places, accuracy_m: float) -> Mask:
    outlines = outline_95(places.x, places.y, places.semi_major_m, places.semi_minor_m, places.azimuth_deg)
    # Thinner than a millimetre an ellipse is a line: a polygon of it would have no area.
    flat = places.semi_minor_m < 1e-3
    shapes = np.empty(len(places.x), dtype=object)
    if (~flat).any():
        shapes[~flat] = shapely.polygons(outlines[~flat])
    if flat.any():
        shapes[flat] = shapely.linestrings(outlines[flat])
    return np.asarray(_WITHIN(boundary, shapes, accuracy_m), dtype=np.bool_)


def distance_to_line(frame: LocalFrame, line: Any, lon: Floats, lat: Floats) -> Floats:
    """Metres on the ellipsoid from each place to the nearest point of the line, shape (n,); NaN where the place is.

    The nearest point is found in the frame, its distance by Karney's geodesic: good to 1 in 10⁵ within 100 km.
    Source: Karney (2013), Algorithms for geodesics, J. Geodesy 87, as computed by PROJ.
    """
    distances = np.full(len(lon), np.nan)
    placed = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if placed.size == 0:
        return distances
    flat = frame.shape_to_metres(line)
    x, y = frame.to_metres(lon[placed], lat[placed])
    points: Any = shapely.points(x, y)
    nearest = shapely.get_coordinates(shapely.line_interpolate_point(*_nearest_part(flat, points)))
    near_lon, near_lat = frame.to_degrees(nearest[:, 0], nearest[:, 1])
    _, _, metres = wgs84().inv(lon[placed], lat[placed], near_lon, near_lat)
    distances[placed] = metres
    return distances


def _nearest_part(line: Any, points: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Floats]:
    """For each point the part of the line that is nearest, and how far along it the nearest point lies."""
    parts = shapely.get_parts(line)
    which = np.asarray(shapely.STRtree(parts).nearest(points))
    chosen = parts[which]
    return chosen, shapely.line_locate_point(chosen, points)
