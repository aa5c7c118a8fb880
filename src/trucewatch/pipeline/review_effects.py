"""What the delegations' reviews change in what is said of incidents: laid over a list after it was recorded.

A list stays what its observations give. Laid over it: a finding on which the delegations agree (*happened*, *what*,
*where and when*) passes the gate, one from whose *happened* or *what* all dissent is not said, and an incident of which
a finding is agreed stands on the rung *verified*. Only findings whose last review is closed are worked out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.findings import Reviewed, check_reviewed
from trucewatch.geo.frame import frame_of_area
from trucewatch.model.let_out import LetOut, ObjectionOut
from trucewatch.model.review import Case
from trucewatch.model.review_list import cases_known, last_cases
from trucewatch.model.review_outcome import changed_since
from trucewatch.model.review_put import Put
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.judged_findings import Outdated, in_force, outdated_in
from trucewatch.store import Store
from trucewatch.store.decision_records import DECISION, OBJECTION
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.review_records import CASE

VERIFIED: Final = "verified"
_CHANGED: Final = ("outcome", "reason", "facts", "held", "reviewed")
"""What of a finding a review can change."""
_OF_INCIDENT: Final = ("incident_id", "kind", "aspect", "occurred_start", "occurred_end", "lon", "lat")
ASKED_OF_INCIDENTS: Final = (*_OF_INCIDENT, "members")
"""The columns of incidents that `reviews_of` looks at."""


@dataclass(slots=True)
class LastEffects:
    """What was worked out last, and from what; whoever finds it unfit works it out again."""

    of: tuple[Any, ...] = ()
    findings: pa.Table | None = None
    verified: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Effects:
    """The list as it is told: incidents and findings with what the reviews change."""

    incidents: pa.Table
    findings: pa.Table
    verified: frozenset[str] = field(default_factory=frozenset)
    """The incidents of which a finding is agreed."""
    outdated: Mapping[str, Outdated] = field(default_factory=dict)
    """Of the cases what holds of nothing on the list any more as it was put (`with_judged`)."""


def cases_at(store: Store, watch: Watch, moment: datetime, recorded_by: datetime | None = None) -> tuple[Case, ...]:
    """The cases that bear on a list of a moment: known by then, of what was recorded by `recorded_by`."""
    if next(entries_of_kind(store, CASE), None) is None:
        return ()
    from trucewatch.pipeline.review_book import ReviewBook

    # Played back, what was sealed, opened or said later is not there yet; today nothing on record is of later.
    known_by = None if recorded_by is None else moment
    return cases_known(ReviewBook(store, watch, moment, recorded_by, known_by).cases(), moment)


def wordings_at(store: Store, cases: Iterable[Case], recorded_by: datetime | None = None) -> dict[str, dict[str, str]]:
    """Code of a decided case → language → the common text that every delegation signed; none whose words were
    erased."""
    decided = [case for case in cases if case.outcome is not None]
    if not decided:
        return {}
    from trucewatch.pipeline.agreed_wording import texts_of, wording_standing

    texts: dict[str, dict[str, str]] = {}
    for case in decided:
        agreed = wording_standing(store, case, recorded_by).agreed
        if agreed is not None:
            kept_words = {language: text for language, text in texts_of(store, agreed).items() if isinstance(text, str)}
            texts |= {case.code: kept_words} if kept_words else {}
    return texts


def let_out_known(
    store: Store, watch: Watch, moment: datetime, recorded_by: datetime | None = None
) -> tuple[tuple[LetOut, ...], tuple[ObjectionOut, ...]]:
    """What every head agreed to let out by a moment, and the objections to print; of what was recorded by
    `recorded_by`."""
    if all(next(entries_of_kind(store, kind), None) is None for kind in (DECISION, OBJECTION)):
        return (), ()
    from trucewatch.pipeline.leaving_by_decision import let_out_at

    return let_out_at(store, watch, moment, recorded_by)


def with_reviews(
    incidents: pa.Table,
    findings: pa.Table,
    cases: Sequence[Case],
    watch: Watch,
    *,
    as_of: datetime,
    counters: pa.Table | None = None,
    store: Store | None = None,
) -> Effects:
    """A list with what reviews change in it; the tables themselves where they change nothing.

    incidents, findings: in any order, which stays. cases: as recorded by the moment that the list is asked for.
    counters: those that the list was held against; without them only what prohibits is worked out again. store: in
    whose memory the last answer is kept.
    """
    reviews = reviews_of(cases, incidents)
    if not reviews:
        return Effects(incidents, findings)
    verified = {incident for of in reviews.values() for incident, each in of.items() if each.agreed_by}
    again = _worked_out(incidents, counters, reviews, watch, as_of, store, frozenset(verified))
    return Effects(_on_rung(incidents, verified), _exchanged(findings, again), frozenset(verified))


def with_judged(incidents: pa.Table, findings: pa.Table, cases: Sequence[Case], watch: Watch, **more: Any) -> Effects:
    """The same (`with_reviews`) of a list as it was recorded, by what of the cases holds of it as it was put."""
    outdated = outdated_in(incidents, findings, cases)
    return replace(with_reviews(incidents, findings, in_force(cases, outdated), watch, **more), outdated=outdated)


def reviews_of(cases: Iterable[Case], incidents: pa.Table) -> dict[str, dict[str, Reviewed]]:
    """Stipulation → incident → what the last review of its finding came to, where that says anything to the rules."""
    closed = [case for case in last_cases(cases) if case.outcome is not None and not case.is_of_who]
    if not closed:
        return {}
    rows = _rows_of(closed, incidents)
    reviews: dict[str, dict[str, Reviewed]] = {}
    places = sorted(set(rows.values()))
    columns = incidents.select(_OF_INCIDENT).take(pa.array(places, pa.int64()))
    of_row = dict(zip(places, columns.to_pylist(), strict=True))
    for case in closed:
        if case.number not in rows:
            continue
        incident = of_row[rows[case.number]]
        review = _reviewed(case, incident)
        if review is not None:
            reviews.setdefault(case.stipulation, {})[incident["incident_id"]] = review
    return reviews


def if_agreed(
    puts: Iterable[Mapping[str, Any]],
    cases: Iterable[Case],
    incidents: pa.Table,
    counters: pa.Table,
    watch: Watch,
    *,
    as_of: datetime,
) -> dict[str, dict[str, str]]:
    """What would be said of each finding if every delegation concurred on all that is asked of it, and of no other:
    its id → `outcome_if_agreed`, `held_if_agreed` and `reason_if_agreed`, which are put beside it.

    puts: as of `put_of`; incidents, counters: of the list that they are of; cases: those whose reviews bear on it.
    """
    frame, delegations = frame_of_area(watch.settings.area), tuple(each.id for each in watch.settings.delegation)
    is_alone = {each.id: each.kind == "prohibited" for _, each in watch.agreement.stipulations()}
    standing: dict[str, dict[str, Reviewed]] | None = None
    wanted: dict[tuple[str, str], dict[str, Reviewed]] = {}
    for put in puts:
        stipulation, incident = str(put["stipulation"]), str(put["incident_id"])
        # No outcome was put to them yet: what their yes would make is asked here.
        agreed = Reviewed(code="", agreed_by=delegations, kind=str(put["kind"]), aspect=str(put["aspect"]))
        # Of a deadline or what has to go on one finding may rest on another: each is asked by itself.
        alone = (stipulation, "" if is_alone.get(stipulation) else incident)
        wanted.setdefault(alone, {})[incident] = agreed
    said: dict[str, dict[str, str]] = {}
    for (stipulation, by_itself), of in wanted.items():
        reviews: dict[str, dict[str, Reviewed]] = {stipulation: of}
        if by_itself:
            standing = reviews_of(cases, incidents) if standing is None else standing
            reviews = standing | {stipulation: standing.get(stipulation, {}) | of}
        some = counters if by_itself else None
        table = check_reviewed(incidents, some, watch=watch, frame=frame, as_of=as_of, reviews=reviews)
        named = pc.field("incident_id").isin(list(of))
        said |= {
            row["finding_id"]: {f"{name}_if_agreed": str(row[name]) for name in ("outcome", "held", "reason")}
            for row in table.filter((pc.field("stipulation") == stipulation) & named).to_pylist()
        }
    return said


def _reviewed(case: Case, incident: Mapping[str, Any]) -> Reviewed | None:
    """What a closed case says to the rules; None where that is nothing, or is of another event than stands there
    now."""
    assert case.outcome is not None
    questions, put = case.outcome.questions, case.put
    # What a departure closed unreviewed says nothing, whatever was answered until then.
    if case.state == "closed_unreviewed" or not is_as_put(put, incident):
        return None
    kind = str(put.get("kind", ""))
    if case.state == "agreed" and all(questions.get(each) == "agreed" for each in case.questions):
        # What they were shown that their yes would make; a case of before that was shown has what was put alone.
        aspect, outcome = str(put.get("aspect", "")), str(put.get("outcome_if_agreed") or put.get("outcome", ""))
        return Reviewed(code=case.code, agreed_by=_who_agree(case), kind=kind, aspect=aspect, outcome=outcome)
    if questions.get("happened") == "dissent":
        return Reviewed(code=case.code, kind=kind, dissent="happened")
    if questions.get("what") == "dissent":
        return Reviewed(code=case.code, kind=kind, dissent="what")
    return None


def _who_agree(case: Case) -> tuple[str, ...]:
    """The delegations whose yes made it agreed: neither recused nor gone."""
    return tuple(
        delegation
        for delegation in case.delegations
        if delegation not in case.recused and case.standings.get(delegation) != "left"
    )


def is_as_put(put: Put, incident: Mapping[str, Any]) -> bool:
    """Whether an incident stands where it stood when it was put to the delegations: of the same kind, at the same place
    and time, as `changed_since` says it. What is later agreed on it holds of that alone."""
    times = {name: iso_utc(incident[name]) for name in ("occurred_start", "occurred_end")}
    now = {"kind": incident["kind"], "lon": incident["lon"], "lat": incident["lat"], **times}
    return {"kind", "where", "when"}.isdisjoint(changed_since(put, now))


def _rows_of(cases: Iterable[Case], incidents: pa.Table) -> dict[int, int]:
    """Number of a case → the row of its incident: the one of its id, else the one that holds its first report now."""
    ids = pa.array([case.incident for case in cases], pa.string())
    at = pc.index_in(ids, value_set=incidents["incident_id"].combine_chunks()).to_pylist()
    rows = {case.number: row for case, row in zip(cases, at, strict=True) if row is not None}
    missing = {case.number: case.members[0] for case in cases if case.number not in rows and case.members}
    if missing:
        members = incidents["members"].combine_chunks()
        names, parents = pc.list_flatten(members), pc.list_parent_indices(members)
        places = pc.index_in(pa.array(list(missing.values()), pa.string()), value_set=names).to_pylist()
        for number, place in zip(missing, places, strict=True):
            if place is not None:
                rows[number] = parents[place].as_py()
    return rows


def _worked_out(
    incidents: pa.Table,
    counters: pa.Table | None,
    reviews: Mapping[str, Mapping[str, Reviewed]],
    watch: Watch,
    as_of: datetime,
    store: Store | None,
    verified: frozenset[str],
) -> pa.Table:
    """The findings that the reviews can change, as they are with them. Those of prohibitions are kept for the next time
    while nothing that they rest on is another."""
    is_whole = {each.id: each.kind != "prohibited" for _, each in watch.agreement.stipulations()}
    named = {incident for of in reviews.values() for incident in of}
    some = incidents.filter(pc.is_in(incidents["incident_id"], value_set=pa.array(sorted(named), pa.string())))
    if counters is not None and any(is_whole.get(name) for name in reviews):
        some = incidents  # one finding on a deadline may rest on another
    of = (reviews, watch, as_of, counters is None, some, None if some is not incidents else counters)
    last = store.memory.of(LastEffects) if store is not None else LastEffects()
    if last.findings is None or not _is_same(last.of, of):
        frame = frame_of_area(watch.settings.area)
        table = check_reviewed(some, counters, watch=watch, frame=frame, as_of=as_of, reviews=reviews)
        last = LastEffects(of, table, verified)
        if store is not None:
            store.memory.put(last)
    assert last.findings is not None
    return last.findings


def _is_same(then: tuple[Any, ...], now: tuple[Any, ...]) -> bool:
    return len(then) == len(now) and all(
        before is after
        or (before.equals(after) if isinstance(before, pa.Table) and after is not None else before == after)
        for before, after in zip(then, now, strict=True)
    )


def _on_rung(incidents: pa.Table, verified: Iterable[str]) -> pa.Table:
    """The incidents with those that are verified on their rung."""
    wanted = pa.array(sorted(verified), pa.string())
    if not len(wanted):
        return incidents
    mask = pc.is_in(incidents["incident_id"], value_set=wanted).combine_chunks()
    place = incidents.schema.get_field_index("rung")
    rungs = pc.if_else(mask, VERIFIED, incidents["rung"].combine_chunks())
    return incidents.set_column(place, incidents.schema.field(place), rungs)


def _exchanged(findings: pa.Table, again: pa.Table) -> pa.Table:
    """The findings with those that were worked out again in their places."""
    if not again.num_rows:
        return findings
    at = pc.index_in(again["finding_id"], value_set=findings["finding_id"].combine_chunks()).combine_chunks()
    is_there = at.is_valid()
    places = at.filter(is_there).to_numpy(zero_copy_only=False).astype(np.int64)
    again = again.filter(is_there)
    order = np.arange(findings.num_rows, dtype=np.int64)
    order[places] = findings.num_rows + np.arange(again.num_rows, dtype=np.int64)
    table = findings
    for name in _CHANGED:
        both = pa.concat_arrays([findings[name].combine_chunks(), again[name].combine_chunks()])
        place = table.schema.get_field_index(name)
        table = table.set_column(place, table.schema.field(place), both.take(pa.array(order)))
    return table
