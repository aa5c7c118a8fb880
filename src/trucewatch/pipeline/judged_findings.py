"""What was judged, held against a list: which finding of it each case is of, and what stands there otherwise than it
was put. Derived each time: what comes back as it was put stands as it was judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.model.review import Case
from trucewatch.model.review_outcome import changed_since, reopens
from trucewatch.model.review_put import Put
from trucewatch.store.review_records import put_of

Outdated = Literal["gone", "changed"]
"""gone: the list has no such finding; changed: late evidence puts it anew (`reopens`)."""


def judged_last(cases: Iterable[Case]) -> list[Case]:
    """The last case of each finding, of those that were judged: not those of *who*, nor what was closed unreviewed."""
    return [case for case in _last(cases) if case.outcome and case.state != "closed_unreviewed"]


def put_already(incidents: pa.Table, findings: pa.Table, cases: Iterable[Case]) -> set[str]:
    """The ids of findings of a list, also such as their incident had before, that are under review or were judged: what
    was closed unreviewed can be put once more."""
    last = [case for case in _last(cases) if case.state != "closed_unreviewed"]
    return {case.finding for case in last} | findings_judged(incidents, findings, last).keys()


def _last(cases: Iterable[Case]) -> list[Case]:
    """The last case of each finding, of its questions but *who*."""
    last: dict[str, Case] = {}
    for case in cases:
        if not case.is_of_who:
            last.pop(case.before, None)
            last[case.code] = case
    return list(last.values())


def findings_judged(incidents: pa.Table, findings: pa.Table, cases: Iterable[Case]) -> dict[str, Case]:
    """The finding of a list that each case is of, by its id: the one of its clause, of the incident in which the first
    observation stands that was put. Cases of which there is none are left out; where several are of one, as after
    events were merged, it is the finding of the case that has its id, else of the last."""
    cases = [case for case in cases if case.members]
    incident_of = _incident_of(incidents, {case.members[0] for case in cases})
    wanted = findings.filter(pc.is_in(findings["incident_id"], pa.array(set(incident_of.values()), pa.string())))
    columns = (wanted[name].to_pylist() for name in ("finding_id", "incident_id", "stipulation"))
    by_place = {(incident, clause): name for name, incident, clause in zip(*columns, strict=True)}
    matches: dict[str, Case] = {}
    for case in sorted(cases, key=lambda each: each.number):
        name = by_place.get((incident_of.get(case.members[0], ""), case.stipulation))
        if name is not None and (name not in matches or matches[name].finding != name):
            matches[name] = case
    return matches


def puts_of(incidents: pa.Table, findings: pa.Table, finding_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What would be put of findings of a list (`put_of`), by their ids; those of no incident left out."""
    named = pa.array(sorted(finding_ids), pa.string())
    rows = findings.filter(pc.is_in(findings["finding_id"], value_set=named)).to_pylist()
    ids = pa.array(sorted({row["incident_id"] for row in rows}), pa.string())
    of = {row["incident_id"]: row for row in incidents.filter(pc.is_in(incidents["incident_id"], ids)).to_pylist()}
    return {row["finding_id"]: put_of(row, of[row["incident_id"]]) for row in rows if row["incident_id"] in of}


def outdated_in(incidents: pa.Table, findings: pa.Table, cases: Iterable[Case]) -> dict[str, Outdated]:
    """The code of each judged case that holds of nothing on a list as it was put, with why.

    incidents, findings: as recorded, without what reviews change; cases: those that bear on the list.
    """
    judged = judged_last(cases)
    if not judged:
        return {}
    matches = findings_judged(incidents, findings, judged)
    puts = puts_of(incidents, findings, matches)
    now: dict[str, Put] = {case.code: puts[name] for name, case in matches.items()}
    return {
        case.code: "changed" if case.code in now else "gone"
        for case in judged
        if case.code not in now or reopens(changed_since(case.put, now[case.code]))
    }


def in_force(cases: Iterable[Case], outdated: Mapping[str, Outdated]) -> tuple[Case, ...]:
    """The cases with those that hold of nothing on the list any more as they were before their outcome: nothing is
    reviewed by them."""
    return tuple(replace(case, outcome=None) if case.code in outdated else case for case in cases)


def _incident_of(incidents: pa.Table, members: set[str]) -> dict[str, str]:
    """First observation of a case → the incident of the list that has it."""
    names = pc.list_flatten(incidents["members"])
    mask = pc.is_in(names, value_set=pa.array(sorted(members), pa.string()))
    parents = pc.list_parent_indices(incidents["members"]).filter(mask)
    ids = incidents["incident_id"].take(parents).to_pylist()
    return dict(zip(names.filter(mask).to_pylist(), ids, strict=True))
