"""Two sets of reports → what the rule of association says of them being of one event: its own gate and its own numbers.

The surest pair of reports stands for both: as the rule asks the surest pairs first, what that pair does not bear no
other does. Crowding is left out, which only ever makes the rule stricter, so no pair is called apart that the rule
might have joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa

from trucewatch.fusion.associate import associate_observations
from trucewatch.fusion.evidence_kernels import S_EE, S_EN, S_NN, compare_groups
from trucewatch.fusion.gate_kernels import APART, ONE, gate, mahalanobis, time_gap, to_plane
from trucewatch.fusion.likelihood import LikelihoodRule
from trucewatch.fusion.measurements import Reports, prepare_reports, with_room_to_move
from trucewatch.fusion.setting import Setting
from trucewatch.fusion.voices import with_registered_devices
from trucewatch.model.watch import AssociationRule

MOST_ASKED: Final = 100
"""Of more reports than that the first are asked, of either set."""

Code = Literal["fits", "kinds", "device", "vague", "unlikely", "beyond"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """What the rule says of two sets. code: `fits`, one event may have given both; `kinds`: it never joins these kinds;
    `device`: one device reports them as two; `vague`: one side's place or time is too vague to be joined with anything;
    `unlikely`: two events are more probable; `beyond`: the watch's radius or gap.

    log_ratio: natural logarithm of how many times more probable one event is than two, of the surest pair; None where
    the rule has no such number.
    """

    code: Code
    log_ratio: float | None = None
    radius_m: float | None = None
    gap_hours: float | None = None

    @property
    def fits(self) -> bool:
        return self.code == "fits"


def judge_pair(first: pa.Table, second: pa.Table, rule: AssociationRule, setting: Setting) -> Pairing:
    """The same of two observation tables, current rows, in the order of their ids."""
    first, second = first.slice(0, MOST_ASKED), second.slice(0, MOST_ASKED)
    table = pa.concat_tables([first, second]).combine_chunks()
    table = with_registered_devices(table, setting.speakers)
    table = setting.corrections.on_time(table, setting.speakers)
    if rule.rule == "cylinder":
        return _within_cylinder(table, first.num_rows, rule)
    reports = with_room_to_move(prepare_reports(table, setting.reach_m, setting.speakers, setting.corrections))
    likelihood = LikelihoodRule(events_per_km2_day=rule.events_per_km2_day)
    return _by_likelihood(reports, first.num_rows, likelihood)


def _within_cylinder(table: pa.Table, count: int, rule: AssociationRule) -> Pairing:
    labels = associate_observations(table, radius_m=rule.radius_m, gap_s=rule.gap_hours * 3600.0)
    meets = bool({*labels[:count].tolist()} & {*labels[count:].tolist()})
    return Pairing(code="fits" if meets else "beyond", radius_m=rule.radius_m, gap_hours=rule.gap_hours)


def _by_likelihood(reports: Reports, count: int, rule: LikelihoodRule) -> Pairing:
    f, k = reports.f, reports.k
    mine, others = range(count), range(count, len(f))
    able = k["level"] >= 0
    kinds = [(i, j) for i in mine for j in others if k["group"][i] == k["group"][j]]
    if not kinds:
        return Pairing(code="kinds")
    asked = [(i, j) for i, j in kinds if able[i] and able[j]]
    if not asked:
        return Pairing(code="vague")
    pairs = [(i, j) for i, j in asked if gate(f, k, i, j) == ONE or k["once"][i] < 0 or k["once"][i] != k["once"][j]]
    if not pairs:
        return Pairing(code="device")
    best = max(_log_ratio(f, k, i, j, rule) for i, j in pairs)
    fits = best > rule.bar_nats and any(gate(f, k, i, j) != APART for i, j in pairs)
    return Pairing(code="fits" if fits else "unlikely", log_ratio=best)


def _log_ratio(f: Any, k: Any, i: int, j: int, rule: LikelihoodRule) -> float:
    """ln of how many times more probable one event is than two, of two reports by themselves; without the gate's edge,
    so that what lies beyond it has a number too."""
    if gate(f, k, i, j) == ONE:
        return np.inf
    if k["ray"][i] == 0 and k["ray"][j] == 0:
        east, north = to_plane(f, i, f["x"][j] - f["x"][i], f["y"][j] - f["y"][i], f["z"][j] - f["z"][i])
        spread = (f[name][i] + f[name][j] for name in ("ee", "en", "nn"))
        misfit, det = mahalanobis(east, north, *spread)
        place = -0.5 * misfit - np.log(2.0 * np.pi * np.sqrt(det))
    else:
        states = np.empty((3, 5))
        for state, row in ((0, i), (1, j)):
            states[state] = 0.0
            states[state, S_EE], states[state, S_EN], states[state, S_NN] = f["ee"][row], f["en"][row], f["nn"][row]
        rays = bool(k["ray"][i] == 1), bool(k["ray"][j] == 1)
        density = compare_groups(f, i, rays[0], states[0], j, rays[1], states[1], False, states[2])
        place = float(np.log(density)) if density > 0.0 else -np.inf
    sd = float(np.hypot(f["time_sd"][i], f["time_sd"][j]))
    length = max(f["end"][i] - f["start"][i], f["end"][j] - f["start"][j])
    times = -0.5 * (time_gap(f, i, j) / sd) ** 2 - np.log(max(np.sqrt(2.0 * np.pi) * sd, length))
    return float(place + times - np.log(rule.base))
