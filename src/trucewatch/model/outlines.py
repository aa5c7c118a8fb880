"""Outlines on the ground: whether a place lies inside one, whether two meet. Rings of (lon, lat) in degrees, of some
kilometres; on that scale degrees are a plane, and what is asked here does not depend on how far they are stretched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

Corner = tuple[float, float]
Ring = Sequence[Corner]
Where = Literal["inside", "edge", "outside"]


def where_in(ring: Ring, lon: float, lat: float) -> Where:
    """Where a place lies with regard to an outline; either way round, closed or not.

    >>> square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    >>> where_in(square, 1.0, 1.0), where_in(square[::-1], 2.0, 1.0), where_in(square, 3.0, 1.0)
    ('inside', 'edge', 'outside')
    """
    is_inside = False
    for a, b in edges(ring):
        if _is_on(a, b, (lon, lat)):
            return "edge"
        if (a[1] > lat) != (b[1] > lat) and lon < (b[0] - a[0]) * (lat - a[1]) / (b[1] - a[1]) + a[0]:
            is_inside = not is_inside
    return "inside" if is_inside else "outside"


def edges(ring: Ring) -> Iterator[tuple[Corner, Corner]]:
    """Its edges, from corner to corner, the last one back to the first."""
    for place, corner in enumerate(ring):
        yield corner, ring[(place + 1) % len(ring)]


def outlines_touch(one_ring: Ring, other_ring: Ring) -> bool:
    """Whether two outlines have a point in common: their edges meet, or one lies inside the other.

    >>> square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    >>> outlines_touch(square, [(0.5, 0.5), (1.0, 0.5), (1.0, 1.0)])
    True
    """
    if not one_ring or not other_ring:
        return False
    if where_in(one_ring, *other_ring[0]) != "outside" or where_in(other_ring, *one_ring[0]) != "outside":
        return True
    others = list(edges(other_ring))
    return any(_meet(a, b, c, d) for a, b in edges(one_ring) for c, d in others)


def _turn(a: Corner, b: Corner, c: Corner) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _is_on(a: Corner, b: Corner, place: Corner) -> bool:
    return (
        _turn(a, b, place) == 0
        and min(a[0], b[0]) <= place[0] <= max(a[0], b[0])
        and min(a[1], b[1]) <= place[1] <= max(a[1], b[1])
    )


def _meet(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
        return False
    is_crossing = _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0
    return is_crossing or any((_is_on(a, b, c), _is_on(a, b, d), _is_on(c, d, a), _is_on(c, d, b)))


def crossing_of(ring: Ring) -> Corner | None:
    """The corner after which an outline first crosses or touches itself; None for a sound one. Work grows with the
    square of its corners: bound them before.

    >>> crossing_of([(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0)])
    (0.0, 0.0)
    """
    every = list(edges(ring))
    for first, (a, b) in enumerate(every):
        for second in range(first + 2, len(every)):
            if (first or second != len(every) - 1) and _meet(a, b, *every[second]):
                return a
    return None
