"""Compiled: which sure events lie about each event, in space and in time."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from trucewatch.fusion.gate_kernels import SIGMAS, njit_
from trucewatch.geo.degrees import METRES_PER_DEGREE

WIDE_M: Final = 12_000.0
"""Side of the cells in which neighbours are looked for; a cell and the eight around it are the neighbourhood."""
NEAR_M: Final = 2_000.0
"""Side of the cells in which the places that are lively again and again are counted."""
BOUT_S: Final = 3_600.0
BOUT_M: Final = 1_500.0
"""How long a bout of fire goes on, and how far it spreads."""
STRAY_SIGMAS: Final = 10.0
"""A report with a wrong place lies some ten of its own sigmas off."""
VAGUE_S: Final = 3_600.0
"""An incident whose time is known no better has no company: everything happens at its time."""
LIVELY_MOSTLY: Final = 1.0
"""What `lively` is taken from: about its mean, so that 0 neither speaks for an event nor against it."""
MOST_NEIGHBOURS: Final = 1_024
"""Of more in one cell and window each so many-th is asked, and counts for all."""


@njit_
def cells_of(lon: Any, lat: Any, simulated: Any, side_m: float) -> Any:
    """A number for the cell of each place; simulated events have cells of their own."""
    cells = np.empty(len(lon), dtype=np.int64)
    for i in range(len(lon)):
        cells[i] = _cell_at(np.floor(lat[i] * METRES_PER_DEGREE / side_m), lon[i], simulated[i], side_m, 0)
    return cells


@njit_
def _cell_at(row: float, lon: float, simulated: int, side_m: float, shift: int) -> int:
    """The cell of a longitude (0 … 360) in a row of cells of equal height, `shift` further east; rows close at 360°."""
    middle = np.radians((row + 0.5) * side_m / METRES_PER_DEGREE)
    # As many cells as fit round the row: about as wide as high at every latitude, one at the poles.
    columns = np.int64(max(np.floor(360.0 * METRES_PER_DEGREE / side_m * max(np.cos(middle), 0.0)), 1.0))
    column = (np.int64(lon / 360.0 * columns) + shift) % columns
    # Rows made positive; a row has fewer than 100,000 columns.
    return int(((np.int64(row) + 100_000) * 100_000 + column) * 2 + simulated)


@njit_
def look_around(
    events: Any,
    learnt: Any,
    wide: Any,
    wide_cells: Any,
    usual_cells: Any,
    usual_before: Any,
    near_cells: Any,
    near_before: Any,
    lon: Any,
    lat: Any,
    simulated: Any,
    when: Any,
    time_sd: Any,
    spread: Any,
    itself: Any,
    span: Any,
    lively: Any,
    settled: Any,
    stray: Any,
    stray_of: Any,
) -> None:
    """Fills in `lively`, `settled`, `stray` and `stray_of` (see `Company`) for `events`.

    learnt (g,): 1 for events that are among what was learnt; wide, wide_cells: the sure events in the order of their
    cells, then of time, and these cells; usual_cells, usual_before: what was learnt, the cells in order and how many
    events lie in those before each (one longer, the total last); near_cells, near_before: the same of small cells.
    span (2,): over how many seconds that was learnt of real events, and of simulated ones.
    """
    for g in events:
        around = _count_around(usual_cells, usual_before, lon[g], lat[g], simulated[g], WIDE_M)
        around = max(around - learnt[itself[g]], 0.0)
        close = _count_around(near_cells, near_before, lon[g], lat[g], simulated[g], NEAR_M)
        close = max(close - learnt[itself[g]], 0.0)
        # 1. Close by against the neighbourhood, at any time; one more on both sides, so that few say little.
        settled[g] = np.log((close + 1.0) / (around * (NEAR_M / WIDE_M) ** 2 + 1.0))
        if time_sd[g] > VAGUE_S:
            continue
        # 2. What is usual here: events a second in the nine cells.
        usual = (around + 1.0) / span[simulated[g]]
        sd = np.sqrt(time_sd[g] ** 2 + 9.0)  # s; no time is taken as better known than to 3 s
        window = max(3.0 * BOUT_S, SIGMAS * sd)  # after three of them a bout counts less than 5 %
        width = BOUT_M**2 + spread[g] ** 2
        scale = STRAY_SIGMAS * np.sqrt(spread[g] ** 2 + 200.0**2)  # m; no place is taken as better known than to 200 m
        bout = strays = best = 0.0
        row = np.floor(lat[g] * METRES_PER_DEGREE / WIDE_M)
        # 3. Every sure event of the nine cells: at another time of the bout, or at the very time.
        for dr in range(-1, 2):
            for dc in range(-1, 2):
                cell = _cell_at(row + dr, lon[g], simulated[g], WIDE_M, dc)
                first = np.searchsorted(wide_cells, cell)
                last = np.searchsorted(wide_cells, cell + 1)
                first, last = _within(wide, when, first, last, when[g] - window, when[g] + window)
                step = 1 + (last - first) // MOST_NEIGHBOURS
                for p in range(first, last, step):
                    other = wide[p]
                    if other == itself[g]:
                        continue
                    gap = abs(when[other] - when[g])
                    east = (lon[other] - lon[g] + 540.0) % 360.0 - 180.0
                    east *= METRES_PER_DEGREE * np.cos(np.radians(lat[g]))
                    north = (lat[other] - lat[g]) * METRES_PER_DEGREE
                    square = east * east + north * north
                    if gap > SIGMAS * sd:
                        bout += step * np.exp(-gap / BOUT_S - square / (2.0 * width))
                        continue
                    # A Cauchy in the plane: a gross error has no scale at which it ends. Ties go to the smaller number.
                    at_once = np.exp(-0.5 * (gap / sd) ** 2) / (1.0 + square / scale**2) ** 1.5
                    strays += step * at_once
                    if at_once > best or (at_once == best and other < stray_of[g]):
                        best, stray_of[g] = at_once, other
        # 4. Each sum over the integral of its kernel, against what is usual.
        rate = bout / (2.0 * BOUT_S) / (2.0 * np.pi * width)
        lively[g] = np.log1p(rate / (usual / (9.0 * WIDE_M**2))) - LIVELY_MOSTLY
        stray[g] = np.log1p(strays / (np.sqrt(2.0 * np.pi) * sd) / usual)


@njit_
def _count_around(cells: Any, before: Any, lon: float, lat: float, simulated: int, side_m: float) -> float:
    """How many lie in a cell and the eight around it."""
    row = np.floor(lat * METRES_PER_DEGREE / side_m)
    count = 0.0
    for dr in range(-1, 2):
        for dc in range(-1, 2):
            cell = _cell_at(row + dr, lon, simulated, side_m, dc)
            first, last = np.searchsorted(cells, cell), np.searchsorted(cells, cell + 1)
            count += before[last] - before[first]
    return count


@njit_
def count_around(cells: Any, before: Any, lon: Any, lat: Any, simulated: Any, side_m: float) -> Any:
    """The same for many places."""
    counts = np.empty(len(lon))
    for i in range(len(lon)):
        counts[i] = _count_around(cells, before, lon[i], lat[i], simulated[i], side_m)
    return counts


@njit_
def _within(others: Any, when: Any, first: int, last: int, since: float, until: float) -> tuple[int, int]:
    """The part of a cell, which is in order of time, from `since` to `until`."""
    low, high = first, last
    while low < high:
        middle = (low + high) // 2
        if when[others[middle]] < since:
            low = middle + 1
        else:
            high = middle
    begin, high = low, last
    while low < high:
        middle = (low + high) // 2
        if when[others[middle]] <= until:
            low = middle + 1
        else:
            high = middle
    return begin, low
