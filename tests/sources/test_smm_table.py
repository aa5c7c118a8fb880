"""Tables of observations of an invented mission: what each cell becomes, and what is refused."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from tests.conftest import each
from trucewatch.errors import RowFault
from trucewatch.geo.frame import wgs84
from trucewatch.model.batch import Origin, ReadingContext
from trucewatch.model.times import zone_named
from trucewatch.model.watch import SourceSetting
from trucewatch.model.zone import Post
from trucewatch.sources import adapter, smm_lines
from trucewatch.sources import stream as stream_module
from trucewatch.sources.smm_cells import (
    check_one_kind,
    read_aspect,
    read_count,
    read_event_location,
    read_kind,
    read_perceived,
)
from trucewatch.sources.smm_posts import HEARD_WITHIN_M, Gazetteer
from trucewatch.sources.smm_times import Calendar, days_in, read_day_and_time

from .reading import (
    CONTEXT,
    POSTS,
    RECEIVED,
    SAMPLES,
    SAMPLETON,
    Outcome,
    good_sample,
    read_bytes,
    read_file,
    sample_setting,
)

HEAD = ("Position", "Event location", "Means", "No.", "Observation", "Description", "Weapon", "Date, time")
ROW = ("Heron Hill", "2-4km ESE", "Heard", "3", "Explosion", "Undetermined", "N/K", "2-Mar-2031, 10:20-10:31")
BAKU = Calendar(zone=zone_named("Asia/Baku"), nearest_to=date(2031, 6, 1))


def setting(**columns: str) -> SourceSetting:
    return replace(sample_setting("smm_table"), columns=columns)


def read_rows(rows: Sequence[Sequence[str]], folder: Path, head: Sequence[str] = HEAD, **columns: str) -> Outcome:
    """Rows as a tab separated text."""
    text = "\n".join("\t".join(cells) for cells in (head, *rows)) + "\n"
    return read_bytes(text.encode(), folder, setting(**columns))


def changed(**cells: str) -> tuple[str, ...]:
    """The row with other cells, by heading; Date_time stands for the last."""
    names = [name.replace(", ", "_").replace(" ", "_").strip(".") for name in HEAD]
    row = list(ROW)
    for name, cell in cells.items():
        row[names.index(name)] = cell
    return tuple(row)


def only(outcome: Outcome) -> dict[str, Any]:
    assert [str(refusal.reason) for refusal in outcome.rejected] == []
    assert len(outcome.rows) == 1
    return outcome.rows[0]


# --- where -----------------------------------------------------------------------------------------------------------


def test_direction_and_distance_are_read_from_the_post_of_the_register(tmp_path):
    row = only(read_rows([ROW], tmp_path))
    assert (row["observer_lon"], row["observer_lat"], row["sensor"]) == (20.6, 10.3, "post-2")
    assert (row["bearing_deg"], row["bearing_sd_deg"]) == (112.5, 11.25)
    assert (row["range_m"], row["range_sd_m"]) == (3000.0, 1000.0)
    lon, lat, _ = wgs84().fwd(20.6, 10.3, 112.5, 3000.0)
    assert (row["lon"], row["lat"]) == pytest.approx((lon, lat))
    assert row["semi_major_m"] == 1000.0
    assert row["semi_minor_m"] == pytest.approx(3000.0 * np.radians(11.25), rel=1e-5)
    assert row["major_azimuth_deg"] == 112.5


@pytest.mark.parametrize(
    ("written", "bearing", "distance"),
    [
        ("2-4km ESE", (112.5, 11.25), (3000.0, 1000.0)),
        ("ESE 2–4 km", (112.5, 11.25), (3000.0, 1000.0)),
        ("4 km W", (270.0, 11.25), (4000.0, 800.0)),
        ("5-8km E", (90.0, 11.25), (6500.0, 1500.0)),
        ("800m NW", (315.0, 11.25), (800.0, 160.0)),
        ("800m-1.2km S", (180.0, 11.25), (1000.0, 200.0)),
        ("3km (E)", (90.0, 11.25), (3000.0, 600.0)),
        ("<2km E", (90.0, 11.25), (1000.0, 1000.0)),
        (">5km E", (90.0, 11.25), (None, None)),
        ("2-4km ESE (assessed as 3km)", (112.5, 11.25), (3000.0, 1000.0)),
        ("5-8km E, assessed as 6km", (90.0, 11.25), (6000.0, 1500.0)),
        (">5km E (assessed as 6km)", (90.0, 11.25), (6000.0, 1200.0)),
        ("E (assessed as 3km)", (90.0, 11.25), (3000.0, 600.0)),
        ("2-4km ESE (assessed as outside the area)", (112.5, 11.25), (3000.0, 1000.0)),
        ("3km, 115°", (115.0, 3.0), (3000.0, 600.0)),
        ("350-10°", (0.0, 10.0), (None, None)),
        ("2-4 км ВЮВ", (112.5, 11.25), (3000.0, 1000.0)),
        ("4 км к северо-западу", (315.0, 11.25), (4000.0, 800.0)),
        ("NNE", (22.5, 11.25), (None, None)),
        ("N/K, NNE", (22.5, 11.25), (None, None)),
        ("2-4km, N/K", (None, None), (3000.0, 1000.0)),
        ("N/K", (None, None), (None, None)),
        ("", (None, None), (None, None)),
    ],
)
def test_an_event_location_keeps_what_is_known(written, bearing, distance):
    location = read_event_location(written)
    assert (location.bearing_deg, location.bearing_sd_deg) == bearing
    assert (location.range_m, location.range_sd_m) == distance
    assert location.place is None


@pytest.mark.parametrize(
    "written", ["1.5km SW of Sampleton", "1-2 km SW of Sampleton", "edge of Sampleton", "Sampleton"]
)
def test_an_event_location_may_name_a_town(written):
    place = read_event_location(written, (SAMPLETON,)).place
    assert place is not None
    assert abs(place.lon - 20.5) < 0.011
    assert place.sd_m > 500


@pytest.mark.parametrize(
    "written",
    [
        *(
            "400°, 3km",
            "bearing 361",
            "2-4 ESE",
            "800-2km S",
            "2-4km ESE and 3km S",
            "200km E",
            "4-2km E",
            "0km E",
            "12",
        ),
        *("ESE 2-4km N", "near the tree", "2.1 km NE of Nowhere", "E" * 300),
    ],
)
def test_what_is_no_event_location_is_refused(written):
    with pytest.raises(ValueError, match=";"):
        read_event_location(written, (SAMPLETON,))


def test_a_range_is_each_rows_own(tmp_path):
    outcome = read_rows([changed(Event_location=text) for text in ("2-4km ESE", "5-8km ESE", "800m ESE")], tmp_path)
    assert [row["range_sd_m"] for row in outcome.rows] == [1000.0, 1500.0, 160.0]


def test_a_row_without_a_place_keeps_where_it_was_seen_from(tmp_path):
    unknown, direction, distance = read_rows(
        [changed(Event_location=text) for text in ("N/K", "ESE", "3km")], tmp_path
    ).rows
    for row in (unknown, direction, distance):
        assert (row["observer_lon"], row["observer_lat"]) == (20.6, 10.3)
        assert (row["lon"], row["lat"], row["range_m"]) == (None, None, None)
    assert [row["bearing_deg"] for row in (unknown, direction, distance)] == [None, 112.5, None]
    assert "Event location=3km" in distance["source_quality"]


def test_an_observer_in_a_town_makes_the_place_and_the_direction_wider(tmp_path):
    place, direction = read_rows(
        [changed(Position="edge of Sampleton", Event_location=text) for text in ("2-4km ESE", "ESE")], tmp_path
    ).rows
    assert place["semi_major_m"] == pytest.approx(np.hypot(1000.0, 2500.0))
    assert (place["bearing_sd_deg"], place["range_sd_m"]) == (11.25, 1000.0)
    assert direction["bearing_sd_deg"] == pytest.approx(np.hypot(11.25, np.degrees(np.arctan2(2500.0, HEARD_WITHIN_M))))


# --- who -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "sensor", "means"),
    [
        ("Heron Hill", "post-2", "patrol"),
        ("post-2", "post-2", "patrol"),
        ("HERON HILL (north of the brook)", "post-2", "patrol"),
        ("Цапля", "post-2", "patrol"),
        ("SMM Heron Hill", "post-2", "patrol"),
        ("Camera at the mill", "cam-mill", "camera"),
        ("SMM camera at the mill", "cam-mill", "camera"),
        ("SMM patrol at Heron Hill", "post-2", "patrol"),
        ("SMM camera in Sampleton", "camera at 10.2500, 20.5000", "camera"),
        ("mini-UAV near Sampleton", "uav at 10.2500, 20.5000", "uav"),
        ("SMM camera about 1.5km SW of Sampleton", "camera at 10.2404, 20.4903", "camera"),
        ("1-2km SW of Sampleton (north of the brook)", "post at 10.2404, 20.4903", ""),
        ("about 1.5km SW of Sampleton", "post at 10.2404, 20.4903", ""),
        ("10.25, 20.5", "post at 10.2500, 20.5000", ""),
        ("at the edge of Sampleton", "post at 10.2500, 20.5000", ""),
        ("Образцово", "post at 10.2500, 20.5000", ""),
    ],
)
def test_who_observed_is_found_in_the_register_or_the_basemap(written, sensor, means):
    observer = Gazetteer(POSTS, CONTEXT.towns).observer(written)
    assert (observer.sensor, observer.means) == (sensor, means)
    assert (observer.sd_m == 0.0) == (sensor in ("post-2", "cam-mill"))


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("Old Quarry", "several posts .post-3, post-4."),
        ("Heron Hil", 'did you mean "Heron Hill"'),
        ("Sampletown", 'did you mean "Sampleton"'),
        ("", "position is empty"),
        ("x" * 5000, "no post of the sensor register"),
        ("1.5km SW of Elsewhere", 'no town "Elsewhere"'),
    ],
)
def test_an_unknown_post_is_refused_with_the_nearest_and_a_double_one_with_both(written, reason):
    with pytest.raises(ValueError, match=reason):
        Gazetteer(POSTS, CONTEXT.towns).observer(written)


def test_a_post_that_bears_a_towns_name_is_not_taken_for_another_means():
    posts = (Post(id="cam-1", names=("Camera at Sampleton",), lon=20.1, lat=10.1, means="camera"),)
    gazetteer = Gazetteer(posts, CONTEXT.towns)
    assert gazetteer.observer("SMM camera in Sampleton").sensor == "cam-1"
    assert gazetteer.observer("Sampleton").sensor == "post at 10.2500, 20.5000"
    assert gazetteer.observer("patrol in Sampleton").lon == 20.5


def test_means_is_who_observes_and_perceived_is_how(tmp_path):
    rows = read_rows(
        [
            changed(Position="SMM camera at the mill", Means="Recorded"),
            changed(Position="SMM camera at the mill", Means="Heard"),
            changed(Means="Saw"),
            changed(Position="Sampleton", Means="N/K"),
        ],
        tmp_path,
    ).rows
    assert [(row["means"], row["perceived"]) for row in rows] == [
        ("camera", "recorded"),
        ("camera", "heard"),
        ("patrol", "saw"),
        ("patrol", ""),
    ]
    assert only(read_rows([changed(Position="Sampleton")], tmp_path, means="=uav"))["means"] == "uav"


@pytest.mark.parametrize(
    ("written", "perceived"),
    [
        *(("Heard", "heard"), ("SAW", "saw"), ("Recorded", "recorded"), ("Saw and heard", "saw")),
        *(("слышали", "heard"), ("N/K", "")),
    ],
)
def test_how_they_know_is_read(written, perceived):
    assert read_perceived(written) == perceived


# --- what and how many -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("12", (None, 12, None)),
        (">20", (21, None, None)),
        ("20+", (20, None, None)),
        ("at least 20", (20, None, None)),
        ("<5", (None, None, 4)),
        ("up to 5", (None, None, 5)),
        ("approx. 15", (None, 15, None)),
        ("~15", (None, 15, None)),
        ("5-7", (5, None, 7)),
        ("5 to 7", (5, None, 7)),
        ("N/K", (None, None, None)),
        ("", (None, None, None)),
        ("several", (None, None, None)),
    ],
)
def test_a_number_states_what_was_written_and_no_more(written, count):
    assert read_count(written) == count


@pytest.mark.parametrize("written", ["0", "7-5", "1,200", "1.5", "-3", "2031-07-05", "a lot", "999999999", ">5-7"])
def test_what_is_no_count_is_refused(written):
    with pytest.raises(ValueError, match=";"):
        read_count(written)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Explosion", "explosion"),
        ("explosions", "explosion"),
        ("Airburst", "explosion"),
        ("Outgoing explosion", "explosion"),
        ("Burst", "burst"),
        ("Shots", "shot"),
        ("Projectile", "projectile"),
        ("Tracer", "projectile"),
        ("Muzzle flash", "muzzle_flash"),
        ("Illumination flare", "flare"),
        ("Взрывов", "explosion"),
        ("Thunderclap", "other"),
    ],
)
def test_the_word_of_an_observation_is_its_kind(written, kind):
    assert read_kind(written, {"thunderclap": "other"}) == kind


@pytest.mark.parametrize(
    "written", ["", "No explosion", "Explosion, burst", "sheling", "possible explosion", "explosion or not"]
)
def test_what_is_no_kind_or_two_is_refused(written):
    with pytest.raises(ValueError, match=";"):
        read_kind(written, {})


@pytest.mark.parametrize(
    ("written", "aspect"),
    [
        ("Outgoing", "outgoing"),
        ("assessed as outgoing", "outgoing"),
        ("Impact", "impact"),
        ("impact near the road", "impact"),
        ("Airburst", "airburst"),
        ("Controlled detonation", "controlled"),
        ("controlled", "controlled"),
        ("live-fire exercise", "exercise"),
        ("In flight, S to N", "undetermined"),
        ("Undetermined", "undetermined"),
        ("not outgoing", "undetermined"),
        ("outgoing, impact", "undetermined"),
        ("in a government-controlled area", "undetermined"),
        ("controlled area", "undetermined"),
        ("outgoing or incoming", "undetermined"),
        ("assessed as outgoing or impact", "undetermined"),
        ("outgoing?", "undetermined"),
        ("outgoing (unconfirmed)", "undetermined"),
        ("undetermined, outgoing unlikely", "undetermined"),
        ("outgoing, could be impact", "undetermined"),
        ("outgoing, calibre unknown", "outgoing"),
        ("impact, not outgoing", "impact"),
        ("exercise ruled out", "undetermined"),
        ("exercise area of the other side", "undetermined"),
        ("training at the range", "exercise"),
        ("исходящий или попадание", "undetermined"),
        ("", "undetermined"),
    ],
)
def test_an_aspect_is_one_that_the_description_states(written, aspect):
    assert read_aspect("Explosion", written) == aspect


def test_a_description_that_counts_another_kind_is_refused_and_one_that_mentions_it_is_not():
    check_one_kind("subsequent to the burst at 10:20", "explosion")
    check_one_kind("2 explosions, outgoing", "explosion")
    for written in ("outgoing, and 12 bursts", "two shots", "3 loud bursts"):
        with pytest.raises(ValueError, match="a row of its own"):
            check_one_kind(written, "explosion")


def test_weapon_and_direction_of_flight_are_kept_as_written_and_attribute_nothing(tmp_path):
    row = only(read_rows([changed(Description="In flight, S to N", Weapon="HMG")], tmp_path))
    assert row["text"] == "In flight, S to N"
    assert "Weapon=HMG" in row["source_quality"]
    assert (row["actor"], row["claimed_by"], row["struck"], row["aspect"]) == ("", "", "", "undetermined")


def test_whose_claim_it_is_only_the_setting_says(tmp_path):
    text = "\t".join(HEAD) + "\n" + "\t".join(ROW) + "\n"
    row = only(read_bytes(text.encode(), tmp_path, setting(), claimed_by="The Mission"))
    assert row["claimed_by"] == "The Mission"


# --- when ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "clock", "start", "end"),
    [
        ("2-May, 10:20-10:31", "", "2031-05-02T06:20", "2031-05-02T06:31"),
        ("2 May 2031 10:20", "", "2031-05-02T06:20", "2031-05-02T06:20"),
        ("2-May", "10:20", "2031-05-02T06:20", "2031-05-02T06:20"),
        ("2-May", "", "2031-05-01T20:00", "2031-05-02T20:00"),
        ("2-May, N/K", "", "2031-05-01T20:00", "2031-05-02T20:00"),
        ("2-3 May", "", "2031-05-01T20:00", "2031-05-03T20:00"),
        ("2-May, 23:55-00:10", "", "2031-05-02T19:55", "2031-05-02T20:10"),
        ("2-May 23:50 - 3-May 00:10", "", "2031-05-02T19:50", "2031-05-02T20:10"),
        ("2-May 23:50-24:00", "", "2031-05-02T19:50", "2031-05-02T20:00"),
        ("2-May 24:00", "", "2031-05-02T20:00", "2031-05-02T20:00"),
        ("2-May, 1:20 PM-1:31 PM", "", "2031-05-02T09:20", "2031-05-02T09:31"),
        ("2-May, 10:20-10:31 UTC", "", "2031-05-02T10:20", "2031-05-02T10:31"),
        ("2-May, 10:20+02:00", "", "2031-05-02T08:20", "2031-05-02T08:20"),
        ("2031-05-02 10:20:00", "", "2031-05-02T06:20", "2031-05-02T06:20"),
        ("2031-05-02 00:00:00", "10:20:00", "2031-05-02T06:20", "2031-05-02T06:20"),
        ("25/05 10:20", "", "2031-05-25T06:20", "2031-05-25T06:20"),
        ("2 мая", "с 10:20 до 10:31", "2031-05-02T06:20", "2031-05-02T06:31"),
        ("1-Jun 10:00", "", "2031-06-01T06:00", "2031-06-01T06:00"),
        ("5-Jul 10:00", "", "2030-07-05T06:00", "2030-07-05T06:00"),
    ],
)
def test_days_and_times_are_read(day, clock, start, end):
    interval = read_day_and_time(day, clock, BAKU).interval
    assert (f"{interval.start:%Y-%m-%dT%H:%M}", f"{interval.end:%Y-%m-%dT%H:%M}") == (start, end)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("10:20", "names no day"),
        ("02/05 10:20", "day or month first"),
        ("29-Feb 10:20", "does not settle it"),
        ("29-Feb-2031 10:20", "out of range for month"),
        ("31-Apr 10:20", "out of range for month"),
        ("2-Jun 10:20", "does not settle it"),
        ("2-May-31 10:20", "no day and time"),
        ("2-May 24:10", "hour must be"),
        ("2-May 10:61", "minute must be"),
        ("2-May 13:20 PM", "before or after noon"),
        ("2-May 10:20-11:00 PM", "AM or PM"),
        ("2-May 10:31-10:20", "ends before it begins"),
        ("2-May 10:20 EET", "no day and time"),
        ("evening", "no day and time"),
        ("", "no day and time"),
        ("2-May " + "1" * 5000, "no day and time"),
    ],
)
def test_what_is_no_day_and_time_is_refused(written, reason):
    with pytest.raises(ValueError, match=reason):
        read_day_and_time(written, "", BAKU)


def test_a_29_february_without_a_year_is_of_the_leap_year_that_lies_near():
    span = read_day_and_time("29-Feb 10:00", "", replace(BAKU, nearest_to=date(2032, 3, 1)))
    assert span.interval.start == datetime(2032, 2, 29, 6, tzinfo=UTC)
    with pytest.raises(ValueError, match="out of range"):
        read_day_and_time("29-Feb 10:00", "", replace(BAKU, year=2031))


def of_day(rows: bytes, name: str, folder: Path, **columns: str) -> tuple[list[Any], list[str], list[str]]:
    """Starts, refusals and remarks of a table that came on RECEIVED under a name."""
    path = folder / "table"
    path.write_bytes(rows)
    origin = Origin(evidence_sha256="0" * 64, file=name, received_at=RECEIVED)
    batches = list(adapter("smm_table").read(path, origin, setting(**columns), CONTEXT))
    return (
        [row["occurred_start"] for batch in batches for row in batch.observations.to_pylist()],
        [str(refusal.reason) for batch in batches for refusal in batch.rejected],
        [str(remark) for batch in batches for remark in batch.remarks],
    )


def test_the_year_is_of_the_files_title_else_of_its_name_else_of_when_it_came_which_is_said(tmp_path):
    table = ("\t".join(HEAD) + "\n" + "\t".join(changed(Date_time="2-Mar, 10:20")) + "\n").encode()
    starts, _, remarks = of_day(table, "table.csv", tmp_path)
    assert [start.year for start in starts] == [2031]
    assert '"2-Mar, 10:20" as 2031-03-02' in remarks[0]
    assert "the day on which it came" in remarks[0]
    starts, _, remarks = of_day(table, "2029-03-04_table.csv", tmp_path)
    assert ([start.year for start in starts], remarks) == ([2029], [])
    titled = b"Table of observations\nas of 19:30, 4 March 2027\n\n" + table
    starts, _, remarks = of_day(titled, "2029-03-04_table.csv", tmp_path)
    assert ([start.year for start in starts], remarks) == ([2027], [])
    starts, _, _ = of_day(titled, "table.csv", tmp_path, year="=2025")
    assert [start.year for start in starts] == [2025]


def test_a_day_that_the_files_day_does_not_settle_is_asked_for(tmp_path):
    table = ("\t".join(HEAD) + "\n" + "\t".join(changed(Date_time="5-Mar, 10:20")) + "\n").encode()
    starts, reasons, _ = of_day(b"As of 4 March 2031\n" + table, "table.csv", tmp_path)
    assert starts == []
    assert "set columns.year" in reasons[0]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("as of 19:30, 3 May 2031", [date(2031, 5, 3)]),
        ("2031-05-03_table.xlsx", [date(2031, 5, 3)]),
        ("table_20310503.csv", [date(2031, 5, 3)]),
        ("1-3 May 2031", [date(2031, 5, 3)]),
        ("03/05/2031", []),
        ("3 May", []),
        ("id 120310503", []),
        ("9f20310503c1", []),
    ],
)
def test_a_files_day_is_what_its_title_or_name_states(text, days):
    assert days_in(text) == days


def test_the_same_event_has_the_same_id_however_its_day_is_written(tmp_path):
    ids = {
        read_rows([changed(Date_time=text)], tmp_path).rows[0]["observation_id"]
        for text in ("2-Mar-2031, 10:20-10:31", "2 March, 10:20–10:31", "2031-03-02 10:20-10:31")
    }
    assert len(ids) == 1
    next_year = read_rows([changed(Date_time="2-Mar-2030, 10:20-10:31")], tmp_path).rows[0]["observation_id"]
    assert next_year not in ids


# --- the table -------------------------------------------------------------------------------------------------------


def test_columns_may_stand_in_any_order_under_other_names_and_in_russian(tmp_path):
    plain = only(read_rows([ROW], tmp_path))
    order = (7, 4, 0, 1, 2, 3, 6, 5)
    other = only(
        read_rows(
            [[ROW[place] for place in order]],
            tmp_path,
            ("DATE/TIME", "Observations", "SMM position", "Location of event", "means", "No", "Weapon type", "Details"),
        )
    )
    russian = only(
        read_rows(
            [("Цапля", "2-4 км ВЮВ", "Слышали", "3", "Взрывы", "не установлено", "н/и", "2 марта 2031", "10:20-10:31")],
            tmp_path,
            ("Позиция", "Место события", "Средства", "Кол-во", "Наблюдение", "Описание", "Оружие", "Дата", "Время"),
        )
    )
    same = ("kind", "occurred_start", "occurred_end", "lon", "lat", "range_sd_m", "perceived", "sensor", "count_best")
    for row in (other, russian):
        assert [row[name] for name in same] == [plain[name] for name in same]


def test_day_and_time_in_two_columns_and_a_column_that_is_named_in_the_watch(tmp_path):
    head = ("Where from", *HEAD[1:7], "Date", "Time")
    row = only(
        read_rows([("Heron Hill", *ROW[1:7], "2031-03-02", "10:20-10:31")], tmp_path, head, position="Where from")
    )
    assert row["occurred_end"] - row["occurred_start"] == timedelta(minutes=11)


def test_further_columns_are_left_and_said(tmp_path):
    head = (*HEAD, *(f"extra {number}" for number in range(23)))
    outcome = read_rows([(*ROW, *("x" for _ in range(23)))], tmp_path, head)
    assert only(outcome)["kind"] == "explosion"
    remarks = [str(remark) for batch in outcome.batches for remark in batch.remarks]
    assert len(remarks) == 1
    assert "extra 0, extra 1" in remarks[0]


def test_an_empty_position_is_the_one_above_only_where_the_watch_says_so(tmp_path, monkeypatch):
    rows = [ROW, changed(Position="", No="4"), changed(Position="", No="5"), changed(Position="Sampleton")]
    refused = read_rows(rows, tmp_path)
    assert [refusal.row for refusal in refused.rejected] == [3, 4]
    assert 'columns.fill_down = "=position"' in str(refused.rejected[0].reason)
    monkeypatch.setattr("trucewatch.sources.table.CHUNK_ROWS", 1)
    filled = read_rows(rows, tmp_path, fill_down="=position")
    assert [row["sensor"] for row in filled.rows] == ["post-2", "post-2", "post-2", "post at 10.2500, 20.5000"]


def workbook(path: Path, rows: Sequence[Sequence[Any]], *merged: str) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in rows:
        sheet.append(list(cells))
    for cells in merged:
        sheet.merge_cells(cells)
    book.save(path)
    return path


def test_a_workbook_with_a_title_real_dates_and_merged_cells(tmp_path):
    path = workbook(
        tmp_path / "table.xlsx",
        [
            ["Observations as of 4 March 2031"],
            [],
            [*HEAD[:7], "Date", "Time"],
            [*ROW[:3], 3, *ROW[4:7], datetime(2031, 3, 2), datetime(2031, 3, 2, 10, 20).time()],  # noqa: DTZ001 - a sheet knows no zone
            [*ROW[:3], 4, *ROW[4:7], "3-Mar", "10:20-10:31"],
            ["=1+1", *ROW[1:3], 5, *ROW[4:7], "3-Mar", "10:20-10:31"],
        ],
        "A4:A5",
        "A1:I2",  # a title is merged over the table's columns
    )
    outcome = read_file(path, setting())
    # A merged cell holds for its rows: it needs no fill_down, which is for cells that were left empty.
    assert [row["evidence_row"] for row in outcome.rows] == [4, 5]
    assert [(refusal.row, str(refusal.reason)[:17]) for refusal in outcome.rejected] == [(6, "cell A6 is a form")]
    filled = read_file(path, setting(fill_down="=position"))
    assert [row["count_best"] for row in filled.rows] == [3, 4]
    assert {row["occurred_start"].date() for row in filled.rows} == {date(2031, 3, 2), date(2031, 3, 3)}


def test_a_workbook_without_the_columns_says_which_are_missing(tmp_path):
    outcome = read_file(workbook(tmp_path / "table.xlsx", [["a", "b"], [1, 2]]), setting())
    assert [refusal.row for refusal in outcome.rejected] == [0]
    assert "lacks the columns" in str(outcome.rejected[0].reason)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"where": "Position"}, "columns.where is not known"),
        ({"year": "2031"}, "is a setting and no column"),
        ({"year": "=31"}, "columns.year"),
        ({"date_order": "=ymd"}, "columns.date_order"),
        ({"means": "=binoculars"}, "columns.means"),
        ({"fill_down": "=weapon"}, "columns.fill_down"),
        ({"position": "Nowhere"}, 'lacks the column "nowhere"'),
    ],
)
def test_a_faulty_entry_refuses_the_file_with_the_remedy(columns, reason, tmp_path):
    outcome = read_rows([ROW], tmp_path, **columns)
    assert [refusal.row for refusal in outcome.rejected] == [0]
    assert reason in str(outcome.rejected[0].reason)


# --- pasted text -----------------------------------------------------------------------------------------------------


def pasted(lines: Sequence[str], folder: Path) -> Outcome:
    return read_bytes("\n".join(["\t".join(HEAD), *lines, ""]).encode(), folder, setting())


def broken(row: Sequence[str], *pieces: tuple[int, int]) -> list[str]:
    """The lines of a row whose cells are broken: (column, character)."""
    cells = list(row)
    for column, at in pieces:
        cells[column] = cells[column][:at].rstrip() + "\n" + cells[column][at:].lstrip()
    return "\t".join(cells).split("\n")


@pytest.mark.parametrize(
    "pieces", [[(0, 6)], [(1, 6)], [(4, 0)], [(7, 11)], [(0, 6), (7, 11)], [(0, 6), (1, 6), (5, 0), (7, 12)]]
)
@pytest.mark.parametrize("size", [11, 4 << 20])
def test_a_row_that_broke_over_lines_is_joined(pieces, size, tmp_path, monkeypatch):
    monkeypatch.setattr(stream_module, "BLOCK_BYTES", size)
    rows = [changed(No="2"), changed(No="4"), changed(No="5"), changed(No="6")]
    lines = ["\t".join(rows[0]), *broken(rows[1], *pieces), *broken(rows[2], *pieces), "", "\t".join(rows[3])]
    outcome = pasted(lines, tmp_path)
    assert [str(refusal.reason) for refusal in outcome.rejected] == []
    assert [row["count_best"] for row in outcome.rows] == [2, 4, 5, 6]
    plain = pasted(["\t".join(row) for row in rows], tmp_path)
    assert [row["observation_id"] for row in outcome.rows] == [row["observation_id"] for row in plain.rows]
    firsts = [2, 3, 3 + len(pieces) + 1, 3 + 2 * (len(pieces) + 1) + 1]
    assert [row["evidence_row"] for row in outcome.rows] == firsts


def spoilt(rows: Sequence[Sequence[str]], draw: random.Random) -> list[str]:
    """The lines of rows in which cells broke, tabs were lost and other lines came between."""
    lines = []
    for cells in rows:
        text = "\t".join(cell.replace(" ", "\n", 1) if draw.random() < 0.15 else cell for cell in cells)
        if draw.random() < 0.1:
            tab = draw.choice([place for place, char in enumerate(text) if char == "\t"])
            text = text[:tab] + draw.choice("\n ") + text[tab + 1 :]
        lines += text.split("\n")
        if draw.random() < 0.1:
            lines.append(draw.choice(["Page 2 of 5", "", "2031", "Heron Hill"]))
    return lines


@pytest.mark.parametrize("seed", range(25))
def test_no_broken_row_becomes_another(seed, tmp_path):
    draw = random.Random(seed)
    choices = {
        "Position": ("Heron Hill", "Camera at the mill", "edge of Sampleton", "SMM camera in Sampleton"),
        "Event_location": ("2-4km ESE", "4 km W", "N/K", "800m NW"),
        "Observation": ("Explosion", "Muzzle flash", "Illumination flare"),
        "Description": ("Undetermined", "In flight, S to N", "Outgoing, heavy"),
        "Weapon": ("N/K", "small arms"),
        "Date_time": ("2-Mar-2031, 10:20-10:31", "3 March, 10:20", "2-Mar"),
    }
    rows = [
        changed(No=str(number), **{name: draw.choice(words) for name, words in choices.items()})
        for number in range(2, 10)
    ]
    plain = {row["count_best"]: row for row in pasted(["\t".join(row) for row in rows], tmp_path).rows}
    outcome = pasted(spoilt(rows, draw), tmp_path)
    assert outcome.rows
    for row in outcome.rows:
        same = ("observation_id", "sensor", "kind", "aspect", "lon", "bearing_deg", "occurred_start", "text")
        assert [row[name] for name in same] == [plain[row["count_best"]][name] for name in same]


def test_two_rows_that_lack_cells_are_not_made_into_one(tmp_path):
    lines = ["\t".join(ROW[:3]), "\t".join(("Sampleton", *ROW[3:])), "\t".join(changed(No="9"))]
    outcome = pasted(lines, tmp_path)
    assert [row["count_best"] for row in outcome.rows] == [9]
    assert [refusal.row for refusal in outcome.rejected] == [2]


def test_a_row_that_lacks_cells_is_one_refusal_and_the_rows_around_it_stand(tmp_path):
    lines = ["\t".join(ROW), "Heron Hill\t2-4km", "ESE\tHeard", "\t".join(changed(No="9")), "\t".join(ROW[:5])]
    outcome = pasted(lines, tmp_path)
    assert [row["count_best"] for row in outcome.rows] == [3, 9]
    assert [refusal.row for refusal in outcome.rejected] == [3, 6]


def test_a_foot_of_a_page_costs_no_row_before_it(tmp_path):
    outcome = pasted(["\t".join(ROW), "Page 2 of 5", "\t".join(HEAD), "\t".join(changed(No="9"))], tmp_path)
    assert [row["count_best"] for row in outcome.rows] == [3, 9]
    assert [refusal.row for refusal in outcome.rejected] == [3, 4]
    assert "repeats the header" in str(outcome.rejected[1].reason)


def test_where_two_readings_fit_both_rows_are_refused(tmp_path):
    head = ("Position", "Date, time", "Means", "Observation", "Description")
    rows = [
        "Heron Hill\t2-Mar-2031, 10:20\tHeard\tBurst\tin the valley",
        "at the edge of",
        "Sampleton\t2-Mar-2031, 10:21\tHeard\tBurst\tx",
    ]
    outcome = read_bytes("\n".join(["\t".join(head), *rows, ""]).encode(), tmp_path, setting())
    assert outcome.rows == []
    assert [refusal.row for refusal in outcome.rejected] == [2, 3]
    assert all("read in two ways" in str(refusal.reason) for refusal in outcome.rejected)


def test_cells_in_quotes_keep_their_line_ends(tmp_path):
    lines = ["\t".join((*ROW[:5], '"Undetermined,\nfar off"', *ROW[6:])), "\t".join(changed(No="9"))]
    outcome = pasted(lines, tmp_path)
    assert [row["text"] for row in outcome.rows] == ["Undetermined,\nfar off", "Undetermined"]


def test_a_paste_of_nothing_but_pieces_ends(tmp_path):
    monster = ["a\tb"] * 3000
    outcome = pasted(monster, tmp_path)
    assert outcome.rows == []
    assert 0 < len(outcome.rejected) <= 3000
    assert smm_lines.MOST_BROKEN_LINES < 3000


# --- what leaves -----------------------------------------------------------------------------------------------------


def test_where_a_post_is_stands_only_in_columns_that_never_leave(tmp_path):
    """`observer_*` and `sensor` are closed to every recipient; the words that may leave name no post."""
    outcome = read_file(SAMPLES / "smm_table" / "good.csv", sample_setting("smm_table"))
    names = [name for post in POSTS for name in post.names]
    for row in each(outcome.rows):
        for column in ("text", "source_quality", "claimed_by"):
            assert not any(name in row[column] for name in names)
            assert "Position" not in row[column]


def test_the_register_is_read_by_no_row_of_a_watch_without_one(tmp_path):
    outcome = read_bytes(
        ("\t".join(HEAD) + "\n" + "\t".join(ROW) + "\n").encode(), tmp_path, setting(), ReadingContext()
    )
    assert outcome.rows == []
    assert "no post of the sensor register" in str(outcome.rejected[0].reason)


@pytest.mark.parametrize("written", ["1,500 m E", "1.500m E", "800-1,200 m E"])
def test_metres_that_may_be_thousands_are_refused(written):
    with pytest.raises(RowFault, match="thousands"):
        read_event_location(written)


def test_a_table_of_a_partys_own_is_its_claim(tmp_path):
    context = replace(CONTEXT, party_ids=frozenset(("AM", "AZ")))
    content = good_sample("smm_table").read_bytes()
    for own, claimed in (("AM", "AM"), ("centre", ""), ("", "")):
        outcome = read_bytes(content, tmp_path, replace(sample_setting("smm_table"), of=own), context)
        assert {row["claimed_by"] for row in outcome.rows} == {claimed}
