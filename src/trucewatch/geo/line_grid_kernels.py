"""Compiled: many places → metres to a line, and the pages of the line's grid made where many places lie."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from trucewatch.geo.arrays import Floats, Ints, Ints32, Whole
from trucewatch.geo.compiler import njit
from trucewatch.geo.line_kernels import (
    BLOCK_ROWS,
    ECCENTRICITY_2,
    MOST_LISTED,
    NOT_MADE,
    PAGE_BITS,
    PAGE_CELLS,
    PAGE_MASK,
    PAGE_SIDE,
    SEMI_MAJOR_M,
    LineArrays,
    arc_metres,
    cell_of,
    is_place,
    metres_to_line,
    search_tree,
    sine_cosine,
    square_to_piece,
    straight,
)


@njit(cache=True, nogil=True, error_model="numpy")
def count_places(line: LineArrays, lon: Floats, lat: Floats, visits: Ints) -> None:
    """Adds to `visits` how many places lie in each page that is not made."""
    west, south, columns_per_deg, rows_per_deg = line.west, line.south, line.columns_per_deg, line.rows_per_deg
    columns, rows, page_columns = line.columns, line.rows, line.page_columns
    pages = line.pages
    for place in range(len(lon)):
        if is_place(lon[place], lat[place]):
            column, row = cell_of(lon[place], lat[place], west, south, columns_per_deg, rows_per_deg, columns, rows)
            if column >= 0:
                page = (row >> PAGE_BITS) * page_columns + (column >> PAGE_BITS)
                if pages[page] == NOT_MADE:
                    visits[page] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def ball_of_cells(line: LineArrays, column: int, row: int, side: Whole) -> tuple[float, float, float, float]:
    """Centre and radius (m) of a ball in space round side × side cells."""
    lon, lat = line.west + column / line.columns_per_deg, line.south + row / line.rows_per_deg
    wide, high = side / line.columns_per_deg, side / line.rows_per_deg
    cx, cy, cz = straight(lon + 0.5 * wide, max(-90.0, min(90.0, lat + 0.5 * high)))
    radius = 0.0
    for corner in range(4):
        x, y, z = straight(lon + wide * (corner & 1), max(-90.0, min(90.0, lat + high * (corner >> 1))))
        radius = max(radius, math.sqrt((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2))
    # On the side towards the equator a cell bulges: a hundredth covers that for cells of less than 20 degrees.
    return cx, cy, cz, radius * 1.01 + 0.01


@njit(cache=True, nogil=True, error_model="numpy")
def keep_near(
    line: LineArrays, column: int, row: int, side: Whole, candidates: Ints32, count: int, squares: Floats, near: Ints32
) -> int:
    """Of the candidate pieces those that can be nearest to some place in side × side cells; how many.

    A point q of a piece is nearer than the point f nearest to the ball's centre c only beyond the plane midway between
    the two. No place of the ball (radius r) is there if |c − q|² − 2 r |q − f| > |c − f|². Small terms allow for
    reckoned distances that are a little longer than the shortest.
    """
    pieces = line.pieces
    cx, cy, cz, radius = ball_of_cells(line, column, row, side)
    best, best_2 = np.int64(-1), np.inf
    for k in range(count):
        squares[k] = square_to_piece(pieces, np.int64(candidates[k]), cx, cy, cz)
        if squares[k] < best_2:
            best, best_2 = np.int64(candidates[k]), squares[k]
    fx, fy, fz = foot_on_piece(pieces, best, cx, cy, cz)
    least = math.sqrt(best_2)
    left = 0
    for k in range(count):
        piece = np.int64(candidates[k])
        ax, ay, az = pieces[piece, 0] - fx, pieces[piece, 1] - fy, pieces[piece, 2] - fz
        bx, by, bz = ax + pieces[piece, 3], ay + pieces[piece, 4], az + pieces[piece, 5]
        bend = math.sqrt(pieces[piece, 6] ** 2 + pieces[piece, 7] ** 2 + pieces[piece, 8] ** 2)
        # No point q of the piece is farther from f: its farther end, and the bulge many times over.
        apart = math.sqrt(max(ax * ax + ay * ay + az * az, bx * bx + by * by + bz * bz)) + bend
        distance = math.sqrt(squares[k])
        loose = 0.001 + 2.0 * line.loose * (distance + radius)
        # The test of the docstring, with both distances taken as wrong by `loose` in the worst way.
        nearest = max(0.0, distance - loose)
        if nearest * nearest - 2.0 * radius * apart <= best_2 + loose * (2.0 * (least + radius) + loose):
            near[left] = piece
            left += 1
    return left


@njit(cache=True, nogil=True, error_model="numpy")
def foot_on_piece(pieces: Floats, piece: Whole, px: float, py: float, pz: float) -> tuple[float, float, float]:
    """The point of a piece that square_to_piece measures to."""
    dx, dy, dz = pieces[piece, 3], pieces[piece, 4], pieces[piece, 5]
    ax, ay, az = pieces[piece, 0], pieces[piece, 1], pieces[piece, 2]
    t = min(1.0, max(0.0, ((px - ax) * dx + (py - ay) * dy + (pz - az) * dz) * pieces[piece, 9]))
    bent = 0.5 * t * (t - 1.0)
    return (
        ax + t * dx + bent * pieces[piece, 6],
        ay + t * dy + bent * pieces[piece, 7],
        az + t * dz + bent * pieces[piece, 8],
    )


@njit(cache=True, nogil=True, error_model="numpy")
def list_page(line: LineArrays, page: int, candidates: Ints32, firsts: Ints32, listed: Ints32) -> int:
    """The pieces of a page's 256 cells to `listed`, their starts to `firsts`; how many, or −1 if they are too many."""
    column, row = (page % line.page_columns) << PAGE_BITS, (page // line.page_columns) << PAGE_BITS
    # 1. Whatever can be nearest to a place of the page: at most the ball's diameter beyond the nearest.
    cx, cy, cz, radius = ball_of_cells(line, column, row, np.int64(PAGE_SIDE))
    _, least_2, _ = search_tree(line.pieces, line.spheres, line.levels, cx, cy, cz, -1.0, candidates)
    extra = 2.0 * radius + 0.01 + 4.0 * line.loose * (math.sqrt(least_2) + 2.0 * radius)
    _, _, count = search_tree(line.pieces, line.spheres, line.levels, cx, cy, cz, extra, candidates)
    if count < 0:
        return -1
    # 2. Of these, by the plane between two points, what can be nearest in the page, a block, a cell.
    squares, nearer, nearest = np.empty(count), np.empty(count, np.int32), np.empty(count, np.int32)
    count = keep_near(line, column, row, np.int64(PAGE_SIDE), candidates, count, squares, candidates)
    cells = np.zeros(PAGE_CELLS, np.int32)
    # By blocks of 4 × 4 cells first: a cell then chooses from few.
    order = np.empty(PAGE_CELLS, np.int32)
    gathered = 0
    for block in range(16):
        block_column, block_row = column + ((block & 3) << 2), row + ((block >> 2) << 2)
        few = keep_near(line, block_column, block_row, np.int64(4), candidates, count, squares, nearer)
        for inner in range(16):
            at_column, at_row = block_column + (inner & 3), block_row + (inner >> 2)
            left = keep_near(line, at_column, at_row, np.int64(1), nearer, few, squares, nearest)
            if gathered + left > len(listed) // 2:  # the second half of `listed` is scratch
                return -1
            cell = ((at_row & PAGE_MASK) << PAGE_BITS) + (at_column & PAGE_MASK)
            cells[cell] = left
            order[cell] = gathered
            for k in range(left):
                listed[len(listed) // 2 + gathered + k] = nearest[k]
            gathered += left
    # 3. The cells came block by block: their lists are put into the order of cells.
    half = len(listed) // 2
    firsts[0] = 0
    for cell in range(PAGE_CELLS):
        for k in range(cells[cell]):
            listed[firsts[cell] + k] = listed[half + order[cell] + k]
        firsts[cell + 1] = firsts[cell] + cells[cell]
    return gathered


@njit(cache=True, nogil=True, error_model="numpy")
def list_pages(line: LineArrays, wanted: Ints32, most: int, firsts: Ints32, listed: Ints32) -> Any:
    """Makes pages until all are made or `most` pieces listed: the length of each (−1: by the tree), pages, pieces."""
    candidates = np.empty(MOST_LISTED, np.int32)
    buffer = np.empty(2 * MOST_LISTED, np.int32)
    page_firsts = np.empty(PAGE_CELLS + 1, np.int32)
    lengths = np.full(len(wanted), -1, np.int32)
    total = 0
    for k in range(len(wanted)):
        count = list_page(line, wanted[k], candidates, page_firsts, buffer)
        if total + max(count, 0) > most:  # the page does not fit: it and those after it are left
            return lengths, k, total
        lengths[k] = count
        if count >= 0:
            for cell in range(PAGE_CELLS + 1):
                firsts[k * (PAGE_CELLS + 1) + cell] = page_firsts[cell] + total
            # 1. All places in space. Without branches, so that the compiler takes several at once.
            for at in range(count):
                listed[total + at] = buffer[at]
            total += count
    return lengths, len(wanted), total


@njit(cache=True, nogil=True, error_model="numpy")
def metres_of_rows(line: LineArrays, lon: Floats, lat: Floats, out: Floats) -> None:
    """metres_to_line for each row, in blocks: first all cells, then all pieces, so that rows do not wait for each
    other."""
    pieces, pages, firsts, listed = line.pieces, line.pages, line.firsts, line.listed
    west, south, columns_per_deg, rows_per_deg = line.west, line.south, line.columns_per_deg, line.rows_per_deg
    columns, rows, page_columns = line.columns, line.rows, line.page_columns
    begun, ended = np.empty(BLOCK_ROWS, np.int64), np.empty(BLOCK_ROWS, np.int64)
    turns = np.empty((7, BLOCK_ROWS))
    for start in range(0, len(lon), BLOCK_ROWS):
        count = min(BLOCK_ROWS, len(lon) - start)
        # 2. Where the list of each place's cell lies; none outside the grid and in pages that are not made.
        for at in range(count):
            sin_phi, cos_phi = sine_cosine(lat[start + at])
            sin_lam, cos_lam = sine_cosine(lon[start + at])
            normal = SEMI_MAJOR_M / math.sqrt(1 - ECCENTRICITY_2 * sin_phi * sin_phi)
            turns[0, at], turns[1, at], turns[2, at], turns[3, at] = sin_phi, cos_phi, sin_lam, cos_lam
            turns[4, at] = normal * cos_phi * cos_lam
            turns[5, at] = normal * cos_phi * sin_lam
            turns[6, at] = normal * (1 - ECCENTRICITY_2) * sin_phi
        # 3. The nearest piece of the list, or the tree.
        for at in range(count):
            begun[at], ended[at] = 0, 0
            if is_place(lon[start + at], lat[start + at]):
                column, level = cell_of(
                    lon[start + at], lat[start + at], west, south, columns_per_deg, rows_per_deg, columns, rows
                )
                if column >= 0:
                    slot = pages[(level >> PAGE_BITS) * page_columns + (column >> PAGE_BITS)]
                    if slot >= 0:
                        cell = slot * (PAGE_CELLS + 1) + ((level & PAGE_MASK) << PAGE_BITS) + (column & PAGE_MASK)
                        begun[at], ended[at] = firsts[cell], firsts[cell + 1]
        for at in range(count):
            if begun[at] == ended[at]:
                out[start + at] = metres_to_line(line, lon[start + at], lat[start + at])
                continue
            px, py, pz = turns[4, at], turns[5, at], turns[6, at]
            best, best_2 = np.int64(-1), np.inf
            for k in range(begun[at], ended[at]):
                square = square_to_piece(pieces, np.int64(listed[k]), px, py, pz)
                if square < best_2:
                    best, best_2 = np.int64(listed[k]), square
            out[start + at] = arc_metres(
                pieces, best, px, py, pz, turns[0, at], turns[1, at], turns[2, at], turns[3, at]
            )
