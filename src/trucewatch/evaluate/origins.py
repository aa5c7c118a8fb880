"""Which true event each observation and each incident comes from, and which events anybody could have found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from trucewatch.evaluate.score_columns import floats, members_of, words
from trucewatch.geo.arrays import Ints, Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOrigins:
    """Of each observation: the row of its true event, -1 for clutter, and what is wrong with it."""

    event: Ints
    is_echo: Mask
    is_outlier: Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOrigins:
    """Of each incident: the row of the event that most of its members report (-1 if fewer than half report any),
    whether at least half report some event, and whether all are sound reports of one. An echo reports nothing."""

    event: Ints
    is_true: Mask
    is_sound: Mask
    reports: Ints
    """How many of its members report that event."""


def trace_reports(observations: pa.Table, origin: pa.Table, truth: pa.Table) -> ReportOrigins:
    """The origin of each observation. Raises ValueError if the tables do not belong together."""
    row_of = {observation: row for row, observation in enumerate(origin["observation_id"].to_pylist())}
    number = {event: row for row, event in enumerate(truth["event_id"].to_pylist())}
    ids = observations["observation_id"].to_pylist()
    missing = [observation for observation in ids if observation not in row_of]
    if missing:
        raise ValueError(f"observation {missing[0]} has no origin; give the origin table of the same days")
    rows = np.array([row_of[observation] for observation in ids], dtype=np.int64)
    events = words(origin, "event_id")[rows]
    strange = sorted(set(events.tolist()) - set(number) - {""})
    if strange:
        raise ValueError(f"event {strange[0]} is not in the truth; give the truth of the same days")
    return ReportOrigins(
        event=np.array([number.get(event, -1) for event in events], dtype=np.int64),
        is_echo=np.asarray(origin["is_echo"].to_numpy(zero_copy_only=False), dtype=np.bool_)[rows],
        is_outlier=np.asarray(origin["is_outlier"].to_numpy(zero_copy_only=False), dtype=np.bool_)[rows],
    )


def trace_incidents(incidents: pa.Table, observations: pa.Table, reports: ReportOrigins) -> IncidentOrigins:
    """The origin of each incident, by its members. Of equally frequent events the first stands."""
    n = incidents.num_rows
    row, member = members_of(incidents, observations["observation_id"].to_pylist())
    event = np.where(reports.is_echo, -1, reports.event)[member]
    size, true = np.bincount(row, minlength=n), np.bincount(row[event >= 0], minlength=n)
    best = np.full(n, -1, dtype=np.int64)
    reported = event >= 0
    pairs, times = np.unique(np.column_stack((row, event))[reported], axis=0, return_counts=True)
    for index in np.lexsort((-pairs[:, 1], times)):
        best[pairs[index, 0]] = pairs[index, 1]
    is_true = (2 * true >= size) & (size > 0)
    unsound = (event != best[row]) | reports.is_outlier[member]
    is_sound = (np.bincount(row[unsound], minlength=n) == 0) & (best >= 0)
    of_best = np.bincount(row[(event == best[row]) & reported], minlength=n)
    return IncidentOrigins(event=np.where(is_true, best, -1), is_true=is_true, is_sound=is_sound, reports=of_best)


def reported_events(observations: pa.Table, reports: ReportOrigins, events: int) -> tuple[Mask, Mask]:
    """Which true events anything was reported of, and which of them are locatable.

    Locatable: at least one report with a place, or bearings from two observers. Echoes do not count.
    """
    counts = (reports.event >= 0) & ~reports.is_echo
    of = reports.event
    reported = np.bincount(of[counts], minlength=events) > 0
    placed = np.isfinite(floats(observations, "lon")) & counts
    aimed = np.isfinite(floats(observations, "bearing_deg")) & counts
    from_where = np.column_stack(
        (of, floats(observations, "observer_lon").round(6), floats(observations, "observer_lat").round(6))
    )
    observers = np.unique(from_where[aimed], axis=0)[:, 0].astype(np.int64)
    crossed = np.bincount(observers, minlength=events) >= 2
    return reported, reported & ((np.bincount(of[placed], minlength=events) > 0) | crossed)


def count_pairs(incidents: pa.Table, observations: pa.Table, reports: ReportOrigins) -> tuple[int, int, int]:
    """Pairs of observations in one incident, those of them of one event, and all pairs of one event. Echoes are left
    out.

    A pair with clutter is of no event. An observation that stands in several incidents counts in each.
    """
    row, member = members_of(incidents, observations["observation_id"].to_pylist())
    first_hand = ~reports.is_echo[member]
    row, event = row[first_hand], reports.event[member[first_hand]]
    together = _pairs(np.bincount(row))
    true = event >= 0
    _, times = np.unique(np.column_stack((row, event))[true], axis=0, return_counts=True)
    all_true = reports.event[(reports.event >= 0) & ~reports.is_echo]
    return together, _pairs(times), _pairs(np.bincount(all_true))


def _pairs(sizes: Ints) -> int:
    return int((sizes * (sizes - 1) // 2).sum())
