"""Parameters and a seed → what truly happened. Nobody who watches ever sees this table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from trucewatch.simulate.chance import stream
from trucewatch.simulate.example.parameters import DayParameters, Happening
from trucewatch.simulate.places import scatter


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueEvent:
    """One event as it was: no error, no delay. `count` and `injured` are None where there is nothing to count."""

    event_id: str
    happening: str
    kind: str
    aspect: str
    cause: str
    start: datetime
    end: datetime
    lon: float
    lat: float
    count: int | None
    injured: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """All true events of the simulated days, in order of their start."""

    name: str
    seed: int
    events: tuple[TrueEvent, ...]


def draw_truth(parameters: DayParameters, seed: int) -> Truth:
    """Place, time, kind and count of every true event. The same parameters and seed give the same truth.

    Every happening has its own stream of random numbers, so that adding one leaves the others as they are.
    """
    drawn: list[TrueEvent] = []
    for happening in parameters.happening:
        drawn += _draw_happening(parameters, happening, stream(seed, "truth", happening.id))
    drawn.sort(key=lambda event: (event.start, event.event_id))
    return Truth(name=parameters.name, seed=seed, events=tuple(drawn))


def _draw_happening(parameters: DayParameters, happening: Happening, rng: np.random.Generator) -> list[TrueEvent]:
    lon, lat = parameters.place(happening.at_km)
    last_day = max(happening.day, happening.last_day)
    days = [
        happening.day + number * (last_day - happening.day + 1) // happening.events
        for number in range(happening.events)
    ]
    hours = rng.uniform(*happening.hours, happening.events)
    if last_day == happening.day:
        hours = np.sort(hours)
    events = []
    for number, (day, hour) in enumerate(zip(days, hours, strict=True), 1):
        start = parameters.moment(day, round(float(hour) * 3600) / 3600)
        place = scatter(lon, lat, happening.spread_m, rng)
        lasts = timedelta(seconds=round(float(rng.uniform(*happening.lasts_s))))
        count = None if happening.count is None else int(rng.integers(*happening.count, endpoint=True))
        injured = None if happening.injured is None else int(rng.integers(*happening.injured, endpoint=True))
        events.append(
            TrueEvent(
                event_id=f"t-{happening.id}-{number}",
                happening=happening.id,
                kind=happening.kind,
                aspect=happening.aspect,
                cause=happening.cause,
                start=start,
                end=start + lasts,
                lon=place[0],
                lat=place[1],
                count=count,
                injured=injured,
            )
        )
    return events
