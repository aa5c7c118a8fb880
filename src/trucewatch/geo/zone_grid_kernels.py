"""Compiled: the zones' edges → the grid of zone_kernels, in one pass over the zones. Stops when its room is used up."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from trucewatch.geo.arrays import Floats, Ints32, Mask
from trucewatch.geo.compiler import njit
from trucewatch.geo.side_kernels import is_left
from trucewatch.geo.zone_kernels import (
    PAGE_BITS,
    PAGE_CELLS,
    PAGE_MASK,
    reference_point,
)

FULL: Final = -1
"""In place of the number of entries: the room did not suffice, take larger cells."""


class Outlines(NamedTuple):
    """The polygons whose edges are listed. Part p has the vertices from part_first[p] to part_first[p + 1]."""

    x: Floats
    y: Floats
    ends_ring: Mask
    """True at a ring's last vertex, from which no edge starts."""
    part_first: Ints32
    part_zone: Ints32
    """Rising."""


class Grid(NamedTuple):
    """Where the cells lie."""

    west: float
    south: float
    cell_deg: float
    slack_deg: float
    columns: int
    rows: int
    """Of cells."""
    page_columns: int
    page_rows: int


@njit(cache=True, nogil=True, error_model="numpy")
def cell_number(degrees: float, per_deg: float, count: int) -> int:
    """The column or row, kept within the grid."""
    return max(0, min(count - 1, int(np.floor(degrees * per_deg))))


@njit(cache=True, nogil=True, error_model="numpy")
def rows_of_edge(g: Grid, ay: float, by: float) -> tuple[int, int]:
    """First and last row of cells that an edge comes near."""
    per_deg = 1.0 / g.cell_deg
    low = cell_number(min(ay, by) - g.slack_deg - g.south, per_deg, g.rows)
    return low, cell_number(max(ay, by) + g.slack_deg - g.south, per_deg, g.rows)


@njit(cache=True, nogil=True, error_model="numpy")
def columns_of_edge(g: Grid, ax: float, ay: float, bx: float, by: float, row: int) -> tuple[int, int]:
    """First and last column of cells in a row that an edge comes near."""
    per_deg = 1.0 / g.cell_deg
    low_y = g.south + row * g.cell_deg - g.slack_deg
    high_y = g.south + (row + 1) * g.cell_deg + g.slack_deg
    low_x, high_x = min(ax, bx), max(ax, bx)
    # The stretch of the edge inside the row, slack included; a level edge keeps its whole width.
    if ay != by:
        slope = (bx - ax) / (by - ay)
        # Heights kept between the ends: no slope is followed beyond them.
        at_low = ax + (max(min(ay, by), min(low_y, max(ay, by))) - ay) * slope
        at_high = ax + (max(min(ay, by), min(high_y, max(ay, by))) - ay) * slope
        low_x, high_x = max(low_x, min(at_low, at_high)), min(high_x, max(at_low, at_high))
    low = cell_number(low_x - g.slack_deg - g.west, per_deg, g.columns)
    return low, cell_number(high_x + g.slack_deg - g.west, per_deg, g.columns)


@njit(cache=True, nogil=True, error_model="numpy")
def lay_pages(o: Outlines, g: Grid) -> tuple[Ints32, int]:
    """For each page the first of its 256 cells, or ~cell if no edge meets it; and the number of cells."""
    # 1. Marks the pages that any edge comes near.
    pages = np.full(g.page_columns * g.page_rows, -1, np.int32)
    for edge in range(len(o.x) - 1):
        if o.ends_ring[edge]:
            continue
        first, last = rows_of_edge(g, o.y[edge], o.y[edge + 1])
        for row in range(first, last + 1):
            low, high = columns_of_edge(g, o.x[edge], o.y[edge], o.x[edge + 1], o.y[edge + 1], row)
            base = (row >> PAGE_BITS) * g.page_columns
            for column in range(low >> PAGE_BITS, (high >> PAGE_BITS) + 1):
                pages[base + column] = 0
    # 2. Numbers the cells: 256 for a marked page, one for any other.
    cells = 0
    for page in range(len(pages)):
        if pages[page] == 0:
            pages[page] = cells
            cells += PAGE_CELLS
        else:
            pages[page] = ~cells
            cells += 1
    return pages, cells


@njit(cache=True, nogil=True, error_model="numpy")
def slabs_of_part(o: Outlines, first: int, last: int, low: float, high: float) -> tuple[Ints32, Ints32, float]:
    """Level slabs of one polygon, each with the edges that enter it: starts, edges, slabs per degree."""
    # More slabs make a question cheaper and the table longer: about one for two edges, 4,096 at most.
    count = max(1, min(4096, (last - first) // 2))
    # 0, so all in one slab, where a polygon is too low to be cut.
    per_deg = count / (high - low) if high > low and np.isfinite(count / (high - low)) else 0.0
    starts = np.zeros(count + 2, np.int32)
    # Counted first, then filled, by the same loop: starts[slab + 1] moves along as a slab is filled.
    for step in range(2):
        if step == 1:
            for slab in range(count, 0, -1):
                starts[slab + 1] = starts[slab]
            starts[0] = 0
            starts[1] = 0
            for slab in range(2, count + 2):
                starts[slab] += starts[slab - 1]
            edges = np.empty(starts[count + 1], np.int32)
        for edge in range(first, last - 1):
            if o.ends_ring[edge] or o.y[edge] == o.y[edge + 1]:  # a level edge is crossed by no level way
                continue
            lowest = cell_number(min(o.y[edge], o.y[edge + 1]) - low, per_deg, count)
            highest = cell_number(max(o.y[edge], o.y[edge + 1]) - low, per_deg, count)
            for slab in range(lowest, highest + 1):
                if step == 0:
                    starts[slab + 1] += 1
                else:
                    edges[starts[slab + 1]] = edge
                    starts[slab + 1] += 1
    return starts, edges, per_deg


@njit(cache=True, nogil=True, error_model="numpy")
def reference_inside(
    o: Outlines, starts: Ints32, edges: Ints32, low: float, per_deg: float, rx: float, ry: float
) -> bool:
    """Whether a reference point, moved by its hairs, is inside the polygon: edges crossed on the way east, odd or
    even."""
    # Every edge that spans ry lies in this slab; the others in it fail the test of heights.
    slab = cell_number(ry - low, per_deg, len(starts) - 2)
    inside = False
    for k in range(starts[slab], starts[slab + 1]):
        edge = edges[k]
        ax, ay, bx, by = o.x[edge], o.y[edge], o.x[edge + 1], o.y[edge + 1]
        if (ay > ry) != (by > ry) and max(ax, bx) >= rx and is_left(ax, ay, bx, by, rx, ry) == (by > ay):
            inside = not inside
    return inside


@njit(cache=True, nogil=True, error_model="numpy")
def fill_grid(o: Outlines, g: Grid, pages: Ints32, cells: int, most_entries: int, most_edges: int) -> Any:
    """Entries of all cells, as ZoneArrays names them: cell_first, entries, lists, edges; and the most in a cell, or
    FULL."""
    entry_cell = np.empty(most_entries, np.int32)
    entries = np.empty(most_entries, np.int32)
    lists = np.empty((most_edges, 3), np.int32)
    edges = np.empty((most_edges, 4), np.float64)
    # head → later → … chains the links of one polygon's edges in each cell; link_edge says which edge.
    later = np.empty(most_edges, np.int32)
    link_edge = np.empty(most_edges, np.int32)
    head = np.full(cells, -1, np.int32)
    # The last zone that surely holds a cell, and the last polygon that has an edge in a page.
    sure = np.full(cells, -1, np.int32)
    stamp = np.full(len(pages), -1, np.int32)
    cell_first = np.zeros(cells + 1, np.int32)
    count, in_doubt, listed = 0, 0, 0
    for part in range(len(o.part_zone)):
        zone = o.part_zone[part]
        # 1. The polygon's edges, chained to the cells that they come near.
        linked = link_edges(o, g, part, pages, head, later, link_edge, stamp, most_edges - listed)
        if linked == FULL:
            return cell_first, entries, lists, edges, FULL
        first, last = o.part_first[part], o.part_first[part + 1]
        west, south, east, north = o.x[first], o.y[first], o.x[first], o.y[first]
        for vertex in range(first, last):
            west, east = min(west, o.x[vertex]), max(east, o.x[vertex])
            south, north = min(south, o.y[vertex]), max(north, o.y[vertex])
        # 2. What says quickly whether a reference point is inside it.
        starts, slab_edges, per_deg = slabs_of_part(o, first, last, south, north)
        low_row, high_row = rows_of_edge(g, south, north)
        low = cell_number(west - g.slack_deg - g.west, 1.0 / g.cell_deg, g.columns)
        high = cell_number(east + g.slack_deg - g.west, 1.0 / g.cell_deg, g.columns)
        # 3. Its pages, then their cells: surely inside, or in doubt with the edges of their chain.
        for page_row in range(low_row >> PAGE_BITS, (high_row >> PAGE_BITS) + 1):
            settled, inside = False, False
            for page_column in range(low >> PAGE_BITS, (high >> PAGE_BITS) + 1):
                page = page_row * g.page_columns + page_column
                column, row = page_column << PAGE_BITS, page_row << PAGE_BITS
                if count + PAGE_CELLS > most_entries:  # asked for a whole page at once
                    return cell_first, entries, lists, edges, FULL
                alone = pages[page] < 0
                base = ~pages[page] if alone else pages[page]
                has_edges = stamp[page] == part
                # Beside a page without edges another one lies on the same side of the outline: its parity is known.
                if not has_edges and not settled:
                    rx, ry = reference_point(g.west, g.south, g.cell_deg, g.slack_deg, column, row)
                    inside = reference_inside(o, starts, slab_edges, south, per_deg, rx, ry)
                settled = not has_edges
                if settled and not inside:
                    continue
                was_linked = True
                for inner in range(1 if alone else PAGE_CELLS):
                    cell = base + inner
                    link = head[cell]
                    if has_edges:
                        # Anew at the start of a row, and where this cell or the one before has edges; else as before.
                        if inner & PAGE_MASK == 0 or link >= 0 or was_linked:
                            rx, ry = reference_point(
                                g.west,
                                g.south,
                                g.cell_deg,
                                g.slack_deg,
                                column + (inner & PAGE_MASK),
                                row + (inner >> PAGE_BITS),
                            )
                            inside = reference_inside(o, starts, slab_edges, south, per_deg, rx, ry)
                        was_linked = link >= 0
                    head[cell] = -1  # emptied on the way, for the next polygon
                    # Another polygon of the zone holds the whole cell already, or this one does not touch it.
                    if sure[cell] == zone or (link < 0 and not inside):
                        continue
                    entry_cell[count] = cell
                    cell_first[cell + 1] += 1
                    if link < 0:
                        sure[cell] = zone
                        entries[count] = zone
                    else:
                        begun = listed
                        while link >= 0:
                            edge = link_edge[link]
                            edges[listed, 0], edges[listed, 1] = o.x[edge], o.y[edge]
                            edges[listed, 2], edges[listed, 3] = o.x[edge + 1], o.y[edge + 1]
                            listed += 1
                            link = later[link]
                        entries[count] = ~in_doubt  # ~ marks a list: zones are numbered from 0, so the sign is free
                        lists[in_doubt, 0], lists[in_doubt, 1] = zone, begun
                        lists[in_doubt, 2] = ((listed - begun) << 1) | (1 if inside else 0)
                        in_doubt += 1
                    count += 1
    # 4. Counting sort by cell. It keeps the order within a cell, which is that of zones.
    most = 0
    for cell in range(cells):
        most = max(most, cell_first[cell + 1])
        cell_first[cell + 1] += cell_first[cell]
    at = cell_first[:-1].copy()
    ordered = np.empty(count, np.int32)
    for entry in range(count):
        ordered[at[entry_cell[entry]]] = entries[entry]
        at[entry_cell[entry]] += 1
    return cell_first, ordered, lists[:in_doubt].copy(), edges[:listed].copy(), most


@njit(cache=True, nogil=True, error_model="numpy")
def link_edges(
    o: Outlines,
    g: Grid,
    part: int,
    pages: Ints32,
    head: Ints32,
    later: Ints32,
    link_edge: Ints32,
    stamp: Ints32,
    room: int,
) -> int:
    """Chains the edges of a polygon to the cells that they come near and stamps their pages; how many links, or
    FULL."""
    linked = 0
    for edge in range(o.part_first[part], o.part_first[part + 1] - 1):
        if o.ends_ring[edge]:
            continue
        low_row, high_row = rows_of_edge(g, o.y[edge], o.y[edge + 1])
        for row in range(low_row, high_row + 1):
            low, high = columns_of_edge(g, o.x[edge], o.y[edge], o.x[edge + 1], o.y[edge + 1], row)
            if linked + high - low + 1 > room:
                return FULL
            for column in range(low, high + 1):
                page = (row >> PAGE_BITS) * g.page_columns + (column >> PAGE_BITS)
                cell = pages[page] + ((row & PAGE_MASK) << PAGE_BITS) + (column & PAGE_MASK)
                stamp[page] = part
                link_edge[linked] = edge
                later[linked] = head[cell]
                head[cell] = linked
                linked += 1
    return linked
