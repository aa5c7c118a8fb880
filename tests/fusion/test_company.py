"""What else happened around: lively neighbourhoods, stray reports, echoes, and that all of it is a function of the
set."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import NOON, observations
from tests.conftest import each
from tests.fusion.learnt import fuse_in, fuse_learnt
from tests.fusion.test_likelihood import METRE, at, device
from trucewatch.fusion.fuse import fuse_observations
from trucewatch.fusion.setting import Setting
from trucewatch.model.edits import Act
from trucewatch.model.ids import Sha256, observation_id
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.watch import AssociationRule

DAY_S = 86_400.0


def fuse(*rows: dict[str, Any], acts: tuple[Act, ...] = ()) -> list[Incident]:
    found = fuse_observations(observations(*rows), rule=AssociationRule(), setting=Setting(), acts=acts)
    return incident_rows(found)


def sure(second: float, north_m: float = 0.0, **more: Any) -> list[dict[str, Any]]:
    """An event that three nodes agree about."""
    place = {"lat": -35.0 + north_m * METRE}
    return [device(name, **place, **at(second), **more) for name in ("a", "b", "c")]


def rumour(second: float, north_m: float, **more: Any) -> dict[str, Any]:
    """Somebody's word, 1,500 m and five minutes good."""
    plain = {"means": "public", "source": "channel", "key": f"r{second}-{north_m}", "text": f"heard {second} {north_m}"}
    errors = {"semi_major_m": 1500.0, "semi_minor_m": 1500.0, "time_sd_s": 300.0}
    return plain | errors | {"lat": -35.0 + north_m * METRE} | at(second) | more


def lone(found: list[Incident], key: str) -> Incident:
    return next(one for one in found if one.members == (observation_id("s", key),))


def test_in_a_bout_of_fire_a_lone_report_is_believed_more() -> None:
    """One node's two lone reports: one among events of the hour, one four days later at the same place."""
    bout = [row for number in range(5) for row in sure(600.0 * number)]
    among = device("d", key="among", lat=-35.0 + 900 * METRE, **at(1500.0))
    later = device("d", key="later", lat=-35.0 + 900 * METRE, **at(4 * DAY_S))
    found = fuse(*bout, among, later)
    assert len(found) == 7
    assert lone(found, "among").happened > lone(found, "later").happened + 0.2  # type: ignore[operator]
    without = fuse(among, later)
    assert lone(without, "among").happened == lone(without, "later").happened


def test_a_report_far_off_at_the_time_of_an_event_is_given_to_it_and_hardly_moves_it() -> None:
    days = [row for number in range(4) for row in sure(DAY_S * number)]
    (alone,) = [one for one in fuse(*days) if one.occurred_start == NOON]
    found = fuse(*days, rumour(120.0, 9_000.0))
    assert len(found) == 4
    first = min(found, key=lambda one: one.occurred_start)
    assert first.means == ("acoustic", "public")
    assert abs(first.lat - alone.lat) < 60 * METRE  # type: ignore[operator]
    assert first.semi_major_m < 1.5 * alone.semi_major_m  # type: ignore[operator]


@pytest.mark.parametrize(
    ("second", "north_m", "more"),
    [
        pytest.param(3 * 3600.0, 9_000.0, {}, id="at another time"),
        pytest.param(120.0, 60_000.0, {}, id="in another place"),
        pytest.param(120.0, 9_000.0, {"simulated": True}, id="simulated"),
        pytest.param(120.0, 9_000.0, {"kind": "thermal_anomaly"}, id="of what burns"),
        pytest.param(120.0, 9_000.0, {"kind": "meeting"}, id="of a meeting"),
        pytest.param(120.0, 9_000.0, {"semi_major_m": 50.0, "semi_minor_m": 50.0}, id="well placed"),
        pytest.param(
            120.0, 9_000.0, {"occurred_start": NOON - timedelta(hours=9), "occurred_end": NOON}, id="of a day"
        ),
    ],
)
@pytest.mark.parametrize("judge", [fuse_in, fuse_learnt])
def test_a_report_that_may_be_of_anything_else_stays_an_event(
    judge: Any, second: float, north_m: float, more: dict[str, Any]
) -> None:
    days = [row for number in range(4) for row in sure(DAY_S * number)]
    assert len(judge([*days, rumour(second, north_m, **more)])) == 5


def test_a_device_gives_an_event_one_arrival_also_where_the_other_lies_off() -> None:
    days = [row for number in range(4) for row in sure(DAY_S * number)]
    found = fuse(*days, device("a", key="again", lat=-35.0 + 2_000 * METRE, **at(5.0)))
    assert len(found) == 5
    echo = lone(found, "again")
    assert echo.happened < 0.2, "its node spoke five seconds before: it may be an echo"  # type: ignore[operator]


def test_what_was_set_apart_by_hand_stays_apart() -> None:
    days = [row for number in range(4) for row in sure(DAY_S * number)]
    stray = rumour(120.0, 9_000.0)
    kept = observation_id("channel", stray["key"])
    act = Act(
        entry=1,
        act_id="a-1",
        sha256=Sha256("1" * 64),
        reason="another place",
        by="NI",
        known_at=NOON,
        recorded_at=NOON,
        deed="split",
        parts=((kept,), tuple(sorted(observation_id("s", row["key"]) for row in days[:3]))),
    )
    assert len(fuse(*days, stray, acts=(act,))) == 5


def test_several_pixels_of_an_overpass_are_believed_more_than_one() -> None:
    def pixel(number: int, day: int, east_m: float = 0.0) -> dict[str, Any]:
        errors = {"semi_major_m": 200.0, "semi_minor_m": 200.0}
        return (
            {
                "means": "satellite",
                "kind": "thermal_anomaly",
                "sensor": "N20",
                "key": f"{number}-{day}",
                "lon": -25.0 + east_m * METRE,
            }
            | errors
            | at(DAY_S * day)
        )

    found = fuse(*(pixel(0, day) for day in range(6)), pixel(1, 0, 400.0), pixel(2, 0, 800.0))
    three = next(one for one in found if len(one.members) == 3)
    for other in each(incident for incident in found if incident is not three):
        assert three.happened > other.happened + 0.2  # type: ignore[operator]


def test_voices_that_agree_on_a_vague_place_are_less_sure() -> None:
    (sharp,) = fuse(device("a"), device("b"))
    (vague,) = fuse(rumour(0.0, 0.0), rumour(0.0, 100.0))
    assert vague.happened < sharp.happened  # type: ignore[operator]


@pytest.mark.parametrize("lon", [0.0, 179.999, -179.999])
def test_the_same_everywhere_on_the_parallel(lon: float) -> None:
    """Strays cross the antimeridian as everything does."""
    rows = [row for number in range(4) for row in sure(DAY_S * number)]
    for row in rows:
        row["lon"] = lon
    off = rumour(120.0, 0.0, lon=(lon + 9_000 * METRE / np.cos(np.radians(35.0)) + 180.0) % 360.0 - 180.0)
    assert len(fuse(*rows, off)) == 4


reports = st.tuples(
    st.sampled_from(["a", "b", "c", "channel", "party"]), st.integers(-3, 3), st.integers(-3, 3), st.integers(0, 8)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(reports, min_size=1, max_size=24, unique=True), st.randoms())
def test_a_function_of_the_set(made: list[tuple[str, int, int, int]], random: Any) -> None:
    rows = []
    for who, east, north, moment in made:
        place = {"lon": -25.0 + east * 2_500 * METRE}
        seconds = float(moment % 3) * 90.0 + (moment // 3) * DAY_S
        if who in {"channel", "party"}:
            rows.append(
                rumour(seconds, north * 2_500.0, means="public" if who == "channel" else who, source=who, **place)
            )
        else:
            rows.append(device(who, lat=-35.0 + north * 2_500 * METRE, **place, **at(seconds)))
    for number, row in enumerate(rows):
        row["key"] = f"k{number}"
    whole = observations(*rows)
    found = fuse_observations(whole, rule=AssociationRule(), setting=Setting())
    order = list(range(len(rows)))
    random.shuffle(order)
    assert fuse_observations(whole.take(order), rule=AssociationRule(), setting=Setting()).equals(found)
    held = [one for row in found["members"].to_pylist() for one in row]
    assert sorted(held) == sorted(whole["observation_id"].to_pylist()), "every report is in one incident"
    devices = {"a", "b", "c"}
    sensor = dict(zip(whole["observation_id"].to_pylist(), whole["sensor"].to_pylist(), strict=True))
    for row in found["members"].to_pylist():
        named = [sensor[one] for one in row if sensor[one] in devices]
        assert len(named) == len(set(named)), "a device gives an event one arrival"
