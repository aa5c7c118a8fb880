"""A family and a seed → its stress days: the ground, what goes wrong on it, and the truth beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from trucewatch.simulate.benchmark.days import REPORTERS, FusionDays, gather_days
from trucewatch.simulate.benchmark.events import draw_events
from trucewatch.simulate.benchmark.ground import DAY_S
from trucewatch.simulate.benchmark.register import register_sensors
from trucewatch.simulate.benchmark.report_columns import Reports
from trucewatch.simulate.benchmark.stress.draft import Draft
from trucewatch.simulate.benchmark.stress.false_sounds import hear_phantoms, raise_false_alarms, shout
from trucewatch.simulate.benchmark.stress.keepers import (
    forget_when_built,
    lose_register,
    mistake_register,
    silence_in_common,
)
from trucewatch.simulate.benchmark.stress.off_errors import shift_clocks, understate_errors
from trucewatch.simulate.benchmark.stress.parameters import Family, Intense, Sparse, family_of, ground_of
from trucewatch.simulate.benchmark.stress.retold import speak_twice, tell_rumours

_PARTIES: Final = {"nr": "NR", "sr": "SR"}


def leave_to_one_station(draft: Draft, family: Intense) -> None:
    """Of the fire on the fronts hardly anything is left but what one station heard."""
    events, fronts = draft.events, draft.ground.density.front
    intense = np.zeros(len(events), dtype=np.bool_)
    for front in fronts:
        begun, ended = ((front.day - 1) * DAY_S + hour * 3600.0 for hour in front.hours)
        along = (events.x >= front.from_km * 1000.0) & (events.x <= front.to_km * 1000.0)
        intense |= (events.cause == "") & (events.start_s >= begun) & (events.start_s < ended) & along
    rng = draft.stream("others")
    for name, columns in sorted(draft.reported.items()):
        if not columns:
            continue
        event = columns["event"].astype(np.int64)
        of_it = (event >= 0) & intense[event]
        notices = (columns["sensor"] == family.station) | (rng.random(len(event)) < family.others_notice)
        draft.keep(name, ~of_it | notices)


def remember_one_row(draft: Draft, family: Sparse) -> None:
    """A row from years before; the register does not say since when the device stands."""
    rng = draft.stream("old row")
    moment = -float(rng.uniform(*family.old_years)) * 365.25 * DAY_S
    lon, lat = draft.ground.degrees(*rng.uniform(-3000.0, 3000.0, (2, 1)))
    reports = Reports()
    reports.add(
        1,
        source="archive",
        means="event_list",
        kind="explosion",
        start_s=moment,
        end_s=moment + DAY_S,
        known_s=moment + 9 * DAY_S,
        lon=lon,
        lat=lat,
        semi_major_m=2000.0,
        semi_minor_m=2000.0,
        major_azimuth_deg=0.0,
        claimed_by="Archive",
        text="Simulated: explosion, from an old list",
        key="old",
        source_quality="id=old",
        why="false",
    )
    draft.add_reports("event_list", reports)
    forget_when_built(draft)


def _as_it_is(draft: Draft, family: Family) -> None:
    """The changed ground alone is what goes wrong."""


FAULTS: Final[Mapping[str, Callable[[Draft, Any], None]]] = {
    "holds": _as_it_is,
    "phantom": hear_phantoms,
    "rumours": tell_rumours,
    "register_wrong": mistake_register,
    "bad_station": raise_false_alarms,
    "intense": leave_to_one_station,
    "salvo": _as_it_is,
    "clocks": shift_clocks,
    "errors_small": understate_errors,
    "no_register": lose_register,
    "one_voice_twice": speak_twice,
    "silence": silence_in_common,
    "shouting": shout,
    "sparse": remember_one_row,
}
"""What goes wrong, a family each."""
FAMILIES: Final = tuple(FAULTS)


def simulate_stress(family: str, seed: int, *, changes: Mapping[str, Any] | None = None) -> FusionDays:
    """The stress days of this family and seed; the same arguments give the same bytes.

    family: one of FAMILIES; `density` of the days is its name. changes: laid over the parameters of the ground, for
    tests on few events.
    """
    ground, parameters = ground_of(family, seed, changes=changes), family_of(family)
    events = draw_events(ground)
    reporters = {name: report for name, report in REPORTERS.items() if name not in parameters.absent}
    draft = Draft(
        ground=ground,
        events=events,
        reported={name: report(ground, events).columns() for name, report in reporters.items()},
        sensors=tuple(sensor for sensor in register_sensors(ground) if sensor.means not in parameters.absent),
        parties=dict(_PARTIES),
    )
    FAULTS[family](draft, parameters)
    days = gather_days(ground, events, draft.reported)
    return replace(
        days,
        sensors=draft.sensors,
        parties=draft.parties,
        repeats=draft.repeats,
        side=draft.side,
        devices=draft.devices,
    )
