"""Matching, judging and scoring on cases small enough to reckon by hand."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.evaluate import judge, match_incidents, pool, score
from trucewatch.evaluate.judge import Judged
from trucewatch.evaluate.score import Share, calibrate
from trucewatch.geo.frame import frame_at, wgs84

NOON = datetime(2031, 6, 1, 12, tzinfo=UTC)
LON, LAT = -31.0, -37.0
_TIME = pa.timestamp("us", tz="UTC")


def place(east_m: float, north_m: float) -> tuple[float, float]:
    lon, lat = frame_at(LON, LAT).to_degrees(np.array([east_m]), np.array([north_m]))
    return float(lon[0]), float(lat[0])


def incident(
    east_m: float | None,
    north_m: float = 0.0,
    *,
    at_s: float = 0.0,
    lasts_s: float = 0.0,
    members: tuple[str, ...] = (),
    happened: float = 1.0,
    sigma_m: float = 100.0,
    means: tuple[str, ...] = ("acoustic",),
    kind: str = "explosion",
    known_s: float = 60.0,
) -> dict[str, Any]:
    lon, lat = (None, None) if east_m is None else place(east_m, north_m)
    start = NOON + timedelta(seconds=at_s)
    return {
        "members": list(members),
        "means": list(means),
        "kind": kind,
        "occurred_start": start,
        "occurred_end": start + timedelta(seconds=lasts_s),
        "lon": lon,
        "lat": lat,
        "semi_major_m": sigma_m,
        "semi_minor_m": sigma_m,
        "major_azimuth_deg": 0.0,
        "first_known_at": NOON + timedelta(seconds=known_s),
        "happened": happened,
    }


INCIDENTS = pa.schema(
    [
        pa.field("members", pa.list_(pa.string())),
        pa.field("means", pa.list_(pa.string())),
        pa.field("kind", pa.string()),
        pa.field("occurred_start", _TIME),
        pa.field("occurred_end", _TIME),
        pa.field("lon", pa.float64()),
        pa.field("lat", pa.float64()),
        pa.field("semi_major_m", pa.float64()),
        pa.field("semi_minor_m", pa.float64()),
        pa.field("major_azimuth_deg", pa.float64()),
        pa.field("first_known_at", _TIME),
        pa.field("happened", pa.float64()),
    ]
)


def incidents(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=INCIDENTS)


def truth(*events: tuple[float, float]) -> pa.Table:
    """Events a, b, c … at (east_m, at_s), explosions of no length."""
    rows = []
    for number, (east_m, at_s) in enumerate(events):
        lon, lat = place(east_m, 0.0)
        moment = NOON + timedelta(seconds=at_s)
        rows.append(
            {
                "event_id": "abcdefgh"[number],
                "kind": "explosion",
                "occurred_start": moment,
                "occurred_end": moment,
                "lon": lon,
                "lat": lat,
            }
        )
    fields = [("event_id", pa.string()), ("kind", pa.string()), ("occurred_start", _TIME), ("occurred_end", _TIME)]
    return pa.Table.from_pylist(rows, schema=pa.schema([*fields, ("lon", pa.float64()), ("lat", pa.float64())]))


def reported(**events: str) -> tuple[pa.Table, pa.Table]:
    """Observations with a place, named by keyword; the value is the event, with ! for an outlier and ~ for an echo."""
    ids = list(events)
    n = len(ids)
    observations = pa.table(
        {
            "observation_id": ids,
            "lon": [LON] * n,
            "lat": [LAT] * n,
            "bearing_deg": pa.nulls(n, pa.float32()),
            "observer_lon": pa.nulls(n, pa.float64()),
            "observer_lat": pa.nulls(n, pa.float64()),
        }
    )
    origin = pa.table(
        {
            "observation_id": ids,
            "event_id": [one.strip("!~") for one in events.values()],
            "is_outlier": [one.endswith("!") for one in events.values()],
            "is_echo": [one.endswith("~") for one in events.values()],
        }
    )
    return observations, origin


def measured(sigma_m: float, **events: str) -> pa.Table:
    """Each observation's own place, normal with this standard deviation on both axes."""
    rows = [
        {
            "observation_id": one,
            "event_id": event,
            "draw": f"{one}|{axis}",
            "h_east": float(axis),
            "h_north": 1.0 - axis,
            "information": sigma_m**-2,
            "shared_1": "",
            "coefficient_1": 0.0,
            "shared_2": "",
            "coefficient_2": 0.0,
        }
        for one, event in events.items()
        for axis in (0, 1)
        if event and event[-1] not in "!~"
    ]
    names = (
        "observation_id",
        "event_id",
        "draw",
        "h_east",
        "h_north",
        "information",
        "shared_1",
        "coefficient_1",
        "shared_2",
        "coefficient_2",
    )
    texts = {"observation_id", "event_id", "draw", "shared_1", "shared_2"}
    return pa.Table.from_pylist(
        rows, schema=pa.schema([(name, pa.string() if name in texts else pa.float64()) for name in names])
    )


def judged(found: pa.Table, true: pa.Table, sigma_m: float = 100.0, **events: str) -> Judged:
    observations, origin = reported(**events)
    return judge(found, observations=observations, origin=origin, truth=true, measurements=measured(sigma_m, **events))


def test_one_event_is_matched_by_one_incident_only() -> None:
    matching = match_incidents(incidents(incident(100), incident(200)), truth((0.0, 0.0)))
    assert matching.incident.tolist() == [0]
    assert matching.distance_m[0] == pytest.approx(100.0, abs=0.1)


def test_as_many_pairs_as_possible_come_before_the_nearest_pair() -> None:
    # Incident 0 is nearest to event b, but event a can only be had by incident 0.
    matching = match_incidents(incidents(incident(900), incident(2000)), truth((0.0, 0.0), (1000.0, 0.0)))
    assert sorted(zip(matching.incident.tolist(), matching.event.tolist(), strict=True)) == [(0, 0), (1, 1)]


@pytest.mark.parametrize(
    ("east_m", "at_s", "lasts_s", "pairs"),
    [(1490, 0, 0, 1), (1510, 0, 0, 0), (0, 890, 0, 1), (0, 910, 0, 0), (0, -1000, 200, 1), (0, -5000, 9000, 1)],
)
def test_the_gate_is_1500_metres_and_a_quarter_of_an_hour_between_the_intervals(
    east_m: float, at_s: float, lasts_s: float, pairs: int
) -> None:
    found = match_incidents(incidents(incident(east_m, at_s=at_s, lasts_s=lasts_s)), truth((0.0, 0.0)))
    assert len(found.event) == pairs


def test_each_event_may_have_its_own_gate() -> None:
    some = incidents(incident(2000), incident(12_000))
    true = truth((0.0, 0.0), (10_000.0, 0.0))
    assert match_incidents(some, true, gate_m=np.array([2500.0, 1500.0])).event.tolist() == [0]


def test_nothing_against_nothing_is_no_match() -> None:
    assert len(match_incidents(incidents(), truth((0.0, 0.0))).event) == 0
    assert len(match_incidents(incidents(incident(None)), truth((0.0, 0.0))).event) == 0
    assert len(match_incidents(incidents(incident(0)), truth()).event) == 0


@given(
    st.lists(st.tuples(st.floats(0, 4000), st.floats(0, 1800)), min_size=1, max_size=5),
    st.lists(st.tuples(st.floats(0, 4000), st.floats(0, 1800)), min_size=1, max_size=5),
)
@settings(deadline=None, max_examples=60)
def test_no_other_matching_has_more_pairs(some: list[tuple[float, float]], true: list[tuple[float, float]]) -> None:
    matching = match_incidents(incidents(*(incident(east, at_s=at) for east, at in some)), truth(*true))
    assert len(set(matching.incident.tolist())) == len(matching.incident) == len(set(matching.event.tolist()))
    may = np.array([[abs(a - b) <= 1499.5 and abs(s - t) <= 899.5 for b, t in true] for a, s in some])
    small, large = (may, may.T)[len(some) > len(true)], max(len(some), len(true))
    most = max(sum(small[i, j] for i, j in enumerate(order)) for order in permutations(range(large), len(small)))
    assert len(matching.event) >= most


def test_precision_recall_and_f1_by_hand() -> None:
    # Three listed, one of clutter, one doubtful; four true events, one of them never reported.
    found = incidents(
        incident(0, members=("o1", "o2")),
        incident(10_000, members=("o3",)),
        incident(50_000, members=("o5",)),
        incident(20_000, members=("o4",), happened=0.2),
    )
    true = truth((0.0, 0.0), (10_000.0, 0.0), (20_000.0, 0.0), (30_000.0, 0.0))
    result = score(judged(found, true, o1="a", o2="a", o3="b", o4="c", o5=""))
    assert (result.listed, result.events, result.matched, result.unreported) == (3, 3, 2, 1)
    assert (result.precision, result.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert result.f1 == pytest.approx(2 / 3)


def test_without_the_column_happened_every_incident_is_listed_and_nothing_is_calibrated() -> None:
    found = incidents(incident(0, members=("o1",), happened=0.1)).drop_columns(["happened"])
    result = score(judged(found, truth((0.0, 0.0)), o1="a"))
    assert result.f1 == 1.0
    assert result.calibration.n == 0
    assert math.isnan(result.calibration.ece)


def test_an_incident_without_a_place_is_counted_apart() -> None:
    result = score(judged(incidents(incident(None, members=("o1",))), truth((0.0, 0.0)), o1="a"))
    assert (result.listed, result.unplaced, result.recall) == (0, 1, 0.0)


def test_an_event_with_one_bearing_alone_is_not_asked_for_and_with_two_observers_it_is() -> None:
    observations, origin = reported(o1="a", o2="a")
    bare = {"lon": pa.nulls(2, pa.float64()), "lat": pa.nulls(2, pa.float64()), "bearing_deg": pa.array([10.0, 20.0])}
    for observers, unlocatable in (([LON, LON], 1), ([LON, LON + 0.1], 0)):
        columns = {**bare, "observer_lon": pa.array(observers), "observer_lat": pa.array([LAT, LAT])}
        table = pa.table({name: columns.get(name, observations[name]) for name in observations.column_names})
        result = score(
            judge(incidents(), observations=table, origin=origin, truth=truth((0.0, 0.0)), measurements=measured(1.0))
        )
        assert (result.unlocatable, result.events) == (unlocatable, 1 - unlocatable)


def test_coverage_asks_whether_the_ellipse_reaches_the_event_it_stems_from() -> None:
    # 2.4477 sigma is the edge: 244 m is inside, 246 m outside, also if another event is nearer.
    found = incidents(
        incident(244, members=("o1",), means=("acoustic",)),
        incident(246, members=("o2",), means=("acoustic", "camera", "uav")),
        incident(9_950, members=("o3", "o4", "o5"), means=("acoustic", "public", "public", "uav", "camera", "patrol")),
    )
    true = truth((0.0, 0.0), (0.0, 5.0), (10_000.0, 0.0))
    result = score(judged(found, true, o1="a", o2="b", o3="c", o4="c", o5=""))
    assert [(cell.k, cell.n) for cell in result.coverage] == [(1, 1), (0, 0), (0, 1), (1, 1)]
    assert result.error_median_m == pytest.approx(244.0, abs=0.2)
    assert result.delay_median_s == pytest.approx(60.0, abs=0.01)


def test_a_turned_ellipse_reaches_along_its_major_axis() -> None:
    rows = [incident(0, 400, members=("o1",)), incident(400, 0, members=("o1",))]
    for row in rows:
        row.update(semi_major_m=200.0, semi_minor_m=50.0, major_azimuth_deg=90.0)
    both = [score(judged(incidents(row), truth((0.0, 0.0)), o1="a")).coverage_of_all.k for row in rows]
    assert both == [0, 1]


def test_the_majority_of_members_says_what_an_incident_is_and_echoes_say_nothing() -> None:
    found = incidents(
        incident(0, members=("o1", "o2"), happened=0.9),
        incident(0, members=("o3", "o4", "o5"), happened=0.6),
        incident(0, members=("o6",), happened=0.3),
    )
    one = judged(found, truth((0.0, 0.0)), o1="a", o2="", o3="a", o4="", o5="", o6="a~")
    assert one.is_true.tolist() == [True, False, False]
    assert one.happened.tolist() == [0.9, 0.6, 0.3]
    assert score(one).calibration.brier == pytest.approx((0.1**2 + 0.6**2 + 0.3**2) / 3)


def test_calibration_by_hand() -> None:
    # Two bins of two: said 0.15 and was 1/2; said 0.85 and was 1/2.
    result = calibrate(np.array([0.8, 0.1, 0.9, 0.2]), np.array([True, False, False, True]), bins=2)
    assert [(one.stated, one.was.k, one.was.n) for one in result.bins] == [
        (pytest.approx(0.15), 1, 2),
        (pytest.approx(0.85), 1, 2),
    ]
    assert result.ece == pytest.approx(0.35)
    assert result.brier == pytest.approx((0.04 + 0.01 + 0.81 + 0.64) / 4)


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]), st.booleans()), min_size=1, max_size=80))
@settings(deadline=None)
def test_calibration_does_not_depend_on_the_order(said: list[tuple[float, bool]]) -> None:
    values, was = np.array([one for one, _ in said]), np.array([one for _, one in said])
    forward, back = calibrate(values, was), calibrate(values[::-1], was[::-1])
    assert forward.ece == pytest.approx(back.ece, abs=1e-12)
    assert [one.was for one in forward.bins] == [one.was for one in back.bins]
    assert sum(one.was.n for one in forward.bins) == len(said)
    assert 0.0 <= forward.ece <= 1.0


def test_what_is_said_truly_has_a_small_calibration_error() -> None:
    rng = np.random.default_rng(5)
    said = rng.random(20_000)
    assert calibrate(said, rng.random(20_000) < said).ece < 0.02
    assert calibrate(said, rng.random(20_000) < said**2).ece > 0.1


def test_the_interval_of_a_share_is_clopper_and_pearsons() -> None:
    # The textbook case: 0 of 10 is 0 to 1 − 0.025^(1/10).
    assert Share(k=0, n=10).interval == (0.0, pytest.approx(1 - 0.025**0.1))
    assert Share(k=10, n=10).interval == (pytest.approx(0.025**0.1), 1.0)
    low, high = Share(k=95, n=100).interval
    assert (round(low, 3), round(high, 3)) == (0.887, 0.984)


def test_pairs_of_observations_by_hand() -> None:
    # Incident 0 holds two of a, one of b and one of clutter: 6 pairs, 1 right. Truth holds 3 + 1 pairs. The echo counts
    # nowhere.
    found = incidents(incident(0, members=("o1", "o2", "o4", "o6", "o7")), incident(0, members=("o3",)))
    events = {"o1": "a", "o2": "a", "o3": "a", "o4": "b", "o5": "b", "o6": "", "o7": "a~"}
    one = judged(found, truth((0.0, 0.0), (1.0, 0.0)), **events)
    assert (one.pairs_together, one.pairs_right, one.pairs_true) == (6, 1, 4)
    assert score(one).pair_precision == pytest.approx(1 / 6)
    assert score(one).pair_recall == pytest.approx(1 / 4)


def test_the_bound_is_met_only_with_sound_reports_of_one_event() -> None:
    # Two reports of 100 m each: the bound is 2 × 100² / 2 = 100² m²; an error of 150 m is 1.5 times it.
    found = incidents(
        incident(150, members=("o1", "o2")),
        incident(0, members=("o1", "o3")),
        incident(0, members=("o4",)),
        incident(0, members=("o1", "o5")),
    )
    one = judged(found, truth((0.0, 0.0), (9000.0, 0.0)), o1="a", o2="a", o3="b", o4="a!", o5="a~")
    assert one.bound_m2.tolist() == [pytest.approx(10_000.0)]
    assert score(one).bound_ratio == pytest.approx(1.5, rel=1e-3)


def test_pooled_days_are_scored_as_if_they_were_one() -> None:
    true = truth((0.0, 0.0))
    good = judged(incidents(incident(0, members=("o1",))), true, o1="a")
    bad = judged(incidents(incident(50_000, members=("o1",), happened=0.7)), true, o1="")
    both = score(pool([good, bad]))
    assert (both.listed, both.events, both.matched) == (2, 1, 1)
    assert both.precision == 0.5
    assert both.calibration.n == 2


def test_tables_of_other_days_are_refused() -> None:
    observations, origin = reported(o1="a")
    with pytest.raises(ValueError, match="is not in the truth"):
        judge(incidents(), observations=observations, origin=origin, truth=truth(), measurements=measured(1.0))
    with pytest.raises(ValueError, match="has no origin"):
        judge(incidents(), observations=observations, origin=origin.slice(1), truth=truth(), measurements=measured(1.0))
    with pytest.raises(ValueError, match="is no observation"):
        judged(incidents(incident(0, members=("o9",))), truth((0.0, 0.0)), o1="a")


def test_places_of_the_tests_are_where_they_say() -> None:
    lon, lat = place(3000.0, 0.0)
    assert wgs84().inv(LON, LAT, lon, lat)[2] == pytest.approx(3000.0, abs=0.01)
