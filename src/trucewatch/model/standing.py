"""How an incident, a deadline or a finding stands: never *undetermined* without the word for why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from trucewatch.model.incident import Finding, Incident
from trucewatch.model.outcomes import HELD, OUTCOMES, SAID, held_word
from trucewatch.model.testimony import CENTRE

KIND_ALONE: Final = "kind_claimed_alone"
ESTABLISHED_RUNGS: Final = ("corroborated", "verified")
"""The rungs on which several means bear an incident out, or the delegations agree on it: what no clause speaks of is
established on them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The outcome, of an incident the worst of its findings; where that is held back, the word for why and whose report
    it is, as far as facts name that; the clauses that give it, where they are asked for."""

    outcome: str
    reason_word: str = ""
    who: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    kind_alone: bool = False
    """Whether others bear out that something happened, and one side alone says of what kind it was."""

    @classmethod
    def of(cls, finding: Finding) -> Standing:
        """How one finding stands; lists of earlier versions keep no word."""
        word = finding.held or held_word(finding.outcome, finding.reason)
        who = reporters(finding.facts) if word == "not_checked" else ()
        return cls(finding.outcome, word, who, (finding.stipulation,), finding.reason == KIND_ALONE)

    @property
    def code(self) -> str:
        """The outcome, or the word for why none is said."""
        return self.reason_word or self.outcome

    def document(self) -> dict[str, Any]:
        """The same for programs."""
        return {"outcome": self.outcome, "held": self.reason_word, "reported_by": list(self.who)}


NO_CLAUSE: Final = Standing("not_applicable")
"""Of an incident that no clause speaks of."""


def reporters(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Whose report a finding rests on, where its facts name that; the centre's own are no report to it, and a row that
    names several is none's own."""
    named = facts.get("claimed_by") or facts.get("reported_by") or ()
    givers = [named] if isinstance(named, str) else list(named)
    return tuple(giver for giver in givers if giver and giver != CENTRE and "; " not in giver)


def standings_of(findings: Iterable[Finding]) -> dict[str, Standing]:
    """For each incident the worst outcome of its findings with the clauses that give it; of those that are held back
    the first word."""
    worst: dict[str, Standing] = {}
    for finding in findings:
        if not finding.incident_id:
            continue
        standing = Standing.of(finding)
        before = worst.get(finding.incident_id)
        if before and before.kind_alone != standing.kind_alone:
            standing, before = replace(standing, kind_alone=True), replace(before, kind_alone=True)
            worst[finding.incident_id] = before
        if before is None or _rank(standing) < _rank(before):
            clauses = before.clauses if before and before.outcome == standing.outcome else ()
            worst[finding.incident_id] = replace(standing, clauses=(*clauses, finding.stipulation))
        elif before.outcome == standing.outcome:
            who = (
                before.who
                if before.reason_word != standing.reason_word
                else tuple(dict.fromkeys((*before.who, *standing.who)))
            )
            worst[finding.incident_id] = replace(before, who=who, clauses=(*before.clauses, finding.stipulation))
    return worst


def is_established(standing: Standing, incident: Incident) -> bool:
    """Whether an assessment of it is said; of what no clause speaks of, whether several means bear it out or
    the delegations agree on it.

    That an event is established does not establish its dead, nor what was hit (`grave_stands`).
    """
    if standing.reason_word or not (standing.outcome in SAID or incident.rung in ESTABLISHED_RUNGS):
        return False
    return grave_stands(incident)


def grave_stands(incident: Incident) -> bool:
    """Whether what makes an incident grave is more than somebody's claim: a death is stated by who runs a source and
    not by a party or a body, nor told to it by another; of what was hit nobody is named as the claimant of any report.
    """
    states_death = any(
        entry.giver_kind == "source"
        and entry.perceived != "told"
        and (entry.killed_min or entry.killed_best or entry.killed_max)
        for entry in incident.people
    )
    hit = set(incident.grave) - {"killed"}
    return ("killed" not in incident.grave or states_death) and not (hit and incident.claimed_by)


def _rank(standing: Standing) -> tuple[int, int]:
    return OUTCOMES.index(standing.outcome), HELD.index(standing.reason_word) if standing.reason_word else len(HELD)
