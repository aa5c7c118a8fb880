"""Compiled: one place → the zones that hold it, and the grid that makes it fast. Numbers only; the class is in
zone_index.

The grid has pages of 16 × 16 cells. A page that no edge meets is one cell. Each cell lists zones in their order; a zone
is there surely, or with the edges that come near the cell and the parity (inside or not) of the cell's reference point.
A place is joined to that point by a level and an upright path inside the cell, and the edges that the path crosses
decide.

Every sign that decides is exact (side_kernels). Ties on the path are broken by moving it an infinitely small step east,
then a smaller one north; a place on an edge is in the zone before any path is walked.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from trucewatch.geo.arrays import Floats, Ints32, Whole
from trucewatch.geo.compiler import njit
from trucewatch.geo.side_kernels import is_left, orientation

PAGE_BITS: Final = 4
PAGE_SIDE: Final = 1 << PAGE_BITS
PAGE_CELLS: Final = PAGE_SIDE * PAGE_SIDE
PAGE_MASK: Final = PAGE_SIDE - 1

BLOCK_ROWS: Final = 512  # rows that pairs_of_rows works on at once
BLOCK_PAIRS: Final = 131_072  # pairs in a block at most, so that its buffers stay small where many zones overlap

ANY_TIME: Final = 2**63 - 1
"""As a time: the zones' validity is not asked."""
LEAST_DEGREES: Final = 1e-120
"""Smaller coordinates count as zero, so that no product of differences can underflow: 10⁻¹¹⁵ m."""
MOST_LON: Final = 540.0  # a zone may be written through beyond ±180, by one turn at most

Times = npt.NDArray[np.int64]


class ZoneArrays(NamedTuple):
    """All that the kernels read of a ZoneIndex."""

    west: float
    south: float
    east: float
    north: float
    """The zones' extent, closed; nothing outside is in a zone."""
    cell_deg: float
    cells_per_deg: float
    slack_deg: float
    """Edges are listed in every cell that they approach this far."""
    page_columns: int
    most_zones: int
    """No place can be in more; the size of an output buffer."""
    pages: Ints32
    """Row-major from the south-west: the first of 256 cells, or ~cell where one cell stands for the page."""
    cell_first: Ints32
    entries: Ints32
    """Of each cell, in the order of zones: the zone where it surely holds the whole cell, or ~list where edges
    decide."""
    lists: Ints32
    """Shape (n, 3): the zone, the first of its edges, 2 × their number + parity of the cell's reference point."""
    edges: Floats
    """Shape (n, 4): lon and lat of one end, lon and lat of the other. Repeated for each list, so that a list lies
    together."""
    valid_from_us: Times
    valid_until_us: Times


@njit(cache=True, nogil=True, error_model="numpy")
def reference_point(west: float, south: float, cell: float, slack: float, column: int, row: int) -> tuple[float, float]:
    """The reference point of a cell: at its south-east corner, a little outside, so that no place of the cell is
    beyond."""
    # A quarter of the slack: edges that the path meets just outside the cell are still in its list.
    return west + (column + 1) * cell + 0.25 * slack, south + row * cell - 0.25 * slack


@njit(cache=True, nogil=True, error_model="numpy")
def holds(edges: Floats, first: int, coded: int, px: float, py: float, rx: float, ry: float) -> bool:
    """Whether a zone holds the place, by edges from `first` on; coded: 2 × their number + parity of the cell's (rx,
    ry)."""
    # 1. The parity at the reference point; each edge that the path from there crosses turns it over.
    inside = (coded & 1) == 1
    for k in range(first, first + (coded >> 1)):
        ax, ay, bx, by = edges[k, 0], edges[k, 1], edges[k, 2], edges[k, 3]
        # Half-open, as all spans here: a vertex on the line counts for one of its two edges only.
        over_reference = (ax > rx) != (bx > rx)
        # 2. The level leg, (px, py) to (rx, py): only an edge that spans py can cross it.
        if (ay > py) != (by > py):
            if ax >= px or bx >= px:  # else wholly west of the place, and the reference point is never west of it
                side = orientation(ax, ay, bx, by, px, py)
                if side == 0.0:  # on the edge: zones are closed
                    return True
                if over_reference:
                    # It spans rx too: crossed if the place and the corner of the path lie on different sides of it.
                    if (side > 0.0) != is_left(ax, ay, bx, by, rx, py):
                        inside = not inside
                # Both ends are west of rx: crossed if the place is west of it (left of it where it goes up).
                elif ax <= rx and (side > 0.0) == (by > py):
                    inside = not inside
        # A level edge at the place's latitude is never crossed, but a place on it is in the zone.
        elif ay == py and by == py:
            if min(ax, bx) <= px <= max(ax, bx):
                return True
        # So is a place on a vertex of an edge that does not span its latitude.
        elif (ay == py and ax == px) or (by == py and bx == px):
            return True
        # 3. The upright leg, (rx, py) to (rx, ry).
        if over_reference and is_left(ax, ay, bx, by, rx, py) != is_left(ax, ay, bx, by, rx, ry):
            inside = not inside
    return inside


@njit(cache=True, nogil=True, error_model="numpy")
def plain_lon(lon: float) -> float:
    """Within ±180, exactly; NaN beyond ±540."""
    if not abs(lon) <= MOST_LON:  # so written that NaN is caught too
        return np.nan
    if abs(lon) > 180.0:
        lon = lon - 360.0 if lon > 0.0 else lon + 360.0
    return lon if abs(lon) >= LEAST_DEGREES else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def zones_at(z: ZoneArrays, px: float, py: float, when_us: Whole, out: Ints32, start: Whole) -> int:
    """Writes the zones of a place, as it stands, to `out` from `start`; where they end."""
    if not (z.west <= px <= z.east and z.south <= py <= z.north):  # NaN too: in no zone
        return start
    # Rounding may put a place at a cell's edge into the cell beside it: lists reach further by the slack.
    column = int((px - z.west) * z.cells_per_deg)
    row = int((py - z.south) * z.cells_per_deg)
    cell = z.pages[(row >> PAGE_BITS) * z.page_columns + (column >> PAGE_BITS)]
    if cell >= 0:
        cell += ((row & PAGE_MASK) << PAGE_BITS) + (column & PAGE_MASK)
    else:
        cell = ~cell
    end = start
    for entry in range(z.cell_first[cell], z.cell_first[cell + 1]):
        coded = z.entries[entry]
        zone = coded if coded >= 0 else z.lists[~coded, 0]
        # Polygons of one zone stand side by side in the list; one of them is enough.
        if end > start and out[end - 1] == zone:
            continue
        if when_us != ANY_TIME and not (z.valid_from_us[zone] <= when_us < z.valid_until_us[zone]):
            continue
        if coded < 0:
            rx, ry = reference_point(z.west, z.south, z.cell_deg, z.slack_deg, column, row)
            if not holds(z.edges, z.lists[~coded, 1], z.lists[~coded, 2], px, py, rx, ry):
                continue
        out[end] = zone
        end += 1
    return end


@njit(cache=True, nogil=True, error_model="numpy")
def zones_of_point(z: ZoneArrays, lon: float, lat: float, when_us: Whole, out: Ints32, start: Whole) -> int:
    """Writes the numbers of the zones that hold the place at that time to `out[start:]`, rising; how many there are.

    when_us: microseconds since 1970 UTC, or ANY_TIME. `out` needs room for 3 × `z.most_zones` numbers from `start`.
    A place that is missing (NaN, infinite, |lon| > 540) is in no zone.
    """
    lon = plain_lon(lon)
    lat = lat if abs(lat) >= LEAST_DEGREES else 0.0
    end = zones_at(z, lon, lat, when_us, out, start)
    if lon + 360.0 > z.east and lon - 360.0 < z.west:  # the usual case: no zone lies a turn away
        return end - start
    end = zones_at(z, lon + 360.0, lat, when_us, out, end)
    end = zones_at(z, lon - 360.0, lat, when_us, out, end)
    return unique_sorted(out, start, end)


@njit(cache=True, nogil=True, error_model="numpy")
def unique_sorted(out: Ints32, start: Whole, end: Whole) -> int:
    """Sorts a few numbers in place and drops repeats; how many are left."""
    unique = start
    for position in range(start, end):
        value = out[position]
        # Insertion: what comes is a few runs that rise already.
        at = unique
        while at > start and out[at - 1] > value:
            at -= 1
        if at > start and out[at - 1] == value:
            continue
        for later in range(unique, at, -1):
            out[later] = out[later - 1]
        out[at] = value
        unique += 1
    return unique - start


@njit(cache=True, nogil=True, error_model="numpy")
def pairs_of_rows(
    z: ZoneArrays, lon: Floats, lat: Floats, when_us: Times, first: int, last: int, rows: Times, zones: Ints32
) -> tuple[int, int]:
    """Pairs of the rows from `first` up to `last`, as far as the buffers reach: the next row, and how many pairs.

    The same answer as zones_of_point row by row. In blocks, so that one row need not wait for another's memory: cells
    first, then all that their lists name, then the edges of those that are in doubt, then what is left moves together.
    """
    west, south, east, north, per_deg = z.west, z.south, z.east, z.north, z.cells_per_deg
    pages, cell_first, entries, lists, edges = z.pages, z.cell_first, z.entries, z.lists, z.edges
    valid_from, valid_until = z.valid_from_us, z.valid_until_us
    page_columns, most = z.page_columns, 3 * z.most_zones
    timed = len(when_us) > 0
    block_rows = max(1, min(BLOCK_ROWS, BLOCK_PAIRS // max(1, most)))
    begun = np.empty(block_rows, np.int64)
    ended = np.empty(block_rows, np.int64)
    doubtful = np.empty(block_rows * most, np.int64)
    doubt_list = np.empty(block_rows * most, np.int64)
    count = np.int64(0)  # of a type, else numba compiles what it is handed to once more for the constant
    for start in range(first, last, block_rows):
        stop = min(start + block_rows, last)
        # Asked before anything is written: a block fits as a whole or waits for the next call.
        if count + (stop - start) * most > len(zones):
            return start, count
        # 1. Cells of the block's rows; −1 marks a row that has to be looked for a turn away as well.
        for row in range(start, stop):
            begun[row - start] = 0
            ended[row - start] = 0
            px = plain_lon(lon[row])
            if px + 360.0 <= east or px - 360.0 >= west:
                ended[row - start] = -1
            elif west <= px <= east and south <= lat[row] <= north:
                column = int((px - west) * per_deg)
                line = int(((lat[row] if abs(lat[row]) >= LEAST_DEGREES else 0.0) - south) * per_deg)
                cell = pages[(line >> PAGE_BITS) * page_columns + (column >> PAGE_BITS)]
                inner = ((line & PAGE_MASK) << PAGE_BITS) + (column & PAGE_MASK)
                cell = cell + inner if cell >= 0 else ~cell
                begun[row - start] = cell_first[cell]
                ended[row - start] = cell_first[cell + 1]
        # 2. All that the cells name. Where edges decide the pair is written as well, and noted as a doubt.
        block = count
        doubts = 0
        for row in range(start, stop):
            if ended[row - start] < 0:
                zone_count = zones_of_point(z, lon[row], lat[row], when_us[row] if timed else ANY_TIME, zones, count)
                for _ in range(zone_count):
                    rows[count] = row
                    count += 1
                continue
            for entry in range(begun[row - start], ended[row - start]):
                coded = entries[entry]
                zone = coded if coded >= 0 else lists[~coded, 0]
                if timed and not (valid_from[zone] <= when_us[row] < valid_until[zone]):
                    continue
                doubtful[doubts] = count
                doubt_list[doubts] = ~coded
                doubts += coded < 0
                rows[count] = row
                zones[count] = zone
                count += 1
        # 3. The edges of what is in doubt; a pair that they refuse is marked with −1.
        for doubt in range(doubts):
            row = rows[doubtful[doubt]]
            px = plain_lon(lon[row])
            py = lat[row] if abs(lat[row]) >= LEAST_DEGREES else 0.0
            column, line = int((px - west) * per_deg), int((py - south) * per_deg)
            rx, ry = reference_point(west, south, z.cell_deg, z.slack_deg, column, line)
            list_row = doubt_list[doubt]
            if not holds(edges, lists[list_row, 1], lists[list_row, 2], px, py, rx, ry):
                zones[doubtful[doubt]] = -1
        # 4. What is left moves together; a zone that several of its polygons name stays once.
        if doubts > 0:
            left = doubtful[0]
            for at in range(left, count):
                is_repeat = left > block and zones[at] == zones[left - 1] and rows[at] == rows[left - 1]
                zones[left] = zones[at]
                rows[left] = rows[at]
                left += zones[at] >= 0 and not is_repeat
            count = left
    return last, count
