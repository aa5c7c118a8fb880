"""The column that a brought file's names stand in: guessed, offered with samples, and chosen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from trucewatch.watch.import_zones import LONGEST_LABEL, MOST_COLUMNS, ImportedFeature, import_zones, name_columns


def square(west: float) -> dict[str, Any]:
    ring = [[west, 39.0], [west + 0.1, 39.0], [west + 0.1, 39.1], [west, 39.1], [west, 39.0]]
    return {"type": "Polygon", "coordinates": [ring]}


def features_of(folder: Path, *rows: dict[str, Any]) -> list[ImportedFeature]:
    path = folder / "shapes.geojson"
    listed = [
        {"type": "Feature", "properties": row, "geometry": square(46.0 + number)} for number, row in enumerate(rows)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": listed}))
    return import_zones(path)


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ([{"name": "Agdam"}, {"name": "Fuzuli"}], "name"),
        ([{"GID_2": "PAK.1.1_1", "NAME_0": "Pakistan", "NAME_1": "Azad Kashmir", "NAME_2": "Poonch"}], "NAME_2"),
        ([{"shapeName": "Poonch", "shapeISO": "PK-JK", "shapeID": "6612B", "shapeGroup": "PAK"}], "shapeName"),
        ([{"ADM0_EN": "Pakistan", "ADM1_EN": "Azad Kashmir", "ADM2_EN": "Poonch", "ADM2_PCODE": "PK101"}], "ADM2_EN"),
        ([{"adm2_name": "Poonch", "adm1_name": "Azad Kashmir", "iso": "PAK"}], "adm2_name"),
        ([{"OBJECTID": 1, "name": "77", "rayon_adi": "Ağdam"}, {"name": "78", "rayon_adi": "Füzuli"}], "rayon_adi"),
        ([{"names": {"en": "Agdam", "ru": "Агдам"}, "kind": "district"}], "names"),
    ],
)
def test_the_column_of_names_is_guessed_by_its_name_and_what_it_holds(
    tmp_path: Path, rows: list[dict[str, Any]], column: str
) -> None:
    assert name_columns(features_of(tmp_path, *rows))[0].column == column


def test_every_column_is_offered_with_up_to_three_of_its_values(tmp_path: Path) -> None:
    rows = [{"code": f"A{number % 2}", "town": f"Town {number}", "empty": None} for number in range(5)]
    columns = {column.column: column.samples for column in name_columns(features_of(tmp_path, *rows))}
    assert columns == {"code": ("A0", "A1"), "town": ("Town 0", "Town 1", "Town 2")}


def test_a_shape_is_called_as_the_chosen_column_says(tmp_path: Path) -> None:
    [feature] = features_of(tmp_path, {"NAME_1": "Azad Kashmir", "NAME_2": " Poonch \n district"})
    assert (feature.name("NAME_1"), feature.name("NAME_2"), feature.name("none")) == (
        "Azad Kashmir",
        "Poonch district",
        "",
    )


def test_a_file_without_any_column_offers_none(tmp_path: Path) -> None:
    assert name_columns(features_of(tmp_path, {}, {})) == []


def test_more_and_longer_columns_than_a_page_can_show_are_cut(tmp_path: Path) -> None:
    [feature] = features_of(tmp_path, {f"column {number}": "x" * 10_000 for number in range(500)})
    assert len(feature.labels) == MOST_COLUMNS
    assert {len(label) for label in feature.labels.values()} == {LONGEST_LABEL}


@pytest.mark.parametrize("value", [[1, 2], {"a": {"b": 1}}, True, None, "", "  \n "])
def test_what_is_no_text_is_no_name(tmp_path: Path, value: Any) -> None:
    [feature] = features_of(tmp_path, {"odd": value})
    assert feature.labels == {}


def test_the_fields_of_a_kml_table_are_columns(tmp_path: Path) -> None:
    path = tmp_path / "shapes.kml"
    path.write_text(
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><ExtendedData><SchemaData>'
        '<SimpleData name="ADM2_EN">Poonch</SimpleData></SchemaData><Data name="code"><value>7</value></Data>'
        "</ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>46,39 46.1,39 46.1,39.1 46,39</coordinates>"
        "</LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"
    )
    [feature] = import_zones(path)
    assert feature.labels == {"ADM2_EN": "Poonch", "code": "7"}
