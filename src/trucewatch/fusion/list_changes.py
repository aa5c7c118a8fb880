"""Two lists after each other → L1, every incident as it stood first, and what became of it. Pure: the lists alone
decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.geo.arrays import Ints, Mask
from trucewatch.model.edits import CHANGES, FIRST_SCHEMA, HISTORY_SCHEMA
from trucewatch.model.incident import INCIDENT_SCHEMA
from trucewatch.model.sorted_rows import IN_ORDER, SortedRows, rows_at, rows_equal

_WHERE_WHEN = ("lon", "lat", "semi_major_m", "occurred_start", "occurred_end")
_COMPARED = ("incident_id", "members", "kind", "classes", "what", *_WHERE_WHEN)
"""What of two lists is held side by side, row by row; the other columns are never taken apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list, or those rows of it that differ from another: incidents, and those that were rejected."""

    incidents: pa.Table
    rejected: pa.Table


@dataclass(frozen=True, slots=True)
class Revision:
    """L1 of a list (FIRST_SCHEMA), and what changed since the list before (HISTORY_SCHEMA).

    stays, left: which rows of L1 are as in that of the list before, and where the others stood there.
    """

    first: SortedRows
    history: pa.Table
    stays: Mask
    left: Ints


def revise_list(now: Listed, then: Listed, first: pa.Table | SortedRows) -> Revision:
    """L1 and history of a list that follows another.

    An incident lives on in every incident with which it shares an observation. What shares none with the list before
    enters L1 as it stands, and stays there so, whatever it becomes; what is gone and comes back is found again by its
    observations. now, then: the lists, or of their incidents those that differ, and all that were rejected. first: L1
    of the list before.
    """
    first = first if isinstance(first, SortedRows) else SortedRows.in_order(first, IN_ORDER)
    # What stands in both as it is has all its observations in both: nothing else shares one with it.
    rows, were = _differing((now.incidents, now.rejected), (then.incidents, then.rejected))
    successors, predecessors = _shared(were, rows)
    # 1. What shares nothing with the list before; and the reports of what stood once and is gone.
    fresh = {incident for incident in rows if not predecessors[incident]}
    stood = first.table["now"].combine_chunks()
    gone = np.flatnonzero(pc.equal(pc.list_value_length(stood), 0).to_numpy(zero_copy_only=False))
    lost = {
        member: place
        for place, members in zip(gone.tolist(), rows_at(first.table, gone)["members"].to_pylist(), strict=True)
        for member in members
    }
    # 2. What is gone and comes back is no new incident: it is known by its observations.
    back: dict[int, set[str]] = defaultdict(set)
    for incident in fresh:
        for member in rows[incident]["members"]:
            if member in lost:
                back[lost[member]].add(incident)
    # 3. Where each of L1 lives on, through one step or by coming back.
    named = pc.is_in(stood.flatten(), value_set=pa.array(list(were), pa.string()))
    moved = sorted({*pc.list_parent_indices(stood).filter(named).to_pylist(), *back})
    lives = [
        sorted({to for origin in origins for to in _ends_of(origin, were, successors)} | back.get(place, set()))
        for place, origins in zip(moved, stood.take(pa.array(moved, pa.int64())).to_pylist(), strict=True)
    ]
    fresh -= set().union(*back.values())
    changes = _changes(
        were,
        rows,
        successors,
        predecessors,
        set(then.rejected["incident_id"].to_pylist()),
        set(now.rejected["incident_id"].to_pylist()),
    )
    left = np.array(moved, dtype=np.int64)
    older = rows_at(first.table, left).drop_columns(["now"])
    older = older.append_column("now", pa.array(lives, stood.type)).cast(FIRST_SCHEMA)
    entering = _entering(sorted(fresh), (now.incidents, now.rejected))
    result, stays = first.exchanged(left, pa.concat_tables([older, entering]))
    told_apart = _told_apart(result)
    if told_apart is not result:
        stays, left = np.zeros(len(result), dtype=np.bool_), np.arange(len(first))
    return Revision(told_apart, _history_rows(changes, set(rows)), stays, left)


def first_list(now: Listed) -> Revision:
    """L1 and history of a list that follows none."""
    rows = _by_id(now.incidents, now.rejected)
    first = SortedRows.of(_entering(list(rows), (now.incidents, now.rejected)), IN_ORDER)
    history = _history_rows(("new", [], [incident]) for incident in rows)
    return Revision(_told_apart(first), history, np.zeros(len(first), dtype=np.bool_), np.zeros(0, dtype=np.int64))


def _ends_of(origin: str, then: Mapping[str, Any], successors: Mapping[str, set[str]]) -> Iterable[str]:
    """In which incidents one of before lives on; what is not among those that differ lives on as it is."""
    return successors[origin] if origin in then else (origin,)


Change = tuple[str, list[str], list[str]]


def _changes(
    then: Mapping[str, dict[str, Any]],
    now: Mapping[str, dict[str, Any]],
    successors: Mapping[str, set[str]],
    predecessors: Mapping[str, set[str]],
    out_then: set[str],
    out_now: set[str],
) -> Iterable[Change]:
    for incident, row in now.items():
        origins = sorted(predecessors[incident])
        if not origins:
            yield "new", [], [incident]
        elif len(origins) > 1:
            yield "merged", origins, [incident]
        elif len(successors[origins[0]]) == 1:  # one to one; a part of what was split is told as a split only
            was = then[origins[0]]
            former, members = set(was["members"]), set(row["members"])
            differs = {
                "grown": bool(members - former),
                "shrunk": bool(former - members),
                "retyped": _kind(was) != _kind(row),
                "moved": any(was[name] != row[name] for name in _WHERE_WHEN),
            }
            yield from ((what, origins, [incident]) for what, true in differs.items() if true)
        if incident in out_now and not out_then.issuperset(origins or [incident]):
            yield "rejected", origins, [incident]
        if incident not in out_now and out_then.intersection(origins):
            yield "restored", origins, [incident]
    for incident in then:
        if not successors[incident]:
            yield "gone", [incident], []
        elif len(successors[incident]) > 1:
            yield "split", [incident], sorted(successors[incident])


def _kind(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Kind, and the class if an analyst stated one."""
    stated = row["classes"][:1] if row["classes"] and row["what"] is None else []
    return row["kind"], *stated


def _differing(
    now: tuple[pa.Table, pa.Table], then: tuple[pa.Table, pa.Table]
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """The incidents, listed and rejected, of two lists, by id, without those that stand in both as they are."""
    differ_now, differ_then = list[pa.Table](), list[pa.Table]()
    for table, other in zip(now, then, strict=True):
        ids, other_ids = table["incident_id"], other["incident_id"].combine_chunks()
        place = pc.fill_null(pc.index_in(ids, value_set=other_ids), -1).to_numpy()
        standing = np.flatnonzero(place >= 0)
        here = table.select(_COMPARED).take(pa.array(standing))
        same = standing[rows_equal(here, other.select(_COMPARED).take(pa.array(place[standing])))]
        for rows, part, parts in ((table, same, differ_now), (other, place[same], differ_then)):
            differs = np.full(rows.num_rows, fill_value=True)
            differs[part] = False
            parts.append(rows.filter(pa.array(differs)))
    return _by_id(*differ_now), _by_id(*differ_then)


def _by_id(*tables: pa.Table) -> dict[str, dict[str, Any]]:
    rows = [row for table in tables for row in table.select(_COMPARED).to_pylist()]
    return {row["incident_id"]: row for row in rows}


def _shared(
    then: Mapping[str, dict[str, Any]], now: Mapping[str, dict[str, Any]]
) -> tuple[defaultdict[str, set[str]], defaultdict[str, set[str]]]:
    """Which incidents of now each of then shares an observation with, and the other way round."""
    holder = {member: incident for incident, row in now.items() for member in row["members"]}
    successors: defaultdict[str, set[str]] = defaultdict(set)
    predecessors: defaultdict[str, set[str]] = defaultdict(set)
    for incident, row in then.items():
        for member in row["members"]:
            if member in holder:
                successors[incident].add(holder[member])
                predecessors[holder[member]].add(incident)
    return successors, predecessors


def _entering(ids: list[str], tables: Iterable[pa.Table]) -> pa.Table:
    """The incidents of these ids as they stand now, as L1 has them."""
    whole = pa.concat_tables([table.select(INCIDENT_SCHEMA.names) for table in tables])
    place = pc.index_in(pa.array(ids, pa.string()), value_set=whole["incident_id"].combine_chunks())
    now = pa.array([[incident] for incident in ids], pa.list_(pa.string()))
    return whole.take(place).append_column("now", now).cast(FIRST_SCHEMA)


def _told_apart(first: SortedRows) -> SortedRows:
    """L1 with those of one id in the order of their members: what was split off may come back under an old name."""
    starts, ids = first.keys
    if not np.any((starts[1:] == starts[:-1]) & (ids[1:] == ids[:-1])):
        return first
    members = pc.binary_join(first.table["members"].combine_chunks(), " ").to_numpy(zero_copy_only=False)
    order = np.lexsort((members, ids, starts))
    return SortedRows.in_order(first.table.take(pa.array(order)).combine_chunks(), IN_ORDER)


def _history_rows(changes: Iterable[Change], now: set[str] | None = None) -> pa.Table:
    rows = sorted(changes, key=lambda change: (CHANGES.index(change[0]), change[1], change[2]))
    listed = now or set()
    columns = [
        [what for what, _, _ in rows],
        [origins for _, origins, _ in rows],
        [ends for _, _, ends in rows],
        [[origin for origin in origins if origin not in listed] for _, origins, _ in rows],
    ]
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, HISTORY_SCHEMA, strict=True)],
        schema=HISTORY_SCHEMA,
    )
