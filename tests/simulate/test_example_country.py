"""The invented country: valid shapes that fit each other, the same every time, and nowhere near a real place."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from tests.conftest import each

from trucewatch.simulate.example.country import Country, DrawnCountry, draw_country, read_country
from trucewatch.simulate.example.map_files import basemap_geojson, zones_geojson
from trucewatch.simulate.example.outlines import draw_land, smooth_path, widen_downstream


@pytest.fixture(scope="module")
def country() -> Country:
    return read_country()


@pytest.fixture(scope="module")
def drawn(country: Country) -> DrawnCountry:
    return draw_country(country)


def test_the_country_is_drawn_the_same_twice(country: Country, drawn: DrawnCountry) -> None:
    again = draw_country(country)
    assert zones_geojson(country, again) == zones_geojson(country, drawn)
    assert basemap_geojson(country, again) == basemap_geojson(country, drawn)


def test_regions_part_the_land_without_gap_or_overlap(drawn: DrawnCountry) -> None:
    regions = list(drawn.region.values())
    together = shapely.union_all(regions)
    assert shapely.symmetric_difference(together, drawn.land).area < 1e-6 * drawn.land.area
    assert sum(region.area for region in regions) == pytest.approx(drawn.land.area, rel=1e-9)


def test_every_town_stands_on_dry_land(country: Country, drawn: DrawnCountry) -> None:
    water = shapely.union_all([geometry for geometry, _ in drawn.water])
    for town in each(country.town):
        point = shapely.Point(town.km[0] * 1000, town.km[1] * 1000)
        assert drawn.land.contains(point), town.id
        assert not water.contains(point), town.id


def test_written_geometries_are_valid_and_in_the_open_ocean(country: Country, drawn: DrawnCountry) -> None:
    for feature in each(json.loads(zones_geojson(country, drawn))["features"]):
        geometry = shapely.geometry.shape(feature["geometry"])
        assert geometry.is_valid, feature["id"]
        west, south, east, north = geometry.bounds
        assert -26.5 < west < east < -23.5, feature["id"]
        assert -36.0 < south < north < -34.0, feature["id"]
    for feature in each(json.loads(basemap_geojson(country, drawn))["features"]):
        assert shapely.geometry.shape(feature["geometry"]).is_valid


def test_the_line_runs_from_the_sea_to_the_march(drawn: DrawnCountry) -> None:
    line = drawn.line
    assert line.geom_type == "LineString"
    ends = [shapely.Point(line.coords[0]), shapely.Point(line.coords[-1])]
    borders = shapely.union_all([drawn.land.boundary, drawn.boundary["march"]])
    assert all(end.distance(borders) < 50 for end in ends)
    assert drawn.zone["contact-band"].within(drawn.zone["ceasefire-belt"].buffer(1.0))


def test_a_river_widens_downstream() -> None:
    path = shapely.LineString([(0, 0), (10_000, 0)]).segmentize(500)
    river = widen_downstream(path, (100.0, 500.0))

    def width_at(east: float) -> float:
        return float(shapely.LineString([(east, -900), (east, 900)]).intersection(river).length)

    assert width_at(1_000) < width_at(5_000) < width_at(9_000)


def test_a_smooth_path_passes_through_its_corners() -> None:
    corners = [(0.0, 0.0), (5.0, 3.0), (9.0, -1.0), (12.0, 4.0)]
    path = smooth_path(corners, closed=False, pieces=4)
    assert np.allclose(path[::4], corners)


@pytest.mark.parametrize("seed", range(5))
def test_even_a_very_rough_coast_is_one_valid_outline(seed: int) -> None:
    square = [(0.0, 0.0), (0.0, 9_000.0), (9_000.0, 9_000.0), (9_000.0, 0.0)]
    land = draw_land(square, roughness=0.6, levels=6, rng=np.random.default_rng(seed))
    assert land.is_valid
    assert land.geom_type == "Polygon"
    assert land.area > 0
