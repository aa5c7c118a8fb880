"""What hostile files may do to the readers: none takes long or much, and no row costs another one its place."""

from __future__ import annotations

import io
import json
import resource
import sqlite3
import struct
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pytest
import shapely

from trucewatch.model.watch import SourceSetting
from trucewatch.sources.form_answers import is_private
from trucewatch.sources.form_files import cells_of_submission

from .reading import Outcome, read_bytes, sample_setting

MAIL, CHANNEL, FORMS = (sample_setting(name) for name in ("mail", "telegram", "kobo"))
SHAPES = SourceSetting(
    id="shapes",
    adapter="event_table",
    files=("inbox/*",),
    time_zone="Asia/Yerevan",
    columns={"lon": "lon", "lat": "lat", "occurred_start": "when", "kind": "=explosion", "natural_key": "nr"},
)
HEAD = b"From: a@b.example\nDate: Sat, 1 Mar 2031 14:02:00 +0300\nMessage-ID: <a@b>\nSubject: x\n"
PAGE = HEAD + b"Content-Type: text/html\n\n"
BOXED = b"From x\n%s\n\n"
POINT = {"type": "Point", "coordinates": [20.5, 10.5]}
WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433]]'
)


def read_in_time(content: bytes, folder: Path, setting: SourceSetting, seconds: float = 3.0) -> Outcome:
    begun = time.process_time()
    outcome = read_bytes(content, folder, setting)
    assert time.process_time() - begun < seconds
    return outcome


@pytest.mark.parametrize("piece", ["<!--", "<![", "<?", "</", "<a", '<a b="', "<a b='", "<a <", "<", "</a", "&#", "&"])
def test_no_page_in_a_mail_takes_long(piece: str, tmp_path: Path) -> None:
    outcome = read_in_time(PAGE + piece.encode() * (1_000_000 // len(piece)), tmp_path, MAIL)
    assert outcome.rejected == []
    assert outcome.taken == 1


def test_a_page_keeps_its_words_whatever_stands_between_them(tmp_path: Path) -> None:
    body = (
        b"<style>p > a { color: red }</style><script>if (a<b && c == \"it's\") { d('<p>') }</script><!-- > -->"
        b"<p title='a > b'>First &lt;b&gt;</p><![if !mso]><a href = \"https://x.example/?a=1&amp;b=2\">second</a>"
        b"<![endif]><?xml v?><p it's>third 1 < 2</p><IMG SRC=//y.example/z>&#" + b"9" * 5000 + b"; fourth"
    )
    (row,) = read_in_time(PAGE + body, tmp_path, MAIL).rows
    assert "First <b>\nsecond (https://x.example/?a=1&b=2)\nthird 1 < 2" in row["text"]
    assert row["text"].endswith("; fourth")
    assert "color" not in row["text"]
    assert "remote_images=1" in row["source_quality"]


@pytest.mark.parametrize("sender", [b"(" * 1900, b":" * 1900, b'"' * 1900, b"<" * 1900])
def test_an_address_of_comments_in_comments_costs_no_mail_beside_it(sender: bytes, tmp_path: Path) -> None:
    other = BOXED % (HEAD.replace(b"a@b", b"c@d") + b"\nhi\n")
    hostile = BOXED % (HEAD.replace(b"a@b.example", sender).replace(b"<a@b>", b"<e@f>") + b"\nhi\n")
    assert read_in_time(other + hostile + other.replace(b"c@d", b"g@h"), tmp_path, MAIL).taken == 3


@pytest.mark.parametrize("tail", ['"' + '\\"' * 400_000, '"\\' * 400_000, 'x "' + '\\"' * 400_000])
def test_a_string_without_end_is_looked_at_once(tail: str, tmp_path: Path) -> None:
    message = {"id": 1, "type": "message", "date_unixtime": "1929000000", "text": "hi"}
    chat = json.dumps({"name": "x", "type": "public_channel", "id": 1234567, "messages": [message]})
    outcome = read_in_time(f'{chat[:-2]},{{"a":{tail}'.encode(), tmp_path, CHANNEL)
    assert outcome.taken == 1
    assert "cut off or damaged" in str(outcome.rejected[-1].reason)


def test_many_damaged_messages_take_no_longer_than_good_ones(tmp_path: Path) -> None:
    chat = '{"name":"x","type":"public_channel","id":1234567,"messages":[' + ",".join(['{"a":x}'] * 100_000) + "]}"
    assert len(read_in_time(chat.encode(), tmp_path, CHANNEL, seconds=8.0).rejected) == 100_000


@pytest.mark.parametrize(
    ("nr", "coordinates", "taken"),
    [
        ('"\\ud800"', "[20.5, 10.5]", 3),
        ('{"\\ud800": ["\\udfff"]}', "[20.5, 10.5]", 3),
        ("1", f"[{'9' * 400}, 10.5]", 2),
        ("1", f"[20.5, -{'9' * 400}]", 2),
        ("1", "[true, false]", 2),
        ("1", "[NaN, 1e999]", 2),
    ],
)
def test_what_is_no_letter_and_no_number_costs_one_feature_at_most(
    nr: str, coordinates: str, taken: int, tmp_path: Path
) -> None:
    def feature(nr: str, coordinates: str) -> str:
        geometry = f'{{"type": "Point", "coordinates": {coordinates}}}'
        properties = f'{{"nr": {nr}, "when": "2031-03-05T10:20:00Z"}}'
        return f'{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}'

    features = [feature('"a"', "[20.5, 10.5]"), feature(nr, coordinates), feature('"b"', "[20.5, 10.5]")]
    content = f'{{"type": "FeatureCollection", "features": [{", ".join(features)}]}}'
    outcome = read_in_time(content.encode(), tmp_path, SHAPES)
    assert (outcome.taken, len(outcome.rejected)) == (taken, 3 - taken)


def test_lists_in_lists_and_half_letters_cost_their_submission_alone(tmp_path: Path) -> None:
    rows: list[Any] = [
        {"_uuid": f"u{number}", "observation/began": "2031-03-01T10:00:00+04:00", "observation/kind": "shelling"}
        | {"GPS": "10.5 20.5"}
        for number in range(3)
    ]
    rows[0]["remarks"] = "\ud800"
    text = json.dumps(rows)[:-2] + ', "a": ' + "[" * 900 + "]" * 900 + "}]"
    outcome = read_in_time(text.encode(), tmp_path, FORMS)
    assert (outcome.taken, [refusal.row for refusal in outcome.rejected]) == (2, [3])


def test_merged_cells_that_overlap_are_refused_at_once(tmp_path: Path) -> None:
    book, packed, content = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for cells in [["when", "lon", "lat", "nr"], *[["2031-03-05T10:20:00Z", 20.5, 10.5, f"e{n}"] for n in range(2000)]]:
        book.active.append(cells)
    book.save(packed)
    merged = b'</sheetData><mergeCells count="19000">' + b'<mergeCell ref="D2:D1048576"/>' * 19_000 + b"</mergeCells>"
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"</sheetData>", merged))
    outcome = read_in_time(content.getvalue(), tmp_path, SHAPES)
    assert "overlap" in str(outcome.rejected[-1].reason)


def shapefile(records: int, corners: int) -> bytes:
    """So many lines with so many corners at the place 0, 0, in an archive."""
    table = struct.pack("<BBBBIHH20x", 3, 31, 1, 1, records, 65, 31)
    table += b"when".ljust(11, b"\0") + b"C\0\0\0\0" + bytes([28, 0]) + bytes(14)
    table = (
        table.replace(struct.pack("<HH", 65, 31), struct.pack("<HH", 97, 31)) + b"nr".ljust(11, b"\0") + b"C\0\0\0\0"
    )
    table += bytes([2, 0]) + bytes(14) + b"\r"
    table += b"".join(b" " + b"2031-03-05T10:20:00Z".ljust(28) + b"%02d" % (n % 100) for n in range(records))
    shape = struct.pack("<i4d3i", 3, 0, 0, 0, 0, 1, corners, 0) + bytes(16 * corners)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("e.dbf", table)
        archive.writestr("e.prj", WGS84)
        with archive.open("e.shp", "w") as file:
            file.write(b"\x00\x00\x27\x0a" + bytes(96))
            for number in range(1, records + 1):
                file.write(struct.pack(">2i", number, len(shape) // 2) + shape)
    return content.getvalue()


def test_a_small_archive_of_large_shapes_takes_little_memory(tmp_path: Path) -> None:
    assert read_in_time(shapefile(3, 10), tmp_path, SHAPES).taken == 3
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = read_in_time(shapefile(12, 200_000), tmp_path, SHAPES, seconds=8.0)
    assert (outcome.taken, outcome.rejected) == (12, [])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 << 10
    bomb = read_in_time(shapefile(40, 260_000), tmp_path, replace(SHAPES))
    assert "would unpack" in str(bomb.rejected[-1].reason)


def test_the_names_of_folders_are_not_repeated_without_end(tmp_path: Path) -> None:
    mark = (
        '<Placemark><ExtendedData><Data name="nr"><value>{}</value></Data><Data name="when"><value>2031-03-05T10:20:00Z'
        "</value></Data></ExtendedData><Point><coordinates>20.5,10.5</coordinates></Point></Placemark>"
    )
    folders = f"<Folder><name>{'x' * 190}</name>" * 150
    marks = "".join(map(mark.format, range(3000)))
    text = f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2">{folders}{marks}{"</Folder>" * 150}</kml>'
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert read_in_time(text.encode(), tmp_path, SHAPES).taken == 3000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 << 10


def test_a_submission_is_shown_without_who_sent_it_however_deep_that_lies(tmp_path: Path) -> None:
    sent = {"__system": {"submitterName": "Quokka", "submissionDate": "2031-03-01"}, "SubmitterName": "Quokka"}
    path = tmp_path / "f.json"
    path.write_text(
        json.dumps([{"_uuid": "u", "g": {"DeviceID": "Quokka", "rows": [{"phone": "Quokka", "a": 1}]}, **sent}])
    )
    cells = cells_of_submission(path, 1, is_private)
    assert cells is not None
    assert "Quokka" not in str(cells)
    assert dict(cells)["g"] == '{"rows": [{"a": "1"}]}'
    assert [name for name, _ in cells] == ["_uuid", "g", "__system"]


def test_a_repeat_within_long_answers_takes_little_memory(tmp_path: Path) -> None:
    record: dict[str, Any] = {"_uuid": "u", "observation/began": "2031-03-01T10:00:00+04:00", "GPS": "10.5 20.5"}
    record |= {"observation/kind": "shelling", "rep": [{"a": number} for number in range(1000)]}
    record |= {f"q{number}": "y" * 30_000 for number in range(20)}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert read_in_time(json.dumps([record]).encode(), tmp_path, FORMS).taken == 1000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 << 10


def test_a_layer_is_no_virtual_table_however_it_is_spelt(tmp_path: Path) -> None:
    path = tmp_path / "e.gpkg"
    geopandas.GeoDataFrame({"nr": ["a"]}, geometry=[shapely.Point(20.5, 10.5)], crs=4326).to_file(path, driver="GPKG")
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA writable_schema=ON")
        db.execute("PRAGMA foreign_keys=OFF")
        db.execute("CREATE VIRTUAL TABLE vv USING fts3(nr, geom)")
        db.execute("UPDATE sqlite_master SET sql = 'CREATE  VIRTUAL TABLE vv USING fts3(nr, geom)' WHERE name = 'vv'")
        db.execute("UPDATE gpkg_geometry_columns SET table_name = 'vv'")
        db.execute("UPDATE gpkg_contents SET table_name = 'vv', identifier = 'vv'")
    (refusal,) = read_bytes(path.read_bytes(), tmp_path, SHAPES).rejected
    assert "holds no layer" in str(refusal.reason)
