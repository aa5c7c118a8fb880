"""Who would have had to notice an event and said nothing: the evidence of silent devices.

Source: scoring silence is NET-VISA's idea, Arora, Russell & Sudderth (2013), Bull. Seism. Soc. Am. 103.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from trucewatch.fusion.associate import BLAST_AND_FIRE
from trucewatch.fusion.measurements import Reports
from trucewatch.geo.arrays import Floats, Ints, Mask, Rows
from trucewatch.geo.frame import straight_coordinates
from trucewatch.model.observation import KINDS
from trucewatch.model.times import ALWAYS, NEVER
from trucewatch.model.zone import Sensor

MOST_SILENCE: Final = 12.0  # nats; more devices that said nothing add no more
KNOWN_TIME_S: Final = 3600.0
"""Who was up and silent can be asked only of an event whose time is known so well."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Of each event, in nats: `silent`, −ln of the chance that every device that was up, in range and able would have
    said nothing, the members apart; `able`, the same with the members. 0 where nobody could say."""

    silent: Floats
    able: Floats


def weigh_silence(
    reports: Reports,
    order: Rows,
    bounds: Rows,
    places: Floats,
    sensors: Sequence[Sensor],
    names: npt.NDArray[np.object_],
    times: Mapping[str, float],
) -> Silence:
    """Who would have had to notice each event and said nothing.

    order, bounds: the rows of event g are order[bounds[g] : bounds[g + 1]]; names: the sensor of each row of the table;
    times: by how much the register's chance of each sensor is to be multiplied, where that was learnt. An event that
    has a direction only is asked about at several places along it, the mean chance of which counts.
    """
    count = len(bounds) - 1
    silence = Silence(np.zeros(count), np.zeros(count))
    able = [sensor for sensor in sensors if sensor.notices]
    if not count or not able:
        return silence
    # Who was up at the time can be said only of a time that is known.
    timed = np.minimum.reduceat(reports.f["reach_s"][order], bounds[:-1]) <= KNOWN_TIME_S
    is_placed = np.isfinite(places[:, 0])
    aimed = _directions(reports, order, bounds, timed & ~is_placed)
    placed = np.flatnonzero(is_placed & timed)
    of = np.r_[placed, np.repeat(aimed[:, 0], len(_ALONG))].astype(np.int64)
    xyz = np.concatenate((straight_coordinates(places[placed, 0], places[placed, 1]), _points(reports, aimed[:, 1])))
    if not len(of):
        return silence
    # Asked of the first end among its members, and of the kind that is the most telling of theirs.
    when = np.minimum.reduceat(reports.f["end"][order], bounds[:-1])[of]
    kind = np.minimum.reduceat(_RANK[reports.k["kind"][order]], bounds[:-1])[of]
    spoke: dict[str, list[int]] = {}
    group = np.repeat(np.arange(count), np.diff(bounds))
    for name, g in zip(names[order].tolist(), group.tolist(), strict=True):
        if name:
            spoke.setdefault(name, []).append(g)
    silent, whole = np.zeros(len(of)), np.zeros(len(of))
    spoken = np.zeros(count, dtype=np.bool_)
    for sensor in able:
        eye = straight_coordinates(np.array([sensor.lon]), np.array([sensor.lat]))
        # Straight through the ground: shorter than along it by less than 0.1 m at 20 km.
        near = np.linalg.norm(xyz - eye, axis=1) <= sensor.range_m
        at = np.flatnonzero(near & _is_up(sensor, when)) if near.any() else np.zeros(0, dtype=np.intp)
        if not len(at):
            continue
        chance = np.array([sensor.notices.get(word, 0.0) for word in _TELLING])[kind[at]]
        chance = chance * times.get(sensor.id, 1.0)
        # Devices taken as independent, none as sure to notice; what they share is left to the weights of existence.
        nats = -np.log(1.0 - np.clip(chance, 0.0, 0.98))
        whole[at] += nats
        own = spoke.get(sensor.id, [])
        spoken[own] = True
        silent[at] += np.where(spoken[of[at]], 0.0, nats)
        spoken[own] = False
    for total, result in ((silent, silence.silent), (whole, silence.able)):
        # The mean chance over the places that were asked about.
        chances = np.bincount(of, weights=np.exp(-np.minimum(total, MOST_SILENCE)), minlength=count)
        asked = np.bincount(of, minlength=count)
        at = np.flatnonzero(asked)
        result[at] = -np.log(chances[at] / asked[at])
    return silence


def silent_devices(
    sensors: Sequence[Sensor], spoke: Collection[str], *, lon: float, lat: float, when_s: float, kind: str
) -> list[tuple[Sensor, float]]:
    """The devices of the register that were up, in range and able to notice an event of this kind, and said nothing;
    with how far off each was, metres, the nearest first. For one event; those that `weigh_silence` counts."""
    place = straight_coordinates(np.array([lon]), np.array([lat]))
    able = [sensor for sensor in sensors if sensor.notices.get(kind, 0.0) > 0.0 and sensor.id not in spoke]
    away = [
        (sensor, float(np.linalg.norm(place - straight_coordinates(np.array([sensor.lon]), np.array([sensor.lat])))))
        for sensor in able
        if _is_up(sensor, np.array([when_s]))[0]
    ]
    return sorted((each for each in away if each[1] <= each[0].range_m), key=lambda each: (each[1], each[0].id))


_ALONG: Final = (0.1, 0.25, 0.4, 0.55, 0.7)
"""Where along a direction is asked who was near: shares of its reach, which is 1.5 × the device's range."""


def _directions(reports: Reports, order: Rows, bounds: Rows, wanted: Mask) -> Rows:
    """Of each wanted event that has a direction, the event and the row of its first one, shape (n, 2)."""
    is_ray = (reports.k["ray"][order] == 1) & np.repeat(wanted, np.diff(bounds))
    at = np.flatnonzero(is_ray)
    group = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))[at]
    events, first = np.unique(group, return_index=True)
    return np.column_stack((events, order[at[first]])).astype(np.int64)


def _points(reports: Reports, rows: Ints) -> Floats:
    """The places along each direction that are asked about, Earth-centred, shape (rows × places, 3)."""
    f = reports.f[rows]
    eye, ray = (np.column_stack([f[f"{name}_{axis}"] for axis in "xyz"]) for name in ("eye", "ray"))
    along = np.array(_ALONG)[None, :, None] * f["ray_reach"][:, None, None]
    return np.asarray((eye[:, None, :] + ray[:, None, :] * along).reshape(-1, 3))


def expected_notices(
    reports: Reports, groups: Grouped, places: Floats, sensors: Sequence[Sensor], evidence: Judged
) -> tuple[Floats, Ints]:
    """How many sure events that others tell of each device of the register should have noticed, by its chances, and
    how many it did; shape (sensors,) each.

    An event is sure without a device if two other sources that share no cause speak of it, or three other voices.
    """
    order, bounds = groups.order, groups.bounds
    voices = evidence.of_voices
    expected, noticed = np.zeros(len(sensors)), np.zeros(len(sensors), dtype=np.int64)
    if not len(sensors) or len(bounds) < 2:
        return expected, noticed
    many = evidence.voices
    timed = np.minimum.reduceat(reports.f["reach_s"][order], bounds[:-1]) <= KNOWN_TIME_S
    sure = np.flatnonzero(np.isfinite(places[:, 0]) & (evidence.happened >= 0.9) & (many >= 2) & timed)
    if not len(sure):
        return expected, noticed
    xyz = straight_coordinates(places[sure, 0], places[sure, 1])
    when = np.minimum.reduceat(reports.f["end"][order], bounds[:-1])[sure]
    kind = np.minimum.reduceat(_RANK[reports.k["kind"][order]], bounds[:-1])[sure]
    position = np.full(len(many), -1, dtype=np.int64)
    position[sure] = np.arange(len(sure))
    for number, sensor in enumerate(sensors):
        if not sensor.notices:
            continue
        eye = straight_coordinates(np.array([sensor.lon]), np.array([sensor.lat]))
        near = (np.linalg.norm(xyz - eye, axis=1) <= sensor.range_m) & _is_up(sensor, when)
        spoke = np.zeros(len(sure), dtype=np.bool_)
        of_it = position[voices.group_of[voices.sensor == number]]
        spoke[of_it[of_it >= 0]] = True
        others = many[sure] - spoke
        # Sure without it: two voices besides its own, of other sources than its own if there are only two.
        own = voices.source[voices.sensor == number]
        apart = np.zeros(len(sure), dtype=np.int64)
        if len(own):
            foreign = (voices.source != own[0]) & (position[voices.group_of] >= 0)
            pairs = np.unique(np.column_stack((position[voices.group_of[foreign]], voices.source[foreign])), axis=0)
            apart = np.bincount(pairs[:, 0], minlength=len(sure))
        at = near & ((others >= 3) | ((others >= 2) & (apart >= 1)))
        chance = np.array([sensor.notices.get(word, 0.0) for word in _TELLING])[kind]
        expected[number] = np.clip(chance[at], 0.0, 0.98).sum()
        noticed[number] = int((spoke & at & (chance > 0)).sum())
    return expected, noticed


class Grouped(Protocol):
    """Rows by event."""

    @property
    def order(self) -> Rows: ...
    @property
    def bounds(self) -> Rows: ...


class Spoken(Protocol):
    """The voices of events, see `existence.Voices`."""

    @property
    def group_of(self) -> Rows: ...
    @property
    def sensor(self) -> Ints: ...
    @property
    def source(self) -> Ints: ...


class Judged(Protocol):
    """What is believed of events, see `existence.Evidence`."""

    @property
    def happened(self) -> Floats: ...
    @property
    def voices(self) -> Ints: ...
    @property
    def of_voices(self) -> Spoken: ...


_TELLING: Final = (*BLAST_AND_FIRE, *(kind for kind in KINDS if kind not in BLAST_AND_FIRE))
_RANK: Final = np.array([_TELLING.index(word) for word in KINDS])


def _is_up(sensor: Sensor, when: Floats) -> Mask:
    up = np.ones(len(when), dtype=np.bool_)
    if sensor.up_from != ALWAYS:
        up &= when >= sensor.up_from.timestamp()
    if sensor.up_until != NEVER:
        up &= when < sensor.up_until.timestamp()
    for begin, end in sensor.outages:
        up &= (when < begin.timestamp()) | (when >= end.timestamp())
    return up
