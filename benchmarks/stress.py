"""How sure the engine is on days that break its assumptions: what it says with 0.99 and is false, its calibration, and
its F1 beside the better peer's, a family of stress days at a time.

    python benchmarks/stress.py [FAMILY …]                the engine of this tree on the tuning seeds
    python benchmarks/stress.py --write FOLDER [FAMILY …]  the days for another tree's engine (stress_other.py)
    python benchmarks/stress.py --incidents FOLDER […]    what that engine made of them
    python benchmarks/stress.py --choose-peers [FAMILY …] the peers' settings anew, on the tuning seeds

The final seeds are for `make bench PARTS=stress` alone, once.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.figures import Figure
from benchmarks.fusion_days import by_cylinder, by_st_dbscan
from benchmarks.learning_engine import learnt_setting
from benchmarks.stress_tables import StressFigures, bounds_of, cell_rows, page_of, rows_of, summary

from trucewatch.evaluate import (
    Judged,
    Verdicts,
    bearing_incidents,
    gates_of,
    judge,
    match_incidents,
    pool,
    pool_verdicts,
    score,
    sureness,
    verdicts_of,
    write_sheet,
)
from trucewatch.evaluate.origins import reported_events, trace_reports
from trucewatch.fusion.classify import class_table
from trucewatch.fusion.fuse import fuse_observations
from trucewatch.geo.arrays import Floats
from trucewatch.geo.frame import frame_of_area
from trucewatch.model.watch import AssociationRule
from trucewatch.simulate.benchmark import DENSITIES, FINAL_SEEDS, TUNING_SEEDS, FusionDays, simulate_days
from trucewatch.simulate.benchmark import stress as stress_days
from trucewatch.simulate.benchmark.stress import FAMILIES, simulate_stress

Engine = Callable[[FusionDays], pa.Table]
"""Days in, incidents out: an engine reads what `FusionDays` says that it may."""

PEERS = ROOT / "benchmarks" / "stress_peers.json"
"""The peers' settings, chosen on the tuning seeds of each family."""
BEFORE = ROOT / "benchmarks" / "stress_before.json"
"""What the engine before this measurement scored on the same days, with its commit and seeds."""
FOLDER = ROOT / "docs" / "fusion"

_GRIDS: Mapping[str, Sequence[tuple[float, ...]]] = {
    "ST-DBSCAN": list(product((400.0, 800.0, 1500.0, 2500.0, 4000.0), (2.0, 5.0, 20.0, 60.0, 180.0, 600.0), (1, 2, 3))),
    "cylinder": list(product((400.0, 800.0, 1500.0, 2500.0, 4000.0), (2.0, 5.0, 20.0, 60.0, 180.0, 600.0))),
    "bearings": list(product((2.0, 5.0, 20.0, 60.0, 120.0), (400.0, 800.0, 1500.0, 2500.0), (1, 2, 3))),
}

_FIRST, _BEST = 2, 5
"""Of the tuning seeds so many choose which settings of a peer are tried on all, and how many these are."""


def by_bearings(days: FusionDays, gap_s: float, gate_m: float, least: int) -> pa.Table:
    """The peer that intersects lines of sight."""
    return bearing_incidents(days.observations, frame_of_area(days.area), gap_s=gap_s, gate_m=gate_m, least=int(least))


_BY: Mapping[str, Callable[..., pa.Table]] = {
    "ST-DBSCAN": by_st_dbscan,
    "cylinder": by_cylinder,
    "bearings": by_bearings,
}


def by_engine(days: FusionDays) -> pa.Table:
    """The engine of this tree as a watch runs it."""
    return fuse_observations(days.observations, rule=AssociationRule(), setting=learnt_setting(days))


def from_folder(folder: Path) -> Engine:
    """What another tree's engine made of the days that `write_days` wrote."""
    return lambda days: pq.read_table(folder / days.density / str(days.seed) / "incidents.parquet")


@dataclass(frozen=True, slots=True)
class Measured:
    """Raw outcomes of one family, pooled over its seeds."""

    family: str
    seeds: tuple[int, ...]
    judged: Judged
    verdicts: Verdicts


EVERYTHING = (*FAMILIES, *DENSITIES)
"""The stress days, and the benchmark's own, on which the assumptions hold."""


def tuning_seeds(family: str) -> tuple[int, ...]:
    """For developing and tuning."""
    return TUNING_SEEDS if family in DENSITIES else stress_days.tuning_seeds(family)


def final_seeds(family: str) -> tuple[int, ...]:
    """For the last measurement only."""
    return FINAL_SEEDS if family in DENSITIES else stress_days.final_seeds(family)


@cache
def days_of(family: str, seed: int) -> FusionDays:
    """The days, simulated once a process."""
    return simulate_days(family, seed) if family in DENSITIES else simulate_stress(family, seed)


@cache
def gates(family: str, seed: int) -> Floats:
    """How near an incident has to lie to each true event."""
    days = days_of(family, seed)
    return gates_of(days.truth, days.measurements)


@cache
def asked_for(family: str, seed: int) -> tuple[pa.Table, Floats]:
    """The true events that somebody could have placed, with their gates."""
    days = days_of(family, seed)
    reports = trace_reports(days.observations, days.origin, days.truth)
    _, locatable = reported_events(days.observations, reports, days.truth.num_rows)
    return days.truth.filter(pa.array(locatable)), gates(family, seed)[locatable]


def measure_family(family: str, engine: Engine, seeds: Sequence[int] | None = None) -> Measured:
    """The raw outcomes of an engine on one family. seeds: its tuning seeds if nothing is given."""
    chosen = tuple(seeds or tuning_seeds(family))
    screened = {
        name for name, is_screened in zip(class_table().names, class_table().screened, strict=True) if is_screened
    }
    judgements, verdicts = [], []
    for seed in chosen:
        days = days_of(family, seed)
        incidents = engine(days)
        tables: dict[str, Any] = {"observations": days.observations, "origin": days.origin, "truth": days.truth}
        gate_m = gates(family, seed)
        judgements.append(judge(incidents, measurements=days.measurements, gate_m=gate_m, **tables))
        verdicts.append(verdicts_of(incidents, gate_m=gate_m, draws=days.draws, screened=screened, **tables))
    return Measured(family, chosen, pool(judgements), pool_verdicts(verdicts))


def figures_of(measured: Measured, *, peers: bool = True) -> StressFigures:
    """The figures of one family. peers: False leaves out the better peer's F1."""
    one = score(measured.judged)
    name, words, f1 = better_peer(measured.family, measured.seeds) if peers else ("", "", float("nan"))
    return StressFigures(
        family=measured.family,
        seeds=measured.seeds,
        events=one.events,
        listed=one.listed,
        f1=one.f1,
        peer_f1=f1,
        peer=f"{name} ({words})" if name else "",
        coverage=one.coverage_of_all,
        sure=sureness(measured.verdicts),
    )


def measure(
    engine: Engine,
    *,
    families: Sequence[str] = FAMILIES,
    seeds_of: Callable[[str], Sequence[int]] = tuning_seeds,
    peers: bool = True,
) -> dict[str, StressFigures]:
    """Family → its figures, and under "all" those of all families of stress days pooled."""
    every = [measure_family(family, engine, seeds_of(family)) for family in families]
    figures = {each.family: figures_of(each, peers=peers) for each in every}
    raw = [each for each in every if each.family in FAMILIES]
    if len(raw) > 1:
        everything = Measured(
            "all", (), pool([each.judged for each in raw]), pool_verdicts([each.verdicts for each in raw])
        )
        figures["all"] = figures_of(everything, peers=False)
    return figures


def peer_f1(family: str, name: str, setting: Sequence[float], seeds: Sequence[int]) -> float:
    """F1 of one peer with one setting, pooled over seeds."""
    matched = together = 0
    for seed in seeds:
        truth, gate_m = asked_for(family, seed)
        incidents = _BY[name](days_of(family, seed), *setting)
        matched += len(match_incidents(incidents, truth, gate_m=gate_m).event)
        together += incidents.num_rows + truth.num_rows
    return 2 * matched / together if together else float("nan")


def choose_peers(families: Sequence[str]) -> None:
    """The best setting of each peer on the tuning seeds of each family, kept in PEERS.

    Every setting is tried on the first seeds, and those that do best there on all of them.
    """
    for family in families:
        seeds = tuning_seeds(family)
        chosen: dict[str, Sequence[float]] = {}
        for name, grid in _GRIDS.items():
            on_first = {setting: peer_f1(family, name, setting, seeds[:_FIRST]) for setting in grid}
            best = sorted(grid, key=lambda setting: -on_first[setting])[:_BEST]
            on_all = {setting: peer_f1(family, name, setting, seeds) for setting in best}
            chosen[name] = max(best, key=lambda setting: on_all[setting])
        kept = json.loads(PEERS.read_text("utf-8")) if PEERS.exists() else {}
        kept[family] = chosen
        lines = [f" {json.dumps(each)}: {json.dumps(kept[each])}" for each in FAMILIES if each in kept]
        PEERS.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
        days_of.cache_clear()
        gates.cache_clear()
        asked_for.cache_clear()


def better_peer(family: str, seeds: Sequence[int]) -> tuple[str, str, float]:
    """Of the peers with their chosen settings the one with the highest F1 on these seeds: name, setting, F1. Not
    a number for a family whose peers were never chosen."""
    chosen = json.loads(PEERS.read_text("utf-8")).get(family) if PEERS.exists() else None
    if not chosen:
        return "", "", float("nan")
    scored = [(peer_f1(family, name, setting, seeds), name, setting) for name, setting in chosen.items()]
    f1, name, setting = max(scored)
    return name, ", ".join(f"{value:g}" for value in setting), f1


def write_days(folder: Path, family: str, seeds: Sequence[int]) -> None:
    """What an engine may see of each seed's days, for benchmarks/stress_other.py."""
    for seed in seeds:
        days = days_of(family, seed)
        to = folder / family / str(seed)
        to.mkdir(parents=True, exist_ok=True)
        pq.write_table(days.observations, to / "observations.parquet")
        known = {
            "sensors": [asdict(sensor) for sensor in days.sensors],
            "notices": [asdict(notice) for notice in days.notices],
            "parties": dict(days.parties),
        }
        (to / "setting.json").write_text(json.dumps(known, default=lambda moment: moment.isoformat()), "utf-8")


def keep_before(figures: Mapping[str, StressFigures], *, commit: str, when: str, seeds: str) -> None:
    """What another engine scored, to be held against: its log scores and shares, with where they come from."""
    document = {
        "commit": commit,
        "measured_on": when,
        "seeds": seeds,
        "families": {
            name: {
                "seeds": list(one.seeds),
                "incidents": one.sure.incidents,
                "listed": one.sure.listed,
                "log_score": one.sure.log_score.mean,
                "log_score_of_listed": one.sure.log_score_of_listed.mean,
                "said_surely": one.sure.surely.false.n,
                "false_of_these": one.sure.surely.false.k,
                "said_nearly": one.sure.nearly.false.n,
                "false_of_those": one.sure.nearly.false.k,
                "calibration_error": one.sure.calibration.ece,
                "f1": one.f1,
            }
            for name, one in figures.items()
        },
    }
    BEFORE.write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def final() -> list[Figure]:
    """The last measurement, on the final seeds. Writes stress.csv, stress-cells.csv and stress.md into docs/fusion."""
    figures = measure(by_engine, families=EVERYTHING, seeds_of=final_seeds)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "stress.csv").write_text(write_sheet(rows_of(figures)), encoding="utf-8")
    (FOLDER / "stress-cells.csv").write_text(write_sheet(cell_rows(figures)), encoding="utf-8")
    (FOLDER / "stress.md").write_text(page_of(rows_of(figures), cell_rows(figures)), encoding="utf-8")
    return bounds_of(figures, json.loads(BEFORE.read_text("utf-8")))


def main(arguments: Sequence[str]) -> int:
    """Measure on the tuning seeds, or what the options say; see the head of this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "families", nargs="*", metavar="FAMILY", help=f"of {', '.join(EVERYTHING)}; all if none is named"
    )
    parser.add_argument("--incidents", type=Path, help="what another tree's engine made")
    parser.add_argument("--write", type=Path, help="write the days for another tree, and measure nothing")
    parser.add_argument("--choose-peers", action="store_true")
    parser.add_argument("--first", type=int, metavar="N", help="only so many of the seeds, for a quick look")
    parser.add_argument("--final", action="store_true", help="the final seeds; only with --write or --incidents")
    parser.add_argument("--keep-before", metavar="COMMIT", help="keep the figures as those to be held against")
    parser.add_argument("--measured-on", default="")
    parser.add_argument("--cells", action="store_true", help="also calibration by rung and number of voices")
    chosen = parser.parse_args(arguments)
    families = chosen.families or list(EVERYTHING)
    if unknown := sorted(set(families) - set(EVERYTHING)):
        parser.error(f"no such family: {', '.join(unknown)}")
    if chosen.keep_before and chosen.first:
        parser.error("figures to be held against are of all seeds")
    if chosen.final and not (chosen.write or chosen.incidents):
        parser.error("the final seeds are for `make bench PARTS=stress`, and for another tree's engine")
    all_of = final_seeds if chosen.final else tuning_seeds

    def seeds_of(family: str) -> tuple[int, ...]:
        return all_of(family)[: chosen.first]

    if chosen.write:
        for family in families:
            write_days(chosen.write, family, seeds_of(family))
        return 0
    if chosen.choose_peers:
        choose_peers([family for family in families if family in FAMILIES])
        return 0
    engine = from_folder(chosen.incidents) if chosen.incidents else by_engine
    figures = measure(engine, families=families, seeds_of=seeds_of)
    sys.stdout.write(page_of(rows_of(figures), cell_rows(figures)) if chosen.cells else summary(figures))
    if chosen.keep_before:
        which = "final" if chosen.final else "tuning"
        keep_before(figures, commit=chosen.keep_before, when=chosen.measured_on, seeds=which)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
