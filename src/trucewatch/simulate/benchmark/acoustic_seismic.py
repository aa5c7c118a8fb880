"""True events → what is heard and felt: bearings of the acoustic nodes, points of the seismic network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from trucewatch.geo.arrays import Floats
from trucewatch.simulate.benchmark.devices import SOUND_MPS, Device, devices_of, reach_of
from trucewatch.simulate.benchmark.events import Events
from trucewatch.simulate.benchmark.ground import DAY_S, Ground
from trucewatch.simulate.benchmark.report_columns import Reports, keys, placed_by_range, scattered, told_counts
from trucewatch.simulate.chance import choose, reach_curve
from trucewatch.simulate.places import look, moved


@dataclass(frozen=True)
class _Air:
    """What all nodes of one hour have in common: noise, the wind that is left, the error of the speed of sound."""

    factor: Floats
    wind_east_mps: Floats
    wind_north_mps: Floats
    stretch: Floats


def hear_acoustic(ground: Ground, events: Events) -> Reports:
    """Every node's bearings, some with a range; echoes, false alarms, one jumped clock, one node that shouts."""
    acoustic = ground.parameters.acoustic
    air = _draw_air(ground)
    nodes = devices_of(ground, "acoustic")
    jump = _draw_jump(ground, events, nodes)
    shouting = ground.stream("acoustic", "shout")
    shouter = nodes[int(shouting.integers(len(nodes)))].id
    reports = Reports()
    for node in nodes:
        rng = ground.stream("acoustic", node.id)
        _hear(ground, events, node, air, jump, rng, reports)
        n = int(rng.poisson(acoustic.false_per_day * ground.density.days))
        moments = np.round(rng.uniform(0.0, ground.length_s, n), 3)
        bearings = rng.uniform(0.0, 360.0, n)
        report_nothing(ground, node, moments, bearings, rng, reports, why="false")
        if node.id == shouter:
            hour = float(shouting.integers(ground.density.days)) * 24.0 + float(shouting.uniform(7.0, 21.0))
            moments = np.round(hour * 3600.0 + shouting.uniform(0.0, 3600.0, acoustic.shout_reports), 3)
            towards = float(shouting.uniform(0.0, 360.0))
            bearings = towards + shouting.standard_normal(len(moments)) * acoustic.shout_bearing_sd_deg
            report_nothing(ground, node, moments, bearings, shouting, reports, why="shout")
    return reports


def _draw_air(ground: Ground) -> _Air:
    acoustic, hours = ground.parameters.acoustic, ground.density.days * 24 + 1
    rng = ground.stream("acoustic", "air")
    return _Air(
        factor=rng.uniform(*acoustic.hour_factor, hours),
        wind_east_mps=rng.standard_normal(hours) * acoustic.wind_sd_mps,
        wind_north_mps=rng.standard_normal(hours) * acoustic.wind_sd_mps,
        stretch=rng.standard_normal(hours) * acoustic.sound_speed_sd,
    )


def _draw_jump(ground: Ground, events: Events, nodes: tuple[Device, ...]) -> tuple[str, float, float, float]:
    """Which node's clock jumps, from when to when, and by how much. It is the node nearest to some event of fire."""
    acoustic = ground.parameters.acoustic
    rng = ground.stream("acoustic", "jump")
    fire = np.flatnonzero(events.cause == "")
    row = int(fire[int(rng.integers(len(fire)))])
    here = np.array([node.lon for node in nodes]), np.array([node.lat for node in nodes])
    _, distance = look(float(events.lon[row]), float(events.lat[row]), *here)
    middle = float(events.start_s[row])
    half = acoustic.clock_jump_hours * 1800.0
    by = float(rng.uniform(*acoustic.clock_jump_s)) * (1.0 if rng.random() < 0.5 else -1.0)
    return nodes[int(np.argmin(distance))].id, middle - half, middle + half, by


def _hear(
    ground: Ground,
    events: Events,
    node: Device,
    air: _Air,
    jump: tuple[str, float, float, float],
    rng: np.random.Generator,
    reports: Reports,
) -> None:
    acoustic = ground.parameters.acoustic
    true_bearing, distance = look(node.lon, node.lat, events.lon, events.lat)
    hour = np.minimum(events.start_s // 3600.0, len(air.factor) - 1).astype(np.int64)
    reach = reach_of(events.kind, acoustic.reach, node.range_m)
    chance = reach_curve(distance, reach, best=acoustic.best_chance * air.factor[hour], sharpness=acoustic.sharpness)
    heard = np.flatnonzero((rng.random(len(events)) < chance) & node.is_up(events.start_s))
    n, hour = len(heard), hour[heard]
    theta, distance = np.radians(true_bearing[heard]), distance[heard]
    bent = (air.wind_east_mps[hour] * np.cos(theta) - air.wind_north_mps[hour] * np.sin(theta)) / SOUND_MPS
    error_deg = rng.standard_normal(n) * node.bearing_sd_deg + np.degrees(bent)
    outlier = rng.random(n) < acoustic.outlier_share
    wild = rng.uniform(*ground.parameters.errors.outlier_bearing_deg, n) * np.where(rng.random(n) < 0.5, 1.0, -1.0)
    bearing = true_bearing[heard] + np.where(outlier, wild, error_deg)
    stretch = air.stretch[hour] + rng.standard_normal(n) * acoustic.range_sd_share
    ranged = rng.random(n) < acoustic.range_share
    range_m = np.where(ranged, distance * (1.0 + stretch), np.nan)
    moment = events.start_s[heard] + rng.standard_normal(n) * acoustic.time_sd_s
    lasts = events.end_s[heard] - events.start_s[heard]
    known_s = moment + lasts + rng.uniform(*acoustic.delay_s, n)
    jumped = (node.id == jump[0]) & (moment >= jump[1]) & (moment < jump[2])
    common = {
        "kind": called(events, heard, acoustic.calls, rng),
        "aspect": told_aspects(events, heard, acoustic.tells_aspect, rng),
        **told_counts(events.count[heard], rng),
        "event": heard,
    }
    moment = moment + np.where(jumped, jump[3], 0.0)
    add_arrivals(
        ground,
        node,
        reports,
        n,
        bearing=bearing,
        range_m=range_m,
        start_s=moment,
        end_s=moment + lasts,
        known_s=known_s,
        key=keys(node.id, heard),
        is_outlier=outlier | jumped,
        why=np.where(jumped, "clock_jump", np.where(outlier, "outlier", "")).astype(object),
        form=np.where(ranged, "bearing_range", "bearing").astype(object),
        own_1=np.radians(node.bearing_sd_deg),
        own_2=distance * acoustic.range_sd_share,
        true_bearing=true_bearing[heard],
        true_range=distance,
        shared=keys("air", hour),
        shared_bearing_rad=acoustic.wind_sd_mps / SOUND_MPS,
        shared_range_share=acoustic.sound_speed_sd,
        **common,
    )
    echo = np.flatnonzero(rng.random(n) < acoustic.echo_share)
    m, later = len(echo), rng.uniform(*acoustic.echo_after_s, n)[echo]
    astray = (rng.uniform(*acoustic.echo_bearing_deg, n) * np.where(rng.random(n) < 0.5, 1.0, -1.0))[echo]
    add_arrivals(
        ground,
        node,
        reports,
        m,
        bearing=bearing[echo] + astray,
        range_m=(range_m[echo] + later * SOUND_MPS / 2.0),
        start_s=moment[echo] + later,
        end_s=moment[echo] + later + lasts[echo],
        known_s=known_s[echo] + later,
        key=keys(f"{node.id}|echo", heard[echo]),
        is_echo=True,
        is_outlier=False,
        why="echo",
        **{name: value[echo] for name, value in common.items()},
    )


def report_nothing(
    ground: Ground,
    node: Device,
    moments: Floats,
    bearings: Floats,
    rng: np.random.Generator,
    reports: Reports,
    *,
    why: str,
) -> None:
    """Reports to which nothing corresponds."""
    acoustic = ground.parameters.acoustic
    n = len(moments)
    kind = choose(rng, acoustic.false_kinds, n)
    range_m = np.where(rng.random(n) < acoustic.range_share, rng.uniform(0.15, 1.0, n) * node.range_m, np.nan)
    known_s = moments + rng.uniform(*acoustic.delay_s, n)
    up = node.is_up(moments)
    add_arrivals(
        ground,
        node,
        reports,
        int(up.sum()),
        bearing=bearings[up],
        range_m=range_m[up],
        start_s=moments[up],
        end_s=moments[up],
        known_s=known_s[up],
        kind=kind[up],
        key=keys(f"{node.id}|{why}", np.flatnonzero(up)),
        why=why,
        count_min=1,
        count_best=1,
        count_max=1,
    )


def add_arrivals(
    ground: Ground, node: Device, reports: Reports, n: int, *, bearing: Floats, range_m: Floats, **columns: Any
) -> None:
    """One block of a node's reports with what the node states of its errors."""
    acoustic = ground.parameters.acoustic
    stated_deg = float(np.hypot(node.bearing_sd_deg, np.degrees(acoustic.wind_sd_mps / SOUND_MPS)))
    range_sd_m = range_m * np.hypot(acoustic.range_sd_share, acoustic.sound_speed_sd)
    bearing = np.mod(bearing, 360.0)
    reports.add(
        n,
        source=acoustic.source,
        sensor=node.id,
        means="acoustic",
        time_sd_s=acoustic.time_sd_s,
        observer_lon=node.lon,
        observer_lat=node.lat,
        bearing_deg=bearing,
        bearing_sd_deg=stated_deg,
        range_m=range_m,
        range_sd_m=range_sd_m,
        text="Simulated: impulsive sound",
        **placed_by_range((node.lon, node.lat), bearing, range_m, bearing_sd_deg=stated_deg, range_sd_m=range_sd_m),
        **columns,
    )


def called(events: Events, rows: Any, calls: Any, rng: np.random.Generator) -> Any:
    """What kind each event is reported as. `calls.outgoing`, if there, speaks of outgoing explosions."""
    kinds = events.kind[rows].copy()
    if "outgoing" in calls:
        kinds[(events.aspect[rows] == "outgoing") & (kinds == "explosion")] = "outgoing"
    reported = kinds.copy()
    for kind, shares in calls.items():
        these = np.flatnonzero(kinds == kind)
        reported[these] = choose(rng, shares, len(these))
    return reported


def told_aspects(events: Events, rows: Any, share: float, rng: np.random.Generator) -> Any:
    """The aspect where it is told, which for one in ten is the wrong one of impact and outgoing.

    That something is an exercise, controlled or thunder cannot be heard or seen: it is told as an impact.
    """
    true = events.aspect[rows]
    n = len(true)
    apparent = np.where(true == "outgoing", "outgoing", "impact")
    wrong = np.where(apparent == "outgoing", "impact", "outgoing")
    stated = np.where(rng.random(n) < 0.1, wrong, apparent)
    says = (rng.random(n) < share) & (events.kind[rows] == "explosion")
    return np.where(says, stated, "undetermined").astype(object)


def feel_seismic(ground: Ground, events: Events) -> Reports:
    """Points with ellipses, minutes later; all of one region are shifted alike by the velocity model."""
    seismic = ground.parameters.seismic
    (network,) = devices_of(ground, "seismic")
    rng = ground.stream("seismic", "reports")
    chance = np.array(
        [
            seismic.chance_of_cause.get(cause, seismic.chance.get(kind, 0.0))
            for kind, cause in zip(events.kind, events.cause, strict=True)
        ],
        dtype=np.float64,
    )
    chance = np.where(chance > 0, np.minimum(0.97, chance + seismic.grows_with_count * (events.count - 1)), 0.0)
    felt = np.flatnonzero((rng.random(len(events)) < chance) & network.is_up(events.start_s))
    n = len(felt)
    region = np.floor(np.stack([events.x[felt], events.y[felt]]) / (seismic.region_km * 1000.0)).astype(np.int64)
    names = np.array([f"region|{east}|{north}" for east, north in region.T], dtype=object)
    bias = {name: ground.stream("seismic", name).standard_normal(2) * seismic.region_bias_m for name in set(names)}
    shift = np.array([bias[name] for name in names]).reshape(n, 2)
    ellipse = _seismic_ellipse(ground, n, rng)
    own_major, own_minor = (
        np.sqrt(ellipse[name] ** 2 - seismic.region_bias_m**2) for name in ("semi_major_m", "semi_minor_m")
    )
    lon, lat = moved(events.lon[felt], events.lat[felt], shift[:, 0], shift[:, 1])
    lon, lat, outlier = scattered(
        ground,
        lon,
        lat,
        rng,
        major_m=own_major,
        minor_m=own_minor,
        azimuth_deg=ellipse["major_azimuth_deg"],
        dof=0.0,
        outlier_share=seismic.outlier_share,
    )
    moment = events.start_s[felt] + rng.standard_normal(n) * seismic.time_sd_s
    reports = Reports()
    common: dict[str, Any] = {
        "source": seismic.source,
        "sensor": network.id,
        "means": "seismic",
        "kind": "explosion",
        "time_sd_s": seismic.time_sd_s,
        "text": "Simulated: shallow blast",
    }
    reports.add(
        n,
        lon=lon,
        lat=lat,
        start_s=moment,
        end_s=moment,
        known_s=moment + rng.uniform(*seismic.delay_minutes, n) * 60.0,
        key=keys("blast", felt),
        event=felt,
        is_outlier=outlier,
        why=np.where(outlier, "outlier", "").astype(object),
        form="place",
        own_1=own_major,
        own_2=own_minor,
        own_azimuth=ellipse["major_azimuth_deg"],
        shared=names,
        shared_place_m=seismic.region_bias_m,
        **ellipse,
        **common,
    )
    rng = ground.stream("seismic", "false")
    n = int(rng.poisson(seismic.false_per_day * ground.length_s / DAY_S))
    moment = rng.uniform(0.0, ground.length_s, n)
    west, east = ground.line_ends_m
    lon, lat = ground.degrees(rng.uniform(west, east, n), rng.uniform(-14000.0, 14000.0, n))
    reports.add(
        n,
        lon=lon,
        lat=lat,
        start_s=moment,
        end_s=moment,
        known_s=moment + rng.uniform(*seismic.delay_minutes, n) * 60.0,
        key=keys("false", range(n)),
        why="false",
        **_seismic_ellipse(ground, n, rng),
        **common,
    )
    return reports


def _seismic_ellipse(ground: Ground, n: int, rng: np.random.Generator) -> dict[str, Floats]:
    seismic = ground.parameters.seismic
    major = np.round(rng.uniform(*seismic.major_m, n))
    minor = np.maximum(np.round(major * rng.uniform(*seismic.minor_share, n)), np.ceil(seismic.region_bias_m * 1.05))
    azimuth = np.round(rng.uniform(0.0, 180.0, n), 1) % 180.0
    return {"semi_major_m": major, "semi_minor_m": minor, "major_azimuth_deg": azimuth}
