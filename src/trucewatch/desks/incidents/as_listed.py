"""One incident as one list has it, field by field in words: what stands on either side of an edit, before it is
entered and in the history afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from trucewatch.findings import SENTENCES
from trucewatch.locale import mark
from trucewatch.locale.reasons import party_name, recorded_reason
from trucewatch.locale.sanitize import isolated
from trucewatch.locale.terms import kind_word
from trucewatch.messages import Message
from trucewatch.model.incident import Finding, Incident
from trucewatch.model.outcomes import OUTCOMES, SAID
from trucewatch.model.standing import NO_CLAUSE, Standing, standings_of
from trucewatch.reports.people_words import people_words
from trucewatch.server.formatting import Telling

MOST_NAMED: Final = 12
"""Observations that a field names; of more their number is added."""

NAMES: Final = {
    "listed": mark("On the list"),
    "kind": mark("Kind"),
    "what": mark("What"),
    "people": mark("People"),
    "where": mark("Where"),
    "size": mark("Within (95%)"),
    "when": mark("When"),
    "happened": mark("Happened"),
    "rung": mark("How far it is known"),
    "assessment": mark("Assessment"),
    "members": mark("Observations"),
}
_EACH_TOLD: Final = ("assessment", "members")
"""What is told of each incident, equal or not, where another number of them stands on either side: two halves of three
observations are not three, and one event against a clause is not two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseLine:
    """What the agreement says of it by one clause. `binds`: who is obliged by it, in words; empty where nobody is
    named. `read_by`: whose reading that is, where the text itself names nobody."""

    clause: str
    outcome: str
    assessment: str
    reason: str
    binds: str
    read_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAs:
    """One incident in one list. `values`: its fields in words by the keys of NAMES; rejected: why it is off the list,
    by hand."""

    incident: Incident
    code: str
    standing: Standing
    sentence: str
    values: dict[str, str] = field(default_factory=dict)
    clauses: tuple[ClauseLine, ...] = ()
    by_clauses: str = ""
    """The assessment with the clauses that give it, where an outcome is said: each may oblige others."""
    rejected: str = ""

    @property
    def members(self) -> frozenset[str]:
        return frozenset(self.incident.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field that is another: from → to, each in words."""

    key: str
    name: str
    before: str
    after: str


def listed_as(
    incident: Incident,
    findings: Sequence[Finding],
    telling: Telling,
    code: str,
    *,
    rejected: Message | str = "",
    letters: Sequence[str] = (),
) -> ListedAs:
    """An incident with its findings, as a list has it. rejected: the reason, where it is off the list by hand.
    letters: what its observations are called, where they have names shorter than their ids."""
    words = telling.words
    standing = standings_of(findings).get(incident.incident_id, NO_CLAUSE)
    taken_off = words.say(rejected) if rejected else ""
    assessment = telling.standing(standing)
    if taken_off:
        assessment = words.gettext("none: it is off the list")
    stated = telling.event_class(incident.classes[0]) if incident.classes and incident.what is None else ""
    kind = kind_word(incident.kind, words)
    if stated:
        kind = words.gettext("{kind}; caused by {cause}, stated by hand").format(kind=kind, cause=stated)
    values = {
        "listed": words.gettext("rejected by hand") if taken_off else words.gettext("yes"),
        "kind": kind,
        "what": telling.what(incident),
        "people": people_words(incident.people, telling.watch, words) or words.gettext("nothing stated"),
        "where": telling.where(incident),
        "size": telling.size(incident),
        "when": telling.dated(incident),
        "happened": _happened_words(incident, telling),
        "rung": telling.rung(incident.rung, standing),
        "assessment": assessment,
        "members": _members_words(incident, letters, telling),
    }
    clauses = () if taken_off else _clause_lines(findings, telling)
    giving = [
        words.gettext("Clause {clause}").format(clause=line.clause)
        for line in clauses
        if line.outcome == standing.outcome and line.outcome in SAID
    ]
    by_clauses = (
        words.gettext("{what} ({aspect})").format(what=assessment, aspect=words.listed(giving)) if giving else ""
    )
    return ListedAs(
        incident=incident,
        code=code,
        standing=standing,
        sentence=telling.sentence(incident),
        values=values,
        clauses=clauses,
        by_clauses=by_clauses,
        rejected=taken_off,
    )


def _happened_words(incident: Incident, telling: Telling) -> str:
    if incident.happened is None:
        return telling.words.gettext("not weighed")
    return telling.sureness(incident) if incident.alone else telling.probability(incident.happened)


def _members_words(incident: Incident, letters: Sequence[str], telling: Telling) -> str:
    words, count = telling.words, len(incident.members)
    number = words.ngettext("{number} observation", "{number} observations", count).format(number=words.number(count))
    if not letters:
        return number
    return words.gettext("{number}: {names}").format(number=number, names=words.listed(list(letters[:MOST_NAMED])))


def _clause_lines(findings: Sequence[Finding], telling: Telling) -> tuple[ClauseLine, ...]:
    words, watch = telling.words, telling.watch
    obliged = {stipulation.id: stipulation.obliged or () for _, stipulation in watch.agreement.stipulations()}
    readers = {
        stipulation.id: stipulation.obliged_by.partition(":")[2] for _, stipulation in watch.agreement.stipulations()
    }
    in_order = sorted(findings, key=lambda finding: (OUTCOMES.index(finding.outcome), finding.stipulation))
    return tuple(
        ClauseLine(
            clause=finding.stipulation,
            outcome=finding.outcome,
            assessment=telling.assessment(finding),
            reason=recorded_reason(finding, SENTENCES, watch, words),
            binds=words.listed(
                [isolated(party_name(who, watch, words)) for who in obliged.get(finding.stipulation, ())]
            ),
            read_by=isolated(party_name(reader, watch, words)) if (reader := readers.get(finding.stipulation)) else "",
        )
        for finding in in_order
    )


def differing_keys(before: Sequence[ListedAs], after: ListedAs) -> frozenset[str]:
    """The fields of a later incident that are not what they are in each of the earlier ones; all that is worth saying
    of one that is new is its sentence, so none."""
    return frozenset(
        key for key, value in after.values.items() if before and any(each.values[key] != value for each in before)
    )


def changes_between(
    before: Sequence[ListedAs], after: Sequence[ListedAs], telling: Telling, *, in_full: bool = True
) -> list[Change]:
    """What is another on the two sides of an edit, from → to. Of several that become one, or one that becomes several,
    each side has a value for each incident. in_full: also where a clause says the same for another reason."""
    words, changes = telling.words, []
    is_other_number = len(before) != len(after)
    for key, name in NAMES.items():
        is_each_told = is_other_number and key in _EACH_TOLD
        sides = [_side_words(key, side, telling, is_each_told=is_each_told) for side in (before, after)]
        if sides[0] != sides[1]:
            changes.append(Change(key=key, name=words.gettext(name), before=sides[0], after=sides[1]))
    for clause in sorted({line.clause for each in chain(before, after) for line in each.clauses}):
        sides = [_clause_words(clause, side, telling) for side in (before, after)]
        plain = [
            {line.assessment for each in side for line in each.clauses if line.clause == clause}
            for side in (before, after)
        ]
        if sides[0] != sides[1] and (in_full or plain[0] != plain[1]):
            name = words.gettext("Clause {clause}").format(clause=clause)
            changes.append(Change(key="clause", name=name, before=sides[0], after=sides[1]))
    return changes


def _side_words(key: str, side: Sequence[ListedAs], telling: Telling, *, is_each_told: bool) -> str:
    if not side:
        return telling.words.gettext("no such incident") if key == "listed" else "–"
    values = [each.values[key] for each in side]
    return " | ".join(values if is_each_told else dict.fromkeys(values))


def _clause_words(clause: str, side: Sequence[ListedAs], telling: Telling) -> str:
    lines = [
        telling.words.gettext("{assessment}: {reason}").format(assessment=line.assessment, reason=line.reason)
        for each in side
        for line in each.clauses
        if line.clause == clause
    ]
    return " | ".join(dict.fromkeys(lines)) or telling.words.gettext("says nothing of it")
