"""Required: an event, a presence or a number by a date. Findings for the deadline and for each incident that may be it.

An absence of records never makes a finding inconsistent: nobody may have looked. Only a record can: that it happened
after the day, or that the number fell short. One party's word alone leaves it undetermined. What happens again after it
was met in time is not late: nothing was owed any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from trucewatch.findings.applicability import (
    Case,
    Verdict,
    bar_by_dates,
    bar_by_zone,
    doubt_zone,
    finding_row,
    lone_claimant,
)
from trucewatch.locale import mark
from trucewatch.model.agreement import Number, Provision, Stipulation
from trucewatch.model.claims import claimants_in, party_words
from trucewatch.model.incident import Counter
from trucewatch.model.times import iso_utc

RULE: Final = "required/1"

SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "not_due": (
        mark("Clause {clause} is not due yet ({what}): due by {due}, as extension {extension} says."),
        mark("Clause {clause} is not due yet ({what}): due by {due}."),
        mark("Clause {clause} is not due yet: due by {due}."),
        mark("Clause {clause} is not due yet."),
    ),
    "due_soon": (
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
        mark("What clause {clause} requires ({what}) rests on the word of one party alone: {claimed_by}."),
        mark("What clause {clause} requires rests on the word of one party alone."),
    ),
    "no_record": (
        mark(
            "No record shows what clause {clause} requires ({what}), due by {due}. That does not show that it "
            "did not happen."
        ),
        mark("No record shows what clause {clause} requires. That does not show that it did not happen."),
    ),
    "no_record_no_deadline": (
        mark("No record shows what clause {clause} requires ({what}); the text sets no day."),
        mark("No record shows what clause {clause} requires; the text sets no day."),
    ),
    "number_reached": (
        mark("Clause {clause} requires at least {at_least} ({counter}); {claimed_by} reports {value}."),
        mark("The number that clause {clause} requires is reported as reached."),
    ),
    "number_short": (
        mark("Clause {clause} requires at least {at_least} ({counter}); {claimed_by} reports {value}, which is fewer."),
        mark("The number that clause {clause} requires is reported as not reached."),
    ),
    "number_claimed_alone": (
        mark(
            "Clause {clause} requires at least {at_least} ({counter}); {value} rests on the word of one party "
            "alone: "
            "{claimed_by}."
        ),
        mark("The number that clause {clause} requires rests on the word of one party alone."),
    ),
    "number_unknown": (
        mark("Clause {clause} requires at least {at_least} ({counter}); no report settles the number."),
        mark("No report settles the number that clause {clause} requires."),
    ),
}
"""Reason → its sentences, from the fullest to the shortest: the first whose facts are all there is shown."""

_PREFERENCE = (
    "happened_in_time",
    "happened",
    "happened_late",
    "happened_around_due",
    "happened_claimed_alone",
    "happened_place_unsure",
)


def check_stipulation(provision: Provision, stipulation: Stipulation, case: Case) -> Iterator[dict[str, Any]]:
    """A finding for each incident of the required kind, then one for the deadline (or the stipulation as a whole)."""
    due = stipulation.due(case.as_of, case.watch.zone)
    rows = case.rows_of_kinds([stipulation.what] if stipulation.what else [])
    judged = [(judge_incident(stipulation, case, row, due), row) for row in rows]
    candidates = [pair for pair in judged if pair[0].outcome != "not_applicable" and _belongs(case, pair[1])]
    whole, evidence = _judge_whole(stipulation, case, due, candidates)
    for verdict, row in judged:
        if verdict.reason == "happened_late" and whole.reason == "happened_in_time":
            # what was met before hides the rest
            verdict = Verdict("not_applicable", "met_before", whole.facts)  # noqa: PLW2901 - as said above
        yield finding_row(
            provision,
            stipulation,
            RULE,
            verdict,
            incident=case.columns["incident_id"][row],
            due=due[0] if due else None,
            evidence=case.columns["members"][row],
            simulated=case.columns["simulated"][row],
        )
    yield finding_row(
        provision,
        stipulation,
        RULE,
        whole,
        subject=f"{'deadline' if due else 'stipulation'}:{stipulation.id}",
        due=due[0] if due else None,
        evidence=evidence,
        simulated=case.watch.settings.simulated,
    )


def _belongs(case: Case, row: int) -> bool:
    """Whether a record counts for the whole: simulated ones do in an invented watch, and only there."""
    return bool(case.columns["simulated"][row] == case.watch.settings.simulated)


def judge_incident(stipulation: Stipulation, case: Case, row: int, due: tuple[datetime, int] | None) -> Verdict:
    """Whether one incident is what was required, in the right place and in time."""
    start, end = case.columns["occurred_start"][row], case.columns["occurred_end"][row]
    # 1. Not this stipulation's; 2. perhaps in the wrong place; 3. one party's word; 4. against the due moment.
    barred = bar_by_dates(stipulation, start, end) or bar_by_zone(stipulation, case, row)
    if barred is not None:
        return barred
    what = stipulation.what
    if doubt_zone(stipulation, case, row) is not None:
        return Verdict("undetermined", "happened_place_unsure", {"what": what, "zone": stipulation.zone})
    claimant = lone_claimant(case, row, [what])
    if claimant is not None:
        return Verdict("undetermined", "happened_claimed_alone", {"what": what, "claimed_by": claimant})
    facts: dict[str, str | list[str]] = {"what": what, "occurred": _when(start, end, case)}
    if due is None:
        return Verdict("consistent", "happened", facts)
    facts |= {"due": iso_utc(due[0]), "extension": str(due[1])}
    if end <= due[0]:  # ended by then; what began at the due moment or later is late
        return Verdict("consistent", "happened_in_time", facts)
    if start >= due[0]:
        return Verdict("inconsistent", "happened_late", facts)
    del facts["extension"]
    return Verdict("undetermined", "happened_around_due", facts)


def _when(start: datetime, end: datetime, case: Case) -> str:
    """The moment, or the local day of what is only known to the day."""
    if end - start >= timedelta(days=1):
        return start.astimezone(case.watch.zone).date().isoformat()
    return iso_utc(start)


def _judge_whole(
    stipulation: Stipulation, case: Case, due: tuple[datetime, int] | None, candidates: list[tuple[Verdict, int]]
) -> tuple[Verdict, list[str]]:
    if case.as_of < stipulation.in_force.maybe_from:
        return Verdict("not_applicable", "before_in_force", {"from": iso_utc(stipulation.in_force.maybe_from)}), []
    # 1. The best of the incidents; 2. else the number; 3. else that it is not due; 4. else the absence.
    if candidates:
        verdict, row = min(
            candidates,
            key=lambda pair: (_PREFERENCE.index(pair[0].reason), case.columns["occurred_end"][pair[1]], pair[1]),
        )
        return verdict, case.columns["members"][row]
    if stipulation.number is not None:
        verdict_of_number = _judge_number(stipulation, stipulation.number, case, due)
        if verdict_of_number is not None:
            return verdict_of_number
    if due is not None and case.as_of < due[0]:
        facts = {"what": _subject(stipulation), "due": iso_utc(due[0]), "extension": str(due[1])}
        if due[0] - case.as_of <= timedelta(days=case.watch.settings.due_soon_days):
            return Verdict("not_applicable", "due_soon", facts), []
        return Verdict("not_applicable", "not_due", facts), []
    if stipulation.number is not None:
        facts = {"counter": stipulation.number.counter, "at_least": str(stipulation.number.at_least)}
        return Verdict("undetermined", "number_unknown", facts), []
    if due is None:
        return Verdict("undetermined", "no_record_no_deadline", {"what": stipulation.what}), []
    return Verdict("undetermined", "no_record", {"what": stipulation.what, "due": iso_utc(due[0])}), []


def _subject(stipulation: Stipulation) -> str:
    return stipulation.what or (stipulation.number.counter if stipulation.number else "")


def _judge_number(
    stipulation: Stipulation, number: Number, case: Case, due: tuple[datetime, int] | None
) -> tuple[Verdict, list[str]] | None:
    """By the last count that was reported for a time before the due day; None if no count settles it."""
    until = due[0] if due else case.as_of
    counts = [
        count
        for count in case.counters
        if count.name == number.counter
        and count.span != "day"  # figures per day are never added up
        and count.period_end <= until
        and (count.simulated == case.watch.settings.simulated)
        and (not stipulation.zone or count.zone in ("", stipulation.zone))
    ]
    if not counts:
        return None
    # The latest count, and of equals the one that became known last.
    last = max(counts, key=lambda count: (count.period_end, count.known_at, count.counter_id))
    facts: dict[str, str | list[str]] = {
        "counter": number.counter,
        "value": f"{last.value:g}",
        "at_least": str(number.at_least),
        "claimed_by": last.claimed_by,
    }
    evidence = [last.counter_id]
    # “at most” reaches nothing, though it may fall short; and too few is a fault only once no more can come.
    reached = last.value >= number.at_least and last.qualifier != "at_most"
    is_over = due is None or case.as_of >= due[0]
    if not reached and not (is_over and last.value < number.at_least and last.qualifier in ("exactly", "at_most")):
        return None
    if _is_partys_word(last, case):
        return Verdict("undetermined", "number_claimed_alone", facts), evidence
    if reached:
        return Verdict("consistent", "number_reached", facts), evidence
    return Verdict("inconsistent", "number_short", facts), evidence


def _is_partys_word(count: Counter, case: Case) -> bool:
    claimants = claimants_in(count.claimed_by, party_words(case.agreement))
    return len(claimants) == 1 and claimants[0] in case.agreement.party_ids
