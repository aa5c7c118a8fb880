"""Compiled: how surely two groups of reports are one event, and which event a single voice belongs to."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from trucewatch.fusion.gate_kernels import (
    CHI2_GATE,
    SIGMAS,
    beside_ray,
    cross_rays,
    find,
    mahalanobis,
    njit_,
    time_gap,
    to_plane,
)

S_X, S_Y, S_EE, S_EN, S_NN = range(5)
"""State of a group: offset from its anchor's place in the anchor's plane, and the covariance of the fused place."""

UNNOTICED: Final = 0.15
"""The share of events that only one of several voices notices."""
VAGUE_S: Final = 3_600.0  # times vaguer than this (s) are mostly those of lists and of visits
UNNOTICED_LATER: Final = 0.03
"""The same for one that does not know the time to an hour: lists and visits of places come after others have spoken."""
_TWO_PI = 2.0 * np.pi


@njit_
def time_density(f: Any, i: int, j: int) -> float:
    """1/s: how densely the times of two reports point to each other; 0 beyond the gate."""
    sd = np.sqrt(f[i].time_sd ** 2 + f[j].time_sd ** 2)
    gap = time_gap(f, i, j)
    if gap > SIGMAS * sd:
        return 0.0
    # An interval longer than the error spreads the chance evenly over its length.
    length = max(f[i].end - f[i].start, f[j].end - f[j].start)
    return np.exp(-0.5 * (gap / sd) ** 2) / max(np.sqrt(_TWO_PI) * sd, length)


@njit_
def offset_in_plane(f: Any, anchor: int, other: int, x: float, y: float) -> tuple[float, float]:
    """A point given in the plane of `other`, in the plane of `anchor` (the planes are taken as parallel)."""
    if anchor == other:
        return x, y
    east, north = to_plane(f, anchor, f[other].x - f[anchor].x, f[other].y - f[anchor].y, f[other].z - f[anchor].z)
    return east + x, north + y


@njit_
def compare_groups(f: Any, a: int, ray_a: bool, sa: Any, b: int, ray_b: bool, sb: Any, common: bool, out: Any) -> float:
    """1/m²: how densely two groups point to the same place, 0 if they do not; the fused state goes to `out`, in the
    plane of `a`.

    a, b: anchors; common: the two have errors in common, so the fused covariance is no smaller than half-way between
    them.
    """
    if ray_a and ray_b:
        fits, x, y, ee, en, nn, dense = cross_rays(f, a, b)
        out[S_X], out[S_Y], out[S_EE], out[S_EN], out[S_NN] = x, y, ee, en, nn
        return dense if fits else 0.0
    if ray_a or ray_b:
        ray, place = (a, b) if ray_a else (b, a)
        state = sb if ray_a else sa
        fits, _, beside, variance, ae, an = beside_ray(
            f, place, state[S_X], state[S_Y], state[S_EE], state[S_EN], state[S_NN], ray
        )
        if not fits:
            return 0.0
        # The direction pulls the place across itself only: one step of a Kalman filter, of one measurement.
        ke = (state[S_EE] * ae + state[S_EN] * an) / variance
        kn = (state[S_EN] * ae + state[S_NN] * an) / variance
        x, y = state[S_X] - ke * beside, state[S_Y] - kn * beside
        out[S_EE] = state[S_EE] - ke * ke * variance
        out[S_EN] = state[S_EN] - ke * kn * variance
        out[S_NN] = state[S_NN] - kn * kn * variance
        out[S_X], out[S_Y] = offset_in_plane(f, a, place, x, y)
        # Normal across the direction, even along its reach.
        return np.exp(-0.5 * beside * beside / variance) / np.sqrt(_TWO_PI * variance) / f[ray].ray_reach
    # ∫ p_A p_B dx of two normal densities is the normal density of their offset under the sum of both.
    bx, by = offset_in_plane(f, a, b, sb[S_X], sb[S_Y])
    ee, en, nn = sa[S_EE] + sb[S_EE], sa[S_EN] + sb[S_EN], sa[S_NN] + sb[S_NN]
    dx, dy = bx - sa[S_X], by - sa[S_Y]
    misfit, det = mahalanobis(dx, dy, ee, en, nn)
    if misfit > CHI2_GATE:
        return 0.0
    fuse_places(sa[S_X], sa[S_Y], sa, bx, by, sb, common, out)
    return np.exp(-0.5 * misfit) / (_TWO_PI * np.sqrt(det))


@njit_
def fuse_places(ax: float, ay: float, sa: Any, bx: float, by: float, sb: Any, common: bool, out: Any) -> None:
    """Inverse-covariance mean of two places into `out`; with errors in common by covariance intersection with equal
    weights.

    Source: Julier & Uhlmann (1997), A non-divergent estimation algorithm in the presence of unknown correlations.
    """
    # Half of each: never too sure, whatever part of their errors the two share.
    weight = 0.5 if common else 1.0
    da = sa[S_EE] * sa[S_NN] - sa[S_EN] ** 2
    db = sb[S_EE] * sb[S_NN] - sb[S_EN] ** 2
    iaee, iaen, iann = weight * sa[S_NN] / da, -weight * sa[S_EN] / da, weight * sa[S_EE] / da
    ibee, iben, ibnn = weight * sb[S_NN] / db, -weight * sb[S_EN] / db, weight * sb[S_EE] / db
    iee, ien, inn = iaee + ibee, iaen + iben, iann + ibnn
    det = iee * inn - ien * ien
    tx = iaee * ax + iaen * ay + ibee * bx + iben * by
    ty = iaen * ax + iann * ay + iben * bx + ibnn * by
    out[S_EE], out[S_EN], out[S_NN] = inn / det, -ien / det, iee / det
    out[S_X] = out[S_EE] * tx + out[S_EN] * ty
    out[S_Y] = out[S_EN] * tx + out[S_NN] * ty


@njit_
def have_in_common(k: Any, rows: Any, following: Any, a: int, b: int, by_device: bool) -> bool:
    """Whether a member of one group and one of the other are of one device that gives one row of an event (`once`), or,
    not `by_device`, have errors in common (`key`).

    For errors no more than 64 members of each are asked: groups beyond that are held to have them in common.
    """
    asked_a = 0
    i = a
    while i >= 0:
        asked_a += 1
        if not by_device and asked_a > 64:
            return True
        number = k[rows[i]].once if by_device else k[rows[i]].key
        if number >= 0:
            asked_b = 0
            j = b
            while j >= 0:
                asked_b += 1
                if not by_device and asked_b > 64:
                    return True
                other = k[rows[j]].once if by_device else k[rows[j]].key
                if number == other:
                    return True
                j = following[j]
        i = following[i]
    return False


@njit_
def evidence_for(density: float, times: float, crowd: float) -> float:
    if density <= 0.0 or times <= 0.0:
        return -1e300  # below every bar
    return np.log(density) + np.log(times) - np.log(crowd)


@njit_
def adopt_single_voices(
    f: Any,
    k: Any,
    rows: Any,
    pair: Any,
    crowd: Any,
    base: float,
    group: Any,
    state: Any,
    placed: Any,
    following: Any,
    last: Any,
    surest: Any,
    affinity: Any,
) -> None:
    """Gives a single voice to the likeliest of the events about it, if it is likelier to be one of them than an event
    that nobody else noticed. Which of them it is may be open; taking it for none of them makes an event too many.
    """
    n = len(rows)
    # 1. Which events several voices tell of: only those take others in.
    many = np.zeros(n, dtype=np.bool_)
    for a in range(n):
        if find(group, a) != a:
            continue
        i = a
        while i >= 0:
            if k[rows[i]].key != k[rows[a]].key:
                many[a] = True
                break
            i = following[i]
    # 2. Every pair of a single voice and such an event, each once, in an order that is no matter of arrival.
    total = np.zeros(n)
    best = np.full(n, -1e300)
    choice = np.full(n, -1, dtype=np.int64)
    out = np.empty(5)
    ends = np.empty((2 * len(pair), 2), dtype=np.int64)
    count = 0
    for p in range(len(pair)):
        for side in range(2):
            a, b = find(group, pair[p, side]), find(group, pair[p, 1 - side])
            if a != b and not many[a] and many[b]:
                ends[count, 0], ends[count, 1] = a, b
                count += 1
    by_b = np.argsort(ends[:count, 1], kind="mergesort")
    order = by_b[np.argsort(ends[:count, 0][by_b], kind="mergesort")]
    for q in range(count):
        a, b = ends[order[q], 0], ends[order[q], 1]
        if q > 0 and ends[order[q - 1], 0] == a and ends[order[q - 1], 1] == b:
            continue
        if have_in_common(k, rows, following, a, b, True):
            continue
        density = compare_groups(f, rows[b], not placed[b], state[b], rows[a], not placed[a], state[a], False, out)
        times = time_density(f, rows[surest[a]], rows[surest[b]])
        if density <= 0.0 or times <= 0.0:
            continue
        # 3. The odds of belonging to each of them, against an event that nobody else noticed.
        lone = crowd[a] * (UNNOTICED if f[rows[surest[a]]].reach_s <= VAGUE_S else UNNOTICED_LATER)
        evidence = evidence_for(density, times, lone) + affinity[k[rows[a]].kind, k[rows[b]].kind]
        total[a] += np.exp(min(evidence, 50.0))  # no overflow; beyond e⁵⁰ it makes no difference
        if evidence > best[a]:
            best[a], choice[a] = evidence, b
    # 4. The keenest first. An event may have taken a report of the same device meanwhile: asked again.
    keen = np.argsort(-total, kind="mergesort")
    for q in range(n):
        a = keen[q]
        b = choice[a]
        if total[a] <= 1.0 or b < 0 or have_in_common(k, rows, following, a, b, True):
            continue
        group[a] = b
        following[last[b]] = a
        last[b] = last[a]
