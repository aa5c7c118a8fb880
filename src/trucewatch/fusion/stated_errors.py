"""Events → by how much the errors that a means states of its places, bearings and times are too small.

Each voice of an event is held against what all others of it say together. If all errors are as stated, the squares of
what they differ by, over their variances, have a known median; the factor of a means is that with which they have. What
the gate cut off is not among them, so the caller associates anew with the wider errors and asks again. The median does
not heed the few that are far off. A factor is drawn to 1 by 1.5 of its standard deviations; errors are never held to be
smaller than stated.
Source: the squares of a place have Hotelling's distribution for errors of Student's t, whose median is in closed form;
Kotz & Nadarajah (2004), Multivariate t Distributions, section 1.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from trucewatch.fusion.means_defaults import means_table
from trucewatch.fusion.measurements import FLOOR_M, Reports, is_of_blasts
from trucewatch.geo.arrays import Floats, Ints, Mask, Rows
from trucewatch.geo.frame import straight_coordinates
from trucewatch.model.calibration import MeansBook
from trucewatch.model.observation import MEANS

MOST_TIMES: Final = 5.0
_LEAST: Final = 12  # reports that others bear out, from which a factor is told
_DRAWN: Final = 1.5
_MEDIAN_SD: Final = 0.8
"""One standard deviation of the logarithm of a factor that was told from one report."""
_ROUNDS: Final = 10
"""In each a factor moves half of its way: those of two means that are only held against each other would chase."""
_CROSS: Final = 0.003  # of two directions: the square of the sine of about 6°, over 4
_SHARP_S: Final = 3600.0
"""Times that are told as an interval of more say nothing of the error of a moment."""
_MOST_MEMBERS: Final = 40
_CROWDED_S: Final = 20.0


def learn_stated_errors(
    reports: Reports, stated: tuple[Mask, Mask, Mask], order: Rows, bounds: Rows, places: Floats
) -> list[MeansBook]:
    """The book of each means whose stated errors are too small, real rows and simulated ones apart.

    reports: without any correction of errors; stated: whether each row states the error of its place, bearing
    and time; order, bounds: the rows of event g; places: (g, 5) of `locate_events`.
    """
    size = np.diff(bounds)
    group = np.repeat(np.arange(len(size)), size)
    rows = order
    some = (size >= 2) & (size <= _MOST_MEMBERS)
    # Where a device tells of another event so soon, reports may be joined that are of two.
    if len(size):
        some &= ~np.logical_or.reduceat(_crowded(reports)[rows], bounds[:-1])
    keep = some[group] & is_of_blasts(reports.k["group"][rows])
    group, rows = group[keep], rows[keep]
    # One row a voice: the first by id.
    by_id = np.lexsort((reports.k["order"][rows], reports.k["voice"][rows], group))
    group, rows = group[by_id], rows[by_id]
    first = np.r_[True, (np.diff(group) != 0) | (np.diff(reports.k["voice"][rows]) != 0)] if len(rows) else keep[:0]
    group, rows = group[first], rows[first]
    books = []
    for simulated in (0, 1):
        own = reports.k["group"][rows] % 2 == simulated
        books.extend(_books(reports, stated, rows[own], group[own], places, bool(simulated)))
    return books


def _crowded(reports: Reports) -> Mask:
    """Whether the device of each row has another within _CROWDED_S."""
    key, start = reports.k["key"], reports.f["start"]
    order = np.lexsort((start, key))
    near = (np.diff(key[order]) == 0) & (np.diff(start[order]) < _CROWDED_S)
    crowded = np.zeros(len(key), dtype=np.bool_)
    crowded[order[1:][near]] = True
    crowded[order[:-1][near]] = True
    return np.asarray(crowded & (reports.k["once"] >= 0), dtype=np.bool_)


def _books(reports: Reports, stated: Any, rows: Rows, group: Ints, places: Floats, simulated: bool) -> list[MeansBook]:
    means = reports.k["means"][rows]
    ray = reports.k["ray"][rows]
    located = np.isfinite(places[group, 0])
    # A means has a factor of its places, and, behind all of these, one of its bearings.
    which = np.where(located & (ray < 2), means + len(MEANS) * (ray == 1), -1)
    z, cov = _in_planes(reports, rows, group, places)
    place = _factors(which, z, cov, group, ray, np.where(ray == 1, stated[1][rows], stated[0][rows]))
    sharp = (reports.f["end"] - reports.f["start"])[rows] <= _SHARP_S
    # Some tell how long a sound lasted, others its first moment alone.
    start = reports.f["start"][rows]
    length = (reports.f["end"] - reports.f["start"])[rows]
    time = _time_factors(np.where(sharp, means, -1), start, reports.f["time_sd"][rows], length, group, stated[2][rows])
    books = []
    for code, name in enumerate(MEANS):
        by_place, by_ray, by_time = place[code], place[len(MEANS) + code], time[code]
        if max(by_place[0], by_ray[0], by_time[0]) > 1.0:
            books.append(
                MeansBook(
                    means=name,
                    pairs=max(by_place[1], by_ray[1], by_time[1]),
                    place_times=by_place[0],
                    bearing_times=by_ray[0],
                    time_times=by_time[0],
                    simulated=simulated,
                )
            )
    return books


def _in_planes(reports: Reports, rows: Rows, group: Ints, places: Floats) -> tuple[Floats, Floats]:
    """Each row's place east and north of its event's (m), shape (n, 2), and its covariance, (n, 2, 2).

    Of a direction the nearest point on it; its first row is the stated variance across it and what there is besides,
    its second the unit vector across.
    """
    f = reports.f
    lon, lat = np.radians(places[group, 0]), np.radians(places[group, 1])
    origin = straight_coordinates(places[group, 0], places[group, 1])
    east = np.column_stack((-np.sin(lon), np.cos(lon), np.zeros(len(rows))))
    north = np.column_stack((-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)))

    def plane(x: str, y: str, z: str, start: Any) -> Floats:
        away = np.column_stack((f[x][rows], f[y][rows], f[z][rows])) - start
        return np.column_stack((np.sum(away * east, axis=1), np.sum(away * north, axis=1)))

    z = plane("x", "y", "z", origin)
    cov = np.empty((len(rows), 2, 2))
    cov[:, 0, 0], cov[:, 1, 1] = f["ee"][rows], f["nn"][rows]
    cov[:, 0, 1] = cov[:, 1, 0] = f["en"][rows]
    at = np.flatnonzero(reports.k["ray"][rows] == 1)
    eye = plane("eye_x", "eye_y", "eye_z", origin)[at]
    along = plane("ray_x", "ray_y", "ray_z", 0.0)[at]
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.column_stack((along[:, 1], -along[:, 0]))
    far = -np.sum(eye * along, axis=1)
    z[at] = across * np.sum(eye * across, axis=1)[:, None]
    cov[at, 0, 0], cov[at, 0, 1] = (far * f["ray_sd"][rows][at]) ** 2, FLOOR_M**2
    cov[at, 1] = across
    return z, cov


def _factors(which: Ints, z: Floats, cov: Floats, group: Ints, ray: Ints, stated: Mask) -> list[tuple[float, int]]:
    """The factor of each means' places, then of its bearings, with how many reports it is from."""
    factors = np.ones(2 * len(MEANS))
    counts = np.zeros(len(factors), dtype=np.int64)
    rays = ray == 1
    across = np.where(rays[:, None], cov[:, 1], 0.0)
    fixed = np.where(rays, cov[:, 0, 1], 0.0)
    length = int(group.max()) + 1 if len(group) else 0
    for _ in range(_ROUNDS):
        times = np.where(stated & (which >= 0), factors[np.maximum(which, 0)], 1.0) ** 2
        # 1. What each says of the place (1/m²), and all others together.
        weight = np.zeros_like(cov)
        variance = times[rays] * cov[rays, 0, 0] + fixed[rays]
        weight[rays] = across[rays][:, :, None] * across[rays][:, None, :] / variance[:, None, None]
        weight[~rays] = np.linalg.inv(times[~rays][:, None, None] * cov[~rays])
        weight[which < 0] = 0.0
        pull = np.einsum("nij,nj->ni", weight, np.where((which >= 0)[:, None], z, 0.0))
        total, drawn = np.zeros((length, 2, 2)), np.zeros((length, 2))
        np.add.at(total, group, weight)
        np.add.at(drawn, group, pull)
        rest, rest_pull = total[group] - weight, drawn[group] - pull
        det = rest[:, 0, 0] * rest[:, 1, 1] - rest[:, 0, 1] ** 2
        # Directions that hardly cross fix no place.
        fixes = (which >= 0) & stated & (det > _CROSS * (rest[:, 0, 0] + rest[:, 1, 1]) ** 2)
        others = np.zeros_like(rest)
        others[fixes] = np.linalg.inv(rest[fixes])
        away = z - np.einsum("nij,nj->ni", others, rest_pull)
        # 2. The factor of each means, the others' as they are.
        moved = factors.copy()
        for code in np.unique(which[fixes]).tolist():
            own = np.flatnonzero(fixes & (which == code))
            counts[code] = len(own)
            gap, base, besides = away[own], cov[own], others[own]
            if code >= len(MEANS):  # of a direction what lies across it
                unit = across[own]
                besides = fixed[own] + np.einsum("ni,nij,nj->n", unit, besides, unit)
                gap, base = np.sum(gap * unit, axis=1)[:, None], base[:, :1, :1]
                besides = besides[:, None, None]
            moved[code] = _moved(factors[code], gap, base, besides, code % len(MEANS))
        if np.allclose(moved, factors, rtol=0.005):
            break
        factors = moved
    return [_applied(factor, count) for factor, count in zip(factors.tolist(), counts.tolist(), strict=True)]


def _time_factors(
    means: Ints, start: Floats, sd: Floats, length: Floats, group: Ints, stated: Mask
) -> list[tuple[float, int]]:
    """The factor of each means' times, with how many reports it is from."""
    factors = np.ones(len(MEANS))
    counts = np.zeros(len(MEANS), dtype=np.int64)
    size = int(group.max()) + 1 if len(group) else 0
    first = np.full(size, np.inf)
    np.minimum.at(first, group, start)
    late = start - first[group] if len(group) else start
    by_interval = length**2 / 12.0
    for _ in range(_ROUNDS):
        times = np.where(stated & (means >= 0), factors[np.maximum(means, 0)], 1.0)
        weight = np.where(means >= 0, 1.0 / (times**2 * sd**2 + by_interval), 0.0)
        total = np.bincount(group, weights=weight, minlength=size)[group] - weight
        drawn = np.bincount(group, weights=weight * late, minlength=size)[group] - weight * late
        fixes = (means >= 0) & stated & (total > 1e-12)
        rest = np.where(fixes, total, 1.0)
        away = late - drawn / rest
        moved = factors.copy()
        for code in np.unique(means[fixes]).tolist():
            own = np.flatnonzero(fixes & (means == code))
            counts[code] = len(own)
            base, besides = sd[own] ** 2, by_interval[own] + 1.0 / rest[own]
            moved[code] = _moved(factors[code], away[own][:, None], base[:, None, None], besides[:, None, None], code)
        if np.allclose(moved, factors, rtol=0.005):
            break
        factors = moved
    return [_applied(factor, count) for factor, count in zip(factors.tolist(), counts.tolist(), strict=True)]


def _moved(now: float, gap: Floats, base: Floats, others: Floats, means: int) -> float:
    """Half of the way from the factor of now to that with which the squares have the median that is due.

    gap: what each differs by, shape (n, d); base: the variance that it states, (n, d, d); others: that of the others.
    """
    if len(gap) < _LEAST:
        return now
    tail = float(means_table().tail[means])
    # Of d squares over their variances under Student's t: in closed form for two, to a hundredth for one.
    due = tail * (2.0 ** (2.0 / tail) - 1.0) if gap.shape[1] == 2 else (0.6745 * (1.0 + 0.38 / tail)) ** 2

    def is_wider(times: float) -> bool:
        squares = np.einsum("ni,nij,nj->n", gap, np.linalg.inv(times**2 * base + others), gap)
        return float(np.median(squares)) > due

    low, high = 1.0, 2.0 * MOST_TIMES
    for _ in range(20):
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if is_wider(middle) else (low, middle)
    return float(np.sqrt(now * low))


def _applied(factor: float, count: int) -> tuple[float, int]:
    """The factor as it is used, to three decimals: drawn to 1 by some standard deviations, never above MOST_TIMES."""
    if count < _LEAST:
        return 1.0, count
    sd = _MEDIAN_SD / np.sqrt(count)
    times = float(np.exp(max(np.log(factor) - _DRAWN * sd, 0.0)))
    return round(min(times, MOST_TIMES), 3), count
