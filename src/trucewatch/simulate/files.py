"""The files that both simulators write: CSV and GeoJSON as bytes, the columns that sources read, common rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from trucewatch.model.times import iso_utc
from trucewatch.model.zone import Notice

REPORT_COLUMNS = (
    "observation_id",
    "source",
    "sensor",
    "means",
    "kind",
    "aspect",
    "occurred_start",
    "occurred_end",
    "time_sd_s",
    "lon",
    "lat",
    "semi_major_m",
    "semi_minor_m",
    "major_azimuth_deg",
    "observer_lon",
    "observer_lat",
    "bearing_deg",
    "bearing_sd_deg",
    "range_m",
    "range_sd_m",
    "count_min",
    "count_best",
    "count_max",
    "killed_min",
    "killed_best",
    "killed_max",
    "injured_min",
    "injured_best",
    "injured_max",
    "person_status",
    "perceived",
    "intensity",
    "intensity_unit",
    "confidence",
    "source_quality",
    "claimed_by",
    "simulated",
    "known_at",
    "text",
)
"""The public columns of the observation table without those that the reader fills in (evidence, received_at)."""
FIRE_COLUMNS = (
    "latitude",
    "longitude",
    "brightness",
    "scan",
    "track",
    "acq_date",
    "acq_time",
    "satellite",
    "instrument",
    "confidence",
    "version",
    "bright_t31",
    "frp",
    "daynight",
    "simulated",
)
NOTICE_COLUMNS = (
    *("id", "who", "kinds", "zone", "lon", "lat", "radius_m", "start", "end", "known_at", "text", "source"),
    "acknowledged_by",
)
VERSION: Final = "2.0NRT"
"""Of the fire product: near-real-time."""


def csv_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """UTF-8 CSV with a header; a missing or null value is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(columns), lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def geojson_bytes(features: Sequence[Mapping[str, Any]], **head: Any) -> bytes:
    """A FeatureCollection, one feature a line, so that a difference shows which feature it is in."""
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    opening = "".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)},\n" for key, value in head.items())
    return f'{{"type": "FeatureCollection",\n{opening}"features": [\n{lines}\n]}}\n'.encode()


def viirs_row(
    *,
    lon: float,
    lat: float,
    acquired: datetime,
    scan_km: float,
    track_km: float,
    satellite: str,
    brightness_kelvin: float,
    background_kelvin: float,
    radiative_power_megawatts: float,
    **quality: str,
) -> dict[str, Any]:
    """One row shaped like a VIIRS file of FIRMS, with a column more that says it is simulated.

    quality: the row's own words on itself: confidence, version, daynight.
    """
    return {
        "latitude": f"{lat:.5f}",
        "longitude": f"{lon:.5f}",
        "brightness": f"{brightness_kelvin:.2f}",
        "scan": f"{scan_km:.2f}",
        "track": f"{track_km:.2f}",
        "acq_date": f"{acquired:%Y-%m-%d}",
        "acq_time": f"{acquired:%H%M}",
        "satellite": satellite,
        "instrument": "VIIRS",
        "bright_t31": f"{background_kelvin:.2f}",
        "frp": f"{radiative_power_megawatts:.2f}",
        "simulated": "true",
        **quality,
    }


def notice_row(notice: Notice, *, decimals: int) -> dict[str, Any]:
    """One row of `notices.csv`, its place to so many decimals."""
    return {
        "id": notice.id,
        "who": notice.who,
        "kinds": " ".join(notice.kinds),
        "zone": notice.zone,
        "lon": number(notice.lon, decimals),
        "lat": number(notice.lat, decimals),
        "radius_m": number(notice.radius_m, 0),
        "start": to_the_millisecond(notice.start),
        "end": to_the_millisecond(notice.end),
        "known_at": to_the_millisecond(notice.known_at),
        "text": notice.text,
        "source": notice.source,
        "acknowledged_by": " ".join(notice.acknowledged_by),
    }


def number(value: float | None, digits: int) -> str:
    """The number to so many decimals, nothing for none."""
    return "" if value is None else f"{value:.{digits}f}"


def to_the_millisecond(moment: datetime) -> str:
    """To the millisecond: no device here knows better, and every machine writes the same."""
    rounded = moment + timedelta(microseconds=500)
    return iso_utc(rounded.replace(microsecond=rounded.microsecond // 1000 * 1000))
