"""Sights of a group that crosses a line: several posts' are one crossing, and two groups are two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.fusion.grown import is_grown_alike
from tests.fusion.test_likelihood import METRE, at, sizes, table_of
from trucewatch.fusion.fuse import fuse_observations
from trucewatch.fusion.measurements import prepare_reports, with_room_to_move
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


VAGUE = sight("p4", 500, 5, semi_major_m=5000.0, semi_minor_m=5000.0, time_sd_s=20_000.0)
SEVERAL = (*WALK, sight("p9", 12_000, 10), sight("p1", 0, 75), VAGUE)


@pytest.mark.parametrize("order", [range(6), range(5, -1, -1), (3, 0, 5, 2, 4, 1)])
def test_crossings_come_out_alike_at_once_and_one_at_a_time(order: Sequence[int]) -> None:
    assert is_grown_alike(SEVERAL, [[number] for number in order])


def test_room_to_move_is_given_to_a_copy() -> None:
    table = table_of(*SEVERAL)
    reports = prepare_reports(table)
    assert not np.array_equal(with_room_to_move(reports).f, reports.f)
    assert np.array_equal(reports.f, prepare_reports(table).f)
