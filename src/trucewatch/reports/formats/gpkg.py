"""The daily report as a GeoPackage, for QGIS: layers `incidents`, `ellipses`, `zones`, the report's tables beside
them, and for each layer a style that QGIS takes by itself.

A database in memory, written in a fixed order with no clock, so that the same report is the same bytes. Every incident
is a row of its layer; one whose place was told by its zone has no geometry and names the zone. The layout is that of
OGC 12-128, GeoPackage Encoding Standard 1.3.1, with its metadata extension.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

from trucewatch.locale import Words, words
from trucewatch.locale.reasons import zone_name
from trucewatch.locale.sanitize import printable
from trucewatch.model.party_release import is_of_parties
from trucewatch.model.times import ALWAYS, NEVER, iso_utc
from trucewatch.reports.daily_report import DailyReport
from trucewatch.reports.map_styles import Shape, incidents_qml, incidents_sld, zones_qml, zones_sld
from trucewatch.reports.notes import number_in_brief
from trucewatch.reports.released_geometry import shapes_of_report, told_in, zones_of_report
from trucewatch.reports.tables import ELLIPSE_COLUMNS, SUMMARY_COLUMNS, ZONE_COLUMNS, Cell, Table, tables_of

NAME = "gpkg"
SUFFIX = ".gpkg"
MEDIA_TYPE = "application/geopackage+sqlite3"

_APPLICATION_ID: Final = 0x47504B47
_VERSION: Final = 10301
_SRS: Final = (
    (
        "WGS 84",
        4326,
        "EPSG",
        4326,
        (
            'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
            'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,'
            'AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
        ),
    ),
    ("undefined Cartesian", -1, "NONE", -1, "undefined"),
    ("undefined geographic", 0, "NONE", 0, "undefined"),
)
_OWN_TABLES: Final = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
 organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
 description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
 srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL UNIQUE, column_name TEXT NOT NULL,
 geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
 CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
 CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
 CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
 scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_metadata (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
 md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT,
 row_id_value INTEGER, timestamp DATETIME NOT NULL, md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
 CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
 CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
"""
_METADATA_SPEC: Final = "http://www.geopackage.org/spec131/#extension_metadata"
_TYPES: Final = {
    "text": "TEXT",
    "whole": "INTEGER",
    "real": "DOUBLE",
    "truth": "BOOLEAN",
    "time": "DATETIME",
    "day": "DATE",
}
_STYLE_TABLE: Final = (
    "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT, "
    "f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, "
    "useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT, update_time DATETIME)"
)
_STYLES_OF: Final[Mapping[str, Sequence[tuple[str, Shape]]]] = {
    "POINT": (("assessment", "marker"),),
    "POLYGON": (("assessment", "fill"),),
    "GEOMETRY": (("assessment", "marker"), ("assessment of cells", "fill")),
}
"""The styles of incidents by what shapes they can have."""


def render(report: DailyReport, *, language: str) -> bytes:
    """The database's bytes."""
    spoken = words(language)
    tables = tables_of(report, spoken)
    shapes = shapes_of_report(report)
    ellipses = [(row, shape) for row, (_, shape) in zip(report.rows, shapes, strict=True) if shape is not None]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as base:
        base.executescript(
            f"PRAGMA page_size = 4096; PRAGMA application_id = {_APPLICATION_ID}; PRAGMA user_version = {_VERSION};"
        )
        base.execute("BEGIN")
        for statement in _OWN_TABLES.split(";\n"):
            base.execute(statement)
        base.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, NULL)", _SRS)
        package = _Package(base, report)
        texts = tuple((key, _text(value)) for key, value in tables["summary"].rows)
        summary = Table("summary", SUMMARY_COLUMNS, texts)
        package.add(tables["incidents"], [shape for shape, _ in shapes], _type_of(report))
        about = Table(
            "ellipses",
            ELLIPSE_COLUMNS,
            tuple(
                (row.incident.incident_id, row.number, row.incident.outcome, row.incident.simulated)
                for row, _ in ellipses
            ),
        )
        package.add(about, [shape for _, shape in ellipses], "POLYGON")
        package.add(_zones(report, spoken), [zone.geometry for zone in zones_of_report(report)], "GEOMETRY")
        others = [table for name, table in tables.items() if name not in ("summary", "incidents", "findings")]
        for table in (tables["findings"], summary, *others):
            package.add(table)
        package.style(_type_of(report), spoken)
        package.describe(tables["summary"])
        base.execute("COMMIT")
        return _without_version(base.serialize())


class _Package:
    """A GeoPackage that tables are added to."""

    def __init__(self, base: sqlite3.Connection, report: DailyReport) -> None:
        self._base, self._report = base, report
        self._made_at = _time(iso_utc(report.cut_off))

    def add(self, table: Table, shapes: Sequence[BaseGeometry | None] | None = None, shape_type: str = "") -> None:
        """A table with all its rows; with shapes, one a row, it is a layer of the map."""
        names = [f'"{name}"' for name in table.columns]
        columns = ["fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"]
        columns += [f"geom {shape_type}"] if shapes is not None else []
        columns += [f'"{name}" {_TYPES[kind]}' for name, kind in table.columns.items()]
        self._base.execute(f'CREATE TABLE "{table.name}" ({", ".join(columns)})')
        self._list(table.name, shapes, len(table.rows))
        rows: Iterable[list[Cell | bytes]] = (
            [_value(kind, cell) for kind, cell in zip(table.columns.values(), row, strict=True)] for row in table.rows
        )
        if shapes is not None:
            self._base.execute(
                "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, 4326, 0, 0)", (table.name, shape_type)
            )
            rows = ([_blob(shape), *row] for shape, row in zip(shapes, rows, strict=True))
            names = ["geom", *names]
        marks = ", ".join("?" * len(names))
        self._base.executemany(f'INSERT INTO "{table.name}" ({", ".join(names)}) VALUES ({marks})', rows)

    def _list(self, name: str, shapes: Sequence[BaseGeometry | None] | None, rows: int) -> None:
        """Name a table among the package's contents."""
        self._base.execute(
            "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                name,
                "attributes" if shapes is None else "features",
                name,
                self._description(rows),
                self._made_at,
                *_box(shapes or ()),
                None if shapes is None else 4326,
            ),
        )

    def style(self, incidents_are: str, spoken: Words) -> None:
        """What QGIS draws the layers with when it opens them, as its own table `layer_styles` holds it. A layer of two
        kinds of shapes has two styles, of which the first is taken by itself."""
        self._base.execute(_STYLE_TABLE)
        styles = [
            *(
                ("incidents", name, incidents_qml(shape, spoken), incidents_sld("incidents", shape, spoken))
                for name, shape in _STYLES_OF[incidents_are]
            ),
            ("ellipses", "assessment", incidents_qml("fill", spoken), incidents_sld("ellipses", "fill", spoken)),
            ("zones", "outline", zones_qml("fill"), zones_sld("zones")),
            ("zones", "outline of lines", zones_qml("line"), zones_sld("zones")),
        ]
        self._list("layer_styles", None, len(styles))
        seen: set[str] = set()
        for table, name, qml, sld in styles:
            values = ("", "", table, "geom", name, qml, sld, table not in seen, name, "", None, self._made_at)
            self._base.execute(f"INSERT INTO layer_styles VALUES (NULL, {', '.join('?' * len(values))})", values)
            seen.add(table)

    def describe(self, summary: Table) -> None:
        """The summary as the package's metadata, and that metadata as an extension, which the standard makes it."""
        facts: dict[str, Any] = {}
        for key, value in summary.rows:
            facts[str(key)] = value if str(key) not in facts else f"{facts[str(key)]} {value}"
        if self._report.tells_ledger:
            facts["checkpoint"] = self._report.checkpoint or None
        text = json.dumps(facts, ensure_ascii=False)
        for name in ("gpkg_metadata", "gpkg_metadata_reference"):
            self._base.execute(
                "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_metadata', ?, 'read-write')", (name, _METADATA_SPEC)
            )
        self._base.execute(
            "INSERT INTO gpkg_metadata VALUES (1, 'dataset', 'https://www.rfc-editor.org/rfc/rfc8259', "
            "'application/json', ?)",
            (text,),
        )
        self._base.execute(
            "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, 1, NULL)", (self._made_at,)
        )

    def _description(self, rows: int) -> str:
        report = self._report
        return (
            f"{rows} rows; {number_in_brief(report)}, for {report.recipient.id}, "
            f"cut-off {iso_utc(report.cut_off)}, records: {report.kinds_shown}"
        )


def _zones(report: DailyReport, spoken: Words) -> Table:
    incidents = [row.incident for row in report.rows]
    rows = tuple(
        (
            zone.id,
            zone.kind,
            printable(zone_name(zone.id, report.watch, spoken)),
            printable(zone.provenance),
            zone.accuracy_m,
            zone.derived,
            None if zone.valid_from == ALWAYS else iso_utc(zone.valid_from),
            None if zone.valid_until == NEVER else iso_utc(zone.valid_until),
            report.shown_count(told_in(zone, incidents, simulated=False)),
            report.shown_count(told_in(zone, incidents, simulated=True)),
        )
        for zone in zones_of_report(report)
    )
    return Table("zones", ZONE_COLUMNS, rows)


def _type_of(report: DailyReport) -> str:
    """What shapes the incidents of a recipient can have, so that it does not depend on the day."""
    if report.recipient.place == "exact" and is_of_parties(report.recipient, report.watch.agreement):
        return "GEOMETRY"  # cells while they are young, then points
    return {"exact": "POINT", "cell": "POLYGON", "zone": "POINT"}[report.recipient.place]


def _value(kind: str, cell: Cell) -> Cell:
    return _time(str(cell)) if kind == "time" and cell is not None else cell


def _text(value: Cell) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _time(text: str) -> str:
    """An ISO time in the one form that the standard allows: to the millisecond, with Z."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return f"{whole}.{(fraction + '000')[:3]}Z"


def _box(shapes: Iterable[BaseGeometry | None]) -> tuple[float | None, ...]:
    bounds = [shape.bounds for shape in shapes if shape is not None and not shape.is_empty]
    if not bounds:
        return (None, None, None, None)
    west, south, east, north = zip(*bounds, strict=True)
    return min(west), min(south), max(east), max(north)


def _blob(shape: BaseGeometry | None) -> bytes | None:
    """A geometry as the standard packs it: a header with its bounds, then well-known binary, little-endian."""
    if shape is None:
        return None
    west, south, east, north = shape.bounds
    head = struct.pack("<2sBBi4d", b"GP", 0, 0b11, 4326, west, east, south, north)
    wkb: bytes = shapely.to_wkb(shape, output_dimension=2, byte_order=1)
    return head + wkb


def _without_version(content: bytes) -> bytes:
    """The same file without the number of the SQLite that wrote it, which stands in bytes 96 to 99 and means nothing
    else."""
    return content[:96] + bytes(4) + content[100:]
