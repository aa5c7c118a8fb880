"""The days for measuring fusion: the same every time, honest in their errors, and readable by the ordinary sources."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from scipy import integrate, stats

from trucewatch.geo.frame import wgs84
from trucewatch.model.observation import KINDS, MEANS, STORED_OBSERVATION_SCHEMA
from trucewatch.pipeline import assess
from trucewatch.simulate.benchmark import DENSITIES, FINAL_SEEDS, TUNING_SEEDS, FusionDays, simulate_days
from trucewatch.simulate.benchmark import days as days_module
from trucewatch.simulate.benchmark.devices import devices_of
from trucewatch.simulate.benchmark.events import draw_events
from trucewatch.simulate.benchmark.ground import Ground
from trucewatch.simulate.benchmark.measurement_model import information_factor
from trucewatch.simulate.benchmark.parameters import read_parameters
from trucewatch.simulate.benchmark.watch_files import truth_files, watch_files, write_watch
from trucewatch.store import Store
from trucewatch.watch import check_watch

Floats = npt.NDArray[np.float64]
NOW = datetime(2031, 12, 1, tzinfo=UTC)
DEVICES = ("acoustic", "seismic", "uav")
"""Means whose errors are normal and whose reports carry a place."""


@pytest.fixture(scope="module")
def middle() -> FusionDays:
    return simulate_days("middle", 11)


@pytest.fixture(scope="module")
def busy() -> FusionDays:
    return simulate_days("busy", 12)


def _floats(table: pa.Table, name: str) -> Floats:
    return np.asarray(table[name].to_numpy(zero_copy_only=False), dtype=np.float64)


def _sound(days: FusionDays, means: str) -> tuple[pa.Table, pa.Table]:
    """The sound reports of one means, and their true events row by row."""
    keep = pc.and_(
        pc.equal(days.observations["means"], means),
        pc.and_(
            pc.not_equal(days.origin["event_id"], ""),
            pc.invert(pc.or_(days.origin["is_echo"], days.origin["is_outlier"])),
        ),
    )
    events = days.origin.filter(keep)["event_id"]
    return days.observations.filter(keep), days.truth.take(pc.index_in(events, days.truth["event_id"]))


def _standardised(rows: pa.Table, events: pa.Table) -> Floats:
    """Errors of places along the axes of their ellipses, in stated standard deviations: shape (2, n)."""
    azimuth, _, distance = wgs84().inv(*(_floats(t, n) for t in (events, rows) for n in ("lon", "lat")))
    theta = np.radians(azimuth - _floats(rows, "major_azimuth_deg"))
    return np.stack(
        [
            distance * np.cos(theta) / _floats(rows, "semi_major_m"),
            distance * np.sin(theta) / _floats(rows, "semi_minor_m"),
        ]
    )


def test_the_same_seed_gives_the_same_days_and_another_seed_others(middle: FusionDays) -> None:
    again = simulate_days("middle", 11)
    for name in ("observations", "truth", "origin", "measurements"):
        assert getattr(again, name).equals(getattr(middle, name)), name
    assert (again.sensors, again.notices) == (middle.sensors, middle.notices)
    assert watch_files(again) == watch_files(middle)
    assert truth_files(again) == truth_files(middle)
    assert not simulate_days("middle", 12).truth.equals(middle.truth)


def test_who_is_asked_first_changes_nothing(middle: FusionDays, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days_module, "REPORTERS", dict(reversed(days_module.REPORTERS.items())))
    assert simulate_days("middle", 11).observations.equals(middle.observations)


def test_leaving_one_means_out_leaves_the_others_as_they_were(
    middle: FusionDays, monkeypatch: pytest.MonkeyPatch
) -> None:
    fewer = {name: report for name, report in days_module.REPORTERS.items() if name != "camera"}
    monkeypatch.setattr(days_module, "REPORTERS", fewer)
    rest = middle.observations.filter(pc.not_equal(middle.observations["means"], "camera"))
    drop = [name for name in STORED_OBSERVATION_SCHEMA.names if name != "evidence_row"]
    assert simulate_days("middle", 11).observations.select(drop).equals(rest.select(drop))


@pytest.mark.parametrize("density", DENSITIES)
@pytest.mark.parametrize("seed", [*TUNING_SEEDS, *FINAL_SEEDS])
def test_every_density_and_seed_has_enough_true_events(density: str, seed: int) -> None:
    events = draw_events(Ground(read_parameters(), density, seed))
    assert len(events) >= 1400
    assert np.all(np.diff(events.start_s) >= 0)
    assert np.all(events.end_s >= events.start_s)
    assert {"", "farm_fire", "thunder"} <= set(events.cause)


def test_the_seeds_are_those_that_the_parameters_commit() -> None:
    parameters = read_parameters()
    assert parameters.tuning_seeds == TUNING_SEEDS
    assert parameters.final_seeds == FINAL_SEEDS
    assert not set(TUNING_SEEDS) & set(FINAL_SEEDS)
    assert tuple(parameters.density) == DENSITIES


def test_rows_are_ordinary_simulated_observations(middle: FusionDays) -> None:
    table = middle.observations
    assert table.schema.equals(STORED_OBSERVATION_SCHEMA)
    assert pc.all(table["simulated"]).as_py()
    assert set(table["means"].to_pylist()) == set(MEANS)
    assert set(table["kind"].to_pylist()) <= set(KINDS)
    assert pc.count_distinct(table["observation_id"]).as_py() == table.num_rows
    assert table["observation_id"].equals(middle.origin["observation_id"])
    assert all(text.startswith("Simulated") for text in set(table["text"].to_pylist()) - {""})
    for field in table.schema:
        assert field.nullable or table[field.name].null_count == 0, field.name
    known = table["known_at"].cast(pa.int64()).to_numpy()
    assert np.all(np.diff(known) >= 0)


def test_a_bearing_without_range_has_no_place(middle: FusionDays) -> None:
    table = middle.observations
    aimed = table.filter(pc.and_(pc.is_valid(table["bearing_deg"]), pc.is_null(table["range_m"])))
    assert aimed.num_rows > 1000
    assert aimed["lon"].null_count == aimed["semi_major_m"].null_count == aimed.num_rows
    assert aimed["observer_lon"].null_count == aimed["bearing_sd_deg"].null_count == 0
    assert set(aimed["means"].to_pylist()) == {"acoustic", "camera"}


@pytest.mark.parametrize("means", DEVICES)
def test_devices_have_the_errors_that_they_state(middle: FusionDays, busy: FusionDays, means: str) -> None:
    errors = [_sound(days, means) for days in (middle, busy)]
    rows = pa.concat_tables([one for one, _ in errors])
    events = pa.concat_tables([one for _, one in errors])
    placed = rows["lon"].is_valid()
    rows, events = rows.filter(placed), events.filter(placed)
    standardised = _standardised(rows, events)
    inside = np.mean((standardised**2).sum(axis=0) <= stats.chi2(2).ppf(0.95))
    assert rows.num_rows > 400
    # Errors that rows share leave fewer independent ones than there are rows; four points are wide enough for that.
    assert inside == pytest.approx(0.95, abs=0.04)
    assert standardised.std() == pytest.approx(1.0, abs=0.12)


def test_bearings_and_times_of_nodes_have_the_stated_spread(busy: FusionDays) -> None:
    rows, events = _sound(busy, "acoustic")
    bearing, _, distance = wgs84().inv(
        *(_floats(rows, n) for n in ("observer_lon", "observer_lat")), *(_floats(events, n) for n in ("lon", "lat"))
    )
    off = (_floats(rows, "bearing_deg") - bearing + 180.0) % 360.0 - 180.0
    scaled = off / _floats(rows, "bearing_sd_deg")
    assert scaled.mean() == pytest.approx(0.0, abs=0.05)
    assert scaled.std() == pytest.approx(1.0, abs=0.05)
    assert stats.kurtosis(scaled) < 0.3
    late = (
        rows["occurred_start"].cast(pa.int64()).to_numpy() - events["occurred_start"].cast(pa.int64()).to_numpy()
    ) / 1e6
    assert late.std() == pytest.approx(1.2, rel=0.05)
    ranged = rows["range_m"].is_valid().to_numpy()
    stretch = (_floats(rows, "range_m")[ranged] / np.asarray(distance)[ranged] - 1.0) / np.hypot(0.06, 0.03)
    assert stretch.std() == pytest.approx(1.0, abs=0.15)


def test_what_people_say_has_heavier_tails_than_a_normal_error(busy: FusionDays, middle: FusionDays) -> None:
    errors = np.concatenate([_standardised(*_sound(days, "party")) for days in (busy, middle)], axis=1)
    assert errors.std() == pytest.approx(1.0, abs=0.12)
    assert stats.kurtosis(errors.ravel()) > 0.8


def test_ranges_of_one_hour_err_together(busy: FusionDays) -> None:
    rows, events = _sound(busy, "acoustic")
    ranged = rows["range_m"].is_valid()
    rows, events = rows.filter(ranged), events.filter(ranged)
    _, _, distance = wgs84().inv(
        *(_floats(rows, n) for n in ("observer_lon", "observer_lat")), *(_floats(events, n) for n in ("lon", "lat"))
    )
    stretch = _floats(rows, "range_m") / distance - 1.0
    hour = events["occurred_start"].cast(pa.int64()).to_numpy() // 3_600_000_000
    means = np.array([stretch[hour == one].mean() for one in np.unique(hour) if (hour == one).sum() >= 10])
    assert means.std() == pytest.approx(0.03, abs=0.012)


def test_seismic_places_of_one_region_are_shifted_alike(busy: FusionDays) -> None:
    rows, events = _sound(busy, "seismic")
    names = {
        row["observation_id"]: row["shared_1"]
        for row in busy.measurements.to_pylist()
        if row["shared_1"].startswith("region")
    }
    region = np.array([names[one] for one in rows["observation_id"].to_pylist()])
    east = (_floats(rows, "lon") - _floats(events, "lon")) * 111_320.0 * np.cos(np.radians(-37.0))
    shifts = {name: east[region == name] for name in set(region) if (region == name).sum() >= 25}
    assert len(shifts) >= 3
    apart = np.std([one.mean() for one in shifts.values()])
    assert apart > 150.0
    assert apart > 1.5 * np.mean([one.std() / np.sqrt(len(one)) for one in shifts.values()])


def test_a_rumour_comes_in_copies_that_say_the_same_later(middle: FusionDays) -> None:
    rows = middle.observations.filter(pc.equal(middle.observations["means"], "public")).to_pylist()
    groups: dict[tuple[object, ...], list[datetime]] = {}
    for row in rows:
        groups.setdefault((row["text"], row["lon"], row["lat"], row["occurred_start"]), []).append(row["known_at"])
    sizes = Counter(len(known) for known in groups.values())
    assert max(sizes) <= 12
    assert sum(times for size, times in sizes.items() if size > 1) > 100
    assert all(len(set(known)) == len(known) for known in groups.values())


def test_one_node_shouts_one_clock_jumps_and_echoes_follow(busy: FusionDays) -> None:
    why = busy.origin["why"].to_pylist()
    told = busy.observations.select(["sensor", "occurred_start", "bearing_deg"]).to_pylist()
    shouts = [row for row, reason in zip(told, why, strict=True) if reason == "shout"]
    assert len({row["sensor"] for row in shouts}) == 1
    assert len(shouts) >= 200
    spread = max(row["occurred_start"] for row in shouts) - min(row["occurred_start"] for row in shouts)
    assert spread.total_seconds() <= 3600
    assert len({row["sensor"] for row, reason in zip(told, why, strict=True) if reason == "clock_jump"}) == 1
    assert {"echo", "false", "outlier"} <= set(why)
    echoes = busy.origin.filter(busy.origin["is_echo"])
    assert all(event for event in echoes["event_id"].to_pylist())


def test_clutter_comes_from_no_event_and_everything_else_from_one(busy: FusionDays) -> None:
    for row in busy.origin.to_pylist():
        assert (row["event_id"] == "") == (row["why"] in ("false", "shout")), row
    assert set(busy.origin["event_id"].to_pylist()) - {""} <= set(busy.truth["event_id"].to_pylist())


def test_both_parties_claim_what_was_and_what_was_not(busy: FusionDays) -> None:
    true = np.array(busy.origin["event_id"].to_pylist(), dtype=object) != ""
    who = np.array(busy.observations["claimed_by"].to_pylist(), dtype=object)
    for party in ("NR", "SR"):
        assert (true & (who == party)).sum() > 100
        assert (~true & (who == party)).sum() > 5
    rows, events = _sound(busy, "party")
    assert np.median(_floats(rows, "count_best") / _floats(events, "count")) > 1.2


def test_no_device_reports_while_it_is_down(middle: FusionDays) -> None:
    ground = Ground(read_parameters(), "middle", 11)
    down = {sensor.id: sensor.outages for sensor in middle.sensors if sensor.means in ("acoustic", "camera", "seismic")}
    assert sum(len(outages) for outages in down.values()) > 10
    broken = middle.origin["why"].to_pylist()
    rows = middle.observations.select(["sensor", "occurred_start"]).to_pylist()
    for row, why in zip(rows, broken, strict=True):
        for start, end in down.get(row["sensor"], ()) if why != "clock_jump" else ():
            inside = min((row["occurred_start"] - start).total_seconds(), (end - row["occurred_start"]).total_seconds())
            assert inside < 20.0, (row, start, end)  # an arrival's time errs by seconds, an echo's too
    assert {sensor.id for sensor in middle.sensors} == {
        device.id
        for means in ("acoustic", "seismic", "camera", "uav", "patrol")
        for device in devices_of(ground, means)
    }


def test_what_the_keeper_believes_is_near_the_truth_and_not_equal(middle: FusionDays) -> None:
    parameters = read_parameters()
    seismic = next(one for one in middle.sensors if one.means == "seismic")
    assert seismic.notices["explosion"] == pytest.approx(parameters.seismic.chance["explosion"], rel=0.35)
    nodes = [one.false_per_day for one in middle.sensors if one.means == "acoustic"]
    assert all(one is not None and 0.2 < one < 1.2 for one in nodes)
    assert len(set(nodes)) > 3


def test_events_come_at_once_in_different_places_and_densely_at_one(busy: FusionDays) -> None:
    start = busy.truth["occurred_start"].cast(pa.int64()).to_numpy() / 1e6
    lon = _floats(busy.truth, "lon")
    near, apart = np.diff(start) < 5.0, np.abs(np.diff(lon)) > 0.05
    assert (near & apart).sum() > 50
    hours = np.bincount(((start - start.min()) // 3600).astype(np.int64))
    assert hours.max() > 80


def test_fires_that_impacts_lit_lie_where_the_impact_was(busy: FusionDays) -> None:
    rows = {row["event_id"]: row for row in busy.truth.to_pylist()}
    lit = [row for row in rows.values() if row["caused_by"]]
    assert len(lit) > 20
    for row in lit:
        impact = rows[row["caused_by"]]
        assert row["kind"] == "thermal_anomaly"
        assert impact["aspect"] == "impact"
        assert impact["occurred_start"] < row["occurred_start"]
        assert wgs84().inv(impact["lon"], impact["lat"], row["lon"], row["lat"])[2] < 150.0


def test_the_ordinary_sources_read_the_delivered_watch_as_it_was_made(tmp_path: Path) -> None:
    days = simulate_days("middle", 12, days=1)
    folder = write_watch(days, tmp_path)
    assert not list(folder.rglob("*truth*"))
    assert (tmp_path / "truth" / "truth.csv").exists()
    assert [one for one in check_watch(folder).faults if one.severity == "error"] == []
    with Store(folder, lambda: NOW) as store:
        found = assess(store, folder, now=NOW)
    assert found.rejected.num_rows == 0
    assert found.not_yet_known == 0
    made = days.observations.sort_by("observation_id")
    for name in STORED_OBSERVATION_SCHEMA.names:
        if name not in ("received_at", "evidence_sha256", "evidence_row"):
            assert found.observations[name].equals(made[name]), name
    assert found.incidents.num_rows > 20


def test_no_file_of_the_watch_names_a_true_event() -> None:
    days = simulate_days("quiet", 13, days=5)
    everything = b"".join(watch_files(days).values()).decode()
    assert not any(event in everything for event in days.truth["event_id"].to_pylist())


def test_the_information_of_a_t_error_is_what_the_integral_gives() -> None:
    dof, scale = 5.0, np.sqrt(3.0 / 5.0)

    def integrand(x: float) -> float:
        slope = -(dof + 1.0) * x / (dof * scale**2 + x**2)
        return float(slope**2 * stats.t(dof, scale=scale).pdf(x))

    expected, _ = integrate.quad(integrand, -np.inf, np.inf)
    assert information_factor(dof, 1) == pytest.approx(expected, rel=1e-6)
    assert information_factor(0.0, 2) == 1.0
    assert information_factor(1e9, 2) == pytest.approx(1.0)
