"""Zones from a file: every format, the column of names, what is taken and called what; bad files are told what they
are."""

from __future__ import annotations

import json
import re
import sqlite3
import struct
from pathlib import Path
from typing import Any

import pytest
import shapely
from httpx2 import Response
from starlette.testclient import TestClient

from tests.desks.setup.test_new_watch import begin, client, console, fault, place, served, toast
from tests.desks.sources.test_sources_page import fields
from tests.server.conftest import unbroken
from trucewatch.server.console import Console
from trucewatch.watch import check_watch, load_watch

__all__ = ["client", "console", "served"]


def feature(coordinates: Any, name: str = "A", kind: str = "Polygon") -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": name}, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


BOX = [[[-25.2, -35.1], [-25.0, -35.1], [-25.0, -34.9], [-25.2, -34.9], [-25.2, -35.1]]]
BOW = [[[-25.2, -35.1], [-25.0, -34.9], [-25.0, -35.1], [-25.2, -34.9], [-25.2, -35.1]]]
KML = (
    '<?xml version="1.0"?><kml '
    'xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>Mill</name><Polygon><outerBoundaryIs>'
    "<LinearRing><coordinates>-25.2,-35.1,0 -25.0,-35.1,0 -25.0,-34.9,0 "
    "-25.2,-35.1,0</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    "</Placemark><NetworkLink><Link><href>http://example.invalid/x.kml</href></Link></NetworkLink></Document></kml>"
)


def geopackage(path: Path, srs: int = 4326, box: shapely.Polygon | None = None) -> bytes:
    """A minimal GeoPackage with one polygon, written by hand as the standard says."""
    with sqlite3.connect(path) as db:
        db.executescript(
            "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);"
            "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER);"
            "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);"
            "CREATE TABLE zones (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT);"
            "INSERT INTO gpkg_contents VALUES ('zones', 'features');"
            f"INSERT INTO gpkg_spatial_ref_sys VALUES ({srs}, 'EPSG', {srs});"
            f"INSERT INTO gpkg_geometry_columns VALUES ('zones', 'geom', {srs});"
        )
        blob = b"GP\x00\x01" + struct.pack("<i", srs) + shapely.to_wkb(box or shapely.box(-25.2, -35.1, -25.0, -34.9))
        db.execute("INSERT INTO zones (geom, name) VALUES (?, 'Quarry')", (blob,))
    db.close()
    return path.read_bytes()


def bring_zones(client: TestClient, draft: str, content: bytes, name: str) -> Response:
    return client.post(f"/new/{draft}/bring/zones", files={"file": (name, content)})


def test_zones_come_in_by_every_format(console: Console, client: TestClient, tmp_path: Path) -> None:
    draft = begin(client)
    metres = shapely.box(663_000, 6_115_000, 670_000, 6_120_000)
    brought = {
        "a.geojson": collection(feature(BOX, "Bridge")),
        "b.kml": KML.encode(),
        "c.gpkg": geopackage(tmp_path / "c"),
        "d.gpkg": geopackage(tmp_path / "d", 32726, metres),
    }
    for name, content in brought.items():
        here = bring_zones(client, draft, content, name).headers["location"]
        page = client.get(here).text
        form = {key: value for key, value in _fields(page).items() if key.startswith(("take", "z1", "seen", "all"))}
        assert client.post(here, data=form).headers["location"].endswith("/zones"), name
    zones = {one.id: one for one in load_watch(place(console, draft)).zones}
    assert {"bridge", "mill", "quarry", "quarry-2"} <= set(zones)
    assert zones["quarry-2"].geometry.centroid.x == pytest.approx(-25.15, abs=0.1)
    assert check_watch(place(console, draft)).errors == 0


def _fields(page: str) -> dict[str, str]:
    return fields(page.replace('<form method="post" action="/new/', '<form id="pending-form" action="/new/', 1))


def test_a_bad_shape_is_named_with_its_remedy_and_the_good_one_taken(client: TestClient) -> None:
    draft = begin(client)
    content = collection(
        feature(BOX, "Good"), feature(BOW, "Crossed"), feature([1, 2], "Spot", "Point"), {"type": "Feature"}
    )
    page = client.get(bring_zones(client, draft, content, "z.geojson").headers["location"]).text
    assert "crosses itself near lon -25.100, lat -35.000; redraw it" in page
    assert "is a point and has no inside; draw the area around it" in page
    assert page.count('name="take-') == 1


def test_a_zone_of_a_hundred_thousand_corners_is_kept_whole_and_drawn_simplified(
    console: Console, client: TestClient
) -> None:
    import math

    draft = begin(client)
    ring = [
        [-25 + 0.2 * math.cos(2 * math.pi * i / 100_000), -35 + 0.2 * math.sin(2 * math.pi * i / 100_000)]
        for i in range(100_000)
    ]
    here = bring_zones(client, draft, collection(feature([[*ring, ring[0]]], "Round")), "round.geojson").headers[
        "location"
    ]
    page = client.get(here).text
    assert "100,001 corners; kept whole, drawn simplified" in page
    client.post(here, data=_fields(page))
    zone = next(one for one in load_watch(place(console, draft)).zones if one.id == "round")
    assert len(zone.geometry.exterior.coords) == 100_001
    assert len(client.get(f"/new/ground.json?draft={draft}").content) < 200_000
    assert client.get(f"/new/{draft}/zones").status_code == 200


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<kml><Placemark><name>&x;</name></Placemark></kml>"
)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("z.kml", ENTITIES.encode(), "defines entities"),
        ("z.kml", b"<kml><Placemark>", "is damaged"),
        ("z.kml", b"<html></html>", "is XML but no KML"),
        ("z.kmz", b"PK\x03\x04....", "ZIP archive"),
        ("z.gpkg", b"SQLite format 3\x00" + b"\x00" * 200, "GeoPackage cannot be read"),
        ("z.geojson", b"%PDF-1.7", "none of GeoJSON, KML and GeoPackage"),
        ("z.geojson", b"[" * 100_000, "none of GeoJSON, KML and GeoPackage"),
        ("z.geojson", b'{"type": "FeatureCollection", "features": []}', "holds no shape"),
        ("z.geojson", b"", "is empty"),
    ],
)
def test_a_hostile_file_of_shapes_is_told_what_it_is(
    client: TestClient, name: str, content: bytes, sentence: str
) -> None:
    draft = begin(client)
    assert sentence in toast(client, bring_zones(client, draft, content, name))


def test_a_geopackage_that_never_ends_is_given_up(client: TestClient, tmp_path: Path) -> None:
    draft = begin(client)
    geopackage(tmp_path / "e")
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS geom, i AS name FROM n WHERE i < 0"
    )
    with sqlite3.connect(tmp_path / "e") as db:
        db.executescript(f"DROP TABLE zones; CREATE VIEW zones AS {endless};")
    db.close()
    said = toast(client, bring_zones(client, draft, (tmp_path / "e").read_bytes(), "e.gpkg"))
    assert "GeoPackage cannot be read" in said


ADMIN = [
    {"ADM1_EN": "North province", "ADM2_EN": f"District {number}", "ADM2_PCODE": f"XX{number}"} for number in range(4)
]


def _boxes(rows: list[dict[str, Any]]) -> bytes:
    west = [-25.3 + 0.1 * number for number in range(len(rows))]
    rings = [[[x, -35.1], [x + 0.05, -35.1], [x + 0.05, -35.0], [x, -35.0], [x, -35.1]] for x in west]
    return collection(
        *(
            {"type": "Feature", "properties": row, "geometry": {"type": "Polygon", "coordinates": [ring]}}
            for row, ring in zip(rows, rings, strict=True)
        )
    )


def test_the_column_of_names_is_chosen_among_those_of_the_file(console: Console, client: TestClient) -> None:
    draft = begin(client)
    here = bring_zones(client, draft, _boxes(ADMIN), "adm2.geojson").headers["location"]
    page = unbroken(client.get(here).text)
    assert re.search(r'<option value="ADM2_EN" selected>\s*ADM2_EN: District 0, District 1, District 2', page)
    assert 'value="District 3"' in page
    other = client.get(here, params={"names": "ADM2_PCODE"}).text
    assert 'value="XX3"' in other
    drawn = client.get(f"{here}/shapes.json", params={"names": "ADM2_PCODE"}).json()
    assert [shape["properties"]["name"] for shape in drawn["features"]] == ["XX0", "XX1", "XX2", "XX3"]
    nonsense = client.get(f"{here}/shapes.json", params={"names": "no such column"}).json()
    assert nonsense["features"][0]["properties"]["name"] == "District 0"


def test_one_kind_and_accuracy_stand_for_all_but_the_shapes_that_say_otherwise(
    console: Console, client: TestClient
) -> None:
    draft = begin(client)
    here = bring_zones(client, draft, _boxes(ADMIN), "adm2.geojson").headers["location"]
    form = {f"z{number}-name-en": f"District {number}" for number in range(1, 5)}
    form |= {"take-1": "on", "take-2": "on", "take-4": "on", "names": "ADM2_EN"}
    form |= {"all-kind": "region", "all-accuracy_m": "250", "all-provenance": "the survey"}
    form |= {"z2-kind": "site", "z2-accuracy_m": "40"}
    assert client.post(here, data=form).status_code == 303
    zones = {zone.id: zone for zone in load_watch(place(console, draft)).zones}
    assert {name for name in zones if name != "theatre"} == {"district-1", "district-2", "district-4"}
    assert [(zones[f"district-{n}"].kind, zones[f"district-{n}"].accuracy_m) for n in (1, 2, 4)] == [
        ("region", 250.0),
        ("site", 40.0),
        ("region", 250.0),
    ]
    assert {zones[f"district-{n}"].provenance for n in (1, 2, 4)} == {"the survey"}


def test_a_refused_import_keeps_what_was_ticked_and_typed(client: TestClient) -> None:
    draft = begin(client)
    here = bring_zones(client, draft, _boxes(ADMIN), "adm2.geojson").headers["location"]
    form = {"take-2": "on", "z2-name-en": "", "z1-name-en": "Kept", "all-accuracy_m": "77", "all-kind": "site"}
    form["names"] = "ADM2_PCODE"
    answer = client.post(here, data=form)
    assert answer.status_code == 422
    assert "the zone has no name" in fault(answer)
    assert 'value="Kept"' in answer.text
    assert 'value="77"' in answer.text
    assert [
        number for number in range(1, 5) if re.search(rf'name="take-{number}" value="on"\s+checked', answer.text)
    ] == [2]
    assert '<option value="ADM2_PCODE" selected>' in answer.text


def test_shapes_outside_the_area_are_not_ticked_and_say_so(client: TestClient) -> None:
    draft = begin(client)
    far = [[[10, 50], [11, 50], [11, 51], [10, 50]]]
    here = bring_zones(client, draft, collection(feature(BOX, "Near"), feature(far, "Far")), "z.geojson").headers[
        "location"
    ]
    page = unbroken(client.get(here).text)
    assert re.search(r'name="take-1" value="on"\s+checked', page)
    assert not re.search(r'name="take-2" value="on"\s+checked', page)
    assert "outside the area of this watch" in page
    assert client.get(f"{here}/shapes.json").json()["bounds"][0] < 0


def test_names_in_any_alphabet_give_readable_ids(console: Console, client: TestClient) -> None:
    draft = begin(client)
    rows = [{"name": "Агдам"}, {"name": "Աղդամ"}, {"name": "Ağdam"}, {"name": "Fuzuli"}]
    here = bring_zones(client, draft, _boxes(rows), "z.geojson").headers["location"]
    client.post(here, data=_fields(client.get(here).text))
    ids = {zone.id for zone in load_watch(place(console, draft)).zones}
    assert {"agdam", "aghdam", "agdam-2", "fuzuli"} <= ids
