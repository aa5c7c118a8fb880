"""The likelihood rule: reports → events, by each report's own errors in space and time. Batch and live are the same
code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa

from trucewatch.fusion.gate_kernels import find, insert_reports, place_cells
from trucewatch.fusion.measurements import CROSSING, Reports, prepare_reports, with_room_to_move
from trucewatch.fusion.resolve_kernels import members_of, resolve_all, resolve_if_small, resolve_set
from trucewatch.fusion.set_right import Corrections
from trucewatch.geo.arrays import Ints
from trucewatch.model.observation import KINDS
from trucewatch.model.speakers import Speakers

DENSE: Final = 256
"""Reports in one cell of the finest grid (2.4 km, 2 minutes) beyond which single events are no longer told apart."""
LAZY: Final = 32
"""Reports in a set beyond which it is not divided anew for each one that comes."""
_ROOM: Final = 1024  # rows that the tables hold at first; each doubles when it is full


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


@dataclass(slots=True)
class Gathering:
    """Reports in the grids, with the edges of the gate and the sets that it makes; grows as reports come, in any
    order."""

    f: Any = field(default_factory=lambda: Reports.blank(_ROOM).f)
    k: Any = field(default_factory=lambda: Reports.blank(_ROOM).k)
    count: int = 0
    grids: Any = field(default_factory=lambda: np.zeros(9, dtype=np.bool_))
    _levels: set[tuple[int, int]] = field(default_factory=set)
    keys: Any = field(default_factory=lambda: np.full(4 * _ROOM, -1, dtype=np.int64))
    heads: Any = field(default_factory=lambda: np.full(4 * _ROOM, -1, dtype=np.int64))
    counts: Any = field(default_factory=lambda: np.zeros(4 * _ROOM, dtype=np.int64))
    node_row: Any = field(default_factory=lambda: np.empty(_ROOM, dtype=np.int64))
    node_next: Any = field(default_factory=lambda: np.empty(_ROOM, dtype=np.int64))
    edge: Any = field(default_factory=lambda: np.empty((_ROOM, 2), dtype=np.int64))
    edge_kind: Any = field(default_factory=lambda: np.empty(_ROOM, dtype=np.int8))
    edge_next: Any = field(default_factory=lambda: np.empty((_ROOM, 2), dtype=np.int64))
    first_edge: Any = field(default_factory=lambda: np.full(_ROOM, -1, dtype=np.int64))
    parent: Any = field(default_factory=lambda: np.zeros(_ROOM, dtype=np.int64))
    ring: Any = field(default_factory=lambda: np.zeros(_ROOM, dtype=np.int64))
    size: Any = field(default_factory=lambda: np.zeros(_ROOM, dtype=np.int64))
    local: Any = field(default_factory=lambda: np.zeros(_ROOM, dtype=np.int64))
    label: Any = field(default_factory=lambda: np.zeros(_ROOM, dtype=np.int64))
    used: Any = field(default_factory=lambda: np.zeros(3, dtype=np.int64))
    present: Any = field(default_factory=lambda: np.zeros((9, 4), dtype=np.int64))

    def add(self, reports: Reports) -> tuple[int, int]:
        """Takes reports in; the rows that they became, from … to. `k["order"]` has to be unique over all that are
        added."""
        begin, end = self.count, self.count + len(reports)
        self._make_room(end)
        self.f[begin:end], self.k[begin:end] = reports.f, reports.k
        self.label[begin:end] = np.arange(begin, end)
        self.count = end
        pairs = set(zip(reports.k["level"].tolist(), reports.k["span"].tolist(), strict=True))
        new = {pair for pair in pairs if pair[0] >= 0} - self._levels
        if new:
            self._levels |= new
            # A grid that was not needed so far: all that came before is put in anew, or it would not be met there.
            self._choose_grids()
            begin_again = 0  # and the edges with it: the tables are empty again
            self._forget_grids()
        else:
            begin_again = begin
        self._insert(begin_again, end)
        return begin, end

    def take_in(self, report: Reports) -> int:
        """`add` for a single report, with less about it; its row."""
        row = self.count
        if (int(report.k["level"][0]), int(report.k["span"][0])) not in self._levels:
            return self.add(report)[0]
        if row >= len(self.f):
            self._make_room(row + 1)
        self.f[row], self.k[row], self.label[row] = report.f[0], report.k[0], row
        self.count = row + 1
        self._insert(row, row + 1)
        return row

    def resolve_small(self, row: int, most: int, rule: LikelihoodRule, affinity: Any) -> int:
        """Makes the labels of a row's set anew if it holds no more than `most` reports; how many it holds."""
        return int(
            resolve_if_small(
                self.f,
                self.k,
                row,
                most,
                self.edge,
                self.edge_kind,
                self.edge_next,
                self.first_edge,
                self.parent,
                self.ring,
                self.size,
                self.keys,
                self.counts,
                self.local,
                affinity,
                rule.base,
                rule.bar_nats,
                DENSE,
                self.label,
            )
        )

    def _choose_grids(self) -> None:
        for grid in range(9):
            level, span = divmod(grid, 3)
            self.grids[grid] = any(a == level for a, _ in self._levels) and any(b == span for _, b in self._levels)

    def _forget_grids(self) -> None:
        self.keys[:] = -1
        self.counts[:] = 0
        self.used[:] = 0
        self.present[:] = 0

    def _insert(self, begin: int, end: int) -> None:
        at = begin
        while True:
            at = insert_reports(
                self.f,
                self.k,
                at,
                end,
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
                self.ring,
                self.size,
                self.used,
                self.present,
                DENSE,
            )
            if at >= end:
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

    def _make_room(self, rows: int) -> None:
        while rows > len(self.f):
            for name in ("f", "k", "first_edge", "parent", "ring", "size", "local", "label"):
                setattr(self, name, _doubled(getattr(self, name)))

    def set_of(self, row: int) -> int:
        """The representative of the set that holds a row."""
        return int(find(self.parent, row))

    def sets(self) -> Ints:
        """The representative of the set that holds each row, shape (n,)."""
        roots = np.asarray(self.parent[: self.count], dtype=np.int64)
        while not np.array_equal(above := roots[roots], roots):
            roots = above
        return roots

    def resolve(self, rule: LikelihoodRule, affinity: Any) -> Ints:
        """A label for each report: the row of the event's first report in the order of the ids. All sets anew."""
        n = self.count
        order = np.argsort(self.k["order"][:n], kind="stable")
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
            self.local,
            affinity,
            rule.base,
            rule.bar_nats,
            DENSE,
            self.label,
        )
        return np.asarray(self.label[:n].copy(), dtype=np.int64)

    def resolve_set_of(self, row: int, rule: LikelihoodRule, affinity: Any) -> Ints:
        """The rows of the set that holds `row`, in order, after their labels were made anew."""
        rows = members_of(self.ring, row, self.size, self.parent, self.k)
        resolve_set(
            self.f,
            self.k,
            rows,
            self.edge,
            self.edge_kind,
            self.edge_next,
            self.first_edge,
            self.keys,
            self.counts,
            self.local,
            affinity,
            rule.base,
            rule.bar_nats,
            DENSE,
            self.label,
        )
        return np.asarray(rows, dtype=np.int64)


@dataclass(slots=True)
class LiveLikelihood:
    """The likelihood rule for reports that come one at a time, in any order; the same functions as the batch.

    After `settle` the partition is that of `associate_by_likelihood` over all rows that were added. A set of more than
    LAZY reports is divided anew only when it has grown by a sixteenth, or by `settle`.
    """

    rule: LikelihoodRule = field(default_factory=LikelihoodRule)
    gathering: Gathering = field(default_factory=Gathering)
    _affinity: Any = field(default_factory=no_affinity)
    _orders: set[int] = field(default_factory=set)
    _next: dict[int, int] = field(default_factory=dict)
    """At what size a large set is divided anew."""

    def add(self, report: Reports) -> int:
        """Takes one report in; its row. The labels of its set are made anew at once, or by `settle` if the set is
        large.

        One that came before changes nothing: -1.
        """
        order = int(report.k["order"][0])
        if order in self._orders:
            return -1
        self._orders.add(order)
        gathering = self.gathering
        if report.k["kind"][0] == CROSSING:
            report = with_room_to_move(report)
        row = gathering.take_in(report)
        size = gathering.resolve_small(row, LAZY, self.rule, self._affinity)
        if size > LAZY:
            root = gathering.set_of(row)
            if size >= self._next.get(root, 0):
                # So that the work for a growing set stays about linear in its size.
                self._next[root] = size + size // 16
                gathering.resolve_set_of(row, self.rule, self._affinity)
        return row

    def settle(self) -> Ints:
        """The labels of all rows, in the order in which they were added."""
        return self.gathering.resolve(self.rule, self._affinity)


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
    gathering = Gathering()
    reports = with_room_to_move(prepare_reports(observations, reach_m, speakers, corrections))
    by_time = np.argsort(reports.f["start"], kind="stable")
    # In order of time; the labels are the same in any order, since the gate is one of pairs.
    gathering.add(Reports(reports.f[by_time], reports.k[by_time]))
    labels, sets = np.empty((2, len(by_time)), dtype=np.int64)
    labels[by_time] = by_time[gathering.resolve(rule, no_affinity())]
    sets[by_time] = by_time[gathering.sets()]
    return labels, sets


def _doubled(array: Any) -> Any:
    grown = np.zeros((2 * len(array), *array.shape[1:]), dtype=array.dtype)
    grown[: len(array)] = array
    return grown
