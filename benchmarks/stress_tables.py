"""The figures of how sure the engine is on stress days, as tables for the docs and held against the issue's bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

from benchmarks.figures import Figure

from trucewatch.evaluate import Sureness
from trucewatch.evaluate.score import Calibration, Share
from trucewatch.simulate.benchmark import DENSITIES

LEAST_ELLIPSES = 300
"""Fewer are pooled over all families before they are held against the bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StressFigures:
    """All that is published of one family; `sure` of its verdicts, the rest of `judge`."""

    family: str
    seeds: tuple[int, ...]
    events: int
    listed: int
    f1: float
    peer_f1: float
    peer: str
    coverage: Share
    sure: Sureness


def rows_of(figures: Mapping[str, StressFigures]) -> list[dict[str, str]]:
    """One row a family, every figure as text with its counts."""
    rows = []
    for name, one in figures.items():
        sure = one.sure
        rows.append(
            {
                "family": name,
                "seeds": str(len(one.seeds)) if one.seeds else "–",
                "true events": f"{one.events:,}",
                "incidents": f"{sure.incidents:,}",
                "listed": f"{sure.listed:,}",
                "said ≥ 0.99": f"{sure.surely.false.n:,}",
                "false of these": _counted(sure.surely.false),
                "echoes among the false": str(sure.surely.echoes),
                "merges, second listings of these": f"{sure.surely.merged}, {sure.surely.second}",
                "said 0.95–0.99": f"{sure.nearly.false.n:,}",
                "false of those": _counted(sure.nearly.false),
                "false of listed": _counted(sure.all_listed.false),
                "merges, second listings of listed": f"{sure.all_listed.merged}, {sure.all_listed.second}",
                "calibration error": _number(sure.calibration.ece, 3),
                "calibration error by origin": _number(sure.calibration_by_origin.ece, 3),
                "ellipses that hold": _counted(one.coverage),
                "log score": _number(sure.log_score.mean, 4),
                "log score of base rate": _number(sure.log_score.of_base_rate, 4),
                "log score of listed": _number(sure.log_score_of_listed.mean, 4),
                "F1": _number(one.f1, 3),
                "better peer's F1": _number(one.peer_f1, 3),
                "better peer": one.peer,
                "passes, and is no forbidden fire": _counted(sure.passing_not_forbidden),
                "fire told by two means that passes": _counted(sure.forbidden_passing),
            }
        )
    return rows


def cell_rows(figures: Mapping[str, StressFigures]) -> list[dict[str, str]]:
    """Calibration by rung and by number of voices: one row a cell that holds anything."""
    rows = []
    for name, one in figures.items():
        cells = {f"rung {rung}": cell for rung, cell in one.sure.by_rung.items()}
        cells |= {f"voices {voices}": cell for voices, cell in one.sure.by_voices.items()}
        rows += [
            {
                "family": name,
                "of": word,
                "n": f"{cell.n:,}",
                "said on average": _number(_said(cell), 3),
                "so it was": _number(_was(cell), 3),
                "calibration error": _number(cell.ece, 3),
            }
            for word, cell in cells.items()
            if cell.n
        ]
    return rows


def markdown(rows: Sequence[Mapping[str, str]]) -> str:
    """The rows as a Markdown table."""
    if not rows:
        return ""
    head = list(rows[0])
    lines = [head, ["---"] * len(head), *(list(row.values()) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _said(cell: Calibration) -> float:
    return sum(each.stated * each.was.n for each in cell.bins) / cell.n


def _was(cell: Calibration) -> float:
    return sum(each.was.k for each in cell.bins) / cell.n


def _counted(share: Share) -> str:
    """`1.2 % (12 of 1,000; 0.6–2.1)`."""
    if not share.n:
        return "–"
    low, high = share.interval
    return f"{100 * share.value:.1f} % ({share.k:,} of {share.n:,}; {100 * low:.1f}–{100 * high:.1f})"


def _number(value: float, digits: int) -> str:
    return "–" if isnan(value) else f"{value:.{digits}f}"


def page_of(rows: Sequence[Mapping[str, str]], cells: Sequence[Mapping[str, str]]) -> str:
    """The tables of the page in docs, columns in groups that a screen can hold: of `rows_of` and `cell_rows`."""
    groups = (
        ("seeds", "true events", "incidents", "listed", "F1", "better peer's F1", "better peer"),
        ("said ≥ 0.99", "false of these", "said 0.95–0.99", "false of those", "false of listed"),
        (
            "echoes among the false",
            "merges, second listings of these",
            "merges, second listings of listed",
            "ellipses that hold",
        ),
        ("calibration error", "calibration error by origin"),
        ("log score", "log score of base rate", "log score of listed"),
        ("passes, and is no forbidden fire", "fire told by two means that passes"),
    )
    tables = [
        markdown([{"family": row["family"], **{name: row[name] for name in group}} for row in rows]) for group in groups
    ]
    return "\n".join([*tables, markdown(cells)])


def bounds_of(figures: Mapping[str, StressFigures], before: Mapping[str, Any]) -> list[Figure]:
    """The issue's bounds, a family at a time."""
    kept: list[Figure] = []
    for name, one in figures.items():
        if name == "all":
            continue
        if name in DENSITIES:
            kept += _still_speaks(name, one, before["families"].get(name))
            continue
        sure, title = one.sure, f"stress, {name}"
        ellipses = one.coverage if one.coverage.n >= LEAST_ELLIPSES else figures["all"].coverage
        kept += [
            _share(f"{title}: false among said ≥ 0.99", sure.surely.false, 2.0),
            _share(f"{title}: false among said 0.95–0.99", sure.nearly.false, 8.0),
            Figure(f"{title}: calibration error", (sure.calibration.ece,), "", 0.06, f"n {sure.calibration.n:,}"),
            *_ellipses(title, ellipses, one.coverage.n),
            *_log_scores(title, sure, before["families"].get(name)),
            Figure(
                f"{title}: F1 less the better peer's",
                (one.f1 - one.peer_f1,),
                "",
                0.0,
                f"{one.f1:.3f} against {one.peer_f1:.3f}, {one.peer}",
                at_least=True,
            ),
        ]
    if "holds" in figures:
        sure = figures["holds"].sure
        kept.append(_share("stress, holds: passes and is no forbidden fire", sure.passing_not_forbidden, 5.0))
        kept.append(
            _share("stress, holds: of fire that two means told, passes", sure.forbidden_passing, 50.0, at_least=True)
        )
    return kept


def _share(name: str, share: Share, bound: float, *, at_least: bool = False) -> Figure:
    value = 100 * share.value if share.n else (100.0 if at_least else 0.0)
    low, high = share.interval if share.n else (0.0, 1.0)
    note = f"{share.k:,} of {share.n:,}; 95 % interval {100 * low:.1f}–{100 * high:.1f}"
    return Figure(name, (value,), "%", bound, note, at_least=at_least)


def _ellipses(title: str, share: Share, own: int) -> list[Figure]:
    off = max(90.0 - 100 * share.value, 100 * share.value - 97.0, 0.0)
    pooled = "" if own >= LEAST_ELLIPSES else f"; its own {own} are too few, so all families'"
    note = f"{100 * share.value:.1f} % of {share.n:,}{pooled}"
    return [Figure(f"{title}: 95 % ellipses that hold the truth, outside 90–97 by", (off,), "points", 0.0, note)]


def _still_speaks(name: str, one: StressFigures, before: Mapping[str, float] | None) -> list[Figure]:
    """Where the assumptions hold: the share of the list that is said with 0.99, against that of before."""
    surely = one.sure.surely.false
    if not before or not one.listed:
        return []
    share, was = surely.n / one.sure.listed, before["said_surely"] / before["listed"]
    note = f"{surely.n:,} of {one.sure.listed:,}, {surely.k:,} false"
    note += f"; before {before['said_surely']:,} of {before['listed']:,}"
    return [Figure(f"{name} days: share said ≥ 0.99 ÷ that of before", (share / was,), "×", 0.9, note, at_least=True)]


def _log_scores(title: str, sure: Sureness, before: Mapping[str, float] | None) -> list[Figure]:
    said = sure.log_score
    figures = [
        Figure(
            f"{title}: log score less the base rate's",
            (said.mean - said.of_base_rate,),
            "",
            0.0,
            f"{said.mean:.4f} against {said.of_base_rate:.4f}, n {said.n:,}",
            at_least=True,
        )
    ]
    if before:
        note = f"{said.mean:.4f} against {before['log_score']:.4f}"
        figures.append(
            Figure(
                f"{title}: log score less that of before",
                (said.mean - before["log_score"],),
                "",
                0.0,
                note,
                at_least=True,
            )
        )
    return figures


def summary(figures: Mapping[str, StressFigures]) -> str:
    """A few columns a family, for a terminal."""
    lines = [
        f"{'family':<16}{'listed':>7}{'≥.99':>7}{'false':>6}{'%':>6}{'≥.95':>7}{'false':>6}{'%':>6}"
        f"{'ECE':>7}{'in95':>7}{'log':>8}{'base':>8}{'logL':>8}{'F1':>7}{'peer':>7}{'pass':>6}{'wrong':>7}{'kept':>12}"
    ]
    for name, one in figures.items():
        sure, inside = one.sure, 100 * one.coverage.value
        surely, nearly = sure.surely.false, sure.nearly.false
        lines.append(
            f"{name:<16}{sure.listed:>7}{surely.n:>7}{surely.k:>6}{100 * surely.value:>6.1f}"
            f"{nearly.n:>7}{nearly.k:>6}{100 * nearly.value:>6.1f}{sure.calibration.ece:>7.3f}{inside:>7.1f}"
            f"{sure.log_score.mean:>8.3f}{sure.log_score.of_base_rate:>8.3f}{sure.log_score_of_listed.mean:>8.3f}"
            f"{one.f1:>7.3f}{one.peer_f1:>7.3f}{sure.passing_not_forbidden.n:>6}{sure.passing_not_forbidden.k:>7}"
            f"{sure.forbidden_passing.k:>6}/{sure.forbidden_passing.n}"
        )
    return "\n".join(lines) + "\n"
