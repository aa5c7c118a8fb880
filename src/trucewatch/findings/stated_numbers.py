"""Reported numbers against the number that a clause gives: reached, short, as the text states it, or "
"nothing of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Final

from trucewatch.findings.applicability import Case, Facts, Verdict
from trucewatch.findings.gate import lone
from trucewatch.locale import mark
from trucewatch.model.agreement import Stipulation
from trucewatch.model.claims import claimants_in, folded_name, voice_words
from trucewatch.model.clause_parts import Number
from trucewatch.model.incident import Counter
from trucewatch.model.testimony import CENTRE

NUMBER_SENTENCES: Final[Mapping[str, tuple[str, ...]]] = {
    "number_reached": (
        mark("Clause {clause} requires at least {at_least} ({counter}); {claimed_by} reports {value}."),
        mark("Clause {clause} allows at most {at_most} ({counter}); {claimed_by} reports {value}."),
        mark("Clause {clause} states {states} ({counter}); {claimed_by} reports {value}."),
        mark("The number that clause {clause} gives is reported as kept to."),
    ),
    "number_short": (
        mark("Clause {clause} requires at least {at_least} ({counter}); {claimed_by} reports {value}, which is fewer."),
        mark("Clause {clause} allows at most {at_most} ({counter}); {claimed_by} reports {value}, which is more."),
        mark("The number that clause {clause} gives is reported as not kept to."),
    ),
    "number_claimed_alone": (
        mark(
            "Clause {clause} requires at least {at_least} ({counter}). {claimed_by} alone reports {value}; nobody else "
            "has confirmed it yet."
        ),
        mark(
            "Clause {clause} allows at most {at_most} ({counter}). {claimed_by} alone reports {value}; nobody else has "
            "confirmed it yet."
        ),
        mark(
            "Clause {clause} states {states} ({counter}). {claimed_by} alone reports {value}; nobody else "
            "has confirmed "
            "it yet."
        ),
        mark("One alone reports a number for what clause {clause} gives; nobody else has confirmed it yet."),
    ),
    "number_unclear": (
        mark(
            "Clause {clause} requires at least {at_least} ({counter}). {claimed_by} reports {value}, which "
            "does not settle it."
        ),
        mark(
            "Clause {clause} allows at most {at_most} ({counter}). {claimed_by} reports {value}, "
            "which does "
            "not settle it."
        ),
        mark(
            "Clause {clause} states {states} ({counter}), neither least nor most. {claimed_by} reports "
            "{value}; what follows is a matter of how the clause is read."
        ),
        mark("A number is reported for what clause {clause} gives; it does not settle whether it is kept to."),
    ),
    "number_not_shown": (
        mark(
            "Clause {clause} requires at least {at_least} ({counter}); nothing on record gives this number. That says "
            "nothing of whether it was reached."
        ),
        mark(
            "Clause {clause} allows at most {at_most} ({counter}); nothing on record gives this number. That "
            "says nothing "
            "of whether it was kept to."
        ),
        mark(
            "Clause {clause} states {states} ({counter}); nothing on record gives this number. That says nothing of "
            "whether it was kept to."
        ),
        mark("Nothing on record gives the number of clause {clause}. That says nothing of whether it was kept to."),
    ),
}
"""Reason → its sentences, from the fullest to the shortest: the first whose facts are all there is shown."""


def judge_number(
    stipulation: Stipulation, number: Number, case: Case, due: datetime | None
) -> tuple[Verdict, list[str]] | None:
    """What the last count for a time before the due moment makes of the number, and what it rests on; None before that
    moment if no count settles it."""
    until = due or case.as_of
    counts = counts_for(stipulation, number, case, until)
    is_over = due is None or case.as_of >= due
    terms = terms_of(number)
    if not counts:
        return (Verdict("undetermined", "number_not_shown", terms), []) if is_over and stipulation.observable else None
    # The last count that passes the gate decides; what others say beside or after it takes nothing from it.
    passing = _last_standing(stipulation, number, counts, case)
    last = passing or counts[-1]
    facts = {**terms, **facts_of_count(last, case)}
    kept = holds(number, last)
    alike = [each for each in counts if each.period_end == last.period_end and holds(number, each) is kept]
    givers = {giver_of(each, case) for each in alike}
    if passing is None or len(givers) < 2:
        alike = [last]
    elif CENTRE not in givers:
        facts["stated_by"] = list(names_of_givers(alike, case))
    evidence = [each.counter_id for each in alike]
    # Too few is a fault only once no more can come.
    if kept is None or (kept is False and not is_over):
        return (Verdict("undetermined", "number_unclear", facts), evidence) if is_over else None
    if passing is None:
        return Verdict("undetermined", "number_claimed_alone", facts), evidence
    if kept:
        return Verdict("consistent", "number_reached", facts), evidence
    return Verdict("inconsistent", "number_short", facts), evidence


def _last_standing(stipulation: Stipulation, number: Number, counts: list[Counter], case: Case) -> Counter | None:
    """The last count that stands before both sides."""
    for place in range(len(counts) - 1, -1, -1):
        kept = holds(number, counts[place])
        if kept is not None and number_stands(stipulation, counts[: place + 1], case, kept=kept):
            return counts[place]
    return None


def counts_for(stipulation: Stipulation, number: Number, case: Case, until: datetime) -> list[Counter]:
    """The counts of this number for times before `until`, the latest last, of equals the one that became known last.

    Of a clause on a zone only figures for that zone count, and of one without only those for the whole area.
    """
    areas = {zone.id for zone in case.watch.zones if zone.kind == "area"}
    places = {stipulation.zone} if stipulation.zone else {"", *areas}
    counts = [
        count
        for count in case.counters
        if count.name == number.counter
        and count.span != "day"  # figures per day are never added up
        and count.period_end <= until
        and count.simulated == case.watch.settings.simulated
        and count.zone in places
    ]
    return sorted(counts, key=lambda count: (count.period_end, count.known_at, count.counter_id))


def terms_of(number: Number) -> dict[str, str | list[str]]:
    """What the clause gives, as facts."""
    terms = {"at_least": number.at_least, "at_most": number.at_most, "states": number.states}
    return {"counter": number.counter, **{name: str(value) for name, value in terms.items() if value is not None}}


def facts_of_count(count: Counter, case: Case) -> Facts:
    """Who reports which number."""
    return {"value": f"{count.value:g}", "qualifier": count.qualifier, "claimed_by": giver_of(count, case)}


def holds(number: Number, count: Counter) -> bool | None:
    """Whether a reported number keeps to what the clause gives; None where it does not settle that.

    "About" settles nothing. "More than" may reach a least and break a most, "at most" the other way round. What the
    text only states is kept to by that number, and by any other nothing is settled.
    """
    value, qualifier = count.value, count.qualifier
    if qualifier == "about":
        return None
    low = value if qualifier in ("exactly", "more_than") else float("-inf")
    high = value if qualifier in ("exactly", "at_most") else float("inf")
    if number.at_least is not None:
        return True if low >= number.at_least else False if high < number.at_least else None
    if number.at_most is not None:
        return True if high <= number.at_most else False if low > number.at_most else None
    return True if low == high == number.states else None


def number_stands(stipulation: Stipulation, counts: Sequence[Counter], case: Case, *, kept: bool) -> bool:
    """Whether the number of the last count would stand before both sides: the centre counted; two givers who are no one
    party say the same of it; the bound parties all do; or one against whom it speaks reports it."""
    number = stipulation.number
    assert number is not None
    last = counts[-1]
    # In the order of their periods: those of the last one stand at the end.
    of_last = takewhile(lambda count: count.period_end == last.period_end, reversed(counts))
    agreeing = [count for count in of_last if holds(number, count) is kept]
    givers = {giver_of(count, case) for count in agreeing}
    if CENTRE in givers:
        return True
    owing = set(stipulation.obliged)
    burdened = lone(set(case.bound) - owing if kept else owing)
    bound = set(case.bound)
    # What nobody signs whom the watch names is no giver's, nor is a number that several are named for.
    named = {giver for giver in givers if giver in case.speakers or giver in case.organisations}
    independent = len(named) > 1 and not named <= bound
    return bool(givers & burdened) or independent or (len(bound) > 1 and bound <= givers)


def names_of_givers(counts: Iterable[Counter], case: Case) -> tuple[str, ...]:
    """Who reports these numbers, as they are named."""
    named = {name.strip() for count in counts for name in (count.claimed_by or giver_of(count, case)).split(";")}
    return tuple(sorted(named - {""}))


def giver_of(count: Counter, case: Case) -> str:
    """Whose number it is: that of the party that keeps the source, of the party or body that is named, the centre's, or
    of who runs the source. What another's source says that the centre said is not the centre's own word."""
    source = next((source for source in case.watch.settings.source if source.id == count.source), None)
    voices = voice_words(case.agreement)
    owner = source.of if source is not None else ""
    if owner not in ("", CENTRE):
        return voices.get(folded_name(owner), owner)
    named = claimants_in(count.claimed_by, voices)
    of_centre = {party.id for party in case.agreement.party if party.role == "centre"}
    if owner == CENTRE and of_centre.issuperset(named):
        return CENTRE
    return "; ".join(named) or (source.organisation if source is not None else "") or count.source
