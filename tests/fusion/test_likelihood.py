"""The likelihood rule: what is one event by its own errors, whatever the order, the lateness and the number of
reports."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import NOON, observations
from tests.fusion.grown import is_grown_alike
from trucewatch.fusion.likelihood import Gathering, LikelihoodRule, associate_by_likelihood, no_affinity
from trucewatch.fusion.measurements import Reports, prepare_reports, with_room_to_move

METRE = 1 / 111_000
"""Degrees of latitude."""


def device(sensor: str, **more: Any) -> dict[str, Any]:
    """A report of an acoustic node, 200 m and 2 s good."""
    return {
        "sensor": sensor,
        "key": f"{sensor}{sorted(more.items())}",
        "semi_major_m": 200.0,
        "semi_minor_m": 200.0,
        "time_sd_s": 2.0,
    } | more


def at(seconds: float) -> dict[str, Any]:
    return {"occurred_start": NOON + timedelta(seconds=seconds)}


def ray(sensor: str, lon: float, lat: float, bearing_deg: float, **more: Any) -> dict[str, Any]:
    """A direction without a range."""
    nothing = dict.fromkeys(("lon", "lat", "semi_major_m", "semi_minor_m", "major_azimuth_deg"))
    return (
        {
            "sensor": sensor,
            "key": f"{sensor}{bearing_deg}",
            "time_sd_s": 2.0,
            "observer_lon": lon,
            "observer_lat": lat,
            "bearing_deg": bearing_deg,
            "bearing_sd_deg": 1.0,
        }
        | nothing
        | more
    )


def partition(table: pa.Table) -> set[frozenset[str]]:
    """The events as sets of observation ids."""
    return together(table, associate_by_likelihood(table))


def together(table: pa.Table, labels: Any) -> set[frozenset[str]]:
    ids = table["observation_id"].to_pylist()
    found: dict[int, set[str]] = {}
    for one, label in zip(ids, labels.tolist(), strict=True):
        found.setdefault(label, set()).add(one)
    return {frozenset(one) for one in found.values()}


def resolved(reports: Reports, order: Any = slice(None)) -> Any:
    """The labels of reports that are put into the grids in this order, in this order."""
    return Gathering(Reports(reports.f[order], reports.k[order])).resolve(LikelihoodRule(), no_affinity())


def table_of(*rows: dict[str, Any]) -> pa.Table:
    return observations(*rows).sort_by("observation_id")


def sizes(*rows: dict[str, Any]) -> list[int]:
    return sorted(len(one) for one in partition(table_of(*rows)))


def test_two_devices_that_agree_within_their_errors_saw_one_event() -> None:
    assert sizes(device("a"), device("b", lat=-35.0 + 500 * METRE)) == [2]


def test_what_is_one_event_depends_on_the_errors_not_on_a_radius() -> None:
    far = {"lat": -35.0 + 2500 * METRE}
    assert sizes(device("a"), device("b", **far)) == [1, 1]
    assert sizes(device("a"), device("b", semi_major_m=1500.0, semi_minor_m=1500.0, **far)) == [2]


def test_the_ellipse_has_a_direction() -> None:
    long = {"semi_major_m": 1500.0, "semi_minor_m": 50.0}
    north = {"lat": -35.0 + 2500 * METRE}
    assert sizes(device("a"), device("b", major_azimuth_deg=0.0, **long, **north)) == [2]
    assert sizes(device("a"), device("b", major_azimuth_deg=90.0, **long, **north)) == [1, 1]


def test_times_are_held_against_their_own_errors() -> None:
    assert sizes(device("a"), device("b", **at(20))) == [1, 1]
    assert sizes(device("a"), device("b", **at(20) | {"time_sd_s": 15.0})) == [2]


def test_one_device_gives_one_report_of_an_event() -> None:
    assert sizes(device("a"), device("a", **at(1))) == [1, 1]
    assert sizes(device("a"), device("b"), device("a", **at(1)), device("c")) == [1, 3]


def test_several_pixels_of_one_overpass_are_one() -> None:
    pixel = {
        "means": "satellite",
        "kind": "thermal_anomaly",
        "sensor": "N",
        "semi_major_m": 110.0,
        "semi_minor_m": 110.0,
    }
    rows = [pixel | {"key": number, "lat": -35.0 + number * 900 * METRE} for number in range(3)]
    assert sizes(*rows) == [3]
    assert sizes(*rows, pixel | {"key": 9, "lat": -35.0 + 6000 * METRE}) == [1, 3]


def test_copies_of_one_text_are_one_wherever_they_come_from() -> None:
    rumour = {"means": "public", "semi_major_m": 2000.0, "semi_minor_m": 2000.0, "time_sd_s": 60.0}
    assert sizes(*(rumour | {"source": f"channel-{number}", "key": number} for number in range(5))) == [5]


def test_a_direction_joins_what_lies_along_it_and_nothing_beside() -> None:
    place = device("a", lat=-35.0 + 5000 * METRE)
    assert sizes(place, ray("b", -25.0, -35.0, 0.0)) == [2]
    assert sizes(place, ray("b", -25.0, -35.0, 20.0)) == [1, 1]
    assert sizes(place, ray("b", -25.0, -35.0, 180.0)) == [1, 1]


def test_two_directions_that_cross_are_one_event() -> None:
    east = -25.0 + 5000 * METRE / np.cos(np.radians(35))
    assert sizes(ray("a", -25.0, -35.0, 45.0), ray("b", east, -35.0, 315.0)) == [2]
    assert sizes(ray("a", -25.0, -35.0, 225.0), ray("b", east, -35.0, 315.0)) == [1, 1]
    assert sizes(ray("a", -25.0, -35.0, 45.0), ray("b", east, -35.0, 47.0)) == [1, 1]


def test_two_directions_that_cross_at_four_degrees_are_one_event_and_at_two_they_are_not() -> None:
    east = -25.0 + 350 * METRE / np.cos(np.radians(35))
    assert sizes(ray("a", -25.0, -35.0, 2.0), ray("b", east, -35.0, 358.0)) == [2]
    assert sizes(ray("a", -25.0, -35.0, 1.0), ray("b", east, -35.0, 359.0)) == [1, 1]


def test_a_fire_is_an_event_of_its_own_also_where_a_blast_lit_it() -> None:
    blast = [device("a"), device("b"), device("c")]
    heat = {"kind": "thermal_anomaly", "semi_major_m": 110.0, "semi_minor_m": 110.0, "time_sd_s": 60.0}
    seen = heat | {"means": "satellite", "sensor": "N", "key": "n", **at(7200.0)}
    flown = heat | {"means": "uav", "sensor": "u", "key": "u", **at(3600.0)}
    assert sizes(*blast, seen) == [1, 3]
    assert sizes(*blast, seen, flown) == [2, 3]


def test_a_late_list_row_goes_to_the_event_that_devices_told_of() -> None:
    """A row that knows the day and five kilometres is no event of its own where three devices heard one that day."""
    heard = [device("a"), device("b"), device("c")]
    day = {"occurred_start": NOON - timedelta(hours=12), "occurred_end": NOON + timedelta(hours=12), "time_sd_s": 60.0}
    listed = day | {"means": "event_list", "source": "list", "key": "l", "semi_major_m": 5000.0, "semi_minor_m": 5000.0}
    assert sizes(*heard, listed) == [4]
    assert sizes(*heard, listed | {"lat": -34.0}) == [1, 3]


def test_a_chain_does_not_swallow_a_front() -> None:
    """Thirty events in a row, 700 m and 20 s apart, each heard by three devices of its own: thirty incidents, not
    one."""
    rows = [
        device(f"{event}-{number}", lat=-35.0 + event * 700 * METRE, **at(event * 20))
        for event in range(30)
        for number in range(3)
    ]
    assert sizes(*rows) == [3] * 30
    from trucewatch.fusion import associate_observations

    swallowed = associate_observations(table_of(*rows), radius_m=1500.0, gap_s=6 * 3600.0)
    assert len(set(swallowed.tolist())) == 1


def test_simulated_and_real_reports_never_meet() -> None:
    assert sizes(device("a"), device("b", simulated=True)) == [1, 1]


def test_kinds_of_different_families_never_meet() -> None:
    assert sizes(device("a"), device("b", kind="overflight")) == [1, 1]
    assert sizes(device("a"), device("b", kind="burst")) == [2]


@pytest.mark.parametrize(
    "row",
    [
        {"lon": None, "lat": None},
        {"lon": float("nan")},
        {"lat": 91.0},
        {"semi_major_m": 50_000.0},
        {"time_sd_s": 1e7},
        {"lon": float("inf")},
    ],
)
def test_what_cannot_be_placed_is_an_event_by_itself(row: dict[str, Any]) -> None:
    assert sizes(device("a"), device("b", **row)) == [1, 1]


@pytest.mark.parametrize("bad", [-5.0, 0.0, float("nan"), float("inf"), None])
def test_an_error_that_is_no_error_counts_as_not_stated(bad: float | None) -> None:
    assert sizes(device("a"), device("b", semi_major_m=bad, semi_minor_m=bad, time_sd_s=bad)) == [2]


def test_no_rows_and_one_row() -> None:
    assert associate_by_likelihood(observations().slice(0, 0)).shape == (0,)
    assert sizes(device("a")) == [1]


def test_the_antimeridian_and_the_pole_are_places_like_others() -> None:
    assert sizes(device("a", lon=179.9999), device("b", lon=-179.9999)) == [2]
    assert sizes(device("a", lon=0.0, lat=89.9999), device("b", lon=180.0, lat=89.9999)) == [2]


def test_a_crowd_in_one_place_and_minute_is_one_incident_and_takes_no_quadratic_time() -> None:
    count = 50_000
    one = prepare_reports(table_of(device("a")))
    f, k = np.repeat(one.f, count, axis=0), np.repeat(one.k, count, axis=0)
    k["once"] = np.arange(count)
    k["key"] = np.arange(count)
    k["order"] = np.arange(count)
    assert set(resolved(Reports(f, k)).tolist()) == {0}


MEANS = ("acoustic", "camera", "public", "satellite", "seismic")


@st.composite
def a_row(draw: st.DrawFn) -> dict[str, Any]:
    means = draw(st.sampled_from(MEANS))
    spread = draw(st.sampled_from((100.0, 400.0, 2000.0)))
    row: dict[str, Any] = {
        "means": means,
        "kind": "thermal_anomaly" if means == "satellite" else draw(st.sampled_from(("explosion", "burst"))),
        "sensor": "" if means == "public" else draw(st.sampled_from(("1", "2", "3"))),
        "lon": -25.0 + draw(st.integers(-30, 30)) * 200 * METRE,
        "lat": -35.0 + draw(st.integers(-30, 30)) * 200 * METRE,
        "semi_major_m": spread,
        "semi_minor_m": spread / 2,
        "major_azimuth_deg": float(draw(st.integers(0, 170))),
        "time_sd_s": draw(st.sampled_from((2.0, 60.0, 900.0))),
    }
    row |= at(draw(st.integers(0, 4000)))
    if means == "camera":
        return row | ray(
            row["sensor"],
            row["lon"],
            row["lat"],
            float(draw(st.integers(0, 359))),
            means="camera",
            **at(draw(st.integers(0, 4000))),
        )
    return row


@settings(deadline=None, max_examples=80)
@given(st.lists(a_row(), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_events_are_a_function_of_the_set_whatever_the_order_of_arrival(rows: list[dict[str, Any]], rng: Any) -> None:
    table = table_of(*(row | {"key": number} for number, row in enumerate(rows)))
    batch = partition(table)
    order = list(range(table.num_rows))
    rng.shuffle(order)
    assert together(table.take(pa.array(order)), resolved(with_room_to_move(prepare_reports(table)), order)) == batch


@settings(deadline=None, max_examples=20)
@given(st.lists(a_row(), min_size=2, max_size=30), st.randoms(use_true_random=False))
def test_a_list_that_takes_in_reports_in_any_order_is_made_as_all_at_once(rows: list[dict[str, Any]], rng: Any) -> None:
    rows = [row | {"key": number} for number, row in enumerate(rows)]
    order = list(range(len(rows)))
    rng.shuffle(order)
    cuts = sorted(rng.sample(order, min(3, len(order))))
    parts = [order[first:last] for first, last in pairwise([0, *cuts, len(order)])]
    assert is_grown_alike(rows, [part for part in parts if part])
