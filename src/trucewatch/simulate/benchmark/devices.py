"""Where the devices stand and when they work: outages are drawn once and hold for every part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from trucewatch.geo.arrays import Floats, Mask
from trucewatch.simulate.benchmark.ground import DAY_S, Ground
from trucewatch.simulate.benchmark.parameters import Acoustic, Bounds, Camera, Post, Seismic

SOUND_MPS = 340.0
"""Of the round figure that bearings bent by wind and ranges are reckoned with."""


@dataclass(frozen=True)
class Device:
    """One device of these days. `down_s`: when it did not work, seconds since the first midnight, in order."""

    id: str
    means: str
    lon: float
    lat: float
    range_m: float
    bearing_sd_deg: float
    down_s: tuple[tuple[float, float], ...]

    @cached_property
    def _edges(self) -> Floats:
        return np.array(self.down_s, dtype=np.float64).reshape(-1)

    def is_up(self, seconds: Floats) -> Mask:
        """Whether it worked at these moments."""
        return np.asarray(np.searchsorted(self._edges, seconds, side="right") % 2 == 0)


def devices_of(ground: Ground, means: str) -> tuple[Device, ...]:
    """All devices of one means."""
    parameters = ground.parameters
    seismic = parameters.seismic
    posts = {
        "acoustic": parameters.acoustic.node,
        "camera": parameters.camera.post,
        "uav": parameters.uav.craft,
        "patrol": parameters.patrol.post,
        "seismic": (Post(id=seismic.sensor, km=seismic.km, range_m=seismic.range_m),),
    }
    return tuple(_device(ground, means, post) for post in posts[means])


def reach_of(kinds: npt.NDArray[np.object_], shares: Mapping[str, float], range_m: float) -> Floats:
    """How far each kind is noticed; next to nothing for a kind that cannot be."""
    return np.array([shares.get(kind, 0.0) for kind in kinds], dtype=np.float64) * range_m + 1e-3


def _device(ground: Ground, means: str, post: Post) -> Device:
    lon, lat = ground.place_of(post.km)
    parameters = ground.parameters
    if means in ("uav", "patrol"):
        down = _outside(ground, post.hours if means == "uav" else (parameters.patrol.hours,))
    else:
        failing: Mapping[str, Acoustic | Camera | Seismic] = {
            "acoustic": parameters.acoustic,
            "camera": parameters.camera,
            "seismic": parameters.seismic,
        }
        settings = failing[means]
        down = _outages(ground, post.id, settings.outage_every_days, settings.outage_hours)
    return Device(post.id, means, lon, lat, post.range_m, post.bearing_sd_deg, down)


def _outages(ground: Ground, name: str, every_days: float, hours: Bounds) -> tuple[tuple[float, float], ...]:
    """About one outage in so many days; those that overlap are one."""
    rng = ground.stream("outage", name)
    n = int(rng.poisson(ground.density.days / every_days))
    start = np.sort(np.round(rng.uniform(0.0, ground.length_s, n)))
    end = start + np.round(rng.uniform(*hours, n) * 3600.0)
    joined: list[tuple[float, float]] = []
    for begin, until in zip(start.tolist(), end.tolist(), strict=True):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((begin, until))
    return tuple(joined)


def _outside(ground: Ground, hours: tuple[Bounds, ...]) -> tuple[tuple[float, float], ...]:
    """All time outside of the daily hours in which it works."""
    edges = [0.0]
    for day in range(ground.density.days):
        for start, end in hours:
            edges += [day * DAY_S + start * 3600.0, day * DAY_S + end * 3600.0]
    edges.append((ground.density.days + 1) * DAY_S)
    return tuple(zip(edges[::2], edges[1::2], strict=True))
