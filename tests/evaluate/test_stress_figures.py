"""The measurement on stress days: a method that knows the truth is right, what it writes, and other trees' engines."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from benchmarks import stress, stress_other, stress_tables

from tests.conftest import each
from trucewatch.evaluate import clairvoyant_labels, mean_incidents
from trucewatch.geo.frame import frame_of_area
from trucewatch.simulate.benchmark import FusionDays
from trucewatch.simulate.benchmark.stress import final_seeds, tuning_seeds

FAMILY = "sparse"
SEEDS = tuning_seeds(FAMILY)[:2]


def knowing(days: FusionDays, *, wrong: float = 0.01) -> pa.Table:
    """Incidents of one who knows every origin, and says so."""
    labels = clairvoyant_labels(days.observations, days.origin)
    incidents = mean_incidents(days.observations, labels, frame_of_area(days.area))
    of_event = {row["observation_id"]: row["event_id"] and not row["is_echo"] for row in days.origin.to_pylist()}
    true = [bool(of_event[members[0]]) for members in incidents["members"].to_pylist()]
    rung = pa.array(["recorded"] * incidents.num_rows)
    happened = np.where(true, 0.99, wrong)
    return incidents.append_column("happened", pa.array(happened)).append_column("rung", rung)


@pytest.fixture(scope="module")
def figures() -> dict[str, stress_tables.StressFigures]:
    return stress.measure(knowing, families=[FAMILY], seeds_of=lambda _: SEEDS)


def test_who_knows_the_truth_says_little_that_is_false(figures: dict[str, stress_tables.StressFigures]) -> None:
    sure = figures[FAMILY].sure
    assert figures[FAMILY].seeds == SEEDS
    assert sure.surely.false.n > 200
    assert sure.surely.false.value < 0.05
    assert sure.log_score.mean > sure.log_score.of_base_rate
    assert figures[FAMILY].f1 > figures[FAMILY].peer_f1 > 0.3


def test_who_is_sure_of_everything_scores_worse() -> None:
    sure = stress.figures_of(
        stress.measure_family(FAMILY, lambda days: knowing(days, wrong=0.99), SEEDS), peers=False
    ).sure
    assert sure.surely.false.value > 0.05
    assert sure.log_score.mean < sure.log_score.of_base_rate


def test_tables_and_bounds_have_the_counts(figures: dict[str, stress_tables.StressFigures]) -> None:
    (row,) = stress_tables.rows_of(figures)
    false = figures[FAMILY].sure.surely.false
    assert f"({false.k} of {false.n:,};" in row["false of these"]
    assert {cell["of"] for cell in stress_tables.cell_rows(figures)} >= {"rung recorded", "voices 1"}
    page = stress_tables.page_of([row], stress_tables.cell_rows(figures))
    assert [name for name in each(row) if f"| {name} |" not in page] == [], "every figure has its column"
    assert FAMILY in stress_tables.summary(figures)
    before = {"families": {FAMILY: {"log_score": -5.0}}}
    bounds = {
        figure.name.removeprefix("stress, sparse: "): figure
        for figure in stress_tables.bounds_of(figures | {"all": figures[FAMILY]}, before)
    }
    assert bounds["log score less that of before"].holds
    assert bounds["F1 less the better peer's"].holds
    assert bounds["false among said ≥ 0.99"].bound == 2.0
    assert len(bounds) == 7


def test_another_tree_gets_the_same_register_and_notices(tmp_path: Path) -> None:
    stress.write_days(tmp_path, FAMILY, SEEDS[:1])
    days = stress.days_of(FAMILY, SEEDS[0])
    (path,) = tmp_path.glob("*/*/setting.json")
    setting = stress_other.setting_of(json.loads(path.read_text("utf-8")))
    assert setting.sensors == days.sensors
    assert setting.notices == days.notices
    assert setting.parties == days.parties


def test_the_final_seeds_are_not_for_experiments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        stress.main(["--final", FAMILY])
    assert "final seeds" in capsys.readouterr().err
    before = json.loads(stress.BEFORE.read_text("utf-8"))
    assert before["families"][FAMILY]["seeds"] == list(final_seeds(FAMILY))
