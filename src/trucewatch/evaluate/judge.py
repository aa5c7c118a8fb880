"""One list of incidents against the truth of its days → raw outcomes, which pool over days before anything is
averaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa

from trucewatch.evaluate.cramer_rao import Measurements
from trucewatch.evaluate.match import GATE_M, match_incidents
from trucewatch.evaluate.origins import IncidentOrigins, count_pairs, reported_events, trace_incidents, trace_reports
from trucewatch.evaluate.score_columns import floats, seconds, words
from trucewatch.geo.arrays import Floats, Ints, Mask
from trucewatch.geo.frame import wgs84
from trucewatch.model.incident import CHI2_95

LISTED_FROM = 0.5
"""An incident is listed if it is at least this probable that it happened; without the column every incident is."""
VAGUEST_BOUND_M = 5_000.0
"""A bound beyond this is no place: bearings that hardly cross, about which the linear bound says nothing."""
NORMAL_MEANS = frozenset({"acoustic", "seismic", "uav", "satellite"})
"""Means whose errors are normal on simulated days. Of one report with Student's t errors the bound cannot be
reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of one list. Arrays of one row: a listed incident that stems from a true event, or what the name
    says."""

    listed: int
    """Incidents with a place that are listed; those without one are `unplaced`."""
    unplaced: int
    events: int
    """True events that are locatable: a report with a place, or bearings from two observers."""
    unlocatable: int
    """True events that were reported, but not so that anybody could place them: left out of recall."""
    unreported: int
    matched: int
    delay_s: Floats
    """Of each matched pair: when the incident was first known, after the event began."""
    error_m: Floats
    inside_95: Mask
    means: Ints
    """Of the listed incident that stands for each true event, the one with most of its reports: its distance from it,
    whether its 95 % ellipse holds it, and how many different means it rests on. By origin, not by the gate: a gate
    would cut off the large errors. A second incident of one event is too many, and counted so; its place is nobody's
    answer."""
    kind_right: Mask
    happened: Floats
    is_true: Mask
    """Of each incident with `happened`, listed or not: the probability, and whether at least half of its members report
    one and the same kind of truth: a true event and no echo of it."""
    pairs_together: int
    pairs_right: int
    pairs_true: int
    """Pairs of observations in one incident; of these, of one event; pairs of one event in all. Echoes are left out."""
    squared_error_m2: Floats
    bound_m2: Floats
    all_normal: Mask
    """Of each incident whose members are all sound reports of one event: squared error, trace of the bound from these
    members, and whether all their errors are normal."""


def judge(
    incidents: pa.Table,
    *,
    observations: pa.Table,
    origin: pa.Table,
    truth: pa.Table,
    measurements: pa.Table,
    gate_m: float | Floats = GATE_M,
) -> Judged:
    """Everything that can be said of these incidents.

    incidents: any table with `members`, `means`, `kind`, `occurred_start`, `occurred_end`, `lon`, `lat`, the one-sigma
    ellipse, `first_known_at`, and perhaps `happened`. The other tables are those of one set of simulated days.
    """
    listed = np.ones(incidents.num_rows, dtype=np.bool_)
    probable = floats(incidents, "happened")
    if "happened" in incidents.column_names:
        listed = ~(probable < LISTED_FROM)
    placed = np.isfinite(floats(incidents, "lon"))
    reports = trace_reports(observations, origin, truth)
    sourced = trace_incidents(incidents, observations, reports)
    reported, locatable = reported_events(observations, reports, truth.num_rows)
    gates = np.broadcast_to(np.asarray(gate_m, dtype=np.float64), (truth.num_rows,))[locatable]
    listed_rows, events = np.flatnonzero(listed & placed), np.flatnonzero(locatable)
    some = incidents.take(pa.array(listed_rows))
    matching = match_incidents(some, truth.take(pa.array(events)), gate_m=gates)
    row, event = listed_rows[matching.incident], events[matching.event]
    true = main_incidents(listed_rows, sourced)
    error, inside = _errors(incidents, truth, true, sourced.event[true])
    squared, bound, normal = _against_bound(incidents, truth, sourced, listed_rows, measurements, all_normal(incidents))
    judged_happened = np.isfinite(probable)
    together, right, in_truth = count_pairs(incidents, observations, reports)
    return Judged(
        listed=len(listed_rows),
        unplaced=int((listed & ~placed).sum()),
        events=len(events),
        unlocatable=int((reported & ~locatable).sum()),
        unreported=int((~reported).sum()),
        matched=len(row),
        delay_s=seconds(incidents, "first_known_at")[row] - seconds(truth, "occurred_start")[event],
        error_m=error,
        inside_95=inside,
        means=np.array(
            [len(set(means)) for means in incidents["means"].take(pa.array(true)).to_pylist()], dtype=np.int64
        ),
        kind_right=words(incidents, "kind")[true] == words(truth, "kind")[sourced.event[true]],
        happened=probable[judged_happened],
        is_true=sourced.is_true[judged_happened],
        pairs_together=together,
        pairs_right=right,
        pairs_true=in_truth,
        squared_error_m2=squared,
        bound_m2=bound,
        all_normal=normal,
    )


def main_incidents(rows: Ints, origins: IncidentOrigins) -> Ints:
    """Of these incidents, for each true event the one with most of its reports; of equals the first."""
    stemming = rows[origins.event[rows] >= 0]
    order = np.lexsort((stemming, -origins.reports[stemming], origins.event[stemming]))
    ordered = stemming[order]
    first = np.r_[True, np.diff(origins.event[ordered]) != 0] if len(ordered) else np.zeros(0, dtype=np.bool_)
    return np.sort(ordered[first])


def pool(judged: Sequence[Judged]) -> Judged:
    """Several days as one: numbers add up, arrays follow each other."""
    together: dict[str, Any] = {}
    for field in fields(Judged):
        values = [getattr(each, field.name) for each in judged]
        together[field.name] = sum(values) if isinstance(values[0], int) else np.concatenate(values)
    return Judged(**together)


def all_normal(incidents: pa.Table) -> Mask:
    """Whether an incident rests on devices alone whose errors are normal: on no camera and on nobody's word."""
    return np.array([set(means) <= NORMAL_MEANS for means in incidents["means"].to_pylist()], dtype=np.bool_)


def _errors(incidents: pa.Table, truth: pa.Table, rows: Ints, events: Ints) -> tuple[Floats, Mask]:
    """Distance in metres on the ellipsoid, and whether the 95 % ellipse holds the true place. No ellipse holds
    nothing."""
    lon, lat = floats(incidents, "lon")[rows], floats(incidents, "lat")[rows]
    azimuth, _, distance = wgs84().inv(lon, lat, floats(truth, "lon")[events], floats(truth, "lat")[events])
    major, minor, turned = (
        floats(incidents, name)[rows] for name in ("semi_major_m", "semi_minor_m", "major_azimuth_deg")
    )
    theta = np.radians(np.asarray(azimuth, dtype=np.float64) - np.nan_to_num(turned))
    with np.errstate(divide="ignore", invalid="ignore"):
        away = (distance * np.cos(theta) / major) ** 2 + (distance * np.sin(theta) / minor) ** 2
    return np.asarray(distance, dtype=np.float64), np.asarray(away <= CHI2_95)


def _against_bound(
    incidents: pa.Table, truth: pa.Table, origins: IncidentOrigins, rows: Ints, measurements: pa.Table, normal: Mask
) -> tuple[Floats, Floats, Mask]:
    """Squared error and bound of the incidents that are wholly of one event and free of gross errors."""
    measured = Measurements(measurements)
    members = incidents["members"]
    sound = rows[origins.is_sound[rows]]
    bounds = [measured.covariance(members[int(row)].as_py()) for row in sound]
    traces = np.array([np.inf if bound is None else np.trace(bound) for bound in bounds], dtype=np.float64)
    sharp = traces <= VAGUEST_BOUND_M**2
    error, _ = _errors(incidents, truth, sound[sharp], origins.event[sound[sharp]])
    return error**2, traces[sharp], normal[sound[sharp]]
