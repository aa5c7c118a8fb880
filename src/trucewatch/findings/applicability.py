"""What the kinds of stipulation share: the incidents as columns, and whether one applies by its dates
and zone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from trucewatch.geo.frame import LocalFrame
from trucewatch.locale import mark
from trucewatch.model.agreement import Agreement, Provision, Stipulation
from trucewatch.model.ids import finding_id
from trucewatch.model.incident import Counter
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Watch
from trucewatch.model.zone import Notice

Facts = Mapping[str, str | list[str]]

SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "before_in_force": (
        mark("Clause {clause} was not in force yet: it binds from {from}."),
        mark("Clause {clause} was not in force yet."),
    ),
    "after_in_force": (
        mark("Clause {clause} was no longer in force: it bound until {until}."),
        mark("Clause {clause} was no longer in force."),
    ),
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
    "no_place": (
        mark("No place is known, so it cannot be told whether clause {clause} applies; it speaks of {zone}."),
        mark("No place is known, so it cannot be told whether clause {clause} applies."),
    ),
}
"""Reason → its sentences, from the fullest to the shortest, for what every rule may find of dates and zone."""

RELEASED_SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "not_settled": (mark("Whether clause {clause} applies cannot be told; the particulars are not released."),),
    "exempt": (mark("An exemption that clause {clause} allows covers it; the particulars are not released."),),
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
class Case:
    """Everything that a stipulation is held against, as known at `as_of`."""

    watch: Watch
    frame: LocalFrame
    columns: Mapping[str, Sequence[Any]]
    counters: Sequence[Counter]
    as_of: datetime

    @property
    def agreement(self) -> Agreement:
        return self.watch.agreement

    @property
    def notices(self) -> Sequence[Notice]:
        """The notices that were known at `as_of`."""
        return [notice for notice in self.watch.notices if notice.known_at <= self.as_of]

    def rows_of_kinds(self, kinds: Sequence[str]) -> Iterator[int]:
        """The rows of incidents whose kind is one of these."""
        wanted = frozenset(kinds)
        return (row for row, kind in enumerate(self.columns["kind"]) if kind in wanted)


COLUMNS = (
    "incident_id",
    "kind",
    "aspect",
    "occurred_start",
    "occurred_end",
    "lon",
    "lat",
    "semi_major_m",
    "claimed_by",
    "witnessed_kinds",
    "claims",
    "simulated",
    "zones",
    "zones_at_edge",
    "members",
)


def columns_of(incidents: pa.Table) -> dict[str, list[Any]]:
    """The columns that findings need, as lists."""
    return {name: incidents[name].to_pylist() for name in COLUMNS}


def bar_by_dates(stipulation: Stipulation, start: datetime, end: datetime) -> Verdict | None:
    """The verdict if the interval lies surely outside the stipulation's dates; None if it may be inside."""
    force = stipulation.in_force
    # Half-open: what ends at that very moment was before it; what has no length was at it.
    if end < force.maybe_from or (end == force.maybe_from and start < end):
        return Verdict("not_applicable", "before_in_force", {"from": iso_utc(force.maybe_from)})
    if start >= force.maybe_until:
        return Verdict("not_applicable", "after_in_force", {"until": iso_utc(force.maybe_until)})
    return None


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
    return None


def bar_by_zone(stipulation: Stipulation, case: Case, row: int) -> Verdict | None:
    """The verdict if the incident lies surely outside the stipulation's zone."""
    zone = stipulation.zone
    if not zone or case.columns["lon"][row] is None:
        return None
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


def lone_claimant(case: Case, row: int, kinds: Sequence[str]) -> str | None:
    """The party on whose word alone it rests that there was an incident of these kinds; None if anyone else says so
    too.

    Only a record of one of these kinds stands beside a claim: a heat source does not confirm a claimed explosion.
    """
    wanted = frozenset(kinds)
    if wanted & set(case.columns["witnessed_kinds"][row]):
        return None
    claimants = {claimant for kind, claimant in map(_claim, case.columns["claims"][row]) if kind in wanted}
    return claimants.pop() if len(claimants) == 1 else None  # two parties who claim the same are more than one word


def _claim(text: str) -> tuple[str, str]:
    kind, _, claimant = text.partition(" ")
    return kind, claimant


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
    }
