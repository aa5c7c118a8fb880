"""The cylinder rule against two oracles, and what it must never join."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from tests.builders import NOON, observations, template_watch
from trucewatch.fusion import Setting, associate_observations, current_observations, cylinder, fuse_observations
from trucewatch.fusion.cylinder import earth_centred, label_cylinder
from trucewatch.geo.frame import straight_coordinates, wgs84
from trucewatch.model.claims import party_words
from trucewatch.model.watch import AssociationRule

RADIUS_M, GAP_S = 1500.0, 6 * 3600.0

points = st.tuples(
    st.floats(-25.2, -24.8).map(lambda x: round(x, 3)),
    st.floats(-35.2, -34.8).map(lambda x: round(x, 3)),
    st.integers(0, 48 * 60),
    st.sampled_from([0, 0, 0, 30, 24 * 60]),
    st.sampled_from(["explosion", "shot", "movement"]),
    st.booleans(),
)


def table_of(rows: list[tuple[Any, ...]]) -> Any:
    return observations(
        *(
            {
                "key": number,
                "lon": lon,
                "lat": lat,
                "occurred_start": NOON + timedelta(minutes=start),
                "occurred_end": NOON + timedelta(minutes=start + length),
                "kind": kind,
                "simulated": simulated,
            }
            for number, (lon, lat, start, length, kind, simulated) in enumerate(rows)
        )
    )


def partition(labels: Any) -> set[frozenset[int]]:
    groups: dict[int, set[int]] = {}
    for row, label in enumerate(labels):
        groups.setdefault(int(label), set()).add(row)
    return {frozenset(group) for group in groups.values()}


def oracle(rows: list[tuple[Any, ...]]) -> set[frozenset[int]]:
    """Every pair compared, on the ellipsoid by geodesics."""
    n = len(rows)
    joined = np.zeros((n, n), dtype=np.int8)
    for i, (lon, lat, start, length, kind, simulated) in enumerate(rows):
        for j, (lon2, lat2, start2, length2, kind2, simulated2) in enumerate(rows):
            gap = max(start, start2) - min(start + length, start2 + length2)
            family = kind == kind2 or "movement" not in (kind, kind2)
            near = wgs84().inv(lon, lat, lon2, lat2)[2] <= RADIUS_M
            joined[i, j] = near and gap <= 360 and family and simulated == simulated2
    return partition(connected_components(coo_array(joined), directed=False)[1])


@settings(deadline=None, max_examples=60)
@given(st.lists(points, min_size=1, max_size=40))
def test_the_partition_is_that_of_comparing_every_pair(rows: list[tuple[Any, ...]]) -> None:
    assert partition(associate_observations(table_of(rows), radius_m=RADIUS_M, gap_s=GAP_S)) == oracle(rows)


@settings(deadline=None, max_examples=40)
@given(st.lists(points, min_size=1, max_size=30), st.randoms())
def test_order_of_arrival_does_not_matter(rows: list[tuple[Any, ...]], shuffled: Any) -> None:
    watch = template_watch()
    table = table_of(rows)
    order = list(range(len(rows)))
    shuffled.shuffle(order)

    def fuse(part: Any) -> Any:
        current = current_observations(part, as_of=NOON + timedelta(days=9))
        return fuse_observations(current, rule=AssociationRule(), setting=Setting(parties=party_words(watch.agreement)))

    assert fuse(table).equals(fuse(table.take(order)))
    twice = table.take(order + order[:3])
    assert fuse(table).equals(fuse(twice)), "duplicates change nothing"


def labels_of(*rows: dict[str, Any]) -> list[int]:
    return list(associate_observations(observations(*rows), radius_m=RADIUS_M, gap_s=GAP_S))


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ({}, {}, True),
        ({}, {"kind": "thermal_anomaly"}, True),
        ({}, {"simulated": True}, False),
        ({}, {"kind": "movement"}, False),
        ({}, {"lon": None, "lat": None}, False),
        ({}, {"semi_major_m": 20_000.0}, False),
        ({"means": "event_list"}, {"means": "event_list"}, False),
        ({"means": "event_list"}, {"means": "event_list", "source": "other"}, True),
        ({}, {"occurred_start": NOON + timedelta(hours=6)}, True),
        ({}, {"occurred_start": NOON + timedelta(hours=6, seconds=1)}, False),
        ({"lon": 179.999}, {"lon": -179.999}, True),
    ],
)
def test_what_is_joined_and_what_is_not(first: dict[str, Any], second: dict[str, Any], joined: bool) -> None:
    one, other = labels_of(first, second)
    assert bool(one == other) is joined


HOUR_US = 3_600_000_000
KM_DEG = 1 / 111.2
Columns = dict[str, Any]


def label_by_trees(rows: Columns, radius_m: float, gap_us: int) -> Any:
    """The rule by scipy: pairs from a cKDTree, cut to the cylinder, and the smallest row of each connected component.

    Balls a little too large in space alone, then the very comparisons that the rule is made of: the same coordinates,
    sums in the same order.
    """
    count = len(rows["lon"])
    pairs = [np.empty((0, 2), dtype=np.intp)]
    for group in np.unique(rows["group"][rows["linkable"]]):
        of_group = np.flatnonzero(rows["linkable"] & (rows["group"] == group))
        tree = cKDTree(earth_centred(rows["lon"][of_group], rows["lat"][of_group]))
        near = tree.query_pairs(radius_m * (1 + 1e-9) + 1e-6, output_type="ndarray")
        pairs.append(of_group[near].reshape(-1, 2))
    first, second = np.concatenate(pairs).T
    xyz, start, end, listed = earth_centred(rows["lon"], rows["lat"]), rows["start_us"], rows["end_us"], rows["listed"]
    dx, dy, dz = (xyz[first] - xyz[second]).T
    near = dx * dx + dy * dy + dz * dz <= radius_m * radius_m
    soon = np.maximum(start[first], start[second]) - np.minimum(end[first], end[second]) <= gap_us
    linked = near & soon & ~((listed[first] >= 0) & (listed[first] == listed[second]))
    graph = coo_array((np.ones(linked.sum()), (first[linked], second[linked])), shape=(count, count))
    component = connected_components(graph, directed=False)[1]
    smallest = np.full(count, count)
    np.minimum.at(smallest, component, np.arange(count))
    return smallest[component]


@st.composite
def crowds(draw: Any) -> Columns:
    """Rows crowded about one place, of every mixture that the rule knows: rounded places, long intervals, lists,
    groups."""
    count = draw(st.integers(0, 150))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    lat = draw(st.sampled_from([0.0, -35.5, 60.0, 89.99, -90.0]))
    spread = draw(st.sampled_from([1.0, 3.0, 5.0, 40.0])) * KM_DEG
    east, north = rng.normal(0, spread, (2, count))
    if count and draw(st.booleans()):
        crowd = rng.integers(0, draw(st.integers(2, 12)), count)
        east, north = east[crowd % count], north[crowd % count] + rng.normal(0, 0.3 * KM_DEG, count)
    lons = draw(st.sampled_from([0.0, 179.99, -180.0, 46.0])) + east / max(np.cos(np.radians(lat)), 1e-4)
    lats = np.clip(lat + north, -90, 90)
    places = draw(st.sampled_from([2, 3, 9]))
    start = rng.integers(0, draw(st.sampled_from([1, 10, 100, 5000])) * 12, count) * (HOUR_US // 12)
    if draw(st.booleans()):
        start -= start % HOUR_US
    hours = rng.choice([0, 1, 24, 24 * 30, 24 * 400], count, p=[0.5, 0.2, 0.2, 0.05, 0.05])
    return {
        "lon": np.round((lons + 180) % 360 - 180, places),
        "lat": np.round(lats, places),
        "start_us": start,
        "end_us": start + hours * HOUR_US * draw(st.sampled_from([0, 1])),
        "group": rng.integers(0, draw(st.integers(1, 3)), count),
        "listed": rng.integers(-1, draw(st.integers(0, 3)), count),
        "linkable": rng.random(count) < 0.95,
    }


radii = st.sampled_from([0.0, 1.0, 500.0, 1500.0, 20_000.0])
gaps = st.sampled_from([0, 1, 6 * HOUR_US, 48 * HOUR_US])


@settings(deadline=None, max_examples=500)
@given(crowds(), radii, gaps)
def test_the_labels_are_those_of_scipy_bit_for_bit(rows: Columns, radius_m: float, gap_us: int) -> None:
    labels = label_cylinder(**rows, radius_m=radius_m, gap_us=gap_us)
    assert labels.tolist() == label_by_trees(rows, radius_m, gap_us).tolist()


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_labelled_as_scipy_labels_them() -> None:
    from benchmarks import workload

    made = workload.observations(100_000, seed=7)
    none = np.zeros(100_000, dtype=np.int64)
    rows = {
        "lon": made["lon"],
        "lat": made["lat"],
        "start_us": made["start_us"],
        "end_us": made["start_us"],
        "group": none,
        "listed": none - 1,
        "linkable": none == 0,
    }
    labels = label_cylinder(**rows, radius_m=RADIUS_M, gap_us=6 * HOUR_US)
    assert np.array_equal(labels, label_by_trees(rows, RADIUS_M, 6 * HOUR_US))
    assert 1 < len(np.unique(labels)) < 100_000


def plain(count: int, **other: Any) -> Columns:
    """`count` rows at one point and time, with what is stated changed."""
    none = np.zeros(count, dtype=np.int64)
    return {
        "lon": np.full(count, 45.0),
        "lat": np.full(count, 40.0),
        "start_us": none,
        "end_us": other.get("start_us", none),
        "group": none,
        "listed": none - 1,
        "linkable": np.ones(count, dtype=bool),
    } | other


def events(rows: Columns) -> int:
    return len(np.unique(label_cylinder(**rows, radius_m=RADIUS_M, gap_us=6 * HOUR_US)))


MANY = 200_000
NUMBERS = np.arange(MANY)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (plain(0), 0),
        (plain(1), 1),
        (plain(MANY), 1),
        (plain(MANY, lon=np.full(MANY, np.nan)), MANY),
        (plain(MANY, lat=np.full(MANY, np.inf)), MANY),
        (plain(MANY, linkable=np.zeros(MANY, dtype=bool)), MANY),
        (plain(MANY, listed=np.zeros(MANY, dtype=np.int64)), MANY),
        (plain(MANY, listed=NUMBERS % 3), 1),
        (plain(MANY, listed=np.where(NUMBERS < MANY // 2, 0, -1)), 1),
        (plain(MANY, lon=np.where(NUMBERS % 2, 45.0, 45.02) + NUMBERS * 1e-10), 2),
        (plain(MANY, start_us=NUMBERS[::-1] * 7 * HOUR_US), MANY),
        (plain(MANY, start_us=NUMBERS % 730 * 24 * HOUR_US, end_us=(NUMBERS % 730 + 1) * 24 * HOUR_US), 1),
    ],
    ids=[
        "none",
        "one",
        "one point and time",
        "no longitude",
        "infinite latitude",
        "none linkable",
        "one list",
        "three lists",
        "half a list",
        "two crowds",
        "apart in time, backwards",
        "whole days",
    ],
)
def test_crowds_at_one_point_are_labelled_in_time_that_grows_with_their_number(rows: Columns, expected: int) -> None:
    """With every pair compared, any of these would take minutes."""
    assert events(rows) == expected


def test_an_infinite_error_links_nothing() -> None:
    one, other = labels_of({}, {"semi_major_m": float("inf")})
    assert one != other


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"end_us": np.array([5, -1])}, "row 1 ends before it starts"),
        ({"group": np.array([0, -1])}, "row 1 has a group outside"),
        ({"start_us": np.array([-(2**62), 0]), "end_us": np.array([0, 0])}, "row 0 has a time outside the calendar"),
        ({"lon": np.zeros(3)}, "differ in length"),
    ],
)
def test_what_no_rule_can_judge_is_refused_by_its_row(change: Columns, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        events(plain(2) | change)


@pytest.mark.parametrize(("radius_m", "gap_us"), [(-1.0, 0), (float("nan"), 0), (float("inf"), 0), (1.0, -1)])
def test_a_cylinder_without_a_size_is_refused(radius_m: float, gap_us: int) -> None:
    with pytest.raises(ValueError, match="give"):
        label_cylinder(**plain(2), radius_m=radius_m, gap_us=gap_us)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.floats(-360, 360), st.floats(-90, 90)), min_size=1, max_size=20))
def test_compiled_places_are_those_of_the_frame(places: list[tuple[float, float]]) -> None:
    lon, lat = np.array(places).T
    assert np.abs(earth_centred(lon, lat) - straight_coordinates(lon, lat)).max() < 1e-8


def test_both_sides_of_the_antimeridian_are_one_place() -> None:
    assert np.array_equal(earth_centred([180.0], [10.0]), earth_centred([-180.0], [10.0]))


@settings(deadline=None, max_examples=100)
@given(st.floats(0.001, 0.02), st.floats(-0.02, 0.02), st.sampled_from([-1, 0, 1]))
def test_at_the_very_radius_the_last_bit_decides(east: float, north: float, step: int) -> None:
    rows = plain(2, lon=np.array([45.0, 45.0 + east]), lat=np.array([40.0, 40.0 + north]))
    one, other = earth_centred(rows["lon"], rows["lat"])
    dx, dy, dz = one - other
    radius_m = float(np.sqrt(dx * dx + dy * dy + dz * dz))
    radius_m = float(np.nextafter(radius_m, radius_m + step))
    joined = len(set(label_cylinder(**rows, radius_m=radius_m, gap_us=0).tolist())) == 1
    assert joined is bool(dx * dx + dy * dy + dz * dz <= radius_m * radius_m)


EAST_M = 1 / (111_320.0 * np.cos(np.radians(40.0)))
"""Degrees of a metre eastwards at the latitude of `plain`."""


@pytest.mark.parametrize("late_us", [0, 1])
@pytest.mark.parametrize("shift_m", range(0, 900, 90))
def test_a_crowd_that_only_partly_reaches_is_asked_row_by_row(shift_m: int, late_us: int) -> None:
    """The third row is near enough to the second alone, and just soon enough or a microsecond late."""
    metres, times = np.array([0, 100, 1550]) + shift_m, np.array([0, 1, 2]) * 6 * HOUR_US + [0, 0, late_us]
    rows = plain(3, lon=45 + metres * EAST_M, start_us=times)
    labels = label_cylinder(**rows, radius_m=RADIUS_M, gap_us=6 * HOUR_US)
    assert labels.tolist() == ([0, 0, 0] if late_us == 0 else [0, 0, 2])


@pytest.mark.parametrize(("last_m", "last_us"), [(-1450.0, -6 * HOUR_US), (1550.0, 18 * HOUR_US - 2)])
@pytest.mark.parametrize("shift_m", range(0, 900, 90))
def test_crowds_that_another_joins_keep_all_their_rows(shift_m: int, last_m: float, last_us: int) -> None:
    """The fourth is near enough to one end of what the third joined, and to nothing else."""
    metres = np.array([0.0, 100.0, 50.0, last_m]) + shift_m
    rows = plain(4, lon=45 + metres * EAST_M, start_us=np.array([0, 12 * HOUR_US - 2, 6 * HOUR_US - 1, last_us]))
    for order in permutations(range(4)):
        columns = {name: column[list(order)] for name, column in rows.items()}
        assert label_cylinder(**columns, radius_m=RADIUS_M, gap_us=6 * HOUR_US).tolist() == [0, 0, 0, 0]


@pytest.fixture
def members(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For how many rows there is room each time that room was made."""
    rooms: list[int] = []

    def make_room(net: cylinder.Net) -> cylinder.Net:
        roomy = make(net)
        rooms.append(len(roomy.members))
        return roomy

    make = cylinder.make_room
    monkeypatch.setattr(cylinder, "make_room", make_room)
    return rooms


def test_what_no_later_row_can_meet_gives_its_room_back(members: list[int]) -> None:
    rng = np.random.default_rng(3)
    count = 6_000
    start = np.sort(rng.integers(0, 120 * 24, count)) * HOUR_US
    end = start + rng.integers(0, 30, count) * HOUR_US
    rows = plain(count, lon=45 + rng.uniform(0, 0.3, count), start_us=start, end_us=end)
    labels = label_cylinder(**rows, radius_m=RADIUS_M, gap_us=6 * HOUR_US)
    assert np.array_equal(labels, label_by_trees(rows, RADIUS_M, 6 * HOUR_US))
    assert len(members) > 1
    assert max(members) <= 4096


def test_a_sensor_that_shouts_takes_the_room_of_one(members: list[int]) -> None:
    assert events(plain(5_000, start_us=np.arange(5_000))) == 1
    assert members == []
