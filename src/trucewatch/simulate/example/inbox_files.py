"""Deliveries → the files of a watch's inbox, in the formats that the ordinary sources read; each says it is simulated.

Nothing is written to disk here: the caller gets names and bytes.
"""

from __future__ import annotations

from typing import Any

from trucewatch.model.ids import observation_id
from trucewatch.model.times import ALWAYS, NEVER, iso_utc
from trucewatch.model.zone import Sensor
from trucewatch.simulate.example.delivered import BulletinLine, Deliveries, FirePixel, ListedEvent, Report
from trucewatch.simulate.example.truth import Truth
from trucewatch.simulate.files import (
    FIRE_COLUMNS,
    NOTICE_COLUMNS,
    REPORT_COLUMNS,
    VERSION,
    csv_bytes,
    geojson_bytes,
    notice_row,
    number,
    to_the_millisecond,
    viirs_row,
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
    "injured",
    "simulated",
)


def inbox_files(deliveries: Deliveries) -> dict[str, bytes]:
    """File name below the watch → bytes: one observation table a source, the fire pixels, the list, the bulletin."""
    by_source: dict[str, list[Report]] = {}
    for report in deliveries.reports:
        by_source.setdefault(report.source, []).append(report)
    written = {
        f"inbox/simulated-{source}.csv": csv_bytes(REPORT_COLUMNS, (report_row(report) for report in reports))
        for source, reports in sorted(by_source.items())
    }
    written["inbox/simulated-fires.csv"] = csv_bytes(FIRE_COLUMNS, (fire_row(pixel) for pixel in deliveries.pixels))
    written["inbox/simulated-events.csv"] = csv_bytes(
        _LISTED_COLUMNS, (_listed_row(event) for event in deliveries.listed)
    )
    written["inbox/simulated-bulletin.csv"] = csv_bytes(
        _BULLETIN_COLUMNS, (_bulletin_row(line) for line in deliveries.bulletin)
    )
    return written


def register_files(deliveries: Deliveries) -> dict[str, bytes]:
    """`notices.csv` and `sensors.geojson` of the watch. The sensor register is private: it enters no release."""
    return {
        "notices.csv": csv_bytes(NOTICE_COLUMNS, (notice_row(notice, decimals=5) for notice in deliveries.notices)),
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
            "injured": event.injured,
            "simulated": "true",
        }
        for event in truth.events
    )
    return csv_bytes(_TRUTH_COLUMNS, rows)


def report_row(report: Report) -> dict[str, Any]:
    """One row of the observation table; the true event behind it stays out."""
    return {
        "observation_id": observation_id(report.source, report.key),
        "source": report.source,
        "sensor": report.sensor,
        "means": report.means,
        "kind": report.kind,
        "aspect": report.aspect,
        "occurred_start": to_the_millisecond(report.occurred_start),
        "occurred_end": to_the_millisecond(report.occurred_end),
        "time_sd_s": f"{report.time_sd_s:g}",
        "lon": f"{report.lon:.5f}",
        "lat": f"{report.lat:.5f}",
        "semi_major_m": f"{report.semi_major_m:.0f}",
        "semi_minor_m": f"{report.semi_minor_m:.0f}",
        "major_azimuth_deg": f"{report.major_azimuth_deg:.1f}",
        "observer_lon": number(report.observer_lon, 5),
        "observer_lat": number(report.observer_lat, 5),
        "bearing_deg": "" if report.bearing_deg is None else f"{round(report.bearing_deg, 1) % 360.0:.1f}",
        "bearing_sd_deg": number(report.bearing_sd_deg, 1),
        "range_m": number(report.range_m, 0),
        "range_sd_m": number(report.range_sd_m, 0),
        **_triple("count", report.count),
        **_triple("injured", report.injured),
        "source_quality": "simulated",
        "claimed_by": report.claimed_by,
        "simulated": "true",
        "known_at": to_the_millisecond(report.known_at),
        "text": report.text,
    }


def fire_row(pixel: FirePixel) -> dict[str, Any]:
    """One row of the fire pixels."""
    return viirs_row(
        lon=pixel.lon,
        lat=pixel.lat,
        acquired=pixel.acquired,
        scan_km=pixel.scan_km,
        track_km=pixel.track_km,
        satellite="N",
        brightness_kelvin=pixel.brightness_kelvin,
        background_kelvin=pixel.background_kelvin,
        radiative_power_megawatts=pixel.radiative_power_megawatts,
        confidence=pixel.confidence,
        version=VERSION,
        daynight="D" if pixel.is_day else "N",
    )


def _listed_row(listed: ListedEvent) -> dict[str, Any]:
    return {
        "id": f"sim-{listed.kind}-{listed.start:%Y%m%d%H%M}",
        "type": listed.kind.replace("_", " "),
        "start": to_the_millisecond(listed.start),
        "end": to_the_millisecond(listed.end),
        "lon": f"{listed.lon:.4f}",
        "lat": f"{listed.lat:.4f}",
        "published": to_the_millisecond(listed.known_at),
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
        "known_at": to_the_millisecond(line.known_at),
        "text": line.text,
        "source": f"Simulated bulletin of {line.day.isoformat()}",
        "simulated": "true",
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
