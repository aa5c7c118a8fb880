"""The bound on the location error, where it is known in closed form; and that an efficient estimate meets it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from trucewatch.evaluate import best_covariances, gates_of
from trucewatch.evaluate.cramer_rao import Measurements
from trucewatch.simulate.benchmark import simulate_days
from trucewatch.simulate.benchmark.measurement_model import MEASUREMENT_SCHEMA

Row = tuple[str, str, str, float, float, float, str, float, str, float]


def table(*rows: Row) -> pa.Table:
    return pa.Table.from_pylist(
        [dict(zip(MEASUREMENT_SCHEMA.names, row, strict=True)) for row in rows], schema=MEASUREMENT_SCHEMA
    )


def point(one: str, sigma: float, *, draw: str = "", shared: str = "", size: float = 0.0) -> list[Row]:
    """A place with the same error on both axes, and perhaps a shift that it shares."""
    return [
        (
            one,
            "a",
            f"{draw or one}|{axis}",
            float(axis == 0),
            float(axis == 1),
            sigma**-2,
            f"{shared}|{axis}" if shared else "",
            size,
            "",
            0.0,
        )
        for axis in (0, 1)
    ]


def covariance(*rows: Row) -> np.ndarray:
    found = Measurements(table(*rows)).covariance(sorted({row[0] for row in rows}))
    assert found is not None
    return found


def test_independent_places_share_out_their_variance() -> None:
    assert covariance(*point("p", 100.0), *point("q", 100.0)) == pytest.approx(np.eye(2) * 5000.0)


def test_what_is_shared_does_not_shrink() -> None:
    rows = [row for n in range(50) for row in point(f"p{n}", 100.0, shared="pass", size=135.0)]
    assert covariance(*rows) == pytest.approx(np.eye(2) * (100.0**2 / 50 + 135.0**2))


def test_copies_of_one_rumour_count_once() -> None:
    rows = [row for n in range(12) for row in point(f"p{n}", 1000.0, draw="rumour")]
    assert covariance(*rows) == pytest.approx(np.eye(2) * 1e6)


def test_one_bearing_fixes_no_place_and_two_that_cross_do() -> None:
    # From 5 km in the west and from 5 km in the south, one degree each: 87.3 m across either.
    across = 5000.0 * np.radians(1.0)
    east_west = ("p", "a", "p|b", 0.0, -1.0 / 5000.0, np.radians(1.0) ** -2, "", 0.0, "", 0.0)
    south_north = ("q", "a", "q|b", 1.0 / 5000.0, 0.0, np.radians(1.0) ** -2, "", 0.0, "", 0.0)
    assert Measurements(table(east_west)).covariance(["p"]) is None
    assert covariance(east_west, south_north) == pytest.approx(np.eye(2) * across**2)


def test_nothing_gives_no_bound() -> None:
    assert Measurements(table()).covariance(["p"]) is None


def test_the_best_estimate_meets_the_bound_on_simulated_days() -> None:
    """Generalised least squares about the true place, with the errors that the devices really made."""
    days = simulate_days("busy", 11)
    best = best_covariances(days.measurements)
    assert len(best) > 1500
    assert all(np.linalg.eigvalsh(one)[0] > 0 for one in best.values())
    gates = gates_of(days.truth, days.measurements)
    assert gates.min() >= 1500.0
    assert gates.max() <= 5000.0
    errors = []
    place = {row["event_id"]: (row["lon"], row["lat"]) for row in days.truth.to_pylist()}
    known = Measurements(days.measurements)
    for row, source in zip(days.observations.to_pylist(), days.origin.to_pylist(), strict=True):
        if row["means"] == "uav" and source["event_id"] and not source["is_outlier"]:
            bound = known.covariance([row["observation_id"]])
            assert bound is not None
            lon, lat = place[source["event_id"]]
            east = (row["lon"] - lon) * 111_320.0 * np.cos(np.radians(lat))
            north = (row["lat"] - lat) * 110_960.0
            errors.append((east**2 + north**2) / np.trace(bound))
    assert len(errors) > 150
    assert np.sqrt(np.mean(errors)) == pytest.approx(1.0, abs=0.1)
