"""Kept up: a presence, a number or a passage that has to go on. Met from … to …, and not since.

What shows that it is kept up: an incident of the kind `what`, or a number (a level) that keeps to what the clause
gives. What shows that it was not, at that time: an incident of one of `kinds`, or a number that does not. The last of
them that passed the gate says how it stands; what nobody reported since is said with the day of the last report. An
absence of records says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from trucewatch.findings.applicability import (
    Case,
    Facts,
    Verdict,
    bar_by_dates,
    bar_by_zone,
    doubt_dates,
    doubt_zone,
    finding_row,
)
from trucewatch.findings.gate import chance_of, decided, fact_of, gated, is_reviewed, lone, positions_on, under_readings
from trucewatch.findings.stated_numbers import counts_for, giver_of, holds, names_of_givers, number_stands
from trucewatch.locale import mark
from trucewatch.model.agreement import Provision, Stipulation
from trucewatch.model.testimony import CENTRE
from trucewatch.model.times import iso_utc

RULE: Final = "kept_up/1"

SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "kept_up": (
        mark(
            "What clause {clause} asks to be kept up ({what}) is on record from {first} on, for the last "
            "time on {last}; "
            "nothing on record since says otherwise."
        ),
        mark(
            "What clause {clause} asks to be kept up ({what}) is on record on {last}; nothing on record since says "
            "otherwise."
        ),
        mark("What clause {clause} asks to be kept up is on record; nothing on record since says otherwise."),
    ),
    "lapsed": (
        mark(
            "What clause {clause} asks to be kept up ({what}) is on record from {first} to {last}; on "
            "{lapsed} it is on "
            "record that it was not, and nothing since says otherwise."
        ),
        mark(
            "What clause {clause} asks to be kept up ({what}) is on record on {last}; on {lapsed} it is on record that "
            "it was not, and nothing since says otherwise."
        ),
        mark(
            "On {lapsed} it is on record that what clause {clause} asks to be kept up ({what}) was not, and nothing "
            "since says otherwise."
        ),
        mark("It is on record that what clause {clause} asks to be kept up was not; nothing since says otherwise."),
    ),
    "kept_up_contested": (
        mark(
            "What clause {clause} asks to be kept up ({what}) is on record up to {last}. Of the time since, it is "
            "reported by {claimed_by} alone that it is otherwise; nobody else has confirmed that yet."
        ),
        mark(
            "What clause {clause} asks to be kept up ({what}) is reported otherwise by {claimed_by} alone "
            "than what is on "
            "record before; nobody else has confirmed that yet."
        ),
        mark("Of the time since the last record, one side alone reports otherwise on clause {clause}."),
    ),
    "kept_up_ended": (
        mark(
            "Clause {clause} bound until {until}. Until then what it asks to be kept up ({what}) is on record from "
            "{first} to {last}."
        ),
        mark("Clause {clause} no longer binds. What it asked to be kept up is on record while it did."),
    ),
    "kept_up_not_shown": (
        mark(
            "Nothing on record shows that what clause {clause} asks to be kept up ({what}) is. That says nothing of "
            "whether it is."
        ),
        mark(
            "Nothing on record shows that what clause {clause} asks to be kept up is. That says nothing of "
            "whether it is."
        ),
    ),
    "kept_up_claimed_alone": (
        mark(
            "That what clause {clause} asks to be kept up ({what}) was kept up is reported for {reported} by "
            "{claimed_by} alone; nobody else has confirmed it yet."
        ),
        mark(
            "That what clause {clause} asks to be kept up ({what}) was not kept up is reported for {denied} by "
            "{claimed_by} alone; nobody else has confirmed it yet."
        ),
        mark(
            "On what clause {clause} asks to be kept up ({what}) there are reports by {claimed_by} alone; "
            "nobody else has "
            "confirmed them yet."
        ),
        mark("One alone reports on what clause {clause} asks to be kept up; nobody else has confirmed it yet."),
    ),
    "shows_kept_up": (
        mark("This shows, for its time, what clause {clause} asks to be kept up: {kind}."),
        mark("This shows, for its time, what clause {clause} asks to be kept up."),
    ),
    "shows_not_kept_up": (
        mark("This shows that what clause {clause} asks to be kept up was not, at that time and place: {kind}."),
        mark("This shows that what clause {clause} asks to be kept up was not, at that time and place."),
    ),
}
"""Reason → its sentences, from the fullest to the shortest: the first whose facts are all there is shown."""


@dataclass(frozen=True, slots=True)
class ClaimSign:
    """Something that did not pass the gate and would say how it stood at a time."""

    start: datetime
    end: datetime
    is_up: bool
    claimed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that passed the gate and says how it stood at a time."""

    start: datetime
    end: datetime
    is_up: bool
    evidence: tuple[str, ...]
    stated_by: tuple[str, ...] = ()
    """Whose words it rests on, where it rests on words alone."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What one incident says of it: the row, the verdict, and the delegations' positions on it."""

    row: int
    verdict: Verdict
    views: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Signs:
    """What says how it stood: `passed` the gate or did not (`claimed`), incidents and reported numbers alike."""

    passed: list[Sign]
    claimed: list[ClaimSign]


def check_stipulation(provision: Provision, stipulation: Stipulation, case: Case) -> Iterator[dict[str, Any]]:
    """A finding for each incident that shows it one way or the other, then one for the stipulation as a whole."""
    looked = look_at_incidents(stipulation, case)
    for each in looked:
        yield finding_row(
            provision,
            stipulation,
            RULE,
            each.verdict,
            incident=case.columns["incident_id"][each.row],
            evidence=case.columns["members"][each.row],
            simulated=case.columns["simulated"][each.row],
            reviewed=is_reviewed(each.verdict, each.views, case),
        )
    views = positions_on(stipulation, case)
    signs = signs_of(stipulation, case, looked)
    evidence: tuple[str, ...] = ()

    def whole_as(read: Stipulation) -> Verdict:
        nonlocal evidence
        verdict, evidence = judge_whole(read, case, signs)
        return verdict

    whole = decided(under_readings(stipulation, case, whole_as, kinds=kinds_of(stipulation)), views, case)
    yield finding_row(
        provision,
        stipulation,
        RULE,
        whole,
        subject=f"stipulation:{stipulation.id}",
        evidence=list(evidence),
        simulated=case.watch.settings.simulated,
        reviewed=is_reviewed(whole, views, case),
    )


def kinds_of(stipulation: Stipulation) -> tuple[str, ...]:
    """The kinds that show it one way or the other."""
    return (*([stipulation.what] if stipulation.what else []), *stipulation.kinds)


def look_at_incidents(stipulation: Stipulation, case: Case) -> list[Looked]:
    """What each incident of its kinds says of it, under the readings that count."""
    looked: list[Looked] = []
    for row in case.rows_of_kinds(kinds_of(stipulation)):
        views = positions_on(stipulation, case, case.columns["incident_id"][row])
        verdict = case.remembered(stipulation, row, "kept_up", partial(_under_readings, stipulation, case, row))
        looked.append(Looked(row, decided(verdict, views, case), views))
    return looked


def _under_readings(stipulation: Stipulation, case: Case, row: int) -> Verdict:
    return under_readings(
        stipulation,
        case,
        lambda read: judge_incident(read, case, row),
        kinds=case.kinds(row),
        began=case.columns["occurred_start"][row],
    )


def signs_of(stipulation: Stipulation, case: Case, looked: Sequence[Looked]) -> Signs:
    """What incidents and reported numbers say of how it stood, in the order of time; simulated ones only in an invented
    watch."""
    passed: list[Sign] = []
    claimed: list[ClaimSign] = []
    for row, verdict in ((each.row, each.verdict) for each in looked):
        if case.columns["simulated"][row] != case.watch.settings.simulated:
            continue
        if verdict.outcome in ("consistent", "inconsistent"):
            span = case.columns["occurred_start"][row], case.columns["occurred_end"][row]
            stated = verdict.facts.get("stated_by", ())
            words = tuple(stated) if isinstance(stated, list) else ()
            passed.append(Sign(*span, verdict.outcome == "consistent", tuple(case.columns["members"][row]), words))
        elif "claimed_by" in verdict.facts:
            speakers = verdict.facts["claimed_by"]
            named = tuple(speakers) if isinstance(speakers, list) else (speakers,)
            against = not set(stipulation.kinds).isdisjoint(case.kinds(row))
            span = case.columns["occurred_start"][row], case.columns["occurred_end"][row]
            claimed.append(ClaimSign(*span, not against, named))
    numbers, reported = _signs_of_number(stipulation, case)
    by_time = sorted([*passed, *numbers], key=lambda sign: (sign.end, sign.start, not sign.is_up))
    return Signs(by_time, [*claimed, *reported])


def judge_incident(stipulation: Stipulation, case: Case, row: int) -> Verdict:
    """What one incident says of it, for its time and place."""
    start, end = case.span(row)
    settled = (
        bar_by_dates(stipulation, start, end)
        or bar_by_zone(stipulation, case, row)
        or doubt_dates(stipulation, start, end)
        or doubt_zone(stipulation, case, row)
    )
    if settled is not None:
        return settled
    kinds = case.kinds(row)
    owing = set(stipulation.obliged)
    against = [kind for kind in stipulation.kinds if kind in kinds]
    if against:
        fact = fact_of(case, row, against, burdened=lone(owing))
        verdict = Verdict("inconsistent", "shows_not_kept_up", {"kind": against[0]})
        return gated(verdict, case, row, fact, chance_of(case, row, stipulation))
    fact = fact_of(case, row, [stipulation.what], burdened=lone(set(case.bound) - owing))
    verdict = Verdict("consistent", "shows_kept_up", {"kind": stipulation.what})
    return gated(verdict, case, row, fact, chance_of(case, row, stipulation))


def judge_whole(stipulation: Stipulation, case: Case, signs: Signs) -> tuple[Verdict, tuple[str, ...]]:
    """How it stands as a whole, and what that rests on."""
    if case.as_of < stipulation.in_force.maybe_from:
        return Verdict("not_applicable", "before_in_force", {"from": iso_utc(stipulation.in_force.maybe_from)}), ()
    by_time, words = signs.passed, signs.claimed
    what = stipulation.what or (stipulation.number.counter if stipulation.number else "")
    facts: Facts = {"what": what}
    # Of what did not pass, the latest word: an older one was said of another time.
    end = max((word.end for word in words), default=None)
    latest = [claim for claim in words if claim.end == end]
    speakers = sorted({name for claim in latest for name in claim.claimed_by})
    if not by_time:
        if latest:
            of_one = {**facts, "claimed_by": speakers}
            if len({claim.is_up for claim in latest}) == 1:
                # Which way they report it, and of when: the opposite report gets the opposite word.
                of_one["reported" if latest[0].is_up else "denied"] = day_or_moment(latest[0], case, at_end=True)
            return Verdict("undetermined", "kept_up_claimed_alone", of_one), ()
        return Verdict("undetermined", "kept_up_not_shown", facts), ()
    up = [sign for sign in by_time if sign.is_up]
    if up:
        first, last = day_or_moment(up[0], case), day_or_moment(up[-1], case, at_end=True)
        # A single day or moment is no time from one to another.
        facts = {**facts, "last": last} if first == last else {**facts, "first": first, "last": last}
    evidence = tuple(dict.fromkeys(name for sign in by_time for name in sign.evidence))
    since = [claim for claim in latest if claim.end > by_time[-1].end and claim.is_up != by_time[-1].is_up]
    if since:
        contesting = sorted({name for claim in since for name in claim.claimed_by})
        return Verdict("undetermined", "kept_up_contested", {**facts, "claimed_by": contesting}), evidence
    if by_time[-1].is_up:
        facts = {**facts, **_on_words(up, up[-1])}
        if case.as_of >= stipulation.in_force.maybe_until:
            until = iso_utc(stipulation.in_force.maybe_until)
            return Verdict("consistent", "kept_up_ended", {**facts, "until": until}), evidence
        return Verdict("consistent", "kept_up", facts), evidence
    # The first sign against it after the last one for it.
    downs = [sign for sign in by_time if not sign.is_up and (not up or sign.end >= up[-1].end)]
    facts = {**facts, **_on_words(downs, downs[0])}
    return Verdict("inconsistent", "lapsed", {**facts, "lapsed": day_or_moment(downs[0], case)}), evidence


def _on_words(signs: Sequence[Sign], which: Sign) -> Facts:
    """Whose words those signs are which say the same as this one of the same time, where no record says it."""
    alike = [sign for sign in signs if (sign.start, sign.end) == (which.start, which.end)]
    if not all(sign.stated_by for sign in alike):
        return {}
    return {"stated_by": sorted({name for sign in alike for name in sign.stated_by})}


_HALF_A_DAY: Final = timedelta(hours=12)


def day_or_moment(sign: Sign | ClaimSign, case: Case, *, at_end: bool = False) -> str:
    """When a sign begins or ends: the moment, or the local day of what is known to the day only.

    Half a day inside its first or last day, so that a day of another zone keeps its date.
    """
    if sign.end - sign.start < timedelta(days=1):
        return iso_utc(sign.end if at_end else sign.start)
    inside = sign.end - _HALF_A_DAY if at_end else sign.start + _HALF_A_DAY
    return inside.astimezone(case.watch.zone).date().isoformat()


def _signs_of_number(stipulation: Stipulation, case: Case) -> tuple[list[Sign], list[ClaimSign]]:
    """What reported levels say of it, and the reports that are not enough."""
    number = stipulation.number
    if number is None:
        return [], []
    counts = [count for count in counts_for(stipulation, number, case, case.as_of) if count.span == "level"]
    signs: list[Sign] = []
    claims: list[ClaimSign] = []
    first = 0
    for place, count in enumerate(counts):
        if count.period_end != counts[first].period_end:
            first = place
        kept = holds(number, count)
        if kept is None:
            continue
        if number_stands(stipulation, counts[first : place + 1], case, kept=kept):
            # It stands by all who report the same, whoever of them comes last.
            alike = [each for each in counts[first : place + 1] if holds(number, each) is kept]
            givers = {giver_of(each, case) for each in alike}
            words = () if CENTRE in givers else names_of_givers(alike, case)
            names = tuple(each.counter_id for each in alike)
            signs.append(Sign(count.period_start, count.period_end, kept, names, words))
        else:
            claims.append(ClaimSign(count.period_start, count.period_end, kept, (giver_of(count, case),)))
    return signs, claims
