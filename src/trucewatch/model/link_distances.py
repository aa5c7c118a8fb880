"""How far it is between the ends of a link in a straight line, of which no road is shorter."""

from __future__ import annotations

from math import atan, atan2, cos, hypot, radians, sin, tan

from trucewatch.model.links import Link, Network


def straight_km(link: Link, network: Network) -> float | None:
    """The length of the straight line between the ends of a link, km; None where an end is missing."""
    ends = network.node(link.from_), network.node(link.to)
    if ends[0] is None or ends[1] is None:
        return None
    return distance_km(ends[0].lon, ends[0].lat, ends[1].lon, ends[1].lat)


def distance_km(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Along the ellipsoid WGS 84, km; within 0.01 % up to some thousand km.

    Source: W. D. Lambert (1942), The distance between two widely separated points on the surface of the Earth.

    >>> round(distance_km(45.0, 39.0, 46.0, 39.0), 1)
    86.6
    """
    radius, flattening = 6378.137, 1 / 298.257223563
    u_a, u_b = (atan((1 - flattening) * tan(radians(max(-89.999, min(89.999, lat))))) for lat in (lat_a, lat_b))
    across = radians(lon_b - lon_a)
    x = cos(u_a) * sin(u_b) - sin(u_a) * cos(u_b) * cos(across)
    y = cos(u_b) * sin(across)
    angle = atan2(hypot(x, y), sin(u_a) * sin(u_b) + cos(u_a) * cos(u_b) * cos(across))
    if angle < 1e-12:
        return 0.0
    half, middle, apart = angle / 2, (u_a + u_b) / 2, (u_b - u_a) / 2
    x_part = (angle - sin(angle)) * (sin(middle) * cos(apart) / cos(half)) ** 2 if cos(half) > 1e-9 else 0.0
    y_part = (angle + sin(angle)) * (cos(middle) * sin(apart) / sin(half)) ** 2
    return radius * (angle - flattening / 2 * (x_part + y_part))
