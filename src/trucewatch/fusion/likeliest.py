"""What is believed and what the data say → the number that fits both best; and what both books are learnt with."""

from __future__ import annotations

from typing import Final

import numpy as np

from trucewatch.fusion.existence import Evidence
from trucewatch.geo.arrays import Floats
from trucewatch.model.observation import MEANS

DEVICES: Final = tuple(MEANS.index(word) for word in ("satellite", "seismic", "acoustic", "uav", "camera"))
WORDS: Final = tuple(MEANS.index(word) for word in ("public", "party", "event_list"))
_DEVICE_FACTOR: Final = 0.25
"""One standard deviation of the logarithm by which what is believed of one device may be off."""
STEPS: Final = np.exp(np.linspace(-5.0, 6.0, 221))
"""Factors between 1/150 and 400, a twentieth apart."""


def likeliest(
    believed: Floats, most: Floats, data: Floats, data_sd: Floats, spread: float = _DEVICE_FACTOR, weight: float = 2.0
) -> Floats:
    """The number up to `most` that fits best what is believed, with heavy tails, and what the data say."""
    believed = np.maximum(believed, 0.05)
    steps = np.minimum(STEPS[None, :] * believed[:, None], np.maximum(most, 0.05)[:, None])
    misfit = weight * np.log1p((np.log(steps / believed[:, None]) / spread) ** 2)
    misfit += ((steps - np.clip(data, 0.0, most)[:, None]) / data_sd[:, None]) ** 2
    # Of what is more than all reports the belief itself is wrong: it is taken as all of them.
    return np.asarray(steps[np.arange(len(most)), misfit.argmin(axis=1)])


def told_share(evidence: Evidence) -> float:
    """The share of events that two sources of devices noticed of which people tell besides."""
    voices, size = evidence.of_voices, len(evidence.voices)
    people = np.isin(voices.means, DEVICES, invert=True)
    pairs = np.unique(np.column_stack((voices.group_of, voices.source))[~people], axis=0)
    several = np.bincount(pairs[:, 0], minlength=size) >= 2
    told = np.bincount(voices.group_of, weights=people, minlength=size) > 0
    return float(told[several].sum() + 0.5) / float(several.sum() + 4.0)
