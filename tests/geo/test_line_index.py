"""LineIndex against Karney's geodesic, minimised along every edge."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from trucewatch.errors import PlaceError
from trucewatch.geo import line_index
from trucewatch.geo.line_index import LineIndex
from trucewatch.geo.line_kernels import metres_to_line, sine_cosine

Floats = npt.NDArray[np.float64]
GEOD = Geod(ellps="WGS84")
GOLDEN = (math.sqrt(5) - 1) / 2


def true_metres(edges: Floats, lon: Floats, lat: Floats, *, steps: int = 33) -> Floats:
    """Metres from each place to the nearest point of edges (n, 4) in degrees: by steps, then by the golden section."""
    best = np.full(len(lon), np.inf)
    for ax, ay, bx, by in edges:

        def metres(t: Floats, ends: tuple[float, ...] = (ax, ay, bx, by)) -> Floats:
            x, y = ends[0] + t * (ends[2] - ends[0]), ends[1] + t * (ends[3] - ends[1])
            return np.asarray(GEOD.inv(lon, lat, x, y)[2])

        shares = np.linspace(0, 1, steps)
        by_step = np.array([metres(np.full(len(lon), share)) for share in shares])
        middle = shares[np.argmin(by_step, axis=0)]
        low, high = np.maximum(0, middle - shares[1]), np.minimum(1, middle + shares[1])
        for _ in range(34):
            one, two = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
            is_lower = metres(one) < metres(two)
            low, high = np.where(is_lower, low, one), np.where(is_lower, two, high)
        best = np.minimum(best, np.minimum(metres((low + high) / 2), by_step.min(axis=0)))
    return best


def edges_of(line: Any) -> Floats:
    pieces = [shapely.get_coordinates(part) for part in shapely.get_parts(line)]
    return np.vstack([np.hstack((points[:-1], points[1:])) for points in pieces])


def places_about(line: Any, reach_m: float, count: int, seed: int) -> tuple[Floats, Floats]:
    """Places up to that far from points of the line, in all directions."""
    rng = np.random.default_rng(seed)
    edges = edges_of(line)
    which, share = edges[rng.integers(len(edges), size=count)], rng.random(count)
    x, y = which[:, 0] + share * (which[:, 2] - which[:, 0]), which[:, 1] + share * (which[:, 3] - which[:, 1])
    lon, lat, _ = GEOD.fwd(x, y, rng.uniform(0, 360, count), reach_m * rng.random(count))
    return np.asarray(lon), np.asarray(lat)


def bent_line(lat: float, seed: int, *, vertices: int = 6, reach_deg: float = 0.3) -> Any:
    rng = np.random.default_rng(seed)
    points = np.cumsum(rng.uniform(-1, 1, (vertices, 2)), axis=0) * reach_deg
    return shapely.LineString(points * [1 / math.cos(math.radians(lat)), 1.0 if lat < 79 else 0.2] + [46.0, lat])


# --- exact enough ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lat", [-80, -62, -33, 0, 20, 40, 55, 70, 80])
@pytest.mark.parametrize(("reach_m", "within_m"), [(300, 0.001), (25_000, 0.002), (100_000, 0.02)])
def test_metres_agree_with_the_geodesic(lat: float, reach_m: float, within_m: float) -> None:
    line = bent_line(float(lat), 90 + int(lat))
    lon, y = places_about(line, reach_m, 60, 7)
    assert np.abs(LineIndex(line).distance(lon, y) - true_metres(edges_of(line), lon, y)).max() < within_m


@pytest.mark.parametrize(
    "line",
    [
        shapely.LineString([(40, 60), (75, 66)]),
        shapely.LineString([(40, 79.9), (110, 79.9)]),
        shapely.LineString([(0, -10), (0.001, 10), (0.002, -10)]),
        shapely.LineString([(46, 39), (46 + 1e-6, 39 + 1e-6)]),
        shapely.LineString([(46, 39), (46, 39)]),
        shapely.MultiLineString([[(46, 39), (46.2, 39.1)], [(47, 41), (47.1, 40.5), (47.1, 40.5), (47.3, 40.5)]]),
    ],
    ids=["long", "along a parallel far north", "a spike across the equator", "very short", "a point", "two parts"],
)
def test_lines_of_every_shape_agree_with_the_geodesic(line: Any) -> None:
    for reach_m, within_m in ((25_000, 0.002), (100_000, 0.02)):
        lon, lat = places_about(line, reach_m, 60, 8)
        assert (
            np.abs(LineIndex(line).distance(lon, lat) - true_metres(edges_of(line), lon, lat, steps=600)).max()
            < within_m
        )


def test_far_places_are_reckoned_within_the_stated_bounds() -> None:
    line = bent_line(40.0, 3)
    lon, lat = places_about(line, 1_000_000, 150, 4)
    assert np.abs(LineIndex(line).distance(lon, lat) - true_metres(edges_of(line), lon, lat)).max() < 2.0
    lon, lat = places_about(line, 5_000_000, 150, 5)
    truth = true_metres(edges_of(line), lon, lat)
    assert np.abs(LineIndex(line).distance(lon, lat) / truth - 1).max() < 2e-4
    rng = np.random.default_rng(6)
    lon, lat = rng.uniform(-180, 180, 150), np.degrees(np.arcsin(rng.uniform(-1, 1, 150)))
    truth = true_metres(edges_of(line), lon, lat)
    assert np.abs(LineIndex(line).distance(lon, lat) / truth - 1)[truth < 15_000_000].max() < 0.02


def test_places_on_the_line_are_at_zero() -> None:
    line = bent_line(40.0, 11)
    on = edges_of(line)
    lon, lat = on[:, 0] + 0.37 * (on[:, 2] - on[:, 0]), on[:, 1] + 0.37 * (on[:, 3] - on[:, 1])
    assert LineIndex(line).distance(lon, lat).max() < 0.002
    assert LineIndex(line).distance(on[:, 0], on[:, 1]).max() < 1e-6


@given(st.floats(-720, 720))
@settings(deadline=None)
def test_sine_and_cosine_are_those_of_the_library(degrees: float) -> None:
    sine, cosine = sine_cosine(degrees)
    exact = math.radians(math.fmod(degrees, 360.0))
    assert abs(sine - math.sin(exact)) < 2e-15
    assert abs(cosine - math.cos(exact)) < 2e-15


# --- the antimeridian and the poles ---------------------------------------------------------------------------------


def test_both_ways_to_write_a_line_across_the_antimeridian_give_the_same() -> None:
    through = LineIndex(shapely.LineString([(179.8, 10), (180.3, 10.2)]))
    cut = LineIndex(shapely.MultiLineString([[(179.8, 10), (180, 10.08)], [(-180, 10.08), (-179.7, 10.2)]]))
    lon, lat = np.array([179.9, -179.9, 180.0, -180.0, 180.1, -540 + 0.1, 179.0]), np.full(7, 10.3)
    for _ in range(2):
        assert np.abs(through.distance(lon, lat) - cut.distance(lon, lat)).max() < 0.002
        through.prepare(lon, lat, enough=1)
        cut.prepare(lon, lat, enough=1)
    alike = through.distance(np.array([180.1, -179.9, 539.9]), np.array([10.3, 10.3, 10.3]))
    assert np.ptp(alike[:2]) < 1e-6


def test_a_line_may_reach_the_pole() -> None:
    index = LineIndex(shapely.LineString([(30, 85), (30, 90), (120, 90), (120, 89)]))
    lon, lat = np.array([-60.0, 30.0, 75.0, 121.0]), np.array([89.9, 86.0, 89.99, 88.0])
    truth = true_metres(edges_of(shapely.LineString([(30, 85), (30, 90), (120, 90), (120, 89)])), lon, lat)
    assert np.abs(index.distance(lon, lat) - truth).max() < 0.05


# --- the grid changes nothing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lat", [0.0, 45.0, 79.0, 88.0])
def test_the_grid_gives_the_same_bits_as_the_tree_and_one_at_a_time(lat: float) -> None:
    rng = np.random.default_rng(int(lat))
    points = np.cumsum(rng.normal(0, 0.004, (3_000, 2)), axis=0) * [1 / math.cos(math.radians(lat)), 1] + [179.9, lat]
    points[:, 1] = np.clip(points[:, 1], -89.9, 89.9)
    index = LineIndex(shapely.LineString(points))
    x, y = np.concatenate(
        [np.column_stack(places_about(shapely.LineString(points), reach, 1_500, 2)) for reach in (2e3, 1e5, 9e5)]
    ).T
    by_tree = np.array([metres_to_line(index.arrays, one, two) for one, two in zip(x, y, strict=True)])
    assert index.arrays.pages.max() < 0
    index.prepare(np.ascontiguousarray(x), np.ascontiguousarray(y), enough=1)
    assert index.arrays.pages.max() > 20
    assert index.distance(x, y).tobytes() == by_tree.tobytes()
    one_by_one = np.array([metres_to_line(index.arrays, one, two) for one, two in zip(x, y, strict=True)])
    assert one_by_one.tobytes() == by_tree.tobytes()


def test_threads_and_what_was_asked_before_do_not_matter() -> None:
    line = bent_line(40.0, 21, vertices=200, reach_deg=0.05)
    lon, lat = places_about(line, 60_000, 150_000, 5)
    asked_before = LineIndex(line)
    asked_before.distance(lon[:500], lat[:500])
    first = asked_before.distance(lon, lat, threads=1)
    assert first.tobytes() == LineIndex(line).distance(lon, lat, threads=3).tobytes()
    assert first.tobytes() == asked_before.distance(lon, lat).tobytes()


def test_pieces_that_crowd_and_little_room_are_left_to_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.random.default_rng(3).uniform((46, 39), (46.0001, 39.0001), (40_000, 2))
    crowd = LineIndex(shapely.LineString(points))
    lon, lat = points[:200, 0] + 0.01, points[:200, 1]
    truth = LineIndex(shapely.LineString(points)).distance(lon, lat)
    crowd.prepare(lon, lat, enough=1)
    assert crowd.distance(lon, lat).tobytes() == truth.tobytes()
    line = bent_line(40.0, 2)
    lon, lat = places_about(line, 50_000, 3_000, 1)
    truth = LineIndex(line).distance(lon, lat)
    monkeypatch.setattr(line_index, "MOST_MADE", 2)
    few = LineIndex(line)
    few.prepare(lon, lat, enough=1)
    assert few.arrays.pages.max() == 1
    assert few.distance(lon, lat).tobytes() == truth.tobytes()


def test_the_room_is_bounded_for_a_line_across_the_world() -> None:
    along = np.linspace(-170, 170, 100_000)
    index = LineIndex(shapely.LineString(np.column_stack((along, 60 * np.sin(along / 9)))))
    rng = np.random.default_rng(9)
    lon, lat = rng.uniform(-180, 180, 20_000), rng.uniform(-85, 85, 20_000)
    before = index.distance(lon[:500], lat[:500])
    index.prepare(lon, lat, enough=1)
    assert index.size_bytes < 64_000_000
    assert index.distance(lon[:500], lat[:500]).tobytes() == before.tobytes()


# --- what is no place, what is no line ------------------------------------------------------------------------------


def test_missing_places_have_no_distance() -> None:
    nan, inf = math.nan, math.inf
    lon = np.array([nan, 46.0, inf, 46.0, 541.0, 46.0, 46.0])
    lat = np.array([39.0, nan, 39.0, -inf, 39.0, 90.1, 39.0])
    index = LineIndex(shapely.LineString([(46, 39), (47, 39)]))
    for _ in range(2):
        assert np.isnan(index.distance(lon, lat)).tolist() == [True] * 6 + [False]
        index.prepare(lon, lat, enough=1)
    assert len(index.distance([], [])) == 0
    with pytest.raises(ValueError, match="equal length"):
        index.distance([1.0], [1.0, 2.0])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (shapely.Point(46, 39), "the line is a Point"),
        (None, "the line is a NoneType"),
        (shapely.LineString(), "the line is empty"),
        (shapely.LineString([(46, 39), (46, 91)]), "beyond ±90"),
        (shapely.LineString([(600, 39), (601, 39)]), "longitude beyond"),
        (shapely.LineString([(179, 0), (-179, 0)]), "near lon 179, lat 0: an edge spans more than 180"),
        (shapely.LineString([(46, 39), (46, np.inf)]), "no number"),
    ],
)
def test_a_line_that_cannot_be_used_is_refused_with_the_reason(line: Any, reason: str) -> None:
    with pytest.raises(PlaceError, match=reason):
        LineIndex(line)
