"""The likelihood rule: reports → events, by each report's own errors in space and time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from trucewatch.fusion.gate_kernels import insert_reports, place_cells
from trucewatch.fusion.measurements import Reports, prepare_reports, with_room_to_move
from trucewatch.fusion.resolve_kernels import resolve_all
from trucewatch.fusion.set_right import Corrections
from trucewatch.geo.arrays import Ints
from trucewatch.model.observation import KINDS
from trucewatch.model.speakers import Speakers

DENSE: Final = 256
"""Reports in one cell of the finest grid (2.4 km, 2 minutes) beyond which single events are no longer told apart."""
_ROOM: Final = 1024  # entries that the tables hold at first; each doubles when it is full


def no_affinity() -> Any:
    """Kinds of one family go with each other equally well."""
    return np.zeros((len(KINDS), len(KINDS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelihoodRule:
    """What the full rule assumes where the reports say nothing."""

    events_per_km2_day: float = 0.05
    """How densely other events lie, where no device reports several."""
    bar_nats: float = -1.0
    """The evidence that a join needs. Below zero, since most events are noticed by more than one: an event of its own
    that nobody else noticed is rarer than `events_per_km2_day`. Chosen on simulated days (tuning seeds)."""

    @property
    def base(self) -> float:
        """Events per m² s."""
        return self.events_per_km2_day / 1e6 / 86_400.0


class Gathering:
    """Reports in the grids, with the edges of the gate and the sets that it makes; the same in any order."""

    def __init__(self, reports: Reports) -> None:
        """reports: `k["order"]` is another for each."""
        count = len(reports)
        self.f, self.k = reports.f, reports.k
        self.grids = _grids_of(reports)
        self.keys = np.full(4 * _ROOM, -1, dtype=np.int64)
        self.heads = np.full(4 * _ROOM, -1, dtype=np.int64)
        self.counts = np.zeros(4 * _ROOM, dtype=np.int64)
        self.node_row = np.empty(_ROOM, dtype=np.int64)
        self.node_next = np.empty(_ROOM, dtype=np.int64)
        self.edge = np.empty((_ROOM, 2), dtype=np.int64)
        self.edge_kind = np.empty(_ROOM, dtype=np.int8)
        self.edge_next = np.empty((_ROOM, 2), dtype=np.int64)
        self.first_edge = np.full(count, -1, dtype=np.int64)
        self.parent = np.zeros(count, dtype=np.int64)
        self.used = np.zeros(3, dtype=np.int64)
        self.present = np.zeros((9, 4), dtype=np.int64)
        self._insert()

    def _insert(self) -> None:
        at = 0
        while True:
            at = insert_reports(
                self.f,
                self.k,
                at,
                len(self.f),
                self.grids,
                self.keys,
                self.heads,
                self.counts,
                self.node_row,
                self.node_next,
                self.edge,
                self.edge_kind,
                self.edge_next,
                self.first_edge,
                self.parent,
                self.used,
                self.present,
                DENSE,
            )
            if at >= len(self.f):
                return
            self._grow_tables()

    def _grow_tables(self) -> None:
        """Doubles whichever table was full: if it was neither nodes nor cells, it was the edges."""
        had_room = True
        if self.used[0] + 9 > len(self.node_row):
            self.node_row, self.node_next, had_room = _doubled(self.node_row), _doubled(self.node_next), False
        if (self.used[2] + 9) * 2 > len(self.keys):
            self._grow_cells()
            had_room = False
        if had_room:
            self.edge, self.edge_kind, self.edge_next = (
                _doubled(self.edge),
                _doubled(self.edge_kind),
                _doubled(self.edge_next),
            )

    def _grow_cells(self) -> None:
        old = np.flatnonzero(self.keys != -1)
        keys, heads, counts = self.keys[old], self.heads[old], self.counts[old]
        size = 2 * len(self.keys)
        self.keys = np.full(size, -1, dtype=np.int64)
        self.heads = np.full(size, -1, dtype=np.int64)
        self.counts = np.zeros(size, dtype=np.int64)
        place_cells(keys, heads, counts, self.keys, self.heads, self.counts)

    def sets(self) -> Ints:
        """The representative of the set that holds each row, shape (n,)."""
        roots = self.parent
        while not np.array_equal(above := roots[roots], roots):
            roots = above
        return roots

    def resolve(self, rule: LikelihoodRule, affinity: Any) -> Ints:
        """A label for each report, shape (n,): the row of the event's first report in the order of the ids."""
        count = len(self.f)
        # -1 where a row has no place yet: what the memory held before would be read as one.
        local, label = np.full(count, -1, dtype=np.int64), np.empty(count, dtype=np.int64)
        order = np.argsort(self.k["order"], kind="stable")
        resolve_all(
            self.f,
            self.k,
            order,
            self.edge,
            self.edge_kind,
            self.edge_next,
            self.first_edge,
            self.used[1],
            self.node_row,
            self.heads,
            self.keys,
            self.counts,
            local,
            affinity,
            rule.base,
            rule.bar_nats,
            DENSE,
            label,
        )
        return label


def associate_by_likelihood(
    observations: pa.Table,
    rule: LikelihoodRule | None = None,
    reach_m: Mapping[str, float] | None = None,
    speakers: Speakers | None = None,
    corrections: Corrections | None = None,
) -> Ints:
    """A label for each row, shape (n,): rows with the same label are held to be one event. A function of the set of
    rows.

    observations: rows in the order of their ids. Two rows meet if their kinds are of one family, both are simulated or
    neither is, no device reports twice, their times are within 3.29 sigma and their places within χ² = 13.8 (or a place
    within 3.29 sigma of a direction, or two directions cross), sigma being each row's own, floored and capped
    (`reports.py`). What meets is then divided into events by evidence, the surest pairs first (`resolve_kernels.py`).
    Pixels of one overpass of one sensor within 1,200 m, and copies of one text, are one from the start. Where more than
    256 reports lie in 2.4 km and two minutes (512 and 1,024 in the larger cells of vaguer ones) single events are not
    told apart, whatever the devices: they are one incident.
    """
    return associate_sets(observations, rule or LikelihoodRule(), reach_m, speakers, corrections)[0]


def associate_sets(
    observations: pa.Table,
    rule: LikelihoodRule,
    reach_m: Mapping[str, float] | None = None,
    speakers: Speakers | None = None,
    corrections: Corrections | None = None,
) -> tuple[Ints, Ints]:
    """The same, and a label for the set of rows that the gate connects with each, whatever then divides it."""
    reports = with_room_to_move(prepare_reports(observations, reach_m, speakers, corrections))
    by_time = np.argsort(reports.f["start"], kind="stable")
    # In order of time; the labels are the same in any order, since the gate is one of pairs.
    gathering = Gathering(Reports(reports.f[by_time], reports.k[by_time]))
    labels, sets = np.empty((2, len(by_time)), dtype=np.int64)
    labels[by_time] = by_time[gathering.resolve(rule, no_affinity())]
    sets[by_time] = by_time[gathering.sets()]
    return labels, sets


def _grids_of(reports: Reports) -> Any:
    """Which of the nine grids these reports need: for each level and each span that some of them have."""
    able = reports.k["level"] >= 0
    levels, spans = (np.isin(np.arange(3), reports.k[name][able]) for name in ("level", "span"))
    return np.logical_and.outer(levels, spans).reshape(-1)


def _doubled(array: Any) -> Any:
    grown = np.zeros((2 * len(array), *array.shape[1:]), dtype=array.dtype)
    grown[: len(array)] = array
    return grown
