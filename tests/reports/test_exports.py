"""Workbook, tables, GeoPackage and KML: the facts of the CSV in each, every row there and counted, read by programs
that are not ours."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import openpyxl
import pyogrio
import pytest
import shapely
from defusedxml.ElementTree import fromstring

from tests.reports.invented import (
    CELLS,
    CENTRE,
    DAY,
    OPEN_CELLS,
    PUBLIC,
    busy_day,
    counter,
    finding,
    incident,
    inputs_of,
    invented_watch,
)
from tests.reports.opened import everything_in, tables_in
from trucewatch.locale import LANGUAGES, words
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.model.report import ReportInputs
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Recipient
from trucewatch.model.zone import Zone
from trucewatch.reports import DailyReport, build_daily, render
from trucewatch.reports.formats import kml, xlsx
from trucewatch.reports.formats.csv import cell as csv_cell
from trucewatch.reports.print_drawing import light_colours
from trucewatch.reports.released_geometry import ellipse_around, zones_of_report
from trucewatch.reports.tables import INCIDENT_COLUMNS, tables_of

RECIPIENTS = (PUBLIC, CELLS, OPEN_CELLS, CENTRE)
KML = "{http://www.opengis.net/kml/2.2}"
NASTY = "=HYPERLINK(\"x\")<script>alert('1')</script>\u202e\x07]]>&amp;_x0041_"


def daily(recipient: Recipient, inputs: ReportInputs | None = None) -> DailyReport:
    return build_daily(inputs or busy_day(), recipient=recipient, day_from=DAY, day_until=DAY + timedelta(days=1))


def lines_of(report: DailyReport, language: str) -> list[dict[str, str]]:
    content = render(report, format="csv", language=language).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline="")))


def as_csv(value: Any) -> str:
    """A cell of any of the files, as the CSV writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return iso_utc(value.replace(tzinfo=UTC))
    return str(value)


def sheets_of(content: bytes) -> dict[str, list[dict[str, Any]]]:
    """The sheets as rows by the names of their columns, which stand below what people call them."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    return {name: [dict(zip(found[1], row, strict=True)) for row in found[2:]] for name, found in rows.items()}


def layer(path: Path, name: str) -> list[dict[str, Any]]:
    """A layer as GDAL reads it; its warnings are errors here."""
    meta, _, shapes, columns = pyogrio.raw.read(path, layer=name)
    rows = [dict(zip(meta["fields"], values, strict=True)) for values in zip(*columns, strict=True)]
    for row, shape in zip(rows, shapes if shapes is not None else [None] * len(rows), strict=True):
        row["geometry"] = shapely.from_wkb(shape) if shape is not None else None
    return rows


def rows_in(content: bytes, table: str) -> list[dict[str, Any]]:
    """A table of a GeoPackage as SQLite reads it."""
    base = sqlite3.connect(":memory:")
    base.deserialize(content)
    base.row_factory = sqlite3.Row
    rows = [dict(row) for row in base.execute(f'SELECT * FROM "{table}"')]
    base.close()
    return rows


def placemarks(content: bytes, folder: str) -> list[Element]:
    root = fromstring(content)
    (found,) = [one for one in root.iter(f"{KML}Folder") if one.findtext(f"{KML}name") == folder]
    return list(found.iter(f"{KML}Placemark"))


def told(mark: Element) -> dict[str, str]:
    return {one.get("name", ""): one.findtext(f"{KML}value") or "" for one in mark.iter(f"{KML}Data")}


@pytest.mark.parametrize("recipient", RECIPIENTS, ids=lambda one: one.id)
@pytest.mark.parametrize("language", LANGUAGES)
def test_incidents_in_every_file_are_those_of_the_csv(recipient: Recipient, language: str) -> None:
    report = daily(recipient)
    wanted = [line for line in lines_of(report, language) if line["record"] == "incident"]
    assert len(wanted) == len(report.rows) > 0
    book = sheets_of(render(report, format="xlsx", language=language))["incidents"]
    package = rows_in(render(report, format="gpkg", language=language), "incidents")
    marks = [told(one) for one in placemarks(render(report, format="kml", language=language), "incidents")]
    assert len(book) == len(package) == len(marks) == len(wanted)
    for line, sheet, row, mark in zip(wanted, book, package, marks, strict=True):
        for column in INCIDENT_COLUMNS:
            assert as_csv(sheet[column]) == line[column], column
            assert mark.get(column, "") == line[column], column
            value = row[column]
            if column in ("simulated", "late", "claims_only", "reviewed"):
                value = None if value is None else bool(value)
            if column in ("start", "end"):
                value = value.replace(".000Z", "Z")
            assert as_csv(value) == line[column], column


@pytest.mark.parametrize("recipient", RECIPIENTS, ids=lambda one: one.id)
def test_findings_numbers_and_regions_are_those_of_the_report(recipient: Recipient) -> None:
    report = daily(recipient)
    ids = [one.finding_id for row in report.rows for one in row.incident.findings]
    ids += [one.finding_id for one in report.obligations]
    book = sheets_of(render(report, format="xlsx", language="en"))
    content = render(report, format="gpkg", language="en")
    document = render(report, format="kml", language="en")
    for rows in (book["findings"], rows_in(content, "findings")):
        assert [row["id"] for row in rows] == ids
    for rows in (book["numbers"], rows_in(content, "numbers")):
        assert [row["value"] for row in rows] == [one.value for one in report.counters]
    for rows in (book["regions"], rows_in(content, "regions")):
        assert [(row["id"], row["before"], row["now"]) for row in rows] == [
            (one.region or None, report.shown_count(one.before), report.shown_count(one.now))
            for one in (*report.regions, *report.regions_simulated)
        ]
    assert [one.get("id") for one in placemarks(document, "obligations")] == [
        one.finding_id for one in report.obligations
    ]
    assert [float(told(one)["value"]) for one in placemarks(document, "numbers")] == [
        one.value for one in report.counters
    ]


@pytest.mark.parametrize("form", ["xlsx", "gpkg", "kml"])
def test_the_file_says_what_it_is_and_how_many_rows_it_holds(form: str) -> None:
    report = daily(CENTRE)
    content = render(report, format=form, language="en")
    if form == "xlsx":
        said = {row["key"]: as_csv(row["value"]) for row in sheets_of(content)["summary"]}
    elif form == "gpkg":
        said = {row["key"]: as_csv(row["value"]) for row in rows_in(content, "summary")}
    else:
        said = told(fromstring(content)[0].find(f"{KML}ExtendedData"))  # type: ignore[arg-type]
    assert said["watch"] == "two-valleys"
    assert said["report"] == report.number
    assert said["recipient"] == "centre"
    assert said["cut_off"] == "2031-05-14T21:00:00Z"
    assert said["simulated"] == "both"
    assert said["recorded"] == str(report.real.recorded)
    assert said["recorded_simulated"] == str(report.simulated.recorded) == "1"
    assert said["rows_incidents"] == str(len(report.rows))


def test_the_checkpoint_is_there_line_by_line() -> None:
    signed = "two-valleys/0123\n7\nAAAA=\n\n— two-valleys/0123 BBBB=\n"
    report = daily(CENTRE, replace(busy_day(), checkpoint=signed))
    book = sheets_of(render(report, format="xlsx", language="en"))["summary"]
    lines = [row["value"] or "" for row in book if row["key"] == "checkpoint"]
    assert "".join(f"{line}\n" for line in lines) == signed
    (metadata,) = rows_in(render(report, format="gpkg", language="en"), "gpkg_metadata")
    assert json.loads(metadata["metadata"])["checkpoint"] == signed


def test_simulated_is_marked_on_each_record() -> None:
    report = daily(CENTRE)
    simulated = {row.incident.incident_id for row in report.rows if row.incident.simulated}
    marks = placemarks(render(report, format="kml", language="en"), "incidents")
    marked = {one.get("id") for one in marks if "[simulated]" in (one.findtext(f"{KML}name") or "")}
    assert marked == simulated
    content = render(report, format="gpkg", language="en")
    assert {row["id"] for row in rows_in(content, "incidents") if row["simulated"]} == simulated
    assert {row["incident"] for row in rows_in(content, "ellipses") if row["simulated"]} == simulated


def test_gdal_reads_every_layer_of_the_package_without_a_warning(tmp_path: Path) -> None:
    for recipient in RECIPIENTS:
        report = daily(recipient)
        path = tmp_path / f"{recipient.id}.gpkg"
        path.write_bytes(render(report, format="gpkg", language="en"))
        assert [name for name, _ in pyogrio.list_layers(path)][:3] == ["incidents", "ellipses", "zones"]
        incidents, ellipses, zones = (layer(path, name) for name in ("incidents", "ellipses", "zones"))
        assert pyogrio.read_info(path, layer="incidents")["crs"] == "EPSG:4326"
        kinds = {row["geometry"].geom_type if row["geometry"] is not None else "none" for row in incidents}
        exact, told_by_zone = recipient is CENTRE, recipient.place == "zone"
        assert kinds <= ({"Point", "none"} if exact else {"none"} if told_by_zone else {"Polygon", "none"})
        assert len(ellipses) == sum(row.incident.ellipse is not None for row in report.rows)
        assert bool(ellipses) is exact
        assert [row["id"] for row in zones] == [zone.id for zone in zones_of_report(report)]
        assert all(row["geometry"].is_valid for row in [*ellipses, *zones])
        assert report.number in pyogrio.read_info(path, layer="zones")["dataset_metadata"]["GPKG_METADATA_ITEM_1"]


def test_the_package_holds_to_the_standard() -> None:
    content = render(daily(CENTRE), format="gpkg", language="en")
    assert content[68:72] == b"GPKG"
    tables = tables_in(content)
    listed = {row[0] for row in tables["gpkg_contents"]}
    assert listed == {name for name in tables if not name.startswith(("gpkg_", "sqlite_"))}
    assert {row[1] for row in tables["gpkg_spatial_ref_sys"]} >= {4326, -1, 0}
    base = sqlite3.connect(":memory:")
    base.deserialize(content)
    assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    base.close()


@pytest.mark.parametrize("recipient", RECIPIENTS, ids=lambda one: one.id)
def test_the_package_brings_the_styles_that_qgis_opens_it_with(recipient: Recipient) -> None:
    """QGIS' own DTD is named and never fetched; every assessment has a rule, drawn as on our own pages."""
    content = render(daily(recipient), format="gpkg", language="ru")
    styles = rows_in(content, "layer_styles")
    assert {(row["f_table_name"], row["useAsDefault"]) for row in styles} >= {
        (layer, 1) for layer in ("incidents", "ellipses", "zones")
    }
    shapes = {row["table_name"]: row["geometry_type_name"] for row in rows_in(content, "gpkg_geometry_columns")}
    assert set(shapes) == {row["f_table_name"] for row in styles}
    assert {row["update_time"] for row in styles} == {"2031-05-14T21:00:00.000Z"}
    wanted = {*OUTCOMES, "withheld"}
    for row in styles:
        drawn, known = fromstring(row["styleQML"].partition("\n")[2]), fromstring(row["styleSLD"])
        assert drawn.tag == "qgis"
        symbols = {one.get("name"): one for one in drawn.iter("symbol")}
        if row["f_table_name"] == "zones":
            continue
        categories = {one.get("value"): one for one in drawn.iter("category")}
        assert set(categories) == wanted
        assert {one.text for one in known.iter("{http://www.opengis.net/ogc}Literal")} == wanted
        kind = {"POINT": "marker", "POLYGON": "fill"}[shapes[row["f_table_name"]]]
        for outcome, category in categories.items():
            symbol = symbols[category.get("symbol")]
            assert symbol.get("type") == kind
            told = {one.get("name"): one.get("value") for one in symbol.iter("Option") if one.get("name")}
            assert told["outline_color"] == rgba(EDGES[str(outcome)])
            if kind == "marker":
                assert told["name"] == FRAMES[str(outcome)]
        assert "undetermined" not in {one.get("label") for one in categories.values()}


EDGES = {
    "inconsistent": "inconsistent",
    "undetermined": "undetermined",
    "consistent": "consistent",
    "not_applicable": "na",
    "withheld": "line-strong",
}
FRAMES = dict.fromkeys(EDGES, "circle") | {"inconsistent": "diamond", "undetermined": "square"}


def rgba(name: str) -> str:
    colour = light_colours()[name]
    return ",".join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5)) + ",255"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_moment_is_a_date_in_utc_and_by_the_clock_of_the_watch(language: str) -> None:
    report = daily(CENTRE)
    book = openpyxl.load_workbook(io.BytesIO(render(report, format="xlsx", language=language)))
    sheet = book["incidents"]
    names = [cell.value for cell in sheet[2]]
    heads = [str(cell.value) for cell in sheet[1]]
    assert len(set(heads)) == len(heads)
    for name in ("start", "end"):
        place = names.index(name)
        assert names[place + 1] == f"{name}_local"
        assert heads[place].endswith("(UTC)")
        assert heads[place + 1].endswith(f"({report.watch.settings.time_zone})")
        for row, found in zip(report.rows, sheet.iter_rows(min_row=3), strict=True):
            utc, local = found[place], found[place + 1]
            assert utc.is_date
            assert local.is_date
            moment = getattr(row.incident, name)
            assert utc.value == moment.astimezone(UTC).replace(tzinfo=None)
            assert local.value == moment.astimezone(report.watch.zone).replace(tzinfo=None)
    days = {row["key"]: row["value"] for row in sheets_of(render(report, format="xlsx", language=language))["summary"]}
    assert days["first_day"].date() == report.day_from
    people = book["people"]
    assert all(cell.is_date for cell in people["D"][2:] if cell.value is not None)


def test_every_sheet_has_filters_over_its_records() -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(daily(CENTRE), format="xlsx", language="en")))
    for sheet in book:
        last = openpyxl.utils.get_column_letter(sheet.max_column)
        assert sheet.auto_filter.ref == f"A2:{last}{max(3, sheet.max_row)}", sheet.title


def test_a_table_is_a_file_of_its_own_in_the_archive_of_tables() -> None:
    for recipient in RECIPIENTS:
        report = daily(recipient)
        tables = tables_of(report, words("en"))
        with zipfile.ZipFile(io.BytesIO(render(report, format="tables", language="en"))) as archive:
            names = set(archive.namelist())
            assert names == {"README.txt", "codebook.csv", *(f"{name}.csv" for name in tables)}
            for name, table in tables.items():
                content = archive.read(f"{name}.csv")
                assert content.startswith(b"\xef\xbb\xbf")
                rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
                assert rows[0] == list(table.columns)
                assert rows[1:] == [[csv_cell(value) for value in row] for row in table.rows]
            readme = archive.read("README.txt").decode("utf-8-sig")
            assert report.number in readme
            assert f"incidents.csv: {len(report.rows)} rows" in readme


def test_no_cell_of_the_tables_starts_a_formula() -> None:
    with zipfile.ZipFile(io.BytesIO(render(daily(CENTRE, nasty_inputs()), format="tables", language="en"))) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                text = archive.read(name).decode("utf-8-sig")
                for value in (value for row in csv.reader(io.StringIO(text, newline="")) for value in row):
                    assert not value.startswith(("=", "@", "\t", "\r")), name
                    assert not value.startswith(("+", "-")) or re.fullmatch(r"[+-]?[\d.]+", value), name


def test_an_ellipse_has_its_half_axes_and_azimuth() -> None:
    row = next(row for row in daily(CENTRE).rows if row.incident.ellipse)
    outline, ellipse = ellipse_around(row.incident), row.incident.ellipse
    assert outline is not None
    assert ellipse is not None
    assert outline.exterior.is_ccw
    from trucewatch.geo.frame import wgs84

    reach = [wgs84().inv(row.incident.lon, row.incident.lat, x, y) for x, y in outline.exterior.coords]
    azimuth, _, farthest = max(reach, key=lambda one: one[2])
    assert farthest == pytest.approx(ellipse.semi_major_m, abs=0.2)
    assert min(one[2] for one in reach) == pytest.approx(ellipse.semi_minor_m, abs=0.2)
    assert azimuth % 180 == pytest.approx(ellipse.azimuth_deg, abs=0.1)


def test_a_store_and_a_site_go_only_to_who_sees_exact_places() -> None:
    watch = invented_watch()
    canary = shapely.box(20.654321, 45.1, 20.66, 45.11)
    store = Zone(
        id="depot-nine", kind="storage", names={"en": "Depot nine"}, geometry=canary, provenance="x", accuracy_m=1
    )
    inputs = replace(busy_day(), watch=replace(watch, zones=(*watch.zones, store)))
    for recipient in RECIPIENTS:
        report = daily(recipient, inputs)
        for form in ("gpkg", "kml", "xlsx"):
            text = everything_in(render(report, format=form, language="en"))
            assert ("20.654321" in text or "depot-nine" in text) is (recipient is CENTRE and form != "xlsx")


def nasty_inputs() -> ReportInputs:
    row = incident("n", text=NASTY, claimed_by=[NASTY], claims_only=True)
    watch = invented_watch()
    zones = tuple(replace(one, names={"en": NASTY}, provenance=NASTY) for one in watch.zones)
    return inputs_of(
        [row],
        [finding(row["incident_id"], "1a", "undetermined", "claimed_alone", facts={"claimed_by": NASTY})],
        counters=[counter(NASTY, 3, unit=NASTY, claimed_by=NASTY, text=NASTY)],
        watch=replace(watch, zones=zones, settings=replace(watch.settings, names={"en": NASTY}, theatre={"en": NASTY})),
    )


def test_no_cell_of_the_workbook_is_a_formula() -> None:
    content = render(daily(CENTRE, nasty_inputs()), format="xlsx", language="en")
    book = openpyxl.load_workbook(io.BytesIO(content))
    texts = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    begins = [cell for cell in texts if str(cell.value).startswith(("=", "+", "-", "@"))]
    assert begins
    assert all(cell.data_type == "s" for cell in texts)
    assert all(cell.quotePrefix for cell in begins)
    assert not re.search(r"<f[\s/>]", everything_in(content))
    assert "\u202e" not in everything_in(content)


@pytest.mark.parametrize(
    "text", ["<r><t>one & two</t></r>", "<r></r>", "<r>", "<r><t>=1+1</t></r>", "_x0041_", "{=1+1}", "http://a.example"]
)
def test_a_text_that_a_workbook_has_a_use_for_comes_back_as_it_is(text: str) -> None:
    content = render(daily(CENTRE, inputs_of([incident("n", text=text)])), format="xlsx", language="en")
    (line,) = sheets_of(content)["incidents"]
    assert line["text"] == text
    assert "<hyperlink" not in everything_in(content)
    assert "<f>" not in everything_in(content)


def test_a_number_keeps_its_last_bit_in_a_workbook() -> None:
    values = [0.1 + 0.2, 1 / 3, 2**0.5, 46.123456789012345, 1e-300, 1e16]
    content = render(
        daily(CENTRE, inputs_of([], counters=[counter(f"n{v}", v) for v in values])), format="xlsx", language="en"
    )
    found = [row["value"] for row in sheets_of(content)["numbers"]]
    assert sorted(found) == sorted(values)


def test_text_from_outside_is_no_markup_in_a_globe() -> None:
    content = render(daily(CENTRE, nasty_inputs()), format="kml", language="en")
    root = fromstring(content)
    texts = [text for one in root.iter() for text in (one.text, one.tail) if text]
    assert any("‹script›" in text for text in texts)
    assert not any("<" in text or ">" in text or "\u202e" in text or "\x07" in text for text in texts)
    assert b"http" not in content.replace(b'xmlns="http://www.opengis.net/kml/2.2"', b"")
    assert not [one for one in root.iter() if one.tag in (f"{KML}Icon", f"{KML}NetworkLink", f"{KML}href")]


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    row = incident("long", text="🙂" * 100_000)
    content = render(daily(CENTRE, inputs_of([row])), format="xlsx", language="en")
    (line,) = sheets_of(content)["incidents"]
    assert len(line["text"].encode("utf-16-le")) // 2 <= xlsx.LONGEST_TEXT
    assert line["text"].startswith("🙂" * 1000)
    assert line["text"].endswith("[cut: 100,000 characters in all; the csv file has them]")


def test_rows_beyond_one_sheet_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 5)
    report = daily(CENTRE)
    sheets = sheets_of(render(report, format="xlsx", language="en"))
    parts = [name for name in sheets if name.startswith("incidents")]
    assert parts == ["incidents", "incidents 2", "incidents 3"]
    found = [row["id"] for name in parts for row in sheets[name]]
    assert found == [row.incident.incident_id for row in report.rows]


def test_head_stays_in_sight_and_columns_are_as_wide_as_their_texts() -> None:
    book = openpyxl.load_workbook(io.BytesIO(render(daily(CENTRE), format="xlsx", language="en")))
    for sheet in book:
        assert sheet.freeze_panes == "A3"
        assert all(cell.font.b for cell in sheet[1])
    widths = book["incidents"].column_dimensions
    assert widths["A"].width < widths["B"].width <= 60


def test_a_package_and_a_workbook_hold_no_time_but_the_cut_off() -> None:
    book = render(daily(CENTRE), format="xlsx", language="en")
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2031-05-14T21:00:00Z" in archive.read("docProps/core.xml")
    package = render(daily(CENTRE), format="gpkg", language="en")
    assert {row["last_change"] for row in rows_in(package, "gpkg_contents")} == {"2031-05-14T21:00:00.000Z"}
    assert package[96:100] == bytes(4), sys.version


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (shapely.Point(20, 45.5), "<Point><coordinates>20,45.5</coordinates></Point>"),
        (shapely.LineString([(0, 0), (1, 1)]), "<LineString><coordinates>0,0 1,1</coordinates></LineString>"),
        (
            shapely.MultiPoint([(0, 0), (-100.1234567, 0)]),
            "<MultiGeometry><Point><coordinates>0,0</coordinates></Point><Point><coordinates>-100.123457,0"
            "</coordinates></Point></MultiGeometry>",
        ),
    ],
)
def test_a_shape_in_the_words_of_kml(shape: Any, said: str) -> None:
    assert kml._shape(shape) == said


def test_a_hole_in_a_zone_stays_a_hole() -> None:
    shape = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    assert kml._shape(shape).count("<innerBoundaryIs>") == 1
