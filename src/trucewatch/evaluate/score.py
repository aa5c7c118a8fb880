"""Raw outcomes → the figures: precision and recall, location error, coverage, calibration, delay, association,
bound."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.stats import beta

from trucewatch.evaluate.judge import Judged
from trucewatch.geo.arrays import Floats, Mask

MEANS_CELLS = ("1", "2", "3", "≥ 4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """k of n, with the 95 % interval of Clopper and Pearson (1934), Biometrika 26, 404."""

    k: int
    n: int

    @property
    def value(self) -> float:
        return self.k / self.n if self.n else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        low = float(beta.ppf(0.025, self.k, self.n - self.k + 1)) if self.k else 0.0
        high = float(beta.ppf(0.975, self.k + 1, self.n - self.k)) if self.k < self.n else 1.0
        return low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """What was said on average, and how often it was so."""

    stated: float
    was: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Brier score, expected calibration error, and its bins. NaN where nothing was said."""

    brier: float
    ece: float
    n: int
    bins: tuple[ReliabilityBin, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """All figures of one list, or of several pooled. NaN where there is nothing to count."""

    precision: float
    recall: float
    f1: float
    listed: int
    events: int
    matched: int
    unplaced: int
    unlocatable: int
    unreported: int
    error_median_m: float
    error_p90_m: float
    coverage: tuple[Share, ...]
    """By number of means, in the order of MEANS_CELLS."""
    coverage_of_all: Share
    calibration: Calibration
    delay_median_s: float
    delay_p90_s: float
    pair_precision: float
    pair_recall: float
    kind_right: Share
    bound_ratio: float
    bound_n: int
    bound_ratio_of_devices: float
    bound_n_of_devices: int


def score(judged: Judged) -> Score:
    """The figures of `judged`; see `Judged` for what each rests on.

    bound_ratio: the root of the mean of squared error ÷ trace of the bound, each incident with its own bound; 1 cannot
    be beaten on average. `of_devices`: of the incidents whose reports all have normal errors.
    """
    precision = _ratio(judged.matched, judged.listed)
    recall = _ratio(judged.matched, judged.events)
    cells = np.minimum(judged.means, 4)
    devices = judged.all_normal
    return Score(
        precision=precision,
        recall=recall,
        f1=_ratio(2 * judged.matched, judged.listed + judged.events),
        listed=judged.listed,
        events=judged.events,
        matched=judged.matched,
        unplaced=judged.unplaced,
        unlocatable=judged.unlocatable,
        unreported=judged.unreported,
        error_median_m=_quantile(judged.error_m, 0.5),
        error_p90_m=_quantile(judged.error_m, 0.9),
        coverage=tuple(_share(judged.inside_95[cells == number]) for number in (1, 2, 3, 4)),
        coverage_of_all=_share(judged.inside_95),
        calibration=calibrate(judged.happened, judged.is_true),
        delay_median_s=_quantile(judged.delay_s, 0.5),
        delay_p90_s=_quantile(judged.delay_s, 0.9),
        pair_precision=_ratio(judged.pairs_right, judged.pairs_together),
        pair_recall=_ratio(judged.pairs_right, judged.pairs_true),
        kind_right=_share(judged.kind_right),
        bound_ratio=_root_mean(judged.squared_error_m2 / judged.bound_m2),
        bound_n=len(judged.bound_m2),
        bound_ratio_of_devices=_root_mean((judged.squared_error_m2 / judged.bound_m2)[devices]),
        bound_n_of_devices=int(devices.sum()),
    )


def calibrate(stated: Floats, was: Mask, *, bins: int = 10) -> Calibration:
    """How well probabilities agree with what happened.

    Brier: the mean of (stated − was)². Expected calibration error: the mean over bins of |mean stated − share that
    was|, weighted by their size; the bins hold equally many, by order of what was stated; equal probabilities stay in
    one bin.
    Source: Brier (1950), Monthly Weather Review 78, 1; Naeini, Cooper and Hauskrecht (2015), AAAI, for the error and
    its bins.
    """
    n = len(stated)
    if n == 0:
        return Calibration(brier=float("nan"), ece=float("nan"), n=0, bins=())
    order = np.argsort(stated, kind="stable")
    ordered, true = stated[order], was[order].astype(np.float64)
    edges = np.round(np.linspace(0, n, min(bins, n) + 1)).astype(np.int64)[1:-1]
    # A bin never ends within a run of equal probabilities: their order would decide what it holds.
    cuts = np.unique(np.r_[0, np.searchsorted(ordered, ordered[edges], side="left"), n])
    cells, error = [], 0.0
    for start, end in pairwise(cuts):
        mean, share = float(ordered[start:end].mean()), Share(k=int(true[start:end].sum()), n=int(end - start))
        error += share.n / n * abs(mean - share.value)
        cells.append(ReliabilityBin(stated=mean, was=share))
    return Calibration(brier=float(np.mean((stated - was) ** 2)), ece=error, n=n, bins=tuple(cells))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _share(which: Mask) -> Share:
    return Share(k=int(which.sum()), n=len(which))


def _quantile(values: Floats, at: float) -> float:
    return float(np.quantile(values, at)) if len(values) else float("nan")


def _root_mean(values: Floats) -> float:
    return float(np.sqrt(np.mean(values))) if len(values) else float("nan")
