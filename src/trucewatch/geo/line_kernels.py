"""Compiled: one place → metres to a line on the ellipsoid. Numbers only; the class is in line_index.

All is reckoned in straight Earth-centred coordinates, so no longitude or latitude is special. The line is cut into
pieces of at most 2 km; a piece is a parabola in space, which keeps to the edge (straight in degrees) within a
millimetre. The nearest point by the chord is the nearest on the ground as far as the Earth's curvature is the same in
all directions (1.3 cm at 100 km); the chord becomes an arc with the curvature of its own azimuth (Euler's formula),
halfway.
Source: the standard conversion from geodetic to geocentric coordinates and the standard radii of curvature on WGS 84.

Which pieces can be nearest is looked up in a grid of cells, made page by page (16 × 16 cells) when first needed, or
found by a tree of spheres, eight to one. Both give the same number, bit for bit.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from trucewatch.geo.arrays import Floats, Ints32, Mask, Whole
from trucewatch.geo.compiler import njit

SEMI_MAJOR_M: Final = 6_378_137.0  # WGS 84, as is the flattening
_FLATTENING: Final = 1 / 298.257223563
ECCENTRICITY_2: Final = _FLATTENING * (2 - _FLATTENING)

LONGEST_PIECE_M: Final = 2_000.0  # as far as a parabola keeps to the edge within a millimetre
LONGEST_TURN: Final = 0.05
"""Radians of longitude in a piece, so that pieces near a pole, which bend more, are shorter."""
PAGE_BITS: Final = 4
PAGE_SIDE: Final = 16
PAGE_CELLS: Final = 256
PAGE_MASK: Final = 15
BRANCHES: Final = 8  # pieces or spheres in a sphere of the tree
MOST_LISTED: Final = 32_768
"""In one page; where more pieces crowd, the tree answers."""
BLOCK_ROWS: Final = 256  # rows that metres_of_rows works on at once
MOST_LON: Final = 540.0
NOT_MADE: Final = -1  # a page that nobody has asked for often enough
BY_TREE: Final = -2  # a page in which too many pieces crowd, or for which no room was left


class LineArrays(NamedTuple):
    """All that the kernels read of a LineIndex; a new one is put in its place when pages are added."""

    pieces: Floats
    """Shape (n, 10): one end, the way to the other, the bend (second derivative), 1 / length². Metres."""
    spheres: Floats
    """Shape (m, 4): centre and radius (m) of eight pieces each, then of eight spheres each, up to one."""
    levels: Ints32
    """Where each level of spheres starts, and the end."""
    loose: float
    """How much longer, as a share, a reckoned distance may be than the shortest to the same piece."""
    west: float
    south: float
    columns_per_deg: float
    rows_per_deg: float
    columns: int
    rows: int
    page_columns: int
    pages: Ints32
    """Row-major from the south-west: the page's place in `firsts`, NOT_MADE or BY_TREE."""
    firsts: Ints32
    """257 for each page that is made."""
    listed: Ints32


@njit(cache=True, nogil=True, error_model="numpy")
def sine_cosine(degrees: float) -> tuple[float, float]:
    """Sine and cosine of an angle in degrees: Taylor's series within ±45°, to 2 × 10⁻¹⁶. Without branches, for wide
    registers."""
    # The nearest quarter of the circle, and what is left of the angle: within ±45°.
    quarter = math.floor(degrees * (1.0 / 90.0) + 0.5)
    x = (degrees - 90.0 * quarter) * (math.pi / 180.0)
    z = x * x
    # Terms up to x¹⁷ of the sine and x¹⁸ of the cosine, innermost first: 15!, 17!, 16!, 18!.
    s = -1.0 / 1307674368000.0 + z * (1.0 / 355687428096000.0)
    s = 1.0 / 362880.0 + z * (-1.0 / 39916800.0 + z * (1.0 / 6227020800.0 + z * s))
    s = x + x * z * (-1.0 / 6.0 + z * (1.0 / 120.0 + z * (-1.0 / 5040.0 + z * s)))
    c = 1.0 / 20922789888000.0 - z * (1.0 / 6402373705728000.0)
    c = -1.0 / 3628800.0 + z * (1.0 / 479001600.0 + z * (-1.0 / 87178291200.0 + z * c))
    c = 1.0 + z * (-0.5 + z * (1.0 / 24.0 + z * (-1.0 / 720.0 + z * (1.0 / 40320.0 + z * c))))
    # An odd quarter exchanges sine and cosine, the second half of the circle changes signs.
    half = 0.5 * quarter
    swapped = half != math.floor(half)
    turned = 0.25 * quarter - math.floor(0.25 * quarter)  # 0, ¼, ½ or ¾ of the circle
    sine, cosine = (c, s) if swapped else (s, c)
    return (-sine if turned >= 0.5 else sine), (-cosine if 0.25 <= turned < 0.75 else cosine)


@njit(cache=True, nogil=True, error_model="numpy")
def straight(lon: float, lat: float) -> tuple[float, float, float]:
    """Earth-centred metres from degrees."""
    sin_phi, cos_phi = sine_cosine(lat)
    sin_lam, cos_lam = sine_cosine(lon)
    normal = SEMI_MAJOR_M / math.sqrt(1 - ECCENTRICITY_2 * sin_phi * sin_phi)
    return normal * cos_phi * cos_lam, normal * cos_phi * sin_lam, normal * (1 - ECCENTRICITY_2) * sin_phi


@njit(cache=True, nogil=True, error_model="numpy")
def cuts_of_edge(ax: float, ay: float, bx: float, by: float) -> int:
    """Into how many pieces an edge in degrees is cut."""
    cos_phi = math.cos(math.radians(min(abs(ay), abs(by))))  # of the end nearer the equator, where a degree is longer
    turn = math.radians(abs(bx - ax))
    length = SEMI_MAJOR_M * math.hypot(math.radians(by - ay), turn * cos_phi)
    return max(1, math.ceil(max(length / LONGEST_PIECE_M, turn / LONGEST_TURN)))


@njit(cache=True, nogil=True, error_model="numpy")
def cut_line(lon: Floats, lat: Floats, ends_part: Mask) -> tuple[Floats, float]:
    """The pieces of a line, as LineArrays.pieces, and how loose their distances may be."""
    count = 0
    for edge in range(len(lon) - 1):
        if not ends_part[edge]:
            count += cuts_of_edge(lon[edge], lat[edge], lon[edge + 1], lat[edge + 1])
    pieces = np.zeros((count, 10))
    at, loose = 0, 0.0
    for edge in range(len(lon) - 1):
        if ends_part[edge]:
            continue
        ax, ay, bx, by = lon[edge], lat[edge], lon[edge + 1], lat[edge + 1]
        cuts = cuts_of_edge(ax, ay, bx, by)
        for cut in range(cuts):
            begin, half, end = cut / cuts, (cut + 0.5) / cuts, (cut + 1) / cuts
            first = straight(ax * (1 - begin) + bx * begin, ay * (1 - begin) + by * begin)
            middle = straight(ax * (1 - half) + bx * half, ay * (1 - half) + by * half)
            last = straight(ax * (1 - end) + bx * end, ay * (1 - end) + by * end)
            length_2, bend_2 = 0.0, 0.0
            for axis in range(3):
                pieces[at, axis] = first[axis]
                pieces[at, 3 + axis] = last[axis] - first[axis]
                # The second derivative of the parabola through both ends and the middle.
                pieces[at, 6 + axis] = 4.0 * (first[axis] + last[axis]) - 8.0 * middle[axis]
                length_2 += pieces[at, 3 + axis] ** 2
                bend_2 += pieces[at, 6 + axis] ** 2
            if length_2 > 1e-12:  # else a point: its share of 0 keeps the foot at its first end
                pieces[at, 9] = 1.0 / length_2
                loose = max(loose, bend_2 / length_2)
            at += 1
    return pieces, loose


@njit(cache=True, nogil=True, error_model="numpy")
def square_to_piece(pieces: Floats, piece: Whole, px: float, py: float, pz: float) -> float:
    """Square metres from a point in space to (nearly) the nearest point of a piece."""
    wx, wy, wz = px - pieces[piece, 0], py - pieces[piece, 1], pz - pieces[piece, 2]
    dx, dy, dz = pieces[piece, 3], pieces[piece, 4], pieces[piece, 5]
    # The foot on the chord, then the parabola at the same share: longer than the shortest by `loose` at most.
    t = min(1.0, max(0.0, (wx * dx + wy * dy + wz * dz) * pieces[piece, 9]))
    bent = 0.5 * t * (t - 1.0)
    ex = wx - t * dx - bent * pieces[piece, 6]
    ey = wy - t * dy - bent * pieces[piece, 7]
    ez = wz - t * dz - bent * pieces[piece, 8]
    return ex * ex + ey * ey + ez * ez


@njit(cache=True, nogil=True, error_model="numpy")
def grow_spheres(pieces: Floats) -> tuple[Floats, Ints32]:
    """Spheres round eight neighbours each, level by level, until one holds all; and where each level starts."""
    width = (len(pieces) + BRANCHES - 1) // BRANCHES
    total, depth = width, 1
    while width > 1:
        width = (width + BRANCHES - 1) // BRANCHES
        total += width
        depth += 1
    spheres, levels = np.empty((total, 4)), np.zeros(depth + 1, np.int32)
    width = (len(pieces) + BRANCHES - 1) // BRANCHES
    # 1. Level by level upwards: a sphere's centre is the mean of what it holds.
    for level in range(depth):
        levels[level + 1] = levels[level] + width
        for k in range(width):
            sphere = levels[level] + k
            below = len(pieces) if level == 0 else levels[level] - levels[level - 1]
            first, last = k * BRANCHES, min((k + 1) * BRANCHES, below)
            centre = np.zeros(3)
            for child in range(first, last):
                for axis in range(3):
                    if level == 0:
                        centre[axis] += pieces[child, axis] + 0.5 * pieces[child, 3 + axis]
                    else:
                        centre[axis] += spheres[levels[level - 1] + child, axis]
            centre /= last - first
            radius = 0.0
            for child in range(first, last):
                if level == 0:
                    wx = pieces[child, 0] + 0.5 * pieces[child, 3] - centre[0]
                    wy = pieces[child, 1] + 0.5 * pieces[child, 4] - centre[1]
                    wz = pieces[child, 2] + 0.5 * pieces[child, 5] - centre[2]
                    length = math.sqrt(pieces[child, 3] ** 2 + pieces[child, 4] ** 2 + pieces[child, 5] ** 2)
                    bend = math.sqrt(pieces[child, 6] ** 2 + pieces[child, 7] ** 2 + pieces[child, 8] ** 2)
                    # From the middle of its chord: half the chord, and how far the parabola bulges
                    reach = 0.5 * length + 0.125 * bend
                else:
                    base = levels[level - 1] + child
                    wx, wy, wz = (
                        spheres[base, 0] - centre[0],
                        spheres[base, 1] - centre[1],
                        spheres[base, 2] - centre[2],
                    )
                    reach = spheres[base, 3]
                radius = max(radius, math.sqrt(wx * wx + wy * wy + wz * wz) + reach)
            spheres[sphere, 0], spheres[sphere, 1], spheres[sphere, 2] = centre[0], centre[1], centre[2]
            spheres[sphere, 3] = radius * (1 + 1e-9) + 1e-6  # a hair more, so that rounding loses no piece
        width = (width + BRANCHES - 1) // BRANCHES
    return spheres, levels


@njit(cache=True, nogil=True, error_model="numpy")
def search_tree(
    pieces: Floats, spheres: Floats, levels: Ints32, px: float, py: float, pz: float, extra_m: float, near: Ints32
) -> tuple[Whole, float, int]:
    """The nearest piece, its square distance; and in `near` all pieces nearer than extra_m beyond that, rising.

    extra_m < 0: nothing is collected. `near` too short: the count is −1.
    """
    depth = len(levels) - 1
    stack = np.empty(BRANCHES * (depth + 1), np.int64)
    best: Whole = np.int64(-1)
    best_2 = np.inf
    wx, wy, wz = px - spheres[-1, 0], py - spheres[-1, 1], pz - spheres[-1, 2]
    # Nothing is farther away than the far side of the sphere that holds all.
    limit = math.sqrt(wx * wx + wy * wy + wz * wz) + spheres[-1, 3] + 1.0
    # Once for the nearest, and once more for all that lie little farther.
    for collecting in range(2 if extra_m >= 0.0 else 1):
        count, height = 0, 1
        stack[0] = ((depth - 1) << 40) | 0  # level and number in one word
        if collecting == 1:
            limit = math.sqrt(best_2) + extra_m
        while height > 0:
            height -= 1
            level, k = stack[height] >> 40, stack[height] & 0xFFFFFFFFFF
            sphere = levels[level] + k
            wx, wy, wz = px - spheres[sphere, 0], py - spheres[sphere, 1], pz - spheres[sphere, 2]
            reach = limit + spheres[sphere, 3]
            if wx * wx + wy * wy + wz * wz > reach * reach:
                continue
            if level > 0:
                below = levels[level] - levels[level - 1]
                # Put down from the last to the first, so that pieces are met in their order.
                for child in range(min((k + 1) * BRANCHES, below) - 1, k * BRANCHES - 1, -1):
                    stack[height] = ((level - 1) << 40) | child
                    height += 1
                continue
            for piece in range(k * BRANCHES, min((k + 1) * BRANCHES, len(pieces))):
                square = square_to_piece(pieces, piece, px, py, pz)
                if collecting == 1:
                    if square <= limit * limit:
                        if count == len(near):
                            return best, best_2, -1
                        near[count] = piece
                        count += 1
                # Of equals the first, as in a cell's list: grid and tree have to answer alike.
                elif square < best_2 or (square == best_2 and piece < best):
                    best, best_2 = piece, square
                    # A reckoned distance may be longer than the true one, so pieces a little beyond are asked as well.
                    limit = min(limit, math.sqrt(square) * (1 + 1e-9) + 1e-6)
    return best, best_2, count


@njit(cache=True, nogil=True, error_model="numpy")
def arc_metres(
    pieces: Floats,
    piece: Whole,
    px: float,
    py: float,
    pz: float,
    sin_phi: float,
    cos_phi: float,
    sin_lam: float,
    cos_lam: float,
) -> float:
    """Metres on the ground from a place to a piece: the foot made exact, then the chord bent to an arc."""
    wx, wy, wz = px - pieces[piece, 0], py - pieces[piece, 1], pz - pieces[piece, 2]
    dx, dy, dz = pieces[piece, 3], pieces[piece, 4], pieces[piece, 5]
    cx, cy, cz = pieces[piece, 6], pieces[piece, 7], pieces[piece, 8]
    t = min(1.0, max(0.0, (wx * dx + wy * dy + wz * dz) * pieces[piece, 9]))
    bent = 0.5 * t * (t - 1.0)
    ex, ey, ez = wx - t * dx - bent * cx, wy - t * dy - bent * cy, wz - t * dz - bent * cz
    # One step of Newton's method along the parabola, from the foot on the chord.
    vx, vy, vz = dx + (t - 0.5) * cx, dy + (t - 0.5) * cy, dz + (t - 0.5) * cz
    steep = vx * vx + vy * vy + vz * vz - (ex * cx + ey * cy + ez * cz)
    if steep > 0.0:  # else the step would lead away from the foot
        t = min(1.0, max(0.0, t + (ex * vx + ey * vy + ez * vz) / steep))
        bent = 0.5 * t * (t - 1.0)
        ex, ey, ez = wx - t * dx - bent * cx, wy - t * dy - bent * cy, wz - t * dz - bent * cz
    # The chord's part in the horizon of the place, for its azimuth.
    chord_2 = ex * ex + ey * ey + ez * ez
    north = sin_phi * (cos_lam * ex + sin_lam * ey) - cos_phi * ez
    east = sin_lam * ex - cos_lam * ey
    level_2 = north * north + east * east
    if level_2 == 0.0:  # the place is on the line, or straight above or below: no azimuth
        return math.sqrt(chord_2)
    # The latitude halfway, as the curvature changes along the chord
    sin_half = min(1.0, max(-1.0, sin_phi + cos_phi * 0.5 * north / SEMI_MAJOR_M))
    square = 1 - ECCENTRICITY_2 * sin_half * sin_half
    along = north * north / level_2
    # 1 / M and 1 / N are w³ / a(1 − e²) and w / a, with w² = 1 − e² sin² φ.
    curvature = math.sqrt(square) / SEMI_MAJOR_M * (along * square / (1 - ECCENTRICITY_2) + 1.0 - along)
    chord = math.sqrt(chord_2)
    half = 0.5 * chord * curvature
    # Chords up to some 640 km: the series of the arcsine, right to 2 × 10⁻¹⁵.
    if half < 0.05:
        z = half * half
        return chord * (1.0 + z * (1.0 / 6.0 + z * (3.0 / 40.0 + z * (15.0 / 336.0 + z * (105.0 / 3456.0)))))
    return 2.0 / curvature * math.asin(min(1.0, half))


@njit(cache=True, nogil=True, error_model="numpy")
def cell_of(
    lon: float,
    lat: float,
    west: float,
    south: float,
    columns_per_deg: float,
    rows_per_deg: float,
    columns: int,
    rows: int,
) -> tuple[int, int]:
    """Column and row of the cell that holds a place, or (−1, −1) outside the grid.

    Takes numbers: handing on a LineArrays costs more than the rest, as every array in it is counted.
    """
    turned = lon - west
    turned -= 360.0 * math.floor(turned * (1.0 / 360.0))  # any longitude within the turn that begins at the grid's west
    across, up = max(0.0, turned) * columns_per_deg, (lat - south) * rows_per_deg
    if across >= columns or up < 0.0 or up >= rows:
        return -1, -1
    return int(across), int(up)


@njit(cache=True, nogil=True, error_model="numpy")
def is_place(lon: float, lat: float) -> bool:
    """Whether both are numbers within their limits."""
    return abs(lon) <= MOST_LON and abs(lat) <= 90.0


@njit(cache=True, nogil=True, error_model="numpy")
def metres_to_line(line: LineArrays, lon: float, lat: float) -> float:
    """Metres on the ellipsoid from a place to the line, NaN if it is missing. One place at a time; makes no pages."""
    if not is_place(lon, lat):
        return np.nan
    pieces = line.pieces
    sin_phi, cos_phi = sine_cosine(lat)
    sin_lam, cos_lam = sine_cosine(lon)
    normal = SEMI_MAJOR_M / math.sqrt(1 - ECCENTRICITY_2 * sin_phi * sin_phi)
    px, py, pz = normal * cos_phi * cos_lam, normal * cos_phi * sin_lam, normal * (1 - ECCENTRICITY_2) * sin_phi
    column, row = cell_of(
        lon, lat, line.west, line.south, line.columns_per_deg, line.rows_per_deg, line.columns, line.rows
    )
    slot = BY_TREE
    if column >= 0:
        slot = line.pages[(row >> PAGE_BITS) * line.page_columns + (column >> PAGE_BITS)]
    best: Whole = np.int64(-1)
    best_2 = np.inf
    if slot < 0:
        # Nothing is collected, so any array of integers serves as `near`.
        best, best_2, _ = search_tree(pieces, line.spheres, line.levels, px, py, pz, -1.0, line.levels)
    else:
        cell = slot * (PAGE_CELLS + 1) + ((row & PAGE_MASK) << PAGE_BITS) + (column & PAGE_MASK)
        for k in range(line.firsts[cell], line.firsts[cell + 1]):
            square = square_to_piece(pieces, np.int64(line.listed[k]), px, py, pz)
            if square < best_2:
                best, best_2 = np.int64(line.listed[k]), square
    return float(arc_metres(pieces, best, px, py, pz, sin_phi, cos_phi, sin_lam, cos_lam))
