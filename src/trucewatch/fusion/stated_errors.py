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
from trucewatch.geo.arrays import Floats, Ints, Rows
from trucewatch.geo.frame import straight_coordinates
from trucewatch.model.calibration import MeansBook
from trucewatch.model.observation import MEANS

MOST_TIMES: Final = 5.0
_LEAST: Final = 12  # reports that others bear out, from which a factor is told
_DRAWN: Final = 1.5
_ROUNDS: Final = 8
_NARROWER, _WIDER = 0.2, 3.0
"""In one round a factor moves by no more: those of two means that are only held against each other would chase."""
_SHARP_S: Final = 3600.0
"""Times that are told as an interval of more say nothing of the error of a moment."""
_MOST_MEMBERS: Final = 40


def learn_stated_errors(reports: Reports, stated: Any, order: Rows, bounds: Rows, places: Floats) -> list[MeansBook]:
    """The book of each means whose stated errors are too small, real rows and simulated ones apart.

    reports: without any correction of errors; stated: (3, n), whether each row states the error of its place, bearing
    and time; order, bounds: the rows of event g; places: (g, 5) of `locate_events`.
    """
    size = np.diff(bounds)
    group = np.repeat(np.arange(len(size)), size)
    rows = order
    some = (size >= 2) & (size <= _MOST_MEMBERS)
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


def _books(
    reports: Reports, stated: Any, rows: Rows, group: Ints, places: Floats, simulated: bool
) -> list[MeansBook]:
    means = reports.k["means"][rows]
    ray = reports.k["ray"][rows]
    located = np.isfinite(places[group, 0])
    # A means has a factor of its places, numbers 0 … 8, and one of its bearings, 9 … 17.
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
    """Each row's place east and north of its event's (m), shape (n, 2), and its covariance, (n, 2, 2); of a direction the
    nearest point on it, and a variance across it alone, with the unit vector across in place of the covariance's
    second row."""
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


def _factors(
    which: Ints, z: Floats, cov: Floats, group: Ints, ray: Ints, stated: Any
) -> list[tuple[float, int]]:
    """The factor of each means' places, then of its bearings, with how many reports it is from."""
    count = 2 * len(MEANS)
    factors = np.ones(count)
    results = [(1.0, 0)] * count
    rays = ray == 1
    across = np.where(rays[:, None], cov[:, 1], 0.0)
    fixed = np.where(rays, cov[:, 0, 1], 0.0)
    tail = np.tile(means_table().tail, 2)
    for _ in range(_ROUNDS):
        times = np.where(stated & (which >= 0), factors[np.maximum(which, 0)], 1.0) ** 2
        # 1. What each says of the place (1/m²), and all others together.
        weight = np.zeros_like(cov)
        variance = np.where(rays, times * cov[:, 0, 0] + fixed, 1.0)
        weight[rays] = across[rays][:, :, None] * across[rays][:, None, :] / variance[rays][:, None, None]
        weight[~rays] = np.linalg.inv(times[~rays][:, None, None] * cov[~rays])
        weight[which < 0] = 0.0
        pull = np.einsum("nij,nj->ni", weight, np.where((which >= 0)[:, None], z, 0.0))
        length = int(group.max()) + 1 if len(group) else 0
        total, drawn = np.zeros((length, 2, 2)), np.zeros((length, 2))
        np.add.at(total, group, weight)
        np.add.at(drawn, group, pull)
        rest, rest_pull = total[group] - weight, drawn[group] - pull
        det = rest[:, 0, 0] * rest[:, 1, 1] - rest[:, 0, 1] ** 2
        size = rest[:, 0, 0] + rest[:, 1, 1]
        # Directions that hardly cross fix no place.
        fixes = (which >= 0) & stated & (det > 0.003 * size**2)
        inverse = np.zeros_like(rest)
        inverse[fixes] = np.linalg.inv(rest[fixes])
        away = z - np.einsum("nij,nj->ni", inverse, rest_pull)
        # 2. The factor of each means, the others' as they are.
        moved = factors.copy()
        for code in np.unique(which[fixes]).tolist():
            own = np.flatnonzero(fixes & (which == code))
            if len(own) < _LEAST:
                continue
            if code < len(MEANS):
                base, of_others, gap = cov[own], inverse[own], away[own]

                def misfit(times: float, base: Floats = base, of_others: Floats = of_others, gap: Floats = gap) -> float:
                    both = np.linalg.inv(times**2 * base + of_others)
                    return float(np.median(np.einsum("ni,nij,nj->n", gap, both, gap)))

                due = tail[code] * (2.0 ** (2.0 / tail[code]) - 1.0)
            else:
                unit = across[own]
                base_1, still = cov[own, 0, 0], fixed[own] + np.einsum("ni,nij,nj->n", unit, inverse[own], unit)
                gap_1 = np.sum(away[own] * unit, axis=1) ** 2

                def misfit(times: float, a: Floats = base_1, b: Floats = still, gap: Floats = gap_1) -> float:  # type: ignore[misc]
                    return float(np.median(gap / (times**2 * a + b)))

                due = (0.6745 * (1.0 + 0.38 / tail[code])) ** 2
            moved[code] = _solve(misfit, due, factors[code])
            results[code] = (moved[code], len(own))
        if np.allclose(moved, factors, rtol=0.005):
            break
        factors = moved
    return [_applied(factor, number) for factor, number in results]


def _time_factors(
    means: Ints, start: Floats, sd: Floats, length: Floats, group: Ints, stated: Any
) -> list[tuple[float, int]]:
    """The factor of each means' times, with how many reports it is from."""
    factors = np.ones(len(MEANS))
    results = [(1.0, 0)] * len(MEANS)
    tail = means_table().tail
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
        away = (late - drawn / rest) ** 2
        moved = factors.copy()
        for code in np.unique(means[fixes]).tolist():
            own = np.flatnonzero(fixes & (means == code))
            if len(own) < _LEAST:
                continue
            gap, base, still = away[own], sd[own] ** 2, by_interval[own] + 1.0 / rest[own]

            def misfit(times: float, gap: Floats = gap, base: Floats = base, still: Floats = still) -> float:
                return float(np.median(gap / (times**2 * base + still)))

            moved[code] = _solve(misfit, (0.6745 * (1.0 + 0.38 / tail[code])) ** 2, factors[code])
            results[code] = (moved[code], len(own))
        if np.allclose(moved, factors, rtol=0.005):
            break
        factors = moved
    return [_applied(factor, number) for factor, number in results]


def _solve(misfit: Any, due: float, now: float) -> float:
    """The factor with which the median misfit is what is due, by bisection; half of the way there from that of now."""
    low, high = _NARROWER, 2 * MOST_TIMES
    if misfit(low) <= due:
        solved = low
    elif misfit(high) >= due:
        solved = high
    else:
        for _ in range(24):
            middle = np.sqrt(low * high)
            low, high = (middle, high) if misfit(middle) > due else (low, middle)
        solved = float(np.sqrt(low * high))
    return float(np.sqrt(now * max(solved, 1.0)))


def _applied(factor: float, count: int) -> tuple[float, int]:
    """The factor as it is used: drawn to 1 by some standard deviations, never below it and never above MOST_TIMES."""
    if count < _LEAST:
        return 1.0, count
    sd = 0.8 / np.sqrt(count)  # of the logarithm: the median of squares is so much less sure than their mean
    times = float(np.exp(max(np.log(factor) - _DRAWN * sd, 0.0)))
    return round(min(times, MOST_TIMES), 3), count
