"""What strays must not do: tear witnesses apart, draw others along by hand, count, bear out, blur, or be made by
simulated events."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from tests.builders import NOON, observations
from tests.fusion.test_company import DAY_S, fuse, rumour, sure
from tests.fusion.test_likelihood import METRE, at, device
from trucewatch.fusion.existence import Evidence
from trucewatch.fusion.measurements import prepare_reports
from trucewatch.fusion.near_repeat import Company
from trucewatch.fusion.reassign_outliers import give_strays
from trucewatch.fusion.resolve_kernels import _crowding
from trucewatch.model.edits import Act
from trucewatch.model.ids import Sha256, observation_id

OTHER_DAYS = [row for number in range(1, 4) for row in sure(DAY_S * number)]


def of_noon(*rows: dict[str, Any]) -> Any:
    """The one incident of the first day."""
    return min(fuse(*rows, *OTHER_DAYS), key=lambda one: one.occurred_start)


def lasting(seconds: float, length: float) -> dict[str, Any]:
    begin = NOON + timedelta(seconds=seconds)
    return {"occurred_start": begin, "occurred_end": begin + timedelta(seconds=length)}


def test_two_witnesses_who_agree_are_not_torn_apart() -> None:
    """One of them has a report of the event near by as well, which is no echo of this one: it saw two."""
    camera = {"means": "camera", "semi_major_m": 126.0, "semi_minor_m": 126.0, "time_sd_s": 1.0}
    patrol = {"means": "patrol", "source": "patrols", "semi_major_m": 180.0, "semi_minor_m": 180.0, "time_sd_s": 240.0}
    first = [
        device("cam") | camera | {"key": "c1"} | lasting(0.0, 39.0),
        device("p") | patrol | {"key": "p1"} | lasting(-110.0, 39.0),
        device("a") | {"key": "a1"} | lasting(0.0, 39.0),
    ]
    second = [
        device("cam") | camera | {"key": "c2", "lat": -35.0 + 1300 * METRE} | lasting(11.0, 56.0),
        device("p") | patrol | {"key": "p2", "lat": -35.0 + 1250 * METRE} | lasting(-78.0, 56.0),
    ]
    sizes = sorted(len(one.members) for one in fuse(*first, *second, *OTHER_DAYS))
    assert sizes == [2, 3, 3, 3, 3]


def test_a_report_merged_by_hand_draws_no_event_of_its_time_along() -> None:
    elsewhere = [device(name, lat=-35.0 + 15_000 * METRE, key=f"far-{name}", **at(-5 * 3600.0)) for name in "abc"]
    said = rumour(120.0, 9_000.0)
    names = [observation_id("s", row["key"]) for row in elsewhere] + [observation_id("channel", said["key"])]
    act = Act(
        entry=1,
        act_id="a-1",
        sha256=Sha256("1" * 64),
        reason="the same",
        by="NI",
        known_at=NOON,
        recorded_at=NOON,
        deed="merge",
        parts=(tuple(sorted(names)),),
    )
    found = fuse(*elsewhere, said, *sure(0.0), *OTHER_DAYS, acts=(act,))
    assert sorted(len(one.members) for one in found) == [3, 3, 3, 3, 4]
    assert set(names) == set(next(one for one in found if len(one.members) == 4).members)


@pytest.mark.parametrize("copies", [1, 2])
def test_what_a_stray_says_counts_only_where_nobody_else_counts(copies: int) -> None:
    strays = [
        rumour(120.0, 9_000.0, key=f"r{number}", text=f"retold {number}", count_best=50, killed_best=9)
        for number in range(copies)
    ]
    two = of_noon(*({**row, "count_best": 2} for row in sure(0.0)), *strays)
    assert len(two.members) == 3 + copies
    assert two.count_best == 2
    assert [(one.giver, one.killed_best, len(one.observations)) for one in two.people] == [("channel", 9, copies)]
    witnessed = of_noon(*({**row, "killed_best": 1} for row in sure(0.0)), *strays).people
    assert {one.killed_best for one in witnessed} == {1, 9}, "of people everybody's number stands"
    assert of_noon(*sure(0.0), strays[0]).count_best == 50


def test_a_stray_raises_no_rung() -> None:
    assert of_noon(*sure(0.0), rumour(120.0, 300.0)).rung == "corroborated"
    with_stray = of_noon(*sure(0.0), rumour(120.0, 9_000.0))
    assert (len(with_stray.members), with_stray.rung) == (4, "assessed")


def test_simulated_events_make_no_stray_of_a_real_report() -> None:
    said = rumour(900.0, 9_000.0)
    alone = len(fuse(*sure(0.0), said))
    later = [
        {**row, "simulated": True, "key": f"{row['key']}-s", "lat": row["lat"] + 40.0} for row in sure(4_000 * DAY_S)
    ]
    assert len([one for one in fuse(*sure(0.0), said, *later) if not one.simulated]) == alone


def test_a_stray_does_not_blur_an_event_that_directions_alone_have_placed() -> None:
    def direction(name: str, lat: float, lon: float) -> dict[str, Any]:
        towards = math.degrees(math.atan2((-25.0 - lon) * math.cos(math.radians(35.0)), -35.0 - lat)) % 360.0
        none = dict.fromkeys(("lat", "lon", "semi_major_m", "semi_minor_m", "major_azimuth_deg"))
        sight = {
            "observer_lat": lat,
            "observer_lon": lon,
            "bearing_deg": towards,
            "bearing_sd_deg": 1.0,
            "time_sd_s": 2.0,
        }
        return device(name) | none | sight | {"key": name} | at(0.0)

    crossing = [direction("d0", -35.03, -25.05), direction("d1", -35.04, -24.96), direction("d2", -34.96, -25.04)]
    sharp = of_noon(*crossing)
    with_stray = of_noon(*crossing, rumour(120.0, 12_000.0))
    assert len(with_stray.members) == 4
    assert with_stray.semi_major_m == pytest.approx(sharp.semi_major_m, rel=0.3)


def test_what_a_device_says_ten_thousand_times_is_one_crowd() -> None:
    """Rows of one device at one point and time are a crowd: nobody compares each with each."""
    rows = [device("a", key=f"k{number:05d}", **at(0.0)) for number in range(10_000)]
    (one,) = fuse(*rows)
    assert len(one.members) == 10_000


def test_only_rows_that_are_compared_are_asked_how_crowded_it_is() -> None:
    """Each would be held against all the others of its device and time: dense rows are gathered without that."""
    reports = prepare_reports(observations(*(device("a", key=f"k{number}", **at(0.0)) for number in range(5))))
    rows, base = np.arange(5), 1e-12
    for dense in (False, True):
        crowd = _crowding(reports.f, reports.k, rows, np.full(5, dense), base)
        assert (crowd == base).all() == dense


def test_an_event_that_has_taken_a_likelier_stray_is_not_given_away() -> None:
    """Events 0 (one voice) → 1 (two voices), likelier than 1 → 2 (three): 0 goes, and so 1 stays."""
    reports = prepare_reports(observations(*(device(f"n{number}") for number in range(6))))
    order, bounds = np.arange(6), np.array([0, 1, 3, 6])
    nothing = np.zeros(3)
    company = Company(nothing, nothing, np.array([2.6, 1.4, 0.0]), np.array([1, 2, -1]))
    evidence = Evidence(np.full(3, 0.9), np.array([1, 2, 3]), company)
    labels = np.array([0, 1, 1, 3, 3, 3])
    assert give_strays(labels, reports, order, bounds, evidence).tolist() == [1, 1, 1, 3, 3, 3]
