"""Brought shapes that were written to do harm: refused with a remedy, at once."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path

import pytest

from trucewatch.errors import UnreadableInput
from trucewatch.model.faults import Fault
from trucewatch.watch.feature_shapes import document_of
from trucewatch.watch.import_zones import import_zones


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("<Polygon>", "</Polygon>", "Polygon"),
        ("<Placemark>", "</Placemark>", "Placemark"),
        ("<outerBoundaryIs>", "</outerBoundaryIs>", "outerBoundaryIs"),
        ("<Folder><Polygon>", "</Polygon></Folder>", "Polygon"),
    ],
)
def test_shapes_within_shapes_are_refused_in_no_time(tmp_path: Path, before: str, after: str, name: str) -> None:
    path = tmp_path / "a.kml"
    depth = 1_000_000 // len(before + after)
    path.write_text(f"<kml><Placemark><Folder>{before * depth}{after * depth}</Folder></Placemark></kml>")
    begun = time.monotonic()
    with pytest.raises(UnreadableInput, match=f"a {name} lies within a {name}; export"):
        import_zones(path)
    assert time.monotonic() - begun < 30


def test_a_geopackage_whose_names_are_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    with sqlite3.connect(path) as db:
        db.executescript(
            "CREATE TABLE zones (geom BLOB);"
            "PRAGMA writable_schema = ON;"
            "UPDATE sqlite_master SET name = CAST(x'6dfffe' AS TEXT), sql = 'no table at all';"
        )
    db.close()
    with pytest.raises(UnreadableInput, match="the GeoPackage cannot be read"):
        import_zones(path)


def test_half_characters_of_a_name_can_be_shown_and_written(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}}
    feature["properties"] = {"na\udfffme": "\ud800north"}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="ascii")
    assert import_zones(path)[0].labels == {"na?me": "?north"}


def test_a_number_of_thousands_of_digits_is_a_fault_of_the_file() -> None:
    faults: list[Fault] = []
    assert document_of(b'{"features": [' + b"9" * 6000 + b"]}", "zones.geojson", faults) == {}
    assert [fault.file for fault in faults] == ["zones.geojson"]
