"""Simulated days: the same seed the same bytes, truth apart from deliveries, everything marked as simulated."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.conftest import each

from trucewatch.model.observation import ASPECTS, KINDS, MEANS, OBSERVATION_SCHEMA, QUALIFIERS, SPANS
from trucewatch.model.times import read_time
from trucewatch.simulate.example.days import simulate_days
from trucewatch.simulate.example.deliver import deliver
from trucewatch.simulate.example.delivered import Deliveries
from trucewatch.simulate.example.devices import chance_of_notice
from trucewatch.simulate.example.inbox_files import inbox_files, register_files, truth_csv
from trucewatch.simulate.example.parameters import DayParameters, read_parameters
from trucewatch.simulate.example.truth import Truth, draw_truth
from trucewatch.simulate.files import REPORT_COLUMNS
from trucewatch.simulate.places import look_from, step_from
from trucewatch.simulate.strict_toml import parse_record

SEED = 11


@pytest.fixture(scope="module")
def parameters() -> DayParameters:
    return read_parameters()


@pytest.fixture(scope="module")
def simulated(parameters: DayParameters) -> tuple[Truth, Deliveries]:
    return simulate_days(parameters, SEED)


def _rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def _all_files(truth: Truth, deliveries: Deliveries) -> dict[str, bytes]:
    return {"truth.csv": truth_csv(truth), **inbox_files(deliveries), **register_files(deliveries)}


def test_the_same_seed_gives_the_same_bytes(parameters: DayParameters, simulated: tuple[Truth, Deliveries]) -> None:
    assert _all_files(*simulate_days(parameters, SEED)) == _all_files(*simulated)


def test_another_seed_gives_another_truth(parameters: DayParameters, simulated: tuple[Truth, Deliveries]) -> None:
    assert draw_truth(parameters, SEED + 1).events != simulated[0].events


def test_what_is_sensed_changes_no_true_event(parameters: DayParameters) -> None:
    deaf = replace(parameters, sensor=(), satellite=None, claimant=())
    truth, deliveries = simulate_days(deaf, SEED)
    assert truth == draw_truth(parameters, SEED)
    assert deliveries.reports == ()
    assert deliveries.pixels == ()


def test_one_more_happening_leaves_the_others_as_they_are(parameters: DayParameters) -> None:
    fewer = replace(parameters, happening=parameters.happening[1:])
    kept = set(draw_truth(fewer, SEED).events)
    assert kept < set(draw_truth(parameters, SEED).events)


def test_every_row_of_every_file_says_simulated(simulated: tuple[Truth, Deliveries]) -> None:
    for name, content in each(_all_files(*simulated).items()):
        if name.endswith(".geojson"):
            document = json.loads(content)
            assert document["simulated"] is True
            assert all(feature["properties"]["simulated"] is True for feature in each(document["features"]))
            continue
        for row in each(_rows(content)):
            assert row.get("simulated") == "true" or row["text"].startswith("Simulated: "), (name, row)


def test_report_rows_use_the_words_and_columns_of_the_table(simulated: tuple[Truth, Deliveries]) -> None:
    assert set(REPORT_COLUMNS) < set(OBSERVATION_SCHEMA.names)
    seen: set[str] = set()
    for name, content in inbox_files(simulated[1]).items():
        rows = _rows(content)
        if not rows or "observation_id" not in rows[0]:
            continue
        for row in rows:
            assert re.fullmatch(r"o-[a-z2-7]{26}", row["observation_id"]), name
            assert row["observation_id"] not in seen
            seen.add(row["observation_id"])
            assert row["means"] in MEANS
            assert row["kind"] in KINDS
            assert row["aspect"] in ASPECTS
            assert row["text"].startswith("Simulated: ")
            start, end, known = (read_time(row[key]) for key in ("occurred_start", "occurred_end", "known_at"))
            assert start <= end <= known
            assert float(row["semi_major_m"]) >= float(row["semi_minor_m"]) > 0
            if row["bearing_deg"]:
                assert 0.0 <= float(row["bearing_deg"]) < 360.0
            counts = [int(row[f"count_{part}"]) for part in ("min", "best", "max") if row[f"count_{part}"]]
            assert counts == sorted(counts)
    assert len(seen) > 150


def test_observer_places_occur_only_in_the_observation_table_and_the_register(
    simulated: tuple[Truth, Deliveries],
) -> None:
    places = {f"{sensor.lon:.5f}" for sensor in simulated[1].sensors if sensor.means in ("acoustic", "camera")}
    assert places
    for name, content in each(_all_files(*simulated).items()):
        found = {place for place in places if place.encode() in content}
        allowed = name == "sensors.geojson" or "acoustic" in name or "cameras" in name
        assert allowed or not found, (name, found)


def test_the_true_event_behind_a_report_is_never_written(simulated: tuple[Truth, Deliveries]) -> None:
    truth, deliveries = simulated
    for content in (*inbox_files(deliveries).values(), *register_files(deliveries).values()):
        assert not any(event.event_id.encode() in content for event in each(truth.events))


def test_false_alarms_and_unfounded_claims_have_no_true_event(
    parameters: DayParameters, simulated: tuple[Truth, Deliveries]
) -> None:
    truth, deliveries = simulated
    known = {event.event_id for event in truth.events}
    assert all(report.event_id == "" or report.event_id in known for report in deliveries.reports)
    unfounded = [one for one in deliveries.reports if one.key.startswith("unfounded")]
    assert len(unfounded) == len(parameters.unfounded)
    assert all(report.event_id == "" for report in unfounded)


def test_some_events_are_reported_several_times_and_some_missed(simulated: tuple[Truth, Deliveries]) -> None:
    truth, deliveries = simulated
    means: dict[str, set[str]] = {event.event_id: set() for event in truth.events}
    for report in deliveries.reports:
        if report.event_id:
            means[report.event_id].add(report.means)
    assert sum(len(found) >= 2 for found in means.values()) >= 10
    assert any(not found for found in means.values())


def test_no_device_reports_while_it_is_down(parameters: DayParameters, simulated: tuple[Truth, Deliveries]) -> None:
    up = {sensor.id: sensor for sensor in simulated[1].sensors}
    slack = timedelta(minutes=20)
    for report in each(report for report in simulated[1].reports if report.sensor):
        sensor = up[report.sensor]
        assert report.occurred_start + slack >= sensor.up_from or sensor.up_from.year == 1
        assert sensor.up_until.year == 9999 or report.occurred_start - slack <= sensor.up_until
    assert any(sensor.up_from.year != 1 or sensor.up_until.year != 9999 for sensor in up.values()), "none is ever down"


def test_reports_stand_in_the_order_in_which_they_became_known(simulated: tuple[Truth, Deliveries]) -> None:
    known = [report.known_at for report in simulated[1].reports]
    assert known == sorted(known)


def test_ellipses_are_one_sigma_of_the_true_error(parameters: DayParameters) -> None:
    """Over many seeds the share of true places inside the 95 % ellipse of a device's own report is near 95 %."""
    inside = total = 0
    for seed in range(30):
        truth, deliveries = simulate_days(parameters, seed)
        places = {event.event_id: event for event in truth.events}
        for report in deliveries.reports:
            if report.event_id and report.means == "seismic":
                event = places[report.event_id]
                _, miss_m = look_from(report.lon, report.lat, event.lon, event.lat)
                inside += (miss_m / report.semi_major_m) ** 2 <= 5.991
                total += 1
    assert total > 300
    assert 0.91 <= inside / total <= 0.98


def test_bulletin_words_are_known(simulated: tuple[Truth, Deliveries]) -> None:
    for line in each(simulated[1].bulletin):
        assert line.span in SPANS
        assert line.qualifier in QUALIFIERS


def test_a_notice_that_came_late_is_among_the_notices(simulated: tuple[Truth, Deliveries]) -> None:
    notices = simulated[1].notices
    assert any(notice.known_at > notice.end for notice in notices)
    assert any(notice.known_at < notice.start for notice in notices)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError):
        parse_record('schema = 1\nnmae = "typing error"\n', DayParameters)


@given(seed=st.integers(0, 2**63 - 1))
@settings(deadline=None, max_examples=15)
def test_any_seed_keeps_events_within_their_hours(seed: int) -> None:
    parameters = read_parameters()
    truth = draw_truth(parameters, seed)
    wanted = {happening.id: happening for happening in parameters.happening}
    assert len(truth.events) == sum(happening.events for happening in parameters.happening)
    for event in truth.events:
        happening = wanted[event.happening]
        first = parameters.moment(happening.day, happening.hours[0])
        last = parameters.moment(max(happening.day, happening.last_day), happening.hours[1])
        assert first - timedelta(seconds=1) <= event.start <= last + timedelta(seconds=1)
        assert event.start <= event.end
    for report in deliver(parameters, truth).reports:
        assert report.known_at >= report.occurred_end


@given(near=st.floats(10, 60_000), further=st.floats(1.0, 3.0))
@settings(deadline=None, max_examples=40)
def test_chance_of_notice_falls_with_distance(near: float, further: float) -> None:
    parameters = read_parameters()
    device = next(one for one in parameters.sensor if one.means == "acoustic")
    means = next(one for one in parameters.means if one.means == "acoustic")
    event = next(one for one in draw_truth(parameters, 1).events if one.kind == "explosion")

    def chance(distance_m: float) -> float:
        lon, lat = step_from(*parameters.place(device.at_km), 30.0, distance_m)
        return chance_of_notice(parameters, means, device, replace(event, lon=lon, lat=lat))

    assert 0.0 <= chance(near * further) <= chance(near) <= 1.0
    deaf = replace(event, kind="meeting")
    assert chance_of_notice(parameters, means, device, deaf) == 0.0
