"""Signs beside one another: none covers another, none goes far, who is alone stays."""

from __future__ import annotations

import math
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.reports.declutter import spread, touching
from trucewatch.reports.drawing import Box

WINDOW = Box(0, 0, 700, 400)
spots = st.tuples(st.floats(0, 700).map(lambda x: round(x, 1)), st.floats(0, 400).map(lambda y: round(y, 1)))


@settings(deadline=None)
@given(st.lists(spots, max_size=40))
def test_no_sign_goes_further_than_allowed_or_outside(places: list[tuple[float, float]]) -> None:
    beside = spread(places, apart=26, at_most=44, window=WINDOW)
    assert len(beside) == len(places)
    for (x, y), (to_x, to_y) in zip(places, beside, strict=True):
        assert math.hypot(to_x - x, to_y - y) <= 44.02
        assert 0 <= to_x <= 700
        assert 0 <= to_y <= 400
    assert beside == spread(places, apart=26, at_most=44, window=WINDOW)


def test_eight_signs_at_one_place_come_apart() -> None:
    beside = spread([(300.0, 200.0)] * 8, apart=26, at_most=44, window=WINDOW)
    assert min(math.dist(one, other) for one, other in combinations(beside, 2)) > 25
    assert touching(beside, apart=25) == 0


def test_who_touches_nobody_stays_and_others_do_not_pull_it() -> None:
    places = [(100.0, 100.0), (104.0, 101.0), (500.0, 300.0)]
    beside = spread(places, apart=26, at_most=44, window=WINDOW)
    assert beside[2] == (500.0, 300.0)
    assert beside[0] != places[0]


def test_how_many_touch() -> None:
    assert touching([(0, 0), (5, 0), (100, 0)], apart=20) == 2
    assert touching([(0, 0)], apart=20) == 0
