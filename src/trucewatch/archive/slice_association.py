"""Rows → which are one event, by either rule, and how far in time each event's rows can still meet others.

Both rules are those of `fusion/`. What is added here: every row has a window in time such that two rows of different
slices can bear on each other only if their windows meet. So a set of rows of which no window reaches an edge of its
slice is whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.archive.rows import DEFAULTS, NOTHING, TYPES, Mask, Rows, Whole
from trucewatch.fusion.associate import BLAST_AND_FIRE
from trucewatch.fusion.cylinder import label_cylinder
from trucewatch.fusion.cylinder_kernels import MOST_US
from trucewatch.fusion.gate_kernels import SPANS_S
from trucewatch.fusion.likelihood import Gathering, LikelihoodRule, no_affinity
from trucewatch.fusion.measurements import BURNS_AFTER_S, BURNS_BEFORE_S, Reports, prepare_reports, with_room_to_move
from trucewatch.model.observation import KINDS, MEANS
from trucewatch.model.watch import AssociationRule
from trucewatch.sources.columns import UTC_MICROS

EVER: Final = 1 << 62
SLOT_US: Final = round(2 * max(SPANS_S) * 1e6)
"""Two days: the longest slot of time in which the likelihood rule counts reports. Its slices end where slots end."""
MOST_REACH_US: Final = round(max(SPANS_S) * 1e6)
"""What reaches further than a day from its middle is joined with nothing by the likelihood rule."""
LAG_US: Final = 10_800_000_000
"""The middle of a row is at most so long before its start: a fire may have burnt for six hours."""
_HEAT: Final = KINDS.index("thermal_anomaly")
FAMILY_OF_KIND: Final = np.array(
    [0 if word in BLAST_AND_FIRE else 1 + at for at, word in enumerate(KINDS)], dtype=np.int64
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """What is known of the time beyond a slice. The moments (`Association.moments_of`) of rows before it are before
    `begin_us`, and they end at most at `reached_us`; those of rows after it are `until_us` or later. EVER, -EVER where
    there are none."""

    begin_us: int = -EVER
    reached_us: int = -EVER
    until_us: int = EVER


@dataclass(frozen=True, slots=True)
class Sets:
    """label: the event of each row, as the number of one of its rows; whole: a number for what has to stay together."""

    label: Whole
    whole: Whole
    is_open: Mask
    """Rows of sets that may go on beyond an edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """The rule with what it needs to know of the devices."""

    rule: AssociationRule = field(default_factory=AssociationRule)
    reach_m: Mapping[str, float] = field(default_factory=dict)
    most_reach_us: int = MOST_REACH_US
    """How far from its middle any row can reach, by the likelihood rule; any true bound gives the same incidents."""

    def moments_of(self, rows: Rows) -> Whole:
        """By which rows are put into slices: their start; by the likelihood rule the beginning of the slot of their
        middle, so that reports which are counted together are in one slice."""
        if self.rule.rule == "cylinder":
            return rows["start_us"]
        start, end = rows["start_us"] / 1e6, rows["end_us"] / 1e6
        heat = rows["kind"] == _HEAT
        middle = (np.where(heat, start - BURNS_BEFORE_S, start) + np.where(heat, end + BURNS_AFTER_S, end)) / 2
        # What is longer than a slot is joined with nothing; it need not wait for its middle.
        middle = np.where(end - start > SLOT_US / 1e6, start, middle)
        return np.floor(middle / (SLOT_US / 1e6)).astype(np.int64) * SLOT_US

    @property
    def lag_us(self) -> int:
        """How much later than a moment rows have to start so that no more rows of before that moment can come."""
        return 0 if self.rule.rule == "cylinder" else LAG_US

    def days_of(self, days: int) -> int:
        """So many days, or the next number of them that slices can have."""
        slot = 1 if self.rule.rule == "cylinder" else SLOT_US // 86_400_000_000
        return -(-days // slot) * slot

    def divide(self, rows: Rows, edges: Edges) -> Sets:
        """Sets of ordered rows; those that are open are to be divided again with what lies beyond."""
        if self.rule.rule == "cylinder":
            return self._by_cylinder(rows, edges)
        return self._by_likelihood(rows, edges)

    def settled_us(self, until_us: int) -> int:
        """No event that is still open at `until_us`, or has its moment later, has its last report before this."""
        if until_us >= EVER:
            return EVER
        if self.rule.rule == "cylinder":
            return until_us - self._gap_us
        return until_us - self.most_reach_us - MOST_REACH_US - LAG_US

    @property
    def _gap_us(self) -> int:
        return round(min(self.rule.gap_hours * 3600.0 * 1e6, MOST_US))

    def _by_cylinder(self, rows: Rows, edges: Edges) -> Sets:
        start, end = rows["start_us"], rows["end_us"]
        gap_us = self._gap_us
        lon, lat, spread = rows["lon"], rows["lat"], rows["semi_major_m"]
        linkable = np.isfinite(lon) & np.isfinite(lat) & ~(spread > self.rule.radius_m)
        group = FAMILY_OF_KIND[rows["kind"]] * 2 + rows["simulated"]
        listed = np.where(rows["means"] == MEANS.index("event_list"), _lists(rows), -1)
        label = label_cylinder(lon, lat, start, end, group, listed, linkable, self.rule.radius_m, gap_us)
        reaches = linkable & (
            (end >= edges.until_us - gap_us) | (start <= min(edges.reached_us, EVER - gap_us) + gap_us)
        )
        return Sets(label, label, _spread_over(reaches, label))

    def _by_likelihood(self, rows: Rows, edges: Edges) -> Sets:
        count = len(rows)
        if not count:
            none = np.zeros(0, dtype=np.int64)
            return Sets(none, none, np.zeros(0, dtype=np.bool_))
        naming = naming_order(rows)
        reports = with_room_to_move(prepare_reports(observations_of(rows.take(naming)), self.reach_m))
        by_time = np.argsort(reports.f["start"], kind="stable")
        gathering = Gathering(Reports(reports.f[by_time], reports.k[by_time]))
        rule = LikelihoodRule(events_per_km2_day=self.rule.events_per_km2_day)
        labels = gathering.resolve(rule, no_affinity())
        rank = naming[by_time]
        label, whole = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
        label[rank] = rank[labels]
        whole[rank] = rank[gathering.sets()]
        reaches = np.zeros(count, dtype=np.bool_)
        reaches[naming] = self._reaches_an_edge(reports, edges)
        return Sets(label, whole, _spread_over(reaches, whole))

    def _reaches_an_edge(self, reports: Reports, edges: Edges) -> Mask:
        """Whether each report may meet one of a slice before or after; a second more than need be, for what floats
        lose."""
        middle, reach = (reports.f["start"] + reports.f["end"]) / 2, reports.f["reach_s"] + 1.0
        joins = np.asarray(reports.k["level"] >= 0, dtype=np.bool_)
        most = self.most_reach_us
        late = (middle + reach) * 1e6 >= (edges.until_us - most if edges.until_us < EVER else EVER)
        early = (middle - reach) * 1e6 <= (edges.begin_us + most if edges.begin_us > -EVER else -EVER)
        return np.asarray(joins & (late | early), dtype=np.bool_)


def naming_order(rows: Rows) -> Whole:
    """The order in which rows are named: by our ids where there are some, else their own order."""
    if rows.ids is None:
        return np.arange(len(rows), dtype=np.int64)
    return np.asarray(pc.sort_indices(rows.ids).to_numpy(), dtype=np.int64)


def _lists(rows: Rows) -> Whole:
    """A number for the source and claimant of each row: what a list writes down of several speakers are several."""
    claimant = rows["claimed_by"] if "claimed_by" in rows.columns else np.full(len(rows), NOTHING)
    mixed = (rows["source"] * np.int64(1_000_033) + claimant) & np.int64((1 << 61) - 1)
    return np.where(claimant != NOTHING, mixed, rows["source"])


def _spread_over(some: Mask, whole: Whole) -> Mask:
    """True for all rows of each set of which one is marked."""
    marked = np.zeros(len(whole), dtype=np.bool_)
    marked[whole[some]] = True
    return np.asarray(marked[whole], dtype=np.bool_)


def _voices(texts: Whole) -> Any:
    """Texts that are the same where the told ones are: their numbers, in digits; empty where nothing was said."""
    digits = pa.array(np.ascontiguousarray(texts)).cast(pa.string())
    return pc.if_else(pa.array(texts == NOTHING), "", digits)


def observations_of(rows: Rows) -> pa.Table:
    """What `prepare_reports` reads of an observation table."""
    count = len(rows)

    def words(name: str) -> Any:
        if name not in rows.columns:
            return pa.repeat(pa.scalar(""), count)
        numbers, codes = np.unique(rows[name], return_inverse=True)
        spelled = [rows.texts.get(int(number), "") for number in numbers]
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(spelled, pa.string())).cast(
            pa.string()
        )

    columns: dict[str, Any] = {
        "observation_id": rows.ids if rows.ids is not None else pa.repeat(pa.scalar(""), count),
        "occurred_start": pa.array(rows["start_us"]).cast(UTC_MICROS),
        "occurred_end": pa.array(rows["end_us"]).cast(UTC_MICROS),
        "kind": pa.array(KINDS).take(pa.array(rows["kind"])),
        "means": pa.array(MEANS).take(pa.array(rows["means"])),
        "simulated": pa.array(np.ascontiguousarray(rows["simulated"])),
        "text": _voices(rows["text"]) if "text" in rows.columns else pa.repeat(pa.scalar(""), count),
        **{name: words(name) for name in ("source", "sensor", "claimed_by")},
    }
    for name, kind in TYPES.items():
        if kind in (np.float32, np.float64) and name not in DEFAULTS:
            columns[name] = pa.array(np.ascontiguousarray(rows[name]), from_pandas=True)
    return pa.table(columns)
