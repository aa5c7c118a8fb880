"""Prohibited: an act of these kinds, in this zone, while it is in force, unless it was announced or is exempt.

The steps, in this order; the first that speaks decides:
1. surely before or after the dates, or surely outside the zone: not applicable;
2. perhaps outside the dates, without a place, or at the zone's edge: undetermined;
3. an exempt aspect, or a notice that was known before the event and covers it: consistent;
4. a notice that may cover it, in place or in time, or that became known within its interval; a kind that only indicates
such
   an act; one party's word alone: undetermined;
5. otherwise: inconsistent. A notice that became known too late is named and exempts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from trucewatch.findings.applicability import (
    Case,
    Verdict,
    bar_by_dates,
    bar_by_zone,
    doubt_dates,
    doubt_zone,
    finding_row,
    lone_claimant,
)
from trucewatch.geo.ellipse import SIGMA_TO_95
from trucewatch.geo.frame import wgs84
from trucewatch.locale import mark
from trucewatch.model.agreement import Provision, Stipulation
from trucewatch.model.times import iso_utc
from trucewatch.model.zone import Notice

RULE: Final = "prohibited/1"

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
    "notice_maybe": (
        mark("Notice {notice} by {who} may cover this event; if it does, clause {clause} exempts it."),
        mark("A notice by {who} may cover this event; if it does, clause {clause} exempts it."),
        mark("A notice may cover this event; if it does, clause {clause} exempts it."),
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
    "aspect_exempt": (
        mark("Clause {clause} exempts an event of this nature: {aspect}."),
        mark("Clause {clause} exempts an event of this nature."),
    ),
    "indication_only": (
        mark(
            "A record of this kind may come from an act that clause {clause} does not allow, but does not show "
            "one: {kind}."
        ),
        mark("This record may come from an act that clause {clause} does not allow, but does not show one."),
    ),
    "claimed_alone": (
        mark("Clause {clause} would apply, but the record rests on the word of one party alone: {claimed_by}."),
        mark("Clause {clause} would apply, but the record rests on the word of one party alone."),
    ),
    "prohibited_act": (
        mark("Clause {clause} does not allow this in {zone}: {kind}. No notice and no exemption covers it."),
        mark("Clause {clause} does not allow this: {kind}. No notice and no exemption covers it."),
        mark("Clause {clause} does not allow this. No notice and no exemption covers it."),
    ),
}
"""Reason → its sentences, from the fullest to the shortest: the first whose facts are all there is shown."""


def check_stipulation(provision: Provision, stipulation: Stipulation, case: Case) -> Iterator[dict[str, Any]]:
    """One finding for each incident whose kind the stipulation names."""
    for row in case.rows_of_kinds((*stipulation.kinds, *stipulation.indications)):
        verdict = judge_incident(stipulation, case, row)
        yield finding_row(
            provision,
            stipulation,
            RULE,
            verdict,
            incident=case.columns["incident_id"][row],
            evidence=case.columns["members"][row],
            simulated=case.columns["simulated"][row],
        )


def judge_incident(stipulation: Stipulation, case: Case, row: int) -> Verdict:
    """The verdict on one incident, by the steps above."""
    start, end = case.columns["occurred_start"][row], case.columns["occurred_end"][row]
    kind = case.columns["kind"][row]
    # Steps 1 and 2: surely not meant, then perhaps not meant.
    settled = (
        bar_by_dates(stipulation, start, end)
        or bar_by_zone(stipulation, case, row)
        or doubt_dates(stipulation, start, end)
        or doubt_zone(stipulation, case, row)
    )
    if settled is not None:
        return settled
    # Step 3, and what of step 4 is about notices: by the one that says most.
    if f"aspect:{case.columns['aspect'][row]}" in stipulation.unless:
        return Verdict("consistent", "aspect_exempt", {"aspect": case.columns["aspect"][row]})
    late: Notice | None = None
    if "notice" in stipulation.unless:
        covering = [(notice, cover) for notice in case.notices if (cover := _cover(notice, case, row)) != "no"]
        late = min((notice for notice, _ in covering), key=lambda notice: (notice.known_at, notice.id), default=None)
        # Of an interval nobody knows when in it the event was: a notice that became known within it may have come
        # before.
        perhaps = [(notice, cover) for notice, cover in covering if notice.known_at < start or notice.known_at < end]
        perhaps.sort(key=lambda pair: (pair[1] != "whole" or pair[0].known_at >= start, pair[0].known_at, pair[0].id))
        if perhaps:
            notice, cover = perhaps[0]
            facts = {"notice": notice.id, "who": notice.who}
            if cover == "whole" and notice.known_at < start:
                return Verdict("consistent", "notice_covers", facts | {"known_at": iso_utc(notice.known_at)})
            return Verdict("undetermined", "notice_maybe", facts)
    # Step 4: what only indicates such an act, and one party's word.
    if kind not in stipulation.kinds:
        return Verdict("undetermined", "indication_only", {"kind": kind})
    claimant = lone_claimant(case, row, stipulation.kinds)
    if claimant is not None:
        return Verdict("undetermined", "claimed_alone", {"claimed_by": claimant})
    # Step 5.
    facts = {"kind": kind, "zone": stipulation.zone}
    if late is not None:
        facts |= {"notice": late.id, "known_at": iso_utc(late.known_at)}
        return Verdict("inconsistent", "prohibited_act_notice_late", facts)
    return Verdict("inconsistent", "prohibited_act", facts)


def _cover(notice: Notice, case: Case, row: int) -> str:
    """`whole`, `part` or `no`: whether a notice covers an incident's kind, time and place."""
    if notice.kinds and case.columns["kind"][row] not in notice.kinds:
        return "no"
    start, end = case.columns["occurred_start"][row], case.columns["occurred_end"][row]
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
