"""New watch: from nothing to a folder that passes the check and gives incidents, by forms alone; nothing is
overwritten."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import struct
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import shapely
from httpx2 import Response
from starlette.testclient import TestClient

from tests.desks.sources.test_sources_page import fields
from tests.server.conftest import client_of, copy_of, now, unbroken
from trucewatch.desks import find
from trucewatch.pipeline import assess
from trucewatch.server.console import Console
from trucewatch.store import Store
from trucewatch.watch import check_watch, load_watch
from trucewatch.watch.write_files import load_draft

SAMPLE = (
    "No,Date and time,What happened,Where,Reported by\n"
    '1,2031-05-02T06:41,mortar shelling,"-35.02, -25.19",Joint patrol\n'
    '2,2031-05-02T09:10,gunfire,"-35.01, -25.05",Lower Vale\n'
    '3,2031-05-03T22:00,patrol turned back,"-35.10, -24.95",\n'
)
BEGIN = {
    "again": "on",
    "name-en": "Two Vales",
    "language": "en",
    "time_zone": "Etc/GMT+2",
    "middle": "-35.0, -25.0",
    "width_km": "100",
    "agreement": "The Vales Accord",
    "signed": "2031-05-01",
    "published": "invented for a test",
    "simulated": "on",
    "watch_time": "2031-05-05T00:00",
}
SQUARE = "-25.2, -35.1\n-25.0, -35.1\n-25.0, -34.9\n-25.2, -34.9"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One console for all: a new watch changes nothing of the one that is served."""
    folder = copy_of("two-valleys", tmp_path_factory.mktemp("served"))
    with Store(folder, now) as store:
        yield Console(store, folder, now, find())


@pytest.fixture
def console(served: Console) -> Iterator[Console]:
    """The same, with nothing left waiting and no file of the served watch changed."""
    before = {
        path: path.read_bytes()
        for path in served.folder.rglob("*")
        if path.is_file() and ".trucewatch" not in path.parts
    }
    yield served
    shutil.rmtree(served.folder / ".trucewatch" / "private" / "pending-new", ignore_errors=True)
    assert {path: path.read_bytes() for path in before} == before


@pytest.fixture
def client(console: Console) -> TestClient:
    return client_of(console)


def begin(client: TestClient, **more: str) -> str:
    """A draft; its id."""
    answer = client.post("/new", data=BEGIN | more)
    assert answer.status_code == 303, fault(answer)
    return answer.headers["location"].split("/")[2]


def fault(answer: Response) -> str:
    """The sentence over a form that was refused."""
    found = re.search(r'role="alert".*?<strong[^>]*>(.*?)</strong>', answer.text, re.DOTALL)
    return unescape(found[1]) if found else ""


def toast(client: TestClient, answer: Response) -> str:
    page = unbroken(client.get(answer.headers["location"]).text)
    found = re.search(r'id="toast"><span>(.*?)</span>', page)
    return unescape(found[1]) if found else ""


def place(console: Console, draft: str) -> Path:
    return console.folder.resolve().parent / draft


def test_a_zone_with_latitude_first_is_refused_and_says_to_exchange_the_numbers(client: TestClient) -> None:
    draft = begin(client, **{"middle": "39.82, 46.75", "simulated": "", "name-en": "Swapped"})
    zone = {"corners": "39.8, 46.7\n39.9, 46.7\n39.9, 46.8", "name-en": "North", "kind": "district"}
    answer = client.post(f"/new/{draft}/zones", data=zone)
    assert answer.status_code == 422
    assert "exchange the two numbers of every corner" in fault(answer)
    far = client.post(f"/new/{draft}/zones", data=zone | {"corners": "10, 50\n11, 50\n11, 51"})
    assert "make the area larger in the first step" in fault(far)
    right = zone | {"corners": "46.7, 39.8\n46.7, 39.9\n46.8, 39.9"}
    assert client.post(f"/new/{draft}/zones", data=right).status_code == 303


def test_full_width_digits_of_an_east_asian_keyboard_are_read_as_digits(console: Console, client: TestClient) -> None:
    wide = begin(
        client, **{"middle": "\uff0d\uff13\uff15\uff0e\uff10\uff0c\uff0d\uff12\uff15\uff0e\uff10", "name-en": "Wide"}
    )
    plain = begin(client, **{"name-en": "Plain"})
    assert load_watch(place(console, wide)).settings.area == load_watch(place(console, plain)).settings.area
    corners = "\uff0d\uff12\uff15\uff0e\uff12\uff0c-35.1\n-25.0, -35.1\n-25.0, -34.9"
    zone = {"corners": corners, "name-en": "Bridge", "kind": "district"}
    assert client.post(f"/new/{wide}/zones", data=zone).status_code == 303


def test_a_whole_watch_by_forms_passes_the_check_and_gives_incidents(console: Console, client: TestClient) -> None:
    draft = begin(client)
    folder = place(console, draft)
    assert check_watch(folder).errors == 0
    parties = {
        "party-0-id": "UV",
        "party-0-en": "Upper Vale",
        "party-1-id": "LV",
        "party-1-en": "Lower Vale",
        "delegation-0-en": "Guarantor",
    }
    assert client.post(f"/new/{draft}/parties", data=parties).headers["location"].endswith("/zones")
    zone = {"corners": SQUARE, "name-en": "Bridge district", "kind": "district", "accuracy_m": "300", "derived": "on"}
    assert client.post(f"/new/{draft}/zones", data=zone).status_code == 303
    line = {"corners": "-25.4, -35.0\n-24.6, -35.0", "name-en": "Line of contact", "kind": "line", "accuracy_m": "500"}
    assert client.post(f"/new/{draft}/zones", data=line).status_code == 303
    fire = {
        "summary-en": 'All fire stops, "everywhere".',
        "kind": "prohibited",
        "zone": "theatre",
        "kinds": ["explosion", "shot"],
        "obliged": ["UV", "LV"],
        "unless": "notice",
    }
    handover = {
        "summary-en": "The district is handed over.",
        "kind": "required",
        "what": "handover",
        "zone": "bridge-district",
        "obliged": "UV",
        "due": "2031-05-10",
    }
    access = {"summary-en": "Patrols may pass.", "kind": "judged", "kinds": "access_denied", "zone": "theatre"}
    for one in (fire, handover, access):
        assert client.post(f"/new/{draft}/provisions", data=one).status_code == 303
    answer = client.post(f"/new/{draft}/bring/source", files={"file": ("Reports of May.csv", SAMPLE.encode())})
    here = answer.headers["location"]
    page = client.get(here).text
    assert "3 rows would be taken, 0 refused" in page
    looked = fields(page) | {"title": "Reports", "organisation": "Joint patrols"}
    client.post(f"{here}/look", data=looked)
    page = client.get(here).text
    assert "Before the file is taken, say" in page
    assert "claim of Lower Vale" in unbroken(page)
    assert "say the source's title" in unescape(toast(client, client.post(f"{here}/accept", data=fields(page))))
    client.post(f"{here}/look", data=fields(page) | {"words": "independent", "repeats": "nobody"})
    assert client.post(f"{here}/accept", data=fields(client.get(here).text)).headers["location"].endswith("/sources")
    recipients = client.get(f"/new/{draft}/recipients").text
    assert 'value="Joint centre"' in recipients
    assert 'value="Public"' in recipients
    finish = client.get(f"/new/{draft}/finish").text
    assert "The check found no fault" in finish
    assert f"trucewatch serve {folder} --port 0" in unescape(finish)

    reading = check_watch(folder)
    assert [one.sentence() for one in reading.faults] == []
    watch = load_watch(folder)
    assert [one.id for one in watch.agreement.party] == ["UV", "LV"]
    assert watch.settings.line == "line-of-contact"
    assert [one.id for _, one in watch.agreement.stipulations()] == ["1", "2", "3"]
    assert (watch.settings.recipient[-1].place, watch.settings.recipient[-1].delay_hours) == ("zone", 24)
    with Store(folder, now) as store:
        found = assess(store, folder, now=now())
    assert found.incidents.num_rows == 3
    assert found.rejected.num_rows == 0
    held = {row["stipulation"]: row["held"] for row in found.findings.to_pylist() if row["incident_id"]}
    assert held["1"] == "not_checked", "where no source is the centre's own, none is enough alone"


def test_nobody_is_obliged_to_do_something_unless_somebody_says_so(client: TestClient) -> None:
    """What must not happen binds both sides until one is unticked; what one side has to do binds no other by itself."""
    draft = begin(client)
    client.post(
        f"/new/{draft}/parties", data={"party-0-id": "UV", "party-0-en": "U", "party-1-id": "LV", "party-1-en": "L"}
    )
    ticked = {
        kind: re.findall(
            r'name="obliged" value="(\w+)"\s+checked', client.get(f"/new/{draft}/provisions?kind={kind}").text
        )
        for kind in ("prohibited", "required", "kept_up", "judged")
    }
    assert ticked == {"prohibited": ["UV", "LV"], "required": [], "kept_up": [], "judged": []}


def test_nothing_that_exists_is_overwritten(console: Console, client: TestClient) -> None:
    begin(client, id="mine")
    again = client.post("/new", data=BEGIN | {"id": "mine"})
    assert again.headers["location"] == "/new/mine-2/parties"
    before = (console.folder / "watch.toml").read_bytes()
    other = client.post("/new", data=BEGIN | {"id": console.folder.name})
    assert other.headers["location"] == "/new/two-valleys-2/parties"
    assert (console.folder / "watch.toml").read_bytes() == before


def test_a_file_changed_by_hand_is_left_alone(console: Console, client: TestClient) -> None:
    draft = begin(client)
    toml = place(console, draft) / "watch.toml"
    toml.write_text(toml.read_text() + "# mine\n")
    answer = client.post(f"/new/{draft}/parties", data={"party-0-en": "Upper Vale"})
    assert answer.status_code == 422
    assert "changed by hand" in fault(answer)
    assert toml.read_text().endswith("# mine\n")


def test_a_step_can_be_taken_back_and_done_again(console: Console, client: TestClient) -> None:
    draft = begin(client)
    client.post(f"/new/{draft}/parties", data={"party-0-en": "Upper Vale"})
    client.post(f"/new/{draft}/undo")
    assert load_watch(place(console, draft)).agreement.party == ()
    client.post(f"/new/{draft}/undo")
    assert len(load_watch(place(console, draft)).agreement.party) == 1


def test_two_windows_do_not_undo_each_other(console: Console, client: TestClient) -> None:
    draft = begin(client)
    seen = re.search(r'name="seen" value="(\w+)"', client.get(f"/new/{draft}/parties").text)
    assert seen
    client.post(f"/new/{draft}/parties", data={"party-0-en": "First", "seen": seen[1]})
    answer = client.post(f"/new/{draft}/parties", data={"party-0-en": "Second", "seen": seen[1]})
    assert "changed in another window" in fault(answer)
    assert load_watch(place(console, draft)).agreement.party[0].names["en"] == "First"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name-en": ""}, "has no name"),
        ({"time_zone": "Mars"}, "Mars"),
        ({"middle": "nowhere at all"}, "is no town that is known here"),
        ({"middle": "89.9, 0"}, "is no box"),
        ({"signed": "yesterday"}, "is no day"),
        ({"width_km": "wide"}, "is no number"),
        ({"watch_time": "noon"}, "noon"),
    ],
)
def test_a_first_step_that_cannot_be_keeps_what_was_typed(
    client: TestClient, change: dict[str, str], sentence: str
) -> None:
    answer = client.post("/new", data=BEGIN | {"published": "typed by me"} | change)
    assert answer.status_code == 422
    assert sentence in fault(answer)
    assert 'value="typed by me"' in answer.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"corners": "-25.2, -35.1\n-25.0, -34.9\n-25.0, -35.1\n-25.2, -34.9"},
            "crosses itself near lon -25.100, lat -35.000",
        ),
        ({"corners": "-25.2, -35.1\nhere"}, "line 2 of the corners"),
        ({"corners": "-25.2, -35.1"}, "at least 3"),
        ({"corners": "200, 10\n201, 10\n201, 11"}, "lon 200"),
        ({"name-en": ""}, "has no name"),
        ({"kind": "castle"}, "choose what the zone is"),
        ({"accuracy_m": "0"}, "not between"),
    ],
)
def test_a_zone_that_cannot_be_is_told_its_fault(client: TestClient, change: dict[str, str], sentence: str) -> None:
    draft = begin(client)
    zone = {"corners": SQUARE, "name-en": "Bridge", "kind": "district", "accuracy_m": "300"} | change
    answer = client.post(f"/new/{draft}/zones", data=zone)
    assert answer.status_code == 422
    assert sentence in fault(answer)
    assert unescape(answer.text).count(zone["corners"]) == 1


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


def test_a_zone_or_party_that_a_provision_names_cannot_be_removed(console: Console, client: TestClient) -> None:
    draft = begin(client)
    client.post(f"/new/{draft}/parties", data={"party-0-id": "UV", "party-0-en": "Upper Vale"})
    client.post(f"/new/{draft}/zones", data={"corners": SQUARE, "name-en": "Bridge", "kind": "district"})
    said = {"summary-en": "No fire.", "kind": "prohibited", "kinds": "shot", "zone": "bridge", "obliged": "UV"}
    client.post(f"/new/{draft}/provisions", data=said)
    assert "clause 1 speaks of" in toast(client, client.post(f"/new/{draft}/remove/zone", data={"which": "bridge"}))
    assert "a clause obliges UV" in fault(client.post(f"/new/{draft}/parties", data={"party-0-en": ""}))
    client.post(f"/new/{draft}/remove/stipulation", data={"which": "0"})
    client.post(f"/new/{draft}/remove/zone", data={"which": "bridge"})
    assert [one.id for one in load_watch(place(console, draft)).zones] == ["theatre"]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\u202eabc", "😀" * 300, '"]\nid = "x', "'''", "\\"])
def test_any_text_leaves_a_sound_watch(console: Console, client: TestClient, text: str) -> None:
    draft = begin(client, **{"name-en": f"W {text}", "agreement": text, "published": text, "theatre-en": text})
    client.post(
        f"/new/{draft}/parties", data={"party-0-en": f"P {text}", "party-0-id": text[:30], "delegation-0-en": text}
    )
    client.post(
        f"/new/{draft}/zones", data={"corners": SQUARE, "name-en": f"Z {text}", "kind": "district", "provenance": text}
    )
    client.post(f"/new/{draft}/provisions", data={"summary-en": f"S {text}", "kind": "judged", "provision": text[:12]})
    assert check_watch(place(console, draft)).errors == 0
    for step in ("name", "parties", "zones", "provisions", "sources", "recipients", "finish"):
        page = client.get(f"/new/{draft}/{step}")
        assert page.status_code == 200, step
        assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    "address", ["/new/none", "/new/none/zones", "/new/two-valleys/zones", "/new/ground.json?draft=../x"]
)
def test_an_address_of_no_draft_leads_back(client: TestClient, address: str) -> None:
    assert client.get(address).status_code in (200, 303, 404)
    assert client.get("/new/ground.json").json()["land"]["features"]


def test_a_draft_is_kept_and_gone_on_with(console: Console, client: TestClient) -> None:
    draft = begin(client)
    assert f'href="/new/{draft}"' in client.get("/new").text
    assert client.get(f"/new/{draft}").headers["location"] == f"/new/{draft}/parties"
    assert load_draft(place(console, draft)) is not None
    assert client_of(console).get(f"/new/{draft}/finish").status_code == 200


def test_a_recipient_who_is_bound_is_kept_as_such(console: Console, client: TestClient) -> None:
    draft = begin(client)
    rows = {"r0-name-en": "Both sides", "r0-to": "parties", "r1-name-en": "Public"}
    client.post(f"/new/{draft}/recipients", data=rows)
    kept = load_draft(place(console, draft))
    assert kept is not None
    assert [recipient.to for recipient in kept.recipients] == ["parties", ""]
    assert (place(console, draft) / "watch.toml").read_text(encoding="utf-8").count('to = "parties"') == 1
    page = client.get(f"/new/{draft}/recipients").text
    assert re.search(r'name="r0-to" value="parties"\s+checked', page)
    assert not re.search(r'name="r1-to" value="parties"\s+checked', page)


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


def test_an_area_is_closed_by_itself_and_a_refused_drawing_stays(client: TestClient) -> None:
    draft = begin(client)
    bow = "-25.2, -35.1\n-25.0, -34.9\n-25.0, -35.1\n-25.2, -34.9"
    answer = client.post(f"/new/{draft}/zones", data={"corners": bow, "name-en": "Bow", "kind": "site"})
    assert answer.status_code == 422
    assert "crosses itself near lon -25.100, lat -35.000" in fault(answer)
    assert bow in answer.text
    assert 'value="Bow"' in answer.text
    assert answer.text.count("<textarea") == 1
    open_ring = {"corners": SQUARE, "name-en": "Open", "kind": "site"}
    assert client.post(f"/new/{draft}/zones", data=open_ring).status_code == 303
