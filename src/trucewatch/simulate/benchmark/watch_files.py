"""Simulated days → a watch that the ordinary sources read, and apart from it the truth. Every file says that it is
simulated."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from trucewatch.model.times import iso_utc
from trucewatch.model.zone import Sensor
from trucewatch.simulate.benchmark.days import FusionDays
from trucewatch.simulate.benchmark.parameters import FusionParameters, read_parameters
from trucewatch.simulate.files import (
    FIRE_COLUMNS,
    NOTICE_COLUMNS,
    REPORT_COLUMNS,
    csv_bytes,
    geojson_bytes,
    notice_row,
    viirs_row,
)
from trucewatch.sources.firms import SENSORS, VIIRS_GEOLOCATION_SD_M

_LIST_COLUMNS = ("id", "type", "from", "until", "lon", "lat", "error_m", "published", "description", "who", "simulated")
_DECIMALS = {
    "lon": 6,
    "lat": 6,
    "observer_lon": 6,
    "observer_lat": 6,
    "semi_major_m": 1,
    "semi_minor_m": 1,
    "major_azimuth_deg": 2,
    "bearing_deg": 2,
    "bearing_sd_deg": 2,
    "range_m": 0,
    "range_sd_m": 0,
    "time_sd_s": 1,
}


def write_watch(days: FusionDays, folder: Path) -> Path:
    """Write `folder/watch` (all that a watch may know) and `folder/truth` (the rest); the watch's path."""
    for name, content in {**watch_files(days), **truth_files(days)}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / "watch"


def watch_files(days: FusionDays) -> dict[str, bytes]:
    """File name → bytes: the watch's own files and one inbox file a source."""
    parameters = read_parameters()
    files = {
        "watch/watch.toml": _watch_toml(days, parameters),
        "watch/agreement.toml": _AGREEMENT.format(day=parameters.first_day.isoformat()).encode(),
        "watch/zones.geojson": _zones(days),
        "watch/basemap.geojson": geojson_bytes(
            [], boundary_set="none: an invented place", credit="Simulated", simulated=True
        ),
        "watch/sensors.geojson": geojson_bytes([_sensor(sensor) for sensor in days.sensors], simulated=True),
        "watch/notices.csv": csv_bytes(NOTICE_COLUMNS, (notice_row(notice, decimals=6) for notice in days.notices)),
    }
    sources = pc.unique(days.observations["source"]).to_pylist()
    for source in sorted(sources):
        rows = days.observations.filter(pc.equal(days.observations["source"], source))
        if source == parameters.satellite.source:
            content = _fires(rows)
        elif source == parameters.list.source:
            content = _listed(rows)
        else:
            content = csv_bytes(REPORT_COLUMNS, (_report(row) for row in rows.to_pylist()))
        files[f"watch/inbox/simulated-{source}.csv"] = content
    return files


def truth_files(days: FusionDays) -> dict[str, bytes]:
    """What truly happened, and which report came of what. No source reads it."""
    return {
        f"truth/{name}.csv": csv_bytes(table.column_names, (_plain(row) for row in table.to_pylist()))
        for name, table in (("truth", days.truth), ("origin", days.origin))
    }


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: iso_utc(value) if isinstance(value, datetime) else value for name, value in row.items()}


def _report(row: Mapping[str, Any]) -> dict[str, Any]:
    """One row of the observation table."""
    written: dict[str, Any] = {}
    for name in REPORT_COLUMNS:
        value = row[name]
        if name in _DECIMALS and value is not None:
            written[name] = f"{value:.{_DECIMALS[name]}f}"
        elif isinstance(value, datetime):
            written[name] = iso_utc(value)
        else:
            written[name] = "true" if value is True else value
    return written


def _fires(rows: pa.Table) -> bytes:
    """The pixels, shaped like a VIIRS file of FIRMS; the pixel's sides come back from the ellipse."""
    names = {sensor: code.upper() for code, sensor in SENSORS.items() if code in ("n", "n20", "n21")}
    written = []
    for row in rows.to_pylist():
        sides = [
            np.sqrt((row[name] ** 2 - VIIRS_GEOLOCATION_SD_M**2) * 12.0) / 1000.0
            for name in ("semi_major_m", "semi_minor_m")
        ]
        scan, track = sides if row["major_azimuth_deg"] == 90.0 else sides[::-1]
        quality = dict(part.split("=") for part in row["source_quality"].split("; "))
        power = row["intensity"]
        written.append(
            viirs_row(
                lon=row["lon"],
                lat=row["lat"],
                acquired=row["occurred_start"],
                scan_km=scan,
                track_km=track,
                satellite=names[row["sensor"]],
                brightness_kelvin=320.0 + power,
                background_kelvin=292.0,
                radiative_power_megawatts=power,
                **quality,
            )
        )
    return csv_bytes(FIRE_COLUMNS, written)


def _listed(rows: pa.Table) -> bytes:
    """The humanitarian list, in a table of its own making, with ids of its own."""
    return csv_bytes(
        _LIST_COLUMNS,
        (
            {
                "id": row["source_quality"].removeprefix("id="),
                "type": row["kind"].replace("_", " "),
                "from": iso_utc(row["occurred_start"]),
                "until": iso_utc(row["occurred_end"]),
                "lon": f"{row['lon']:.6f}",
                "lat": f"{row['lat']:.6f}",
                "error_m": f"{row['semi_major_m']:.0f}",
                "published": iso_utc(row["known_at"]),
                "description": row["text"],
                "who": row["claimed_by"],
                "simulated": "true",
            }
            for row in rows.to_pylist()
        ),
    )


def _sensor(sensor: Sensor) -> dict[str, Any]:
    properties = {
        "id": sensor.id,
        "means": sensor.means,
        "names": dict(sensor.names),
        "range_m": sensor.range_m,
        "up_from": iso_utc(sensor.up_from),
        "up_until": iso_utc(sensor.up_until),
        "outages": [[iso_utc(start), iso_utc(end)] for start, end in sensor.outages],
        "notices": dict(sensor.notices),
        "false_per_day": sensor.false_per_day,
        "simulated": True,
    }
    place = {"type": "Point", "coordinates": [sensor.lon, sensor.lat]}
    return {"type": "Feature", "id": sensor.id, "properties": properties, "geometry": place}


def _zones(days: FusionDays) -> bytes:
    common = {"provenance": "Simulated: invented; no real place is meant", "accuracy_m": 100}
    shapes = (("theatre", "area", "Theatre", shapely.box(*days.area)), ("line", "line", "Line of contact", days.line))
    return geojson_bytes(
        [
            {
                "type": "Feature",
                "id": name,
                "properties": {"kind": kind, "names": {"en": title}, **common},
                "geometry": json.loads(shapely.to_geojson(shape)),
            }
            for name, kind, title, shape in shapes
        ],
        simulated=True,
    )


def _watch_toml(days: FusionDays, parameters: FusionParameters) -> bytes:
    """The watch's settings. Its clock stands where the last report is known."""
    last = pc.max(days.observations["known_at"]).as_py()
    clock = (last or parameters.midnight).replace(microsecond=0) + timedelta(seconds=1)
    entries = []
    claimants = {side.source: side.claimed_by for side in parameters.party.side}
    for source in sorted(pc.unique(days.observations["source"]).to_pylist()):
        adapter = {parameters.satellite.source: "firms", parameters.list.source: "event_table"}.get(
            source, "observations"
        )
        lines = [
            "[[source]]",
            f'id = "{source}"',
            f'adapter = "{adapter}"',
            f'files = ["inbox/simulated-{source}.csv"]',
            'organisation = "Simulated"',
            'licence = "Apache-2.0, made by this project"',
            'handling = "open"',
            "simulated = true",
        ]
        if source in claimants:
            lines.append(f'claimed_by = "{claimants[source]}"')
        if adapter == "event_table":
            lines.append(_LIST_MAPPING)
        entries.append("\n".join(lines))
    area = ", ".join(f"{bound:g}" for bound in days.area)
    head = _WATCH.format(density=days.density.replace("_", "-"), seed=days.seed, area=area, clock=iso_utc(clock))
    return (head + "\n\n".join(entries) + "\n\n" + _RECIPIENT).encode()


_LIST_MAPPING = """columns = { natural_key = "id", kind = "type", occurred_start = "from", occurred_end = "until", \
lon = "lon", lat = "lat", semi_major_m = "error_m", semi_minor_m = "error_m", major_azimuth_deg = "=0", \
known_at = "published", text = "description", source_quality = "id", claimed_by = "who", simulated = "simulated" }
kinds = { "explosion" = "explosion", "burst" = "burst", "shot" = "shot", "thermal anomaly" = "thermal_anomaly", \
"projectile" = "projectile" }"""

_WATCH = """# Simulated days for measuring fusion: an invented place, invented parties, invented events.
schema = 1
id = "fusion-{density}-{seed}"
simulated = true
names = {{ en = "Fusion days, {density}, seed {seed} (simulated)" }}
theatre = {{ en = "Invented ground" }}
time_zone = "Etc/GMT+2"
watch_time = {clock}
languages = ["en"]
area = [{area}]
line = "line"
due_soon_days = 7

[[delegation]]
id = "D1"
names = {{ en = "First delegation (simulated)" }}

[association]
rule = "cylinder"
radius_m = 1500
gap_hours = 0.17

"""

_RECIPIENT = """[[recipient]]
id = "joint-centre"
names = { en = "Joint centre" }
delay_hours = 0
place = "exact"
time = "minute"
smallest_count = 1
text = true
"""

_AGREEMENT = """# Simulated: an invented agreement.
schema = 1

[[instrument]]
id = "agreement"
names = {{ en = "The agreement (simulated)" }}
signed = {day}
source = "Simulated"

[[party]]
id = "NR"
names = {{ en = "Northern side" }}

[[party]]
id = "SR"
names = {{ en = "Southern side" }}

[[text]]
id = "en-1"
language = "en"
instrument = "agreement"
authoritative = true
known_at = {day}T00:00:00Z
source = "Simulated"

[[provision]]
number = "1"
instrument = "agreement"
summary = {{ en = "All fire stops." }}

  [[provision.stipulation]]
  id = "1a"
  kind = "prohibited"
  summary = {{ en = "No fire of any kind." }}
  obliged = ["NR", "SR"]
  zone = "theatre"
  kinds = ["explosion", "projectile", "muzzle_flash", "burst", "shot"]
  unless = ["notice", "aspect:controlled"]
  in_force = {{ from = {day}T00:00:00Z }}
"""
