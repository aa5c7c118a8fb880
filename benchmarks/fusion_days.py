"""Measures fusion on simulated days with known truth: the peers, the clairvoyant, and whatever engine the caller
brings.

`measure` is called by benchmarks/run.py with the engine; without one, the peers alone are measured. The peers' settings
are chosen on the tuning seeds, for each density by itself, which favours them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
from benchmarks.figures import Figure

from trucewatch.evaluate import (
    Ceiling,
    Day,
    Judged,
    Score,
    best_in_hindsight,
    clairvoyant_labels,
    cylinder_labels,
    draw_scores,
    gates_of,
    judge,
    match_incidents,
    mean_incidents,
    pool,
    score,
    score_rows,
    st_dbscan_labels,
    write_sheet,
)
from trucewatch.evaluate.baselines import best_of
from trucewatch.evaluate.origins import reported_events, trace_reports
from trucewatch.geo.frame import frame_of_area
from trucewatch.simulate.benchmark import DENSITIES, FINAL_SEEDS, TUNING_SEEDS, FusionDays, simulate_days

Engine = Callable[[FusionDays], pa.Table]
"""Days in, incidents out: an engine reads `observations`, `sensors`, `notices`, `line` and `area`, nothing else."""

ST_DBSCAN = "ST-DBSCAN + mean"
CYLINDER = "cylinder + mean"
CLAIRVOYANT = "clairvoyant + mean"

_RADII_M = (500.0, 1000.0, 1500.0, 2500.0, 4000.0)
_GAPS_S = (5.0, 20.0, 60.0, 180.0, 600.0)
_F1_AT_LEAST = {"quiet": 0.95, "busy": 0.85}
MARGIN = 0.10
"""By how much F1 has to be above that of the better peer, on every density."""


@cache
def asked_for(density: str, seed: int) -> tuple[pa.Table, np.ndarray]:
    """The true events that somebody could have placed, and how near an incident has to lie to each."""
    days = days_of(density, seed)
    reports = trace_reports(days.observations, days.origin, days.truth)
    _, locatable = reported_events(days.observations, reports, days.truth.num_rows)
    return days.truth.filter(pa.array(locatable)), gates_of(days.truth, days.measurements)[locatable]


def found(days: FusionDays, incidents: pa.Table) -> tuple[int, int]:
    """Matched pairs, and incidents and events together: all that F1 needs, for the many settings of the peers."""
    truth, gates = asked_for(days.density, days.seed)
    return len(match_incidents(incidents, truth, gate_m=gates).event), incidents.num_rows + truth.num_rows


def judged(days: FusionDays, incidents: pa.Table) -> Judged:
    """Incidents against the truth of their days, with the gate that is the same for every method."""
    return judge(
        incidents,
        observations=days.observations,
        origin=days.origin,
        truth=days.truth,
        measurements=days.measurements,
        gate_m=gates_of(days.truth, days.measurements),
    )


@cache
def days_of(density: str, seed: int) -> FusionDays:
    """The days, simulated once a process."""
    return simulate_days(density, seed)


def ceiling(engine: Engine, density: str, seeds: Sequence[int]) -> Ceiling:
    """The best that any list of these incidents could do on these days, chosen in hindsight."""
    judged_on = []
    for seed in seeds:
        truth, gates = asked_for(density, seed)
        judged_on.append(Day(incidents=engine(days_of(density, seed)), truth=truth, gate_m=gates))
    return best_in_hindsight(judged_on)


def by_st_dbscan(days: FusionDays, eps_m: float, eps_s: float, min_samples: int) -> pa.Table:
    labels = st_dbscan_labels(days.observations, eps_m=eps_m, eps_s=eps_s, min_samples=min_samples)
    return mean_incidents(days.observations, labels, frame_of_area(days.area))


def by_cylinder(days: FusionDays, radius_m: float, gap_s: float) -> pa.Table:
    labels = cylinder_labels(days.observations, radius_m=radius_m, gap_s=gap_s)
    return mean_incidents(days.observations, labels, frame_of_area(days.area))


def by_clairvoyant(days: FusionDays) -> pa.Table:
    """Knows every origin, and so also what is clutter: the clutter is not listed."""
    labels = clairvoyant_labels(days.observations, days.origin)
    clutter = [not event or echo for event, echo in zip(*_origin(days), strict=True)]
    labels[clutter] = -1
    return mean_incidents(days.observations, labels, frame_of_area(days.area))


def _origin(days: FusionDays) -> tuple[list[str], list[bool]]:
    return days.origin["event_id"].to_pylist(), days.origin["is_echo"].to_pylist()


def tuned_peers(density: str, seeds: Sequence[int] = TUNING_SEEDS) -> dict[str, tuple[Engine, str]]:
    """Each peer with the settings that are best for this density on the tuning seeds, and those settings in words."""

    def f1(engine: Engine) -> float:
        counted = [found(days_of(density, seed), engine(days_of(density, seed))) for seed in seeds]
        return 2 * sum(one[0] for one in counted) / sum(one[1] for one in counted)

    dbscan, _ = best_of(list(product(_RADII_M, _GAPS_S, (1, 2))), lambda one: f1(lambda days: by_st_dbscan(days, *one)))
    cylinder, _ = best_of(list(product(_RADII_M, _GAPS_S)), lambda one: f1(lambda days: by_cylinder(days, *one)))
    return {
        ST_DBSCAN: (
            lambda days: by_st_dbscan(days, *dbscan),
            f"{dbscan[0]:g} m, {dbscan[1]:g} s, at least {dbscan[2]}",
        ),
        CYLINDER: (lambda days: by_cylinder(days, *cylinder), f"{cylinder[0]:g} m, {cylinder[1]:g} s"),
        CLAIRVOYANT: (by_clairvoyant, "knows the truth"),
    }


def scores_of(
    engines: Mapping[str, Engine], *, seeds: Sequence[int], tune_on: Sequence[int] = TUNING_SEEDS
) -> tuple[dict[tuple[str, str], Score], dict[str, Score], dict[tuple[str, str], str]]:
    """(density, method) → score over all seeds; method → score over all densities; (density, peer) → its settings."""
    outcomes: dict[tuple[str, str], Judged] = {}
    settings: dict[tuple[str, str], str] = {}
    for density in DENSITIES:
        peers = tuned_peers(density, tune_on)
        settings |= {(density, name): words for name, (_, words) in peers.items()}
        methods = {**engines, **{name: engine for name, (engine, _) in peers.items()}}
        for name, engine in methods.items():
            outcomes[density, name] = pool(
                [judged(days_of(density, seed), engine(days_of(density, seed))) for seed in seeds]
            )
    names = dict.fromkeys(name for _, name in outcomes)
    pooled = {name: score(pool([one for (_, method), one in outcomes.items() if method == name])) for name in names}
    return {key: score(one) for key, one in outcomes.items()}, pooled, settings


def measure(
    engine: Engine | None = None,
    *,
    name: str = "Trucewatch",
    clairvoyant: Engine | None = None,
    seeds: Sequence[int] = TUNING_SEEDS,
    folder: Path | None = None,
) -> list[Figure]:
    """The figures of the issue. seeds: pass FINAL_SEEDS once, for the final measurement.

    clairvoyant: the same engine with its association replaced by the true one (`clairvoyant_labels`). folder: where the
    table (fusion.csv) and the picture (fusion.svg) go.
    """
    engines = {name: engine} if engine else {}
    knowing = f"{name}, clairvoyant"
    if clairvoyant:
        engines[knowing] = clairvoyant
    scores, pooled, settings = scores_of(engines, seeds=seeds)
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "fusion.csv").write_text(write_sheet(score_rows(scores)), encoding="utf-8")
        shown = name if engine else ST_DBSCAN
        (folder / "fusion.svg").write_text(draw_scores(scores, chosen=shown, pooled=pooled[shown]), encoding="utf-8")
    known = {"final seeds": set(FINAL_SEEDS), "tuning seeds": set(TUNING_SEEDS)}
    held = next((name for name, ones in known.items() if set(seeds) <= ones), f"seeds {', '.join(map(str, seeds))}")
    figures = []
    for (density, method), one in scores.items():
        ours = method == name
        bound = _F1_AT_LEAST.get(density) if ours else None
        note = f"{one.events:,} true events, {one.listed:,} listed, {held}"
        if (density, method) in settings:
            note += f"; {settings[density, method]}"
        figures.append(Figure(f"fusion, {density}, {method}: F1", (one.f1,), "", bound, note, at_least=True))
        if ours and (density, knowing) in scores:
            share = one.f1 / scores[density, knowing].f1
            figures.append(Figure(f"fusion, {density}: F1 ÷ clairvoyant's", (share,), "×", 0.9, at_least=True))
        if ours:
            peer = max(scores[density, ST_DBSCAN].f1, scores[density, CYLINDER].f1)
            figures.append(
                Figure(f"fusion, {density}: F1 less the better peer's", (one.f1 - peer,), "", MARGIN, at_least=True)
            )
    if engine:
        figures += _ceilings({name: engine} | ({knowing: clairvoyant} if clairvoyant else {}), seeds)
        figures += _figures_of(pooled[name])
    return figures


def _ceilings(engines: Mapping[str, Engine], seeds: Sequence[int]) -> list[Figure]:
    """What the best list of each engine's incidents would reach: beyond it only other associations and places help."""
    figures = []
    for density in DENSITIES:
        for name, engine in engines.items():
            best = ceiling(engine, density, seeds)
            chosen = f"chosen with the truth at hand among {best.looks:,} looks"
            note = f"{best.listed:,} listed, {chosen}; a ceiling, no method"
            figures.append(
                Figure(f"fusion, {density}, {name}: F1 of the best list in hindsight", (best.f1,), "", None, note)
            )
    return figures


def _figures_of(one: Score) -> list[Figure]:
    """Coverage, calibration and the bound, over all densities."""
    figures = []
    for words, cell in zip(("1", "2", "3", "4 or more"), one.coverage, strict=True):
        low, high = cell.interval
        off = abs(cell.value - 0.95)
        note = f"{100 * cell.value:.1f} % of {cell.n:,}; 95 % interval {100 * low:.1f}–{100 * high:.1f}"
        figures.append(
            Figure(f"fusion: truth in the 95 % ellipse, {words} means, off 95 by", (100 * off,), "points", 2.0, note)
        )
    said = one.calibration
    figures.append(Figure("fusion: calibration error of happened", (said.ece,), "", 0.03, f"n {said.n:,}"))
    figures.append(Figure("fusion: Brier score of happened", (said.brier,), "", None))
    figures.append(
        Figure("fusion: location error ÷ Cramér–Rao bound", (one.bound_ratio,), "×", 1.15, f"n {one.bound_n:,}")
    )
    figures.append(
        Figure(
            "fusion: location error ÷ Cramér–Rao bound, devices alone",
            (one.bound_ratio_of_devices,),
            "×",
            1.15,
            f"n {one.bound_n_of_devices:,}; of one report with heavy tails the bound cannot be reached",
        )
    )
    figures.append(Figure("fusion: location error, median", (one.error_median_m,), "m", None))
    figures.append(Figure("fusion: location error, 90 %", (one.error_p90_m,), "m", None))
    figures.append(Figure("fusion: delay to the first list, median", (one.delay_median_s,), "s", None))
    return figures
