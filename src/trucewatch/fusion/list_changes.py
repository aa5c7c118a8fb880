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

from trucewatch.fusion.sorted_rows import rows_equal
from trucewatch.model.edits import CHANGES, FIRST_SCHEMA, HISTORY_SCHEMA
from trucewatch.model.incident import INCIDENT_SCHEMA

_WHERE_WHEN = ("lon", "lat", "semi_major_m", "occurred_start", "occurred_end")
_COMPARED = ("incident_id", "members", "kind", "classes", "what", *_WHERE_WHEN)
"""What of two lists is held side by side, row by row; the other columns are never taken apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list: incidents, those that were rejected, and L1 (FIRST_SCHEMA)."""

    incidents: pa.Table
    rejected: pa.Table
    first: pa.Table


@dataclass(frozen=True, slots=True)
class Revision:
    """L1 of a list (FIRST_SCHEMA), and what changed since the list before (HISTORY_SCHEMA)."""

    first: pa.Table
    history: pa.Table


def revise_list(incidents: pa.Table, rejected: pa.Table, before: Listed | None) -> Revision:
    """L1 and history of a list that follows another, or none.

    An incident lives on in every incident with which it shares an observation. What shares none with the list before
    enters L1 as it stands, and stays there so, whatever it becomes; what is gone and comes back is found again by its
    observations.
    """
    if before is None:
        now = _by_id(incidents, rejected)
        return Revision(
            _first(None, (), now, (incidents, rejected)), _history_rows(("new", [], [incident]) for incident in now)
        )
    # What stands in both as it is has all its observations in both: nothing else shares one with it.
    now, then = _differing((incidents, rejected), (before.incidents, before.rejected))
    successors, predecessors = _shared(then, now)
    # 1. What shares nothing with the list before; and the reports of what stood once and is gone.
    fresh = {incident for incident in now if not predecessors[incident]}
    stood = before.first["now"].combine_chunks()
    gone = np.flatnonzero(pc.equal(pc.list_value_length(stood), 0).to_numpy(zero_copy_only=False))
    lost = {
        member: place
        for place, members in zip(gone.tolist(), before.first["members"].take(pa.array(gone)).to_pylist(), strict=True)
        for member in members
    }
    # 2. What is gone and comes back is no new incident: it is known by its observations.
    back: dict[int, set[str]] = defaultdict(set)
    for incident in fresh:
        for member in now[incident]["members"]:
            if member in lost:
                back[lost[member]].add(incident)
    # 3. Where each of L1 lives on, through one step or by coming back.
    named = pc.is_in(stood.flatten(), value_set=pa.array(list(then), pa.string()))
    moved = sorted({*pc.list_parent_indices(stood).filter(named).to_pylist(), *back})
    lives = [
        sorted({to for origin in were for to in _ends_of(origin, then, successors)} | back.get(place, set()))
        for place, were in zip(moved, stood.take(pa.array(moved, pa.int64())).to_pylist(), strict=True)
    ]
    fresh -= set().union(*back.values())
    changes = _changes(
        then,
        now,
        successors,
        predecessors,
        set(before.rejected["incident_id"].to_pylist()),
        set(rejected["incident_id"].to_pylist()),
    )
    at = np.arange(len(stood))
    at[moved] = len(stood) + np.arange(len(moved))
    lists = pa.chunked_array([stood, pa.array(lives, stood.type)]).take(pa.array(at))
    older = before.first.drop_columns(["now"]).append_column("now", lists)
    return Revision(_first(older, fresh, now, (incidents, rejected)), _history_rows(changes, set(now)))


def empty_revision() -> Revision:
    """Nothing listed, nothing changed."""
    return Revision(FIRST_SCHEMA.empty_table(), HISTORY_SCHEMA.empty_table())


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


def _first(
    older: pa.Table | None, fresh: Iterable[str], now: Mapping[str, dict[str, Any]], tables: Iterable[pa.Table]
) -> pa.Table:
    """L1: what stood before, and the fresh incidents as they stand (all of them where nothing stood before)."""
    whole = pa.concat_tables([table.select(INCIDENT_SCHEMA.names) for table in tables])
    place = {incident: number for number, incident in enumerate(whole["incident_id"].to_pylist())}
    ids = list(now) if older is None else sorted(fresh)
    entering = whole.take(pa.array([place[incident] for incident in ids], pa.int64()))
    entering = entering.append_column("now", pa.array([[incident] for incident in ids], pa.list_(pa.string())))
    rows = pa.concat_tables([part.cast(FIRST_SCHEMA) for part in ((entering,) if older is None else (older, entering))])
    ordered = rows.sort_by([("occurred_start", "ascending"), ("incident_id", "ascending")]).combine_chunks()
    ids = ordered["incident_id"]
    if pc.count_distinct(ids).as_py() == len(ids):
        return ordered
    # Ids that stand twice, by their members.
    names = ("occurred_start", "incident_id", "members")
    keys = list(zip(*(ordered[name].to_pylist() for name in names), strict=True))
    return ordered.take(pa.array(sorted(range(len(keys)), key=keys.__getitem__), pa.int64())).combine_chunks()


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
