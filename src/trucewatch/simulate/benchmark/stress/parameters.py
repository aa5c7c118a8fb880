"""What the stress days are made from: `stress.toml`, checked key by key, laid over the ground of the benchmark."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter

from trucewatch.simulate.benchmark.ground import Ground
from trucewatch.simulate.benchmark.parameters import Bounds, FusionParameters, Shares
from trucewatch.simulate.strict_toml import Km, Strict, committed_table, read_record

BENCHMARK = "trucewatch.simulate.benchmark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Common(Strict):
    """What holds for every family that says nothing else."""

    density: Mapping[str, Any]
    ground: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family(Strict):
    """One family: how much happens, what of the ground is otherwise, and which means there are not."""

    tuning_seeds: tuple[int, int]
    """First and last."""
    final_seeds: tuple[int, int]
    absent: tuple[str, ...] = ()
    density: Mapping[str, Any] = field(default_factory=dict)
    ground: Mapping[str, Any] = field(default_factory=dict)

    def further_ground(self) -> Mapping[str, Any]:
        """Changes of the ground that follow from the family's own figures."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Phantom(Family):
    """Sounds that neighbouring nodes hear and that no event made."""

    per_day: float
    three_hear: float
    pair_spread: float
    recurring: float
    wander_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rumours(Family):
    """Rumours in other words, on both sides; lists that copy what the press took from them."""

    chance_each_side: Shares
    false_per_day: float
    both_sides_hear_of_it: float
    retold_mean: float
    retold_most: int
    retold_after_minutes: Bounds
    place_shift_m: float
    names_the_town: float
    time_shift_s: float
    count_times: Bounds
    press_takes: float
    list_copies: float
    lists: tuple[str, ...]
    list_place_shift_m: float
    declared: tuple[str, ...]
    sources_north: tuple[str, ...]
    sources_south: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterWrong(Family):
    """Chances and false alarms of the register, off by factors."""

    factors: tuple[float, ...]
    untouched: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BadStation(Family):
    """One node with many false alarms, of which the register does not know."""

    false_per_day: Bounds
    register_says: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Intense(Family):
    """Fire on the fronts of `density` that hardly anybody but one station notices."""

    station: str
    others_notice: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Salvo(Family):
    """Many nodes in a square, close together."""

    nodes: int
    first_km: Km
    apart_km: float
    range_m: float
    bearing_sd_deg: float

    def further_ground(self) -> Mapping[str, Any]:
        side = math.isqrt(self.nodes)
        nodes = [
            {
                "id": f"node-{number + 1:02d}",
                "km": [
                    self.first_km[0] + number % side * self.apart_km,
                    self.first_km[1] + number // side * self.apart_km,
                ],
                "range_m": self.range_m,
                "bearing_sd_deg": self.bearing_sd_deg,
            }
            for number in range(self.nodes)
        ]
        return {"acoustic": {"node": nodes}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks(Family):
    """Clocks that are off for days, and one in a wrong zone."""

    share_off: float
    off_s: Bounds
    off_days: Bounds
    zone_off_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsSmall(Family):
    """By means: how many times the stated error the true one is."""

    times: Mapping[str, Bounds]
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OneVoiceTwice(Family):
    """Parties by two sources and names, cameras by two feeds."""

    claims_again: float
    ministry_place_m: float
    ministry_minutes: Bounds
    feed_again: float
    cameras_same_name: tuple[str, ...]
    cameras_other_name: tuple[str, ...]
    feed_time_sd_s: float
    feed_bearing_sd_deg: float
    ministries: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence(Family):
    """Weather over a part of the ground that silences devices; the register says that they are up."""

    spells_per_day: float
    hours: Bounds
    half_width_km: Bounds
    lost: float
    wind: float
    fog: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shouting(Family):
    """Hours of many reports of one device each."""

    reports: tuple[int, ...]
    towards_sd_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sparse(Family):
    """Hardly anything, and one row from years before."""

    old_years: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class StressParameters(Strict):
    """The whole table, a field a family."""

    schema: Literal[1]
    common: Common
    holds: Family
    phantom: Phantom
    rumours: Rumours
    register_wrong: RegisterWrong
    bad_station: BadStation
    intense: Intense
    salvo: Salvo
    clocks: Clocks
    errors_small: ErrorsSmall
    no_register: Family
    one_voice_twice: OneVoiceTwice
    silence: Silence
    shouting: Shouting
    sparse: Sparse


@cache
def read_stress_parameters() -> StressParameters:
    """The committed parameters."""
    return read_record(__package__, "stress.toml", record=StressParameters)


def family_names() -> tuple[str, ...]:
    """All families, in the order of the table."""
    return tuple(one.name for one in fields(StressParameters) if one.name not in ("schema", "common"))


def family_of(name: str) -> Family:
    """The parameters of one family. Raises KeyError for a name that is none."""
    if name not in family_names():
        raise KeyError(f"no such family of stress days: {name}; there are: {', '.join(family_names())}")
    family: Family = getattr(read_stress_parameters(), name)
    return family


def tuning_seeds(name: str) -> tuple[int, ...]:
    """For developing and tuning."""
    first, last = family_of(name).tuning_seeds
    return tuple(range(first, last + 1))


def final_seeds(name: str) -> tuple[int, ...]:
    """For the last measurement only: no test and no experiment runs the engine on them."""
    first, last = family_of(name).final_seeds
    return tuple(range(first, last + 1))


def ground_of(name: str, seed: int, *, changes: Mapping[str, Any] | None = None) -> Ground:
    """The ground of a family and seed: the benchmark's own with the family's changes, its density named as the family.

    changes: laid over it last; for tests on few events. Raises pydantic.ValidationError for a key that the ground does
    not have.
    """
    common, family = read_stress_parameters().common, family_of(name)
    table = committed_table(BENCHMARK, "parameters.toml")
    table = _laid_over(_laid_over(table, common.ground), family.ground)
    table = _laid_over(table, family.further_ground())
    table["density"] = {name: _laid_over(common.density, family.density)}
    if changes:
        table = _laid_over(table, changes)
    return Ground(TypeAdapter(FusionParameters).validate_python(table), name, seed)


REPLACED = frozenset({"mix", "calls", "reach", "chance", "false_kinds"})
"""Tables that are given whole or not at all: a share that is left out is none."""


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two nested tables as one; where both have a key, the upper one's value stands."""
    joined = dict(below)
    for key, value in above.items():
        inner = joined.get(key)
        nested = isinstance(value, Mapping) and key not in REPLACED
        joined[key] = _laid_over(inner, value) if nested and isinstance(inner, Mapping) else value
    return joined
