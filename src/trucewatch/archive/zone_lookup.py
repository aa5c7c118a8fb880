"""Zones and the line of an archive → in which zones each place lies at its time, and how many metres it is from the
line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from trucewatch.archive.row_kernels import key_places, spread_zones
from trucewatch.geo.line_index import LineIndex
from trucewatch.geo.zone_index import FOREVER, ZoneIndex
from trucewatch.model.times import ALWAYS, NEVER
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Zone

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

PLACED: Final = pa.list_(pa.dictionary(pa.int32(), pa.string()))
"""The ids of zones, by their numbers: words are neither copied nor compared when a file is written."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A zone or a line, as well-known binary, in `[from_us, until_us)`."""

    id: str
    wkb: bytes
    from_us: int
    until_us: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What has to be known of the ground; a value that can be sent to another machine. Its indexes are made where it is
    used."""

    zones: tuple[Drawn, ...] = ()
    lines: tuple[Drawn, ...] = ()

    def situate(self, lon: Floats, lat: Floats, when_us: Whole) -> tuple[Any, Floats]:
        """For each place the ids of its zones, a list column, and its distance from the line, NaN where there is
        none."""
        index = _index_of(self)
        # Neighbours are asked for one after the other: their cells are then at hand. It halves the time.
        keys = np.empty(len(lon), dtype=np.uint16)
        key_places(lon, lat, keys)
        order = np.argsort(keys, kind="stable")
        x, y, when = lon[order], lat[order], when_us[order]
        metres = np.empty(len(lon))
        metres[order] = index.metres_of(x, y, when)
        return index.zones_of(x, y, when, order), metres


class _Index:
    def __init__(self, situation: Situation) -> None:
        self.ids = pa.array([drawn.id for drawn in situation.zones], pa.string())
        self.always = all((drawn.from_us, drawn.until_us) == FOREVER for drawn in situation.zones)
        self.zones = ZoneIndex(
            [(shapely.from_wkb(drawn.wkb), drawn.from_us, drawn.until_us) for drawn in situation.zones]
        )
        self.lines = [
            (LineIndex(shapely.from_wkb(drawn.wkb)), drawn.from_us, drawn.until_us) for drawn in situation.lines
        ]

    def zones_of(self, lon: Floats, lat: Floats, when_us: Whole, order: Whole) -> Any:
        """A list column; its place number `order[i]` is the i-th that is given here."""
        rows, numbers = self.zones.pairs(lon, lat, None if self.always else when_us, threads=1)
        ends, zones = np.zeros(len(lon) + 1, dtype=np.int32), np.empty(len(numbers), dtype=np.int32)
        spread_zones(order, rows, numbers, ends, zones)
        return pa.ListArray.from_arrays(pa.array(ends), pa.DictionaryArray.from_arrays(pa.array(zones), self.ids))

    def metres_of(self, lon: Floats, lat: Floats, when_us: Whole) -> Floats:
        metres = np.full(len(lon), np.nan)
        for index, since, until in self.lines:
            if (since, until) == FOREVER:
                return index.distance(lon, lat, threads=1)
            valid = np.flatnonzero((when_us >= since) & (when_us < until))
            metres[valid] = index.distance(lon[valid], lat[valid], threads=1)
        return metres


_last_index = lru_cache(maxsize=1)(_Index)
_lock = Lock()


def _index_of(situation: Situation) -> _Index:
    """The index, made once in each process; only the last one is kept."""
    with _lock:  # the other threads wait for it instead of making their own
        return _last_index(situation)


def situation_of(watch: Watch) -> Situation:
    """Zones and line of a watch. Zones of kind `line` are lines, of which the watch names one."""
    zones = tuple(_drawn(zone) for zone in watch.zones if zone.kind != "line")
    lines = tuple(_drawn(zone) for zone in watch.zones if zone.kind == "line" and zone.id == watch.settings.line)
    return Situation(zones, lines)


def _drawn(zone: Zone) -> Drawn:
    since = FOREVER[0] if zone.valid_from == ALWAYS else round(zone.valid_from.timestamp() * 1e6)
    until = FOREVER[1] if zone.valid_until == NEVER else round(zone.valid_until.timestamp() * 1e6)
    return Drawn(zone.id, shapely.to_wkb(zone.geometry), since, until)
