"""The peers: ST-DBSCAN by its definition, the cylinder, the clairvoyant; their means; and the table and picture of
scores."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.evaluate import (
    Score,
    clairvoyant_labels,
    cylinder_labels,
    draw_scores,
    gates_of,
    judge,
    mean_incidents,
    score,
    score_rows,
    st_dbscan_labels,
    write_sheet,
)
from trucewatch.evaluate.baselines import best_of
from trucewatch.geo.frame import frame_at, frame_of_area
from trucewatch.model.observation import STORED_OBSERVATION_SCHEMA
from trucewatch.simulate.benchmark import FusionDays, simulate_days

NOON = datetime(2031, 6, 1, 12, tzinfo=UTC)
FRAME = frame_at(-31.0, -37.0)


def observations(*rows: tuple[float, float]) -> pa.Table:
    """Explosions at (east_m, at_s), 100 m uncertain."""
    lon, lat = FRAME.to_degrees(np.array([east for east, _ in rows]), np.zeros(len(rows)))
    blank = dict.fromkeys(
        ("source", "sensor", "intensity_unit", "source_quality", "claimed_by", "evidence_sha256", "text"), ""
    )
    made = []
    for number, (_, at_s) in enumerate(rows):
        moment = NOON + timedelta(seconds=at_s)
        made.append(
            {
                **blank,
                "observation_id": f"o-{number:02d}",
                "means": "acoustic",
                "kind": "explosion",
                "aspect": "undetermined",
                "occurred_start": moment,
                "occurred_end": moment,
                "lon": lon[number],
                "lat": lat[number],
                "semi_major_m": 100.0,
                "semi_minor_m": 100.0,
                "major_azimuth_deg": 0.0,
                "simulated": True,
                "known_at": moment,
                "evidence_row": number,
                "product_rank": 1,
                "known_at_assumed": False,
            }
        )
    return pa.Table.from_pylist(made, schema=STORED_OBSERVATION_SCHEMA)


def partition(labels: npt.NDArray[np.int64]) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == one).tolist()) for one in set(labels.tolist()) - {-1}}


def test_st_dbscan_holds_space_and_time_apart() -> None:
    # 0 and 1 are near in both; 2 is near in space alone, 3 in time alone.
    table = observations((0, 0), (900, 50), (0, 500), (5000, 0))
    labels = st_dbscan_labels(table, eps_m=1000, eps_s=60, min_samples=1)
    assert partition(labels) == {frozenset({0, 1}), frozenset({2}), frozenset({3})}
    assert st_dbscan_labels(table, eps_m=1000, eps_s=60, min_samples=2).tolist()[2:] == [-1, -1]


def test_a_border_goes_to_its_nearest_core_and_joins_no_clusters() -> None:
    # Cores have three neighbours with themselves. Row 3 lies between two clusters and is no core.
    table = observations((0, 0), (400, 0), (800, 0), (1790, 0), (2800, 0), (3200, 0), (3600, 0))
    labels = st_dbscan_labels(table, eps_m=1015, eps_s=60, min_samples=4)
    assert labels[3] in (labels[2], -1)
    labels = st_dbscan_labels(table, eps_m=1015, eps_s=60, min_samples=3)
    assert partition(labels) == {frozenset(range(7))}  # with three, row 3 is a core itself
    pair = observations((0, 0), (100, 0), (200, 0), (1150, 0), (2200, 0), (2300, 0), (2400, 0))
    labels = st_dbscan_labels(pair, eps_m=1060, eps_s=60, min_samples=4)
    assert labels[3] == labels[2]


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=14),
    st.integers(1, 4),
)
@settings(deadline=None, max_examples=60)
def test_st_dbscan_agrees_with_its_definition(rows: list[tuple[int, int]], min_samples: int) -> None:
    table = observations(*((250.0 * x, 20.0 * t) for x, t in rows))
    labels = st_dbscan_labels(table, eps_m=1010.0, eps_s=90.0, min_samples=min_samples)
    n = len(rows)
    near = [[abs(250 * (a - c)) <= 1005 and abs(20 * (b - d)) <= 90 for c, d in rows] for a, b in rows]
    core = [sum(one) >= min_samples for one in near]
    for i in range(n):
        reached = [j for j in range(n) if near[i][j] and core[j]]
        if core[i]:
            assert labels[i] >= 0
            assert all(labels[j] == labels[i] for j in reached)
        elif reached:
            assert labels[i] in {labels[j] for j in reached}
        else:
            assert labels[i] == -1
    clusters = len(partition(labels))
    seen: set[int] = set()
    for i in range(n):
        if core[i] and i not in seen:
            clusters -= 1
            stack = [i]
            while stack:
                at = stack.pop()
                if at not in seen:
                    seen.add(at)
                    stack += [j for j in range(n) if near[at][j] and core[j]]
    assert clusters == 0


def test_the_mean_of_two_reports_is_reckoned_by_hand() -> None:
    table = observations((0, 0), (1000, 40), (9000, 0))
    found = mean_incidents(table, np.array([7, 7, -1]), FRAME)
    assert found["members"].to_pylist() == [["o-00", "o-01"]]
    x, y = FRAME.to_metres(found["lon"].to_numpy(), found["lat"].to_numpy())
    assert (x[0], y[0]) == (pytest.approx(500.0, abs=0.01), pytest.approx(0.0, abs=0.01))
    assert found["occurred_start"].to_pylist() == [NOON + timedelta(seconds=20)]
    assert found["semi_major_m"].to_pylist() == [pytest.approx(100 / np.sqrt(2))]
    assert found["first_known_at"].to_pylist() == [NOON]


def test_no_observations_make_no_incidents() -> None:
    table = observations()
    assert mean_incidents(table, st_dbscan_labels(table, eps_m=1, eps_s=1, min_samples=1), FRAME).num_rows == 0
    assert cylinder_labels(table, radius_m=1, gap_s=1).tolist() == []


@pytest.fixture(scope="module")
def days() -> FusionDays:
    return simulate_days("middle", 13)


@pytest.fixture(scope="module")
def scores(days: FusionDays) -> dict[tuple[str, str], Score]:
    frame = frame_of_area(days.area)
    clairvoyant = clairvoyant_labels(days.observations, days.origin)
    clutter = [not one["event_id"] or one["is_echo"] for one in days.origin.to_pylist()]
    listed = np.where(clutter, -1, clairvoyant)
    labels = {
        "ST-DBSCAN": st_dbscan_labels(days.observations, eps_m=1000, eps_s=60, min_samples=1),
        "cylinder": cylinder_labels(days.observations, radius_m=1500, gap_s=600),
        "clairvoyant": listed,
    }
    gates = gates_of(days.truth, days.measurements)
    return {
        ("middle", name): score(
            judge(
                mean_incidents(days.observations, one, frame),
                observations=days.observations,
                origin=days.origin,
                truth=days.truth,
                measurements=days.measurements,
                gate_m=gates,
            )
        )
        for name, one in labels.items()
    }


def test_the_clairvoyant_puts_each_event_together_and_clutter_alone_but_for_copies(days: FusionDays) -> None:
    labels = clairvoyant_labels(days.observations, days.origin)
    origin = {row["observation_id"]: row for row in days.origin.to_pylist()}
    rows = days.observations.select(["observation_id", "means", "text", "lon", "lat"]).to_pylist()
    clutter, told = 0, set()
    for row, one in zip(rows, labels.tolist(), strict=True):
        known = origin[row["observation_id"]]
        if known["event_id"] and not known["is_echo"]:
            continue
        alike = [other for other, label in zip(rows, labels.tolist(), strict=True) if label == one]
        if row["means"] in ("public", "party"):
            told.add(one)
            assert {(other["text"], other["lon"], other["lat"]) for other in alike} == {
                (row["text"], row["lon"], row["lat"])
            }
        else:
            clutter += 1
            assert len(alike) == 1
    events = {row["event_id"] for row in days.origin.to_pylist() if row["event_id"] and not row["is_echo"]}
    assert len(np.bincount(labels)) == len(events) + clutter + len(told)
    assert len(told) < sum(
        1 for row in rows if row["means"] in ("public", "party") and not origin[row["observation_id"]]["event_id"]
    )


def test_the_clairvoyant_beats_the_peers_and_pairs_perfectly(scores: dict[tuple[str, str], Score]) -> None:
    best = scores["middle", "clairvoyant"]
    assert best.pair_precision == 1.0
    assert best.precision > 0.85
    assert all(best.f1 > one.f1 for (_, name), one in scores.items() if name != "clairvoyant")
    assert all(cell.n > 50 for cell in best.coverage)


def test_the_table_has_a_row_a_density_and_method(scores: dict[tuple[str, str], Score]) -> None:
    rows = score_rows(scores)
    assert [row["method"] for row in rows] == ["ST-DBSCAN", "cylinder", "clairvoyant"]
    assert rows[2]["F1"] == f"{scores['middle', 'clairvoyant'].f1:.3f}"
    assert rows[0]["calibration error"] == "–"
    lines = write_sheet(rows).splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("density,method,")
    assert write_sheet([]) == ""


def test_the_picture_is_sound_svg_and_tells_its_numbers_in_words(scores: dict[tuple[str, str], Score]) -> None:
    picture = draw_scores(scores, chosen="clairvoyant")
    root = ET.fromstring(picture)
    told = root.findtext("{http://www.w3.org/2000/svg}desc") or ""
    for (_, name), one in scores.items():
        assert f"{name}: F1 {one.f1:.3f}" in told
    assert "NaN" not in picture
    assert "nan" not in picture
    assert picture == draw_scores(scores, chosen="clairvoyant")


def test_the_first_of_equally_good_settings_is_taken() -> None:
    assert best_of([3, 1, 2], lambda one: 0.5 if one > 1 else 0.1) == (3, 0.5)
