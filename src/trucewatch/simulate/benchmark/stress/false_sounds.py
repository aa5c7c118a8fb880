"""Sounds without an event: heard by neighbours together, by one bad station all the time, by one node in an hour of
shouting."""

from __future__ import annotations

import numpy as np

from trucewatch.geo.arrays import Floats
from trucewatch.simulate.benchmark.acoustic_seismic import add_arrivals, report_nothing
from trucewatch.simulate.benchmark.devices import Device, devices_of
from trucewatch.simulate.benchmark.report_columns import Reports, keys
from trucewatch.simulate.benchmark.stress.draft import Draft
from trucewatch.simulate.benchmark.stress.keepers import say_false_per_day
from trucewatch.simulate.benchmark.stress.parameters import BadStation, Phantom, Shouting
from trucewatch.simulate.chance import choose
from trucewatch.simulate.places import look


def hear_phantoms(draft: Draft, family: Phantom) -> None:
    """A cause in common that is no event: two neighbouring nodes, now and then three, hear it from where it is."""
    ground = draft.ground
    nodes = devices_of(ground, "acoustic")
    rng = draft.stream("phantoms")
    order = np.argsort([node.lon for node in nodes])
    prone = np.exp(rng.standard_normal(len(nodes) - 1) * family.pair_spread)
    n = int(rng.poisson(family.per_day * ground.density.days))
    pair = rng.choice(len(prone), size=n, p=prone / prone.sum())
    moment = rng.uniform(0.0, ground.length_s, n)
    x, y = _between_nodes(draft, nodes, order, pair, family, rng)
    lon, lat = ground.degrees(x, y)
    kind = choose(rng, ground.parameters.acoustic.false_kinds, n)
    also_third = rng.random(n) < family.three_hear
    third = np.clip(np.where(rng.random(n) < 0.5, pair - 1, pair + 2), 0, len(nodes) - 1)
    reports = Reports()
    acoustic = ground.parameters.acoustic
    for number, row in enumerate(order.tolist()):
        node = nodes[row]
        here = (pair == number) | (pair + 1 == number) | (also_third & (third == number))
        hears = np.flatnonzero(here & node.is_up(moment))
        m = len(hears)
        bearing, distance = look(node.lon, node.lat, lon[hears], lat[hears])
        stretch = 1.0 + rng.standard_normal(m) * np.hypot(acoustic.range_sd_share, acoustic.sound_speed_sd)
        heard_s = moment[hears] + rng.standard_normal(m) * acoustic.time_sd_s
        add_arrivals(
            ground,
            node,
            reports,
            m,
            bearing=bearing + rng.standard_normal(m) * node.bearing_sd_deg,
            range_m=np.where(rng.random(m) < acoustic.range_share, distance * stretch, np.nan),
            start_s=heard_s,
            end_s=heard_s,
            known_s=heard_s + rng.uniform(*acoustic.delay_s, m),
            kind=kind[hears],
            key=keys(f"{node.id}|phantom", hears),
            why="phantom",
            count_min=1,
            count_best=1,
            count_max=1,
        )
    draft.add_reports("acoustic", reports)


def _between_nodes(
    draft: Draft,
    nodes: tuple[Device, ...],
    order: np.ndarray,
    pair: np.ndarray,
    family: Phantom,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    """Where each phantom is, metres: about the middle of its two nodes, or at the one place of that pair."""
    n = len(pair)
    east, north = draft.ground.frame.to_metres(
        np.array([nodes[row].lon for row in order]), np.array([nodes[row].lat for row in order])
    )
    middle = np.column_stack([(east[:-1] + east[1:]) / 2, (north[:-1] + north[1:]) / 2])
    home = middle + rng.standard_normal(middle.shape) * 1500.0
    again = rng.random(n) < family.recurring
    wander = rng.standard_normal((n, 2)) * np.where(again, family.wander_m, 2000.0)[:, None]
    place = np.where(again[:, None], home[pair], middle[pair]) + wander
    return place[:, 0], place[:, 1]


def raise_false_alarms(draft: Draft, family: BadStation) -> None:
    """One node of all gives many false alarms; the register says what it says of a good one."""
    nodes = devices_of(draft.ground, "acoustic")
    rng = draft.stream("bad station")
    node = nodes[int(rng.integers(len(nodes)))]
    rate = float(np.exp(rng.uniform(*np.log(family.false_per_day))))
    n = int(rng.poisson(rate * draft.ground.density.days))
    moments = np.round(rng.uniform(0.0, draft.ground.length_s, n), 3)
    reports = Reports()
    report_nothing(draft.ground, node, moments, rng.uniform(0.0, 360.0, n), rng, reports, why="bad")
    columns = reports.columns()
    columns["why"] = np.full(len(columns["why"]), "false", dtype=object)
    draft.add("acoustic", columns)
    draft.sensors = tuple(
        say_false_per_day(sensor, family.register_says) if sensor.id == node.id else sensor for sensor in draft.sensors
    )


def shout(draft: Draft, family: Shouting) -> None:
    """Several hours in each of which some node reports so often, towards one side."""
    nodes = devices_of(draft.ground, "acoustic")
    for number, count in enumerate(family.reports):
        rng = draft.stream("shouting", str(number))
        node = nodes[int(rng.integers(len(nodes)))]
        begun = float(rng.uniform(0.0, draft.ground.length_s - 3600.0))
        moments = np.round(begun + rng.uniform(0.0, 3600.0, count), 3)
        bearings = float(rng.uniform(0.0, 360.0)) + rng.standard_normal(count) * family.towards_sd_deg
        reports = Reports()
        report_nothing(draft.ground, node, moments, bearings, rng, reports, why=f"shout {number}")
        columns = reports.columns()
        if columns:
            columns["why"] = np.full(len(columns["why"]), "shout", dtype=object)
        draft.add("acoustic", columns)
