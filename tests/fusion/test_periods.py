"""Periods of dense fire: one incident more changes edges near it and nothing else; how many events a period held."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import NOON, incidents, observations
from trucewatch.fusion.cylinder import earth_centred
from trucewatch.fusion.period_counts import count_events, count_rounds
from trucewatch.fusion.periods import DENSE, GAP_S, REACH_M, mark_again, mark_periods, periods_of
from trucewatch.model.ids import observation_id
from trucewatch.model.sorted_rows import IN_ORDER, SortedRows, rows_at

DEGREE_M = 111_000.0
LON, LAT = -25.0, 0.0


def row(minute: float, east_m: float = 0.0, **more: Any) -> dict[str, Any]:
    start = NOON + timedelta(minutes=minute)
    return {"occurred_start": start, "lon": LON + east_m / DEGREE_M, "lat": LAT, "happened": 0.9} | more


def told(rows: list[dict[str, Any]], reports: pa.Table | None = None) -> dict[str, str]:
    """Incident → its period."""
    marked = mark_periods(incidents(*rows), observations() if reports is None else reports)
    return dict(zip(marked["incident_id"].to_pylist(), marked["period"].to_pylist(), strict=True))


def grouped(rows: list[dict[str, Any]]) -> dict[str, set[str]]:
    """Period → its incidents."""
    groups: dict[str, set[str]] = {}
    for incident, period in told(rows).items():
        if period:
            groups.setdefault(period, set()).add(incident)
    return groups


BURST = [row(minute) for minute in range(DENSE + 1)]


def test_as_many_as_make_it_dense_are_a_period_and_fewer_are_none() -> None:
    assert set(told(BURST[:-1]).values()) == {""}
    ((name, members),) = grouped(BURST).items()
    assert len(members) == DENSE + 1
    assert name == "p-" + min(members).removeprefix("i-")


def test_a_hundred_an_hour_before_one_post_are_one_period_with_a_count_interval() -> None:
    rows = [row(0.6 * number, east_m=400.0 * (number % 7)) for number in range(300)]
    marked = mark_periods(incidents(*rows), observations())
    (period,) = periods_of(marked)
    assert period.incidents == 300
    assert (period.begin, period.end) == (NOON, NOON + timedelta(minutes=0.6 * 299))
    assert 0 < period.events_min < 270 < period.events_max <= 300
    assert (period.source, period.by_source) == ("s", 300)
    assert (period.rounds_min, period.rounds_max) == (None, None)


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "thermal_anomaly"},
        {"kind": "handover"},
        {"occurred_end": NOON + timedelta(hours=3)},
        {"simulated": True},
        {"lon": None, "lat": None},
        {"lon": LON + 2.5 * REACH_M / DEGREE_M},
        {"occurred_start": NOON + timedelta(hours=1)},
    ],
)
def test_what_is_of_another_kind_place_time_or_world_is_not_counted(more: dict[str, Any]) -> None:
    rows = [*BURST[:-1], row(5) | more]
    assert set(told(rows).values()) == {""}
    # Nor is it in the period that the others make.
    whole = told([*BURST, row(5) | more])
    assert list(whole.values())[-1] == ""
    assert all(list(whole.values())[:-1])


def test_what_has_no_place_is_near_only_to_what_its_device_reports() -> None:
    rows = [row(minute, lon=None, lat=None) for minute in range(2 * (DENSE + 1))]
    members = incidents(*rows)["members"].to_pylist()

    def reports(devices: list[str]) -> pa.Table:
        table = observations(*({"sensor": device} for device in devices))
        ids = pa.array([names[0] for names in members], pa.string())
        return table.set_column(table.schema.get_field_index("observation_id"), "observation_id", ids)

    assert len(set(told(rows, reports(["a"] * len(rows))).values())) == 1
    by_turns = told(rows, reports(["a", "b"] * (DENSE + 1)))
    assert len(set(by_turns.values())) == 2
    assert all(by_turns.values())
    assert set(told(rows, reports([str(number) for number in range(len(rows))])).values()) == {""}


def by_definition(rows: list[dict[str, Any]]) -> dict[str, str]:
    """The rule as the docs word it, pair by pair."""
    table = incidents(*rows)
    ids = table["incident_id"].to_pylist()
    places = earth_centred(table["lon"].to_numpy(), table["lat"].to_numpy())
    times = np.array([start.timestamp() for start in table["occurred_start"].to_pylist()])
    metres = np.linalg.norm(places[:, None] - places[None], axis=2)
    seconds = np.abs(times[:, None] - times[None])
    away = np.hypot(metres / REACH_M, seconds / GAP_S)
    dense = (away <= 1).sum(axis=1) > DENSE
    group = list(range(len(ids)))
    for a, b in itertools.combinations(np.flatnonzero(dense), 2):
        if metres[a, b] <= REACH_M and seconds[a, b] <= GAP_S:
            group = [group[a] if each == group[b] else each for each in group]
    holders: dict[str, int] = {ids[n]: group[n] for n in range(len(ids)) if dense[n]}
    for n in np.flatnonzero(~dense):
        cores = [core for core in np.flatnonzero(dense) if away[n, core] <= 1]
        if cores:
            nearest = min(away[n, core] for core in cores) + 1e-9
            equals = [core for core in cores if away[n, core] <= nearest]
            holders[ids[n]] = group[min(equals, key=lambda core: (times[core], ids[core]))]
    names = {each: "p-" + min(k for k, v in holders.items() if v == each)[2:] for each in holders.values()}
    return {incident: names[holders[incident]] if incident in holders else "" for incident in ids}


# Bouts of fire at a few places, close enough to join, to touch and to miss each other. Odd figures keep pairs off the
# very bound, where rounding may decide.
BOUT = st.tuples(st.integers(0, 180), st.integers(-9, 9), st.integers(1, 24), st.integers(7, 240), st.integers(0, 1500))


def rows_of(bouts: list[tuple[int, int, int, int, int]]) -> list[dict[str, Any]]:
    return [
        row(minute + number * step_s / 60, 1013.0 * place + spread_m * (number % 3))
        for minute, place, count, step_s, spread_m in bouts
        for number in range(count)
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(BOUT, max_size=6))
def test_it_is_the_definition_whatever_the_table(bouts: list[tuple[int, int, int, int, int]]) -> None:
    rows = rows_of(bouts)
    assert told(rows) == by_definition(rows)


@settings(max_examples=40, deadline=None)
@given(st.lists(BOUT, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(bouts: list[tuple[int, int, int, int, int]], random: Any) -> None:
    table = incidents(*rows_of(bouts))
    order = list(range(table.num_rows))
    random.shuffle(order)
    shuffled = table.take(pa.array(order, pa.int64()))
    marked, other = (mark_periods(rows, observations()) for rows in (table, shuffled))
    assert marked.sort_by("incident_id").equals(other.sort_by("incident_id"))
    assert periods_of(marked) == periods_of(other)


@settings(max_examples=150, deadline=None)
@given(st.lists(BOUT, max_size=6), st.integers(-20, 300), st.integers(-12, 12), st.integers(1, 3))
def test_one_incident_more_changes_edges_near_it_and_nothing_else(
    bouts: list[tuple[int, int, int, int, int]], minute: int, place: int, copies: int
) -> None:
    for number in range(copies):
        rows = [*rows_of(bouts), *(row(minute + 0.1, 1013.0 * place) for _ in range(number))]
        more = [*rows, row(minute + 0.1, 1013.0 * place)]
        near = [
            abs((each["occurred_start"] - more[-1]["occurred_start"]).total_seconds()) <= 2 * GAP_S
            and abs(each["lon"] - more[-1]["lon"]) * DEGREE_M <= 2.01 * REACH_M
            for each in rows
        ]
        names = list(told(rows))
        is_near = dict(zip(names, near, strict=True))
        before, after = grouped(rows), grouped(more)
        fresh = (set(told(more)) - set(names)).pop()
        inside = set().union(*before.values())
        inside_after = set().union(*after.values()) - {fresh}
        # Nothing leaves a period, and what enters one is near the new incident.
        assert inside <= inside_after
        assert all(is_near[name] for name in inside_after - inside)
        # Periods without an incident near the new one stand as they stood, with their ids.
        for period, members in before.items():
            if not any(is_near[name] for name in members):
                assert after[period] == members
        # A period is never torn: but for incidents near the new one it is whole in one period of after.
        for members in before.values():
            held = [period for period, those in after.items() if {n for n in members if not is_near[n]} & those]
            assert len(held) <= 1


# How many events a period held


def poisson_binomial(chances: list[float]) -> np.ndarray:
    number = np.ones(1)
    for chance in chances:
        number = np.convolve(number, [1 - chance, chance])
    return number


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), max_size=40))
def test_independent_incidents_are_counted_exactly(chances: list[float]) -> None:
    low, high = count_events(np.array(chances), np.zeros(len(chances), dtype=np.bool_))
    below = np.cumsum(poisson_binomial(chances))
    assert below[low] >= 0.025 - 1e-9
    assert low == 0 or below[low - 1] <= 0.025 + 1e-9
    assert below[high] >= 0.975 - 1e-9
    assert high == 0 or below[high - 1] <= 0.975 + 1e-9


def test_thousands_are_counted_as_the_normal_distribution_says() -> None:
    low, high = count_events(np.full(40_000, 0.3), np.zeros(40_000, dtype=np.bool_))
    sd = (40_000 * 0.3 * 0.7) ** 0.5
    assert low == pytest.approx(12_000 - 1.96 * sd, abs=2)
    assert high == pytest.approx(12_000 + 1.96 * sd, abs=2)


def test_reports_that_stand_alone_share_an_error_so_the_interval_is_wider() -> None:
    chances = np.full(400, 0.9)
    apart = count_events(chances, np.zeros(400, dtype=np.bool_))
    together = count_events(chances, np.ones(400, dtype=np.bool_))
    assert together[0] < apart[0] < 360 < apart[1] < together[1] <= 400


def test_what_nobody_weighed_may_be_either() -> None:
    none = np.zeros(20, dtype=np.bool_)
    assert count_events(np.full(20, np.nan), none) == (0, 20)
    assert count_events(np.r_[np.ones(10), np.full(5, np.nan)], none[:15]) == (10, 15)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60), st.floats(0, 1), st.booleans())
def test_one_incident_more_moves_either_bound_by_one_at_most(
    others: list[tuple[float, bool]], chance: float, is_alone: bool
) -> None:
    def counted(rows: list[tuple[float, bool]]) -> tuple[int, int]:
        return count_events(np.array([p for p, _ in rows]), np.array([alone for _, alone in rows], dtype=np.bool_))

    before, after = counted(others), counted([*others, (chance, is_alone)])
    assert all(0 <= now - then <= 1 for then, now in zip(before, after, strict=True))


def test_rounds_are_told_by_the_counts_of_the_incidents_where_one_states_more_than_one() -> None:
    told_twice = {"happened": 1.0, "count_min": 2, "count_best": 3, "count_max": 6}
    rows = [row(minute, members=[f"o-{minute}a", f"o-{minute}b"], **told_twice) for minute in range(DENSE + 1)]
    (period,) = periods_of(mark_periods(incidents(*rows), observations()))
    assert (period.events_min, period.events_max) == (DENSE + 1, DENSE + 1)
    assert (period.rounds_min, period.rounds_max) == (2 * (DENSE + 1), 6 * (DENSE + 1))
    alone = np.zeros(2, dtype=np.bool_)
    assert count_rounds(np.array([0.0, 1.0]), alone, np.array([9.0, 4.0]), np.array([9.0, 7.0])) == (4, 7)


SPOTS = st.tuples(
    st.one_of(st.integers(0, 40), st.integers(50, 90), st.integers(0, 400)), st.integers(0, 3), st.booleans()
)
"""Minute, place, and whether it is one whose place nobody knows."""


def spot(key: int, where: tuple[int, int, bool]) -> dict[str, Any]:
    minute, place, is_nowhere = where
    name = {"incident_id": f"i-{key:04}", "members": [observation_id("s", str(key))]}
    return row(minute, 4_000.0 * place, **name) | ({"lon": None, "lat": None} if is_nowhere else {})


@given(
    begun=st.lists(SPOTS, min_size=40, max_size=90),
    steps=st.lists(
        st.tuples(st.lists(SPOTS, max_size=4), st.lists(st.integers(0, 89), max_size=3)), min_size=1, max_size=4
    ),
)
@settings(deadline=None, max_examples=60)
def test_marked_step_by_step_is_marked_at_once(
    begun: list[tuple[int, int, bool]], steps: list[tuple[list[tuple[int, int, bool]], list[int]]]
) -> None:
    """Dense stretches that grow, fall apart and meet, and rows that come and go without one."""
    stands = {key: spot(key, where) for key, where in enumerate(begun)}
    reports = observations(*({"key": str(key), "sensor": f"a-{key % 2}"} for key in range(200)))
    every = SortedRows.of(reports, ("observation_id",))
    before = SortedRows.of(mark_periods(incidents(*stands.values()), reports), IN_ORDER)
    for came, gone in steps:
        leaving = [f"i-{key:04}" for key in gone if key in stands]
        stands = {key: each for key, each in stands.items() if key not in gone}
        fresh = [spot(100 + len(stands) + number, where) for number, where in enumerate(came)]
        fresh = [each for each in fresh if each["incident_id"] not in {old["incident_id"] for old in stands.values()}]
        stands |= {int(str(each["incident_id"])[2:]): each for each in fresh}
        places = before.holding("incident_id", leaving)
        rows, stays = before.exchanged(places, incidents(*fresh))
        marked, still, left = mark_again(rows, stays, rows_at(before.table, places), every)
        at_once = SortedRows.of(mark_periods(incidents(*stands.values()), reports), IN_ORDER)
        assert marked.table.equals(at_once.table)
        kept, stood = rows_at(marked.table, np.flatnonzero(still)).to_pylist(), before.table.to_pylist()
        assert all(each in stood for each in kept)
        gone_ids = set(left["incident_id"].to_pylist())
        assert [each for each in stood if each["incident_id"] not in gone_ids] == kept
        before = marked
