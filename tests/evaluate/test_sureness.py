"""Verdicts on cases small enough to reckon by hand, the figures that come of them, and the peer that uses bearings."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from trucewatch.evaluate import bearing_incidents, match_incidents, pool_verdicts, sureness, verdicts_of
from trucewatch.evaluate.sureness import log_score
from trucewatch.evaluate.verdicts import FALSE, MATCHED, SECOND_LISTING, Verdicts
from trucewatch.geo.frame import frame_at
from trucewatch.model.observation import STORED_OBSERVATION_SCHEMA
from trucewatch.simulate.benchmark.days import ORIGIN_SCHEMA, TRUTH_SCHEMA

NOON = datetime(2031, 6, 1, 12, tzinfo=UTC)
FRAME = frame_at(-31.0, -37.0)
_TIME = pa.timestamp("us", tz="UTC")


def place(east_m: float, north_m: float = 0.0) -> tuple[float, float]:
    lon, lat = FRAME.to_degrees(np.array([east_m]), np.array([north_m]))
    return float(lon[0]), float(lat[0])


def report(
    name: str,
    event: str,
    *,
    east_m: float = 0.0,
    sensor: str = "",
    means: str = "acoustic",
    at_s: float = 0.0,
    is_echo: bool = False,
    **columns: Any,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """An observation and its origin."""
    lon, lat = place(east_m)
    blank = dict.fromkeys(("source", "intensity_unit", "source_quality", "claimed_by", "evidence_sha256", "text"), "")
    moment = NOON + timedelta(seconds=at_s)
    row = {
        **blank,
        "observation_id": name,
        "sensor": sensor or name,
        "means": means,
        "kind": "explosion",
        "aspect": "undetermined",
        "occurred_start": moment,
        "occurred_end": moment,
        "lon": lon,
        "lat": lat,
        "semi_major_m": 100.0,
        "semi_minor_m": 100.0,
        "major_azimuth_deg": 0.0,
        "known_at": moment,
        "known_at_assumed": False,
        "product_rank": 1,
        "evidence_row": 1,
        "simulated": True,
        **columns,
    }
    return row, {"observation_id": name, "event_id": event, "is_outlier": False, "is_echo": is_echo, "why": ""}


def table_of(rows: list[dict[str, Any]]) -> pa.Table:
    blank = {
        field.name: (None if field.nullable else "" if pa.types.is_string(field.type) else 0)
        for field in STORED_OBSERVATION_SCHEMA
    }
    return pa.Table.from_pylist([{**blank, **row} for row in rows], schema=STORED_OBSERVATION_SCHEMA)


def truth_of(*events: tuple[str, float, str]) -> pa.Table:
    """(id, metres east, cause)."""
    return pa.Table.from_pylist(
        [
            {
                "event_id": name,
                "kind": "explosion",
                "aspect": "impact",
                "cause": cause,
                "occurred_start": NOON,
                "occurred_end": NOON,
                "lon": place(east_m)[0],
                "lat": place(east_m)[1],
                "count": 1,
                "caused_by": "",
            }
            for name, east_m, cause in events
        ],
        schema=TRUTH_SCHEMA,
    )


def incidents_of(*rows: tuple[float | None, float, list[str]], classes: tuple[str, ...] = ()) -> pa.Table:
    """(metres east or no place, happened, members)."""
    return pa.Table.from_pylist(
        [
            {
                "members": members,
                "occurred_start": NOON,
                "occurred_end": NOON,
                "lon": None if east_m is None else place(east_m)[0],
                "lat": None if east_m is None else place(east_m)[1],
                "happened": happened,
                "rung": "recorded",
                "classes": list(classes),
                "class_probabilities": [0.5] * len(classes),
            }
            for east_m, happened, members in rows
        ],
        schema=pa.schema(
            [
                ("members", pa.list_(pa.string())),
                ("occurred_start", _TIME),
                ("occurred_end", _TIME),
                ("lon", pa.float64()),
                ("lat", pa.float64()),
                ("happened", pa.float64()),
                ("rung", pa.string()),
                ("classes", pa.list_(pa.string())),
                ("class_probabilities", pa.list_(pa.float64())),
            ]
        ),
    )


def judged(
    incidents: pa.Table,
    reports: list[tuple[dict[str, Any], dict[str, Any]]],
    truth: pa.Table,
    draws: dict[str, str] | None = None,
) -> Verdicts:
    return verdicts_of(
        incidents,
        observations=table_of([row for row, _ in reports]),
        origin=pa.Table.from_pylist([origin for _, origin in reports], schema=ORIGIN_SCHEMA),
        truth=truth,
        gate_m=np.full(truth.num_rows, 1500.0),
        draws=draws or {},
        screened={"thunder"},
    )


REPORTS = [
    report("a", "e-1"),
    report("b", "e-1", means="camera"),
    report("c", "e-2", east_m=9000.0),
    report("d", ""),
    report("x", "e-1", is_echo=True),
]
TRUTH = truth_of(("e-1", 0.0, ""), ("e-2", 9000.0, "quarry"))


def test_the_nearer_incident_stands_for_an_event_and_another_of_its_reports_is_a_second_listing() -> None:
    verdicts = judged(incidents_of((100.0, 0.99, ["a"]), (400.0, 0.99, ["b"])), REPORTS, TRUTH)
    assert verdicts.outcome.tolist() == [MATCHED, SECOND_LISTING]
    assert not verdicts.is_false.any()


def test_an_incident_near_no_event_is_false_whatever_it_rests_on() -> None:
    verdicts = judged(incidents_of((30_000.0, 0.99, ["c"]), (-30_000.0, 0.99, ["d"])), REPORTS, TRUTH)
    assert verdicts.outcome.tolist() == [FALSE, FALSE]
    assert verdicts.by_origin.tolist() == [True, False]


def test_what_is_not_listed_takes_no_event_from_what_is() -> None:
    verdicts = judged(incidents_of((0.0, 0.1, ["a"]), (900.0, 0.9, ["b"])), REPORTS, TRUTH)
    assert verdicts.outcome.tolist() == [SECOND_LISTING, MATCHED]
    assert verdicts.listed.tolist() == [False, True]


def test_without_a_place_an_incident_stands_for_the_event_of_its_reports_if_no_other_does() -> None:
    alone = judged(incidents_of((None, 0.9, ["a"])), REPORTS, TRUTH)
    assert alone.outcome.tolist() == [MATCHED]
    beside = judged(incidents_of((None, 0.9, ["a"]), (0.0, 0.9, ["b"])), REPORTS, TRUTH)
    assert beside.outcome.tolist() == [SECOND_LISTING, MATCHED]


def test_an_echo_by_itself_is_false_and_told_apart() -> None:
    verdicts = judged(incidents_of((0.0, 0.99, ["a", "b"]), (None, 0.99, ["x"])), REPORTS, TRUTH)
    assert verdicts.outcome.tolist() == [MATCHED, FALSE]
    assert verdicts.echo.tolist() == [False, True]
    assert sureness(verdicts).surely.echoes == 1


def test_reports_of_two_events_make_a_merge_and_an_echo_does_not() -> None:
    verdicts = judged(incidents_of((0.0, 0.99, ["a", "c"]), (9000.0, 0.99, ["b", "x"])), REPORTS, TRUTH)
    assert verdicts.merged.tolist() == [True, False]


def test_tellings_of_one_draw_are_one_voice() -> None:
    incidents = incidents_of((0.0, 0.9, ["a", "b"]))
    assert judged(incidents, REPORTS, TRUTH).voices.tolist() == [2]
    assert judged(incidents, REPORTS, TRUTH, {"a": "rumour", "b": "rumour"}).voices.tolist() == [1]
    stated = incidents.append_column("voices", pa.array([4]))
    assert judged(stated, REPORTS, TRUTH).voices.tolist() == [4]


def test_what_passes_as_forbidden_fire_is_sure_and_of_no_screened_class() -> None:
    sure = judged(incidents_of((0.0, 0.95, ["a", "b"]), (9000.0, 0.95, ["c"])), REPORTS, TRUTH)
    figures = sureness(sure)
    assert (figures.passing_not_forbidden.k, figures.passing_not_forbidden.n) == (1, 2)
    assert (figures.forbidden_passing.k, figures.forbidden_passing.n) == (1, 1)
    thunder = judged(incidents_of((0.0, 0.95, ["a", "b"]), classes=("thunder", "shelling")), REPORTS, TRUTH)
    assert thunder.fire == pytest.approx([0.475])
    assert sureness(thunder).forbidden_passing.k == 0


def test_figures_are_counts_over_pooled_days() -> None:
    day = judged(incidents_of((0.0, 0.99, ["a"]), (30_000.0, 0.99, ["d"]), (9000.0, 0.96, ["c"])), REPORTS, TRUTH)
    figures = sureness(pool_verdicts([day, day]))
    assert (figures.surely.false.k, figures.surely.false.n) == (2, 4)
    assert (figures.nearly.false.k, figures.nearly.false.n) == (0, 2)
    assert figures.incidents == figures.listed == 6
    assert figures.by_rung["recorded"].n == 6
    assert figures.by_voices["1"].n == 6
    low, high = figures.surely.false.interval
    assert (low, high) == (pytest.approx(0.0676, abs=1e-4), pytest.approx(0.9324, abs=1e-4))


def test_the_log_score_is_that_of_good_and_clips_certainty() -> None:
    score = log_score(np.array([0.8, 0.8]), np.array([True, False]))
    assert score.mean == pytest.approx((math.log(0.8) + math.log(0.2)) / 2)
    assert score.of_base_rate == pytest.approx(math.log(0.5))
    assert log_score(np.array([1.0]), np.array([False])).mean == pytest.approx(math.log(0.001))
    assert math.isnan(log_score(np.zeros(0), np.zeros(0, dtype=np.bool_)).mean)


def aimed(name: str, event: str, east_m: float, bearing_deg: float, *, at_s: float = 0.0) -> dict[str, Any]:
    """A bearing from a place on the east axis, without a place of its own."""
    observer = place(east_m)
    row, _ = report(name, event, at_s=at_s)
    return row | {
        "lon": None,
        "lat": None,
        "semi_major_m": None,
        "semi_minor_m": None,
        "major_azimuth_deg": None,
        "observer_lon": observer[0],
        "observer_lat": observer[1],
        "bearing_deg": bearing_deg,
        "bearing_sd_deg": 2.0,
    }


def test_the_peer_finds_the_place_where_three_bearings_meet() -> None:
    bearings = [np.degrees(np.arctan2(-east, 4000.0)) % 360.0 for east in (-3000.0, 0.0, 3000.0)]
    rows = [
        aimed(f"n-{number}", "e", east, float(bearing), at_s=number)
        for number, (east, bearing) in enumerate(zip((-3000.0, 0.0, 3000.0), bearings, strict=True))
    ]
    rows += [aimed("late", "f", -3000.0, 10.0, at_s=500.0), aimed("away", "g", 3000.0, 170.0, at_s=1.0)]
    incidents = bearing_incidents(table_of(rows), FRAME, gap_s=10.0, gate_m=800.0, least=1)
    assert incidents["members"].to_pylist() == [["n-0", "n-1", "n-2"]]
    there = truth_of(("e", 0.0, "")).set_column(7, "lat", pa.array([place(0.0, 4000.0)[1]]))
    matching = match_incidents(incidents, there)
    assert matching.distance_m == pytest.approx([0.0], abs=5.0)
    assert 50.0 < incidents["semi_major_m"][0].as_py() < 300.0


def test_the_peer_lists_what_enough_devices_and_sources_told() -> None:
    rows = [report("a", "e")[0], report("b", "e", at_s=3.0)[0], report("c", "f", east_m=9000.0)[0]]
    every = bearing_incidents(table_of(rows), FRAME, gap_s=10.0, gate_m=800.0, least=1)
    assert sorted(every["members"].to_pylist()) == [["a", "b"], ["c"]]
    two = bearing_incidents(table_of(rows), FRAME, gap_s=10.0, gate_m=800.0, least=2)
    assert two["members"].to_pylist() == [["a", "b"]]
    assert bearing_incidents(table_of([]), FRAME, gap_s=10.0, gate_m=800.0, least=1).num_rows == 0
