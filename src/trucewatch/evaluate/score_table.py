"""Scores as a table: one row a density and method, as records and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from math import isnan

from trucewatch.evaluate.score import MEANS_CELLS, Score

Scores = Mapping[tuple[str, str], Score]
"""(density, method) → score."""


def score_rows(scores: Scores) -> list[dict[str, str]]:
    """Every figure as text, in the order given. A dash stands where there is nothing to count."""
    rows = []
    for (density, method), score in scores.items():
        row = {
            "density": density,
            "method": method,
            "true events": str(score.events),
            "listed": str(score.listed),
            "precision": _number(score.precision, 3),
            "recall": _number(score.recall, 3),
            "F1": _number(score.f1, 3),
            "error, median (m)": _number(score.error_median_m, 0),
            "error, 90 % (m)": _number(score.error_p90_m, 0),
        }
        for name, cell in zip(MEANS_CELLS, score.coverage, strict=True):
            low, high = cell.interval if cell.n else (float("nan"), float("nan"))
            row[f"in 95 % ellipse, {name} means"] = (
                f"{_number(100 * cell.value, 1)} % ({_number(100 * low, 1)}–{_number(100 * high, 1)}; n {cell.n})"
                if cell.n
                else "–"
            )
        row |= {
            "Brier": _number(score.calibration.brier, 4),
            "calibration error": _number(score.calibration.ece, 4),
            "n said": str(score.calibration.n),
            "delay to list, median (s)": _number(score.delay_median_s, 0),
            "delay to list, 90 % (s)": _number(score.delay_p90_s, 0),
            "pairs: precision": _number(score.pair_precision, 3),
            "pairs: recall": _number(score.pair_recall, 3),
            "kind right": _number(score.kind_right.value, 3),
            "error ÷ bound": _number(score.bound_ratio, 3),
            "n bound": str(score.bound_n),
            "error ÷ bound, devices": _number(score.bound_ratio_of_devices, 3),
            "n bound, devices": str(score.bound_n_of_devices),
        }
        rows.append(row)
    return rows


def write_sheet(rows: Sequence[Mapping[str, str]]) -> str:
    """The rows as CSV text."""
    if not rows:
        return ""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _number(value: float, digits: int) -> str:
    return "–" if isnan(value) else f"{value:.{digits}f}"
