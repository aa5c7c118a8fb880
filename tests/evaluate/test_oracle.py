"""The best list in hindsight: by hand on few incidents, and never below what a threshold reaches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evaluate.test_match_and_score import incident, incidents, truth
from trucewatch.evaluate import Day, best_in_hindsight, match_incidents


def a_day(rows: list[dict[str, object]], events: int) -> Day:
    """Events 10 km apart in a row."""
    return Day(
        incidents=incidents(*rows),
        truth=truth(*((10_000.0 * n, 0.0) for n in range(events))),
        gate_m=np.full(events, 1500.0),
    )


def found(number: int, name: str, **more: object) -> dict[str, object]:
    return incident(10_000.0 * number, members=(name,), **more)  # type: ignore[arg-type]


def test_a_look_that_is_mostly_false_is_left_out_and_one_that_is_mostly_true_listed() -> None:
    true = [found(n, f"t{n}", happened=0.1) for n in range(3)]
    false = [incident(500_000.0 + 9_000 * n, members=(f"f{n}",), means=("camera",), happened=0.9) for n in range(4)]
    best = best_in_hindsight([a_day([*true, *false], 4)])
    assert (best.listed, best.looks) == (3, 2)
    assert best.f1 == pytest.approx(2 * 3 / (3 + 4))


def test_a_second_incident_of_one_event_is_one_too_many() -> None:
    best = best_in_hindsight([a_day([found(0, "a"), found(0, "b")], 1)])
    assert best.f1 == pytest.approx(2 / 3)


def test_without_incidents_or_days_there_is_nothing_to_list() -> None:
    assert best_in_hindsight([a_day([], 2)]).f1 == 0.0
    assert np.isnan(best_in_hindsight([]).f1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 7), st.floats(0.0, 1.0), st.sampled_from(("acoustic", "camera"))),
        min_size=1,
        max_size=14,
    ),
    st.integers(1, 6),
)
def test_to_list_everything_is_never_better(rows: list[tuple[int, float, str]], events: int) -> None:
    day = a_day([found(n, f"m{i}", happened=p, means=(means,)) for i, (n, p, means) in enumerate(rows)], events)
    best = best_in_hindsight([day]).f1
    listed_all = len(match_incidents(day.incidents, day.truth, gate_m=day.gate_m).event)
    assert best >= 2 * listed_all / (len(rows) + events) - 1e-12
