"""A list of incidents as the few columns that alarm rules ask for, what changed from one to the next, and what matches.

All of it by column, so that a rule costs what changed and not the years on record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.model.alarm import BEFORE_GATE, RUNG_ORDER, AlarmRule
from trucewatch.model.observation import KINDS
from trucewatch.model.outcomes import OUTCOMES
from trucewatch.server.snapshot import NOT_SAID, Bools, Floats, Ints, Snapshot

NEW: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class ListColumns:
    """One list, row by row. said: index into OUTCOMES of the worst over all clauses; `of_clauses`: the same of each
    clause, a row a clause in the order of `clauses`."""

    ids: pa.Array
    members: Any
    kind: Ints
    rung: Ints
    happened: Floats
    grave: Bools
    said: Ints
    zones: Mapping[str, Bools]
    clauses: tuple[str, ...]
    of_clauses: npt.NDArray[np.int8]

    @classmethod
    def of(cls, snapshot: Snapshot) -> ListColumns:
        incidents, rows = snapshot.incidents, snapshot.rows
        coded = snapshot.findings["stipulation"].combine_chunks().dictionary_encode()
        clauses = tuple(map(str, coded.dictionary.to_pylist()))
        of_clauses = np.full((len(clauses), rows), len(OUTCOMES) - 1, dtype=np.int8)
        listed = snapshot.finding_incident >= 0
        codes = np.asarray(coded.indices, dtype=np.int64)[listed]
        outcomes = snapshot.finding_outcome[listed].astype(np.int8)
        np.minimum.at(of_clauses, (codes, snapshot.finding_incident[listed]), outcomes)
        rung = pc.fill_null(pc.index_in(incidents["rung"], value_set=pa.array(RUNG_ORDER)), 0)
        happened = pc.fill_null(incidents["happened"], float("nan"))
        return cls(
            ids=incidents["incident_id"].combine_chunks(),
            members=incidents["members"].combine_chunks(),
            kind=snapshot.kind,
            rung=np.asarray(rung.combine_chunks(), dtype=np.int64),
            happened=np.asarray(happened.combine_chunks(), dtype=np.float64),
            grave=snapshot.grave,
            said=snapshot.outcome,
            zones=snapshot.zones,
            clauses=clauses,
            of_clauses=of_clauses,
        )

    def changed_since(self, former: ListColumns) -> tuple[Ints, Ints]:
        """The rows that are new or of which something changed that rules ask for, and the row of each in the former
        list; NEW for none. An incident that got another name, since an earlier report of it came in, is the same one:
        they share a report."""
        was = _places(self.ids, former.ids)
        renamed = np.flatnonzero(was == NEW)
        if len(renamed):
            was[renamed] = _by_members(self.members, renamed, former.members)
        known = np.flatnonzero(was != NEW)
        before = was[known]
        differs = (
            (self.kind[known] != former.kind[before])
            | (self.rung[known] != former.rung[before])
            | (self.grave[known] != former.grave[before])
            | (self.said[known] != former.said[before])
            | ~_same(self.happened[known], former.happened[before])
        )
        for zone in {*self.zones, *former.zones}:
            differs |= self._zone(zone)[known] != former._zone(zone)[before]
        for clause in {*self.clauses, *former.clauses}:
            differs |= self._said_of(clause, known) != former._said_of(clause, before)
        rows = np.sort(np.concatenate([np.flatnonzero(was == NEW), known[differs]]))
        return rows, was[rows]

    def matches(self, rule: AlarmRule, rows: Ints) -> Bools:
        """Which of some rows a rule asks for."""
        holds = np.ones(len(rows), dtype=np.bool_)
        if rule.about == "grave":
            holds &= self.grave[rows]
        if rule.kinds:
            holds &= np.isin(self.kind[rows], [KINDS.index(kind) for kind in rule.kinds if kind in KINDS])
        if rule.zones:
            holds &= np.logical_or.reduce([self._zone(zone)[rows] for zone in rule.zones])
        if rule.rung in RUNG_ORDER:
            holds &= self.rung[rows] >= RUNG_ORDER.index(rule.rung)
        if rule.happened is not None:
            holds &= self.happened[rows] >= rule.happened  # what was not weighed is below any bound
        if rule.clause or rule.outcomes:
            said = self._said_of(rule.clause, rows) if rule.clause else self.said[rows]
            wanted = rule.outcomes or ("inconsistent", "consistent", BEFORE_GATE)
            codes = [NOT_SAID if word == BEFORE_GATE else OUTCOMES.index(word) for word in wanted if _is_said(word)]
            holds &= np.isin(said, codes)
        return holds

    def newly(self, rule: AlarmRule, rows: Ints, was: Ints, former: ListColumns) -> Ints:
        """The rows among those that changed which a rule asks for now and did not before."""
        known = was != NEW
        before = np.zeros(len(rows), dtype=np.bool_)
        before[known] = former.matches(rule, was[known])
        fresh: Ints = rows[self.matches(rule, rows) & ~before]
        return fresh

    def _zone(self, zone: str) -> Bools:
        holds = self.zones.get(zone)
        return np.zeros(len(self.kind), dtype=np.bool_) if holds is None else holds

    def _said_of(self, clause: str, rows: Ints) -> Ints:
        if clause not in self.clauses:
            return np.full(len(rows), len(OUTCOMES) - 1, dtype=np.int64)
        said: Ints = self.of_clauses[self.clauses.index(clause), rows].astype(np.int64)
        return said


def _is_said(word: str) -> bool:
    return word == BEFORE_GATE or word in OUTCOMES


def _same(first: Floats, second: Floats) -> Bools:
    same: Bools = (first == second) | (np.isnan(first) & np.isnan(second))
    return same


def _places(ids: Any, among: Any) -> Ints:
    return np.array(pc.fill_null(pc.index_in(ids, value_set=among), NEW), dtype=np.int64)


def _by_members(members: Any, rows: Ints, former: Any) -> Ints:
    """The former row that holds a report of each of some rows; NEW where none does."""
    own = members.take(pa.array(rows, pa.int64()))
    parents = np.asarray(pc.list_parent_indices(former), dtype=np.int64)
    places = _places(pc.list_flatten(own), pc.list_flatten(former))
    was = np.full(len(rows), NEW, dtype=np.int64)
    hit = places != NEW
    was[np.asarray(pc.list_parent_indices(own), dtype=np.int64)[hit]] = parents[places[hit]]
    return was
