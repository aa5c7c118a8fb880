"""Uncertain places against zones and lines, held against shapely and geodesics."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import each
from trucewatch.geo.describe import compass_point, describe_place
from trucewatch.geo.ellipse import SIGMA_TO_95, covariance_of, ellipse_of, outline_95
from trucewatch.geo.frame import frame_at, straight_coordinates, wgs84
from trucewatch.geo.zones import EDGE, INSIDE, OUTSIDE, Places, distance_to_line, relate_to_zone
from trucewatch.model.zone import Town

FRAME = frame_at(46.5, 39.8)
SQUARE = shapely.box(46.4, 39.7, 46.6, 39.9)
HOLED = shapely.Polygon(SQUARE.exterior.coords, [shapely.box(46.48, 39.78, 46.52, 39.82).exterior.coords])

axes = st.floats(1, 3000)
places = st.tuples(st.floats(46.3, 46.7), st.floats(39.6, 40.0), axes, axes, st.floats(0, 180))


def places_of(rows: list[tuple[float, float, float, float, float]]) -> Places:
    lon, lat, a, b, azimuth = (np.array(column) for column in zip(*rows, strict=True))
    x, y = FRAME.to_metres(lon, lat)
    return Places(x, y, np.maximum(a, b), np.minimum(a, b), azimuth)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(places, min_size=1, max_size=20), st.sampled_from([SQUARE, HOLED]), st.sampled_from([1.0, 500.0, 2000.0])
)
def test_relation_is_that_of_the_widened_ellipse_to_the_boundary(
    rows: list[tuple[float, float, float, float, float]], zone: shapely.Polygon, accuracy_m: float
) -> None:
    where = places_of(rows)
    found = relate_to_zone(FRAME, zone, where, accuracy_m=accuracy_m)
    flat = FRAME.shape_to_metres(zone)
    outlines = outline_95(where.x, where.y, where.semi_major_m, where.semi_minor_m, where.azimuth_deg)
    for relation, outline, x, y in each(zip(found, outlines, where.x, where.y, strict=True)):
        meets = shapely.Polygon(outline).distance(flat.boundary) <= accuracy_m
        inside = flat.contains(shapely.Point(x, y))
        assert relation == (EDGE if meets else INSIDE if inside else OUTSIDE)


def test_an_ellipse_wider_than_the_zone_is_at_its_edge_and_not_inside() -> None:
    where = places_of([(46.5, 39.8, 50_000.0, 50_000.0, 0.0)])
    assert relate_to_zone(FRAME, SQUARE, where, accuracy_m=1.0).tolist() == [EDGE]


def test_a_point_on_the_edge_is_at_the_edge() -> None:
    where = places_of([(46.4, 39.8, 0.0, 0.0, 0.0)])
    assert relate_to_zone(FRAME, SQUARE, where, accuracy_m=1.0).tolist() == [EDGE]


def test_an_unknown_place_has_no_relation() -> None:
    nan = np.array([np.nan])
    assert relate_to_zone(FRAME, SQUARE, Places(nan, nan, nan, nan, nan), accuracy_m=1.0).tolist() == [OUTSIDE]


@settings(deadline=None, max_examples=60)
@given(axes, axes, st.floats(0, 179.9))
def test_ellipse_and_covariance_are_the_same_thing(a: float, b: float, azimuth: float) -> None:
    major, minor = max(a, b), min(a, b)
    back = ellipse_of(covariance_of(np.array([major]), np.array([minor]), np.array([azimuth])))
    assert back[0][0] == pytest.approx(major, rel=1e-6)
    assert back[1][0] == pytest.approx(minor, rel=1e-4, abs=1e-3)
    if major > minor * 1.01:
        assert min(abs(back[2][0] - azimuth), 180 - abs(back[2][0] - azimuth)) < 0.1


def test_the_outline_holds_95_percent_of_what_it_describes() -> None:
    rng = np.random.default_rng(7)
    covariance = np.array([[90_000.0, 30_000.0], [30_000.0, 40_000.0]])
    a, b, azimuth = ellipse_of(np.array([[90_000.0, 30_000.0, 40_000.0]]))
    outline = shapely.Polygon(outline_95(np.zeros(1), np.zeros(1), a, b, azimuth)[0])
    draws = rng.multivariate_normal([0, 0], covariance, 20_000)
    share = shapely.contains_xy(outline, draws[:, 0], draws[:, 1]).mean()
    assert 0.945 < share < 0.957
    assert pytest.approx(2.4477, abs=1e-4) == SIGMA_TO_95


LINE = shapely.MultiLineString([[(46.4, 39.6), (46.45, 39.8), (46.6, 39.85)], [(46.7, 39.9), (46.7, 40.1)]])


@settings(deadline=None, max_examples=40)
@given(st.floats(46.2, 46.9), st.floats(39.5, 40.2))
def test_metres_to_the_line_are_those_of_the_nearest_of_many_points_on_it(lon: float, lat: float) -> None:
    (found,) = distance_to_line(FRAME, LINE, np.array([lon]), np.array([lat]))
    dense = np.concatenate([shapely.get_coordinates(part.segmentize(0.0005)) for part in LINE.geoms])
    truth = wgs84().inv(np.full(len(dense), lon), np.full(len(dense), lat), dense[:, 0], dense[:, 1])[2].min()
    assert found <= truth + 1.0
    assert found >= truth - 60.0, "the dense points are up to 55 m apart"


def test_straight_distance_is_ground_distance_at_1500_metres_anywhere() -> None:
    for lon, lat in ((0.0, 0.0), (46.5, 39.8), (179.999, -60.0), (-120.0, 75.0)):
        lon2, lat2, _ = wgs84().fwd(lon, lat, 33.0, 1500.0)
        one, other = straight_coordinates(np.array([lon, lon2]), np.array([lat, lat2]))
        assert np.linalg.norm(one - other) == pytest.approx(1500.0, abs=1e-3)


def test_a_place_in_words() -> None:
    town = Town(id="t", names={"en": "Town"}, lon=46.75, lat=39.8)
    lon, lat, _ = wgs84().fwd(town.lon, town.lat, 45.0, 2100.0)
    described = describe_place(lon, lat, [Town(id="far", names={"en": "Far"}, lon=47.5, lat=39.8), town])
    assert described is not None
    assert (described.town.id, described.compass16) == ("t", "NE")
    assert described.distance_m == pytest.approx(2100.0, abs=0.01)
    assert describe_place(46.0, 39.0, []) is None
    assert [compass_point(angle) for angle in (0, 11.24, 11.26, 348.76, 359.9, -22.5)] == [
        "N",
        "N",
        "NNE",
        "N",
        "N",
        "NNW",
    ]
