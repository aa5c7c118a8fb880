"""Two lists after each other → L1, every incident as it stood first, and what became of it. Pure: the lists alone decide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from trucewatch.model.acts import CHANGES, FIRST_SCHEMA, HISTORY_SCHEMA
from trucewatch.model.incident import INCIDENT_SCHEMA

_WHERE_WHEN = ("lon", "lat", "semi_major_m", "occurred_start", "occurred_end")


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

    An incident lives on in every incident with which it shares an observation. What shares none with the list before enters L1
    as it stands, and stays there so, whatever it becomes; what is gone and comes back is found again by its observations.
    """
    now = _by_id(incidents, rejected)
    if before is None:
        return Revision(_first_rows([], list(now.values())), _history_rows(("new", [], [one]) for one in now))
    then = _by_id(before.incidents, before.rejected)
    successors, predecessors = _shared(then, now)
    old_first = before.first.to_pylist()
    kept: list[dict[str, Any]] = []
    fresh = {one for one in now if not predecessors[one]}
    lost = {one: row for row in old_first if not row["now"] for one in row["members"]}
    back: dict[int, set[str]] = defaultdict(set)
    for one in sorted(fresh):
        for row in {id(lost[m]): lost[m] for m in now[one]["members"] if m in lost}.values():
            back[id(row)].add(one)
    for row in old_first:
        lives_in = {to for one in row["now"] for to in successors[one]} | back[id(row)]
        kept.append(row | {"now": sorted(lives_in)})
    fresh -= set().union(*back.values())
    changes = _changes(then, now, successors, predecessors, {row["incident_id"] for row in before.rejected.to_pylist()},
                       set(rejected["incident_id"].to_pylist()))  # fmt: skip
    return Revision(_first_rows(kept, [now[one] for one in sorted(fresh)]), _history_rows(changes, set(now)))


def empty_revision() -> Revision:
    """Nothing listed, nothing changed."""
    return Revision(FIRST_SCHEMA.empty_table(), HISTORY_SCHEMA.empty_table())


Change = tuple[str, list[str], list[str]]


def _changes(
    then: Mapping[str, dict[str, Any]], now: Mapping[str, dict[str, Any]], successors: Mapping[str, set[str]],
    predecessors: Mapping[str, set[str]], out_then: set[str], out_now: set[str],
) -> Iterable[Change]:  # fmt: skip
    for one, row in now.items():
        origins = sorted(predecessors[one])
        if not origins:
            yield "new", [], [one]
        elif len(origins) > 1:
            yield "merged", origins, [one]
        elif len(successors[origins[0]]) == 1:
            was = then[origins[0]]
            held, holds = set(was["members"]), set(row["members"])
            differs = {
                "grown": bool(holds - held), "shrunk": bool(held - holds), "retyped": _kind(was) != _kind(row),
                "moved": any(was[name] != row[name] for name in _WHERE_WHEN),
            }  # fmt: skip
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
    rows = [row for table in tables for row in table.select(INCIDENT_SCHEMA.names).to_pylist()]
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


def _first_rows(kept: list[dict[str, Any]], fresh: list[dict[str, Any]]) -> pa.Table:
    rows = [*kept, *(row | {"now": [row["incident_id"]]} for row in fresh)]
    rows.sort(key=lambda row: (row["occurred_start"], row["incident_id"], row["members"]))
    return pa.Table.from_pylist(rows, schema=FIRST_SCHEMA)


def _history_rows(changes: Iterable[Change], now: set[str] | None = None) -> pa.Table:
    rows = [
        {
            "what": what,
            "from_ids": origins,
            "to_ids": ends,
            "supersedes": [one for one in origins if one not in (now or ())],
        }
        for what, origins, ends in changes
    ]
    rows.sort(key=lambda row: (CHANGES.index(str(row["what"])), row["from_ids"], row["to_ids"]))
    return pa.Table.from_pylist(rows, schema=HISTORY_SCHEMA)
