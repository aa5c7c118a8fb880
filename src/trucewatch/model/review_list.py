"""The R list beside the first list and today's: of each finding that was put to the delegations, what was put and what
stands now. It is derived from the records of cases and outcomes each time, and stored nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.model.ids import incident_id
from trucewatch.model.incident import Incident
from trucewatch.model.review import OUTSIDE, Case, CaseState
from trucewatch.model.times import iso_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """One finding of the R list: its last case, and all before it, in order. `who` is a case apart, where there is
    one."""

    case: Case
    earlier: tuple[Case, ...] = ()
    of_who: tuple[Case, ...] = ()

    @property
    def state(self) -> CaseState:
        return self.case.state

    @property
    def is_agreed(self) -> bool:
        """Whether the delegations agree on all that was asked of what is put now."""
        return self.case.state == "agreed"


def finding_key(case: Case) -> tuple[str, str]:
    """What stays of a finding through its cases: the first report of its incident as it was put, and the clause."""
    return next(iter(case.members), case.incident), case.stipulation


def review_lines(cases: Iterable[Case]) -> list[ReviewLine]:
    """The R list, in the order in which findings were first put."""
    groups: dict[tuple[str, str], list[Case]] = {}
    key_of: dict[str, tuple[str, str]] = {}
    for case in sorted(cases, key=lambda each: each.number):
        # A later case names the one before, whatever its incident is called by then.
        key = key_of.get(case.before) or finding_key(case)
        key_of[case.code] = key
        groups.setdefault(key, []).append(case)
    lines = []
    for of_finding in groups.values():
        asked = [case for case in of_finding if not case.is_of_who]
        of_who = tuple(case for case in of_finding if case.is_of_who)
        if asked:
            lines.append(ReviewLine(case=asked[-1], earlier=tuple(asked[:-1]), of_who=of_who))
    return lines


def cases_known(cases: Iterable[Case], moment: datetime) -> tuple[Case, ...]:
    """The cases that were put by a moment of the watch's clock, those decided later as they are before that."""
    return tuple(
        case if case.outcome is None or case.outcome.known_at <= moment else replace(case, outcome=None)
        for case in sorted(cases, key=lambda each: each.number)
        if case.put_at <= moment
    )


def last_cases(cases: Iterable[Case]) -> list[Case]:
    """Of each finding its last case: one that is open again takes what was agreed before out of force."""
    return [line.case for line in review_lines(cases)]


def told_outside(cases: Sequence[Case | None]) -> str:
    """How the findings of one event that stand are reviewed, by the last case of each (None where none was put), in a
    word for outside the centre: agreed, agreed_in_part, not_agreed, not_reviewed.

    Agreed only where every one of them is; of several that are decided and not alike: agreed_in_part.
    """
    states = {OUTSIDE[case.state] if case else "not_reviewed" for case in cases}
    decided = states - {"not_reviewed"}
    if not decided:
        return "not_reviewed"
    if len(decided) > 1 or states == {"agreed", "not_reviewed"}:
        return "agreed_in_part"
    return decided.pop()


def cases_among(cases: Iterable[Case], incident: Incident) -> tuple[Case, ...]:
    """Those of one incident, with the later ones of the same findings."""
    ids, chosen = {incident.incident_id, *incident.members}, []
    codes: set[str] = set()
    for case in sorted(cases, key=lambda each: each.number):
        if case.incident in ids or not ids.isdisjoint(case.members[:1]) or case.before in codes:
            chosen.append(case)
            codes.add(case.code)
    return tuple(chosen)


def names_of_events(events: Iterable[tuple[str, Sequence[str]]], incidents: pa.Table) -> list[frozenset[str]]:
    """The ids under which each event was put, stands on a list, or may have stood in between: an id is that of the
    smallest observation, and another one with every earlier report that comes in late.

    events: the id and the observations of each as it was put. incidents: rows of a list.
    """
    events = list(events)
    members = incidents["members"].combine_chunks()
    names, parents = pc.list_flatten(members), pc.list_parent_indices(members)
    firsts = pa.array([each[0] if each else None for _, each in events], pa.string())
    places = pc.index_in(firsts, value_set=names).to_pylist()
    of_events = []
    for (event, _), place in zip(events, places, strict=True):
        row = None if place is None else parents[place].as_py()
        now = () if row is None else (incidents["incident_id"][row].as_py(), *map(incident_id, members[row].as_py()))
        of_events.append(frozenset({event, *now} - {""}))
    return of_events


def review_documents(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """The R list for programs: what was put, in the order of the cases, and how each stands."""
    return [
        {
            "code": case.code,
            "clause": case.stipulation,
            "state": case.state,
            "questions": dict(case.outcome.questions) if case.outcome else {},
            "put_at": iso_utc(case.put_at),
            "before": case.before or None,
            "entry": case.entry,
        }
        for case in cases
    ]
