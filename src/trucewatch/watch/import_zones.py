"""A brought file of shapes (GeoJSON, KML, GeoPackage) → features that can become zones, each bad one with its reason
and remedy.

Outside input: KML is read without entities and without any link it names; a GeoPackage is read as the table it is, with
a limit on the work, and nothing of it is run. No network, and no other file than this one.
"""

from __future__ import annotations

import itertools
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Amount, Message
from trucewatch.sources.geopackage import open_geopackage, plain_wkb, quoted
from trucewatch.sources.reference_systems import degrees_from_name
from trucewatch.watch.feature_shapes import SHAPES, SURFACES, FeatureFault, geometry_of, properties_of

MOST_FEATURES: Final = 1000
MOST_VERTICES: Final = 500_000
LARGEST_BYTES: Final = 64 * 2**20
MOST_COLUMNS: Final = 60
LONGEST_LABEL: Final = 120
_NAME_KEYS: Final = re.compile(
    r"names|name|name_?en|shape_?name|adm(?P<level>\d)_?(name|[a-z]{2,3})|name_(?P<depth>\d)|title|label|.*name.*|id",
    re.I,
)
"""What columns of names are most often called; of a country's levels (NAME_2, ADM2_EN) the finest comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFeature:
    """One shape of the file. Either `geometry` (GeoJSON, degrees, longitude first) or `fault` with its `remedy`."""

    number: int
    labels: Mapping[str, str] = field(default_factory=dict)
    """Column → what the file says there, of the columns that hold texts or numbers."""
    geometry: dict[str, Any] | None = None
    vertices: int = 0
    fault: Message | None = None
    remedy: Message | None = None

    def name(self, column: str) -> str:
        """What it is called by that column; empty where the file says nothing."""
        return self.labels.get(column, "")

    @property
    def is_line(self) -> bool:
        return self.geometry is not None and self.geometry["type"] in SHAPES["line"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameColumn:
    """A column that may hold the names, with what it says of the first shapes that it says anything of."""

    column: str
    samples: tuple[str, ...]


def name_columns(features: Sequence[ImportedFeature]) -> list[NameColumn]:
    """The columns that the names may stand in, the likeliest first: by what a column is called, then by whether it says
    something else of each shape in letters."""
    labels: dict[str, list[str]] = {}
    for feature in features:
        for column, label in feature.labels.items():
            labels.setdefault(column, []).append(label)

    def rank(column: str) -> tuple[int, float, str]:
        texts = labels[column]
        letters = sum(any(char.isalpha() for char in text) for text in texts) / len(texts)
        return _place_of(column) if letters > 0.5 else 99, -len(set(texts)) * letters / len(features), column

    return [
        NameColumn(column=column, samples=tuple(dict.fromkeys(labels[column]))[:3])
        for column in sorted(labels, key=rank)
    ]


def _place_of(column: str) -> int:
    """How far back a column stands among those that most often hold a name."""
    match = _NAME_KEYS.fullmatch(column)
    if match is None:
        return 90
    level = match["level"] or match["depth"]
    if level:
        return 20 + 2 * (9 - int(level)) + (not column.lower().endswith(("en", "name", level)))
    order = ("names", "name", "nameen", "shapename", "title", "label")
    plain = column.lower().replace("_", "")
    return order.index(plain) if plain in order else 80 if plain == "id" else 60


def import_zones(path: Path) -> list[ImportedFeature]:
    """The features of a file; what it is, its first bytes say. Raises UnreadableInput where it holds no shapes at
    all."""
    if path.stat().st_size > LARGEST_BYTES:
        raise UnreadableInput(
            Message("the file is larger than {size} MB; simplify its shapes", size=LARGEST_BYTES >> 20)
        )
    with path.open("rb") as file:
        head = file.read(16)
    if head == b"SQLite format 3\x00":
        raw = _geopackage(path)
    elif head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raw = _kml(path.read_bytes())
    elif head.startswith(b"PK\x03\x04"):
        raise UnreadableInput(
            Message("the file is a ZIP archive (KMZ or shapefile); unpack it, or save it as GeoJSON or GeoPackage")
        )
    else:
        raw = _geojson(path.read_bytes())
    features: list[ImportedFeature] = []
    vertices = 0
    for number, (labels, geometry) in enumerate(raw, 1):
        if number > MOST_FEATURES:
            raise UnreadableInput(
                Message("the file holds more than {most} shapes; save those that are zones", most=Amount(MOST_FEATURES))
            )
        feature = _checked(number, _plain_labels(labels), geometry)
        vertices += feature.vertices
        if vertices > MOST_VERTICES:
            raise UnreadableInput(
                Message("the shapes have more than {most} corners together; simplify them", most=Amount(MOST_VERTICES))
            )
        features.append(feature)
    if not features:
        raise UnreadableInput(
            Message("the file holds no shape; save the zones as polygons, the line of contact as a line")
        )
    return features


def _plain_labels(labels: Mapping[str, Any]) -> dict[str, str]:
    """The texts and numbers among the values, each in one line."""
    plain: dict[str, str] = {}
    for column, cell in itertools.islice(labels.items(), MOST_COLUMNS):
        # A table of names by language, as our own files have them, counts by its first.
        texts = (
            (name for name in cell.values() if isinstance(name, str) and name) if isinstance(cell, dict) else iter(())
        )
        value = next(texts, "") if isinstance(cell, dict) else cell
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            text = _in_a_line(value)
            if text:
                plain[_in_a_line(column)] = text
    return plain


def _in_a_line(value: object) -> str:
    """A text as it can be shown and written: half characters, which JSON can hold, become question marks."""
    return " ".join(str(value).split())[:LONGEST_LABEL].encode("utf-8", "replace").decode("utf-8")


def _checked(number: int, labels: dict[str, str], geometry: Any) -> ImportedFeature:
    import shapely
    from shapely.geometry import mapping

    if isinstance(geometry, FeatureFault):
        return ImportedFeature(number=number, labels=labels, fault=geometry.what, remedy=geometry.remedy)
    if isinstance(geometry, dict) and geometry.get("type") in ("Point", "MultiPoint"):
        remedy = Message("draw the area around it, however small")
        return ImportedFeature(
            number=number, labels=labels, fault=Message("is a point and has no inside"), remedy=remedy
        )
    try:
        shape = geometry_of({"geometry": geometry}, (*SURFACES, *SHAPES["line"]), None)
        return ImportedFeature(
            number=number,
            labels=labels,
            geometry=json.loads(json.dumps(mapping(shape))),
            vertices=int(shapely.get_num_coordinates(shape)),
        )
    except FeatureFault as fault:
        return ImportedFeature(number=number, labels=labels, fault=fault.what, remedy=fault.remedy)


# GeoJSON


def _geojson(content: bytes) -> Iterator[tuple[Mapping[str, Any], Any]]:
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as exc:
        raise UnreadableInput(
            Message("the file is none of GeoJSON, KML and GeoPackage; export the shapes again as one of these")
        ) from exc
    if not isinstance(document, dict):
        raise UnreadableInput(Message("the file is JSON but no GeoJSON; export the shapes again"))
    listed = document.get("features") if document.get("type") == "FeatureCollection" else [document]
    for feature in listed if isinstance(listed, list) else []:
        if not isinstance(feature, dict):
            yield {}, FeatureFault(Message("is no feature"), Message("export it again from the map program"))
            continue
        properties = {**properties_of(feature)}
        if "id" in feature:
            properties["id"] = feature["id"]
        geometry = feature.get("geometry") if feature.get("type") == "Feature" else feature
        yield properties, geometry


# KML


def _kml(content: bytes) -> Iterator[tuple[Mapping[str, Any], Any]]:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as exc:
        raise UnreadableInput(
            Message("the XML defines entities or a document type of its own; export plain KML")
        ) from exc
    except (ParseError, ValueError, LookupError, RecursionError) as exc:
        raise UnreadableInput(
            Message("the file begins like XML and is damaged ({error}); export it again as KML", error=exc)
        ) from exc
    if _local(root) != "kml":
        raise UnreadableInput(Message("the file is XML but no KML; export the shapes as KML, GeoJSON or GeoPackage"))
    _refuse_nested(root)
    for mark in root.iter():
        if _local(mark) == "Placemark":
            yield _kml_labels(mark), _kml_geometry(mark)


def _kml_labels(mark: Any) -> dict[str, str]:
    """The name of a placemark, and the fields of its table."""
    name = next((str(child.text or "") for child in mark if _local(child) == "name"), "")
    labels = {"name": name} if name else {}
    for element in mark.iter():
        if _local(element) == "SimpleData":
            labels.setdefault(str(element.get("name", "")), str(element.text or ""))
        elif _local(element) == "Data":
            text = next((str(child.text or "") for child in element if _local(child) == "value"), "")
            labels.setdefault(str(element.get("name", "")), text)
    return labels


_NOT_NESTED: Final = frozenset(("Placemark", "Polygon", "LineString", "outerBoundaryIs", "innerBoundaryIs"))


def _refuse_nested(root: Any) -> None:
    """Raises UnreadableInput for a shape within a shape of its sort: KML has none, and each would be read once more for
    every one around it."""
    waiting: list[tuple[Any, frozenset[str]]] = [(root, frozenset())]
    while waiting:
        element, around = waiting.pop()
        name = _local(element)
        if name in around:
            raise UnreadableInput(
                Message("a {name} lies within a {name}; export the shapes again from the map program", name=name)
            )
        inside = around | {name} if name in _NOT_NESTED else around
        waiting.extend((child, inside) for child in element)


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _kml_geometry(mark: Any) -> Any:
    """The geometry of a placemark; several of one sort become one of many parts."""
    try:
        surfaces = [_kml_rings(element) for element in mark.iter() if _local(element) == "Polygon"]
        lines = [_kml_corners(element) for element in mark.iter() if _local(element) == "LineString"]
    except ValueError:
        return FeatureFault(
            Message("has a corner that is no longitude and latitude"), Message("export it again from the map program")
        )
    if surfaces:
        return (
            {"type": "Polygon", "coordinates": surfaces[0]}
            if len(surfaces) == 1
            else {"type": "MultiPolygon", "coordinates": surfaces}
        )
    if lines:
        return (
            {"type": "LineString", "coordinates": lines[0]}
            if len(lines) == 1
            else {"type": "MultiLineString", "coordinates": lines}
        )
    if any(_local(element) == "Point" for element in mark.iter()):
        return {"type": "Point"}
    return FeatureFault(Message("has no shape"), Message("leave it out, or draw it"))


def _kml_rings(polygon: Any) -> list[list[list[float]]]:
    outer = [_kml_corners(element) for element in polygon.iter() if _local(element) == "outerBoundaryIs"]
    inner = [_kml_corners(element) for element in polygon.iter() if _local(element) == "innerBoundaryIs"]
    return [*outer[:1], *inner]


def _kml_corners(element: Any) -> list[list[float]]:
    text = next((str(element.text or "") for element in element.iter() if _local(element) == "coordinates"), "")
    return [[float(number) for number in corner.split(",")[:2]] for corner in text.split()]


# GeoPackage


def _geopackage(path: Path) -> Iterator[tuple[Mapping[str, Any], Any]]:
    with open_geopackage(path) as (db, _):
        db.text_factory = lambda raw: raw.decode("utf-8", "replace")
        yield from _geopackage_rows(db)


def _geopackage_rows(db: sqlite3.Connection) -> Iterator[tuple[Mapping[str, Any], Any]]:
    tables = db.execute(
        "SELECT g.table_name, g.column_name, s.organization, s.organization_coordsys_id FROM gpkg_geometry_columns g "
        "JOIN gpkg_contents c ON c.table_name = g.table_name LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id "
        "WHERE c.data_type = 'features' LIMIT 50"
    ).fetchall()
    for table, column, organization, code in tables:
        names = [str(row[1]) for row in db.execute(f"PRAGMA table_info({quoted(table)})") if str(row[1]) != column]
        names = names[:MOST_COLUMNS]
        chosen = ", ".join(quoted(name) for name in (column, *names))
        degrees = None if str(organization or "").upper() in ("", "NONE") else degrees_from_name(f"EPSG:{code}")
        for blob, *values in db.execute(f"SELECT {chosen} FROM {quoted(table)} LIMIT {MOST_FEATURES + 1}"):
            yield dict(zip(names, values, strict=True)), _geopackage_geometry(blob, degrees)


def _geopackage_geometry(blob: object, degrees: Any) -> Any:
    import shapely
    from shapely.geometry import mapping

    if blob is None:
        return FeatureFault(Message("has no geometry"), Message("draw it, or leave it out"))
    try:
        shape = shapely.force_2d(shapely.from_wkb(plain_wkb(blob)))
        if degrees is not None:
            shape = shapely.transform(shape, degrees, interleaved=False)
        return json.loads(json.dumps(mapping(shape)))
    except (shapely.errors.ShapelyError, ValueError, TypeError) as exc:
        return FeatureFault(
            Message("has a damaged geometry ({error})", error=exc.__class__.__name__), Message("save it again")
        )
