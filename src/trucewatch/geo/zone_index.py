"""Zones in lon/lat → an index that says for millions of places in which zones each lies, at its time, exactly.

Rules. Zones are closed: a place on an outer edge, on the edge of a hole or on a vertex is in the zone. Edges are
straight in degrees (RFC 7946, section 3.1.1). Within one polygon the even-odd rule holds; a multipolygon holds what any
of its polygons holds. A zone across the antimeridian is either cut there (multipolygon, RFC 7946, section 3.1.9) or
written through with longitudes beyond ±180 (170 … 190); a place is looked for at its longitude and at ±360° from it,
rounded to a double: within 3 × 10⁻¹⁴ degrees, 3 nm. Missing places (NaN, infinite, |lon| > 540) are in no zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from trucewatch.errors import PlaceError, TimeError
from trucewatch.geo.arrays import Floats, Ints32
from trucewatch.geo.row_chunks import map_chunks
from trucewatch.geo.zone_grid_kernels import FULL, Grid, Outlines, fill_grid, lay_pages
from trucewatch.geo.zone_kernels import (
    BLOCK_PAIRS,
    LEAST_DEGREES,
    MOST_LON,
    PAGE_SIDE,
    ZoneArrays,
    pairs_of_rows,
)
from trucewatch.messages import Message

Times = npt.NDArray[np.int64]

MOST_PAGES: Final = 400_000
MOST_CELLS: Final = 2_500_000
MOST_ENTRIES: Final = 1_500_000
MOST_EDGES: Final = 750_000
"""Room: 4 bytes a page, a cell and an entry, 44 a listed edge: 51 MB at most."""
EDGE_SHARE: Final = 0.02
"""Cells are made no smaller than what leaves this share of the extent to cells with edges."""
EDGE_CELLS: Final = 100_000  # and no smaller than what cuts all edges into about so many stretches
LEAST_CELL_DEG: Final = 1e-4  # about 11 m
FOREVER: Final = (-(2**63), 2**63 - 1)


class ZoneIndex:
    """All zones of each place, from `(geometry, valid_from_us, valid_until_us)` of each zone; numbered as they are
    given.

    geometry: Polygon or MultiPolygon in lon/lat (shapely). Validity is `[from, until)` in microseconds since 1970 UTC.
    Building takes about 0.2 CPU seconds for 108,000 vertices. Room: at most 51 MB, unless
    there are so many edges that a single listing of each does not fit.
    Raises PlaceError, naming the zone by number: not a polygon, empty, a coordinate that is no number, |lat| ≥ 90 (a
    pole cannot be a place of a map in degrees), wider than 360° or an edge that spans more than 180° (it would wind
    round a pole or go the wrong way round the Earth); a single edge from −180 to 180 is taken as a whole parallel.
    TimeError: it ends before it begins.

    >>> import shapely
    >>> index = ZoneIndex([(shapely.box(46, 39, 47, 40), *FOREVER)])
    >>> rows, zones = index.pairs(np.array([46.5, 47.0, 48.0]), np.array([39.5, 40.0, 39.5]))
    >>> rows.tolist(), zones.tolist()
    ([0, 1], [0, 0])
    """

    def __init__(self, zones: Sequence[tuple[Any, int, int]]) -> None:
        outlines = read_outlines([zone[0] for zone in zones])
        valid_from = np.array([zone[1] for zone in zones], dtype=np.int64)
        valid_until = np.array([zone[2] for zone in zones], dtype=np.int64)
        for number in np.flatnonzero(valid_until < valid_from)[:1]:
            raise TimeError(
                Message("zone {number}: its validity ends before it begins; exchange the two times", number=number)
            )
        self.count = len(zones)
        self.arrays: ZoneArrays = lay_grid(outlines, valid_from, valid_until)

    def pairs(
        self, lon: npt.ArrayLike, lat: npt.ArrayLike, when_us: npt.ArrayLike | None = None, *, threads: int = 2
    ) -> tuple[Times, Ints32]:
        """Row and zone of every place in every zone that is valid at the row's time, by row, then zone.

        lon, lat: degrees, shape (n,). when_us: microseconds since 1970 UTC (int64) or datetime64; None: validity is not
        asked; NaT is in no zone that has a stated start. The answer does not depend on `threads`.
        Raises ValueError for columns of different length.
        """
        lon, lat = as_degrees(lon), as_degrees(lat)
        when = np.empty(0, np.int64) if when_us is None else as_microseconds(when_us)
        if len(lon) != len(lat) or (when_us is not None and len(when) != len(lon)):
            raise ValueError(f"lon, lat and when_us differ in length: {len(lon)}, {len(lat)}, {len(when)}")

        def find_pairs(chunk: slice) -> list[tuple[Times, Ints32]]:
            return self._pairs_of_chunk(lon, lat, when, chunk.start, chunk.stop)

        parts = [piece for pieces in map_chunks(find_pairs, len(lon), threads=threads) for piece in pieces]
        if not parts:
            return np.empty(0, np.int64), np.empty(0, np.int32)
        return np.concatenate([piece[0] for piece in parts]), np.concatenate([piece[1] for piece in parts])

    def _pairs_of_chunk(
        self, lon: Floats, lat: Floats, when: Times, first: int, last: int
    ) -> list[tuple[Times, Ints32]]:
        # Two zones a place; where there are more, the kernel stops and is called again for the rest.
        room = 2 * (last - first) + max(BLOCK_PAIRS, 3 * self.arrays.most_zones)
        rows, zones = np.empty(room, np.int64), np.empty(room, np.int32)
        pieces = []
        while first < last:
            first, count = pairs_of_rows(self.arrays, lon, lat, when, first, last, rows, zones)
            pieces.append((rows[:count].copy(), zones[:count].copy()))
        return pieces

    @property
    def size_bytes(self) -> int:
        """What the index holds."""
        return sum(array.nbytes for array in self.arrays if isinstance(array, np.ndarray))


def as_degrees(values: npt.ArrayLike) -> Floats:
    """A contiguous array of doubles, one axis; raises ValueError for more than one."""
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"places are given as one axis of numbers, not {array.ndim}")
    return array


def as_microseconds(values: npt.ArrayLike) -> Times:
    """Times as int64 microseconds since 1970 UTC."""
    array = np.asarray(values)
    if array.dtype.kind == "M":
        array = array.astype("datetime64[us]").view(np.int64)
    return np.ascontiguousarray(array, dtype=np.int64)


def read_outlines(geometries: Sequence[Any]) -> Outlines:
    """The rings of all polygons, or PlaceError with the number of the zone that cannot be used."""
    for number, geometry in enumerate(geometries):
        if not isinstance(geometry, shapely.Polygon | shapely.MultiPolygon):
            raise PlaceError(
                Message(
                    "zone {number} is a {type}; draw it as a Polygon or MultiPolygon",
                    number=number,
                    type=type(geometry).__name__,
                )
            )
        if geometry.is_empty:
            raise PlaceError(Message("zone {number} is empty; draw its outline or leave it out", number=number))
    parts, part_zone = shapely.get_parts(np.array(geometries, dtype=object), return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    points, point_ring = shapely.get_coordinates(rings, return_index=True)
    points = np.where(np.abs(points) < LEAST_DEGREES, 0.0, points)
    x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    # The vertices of all rings stand in one row: from the last of a ring no edge starts.
    ends_ring = np.append(np.diff(point_ring) != 0, True)[: len(x)]
    point_part = ring_part[point_ring]
    _refuse_outside(x, y, ends_ring, point_part, part_zone)
    part_first = np.searchsorted(point_part, np.arange(len(parts) + 1)).astype(np.int32)
    return Outlines(x, y, ends_ring, part_first, part_zone.astype(np.int32))


def _refuse_outside(x: Floats, y: Floats, ends_ring: Any, point_part: Any, part_zone: Any) -> None:
    def refuse(bad: Any, why: Message) -> None:
        for vertex in np.flatnonzero(bad)[:1]:
            raise PlaceError(
                Message(
                    "zone {number}, near lon {lon}, lat {lat}: {why}",
                    number=part_zone[point_part[vertex]],
                    lon=f"{x[vertex]:.6g}",
                    lat=f"{y[vertex]:.6g}",
                    why=why,
                )
            )

    if len(x) == 0:
        return
    refuse(~(np.isfinite(x) & np.isfinite(y)), Message("a coordinate is no number; correct it"))
    refuse(np.abs(y) >= 90, Message("it reaches a pole or beyond; draw it in latitudes between −90 and 90"))
    refuse(np.abs(x) > MOST_LON, Message("a longitude beyond ±{most}; write it within ±180", most=f"{MOST_LON:g}"))
    step = np.abs(np.diff(x))
    whole = (step == 360) & (np.abs(x[:-1]) == 180)  # the edge of a zone that is written from −180 to 180
    refuse(
        (step > 180) & ~whole & ~ends_ring[:-1],
        Message(
            "an edge spans more than 180° of longitude; cut the zone at the antimeridian, or write it through beyond "
            "±180; a zone round a pole cannot be used"
        ),
    )
    starts = np.searchsorted(point_part, np.arange(len(part_zone)))
    width = np.maximum.reduceat(x, starts) - np.minimum.reduceat(x, starts)
    wide = np.zeros(len(x), dtype=bool)
    wide[starts] = width > 360
    refuse(wide, Message("it is wider than 360°; a zone that winds round the Earth cannot be used"))


def lay_grid(outlines: Outlines, valid_from: Times, valid_until: Times) -> ZoneArrays:
    """The grid whose cells are as small as the room allows and as the edges need."""
    if len(outlines.x) == 0:
        none = np.empty(0, np.int32)
        return ZoneArrays(
            1.0,
            1.0,
            -1.0,
            -1.0,
            1.0,
            1.0,
            0.0,
            0,
            0,
            none,
            none,
            none,
            none.reshape(0, 3),
            np.empty((0, 4)),
            valid_from,
            valid_until,
        )
    x, y = outlines.x, outlines.y
    west, south, east, north = float(x.min()), float(y.min()), float(x.max()), float(y.max())
    # From the smallest useful cells upwards by half, until pages, cells, entries and edges fit their room.
    cell = first_cell_deg(outlines, (east - west) * (north - south))
    while True:
        columns, rows = int((east - west) / cell) + 2, int((north - south) / cell) + 2
        page_columns, page_rows = -(-columns // PAGE_SIDE), -(-rows // PAGE_SIDE)
        # One page: no larger cells would help, so it gets what room it needs
        is_last_try = page_columns * page_rows == 1
        if page_columns * page_rows <= MOST_PAGES:
            # The slack (4e-12 degrees are half a micrometre) covers the rounding of a place into its cell.
            grid = Grid(west, south, cell, 1e-9 * cell + 4e-12, columns, rows, page_columns, page_rows)
            pages, cells = lay_pages(outlines, grid)
            if cells <= MOST_CELLS:
                spare = 300 * len(x) + 300 * len(outlines.part_zone) if is_last_try else 0
                filled = fill_grid(outlines, grid, pages, cells, MOST_ENTRIES + spare, MOST_EDGES + spare)
                if filled[4] != FULL:
                    break
        cell *= 1.5
    cell_first, entries, lists, edges, most = filled
    return ZoneArrays(
        west,
        south,
        east,
        north,
        cell,
        1.0 / cell,
        grid.slack_deg,
        page_columns,
        int(most),
        pages,
        cell_first,
        entries,
        lists,
        edges,
        valid_from,
        valid_until,
    )


def first_cell_deg(outlines: Outlines, area: float) -> float:
    """The cell's side to try first, from the length of all edges and the extent."""
    runs = np.maximum(np.abs(np.diff(outlines.x)), np.abs(np.diff(outlines.y)))
    length = float(runs[~outlines.ends_ring[:-1]].sum())
    if length == 0:
        return LEAST_CELL_DEG
    return max(LEAST_CELL_DEG, EDGE_SHARE * area / length, length / EDGE_CELLS)
