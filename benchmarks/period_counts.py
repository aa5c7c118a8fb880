"""How often the count interval of a period of dense reports holds the number of its incidents that were events, by how
large the error is held to be that lone reports share.

    python benchmarks/period_counts.py [FAMILY …]    intense, shouting, bad_station and quiet days, tuning seeds

Beside it the median width, as a share of the incidents: what SHARED_SPREAD in `fusion/period_counts.py` is chosen by.
The counts are of those listed: what nobody reported, or what became one with another, is in none.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.learning_engine import learnt_setting

from trucewatch.evaluate import gates_of, verdicts_of
from trucewatch.evaluate.verdicts import MATCHED
from trucewatch.fusion import period_counts
from trucewatch.fusion.fuse import fuse_observations
from trucewatch.fusion.periods import mark_periods
from trucewatch.geo.arrays import Floats, Mask
from trucewatch.model.watch import AssociationRule
from trucewatch.simulate.benchmark import TUNING_SEEDS, FusionDays, simulate_days
from trucewatch.simulate.benchmark.stress import FAMILIES, simulate_stress
from trucewatch.simulate.benchmark.stress.parameters import tuning_seeds

MOST_SEEDS = 4
SPREADS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)

Case = tuple[Floats, Mask, int]
"""Of one period: the probabilities, which rest on a lone report, how many were events."""


def days_of(name: str) -> Iterator[FusionDays]:
    """Stress days of a family, or ordinary days of a density."""
    seeds = tuning_seeds(name) if name in FAMILIES else TUNING_SEEDS
    for seed in seeds[:MOST_SEEDS]:
        yield simulate_stress(name, seed) if name in FAMILIES else simulate_days(name, seed)


def cases_of(days: FusionDays) -> list[Case]:
    """Every period of these days."""
    fused = fuse_observations(days.observations, rule=AssociationRule(), setting=learnt_setting(days))
    incidents = mark_periods(fused, days.observations)
    verdicts = verdicts_of(
        incidents,
        observations=days.observations,
        origin=days.origin,
        truth=days.truth,
        gate_m=gates_of(days.truth, days.measurements),
        draws=days.draws,
    )
    period = np.array(incidents["period"].to_pylist(), dtype=np.str_)
    happened = incidents["happened"].to_numpy(zero_copy_only=False).astype(np.float64)
    alone = np.array([len(names) == 1 for names in incidents["members"].to_pylist()], dtype=np.bool_)
    return [
        (happened[period == name], alone[period == name], int((verdicts.outcome[period == name] == MATCHED).sum()))
        for name in sorted(set(period.tolist()) - {""})
    ]


def main(names: Sequence[str]) -> None:
    cases: list[Case] = []
    for name in names:
        for number, days in enumerate(days_of(name), 1):
            cases += cases_of(days)
            print(f"{name} {number}: {len(cases)} periods so far", file=sys.stderr)
    for spread in SPREADS:
        period_counts.SHARED_SPREAD = spread  # type: ignore[misc]  # measured by setting it
        bounds = [period_counts.count_events(happened, alone) for happened, alone, _ in cases]
        held = sum(low <= events <= high for (low, high), (_, _, events) in zip(bounds, cases, strict=True))
        widths = [(high - low) / len(case[0]) for (low, high), case in zip(bounds, cases, strict=True)]
        print(f"spread {spread:.1f}: held in {held} of {len(cases)}, median width {np.median(widths):.2f}")


if __name__ == "__main__":
    main(sys.argv[1:] or ("intense", "shouting", "bad_station", "quiet"))
