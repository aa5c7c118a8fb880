"""Tracks of patrols: which points of GPX and tables are taken, which are refused and why, and that none is an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from trucewatch.model.track import TRACK_SCHEMA
from trucewatch.sources.tracks import MOST_MPS, metres_between

from .reading import SAMPLES, Outcome, read_bytes, read_file, sample_setting

SETTING = sample_setting("tracks")
Point = tuple[str, float, float]


def gpx(points: Sequence[Point], *, head: str = "", version: str = "1.1") -> bytes:
    body = "".join(f'<trkpt lat="{lat}" lon="{lon}"><time>{time}</time></trkpt>' for time, lat, lon in points)
    name = f"http://www.topografix.com/GPX/{version.replace('.', '/')}"
    return (
        f'<?xml version="1.0"?>{head}<gpx version="{version}" xmlns="{name}"><trk><trkseg>{body}</trkseg></trk></gpx>'
    ).encode()


def at(seconds: float) -> str:
    return f"2031-03-05T08:{int(seconds) // 60:02d}:{seconds % 60:04.1f}Z"


def reasons(outcome: Outcome) -> dict[int, str]:
    return {refusal.row: str(refusal.reason) for refusal in outcome.rejected}


def test_a_gpx_gives_its_points_with_their_place_in_the_file() -> None:
    outcome = read_file(SAMPLES / "tracks" / "good.gpx", SETTING)
    assert outcome.rejected == []
    assert outcome.tracks.schema == TRACK_SCHEMA
    assert (outcome.observations.num_rows, outcome.counters.num_rows) == (0, 0), "a track is no event"
    rows = outcome.tracks.to_pylist()
    assert [row["evidence_row"] for row in rows] == [1, 2, 3, 4, 5]
    assert len({row["track_id"] for row in rows}) == 2, "each segment is a track"
    assert {row["platform"] for row in rows} == {"Patrol 1 (invented)"}
    assert rows[2]["at"] == datetime(2031, 3, 5, 8, 0, 20, tzinfo=UTC)
    assert (rows[1]["lon"], rows[1]["lat"], rows[1]["altitude_m"]) == (20.5, 10.2509, 813.5)
    assert rows[0]["accuracy_m"] is None
    remarks = [str(remark) for batch in outcome.batches for remark in batch.remarks]
    assert remarks == ["1 waypoint or point of a route is no track and was not read"]


def test_a_table_and_a_gpx_of_one_walk_give_the_same_places() -> None:
    table = read_file(SAMPLES / "tracks" / "good.csv", SETTING).tracks.to_pylist()
    walk = read_file(SAMPLES / "tracks" / "good.gpx", SETTING).tracks.to_pylist()
    assert [(row["at"], row["lon"], row["lat"]) for row in table[:3]] == [
        (row["at"], row["lon"], row["lat"]) for row in walk[:3]
    ]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_both_versions_are_read(tmp_path: Path, version: str) -> None:
    assert read_bytes(gpx([(at(0), 10.25, 20.5)], version=version), tmp_path, SETTING).taken == 1


def test_a_gpx_that_runs_backwards_keeps_its_first_point_and_says_where() -> None:
    outcome = read_file(SAMPLES / "tracks" / "runs_backwards.gpx", SETTING)
    assert [row["evidence_row"] for row in outcome.tracks.to_pylist()] == [1, 4, 5]
    assert list(reasons(outcome)) == [2, 3]
    assert all("runs backwards; sort" in reason for reason in reasons(outcome).values())
    assert "2031-03-05T08:00:20Z" in reasons(outcome)[2]


def test_a_jump_no_vehicle_does_is_a_refused_point_and_the_rest_stays(tmp_path: Path) -> None:
    points = [(at(0), 10.25, 20.5), (at(10), 11.25, 20.5), (at(20), 10.251, 20.5), (at(30), 10.252, 20.5)]
    outcome = read_bytes(gpx(points), tmp_path, SETTING)
    assert list(reasons(outcome)) == [2]
    assert "111,195 m from the one before it, 10 s later, which is faster than 360 km/h; " in reasons(outcome)[2]
    assert len(set(outcome.tracks["track_id"].to_pylist())) == 1


def test_a_receiver_that_finds_itself_elsewhere_begins_another_track(tmp_path: Path) -> None:
    points = [(at(0), 0.001, 0.001)] + [(at(10 * number), 10.25 + number / 1000, 20.5) for number in range(1, 8)]
    outcome = read_bytes(gpx(points), tmp_path, SETTING)
    assert list(reasons(outcome)) == [2, 3, 4]
    rows = outcome.tracks.to_pylist()
    assert [row["evidence_row"] for row in rows] == [1, 5, 6, 7, 8]
    assert len({row["track_id"] for row in rows[1:]}) == 1
    assert rows[0]["track_id"] != rows[1]["track_id"]


def test_points_that_jump_hither_and_thither_never_agree(tmp_path: Path) -> None:
    points = [(at(0), 10.25, 20.5)] + [(at(number), 12.0 + number % 2, 20.5) for number in range(1, 30)]
    outcome = read_bytes(gpx(points), tmp_path, SETTING)
    assert outcome.taken == 1
    assert len(outcome.rejected) == 29


def test_a_helicopter_is_believed_and_a_jet_is_not(tmp_path: Path) -> None:
    step = metres_between(20.5, 10.25, 20.5, 10.26)
    for speed, taken in ((MOST_MPS * 0.9, 3), (MOST_MPS * 1.5, 1)):
        points = [(at(number * step / speed), 10.25 + number / 100, 20.5) for number in range(3)]
        assert read_bytes(gpx(points), tmp_path, SETTING).taken == taken


@pytest.mark.parametrize(
    ("point", "phrase"),
    [
        ('<trkpt lat="10.25" lon="20.5"/>', "has no time; only points with their own time"),
        ('<trkpt lat="10.25"><time>2031-03-05T08:00:00Z</time></trkpt>', "lon is empty"),
        ('<trkpt lat="NaN" lon="20.5"><time>2031-03-05T08:00:00Z</time></trkpt>', "lat"),
        ('<trkpt lat="10.25" lon="20.5"><time>2031-03-05T08:00:00</time></trkpt>', "has no zone of time"),
        ('<trkpt lat="10.25" lon="20.5"><time>yesterday</time></trkpt>', "is no time"),
        ('<trkpt lat="10.25" lon="20.5"><ele>1e9</ele><time>2031-03-05T08:00:00Z</time></trkpt>', "altitude_m"),
    ],
)
def test_a_bad_point_costs_itself(tmp_path: Path, point: str, phrase: str) -> None:
    content = gpx([(at(0), 10.25, 20.5)]).replace(b"<trkseg>", f"<trkseg>{point}".encode())
    outcome = read_bytes(content, tmp_path, SETTING)
    assert outcome.taken == 1
    assert phrase in reasons(outcome)[1]
    assert ";" in reasons(outcome)[1]


def test_a_time_without_a_zone_is_in_the_source_s_own(tmp_path: Path) -> None:
    content = gpx([("2031-03-05T12:00:00", 10.25, 20.5)])
    outcome = read_bytes(content, tmp_path, replace(SETTING, time_zone="Asia/Yerevan"))
    assert outcome.tracks["at"][0].as_py() == datetime(2031, 3, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_gpx_that_is_cut_off_keeps_the_points_before_the_cut(tmp_path: Path, share: float) -> None:
    content = gpx([(at(number), 10.25, 20.5 + number / 10_000) for number in range(100)])
    outcome = read_bytes(content[: int(len(content) * share)], tmp_path, SETTING)
    assert 100 * share * 0.8 < outcome.taken < 100
    assert list(reasons(outcome)) == [0]
    assert "cut off or damaged" in reasons(outcome)[0]


@pytest.mark.parametrize(
    ("content", "phrase"),
    [
        (gpx([], head='<!DOCTYPE gpx [<!ENTITY a "b">]>'), "document type of its own"),
        (gpx([]).decode().encode("utf-16")[:60], "cut off or damaged"),
        (b"<gpx><trk><trkseg><trkpt lat='\xff'/>", "cut off or damaged"),
        (b"<gpx>" + b"<trk>" * 10_000, "nests deeper"),
        (b"<kml><Placemark/></kml>", "lacks the column"),
    ],
)
def test_what_is_no_track_is_one_refusal(tmp_path: Path, content: bytes, phrase: str) -> None:
    outcome = read_bytes(content, tmp_path, SETTING)
    assert outcome.taken == 0
    assert list(reasons(outcome)) == [0]
    assert phrase in reasons(outcome)[0]


def test_a_gpx_without_points_says_so(tmp_path: Path) -> None:
    (batch,) = read_bytes(gpx([]), tmp_path, SETTING).batches
    assert [str(remark) for remark in batch.remarks] == ["the file holds no track point"]


def test_headers_that_nobody_knows_are_mapped_and_constants_hold_for_all(tmp_path: Path) -> None:
    content = b"Zeit;Breite;L\xc3\xa4nge\n2031-03-05T08:00:00Z;10,25;20,5\n"
    columns = {"at": "Zeit", "lat": "Breite", "lon": "Länge", "platform": "=Patrol 7", "accuracy_m": "=12"}
    outcome = read_bytes(content, tmp_path, replace(SETTING, columns=columns, decimal_comma=True))
    (row,) = outcome.tracks.to_pylist()
    assert (row["lon"], row["lat"], row["platform"], row["accuracy_m"]) == (20.5, 10.25, "Patrol 7", 12.0)
    assert (
        "columns.speed is not known"
        in reasons(read_bytes(content, tmp_path, replace(SETTING, columns={"speed": "v"})))[0]
    )


def test_one_walk_in_two_files_is_one_track(tmp_path: Path) -> None:
    points = [(at(number), 10.25, 20.5 + number / 10_000) for number in range(20)]
    first, second = (read_bytes(gpx(points[:count]), tmp_path, SETTING).tracks for count in (10, 20))
    assert set(first["track_id"].to_pylist()) == set(second["track_id"].to_pylist())
