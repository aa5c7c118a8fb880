"""What the kinds of stipulation share: the incidents as columns, and whether one applies by its dates
and zone."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, Final, TypeVar

import pyarrow as pa
import shapely

from trucewatch.geo.frame import LocalFrame
from trucewatch.locale import mark
from trucewatch.model.agreement import Agreement, Provision, Stipulation
from trucewatch.model.deadlines import EVENT, Due, Range
from trucewatch.model.ids import finding_id
from trucewatch.model.incident import Counter
from trucewatch.model.meetings import COUNTED_FROM, when_met
from trucewatch.model.meetings import known_by as meetings_known_by
from trucewatch.model.outcomes import held_word
from trucewatch.model.testimony import Attestation, attestations
from trucewatch.model.times import NEVER, iso_utc, shifted
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Notice

T = TypeVar("T")
Facts = Mapping[str, str | list[str]]

SIGMAS_95: Final = 1.959963984540054
"""Standard deviations on either side of a normal distribution's middle that hold 95 % of it."""

SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "before_in_force": (
        mark("Clause {clause} was not in force yet: it binds from {from}."),
        mark("Clause {clause} was not in force yet."),
    ),
    "after_in_force": (
        mark("Clause {clause} was no longer in force: it bound until {until}."),
        mark("Clause {clause} was no longer in force."),
    ),
    "suspended": (
        mark("Clause {clause} was suspended at the time, from {from} until {until}."),
        mark("Clause {clause} was suspended at the time, from {from} on."),
        mark("Clause {clause} was suspended at the time."),
    ),
    "maybe_suspended": (mark("Clause {clause} was suspended for a part of the time of the event."),),
    "maybe_in_force": (
        mark("The event may have been before clause {clause} came into force, on {from}."),
        mark(
            "The texts do not say exactly when clause {clause} came into force: between {from_earliest} and "
            "{from_latest}. The event may have been before."
        ),
        mark("The event may have been before clause {clause} came into force, at the latest on {from_latest}."),
        mark("The event may have been before clause {clause} came into force, at the earliest on {from_earliest}."),
        mark("The event may have been after clause {clause} ceased to bind, on {until}."),
        mark("It cannot be told whether clause {clause} was in force at the time of the event."),
    ),
    "outside_zone": (
        mark("The place lies outside the zone that clause {clause} speaks of: {zone}."),
        mark("The place lies outside the zone that clause {clause} speaks of."),
    ),
    "at_zone_edge": (
        mark(
            "The place is at the edge of the zone that clause {clause} speaks of ({zone}, drawn to ±{accuracy_m}); "
            "whether it lies inside cannot be told."
        ),
        mark(
            "The place is at the edge of the zone that clause {clause} speaks of ({zone}); "
            "whether it lies inside cannot be told."
        ),
        mark(
            "The place is at the edge of the zone that clause {clause} speaks of; whether it lies inside cannot "
            "be told."
        ),
    ),
    "zone_not_drawn": (
        mark("This watch has no drawing of the zone that clause {clause} speaks of for that day: {zone}."),
        mark("This watch has no drawing of the zone that clause {clause} speaks of for that day."),
    ),
    "no_place": (
        mark("No place is known, so it cannot be told whether clause {clause} applies; it speaks of {zone}."),
        mark("No place is known, so it cannot be told whether clause {clause} applies."),
    ),
}
"""Reason → its sentences, from the fullest to the shortest, for what every rule may find of dates and zone."""

RELEASED_SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "not_settled": (mark("Whether clause {clause} applies cannot be told; the particulars are not released."),),
    "exempt": (mark("What is not held against clause {clause} covers it; the particulars are not released."),),
    "does_not_apply": (mark("Clause {clause} does not apply to it."),),
}
"""The same for what a recipient of coarse places is told instead of an incident's own reason, which would place it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome with the code of its reason and the particulars. Never a party as author: facts name whose claim it
    is."""

    outcome: str
    reason: str
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What the delegations' review of one finding came to, as far as the rules ask.

    code: of the review, R-1. agreed_by: who concurs, where all that count do on all that was asked; () else. kind,
    aspect, outcome: as they were put. dissent: of what all that count dissent, `happened` or `what`; "" for neither.
    """

    code: str
    agreed_by: tuple[str, ...] = ()
    kind: str = ""
    aspect: str = ""
    outcome: str = ""
    dissent: str = ""


NO_REVIEW: Final = Reviewed(code="")


@dataclass(frozen=True, kw_only=True)
class Case:
    """Everything that a stipulation is held against, at `as_of`. What is asked of every row is made once."""

    watch: Watch
    frame: LocalFrame
    columns: Mapping[str, Sequence[Any]]
    counters: Sequence[Counter]
    as_of: datetime
    met: dict[str, Range] = field(default_factory=dict)
    """When each stipulation was met that was looked at before: terms are counted from that."""
    memo: dict[Hashable, Any] | None = None
    """What single incidents come to under a clause, for who asks about many moments."""
    _remembered: dict[int, dict[Hashable, Any]] = field(default_factory=dict)
    _looked_at: list[Stipulation] = field(default_factory=list)
    known_by: datetime | None = None
    """What was known by then counts, where that is later than `as_of`; dates are judged at `as_of` all the same."""
    _boundaries: dict[tuple[str, datetime], Any] = field(default_factory=dict)
    reviews: Mapping[str, Reviewed] = field(default_factory=dict)
    """Incident → what the review of its finding under the stipulation at hand came to."""

    def review(self, row: int) -> Reviewed:
        """The review of an incident under the stipulation at hand."""
        return self.reviews.get(self.columns["incident_id"][row], NO_REVIEW) if self.reviews else NO_REVIEW

    @property
    def known(self) -> datetime:
        """By when something has to be known to count."""
        return self.known_by or self.as_of

    def remembered(self, stipulation: Stipulation, row: int, more: Hashable, work_out: Callable[[], T]) -> T:
        """What one incident comes to under a stipulation as it is read, worked out once for all moments at which it is
        known as far."""
        if self.memo is None or stipulation.judgment:
            return work_out()
        results = self._remembered.get(id(stipulation))
        if results is None:
            of = (stipulation.id, stipulation.kinds, stipulation.what, stipulation.zone, stipulation.in_force)
            own = (stipulation.suspension, stipulation.obliged, stipulation.number)
            results = self.memo.setdefault((of, own), {})
            self._remembered[id(stipulation)] = results
            self._looked_at.append(stipulation)  # while it lives, no other has its number
        key = (self.columns["incident_id"][row], len(self.columns["members"][row]), self.review(row), more)
        if key not in results:
            results[key] = work_out()
        result: T = results[key]
        return result

    def due_of(self, stipulation: Stipulation) -> Due | None:
        """When it is due, by what was known."""
        return stipulation.due(self.known, self.watch.zone, self.when, self.agreement.authoritative)

    def when(self, what: str) -> Range | None:
        """When something was that a term is counted from: a stipulation by its id, `event:ID` or `meeting:ID`."""
        if what.startswith(COUNTED_FROM):
            return when_met(what, meetings_known_by(self.watch.meetings, self.known), self.watch.zone)
        if not what.startswith(EVENT):
            return self.met.get(what)
        name = what.removeprefix(EVENT)
        events = [event for event in self.agreement.event if event.id == name and event.known_at <= self.known]
        return events[0].range(self.watch.zone) if events else None

    @cached_property
    def agreement(self) -> Agreement:
        return self.watch.agreement

    @cached_property
    def bound(self) -> tuple[str, ...]:
        """The sides, by id."""
        return self.agreement.bound_ids

    @cached_property
    def signed(self) -> frozenset[str]:
        """All who signed, whatever their role."""
        return self.agreement.party_ids

    @cached_property
    def delegations(self) -> tuple[str, ...]:
        return tuple(delegation.id for delegation in self.watch.settings.delegation)

    @cached_property
    def speakers(self) -> frozenset[str]:
        """Whom the agreement and the watch name: who signed, bodies, delegations."""
        named = (*self.agreement.party_ids, *(body.id for body in self.agreement.body), *self.delegations)
        return frozenset(named)

    @cached_property
    def organisations(self) -> frozenset[str]:
        """Who runs a source of the watch, and the sources themselves."""
        sources = self.watch.settings.source
        return frozenset(name for source in sources for name in (source.organisation, source.id) if name)

    @cached_property
    def notices(self) -> Sequence[Notice]:
        """The notices that count as known."""
        return [notice for notice in self.watch.notices if notice.known_at <= self.known]

    def rows_of_kinds(self, kinds: Sequence[str]) -> Iterator[int]:
        """The rows of incidents that somebody says were of one of these kinds."""
        wanted = frozenset(kinds)
        kind, several = self.columns["kind"], self.columns["kinds"]
        # What an analyst typed anew is of that kind, whatever its reports say.
        return (
            row
            for row in range(len(kind))
            if (kind[row] in wanted) or (kind[row] in several[row] and not wanted.isdisjoint(several[row]))
        )

    def kinds(self, row: int) -> Sequence[str]:
        """The kinds that an incident is of: all that is reported, or the one that an analyst stated."""
        kind, several = self.columns["kind"][row], self.columns["kinds"][row]
        return several if kind in several else [kind]

    def testimony(self, row: int) -> Sequence[Attestation]:
        """Who says what of an incident's kind."""
        return _attestations(tuple(self.columns["testimony"][row]))

    def times(self, row: int) -> tuple[datetime, datetime]:
        """From when until when an incident was, by those who recorded it where anybody did."""
        start, end = self.columns["recorded_start"][row], self.columns["recorded_end"][row]
        return start or self.columns["occurred_start"][row], end or self.columns["occurred_end"][row]

    def span(self, row: int) -> tuple[datetime, datetime]:
        """From when until when an incident may have been, at 95 %: its times, with their own error on either side."""
        start, end = self.times(row)
        spread = timedelta(seconds=SIGMAS_95 * (self.columns["time_sd_s"][row] or 0.0))
        return shifted(start, -spread), shifted(end, spread)

    def boundary_of(self, zone_id: str, at: datetime) -> Any:
        """The edge of a zone as drawn at `at`, in the frame; None if it was not drawn then."""
        zone = self.watch.zone_with(zone_id, at)
        if zone is None:
            return None
        key = (zone_id, zone.valid_from)
        if key not in self._boundaries:
            boundary = shapely.boundary(self.frame.shape_to_metres(zone.geometry))
            shapely.prepare(boundary)
            self._boundaries[key] = boundary
        return self._boundaries[key]


@lru_cache(maxsize=4096)
def _attestations(texts: tuple[str, ...]) -> tuple[Attestation, ...]:
    """Many incidents rest on the same givers and means; what they say of kinds is read once."""
    return tuple(attestations(texts))


COLUMNS = (
    "incident_id",
    "kind",
    "kinds",
    "aspect",
    "occurred_start",
    "occurred_end",
    "time_sd_s",
    "recorded_start",
    "recorded_end",
    "happened",
    "between_sides",
    "rung",
    "lon",
    "lat",
    "semi_major_m",
    "claimed_by",
    "testimony",
    "simulated",
    "zones",
    "zones_at_edge",
    "members",
)


class Columns(dict[str, list[Any]]):
    """The columns of incidents that findings need, each as a list when it is first asked for."""

    def __init__(self, incidents: pa.Table) -> None:
        self._incidents = incidents.select(COLUMNS)

    def __missing__(self, name: str) -> list[Any]:
        column: list[Any] = self._incidents[name].to_pylist()
        self[name] = column
        return column


def bar_by_dates(stipulation: Stipulation, start: datetime, end: datetime) -> Verdict | None:
    """The verdict if the interval lies surely outside the stipulation's dates; None if it may be inside."""
    force = stipulation.in_force
    for pause in stipulation.suspension:
        if pause.from_ <= start and _is_before(start, end, pause.until or NEVER):
            ends = {"until": iso_utc(pause.until)} if pause.until else {}
            return Verdict("not_applicable", "suspended", {"from": iso_utc(pause.from_), **ends})
    if _is_before(start, end, force.maybe_from):
        return Verdict("not_applicable", "before_in_force", {"from": iso_utc(force.maybe_from)})
    if start >= force.maybe_until:
        return Verdict("not_applicable", "after_in_force", {"until": iso_utc(force.maybe_until)})
    return None


def _is_before(start: datetime, end: datetime, at: datetime) -> bool:
    """Whether an interval ends by then. Half-open: what ends at that very moment was before it, what has no length was
    at it."""
    return end < at or (end == at and start < end)


def doubt_dates(stipulation: Stipulation, start: datetime, end: datetime) -> Verdict | None:
    """The verdict if the interval is not surely inside the stipulation's dates."""
    force = stipulation.in_force
    # Texts may differ on the date: between the earliest and the latest nobody can say whether it bound.
    if start < force.surely_from:
        bounds = {"from_earliest": iso_utc(force.maybe_from), "from_latest": iso_utc(force.surely_from)}
        facts: Facts = {"from": iso_utc(force.from_)} if force.from_ else bounds
        return Verdict("undetermined", "maybe_in_force", facts)
    if end > force.surely_until:
        return Verdict("undetermined", "maybe_in_force", {"until": iso_utc(force.surely_until)})
    pauses = stipulation.suspension
    if any(start < (pause.until or NEVER) and not _is_before(start, end, pause.from_) for pause in pauses):
        return Verdict("undetermined", "maybe_suspended", {})
    return None


def bar_by_zone(stipulation: Stipulation, case: Case, row: int) -> Verdict | None:
    """The verdict if the incident lies surely outside the stipulation's zone."""
    zone = stipulation.zone
    if not zone or case.columns["lon"][row] is None:
        return None
    if case.watch.zone_with(zone, case.columns["occurred_start"][row]) is None:
        return Verdict("undetermined", "zone_not_drawn", {"zone": zone})
    # Touching the edge is not outside.
    if zone in case.columns["zones"][row] or zone in case.columns["zones_at_edge"][row]:
        return None
    return Verdict("not_applicable", "outside_zone", {"zone": zone})


def doubt_zone(stipulation: Stipulation, case: Case, row: int) -> Verdict | None:
    """The verdict if the incident is not surely inside the stipulation's zone."""
    zone = stipulation.zone
    if not zone or zone in case.columns["zones"][row]:
        return None
    if case.columns["lon"][row] is None:
        return Verdict("undetermined", "no_place", {"zone": zone})
    drawn = case.watch.zone_with(zone, case.columns["occurred_start"][row])  # the drawing that was valid when it began
    accuracy = f"{drawn.accuracy_m:g}" if drawn else ""
    return Verdict("undetermined", "at_zone_edge", {"zone": zone, "accuracy_m": accuracy})


def finding_row(
    provision: Provision,
    stipulation: Stipulation,
    rule: str,
    verdict: Verdict,
    *,
    incident: str = "",
    subject: str = "",
    due: datetime | None = None,
    evidence: Sequence[str] = (),
    simulated: bool = False,
    reviewed: bool = False,
) -> dict[str, Any]:
    """One row of the finding table. Either an incident or a subject such as "deadline:6a" is judged."""
    return {
        "finding_id": finding_id(incident or subject, stipulation.id, rule),
        "incident_id": incident,
        "stipulation": stipulation.id,
        "provision": provision.number,
        "instrument": provision.instrument,
        "rule": rule,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "facts": json.dumps(verdict.facts, ensure_ascii=False, sort_keys=True),
        "due": due,
        "evidence": list(evidence),
        "simulated": simulated,
        "held": held_word(verdict.outcome, verdict.reason),
        "reviewed": reviewed,
    }
