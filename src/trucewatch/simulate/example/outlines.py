"""A few control points → a coast, a river, a line that looks grown. Plane metres in, plane metres out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from trucewatch.geo.arrays import Floats

Points = Floats


def smooth_path(corners: Sequence[Sequence[float]], *, closed: bool, pieces: int = 6) -> Points:
    """A Catmull-Rom curve through all corners; a closed one does not repeat its first point.

    Source: E. Catmull and R. Rom, A class of local interpolating splines, 1974; uniform knots, tension 0.5.
    """
    corner = np.asarray(corners, dtype=np.float64)
    count = len(corner)
    if closed:
        before, start, end, after = (corner[(np.arange(count) + shift) % count] for shift in (-1, 0, 1, 2))
    else:
        padded = np.vstack([2 * corner[0] - corner[1], corner, 2 * corner[-1] - corner[-2]])
        before, start, end, after = (padded[shift : shift + count - 1] for shift in range(4))
    share = (np.arange(pieces) / pieces)[None, :, None]
    a, b, c, d = (part[:, None, :] for part in (before, start, end, after))
    curve = 0.5 * (
        2 * b + (c - a) * share + (2 * a - 5 * b + 4 * c - d) * share**2 + (3 * b - a - 3 * c + d) * share**3
    )
    path = curve.reshape(-1, 2)
    return path if closed else np.vstack([path, corner[-1]])


def roughen_path(path: Points, *, roughness: float, levels: int, closed: bool, rng: np.random.Generator) -> Points:
    """The path with midpoints pushed sideways, `levels` times: each by a normal share `roughness` of its piece."""
    for _ in range(levels):
        following = np.roll(path, -1, axis=0) if closed else path[1:]
        start = path if closed else path[:-1]
        along = following - start
        sideways = np.stack([-along[:, 1], along[:, 0]], axis=1)
        push = np.clip(rng.normal(0.0, roughness, len(start)), -2 * roughness, 2 * roughness)[:, None]
        middle = (start + following) / 2 + sideways * push
        woven = np.empty((2 * len(start), 2))
        woven[0::2], woven[1::2] = start, middle
        path = woven if closed else np.vstack([woven, path[-1]])
    return path


def draw_land(corners: Sequence[Sequence[float]], *, roughness: float, levels: int, rng: np.random.Generator) -> Any:
    """A closed natural outline as one valid polygon; loops that the roughening made are cut off."""
    path = smooth_path(corners, closed=True, pieces=2)
    path = roughen_path(path, roughness=roughness, levels=levels, closed=True, rng=rng)
    outline = shapely.make_valid(shapely.Polygon(path))
    largest = max(shapely.get_parts(outline), key=lambda part: float(part.area))
    return shapely.Polygon(largest.exterior)


def draw_path(corners: Sequence[Sequence[float]], *, roughness: float, levels: int, rng: np.random.Generator) -> Any:
    """An open natural line through all corners."""
    path = smooth_path(corners, closed=False, pieces=3)
    return shapely.LineString(roughen_path(path, roughness=roughness, levels=levels, closed=False, rng=rng))


def widen_downstream(path: Any, widths_m: Sequence[float]) -> Any:
    """A river's surface: its path, as wide at its source as the first width and at its mouth as the last."""
    points = shapely.get_coordinates(path)
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)]) / steps.sum()
    half_width = (widths_m[0] + (widths_m[-1] - widths_m[0]) * along) / 2
    rounds = shapely.buffer(shapely.points(points), half_width, quad_segs=3)
    pairs = [shapely.convex_hull(shapely.union(first, second)) for first, second in pairwise(rounds)]
    return shapely.union_all(pairs).simplify(15.0)
