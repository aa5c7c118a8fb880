"""What the register does not know: figures that are off, devices that the weather silenced."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trucewatch.model.times import ALWAYS, NEVER
from trucewatch.model.zone import Sensor
from trucewatch.simulate.benchmark.devices import devices_of
from trucewatch.simulate.benchmark.stress.draft import Draft
from trucewatch.simulate.benchmark.stress.parameters import Family, RegisterWrong, Silence

_LEAST_CHANCE, _MOST_CHANCE = 0.01, 0.99


def say_false_per_day(sensor: Sensor, rate: float) -> Sensor:
    """The entry with this rate of false alarms."""
    return replace(sensor, false_per_day=round(rate, 2))


def mistake_register(draft: Draft, family: RegisterWrong) -> None:
    """Chances and false alarms off by a factor each, up or down, for most devices."""
    entries = []
    for sensor in draft.sensors:
        rng = draft.stream("register", sensor.id)
        if rng.random() < family.untouched or sensor.false_per_day is None:
            entries.append(sensor)
            continue
        chances, alarms = rng.choice(np.array(family.factors), 2).tolist()
        notices = {
            kind: round(min(max(chance * chances, _LEAST_CHANCE), _MOST_CHANCE), 2)
            for kind, chance in sensor.notices.items()
        }
        entries.append(say_false_per_day(replace(sensor, notices=notices), sensor.false_per_day * alarms))
    draft.sensors = tuple(entries)


def lose_register(draft: Draft, family: Family) -> None:
    """Nobody keeps one."""
    draft.sensors = ()


def silence_in_common(draft: Draft, family: Silence) -> None:
    """Wind, fog or both over a part of the ground: what devices there would have reported is mostly lost. The register
    has them as up."""
    ground = draft.ground
    rng = draft.stream("weather")
    n = int(rng.poisson(family.spells_per_day * ground.density.days))
    start = rng.uniform(0.0, ground.length_s, n)
    end = start + rng.uniform(*family.hours, n) * 3600.0
    west, east = ground.line_ends_m
    centre = rng.uniform(west, east, n)
    half = rng.uniform(*family.half_width_km, n) * 1000.0
    sort = rng.random(n)
    wind, fog = sort < family.wind, (sort >= family.wind) & (sort < family.wind + family.fog)
    for means in ("acoustic", "camera", "uav"):
        if not draft.reported.get(means):
            continue
        columns = draft.reported[means]
        moment = columns["start_s"].astype(np.float64)
        lost = np.zeros(len(moment), dtype=np.bool_)
        for device in devices_of(ground, means):
            x, _ = ground.frame.to_metres(np.array([device.lon]), np.array([device.lat]))
            takes = (np.abs(centre - x[0]) <= half) & ~(fog if means == "acoustic" else wind)
            its = columns["sensor"] == device.id
            for spell in np.flatnonzero(takes).tolist():
                lost |= its & (moment >= start[spell]) & (moment < end[spell])
        draft.keep(means, ~(lost & (draft.stream("lost", means).random(len(moment)) < family.lost)))


def forget_when_built(draft: Draft) -> None:
    """The register does not say since when its devices stand."""
    draft.sensors = tuple(replace(sensor, up_from=ALWAYS, up_until=NEVER) for sensor in draft.sensors)
