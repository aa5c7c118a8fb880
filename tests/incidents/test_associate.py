"""The cylinder rule against an oracle, and what it must never join."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tests.builders import NOON, frame_of, observations, template_watch
from trucewatch.geo.frame import WGS84
from trucewatch.incidents import associate_observations, current_observations, fuse_observations
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
                "key": number, "lon": lon, "lat": lat, "occurred_start": NOON + timedelta(minutes=start),
                "occurred_end": NOON + timedelta(minutes=start + length), "kind": kind, "simulated": simulated,
            }
            for number, (lon, lat, start, length, kind, simulated) in enumerate(rows)
        )
    )  # fmt: skip


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
            near = WGS84.inv(lon, lat, lon2, lat2)[2] <= RADIUS_M
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
        return fuse_observations(
            current, rule=AssociationRule(), frame=frame_of(watch), parties=party_words(watch.agreement)
        )

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
