"""What each means is like where a row does not say so itself: `means.toml`, as arrays in the order of MEANS."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from trucewatch.model.observation import MEANS

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeansTable:
    """One value a means, in the order of `model.observation.MEANS`; the meaning of each is told in `means.toml`."""

    place_sd_m: Floats
    time_sd_s: Floats
    once: npt.NDArray[np.bool_]
    shared: Floats
    tail: Floats
    reach_m: Floats
    silence: Floats
    founded: Floats
    echoes: Floats


@lru_cache(maxsize=1)
def means_table() -> MeansTable:
    """The table that comes with the program."""
    read = tomllib.loads(files("trucewatch.fusion").joinpath("means.toml").read_text("utf-8"))

    def column(name: str) -> Floats:
        return np.array([read[means][name] for means in MEANS], dtype=np.float64)

    return MeansTable(
        place_sd_m=column("place_sd_m"),
        time_sd_s=column("time_sd_s"),
        once=column("once").astype(np.bool_),
        shared=column("shared"),
        tail=column("tail"),
        reach_m=column("reach_m"),
        silence=column("silence"),
        founded=column("founded"),
        echoes=column("echoes"),
    )
