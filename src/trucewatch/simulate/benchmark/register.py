"""What the keeper of the sensors knows: places, ranges, outages, chances and false alarms — near the true figures, not
equal."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from trucewatch.model.zone import Notice, Sensor
from trucewatch.simulate.benchmark.devices import Device, devices_of
from trucewatch.simulate.benchmark.events import Events
from trucewatch.simulate.benchmark.ground import DAY_S, Ground
from trucewatch.simulate.chance import reach_curve

_KEEPER_SD = 0.08
"""Relative error of what the keeper believes of chances; twice that for false alarms."""


def register_sensors(ground: Ground) -> tuple[Sensor, ...]:
    """The sensor register. `notices` is the mean chance over the disc of the sensor's range while it is up."""
    parameters = ground.parameters
    sensors = []
    for means in ("acoustic", "seismic", "camera", "uav", "patrol"):
        for device in devices_of(ground, means):
            rng = ground.stream("register", device.id)
            chances = _mean_chances(ground, device)
            false = {
                "acoustic": parameters.acoustic.false_per_day,
                "seismic": parameters.seismic.false_per_day,
                "camera": parameters.camera.false_per_day,
                "uav": parameters.uav.false_per_day,
                "patrol": parameters.patrol.false_per_day,
            }[means]
            believed = {
                kind: round(float(np.clip(chance * (1.0 + rng.standard_normal() * _KEEPER_SD), 0.01, 0.99)), 2)
                for kind, chance in chances.items()
            }
            sensors.append(
                Sensor(
                    id=device.id,
                    means=means,
                    names={"en": device.id},
                    lon=device.lon,
                    lat=device.lat,
                    range_m=device.range_m,
                    up_from=parameters.midnight,
                    up_until=parameters.midnight + timedelta(seconds=ground.length_s),
                    outages=tuple(
                        (moment_of(ground, start), moment_of(ground, min(end, ground.length_s)))
                        for start, end in device.down_s
                        if start < min(end, ground.length_s)
                    ),
                    notices=believed,
                    false_per_day=round(false * float(np.exp(rng.standard_normal() * 2 * _KEEPER_SD)), 2),
                )
            )
    return tuple(sensors)


def _mean_chances(ground: Ground, device: Device) -> dict[str, float]:
    """The chance of a report of an event anywhere within the range, by kind."""
    parameters = ground.parameters
    share = np.sqrt((np.arange(200) + 0.5) / 200.0)  # distances of points spread evenly over the disc
    if device.means == "seismic":
        return dict(parameters.seismic.chance)
    if device.means == "uav":
        return dict(parameters.uav.chance)
    if device.means == "acoustic":
        acoustic = parameters.acoustic
        best, sharpness, reach = (
            acoustic.best_chance * sum(acoustic.hour_factor) / 2,
            acoustic.sharpness,
            acoustic.reach,
        )
    elif device.means == "camera":
        camera = parameters.camera
        best = (camera.best_chance_day + camera.best_chance_night) / 2 * (1 - camera.hidden_sectors)
        best, sharpness, reach = best * (1 - camera.fog_share), camera.sharpness, camera.reach
    else:
        patrol = parameters.patrol
        best, sharpness, reach = patrol.best_chance, patrol.sharpness, patrol.reach
    return {
        kind: float(reach_curve(share, part, best=best, sharpness=sharpness).mean()) for kind, part in reach.items()
    }


def announce_work(ground: Ground, events: Events) -> tuple[Notice, ...]:
    """Notices of demining, quarry work and exercises: for a share of the days on which there is such work."""
    happening, parameters = ground.parameters.happening, ground.parameters
    notices: list[Notice] = []
    for cause, who in (("demining", "Joint Commission"), ("quarry", "Quarry works"), ("exercise", "NR")):
        rng = ground.stream("notices", cause)
        rows = np.flatnonzero(events.cause == cause)
        for day in np.unique((events.start_s[rows] // DAY_S).astype(np.int64)).tolist():
            if rng.random() >= happening.announced:
                continue
            at = {
                "demining": happening.demining_km[day % len(happening.demining_km)],
                "quarry": happening.quarry_km,
                "exercise": happening.exercise_km,
            }[cause]
            lon, lat = ground.place_of(at)
            midnight = parameters.midnight + timedelta(days=day)
            start, end = (midnight + timedelta(hours=hour) for hour in happening.work_local)
            notices.append(
                Notice(
                    id=f"{cause}-{day + 1}",
                    who=who,
                    kinds=("explosion", "burst", "shot"),
                    zone="",
                    lon=lon,
                    lat=lat,
                    radius_m=3000.0 if cause == "exercise" else 1500.0,
                    start=start,
                    end=end,
                    known_at=midnight - timedelta(hours=8),
                    text=f"Simulated: {cause} announced",
                    source="simulated",
                    row=len(notices) + 2,
                    acknowledged_by=("NR", "SR"),
                )
            )
    return tuple(notices)


def moment_of(ground: Ground, seconds: float) -> datetime:
    """The UTC moment of seconds since the first local midnight."""
    return ground.parameters.midnight + timedelta(seconds=seconds)
