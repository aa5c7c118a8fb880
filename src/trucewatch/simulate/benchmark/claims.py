"""True events → what people say: rumours in copies, claims of both parties, a humanitarian list; and what never was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from trucewatch.geo.arrays import Floats, Ints
from trucewatch.simulate.benchmark.events import Events
from trucewatch.simulate.benchmark.ground import DAY_S, Ground
from trucewatch.simulate.benchmark.report_columns import Reports, keys, natural_key, scattered, told_counts
from trucewatch.simulate.chance import choose, unit_errors


def tell_public(ground: Ground, events: Events) -> Reports:
    """Rumours. All copies of one say the same of the same place and time, each a little later."""
    public = ground.parameters.public
    reports = Reports()
    rng = ground.stream("public", "rumours")
    chance = _chance(events, public.chance)
    first = np.flatnonzero(rng.random(len(events)) < chance)
    second = first[rng.random(len(first)) < public.second_witness]
    spoken = np.concatenate([first, second])
    never = _invented(ground, public.false_share, len(spoken), rng)
    everything = _joined(events, spoken, never)
    n = len(everything["start"])
    sd = np.round(rng.uniform(*public.place_sd_m, n))
    place = _spoken_place(ground, everything, sd, public.outlier_share, rng)
    moment, minutes = _spoken_time(ground, everything, public.time_sd_s, rng), public.delay_minutes
    known_s = everything["end"] + rng.uniform(*minutes, n) * 60.0
    moment = np.minimum(moment, known_s)
    words = _words(ground, everything, moment)
    copies = np.minimum(rng.geometric(1.0 / public.copies_mean, n), public.copies_most)
    row = np.repeat(np.arange(n), copies)
    number = np.arange(len(row)) - np.repeat(np.cumsum(copies) - copies, copies)
    later = np.where(number > 0, rng.uniform(*public.copy_after_minutes, len(row)) * 60.0 * number, 0.0)
    draws = keys("rumour", range(n))
    reports.add(
        len(row),
        source=public.source,
        means="public",
        kind=everything["kind"][row],
        start_s=moment[row],
        end_s=moment[row],
        time_sd_s=public.time_sd_s,
        known_s=known_s[row] + later,
        text=words[row],
        key=np.array([f"rumour|{rumour}|{copy}" for rumour, copy in zip(row, number, strict=True)], dtype=object),
        draw=draws[row],
        **_repeated(place, row),
        **_repeated(told_counts(everything["count"], rng, low=0.5, high=2.0), row),
        **_hidden(ground, everything, row),
    )
    return reports


def claim_parties(ground: Ground, events: Events) -> Reports:
    """What each party says fell on its side of the line; some of it never did, and counts are inflated."""
    party = ground.parameters.party
    reports = Reports()
    for side in party.side:
        rng = ground.stream("party", side.source)
        # Near the line it is a matter of view on whose side a place is.
        off_line = (events.y - ground.line_north_m(events.x) + rng.normal(0.0, 400.0, len(events))) * side.side
        chance = np.where(off_line > 0, _chance(events, party.chance), 0.0)
        spoken = np.flatnonzero(rng.random(len(events)) < chance)
        everything = _joined(events, spoken, _invented(ground, party.false_share, len(spoken), rng, side=side.side))
        n = len(everything["start"])
        sd = np.round(rng.uniform(*party.place_sd_m, n))
        known_s = everything["end"] + rng.uniform(*party.delay_hours, n) * 3600.0
        moment = np.minimum(_spoken_time(ground, everything, party.time_sd_s, rng), known_s)
        best = np.where(
            everything["count"] > 0, np.ceil(everything["count"] * rng.uniform(*party.counts_times, n)), -1
        ).astype(np.int64)
        row = np.arange(n)
        reports.add(
            n,
            source=side.source,
            means="party",
            kind=everything["kind"],
            start_s=moment,
            end_s=moment,
            time_sd_s=party.time_sd_s,
            known_s=known_s,
            claimed_by=side.claimed_by,
            count_min=best,
            count_best=best,
            count_max=best,
            text=_words(ground, everything, moment),
            key=keys("claim", row),
            **_spoken_place(ground, everything, sd, party.outlier_share, rng),
            **_hidden(ground, everything, row),
        )
    return reports


def list_events(ground: Ground, events: Events) -> Reports:
    """One row an event, to the hour or the local day."""
    settings = ground.parameters.list
    reports = Reports()
    rng = ground.stream("list", "rows")
    spoken = np.flatnonzero(rng.random(len(events)) < _chance(events, settings.chance))
    everything = _joined(events, spoken, _invented(ground, settings.false_share, len(spoken), rng))
    n = len(everything["start"])
    sd = rng.choice(np.array(settings.place_sd_m), n)
    step = np.where(rng.random(n) < settings.day_precision, DAY_S, 3600.0)
    # Shuffled: the order of the entries says nothing of which are true.
    numbered = keys("entry", rng.permutation(n))
    entries = np.array([f"id={natural_key(ground, entry)}" for entry in numbered], dtype=object)
    start = np.floor(everything["start"] / step) * step
    row = np.arange(n)
    reports.add(
        n,
        source=settings.source,
        means="event_list",
        kind=everything["kind"],
        start_s=start,
        end_s=start + step,
        known_s=np.maximum(start + step, everything["end"]) + rng.uniform(*settings.delay_days, n) * DAY_S,
        claimed_by=settings.claimed_by,
        text=_words(ground, everything, everything["start"], to_the_minute=False),
        key=numbered,
        source_quality=entries,
        **_spoken_place(ground, everything, sd, settings.outlier_share, rng),
        **_hidden(ground, everything, row),
    )
    return reports


def _chance(events: Events, chance: Mapping[str, float]) -> Floats:
    """By kind; what has a screened cause is spoken of half as often."""
    by_kind = np.array([chance.get(kind, 0.0) for kind in events.kind], dtype=np.float64)
    return by_kind * np.where(events.cause == "", 1.0, 0.5)


def _invented(ground: Ground, share: float, true: int, rng: np.random.Generator, *, side: int = 0) -> dict[str, Any]:
    """Events that never were, near the line: the given share of all that is told."""
    n = int(rng.poisson(true * share / (1.0 - share)))
    west, east = ground.line_ends_m
    x = rng.uniform(west, east, n)
    off = rng.uniform(0.0, 4000.0, n) * (side if side else np.where(rng.random(n) < 0.5, 1.0, -1.0))
    lon, lat = ground.degrees(x, ground.line_north_m(x) + off)
    start = rng.uniform(0.0, ground.length_s, n)
    return {
        "start": start,
        "end": start,
        "lon": lon,
        "lat": lat,
        "kind": choose(rng, {"explosion": 0.8, "burst": 0.2}, n),
        "count": rng.integers(1, 8, n),
        "event": np.full(n, -1, dtype=np.int64),
    }


def _joined(events: Events, spoken: Ints, never: dict[str, Any]) -> dict[str, Any]:
    """What is told: true events, then invented ones."""
    true = {
        "start": events.start_s[spoken],
        "end": events.end_s[spoken],
        "lon": events.lon[spoken],
        "lat": events.lat[spoken],
        "kind": events.kind[spoken],
        "count": events.count[spoken],
        "event": spoken,
    }
    # A fire is spoken of when it is noticed, not when it is out.
    true["end"] = np.where(true["kind"] == "thermal_anomaly", true["start"], true["end"])
    return {name: np.concatenate([true[name], never[name]]) for name in true}


def _spoken_place(
    ground: Ground, everything: dict[str, Any], sd: Floats, outlier_share: float, rng: np.random.Generator
) -> dict[str, Any]:
    azimuth = np.zeros(len(sd))
    lon, lat, outlier = scattered(
        ground,
        everything["lon"],
        everything["lat"],
        rng,
        major_m=sd,
        minor_m=sd,
        azimuth_deg=azimuth,
        dof=ground.parameters.errors.dof,
        outlier_share=outlier_share,
    )
    outlier = outlier & (everything["event"] >= 0)
    false = everything["event"] < 0
    return {
        "lon": lon,
        "lat": lat,
        "semi_major_m": sd,
        "semi_minor_m": sd,
        "major_azimuth_deg": azimuth,
        "own_1": sd,
        "own_2": sd,
        "is_outlier": outlier,
        "why": np.where(false, "false", np.where(outlier, "outlier", "")).astype(object),
    }


def _spoken_time(ground: Ground, everything: dict[str, Any], sd_s: float, rng: np.random.Generator) -> Floats:
    errors = ground.parameters.errors
    n, step = len(everything["start"]), errors.round_minutes * 60.0
    error = unit_errors(rng, (n, 1), errors.dof)[:, 0] * sd_s
    return np.asarray(np.round((everything["start"] + error) / step) * step)


def _hidden(ground: Ground, everything: dict[str, Any], row: Ints) -> dict[str, Any]:
    event = everything["event"][row]
    form = np.where(event >= 0, "place", "").astype(object)
    return {"event": event, "form": form, "dof": ground.parameters.errors.dof}


def _words(ground: Ground, everything: dict[str, Any], moment: Floats, *, to_the_minute: bool = True) -> Any:
    """`Simulated: explosion near Orrin about 14:35`: the same for all copies."""
    towns = ground.parameters.town
    x, y = ground.frame.to_metres(everything["lon"], everything["lat"])
    away = np.stack([np.hypot(x - town.km[0] * 1000.0, y - town.km[1] * 1000.0) for town in towns])
    nearest = [towns[index].name for index in np.argmin(away, axis=0)]
    minutes = np.mod(moment, DAY_S).astype(np.int64) // 60
    return np.array(
        [
            f"Simulated: {kind.replace('_', ' ')} near {town}"
            + (f" about {minute // 60:02d}:{minute % 60:02d}" if to_the_minute else "")
            for kind, town, minute in zip(everything["kind"], nearest, minutes, strict=True)
        ],
        dtype=object,
    )


def _repeated(columns: Mapping[str, Any], row: Ints) -> dict[str, Any]:
    return {name: value[row] for name, value in columns.items()}
