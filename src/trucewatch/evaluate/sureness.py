"""Verdicts → the figures of how sure: false among what is said with so much, calibration, the logarithmic score, and
what would pass as forbidden fire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trucewatch.evaluate.score import Calibration, Share, calibrate
from trucewatch.evaluate.verdicts import MATCHED, SECOND_LISTING, Verdicts
from trucewatch.geo.arrays import Floats, Mask

SURELY, NEARLY = 0.99, 0.95
BINS = 15
RUNGS = ("claimed", "recorded", "assessed", "corroborated")
VOICES = ("1", "2", "3", "4 or more")
_ROUNDING = 5e-4
"""Probabilities are kept to three decimals: 0.99 stands for whatever rounds to it."""
_SAID_AT_LEAST = 0.001
"""What the logarithm is taken of lies between this and 1 less this."""
PASSES = 0.9
"""From which chance of forbidden fire on an incident would count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Incidents that were said with probabilities of one band: false ones, those of them that are echoes, and beside
    them merges and second listings."""

    false: Share
    echoes: int
    merged: int
    second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogScore:
    """The mean of ln of what was said of what came, each incident once, and the same for one who says the share that
    is true of each. 0 is best."""

    mean: float
    of_base_rate: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """All figures of one family, or of several pooled. NaN where there is nothing to count."""

    incidents: int
    listed: int
    surely: Band
    nearly: Band
    all_listed: Band
    calibration: Calibration
    calibration_by_origin: Calibration
    by_rung: Mapping[str, Calibration]
    by_voices: Mapping[str, Calibration]
    log_score: LogScore
    log_score_of_listed: LogScore
    passing_not_forbidden: Share
    """Of what would pass as forbidden fire: false, or of a screened cause."""
    forbidden_passing: Share
    """Of the events of fire that two means reported: those that would pass."""


def sureness(verdicts: Verdicts) -> Sureness:
    """The figures of `verdicts`; an incident is of an event if it is matched or a second listing."""
    happened, listed = verdicts.happened, verdicts.listed
    true = ~verdicts.is_false
    surely = happened >= SURELY - _ROUNDING
    nearly = (happened >= NEARLY - _ROUNDING) & ~surely
    number = np.minimum(np.maximum(verdicts.voices, 1), len(VOICES))
    passes = verdicts.fire >= PASSES - _ROUNDING
    kept = verdicts.told_by_two
    return Sureness(
        incidents=len(happened),
        listed=int(listed.sum()),
        surely=_band(verdicts, surely),
        nearly=_band(verdicts, nearly),
        all_listed=_band(verdicts, listed),
        calibration=calibrate(happened, true, bins=BINS),
        calibration_by_origin=calibrate(happened, verdicts.by_origin, bins=BINS),
        by_rung={
            rung: calibrate(happened[of], true[of], bins=BINS)
            for rung in RUNGS
            for of in [np.asarray(verdicts.rung == rung)]
        },
        by_voices={
            word: calibrate(happened[of], true[of], bins=BINS)
            for count, word in enumerate(VOICES, 1)
            for of in [np.asarray(number == count)]
        },
        log_score=log_score(happened, true),
        log_score_of_listed=log_score(happened[listed], true[listed]),
        passing_not_forbidden=Share(k=int((passes & ~verdicts.forbidden).sum()), n=int(passes.sum())),
        forbidden_passing=Share(k=int((verdicts.said_of_it[kept] >= PASSES - _ROUNDING).sum()), n=int(kept.sum())),
    )


def log_score(stated: Floats, was: Mask) -> LogScore:
    """The mean logarithm of the probability given to what came.

    Source: Good (1952), Rational Decisions, J. Royal Statistical Society B 14, 107. Probabilities are clipped, so that
    a single certain mistake does not outweigh everything.
    """
    n = len(stated)
    if not n:
        return LogScore(mean=float("nan"), of_base_rate=float("nan"), n=0)
    return LogScore(mean=_mean_log(stated, was), of_base_rate=_mean_log(np.full(n, was.mean()), was), n=n)


def _mean_log(stated: Floats, was: Mask) -> float:
    clipped = np.clip(stated, _SAID_AT_LEAST, 1.0 - _SAID_AT_LEAST)
    return float(np.mean(np.log(np.where(was, clipped, 1.0 - clipped))))


def _band(verdicts: Verdicts, which: Mask) -> Band:
    return Band(
        false=Share(k=int((which & verdicts.is_false).sum()), n=int(which.sum())),
        echoes=int((which & verdicts.is_false & verdicts.echo).sum()),
        merged=int((which & (verdicts.outcome == MATCHED) & verdicts.merged).sum()),
        second=int((which & (verdicts.outcome == SECOND_LISTING)).sum()),
    )
