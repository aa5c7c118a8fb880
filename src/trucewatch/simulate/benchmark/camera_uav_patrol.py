"""True events → what is seen: bearings of cameras, places from unmanned flights, patrols' estimates and visited
craters."""

from __future__ import annotations

from typing import Any

import numpy as np

from trucewatch.geo.arrays import Floats
from trucewatch.simulate.benchmark.acoustic_seismic import called, told_aspects
from trucewatch.simulate.benchmark.devices import Device, devices_of, reach_of
from trucewatch.simulate.benchmark.events import Events
from trucewatch.simulate.benchmark.ground import DAY_S, Ground
from trucewatch.simulate.benchmark.report_columns import Reports, keys, placed_by_range, scattered, told_counts
from trucewatch.simulate.chance import choose, reach_curve, unit_errors
from trucewatch.simulate.places import look

_SECTOR_DEG = 15.0


def see_cameras(ground: Ground, events: Events) -> Reports:
    """Bearings along lines of sight. The range is not known."""
    reports = Reports()
    clear = _clear_half_days(ground)
    for camera in devices_of(ground, "camera"):
        _watch(ground, events, camera, clear, reports)
    return reports


def _clear_half_days(ground: Ground) -> Any:
    """Whether there is no fog, for each half day; the same for all cameras."""
    rng = ground.stream("camera", "fog")
    return rng.random(2 * ground.density.days + 2) >= ground.parameters.camera.fog_share


def _watch(ground: Ground, events: Events, camera: Device, clear: Any, reports: Reports) -> None:
    settings = ground.parameters.camera
    rng = ground.stream("camera", camera.id)
    # Terrain and mount belong to the place, not to these days: they are the same for every density and seed.
    place = np.random.default_rng([2031, *camera.id.encode()])
    hidden = place.random(int(360 / _SECTOR_DEG)) < settings.hidden_sectors
    mount_deg = ground.stream("camera", camera.id, "mount").standard_normal() * camera.bearing_sd_deg
    mount_deg *= np.sqrt(settings.mount_share)
    own_deg = camera.bearing_sd_deg * np.sqrt(1.0 - settings.mount_share)
    true_bearing, distance = look(camera.lon, camera.lat, events.lon, events.lat)
    hour = ground.local_hour(events.start_s)
    best = np.where((hour < 5.5) | (hour >= 18.5), settings.best_chance_night, settings.best_chance_day)
    chance = reach_curve(
        distance, reach_of(events.kind, settings.reach, camera.range_m), best=best, sharpness=settings.sharpness
    )
    chance = np.where(hidden[(true_bearing // _SECTOR_DEG).astype(np.int64)], 0.0, chance)
    chance = np.where(clear[(events.start_s // (DAY_S / 2)).astype(np.int64)], chance, 0.0)
    chance = np.where(events.cause == "thunder", 0.0, chance)
    noticed = np.flatnonzero((rng.random(len(events)) < chance) & camera.is_up(events.start_s))
    n, dof = len(noticed), ground.parameters.errors.dof
    error_deg = mount_deg + unit_errors(rng, (n, 1), dof)[:, 0] * own_deg
    outlier = rng.random(n) < settings.outlier_share
    wild = rng.uniform(*ground.parameters.errors.outlier_bearing_deg, n) * np.where(rng.random(n) < 0.5, 1.0, -1.0)
    bearing = np.mod(true_bearing[noticed] + np.where(outlier, wild, error_deg), 360.0)
    moment = events.start_s[noticed] + rng.standard_normal(n) * settings.time_sd_s
    lasts = np.where(events.kind[noticed] == "thermal_anomaly", 0.0, events.end_s[noticed] - events.start_s[noticed])
    common: dict[str, Any] = {
        "source": settings.source,
        "sensor": camera.id,
        "means": "camera",
        "time_sd_s": settings.time_sd_s,
        "observer_lon": camera.lon,
        "observer_lat": camera.lat,
        "bearing_sd_deg": camera.bearing_sd_deg,
        "text": "Simulated: flash or glow",
    }
    reports.add(
        n,
        kind=called(events, noticed, settings.calls, rng),
        start_s=moment,
        end_s=moment + lasts,
        bearing_deg=bearing,
        known_s=moment + lasts + rng.uniform(*settings.delay_minutes, n) * 60.0,
        key=keys(camera.id, noticed),
        event=noticed,
        is_outlier=outlier,
        why=np.where(outlier, "outlier", "").astype(object),
        form="bearing",
        own_1=np.radians(own_deg),
        true_bearing=true_bearing[noticed],
        true_range=distance[noticed],
        dof=dof,
        shared=f"mount|{camera.id}",
        shared_bearing_rad=np.radians(camera.bearing_sd_deg * np.sqrt(settings.mount_share)),
        **told_counts(events.count[noticed], rng),
        **common,
    )
    n = int(rng.poisson(settings.false_per_day * ground.density.days))
    moment = rng.uniform(0.0, ground.length_s, n)
    up = np.flatnonzero(camera.is_up(moment))
    moment = moment[up]
    reports.add(
        len(up),
        kind=choose(rng, settings.false_kinds, len(up)),
        start_s=moment,
        end_s=moment,
        bearing_deg=rng.uniform(0.0, 360.0, len(up)),
        known_s=moment + rng.uniform(*settings.delay_minutes, len(up)) * 60.0,
        key=keys(f"{camera.id}|false", up),
        why="false",
        **common,
    )


def see_uav(ground: Ground, events: Events) -> Reports:
    """Places within tens of metres, while a flight is near."""
    settings = ground.parameters.uav
    reports = Reports()
    chance_of = np.array([settings.chance.get(kind, 0.0) for kind in events.kind], dtype=np.float64)
    for craft in devices_of(ground, "uav"):
        rng = ground.stream("uav", craft.id)
        _, distance = look(craft.lon, craft.lat, events.lon, events.lat)
        chance = np.where((distance <= craft.range_m) & (events.cause != "thunder"), chance_of, 0.0)
        # A fire goes on burning: a flight that begins later sees it then.
        moment = np.where(events.kind == "thermal_anomaly", _first_up(craft, events), events.start_s)
        noticed = np.flatnonzero((rng.random(len(events)) < chance) & craft.is_up(moment) & (moment <= events.end_s))
        n = len(noticed)
        sd = np.round(rng.uniform(*settings.place_sd_m, n), 1)
        azimuth = np.zeros(n)
        lon, lat, outlier = scattered(
            ground,
            events.lon[noticed],
            events.lat[noticed],
            rng,
            major_m=sd,
            minor_m=sd,
            azimuth_deg=azimuth,
            dof=0.0,
            outlier_share=settings.outlier_share,
        )
        stated = moment[noticed] + rng.standard_normal(n) * settings.time_sd_s
        lasts = np.where(
            events.kind[noticed] == "thermal_anomaly", 0.0, events.end_s[noticed] - events.start_s[noticed]
        )
        common: dict[str, Any] = {
            "source": settings.source,
            "sensor": craft.id,
            "means": "uav",
            "time_sd_s": settings.time_sd_s,
            "text": "Simulated: seen from the air",
        }
        reports.add(
            n,
            kind=events.kind[noticed],
            aspect=told_aspects(events, noticed, settings.tells_aspect, rng),
            start_s=stated,
            end_s=stated + lasts,
            known_s=stated + lasts + rng.uniform(*settings.delay_minutes, n) * 60.0,
            lon=lon,
            lat=lat,
            semi_major_m=sd,
            semi_minor_m=sd,
            major_azimuth_deg=azimuth,
            key=keys(craft.id, noticed),
            event=noticed,
            is_outlier=outlier,
            why=np.where(outlier, "outlier", "").astype(object),
            form="place",
            own_1=sd,
            own_2=sd,
            **told_counts(events.count[noticed], rng),
            **common,
        )
        n = int(rng.poisson(settings.false_per_day * ground.density.days))
        moments = rng.uniform(0.0, ground.length_s, n)
        up = np.flatnonzero(craft.is_up(moments))
        m = len(up)
        here = ground.parameters.uav.craft[[post.id for post in settings.craft].index(craft.id)].km
        around = rng.standard_normal((2, n))[:, up] * craft.range_m / 3.0
        lon, lat = ground.degrees(here[0] * 1000.0 + around[0], here[1] * 1000.0 + around[1])
        sd = np.round(rng.uniform(*settings.place_sd_m, m), 1)
        reports.add(
            m,
            kind="explosion",
            start_s=moments[up],
            end_s=moments[up],
            lon=lon,
            lat=lat,
            semi_major_m=sd,
            semi_minor_m=sd,
            major_azimuth_deg=0.0,
            known_s=moments[up] + rng.uniform(*settings.delay_minutes, m) * 60.0,
            key=keys(f"{craft.id}|false", up),
            why="false",
            **common,
        )
    return reports


def _first_up(craft: Device, events: Events) -> Floats:
    """For each event the first moment from its start at which the flight is up."""
    starts = np.array([start for start, _ in craft.down_s])
    ends = np.array([end for _, end in craft.down_s])
    row = np.searchsorted(starts, events.start_s, side="right") - 1
    inside = (row >= 0) & (events.start_s < ends[np.maximum(row, 0)])
    return np.where(inside, ends[np.maximum(row, 0)] + 1.0, events.start_s)


def see_patrols(ground: Ground, events: Events) -> Reports:
    """Estimated bearing and range at the time, and craters visited hours later: the place exact, the time vague."""
    settings = ground.parameters.patrol
    reports = Reports()
    dof = ground.parameters.errors.dof
    for post in devices_of(ground, "patrol"):
        rng = ground.stream("patrol", post.id)
        true_bearing, distance = look(post.lon, post.lat, events.lon, events.lat)
        chance = reach_curve(
            distance,
            reach_of(events.kind, settings.reach, post.range_m),
            best=settings.best_chance,
            sharpness=settings.sharpness,
        )
        heard = np.flatnonzero((rng.random(len(events)) < chance) & post.is_up(events.start_s))
        n = len(heard)
        sd_deg = settings.bearing_sd_deg
        outlier = rng.random(n) < settings.outlier_share
        wild = rng.uniform(*ground.parameters.errors.outlier_bearing_deg, n) * np.where(rng.random(n) < 0.5, 1.0, -1.0)
        error = unit_errors(rng, (n, 1), dof)[:, 0] * sd_deg
        bearing = np.mod(true_bearing[heard] + np.where(outlier, wild, error), 360.0)
        wrong = unit_errors(rng, (n, 1), dof)[:, 0] * settings.range_sd_share
        range_m = np.maximum(distance[heard] * np.exp(np.clip(wrong, -1.2, 1.2)), 50.0)
        moment = _rounded(events.start_s[heard] + unit_errors(rng, (n, 1), dof)[:, 0] * settings.time_sd_s, 60.0)
        known_s = np.maximum(moment, events.end_s[heard]) + rng.uniform(*settings.delay_minutes, n) * 60.0
        _add_estimates(
            ground,
            post,
            reports,
            n,
            bearing=bearing,
            range_m=range_m,
            start_s=moment,
            end_s=moment + (events.end_s[heard] - events.start_s[heard]),
            known_s=known_s,
            kind=events.kind[heard],
            key=keys(post.id, heard),
            event=heard,
            is_outlier=outlier,
            why=np.where(outlier, "outlier", "").astype(object),
            form="bearing_range",
            own_1=np.radians(sd_deg),
            own_2=distance[heard] * settings.range_sd_share,
            true_bearing=true_bearing[heard],
            true_range=distance[heard],
            dof=dof,
            **told_counts(events.count[heard], rng, low=0.6, high=1.5),
        )
        n = int(rng.poisson(settings.false_per_day * ground.density.days))
        moment = _rounded(rng.uniform(0.0, ground.length_s, n), 60.0)
        bearing, range_m = rng.uniform(0.0, 360.0, n), rng.uniform(0.2, 1.0, n) * post.range_m
        up = np.flatnonzero(post.is_up(moment))
        _add_estimates(
            ground,
            post,
            reports,
            len(up),
            bearing=bearing[up],
            range_m=range_m[up],
            start_s=moment[up],
            end_s=moment[up],
            known_s=moment[up] + rng.uniform(*settings.delay_minutes, len(up)) * 60.0,
            kind=choose(rng, settings.false_kinds, len(up)),
            key=keys(f"{post.id}|false", up),
            why="false",
        )
    _visit_craters(ground, events, reports)
    return reports


def _add_estimates(
    ground: Ground, post: Device, reports: Reports, n: int, *, bearing: Floats, range_m: Floats, **columns: Any
) -> None:
    settings = ground.parameters.patrol
    range_sd_m = range_m * settings.range_sd_share
    reports.add(
        n,
        source=settings.source,
        sensor=post.id,
        means="patrol",
        time_sd_s=settings.time_sd_s,
        observer_lon=post.lon,
        observer_lat=post.lat,
        bearing_deg=bearing,
        bearing_sd_deg=settings.bearing_sd_deg,
        range_m=range_m,
        range_sd_m=range_sd_m,
        text="Simulated: heard by a patrol",
        **placed_by_range(
            (post.lon, post.lat), bearing, range_m, bearing_sd_deg=settings.bearing_sd_deg, range_sd_m=range_sd_m
        ),
        **columns,
    )


def _visit_craters(ground: Ground, events: Events, reports: Reports) -> None:
    settings = ground.parameters.patrol
    rng = ground.stream("patrol", "craters")
    leaves_one = (events.aspect == "impact") | (events.cause == "demining")
    visited = np.flatnonzero(leaves_one & (rng.random(len(events)) < settings.crater_chance))
    n = len(visited)
    sd, azimuth = np.full(n, settings.crater_sd_m), np.zeros(n)
    lon, lat, outlier = scattered(
        ground,
        events.lon[visited],
        events.lat[visited],
        rng,
        major_m=sd,
        minor_m=sd,
        azimuth_deg=azimuth,
        dof=0.0,
        outlier_share=settings.crater_outlier_share,
    )
    quarter = 900.0
    start = (
        np.floor((events.start_s[visited] - rng.uniform(*settings.crater_within_hours, n) * 3600.0) / quarter) * quarter
    )
    end = np.ceil((events.end_s[visited] + rng.uniform(*settings.crater_within_hours, n) * 3600.0) / quarter) * quarter
    reports.add(
        n,
        source=settings.source,
        sensor="patrol-craters",
        means="patrol",
        kind="explosion",
        aspect="impact",
        start_s=start,
        end_s=end,
        time_sd_s=np.round((end - start) / 4.0),
        lon=lon,
        lat=lat,
        semi_major_m=sd,
        semi_minor_m=sd,
        major_azimuth_deg=azimuth,
        text="Simulated: crater visited by a patrol",
        known_s=end + rng.uniform(*settings.crater_delay_hours, n) * 3600.0,
        key=keys("crater", visited),
        event=visited,
        is_outlier=outlier,
        why=np.where(outlier, "outlier", "").astype(object),
        form="place",
        own_1=sd,
        own_2=sd,
        **told_counts(events.count[visited], rng, low=0.7, high=1.0),
    )


def _rounded(seconds: Floats, step_s: float) -> Floats:
    return np.asarray(np.round(seconds / step_s) * step_s)
