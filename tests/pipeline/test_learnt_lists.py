"""Lists and what they rest on, with the program's own learner: grown and calibrated anew is a fresh watch, and a replay
of a moment has what was learnt by then."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

import pytest

from tests.conftest import each
from tests.pipeline.test_calibrations import MANY, anew, assert_same_list, at, books, bring, watch_of
from tests.pipeline.test_run import run
from trucewatch.pipeline import Assessment


@pytest.mark.parametrize("seed", [1, 2])
def test_grown_row_by_row_and_calibrated_anew_it_is_a_fresh_watch(tmp_path: Path, seed: int) -> None:
    order = random.Random(seed).sample(MANY, len(MANY))
    moment, third = at(4, 28), len(MANY) // 3
    grown = watch_of(tmp_path / "grown", [])
    before: list[tuple[datetime, str]] = []
    for step in range(3):
        bring(grown, order[step * third : (step + 1) * third if step < 2 else len(order)])
        now = at(6, 1 + step)
        before.append((now, table_of(run(grown, as_of=moment, now=now))))
    anew(grown, at(6, 9), moment)
    fresh = watch_of(tmp_path / "fresh", MANY)
    (fresh / "watch.toml").write_text((grown / "watch.toml").read_text())
    found, plain = run(grown, now=at(6, 10)), run(fresh, now=at(6, 10))
    assert books(grown, at(6, 10)) == each(books(fresh, at(6, 10)))
    assert_same_list(found, grown, plain, fresh)
    for now, was in each(before):
        assert table_of(run(grown, as_of=moment, recorded_by=now, now=at(6, 11))) == was


def table_of(assessment: Assessment) -> str:
    """The incidents of a list, to be held against others."""
    return repr(assessment.incidents.to_pylist())
