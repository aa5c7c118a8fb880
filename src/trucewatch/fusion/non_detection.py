"""Who would have had to notice an event and said nothing: the evidence of silent devices.

Source: scoring silence is NET-VISA's idea, Arora, Russell & Sudderth (2013), Bull. Seism. Soc. Am. 103.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from trucewatch.fusion.associate import BLAST_AND_FIRE
from trucewatch.fusion.measurements import Reports
from trucewatch.geo.arrays import Floats, Mask, Rows
from trucewatch.geo.frame import straight_coordinates
from trucewatch.model.observation import KINDS
from trucewatch.model.times import ALWAYS, NEVER
from trucewatch.model.zone import Sensor

MOST_SILENCE: Final = 12.0  # nats; more devices that said nothing add no more
KNOWN_TIME_S: Final = 3600.0
"""Who was up and silent can be asked only of an event whose time is known so well."""


def weigh_silence(
    reports: Reports,
    order: Rows,
    bounds: Rows,
    places: Floats,
    sensors: Sequence[Sensor],
    names: npt.NDArray[np.object_],
) -> Floats:
    """−ln of the chance that every device that was up, in range and able would have said nothing, the members apart; 0
    where nobody could say. Shape (g,).

    order, bounds: the rows of event g are order[bounds[g] : bounds[g + 1]]; names: the sensor of each row of the table.
    """
    count = len(bounds) - 1
    silence = np.zeros(count)
    able = [sensor for sensor in sensors if sensor.notices]
    placed = np.flatnonzero(np.isfinite(places[:, 0])) if count else np.zeros(0, dtype=np.intp)
    if not able or not placed.size:
        return silence
    xyz = straight_coordinates(places[placed, 0], places[placed, 1])
    # Asked of the first end among its members, and of the kind that is the most telling of theirs.
    when = np.minimum.reduceat(reports.f["end"][order], bounds[:-1])[placed]
    kind = np.minimum.reduceat(_RANK[reports.k["kind"][order]], bounds[:-1])[placed]
    spoke: dict[str, set[int]] = {}
    group = np.repeat(np.arange(count), np.diff(bounds))
    for name, g in zip(names[order].tolist(), group.tolist(), strict=True):
        if name:
            spoke.setdefault(name, set()).add(g)
    total = np.zeros(len(placed))
    for sensor in able:
        eye = straight_coordinates(np.array([sensor.lon]), np.array([sensor.lat]))
        # Straight through the ground: shorter than along it by less than 0.1 m at 20 km.
        near = np.linalg.norm(xyz - eye, axis=1) <= sensor.range_m
        if not near.any():
            continue
        at = np.flatnonzero(near & _is_up(sensor, when))
        quiet = np.array([g not in spoke.get(sensor.id, ()) for g in placed[at].tolist()], dtype=np.bool_)
        at = at[quiet] if at.size else at
        chance = np.array([sensor.notices.get(word, 0.0) for word in _TELLING])[kind[at]]
        # Devices taken as independent, none as sure to notice; what they share is left to the weights of confidence.
        total[at] -= np.log(1.0 - np.clip(chance, 0.0, 0.98))
    # Who was up at the time can be said only of a time that is known.
    length = np.minimum.reduceat(reports.f["reach_s"][order], bounds[:-1])[placed]
    silence[placed] = np.where(length <= KNOWN_TIME_S, np.minimum(total, MOST_SILENCE), 0.0)
    return silence


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
