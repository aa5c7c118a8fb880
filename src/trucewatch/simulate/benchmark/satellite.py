"""True fires → heat pixels shaped like VIIRS, as the fire reader gives them: a few passes a day, blind under cloud."""

from __future__ import annotations

import numpy as np

from trucewatch.simulate.benchmark.events import Events
from trucewatch.simulate.benchmark.ground import DAY_S, Ground
from trucewatch.simulate.benchmark.report_columns import Reports, keys
from trucewatch.simulate.files import VERSION
from trucewatch.simulate.places import moved
from trucewatch.sources.firms import CARD, SENSORS, VIIRS_GEOLOCATION_SD_M

_MINUTE_S = 60.0
_EAST_M, _NORTH_M = 26_000.0, 16_000.0
"""How far from the origin pixels of nothing may lie."""


def sense_fires(ground: Ground, events: Events) -> Reports:
    """Pixels of burning ground at every pass, each with its own error and that of its pass, and a few of nothing."""
    satellite = ground.parameters.satellite
    reports = Reports()
    sky = ground.stream("satellite", "cloud")
    days = ground.density.days
    cloud = np.where(sky.random(days) < satellite.cloud_days, sky.uniform(0.5, 1.0, days), sky.uniform(0.0, 0.3, days))
    for name, hours in satellite.satellites.items():
        rng = ground.stream("satellite", name)
        for day in range(days):
            for hour in hours:
                middle = day * DAY_S + hour * 3600.0
                at = float(
                    np.floor((middle + rng.normal(0.0, satellite.pass_sd_minutes * 60.0)) / _MINUTE_S) * _MINUTE_S
                )
                _pass_over(ground, events, name, at, float(cloud[day]), rng, reports)
    return reports


def _pass_over(
    ground: Ground, events: Events, name: str, at: float, cloud: float, rng: np.random.Generator, reports: Reports
) -> None:
    satellite = ground.parameters.satellite
    burning = np.flatnonzero((events.kind == "thermal_anomaly") & (events.start_s <= at) & (events.end_s > at))
    luck = rng.random((2, len(burning)))
    sensed = burning[(luck[0] < satellite.chance) & (luck[1] >= cloud)]
    rows = np.repeat(sensed, rng.integers(*satellite.pixels, endpoint=True, size=len(sensed)))
    false = int(rng.poisson(satellite.false_per_pass * (1.0 - cloud)))
    n = len(rows) + false
    scan = np.round(rng.uniform(*satellite.scan_km, n), 2)
    track = np.round(rng.uniform(*satellite.track_km, n), 2)
    own_scan, own_track = scan * 1000.0 / np.sqrt(12.0), track * 1000.0 / np.sqrt(12.0)
    bias = rng.standard_normal(2) * VIIRS_GEOLOCATION_SD_M
    nowhere = ground.degrees(rng.uniform(-_EAST_M, _EAST_M, false), rng.uniform(-_NORTH_M, _NORTH_M, false))
    own = rng.standard_normal((2, n))
    lon, lat = moved(
        np.concatenate([events.lon[rows], nowhere[0]]),
        np.concatenate([events.lat[rows], nowhere[1]]),
        bias[0] + own[0] * own_scan,
        bias[1] + own[1] * own_track,
    )
    along, across = (np.hypot(side, VIIRS_GEOLOCATION_SD_M) for side in (own_scan, own_track))
    low, high = satellite.power_megawatts
    is_event = np.arange(n) < len(rows)
    reports.add(
        n,
        source=satellite.source,
        sensor=SENSORS[name.casefold()],
        means="satellite",
        kind="thermal_anomaly",
        start_s=at,
        end_s=at + _MINUTE_S,
        known_s=at + _MINUTE_S + CARD.delay.total_seconds(),
        known_at_assumed=True,
        product_rank=0,
        lon=np.round(lon, 5),
        lat=np.round(lat, 5),
        semi_major_m=np.maximum(along, across),
        semi_minor_m=np.minimum(along, across),
        major_azimuth_deg=np.where(along >= across, 90.0, 0.0),
        intensity=np.round(low * (high / low) ** rng.random(n), 2),
        intensity_unit="MW",
        source_quality=_quality(at, n, rng),
        key=keys(f"{name}|{at:.0f}", range(n)),
        event=np.where(is_event, np.concatenate([rows, np.full(false, -1, dtype=np.int64)]), -1),
        why=np.where(is_event, "", "false").astype(object),
        form=np.where(is_event, "place", "").astype(object),
        own_1=own_scan,
        own_2=own_track,
        own_azimuth=90.0,
        shared=f"pass|{name}|{at:.0f}",
        shared_place_m=VIIRS_GEOLOCATION_SD_M,
    )


def _quality(at: float, n: int, rng: np.random.Generator) -> np.ndarray:
    """The row's own quality words, as the reader quotes them."""
    is_day = 6.0 <= at % DAY_S / 3600.0 < 18.0
    words = np.array(["l", "n", "n", "n", "h"], dtype=object)[rng.integers(0, 5, n)]
    return np.array(
        [f"confidence={word}; version={VERSION}; daynight={'D' if is_day else 'N'}" for word in words], dtype=object
    )
