"""The outcome gate: what has to hold before *consistent*, *inconsistent*, *met* or *not met* is said of anything.

DESIGN.md section 1, in its order: the fact stands before both sides; it is probable enough that the clause speaks of
it; the readings of the clause that count give the same answer. What delegations said on record goes before all. What
they agreed on in a review stands, and no number holds it back; what all of them dissent from is not said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import erf, exp, floor, sqrt
from typing import Final

import shapely

from trucewatch.findings.applicability import Case, Facts, Verdict
from trucewatch.locale import mark
from trucewatch.model.agreement import Stipulation
from trucewatch.model.clause_parts import Reading
from trucewatch.model.outcomes import SAID
from trucewatch.model.testimony import CENTRE, PUBLIC, WORDS, Attestation

_SURE_RUNGS: Final = ("assessed", "corroborated", "verified")

SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "claimed_alone": (
        mark("Clause {clause} would apply. Reported by {claimed_by} alone; nobody else has confirmed it yet."),
        mark("Clause {clause} would apply, but only one side reports this; nobody else has confirmed it yet."),
    ),
    "kind_claimed_alone": (
        mark(
            "Clause {clause} would apply to what is reported by {claimed_by}. Others recorded that something "
            "happened; that it "
            "was of this kind, nobody else has confirmed yet: {kind}."
        ),
        mark(
            "Clause {clause} would apply to what one side reports. Others recorded that something happened; "
            "that it was "
            "of this kind, nobody else has confirmed yet."
        ),
    ),
    "reported_by_few": (
        mark("Clause {clause} would apply. So far this rests on {reported_by}; that is not enough for an assessment."),
        mark("Clause {clause} would apply, but what is on record so far is not enough for an assessment."),
    ),
    "not_likely": (
        mark(
            "The probability that this happened and is what clause {clause} speaks of is {probability}; this watch "
            "says an assessment from {threshold} (say_outcome_from)."
        ),
        mark("It is not probable enough that this happened and is what clause {clause} speaks of."),
    ),
    "kind_not_likely": (
        mark(
            "This happened, but the probability that it is what clause {clause} speaks of is {probability}; this watch "
            "says an assessment from {threshold} (say_outcome_from)."
        ),
        mark("This happened, but it is not probable enough that it is what clause {clause} speaks of."),
    ),
    "reading_disputed": (
        mark(
            "What clause {clause} says of this depends on how it is read: {readings}. "
            "Stated only after the event: {stated_after}."
        ),
        mark("What clause {clause} says of this depends on how it is read: {readings}."),
        mark("What clause {clause} says of this depends on how it is read, and the sides read it differently."),
    ),
    "permitted_by_reading": (mark("As all sides read it, clause {clause} allows this."),),
    "agreed_by_delegations": (
        mark("The delegations agreed on what clause {clause} says of this ({by}): {outcome}."),
        mark("The delegations agreed on what clause {clause} says of this."),
    ),
    "delegations_dissent": (
        mark("On what clause {clause} says of this, no delegation shares what the record alone would give: {views}."),
        mark("On what clause {clause} says of this, no delegation shares what the record alone would give."),
    ),
    "delegations_differ": (
        mark("The delegations see what clause {clause} says of this differently: {views}."),
        mark("The delegations see what clause {clause} says of this differently."),
    ),
    "dissent_from_happened": (
        mark(
            "Nothing is said of clause {clause}: in review {review} every delegation whose answer counts dissents from "
            "what was put, that this happened."
        ),
        mark("Nothing is said of clause {clause}: the delegations dissent from what was put, that this happened."),
    ),
    "dissent_from_what": (
        mark(
            "Nothing is said of clause {clause}: in review {review} every delegation whose answer counts dissents from "
            "what was put, that this was of this kind: {kind}."
        ),
        mark(
            "Nothing is said of clause {clause}: the delegations dissent from what was put, that this was of this kind."
        ),
    ),
}
"""Reason → its sentences, from the fullest to the shortest, for what the gate holds back or lets through by itself."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Whether something stands before both sides.

    seen_by_centre: the centre's own people saw it, so that no number holds it back. lacking: what is to be said where
    what is on record is not enough for an outcome; None where it is.
    """

    seen_by_centre: bool
    lacking: Verdict | None
    stated_by: tuple[str, ...] = ()
    """Who states it, where it stands by what the sides say and by no record."""
    agreed_by: tuple[str, ...] = ()
    """The delegations that agree on it in a review, whatever else there is: no number holds it back then."""
    stands_alone: bool = True
    """Whether it would stand without the review."""

    @property
    def stands(self) -> bool:
        return self.lacking is None


def lone(parties: Iterable[str]) -> frozenset[str]:
    """The party against whom something speaks, if it is one alone: of several each may wish to burden the other."""
    against = frozenset(parties)
    return against if len(against) == 1 else frozenset()


def fact_of(case: Case, row: int, kinds: Iterable[str], *, burdened: Iterable[str] = (), aspect: str = "") -> Fact:
    """Whether it stands that this incident was of one of these kinds, and of this aspect if one is named.

    burdened: the parties against whom it speaks: if one of them announces it itself, that is enough.
    """
    wanted, review = frozenset(kinds), case.review(row)
    fact = _on_record(case, row, wanted, burdened=burdened, aspect=aspect)
    if review.agreed_by and review.kind in wanted and aspect in ("", review.aspect):
        return replace(fact, lacking=None, agreed_by=review.agreed_by, stands_alone=fact.stands)
    return fact


def _on_record(case: Case, row: int, wanted: frozenset[str], *, burdened: Iterable[str], aspect: str) -> Fact:
    """The same by what is on record of the event."""
    heard_of = [each for each in case.testimony(row) if each.kind in wanted and aspect in ("", each.aspect)]
    seen_by_centre = any(each.giver == CENTRE and each.perceived == "saw" for each in heard_of)
    against = frozenset(burdened)
    if _of_centre(heard_of, heard_is_enough=case.watch.settings.heard_is_enough):
        return Fact(seen_by_centre, None)
    if _by_two_means(heard_of, case.speakers):
        return Fact(seen_by_centre, None)
    if _by_both_sides(heard_of, case.bound) or any(each.giver in against for each in heard_of):
        return Fact(seen_by_centre, None, tuple(sorted({each.speaker for each in heard_of})))
    return Fact(seen_by_centre, _not_enough(case, row, heard_of))


def _of_centre(heard_of: Sequence[Attestation], *, heard_is_enough: bool) -> bool:
    """Whether a source of the centre's own saw or recorded it; only heard, where the watch says so."""
    own = [each for each in heard_of if each.giver == CENTRE and not each.is_claim]
    return any(each.is_seen or (heard_is_enough and each.perceived == "heard") for each in own)


def _by_two_means(heard_of: Sequence[Attestation], speakers: frozenset[str]) -> bool:
    """Whether two means with two givers bear it out: one the record of a device or a patrol, the other a record too or
    the word of somebody whom the agreement names. What nobody signs is no giver's, and who lives on one side is not
    somebody else beside that side's own record."""
    return any(
        record.means != other.means and _side_of(record) != _side_of(other)
        for record in heard_of
        if not record.is_claim and record.means not in WORDS
        for other in heard_of
        if not other.is_claim or other.giver in speakers
    )


def _side_of(attestation: Attestation) -> str:
    return attestation.giver.removeprefix(f"{PUBLIC}:")


def _by_both_sides(heard_of: Sequence[Attestation], bound: Sequence[str]) -> bool:
    """Whether all bound parties state it, each in its own words: a row that names several is none's."""
    return len(bound) > 1 and set(bound) <= {each.giver for each in heard_of}


def _not_enough(case: Case, row: int, heard_of: Sequence[Attestation]) -> Verdict:
    """Why what is on record is not enough, with whose word it is."""
    givers = {each.giver for each in heard_of}
    speakers = sorted({each.speaker for each in heard_of})
    if givers and givers <= case.signed:
        facts: Facts = {"claimed_by": speakers, "kind": heard_of[0].kind}
        others = any(each.giver not in givers or not each.is_claim for each in case.testimony(row))
        if others and case.columns["rung"][row] in _SURE_RUNGS:
            return Verdict("undetermined", "kind_claimed_alone", facts)
        return Verdict("undetermined", "claimed_alone", facts)
    return Verdict("undetermined", "reported_by_few", {"reported_by": speakers})


def chance_of(case: Case, row: int, stipulation: Stipulation, *, exempt: bool = False) -> float | None:
    """The probability that it happened and is what the stipulation speaks of; None where nothing was weighed.

    The product of: that it happened; that its class is fire between the sides (not asked of what is `exempt`); that it
    lies in the zone and in the time in force, each by its distance from the nearer edge in standard deviations.
    Limits: the four are taken to be independent. The chance of the zone is the mass of a circular normal distribution
    with the larger half-axis within the distance to the edge, 1 − exp(−d² / 2σ²), which is never too high.
    """
    happened = case.columns["happened"][row]
    if happened is None:
        return None
    between = case.columns["between_sides"][row]
    chance = float(happened) * (1.0 if exempt or between is None else float(between))
    return chance * _chance_of_zone(case, row, stipulation) * _chance_of_time(case, row, stipulation)


def _chance_of_zone(case: Case, row: int, stipulation: Stipulation) -> float:
    sigma_m = case.columns["semi_major_m"][row]
    if not stipulation.zone or case.columns["lon"][row] is None or not sigma_m:
        return 1.0
    boundary = case.boundary_of(stipulation.zone, case.columns["occurred_start"][row])
    if boundary is None:
        return 1.0
    x, y = case.frame.to_metres(case.columns["lon"][row], case.columns["lat"][row])
    distance_m = float(shapely.distance(boundary, shapely.Point(float(x), float(y))))
    return 1.0 - exp(-((distance_m / sigma_m) ** 2) / 2)


def _chance_of_time(case: Case, row: int, stipulation: Stipulation) -> float:
    spread_s = case.columns["time_sd_s"][row]
    if not spread_s:
        return 1.0
    start, end = case.times(row)
    force = stipulation.in_force
    after_s = (start - force.surely_from).total_seconds() if start > force.surely_from else 0.0
    before_s = (force.surely_until - end).total_seconds() if end < force.surely_until else 0.0
    return _normal_below(after_s / spread_s) * _normal_below(before_s / spread_s)


def _normal_below(sigmas: float) -> float:
    return (1.0 + erf(sigmas / sqrt(2.0))) / 2.0


def gated(verdict: Verdict, case: Case, row: int, fact: Fact, chance: float | None) -> Verdict:
    """The verdict if the fact stands and is probable enough, else why nothing is said; other outcomes as they are."""
    if verdict.outcome not in SAID:
        return verdict
    if fact.lacking is not None:
        return fact.lacking
    threshold = case.watch.settings.say_outcome_from
    if not (chance is None or chance >= threshold or fact.seen_by_centre or fact.agreed_by):
        facts: Facts = {"probability": f"{floor(100 * chance) / 100:.2f}", "threshold": f"{threshold:g}"}
        if case.columns["happened"][row] >= threshold:
            return Verdict("undetermined", "kind_not_likely", facts)
        return Verdict("undetermined", "not_likely", facts)
    # What would not be said anyway keeps its own reason, as where delegations differ: outside the two look alike.
    review = case.review(row)
    if review.dissent == "happened":
        return Verdict("undetermined", "dissent_from_happened", {"review": review.code})
    if review.dissent:
        return Verdict("undetermined", "dissent_from_what", {"review": review.code, "kind": review.kind})
    return replace(verdict, facts={**verdict.facts, "stated_by": list(fact.stated_by)}) if fact.stated_by else verdict


# ── What delegations said, and how the sides read the clause ──────────────────────────────────────────────────────────


def positions_on(stipulation: Stipulation, case: Case, incident: str = "") -> dict[str, str]:
    """What each delegation said last by `as_of` of one incident, or of the stipulation as a whole, in their order."""
    # What is said later of an incident is said of that incident; of the whole it is said of the time when it is said.
    until = case.known if incident else case.as_of
    spoken = sorted(
        (judgment for judgment in stipulation.judgment if judgment.incident == incident and judgment.known_at <= until),
        key=lambda judgment: judgment.known_at,
    )
    views = {judgment.by: judgment.outcome for judgment in spoken}
    return {delegation: views[delegation] for delegation in case.delegations if delegation in views}


def decided(verdict: Verdict, views: Mapping[str, str], case: Case) -> Verdict:
    """The verdict as the delegations' positions leave it.

    All of them agree: that is said. They differ, or none shares what the record would say: nothing is said. Not all
    have
    spoken: as it is.
    """
    if not views or len(views) < len(case.delegations):
        return verdict
    outcomes = set(views.values())
    positions = [f"{delegation}: {outcome}" for delegation, outcome in views.items()]
    if len(outcomes) == 1:
        (outcome,) = outcomes
        if outcome == verdict.outcome:
            return verdict
        if outcome == "undetermined":
            return Verdict("undetermined", "delegations_dissent", {"views": positions})
        return Verdict(outcome, "agreed_by_delegations", {"by": list(views), "outcome": outcome})
    if verdict.outcome in SAID and verdict.outcome not in outcomes:
        return Verdict("undetermined", "delegations_dissent", {"views": positions})
    return Verdict("undetermined", "delegations_differ", {"views": positions}) if verdict.outcome in SAID else verdict


def is_reviewed(verdict: Verdict, views: Mapping[str, str], case: Case) -> bool:
    """Whether all delegations said on record what the outcome says."""
    return len(views) == len(case.delegations) > 0 and set(views.values()) == {verdict.outcome}


def under_readings(
    stipulation: Stipulation,
    case: Case,
    judge: Callable[[Stipulation], Verdict],
    *,
    kinds: Iterable[str],
    began: datetime | None = None,
) -> Verdict:
    """The verdict on something, worked out as the clause stands on file and under each bound party's reading of it.

    kinds: what the act is. All answers alike: the first is said. Else, where the heads of all delegations let a reading
    hold an outcome back, none is said and each answer stands with its speaker. A reading that they did not let stands
    beside the answer (`read_otherwise`). began: when the event began, to mark what was first stated after it.
    """
    verdict = judge(stipulation)
    readings = case.agreement.readings_of(stipulation.id, case.known)
    if not readings:
        return verdict
    acts = frozenset(kinds)
    heads = set(case.delegations)
    let: dict[str, Verdict] = {}
    free: dict[str, Verdict] = {}
    after: list[str] = []
    for party in case.bound:
        own = [reading for reading in readings if reading.by == party]
        holding = [reading for reading in own if heads and heads <= set(reading.let_by)]
        free[party] = _answer(stipulation, own, acts, judge)
        let[party] = _answer(stipulation, holding, acts, judge)
        if holding and began is not None and holding[-1].known_at > began:
            after.append(party)
    if len({answer.outcome for answer in free.values()}) == 1:
        return next(iter(free.values()))
    if len({verdict.outcome, *(answer.outcome for answer in let.values())}) > 1 and {
        verdict.outcome,
        *(answer.outcome for answer in let.values()),
    } & set(SAID):
        by_party = [f"{party}: {answer.outcome}" for party, answer in let.items()]
        return Verdict("undetermined", "reading_disputed", {"readings": by_party, "stated_after": after})
    others = [f"{party}: {answer.outcome}" for party, answer in free.items() if answer.outcome != verdict.outcome]
    return replace(verdict, facts={**verdict.facts, "read_otherwise": others}) if others else verdict


def _answer(
    stipulation: Stipulation, readings: Sequence[Reading], acts: frozenset[str], judge: Callable[[Stipulation], Verdict]
) -> Verdict:
    """What the clause says of an act as one party reads it."""
    read = stipulation
    permitted: set[str] = set()
    for reading in readings:
        read = read.read_by(reading)
        permitted.update(reading.reads.permits)
    verdict = judge(read)
    if acts & permitted and verdict.outcome == "inconsistent":
        return Verdict("consistent", "permitted_by_reading", {})
    return verdict
