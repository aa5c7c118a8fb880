"""Two lists after each other → L1, every incident as it stood first, and what became of it. Pure: the lists alone
decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

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
    now = _by_id(incidents, rejected)
    if before is None:
        return Revision(_first(None, (), now, (incidents, rejected)), _history_rows(("new", [], [one]) for one in now))
    then = _by_id(before.incidents, before.rejected)
    successors, predecessors = _shared(then, now)
    stood = before.first["now"].to_pylist()
    # 1. What shares nothing with the list before; and the reports of what stood once and is gone.
    fresh = {one for one in now if not predecessors[one]}
    lost = {
        member: place
        for place, (lives_in, members) in enumerate(zip(stood, before.first["members"].to_pylist(), strict=True))
        if not lives_in
        for member in members
    }
    # 2. What is gone and comes back is no new incident: it is known by its observations.
    back: dict[int, set[str]] = defaultdict(set)
    for one in fresh:
        for member in now[one]["members"]:
            if member in lost:
                back[lost[member]].add(one)
    # 3. Where each of L1 lives on, through one step or by coming back.
    lives = [
        sorted({to for one in were for to in successors[one]} | back.get(place, set()))
        for place, were in enumerate(stood)
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
    kept = before.first.drop_columns(["now"]).append_column("now", pa.array(lives, pa.list_(pa.string())))
    return Revision(_first(kept, fresh, now, (incidents, rejected)), _history_rows(changes, set(now)))


def empty_revision() -> Revision:
    """Nothing listed, nothing changed."""
    return Revision(FIRST_SCHEMA.empty_table(), HISTORY_SCHEMA.empty_table())


Change = tuple[str, list[str], list[str]]


def _changes(
    then: Mapping[str, dict[str, Any]],
    now: Mapping[str, dict[str, Any]],
    successors: Mapping[str, set[str]],
    predecessors: Mapping[str, set[str]],
    out_then: set[str],
    out_now: set[str],
) -> Iterable[Change]:
    for one, row in now.items():
        origins = sorted(predecessors[one])
        if not origins:
            yield "new", [], [one]
        elif len(origins) > 1:
            yield "merged", origins, [one]
        elif len(successors[origins[0]]) == 1:  # one to one; a part of what was split is told as a split only
            was = then[origins[0]]
            held, holds = set(was["members"]), set(row["members"])
            differs = {
                "grown": bool(holds - held),
                "shrunk": bool(held - holds),
                "retyped": _kind(was) != _kind(row),
                "moved": any(was[name] != row[name] for name in _WHERE_WHEN),
            }
            yield from ((what, origins, [one]) for what, true in differs.items() if true)
        if one in out_now and not out_then.issuperset(origins or [one]):
            yield "rejected", origins, [one]
        if one not in out_now and out_then.intersection(origins):
            yield "restored", origins, [one]
    for one in then:
        if not successors[one]:
            yield "gone", [one], []
        elif len(successors[one]) > 1:
            yield "split", [one], sorted(successors[one])


def _kind(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Kind, and the class if an analyst stated one."""
    stated = row["classes"][:1] if row["classes"] and row["what"] is None else []
    return row["kind"], *stated


def _by_id(*tables: pa.Table) -> dict[str, dict[str, Any]]:
    rows = [row for table in tables for row in table.select(_COMPARED).to_pylist()]
    return {row["incident_id"]: row for row in rows}


def _shared(
    then: Mapping[str, dict[str, Any]], now: Mapping[str, dict[str, Any]]
) -> tuple[defaultdict[str, set[str]], defaultdict[str, set[str]]]:
    """Which incidents of now each of then shares an observation with, and the other way round."""
    holder = {member: one for one, row in now.items() for member in row["members"]}
    successors: defaultdict[str, set[str]] = defaultdict(set)
    predecessors: defaultdict[str, set[str]] = defaultdict(set)
    for one, row in then.items():
        for member in row["members"]:
            if member in holder:
                successors[one].add(holder[member])
                predecessors[holder[member]].add(one)
    return successors, predecessors


def _first(
    kept: pa.Table | None, fresh: Iterable[str], now: Mapping[str, dict[str, Any]], tables: Iterable[pa.Table]
) -> pa.Table:
    """L1: what stood before, and the fresh incidents as they stand (all of them where nothing stood before)."""
    whole = pa.concat_tables([table.select(INCIDENT_SCHEMA.names) for table in tables])
    place = {one: number for number, one in enumerate(whole["incident_id"].to_pylist())}
    ids = list(now) if kept is None else sorted(fresh)
    entering = whole.take(pa.array([place[one] for one in ids], pa.int64()))
    entering = entering.append_column("now", pa.array([[one] for one in ids], pa.list_(pa.string())))
    rows = pa.concat_tables([one.cast(FIRST_SCHEMA) for one in ((entering,) if kept is None else (kept, entering))])
    keys = list(
        zip(
            rows["occurred_start"].cast(pa.int64()).to_pylist(),
            rows["incident_id"].to_pylist(),
            rows["members"].to_pylist(),
            strict=True,
        )
    )
    order = sorted(range(len(keys)), key=keys.__getitem__)
    return rows.take(pa.array(order, pa.int64())).combine_chunks()


def _history_rows(changes: Iterable[Change], now: set[str] | None = None) -> pa.Table:
    rows = sorted(changes, key=lambda change: (CHANGES.index(change[0]), change[1], change[2]))
    held = now or set()
    columns = [
        [what for what, _, _ in rows],
        [origins for _, origins, _ in rows],
        [ends for _, _, ends in rows],
        [[one for one in origins if one not in held] for _, origins, _ in rows],
    ]
    return pa.table(
        [pa.array(one, field.type) for one, field in zip(columns, HISTORY_SCHEMA, strict=True)], schema=HISTORY_SCHEMA
    )
