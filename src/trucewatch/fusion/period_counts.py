"""Probabilities of incidents → from how many to how many of them were events, and of how many rounds."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.stats import norm

from trucewatch.geo.arrays import Floats, Mask

SHARED_SPREAD: Final = 3.0
"""One sigma, in log-odds, of the error that the probabilities of lone reports of one period have in common. They rest
on one device's books: in an hour of false alarms all of them are too high, in an hour of fire all are too low.
Measured on tuning seeds (`benchmarks/period_counts.py`): with it the interval holds the number of events in 35 of 39
periods, with 1 in 21. It is as wide as what the engine does not know of one device, and shrinks if that is learnt."""

_TAILS: Final = (0.025, 0.975)
_STEPS: Final = norm.ppf((np.arange(33) + 0.5) / 33)  # equally probable values of the shared error, in sigma
_FINEST: Final = 0.0005  # probabilities come to three decimals: none of a lone report is known better
_MOST_EXACT: Final = 4096
"""Up to so many incidents the distribution is worked out exactly; beyond, the normal one differs by less than one."""


def count_events(happened: Floats, alone: Mask) -> tuple[int, int]:
    """From how many to how many of these were events: the middle 95 % of their number.

    happened: probabilities, shape (n,); one that nobody knows (NaN) may be either. alone: whose probability rests on a
    report that stands alone; these share an error of SHARED_SPREAD in log-odds, all others are independent. Given the
    shared error the number is Poisson-binomial; it is averaged over the values of the error.
    Source: Poisson-binomial distribution by its generating function (Hong, 2013, On computing the distribution function
    for the Poisson binomial distribution, section 2).
    """
    known = np.isfinite(happened)
    parts = _shifted(happened[known], alone[known])
    below = np.cumsum(np.mean([_poisson_binomial(chances) for chances in parts], axis=0))
    # A little less than the bound, so that sums which round to it do not move the answer by one.
    low, high = (int(np.searchsorted(below, share - 1e-12)) for share in _TAILS)
    return low, high + int((~known).sum())


def count_rounds(happened: Floats, alone: Mask, low: Floats, high: Floats) -> tuple[int, int]:
    """From how many to how many rounds: an incident that happened stands for its counts, from `low` to `high` each.

    By the normal distribution, given the shared error. An unknown probability counts 0 below and all above.
    """
    known = np.isfinite(happened)
    least = _weighted_quantile(happened[known], alone[known], low[known], _TAILS[0])
    most = _weighted_quantile(np.where(known, happened, 1.0), alone, high, _TAILS[1])
    return max(int(np.ceil(least - 0.5)), 0), int(min(np.floor(most + 0.5), high.sum()))


def _weighted_quantile(happened: Floats, alone: Mask, counts: Floats, share: float) -> float:
    """The point below which the sum of the counts of what happened lies with this probability."""
    parts = _shifted(happened, alone)
    mean = np.array([chances @ counts for chances in parts])
    sd = np.array([np.sqrt((chances * (1 - chances)) @ counts**2) for chances in parts]) + 1e-9
    low, high = float((mean - 6 * sd).min()), float((mean + 6 * sd).max())
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if np.mean(norm.cdf(middle, mean, sd)) < share else (low, middle)
    return high


def _shifted(happened: Floats, alone: Mask) -> list[Floats]:
    """The probabilities at each value of the shared error; once as they are where no report is alone."""
    if not alone.any():
        return [happened]
    clipped = np.clip(happened, _FINEST, 1 - _FINEST)
    odds = np.log(clipped / (1 - clipped))
    return [np.where(alone, 1 / (1 + np.exp(-(odds + SHARED_SPREAD * step))), happened) for step in _STEPS]


def _poisson_binomial(chances: Floats) -> Floats:
    """The probabilities of 0 to n events, shape (n + 1,); pairwise products of generating functions."""
    if len(chances) > _MOST_EXACT:
        bounds = np.arange(-1, len(chances) + 1) + 0.5
        below = norm.cdf(bounds, chances.sum(), np.sqrt((chances * (1 - chances)).sum()) + 1e-9)
        return np.asarray(np.diff(below), dtype=np.float64)
    width = 1 << max(len(chances) - 1, 0).bit_length()
    certain = np.zeros((width, 2))
    certain[:, 0] = 1.0
    certain[: len(chances)] = np.column_stack((1 - chances, chances))
    while len(certain) > 1:
        size = 2 * certain.shape[1]
        turned = np.fft.rfft(certain, size, axis=1)
        certain = np.maximum(np.fft.irfft(turned[0::2] * turned[1::2], size, axis=1), 0.0)
        certain = certain[:, : size - 1]
    whole = certain[0, : len(chances) + 1]
    return np.asarray(whole / whole.sum(), dtype=np.float64)
