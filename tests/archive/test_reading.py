"""Tables of every form: what is read as what, which rows are refused with which reason, and that nothing is lost."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.archive.header import detect_layout
from trucewatch.archive.read import Input, Piece, Reading, inputs_of, read_pieces
from trucewatch.archive.rows import Rows, concat_rows
from trucewatch.errors import UnreadableInput
from trucewatch.model.observation import KINDS
from trucewatch.sources import stream

HEAD = "lon,lat,time,sd_m\n"
GOOD = "46.5,39.5,2031-05-04T02:00:00Z,100\n"


def read_all(path: Path, **reading: Any) -> tuple[Rows, list[tuple[int, str]]]:
    """All rows of a file, and line and reason of those refused."""
    how = Reading(numbered=True, **reading)
    (one,) = inputs_of([path], how)
    pieces: list[Piece] = [task() for task in read_pieces(one, how)]
    refused = [(told.line, str(told.reason)) for piece in pieces for told in piece.refused]
    return concat_rows([piece.rows for piece in pieces]), refused


def write(folder: Path, text: str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def test_columns_are_known_by_other_names_too(tmp_path: Path) -> None:
    rows, refused = read_all(write(tmp_path, "Longitude;LAT;Timestamp;note\n46.5;39.5;2031-05-04T02:00:00Z;x\n"))
    assert (rows["lon"].tolist(), rows["lat"].tolist(), refused) == ([46.5], [39.5], [])
    layout = detect_layout(["Longitude", "LAT", "Timestamp", "note"])
    assert layout.sentence() == "read as lon = Longitude, lat = LAT, start = Timestamp; not needed: note"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (["longtude", "lat", "time"], 'no column is the longitude (is it "longtude"? then call it lon)'),
        (["lon", "lat", "note"], "no column is the time (call it occurred_start or start"),
        (["a", "b"], "It has: a, b"),
        (["lon", "LON", "lat", "time"], 'names the column "LON" twice'),
    ],
)
def test_a_table_without_place_or_time_is_refused_with_the_nearest_names(header: list[str], said: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        detect_layout(header)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("200,39.5,2031-05-04T02:00:00Z,100", "lon"),
        ("46.5,,2031-05-04T02:00:00Z,100", "lon and lat belong together"),
        ("46.5,39.5,2031-05-04 02:00,100", "no zone of time"),
        ("46.5,39.5,,100", "is empty"),
        ("46.5,39.5,2031-05-04T02:00:00Z,-1", "is not between"),
        ("46.5,39.5,2031-05-04T02:00:00Z,inf", "sd_m"),
        ("46.5,39.5,2031-05-04T02:00:00Z,0", "is not between"),
        ("46.5,39.5,0000-05-04T02:00:00Z,1", "time"),
        ("abc,39.5,2031-05-04T02:00:00Z,1", "is no number"),
        ("46.5,39.5,2031-05-04T02:00:00Z", "has not 4 cells"),
        ("46.5,39.5,2031-05-04T02:00:00Z,1,1", "has not 4 cells"),
        ("46.5,39.5,2031-02-30T02:00:00Z,1", "is no time"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_the_others_stay(tmp_path: Path, row: str, said: str) -> None:
    rows, refused = read_all(write(tmp_path, HEAD + GOOD + GOOD + row + "\n" + GOOD))
    assert len(rows) == 3
    ((line, reason),) = refused
    assert line == 4
    assert said in reason, reason
    assert rows["line"].tolist() == [2, 3, 5]


@pytest.mark.parametrize("nothing", ["", "nan", "NaN", "NA", "null"])
@pytest.mark.parametrize("other", [GOOD, "46.5,39.5,bad,1\n"])
def test_missing_numbers_are_missing_whatever_stands_in_the_other_rows(
    tmp_path: Path, nothing: str, other: str
) -> None:
    text = HEAD + f"{nothing},{nothing},2031-05-04T02:00:00Z,{nothing}\n" + other
    rows, _ = read_all(write(tmp_path, text))
    assert np.isnan([rows["lon"][0], rows["lat"][0], rows["semi_major_m"][0]]).all()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_quotes_blank_lines_and_line_ends_do_not_shift_lines(tmp_path: Path, end: str) -> None:
    lines = [
        "lon,lat,time,note",
        '46.5,39.5,2031-05-04T02:00:00Z,"a, b"',
        "",
        '46.5,39.5,2031-05-04T02:00:00Z,"two',
        'lines"',
        "46.5,99,2031-05-04T02:00:00Z,x",
        '46.5,39.5,2031-05-04T02:00:00Z,"say ""so"""',
    ]
    rows, refused = read_all(write(tmp_path, end.join(lines) + end))
    assert rows["line"].tolist() == [2, 4, 7]
    assert [line for line, _ in refused] == [6]


def test_gzip_parquet_and_csv_give_the_same_rows(tmp_path: Path) -> None:
    plain = write(tmp_path, HEAD + GOOD * 5)
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress((HEAD + GOOD * 5).encode()))
    table = pa.table(
        {
            "lon": [46.5] * 5,
            "lat": [39.5] * 5,
            "sd_m": [100] * 5,
            "time": pa.array([1_935_626_400_000_000] * 5).cast(pa.timestamp("us", "UTC")),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    found = [read_all(path)[0] for path in (plain, packed, tmp_path / "a.parquet")]
    for name in ("lon", "lat", "start_us", "semi_major_m", "kind", "means"):
        assert len({tuple(rows[name].tolist()) for rows in found}) == 1, name


def test_times_without_a_zone_need_one(tmp_path: Path) -> None:
    table = pa.table({"lon": [46.5], "lat": [39.5], "time": pa.array([0]).cast(pa.timestamp("us"))})
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(UnreadableInput, match="times without a zone"):
        read_all(tmp_path / "a.parquet")
    from trucewatch.model.times import zone_named

    rows, _ = read_all(tmp_path / "a.parquet", zone=zone_named("Asia/Baku"), zone_name="Asia/Baku")
    assert rows["start_us"].tolist() == [-4 * 3_600_000_000]


FIRMS = "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,simulated\n"


def _fire(time: str = "0824", satellite: str = "N", scan: str = "0.4", lat: str = "39.5") -> str:
    return f"{lat},46.5,300,{scan},0.5,2031-05-04,{time},{satellite},VIIRS,n,2.0,true\n"


@pytest.mark.parametrize("odd", ["", _fire(scan="0"), _fire(time="2460"), _fire(satellite="X"), _fire(time="08:24")])
def test_a_fire_pixel_is_the_same_beside_an_odd_one(tmp_path: Path, odd: str) -> None:
    rows, refused = read_all(write(tmp_path, FIRMS + _fire() + odd + _fire(time="5")))
    first = {
        name: rows[name][0] for name in ("start_us", "end_us", "lon", "lat", "sensor", "semi_major_m", "simulated")
    }
    alone, _ = read_all(write(tmp_path, FIRMS + _fire(), "b.csv"))
    assert first == {name: alone[name][0] for name in first}
    assert rows.texts[int(rows["sensor"][0])] == "VIIRS/S-NPP"
    assert KINDS[rows["kind"][0]] == "thermal_anomaly"
    is_refused = "2460" in odd or "X" in odd
    assert [line for line, _ in refused] == ([3] if is_refused else [])
    assert len(rows) + len(refused) == 2 + bool(odd)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.sampled_from(["a", "bb", "", '"', ",", "é", "x" * 50]), max_size=60), st.sampled_from(["\n", "\r\n"])
)
def test_blocks_are_the_whole_text_with_its_lines_counted(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], end: str
) -> None:
    path = tmp_path_factory.mktemp("blocks") / "a.csv"
    text = "head" + end + end.join(lines)
    path.write_bytes(text.encode())
    with patch.object(stream, "BLOCK_BYTES", 50):
        blocks = list(stream.line_blocks(path))
    whole = text.replace("\r\n", "\n")
    assert b"".join(block.data for block in blocks).decode() == whole + ("" if whole.endswith("\n") else "\n")
    line = 1
    for block in blocks:
        assert (block.first_line, block.lines) == (line, block.data.count(b"\n"))
        line += block.lines


def test_inputs_with_and_without_our_ids_are_not_mixed(tmp_path: Path) -> None:
    with_ids = write(tmp_path, "observation_id,lon,lat,time\n", "b.csv")
    with pytest.raises(UnreadableInput, match="fuse them apart"):
        inputs_of([write(tmp_path, HEAD), with_ids], Reading())


def test_a_missing_or_empty_file_is_named(tmp_path: Path) -> None:
    for name, said in (("none.csv", "there is no such file"), ("empty.csv", "the file is empty")):
        if "empty" in name:
            write(tmp_path, "", name)
        with pytest.raises(UnreadableInput, match=said):
            inputs_of([tmp_path / name], Reading())


def test_every_input_row_is_taken_or_refused(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    cells = ["46.5", "", "abc", "1e400", "-181", "39"]
    times = ["2031-05-04T02:00:00Z", "", "soon", "2031-05-04T02:00:00+04:00"]
    with (tmp_path / "a.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["lon", "lat", "time", "kind"])
        for _ in range(500):
            writer.writerow([*rng.choice(cells, 2), rng.choice(times), rng.choice(["fire", "burst", "bang", ""])])
    rows, refused = read_all(tmp_path / "a.csv")
    assert sorted([*rows["line"].tolist(), *(line for line, _ in refused)]) == list(range(2, 502))


def test_an_input_knows_its_size(tmp_path: Path) -> None:
    (one,) = inputs_of([write(tmp_path, HEAD + GOOD)], Reading())
    assert isinstance(one, Input)
    assert one.size == len(HEAD + GOOD)
