"""Random numbers by name, errors, choices, and the chance of being noticed at a distance."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from trucewatch.geo.arrays import Floats

Amount = Floats | float


def stream(seed: int, *words: str) -> np.random.Generator:
    """The random numbers of one part of a simulation, named by words: no part's draws depend on another's."""
    return np.random.default_rng([seed, *"\x1f".join(words).encode()])


def reach_curve(distance_m: Amount, reach_m: Amount, *, best: Amount, sharpness: float) -> Floats:
    """The chance of noticing at this distance: half of the best at `reach_m`, falling steeply."""
    return np.asarray(best / (1.0 + (distance_m / reach_m) ** sharpness))


def unit_errors(rng: np.random.Generator, shape: tuple[int, ...], dof: float) -> Floats:
    """Errors of standard deviation 1: normal for dof 0, else Student's t, one denominator a row."""
    normal = rng.standard_normal(shape)
    if dof <= 0:
        return normal
    shrink = np.sqrt(rng.chisquare(dof, shape[0]) / (dof - 2.0))
    return np.asarray(normal / shrink.reshape(-1, *([1] * (len(shape) - 1))))


def choose(rng: np.random.Generator, shares: dict[str, float] | Any, n: int) -> npt.NDArray[np.object_]:
    """n words drawn by their shares (which need not add up to one)."""
    words = np.array(list(shares), dtype=object)
    weights = np.array([shares[word] for word in words], dtype=np.float64)
    return np.asarray(words[rng.choice(len(words), size=n, p=weights / weights.sum())], dtype=object)
