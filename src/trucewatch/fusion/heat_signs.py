"""What a satellite's heat pixels show of their cause beside the heat: day or night, FIRMS's own type, and whether the
same place burnt on other days too.

Land use, season, weather and cloud are not known here. A field that is burnt off, a fire lit by shelling and a works
may all look alike in one pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from trucewatch.fusion.measurements import BURNS_BEFORE_S, Reports, numbers_of
from trucewatch.geo.arrays import Floats, Ints, Ints32, Mask
from trucewatch.geo.degrees import METRES_PER_DEGREE
from trucewatch.model.observation import KINDS, MEANS

TYPES: Final = ("vegetation", "volcano", "static", "offshore")
"""FIRMS's `type` 0 to 3 of its standard product: presumed vegetation fire, active volcano, other static land source,
offshore. Near-real-time rows have none."""
WITHIN_DAYS: Final = 90
"""Days before and after a pixel in which its place is looked at again: half a year in all, so that the fields of spring
and those of autumn are not taken for one fire that never goes out."""
ONE_FIRE_DAYS: Final = 3
"""So near in time another pixel may be the same fire, which burns on."""
CELL_M: Final = 700.0
"""Side of the cells in which a place is looked for; a cell and the eight around it reach 0.7 to 1.4 km: two VIIRS
pixels."""
MOST_DAYS: Final = 40
"""Further days say nothing more."""
DAY_HOURS: Final = (7.0, 19.0)
"""Day by mean solar time, where the source does not say."""
_DAY_S: Final = 86_400.0
NO_DAY: Final = -(2**31)
"""Of what is no heat pixel of a satellite, or has no place."""


def is_day(seconds: Floats, lon: Floats) -> Mask:
    """Whether it is day by the mean solar time of a place, 15 degrees an hour; it is not where no place is known."""
    hour = np.mod(seconds / 3600.0 + np.nan_to_num(lon) / 15.0, 24.0)
    return np.asarray(np.isfinite(lon) & (hour >= DAY_HOURS[0]) & (hour < DAY_HOURS[1]), dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class HeatSigns:
    """One value a row of the table: whether it is a satellite's heat pixel, by day, its type (place in TYPES, -1 for
    none) and on how many other days its place burnt."""

    pixel: Mask
    by_day: Mask
    type: Ints
    other_days: Ints


def pixels_of(observations: pa.Table, reports: Reports) -> tuple[Ints32, Floats, Floats]:
    """The day of each row, since 1970, and its longitude and latitude, shape (n,) each; NO_DAY where it is no heat
    pixel of a satellite, or has no place. observations: the rows of `reports`, in their order."""
    lon, lat = numbers_of(observations["lon"]), numbers_of(observations["lat"])
    kind, means = KINDS.index("thermal_anomaly"), MEANS.index("satellite")
    pixel = (reports.k["kind"] == kind) & (reports.k["means"] == means) & np.isfinite(lon) & np.isfinite(lat)
    day = np.floor((reports.f["start"] + BURNS_BEFORE_S) / _DAY_S)
    return np.where(pixel, day, NO_DAY).astype(np.int32), np.where(pixel, lon, 0.0), np.where(pixel, lat, 0.0)


def read_heat_signs(observations: pa.Table, reports: Reports, other_days: Ints | None = None) -> HeatSigns:
    """The signs of every row, all alike where it is no pixel. observations: the rows of `reports`, in their order.
    other_days: on how many other days the place of each burnt, where that was counted among more rows than these."""
    n = len(reports)
    kind, means = KINDS.index("thermal_anomaly"), MEANS.index("satellite")
    pixel = np.asarray((reports.k["kind"] == kind) & (reports.k["means"] == means), dtype=np.bool_)
    signs = HeatSigns(pixel, np.zeros(n, dtype=np.bool_), np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=np.int64))
    rows = np.flatnonzero(pixel)
    if not rows.size:
        return signs
    part = observations.select(["lon", "lat", "source_quality", "simulated"]).take(pa.array(rows))
    lon, lat = numbers_of(part["lon"]), numbers_of(part["lat"])
    seen_s = reports.f["start"][rows] + BURNS_BEFORE_S
    stated_day, signs.type[rows] = _stated(part["source_quality"])
    # Where no place is known nothing is: such a pixel counts as one of the night.
    signs.by_day[rows] = np.where(stated_day < 0, is_day(seen_s, lon), stated_day == 1)
    if other_days is not None:
        signs.other_days[rows] = other_days[rows]
        return signs
    placed = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    simulated = part["simulated"].to_numpy(zero_copy_only=False)[placed].astype(np.int64)
    day = np.floor(seen_s[placed] / _DAY_S).astype(np.int64)
    signs.other_days[rows[placed]] = count_other_days(lon[placed], lat[placed], day, simulated)
    return signs


def _stated(quality: pa.ChunkedArray) -> tuple[Ints, Ints]:
    """What the source's own words say: 1 day, 0 night, -1 nothing; the type, -1 for none. `daynight=D; type=2`."""
    coded = quality.combine_chunks().dictionary_encode()
    words = [
        dict(part.partition("=")[::2] for part in (text or "").split("; ")) for text in coded.dictionary.to_pylist()
    ]
    day = np.array([{"D": 1, "N": 0}.get(word.get("daynight", ""), -1) for word in words], dtype=np.int64)
    kinds = {str(number): number for number in range(len(TYPES))}
    types = np.array([kinds.get(word.get("type", ""), -1) for word in words], dtype=np.int64)
    at = coded.indices.to_numpy(zero_copy_only=False)
    return day[at], types[at]


def count_other_days(lon: Floats, lat: Floats, day: Ints, apart: Ints) -> Ints:
    """On how many days within WITHIN_DAYS, but not within ONE_FIRE_DAYS, of its own the place of each pixel was hot,
    shape (n,).

    A function of the pixels in the cells around each, and of no others. apart: pixels of different numbers are none of
    each other's. Day and night of one date are one day.
    """
    if not len(lon):
        return np.zeros(0, dtype=np.int64)
    row = np.floor(lat * METRES_PER_DEGREE / CELL_M).astype(np.int64)
    columns = _columns(row)
    column = np.mod((np.mod(lon, 360.0) / 360.0 * columns).astype(np.int64), columns)
    cells, at = np.unique(np.column_stack((apart, row, column)), axis=0, return_inverse=True)
    at = at.reshape(-1)
    days = np.unique(at.astype(np.int64) * _PLACES + day)  # sorted by cell, then by day
    # 1. The cells around each that are there at all: the neighbour rows have cells of another width.
    number = _number(cells[:, 0], cells[:, 1], cells[:, 2])
    middle = (cells[:, 2] + 0.5) / _columns(cells[:, 1])
    pairs = []
    for up in (-1, 0, 1):
        wide = _columns(cells[:, 1] + up)
        for aside in (-1, 0, 1):
            beside = np.mod(np.floor(middle * wide).astype(np.int64) + aside, wide)
            wanted = _number(cells[:, 0], cells[:, 1] + up, beside)
            found = np.minimum(np.searchsorted(number, wanted), len(number) - 1)
            here = np.flatnonzero(number[found] == wanted)
            pairs.append(np.column_stack((here, found[here])))
    pair = np.unique(np.concatenate(pairs), axis=0)
    # 2. The days of all of them are the days of each.
    first = np.searchsorted(days, pair[:, 1] * _PLACES)
    many = np.searchsorted(days, (pair[:, 1] + 1) * _PLACES) - first
    source = np.repeat(first, many) + np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    around = np.unique(np.repeat(pair[:, 0], many) * _PLACES + days[source] % _PLACES)
    # 3. How many lie in the window, less those of the fire itself.
    own = at * _PLACES + day

    def within(reach: int) -> Ints:
        return np.asarray(
            np.searchsorted(around, own + reach, side="right") - np.searchsorted(around, own - reach), dtype=np.int64
        )

    return within(WITHIN_DAYS) - within(ONE_FIRE_DAYS)


_PLACES: Final = np.int64(10_000_000)
"""More than there are days: a cell and a day are one number, and windows of days end before the next cell."""


def _columns(row: Ints) -> Ints:
    """How many cells stand in a row of equal latitude: about as wide as high, one at the poles."""
    middle = np.radians((row + 0.5) * CELL_M / METRES_PER_DEGREE)
    return np.asarray(
        np.maximum(np.floor(360.0 * METRES_PER_DEGREE / CELL_M * np.maximum(np.cos(middle), 0.0)), 1.0), dtype=np.int64
    )


def _number(apart: Ints, row: Ints, column: Ints) -> Ints:
    return np.asarray((apart * 1_000_000 + row + 100_000) * 1_000_000 + column, dtype=np.int64)
