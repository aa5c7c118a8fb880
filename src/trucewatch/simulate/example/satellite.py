"""True fires → heat pixels of an invented satellite that passes twice a day. Blind under cloud and between passes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from trucewatch.simulate.chance import stream
from trucewatch.simulate.example.delivered import FirePixel
from trucewatch.simulate.example.parameters import DayParameters, FirePixels
from trucewatch.simulate.example.truth import TrueEvent, Truth
from trucewatch.simulate.places import scatter

_AFTERGLOW = timedelta(hours=2)
"""How long the ground after an explosion may still be hot enough."""
_REACH_KM = 55.0


def sense_fires(parameters: DayParameters, truth: Truth) -> list[FirePixel]:
    """Pixels of every pass over burning or freshly hit ground, and a few of nothing (glint, hot rock)."""
    satellite = parameters.satellite
    if satellite is None:
        return []
    pixels: list[FirePixel] = []
    rng = stream(truth.seed, "satellite", satellite.source)
    for passed, is_day in _passes(parameters, satellite, rng):
        for event in truth.events:
            luck, cloud = (float(draw) for draw in rng.random(2))
            if cloud >= satellite.cloudy_share and luck < _chance(satellite, event, passed):
                amount = int(rng.integers(*satellite.pixels, endpoint=True))
                pixels += [_pixel(satellite, event.event_id, passed, is_day, event, rng) for _ in range(amount)]
        for _ in range(int(rng.poisson(satellite.false_per_pass))):
            east, north = (float(draw) for draw in rng.uniform(-_REACH_KM, _REACH_KM, 2))
            lon, lat = parameters.place((east, north * 0.6))
            nothing = TrueEvent(
                event_id="",
                happening="",
                kind="thermal_anomaly",
                aspect="undetermined",
                cause="",
                start=passed,
                end=passed,
                lon=lon,
                lat=lat,
                count=None,
                injured=None,
            )
            pixels.append(_pixel(satellite, "", passed, is_day, nothing, rng))
    return sorted(pixels, key=lambda pixel: (pixel.acquired, pixel.lat, pixel.lon))


def _passes(parameters: DayParameters, satellite: FirePixels, rng: np.random.Generator) -> list[tuple[datetime, bool]]:
    """When the satellite passed, to the minute, and whether the sun was up."""
    first = datetime(parameters.first_day.year, parameters.first_day.month, parameters.first_day.day, tzinfo=UTC)
    passes = []
    for day in range(parameters.days):
        for hour in satellite.passes_utc_hours:
            minutes = round(hour * 60 + float(rng.normal(0.0, satellite.pass_sd_minutes)))
            passed = first + timedelta(days=day, minutes=minutes)
            local_hour = (passed + timedelta(hours=parameters.utc_offset_hours)).hour
            passes.append((passed, 6 <= local_hour < 18))
    return passes


def _chance(satellite: FirePixels, event: TrueEvent, passed: datetime) -> float:
    if event.kind == "thermal_anomaly" and event.start <= passed < event.end:
        return satellite.chance
    if event.kind == "explosion" and event.start <= passed < event.end + _AFTERGLOW:
        return satellite.chance_of_explosion
    return 0.0


def _pixel(
    satellite: FirePixels, event_id: str, passed: datetime, is_day: bool, event: TrueEvent, rng: np.random.Generator
) -> FirePixel:
    lon, lat = scatter(event.lon, event.lat, satellite.pixel_m / 2, rng)
    low, high = satellite.power_megawatts
    power = low * (high / low) ** float(rng.random())
    background = float(rng.normal(294.0 if is_day else 281.0, 3.0))
    return FirePixel(
        event_id=event_id,
        acquired=passed,
        lon=lon,
        lat=lat,
        brightness_kelvin=min(367.0, background + 25.0 + 1.6 * power),
        background_kelvin=background,
        scan_km=float(rng.uniform(0.38, 0.62)),
        track_km=float(rng.uniform(0.36, 0.56)),
        confidence=("l", "n", "n", "n", "h")[int(rng.integers(5))],
        radiative_power_megawatts=power,
        is_day=is_day,
    )
