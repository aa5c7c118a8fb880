"""How well place and time are known: by all voices together, each once, no better than the times that are stated."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from tests.builders import NOON, observations
from tests.fusion.test_likelihood import at, device
from trucewatch.fusion.measurements import prepare_reports
from trucewatch.fusion.verification_level import time_known, where_and_when

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def in_time(*rows: dict[str, Any]) -> float:
    """The probability for the rows as one event, whatever an association rule would say of them."""
    table = observations(*rows).sort_by("observation_id")
    (value,) = time_known(prepare_reports(table), np.arange(len(rows)), np.array([0, len(rows)]))
    return float(value)


def span(start: timedelta, end: timedelta, **more: Any) -> dict[str, Any]:
    return {"occurred_start": NOON + start, "occurred_end": NOON + end} | more


def test_a_second_is_known_to_a_quarter_of_an_hour_and_a_day_is_not() -> None:
    assert in_time(device("a")) == pytest.approx(1.0)
    # Half an hour of twenty-four.
    assert in_time({"means": "event_list"} | span(0 * HOUR, 24 * HOUR)) == pytest.approx(1 / 48, rel=0.01)


def test_a_normal_error_is_its_normal_mass() -> None:
    # A quarter of an hour is one sigma and a half: 0.866.
    assert in_time(device("a", time_sd_s=600.0)) == pytest.approx(0.8664, abs=1e-4)


def test_a_long_interval_holds_the_half_hour_about_its_middle_by_its_share() -> None:
    assert in_time(device("a", time_sd_s=1.0) | span(0 * HOUR, 2 * HOUR)) == pytest.approx(0.25, abs=1e-3)


def test_a_list_that_knows_the_day_takes_nothing_from_a_device_that_knows_the_second() -> None:
    row = {"means": "event_list", "source": "list"} | span(-12 * HOUR, 12 * HOUR)
    assert in_time(device("a"), row) == pytest.approx(1.0, abs=0.001)
    # Its length decides nothing, and a list of another day is against it.
    other = {"means": "event_list", "source": "list"} | span(12 * HOUR, 36 * HOUR)
    assert in_time(device("a"), other) == pytest.approx(0.5, abs=0.001)


def test_a_sharp_member_that_disagrees_does_not_win() -> None:
    """Three posts give minutes about noon, a node a second past one: from 11:55 to 13:00 is stated, and nobody says
    half past twelve."""
    posts = [{"means": "patrol", "sensor": name, "time_sd_s": 120.0, "key": name} for name in "pqr"]
    assert in_time(*posts) > 0.99
    assert in_time(*posts, device("a", **at(3600.0))) < 0.01


def test_each_voice_allows_the_half_hour_or_does_not() -> None:
    """Eleven o'clock, noon and one o'clock: the middle of what is stated is noon, and one voice of three says so."""
    assert in_time(device("a", **at(-3600.0)), device("b"), device("c", **at(3600.0))) == pytest.approx(1 / 3, abs=1e-3)


def test_a_voice_counts_once_however_often_it_speaks() -> None:
    early = [device("a", **at(-3600.0), key=f"a{number}") for number in range(5)]
    assert in_time(*early, device("b"), device("c", **at(3600.0))) == pytest.approx(1 / 3, abs=1e-3)


def test_voices_that_agree_make_each_other_no_sharper() -> None:
    vague = [device(name, time_sd_s=1.0) | span(0 * HOUR, 2 * HOUR) for name in "abcd"]
    assert in_time(*vague) == pytest.approx(0.25, abs=1e-3)


def test_when_a_fire_began_is_not_known_from_its_pixel() -> None:
    """Seen at noon it may have been lit since six o'clock, and the half hour about the pass is a thirteenth of that."""
    pixel = {"means": "satellite", "sensor": "VIIRS/S-NPP", "kind": "thermal_anomaly"}
    assert in_time(pixel | span(0 * HOUR, MINUTE)) == pytest.approx(0.5 / 6.5, abs=0.002)


def test_it_is_the_product_of_place_and_time_and_nothing_without_a_place() -> None:
    table = observations(device("a", time_sd_s=600.0), device("b", time_sd_s=600.0)).sort_by("observation_id")
    reports = prepare_reports(table)
    places = np.array([[-25.0, -35.0, 4000.0, 50.0, 0.0], [np.nan] * 5])
    placed, nowhere = where_and_when(reports, np.arange(2), np.arange(3), places)
    assert placed == pytest.approx(0.197 * 0.866, abs=1e-3)
    assert nowhere == 0.0
