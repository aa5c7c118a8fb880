"""Prohibited: an act of these kinds, in this zone, while it is in force, unless it was announced or is exempt.

The steps, in this order; the first that speaks decides:
1. surely before or after the dates, or surely outside the zone: not applicable. Times count with their own error;
2. perhaps outside the dates, without a place, or at the zone's edge: undetermined;
3. an act of somebody whom the clause does not bind: not applicable; where that is not known, or only one side says so:
   undetermined. A clause that binds all sides is held against the act, whoever's it was, and names nobody;
4. an exempt aspect, or a notice that was known and acknowledged before the event, is of its kinds and covers it:
   consistent. What a party alone says of the aspect exempts nothing;
5. a notice that may cover it, in place or in time, or that became known within its interval; an exempt aspect that one
   source records; a kind that only indicates such an act: undetermined;
6. otherwise: inconsistent. A notice that exempts nothing (too late, not acknowledged, for other kinds) is named.
Consistent and inconsistent are said only where the gate lets them (`gate.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
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
from trucewatch.geo.ellipse import SIGMA_TO_95
from trucewatch.geo.frame import wgs84
from trucewatch.locale import mark
from trucewatch.model.agreement import Provision, Stipulation
from trucewatch.model.claims import claimants_in, voice_words
from trucewatch.model.testimony import CENTRE
from trucewatch.model.times import iso_utc
from trucewatch.model.zone import Notice

RULE: Final = "prohibited/2"

SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "notice_covers": (
        mark(
            "Clause {clause} exempts what is announced: notice {notice} by {who}, known on {known_at}, "
            "covers this event."
        ),
        mark("Clause {clause} exempts what is announced: notice {notice} by {who} covers this event."),
        mark("Clause {clause} exempts what is announced: a notice by {who}, known on {known_at}, covers this event."),
        mark("Clause {clause} exempts what is announced: a notice by {who} covers this event."),
        mark("Clause {clause} exempts what is announced: a notice covers this event."),
    ),
    "notice_covers_by_watch": (
        mark(
            "Notice {notice} by {who}, known on {known_at}, covers this event. That what is announced is not held "
            "against clause {clause} is a rule of this watch, not of the text."
        ),
        mark(
            "Notice {notice} by {who} covers this event. That what is announced is not held against clause {clause} is "
            "a rule of this watch, not of the text."
        ),
        mark(
            "A notice by {who}, known on {known_at}, covers this event. That what is announced is not held against "
            "clause {clause} is a rule of this watch, not of the text."
        ),
        mark(
            "A notice by {who} covers this event. That what is announced is not held against clause {clause} is a rule "
            "of this watch, not of the text."
        ),
        mark(
            "A notice covers this event. That what is announced is not held against clause {clause} is a rule of this "
            "watch, not of the text."
        ),
    ),
    "notice_maybe": (
        mark("Notice {notice} by {who} may cover this event; if it does, it is not held against clause {clause}."),
        mark("A notice by {who} may cover this event; if it does, it is not held against clause {clause}."),
        mark("A notice may cover this event; if it does, it is not held against clause {clause}."),
    ),
    "prohibited_act_notice_late": (
        mark(
            "Clause {clause} does not allow this in {zone}: {kind}. Notice {notice} became known on {known_at}, "
            "not before the event."
        ),
        mark(
            "Clause {clause} does not allow this: {kind}. Notice {notice} became known on {known_at}, not before "
            "the event."
        ),
        mark(
            "Clause {clause} does not allow this in {zone}: {kind}. A notice was known on {known_at}, not before "
            "the event."
        ),
        mark("Clause {clause} does not allow this: {kind}. A notice was known on {known_at}, not before the event."),
        mark("Clause {clause} does not allow this: {kind}. A notice did not become known before the event."),
        mark("Clause {clause} does not allow this. A notice did not become known before the event."),
    ),
    "prohibited_act_notice_open": (
        mark(
            "Clause {clause} does not allow this in {zone}: {kind}. Notice {notice} by {who} was not acknowledged by "
            "the other side, nor by all delegations, before the event, and so exempts nothing."
        ),
        mark(
            "Clause {clause} does not allow this: {kind}. Notice {notice} by {who} was not acknowledged by the other "
            "side, nor by all delegations, before the event, and so exempts nothing."
        ),
        mark(
            "Clause {clause} does not allow this: {kind}. A notice was not acknowledged by the other side, nor by all "
            "delegations, before the event, and so exempts nothing."
        ),
        mark(
            "Clause {clause} does not allow this. A notice was not acknowledged by the other side, nor by all "
            "delegations, before the event, and so exempts nothing."
        ),
    ),
    "prohibited_act_notice_other": (
        mark(
            "Clause {clause} does not allow this in {zone}: {kind}. Notice {notice} by {who} is for something else "
            "({notice_kinds}) and does not cover it."
        ),
        mark(
            "Clause {clause} does not allow this: {kind}. Notice {notice} by {who} is for something else "
            "({notice_kinds}) and does not cover it."
        ),
        mark("Clause {clause} does not allow this: {kind}. A notice is for something else and does not cover it."),
        mark("Clause {clause} does not allow this. A notice is for something else and does not cover it."),
    ),
    "aspect_exempt": (
        mark("Clause {clause} exempts an event of this nature: {aspect}."),
        mark("Clause {clause} exempts an event of this nature."),
    ),
    "aspect_exempt_by_watch": (
        mark(
            "The event was of this nature: {aspect}. That this is not held against clause {clause} is a rule of this "
            "watch, not of the text."
        ),
        mark(
            "The nature of the event is one that this watch does not hold against clause {clause}; that is "
            "its rule, not "
            "the text's."
        ),
    ),
    "aspect_maybe": (
        mark(
            "One source records that the event was of this nature: {aspect}. If it was, it is not held against clause "
            "{clause}; nobody has checked it yet."
        ),
        mark(
            "One source records that the event was of a nature that is not held against clause {clause}; nobody has "
            "checked it yet."
        ),
    ),
    "indication_only": (
        mark(
            "A record of this kind may come from an act that clause {clause} does not allow, but does not show "
            "one: {kind}."
        ),
        mark("This record may come from an act that clause {clause} does not allow, but does not show one."),
    ),
    "not_of_its_kinds": (mark("As it is read here, clause {clause} does not speak of an event of this kind."),),
    "of_other_party": (
        mark("Clause {clause} binds {obliged}; this was an act of somebody else."),
        mark("Clause {clause} does not bind whose act this was."),
    ),
    "actor_unknown": (
        mark("Clause {clause} binds {obliged}. Whose act this was is not known, so nothing is said of it."),
        mark("Whose act this was is not known, so it cannot be told whether clause {clause} speaks of it."),
    ),
    "actor_claimed": (
        mark(
            "Clause {clause} binds {obliged}. Whose act this was rests on what {claimed_by} says; nobody else has "
            "confirmed it yet."
        ),
        mark(
            "Whose act this was rests on the word of one side; whether clause {clause} speaks of it is not checked yet."
        ),
    ),
    "prohibited_act": (
        mark("Clause {clause} does not allow this in {zone}: {kind}. No notice and no exemption covers it."),
        mark("Clause {clause} does not allow this: {kind}. No notice and no exemption covers it."),
        mark("Clause {clause} does not allow this. No notice and no exemption covers it."),
    ),
    "prohibited_act_aspect_claimed": (
        mark(
            "Clause {clause} does not allow this in {zone}: {kind}. {claimed_by} says that it was of this nature: "
            "{aspect}. Nobody else does, and that alone exempts nothing."
        ),
        mark(
            "Clause {clause} does not allow this: {kind}. {claimed_by} says that it was of this nature: {aspect}. "
            "Nobody else does, and that alone exempts nothing."
        ),
        mark(
            "Clause {clause} does not allow this. One side alone says that it was of a nature that would be "
            "exempt; that "
            "alone exempts nothing."
        ),
    ),
    "prohibited_act_seen": (
        mark(
            "Clause {clause} does not allow this in {zone}: {kind}. The centre's own people saw it. By everything on "
            "record together its probability is {probability}, which has to be looked into."
        ),
        mark("Clause {clause} does not allow this: {kind}. The centre's own people saw it."),
        mark("Clause {clause} does not allow this. The centre's own people saw it."),
    ),
    "prohibited_act_agreed": (
        mark(
            "Clause {clause} does not allow this in {zone}: {kind}. The delegations agree that it happened, what it "
            "was, and where and when ({agreed_by}). By everything on record together its probability is {probability}, "
            "which has to be looked into."
        ),
        mark(
            "Clause {clause} does not allow this in {zone}: {kind}. The delegations agree that it happened, what it "
            "was, and where and when ({agreed_by})."
        ),
        mark(
            "Clause {clause} does not allow this in {zone}: {kind}. The delegations agree that it happened, what it "
            "was, and where and when."
        ),
        mark(
            "Clause {clause} does not allow this: {kind}. The delegations agree that it happened, what it was, and "
            "where and when."
        ),
        mark(
            "Clause {clause} does not allow this. The delegations agree that it happened, what it was, and where and "
            "when."
        ),
    ),
}
"""Reason → its sentences, from the fullest to the shortest: the first whose facts are all there is shown."""


def check_stipulation(provision: Provision, stipulation: Stipulation, case: Case) -> Iterator[dict[str, Any]]:
    """One finding for each incident of a kind that the stipulation names."""
    for row in case.rows_of_kinds(kinds_under_all_readings(stipulation, case)):
        incident = case.columns["incident_id"][row]
        views = positions_on(stipulation, case, incident)
        verdict = under_readings(
            stipulation,
            case,
            lambda read, row=row: judge_incident(read, case, row),  # type: ignore[misc]
            kinds=case.kinds(row),
            began=case.columns["occurred_start"][row],
        )
        verdict = decided(verdict, views, case)
        yield finding_row(
            provision,
            stipulation,
            RULE,
            verdict,
            incident=incident,
            evidence=case.columns["members"][row],
            simulated=case.columns["simulated"][row],
            reviewed=is_reviewed(verdict, views, case),
        )


def kinds_under_all_readings(stipulation: Stipulation, case: Case) -> tuple[str, ...]:
    read = [
        kind for reading in case.agreement.readings_of(stipulation.id, case.as_of) for kind in reading.reads.kinds or ()
    ]
    return (*stipulation.kinds, *stipulation.indications, *read)


def judge_incident(stipulation: Stipulation, case: Case, row: int) -> Verdict:
    """The verdict on one incident, by the steps above."""
    start, end = case.span(row)
    # Steps 1 and 2: surely not meant, then perhaps not meant.
    settled = (
        bar_by_dates(stipulation, start, end)
        or bar_by_zone(stipulation, case, row)
        or doubt_dates(stipulation, start, end)
        or doubt_zone(stipulation, case, row)
    )
    if settled is not None:
        return settled
    kinds = [kind for kind in stipulation.kinds if kind in case.kinds(row)]
    if not kinds and not set(stipulation.indications).intersection(case.kinds(row)):
        return Verdict("not_applicable", "not_of_its_kinds", {})
    telling = kinds or [kind for kind in stipulation.indications if kind in case.kinds(row)]
    act = _bar_by_actor(stipulation, case, row, telling)
    if act is not None:
        return act
    # Steps 4 and 5: what exempts it, or may.
    facts: Facts = {"kind": _leading(case, row, telling), "zone": stipulation.zone}
    exempt, claimed_aspect = _exempt_aspect(stipulation, case, row, telling)
    if exempt is not None:
        fact = fact_of(case, row, telling)
        return gated(exempt, case, row, fact, chance_of(case, row, stipulation, exempt=True))
    standing = [kind for kind in telling if fact_of(case, row, [kind]).stands]
    notice = _weigh_notices(stipulation, case, row, standing or telling)
    if notice is not None and notice.outcome != "inconsistent":
        fact = fact_of(case, row, telling)
        return gated(notice, case, row, fact, chance_of(case, row, stipulation, exempt=True))
    if not kinds:
        return Verdict("undetermined", "indication_only", {"kind": facts["kind"]})
    # Step 6.
    fact = fact_of(case, row, kinds, burdened=_who_announces(stipulation, case, row, kinds))
    chance = chance_of(case, row, stipulation)
    verdict = Verdict("inconsistent", "prohibited_act", facts)
    if notice is not None:
        verdict = replace(notice, facts={**facts, **notice.facts})
    elif claimed_aspect:
        verdict = Verdict("inconsistent", "prohibited_act_aspect_claimed", {**facts, **claimed_aspect})
    else:
        is_low = chance is not None and chance < case.watch.settings.say_outcome_from
        low: Facts = {"probability": f"{chance:.2f}"} if is_low else {}
        if fact.agreed_by and (is_low or not fact.stands_alone):
            agreed: Facts = {**facts, **low, "agreed_by": list(fact.agreed_by)}
            verdict = Verdict("inconsistent", "prohibited_act_agreed", agreed)
        elif fact.seen_by_centre and is_low:
            verdict = Verdict("inconsistent", "prohibited_act_seen", {**facts, **low})
    return gated(verdict, case, row, fact, chance)


def _leading(case: Case, row: int, kinds: Sequence[str]) -> str:
    """The incident's own kind if the clause speaks of it, else the first of those it speaks of."""
    own = case.columns["kind"][row]
    return own if own in kinds else kinds[0]


def _bar_by_actor(stipulation: Stipulation, case: Case, row: int, kinds: Sequence[str]) -> Verdict | None:
    """The verdict where the clause does not bind all sides and the act is not surely that of somebody it binds."""
    # A clause that names nobody binds all.
    if not stipulation.obliged or set(case.bound) <= set(stipulation.obliged):
        return None
    every = [each for each in case.testimony(row) if each.kind in kinds and each.actor]
    # What a side says of whose act it was takes nothing from a record of it.
    named = [each for each in every if not each.is_claim] or every
    facts: Facts = {"obliged": list(stipulation.obliged)}
    if not named:
        return Verdict("undetermined", "actor_unknown", facts)
    if len({each.actor for each in named}) > 1:
        return Verdict("undetermined", "actor_unknown", facts)
    actor = named[0].actor
    admits = any(each.giver == actor for each in named)
    of_centre = any(each.giver == CENTRE and not each.is_claim for each in named)
    if not (admits or of_centre or len({each.giver for each in named if not each.is_claim}) > 1):
        return Verdict(
            "undetermined", "actor_claimed", {**facts, "claimed_by": sorted({each.speaker for each in named})}
        )
    return None if actor in stipulation.obliged else Verdict("not_applicable", "of_other_party", facts)


def _who_announces(stipulation: Stipulation, case: Case, row: int, kinds: Sequence[str]) -> list[str]:
    """The bound parties that announce the act as their own: it speaks against themselves."""
    return sorted(
        {
            each.giver
            for each in case.testimony(row)
            if each.kind in kinds and each.actor and each.actor == each.giver and each.giver in stipulation.obliged
        }
    )


def _exempt_aspect(
    stipulation: Stipulation, case: Case, row: int, kinds: Sequence[str]
) -> tuple[Verdict | None, dict[str, str | list[str]]]:
    """The verdict where the event is, or may be, of an exempt nature; and what a party alone says of that."""
    told = [each for each in case.testimony(row) if each.kind in kinds and each.aspect]
    aspects = sorted({each.aspect for each in told if f"aspect:{each.aspect}" in stipulation.unless})
    if not aspects:
        return None, {}
    records = {each.aspect for each in told if not each.is_claim}
    aspect = next((word for word in aspects if word in records), aspects[0])
    claimants = sorted({each.speaker for each in told if each.aspect == aspect and each.is_claim})
    claimed: dict[str, str | list[str]] = {"aspect": aspect, "claimed_by": claimants}
    if aspect not in records and not fact_of(case, row, kinds, aspect=aspect).stands:
        return None, claimed
    # A record that says otherwise stands against it.
    if records - {aspect}:
        return None, {}
    if fact_of(case, row, kinds, aspect=aspect).stands:
        if stipulation.unless_by == "watch":
            return Verdict("consistent", "aspect_exempt_by_watch", {"aspect": aspect}), {}
        return Verdict("consistent", "aspect_exempt", {"aspect": aspect}), {}
    return Verdict("undetermined", "aspect_maybe", {"aspect": aspect}), {}


def _weigh_notices(stipulation: Stipulation, case: Case, row: int, kinds: Sequence[str]) -> Verdict | None:
    """What the notice that says most makes of it: consistent, undetermined, or the inconsistent of one that exempts
    nothing; None without a notice there and then."""
    if "notice" not in stipulation.unless:
        return None
    covering = [(notice, cover) for notice in case.notices if (cover := _cover(notice, case, row)) != "no"]
    fitting = [(notice, cover) for notice, cover in covering if _is_for(notice, kinds)]
    start, end = case.span(row)
    # Of an interval nobody knows when in it the event was: a notice that became known within it may have come before.
    timely = [(notice, cover) for notice, cover in fitting if notice.known_at < start or notice.known_at < end]
    standing = [(notice, cover) for notice, cover in timely if is_acknowledged(notice, case)]
    if standing:
        standing.sort(key=lambda pair: (pair[1] != "whole" or pair[0].known_at >= start, pair[0].known_at, pair[0].id))
        notice, cover = standing[0]
        facts: Facts = {"notice": notice.id, "who": notice.who}
        if cover == "whole" and notice.known_at < start:
            facts = {**facts, "known_at": iso_utc(notice.known_at)}
            if stipulation.unless_by == "watch":
                return Verdict("consistent", "notice_covers_by_watch", facts)
            return Verdict("consistent", "notice_covers", facts)
        return Verdict("undetermined", "notice_maybe", facts)
    if timely:
        notice = min((notice for notice, _ in timely), key=_by_time)
        return Verdict("inconsistent", "prohibited_act_notice_open", {"notice": notice.id, "who": notice.who})
    if fitting:
        notice = min((notice for notice, _ in fitting), key=_by_time)
        facts = {"notice": notice.id, "known_at": iso_utc(notice.known_at)}
        return Verdict("inconsistent", "prohibited_act_notice_late", facts)
    if covering:
        notice = min((notice for notice, _ in covering), key=_by_time)
        facts = {"notice": notice.id, "who": notice.who, "notice_kinds": list(notice.kinds)}
        return Verdict("inconsistent", "prohibited_act_notice_other", facts)
    return None


def _by_time(notice: Notice) -> tuple[object, str]:
    return notice.known_at, notice.id


def _is_for(notice: Notice, kinds: Sequence[str]) -> bool:
    """Whether a notice is for all that the event was of: for some of it is not enough. One that names no kinds is for
    whatever its place and time hold."""
    return not notice.kinds or set(kinds) <= set(notice.kinds)


def is_acknowledged(notice: Notice, case: Case) -> bool:
    """Whether the other side, or all delegations, acknowledged a notice before it began. The other side of one that no
    party gave, or several, is every side."""
    others = set(case.bound) - lone(claimants_in(notice.who, voice_words(case.agreement)))
    heads = set(case.delegations)
    acknowledged = set(notice.acknowledged_by)
    return others <= acknowledged or (bool(heads) and heads <= acknowledged)


def _cover(notice: Notice, case: Case, row: int) -> str:
    """`whole`, `part` or `no`: whether a notice covers an incident's time and place, with the errors of both."""
    start, end = case.span(row)
    if end < notice.start or start >= notice.end:  # a notice is over at its end
        return "no"
    in_time = "whole" if notice.start <= start and end <= notice.end else "part"
    in_place = _cover_place(notice, case, row)
    return "no" if in_place == "no" else "whole" if in_time == in_place == "whole" else "part"


def _cover_place(notice: Notice, case: Case, row: int) -> str:
    lon, lat = case.columns["lon"][row], case.columns["lat"][row]
    if lon is None:
        return "part"  # without a place it may have been there
    if notice.zone:
        if notice.zone in case.columns["zones"][row]:
            return "whole"
        return "part" if notice.zone in case.columns["zones_at_edge"][row] else "no"
    assert notice.lon is not None
    assert notice.lat is not None
    assert notice.radius_m is not None
    distance_m = wgs84().inv(lon, lat, notice.lon, notice.lat)[2]
    # A circle round the whole 95 % ellipse: rather a part than the whole is found to be covered.
    reach_m = case.columns["semi_major_m"][row] * SIGMA_TO_95
    if distance_m + reach_m <= notice.radius_m:
        return "whole"
    return "part" if distance_m - reach_m <= notice.radius_m else "no"
