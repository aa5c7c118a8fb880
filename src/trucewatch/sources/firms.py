"""Satellite fire pixels (NASA FIRMS CSV) → observations. About 3 h late; blind under thick cloud and between passes.

A row is one pixel in which an algorithm saw heat at the moment of a pass. It is no proof of a fire, and none of its
cause.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.errors import UnreadableInput
from trucewatch.messages import Message
from trucewatch.model.batch import Batch, Origin, ReadingContext, SourceCard
from trucewatch.model.watch import SourceSetting
from trucewatch.sources.columns import (
    UTC_MICROS,
    Codes,
    Faults,
    Floats,
    Mask,
    coded,
    delay_of,
    distinct,
    observation_table,
    quote_cell,
    read_numbers,
    rejected_file,
    rejected_rows,
    require_columns,
    swapped_axes,
    swapped_fault,
    together,
)
from trucewatch.sources.firms_versions import link_versions
from trucewatch.sources.many_ids import observation_ids, ten_thousandths
from trucewatch.sources.table import Chunk, Table

CARD: Final = SourceCard(
    adapter="firms",
    title=Message("NASA FIRMS active fire detections (MODIS, VIIRS)"),
    owner=Message("NASA LANCE / FIRMS, part of ESDIS"),
    delay=timedelta(hours=3),
    delay_words=Message(
        "about 3 hours after the pass for near-real-time rows; 2 to 3 months for the standard rows that replace them"
    ),
    licence=Message("NASA open data (CC0 unless marked otherwise); repeat or link the FIRMS disclaimer"),
    blind_spots=Message(
        "what is between passes, under thick cloud or smoke, or below the pixel's threshold; field burning, "
        "industry and sun glint look alike; a pixel is 375 m to several km wide and says nothing of cause or "
        "author"
    ),
    reads=Message("CSV, CSV.gz or XLSX as FIRMS delivers it: archive, near-real-time, area API"),
)
VERSION: Final = 1
ACCUMULATES: Final = True
reconcile = link_versions

REQUIRED: Final = ("latitude", "longitude", "scan", "track", "acq_date", "acq_time", "satellite")
QUALITY: Final = ("confidence", "version", "daynight", "type")
SENSORS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("terra", "t"), "MODIS/Terra"),
    **dict.fromkeys(("aqua", "a"), "MODIS/Aqua"),
    **dict.fromkeys(("n", "npp", "snpp", "s-npp", "suomi npp"), "VIIRS/S-NPP"),
    **dict.fromkeys(("n20", "1", "noaa-20", "noaa20", "j1"), "VIIRS/NOAA-20"),
    **dict.fromkeys(("n21", "2", "noaa-21", "noaa21", "j2"), "VIIRS/NOAA-21"),
}
"""Older downloads number the NOAA satellites 1 and 2, newer ones write N20 and N21."""

MAX_PIXEL_KM: Final = 10.0
MODIS_GEOLOCATION_SD_M: Final = 50.0
"""1σ at nadir: Wolfe et al. 2002, Remote Sensing of Environment 83, 31–49 (abstract)."""
VIIRS_GEOLOCATION_SD_M: Final = 135.0
"""A third of the "less than 400 m at nadir, 3σ" that was found for the NOAA-20 and S-NPP VIIRS geolocation products."""

_NEAR_REAL_TIME = re.compile(r"(NRT|URT|RT)\Z", re.IGNORECASE | re.ASCII)
_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_HHMM = re.compile(r"^(\d{1,2}):?(\d{2})$|^(\d)$")


def read(path: Path, origin: Origin, setting: SourceSetting, context: ReadingContext) -> Iterator[Batch]:
    """Fire pixels as observations of kind `thermal_anomaly`.

    The time is the minute of acquisition, `[HH:MM, HH:MM + 1 min)` UTC. The ellipse: the pixel as a rectangle of scan ×
    track in which the heat may lie anywhere (sd = side / √12 on each axis), plus the geolocation error in quadrature.
    The row does not give the pixel's orientation; the scan is taken as east–west, which for these near-polar orbits is
    wrong by some 10–20° at middle latitudes, more towards the poles. Near-real-time rows have `product_rank` 0,
    standard rows 1; a file without `version` counts as near-real-time. The natural key is sensor, minute and place to 4
    decimals (about 11 m). A pixel size of zero or less, which FIRMS has delivered for some NOAA-20 pixels, is taken as
    the largest pixel of the instrument (VIIRS 0.8 × 0.8 km, MODIS 4.8 × 2.0 km) and quoted in `source_quality`.
    `confidence` stays null: FIRMS's classes and percentages are no probabilities; they stand in `source_quality` as
    written, as do day or night and type (`daynight=D; type=2`), which `fusion/heat_signs.py` reads there.
    """
    try:
        table = Table(path)
        require_columns(
            REQUIRED, table.keys, hint=Message("FIRMS deliveries have it; download the file again with all columns")
        )
        for chunk in table.chunks():
            yield _observations(chunk, origin, setting, context)
    except UnreadableInput as fault:
        yield rejected_file(origin, fault.message)


def _observations(chunk: Chunk, origin: Origin, setting: SourceSetting, context: ReadingContext) -> Batch:
    columns = chunk.columns
    faults = Faults(len(chunk))
    comma = setting.decimal_comma
    lat = read_numbers(columns["latitude"], "latitude", faults, low=-90, high=90, required=True, decimal_comma=comma)
    lon = read_numbers(
        columns["longitude"], "longitude", faults, low=-180, high=180, required=True, decimal_comma=comma
    )
    faults.refuse(swapped_axes(lon, lat, context), lambda i: swapped_fault(float(lon[i]), float(lat[i])))
    acquired = _acquired(chunk, faults)
    sensors = _sensors(chunk, faults)
    scan, track = (
        read_numbers(
            columns[name], name, faults, low=-MAX_PIXEL_KM, high=MAX_PIXEL_KM, required=True, decimal_comma=comma
        )
        for name in ("scan", "track")
    )
    unsized = (scan <= 0) | (track <= 0)
    power = np.full(len(chunk), np.nan)
    if "frp" in columns:
        power = read_numbers(columns["frp"], "frp", faults, decimal_comma=comma)

    good = faults.good
    keep = pa.array(good)
    count = int(good.sum())
    start = acquired[good]
    words, codes = sensors
    codes = codes[good]
    is_viirs = np.array([word.startswith("VIIRS") for word in words], dtype=np.bool_)[codes]
    scan_m = np.where(unsized[good], np.where(is_viirs, 0.8, 4.8), scan[good]) * 1000.0
    track_m = np.where(unsized[good], np.where(is_viirs, 0.8, 2.0), track[good]) * 1000.0
    major, minor, azimuth = pixel_ellipse(scan_m, track_m, is_viirs)
    sides = [
        ten_thousandths(pc.replace_substring(columns[name].filter(keep), ",", "."), values[good])
        for name, values in (("latitude", lat), ("longitude", lon))
    ]
    ids = observation_ids("firms", pc.binary_join_element_wise(_passes(words, codes, start), *sides, "|"))
    end = start + np.timedelta64(_MINUTE)
    known_at = end + np.timedelta64(delay_of(CARD, setting))
    observations = observation_table(
        {
            "observation_id": ids,
            "source": setting.id,
            "sensor": pa.array(words, pa.string()).take(pa.array(codes)),
            "means": "satellite",
            "kind": "thermal_anomaly",
            "occurred_start": pa.array(start).cast(UTC_MICROS),
            "occurred_end": pa.array(end).cast(UTC_MICROS),
            "lon": lon[good],
            "lat": lat[good],
            "semi_major_m": major,
            "semi_minor_m": minor,
            "major_azimuth_deg": azimuth,
            "intensity": power[good],
            "intensity_unit": pc.if_else(pa.array(np.isnan(power[good])), "", "MW"),
            "source_quality": _quality(chunk, unsized).filter(keep),
            "claimed_by": setting.claimed_by,
            "simulated": setting.simulated,
            "known_at": pa.array(known_at).cast(UTC_MICROS),
            "known_at_assumed": True,
            "received_at": origin.received_at,
            "evidence_sha256": origin.evidence_sha256,
            "evidence_row": chunk.lines[good],
            "product_rank": _ranks(chunk).filter(keep),
        },
        count,
    )
    return Batch(observations=observations, rejected=rejected_rows(chunk, faults, origin))


def _acquired(chunk: Chunk, faults: Faults) -> npt.NDArray[np.datetime64]:
    """When each row's pixel was acquired; the epoch for a row at fault."""
    moments = np.zeros(len(chunk), dtype="datetime64[us]")
    for name, read_text in (("acq_date", _date), ("acq_time", _time_of_day)):
        texts, codes = coded(chunk.columns[name])
        values = [read_text(text) for text in texts]
        faults.refuse_texts(values, codes)
        spans = [timedelta(0) if isinstance(value, Message) else value for value in values]
        moments += np.array(spans, dtype="timedelta64[us]")[codes]
    return moments


def _passes(words: list[str], codes: Codes, start: npt.NDArray[np.datetime64]) -> Any:
    """`SENSOR|YYYY-MM-DDTHH:MM` of each row; few of many rows differ."""
    minutes, minute_codes = distinct(start.astype(np.int64))
    texts = np.datetime_as_string(minutes.astype("datetime64[us]"), unit="m").tolist()
    pairs, pair_codes = together([(words, codes), (texts, minute_codes)], len(start))
    return pa.array(["|".join(pair) for pair in pairs], pa.string()).take(pa.array(pair_codes))


def _date(text: str) -> timedelta | Message:
    """A day as the time since the epoch; or what is wrong with it."""
    try:
        if _DATE.match(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC) - _EPOCH
    except ValueError:
        pass
    return Message("acq_date {value} is no day; write it like 2020-12-11", value=quote_cell(text))


def _time_of_day(text: str) -> timedelta | Message:
    """HHMM with or without leading zeros: 824 is 08:24, 5 is 00:05."""
    match = _HHMM.match(text)
    if match:
        hour, minute = (int(match[1]), int(match[2])) if match[1] else (0, int(match[3]))
        if hour <= 23 and minute <= 59:
            return timedelta(hours=hour, minutes=minute)
    elif re.match(r"^\d{2}$", text) and int(text) <= 59:
        return timedelta(minutes=int(text))
    return Message("acq_time {value} is no time of day; it is HHMM in UTC, from 0000 to 2359", value=quote_cell(text))


def _sensors(chunk: Chunk, faults: Faults) -> tuple[list[str], Codes]:
    """The different sensors of a chunk, and which of them each row is of; "" for one that is not known."""
    satellites, codes = coded(chunk.columns["satellite"])
    sensors = [SENSORS.get(text.casefold(), "") for text in satellites]
    flies = np.array([bool(sensor) for sensor in sensors], dtype=np.bool_)
    faults.refuse(
        ~flies[codes],
        lambda i: Message(
            "satellite {value} is not known; FIRMS writes Terra, Aqua, N, N20 or N21",
            value=quote_cell(satellites[codes[i]]),
        ),
    )
    if "instrument" in chunk.columns:
        instruments, own = coded(chunk.columns["instrument"])
        fits = np.array(
            [
                [not word or not sensor or word.casefold() == sensor.split("/")[0].casefold() for sensor in sensors]
                for word in instruments
            ],
            dtype=np.bool_,
        ).reshape(len(instruments), len(sensors))
        faults.refuse(
            ~fits[own, codes],
            lambda i: Message(
                "instrument {value} does not fly on the satellite of {sensor}; correct one of the two",
                value=quote_cell(instruments[own[i]]),
                sensor=sensors[codes[i]],
            ),
        )
    return sensors, codes


def pixel_ellipse(scan_m: Floats, track_m: Floats, is_viirs: Any) -> tuple[Floats, Floats, Floats]:
    """One-sigma axes in metres and the azimuth of the longer one, as `read` explains them."""
    geolocation = np.where(is_viirs, VIIRS_GEOLOCATION_SD_M, MODIS_GEOLOCATION_SD_M)
    along_scan = np.hypot(scan_m / math.sqrt(12), geolocation)
    along_track = np.hypot(track_m / math.sqrt(12), geolocation)
    return (
        np.maximum(along_scan, along_track),
        np.minimum(along_scan, along_track),
        np.where(along_scan >= along_track, 90.0, 0.0),
    )


def _quality(chunk: Chunk, unsized: Mask) -> Any:
    """The row's own quality words; its pixel size too where that is none."""
    columns = {name: coded(chunk.columns[name]) for name in QUALITY if name in chunk.columns}
    if unsized.any():
        for name in ("scan", "track"):
            texts, codes = coded(chunk.columns[name])
            columns[name] = ["", *texts], np.where(unsized, codes + 1, 0)
    combinations, codes = together(list(columns.values()), len(chunk))
    words = [
        "; ".join(f"{name}={text}" for name, text in zip(columns, texts, strict=True) if text) for texts in combinations
    ]
    return pa.array(words, pa.string()).take(pa.array(codes))


def _ranks(chunk: Chunk) -> Any:
    if "version" not in chunk.columns:
        return pa.repeat(pa.scalar(0, pa.int8()), len(chunk))
    versions, codes = coded(chunk.columns["version"])
    ranks = [0 if not version or _NEAR_REAL_TIME.search(version) else 1 for version in versions]
    return pa.array(ranks, pa.int8()).take(pa.array(codes))
