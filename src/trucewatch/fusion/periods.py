"""Incidents → the periods of dense reports that they form, and how many events such a period held. A period replaces
nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.fusion.cylinder import earth_centred, label_cylinder
from trucewatch.fusion.measurements import FAMILY, numbers_of
from trucewatch.fusion.period_counts import count_events, count_rounds
from trucewatch.geo.arrays import Floats, Ints, Mask
from trucewatch.model.observation import STORED_OBSERVATION_SCHEMA
from trucewatch.model.period import Period
from trucewatch.model.sorted_rows import SortedRows, rows_at

REACH_M: Final = 5_000.0  # places of one device's reports scatter by a few kilometres at its usual range
GAP_S: Final = 900.0
DENSE: Final = 12
"""So many others within reach of an incident make the time and place about it dense: some 25 in an hour before one
post. On the simulated days of the tuning seeds these are fire as intense, and hours in which a device gives false
alarms by the hundred; so a period speaks of reports, and the number of events says which it is."""
VAGUEST_S: Final = 3600.0  # whose time is not known to the hour is in no period


def mark_periods(incidents: pa.Table, observations: pa.Table) -> pa.Table:
    """The same incidents with `period` filled: the id of the period that each is a part of, "" for none.

    observations: those that the incidents are made of; tell the device of what has no place.

    An incident is *dense* if at least DENSE others lie within reach of it: (distance / REACH_M)² + (time / GAP_S)² ≤ 1.
    Dense incidents at most REACH_M and GAP_S apart are of one period, in a chain; any other joins the period of the
    nearest dense one within its reach. Blasts and fire alone; simulated and real never together; what has no place is
    near only to what its device alone reports. A function of the set of incidents: an incident more takes none out, and
    changes whether one is in a period only within 2 × REACH_M and 2 × GAP_S of itself; periods further off stay as they
    are. Probabilities play no part, for they all move a little with every row.
    Limits: moments, not intervals; a front that fires all day is one period.
    Source: DBSCAN (Ester and others, 1996, definitions 1 to 6), core points linked by a cylinder, border points given
    to the nearest core.
    """
    ids = np.array(incidents["incident_id"].to_pylist(), dtype=np.str_)
    period = np.full(len(ids), "", dtype=object)
    rows = np.flatnonzero(_can_join(incidents))
    points, group, lon, lat, moment = _points(incidents.take(pa.array(rows)), observations)
    label = _label(points, group, lon, lat, moment, ids[rows])
    held = np.flatnonzero(label >= 0)
    # The smallest id of each: sorted by it first, so that the first of each label is it.
    held = held[np.argsort(ids[rows[held]], kind="stable")]
    labels, first, inverse = np.unique(label[held], return_index=True, return_inverse=True)
    names = np.array([f"p-{ids[rows[held[place]]].removeprefix('i-')}" for place in first], dtype=object)
    if len(labels):
        period[rows[held]] = names[inverse]
    position = incidents.schema.get_field_index("period")
    return incidents.set_column(position, incidents.schema.field(position), pa.array(period.tolist(), pa.string()))


def mark_again(
    rows: SortedRows, stays: Mask, left: pa.Table, observations: SortedRows
) -> tuple[SortedRows, Mask, pa.Table]:
    """The same of a list that goes on from another, which was marked: only what is near in time to incidents that came
    or left is marked anew. The list, in order of start; which of its rows are as in the other; and the rows of that
    which are not in this.

    stays: which rows were in the other list, with their periods of then; left: those of it that are no more.
    """
    came = rows_at(rows.table, np.flatnonzero(~stays))
    both = pa.concat_tables([part.select(_TOLD) for part in (came, left)])
    touched = _moments(both.filter(pa.array(_can_join(both))))
    if not len(touched):
        return rows, stays, left
    # 1. Dense or not within a gap, linked or not within two; then the whole of each period that is met there.
    near = _within(rows, touched, 3 * _GAP_US)
    names = [
        name
        for name in {*rows_at(rows.table.select(["period"]), near)["period"].to_pylist(), *left["period"].to_pylist()}
        if name
    ]
    core = np.union1d(near, rows.holding("period", names))
    # 2. With all that bears on these.
    core_rows = rows_at(rows.table, core)
    places = np.union1d(core, _within(rows, np.r_[touched, _moments(core_rows)], 3 * _GAP_US))
    some = rows_at(rows.table, places)
    first = pc.list_element(some["members"], 0)
    members = rows_at(observations.table, observations.with_keys(first))
    marked = mark_periods(some, members).take(pa.array(np.searchsorted(places, core)))
    # 3. Rows of which the period is another.
    differs = np.flatnonzero(pc.not_equal(marked["period"], core_rows["period"]).to_numpy())
    result, kept = rows.exchanged(core[differs], marked.take(pa.array(differs)))
    still = np.zeros(len(result), dtype=np.bool_)
    still[kept] = np.delete(stays, core[differs])
    others = rows_at(rows.table, core[differs][stays[core[differs]]])
    return result, still, pa.concat_tables([left, others])


_GAP_US: Final = round(GAP_S * 1e6)


def _moments(incidents: pa.Table) -> Ints:
    """The middle of each, µs since 1970."""
    start, end = (incidents[name].cast(pa.int64()).to_numpy(zero_copy_only=False) for name in _TIMES)
    return np.asarray(start + (end - start) // 2, dtype=np.int64)


def _within(rows: SortedRows, moments: Ints, reach_us: int) -> Ints:
    """Rows in order of start that may be so near to a moment; no row that can join is longer than VAGUEST_S."""
    starts = rows.keys[0]
    low = np.searchsorted(starts, moments - reach_us - round(VAGUEST_S * 1e6), side="left")
    high = np.searchsorted(starts, moments + reach_us, side="right")
    marks = np.zeros(len(starts) + 1, dtype=np.int64)
    np.add.at(marks, low, 1)
    np.add.at(marks, high, -1)
    return np.flatnonzero(np.cumsum(marks[:-1]) > 0)


def _can_join(incidents: pa.Table) -> Mask:
    """Blasts and fire whose time is known to the hour."""
    start, end = (incidents[name].cast(pa.int64()).to_numpy(zero_copy_only=False) for name in _TIMES)
    family = pc.is_in(incidents["kind"], value_set=pa.array(FAMILY)).to_numpy(zero_copy_only=False)
    return np.asarray(family & (end - start <= VAGUEST_S * 1e6), dtype=np.bool_)


def _points(incidents: pa.Table, observations: pa.Table) -> tuple[Floats, Ints, Floats, Floats, Ints]:
    """Place and middle of the time in units of reach and gap, shape (n, 5); the fifth holds groups apart that are never
    together, which follow, with longitude, latitude and the middle in µs."""
    start, end = (incidents[name].cast(pa.int64()).to_numpy(zero_copy_only=False) for name in _TIMES)
    moment = start + (end - start) // 2
    lon, lat = numbers_of(incidents["lon"]), numbers_of(incidents["lat"])
    placed = np.isfinite(lon) & np.isfinite(lat)
    lon, lat = np.where(placed, lon, 0.0), np.where(placed, lat, 0.0)
    group = np.asarray(incidents["simulated"].to_numpy(zero_copy_only=False), dtype=np.int64)
    if not placed.all():
        group[~placed] += 2 * (1 + _devices(incidents.filter(pa.array(~placed)), observations))
    points = np.column_stack((earth_centred(lon, lat) / REACH_M, moment / (GAP_S * 1e6), 4.0 * group))
    return points, group, lon, lat, moment


def _devices(incidents: pa.Table, observations: pa.Table) -> Ints:
    """A number for the source and device of each incident's first member."""
    first = pc.list_element(incidents["members"], 0)
    rows = pc.index_in(first, value_set=observations["observation_id"].combine_chunks())
    named = observations.select(["source", "sensor"]).take(rows.combine_chunks())
    keys = pc.binary_join_element_wise(named["source"], named["sensor"], "\x1f")
    return np.asarray(pc.fill_null(keys, "").combine_chunks().dictionary_encode().indices, dtype=np.int64)


def _label(points: Floats, group: Ints, lon: Floats, lat: Floats, moment: Ints, ids: np.ndarray) -> Ints:
    """The number of each incident's period, −1 for none."""
    label = np.full(len(points), -1, dtype=np.int64)
    if len(points) <= DENSE:
        return label
    away, _ = _nearest(points, points, [DENSE + 1])  # the first is itself
    dense = np.isfinite(away[:, 0])
    core = np.flatnonzero(dense)
    if not len(core):
        return label
    free, listed = np.ones(len(core), dtype=np.bool_), np.full(len(core), -1)
    at = moment[core]
    label[core] = label_cylinder(lon[core], lat[core], at, at, group[core], listed, free, REACH_M, round(GAP_S * 1e6))
    others = np.flatnonzero(~dense)
    if len(others):
        # What is not dense has fewer than DENSE within reach, so these are all dense ones about it.
        away, near = _nearest(points[core], points[others], list(range(1, DENSE + 1)))
        # Equally near ones: the earlier, then the smaller id, whatever the order of the table.
        rank = np.empty(len(core), dtype=np.int64)
        rank[np.lexsort((ids[core], at))] = np.arange(len(core))
        ranks = np.where(near < len(core), rank[np.minimum(near, len(core) - 1)], len(core))
        ranks[away > away[:, :1] + _EVEN] = len(core)
        best = np.argmin(ranks, axis=1)[:, None]
        chosen = np.take_along_axis(near, best, axis=1)[:, 0]
        reached = chosen < len(core)
        label[others[reached]] = label[core[chosen[reached]]]
    return label


def _nearest(points: Floats, asked: Floats, ranks: list[int]) -> tuple[Floats, Ints]:
    """How far the points of these ranks are from each that is asked about, and which they are; infinitely where beyond
    reach."""
    from scipy.spatial import cKDTree

    away, near = cKDTree(points).query(asked, k=ranks, distance_upper_bound=_REACH)
    return np.asarray(away), np.asarray(near)


def periods_among(incidents: pa.Table) -> list[Period]:
    """The periods that these incidents form by themselves, whatever their column `period` says. Those without a place
    form none, since their devices are not known here."""
    placed = incidents.filter(pc.is_valid(incidents["lon"]))
    return periods_of(mark_periods(placed, STORED_OBSERVATION_SCHEMA.empty_table()))


def periods_of(incidents: pa.Table) -> list[Period]:
    """The periods of a list, in order of their begin and id."""
    inside = incidents.filter(pc.not_equal(incidents["period"], ""))
    if not inside.num_rows:
        return []
    inside = inside.select(_READ).sort_by([("period", "ascending"), ("incident_id", "ascending")])
    names = np.array(inside["period"].to_pylist(), dtype=np.str_)
    bounds = np.r_[np.flatnonzero(np.r_[True, names[1:] != names[:-1]]), len(names)]
    periods = [_period(inside.slice(first, end - first)) for first, end in pairwise(bounds.tolist())]
    return sorted(periods, key=lambda period: (period.begin, period.period_id))


def _period(incidents: pa.Table) -> Period:
    happened = numbers_of(incidents["happened"])
    alone = pc.equal(pc.list_value_length(incidents["members"]), 1).to_numpy(zero_copy_only=False)
    events = count_events(happened, alone)
    low, best, high = (numbers_of(incidents[name]) for name in ("count_min", "count_best", "count_max"))
    best = np.where(np.isnan(best), 1.0, best)
    low, high = np.where(np.isnan(low), best, low), np.where(np.isnan(high), best, high)
    rounds = count_rounds(happened, alone, low, np.maximum(low, high)) if (high > 1).any() else (None, None)
    sources = [words[0] if len(words) == 1 else "" for words in incidents["sources"].to_pylist()]
    told = {word: sources.count(word) for word in sorted(set(sources)) if word}
    source = max(told, key=lambda word: told[word], default="")
    mostly = 2 * told.get(source, 0) > incidents.num_rows
    return Period(
        period_id=incidents["period"][0].as_py(),
        begin=pc.min(incidents["occurred_start"]).as_py(),
        end=pc.max(incidents["occurred_end"]).as_py(),
        incident_ids=tuple(incidents["incident_id"].to_pylist()),
        events_min=events[0],
        events_max=events[1],
        rounds_min=rounds[0],
        rounds_max=rounds[1],
        source=source if mostly else "",
        by_source=told[source] if mostly else 0,
        simulated=bool(incidents["simulated"][0].as_py()),
    )


_TIMES: Final = ("occurred_start", "occurred_end")
_TOLD: Final = ["kind", *_TIMES]
_READ: Final = [
    "period",
    "incident_id",
    "members",
    "sources",
    *_TIMES,
    "count_min",
    "count_best",
    "count_max",
    "happened",
    "simulated",
]
_REACH: Final = float(np.nextafter(1.0, 2.0))  # the bound itself is left out by the tree
_EVEN: Final = 1e-9  # what differs by less is equally near: rounding decides nothing
