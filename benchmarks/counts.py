"""How many: whether the range of an incident's number holds the true one, and how wide it is, on simulated days."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import fusion_days
from benchmarks.figures import Figure
from benchmarks.fusion import by_likelihood

from trucewatch.evaluate import match_incidents
from trucewatch.evaluate.score import Share
from trucewatch.model.count_claims import OF_THE_CENTRE, read_count_claim
from trucewatch.simulate.benchmark import DENSITIES, FINAL_SEEDS, FusionDays

MIDDLE, OFF = 93.5, 3.5
"""Per cent: the range has to hold the truth in 90 to 97 of 100."""
WIDEST = 1.5
"""× the true number, the median width."""
ENOUGH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was said of how many there were, of one true event with more than one round: the devices' range, or what the
    claims span where no device counted."""

    true: int
    kind: str
    kind_is_right: bool
    voices: int
    low: int
    best: int | None
    high: int

    @property
    def holds(self) -> bool:
        return self.low <= self.true <= self.high

    @property
    def width(self) -> float:
        return (self.high - self.low) / self.true


def told_of(days: FusionDays, incidents: pa.Table) -> tuple[list[Told], list[Told], int]:
    """What devices counted, what only claims say, and how many true events of more than one round were listed in
    all."""
    truth, gates = fusion_days.asked_for(days.density, days.seed)
    matching = match_incidents(incidents, truth, gate_m=gates)
    counted: list[Told] = []
    claimed: list[Told] = []
    listed = 0
    rows = incidents.select(["kind", "count_min", "count_best", "count_max", "count_by", "count_claims"])
    for incident, event in zip(
        rows.take(pa.array(matching.incident)).to_pylist(),
        truth.select(["kind", "count"]).take(pa.array(matching.event)).to_pylist(),
        strict=True,
    ):
        if event["count"] is None or event["count"] <= 1:
            continue
        listed += 1
        about = {
            "true": event["count"],
            "kind": incident["kind"],
            "kind_is_right": incident["kind"] == event["kind"],
            "best": incident["count_best"],
        }
        if incident["count_best"] is not None:
            voices = sum(int(text.partition(" ")[2]) for text in incident["count_by"] if text != OF_THE_CENTRE)
            counted.append(Told(voices=voices, low=incident["count_min"], high=incident["count_max"], **about))
        elif incident["count_claims"]:
            limits = [number for text in incident["count_claims"] for number in read_count_claim(text).limits]
            numbers = [number for number in limits if number is not None]
            givers = len(incident["count_claims"])
            claimed.append(Told(voices=givers, low=min(numbers), high=max(numbers), **about))
    return counted, claimed, listed


def measure(seeds: Sequence[int]) -> list[Figure]:
    """Coverage and width of the range, pooled, by the kind in the title and by the number of devices that counted."""
    counted: list[Told] = []
    claimed: list[Told] = []
    listed = 0
    for density in DENSITIES:
        for seed in seeds:
            days = fusion_days.days_of(density, seed)
            some = told_of(days, by_likelihood(days))
            counted += some[0]
            claimed += some[1]
            listed += some[2]
    note = f"of {listed:,} listed true events with more than one round; devices counted in {len(counted):,}"
    figures = [
        Figure("counts: the true number in the range, off 93.5 by", (_off(counted),), "points", OFF, _words(counted)),
        Figure("counts: median width ÷ true number", (_width(counted),), "×", WIDEST, note),
    ]
    cells: dict[str, list[Told]] = defaultdict(list)
    for one in counted:
        cells[f"titles of {one.kind}"].append(one)
        cells[f"{min(one.voices, 4)}{' or more' if one.voices >= 4 else ''} that counted"].append(one)
        cells["kind as it was" if one.kind_is_right else "kind not as it was"].append(one)
    for name, some_told in sorted(cells.items()):
        held = sum(one.holds for one in some_told) / len(some_told)
        # Numbers are whole: a range of one number that is always right cannot be made narrower, so only the lower
        # limit binds a part. Where the kind is wrong, so is what was counted.
        bound = 90.0 if len(some_told) >= ENOUGH and not name.startswith("kind not") else None
        figures.append(
            Figure(f"counts, {name}: the true number in the range", (100 * held,), "%", bound, _words(some_told), True)
        )
        figures.append(Figure(f"counts, {name}: median width ÷ true number", (_width(some_told),), "×", WIDEST))
    above, below = (
        sum((one.best or 0) > one.true for one in counted),
        sum((one.best or 0) < one.true for one in counted),
    )
    figures.append(
        Figure(
            "counts: the most probable number is the true one",
            (100 * (1 - (above + below) / len(counted)),),
            "%",
            None,
            f"above it {above:,}, below it {below:,}",
        )
    )
    figures.append(
        Figure(
            "counts: only claims speak, the true number within what they span",
            (100 * sum(one.holds for one in claimed) / max(1, len(claimed)),),
            "%",
            None,
            _words(claimed) + "; no range of ours is made of claims",
        )
    )
    return figures


def final() -> list[Figure]:
    """The final measurement, on the seeds that tuning never saw."""
    return measure(FINAL_SEEDS)


def _off(told: Sequence[Told]) -> float:
    return abs(100 * sum(one.holds for one in told) / len(told) - MIDDLE)


def _width(told: Sequence[Told]) -> float:
    return float(np.median([one.width for one in told]))


def _words(told: Sequence[Told]) -> str:
    share = Share(k=sum(one.holds for one in told), n=len(told))
    low, high = share.interval
    return f"{100 * share.value:.1f} % of {share.n:,}; 95 % interval {100 * low:.1f}–{100 * high:.1f}"
