"""What each means is like where a row does not say so itself: `means.toml`, as arrays in the order of MEANS."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from trucewatch.geo.arrays import Floats, Mask
from trucewatch.model.observation import MEANS


@dataclass(frozen=True, slots=True, kw_only=True)
class MeansTable:
    """One value a means, in the order of `model.observation.MEANS`; the meaning of each is told in `means.toml`."""

    place_sd_m: Floats
    time_sd_s: Floats
    once: Mask
    shared: Floats
    tail: Floats
    reach_m: Floats
    silence: Floats
    founded: Floats
    echoes: Floats
    counts_few: Floats
    counts_many: Floats


@lru_cache(maxsize=1)
def means_table() -> MeansTable:
    """The table that comes with the program."""
    read = tomllib.loads(files("trucewatch.fusion").joinpath("means.toml").read_text("utf-8"))
    columns: dict[str, Any] = {
        name: np.array([read[means][name] for means in MEANS], dtype=np.bool_ if name == "once" else np.float64)
        for name in (field.name for field in fields(MeansTable))
    }
    return MeansTable(**columns)
