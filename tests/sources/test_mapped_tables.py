"""Tables by a mapping: day and time apart, units, remarks, presets, workbooks, encodings, keys."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model.watch import SourceSetting
from trucewatch.sources.event_table import keys_may_return, setting_faults
from trucewatch.sources.guess import guess_columns, guess_preset
from trucewatch.sources.keys_seen import KeysSeen
from trucewatch.sources.presets import ACLED_KINDS
from trucewatch.sources.table import fold

from .reading import SAMPLES, Outcome, read_bytes, read_file

LIST = SourceSetting(
    id="list",
    adapter="event_table",
    files=(),
    time_zone="UTC",
    columns={"kind": "=explosion", "day": "day", "time_of_day": "at", "text": "note"},
)
ACLED = SourceSetting(id="acled", adapter="event_table", files=(), preset="acled", time_zone="UTC")


def read(folder: Path, *lines: str, **changes: Any) -> Outcome:
    return read_bytes("\n".join([*lines, ""]).encode(), folder, LIST, **changes)


def reasons(outcome: Outcome) -> list[tuple[int, str]]:
    return [(refusal.row, str(refusal.reason)) for refusal in outcome.rejected]


def remarks(outcome: Outcome) -> list[str]:
    return [str(remark) for batch in outcome.batches for remark in batch.remarks]


def test_a_time_column_beside_a_day_column(tmp_path: Path) -> None:
    outcome = read(
        tmp_path,
        "day;at;note",
        "4 March 2031;23:50-00:10;over midnight",
        "2031-03-05;;a whole day",
        "2031-03-05 09:00;;the time beside the day",
        "2031-03-05 09:00;10:00;two times",
        ";10:00;no day",
    )
    spans = [(row["occurred_start"], row["occurred_end"] - row["occurred_start"]) for row in outcome.rows]
    assert spans == [
        (datetime(2031, 3, 4, 23, 50, tzinfo=UTC), timedelta(minutes=20)),
        (datetime(2031, 3, 5, tzinfo=UTC), timedelta(days=1)),
        (datetime(2031, 3, 5, 9, tzinfo=UTC), timedelta(0)),
    ]
    assert [row for row, _ in reasons(outcome)] == [5, 6]
    assert "two different times" in reasons(outcome)[0][1]


def test_a_row_may_name_its_zone_in_a_column(tmp_path: Path) -> None:
    columns = {**LIST.columns, "zone": "zone"}
    outcome = read(
        tmp_path,
        "day;at;note;zone",
        "2031-03-04;10:00;a;Asia/Baku",
        "2031-03-04;10:00;b;+02:00",
        "2031-03-04;10:00;c;",
        "2031-03-04;10:00;d;MSK",
        "2031-03-04;10:00 UTC;e;Asia/Baku",
        columns=columns,
    )
    assert [row["occurred_start"].hour for row in outcome.rows] == [6, 8, 10, 10]
    assert 'the zone "MSK"' in reasons(outcome)[0][1]


MEASURED = {
    **{"kind": "=shot", "occurred_start": "when", "observer_lon": "x", "observer_lat": "y"},
    "bearing_deg": "Azimuth",
}


def measures(folder: Path, heading: str, *cells: str, target: str = "range_m", azimuth: str = "Azimuth") -> Outcome:
    columns = MEASURED | {"bearing_deg": azimuth, target: heading}
    lines = [f"2031-03-04T10:0{number}Z;20.1;10.1;45;{cell}" for number, cell in enumerate(cells)]
    return read(folder, f"when;x;y;{azimuth};{heading}", *lines, columns=columns)


@pytest.mark.parametrize(
    ("heading", "target", "metres"),
    [
        ("How far (km)", "range_m", 3000.0),
        ("Range [km]", "range_m", 3000.0),
        ("Дальность, км", "range_m", 3000.0),
        ("distance_km", "range_m", 3000.0),
        ("Distance, m", "range_m", 3.0),
        ("Высота, м", "range_m", 3.0),
        ("How far", "range_m", 3.0),
        ("How far", "range_km", 3000.0),
        ("How far (km)", "range_km", 3000.0),
        ("Distance (nm)", "range_m", 5556.0),
    ],
)
def test_the_unit_of_a_heading_is_converted_once(tmp_path: Path, heading: str, target: str, metres: float) -> None:
    assert measures(tmp_path, heading, "3", target=target).rows[0]["range_m"] == pytest.approx(metres)


def test_kilometres_and_metres_in_one_column_are_read_by_the_cell_and_a_bare_number_is_refused(tmp_path: Path) -> None:
    outcome = measures(tmp_path, "How far", "3 km", "500 m", "4", "2.5км", "1 verst")
    assert [row["range_m"] for row in outcome.rows] == [3000.0, 500.0, 2500.0]
    assert [row for row, _ in reasons(outcome)] == [4, 6]
    assert 'range_m "4" has no unit' in reasons(outcome)[0][1]


def test_a_heading_with_a_unit_says_what_a_bare_number_is_beside_others(tmp_path: Path) -> None:
    assert [row["range_m"] for row in measures(tmp_path, "How far (km)", "3", "500 m").rows] == [3000.0, 500.0]


@pytest.mark.parametrize(("azimuth", "degrees"), [("Azimuth (mils)", 2.53125), ("Азимут, тыс", 2.7)])
def test_azimuths_come_in_mils_too(tmp_path: Path, azimuth: str, degrees: float) -> None:
    assert measures(tmp_path, "How far (m)", "3", azimuth=azimuth).rows[0]["bearing_deg"] == pytest.approx(degrees)


def test_a_bearing_of_400_degrees_and_an_angle_for_a_distance_are_refused(tmp_path: Path) -> None:
    outcome = read(tmp_path, "when;x;y;Azimuth", "2031-03-04T10:00Z;20.1;10.1;400", columns=MEASURED)
    assert 'bearing_deg "400" is not between 0 and 360' in reasons(outcome)[0][1]
    assert "another kind of unit" in reasons(measures(tmp_path, "Azimuth (mils)", "3"))[0][1]


def test_a_column_of_times_and_one_of_distances_that_nobody_mapped_are_told(tmp_path: Path) -> None:
    columns = {"kind": "=explosion", "occurred_start": "when", "text": "note"}
    outcome = read(
        tmp_path,
        "when;note;Seen at;Number;Distance;Range (km)",
        "2031-03-04;a;10:20;7;3;4",
        "2031-03-05;b;10:40-10:50;8;4;4",
        columns=columns,
    )
    told = remarks(outcome)
    assert len(told) == 2
    assert 'the column "seen at" holds times' in told[0]
    assert 'the column "distance" holds distances' in told[1]


# --- workbooks -------------------------------------------------------------------------------------------------------


def workbook(fill: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["day", "at", "note", "dead"])
    fill(book.active)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_time_cell_of_a_workbook_is_a_time(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.append([datetime(2031, 3, 4), time(10, 20), "a time"])  # noqa: DTZ001 - cells have no zone
        sheet.append([datetime(2031, 3, 4), 0.5, "a fraction"])  # noqa: DTZ001
        sheet.append([datetime(2031, 3, 4), timedelta(hours=11, minutes=5), "a length"])  # noqa: DTZ001

    outcome = read_bytes(workbook(fill), tmp_path, LIST)
    assert [f"{row['occurred_start']:%H:%M}" for row in outcome.rows] == ["10:20", "12:00", "11:05"]


def test_a_merged_cell_holds_for_its_rows_or_refuses_them(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["2031-03-04", "10:20", "first", None])
        sheet.append([None, "11:20", "second", None])
        sheet.append(["2031-03-05", "10:20", "third", 3])
        sheet.append(["2031-03-05", "11:20", "fourth", None])
        sheet.append(["the north", None, None, None])
        sheet.append(["2031-03-06", "10:20", "=1+1", None])
        for cells in ("A2:A3", "D4:D5", "A6:D6"):
            sheet.merge_cells(cells)

    outcome = read_bytes(workbook(fill), tmp_path, LIST, columns={**LIST.columns, "killed_best": "dead"})
    assert [(row["text"], row["occurred_start"].day) for row in outcome.rows] == [("first", 4), ("second", 4)]
    told = dict(reasons(outcome))
    assert [*told] == [4, 5, 6, 7]
    assert "D4:D5 are merged over several rows and hold a number" in told[4]
    assert "A6:D6 are merged over several columns" in told[6]
    assert "C7 is a formula" in told[7]


def test_a_merged_heading_refuses_the_file(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["2031-03-04", "10:20", "first", None])
        sheet.merge_cells("A1:B1")

    assert "A1:B1 are merged over several columns" in reasons(read_bytes(workbook(fill), tmp_path, LIST))[0][1]


# --- bad files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "phrase"),
    [
        ("cp1251", "looks like Windows-1251"),
        ("cp1252", "looks like Windows-1252"),
        ("utf-16-le", "UTF-16 without its byte order mark"),
        ("utf-16-be", "UTF-16 without its byte order mark"),
    ],
)
def test_another_encoding_is_said_by_name(tmp_path: Path, encoding: str, phrase: str) -> None:
    words = "près de la rivière" if encoding == "cp1252" else "слышны разрывы"
    outcome = read_bytes(f"day;at;note\n2031-03-04;10:20;{words}\n".encode(encoding), tmp_path, LIST)
    assert (outcome.taken, [row for row, _ in reasons(outcome)]) == (0, [0])
    assert phrase in reasons(outcome)[0][1]
    assert "save the file as UTF-8" in reasons(outcome)[0][1]


def test_a_damaged_byte_in_utf8_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    content = "day;at;note\n2031-03-04;10:20;слышны разрывы\n".encode() + b"2031-03-04;10:21;\xe9\xe9\xe9\n"
    assert "looks like" not in reasons(read_bytes(content, tmp_path, LIST))[0][1]


def test_a_second_heading_a_row_of_31_cells_and_a_day_that_never_was_cost_their_rows(tmp_path: Path) -> None:
    outcome = read(
        tmp_path,
        "day;at;note",
        "Day;Time;Note",
        ";".join("x" * 31),
        "29 Feb 2031;10:20;a",
        "2031-03-04;25:20;b",
        "2031-03-04;24:00;c",
    )
    assert [row for row, _ in reasons(outcome)] == [2, 3, 4, 5]
    assert [row["occurred_start"].day for row in outcome.rows] == [5]


# --- keys ------------------------------------------------------------------------------------------------------------


@given(st.lists(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 2)), max_size=12), max_size=8))
def test_keys_are_remembered_as_a_table_of_all_of_them_would(chunks: list[list[tuple[int, int]]]) -> None:
    seen, plain, line = KeysSeen(), {}, 0
    for chunk in chunks:
        expected = []
        for key, says in chunk:
            line += 1
            first = plain.setdefault(key, (says, line))
            expected.append(0 if first[0] == says else first[1])
        lines = np.arange(line - len(chunk) + 1, line + 1)
        keys, says = (np.array([pair[at] for pair in chunk], dtype=np.int64) for at in (0, 1))
        assert seen.first_of_others(keys, says, lines).tolist() == expected


# --- ACLED -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [";", ","])
def test_an_export_of_acled_is_read_as_its_codebook_says(tmp_path: Path, separator: str) -> None:
    content = (SAMPLES / "event_table" / "acled" / "good.csv").read_text()
    assert "," not in content
    outcome = read_bytes(content.replace(";", separator).encode(), tmp_path, ACLED)
    assert outcome.rejected == []
    shelled, clashed, struck, marched, unknown = outcome.rows
    assert [row["kind"] for row in outcome.rows] == ["explosion", "hostilities", "explosion", "other", "other"]
    lengths = [(row["occurred_end"] - row["occurred_start"]).days for row in outcome.rows]
    assert lengths == [1, 7, 31, 1, 1]
    assert [row["semi_major_m"] for row in (shelled, clashed, struck)] == [2500.0, 15_000.0, 55_000.0]
    assert [row["killed_best"] for row in outcome.rows] == [None, 3, 12, None, None]
    assert {(row["claimed_by"], row["person_status"], row["means"]) for row in outcome.rows} == {
        ("ACLED", "not_stated", "event_list")
    }
    assert shelled["actor"] == "Military Forces of Northland; Military Forces of Southland"
    assert "source=Invented Courier; source_scale=Subnational" in shelled["source_quality"]
    assert (shelled["known_at"], shelled["known_at_assumed"]) == (datetime(2031, 5, 10, tzinfo=UTC), False)
    assert "sub_event_type=Peaceful protest" in marched["source_quality"]
    assert "A sub-event of a later codebook" in unknown["source_quality"]


def test_a_workbook_of_acled_gives_the_rows_of_its_csv(tmp_path: Path) -> None:
    path = SAMPLES / "event_table" / "acled" / "good.csv"
    book = openpyxl.Workbook()
    for line in path.read_text().splitlines():
        cells = line.split(";")
        book.active.append([float(cell) if cell.lstrip("-").replace(".", "", 1).isdigit() else cell for cell in cells])
    content = io.BytesIO()
    book.save(content)
    ids = [row["observation_id"] for row in read_file(path, ACLED).rows]
    assert [row["observation_id"] for row in read_bytes(content.getvalue(), tmp_path, ACLED).rows] == ids


def test_a_precision_that_the_codebook_does_not_have_refuses_the_row(tmp_path: Path) -> None:
    lines = (SAMPLES / "event_table" / "acled" / "good.csv").read_text().splitlines()
    content = "\n".join([lines[0], lines[1].replace("2031;1;", "2031;4;"), ""])
    (refusal,) = reasons(read_bytes(content.encode(), tmp_path, ACLED))
    assert 'date_prec "4" is not known; ACLED writes 1 to 3' in refusal[1]


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        ({"handling": "open"}, "may not be passed on"),
        ({"claimed_by": "Northland"}, "is its own claim"),
        ({"columns": {"claimed_by": "actor1"}}, "is its own claim"),
    ],
)
def test_a_source_of_acled_is_restricted_and_its_actors_claim_nothing(changes: dict[str, Any], phrase: str) -> None:
    given = SourceSetting(**{"id": "a", "adapter": "event_table", "files": (), "preset": "acled"} | changes)
    assert [phrase in str(fault) for fault in setting_faults(given)] == [True]


def test_a_count_that_may_be_thousands_and_a_magnetic_bearing_are_refused(tmp_path: Path) -> None:
    columns = {"occurred_start": "when", "kind": "=explosion", "killed_best": "killed"}
    for text in ("1.000", "1,000"):
        for others in ("2", "two"):  # with one that is no number cells are read one by one
            content = f'when,killed\n2031-03-02,"{text}"\n2031-03-03,{others}\n'.encode()
            outcome = read_bytes(content, tmp_path, ACLED, preset="", columns=columns, decimal_comma=True)
            assert 1000 not in [row["killed_best"] for row in outcome.rows]
            assert 1 not in [row["killed_best"] for row in outcome.rows]
            assert "is no whole number" in str(outcome.rejected[0].reason)
    columns = {"occurred_start": "when", "kind": "=explosion", "bearing_deg": "Magnetic azimuth"}
    columns |= {"observer_lon": "lon", "observer_lat": "lat"}
    content = b"when,lon,lat,Magnetic azimuth\n2031-03-02,20,10,90\n"
    outcome = read_bytes(content, tmp_path, ACLED, preset="", columns=columns)
    assert outcome.taken == 0
    assert "from true north" in str(outcome.rejected[0].reason)


def test_an_export_of_acled_that_was_mapped_by_hand_is_refused(tmp_path: Path) -> None:
    content = (SAMPLES / "event_table" / "acled" / "good.csv").read_bytes()
    columns = {"occurred_start": "event_date", "kind": "=other", "lon": "longitude", "lat": "latitude", "text": "notes"}
    outcome = read_bytes(content, tmp_path, ACLED, preset="", columns=columns)
    assert outcome.taken == 0, "its rows would leave in releases"
    assert 'preset = "acled"' in str(outcome.rejected[0].reason)


def test_no_word_of_acled_becomes_a_kind_that_it_is_not() -> None:
    fires = {word for word, kind in ACLED_KINDS.items() if kind not in ("other", "hostilities")}
    assert fires == {
        "Air/drone strike",
        "Grenade",
        "Remote explosive/landmine/IED",
        "Shelling/artillery/missile attack",
        "Suicide bomb",
    }
    assert ACLED_KINDS["*"] == ACLED_KINDS["Peaceful protest"] == "other"


def test_lists_whose_keeper_gives_keys_for_good_are_told_from_others() -> None:
    keyed = {**LIST.columns, "natural_key": "id"}
    assert not keys_may_return(ACLED)
    assert not keys_may_return(LIST)
    assert keys_may_return(SourceSetting(id="l", adapter="event_table", files=(), columns=keyed))


# --- proposals -------------------------------------------------------------------------------------------------------


def proposed(header: str, *lines: str) -> dict[str, str]:
    names = header.split("|")
    rows = [dict(zip(map(fold, names), line.split("|"), strict=True)) for line in lines]
    return guess_columns(names, rows)


def test_day_and_time_are_proposed_by_what_the_columns_hold() -> None:
    plain = proposed("Date|Time|Type", "4 March 2031|10:20|shelling", "5 March 2031|10:20-10:31|shots")
    assert plain == {"day": "Date", "time_of_day": "Time", "kind": "Type"}
    russian = proposed("Дата|Начало|Окончание|Что", "4 марта 2031|10:20|10:31|обстрел")
    assert russian == {"day": "Дата", "time_of_day": "Начало", "time_end": "Окончание", "kind": "Что"}


def test_what_a_column_holds_goes_before_its_name() -> None:
    words = proposed("Time|Type|Description", "2031-03-04 10:20|Saw|shelling", "2031-03-05 10:20|Heard|small arms fire")
    assert words == {"occurred_start": "Time", "kind": "Description", "perceived": "Type"}
    nameless = proposed("A|B|C", "4.3.2031 10:20|10.1, 20.5|artillery")
    assert nameless == {"occurred_start": "A", "place": "B", "kind": "C"}


def test_counts_of_days_are_proposed_only_under_a_heading_of_dates() -> None:
    assert proposed("Date|What", "45000|shelling")["date_numbers"] == "=excel"
    assert "occurred_start" not in proposed("Number|What", "45000|shelling")


@pytest.mark.parametrize(
    ("heading", "cell", "is_proposed"),
    [("How far (km)", "3", True), ("How far", "3 km", True), ("How far", "3", False)],
)
def test_a_distance_is_proposed_only_with_its_unit(heading: str, cell: str, is_proposed: bool) -> None:
    header = f"When|What|Observer lon|Observer lat|Azimuth|{heading}"
    assert ("range_m" in proposed(header, f"4.3.2031 10:20|shots|20.1|10.2|320|{cell}")) == is_proposed


def test_an_export_of_acled_is_known_by_its_header() -> None:
    header = (SAMPLES / "event_table" / "acled" / "good.csv").read_text().splitlines()[0].split(";")
    assert guess_preset(header) == "acled"
    assert guess_preset(["when", "what"]) == ""


def test_places_by_distance_and_direction_are_proposed_whatever_their_heading() -> None:
    cells = ["2.1 km NE of Sampleton", "800 m W of Elsewhere", "в 3 км к югу от Образцово"]
    rows = [{"ort": cell, "wann": "2031-03-04", "was": "shelling"} for cell in cells]
    assert guess_columns(("Ort", "Wann", "Was"), rows)["place"] == "Ort"
    assert "place" not in guess_columns(("Ort", "Wann"), [{"ort": "about 3 km of road", "wann": "2031-03-04"}])
