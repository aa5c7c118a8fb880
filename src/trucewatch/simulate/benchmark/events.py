"""Parameters and a seed → what truly happened, in columns: fire singly, in episodes and on fronts; work, storms, farm
fires."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trucewatch.geo.arrays import Floats, Ints
from trucewatch.simulate.benchmark.ground import DAY_S, Ground
from trucewatch.simulate.chance import choose

Words = npt.NDArray[np.object_]

FIRE = ("explosion", "burst", "shot", "projectile")


@dataclass(frozen=True)
class Events:
    """True events in order of their start, all columns of one length. Seconds count from the first local midnight."""

    kind: Words
    aspect: Words
    cause: Words
    """Empty for fire between the sides and what it set alight; the others are what a screen has to find."""
    start_s: Floats
    end_s: Floats
    lon: Floats
    lat: Floats
    x: Floats
    y: Floats
    count: Ints
    """Rounds; 0 where there is nothing to count."""
    caused_by: Ints
    """The row of the impact that lit this fire; -1 for all others."""

    def __len__(self) -> int:
        return len(self.kind)


class _Drawn:
    """What is collected before it is put in order."""

    def __init__(self) -> None:
        self.columns: dict[str, list[np.ndarray]] = {}

    def add(self, n: int, **columns: object) -> None:
        for name, value in columns.items():
            dtype = object if isinstance(value, str) else None
            self.columns.setdefault(name, []).append(np.broadcast_to(np.asarray(value, dtype=dtype), (n,)))

    def column(self, name: str) -> np.ndarray:
        return np.concatenate(self.columns[name])


def draw_events(ground: Ground) -> Events:
    """Every true event of these days. The same parameters, density and seed give the same events."""
    density = ground.density
    total = round(density.days * density.events_per_day)
    in_fronts = sum(front.events for front in density.front)
    kinds = choose(ground.stream("truth", "mix"), density.mix, total - in_fronts)
    drawn = _Drawn()
    _draw_fire(ground, kinds[np.isin(kinds, FIRE)], drawn)
    for number, front in enumerate(density.front):
        rng = ground.stream("truth", "front", str(number))
        fire = {kind: density.mix[kind] for kind in FIRE}
        x = rng.uniform(front.from_km * 1000.0, front.to_km * 1000.0, front.events)
        start = (front.day - 1) * DAY_S + rng.uniform(*front.hours, front.events) * 3600.0
        _add_fire(ground, choose(rng, fire, front.events), x, start, rng, drawn)
    for cause, draw in _OTHERS.items():
        n = int((kinds == cause).sum())
        if n:
            draw(ground, n, ground.stream("truth", cause), drawn)
    return _in_order(ground, drawn)


def _draw_fire(ground: Ground, kinds: Words, drawn: _Drawn) -> None:
    """Single events anywhere and any time, and episodes: some minutes of fire about one place of the line."""
    density = ground.density
    rng = ground.stream("truth", "fire")
    n = len(kinds)
    west, east = ground.line_ends_m
    x, start = rng.uniform(west, east, n), rng.uniform(0.0, ground.length_s, n)
    at, until = 0, int(density.in_episodes * n)
    while at < until:
        size = min(int(rng.integers(*density.episode_events, endpoint=True)), until - at)
        lasts = float(rng.uniform(*density.episode_minutes)) * 60.0
        centre, began = float(rng.uniform(west, east)), float(rng.uniform(0.0, ground.length_s - lasts))
        x[at : at + size] = np.clip(rng.normal(centre, density.episode_spread_m, size), west, east)
        start[at : at + size] = rng.uniform(began, began + lasts, size)
        at += size
    twins = np.flatnonzero(rng.random(n) < density.simultaneous)
    others = rng.integers(0, n, len(twins))
    apart = np.abs(x[twins] - x[others]) > 4000.0
    start[twins[apart]] = np.clip(
        start[others[apart]] + rng.uniform(-4.0, 4.0, int(apart.sum())), 0.0, ground.length_s - 600.0
    )
    _add_fire(ground, kinds, x, start, rng, drawn)


def _add_fire(ground: Ground, kinds: Words, x: Floats, start: Floats, rng: np.random.Generator, drawn: _Drawn) -> None:
    happening = ground.parameters.happening
    n = len(kinds)
    outgoing = (kinds == "explosion") & (rng.random(n) < happening.outgoing_share)
    side = np.where(rng.random(n) < 0.5, 1.0, -1.0)
    across = np.where(
        outgoing,
        side * rng.uniform(*happening.outgoing_behind_m, n),
        rng.standard_normal(n) * np.where(kinds == "explosion", happening.impact_sd_m, happening.close_sd_m),
    )
    impact = (kinds == "explosion") & ~outgoing
    burns = impact & (rng.random(n) < happening.fire_chance)
    aspect = np.where(outgoing, "outgoing", np.where(impact, "impact", "undetermined")).astype(object)
    count, lasts = _rounds(ground, kinds, rng)
    drawn.add(
        n,
        kind=kinds,
        aspect=aspect,
        cause="",
        start=start,
        end=start + lasts,
        x=x,
        y=ground.line_north_m(x) + across,
        count=count,
        burns=burns,
    )


def _rounds(ground: Ground, kinds: Words, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """How many rounds each event has, and how long they take."""
    happening = ground.parameters.happening
    mean = np.array([happening.count_mean[kind] for kind in kinds], dtype=np.float64)
    gap = np.array([happening.gap_s[kind] for kind in kinds], dtype=np.float64)
    count = rng.geometric(1.0 / mean) if len(kinds) else np.zeros(0, dtype=np.int64)
    return count, np.asarray((count - 1) * gap * rng.uniform(0.5, 1.5, len(kinds)))


def _draw_exercise(ground: Ground, n: int, rng: np.random.Generator, drawn: _Drawn) -> None:
    happening = ground.parameters.happening
    kinds = choose(rng, {"explosion": 0.5, "burst": 0.3, "shot": 0.2}, n)
    start = _working_hours(ground, n, rng, days=max(1, n // 12))
    count, lasts = _rounds(ground, kinds, rng)
    east, north = rng.standard_normal((2, n)) * happening.exercise_spread_m
    drawn.add(
        n,
        kind=kinds,
        aspect="exercise",
        cause="exercise",
        start=start,
        end=start + lasts,
        count=count,
        burns=False,
        x=happening.exercise_km[0] * 1000.0 + east,
        y=happening.exercise_km[1] * 1000.0 + north,
    )


def _draw_demining(ground: Ground, n: int, rng: np.random.Generator, drawn: _Drawn) -> None:
    happening = ground.parameters.happening
    start = _working_hours(ground, n, rng, days=max(1, n // 5))
    # One team, one field a day.
    field = np.array(happening.demining_km)[(start // DAY_S).astype(np.int64) % len(happening.demining_km)] * 1000.0
    east, north = rng.standard_normal((2, n)) * happening.demining_spread_m
    drawn.add(
        n,
        kind="explosion",
        aspect="controlled",
        cause="demining",
        start=start,
        end=start,
        count=rng.integers(1, 3, n),
        burns=False,
        x=field[:, 0] + east,
        y=field[:, 1] + north,
    )


def _draw_quarry(ground: Ground, n: int, rng: np.random.Generator, drawn: _Drawn) -> None:
    happening = ground.parameters.happening
    start = _working_hours(ground, n, rng, days=n)
    east, north = rng.standard_normal((2, n)) * happening.quarry_spread_m
    drawn.add(
        n,
        kind="explosion",
        aspect="controlled",
        cause="quarry",
        start=start,
        end=start,
        count=1,
        burns=False,
        x=happening.quarry_km[0] * 1000.0 + east,
        y=happening.quarry_km[1] * 1000.0 + north,
    )


def _draw_farm_fires(ground: Ground, n: int, rng: np.random.Generator, drawn: _Drawn) -> None:
    happening = ground.parameters.happening
    start = rng.integers(0, ground.density.days, n) * DAY_S + rng.uniform(*happening.farm_fire_local, n) * 3600.0
    west, east = ground.line_ends_m
    x = rng.uniform(west, east, n)
    off = rng.uniform(*happening.farm_fire_off_line_m, n) * np.where(rng.random(n) < 0.5, 1.0, -1.0)
    drawn.add(
        n,
        kind="thermal_anomaly",
        aspect="undetermined",
        cause="farm_fire",
        start=start,
        end=start + rng.uniform(*happening.farm_fire_hours, n) * 3600.0,
        count=0,
        burns=False,
        x=x,
        y=ground.line_north_m(x) + off,
    )


def _draw_thunder(ground: Ground, n: int, rng: np.random.Generator, drawn: _Drawn) -> None:
    happening = ground.parameters.happening
    storm = np.arange(n) // happening.storm_claps
    storms = int(storm[-1]) + 1
    west, east = ground.line_ends_m
    lasts = rng.uniform(*happening.storm_hours, storms) * 3600.0
    began = rng.uniform(0.0, ground.length_s - lasts)
    centre_x, centre_y = rng.uniform(west, east, storms), rng.uniform(-8000.0, 8000.0, storms)
    start = began[storm] + rng.uniform(0.0, 1.0, n) * lasts[storm]
    drawn.add(
        n,
        kind="explosion",
        aspect="airburst",
        cause="thunder",
        start=start,
        end=start,
        count=1,
        burns=False,
        x=centre_x[storm] + rng.standard_normal(n) * happening.storm_spread_m,
        y=centre_y[storm] + rng.standard_normal(n) * happening.storm_spread_m,
    )


_OTHERS = {
    "exercise": _draw_exercise,
    "demining": _draw_demining,
    "quarry": _draw_quarry,
    "farm_fire": _draw_farm_fires,
    "thunder": _draw_thunder,
}


def _working_hours(ground: Ground, n: int, rng: np.random.Generator, *, days: int) -> Floats:
    """Moments of n events on at most so many days, in working hours."""
    chosen = rng.choice(ground.density.days, min(days, ground.density.days), replace=False)
    hours = rng.uniform(*ground.parameters.happening.work_local, n)
    return np.asarray(np.sort(rng.choice(chosen, n)) * DAY_S + hours * 3600.0)


def _in_order(ground: Ground, drawn: _Drawn) -> Events:
    """All events by their start, with the fires that impacts lit."""
    start, burns = drawn.column("start"), drawn.column("burns").astype(np.bool_)
    x, y = drawn.column("x").astype(np.float64), drawn.column("y").astype(np.float64)
    lit = np.flatnonzero(burns)
    rng, happening = ground.stream("truth", "fires"), ground.parameters.happening
    lit_start = start[lit] + rng.uniform(*happening.fire_after_s, len(lit))
    lit_end = lit_start + rng.uniform(*happening.fire_hours, len(lit)) * 3600.0
    words = {"kind": "thermal_anomaly", "aspect": "undetermined", "cause": ""}
    start = np.round(np.concatenate([start, lit_start]), 1)
    order = np.argsort(start, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    wander = rng.standard_normal((2, len(lit))) * 20.0
    x, y = np.concatenate([x, x[lit] + wander[0]])[order], np.concatenate([y, y[lit] + wander[1]])[order]
    lon, lat = ground.degrees(x, y)
    caused_by = np.concatenate([np.full(len(burns), -1, dtype=np.int64), rank[lit]])
    text = {
        name: np.concatenate([drawn.column(name), np.full(len(lit), word, dtype=object)])[order]
        for name, word in words.items()
    }
    return Events(
        **text,
        start_s=start[order],
        end_s=np.round(np.concatenate([drawn.column("end"), lit_end]), 1)[order],
        lon=np.round(lon, 6),
        lat=np.round(lat, 6),
        x=x,
        y=y,
        count=np.concatenate([drawn.column("count").astype(np.int64), np.zeros(len(lit), dtype=np.int64)])[order],
        caused_by=caused_by[order],
    )
