"""Each incident of one list as it turned out: of which event, or false, and what was said of it; pooled before anything
is averaged.

Matching decides, not origin: a list says that something was there and then. Incidents that are listed come first, then
the others, each tier by the best one-to-one matching with the events of which anything was reported; an incident
without a place stands for the event that its reports are of, if no other does. An incident without match whose reports
are of an event that another stands for is a second listing of it; all that is left is false.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from trucewatch.evaluate.judge import LISTED_FROM
from trucewatch.evaluate.match import match_incidents
from trucewatch.evaluate.origins import ReportOrigins, reported_events, trace_incidents, trace_reports
from trucewatch.evaluate.score_columns import floats, members_of, words
from trucewatch.geo.arrays import Floats, Ints, Mask

FALSE, MATCHED, SECOND_LISTING = 0, 1, 2
_NONE: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """One value an incident, listed or not; the last two one value an event."""

    happened: Floats
    listed: Mask
    outcome: Ints
    """FALSE, MATCHED or SECOND_LISTING."""
    merged: Mask
    """Whether its reports are of two events or more; echoes are of none."""
    echo: Mask
    """Whether it rests on echoes alone: of an event, and yet no event of its own; such a one is false without match."""
    by_origin: Mask
    """Whether at least half of its reports are of an event: what judge.py calls true."""
    rung: npt.NDArray[np.object_]
    voices: Ints
    """As the table says; else how many draws its reports are, copies and second feeds taken together."""
    reports: Ints
    fire: Floats
    """The chance that it happened and was no screened cause."""
    forbidden: Mask
    """Whether it is of an event of fire between the sides, or of what that set alight."""
    told_by_two: Mask
    """Of each event of fire between the sides: whether two means or more reported it, echoes left out."""
    said_of_it: Floats
    """Of the same events: `fire` of the incident that stands for it; 0 where none does."""

    @property
    def is_false(self) -> Mask:
        return np.asarray(self.outcome == FALSE)


def verdicts_of(
    incidents: pa.Table,
    *,
    observations: pa.Table,
    origin: pa.Table,
    truth: pa.Table,
    gate_m: Floats,
    draws: Mapping[str, str],
    screened: Collection[str] = (),
) -> Verdicts:
    """The verdicts on one set of simulated days.

    incidents: as `judge` takes them, with `happened`, and perhaps `rung`, `voices`, `classes` and
    `class_probabilities`; gate_m: one distance for each true event; draws: observation → the draw of which it is one
    telling; screened: names of classes that are no fire between the sides.
    """
    reports = trace_reports(observations, origin, truth)
    sourced = trace_incidents(incidents, observations, reports)
    happened = np.nan_to_num(floats(incidents, "happened"), nan=1.0)
    listed = happened >= LISTED_FROM
    event = _events_stood_for(incidents, truth, reports, sourced.event, listed, gate_m, observations)
    of_event = sourced.event
    taken = np.zeros(truth.num_rows + 1, dtype=np.bool_)
    taken[event[event >= 0]] = True
    second = (event == _NONE) & (of_event >= 0) & taken[of_event]
    row, member = members_of(incidents, observations["observation_id"].to_pylist())
    first_hand = np.where(reports.is_echo, _NONE, reports.event)[member]
    distinct = np.unique(np.column_stack((row, first_hand))[first_hand >= 0], axis=0)
    fire = happened * _unscreened(incidents, screened)
    is_fire = words(truth, "cause") == ""
    stands = np.where(second, of_event, event)
    said = np.zeros(truth.num_rows)
    said[event[event >= 0]] = fire[event >= 0]
    return Verdicts(
        happened=happened,
        listed=listed,
        outcome=np.where(event >= 0, MATCHED, np.where(second, SECOND_LISTING, FALSE)),
        merged=np.bincount(distinct[:, 0], minlength=incidents.num_rows) > 1,
        echo=np.bincount(row[~reports.is_echo[member]], minlength=incidents.num_rows) == 0,
        by_origin=sourced.is_true,
        rung=words(incidents, "rung") if "rung" in incidents.column_names else np.full(len(event), "", dtype=object),
        voices=_voices(incidents, observations, row, member, draws),
        reports=np.bincount(row, minlength=incidents.num_rows),
        fire=fire,
        forbidden=(stands >= 0) & np.append(is_fire, False)[stands],
        told_by_two=_told_by_two(observations, reports, truth.num_rows)[is_fire],
        said_of_it=said[is_fire],
    )


def pool_verdicts(verdicts: Sequence[Verdicts]) -> Verdicts:
    """Several days as one."""
    return Verdicts(
        **{field.name: np.concatenate([getattr(each, field.name) for each in verdicts]) for field in fields(Verdicts)}
    )


def _events_stood_for(
    incidents: pa.Table,
    truth: pa.Table,
    reports: ReportOrigins,
    of_event: Ints,
    listed: Mask,
    gate_m: Floats,
    observations: pa.Table,
) -> Ints:
    """For each incident the row of the event that it stands for, -1 for none."""
    free = reported_events(observations, reports, truth.num_rows)[0].copy()
    placed = np.isfinite(floats(incidents, "lon")) & np.isfinite(floats(incidents, "lat"))
    event = np.full(incidents.num_rows, _NONE, dtype=np.int64)
    for tier in (listed & placed, ~listed & placed):
        rows, events = np.flatnonzero(tier), np.flatnonzero(free)
        matching = match_incidents(
            incidents.take(pa.array(rows)), truth.take(pa.array(events)), gate_m=np.asarray(gate_m)[events]
        )
        event[rows[matching.incident]] = events[matching.event]
        free[events[matching.event]] = False
    for tier in (listed & ~placed, ~listed & ~placed):
        for number in np.flatnonzero(tier & (of_event >= 0)).tolist():
            if free[of_event[number]]:
                event[number] = of_event[number]
                free[of_event[number]] = False
    return event


def _unscreened(incidents: pa.Table, screened: Collection[str]) -> Floats:
    """1 less the chances of the screened classes; 1 without classes."""
    if "classes" not in incidents.column_names:
        return np.ones(incidents.num_rows)
    pairs = zip(incidents["classes"].to_pylist(), incidents["class_probabilities"].to_pylist(), strict=True)
    return np.array(
        [
            1.0 - sum(chance for name, chance in zip(names, chances, strict=True) if name in screened)
            for names, chances in pairs
        ],
        dtype=np.float64,
    )


def _voices(incidents: pa.Table, observations: pa.Table, row: Ints, member: Ints, draws: Mapping[str, str]) -> Ints:
    if "voices" in incidents.column_names:
        return np.asarray(incidents["voices"].to_numpy(zero_copy_only=False), dtype=np.int64)
    names: list[Any] = [
        draws.get(one["observation_id"], f"{one['source']}|{one['sensor']}|{one['claimed_by']}")
        for one in observations.select(["observation_id", "source", "sensor", "claimed_by"]).to_pylist()
    ]
    _, voice = np.unique(np.array(names, dtype=str), return_inverse=True)
    pairs = np.unique(np.column_stack((row, voice.reshape(-1)[member])), axis=0)
    return np.bincount(pairs[:, 0], minlength=incidents.num_rows).astype(np.int64)


def _told_by_two(observations: pa.Table, reports: ReportOrigins, events: int) -> Mask:
    _, means = np.unique(words(observations, "means").astype(str), return_inverse=True)
    counts = (reports.event >= 0) & ~reports.is_echo
    pairs = np.unique(np.column_stack((reports.event, means.reshape(-1)))[counts], axis=0)
    return np.asarray(np.bincount(pairs[:, 0], minlength=events) >= 2)
