"""Compiled: which reports may be one event at all. A grid of cells in space and time, and the gate between two reports.

A report is a row of two arrays: `f`, its numbers (MEASURED), and `k`, its codes (CODED), made by `reports.py`. Places
are Earth-centred metres, so that nothing special happens at 180° or near a pole; two reports are compared in the plane
that touches the ellipsoid at the first (error below 1 m at 20 km). The gate is a property of the two reports alone, so
what it joins does not depend on the order in which they come.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from trucewatch.geo.compiler import njit

_NUMBERS = (  # place, Earth-centred (m); of a direction the middle of its reach
    "x y z sin_lon cos_lon sin_lat cos_lat ee en nn start end time_sd reach reach_s "
    "ray_x ray_y ray_z ray_sd ray_reach eye_x eye_y eye_z"  # covariance of the place, east and north (m²)
)  # seconds since 1970, and one sigma of either end (s)
MEASURED: Final = np.dtype([(name, np.float64) for name in _NUMBERS.split()], align=True)
# Direction: unit vector, one sigma (radians), reach (m).
"""A place (of a direction: the middle of it) with the axes of its plane and its covariance; the time in which it may
have been, widened by what is known of fires, and its standard deviation; how far and how long the report reaches; the
unit vector of a direction, its spread and length, and the eye that it starts from. Metres, seconds, radians."""
_CODES = "group means once key order ray level span overpass copies kind whole voice feed"
CODED: Final = np.dtype([(name, np.int64) for name in _CODES.split()], align=True)
"""group: only equal ones meet. ray: 0 a place, 1 a direction, 2 neither. once: the device, if it gives at most one row
of an event, else -1. feed: the source that delivers the row. key: whose errors are in common. voice: who speaks.
overpass: the satellite's sensor, else -1. copies: rows that repeat each other, else -1. whole: 1 where rows of one key
have their whole error in common. order: the order of ids, for ties. level, span: which grid, by how far and how long
the report reaches; -1 for one that cannot be joined."""

LEVELS_M: Final = (1_200.0, 4_000.0, 20_000.0)  # a report's level is the first that it does not reach beyond (m)
SPANS_S: Final = (60.0, 3_600.0, 86_400.0)  # the same in time (s)
CHI2_GATE: Final = 13.815510557964274
"""χ² of two degrees of freedom at 99.9 %."""
SIGMAS: Final = 3.2905267314919255
"""The same share of a normal distribution on both sides."""
CHI2_RAY: Final = SIGMAS * SIGMAS
REACH_SIGMAS: Final = 3.716921  # √CHI2_GATE: two sigmas added are never less than the sigma of both together
PASS_M: Final = 1_200.0
PASS_S: Final = 120.0  # pixels of one sensor so near in time are of one overpass (s)

APART, NEAR, ONE = 0, 1, 2
"""What the gate says of two reports: not one event; possibly; surely (pixels of one overpass, copies of one text, one
arrival that two sources deliver)."""

# A cell is as wide as two reports of its level reach together, so what meets lies in cells that touch.
_CELLS = np.array([2 * level for level in LEVELS_M])
_SLOTS = np.array([2 * span for span in SPANS_S])
njit_: Any = njit(cache=True, nogil=True, error_model="numpy")
_bare: Any = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
"""For functions that make no arrays: without reference counts of their arguments they take a fifth of the time."""


@_bare
def to_plane(f: Any, at: int, dx: float, dy: float, dz: float) -> tuple[float, float]:
    """East and north, metres, of an Earth-centred difference, in the plane at report `at`."""
    sin_lon, cos_lon, sin_lat, cos_lat = f[at].sin_lon, f[at].cos_lon, f[at].sin_lat, f[at].cos_lat
    return -sin_lon * dx + cos_lon * dy, -sin_lat * cos_lon * dx - sin_lat * sin_lon * dy + cos_lat * dz


@_bare
def time_gap(f: Any, i: int, j: int) -> float:
    """Seconds between the intervals of two reports; 0 if they meet."""
    gap = max(f[i].start, f[j].start) - min(f[i].end, f[j].end)
    return max(gap, 0.0)


@_bare
def gate(f: Any, k: Any, i: int, j: int) -> int:
    """APART, NEAR or ONE for two reports."""
    # 1. What is never one event: other families, real and simulated, two arrivals at one device. One arrival that two
    # sources deliver is one.
    if k[i].group != k[j].group:
        return APART
    if k[i].once >= 0 and k[i].once == k[j].once:
        return ONE if is_delivered_twice(f, k, i, j) else APART
    # 2. Times: the gap between the intervals, under both errors.
    sd = np.sqrt(f[i].time_sd ** 2 + f[j].time_sd ** 2)
    if time_gap(f, i, j) > SIGMAS * sd:
        return APART
    # 3. Places, always seen from the smaller id: the answer must not depend on who came first.
    a, b = (i, j) if k[i].order <= k[j].order else (j, i)
    ray_a, ray_b = k[a].ray == 1, k[b].ray == 1
    if ray_a and ray_b:
        return NEAR if cross_rays(f, a, b)[0] else APART
    if ray_a or ray_b:
        ray, place = (a, b) if ray_a else (b, a)
        return NEAR if beside_ray(f, place, 0.0, 0.0, f[place].ee, f[place].en, f[place].nn, ray)[0] else APART
    dx, dy, dz = f[b].x - f[a].x, f[b].y - f[a].y, f[b].z - f[a].z
    far = dx * dx + dy * dy + dz * dz
    # Pixels of one overpass, then copies: sure in both senses, whatever their errors say.
    if k[a].overpass >= 0 and k[a].overpass == k[b].overpass and abs(f[a].end - f[b].end) <= PASS_S:
        return ONE if far <= PASS_M * PASS_M else APART
    if k[a].copies >= 0 and k[a].copies == k[b].copies:
        return ONE
    # A cheap bound before the plane is worked out.
    reach = f[a].reach + f[b].reach
    if far > reach * reach:
        return APART
    east, north = to_plane(f, a, dx, dy, dz)
    misfit, _ = mahalanobis(east, north, f[a].ee + f[b].ee, f[a].en + f[b].en, f[a].nn + f[b].nn)
    return NEAR if misfit <= CHI2_GATE else APART


@_bare
def is_delivered_twice(f: Any, k: Any, i: int, j: int) -> bool:
    """Whether two rows of one device are one arrival that came by two sources: the same kind, moment and place or
    direction, as far as both were rounded.

    A time of whole seconds may have been rounded or cut (within a second of the other); two such have to be equal, as
    two have that are told to the millisecond.
    """
    if k[i].feed == k[j].feed or k[i].kind != k[j].kind or k[i].ray != k[j].ray:
        return False
    whole_i, whole_j = _is_whole(f[i].start, f[i].end), _is_whole(f[j].start, f[j].end)
    apart = 1.0 if whole_i != whole_j else 0.0015
    if abs(f[i].start - f[j].start) >= apart or abs(f[i].end - f[j].end) >= apart:
        return False
    if k[i].ray == 1:
        cosine = f[i].ray_x * f[j].ray_x + f[i].ray_y * f[j].ray_y + f[i].ray_z * f[j].ray_z
        return cosine >= 0.9998476951563913  # cos 1°: a direction in whole degrees
    dx, dy, dz = f[j].x - f[i].x, f[j].y - f[i].y, f[j].z - f[i].z
    return k[i].ray == 2 or dx * dx + dy * dy + dz * dz <= 120.0 * 120.0  # m: a place to a thousandth of a degree


@_bare
def _is_whole(start: float, end: float) -> bool:
    return start == np.floor(start) and end == np.floor(end)


@_bare
def mahalanobis(east: float, north: float, ee: float, en: float, nn: float) -> tuple[float, float]:
    """Squared distance in sigmas of an offset under a covariance, and the determinant of the covariance."""
    det = ee * nn - en * en
    return (nn * east * east - 2.0 * en * east * north + ee * north * north) / det, det


@_bare
def beside_ray(
    f: Any, anchor: int, east: float, north: float, ee: float, en: float, nn: float, ray: int
) -> tuple[bool, float, float, float, float, float]:
    """A place (offset from `anchor`'s, covariance) against a direction: within the gate, metres along it, metres beside
    it, the variance of that, and the unit vector across (east, north)."""
    ox, oy = to_plane(f, anchor, f[ray].eye_x - f[anchor].x, f[ray].eye_y - f[anchor].y, f[ray].eye_z - f[anchor].z)
    ux, uy = to_plane(f, anchor, f[ray].ray_x, f[ray].ray_y, f[ray].ray_z)
    size = np.sqrt(ux * ux + uy * uy)
    ux, uy = ux / size, uy / size
    along = (east - ox) * ux + (north - oy) * uy
    across_e, across_n = uy, -ux
    beside = (east - ox) * across_e + (north - oy) * across_n
    spread = along * f[ray].ray_sd
    own = across_e * across_e * ee + 2 * across_e * across_n * en + across_n * across_n * nn
    # 900 = 30² (FLOOR_M): no place is believed to be better.
    variance = spread * spread + own + 900.0
    sigma_along = np.sqrt(ux * ux * ee + 2 * ux * uy * en + uy * uy * nn)
    fits = (
        along > -2.0 * sigma_along  # by its own error it may seem behind the eye, or out of reach
        and along <= f[ray].ray_reach + 2.0 * sigma_along
        and beside * beside <= CHI2_RAY * variance
    )
    return fits, along, beside, variance, across_e, across_n


@_bare
def cross_rays(f: Any, a: int, b: int) -> tuple[bool, float, float, float, float, float, float]:
    """Two directions: whether they cross within reach at more than 3°; where (east, north of a's place) with its
    covariance (ee, en, nn), and 1/m² how densely both point there."""
    ax, ay = to_plane(f, a, f[a].eye_x - f[a].x, f[a].eye_y - f[a].y, f[a].eye_z - f[a].z)
    bx, by = to_plane(f, a, f[b].eye_x - f[a].x, f[b].eye_y - f[a].y, f[b].eye_z - f[a].z)
    ux, uy = to_plane(f, a, f[a].ray_x, f[a].ray_y, f[a].ray_z)
    vx, vy = to_plane(f, a, f[b].ray_x, f[b].ray_y, f[b].ray_z)
    su, sv = np.sqrt(ux * ux + uy * uy), np.sqrt(vx * vx + vy * vy)
    ux, uy, vx, vy = ux / su, uy / su, vx / sv, vy / sv
    sine = ux * vy - uy * vx
    if abs(sine) < 0.05233595624294383:  # sin 3°: flatter crossings lie anywhere along both
        return False, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    wx, wy = bx - ax, by - ay
    s = (wx * vy - wy * vx) / sine
    t = (wx * uy - wy * ux) / sine
    if s <= 0.0 or t <= 0.0 or s > f[a].ray_reach or t > f[b].ray_reach:  # behind an eye or out of reach
        return False, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    wa = 1.0 / ((s * f[a].ray_sd) ** 2 + 900.0)
    wb = 1.0 / ((t * f[b].ray_sd) ** 2 + 900.0)
    iee = wa * uy * uy + wb * vy * vy
    ien = -wa * ux * uy - wb * vx * vy
    inn = wa * ux * ux + wb * vx * vx
    det = iee * inn - ien * ien
    # Each is as likely anywhere along its reach: ∫ p_a p_b dx over where they cross.
    dense = 1.0 / (f[a].ray_reach * f[b].ray_reach * abs(sine))
    return True, ax + s * ux, ay + s * uy, inn / det, -ien / det, iee / det, dense


@_bare
def _slot_of(keys: Any, key: int) -> int:
    """Where a key stands in the table, or the empty place where it would."""
    mask = len(keys) - 1
    # 2⁶⁴ ÷ the golden ratio, as a signed number: neighbouring cells fall far apart in the table.
    mixed = key * np.int64(-7046029254386353131)
    at = (mixed ^ (mixed >> 29)) & mask
    while keys[at] != -1 and keys[at] != key:  # ends: at most half of the table is used
        at = (at + 1) & mask
    return at


@_bare
def place_cells(old_keys: Any, old_heads: Any, old_counts: Any, keys: Any, heads: Any, counts: Any) -> None:
    """Moves cells into a larger, empty table."""
    for i in range(len(old_keys)):
        at = _slot_of(keys, old_keys[i])
        keys[at], heads[at], counts[at] = old_keys[i], old_heads[i], old_counts[i]


@_bare
def _cell_key(group: int, grid: int, flags: int, ix: int, iy: int, iz: int, slot: int) -> int:
    """One number for a cell of one group of kinds; that two cells share it is as likely as that two hashes do."""
    key = np.int64((group * 9 + grid) * 4 + flags)
    key = key * np.int64(1000003) + ix
    key = key * np.int64(1000003) + iy
    key = key * np.int64(1000003) + iz
    key = key * np.int64(1000003) + slot
    return key & np.int64(0x7FFFFFFFFFFFFFFF)  # never −1, which marks an empty place


@_bare
def find(parent: Any, i: int) -> int:
    """The representative of a set, with the path halved on the way."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@_bare
def unite(parent: Any, i: int, j: int) -> None:
    """Makes two sets one; the representative is the smaller number."""
    a, b = find(parent, i), find(parent, j)
    if a < b:
        parent[b] = a
    elif b < a:
        parent[a] = b


@_bare
def _cells_of(f: Any, i: int, s: int) -> tuple[int, int, int]:
    cell = _CELLS[s]
    return (
        np.int64(np.floor(f[i].x / cell)),
        np.int64(np.floor(f[i].y / cell)),
        np.int64(np.floor(f[i].z / cell)),
    )


@_bare
def home_of(f: Any, k: Any, i: int) -> int:
    """The cell of a report in the grid of its own level and span."""
    level, span = k[i].level, k[i].span
    ix, iy, iz = _cells_of(f, i, level)
    slot = np.int64(np.floor(0.5 * (f[i].start + f[i].end) / _SLOTS[span]))
    return _cell_key(k[i].group, level * 3 + span, 3, ix, iy, iz, slot)


@_bare
def first_of_home(f: Any, k: Any, i: int, keys: Any, heads: Any, node_row: Any) -> int:
    """A report that stands in the list of a report's own cell, the same for all of that cell."""
    return node_row[heads[_slot_of(keys, home_of(f, k, i))]]


@_bare
def is_dense(f: Any, k: Any, i: int, keys: Any, counts: Any, most: int) -> bool:
    """Whether so many reports lie in the report's own cell that single events cannot be told apart."""
    at = _slot_of(keys, home_of(f, k, i))
    return keys[at] != -1 and counts[at] > most << k[i].level


@_bare
def _meet(
    f: Any, k: Any, i: int, node: int, node_row: Any, node_next: Any, edge: Any, edge_kind: Any, used: Any
) -> bool:
    """Makes an edge to each report of one cell that is within the gate; false if there is no room for more."""
    while node >= 0:
        j = node_row[node]
        verdict = gate(f, k, i, j)
        if verdict != APART:
            e = used[1]
            if e >= len(edge):
                return False
            edge[e, 0], edge[e, 1], edge_kind[e] = i, j, verdict
            used[1] += 1
        node = node_next[node]
    return True


@_bare
def _meet_neighbours(
    f: Any,
    k: Any,
    i: int,
    grids: Any,
    keys: Any,
    heads: Any,
    counts: Any,
    node_row: Any,
    node_next: Any,
    edge: Any,
    edge_kind: Any,
    used: Any,
    present: Any,
    most: int,
) -> bool:
    """Edges from a report to all that are in the grids already; false if there is no room for more."""
    level, span = k[i].level, k[i].span
    middle = 0.5 * (f[i].start + f[i].end)
    # Two reports meet in the grid of the coarser level and the longer span of the two. Of coarser grids only
    # those at home there are asked (flags), for what is finer was met in a finer grid: each pair meets once.
    for s in range(level, 3):
        ix, iy, iz = _cells_of(f, i, s)
        for t in range(span, 3):
            grid = s * 3 + t
            if not grids[grid]:
                continue
            slot = np.int64(np.floor(middle / _SLOTS[t]))
            for flags in range(4):
                if present[grid, flags] == 0 or (s != level and flags & 1 == 0) or (t != span and flags & 2 == 0):
                    continue
                for cx in range(ix - 1, ix + 2):
                    for cy in range(iy - 1, iy + 2):
                        for cz in range(iz - 1, iz + 2):
                            for ct in range(slot - 1, slot + 2):
                                at = _slot_of(keys, _cell_key(k[i].group, grid, flags, cx, cy, cz, ct))
                                # Dense cells: see insert_reports.
                                if keys[at] == -1 or (flags == 3 and counts[at] > most << s):
                                    continue
                                if not _meet(f, k, i, heads[at], node_row, node_next, edge, edge_kind, used):
                                    return False
    return True


@_bare
def insert_reports(
    f: Any,
    k: Any,
    begin: int,
    end: int,
    grids: Any,
    keys: Any,
    heads: Any,
    counts: Any,
    node_row: Any,
    node_next: Any,
    edge: Any,
    edge_kind: Any,
    edge_next: Any,
    first_edge: Any,
    parent: Any,
    used: Any,
    present: Any,
    most: int,
) -> int:
    """Puts reports begin … end - 1 into the grids and joins each to those within its gate; returns how far it came.

    grids: which of the nine are needed; keys, heads, counts: the table of cells; node_row, node_next: the lists in the
    cells; edge: (m, 2) reports; edge_next: (m, 2) the next edge of either end; parent: the sets; used: [nodes, edges,
    cells]; present: (9, 4) how many reports are in each grid by flags. It stops early when a table is full; the caller
    makes it larger and goes on. A report's own cell with more than `most` reports (2 and 4 times that on the coarser
    levels) is dense: later ones are only counted and made one set with the others.
    """
    for i in range(begin, end):
        # 1. Room for a report in all nine grids, before anything is written.
        if used[0] + 9 > len(node_row) or (used[2] + 9) * 2 > len(keys):
            return i
        parent[i], first_edge[i] = i, -1
        level, span = k[i].level, k[i].span
        if level < 0:
            continue
        # 2. A dense home: no pairs, or a crowd would cost their square.
        home = _slot_of(keys, home_of(f, k, i))
        if keys[home] != -1 and counts[home] >= most << level:
            if counts[home] == most << level:  # the first that finds it full makes those in it one set
                node = node_next[heads[home]]
                while node >= 0:
                    unite(parent, node_row[heads[home]], node_row[node])
                    node = node_next[node]
            counts[home] += 1
            unite(parent, i, node_row[heads[home]])
            continue
        # 3. Edges to all within the gate. Without room for all of them none stays, and the caller comes again.
        before = used[1]
        if not _meet_neighbours(
            f, k, i, grids, keys, heads, counts, node_row, node_next, edge, edge_kind, used, present, most
        ):
            used[1] = before
            return i
        for e in range(before, used[1]):
            j = edge[e, 1]
            edge_next[e, 0], first_edge[i] = first_edge[i], e
            edge_next[e, 1], first_edge[j] = first_edge[j], e
            unite(parent, i, j)
        # 4. Into its own grid and the coarser ones, where vaguer reports will look for it.
        middle = 0.5 * (f[i].start + f[i].end)
        for s in range(level, 3):
            ix, iy, iz = _cells_of(f, i, s)
            for t in range(span, 3):
                grid = s * 3 + t
                if not grids[grid]:
                    continue
                flags = (1 if s == level else 0) | (2 if t == span else 0)
                slot = np.int64(np.floor(middle / _SLOTS[t]))
                key = _cell_key(k[i].group, grid, flags, ix, iy, iz, slot)
                at = _slot_of(keys, key)
                if keys[at] == -1:
                    keys[at], heads[at], counts[at] = key, -1, 0
                    used[2] += 1
                node = used[0]
                node_row[node], node_next[node] = i, heads[at]
                heads[at] = node
                counts[at] += 1
                used[0] += 1
                present[grid, flags] += 1
    return end
