"""Deliveries → the files of a watch's inbox, in the formats that the ordinary sources read; each says it is simulated.

Nothing is written to disk here: the caller gets names and bytes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from trucewatch.model.ids import observation_id
from trucewatch.model.times import ALWAYS, NEVER, iso_utc
from trucewatch.model.zone import Notice, Sensor
from trucewatch.simulate.example.delivered import BulletinLine, Deliveries, FirePixel, ListedEvent, Report
from trucewatch.simulate.example.map_files import geojson_bytes
from trucewatch.simulate.example.truth import Truth

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
    "harm_min",
    "harm_best",
    "harm_max",
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
_BULLETIN_COLUMNS = (
    "name",
    "span",
    "zone",
    "date",
    "value",
    "qualifier",
    "unit",
    "claimed_by",
    "known_at",
    "text",
    "source",
    "simulated",
)
_LISTED_COLUMNS = ("id", "type", "start", "end", "lon", "lat", "published", "description", "simulated")
_NOTICE_COLUMNS = ("id", "who", "kinds", "zone", "lon", "lat", "radius_m", "start", "end", "known_at", "text", "source")
_TRUTH_COLUMNS = (
    "event_id",
    "happening",
    "kind",
    "aspect",
    "cause",
    "start",
    "end",
    "lon",
    "lat",
    "count",
    "harm",
    "simulated",
)


def inbox_files(deliveries: Deliveries) -> dict[str, bytes]:
    """File name below the watch → bytes: one observation table a source, the fire pixels, the list, the bulletin."""
    by_source: dict[str, list[Report]] = {}
    for report in deliveries.reports:
        by_source.setdefault(report.source, []).append(report)
    written = {
        f"inbox/simulated-{source}.csv": csv_bytes(REPORT_COLUMNS, (report_row(one) for one in reports))
        for source, reports in sorted(by_source.items())
    }
    written["inbox/simulated-fires.csv"] = csv_bytes(FIRE_COLUMNS, (fire_row(pixel) for pixel in deliveries.pixels))
    written["inbox/simulated-events.csv"] = csv_bytes(_LISTED_COLUMNS, (_listed_row(one) for one in deliveries.listed))
    written["inbox/simulated-bulletin.csv"] = csv_bytes(
        _BULLETIN_COLUMNS, (_bulletin_row(line) for line in deliveries.bulletin)
    )
    return written


def register_files(deliveries: Deliveries) -> dict[str, bytes]:
    """`notices.csv` and `sensors.geojson` of the watch. The sensor register is private: it enters no release."""
    return {
        "notices.csv": csv_bytes(_NOTICE_COLUMNS, (_notice_row(notice) for notice in deliveries.notices)),
        "sensors.geojson": geojson_bytes(
            [_sensor_feature(sensor) for sensor in deliveries.sensors],
            simulated=True,
            note="Simulated: invented sensors; private",
        ),
    }


def truth_csv(truth: Truth) -> bytes:
    """What truly happened, for whoever judges how well it was found. No source reads it."""
    rows = (
        {
            "event_id": event.event_id,
            "happening": event.happening,
            "kind": event.kind,
            "aspect": event.aspect,
            "cause": event.cause,
            "start": iso_utc(event.start),
            "end": iso_utc(event.end),
            "lon": f"{event.lon:.5f}",
            "lat": f"{event.lat:.5f}",
            "count": event.count,
            "harm": event.harm,
            "simulated": "true",
        }
        for event in truth.events
    )
    return csv_bytes(_TRUTH_COLUMNS, rows)


def csv_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """UTF-8 CSV with a header; a missing or null value is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(columns), lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def report_row(report: Report) -> dict[str, Any]:
    """One row of the observation table; the true event behind it stays out."""
    return {
        "observation_id": observation_id(report.source, report.key),
        "source": report.source,
        "sensor": report.sensor,
        "means": report.means,
        "kind": report.kind,
        "aspect": report.aspect,
        "occurred_start": _time(report.occurred_start),
        "occurred_end": _time(report.occurred_end),
        "time_sd_s": f"{report.time_sd_s:g}",
        "lon": f"{report.lon:.5f}",
        "lat": f"{report.lat:.5f}",
        "semi_major_m": f"{report.semi_major_m:.0f}",
        "semi_minor_m": f"{report.semi_minor_m:.0f}",
        "major_azimuth_deg": f"{report.major_azimuth_deg:.1f}",
        "observer_lon": _number(report.observer_lon, 5),
        "observer_lat": _number(report.observer_lat, 5),
        "bearing_deg": "" if report.bearing_deg is None else f"{round(report.bearing_deg, 1) % 360.0:.1f}",
        "bearing_sd_deg": _number(report.bearing_sd_deg, 1),
        "range_m": _number(report.range_m, 0),
        "range_sd_m": _number(report.range_sd_m, 0),
        **_triple("count", report.count),
        **_triple("harm", report.harm),
        "source_quality": "simulated",
        "claimed_by": report.claimed_by,
        "simulated": "true",
        "known_at": _time(report.known_at),
        "text": report.text,
    }


def fire_row(pixel: FirePixel) -> dict[str, Any]:
    """One row shaped like a VIIRS file of FIRMS (near-real-time), with a column more that says it is simulated."""
    return {
        "latitude": f"{pixel.lat:.5f}",
        "longitude": f"{pixel.lon:.5f}",
        "brightness": f"{pixel.brightness_kelvin:.2f}",
        "scan": f"{pixel.scan_km:.2f}",
        "track": f"{pixel.track_km:.2f}",
        "acq_date": f"{pixel.acquired:%Y-%m-%d}",
        "acq_time": f"{pixel.acquired:%H%M}",
        "satellite": "N",
        "instrument": "VIIRS",
        "confidence": pixel.confidence,
        "version": "2.0NRT",
        "bright_t31": f"{pixel.background_kelvin:.2f}",
        "frp": f"{pixel.radiative_power_megawatts:.2f}",
        "daynight": "D" if pixel.is_day else "N",
        "simulated": "true",
    }


def _listed_row(listed: ListedEvent) -> dict[str, Any]:
    return {
        "id": f"sim-{listed.kind}-{listed.start:%Y%m%d%H%M}",
        "type": listed.kind.replace("_", " "),
        "start": _time(listed.start),
        "end": _time(listed.end),
        "lon": f"{listed.lon:.4f}",
        "lat": f"{listed.lat:.4f}",
        "published": _time(listed.known_at),
        "description": listed.text,
        "simulated": "true",
    }


def _bulletin_row(line: BulletinLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "span": line.span,
        "zone": line.zone,
        "date": line.day.isoformat(),
        "value": f"{line.value:g}",
        "qualifier": line.qualifier,
        "unit": line.unit,
        "claimed_by": line.claimed_by,
        "known_at": _time(line.known_at),
        "text": line.text,
        "source": f"Simulated bulletin of {line.day.isoformat()}",
        "simulated": "true",
    }


def _notice_row(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "who": notice.who,
        "kinds": " ".join(notice.kinds),
        "zone": notice.zone,
        "lon": _number(notice.lon, 5),
        "lat": _number(notice.lat, 5),
        "radius_m": _number(notice.radius_m, 0),
        "start": _time(notice.start),
        "end": _time(notice.end),
        "known_at": _time(notice.known_at),
        "text": notice.text,
        "source": notice.source,
    }


def _sensor_feature(sensor: Sensor) -> dict[str, Any]:
    properties = {
        "id": sensor.id,
        "means": sensor.means,
        "names": dict(sensor.names),
        "range_m": sensor.range_m,
        "noise": sensor.noise,
        "up_from": None if sensor.up_from == ALWAYS else iso_utc(sensor.up_from),
        "up_until": None if sensor.up_until == NEVER else iso_utc(sensor.up_until),
        "simulated": True,
    }
    place = {"type": "Point", "coordinates": [round(sensor.lon, 5), round(sensor.lat, 5)]}
    return {"type": "Feature", "id": sensor.id, "properties": properties, "geometry": place}


def _triple(name: str, values: tuple[int, int, int] | None) -> dict[str, int]:
    return {} if values is None else dict(zip((f"{name}_min", f"{name}_best", f"{name}_max"), values, strict=True))


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _time(moment: datetime) -> str:
    """To the millisecond: no device here knows better, and every machine writes the same."""
    rounded = moment + timedelta(microseconds=500)
    return iso_utc(rounded.replace(microsecond=rounded.microsecond // 1000 * 1000))
