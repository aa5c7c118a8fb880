"""Stress days: the same every time, one assumption broken in each family, and the benchmark's own days untouched."""

from __future__ import annotations

import hashlib
from collections import Counter
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pydantic
import pytest

from trucewatch.geo.frame import wgs84
from trucewatch.model.observation import KINDS, MEANS, STORED_OBSERVATION_SCHEMA
from trucewatch.simulate.benchmark import FusionDays, simulate_days
from trucewatch.simulate.benchmark.register import register_sensors
from trucewatch.simulate.benchmark.stress import FAMILIES, final_seeds, simulate_stress, tuning_seeds
from trucewatch.simulate.benchmark.stress.parameters import family_names, family_of, ground_of

SEED = 21
SHORT = {"salvo": 1, "intense": 5, "sparse": 60, "holds": 6}
"""Days that the tests simulate of a family; of all others two."""


@cache
def short(family: str, seed: int = SEED) -> FusionDays:
    return simulate_stress(family, seed, changes={"density": {family: {"days": SHORT.get(family, 2)}}})


def _floats(table: pa.Table, name: str) -> npt.NDArray[np.float64]:
    return np.asarray(table[name].to_numpy(zero_copy_only=False), dtype=np.float64)


_KEPT = [
    "observation_id",
    "source",
    "sensor",
    "means",
    "kind",
    "aspect",
    "occurred_start",
    "occurred_end",
    "time_sd_s",
    "known_at",
    "lon",
    "lat",
    "semi_major_m",
    "semi_minor_m",
    "major_azimuth_deg",
    "observer_lon",
    "observer_lat",
    "bearing_deg",
    "bearing_sd_deg",
    "range_m",
    "range_sd_m",
    "count_min",
    "count_best",
    "count_max",
    "claimed_by",
    "text",
]


def _digest(days: FusionDays) -> str:
    """Of what is delivered and of the truth, by the columns and entries that there were when this was written: a new
    column changes nothing of it."""
    digest = hashlib.sha256()
    for table in (days.observations.select(_KEPT), days.truth, days.origin):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
        digest.update(sink.getvalue().to_pybytes())
    for sensor in days.sensors:
        known = (sensor.lon, sensor.lat, sensor.range_m, sensor.up_from, sensor.up_until, sensor.outages)
        digest.update(repr((sensor.id, *known, dict(sensor.notices), sensor.false_per_day)).encode())
    for notice in days.notices:
        digest.update(repr((notice.id, notice.lon, notice.lat, notice.start, notice.end, notice.known_at)).encode())
    return digest.hexdigest()


@pytest.mark.parametrize(
    ("density", "seed", "digest"),
    [
        ("quiet", 11, "65f18007c718d29cb63cff83b9e19b29f0bad07a418e4c74a1dfe15f6c6b6482"),
        ("middle", 12, "3604392c6a30c0543e80afb1f32a52d0ecf9b4a2f8c07621d62c970719bc2cd4"),
        ("busy", 13, "1d9f2de36a8f8824f80028523bd5db56c1da003c03411f03d46bb66096a75b18"),
    ],
)
def test_the_days_of_the_benchmark_keep_their_bytes(density: str, seed: int, digest: str) -> None:
    assert _digest(simulate_days(density, seed)) == digest


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_family_and_seed_give_the_same_bytes(family: str) -> None:
    again = simulate_stress(family, SEED, changes={"density": {family: {"days": SHORT.get(family, 2)}}})
    assert _digest(again) == _digest(short(family))
    assert again.draws == short(family).draws
    assert _digest(short(family, SEED + 1)) != _digest(again)


@pytest.mark.parametrize("family", FAMILIES)
def test_rows_are_ordinary_simulated_observations(family: str) -> None:
    days = short(family)
    table = days.observations
    assert table.schema.equals(STORED_OBSERVATION_SCHEMA)
    assert pc.all(table["simulated"]).as_py()
    assert set(table["means"].to_pylist()) <= set(MEANS)
    assert set(table["kind"].to_pylist()) <= set(KINDS)
    assert pc.count_distinct(table["observation_id"]).as_py() == table.num_rows
    assert table["observation_id"].equals(days.origin["observation_id"])
    assert all(text.startswith("Simulated") for text in set(table["text"].to_pylist()) - {""})
    for field in table.schema:
        assert field.nullable or table[field.name].null_count == 0, field.name
    assert set(days.origin["event_id"].to_pylist()) - {""} <= set(days.truth["event_id"].to_pylist())
    assert set(days.draws) <= set(table["observation_id"].to_pylist())
    assert {"nr": "NR", "sr": "SR"}.items() <= days.parties.items()


def test_every_family_has_seeds_for_tuning_and_as_many_others_for_the_last_measurement() -> None:
    assert family_names() == FAMILIES
    assert len(FAMILIES) >= 12
    for family in FAMILIES:
        assert len(tuning_seeds(family)) == len(final_seeds(family))
        assert not set(tuning_seeds(family)) & set(final_seeds(family))
    assert len(final_seeds("holds")) >= 20
    assert ground_of("holds", SEED).density.days == 90


def test_a_key_that_the_ground_does_not_have_is_refused() -> None:
    with pytest.raises(pydantic.ValidationError):
        ground_of("holds", SEED, changes={"acoustic": {"shout": 3}})
    with pytest.raises(KeyError, match="no such family"):
        family_of("quiet")


def test_a_ceasefire_that_holds_is_mostly_noise_and_work() -> None:
    days = simulate_stress("holds", SEED)
    causes = Counter(days.truth["cause"].to_pylist())
    assert 0 < causes[""] < 0.25 * days.truth.num_rows
    assert pc.sum(pc.equal(days.origin["event_id"], "")).as_py() > 0.4 * days.origin.num_rows


def test_phantoms_are_heard_by_neighbours_at_once_with_bearings_that_meet() -> None:
    days = short("phantom")
    rows = days.observations.filter(pc.equal(days.origin["why"], "phantom")).to_pylist()
    assert len(rows) > 60
    moments = sorted((row["occurred_start"], row["sensor"]) for row in rows)
    together = [(b[0] - a[0]).total_seconds() < 8 and a[1] != b[1] for a, b in pairwise(moments)]
    assert sum(together) >= 0.4 * len(rows)
    assert set(pc.filter(days.origin["event_id"], pc.equal(days.origin["why"], "phantom")).to_pylist()) == {""}


def test_rumours_change_as_they_are_told_and_cross_the_line_as_one_draw() -> None:
    days = short("rumours")
    rows = days.observations.filter(pc.equal(days.observations["means"], "public")).to_pylist()
    told: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        told.setdefault(days.draws[row["observation_id"]], []).append(row)
    several = [group for group in told.values() if len(group) > 2]
    assert all(len({row["text"] for row in group}) > 1 for group in several)
    assert all(len({(row["lon"], row["lat"]) for row in group}) > 1 for group in several)
    sides = [{days.side[str(row["source"])] for row in group} for group in several]
    assert {"NR", "SR"} in sides
    lists = days.observations.filter(pc.equal(days.observations["means"], "event_list"))
    assert {"press-list", "list-a", "list-b", "list-c"} == set(lists["source"].to_pylist())
    assert {days.draws[name] for name in lists["observation_id"].to_pylist()} <= set(told)
    assert days.repeats == {"list-b": ("press-list",)}


def test_the_register_is_wrong_for_most_devices_and_the_reports_are_as_they_were() -> None:
    days = short("register_wrong")
    right = register_sensors(ground_of("register_wrong", SEED, changes={"density": {"register_wrong": {"days": 2}}}))
    rates = [
        wrong.false_per_day / true.false_per_day
        for wrong, true in zip(days.sensors, right, strict=True)
        if wrong.false_per_day is not None and true.false_per_day
    ]
    assert min(rates) < 0.6
    assert max(rates) > 1.8
    assert 3 <= sum(0.9 < rate < 1.1 for rate in rates) < 0.8 * len(rates)
    assert short("no_register").sensors == ()


def test_one_station_of_twelve_is_bad_and_the_register_calls_it_good() -> None:
    days = short("bad_station")
    false = days.observations.filter(pc.equal(days.origin["why"], "false"))
    of = Counter(name for name in false["sensor"].to_pylist() if name.startswith("node"))
    (name, most), (_, next_most) = of.most_common(2)
    assert most > 30
    assert next_most < 8
    assert {sensor.false_per_day for sensor in days.sensors if sensor.id == name} == {0.5}


def test_intense_fire_is_heard_by_one_station_alone() -> None:
    days = short("intense")
    truth = days.truth.to_pylist()
    first = min(row["occurred_start"] for row in truth)
    hour_of = {row["event_id"]: int((row["occurred_start"] - first).total_seconds() // 3600) for row in truth}
    hours = Counter(hour_of.values())
    assert max(hours.values()) > 120
    events = days.origin["event_id"].to_pylist()
    who = Counter(
        sensor
        for sensor, event in zip(days.observations["sensor"].to_pylist(), events, strict=True)
        if event and hours[hour_of[event]] > 120
    )
    assert who["node-01"] > 0.85 * sum(who.values())


def test_sixteen_nodes_hear_a_salvo_and_its_echoes() -> None:
    days = short("salvo")
    assert sum(sensor.means == "acoustic" for sensor in days.sensors) == 16
    heard = days.observations.filter(pc.equal(days.observations["means"], "acoustic"))
    events = pc.filter(days.origin["event_id"], pc.equal(days.observations["means"], "acoustic")).to_pylist()
    nodes: dict[str, set[str]] = {}
    for event, node in zip(events, heard["sensor"].to_pylist(), strict=True):
        if event:
            nodes.setdefault(event, set()).add(node)
    assert np.median([len(names) for names in nodes.values()]) >= 11
    assert pc.sum(days.origin["is_echo"]).as_py() > 0.15 * days.origin.num_rows


def test_clocks_are_off_for_days_and_one_by_an_hour() -> None:
    days = short("clocks")
    start_of = {row["event_id"]: row["occurred_start"] for row in days.truth.to_pylist()}
    off: dict[str, list[float]] = {}
    for row, origin in zip(days.observations.to_pylist(), days.origin.to_pylist(), strict=True):
        if origin["why"] == "clock":
            late = (row["occurred_start"] - start_of[origin["event_id"]]).total_seconds()
            off.setdefault(row["sensor"], []).append(late)
    amounts = {name: float(np.median(values)) for name, values in off.items()}
    assert sum(3500 < abs(value) < 3700 for value in amounts.values()) == 1
    assert sum(3 < abs(value) < 125 for value in amounts.values()) >= 3


def test_stated_errors_are_too_small_and_the_errors_are_what_they_were() -> None:
    days = short("errors_small")
    keep = pc.and_(pc.is_valid(days.observations["bearing_deg"]), pc.equal(days.origin["why"], ""))
    rows, events = days.observations.filter(keep), days.origin.filter(keep)["event_id"]
    places = days.truth.take(pc.index_in(events, days.truth["event_id"]))
    bearing, _, _ = wgs84().inv(
        *(_floats(rows, name) for name in ("observer_lon", "observer_lat")),
        *(_floats(places, name) for name in ("lon", "lat")),
    )
    off = (_floats(rows, "bearing_deg") - bearing + 180.0) % 360.0 - 180.0
    scaled = off / _floats(rows, "bearing_sd_deg")
    means = np.array(rows["means"].to_pylist())
    spread = {name: float(scaled[means == name].std()) for name in ("acoustic", "camera", "patrol")}
    assert max(spread.values()) > 1.8
    assert max(spread.values()) < 5.0


def test_one_voice_comes_by_two_sources_and_is_one_draw() -> None:
    days = short("one_voice_twice")
    names: dict[str, set[str]] = {}
    for row in days.observations.to_pylist():
        if draw := days.draws.get(row["observation_id"]):
            names.setdefault(draw, set()).add(f"{row['source']}/{row['claimed_by']}")
    doubled = [voices for draw, voices in names.items() if len(voices) > 1]
    assert any("Ministry of Defence of NR" in " ".join(voices) for voices in doubled)
    assert any("cameras-relay/" in voices for voices in doubled)
    assert any("video-wall/" in voices for voices in doubled)
    assert days.parties["ministry of defence of nr"] == "NR"
    assert days.devices == {"wall 3": "cam-3", "wall 7": "cam-7"}
    assert set(days.devices) <= set(days.observations["sensor"].to_pylist())


def test_weather_silences_devices_that_the_register_has_as_up() -> None:
    fair = simulate_stress("no_register", SEED)
    stormy = simulate_stress("silence", SEED)
    devices = ("acoustic", "camera", "uav")
    counts = [sum(means in devices for means in days.observations["means"].to_pylist()) for days in (fair, stormy)]
    assert counts[1] < 0.9 * counts[0]
    assert stormy.sensors == register_sensors(ground_of("silence", SEED))


def test_devices_shout_sixty_and_six_hundred_times_an_hour() -> None:
    days = short("shouting")
    shouts = days.observations.filter(pc.equal(days.origin["why"], "shout"))
    hours = Counter(
        (row["sensor"], row["occurred_start"].date(), row["occurred_start"].hour)
        for row in shouts.select(["sensor", "occurred_start"]).to_pylist()
    )
    assert max(hours.values()) > 250
    assert shouts.num_rows > 1000


def test_a_device_alone_and_one_row_from_years_before() -> None:
    days = short("sparse")
    start = sorted(days.observations["occurred_start"].to_pylist())
    assert (start[1] - start[0]).days > 2 * 365
    assert [sensor.id for sensor in days.sensors] == ["node-07"]
    assert set(days.observations["means"].to_pylist()) <= {"acoustic", "public", "party", "event_list"}
