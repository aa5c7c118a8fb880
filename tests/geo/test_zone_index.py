"""ZoneIndex against an oracle in fractions and against shapely."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import PlaceError, TimeError
from trucewatch.geo import zone_index
from trucewatch.geo.side_kernels import orientation
from trucewatch.geo.zone_index import FOREVER, ZoneIndex
from trucewatch.geo.zone_kernels import ANY_TIME, zones_of_point

BOX = shapely.box(46, 39, 47, 40)


def index_of(*geometries: Any) -> ZoneIndex:
    return ZoneIndex([(geometry, *FOREVER) for geometry in geometries])


def pairs_of(index: ZoneIndex, points: Any, **asked: Any) -> set[tuple[int, int]]:
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    rows, zones = index.pairs(points[:, 0], points[:, 1], **asked)
    assert list(zip(rows.tolist(), zones.tolist(), strict=True)) == sorted(
        set(zip(rows.tolist(), zones.tolist(), strict=True))
    )
    return set(zip(rows.tolist(), zones.tolist(), strict=True))


def holds_in_fractions(polygon: Any, x: float, y: float) -> bool:
    """The stated rule without any rounding: on an edge, or an odd number of edges on the way east."""
    inside = False
    px, py = Fraction(x), Fraction(y)
    for ring in (polygon.exterior, *polygon.interiors):
        points = [(Fraction(a), Fraction(b)) for a, b in ring.coords]
        for (ax, ay), (bx, by) in pairwise(points):
            turn = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
            if turn == 0 and min(ax, bx) <= px <= max(ax, bx) and min(ay, by) <= py <= max(ay, by):
                return True
            if (ay > py) != (by > py) and (turn > 0) == (by > ay):
                inside = not inside
    return inside


def star(seed: int, count: int, *, centre: tuple[float, float] = (46.5, 39.5), size: float = 0.5) -> Any:
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, count))
    radius = size * rng.uniform(0.4, 1.0, count)
    return shapely.Polygon(np.asarray(centre) + radius[:, None] * np.column_stack((np.cos(angle), np.sin(angle))))


# --- the sign that everything rests on ------------------------------------------------------------------------------

near = st.one_of(
    st.integers(-4, 4).map(float), st.floats(-180, 180), st.sampled_from([0.1, 0.3, 46.123456789, 1e-100, 1e-16])
)


@given(near, near, near, near, st.floats(-2, 3), st.sampled_from([0.0, 1e-17, -1e-16, 3e-14]))
@settings(deadline=None, max_examples=200)
def test_the_side_of_a_point_is_exact(ax: float, ay: float, bx: float, by: float, share: float, off: float) -> None:
    ax, ay, bx, by = (0.0 if abs(one) < 1e-120 else one for one in (ax, ay, bx, by))
    cx, cy = ax + share * (bx - ax), ay + share * (by - ay) + off
    cx, cy = (0.0 if abs(one) < 1e-120 else one for one in (cx, cy))
    a, b, c = ((Fraction(x), Fraction(y)) for x, y in ((ax, ay), (bx, by), (cx, cy)))
    exact = (a[0] - c[0]) * (b[1] - c[1]) - (a[1] - c[1]) * (b[0] - c[0])
    assert np.sign(orientation(ax, ay, bx, by, cx, cy)) == (exact > 0) - (exact < 0)


# --- the same pairs as the oracles ----------------------------------------------------------------------------------

corner = st.tuples(st.integers(0, 6), st.integers(0, 6))
scales = st.sampled_from(
    [(46.0, 39.0, 0.1), (-0.3, -0.2, 0.1), (46.123456, 39.654321, 1e-7), (-179.5, -60.0, 10.0), (0.0, 0.0, 1e-13)]
)


@given(st.lists(st.lists(corner, min_size=3, max_size=9), min_size=1, max_size=3), scales, st.data())
@settings(deadline=None, max_examples=80)
def test_pairs_are_exact_for_any_rings_and_places_on_them(rings: Any, scale: Any, data: Any) -> None:
    """Rings with spikes, slivers, repeated vertices and crossings; places on vertices, on edges, and one ulp beside
    them."""
    west, south, unit = scale
    polygons = [shapely.Polygon([(west + unit * x, south + unit * y) for x, y in ring]) for ring in rings]
    vertices = shapely.get_coordinates(polygons)
    share = data.draw(st.sampled_from([0.5, 0.25, 1 / 3, 0.1]))
    places = [*vertices, *(vertices[:-1] * (1 - share) + vertices[1:] * share)]
    places += [(np.nextafter(x, 999), y) for x, y in vertices] + [(x, np.nextafter(y, -999)) for x, y in vertices]
    places += [(west + unit * x / 2, south + unit * y / 2) for x, y in data.draw(st.lists(corner, max_size=8))]
    places = [(float(x), float(y)) for x, y in np.where(np.abs(places) < 1e-120, 0.0, places)]
    expected = {
        (row, zone)
        for row, (x, y) in enumerate(places)
        for zone, polygon in enumerate(polygons)
        if holds_in_fractions(polygon, x, y)
    }
    assert pairs_of(index_of(*polygons), places) == expected
    valid = {zone for zone, polygon in enumerate(polygons) if polygon.is_valid}
    points = np.asarray(places)
    shapelys = {
        (int(row), zone) for zone in valid for row in np.flatnonzero(shapely.intersects_xy(polygons[zone], points))
    }
    assert {pair for pair in expected if pair[1] in valid} == shapelys


@pytest.mark.parametrize("seed", range(6))
def test_pairs_equal_shapely_on_many_zones_with_holes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    zones: list[Any] = []
    for number in range(25):
        outer = star(
            seed * 100 + number,
            int(rng.integers(5, 400)),
            centre=tuple(rng.uniform((44, 38), (49, 42))),
            size=rng.uniform(0.01, 1.5),
        )
        middle = shapely.Point(outer.representative_point())
        hole = shapely.intersection(middle.buffer(0.05, quad_segs=3), outer.buffer(-0.01))
        zones.append(shapely.difference(outer, hole))
    vertices = shapely.get_coordinates(zones)
    places = np.vstack((rng.uniform((43, 37), (50, 43), (3000, 2)), vertices, (vertices[:-1] + vertices[1:]) / 2))
    expected = {
        (int(row), zone) for zone, one in enumerate(zones) for row in np.flatnonzero(shapely.intersects_xy(one, places))
    }
    assert pairs_of(index_of(*zones), places) == expected


@pytest.mark.parametrize("cells", [1, 3, 40, 3_000])
def test_the_size_of_the_cells_does_not_matter(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    zones = [star(number, 60, centre=(46 + number / 10, 39.5)) for number in range(8)]
    rng = np.random.default_rng(1)
    places = np.vstack((rng.uniform((45, 38), (48, 41), (2000, 2)), shapely.get_coordinates(zones)))
    expected = pairs_of(index_of(*zones), places)
    monkeypatch.setattr(zone_index, "EDGE_CELLS", cells)
    monkeypatch.setattr(zone_index, "EDGE_SHARE", 0.0)
    assert pairs_of(index_of(*zones), places) == expected


def test_little_room_makes_larger_cells_and_the_same_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    zones = [star(number, 200) for number in range(5)]
    places = np.random.default_rng(2).uniform((45.8, 38.8), (47.2, 40.2), (2000, 2))
    whole = index_of(*zones)
    for name, room in (("MOST_PAGES", 50), ("MOST_CELLS", 4_000), ("MOST_ENTRIES", 3_000), ("MOST_EDGES", 2_000)):
        monkeypatch.setattr(zone_index, name, room)
        small = index_of(*zones)
        assert small.arrays.cell_deg > whole.arrays.cell_deg
        assert pairs_of(small, places) == pairs_of(whole, places)


# --- closed sets, holes, parts --------------------------------------------------------------------------------------


def test_edges_vertices_and_the_edge_of_a_hole_belong_to_the_zone() -> None:
    ring = shapely.Polygon(BOX.exterior, [shapely.box(46.4, 39.4, 46.6, 39.6).exterior])
    places = [(46, 39), (46.5, 40), (47, 39.123), (46.4, 39.5), (46.5, 39.4), (46.5, 39.5), (47.0000001, 39.5)]
    assert pairs_of(index_of(ring), places) == {(0, 0), (1, 0), (2, 0), (3, 0), (4, 0)}


def test_a_place_where_two_parts_touch_is_in_the_zone_once() -> None:
    parts = shapely.MultiPolygon([shapely.box(46, 39, 46.5, 39.5), shapely.box(46.5, 39.5, 47, 40)])
    assert pairs_of(index_of(BOX, parts), [(46.5, 39.5), (46.9, 39.1)]) == {(0, 0), (0, 1), (1, 0)}


def test_parts_that_overlap_hold_what_either_holds() -> None:
    parts = shapely.MultiPolygon(
        [shapely.box(46, 39, 46.8, 40), shapely.box(46.2, 39, 47, 40), shapely.box(46.2, 39, 46.4, 40)]
    )
    places = np.column_stack((np.linspace(45.95, 47.05, 401), np.full(401, 39.51)))
    assert pairs_of(index_of(parts), places) == {(row, 0) for row, (x, _) in enumerate(places) if 46 <= x <= 47}


def test_a_spike_without_area_belongs_to_the_zone() -> None:
    spiked = shapely.Polygon([(46, 39), (47, 39), (47, 39.5), (48, 39.5), (47, 39.5), (47, 40), (46, 40)])
    assert pairs_of(index_of(spiked), [(47.5, 39.5), (48, 39.5), (47.5, 39.500001), (48.1, 39.5)]) == {(0, 0), (1, 0)}


# --- time -----------------------------------------------------------------------------------------------------------


def test_a_zone_holds_from_its_start_until_before_its_end() -> None:
    index = ZoneIndex([(BOX, 100, 200), (BOX, *FOREVER), (BOX, 200, 200)])
    places = [(46.5, 39.5)] * 4
    assert pairs_of(index, places, when_us=[99, 100, 199, 200]) == {(0, 1), (1, 0), (1, 1), (2, 0), (2, 1), (3, 1)}
    assert pairs_of(index, places[:1]) == {(0, 0), (0, 1), (0, 2)}
    dates = np.array(["1970-01-01T00:00:00.000150", "NaT"], dtype="datetime64[us]")
    assert pairs_of(ZoneIndex([(BOX, 100, 200)]), places[:2], when_us=dates) == {(0, 0)}
    with pytest.raises(TimeError, match="zone 1"):
        ZoneIndex([(BOX, 0, 1), (BOX, 2, 1)])


# --- the antimeridian and other longitudes --------------------------------------------------------------------------


def test_both_ways_to_write_a_zone_across_the_antimeridian_hold_the_same() -> None:
    cut = shapely.MultiPolygon([shapely.box(179, -17, 180, -16), shapely.box(-180, -17, -179, -16)])
    east, west = shapely.box(179, -17, 181, -16), shapely.box(-181, -17, -179, -16)
    lon = [179.5, 180.0, -180.0, -179.5, 180.5, 179.0, -179.0, 181.0, 539.5, 178.9, -178.9, 0.0]
    found = pairs_of(index_of(cut, east, west), [(one, -16.5) for one in lon])
    assert found == {(row, zone) for row in range(9) for zone in range(3)}


def test_a_zone_that_ends_at_180_holds_its_edge_from_either_side() -> None:
    assert pairs_of(index_of(shapely.box(170, 0, 180, 1)), [(180, 0.5), (-180, 0.5), (-179.999, 0.5)]) == {
        (0, 0),
        (1, 0),
    }


def test_a_zone_round_the_earth_holds_every_longitude_once() -> None:
    belt = shapely.box(-180, -50, 180, 50)
    lon = np.concatenate((np.linspace(-540, 540, 500), [180, -180, 0]))
    assert pairs_of(index_of(belt), [(one, 0.0) for one in lon]) == {(row, 0) for row in range(len(lon))}
    assert pairs_of(index_of(belt), [(0, 50), (0, 50.001)]) == {(0, 0)}


# --- what is no place, what is no zone ------------------------------------------------------------------------------


def test_missing_places_are_in_no_zone() -> None:
    nan, inf = math.nan, math.inf
    places = [
        (nan, 39.5),
        (46.5, nan),
        (inf, 39.5),
        (46.5, -inf),
        (nan, nan),
        (406.5 + 360, 39.5),
        (46.5, 91),
        (46.5, 39.5),
    ]
    assert pairs_of(index_of(BOX), places) == {(7, 0)}


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (shapely.Point(46, 39), "zone 1 is a Point"),
        (shapely.LineString([(46, 39), (47, 39)]), "zone 1 is a LineString"),
        (None, "zone 1 is a NoneType"),
        (shapely.Polygon(), "zone 1 is empty"),
        (shapely.box(0, 80, 10, 90), "zone 1, .*reaches a pole"),
        (shapely.box(0, -95, 10, -80), "zone 1, .*reaches a pole"),
        (shapely.Polygon([(0, 60), (90, 60), (180, 60), (-90, 60)]), "zone 1, .*spans more than 180"),
        (shapely.Polygon([(179, 0), (-179, 0), (-179, 1), (179, 1)]), "zone 1, .*cut the zone at the antimeridian"),
        (
            shapely.Polygon(
                [(-200, 0), (-100, 0), (0, 0), (100, 0), (200, 0), (200, 1), (100, 1), (0, 1), (-100, 1), (-200, 1)]
            ),
            "zone 1, .*wider than 360",
        ),
        (shapely.transform(BOX, lambda points: np.where(points == 40, np.inf, points)), "zone 1, .*no number"),
        (shapely.Polygon([(600, 0), (601, 0), (601, 1)]), "zone 1, .*longitude beyond"),
    ],
)
def test_a_zone_that_cannot_be_used_is_refused_by_number_with_the_reason(geometry: Any, reason: str) -> None:
    with pytest.raises(PlaceError, match=reason):
        index_of(BOX, geometry)


def test_no_zones_and_no_places_give_no_pairs() -> None:
    assert pairs_of(index_of(), [(46.5, 39.5), (math.nan, 0)]) == set()
    rows, zones = index_of(BOX).pairs([], [])
    assert (rows.dtype, zones.dtype, len(rows), len(zones)) == (np.int64, np.int32, 0, 0)
    with pytest.raises(ValueError, match="differ in length"):
        index_of(BOX).pairs([1.0], [1.0, 2.0])


# --- one at a time, threads, room -----------------------------------------------------------------------------------


def test_one_at_a_time_and_any_number_of_threads_give_the_same() -> None:
    zones = [star(number, 100, centre=(179.5 + number / 20, 10.0)) for number in range(12)]
    index = index_of(*zones, shapely.MultiPolygon([zones[0], star(77, 9, centre=(-179.8, 10.2))]))
    rng = np.random.default_rng(5)
    lon, lat = rng.uniform(178.5, 181.5, 150_000), rng.uniform(9, 11, 150_000)
    one, two = index.pairs(lon, lat, threads=1), index.pairs(lon, lat, threads=3)
    assert np.array_equal(one[0], two[0])
    assert np.array_equal(one[1], two[1])
    buffer = np.empty(3 * index.arrays.most_zones, np.int32)
    for row in range(400):
        count = zones_of_point(index.arrays, lon[row], lat[row], ANY_TIME, buffer, 0)
        assert buffer[:count].tolist() == one[1][one[0] == row].tolist()


def test_many_zones_on_one_place_are_all_found() -> None:
    rows, zones = index_of(*[BOX] * 300).pairs(np.full(2_000, 46.5), np.full(2_000, 39.5))
    assert np.array_equal(zones, np.tile(np.arange(300), 2_000))
    assert np.array_equal(rows, np.repeat(np.arange(2_000), 300))


@pytest.mark.parametrize(
    "zones",
    [
        [star(0, 100_000, centre=(10, 10), size=80.0)],
        [shapely.box(-180, -60, 180, 75), *(star(number, 300, centre=(46.5, 39.5)) for number in range(20))],
        [star(number, 2_000, centre=(0, 0), size=85.0) for number in range(60)],
    ],
    ids=["100,000 vertices", "a belt and small zones", "sixty across the world"],
)
def test_the_room_is_bounded_and_the_pairs_are_right(zones: list[Any]) -> None:
    index = index_of(*zones)
    assert index.size_bytes <= 64_000_000
    places = np.random.default_rng(3).uniform((-100, -60), (100, 60), (400, 2))
    places = np.vstack((places, np.random.default_rng(4).uniform((46, 39), (47, 40), (200, 2))))
    for zone in zones:
        shapely.prepare(zone)
    expected = {
        (int(row), zone) for zone, one in enumerate(zones) for row in np.flatnonzero(shapely.intersects_xy(one, places))
    }
    assert pairs_of(index, places) == expected
