"""Clocks that are off and errors that are stated too small: learnt from what devices share, set right, or proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import chain

import numpy as np
import pyarrow as pa
import pytest

from tests.builders import NOON, observations
from tests.fusion.test_likelihood import METRE, ray
from trucewatch.fusion.clocks import learn_clocks
from trucewatch.fusion.fuse import fuse_observations
from trucewatch.fusion.learn import learn_calibration
from trucewatch.fusion.measurements import prepare_reports
from trucewatch.fusion.set_right import Clock, Corrections
from trucewatch.fusion.setting import Setting
from trucewatch.model.calibration import (
    Calibration,
    Calibrations,
    DeviceBook,
    MeansBook,
    calibration_record,
    read_calibration,
)
from trucewatch.model.watch import AssociationRule

DAY_S = 86_400.0
DEVICES = {f"a{number}": "acoustic" for number in range(4)} | {f"u{number}": "uav" for number in range(3)}
TIME_SD = {"acoustic": 2.0, "uav": 4.0}
PLACE_SD = {"acoustic": 300.0, "uav": 80.0}


def fleet(
    *,
    seed: int = 1,
    events: int = 160,
    days: float = 6.0,
    ahead_s: Callable[[str, float], float] = lambda device, second: 0.0,
    times: Mapping[str, float] | None = None,
    simulated: bool = False,
) -> pa.Table:
    """Reports of seven devices that notice seven in ten events, with some false ones; errors are as stated, or `times`
    as large by means. ahead_s: by how much a device's clock is ahead at a second of the record."""
    rng = np.random.default_rng(seed)
    rows = []

    def tell(device: str, second: float, east_m: float, north_m: float) -> None:
        means = DEVICES[device]
        true = (times or {}).get(means, 1.0)
        place, time = PLACE_SD[means], TIME_SD[means]
        moment = second + rng.normal(0.0, time * true) + ahead_s(device, second)
        rows.append(
            {
                "key": len(rows),
                "sensor": device,
                "means": means,
                "occurred_start": NOON + timedelta(seconds=round(moment, 3)),
                "lon": -25.0 + (east_m + rng.normal(0.0, place * true)) * METRE / np.cos(np.radians(35.0)),
                "lat": -35.0 + (north_m + rng.normal(0.0, place * true)) * METRE,
                "semi_major_m": place,
                "semi_minor_m": place,
                "time_sd_s": time,
                "simulated": simulated,
            }
        )

    for _ in range(events):
        second, east, north = rng.uniform(0.0, days * DAY_S), *rng.uniform(-6000.0, 6000.0, 2)
        for device in DEVICES:
            if rng.random() < 0.7:
                tell(device, second, east, north)
    for device in DEVICES:
        for _ in range(10):
            tell(device, rng.uniform(0.0, days * DAY_S), *rng.uniform(-6000.0, 6000.0, 2))
    return observations(*rows).sort_by("observation_id")


def clocks_of(table: pa.Table) -> dict[str, Clock]:
    """What is learnt of the clocks, by sensor."""
    reports = prepare_reports(table)
    names = dict(zip(reports.k["key"].tolist(), table["sensor"].to_pylist(), strict=True))
    return {names[clock.device]: clock for clock in learn_clocks(reports)}


def calibration_of(table: pa.Table) -> Calibration:
    until = NOON + timedelta(days=30)
    return learn_calibration(
        table, rule=AssociationRule(), setting=Setting(), period="opening", since=NOON, until=until
    )


def learnt_setting(table: pa.Table) -> Setting:
    return Setting(calibrations=Calibrations((calibration_of(table),)))


def book_of(calibration: Calibration, sensor: str) -> DeviceBook:
    return next(book for book in calibration.devices if book.sensor == sensor)


def means_of(calibration: Calibration) -> dict[str, MeansBook]:
    return {book.means: book for book in calibration.means}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_fleet_whose_clocks_are_right_gets_no_offset(seed: int) -> None:
    assert clocks_of(fleet(seed=seed)) == {}


@pytest.mark.parametrize("off", [-90.0, 90.0, 15.0])
def test_one_bad_clock_is_found_within_its_error_and_no_good_one_is_blamed(off: float) -> None:
    clocks = clocks_of(fleet(ahead_s=lambda device, second: off if device == "a1" else 0.0))
    assert list(clocks) == ["a1"]
    assert clocks["a1"].seconds == pytest.approx(off, abs=4 * clocks["a1"].sd)
    assert clocks["a1"].sd < 1.0
    assert (clocks["a1"].begin, clocks["a1"].end) == (-np.inf, np.inf)


def test_several_bad_clocks_are_found_each_by_its_own() -> None:
    off = {"a0": 40.0, "a2": -25.0, "u1": 110.0}
    clocks = clocks_of(fleet(ahead_s=lambda device, second: off.get(device, 0.0)))
    assert sorted(clocks) == sorted(off)
    for device, seconds in off.items():
        assert clocks[device].seconds == pytest.approx(seconds, abs=4 * clocks[device].sd)


def test_a_clock_that_was_off_for_days_was_off_for_those() -> None:
    clocks = clocks_of(fleet(ahead_s=lambda device, second: 60.0 * (device == "a1" and DAY_S < second < 3 * DAY_S)))
    assert list(clocks) == ["a1"]
    begin, end = clocks["a1"].begin - NOON.timestamp(), clocks["a1"].end - NOON.timestamp()
    assert 0.7 * DAY_S < begin < 1.5 * DAY_S
    assert 2.5 * DAY_S < end < 3.3 * DAY_S


def test_of_two_devices_alone_nobody_can_say_which_is_off() -> None:
    table = fleet(ahead_s=lambda device, second: 90.0 if device == "a1" else 0.0)
    two = [name in ("a1", "u0") for name in table["sensor"].to_pylist()]
    assert clocks_of(table.filter(pa.array(two))) == {}


def test_an_hour_of_a_wrong_zone_is_proposed_and_not_applied() -> None:
    table = fleet(ahead_s=lambda device, second: 3600.0 if device == "a1" else 0.0)
    calibration = calibration_of(table)
    book = book_of(calibration, "a1")
    assert (book.clock_proposed_s, book.clock_s) == (3600.0, 0.0)
    assert not any(other.clock_proposed_s for other in calibration.devices if other.sensor != "a1")
    # That nobody bears it out at that hour is no reason to believe it less, nor to call the register wrong.
    assert book.answers > 0.5
    assert book.register_fits
    assert Corrections.of(Calibrations((calibration,))).on_time(table, Setting().speakers) is table


def test_fire_at_regular_times_makes_no_clock_wrong() -> None:
    rng = np.random.default_rng(4)
    rows = [
        {
            "key": f"{device} {shot}",
            "sensor": f"a{device}",
            "occurred_start": NOON + timedelta(seconds=float(30 * shot + 7200 * (shot // 40) + rng.normal(0.0, 1.0))),
            "semi_major_m": 300.0,
            "semi_minor_m": 300.0,
            "time_sd_s": 1.0,
        }
        for device in range(5)
        for shot in range(400)
        if rng.random() < 0.7
    ]
    assert clocks_of(observations(*rows).sort_by("observation_id")) == {}


def test_real_and_simulated_rows_are_never_learnt_from_together() -> None:
    table = fleet(ahead_s=lambda device, second: 90.0 if device == "a1" else 0.0)
    real = np.array(table["sensor"].to_pylist()) == "a1"
    column = table.schema.get_field_index("simulated")
    mixed = table.set_column(column, table.schema.field(column), pa.array(~real))
    assert clocks_of(mixed) == {}
    simulated = clocks_of(fleet(simulated=True, ahead_s=lambda device, second: 90.0 if device == "a1" else 0.0))
    assert simulated["a1"].simulated


def test_what_is_learnt_is_a_function_of_the_set_of_rows() -> None:
    table = fleet(ahead_s=lambda device, second: 30.0 if device == "a1" else 0.0, times={"uav": 3.0})
    shuffled = table.take(pa.array(np.random.default_rng(5).permutation(table.num_rows)))
    learnt = calibration_of(table)
    assert calibration_of(shuffled) == learnt
    assert read_calibration(calibration_record(learnt)) == learnt


def test_incidents_have_the_times_that_clocks_set_right_say_and_rows_stay_as_they_were_stated() -> None:
    table = fleet(ahead_s=lambda device, second: 90.0 if device == "a1" else 0.0)
    setting = learnt_setting(table)
    assert book_of(setting.calibrations.every[0], "a1").clock_s == pytest.approx(90.0, abs=2.0)
    before = fuse_observations(table, rule=AssociationRule(), setting=Setting())
    after = fuse_observations(table, rule=AssociationRule(), setting=setting)
    assert after.num_rows < before.num_rows - 60  # a1's reports are no events of their own any more
    # Its own times are not in what is shown: an event that it shares begins with the others.
    stated = dict(zip(table["observation_id"].to_pylist(), table["occurred_start"].to_pylist(), strict=True))
    sensor = dict(zip(table["observation_id"].to_pylist(), table["sensor"].to_pylist(), strict=True))
    for row in after.to_pylist():
        if len(row["members"]) > 2 and any(sensor[member] == "a1" for member in row["members"]):
            assert row["occurred_end"] < max(stated[member] for member in row["members"] if sensor[member] == "a1")


def test_another_month_has_its_own_corrections() -> None:
    table = fleet(ahead_s=lambda device, second: 90.0 if device == "a1" else 0.0)
    learnt = calibration_of(table)
    of_may = Calibration(period="2031-05", since=NOON, until=NOON, rows=0)
    setting = Setting(calibrations=Calibrations((learnt, of_may)))
    before = fuse_observations(table, rule=AssociationRule(), setting=Setting())
    assert fuse_observations(table, rule=AssociationRule(), setting=setting).num_rows == before.num_rows


@pytest.mark.parametrize("seed", [1, 2])
def test_errors_as_stated_keep_a_factor_of_about_one(seed: int) -> None:
    for book in calibration_of(fleet(seed=seed)).means:
        assert max(book.place_times, book.bearing_times, book.time_times) <= 1.15


@pytest.mark.parametrize("seed", [1, 2])
def test_errors_three_times_as_large_as_stated_are_told_within_a_third(seed: int) -> None:
    books = means_of(calibration_of(fleet(seed=seed, times={"acoustic": 3.0})))
    assert books["acoustic"].place_times == pytest.approx(3.0, rel=0.3)
    assert books["acoustic"].time_times == pytest.approx(3.0, rel=0.3)
    assert "uav" not in books or books["uav"].place_times <= 1.3


@pytest.mark.parametrize("times", [1.0, 3.0])
def test_directions_have_a_factor_of_their_own(times: float) -> None:
    rng = np.random.default_rng(6)
    eyes = {"c1": (-5000.0, -5000.0), "c2": (5000.0, -5000.0), "c3": (0.0, 6000.0), "c4": (-6000.0, 2000.0)}
    rows = []
    for event in range(150):
        second, at_m = 3000.0 * event, rng.uniform(-2000.0, 2000.0, 2)
        for name, eye in eyes.items():
            east, north = at_m - eye
            bearing = float(np.degrees(np.arctan2(east, north)) + rng.normal(0.0, times)) % 360.0
            lon, lat = -25.0 + eye[0] * METRE / np.cos(np.radians(35.0)), -35.0 + eye[1] * METRE
            moment = NOON + timedelta(seconds=second + float(rng.normal(0.0, 1.0)))
            rows.append(ray(name, lon, lat, bearing, means="camera", key=f"{name} {event}", occurred_start=moment))
    books = means_of(calibration_of(observations(*rows).sort_by("observation_id")))
    assert (books["camera"].bearing_times if "camera" in books else 1.0) == pytest.approx(times, rel=0.3)
    assert "camera" not in books or books["camera"].place_times == 1.0


def test_errors_smaller_than_stated_are_believed_as_stated() -> None:
    assert calibration_of(fleet(times={"acoustic": 0.3, "uav": 0.3})).means == ()


@pytest.mark.parametrize("wrong", [0.0, 1e9, -5.0, np.inf])
def test_a_stated_error_that_is_none_is_no_measure_and_nothing_is_dropped(wrong: float) -> None:
    table = fleet(times={"acoustic": 3.0})
    first = np.arange(table.num_rows) == 0
    for name in ("semi_major_m", "semi_minor_m", "time_sd_s"):
        column = table.schema.get_field_index(name)
        values = np.where(first, wrong, np.array(table[name].to_pylist(), dtype=np.float64))
        table = table.set_column(column, table.schema.field(column), pa.array(values, table.schema.field(column).type))
    incidents = fuse_observations(table, rule=AssociationRule(), setting=learnt_setting(table))
    members = list(chain.from_iterable(incidents["members"].to_pylist()))
    assert sorted(members) == table["observation_id"].to_pylist()
    own = next(row for row in incidents.to_pylist() if table["observation_id"][0].as_py() in row["members"])
    # An error of 1e9 is believed, and is joined with nothing; any other of these counts as not stated.
    assert (len(own["members"]) == 1) or wrong != 1e9
    assert np.isfinite(own["semi_major_m"])


def test_widened_errors_take_no_report_out_of_reach() -> None:
    book = MeansBook(means="acoustic", pairs=99, place_times=5.0, time_times=5.0, bearing_times=5.0)
    calibration = Calibration(period="opening", since=NOON, until=NOON, rows=9, means=(book,))
    rows = [{"semi_major_m": 4000.0, "semi_minor_m": 4000.0, "time_sd_s": 20_000.0, "sensor": "a"}]
    table = observations(*rows)
    corrections = Corrections.of(Calibrations((calibration,)))
    wide, plain = prepare_reports(table, corrections=corrections), prepare_reports(table)
    assert (plain.k["level"] >= 0).all()
    assert (wide.k["level"] >= 0).all()
    assert wide.f["ee"][0] > plain.f["ee"][0]
    assert wide.f["time_sd"][0] > plain.f["time_sd"][0]
