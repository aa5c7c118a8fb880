"""Probabilities of incidents → from how many to how many of them were events, and of how many rounds."""

from __future__ import annotations

from typing import Final

import numpy as np

from trucewatch.geo.arrays import Floats, Mask

SHARED_SPREAD: Final = 2.0
"""One sigma, in log-odds, of the error that the probabilities of lone reports of one period have in common. They rest
on one device's books: in an hour of false alarms all of them are too high, in an hour of fire all are too low.
Measured on tuning seeds (`benchmarks/period_counts.py`): with it the interval holds the number of events in 60 of 65
periods, with 1 in 39. It is as wide as what the engine does not know of one device, and shrinks if that is learnt."""

_TAILS: Final = (0.025, 0.975)
_STEPS: Final = 33
"""So many equally probable values stand for the shared error."""
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
    below = np.cumsum(_poisson_binomial(parts).mean(axis=0))
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
    from scipy.special import ndtr

    parts = _shifted(happened, alone)
    mean, sd = parts @ counts, np.sqrt((parts * (1 - parts)) @ counts**2) + 1e-9
    low, high = float((mean - 6 * sd).min()), float((mean + 6 * sd).max())
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if ndtr((middle - mean) / sd).mean() < share else (low, middle)
    return high


def _shifted(happened: Floats, alone: Mask) -> Floats:
    """The probabilities at each value of the shared error, shape (values, n); once as they are where no report is
    alone."""
    from scipy.special import ndtri

    if not alone.any():
        return happened[None]
    clipped = np.clip(happened, _FINEST, 1 - _FINEST)
    odds = np.log(clipped / (1 - clipped)) + SHARED_SPREAD * ndtri((np.arange(_STEPS) + 0.5) / _STEPS)[:, None]
    return np.where(alone, 1 / (1 + np.exp(-odds)), happened)


def _poisson_binomial(chances: Floats) -> Floats:
    """The probabilities of 0 to n events for each row of chances, shape (rows, n + 1); pairwise products of generating
    functions."""
    from scipy.special import ndtr

    rows, count = chances.shape
    if count > _MOST_EXACT:
        bounds = np.arange(-1, count + 1) + 0.5
        sd = np.sqrt((chances * (1 - chances)).sum(axis=1)) + 1e-9
        below = ndtr((bounds - chances.sum(axis=1)[:, None]) / sd[:, None])
        return np.asarray(np.diff(below, axis=1), dtype=np.float64)
    parts = np.zeros((rows, 1 << max(count - 1, 0).bit_length(), 2))
    parts[:, :, 0] = 1.0
    parts[:, :count] = np.stack((1 - chances, chances), axis=2)
    while parts.shape[1] > 1:
        size = 2 * parts.shape[2]
        turned = np.fft.rfft(parts, size, axis=2)
        products = np.fft.irfft(turned[:, 0::2] * turned[:, 1::2], size, axis=2)
        parts = np.maximum(products[:, :, : size - 1], 0.0)
    whole = parts[:, 0, : count + 1]
    return np.asarray(whole / whole.sum(axis=1, keepdims=True), dtype=np.float64)
