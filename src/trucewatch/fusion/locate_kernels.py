"""Compiled: where an event was, from places, directions and ranges with their own errors, some of them in common."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from trucewatch.fusion.gate_kernels import CHI2_GATE, beside_ray, cross_rays, is_delivered_twice, njit_, to_plane

V_ROW, V_WEIGHT = 5, 6  # columns of a voice after x, y, ee, en, nn
_ROUNDS: Final = 8  # of reweighting at most; it mostly ends earlier, when nothing moves by a centimetre
_MOST_MISFIT: Final = 100.0  # χ² of one voice, so that a gross error does not widen the ellipse without end
_MOST: Final = 2048
"""Rows beyond which an event is a crowd: its place is their mean, its ellipse their scatter."""
_PRIOR_FREEDOM: Final = 10.0
"""How strongly the stated errors are believed against the misfit that is seen."""


@njit_
def locate_groups(
    f: Any, k: Any, order: Any, starts: Any, shared: Any, tail: Any, place: Any, cov: Any, independent: Any
) -> None:
    """Place and covariance of every group.

    order, starts: rows of group g are order[starts[g] : starts[g + 1]]. shared, tail: by means, see means.toml. Out:
    place (g, 3) Earth-centred metres on the plane at the place's anchor, NaN if there is none; cov (g, 3) ee, en, nn in
    m²;
    independent (g,): how many devices gave it.

    Weighted least squares, repeated. The rows of one voice are first made one: their mean place, each row with the
    weight of one over its variance, so that a vague word draws no sharp one; its variance is c + (1 - c) / n of their
    mean (c the part in common; words, copies of one text, and sources that name no device: c = 1, for whatever their
    errors have in common, the weighted mean has no more; n as many rows of one weight), and whatever scatter is beyond
    the rows' own errors. The m voices of one means share a part c of their variance, so their information is divided by
    1 + (m - 1) c (the design effect). Each is weighted by Student's t, so that one that
    is far off counts less. The result is widened by the misfit, if that is larger than stated.
    Source: Kish (1965), Survey Sampling, for the design effect; Lange, Little & Taylor (1989), JASA 84, for the
    weights; Birge (1932), Phys. Rev. 40, 207, for the misfit.
    """
    for g in range(len(starts) - 1):
        rows = order[starts[g] : starts[g + 1]]
        independent[g] = _devices(k, rows)
        _locate(f, k, rows, shared, tail, place[g], cov[g])


@njit_
def _devices(k: Any, rows: Any) -> int:
    count = 0
    for i in range(len(rows)):
        if k[rows[i]].ray == 2:
            continue
        new = 1
        for j in range(min(i, 64)):  # beyond the first 64 rows a device that speaks again is counted anew
            if k[rows[j]].voice == k[rows[i]].voice:
                new = 0
                break
        count += new
    return count


@njit_
def _locate(f: Any, k: Any, rows: Any, shared: Any, tail: Any, place: Any, cov: Any) -> None:
    n = len(rows)
    # 1. The plane: at the sharpest place, else where two directions cross best.
    anchor = -1
    best = 0.0
    for i in range(n):
        if k[rows[i]].ray == 0:
            det = f[rows[i]].ee * f[rows[i]].nn - f[rows[i]].en ** 2
            if anchor < 0 or det < best:
                anchor, best = rows[i], det
    x, y = 0.0, 0.0
    if anchor < 0:
        anchor, x, y = _crossing(f, k, rows)
        if anchor < 0:
            place[:] = np.nan
            cov[:] = np.nan
            return
    if n > _MOST:
        _mean_place(f, k, rows, anchor, place, cov)
        return
    # 2. One line a device, then weighted least squares until the place stands.
    voices = _gather_voices(f, k, rows, anchor, shared)
    misfit = freedom = 0.0
    for turn in range(_ROUNDS):
        iee = ien = inn = te = tn = misfit = freedom = 0.0
        for i in range(len(voices)):
            row = int(voices[i, V_ROW])
            nu, share = tail[k[row].means], voices[i, V_WEIGHT]
            if k[row].ray == 1:
                _, along, beside, _, ae, an = beside_ray(f, anchor, x, y, 0.0, 0.0, 0.0, row)
                variance = (along * f[row].ray_sd) ** 2 + 900.0
                chi2 = beside * beside / variance
                # Student's t: (ν + d) / (ν + χ²), d = 1 across a direction and 2 for a place. At first all as stated.
                w = share * (nu + 1.0) / (nu + chi2) if turn > 0 else share
                freedom += share
                jee, jen, jnn = w * ae * ae / variance, w * ae * an / variance, w * an * an / variance
                px, py = x - beside * ae, y - beside * an
            else:
                px, py, ee, en, nn = voices[i, 0], voices[i, 1], voices[i, 2], voices[i, 3], voices[i, 4]
                det = ee * nn - en * en
                dx, dy = x - px, y - py
                chi2 = (nn * dx * dx - 2 * en * dx * dy + ee * dy * dy) / det
                w = share * (nu + 2.0) / (nu + chi2) if turn > 0 else share
                freedom += 2.0 * share
                jee, jen, jnn = w * nn / det, -w * en / det, w * ee / det
            misfit += share * min(chi2, _MOST_MISFIT)
            iee += jee
            ien += jen
            inn += jnn
            te += jee * px + jen * py
            tn += jen * px + jnn * py
        det = iee * inn - ien * ien
        nx, ny = (inn * te - ien * tn) / det, (iee * tn - ien * te) / det
        moved = abs(nx - x) + abs(ny - y)
        x, y = nx, ny
        if moved < 0.01 and turn > 0:  # metres
            break
    # 3. The ellipse by the stated errors, wider where the misfit says so.
    iee, ien, inn = _information(f, k, voices, anchor, x, y, tail)
    det = iee * inn - ien * ien
    free = max(freedom - 2.0, 0.0)
    wider = 1.0
    if free > 0.0:
        ratio = misfit / max(free, 1.0)
        # Where the misfit a degree of freedom is beyond the gate's, it counts whole, whatever was stated.
        wider = max((_PRIOR_FREEDOM + misfit) / (_PRIOR_FREEDOM + free), ratio if ratio > CHI2_GATE / 2 else 1.0)
    cov[0], cov[1], cov[2] = wider * inn / det, -wider * ien / det, wider * iee / det
    _lift(f, anchor, x, y, place)


@njit_
def _information(f: Any, k: Any, voices: Any, anchor: int, x: float, y: float, tail: Any) -> tuple[float, float, float]:
    """1/m²: what the voices say of the place by their stated errors; less of one that is far off, never more of a near
    one."""
    iee = ien = inn = 0.0
    for i in range(len(voices)):
        row = int(voices[i, V_ROW])
        nu, share = tail[k[row].means], voices[i, V_WEIGHT]
        if k[row].ray == 1:
            _, along, beside, _, ae, an = beside_ray(f, anchor, x, y, 0.0, 0.0, 0.0, row)
            variance = (along * f[row].ray_sd) ** 2 + 900.0
            w = share * min((nu + 1.0) / (nu + beside * beside / variance), 1.0) / variance
            iee += w * ae * ae
            ien += w * ae * an
            inn += w * an * an
        else:
            ee, en, nn = voices[i, 2], voices[i, 3], voices[i, 4]
            det = ee * nn - en * en
            dx, dy = x - voices[i, 0], y - voices[i, 1]
            chi2 = (nn * dx * dx - 2 * en * dx * dy + ee * dy * dy) / det
            w = share * min((nu + 2.0) / (nu + chi2), 1.0) / det
            iee += w * nn
            ien -= w * en
            inn += w * ee
    return iee, ien, inn


@njit_
def _gather_voices(f: Any, k: Any, rows: Any, anchor: int, shared: Any) -> Any:
    """One line a device or direction: place (east, north), covariance, a row of it, and how much it counts."""
    n = len(rows)
    voices = np.zeros((n, 7))
    total = np.zeros((n, 5))  # Σ w, Σ w², and Σ w of the squares of places (x², xy, y²)
    voice = np.empty(n, dtype=np.int64)
    times = np.zeros(n, dtype=np.int64)
    whole = np.zeros(n, dtype=np.bool_)
    count = 0
    for i in range(n):
        row = rows[i]
        if k[row].ray == 2:
            continue
        # A direction is a line of its own: two of one device are two bearings, and no mean place.
        at = count
        if k[row].ray == 0:
            for j in range(count):
                if voice[j] == k[row].voice and k[int(voices[j, V_ROW])].ray == 0:
                    at = j
                    break
        if _came_before(f, k, rows, i):
            continue
        if at == count:
            voice[at], voices[at, V_ROW] = k[row].voice, row
            count += 1
        times[at] += 1
        if k[row].ray == 1:
            continue
        if k[row].whole == 1 or k[row].means != k[int(voices[at, V_ROW])].means:
            whole[at] = True
        w = 1.0 / (f[row].ee + f[row].nn)
        x, y = to_plane(f, anchor, f[row].x - f[anchor].x, f[row].y - f[anchor].y, f[row].z - f[anchor].z)
        voices[at, 0] += w * x
        voices[at, 1] += w * y
        voices[at, 2] += w * f[row].ee
        voices[at, 3] += w * f[row].en
        voices[at, 4] += w * f[row].nn
        total[at, 0] += w
        total[at, 1] += w * w
        total[at, 2] += w * x * x
        total[at, 3] += w * x * y
        total[at, 4] += w * y * y
    for i in range(count):
        row = int(voices[i, V_ROW])
        means = k[row].means
        # How much a voice counts: m of one means share a part of their error (the design effect).
        alike = 1
        for j in range(count):
            if j != i and k[int(voices[j, V_ROW])].means == means:
                alike += 1
        voices[i, V_WEIGHT] = 1.0 / (1.0 + (alike - 1) * shared[means])
        if k[row].ray == 1:
            continue
        if times[i] == 1:  # as it is told, to the last bit
            x, y = to_plane(f, anchor, f[row].x - f[anchor].x, f[row].y - f[anchor].y, f[row].z - f[anchor].z)
            voices[i, 0], voices[i, 1] = x, y
            voices[i, 2], voices[i, 3], voices[i, 4] = f[row].ee, f[row].en, f[row].nn
            continue
        w = total[i, 0]
        voices[i, :5] /= w
        c = w * w / total[i, 1]
        common = 1.0 if whole[i] else shared[means]
        x, y = voices[i, 0], voices[i, 1]
        # The part in common does not shrink with more rows; the rest does. Then scatter that neither explains.
        keep = common + (1.0 - common) / c
        own = 1.0 - common
        ee, en, nn = voices[i, 2], voices[i, 3], voices[i, 4]
        see, sen, snn = total[i, 2] / w - x * x, total[i, 3] / w - x * y, total[i, 4] / w - y * y
        excess = max((see + snn) / max(own * (ee + nn), 1.0) - 1.0, 0.0)
        part = excess / (1.0 + excess)
        voices[i, 2] = keep * ee + part * see
        voices[i, 3] = keep * en + part * sen
        voices[i, 4] = keep * nn + part * snn
    return voices[:count]


@njit_
def _came_before(f: Any, k: Any, rows: Any, i: int) -> bool:
    """Whether a device's row of an event came by another source too, and stands before this one."""
    row = rows[i]
    again = False
    if k[row].whole == 1:  # words: their whole error is in common as it is
        return again
    for j in range(i):
        if k[rows[j]].voice == k[row].voice and is_delivered_twice(f, k, row, rows[j]):
            again = True
            break
    return again


@njit_
def _mean_place(f: Any, k: Any, rows: Any, anchor: int, place: Any, cov: Any) -> None:
    """The mean place of a crowd of rows; a row's mean covariance and their scatter together as its covariance."""
    total = np.zeros(9)
    for row in rows:
        if k[row].ray != 0:
            continue
        x, y = to_plane(f, anchor, f[row].x - f[anchor].x, f[row].y - f[anchor].y, f[row].z - f[anchor].z)
        total[0] += 1.0
        total[1] += x
        total[2] += y
        total[3] += f[row].ee + x * x
        total[4] += f[row].en + x * y
        total[5] += f[row].nn + y * y
    total /= total[0]
    cov[0] = total[3] - total[1] * total[1]
    cov[1] = total[4] - total[1] * total[2]
    cov[2] = total[5] - total[2] * total[2]
    _lift(f, anchor, total[1], total[2], place)


@njit_
def _crossing(f: Any, k: Any, rows: Any) -> tuple[int, float, float]:
    """Where the two directions cross that fix the place best: the first one's row, east and north of its place; -1 if
    none do."""
    anchor, x, y, best = -1, 0.0, 0.0, np.inf
    for i in range(min(len(rows), 256)):  # pairs of so many are enough to begin with
        for j in range(i):
            if k[rows[i]].ray != 1 or k[rows[j]].ray != 1:
                continue
            fits, cx, cy, ee, _, nn, _ = cross_rays(f, rows[j], rows[i])
            if fits and ee + nn < best:
                anchor, x, y, best = rows[j], cx, cy, ee + nn
    return anchor, x, y


@njit_
def _lift(f: Any, anchor: int, x: float, y: float, place: Any) -> None:
    """A point of the plane at `anchor`, Earth-centred."""
    sin_lon, cos_lon = f[anchor].sin_lon, f[anchor].cos_lon
    sin_lat, cos_lat = f[anchor].sin_lat, f[anchor].cos_lat
    place[0] = f[anchor].x - sin_lon * x - sin_lat * cos_lon * y
    place[1] = f[anchor].y + cos_lon * x - sin_lat * sin_lon * y
    place[2] = f[anchor].z + cos_lat * y
