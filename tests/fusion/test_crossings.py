"""Sights of a group that crosses a line: several posts' are one crossing, and two groups are two."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from tests.fusion.test_likelihood import METRE, at, partition, sizes, table_of, together
from trucewatch.fusion.fuse import fuse_observations
from trucewatch.fusion.likelihood import LiveLikelihood
from trucewatch.fusion.measurements import Reports, prepare_reports
from trucewatch.model.watch import AssociationRule

MINUTE = 60.0


def sight(post: str, north_m: float, minutes: float, **more: Any) -> dict[str, Any]:
    """A post's sight of a group on the line."""
    return {
        "sensor": post,
        "key": f"{post}{minutes}",
        "means": "patrol",
        "kind": "line_crossing",
        "lat": -35.0 + north_m * METRE,
        "semi_major_m": 60.0,
        "semi_minor_m": 60.0,
        "time_sd_s": 30.0,
        **at(minutes * MINUTE),
    } | more


WALK = (sight("p1", 0, 0), sight("p2", 1000, 10), sight("p3", 2000, 20))
"""Three posts along two kilometres, in twenty minutes."""


def test_sights_of_one_group_by_several_posts_are_one_crossing() -> None:
    assert sizes(*WALK) == [3]


def test_two_groups_at_other_places_or_hours_are_two() -> None:
    later = [sight(f"p{number}", 1000 * number, 60 + 10 * number) for number in (1, 2)]
    assert sizes(WALK[0], *later) == [1, 2]
    assert sizes(*WALK, sight("p9", 12_000, 10)) == [1, 3]


def test_other_kinds_stay_where_and_when_they_were_seen() -> None:
    assert sizes(*(row | {"kind": "explosion"} for row in WALK)) == [1, 1, 1]


def test_a_crossing_that_one_post_saw_is_as_well_located_as_it_saw_it() -> None:
    incidents = fuse_observations(table_of(WALK[0]), rule=AssociationRule())
    assert incidents["semi_major_m"][0].as_py() < 100.0
    whole = fuse_observations(table_of(*WALK), rule=AssociationRule())
    # Where the group was lies within what the ellipse says, at two sigmas.
    assert 2 * whole["semi_major_m"][0].as_py() > 900.0


def test_crossings_come_out_alike_at_once_and_one_at_a_time() -> None:
    vague = sight("p4", 500, 5, semi_major_m=5000.0, semi_minor_m=5000.0, time_sd_s=20_000.0)
    table = table_of(*WALK, sight("p9", 12_000, 10), sight("p1", 0, 75), vague)
    reports = prepare_reports(table)
    for order in (range(len(reports)), reversed(range(len(reports)))):
        rows = list(order)
        live = LiveLikelihood()
        for row in rows:
            live.add(Reports(reports.f[row : row + 1], reports.k[row : row + 1]))
        assert together(table.take(pa.array(rows)), live.settle()) == partition(table)
    assert np.array_equal(reports.f, prepare_reports(table).f)
