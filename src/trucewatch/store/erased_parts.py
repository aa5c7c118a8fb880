"""Which parts of lists hold what is to be erased: chunks of trees by what stands in their rows, in all lists at once.

A chunk that many lists share is read once, and so is each node. What goes is the chunk alone: nodes hold hashes, times
and ids. A list of which a part goes leaves the index, and the erasure names it (`lists`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trucewatch.store.chunks import unpack
from trucewatch.store.lists import RecordedList, pruned_lists, recorded_lists
from trucewatch.store.trees import read_node, read_part

if TYPE_CHECKING:
    from trucewatch.store.store import Store

WITH_MEMBERS: Final = ("incidents", "first", "rejected")
ABOUT_INCIDENTS: Final = ("findings", "contributions", "history")
_ALSO_OF_BEFORE: Final = ("first", "history")
"""What tells of earlier lists too: made from the readings of all of them."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What goes: observations and numbers by id; acts whose reason stands with what they rejected; and the readings
    that were made from evidence that goes: a chunk of a list that was made without them never held anything of it."""

    observations: Collection[str]
    counters: Collection[str] = ()
    rejections: Collection[str] = ()
    readings: Collection[int] = ()


@dataclass(slots=True)
class Parts:
    """chunks: name → table, entry of the first list that holds it, rows; lists: entries of all that hold one."""

    chunks: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    lists: set[int] = field(default_factory=set)


def parts_with(store: Store, sought: Sought) -> Parts:
    """The parts of lists of version 2 that hold it. Raises StoreError, Corrupt for parts that cannot be read."""
    search = _Search(store, sought)
    lists = [recorded for recorded in recorded_lists(store) if recorded.version > 1]
    if lists and (sought.observations or sought.counters or sought.rejections):
        for names in (WITH_MEMBERS, ABOUT_INCIDENTS):  # which incidents they are comes first
            for recorded in lists:
                search.look_through(recorded, names)
        for recorded in pruned_lists(store):
            if recorded.version > 1:
                search.look_through(recorded, ["history"])
    return search.parts


def incidents_in_parts(store: Store, observations: Collection[str]) -> set[str]:
    """Every incident of a list of version 2 that holds one of these observations."""
    search = _Search(store, Sought(observations))
    for recorded in recorded_lists(store):
        if recorded.version > 1:
            search.look_through(recorded, WITH_MEMBERS)
    return search.incidents


class _Search:
    def __init__(self, store: Store, sought: Sought) -> None:
        self._store, self._sought = store, sought
        self._ids = {*sought.observations, *sought.counters}
        self._holds: dict[tuple[str, str], bool] = {}
        self._spared: dict[str, set[str]] = {}
        self._inputs: dict[str, set[int]] = {}
        self.incidents: set[str] = set()
        self.parts = Parts()

    def look_through(self, recorded: RecordedList, names: Collection[str]) -> None:
        for name in names:
            root = recorded.tables[name]
            if not root or self._is_without(recorded, name):
                continue
            is_chunk = name == "history"
            if self._chunk_holds(recorded, name, root, 0) if is_chunk else self._node_holds(recorded, name, root):
                self.parts.lists.add(recorded.entry)

    def _node_holds(self, recorded: RecordedList, name: str, node_name: str) -> bool:
        holds = self._holds.get((name, node_name))
        if holds is None:
            node = read_node(self._store.objects, node_name)
            below = [
                self._chunk_holds(recorded, name, child.name, child.rows)
                if node.level == 1
                else self._node_holds(recorded, name, child.name)
                for child in node.children
            ]
            holds = self._holds[name, node_name] = any(below)
        return holds

    def _chunk_holds(self, recorded: RecordedList, name: str, chunk: str, rows: int) -> bool:
        holds = self._holds.get((name, chunk))
        if holds is None:
            holds = chunk not in self._chunks_without(name) and self._is_held(name, chunk)
            self._holds[name, chunk] = holds
            if holds:
                self.parts.chunks[chunk] = (name, recorded.entry, rows)
        return holds

    def _is_held(self, name: str, chunk: str) -> bool:
        columns = unpack(read_part(self._store.objects, chunk), chunk)["columns"]
        if name == "history":
            ids = chain(*(columns[column]["values"] for column in ("from_ids", "to_ids", "supersedes")))
            return not self.incidents.isdisjoint(ids)
        of = columns["incident_id"]
        if name == "findings":
            return not (self.incidents.isdisjoint(of) and self._ids.isdisjoint(columns["evidence"]["values"]))
        if name == "contributions":
            return not (self.incidents.isdisjoint(of) and self._ids.isdisjoint(columns["observation_id"]))
        holders = set(_holders(of, columns["members"], self._ids))
        if name == "rejected":
            pairs = zip(of, columns["rejected_by"], strict=True)
            holders |= {incident for incident, act in pairs if act in self._sought.rejections}
        self.incidents |= holders
        return bool(holders)

    # What was made without it

    def _is_without(self, recorded: RecordedList, name: str) -> bool:
        readings = self._sought.readings
        if recorded.pruning >= 0:  # of which readings it was made is not there any more
            return False
        return bool(readings) and self._numbers_of(recorded, name).isdisjoint(readings)

    def _numbers_of(self, recorded: RecordedList, name: str) -> set[int]:
        of_before = name in _ALSO_OF_BEFORE
        root = recorded.made_from["inputs_ever" if of_before else "inputs"]
        if root not in self._inputs:
            numbers = recorded.inputs_ever(self._store) if of_before else recorded.inputs(self._store)
            self._inputs[root] = set(numbers)
        return self._inputs[root]

    def _chunks_without(self, name: str) -> set[str]:
        """The chunks of this table in lists that were made without the readings that go."""
        if name not in self._spared:
            lists = [recorded for recorded in recorded_lists(self._store) if recorded.version > 1]
            roots = {recorded.tables[name] for recorded in lists if self._is_without(recorded, name)} - {""}
            self._spared[name] = roots if name == "history" else set(self._chunks_below(roots))
        return self._spared[name]

    def _chunks_below(self, roots: Collection[str]) -> Iterator[str]:
        pending, met = [*roots], set(roots)
        while pending:
            node = read_node(self._store.objects, pending.pop())
            names = {child.name for child in node.children}
            if node.level == 1:
                yield from names
            else:
                pending += names - met
                met |= names


def _holders(incidents: list[str], members: dict[str, Any], observations: Collection[str]) -> Iterator[str]:
    """The incidents of a chunk that have one of these among their members."""
    if not set(members["values"]).isdisjoint(observations):
        ends = np.cumsum([0, *members["lengths"]]).tolist()
        for incident, (start, end) in zip(incidents, pairwise(ends), strict=True):
            if not set(members["values"][start:end]).isdisjoint(observations):
                yield incident
