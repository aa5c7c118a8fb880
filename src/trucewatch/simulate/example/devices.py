"""True events → what devices and patrols report of them: errors, misses, delays, false alarms."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from math import radians
from typing import Any

import numpy as np

from trucewatch.simulate.chance import reach_curve, stream
from trucewatch.simulate.example.delivered import Report
from trucewatch.simulate.example.parameters import DayParameters, Device, MeansOfSensing
from trucewatch.simulate.example.truth import TrueEvent, Truth
from trucewatch.simulate.places import look_from, scatter, step_from

_SHARPNESS = 6.0
"""How steeply the chance falls about the distance at which half is noticed."""
_SMALLEST_PLACE_SD_M = 40.0


def report_by_devices(parameters: DayParameters, truth: Truth) -> list[Report]:
    """Every device's reports of the true events within its reach, and its false alarms. One device, one stream."""
    reports: list[Report] = []
    for device in parameters.sensor:
        means = next(sensing for sensing in parameters.means if sensing.means == device.means)
        rng = stream(truth.seed, "device", device.id)
        for event in truth.events:
            luck = float(rng.random())
            chance = chance_of_notice(parameters, means, device, event)
            if luck < chance and _is_up(parameters, device, event.start):
                reports.append(_report(parameters, means, device, event, rng))
        reports += _false_alarms(parameters, means, device, rng)
    return reports


def chance_of_notice(parameters: DayParameters, means: MeansOfSensing, device: Device, event: TrueEvent) -> float:
    """How probably the device notices this event, by its kind and distance; 0 for a kind that it cannot notice."""
    share = means.notices.get(event.kind, 0.0)
    if share <= 0.0:
        return 0.0
    _, distance_m = look_from(*parameters.place(device.at_km), event.lon, event.lat)
    return float(reach_curve(distance_m, share * device.range_m, best=means.best_chance, sharpness=_SHARPNESS))


def _is_up(parameters: DayParameters, device: Device, moment: datetime) -> bool:
    if device.up_from is not None and moment < parameters.at(device.up_from):
        return False
    return device.up_until is None or moment < parameters.at(device.up_until)


def _report(
    parameters: DayParameters, means: MeansOfSensing, device: Device, event: TrueEvent, rng: np.random.Generator
) -> Report:
    seen_at = event.start + timedelta(seconds=round(float(rng.normal(0.0, means.time_sd_s)), 2))
    delay = timedelta(seconds=round(float(rng.uniform(*means.delay_minutes)) * 60))
    count = None
    if event.count is not None:
        best = max(1, round(event.count * float(rng.uniform(0.8, 1.15))))
        count = (max(1, best - max(1, best // 4)), best, best + max(1, best // 3))
    injured = (event.injured, event.injured, event.injured) if means.tells_injured and event.injured else None
    placed = _placed(parameters, means, device, (event.lon, event.lat), rng)
    return Report(
        event_id=event.event_id,
        source=means.source,
        key=f"{device.id}|{event.event_id}",
        sensor=device.id,
        means=means.means,
        kind=event.kind,
        aspect=event.aspect if means.tells_aspect else "undetermined",
        occurred_start=seen_at,
        occurred_end=seen_at + (event.end - event.start),
        time_sd_s=means.time_sd_s,
        known_at=seen_at + (event.end - event.start) + delay,
        text=f"Simulated: {means.text}",
        count=count,
        injured=injured,
        **placed,
    )


def _placed(
    parameters: DayParameters,
    means: MeansOfSensing,
    device: Device,
    true_place: tuple[float, float],
    rng: np.random.Generator,
) -> dict[str, Any]:
    """The place fields of a report, with the one-sigma ellipse that the device's errors make."""
    observer = parameters.place(device.at_km)
    if means.reports == "place":
        lon, lat = scatter(*true_place, means.place_sd_m, rng)
        around = max(means.place_sd_m, _SMALLEST_PLACE_SD_M)
        return {"lon": lon, "lat": lat, "semi_major_m": around, "semi_minor_m": around, "major_azimuth_deg": 0.0}
    bearing_deg, range_m = look_from(*observer, *true_place)
    range_sd_m = max(means.range_sd_share * range_m, _SMALLEST_PLACE_SD_M)
    seen_bearing_deg = float(rng.normal(bearing_deg, means.bearing_sd_deg)) % 360.0
    seen_range_m = max(50.0, float(rng.normal(range_m, range_sd_m)))
    lon, lat = step_from(*observer, seen_bearing_deg, seen_range_m)
    across_m = max(seen_range_m * radians(means.bearing_sd_deg), _SMALLEST_PLACE_SD_M)
    along_is_major = range_sd_m >= across_m
    return {
        "lon": lon,
        "lat": lat,
        "semi_major_m": max(range_sd_m, across_m),
        "semi_minor_m": min(range_sd_m, across_m),
        "major_azimuth_deg": (seen_bearing_deg if along_is_major else seen_bearing_deg + 90.0) % 180.0,
        "observer_lon": observer[0],
        "observer_lat": observer[1],
        "bearing_deg": seen_bearing_deg,
        "bearing_sd_deg": means.bearing_sd_deg,
        "range_m": seen_range_m,
        "range_sd_m": range_sd_m,
    }


def _false_alarms(
    parameters: DayParameters, means: MeansOfSensing, device: Device, rng: np.random.Generator
) -> list[Report]:
    """Reports of nothing: as many as a Poisson draw gives, anywhere within the device's reach."""
    reports = []
    for number in range(int(rng.poisson(means.false_per_day * parameters.days)) if means.false_kinds else 0):
        hour = float(rng.uniform(0.0, 24.0 * parameters.days))
        kind = means.false_kinds[int(rng.integers(len(means.false_kinds)))]
        start = parameters.moment(1, round(hour * 3600) / 3600)
        reach_m = device.range_m * means.notices[kind]
        bearing_deg, share = float(rng.uniform(0.0, 360.0)), float(rng.uniform(0.1, 1.0))
        nowhere = step_from(*parameters.place(device.at_km), bearing_deg, reach_m * share)
        unreal = TrueEvent(
            event_id="",
            happening="",
            kind=kind,
            aspect="undetermined",
            cause="",
            start=start,
            end=start,
            lon=nowhere[0],
            lat=nowhere[1],
            count=1,
            injured=None,
        )
        report = _report(parameters, means, device, unreal, rng)
        if _is_up(parameters, device, start):
            reports.append(replace(report, key=f"{device.id}|false|{number}"))
    return reports
