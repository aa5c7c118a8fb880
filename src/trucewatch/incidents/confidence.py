"""How surely an event happened: who else would have had to notice it, and how many reports of a device answer to nothing.

Two voices that have no error in common and agree in place and time seldom do so by chance. A single voice is believed as far
as its books allow: of a device's S reports that nobody bears out, F are expected to answer to nothing (the register's
`false_per_day`, or the share in means.toml), so one of them happened with probability 1 - F / S. That share is moved by the
devices which were up, in range, and silent, so that the books still balance, and by works that had been announced for that
place and time. Source: the first step is empirical Bayes, Efron & Morris (1973), JASA 68; scoring silence is NET-VISA's idea,
Arora, Russell & Sudderth (2013), Bull. Seism. Soc. Am. 103.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from trucewatch.geo.frame import straight_coordinates
from trucewatch.incidents.announced import count_notices
from trucewatch.incidents.gate_kernels import F_END, F_REACH_S, F_START, K_KEY, K_KIND, K_MEANS
from trucewatch.incidents.means import means_table
from trucewatch.incidents.reports import Reports, devices_of
from trucewatch.model.observation import KINDS
from trucewatch.model.times import ALWAYS, NEVER
from trucewatch.model.zone import Notice, Sensor

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]

TOGETHER_LOGIT: Final = (0.0, 0.0, 4.1, 5.5, 5.7)
"""Log-odds of 0 … 4 and more independent voices that agree; 0 and 1 are not used. Fitted to simulated days (tuning seeds)."""
SILENCE_TOGETHER: Final = (0.0, 0.0, 0.35, 0.1, 0.0)
"""How much of the log-evidence of silent devices counts: their silence is not independent (wind, hills)."""
MOST_SILENCE: Final = 12.0
ANNOUNCED_LOGIT: Final = 3.0
"""Log-odds for a single voice whose place and time somebody had announced before: false alarms fall anywhere, announced works do
not. Chosen on simulated days (tuning seeds)."""
KNOWN_TIME_S: Final = 3600.0
"""Who was up and silent can be asked only of an event whose time is known so well."""
SHOUTS: Final = 60
"""Reports of one device in one hour, four fifths of them borne out by nobody, from which it is held to shout."""
SHOUTED: Final = 0.02
LEAST, MOST = 0.01, 0.995


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the confidence of each event rests on, one value an event."""

    happened: Floats
    voices: Ints
    silence: Floats
    """−ln of the chance that all devices that were up and in range would miss it; 0 where nobody could say."""
    shouting: npt.NDArray[np.bool_]


def weigh_happening(
    observations: pa.Table, reports: Reports, order: Rows, bounds: Rows, places: Floats, sensors: Sequence[Sensor], *,
    notices: Sequence[Notice] = (), counted: int | None = None,
) -> Evidence:  # fmt: skip
    """The probability that each event happened, shape (g,).

    observations: the rows of `reports`; order, bounds: the rows of event g; places: (g, 5) of locate_events; sensors: the
    register, which may be empty; notices: what was announced. counted: only so many of the events, the first, are in the
    books; the others are asked about.
    """
    count = len(bounds) - 1
    group = np.repeat(np.arange(count), np.diff(bounds))
    key = reports.k[order, K_KEY]
    _, first = np.unique(np.column_stack((group, key)), axis=0, return_index=True)
    rows, group_of = order[first], group[first]
    voices = np.bincount(group_of, minlength=count).astype(np.int64)
    sensor_names = observations["sensor"].to_numpy(zero_copy_only=False)
    silence = _silence(reports, order, bounds, places, sensors, sensor_names)
    alone = voices[group_of] == 1
    desk = _desks(rows, observations)
    booked = group_of < (count if counted is None else counted)
    share = _founded_alone(observations, reports, rows, desk, alone, booked, sensors)
    happened = np.zeros(count)
    single_rows = np.flatnonzero(alone)
    singles = group_of[single_rows]
    against = means_table().silence[reports.k[rows[single_rows], K_MEANS]] * silence[singles]
    logit = _balance(share[single_rows], against, desk[single_rows], booked[single_rows]) - against
    expected = count_notices(reports, order, bounds, places, notices) > 0
    logit += np.where(expected[singles], ANNOUNCED_LOGIT, 0.0)
    shouting = np.zeros(count, dtype=np.bool_)
    shouting[singles] = _shouts(reports, rows, desk, alone, booked)[single_rows]
    happened[singles] = np.where(shouting[singles], SHOUTED, _chance(logit))
    together = voices > 1
    many = np.minimum(voices[together], 4)
    happened[together] = _chance(np.array(TOGETHER_LOGIT)[many] - np.array(SILENCE_TOGETHER)[many] * silence[together])
    return Evidence(np.clip(happened, LEAST, MOST), voices, silence, shouting)


def _logit(p: Floats) -> Floats:
    return np.asarray(np.log(p / (1 - p)))


def _chance(logit: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-logit)))


def _balance(share: Floats, against: Floats, label: Ints, booked: npt.NDArray[np.bool_]) -> Floats:
    """Log-odds from which what speaks against each voice is taken, such that over what is booked under each label the chances
    have the mean that its books allow; by bisection. Under a label with nothing booked each voice is balanced by itself."""
    if not len(label):
        return np.zeros(0)
    _, at = np.unique(label, return_inverse=True)
    count = np.bincount(at, weights=booked)
    wanted = np.bincount(at, weights=share * booked)
    low, high = np.full(len(count), -10.0), np.full(len(count), 10.0 + float(against.max()))
    for _ in range(40):
        middle = (low + high) / 2
        total = np.bincount(at, weights=_chance(middle[at] - against) * booked)
        low, high = np.where(total < wanted, middle, low), np.where(total < wanted, high, middle)
    return np.where(count[at] > 0, ((low + high) / 2)[at], _logit(share) + against)


def _desks(rows: Rows, observations: pa.Table) -> Ints:
    """Whose books a voice is in: its device, or its source where people speak; a number that is not negative."""
    return devices_of(observations)[rows]


def _founded_alone(
    observations: pa.Table,
    reports: Reports,
    rows: Rows,
    desk: Ints,
    alone: npt.NDArray[np.bool_],
    booked: npt.NDArray[np.bool_],
    sensors: Sequence[Sensor],
) -> Floats:
    """1 - F / S of each voice's desk, shape (voices,)."""
    register = {one.id: one for one in sensors}
    names = observations["sensor"].to_numpy(zero_copy_only=False)[rows]
    founded = means_table().founded[reports.k[rows, K_MEANS]]
    start, end = reports.f[rows, F_START], reports.f[rows, F_END]
    share = np.empty(len(rows))
    if not len(rows):
        return share
    since, until = start.min(), end.max()
    book = np.where(np.isin(names, list(register)), -1 - reports.k[rows, K_MEANS], desk)
    shouted = _shouts(reports, rows, desk, alone, booked)
    _, first, at = np.unique(book, return_index=True, return_inverse=True)
    calm = np.bincount(at, weights=booked & ~shouted)
    lone = np.bincount(at, weights=booked & ~shouted & alone)
    false = (1 - founded[first]) * calm
    for number in np.flatnonzero(book[first] < 0).tolist():
        devices = [register[name] for name in set(names[at == number].tolist())]
        false[number] = sum(
            _false_of(device, since, until, founded[first[number]], int(calm[number])) for device in devices
        )
    false += means_table().echoes[reports.k[rows[first], K_MEANS]] * calm
    share[:] = np.clip(1 - (false + 0.5) / (lone + 1.0), 0.03, 0.97)[at]
    return share


def _false_of(sensor: Sensor, since: float, until: float, founded: float, reports: int) -> float:
    """How many reports of a registered device answer to nothing while it was up within the time that the table spans."""
    if sensor.false_per_day is None:
        return float((1 - founded) * reports)
    begin = since if sensor.up_from == ALWAYS else max(since, sensor.up_from.timestamp())
    end = until if sensor.up_until == NEVER else min(until, sensor.up_until.timestamp())
    down = sum(max(min(end, b.timestamp()) - max(begin, a.timestamp()), 0.0) for a, b in sensor.outages)
    return sensor.false_per_day * max(end - begin - down, 0.0) / 86_400.0


def _shouts(
    reports: Reports, rows: Rows, desk: Ints, alone: npt.NDArray[np.bool_], booked: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Whether each voice was raised in an hour in which its device shouted."""
    if not len(rows):
        return np.zeros(0, dtype=np.bool_)
    hour = np.floor(reports.f[rows, F_END] / 3600.0).astype(np.int64)
    _, at = np.unique(np.column_stack((desk, hour)), axis=0, return_inverse=True)
    at = at.reshape(-1)
    total, lone = np.bincount(at, weights=booked), np.bincount(at, weights=alone & booked)
    return np.asarray(((total >= SHOUTS) & (lone >= 0.8 * total))[at], dtype=np.bool_)


def _silence(
    reports: Reports,
    order: Rows,
    bounds: Rows,
    places: Floats,
    sensors: Sequence[Sensor],
    names: npt.NDArray[np.object_],
) -> Floats:
    """−ln of the chance that every device that was up, in range and able would have said nothing, the members apart."""
    count = len(bounds) - 1
    silence = np.zeros(count)
    able = [one for one in sensors if one.notices]
    placed = np.flatnonzero(np.isfinite(places[:, 0])) if count else np.zeros(0, dtype=np.intp)
    if not able or not placed.size:
        return silence
    xyz = straight_coordinates(places[placed, 0], places[placed, 1])
    when = np.minimum.reduceat(reports.f[order, F_END], bounds[:-1])[placed]
    kind = np.minimum.reduceat(_telling_rank(reports.k[order, K_KIND]), bounds[:-1])[placed]
    spoke: dict[str, set[int]] = {}
    group = np.repeat(np.arange(count), np.diff(bounds))
    for name, g in zip(names[order].tolist(), group.tolist(), strict=True):
        if name:
            spoke.setdefault(name, set()).add(g)
    total = np.zeros(len(placed))
    for sensor in able:
        eye = straight_coordinates(np.array([sensor.lon]), np.array([sensor.lat]))
        near = np.linalg.norm(xyz - eye, axis=1) <= sensor.range_m
        if not near.any():
            continue
        at = np.flatnonzero(near & _is_up(sensor, when))
        quiet = np.array([g not in spoke.get(sensor.id, ()) for g in placed[at].tolist()], dtype=np.bool_)
        at = at[quiet] if at.size else at
        chance = np.array([sensor.notices.get(word, 0.0) for word in _TELLING])[kind[at]]
        total[at] -= np.log(1.0 - np.clip(chance, 0.0, 0.98))
    length = np.minimum.reduceat(reports.f[order, F_REACH_S], bounds[:-1])[placed]
    silence[placed] = np.where(length <= KNOWN_TIME_S, np.minimum(total, MOST_SILENCE), 0.0)
    return silence


_TELLING: Final = (
    "explosion", "projectile", "burst", "shot", "muzzle_flash", "flare", "harm", "thermal_anomaly",
    *(one for one in KINDS if one not in {
        "explosion", "projectile", "burst", "shot", "muzzle_flash", "flare", "harm", "thermal_anomaly"}),
)  # fmt: skip
_RANK: Final = np.array([_TELLING.index(word) for word in KINDS])


def _telling_rank(kinds: Ints) -> Ints:
    return np.asarray(_RANK[kinds], dtype=np.int64)


def _is_up(sensor: Sensor, when: Floats) -> npt.NDArray[np.bool_]:
    up = np.ones(len(when), dtype=np.bool_)
    if sensor.up_from != ALWAYS:
        up &= when >= sensor.up_from.timestamp()
    if sensor.up_until != NEVER:
        up &= when < sensor.up_until.timestamp()
    for begin, end in sensor.outages:
        up &= (when < begin.timestamp()) | (when >= end.timestamp())
    return up
