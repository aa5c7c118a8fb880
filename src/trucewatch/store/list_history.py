"""What became of an incident through the lists: by the index only those lists are read in which a change led to it."""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.store.lists import RecordedList, recorded_list
from trucewatch.store.pointers import CHANGES, pointers_to

if TYPE_CHECKING:
    from trucewatch.store.store import Store

MOST_KEPT: Final = 1024


@dataclass(slots=True)
class KeptHistories:
    """The histories of lists that were read last, by the list's entry; they never change."""

    tables: OrderedDict[int, pa.Table] = field(default_factory=OrderedDict)


@dataclass(frozen=True, slots=True)
class Descent:
    """How an incident came to be. `changes`: the rows of HISTORY_SCHEMA that led to it, followed back through the
    lists, the last first; each with its list and cut-off. `ids`: it and every one that it came from. `births`: of each
    of these in how many lists it was new; None where that is not known of all."""

    changes: list[dict[str, Any]]
    ids: frozenset[str]
    births: dict[str, int] | None


def descent_of(store: Store, incident_id: str, as_of: datetime) -> Descent:
    """How an incident came to be, by the lists with no later cut-off, pruned ones too. Raises StoreError, Corrupt for a
    history that cannot be read.

    Lists from before the first of its reports was new are not followed.
    """
    walk = _Walk(store, as_of)
    ids, unborn, changes = {incident_id}, {incident_id}, list[dict[str, Any]]()
    walk.look_for(ids)
    while unborn and (recorded := walk.following()):
        rows = changes_in(store, recorded, ids)
        changes += [{**row, "list": recorded.entry, "as_of": recorded.as_of} for row in rows]
        before = {name for row in rows for name in row["from_ids"]}
        unborn = (unborn - {name for row in rows for name in row["to_ids"]}) | before
        walk.look_for(before - ids)
        ids |= before
    return Descent(changes, frozenset(ids), None if unborn or walk.has_gaps else walk.births(ids))


class _Walk:
    """The lists in which a change led to any of some incidents, the last first."""

    def __init__(self, store: Store, as_of: datetime) -> None:
        self._store, self._as_of = store, as_of
        gaps = store.index.rows(
            "SELECT change_gap.list, ever.entry FROM change_gap LEFT JOIN (SELECT entry FROM list UNION ALL "
            "SELECT entry FROM pruned_list) AS ever ON ever.entry = change_gap.list"
        )
        self.has_gaps = bool(gaps)
        self._entries = {entry for _, entry in gaps if entry is not None}
        self._pending = [-entry for entry in self._entries]
        heapq.heapify(self._pending)
        self._reached = 2**63

    def look_for(self, ids: Collection[str]) -> None:
        """Changes that led to these are looked for too, in lists before the one that came last."""
        places = pointers_to(self._store.index.rows, sorted(ids), CHANGES)
        for entry in {entry for several in places.values() for entry, _ in several} - self._entries:
            self._entries.add(entry)
            if entry < self._reached:
                heapq.heappush(self._pending, -entry)

    def following(self) -> RecordedList | None:
        """The next list; None after the first."""
        while self._pending:
            self._reached = -heapq.heappop(self._pending)
            if recorded := self._list(self._reached):
                return recorded
        return None

    def births(self, ids: Iterable[str]) -> dict[str, int]:
        """In how many lists each of these was new."""
        counts = dict.fromkeys(ids, 0)
        for entry in self._entries:
            recorded = self._list(entry)
            for row in changes_in(self._store, recorded, counts) if recorded else ():
                if row["what"] == "new":
                    for name in counts.keys() & {*row["to_ids"]}:
                        counts[name] += 1
        return counts

    def _list(self, entry: int) -> RecordedList | None:
        recorded = recorded_list(self._store, entry, ever=True)
        return recorded if recorded and recorded.as_of <= self._as_of else None


def changes_in(store: Store, recorded: RecordedList, ids: Collection[str]) -> Sequence[dict[str, Any]]:
    """The changes of one list that led to some incidents, in its order."""
    kept = store.memory.of(KeptHistories).tables
    table = kept.get(recorded.entry)
    if table is None:
        table = kept[recorded.entry] = recorded.table(store, "history")
        while len(kept) > MOST_KEPT:
            kept.popitem(last=False)
    ends = table["to_ids"].combine_chunks()
    named = pc.is_in(pc.list_flatten(ends), value_set=pa.array(sorted(ids), pa.string()))
    rows: list[dict[str, Any]] = table.take(pc.unique(pc.list_parent_indices(ends).filter(named))).to_pylist()
    return rows
