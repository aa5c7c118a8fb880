"""The bundled world: what a line is drawn as, and a town found by any spelling."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely
from shapely.geometry import shape
from shapely.ops import nearest_points

from trucewatch.geo.frame import wgs84
from trucewatch.model.zone import BOUNDARY_STATUSES
from trucewatch.watch.geojson_files import read_basemap
from trucewatch.watch.world_map import has_land, is_land, town_named, towns_like, world_basemap, world_features

CROSSINGS = {"Chakothi-Uri": (73.93, 34.11), "Poonch-Rawalakot": (74.04, 33.79), "Mendhar-Tattapani": (74.03, 33.60)}
"""Places on the Line of Control, read off public maps to about two kilometres."""


def distance_m(line: Any, lon: float, lat: float) -> float:
    """How far a place is from a line, to a few metres at the distances asked for."""
    near = nearest_points(line, shapely.Point(lon, lat))[0]
    return float(wgs84().inv(near.x, near.y, lon, lat)[2])


def boundaries(area: tuple[float, float, float, float]) -> list[tuple[Any, dict[str, Any]]]:
    return [
        (shape(feature["geometry"]), feature["properties"])
        for feature in world_features(area)
        if feature["properties"]["kind"] == "boundary"
    ]


@pytest.mark.parametrize("crossing", CROSSINGS)
def test_the_line_of_control_is_no_state_boundary_at_its_crossings(crossing: str) -> None:
    lon, lat = CROSSINGS[crossing]
    lines = boundaries((72.5, 32.5, 76.0, 35.5))
    near = {properties["status"] for line, properties in lines if distance_m(line, lon, lat) < 10_000}
    assert "state" not in near
    of_control = [line for line, properties in lines if properties["class"] == "line_of_control"]
    assert min(distance_m(line, lon, lat) for line in of_control) < 10_000


def test_south_of_kashmir_the_boundary_is_a_state_s() -> None:
    lines = boundaries((70.5, 27.0, 73.0, 29.0))
    assert {properties["status"] for _, properties in lines} == {"state"}


@pytest.mark.parametrize(
    ("area", "between"),
    [
        ((32.0, 34.4, 34.8, 35.8), {"Cyprus No Mans Area", "Northern Cyprus"}),
        ((20.0, 42.0, 22.0, 43.5), {"Kosovo", "Republic of Serbia"}),
        ((126.0, 37.5, 129.0, 39.0), {"North Korea", "South Korea"}),
        ((-14.0, 23.0, -11.0, 27.0), {"Morocco", "Western Sahara"}),
        ((35.5, 32.6, 36.2, 33.4), {"Israel", "Syria"}),
        ((34.9, 31.3, 35.6, 32.5), {"Israel", "Palestine"}),
        ((34.2, 31.2, 34.6, 31.6), {"Israel", "Palestine"}),
        ((77.0, 33.0, 80.0, 35.8), {"China", "India"}),
        ((33.0, 45.8, 35.5, 46.5), {"Russia", "Ukraine"}),
        ((27.0, 9.0, 30.0, 10.5), {"South Sudan", "Sudan"}),
        ((34.0, 21.5, 37.0, 22.5), {"Egypt", "Sudan"}),
        ((34.8, 4.4, 36.0, 5.0), {"Kenya", "South Sudan"}),
    ],
)
def test_a_line_that_the_data_calls_disputed_is_drawn_so(
    area: tuple[float, float, float, float], between: set[str]
) -> None:
    stated = {properties["status"] for _, properties in boundaries(area) if set(properties["between"]) == between}
    assert "disputed" in stated


@pytest.mark.parametrize(
    ("area", "place"),
    [
        ((40.5, 42.4, 42.0, 43.2), (41.9, 42.55)),  # the Ingur, south of Abkhazia
        ((43.5, 42.0, 44.8, 42.6), (44.0, 42.17)),  # the south of South Ossetia
        ((28.5, 46.5, 30.2, 48.2), (29.2, 47.2)),  # the Dniester beside Transnistria
    ],
)
def test_a_line_that_the_data_does_not_have_is_not_drawn_as_a_state_s(
    area: tuple[float, float, float, float], place: tuple[float, float]
) -> None:
    near = [properties for line, properties in boundaries(area) if distance_m(line, *place) < 5_000]
    assert not [properties for properties in near if properties["status"] == "state"]


def test_every_boundary_has_a_status_a_class_and_a_line_of_its_own() -> None:
    lines = [properties for _, properties in boundaries((-179.0, -60.0, 179.0, 80.0))]
    assert {properties["status"] for properties in lines} == set(BOUNDARY_STATUSES)
    assert len({properties["line"] for properties in lines}) == len(lines) > 450


def test_a_mark_of_the_watch_stands_in_the_place_of_the_data_s_status() -> None:
    area = (70.5, 27.0, 73.0, 29.0)
    line = boundaries(area)[0][1]["line"]
    marked = world_basemap(area, {line: "disputed"})
    basemap, faults = read_basemap(json.dumps(marked).encode(), "basemap.geojson")
    assert not faults
    assert {(piece.status, piece.status_by) for piece in basemap.ground if piece.kind == "boundary"} >= {
        ("disputed", "this watch")
    }


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"status": "state"}, "state"),
        ({"status": "disputed", "disputed": False}, "disputed"),
        ({"disputed": True}, "disputed"),
        ({"disputed": False}, "state"),
        ({"disputed": None}, "not_stated"),
        ({"disputed": "no"}, "not_stated"),
        ({}, "not_stated"),
    ],
)
def test_files_of_before_say_as_much_as_they_did(properties: dict[str, Any], status: str) -> None:
    basemap, faults = read_basemap(_of_line(properties), "basemap.geojson")
    assert not faults
    assert basemap.ground[0].status == status


def test_a_line_of_a_list_that_is_not_complete_is_no_state_boundary() -> None:
    """The form of earlier versions wrote this of the Line of Control."""
    old = "Natural Earth 4.1.0, 1:50 million, about 1 km; some lines marked disputed, the list is not complete"
    content = json.loads(_of_line({"disputed": False}))
    basemap, faults = read_basemap(json.dumps({**content, "boundary_set": {"en": old}}).encode(), "basemap.geojson")
    assert not faults
    assert basemap.ground[0].status == "not_stated"


@pytest.mark.parametrize("status", ["recognised", "", 7, ["state"], {"a": 1}])
def test_a_status_that_there_is_not_is_a_warning_and_counts_as_not_stated(status: Any) -> None:
    basemap, faults = read_basemap(_of_line({"status": status}), "basemap.geojson")
    assert [fault.severity for fault in faults] == ["warning"]
    assert "has the status" in str(faults[0].what)
    assert basemap.ground[0].status == "not_stated"


def _of_line(properties: dict[str, Any]) -> bytes:
    feature = {
        "type": "Feature",
        "id": "west",
        "properties": {"kind": "boundary", **properties},
        "geometry": {"type": "LineString", "coordinates": [[46.0, 39.0], [46.0, 40.0]]},
    }
    return json.dumps({"type": "FeatureCollection", "boundary_set": "ours", "features": [feature]}).encode()


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("Poonch", "Pūnch"),
        ("punch", "Pūnch"),
        (" PŪNCH ", "Pūnch"),
        ("پونچھ", "Pūnch"),
        ("Rawala Kot", "Rawalakot"),
        ("rawalakot", "Rawalakot"),
        ("Agdam", "Aghdam"),
        ("Ağdam", "Aghdam"),
        ("Ереван", "Yerevan"),
        ("Երևան", "Yerevan"),
        ("Erevan", "Yerevan"),
        ("Kiev", "Kyiv"),
    ],
)
def test_a_town_is_found_by_any_of_its_spellings(text: str, town: str) -> None:
    assert towns_like(text)[0].name == town
    assert town_named(text) == (towns_like(text)[0].lon, towns_like(text)[0].lat)


def test_the_beginning_of_a_name_offers_towns_and_is_none() -> None:
    assert "Rawalakot" in [town.name for town in towns_like("rawala")]
    assert town_named("rawala") is None


@pytest.mark.parametrize("text", ["", "   ", "'", "zzzzqqq", "\x00", "a" * 5000])
def test_a_text_that_is_no_town_finds_none(text: str) -> None:
    assert towns_like(text) == []
    assert town_named(text) is None


def test_the_sea_is_no_land() -> None:
    assert not is_land(-25.0, -35.0)
    assert is_land(74.09, 33.77)
    assert not has_land((-25.5, -35.5, -24.5, -34.5))
    assert has_land((73.0, 33.0, 75.0, 35.0))
