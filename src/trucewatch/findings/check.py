"""All incidents against all stipulations: the finding table, in the order of the agreement and then of the
incidents."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trucewatch.findings import applicability, gate, judged, kept_up, prohibited, required
from trucewatch.findings.applicability import NO_REVIEW, Case, Columns, Reviewed, Verdict
from trucewatch.geo.arrays import Ints, Mask
from trucewatch.geo.frame import LocalFrame
from trucewatch.model.agreement import Provision, Stipulation
from trucewatch.model.deadlines import Range, whole_day
from trucewatch.model.incident import FINDING_SCHEMA, ReasonSentences, counter_rows
from trucewatch.model.observation import COUNTER_SCHEMA
from trucewatch.model.sorted_rows import SortedRows
from trucewatch.model.times import read_time
from trucewatch.model.watch import Watch


class KindOfStipulation(Protocol):
    """What the file of a kind holds: its rule version, the sentences of its reasons, and the check."""

    @property
    def RULE(self) -> str: ...  # noqa: N802 - a constant of the module
    @property
    def SENTENCES(self) -> Mapping[str, tuple[str, ...]]: ...  # noqa: N802 - a constant of the module

    def check_stipulation(
        self, provision: Provision, stipulation: Stipulation, case: Case, /
    ) -> Iterator[dict[str, Any]]: ...


KINDS_OF_STIPULATION: Final[Mapping[str, KindOfStipulation]] = {
    "prohibited": prohibited,
    "required": required,
    "kept_up": kept_up,
    "judged": judged,
}
SENTENCES: Final[ReasonSentences] = {
    kind.RULE: {**applicability.SENTENCES, **applicability.RELEASED_SENTENCES, **gate.SENTENCES, **kind.SENTENCES}
    for kind in KINDS_OF_STIPULATION.values()
}
"""The sentences of every rule, with those that all rules share."""


def rules_in_force() -> list[str]:
    """The versions of all rules, in order."""
    return sorted(kind.RULE for kind in KINDS_OF_STIPULATION.values())


Reviews = Mapping[str, Mapping[str, Reviewed]]
"""Stipulation → incident → what the review of its finding came to."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Findings, and what the next list goes on from.

    alone: those that rest on a single incident, with the place of their stipulation and the start of their incident;
    whole: all others, with the same. stays, left: which of `alone` are as in the list before, and where the others
    stood there.
    """

    table: pa.Table
    alone: SortedRows
    whole: pa.Table
    stays: Mask
    left: Ints
    goes_on: bool
    """Whether it goes on from a list before."""


@dataclass(frozen=True, slots=True)
class Before:
    """The findings of another list of the same watch, by which as much was known (`known_by`); the ids of its incidents
    that are no more or differ, and the incidents of this list that are new or differ."""

    checked: Checked
    gone: Sequence[str]
    fresh: pa.Table


def known_by(watch: Watch, as_of: datetime) -> int:
    """How much of what findings rest on beside incidents and numbers was known: texts, extensions, judgments, readings
    and notices. Of one watch the same number is the same things."""
    moments = [*watch.agreement.moments(), *(notice.known_at for notice in watch.notices)]
    renewed = sum(each.ending(as_of, watch.zone).renewed for _, each in watch.agreement.stipulations() if each.renewal)
    return sum(moment <= as_of for moment in moments) + renewed


def check_agreement(
    incidents: pa.Table, counters: pa.Table, *, watch: Watch, frame: LocalFrame, as_of: datetime
) -> pa.Table:
    """One row a finding (FINDING_SCHEMA).

    incidents, counters: as known at `as_of`, with the incidents' zones filled in, in order of start and id. Instruments
    that no text had published by then give no findings.
    """
    return check_again(incidents, counters, watch=watch, frame=frame, as_of=as_of).table


def check_again(
    incidents: pa.Table,
    counters: pa.Table,
    *,
    watch: Watch,
    frame: LocalFrame,
    as_of: datetime,
    before: Before | None = None,
) -> Checked:
    """The same, for the next list to go on from. before: findings to take where a single incident alone decides and is
    as before; what comes out does not depend on it."""
    pairs = _pairs_at(watch, as_of)
    places = {stipulation.id: place for place, (_, stipulation) in enumerate(pairs)}
    check = partial(_checked, counters=counters, watch=watch, frame=frame, as_of=as_of)
    # 1. Of a single incident: those that are new or differ, and the rest of before.
    of_each = [pair for pair in pairs if pair[1].kind == "prohibited"]
    subject = incidents if before is None else before.fresh
    fresh = _with_places(check(of_each, subject), places, subject)
    if before is None:
        alone = SortedRows.of(fresh, _BY_PLACE)
        stays, left = np.zeros(len(alone), dtype=np.bool_), np.zeros(0, dtype=np.int64)
    else:
        left = before.checked.alone.holding("incident_id", before.gone)
        alone, stays = before.checked.alone.exchanged(left, fresh)
    # 2. Of the whole: all anew.
    others = [pair for pair in pairs if pair[1].kind != "prohibited"]
    named = {kind for _, each in others for kind in (each.what, *each.kinds, *each.indications)}
    of_kinds = incidents if before is None else _of_kinds(incidents, named)
    whole = _with_places(check(others, of_kinds), places, of_kinds)
    # 3. In the order of the agreement.
    bounds = np.searchsorted(alone.keys[0], np.arange(len(pairs) + 1))
    parts = []
    for place, (_, stipulation) in enumerate(pairs):
        is_alone = stipulation.kind == "prohibited"
        first, end = int(bounds[place]), int(bounds[place + 1])
        parts.append(alone.table.slice(first, end - first) if is_alone else whole.filter(pc.field(_PLACE) == place))
    table = pa.concat_tables([whole.schema.empty_table(), *parts]).select(FINDING_SCHEMA.names)
    return Checked(table.cast(FINDING_SCHEMA), alone, whole, stays, left, before is not None)


def check_reviewed(
    incidents: pa.Table,
    counters: pa.Table | None,
    *,
    watch: Watch,
    frame: LocalFrame,
    as_of: datetime,
    reviews: Reviews,
) -> pa.Table:
    """The findings that the delegations' reviews can change, worked out with them (FINDING_SCHEMA), in no order.

    reviews: stipulation → incident → its review. Of what prohibits, one row a reviewed incident; where the finding of
    an incident on a deadline, or on what has to go on, was reviewed, all findings of such stipulations, since one may
    rest on another: they are left out without `counters`. The other arguments are as of `check_agreement`.
    """
    pairs = [pair for pair in _pairs_at(watch, as_of) if counters is not None or pair[1].kind == "prohibited"]
    alone = [pair for pair in pairs if pair[1].kind == "prohibited" and pair[1].id in reviews]
    named = {incident for _, each in alone for incident in reviews[each.id]}
    check = partial(
        _checked,
        counters=COUNTER_SCHEMA.empty_table() if counters is None else counters,
        watch=watch,
        frame=frame,
        as_of=as_of,
        reviews=reviews,
    )
    tables = [FINDING_SCHEMA.empty_table()]
    if named:
        is_named = pc.is_in(incidents["incident_id"], value_set=pa.array(sorted(named), pa.string()))
        table = check(alone, incidents.filter(is_named))
        wanted = {(each.id, incident) for _, each in alone for incident in reviews[each.id]}
        both = zip(table["stipulation"].to_pylist(), table["incident_id"].to_pylist(), strict=True)
        tables.append(table.filter(pa.array([pair in wanted for pair in both], pa.bool_())))
    others = [pair for pair in pairs if pair[1].kind != "prohibited"]
    if any(each.id in reviews for _, each in others):
        tables.append(check(others, incidents))
    return pa.concat_tables(tables)


def _pairs_at(watch: Watch, as_of: datetime) -> list[tuple[Provision, Stipulation]]:
    """Every stipulation as agreed and known then, of the instruments that a text had published."""
    published = {text.instrument for text in watch.agreement.text if text.known_at <= as_of}
    return [
        (provision, watch.agreement.as_agreed(stipulation.binding_at(as_of, watch.zone).known_by(as_of)))
        for provision, stipulation in watch.agreement.stipulations()
        if provision.instrument in published
    ]


_PLACE: Final = "place"
INCIDENT_START: Final = "incident_start"
_BY_PLACE: Final = (_PLACE, INCIDENT_START, "incident_id")


def _with_places(findings: pa.Table, places: Mapping[str, int], incidents: pa.Table) -> pa.Table:
    """Findings with the place of their stipulation in the agreement, and with the start of their incident."""
    words = pa.array(places, pa.string())
    place = pc.index_in(findings["stipulation"], value_set=words).cast(pa.int32())
    at = pc.index_in(findings["incident_id"], value_set=incidents["incident_id"].combine_chunks())
    starts = incidents["occurred_start"].combine_chunks().take(at.combine_chunks())
    return findings.append_column(_PLACE, place).append_column(INCIDENT_START, starts)


def _of_kinds(incidents: pa.Table, kinds: Collection[str]) -> pa.Table:
    """The incidents that somebody says were of one of these kinds, or an analyst: `Case.rows_of_kinds` finds no
    others."""
    wanted, several = pa.array(sorted(kinds), pa.string()), incidents["kinds"].combine_chunks()
    is_told = pc.is_in(incidents["kind"], value_set=wanted).to_numpy()
    named = pc.is_in(several.flatten(), value_set=wanted)
    is_told[pc.list_parent_indices(several).filter(named).to_numpy()] = True
    return incidents.filter(pa.array(is_told))


def _checked(
    pairs: Sequence[tuple[Provision, Stipulation]],
    incidents: pa.Table,
    *,
    counters: pa.Table,
    watch: Watch,
    frame: LocalFrame,
    as_of: datetime,
    reviews: Reviews = MappingProxyType({}),
) -> pa.Table:
    case = Case(watch=watch, frame=frame, columns=Columns(incidents), counters=counter_rows(counters), as_of=as_of)
    rows: list[dict[str, Any]] = []
    for provision, stipulation in in_order_of_terms(pairs):
        reviewed = reviews.get(stipulation.id, {})
        at_hand = replace(case, reviews=reviewed) if reviewed else case  # what was met before is of both
        findings = list(KINDS_OF_STIPULATION[stipulation.kind].check_stipulation(provision, stipulation, at_hand))
        for row in findings if reviewed else ():
            review = reviewed.get(row["incident_id"], NO_REVIEW)
            row["reviewed"] |= bool(review.agreed_by) and review.outcome == row["outcome"]
        rows += findings
        # Terms of others may be counted from when it was met.
        if findings and not findings[-1]["incident_id"]:
            last = findings[-1]
            whole = Verdict(last["outcome"], last["reason"], json.loads(last["facts"]))
            if (met := met_range(whole, watch)) is not None:
                case.met[stipulation.id] = met
    return pa.Table.from_pylist(rows, schema=FINDING_SCHEMA)


def in_order_of_terms(pairs: Sequence[tuple[Provision, Stipulation]]) -> list[tuple[Provision, Stipulation]]:
    """The stipulations so that each stands after the one that its term is counted from; else as they stood."""
    by_id = {stipulation.id: (provision, stipulation) for provision, stipulation in pairs}
    placed: dict[str, tuple[Provision, Stipulation]] = {}

    def place(name: str, above: tuple[str, ...]) -> None:
        if name in placed or name not in by_id or name in above:
            return
        deadline = by_id[name][1].deadline
        if deadline is not None and deadline.after:
            place(deadline.after, (*above, name))
        placed[name] = by_id[name]

    for _, stipulation in pairs:
        place(stipulation.id, ())
    return list(placed.values())


_DONE: Final = ("happened", "happened_in_time", "happened_late", "happened_around_due")


def met_range(whole: Verdict, watch: Watch) -> Range | None:
    """When that which the verdict on a stipulation says was done was done, late or not, as far as its facts tell: a
    moment, or a local day."""
    occurred = whole.facts.get("occurred") if whole.reason in _DONE else None
    if not isinstance(occurred, str):
        return None
    if len(occurred) == len("2020-11-25"):
        return whole_day(date.fromisoformat(occurred), watch.zone)
    moment = read_time(occurred)
    return Range(moment, moment)
