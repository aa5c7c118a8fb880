"""Compiled: pairs of reports that may be one event by their places, whatever their times say."""

from __future__ import annotations

from typing import Any

from trucewatch.fusion.gate_kernels import CHI2_GATE, beside_ray, cross_rays, mahalanobis, njit_, to_plane


@njit_
def time_pairs(f: Any, k: Any, asked: Any, others: Any, low: float, high: float, first: Any, second: Any) -> int:
    """Pairs of a row of `asked` and one of `others` that begin `low` to `high` seconds apart (the first minus the
    second), of two voices and one family of kinds, whose places pass the gate. How many there are; those for which
    `first` and `second` have room are written there.

    others: rows in order of their `start`, seconds, shape (rows,).
    """
    count = 0
    for i in asked:
        begin, end = 0, len(others)
        while begin < end:  # the first of the others that is not too early
            half = (begin + end) // 2
            if f[others[half]].start < f[i].start - high:
                begin = half + 1
            else:
                end = half
        for at in range(begin, len(others)):
            j = others[at]
            if f[j].start > f[i].start - low:
                break
            if k[i].group != k[j].group or k[i].voice == k[j].voice or not _places_meet(f, k, i, j):
                continue
            if count < len(first):
                first[count], second[count] = i, j
            count += 1
    return count


@njit_
def _places_meet(f: Any, k: Any, i: int, j: int) -> bool:
    """The gate of places alone; see `gate_kernels.gate`."""
    a, b = (i, j) if k[i].order <= k[j].order else (j, i)
    ray_a, ray_b = k[a].ray == 1, k[b].ray == 1
    if ray_a and ray_b:
        return bool(cross_rays(f, a, b)[0])
    if ray_a or ray_b:
        ray, place = (a, b) if ray_a else (b, a)
        return bool(beside_ray(f, place, 0.0, 0.0, f[place].ee, f[place].en, f[place].nn, ray)[0])
    dx, dy, dz = f[b].x - f[a].x, f[b].y - f[a].y, f[b].z - f[a].z
    reach = f[a].reach + f[b].reach
    if dx * dx + dy * dy + dz * dz > reach * reach:
        return False
    east, north = to_plane(f, a, dx, dy, dz)
    misfit, _ = mahalanobis(east, north, f[a].ee + f[b].ee, f[a].en + f[b].en, f[a].nn + f[b].nn)
    return bool(misfit <= CHI2_GATE)
