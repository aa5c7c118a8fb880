"""The one rounding of what is told of an incident: console, pages, tables, map files, feeds and terminal all use it.

The records keep what was measured; only what people or programs are told is rounded, and everywhere alike.
"""

from __future__ import annotations

from math import ceil, floor, log10
from typing import Final

import numpy as np
import numpy.typing as npt

PLACES: Final = 4
"""Decimals of a degree that are told: about 10 m."""
SURE: Final = 0.995
UNLIKELY: Final = 0.005
"""What probabilities above 0.99 and below 0.01 are told as: nothing is told as certain."""


def coordinate(degrees: float) -> float:
    """A longitude or latitude, degrees: 20.713572 → 20.7136."""
    return round(degrees, PLACES) + 0.0


def probability(value: float) -> float:
    """A probability to two decimals: 0.6551 → 0.66; 0.995 stands for above 0.99, 0.005 for below 0.01."""
    if value >= SURE:
        return SURE
    return UNLIKELY if value <= UNLIKELY else min(max(round(value, 2), 0.01), 0.99)


def two_figures(metres: float) -> int:
    """A length, distance or half-axis, metres, to two figures: 438 → 440; below 10 m upwards to a whole metre."""
    if metres < 0:
        return -two_figures(-metres)
    if metres < 10:
        return ceil(metres)
    step: int = 10 ** (floor(log10(metres)) - 1)
    return round(metres / step) * step


def two_figures_of(metres: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The same for many; what is no number stays."""
    size = np.abs(metres)
    has_figures = size >= 10
    step = 10.0 ** (np.floor(np.log10(np.where(has_figures, size, 10.0))) - 1)
    return np.copysign(np.where(has_figures, np.round(size / step) * step, np.ceil(size)), metres)


def azimuth(degrees: float) -> int:
    """The direction of an axis, whole degrees from 0 to 179."""
    return round(degrees) % 180


def power(value: float) -> float:
    """An intensity in its own unit, as megawatts of heat: to two decimals."""
    return round(value, 2)
