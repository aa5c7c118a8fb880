"""FIRMS columns as Arrow reads them → rows, without a look at each cell. What is odd in any way is left to the
adapter."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.archive.header import Layout
from trucewatch.archive.rows import Rows
from trucewatch.fusion.word_hashes import hash_of
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.sources.firms import MAX_PIXEL_KM, SENSORS, pixel_ellipse

_MINUTE_US: Final = 60_000_000
_DAY_US: Final = 86_400_000_000


def firms_rows(table: pa.Table, layout: Layout) -> Rows | None:
    """The rows as `sources.firms` would give them, without ids; None if any of them has a fault or an oddity."""
    own = layout.columns
    needed = [table[own[name]] for name in own if name != "simulated"]
    if any(column.null_count for column in needed):
        return None
    lat, lon, scan, track = (table[own[name]].to_numpy() for name in ("latitude", "longitude", "scan", "track"))
    clock = table[own["acq_time"]].to_numpy()
    hour, minute = clock // 100, clock % 100
    with np.errstate(invalid="ignore"):
        fine = (
            (np.abs(lat) <= 90)
            & (np.abs(lon) <= 180)
            & (scan > 0)
            & (scan <= MAX_PIXEL_KM)
            & (track > 0)
            & (track <= MAX_PIXEL_KM)
            & (clock >= 0)
            & (hour <= 23)
            & (minute <= 59)
        )
    if not fine.all():
        return None
    words, codes = _coded(table[own["satellite"]])
    sensors = [SENSORS.get(word.strip().casefold(), "") for word in words]
    used = np.unique(codes)
    if any(not sensors[code] for code in used):
        return None
    if "instrument" in own and not _instruments_fit(table[own["instrument"]], sensors, codes):
        return None
    days = table[own["acq_date"]].combine_chunks().cast(pa.int32()).to_numpy().astype(np.int64)
    start = days * _DAY_US + (hour * 60 + minute).astype(np.int64) * _MINUTE_US
    is_viirs = np.array([name.startswith("VIIRS") for name in sensors], dtype=np.bool_)[codes]
    major, minor, azimuth = pixel_ellipse(scan * 1000.0, track * 1000.0, is_viirs)
    numbers = np.array([hash_of(name) for name in sensors], dtype=np.int64)
    columns: dict[str, Any] = {
        "start_us": start,
        "end_us": start + _MINUTE_US,
        "lon": lon,
        "lat": lat,
        "sensor": numbers[codes],
        "semi_major_m": major.astype(np.float32),
        "semi_minor_m": minor.astype(np.float32),
        "major_azimuth_deg": azimuth.astype(np.float32),
        "kind": np.full(len(lon), KINDS.index("thermal_anomaly"), dtype=np.int8),
        "means": np.full(len(lon), MEANS.index("satellite"), dtype=np.int8),
    }
    if "simulated" in own:
        columns["simulated"] = np.asarray(pc.fill_null(table[own["simulated"]], False).to_numpy(), dtype=np.bool_)
    return Rows(len(lon), columns, None, dict(zip(numbers.tolist(), sensors, strict=True)))


def _coded(column: Any) -> tuple[list[str], Any]:
    whole = column.combine_chunks()
    return [word or "" for word in whole.dictionary.to_pylist()], whole.indices.to_numpy(zero_copy_only=False)


def _instruments_fit(column: Any, sensors: list[str], codes: Any) -> bool:
    """Whether every instrument flies on its row's satellite."""
    words, own = _coded(column)
    pairs = np.unique(own.astype(np.int64) * len(sensors) + codes)
    return all(
        not words[pair // len(sensors)].strip()
        or words[pair // len(sensors)].strip().casefold() == sensors[pair % len(sensors)].split("/")[0].casefold()
        for pair in pairs.tolist()
    )
