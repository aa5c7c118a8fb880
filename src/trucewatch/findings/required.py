"""Required: an event, a presence or a number by a date. Findings for the deadline and for each incident that may be it.

An absence of records never makes a finding inconsistent, and says nothing of whether it was done: it was not shown.
Only a record can: that it happened after the day, or that the number fell short. Who owes it says so alone in vain
where it serves him, and is believed where it speaks against him; and the other way round. What happens again after it
was met in time is not late: nothing was owed any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from trucewatch.findings.applicability import (
    Case,
    Verdict,
    bar_by_dates,
    bar_by_zone,
    doubt_zone,
    finding_row,
)
from trucewatch.findings.gate import chance_of, decided, fact_of, gated, is_reviewed, lone, positions_on, under_readings
from trucewatch.findings.stated_numbers import NUMBER_SENTENCES, judge_number
from trucewatch.locale import mark
from trucewatch.model.agreement import Provision, Stipulation
from trucewatch.model.deadlines import Due
from trucewatch.model.times import iso_utc

RULE: Final = "required/2"

SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "not_begun": (
        mark("Clause {clause} is not due yet ({what}): its term is counted from {after}, which is not on record."),
        mark("Clause {clause} is not due yet: what its term is counted from is not on record."),
    ),
    "not_due": (
        mark("Clause {clause} is not due yet ({what}): due between {due_from} and {due}."),
        mark("Clause {clause} is not due yet ({what}): due by {due}, as extension {extension} says."),
        mark("Clause {clause} is not due yet ({what}): due by {due}."),
        mark("Clause {clause} is not due yet: due by {due}."),
        mark("Clause {clause} is not due yet."),
    ),
    "due_soon": (
        mark("Clause {clause} is due soon ({what}): due between {due_from} and {due}."),
        mark("Clause {clause} is due soon ({what}): due by {due}, as extension {extension} says."),
        mark("Clause {clause} is due soon ({what}): due by {due}."),
        mark("Clause {clause} is due soon: due by {due}."),
        mark("Clause {clause} is due soon."),
    ),
    "met_before": (
        mark(
            "What clause {clause} requires ({what}) was already met by what is recorded on {occurred}; no more "
            "was owed."
        ),
        mark("What clause {clause} requires ({what}) was already met; no more was owed."),
        mark("What clause {clause} requires was already met; no more was owed."),
    ),
    "happened_in_time": (
        mark(
            "What clause {clause} requires ({what}) is recorded on {occurred}, in time: due by {due}, "
            "as extension {extension} says."
        ),
        mark("What clause {clause} requires ({what}) is recorded on {occurred}, in time: due by {due}."),
        mark(
            "What clause {clause} requires ({what}) is recorded in time: due by {due}, as extension {extension} says."
        ),
        mark("What clause {clause} requires ({what}) is recorded in time: due by {due}."),
        mark("What clause {clause} requires is recorded in time."),
    ),
    "happened": (
        mark("What clause {clause} requires ({what}) is recorded on {occurred}; the text sets no day."),
        mark("What clause {clause} requires ({what}) is recorded; the text sets no day."),
        mark("What clause {clause} requires is recorded; the text sets no day."),
    ),
    "happened_late": (
        mark(
            "What clause {clause} requires ({what}) is recorded on {occurred}, after it was due: by {due}, "
            "as extension {extension} says."
        ),
        mark("What clause {clause} requires ({what}) is recorded on {occurred}, after it was due: by {due}."),
        mark(
            "What clause {clause} requires ({what}) is recorded after it was due: by {due}, as extension "
            "{extension} says."
        ),
        mark("What clause {clause} requires ({what}) is recorded after it was due: by {due}."),
        mark("What clause {clause} requires is recorded after it was due."),
    ),
    "happened_around_due": (
        mark(
            "What clause {clause} requires ({what}) is recorded on {occurred}; it was due between {due_from} and "
            "{due}, so whether in time cannot be told."
        ),
        mark(
            "What clause {clause} requires ({what}) is recorded from {occurred} on; whether in time cannot be "
            "told: "
            "due by {due}."
        ),
        mark("What clause {clause} requires ({what}) is recorded; whether in time cannot be told: due by {due}."),
        mark("What clause {clause} requires is recorded; whether in time cannot be told."),
    ),
    "happened_place_unsure": (
        mark("What clause {clause} requires ({what}) is recorded, but whether it was in {zone} cannot be told."),
        mark("What clause {clause} requires is recorded, but whether it was in the right zone cannot be told."),
    ),
    "happened_claimed_alone": (
        mark(
            "What clause {clause} requires ({what}) is reported by {claimed_by} alone; nobody else has "
            "confirmed it yet."
        ),
        mark("One side alone reports what clause {clause} requires; nobody else has confirmed it yet."),
    ),
    "no_record": (
        mark(
            "Nothing on record shows what clause {clause} requires ({what}), due between {due_from} and {due}. That "
            "says nothing of whether it was done."
        ),
        mark(
            "Nothing on record shows what clause {clause} requires ({what}), due by {due}. That says nothing "
            "of whether "
            "it was done."
        ),
        mark("Nothing on record shows what clause {clause} requires. That says nothing of whether it was done."),
    ),
    "no_record_no_deadline": (
        mark(
            "Nothing on record shows what clause {clause} requires ({what}); the text sets no day. That says "
            "nothing of "
            "whether it was done."
        ),
        mark(
            "Nothing on record shows what clause {clause} requires. It sets no day; nothing is said of "
            "whether it was done."
        ),
    ),
    "cannot_be_seen": (
        mark(
            "What clause {clause} requires ({what}) is nothing that anybody could observe; no record says "
            "anything of it."
        ),
        mark("What clause {clause} requires is nothing that anybody could observe; no record says anything of it."),
    ),
    **NUMBER_SENTENCES,
}
"""Reason → its sentences, from the fullest to the shortest: the first whose facts are all there is shown."""

_PREFERENCE = (
    "happened_in_time",
    "happened",
    "happened_late",
    "happened_around_due",
)
"""The best of the incidents comes first; those of which nothing is said come after all of these."""


def check_stipulation(provision: Provision, stipulation: Stipulation, case: Case) -> Iterator[dict[str, Any]]:
    """A finding for each incident of the required kind, then one for the deadline (or the stipulation as a whole)."""
    due = case.due_of(stipulation)
    whole, evidence = judge_stipulation(stipulation, case)
    for row in _rows(stipulation, case):
        verdict, is_shared = _judge_row(stipulation, case, row, due)
        if verdict.reason == "happened_late" and whole.reason == "happened_in_time":
            # what was met before hides the rest
            verdict = Verdict("not_applicable", "met_before", whole.facts)
        yield finding_row(
            provision,
            stipulation,
            RULE,
            verdict,
            incident=case.columns["incident_id"][row],
            due=due.moment if due else None,
            evidence=case.columns["members"][row],
            simulated=case.columns["simulated"][row],
            reviewed=is_shared,
        )
    views = positions_on(stipulation, case)
    yield finding_row(
        provision,
        stipulation,
        RULE,
        whole,
        subject=f"{'deadline' if due else 'stipulation'}:{stipulation.id}",
        due=due.moment if due else None,
        evidence=evidence,
        simulated=case.watch.settings.simulated,
        reviewed=is_reviewed(whole, views, case),
    )


def judge_stipulation(stipulation: Stipulation, case: Case) -> tuple[Verdict, list[str]]:
    """What the record as a whole says of it, and what that rests on."""
    evidence: list[str] = []

    def whole_as(read: Stipulation) -> Verdict:
        nonlocal evidence
        due = case.due_of(read)  # a reading may give another day
        judged = [(_judge_row(read, case, row, due)[0], row) for row in _rows(read, case)]
        candidates = [
            (verdict, row) for verdict, row in judged if verdict.outcome != "not_applicable" and _belongs(case, row)
        ]
        verdict, evidence = _judge_whole(read, case, due, candidates)
        return verdict

    kinds = [stipulation.what] if stipulation.what else []
    verdict = under_readings(stipulation, case, whole_as, kinds=kinds)
    return decided(verdict, positions_on(stipulation, case), case), evidence


def _rows(stipulation: Stipulation, case: Case) -> list[int]:
    return list(case.rows_of_kinds([stipulation.what] if stipulation.what else []))


def _belongs(case: Case, row: int) -> bool:
    """Whether a record counts for the whole: simulated ones do in an invented watch, and only there."""
    return bool(case.columns["simulated"][row] == case.watch.settings.simulated)


def _judge_row(stipulation: Stipulation, case: Case, row: int, due: Due | None) -> tuple[Verdict, bool]:
    """The verdict on one incident, and whether all delegations share it."""
    views = positions_on(stipulation, case, case.columns["incident_id"][row])
    span = due.range if due else None
    alone = case.remembered(stipulation, row, ("required", span), lambda: judge_incident(stipulation, case, row, due))
    verdict = decided(alone, views, case)
    return verdict, is_reviewed(verdict, views, case)


def judge_incident(stipulation: Stipulation, case: Case, row: int, due: Due | None) -> Verdict:
    """Whether one incident is what was required, in the right place and in time."""
    start, end = case.span(row)
    # 1. Not this stipulation's; 2. perhaps in the wrong place; 3. against the due moment, with the errors of the time;
    # 4. the gate.
    barred = bar_by_dates(stipulation, start, end) or bar_by_zone(stipulation, case, row)
    if barred is not None:
        return barred
    what = stipulation.what
    if doubt_zone(stipulation, case, row) is not None:
        return Verdict("undetermined", "happened_place_unsure", {"what": what, "zone": stipulation.zone})
    verdict = _against_due(what, case, row, due)
    # That it was done speaks against those to whom it was owed, that it was late against those who owed it.
    owing = set(stipulation.obliged)
    burdened = lone(owing if verdict.outcome == "inconsistent" else set(case.bound) - owing)
    fact = fact_of(case, row, [what], burdened=burdened)
    if fact.lacking is not None and fact.lacking.reason in ("claimed_alone", "kind_claimed_alone"):
        claimants = fact.lacking.facts["claimed_by"]
        return Verdict("undetermined", "happened_claimed_alone", {"what": what, "claimed_by": claimants})
    return gated(verdict, case, row, fact, chance_of(case, row, stipulation, exempt=True))


def _against_due(what: str, case: Case, row: int, due: Due | None) -> Verdict:
    start, end = case.span(row)
    facts: dict[str, str | list[str]] = {"what": what, "occurred": _when(case, row)}
    if due is None:
        return Verdict("consistent", "happened", facts)
    facts |= facts_of_due(due)
    if end <= due.range.earliest and start < due.moment:  # what began at the due moment or later is late
        return Verdict("consistent", "happened_in_time", facts)
    if start >= due.moment:
        return Verdict("inconsistent", "happened_late", facts)
    del facts["extension"]
    return Verdict("undetermined", "happened_around_due", facts)


def facts_of_due(due: Due) -> dict[str, str]:
    """When it is due, as facts: `due_from` only where that is a range."""
    facts = {"due": iso_utc(due.moment), "extension": str(due.extension)}
    return facts if due.range.is_exact else facts | {"due_from": iso_utc(due.range.earliest)}


def _when(case: Case, row: int) -> str:
    """The moment, or the local day of what is only known to the day."""
    start, end = case.columns["occurred_start"][row], case.columns["occurred_end"][row]
    if end - start >= timedelta(days=1):
        return str(start.astimezone(case.watch.zone).date().isoformat())
    return iso_utc(start)


def _judge_whole(
    stipulation: Stipulation, case: Case, due: Due | None, candidates: list[tuple[Verdict, int]]
) -> tuple[Verdict, list[str]]:
    if case.as_of < stipulation.in_force.maybe_from:
        return Verdict("not_applicable", "before_in_force", {"from": iso_utc(stipulation.in_force.maybe_from)}), []
    # 1. The best of the incidents; 2. else the number; 3. else that it is not due; 4. else the absence.
    if candidates:
        verdict, row = min(
            candidates, key=lambda pair: (_rank(pair[0]), case.columns["occurred_end"][pair[1]], pair[1])
        )
        return verdict, case.columns["members"][row]
    if stipulation.number is not None:
        of_number = judge_number(stipulation, stipulation.number, case, due.moment if due else None)
        if of_number is not None:
            return of_number
    facts = {"what": _subject(stipulation)}
    if due is None and stipulation.deadline is not None:
        return Verdict("not_applicable", "not_begun", facts | {"after": stipulation.deadline.after}), []
    if due is not None and case.as_of < due.moment:
        facts |= facts_of_due(due)
        if due.range.earliest - case.as_of <= timedelta(days=case.watch.settings.due_soon_days):
            return Verdict("not_applicable", "due_soon", facts), []
        return Verdict("not_applicable", "not_due", facts), []
    if not stipulation.observable:
        return Verdict("undetermined", "cannot_be_seen", facts), []
    if due is None:
        return Verdict("undetermined", "no_record_no_deadline", facts), []
    return Verdict("undetermined", "no_record", facts | facts_of_due(due)), []


def _rank(verdict: Verdict) -> int:
    return _PREFERENCE.index(verdict.reason) if verdict.reason in _PREFERENCE else len(_PREFERENCE)


def _subject(stipulation: Stipulation) -> str:
    return stipulation.what or (stipulation.number.counter if stipulation.number else "")
