"""Files of shapes as tables: what becomes of features, of reference systems and encodings, and what bad files cost."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import pytest
from shapely.geometry import LineString, Point, Polygon, box

from trucewatch.errors import UnreadableInput
from trucewatch.model.watch import SourceSetting
from trucewatch.sources import geo_table
from trucewatch.sources import stream as stream_module
from trucewatch.sources.table import BadRow, Table

from .reading import Outcome, read_file

WHEN = ("2031-03-05T10:20:00+04:00", "2031-03-06T08:00:00Z", "2031-03-07")
WORDS = ("взрыв", "shot", "shot")
PLACES = ((20.25, 10.5), (20.5, 10.25), (20.75, 10.75))
FORMATS = ("events.geojson", "events.geojsonl", "events.gpkg", "events.zip", "events.kml", "events.kmz")
SETTING = SourceSetting(
    id="shapes",
    adapter="event_table",
    files=("inbox/*",),
    time_zone="Asia/Yerevan",
    columns={"lon": "lon", "lat": "lat", "occurred_start": "when", "kind": "what", "natural_key": "nr"},
    kinds={"взрыв": "explosion"},
)


def layer(shapes: Iterable[Any] = (), crs: Any = 4326) -> geopandas.GeoDataFrame:
    geometry = list(shapes) or [Point(place) for place in PLACES]
    count = len(geometry)
    columns = {"nr": [f"e{number}" for number in range(1, count + 1)], "what": WORDS[:count], "when": WHEN[:count]}
    return geopandas.GeoDataFrame(columns, geometry=geometry, crs=crs)


def written(folder: Path, name: str, frame: geopandas.GeoDataFrame | None = None, **options: Any) -> Path:
    """The layer as a file of the format that the name says."""
    frame = layer() if frame is None else frame
    path, suffix = folder / name, name.rpartition(".")[2]
    if suffix == "zip":
        inner = folder / "inner"
        inner.mkdir()
        frame.to_file(inner / "events.shp", driver="ESRI Shapefile", **options)
        return packed(path, {file.name: file.read_bytes() for file in sorted(inner.iterdir())})
    if suffix == "kmz":
        frame.to_file(folder / "doc.kml", driver="KML")
        return packed(path, {"doc.kml": (folder / "doc.kml").read_bytes(), "images/a.png": b"\x89PNG"})
    drivers = {"geojson": "GeoJSON", "geojsonl": "GeoJSONSeq", "gpkg": "GPKG", "kml": "KML"}
    frame.to_file(path, driver=drivers[suffix], **options)
    return path


def packed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def members_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(path: Path) -> tuple[dict[int, dict[str, str]], list[BadRow]]:
    chunks = list(Table(path).chunks())
    return {line: cells for chunk in chunks for line, cells in chunk.rows()}, [
        bad for chunk in chunks for bad in chunk.bad
    ]


def reason(outcome: Outcome) -> str:
    """Why the file as a whole is refused."""
    (refusal,) = outcome.rejected
    assert refusal.row == 0
    assert ";" in str(refusal.reason)
    return str(refusal.reason)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_events_by_one_mapping(tmp_path: Path, name: str) -> None:
    outcome = read_file(written(tmp_path, name), SETTING)
    assert outcome.rejected == []
    rows = outcome.rows
    assert [row["evidence_row"] for row in rows] == [1, 2, 3]
    assert [row["kind"] for row in rows] == ["explosion", "shot", "shot"]
    assert [(row["lon"], row["lat"]) for row in rows] == [pytest.approx(place) for place in PLACES]
    assert [row["occurred_start"].isoformat() for row in rows[:2]] == [
        "2031-03-05T06:20:00+00:00",
        "2031-03-06T08:00:00+00:00",
    ]
    assert rows[2]["occurred_start"].isoformat() == "2031-03-06T20:00:00+00:00"
    assert [row["semi_major_m"] for row in rows] == [5000.0] * 3
    plain = [row["observation_id"] for row in read_file(written(tmp_path, "plain.geojson"), SETTING).rows]
    assert [row["observation_id"] for row in rows] == plain


@pytest.mark.parametrize("name", ["events.gpkg", "events.zip", "events.geojson"])
def test_a_stated_reference_system_is_turned_into_degrees(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, name, layer().to_crs(32638), **({"RFC7946": "NO"} if "json" in name else {}))
    rows = read_file(path, SETTING).rows
    assert [(row["lon"], row["lat"]) for row in rows] == [pytest.approx(place, abs=1e-6) for place in PLACES]


def test_lines_and_areas_have_their_middle_and_a_circle_that_covers_them(tmp_path: Path) -> None:
    shapes = [box(20.0, 10.0, 20.02, 10.02), LineString([(20.5, 10.5), (20.5, 10.6)]), Point(20.1, 10.1)]
    path = written(tmp_path, "events.geojson", layer(shapes))
    rows = read_file(path, SETTING).rows
    assert (rows[0]["lon"], rows[0]["lat"]) == pytest.approx((20.01, 10.01))
    assert (rows[1]["lon"], rows[1]["lat"]) == pytest.approx((20.5, 10.55))
    # Half of 0.1 degree of latitude is 5.53 km; the ellipse of two standard deviations reaches the end of the line.
    assert [row["semi_major_m"] for row in rows] == pytest.approx([779, 2765, 5000], rel=0.01)
    assert [row["semi_minor_m"] for row in rows] == [row["semi_major_m"] for row in rows]
    other = read_file(path, replace(SETTING, place_sd_m=100.0)).rows
    assert [row["semi_major_m"] for row in other] == pytest.approx([779, 2765, 100], rel=0.01)


def test_a_shape_as_large_as_a_country_is_no_place(tmp_path: Path) -> None:
    outcome = read_file(written(tmp_path, "events.gpkg", layer([box(20, 10, 26, 16), Point(20.5, 10.5)])), SETTING)
    assert [refusal.row for refusal in outcome.rejected] == [1]
    assert "from its middle" in str(outcome.rejected[0].reason)
    assert outcome.taken == 1


def test_a_feature_without_a_shape_keeps_its_row_without_a_place(tmp_path: Path) -> None:
    outcome = read_file(written(tmp_path, "events.geojson", layer([None, Polygon(), Point(20.5, 10.5)])), SETTING)
    assert [row["lon"] for row in outcome.rows] == [None, None, 20.5]


def test_an_attribute_named_like_a_place_column_is_kept_beside_it(tmp_path: Path) -> None:
    frame = layer()
    frame["Lon"] = ["a", "b", "c"]
    rows, bad = rows_of(written(tmp_path, "events.geojson", frame))
    assert bad == []
    assert (rows[1]["lon"], rows[1]["lon (attribute)"]) == ("20.25", "a")


def test_late_attributes_are_kept_as_one_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geo_table, "FEATURES_FOR_HEADER", 2)
    monkeypatch.setattr("trucewatch.sources.geojson_features.FEATURES_AT_ONCE", 1)
    features = [_feature({"a": 1}), _feature({"b": True}), _feature({"c": [1, "x"]})]
    path = tmp_path / "late.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    rows, bad = rows_of(path)
    assert bad == []
    assert [row[geo_table.FURTHER] for row in rows.values()] == ["", "", '{"c": "[1,\\"x\\"]"}']
    assert (rows[1]["a"], rows[2]["b"]) == ("1", "true")


def _feature(properties: Any, coordinates: Any = (20.5, 10.5), kind: str = "Point") -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any, **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", **members, "features": features})


@pytest.mark.parametrize("size", [5, 17, 64])
@pytest.mark.parametrize("name", ["events.geojson", "events.geojsonl"])
def test_block_boundaries_do_not_change_what_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, size: int
) -> None:
    path = written(tmp_path, name)
    whole = rows_of(path)
    monkeypatch.setattr(stream_module, "BLOCK_BYTES", size)
    assert rows_of(path) == whole


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16"])
def test_geojson_in_a_marked_encoding_reads_the_same(tmp_path: Path, coding: str) -> None:
    path = written(tmp_path, "events.geojson")
    whole = rows_of(path)
    path.write_text(path.read_text("utf-8"), encoding=coding)
    assert rows_of(path) == whole


@pytest.mark.parametrize("name", ["events.geojson", "events.geojsonl", "events.kml"])
def test_what_is_cut_off_says_so_and_keeps_what_stood_before(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, name)
    content = path.read_bytes()
    path.write_bytes(content[: content.rindex(b"e3") + 1])
    outcome = read_file(path, SETTING)
    assert outcome.taken == 2
    assert len(outcome.rejected) == 1
    phrases = {"geojson": "feature 3", "geojsonl": "one feature a line", "kml": "cut off or damaged"}
    assert phrases[name.rpartition(".")[2]] in str(outcome.rejected[0].reason)


@pytest.mark.parametrize("name", ["events.gpkg", "events.zip", "events.kmz"])
@pytest.mark.parametrize("share", [0.1, 0.6, 0.95])
def test_a_packed_file_that_is_cut_off_is_one_refusal(tmp_path: Path, name: str, share: float) -> None:
    path = written(tmp_path, name)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    outcome = read_file(path, SETTING)
    assert [refusal.row for refusal in outcome.rejected] == [0]
    assert outcome.rejected[0].row == 0


@pytest.mark.parametrize(
    ("content", "phrase"),
    [
        ('{"type": "Topology", "objects": {}}', "JSON and no GeoJSON"),
        ('{"results": [{"a": 1}]}', "JSON and no GeoJSON"),
        ('{"type": "FeatureCollection", "features": []}', "no feature"),
        ('{"type": "FeatureCollection", "feat', "before its first feature"),
        ('{"type": "FeatureCollection", "crs": null, "features": [{}]}', 'system "null" is not known'),
        (
            '{"type": "FeatureCollection", "crs": {"properties": {"name": "urn:x:mine"}}, "features": [',
            'system "urn:x:mine" is not known',
        ),
        ('{"a":' * 100_000, "JSON is cut off"),
        ('{"a": ' + "[" * 100_000, "JSON is cut off"),
    ],
)
def test_json_that_is_no_list_of_events_is_one_sentence(tmp_path: Path, content: str, phrase: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(content)
    assert phrase in reason(read_file(path, SETTING))


def test_letters_that_are_not_utf8_are_refused_where_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(collection(_feature({"nr": "1"})).encode().replace(b'"1"', '"Шуша"'.encode("cp1251")))
    assert "not UTF-8" in reason(read_file(path, SETTING))


def test_each_bad_feature_costs_itself(tmp_path: Path) -> None:
    good = {"nr": "1", "what": "shot", "when": "2031-03-05T10:20:00Z"}
    path = tmp_path / "a.geojson"
    features = [
        _feature(good),
        7,
        _feature(good, [4300000.0, 500000.0]),
        _feature(good, ["x", 1]),
        _feature(good, [[[20.5]]], "Polygon"),
        {"type": "Feature", "properties": [1], "geometry": None},
        _feature(good | {"note": "x" * 1_000_001}),
        _feature(good | {"note": "a\0b"}),
        _feature(good | {"nr": "9"}),
    ]
    path.write_text(collection(*features))
    outcome = read_file(path, SETTING)
    assert [refusal.row for refusal in outcome.rejected] == [2, 3, 4, 5, 6, 7, 8]
    assert [row["evidence_row"] for row in outcome.rows] == [1, 9]
    assert all(";" in str(refusal.reason) for refusal in outcome.rejected)
    assert "no longitude and latitude" in str(outcome.rejected[1].reason)


def test_a_reference_system_that_comes_after_the_features_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    good = _feature({"nr": "1", "what": "shot", "when": "2031-03-05T10:20:00Z"})
    crs = {"type": "name", "properties": {"name": "EPSG:32638"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [good], "crs": crs}))
    assert "only after its features" in str(read_file(path, SETTING).rejected[-1].reason)


def test_a_bad_line_costs_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "events.geojsonl")
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([lines[0], '{"type": "Feature", ', "", "\x1e" + lines[1], lines[2]]))
    outcome = read_file(path, SETTING)
    assert [row["evidence_row"] for row in outcome.rows] == [1, 4, 5]
    assert [refusal.row for refusal in outcome.rejected] == [2]


# GeoPackage


def test_a_geopackage_of_several_layers_asks_for_one(tmp_path: Path) -> None:
    path = written(tmp_path, "events.gpkg")
    layer().to_file(path, layer="others", driver="GPKG")
    assert "several layers" in reason(read_file(path, SETTING))


def test_a_layer_that_would_work_for_ever_is_stopped(tmp_path: Path) -> None:
    path = written(tmp_path, "events.gpkg")
    with sqlite3.connect(path) as db:
        endless = "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n) SELECT i AS fid, x'' AS geom FROM n"
        db.executescript(
            f"CREATE VIEW endless AS {endless};"
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
            "VALUES ('endless', 'features', 'x', 4326);"
            "INSERT INTO gpkg_geometry_columns VALUES ('endless', 'geom', 'POINT', 4326, 0, 0);"
        )
    db.close()
    assert read_file(path, SETTING).taken == 3, "a view is no layer"


def test_a_geopackage_without_a_reference_system_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "events.gpkg")
    with sqlite3.connect(path) as db:
        db.execute("UPDATE gpkg_geometry_columns SET srs_id = 0")
    db.close()
    assert "does not say its reference system" in reason(read_file(path, SETTING))


def test_a_damaged_shape_costs_its_feature(tmp_path: Path) -> None:
    path = written(tmp_path, "events.gpkg")
    db = sqlite3.connect(path)
    for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f'DROP TRIGGER "{trigger}"')
    db.execute("UPDATE events SET geom = x'4750' WHERE fid = 2")
    db.commit()
    db.close()
    outcome = read_file(path, SETTING)
    assert [refusal.row for refusal in outcome.rejected] == [2]
    assert outcome.taken == 2


# Shapefile


@pytest.mark.parametrize(
    ("missing", "phrase"), [(".prj", "no .prj beside it"), (".dbf", "no .dbf beside it"), (".shx", ""), (".cpg", "")]
)
def test_what_a_shapefile_needs_beside_it(tmp_path: Path, missing: str, phrase: str) -> None:
    path = written(tmp_path, "events.zip", encoding="utf-8")
    members = {name: content for name, content in members_of(path).items() if not name.endswith(missing)}
    outcome = read_file(packed(path, members), SETTING)
    if phrase:
        assert phrase in reason(outcome)
    elif missing == ".cpg":
        assert [refusal.row for refusal in outcome.rejected] == [1], "its letters have no encoding that is stated"
        assert "add the .cpg file" in str(outcome.rejected[0].reason)
    else:
        assert outcome.taken == 3


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "ISO-8859-5"])
def test_attributes_are_read_in_the_encoding_that_is_stated(tmp_path: Path, encoding: str) -> None:
    rows, bad = rows_of(written(tmp_path, "events.zip", encoding=encoding))
    assert bad == []
    assert rows[1]["what"] == "взрыв"


def test_an_unknown_encoding_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "events.zip")
    members = members_of(path) | {"events.cpg": b"unicode_escape"}
    assert "unicode_escape" in reason(read_file(packed(path, members), SETTING))


@pytest.mark.parametrize("prj", [b"", b"my own system", b'LOCAL_CS["mine",UNIT["metre",1]]', b"PROJCS[" * 9000])
def test_an_unknown_reference_system_is_refused(tmp_path: Path, prj: bytes) -> None:
    path = written(tmp_path, "events.zip")
    assert "is not known here" in reason(read_file(packed(path, members_of(path) | {"events.prj": prj}), SETTING))


@pytest.mark.parametrize(("suffix", "cut", "phrase"), [(".shp", 130, "fewer shapes"), (".dbf", -60, "more shapes")])
def test_shapes_and_rows_that_do_not_match_are_said(tmp_path: Path, suffix: str, cut: int, phrase: str) -> None:
    path = written(tmp_path, "events.zip")
    members = members_of(path)
    members["events" + suffix] = members["events" + suffix][:cut]
    outcome = read_file(packed(path, members), SETTING)
    assert any(phrase in str(refusal.reason) for refusal in outcome.rejected)
    assert outcome.taken < 3


def test_days_numbers_and_flags_of_a_shapefile(tmp_path: Path) -> None:
    frame = layer()
    frame["day"] = geopandas.pd.to_datetime(["2031-03-05", "2031-03-06", "2031-03-07"]).date
    frame["n"] = [1.5, 2.0, 3.0]
    rows, _ = rows_of(written(tmp_path, "events.zip", frame))
    assert [row["day"] for row in rows.values()] == ["2031-03-05", "2031-03-06", "2031-03-07"]
    assert float(rows[1]["n"]) == 1.5


def test_two_shapefiles_in_one_archive_ask_for_one(tmp_path: Path) -> None:
    path = written(tmp_path, "events.zip")
    members = members_of(path)
    members |= {name.replace("events", "b"): content for name, content in members.items()}
    assert "several shapefiles" in reason(read_file(packed(path, members), SETTING))


# KML


KML = '<?xml version="1.0" encoding="{coding}"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'
MARK = (
    "<Placemark><name>a</name><TimeStamp><when>2031-03-05T10:20:00+04:00</when></TimeStamp>"
    '<ExtendedData><Data name="what"><value>{what}</value></Data></ExtendedData>'
    "<Point><coordinates>20.5,10.25,7</coordinates></Point></Placemark>"
)


def kml(path: Path, body: str, coding: str = "UTF-8") -> Path:
    path.write_text(KML.format(coding=coding, body=body), encoding=coding)
    return path


@pytest.mark.parametrize("coding", ["UTF-8", "UTF-16", "windows-1251"])
def test_a_placemark_with_extended_data_is_a_row(tmp_path: Path, coding: str) -> None:
    body = f"<Folder><name>Обстрелы</name>{MARK.format(what='взрыв')}</Folder>{MARK.format(what='shot')}"
    rows, bad = rows_of(kml(tmp_path / "a.kml", body, coding))
    assert bad == []
    assert rows[1] == {
        "lon": "20.5",
        "lat": "10.25",
        "semi_major_m": "",
        "semi_minor_m": "",
        "folder": "Обстрелы",
        "name": "a",
        "when": "2031-03-05T10:20:00+04:00",
        "what": "взрыв",
    }
    assert (rows[2]["folder"], rows[2]["what"]) == ("", "shot")


@pytest.mark.parametrize(
    ("content", "phrase"),
    [
        ('<!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>', "document type of its own"),
        ("<kml>" + "<Folder>" * 5000, "nests deeper"),
        ("<kml><Placemark><Placemark></Placemark></Placemark></kml>", "a Placemark lies within a Placemark"),
        ("<kml></kml>", "no feature"),
        ("<kml><Placemark></kml>", "cut off or damaged"),
        ("<gpx></gpx>", "GPX track"),
        ('<?xml version="1.0"?><gml/>', "web page or XML"),
        ('<?xml version="1.0" encoding="hex"?><kml></kml>', "cut off or damaged"),
        ("<kml>" + "<NetworkLink><Link><href>http://x.example/</href></Link></NetworkLink></kml>", "not followed"),
    ],
)
def test_xml_that_is_no_list_of_events_is_one_sentence(tmp_path: Path, content: str, phrase: str) -> None:
    path = tmp_path / "a.kml"
    path.write_text(content)
    assert phrase in reason(read_file(path, SETTING))


def test_a_link_to_another_file_is_told_beside_the_rows(tmp_path: Path) -> None:
    body = MARK.format(what="shot") + "<NetworkLink><Link><href>http://x.example/</href></Link></NetworkLink>"
    path = kml(tmp_path / "a.kml", body)
    setting = replace(SETTING, columns={**SETTING.columns, "natural_key": "name"})
    outcome = read_file(path, setting)
    assert outcome.taken == 1
    assert "NetworkLink" in reason(outcome)


def test_bad_placemarks_cost_themselves(tmp_path: Path) -> None:
    marks = [
        MARK.format(what="shot"),
        MARK.format(what="shot").replace("20.5,10.25,7", "east"),
        MARK.format(what="shot")
        .replace("<Point><coordinates>20.5,10.25,7</coordinates></Point>", "<gx:coord/>")
        .replace("<Placemark>", '<Placemark xmlns:gx="x">'),
        MARK.format(what="x" * 1_000_001),
        MARK.format(what="shot").replace("<name>a</name>", "<name>a</name><name>b</name>"),
    ]
    rows, bad = rows_of(kml(tmp_path / "a.kml", "".join(marks)))
    assert list(rows) == [1]
    assert [refusal.line for refusal in bad] == [2, 3, 4, 5]
    assert all(";" in str(refusal.reason) for refusal in bad)


# Archives


def test_a_packing_that_takes_memory_by_its_own_word_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.kmz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("doc.kml", "<kml></kml>")
    assert "pack it as plain ZIP" in reason(read_file(path, SETTING))


def test_a_zip_of_something_else_is_refused_as_before(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"notes.txt": b"hello"})
    with pytest.raises(UnreadableInput, match="ZIP archive, not an XLSX"):
        Table(path)
