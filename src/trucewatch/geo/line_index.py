"""A line in lon/lat → an index that says for millions of places how many metres of ground lie between each and the
line."""

from __future__ import annotations

import math
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from trucewatch.errors import PlaceError
from trucewatch.geo.arrays import Floats, Mask
from trucewatch.geo.degrees import METRES_PER_DEGREE
from trucewatch.geo.line_grid_kernels import count_places, list_pages, metres_of_rows
from trucewatch.geo.line_kernels import (
    BY_TREE,
    MOST_LISTED,
    MOST_LON,
    NOT_MADE,
    PAGE_CELLS,
    PAGE_SIDE,
    LineArrays,
    cut_line,
    grow_spheres,
)
from trucewatch.geo.row_chunks import map_chunks
from trucewatch.messages import Message

CELL_M: Final = 1_000.0  # a cell's side: half a piece of the line
AROUND_M: Final = 500_000.0
"""How far about the line there is a grid; beyond it, and where few places lie, the tree answers."""
MOST_PAGES: Final = 500_000
MOST_MADE: Final = 10_000
MOST_LISTED_IN_ALL: Final = 8_000_000
"""Room: 1 kB a made page, 4 bytes a listed piece, 12 a page of the grid: 48 MB at most, beside 85 bytes a piece."""
ENOUGH_PLACES: Final = 32
"""A page is made once so many places have been asked for in it; fewer cost less by the tree."""


class LineIndex:
    """Metres on the WGS 84 ellipsoid from each place to the nearest point of a LineString or MultiLineString in
    lon/lat.

    Edges are straight in degrees (RFC 7946, section 3.1.1). A line across the antimeridian is either cut there or
    written through with longitudes beyond ±180; places may lie on either side. A line may reach a pole. Places that are
    missing (NaN, infinite, |lon| > 540, |lat| > 90) get NaN.

    Against Karney's geodesic, at latitudes from −80 to 80: within 2 mm up to 25 km, 2 cm up to 100 km, 2 m up to 1,000
    km, 0.02 % up to 5,000 km, 2 % up to 15,000 km; beyond that only a rough number. The answer depends neither on
    `threads` nor on what was asked before.
    Raises PlaceError: not a line, empty, a coordinate that is no number, |lat| > 90, an edge that spans more than 180°.

    >>> import shapely
    >>> index = LineIndex(shapely.LineString([(46, 39), (47, 39)]))
    >>> index.distance(np.array([46.5, np.nan]), np.array([39.1, 39.0])).round(2).tolist()
    [11101.64, nan]
    """

    def __init__(self, line: Any) -> None:
        lon, lat, ends_part = read_line(line)
        pieces, loose = cut_line(lon, lat, ends_part)
        spheres, levels = grow_spheres(pieces)
        west, south, columns_per_deg, rows_per_deg, columns, rows = _lay_window(lon, lat)
        page_columns = -(-columns // PAGE_SIDE)
        pages = np.full(page_columns * -(-rows // PAGE_SIDE), NOT_MADE, np.int32)
        none = np.empty(0, np.int32)
        self.arrays = LineArrays(
            pieces,
            spheres,
            levels,
            loose,
            west,
            south,
            columns_per_deg,
            rows_per_deg,
            columns,
            rows,
            page_columns,
            pages,
            none,
            none,
        )
        self._visits = np.zeros(len(pages), np.int64)
        self._page_count = 0
        self._lock = Lock()

    def distance(self, lon: npt.ArrayLike, lat: npt.ArrayLike, *, threads: int = 2) -> Floats:
        """Metres of each place, shape (n,); NaN where the place is missing.

        Raises ValueError if lon and lat are not two axes of one length.
        """
        x, y = np.ascontiguousarray(lon, dtype=np.float64), np.ascontiguousarray(lat, dtype=np.float64)
        if x.ndim != 1 or x.shape != y.shape:
            raise ValueError(f"lon and lat are two axes of equal length, not {x.shape} and {y.shape}")
        self.prepare(x, y)
        line, out = self.arrays, np.empty(len(x))

        def fill(chunk: slice) -> None:
            metres_of_rows(line, x[chunk], y[chunk], out[chunk])

        map_chunks(fill, len(x), threads=threads)
        return out

    def prepare(self, lon: Floats, lat: Floats, *, enough: int = ENOUGH_PLACES) -> None:
        """Makes the pages in which, with these, at least `enough` places have been asked for. `arrays` is then
        another."""
        with self._lock:
            count_places(self.arrays, lon, lat, self._visits)
            wanted = np.flatnonzero((self._visits >= enough) & (self.arrays.pages == NOT_MADE)).astype(np.int32)
            wanted = wanted[: MOST_MADE - self._page_count]
            # A page lists MOST_LISTED at most: with less room than that no page is begun.
            spare = MOST_LISTED_IN_ALL - len(self.arrays.listed)
            if len(wanted) == 0 or spare < MOST_LISTED:
                return
            firsts = np.zeros(len(wanted) * (PAGE_CELLS + 1), np.int32)
            listed = np.empty(spare, np.int32)
            lengths, count, total = list_pages(self.arrays, wanted, spare, firsts, listed)
            # A copy: other threads go on with the arrays that they hold.
            pages = self.arrays.pages.copy()
            numbers = np.where(lengths[:count] >= 0, self._page_count + np.arange(count), BY_TREE)
            pages[wanted[:count]] = numbers
            if count < len(wanted):
                pages[wanted[count:]] = BY_TREE
            self._page_count += count
            self.arrays = self.arrays._replace(
                pages=pages,
                firsts=np.append(
                    self.arrays.firsts, firsts[: count * (PAGE_CELLS + 1)] + np.int32(len(self.arrays.listed))
                ),
                listed=np.append(self.arrays.listed, listed[:total]),
            )

    @property
    def size_bytes(self) -> int:
        """What the index holds now."""
        return sum(array.nbytes for array in self.arrays if isinstance(array, np.ndarray)) + self._visits.nbytes


def read_line(line: Any) -> tuple[Floats, Floats, Mask]:
    """Vertices of all parts and where a part ends, or PlaceError with what cannot be used."""
    if not isinstance(line, shapely.LineString | shapely.MultiLineString):
        raise PlaceError(
            Message("the line is a {type}; draw it as a LineString or MultiLineString", type=type(line).__name__)
        )
    if line.is_empty:
        raise PlaceError(Message("the line is empty; draw it or leave it out"))
    points, part = shapely.get_coordinates(shapely.get_parts(line), return_index=True)
    lon, lat = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    ends_part = np.append(np.diff(part) != 0, True)
    step = np.append(np.abs(np.diff(lon)), 0.0)
    for bad, why in (
        (~(np.isfinite(lon) & np.isfinite(lat)), Message("a coordinate is no number; correct it")),
        (~(np.abs(lat) <= 90), Message("a latitude beyond ±90; correct it")),
        (~(np.abs(lon) <= MOST_LON), Message("a longitude beyond ±{most}; write it within ±180", most=f"{MOST_LON:g}")),
        (
            (step > 180) & ~ends_part,
            Message("an edge spans more than 180° of longitude; cut the line at the antimeridian"),
        ),
    ):
        for vertex in np.flatnonzero(bad)[:1]:
            raise PlaceError(
                Message(
                    "the line, near lon {lon}, lat {lat}: {why}",
                    lon=f"{lon[vertex]:.6g}",
                    lat=f"{lat[vertex]:.6g}",
                    why=why,
                )
            )
    return lon, lat, ends_part


def _lay_window(lon: Floats, lat: Floats) -> tuple[float, float, float, float, int, int]:
    """West, south, columns and rows per degree, columns and rows of the grid about the line."""
    high = float(np.abs(lat).max())
    # Cells are about square at the line's highest latitude; near a pole at most 20 times as many degrees wide as high.
    cos_phi = max(0.05, math.cos(math.radians(min(high, 89.0))))
    around = AROUND_M / METRES_PER_DEGREE
    # A cell at the pole itself has no width.
    south, north = max(-89.0, float(lat.min()) - around), min(89.0, float(lat.max()) + around)
    west = float(lon.min()) - min(around / cos_phi, 180.0)
    wide = min(360.0, float(lon.max()) + min(around / cos_phi, 180.0) - west)
    cell = CELL_M / METRES_PER_DEGREE
    # Larger cells until the grid's pages fit their room.
    while wide * cos_phi / cell * (north - south) / cell > MOST_PAGES * PAGE_SIDE**2:
        cell *= 1.5
    columns, rows = math.ceil(wide * cos_phi / cell), max(1, math.ceil((north - south) / cell))
    return west, south, columns / wide, 1.0 / cell, columns, rows
