"""Reports as columns while they are made: what is delivered, and beside it what only the simulator knows of each
row."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from trucewatch.geo.arrays import Floats, Ints, Mask
from trucewatch.simulate.benchmark.ground import Ground
from trucewatch.simulate.chance import unit_errors
from trucewatch.simulate.places import moved, step

DELIVERED: Final[dict[str, Any]] = {
    "source": "",
    "sensor": "",
    "means": "",
    "kind": "",
    "aspect": "undetermined",
    "start_s": np.nan,
    "end_s": np.nan,
    "time_sd_s": np.nan,
    "lon": np.nan,
    "lat": np.nan,
    "semi_major_m": np.nan,
    "semi_minor_m": np.nan,
    "major_azimuth_deg": np.nan,
    "observer_lon": np.nan,
    "observer_lat": np.nan,
    "bearing_deg": np.nan,
    "bearing_sd_deg": np.nan,
    "range_m": np.nan,
    "range_sd_m": np.nan,
    "count_min": -1,
    "count_best": -1,
    "count_max": -1,
    "intensity": np.nan,
    "intensity_unit": "",
    "source_quality": "",
    "claimed_by": "",
    "known_s": np.nan,
    "text": "",
    "key": "",
    "known_at_assumed": False,
    "product_rank": 1,
}
"""Columns of a report, and what stands where a means says nothing."""

HIDDEN: Final[dict[str, Any]] = {
    "event": -1,
    "is_outlier": False,
    "is_echo": False,
    "why": "",
    "form": "",
    "own_1": np.nan,
    "own_2": np.nan,
    "own_azimuth": 0.0,
    "true_bearing": np.nan,
    "true_range": np.nan,
    "dof": 0.0,
    "draw": "",
    "shared": "",
    "shared_place_m": 0.0,
    "shared_bearing_rad": 0.0,
    "shared_range_share": 0.0,
}
"""event: row of the true event, -1 for clutter. why: what is wrong with a row on purpose. form: place, bearing or
bearing_range. own_1, own_2: the standard deviations of the row's own error (place: along its axes in m; bearing in
radians and range in m); shared: the name of what it has in common with other rows, with its size. draw: rows of one
draw are repetitions."""

_TEXTS = frozenset(name for name, value in {**DELIVERED, **HIDDEN}.items() if isinstance(value, str))


class Reports:
    """Blocks of reports of one length each, joined at the end."""

    def __init__(self) -> None:
        self._blocks: list[dict[str, Any]] = []

    def add(self, n: int, **columns: Any) -> None:
        """One block; a column is an array of n values or one value for all. Unknown names are refused."""
        unknown = set(columns) - set(DELIVERED) - set(HIDDEN)
        if unknown:
            raise TypeError(f"no such column: {sorted(unknown)}")
        if n:
            self._blocks.append(
                {
                    name: np.broadcast_to(
                        np.asarray(columns.get(name, default), dtype=object if name in _TEXTS else None), (n,)
                    )
                    for name, default in {**DELIVERED, **HIDDEN}.items()
                }
            )

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """All blocks, one after the other."""
        if not self._blocks:
            return {}
        return {name: np.concatenate([block[name] for block in self._blocks]) for name in self._blocks[0]}


def natural_key(ground: Ground, key: str) -> str:
    """What names a row among those of its source."""
    return f"{ground.density_name}|{ground.seed}|{key}"


def keys(prefix: str, rows: Any) -> npt.NDArray[np.object_]:
    """`prefix|number` for each row."""
    return np.array([f"{prefix}|{row}" for row in rows], dtype=object)


def told_counts(count: Ints, rng: np.random.Generator, *, low: float = 0.8, high: float = 1.2) -> dict[str, Ints]:
    """What is told of a number of rounds; nothing (-1) where there is nothing to count."""
    best = np.maximum(1, np.round(count * rng.uniform(low, high, len(count))).astype(np.int64))
    spread = np.maximum(best // 4, (best > 1).astype(np.int64))
    counts = {"count_min": np.maximum(1, best - spread), "count_best": best, "count_max": best + spread}
    return {name: np.where(count > 0, value, -1) for name, value in counts.items()}


def scattered(
    ground: Ground,
    lon: Floats,
    lat: Floats,
    rng: np.random.Generator,
    *,
    major_m: Floats,
    minor_m: Floats,
    azimuth_deg: Floats,
    dof: float,
    outlier_share: float,
) -> tuple[Floats, Floats, Mask]:
    """Places with errors along the axes of their ellipses, and which of them are gross outliers."""
    n = len(lon)
    error = unit_errors(rng, (n, 2), dof)
    theta = np.radians(azimuth_deg)
    along, across = error[:, 0] * major_m, error[:, 1] * minor_m
    outlier = rng.random(n) < outlier_share
    away = rng.uniform(*ground.parameters.errors.outlier_sigmas, n) * major_m
    turn = rng.uniform(0.0, 2 * np.pi, n)
    east = np.where(outlier, away * np.sin(turn), along * np.sin(theta) + across * np.cos(theta))
    north = np.where(outlier, away * np.cos(turn), along * np.cos(theta) - across * np.sin(theta))
    return (*moved(lon, lat, east, north), outlier)


def placed_by_range(
    observer: tuple[float, float], bearing_deg: Floats, range_m: Floats, *, bearing_sd_deg: float, range_sd_m: Floats
) -> dict[str, Floats]:
    """The place and ellipse that a bearing with a range amount to. They are one measurement, not two."""
    n = len(bearing_deg)
    lon, lat = step(np.full(n, observer[0]), np.full(n, observer[1]), bearing_deg, range_m)
    across = range_m * np.radians(bearing_sd_deg)
    along_is_major = range_sd_m >= across
    return {
        "lon": lon,
        "lat": lat,
        "semi_major_m": np.maximum(range_sd_m, across),
        "semi_minor_m": np.minimum(range_sd_m, across),
        "major_azimuth_deg": np.mod(np.where(along_is_major, bearing_deg, bearing_deg + 90.0), 180.0),
    }
