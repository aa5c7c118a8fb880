"""What of the delegations' reviews a recipient may be told: how each stands, and whose own state it concerns.

Positions, and who dissented, stay inside the centre. Outside stands one word of four: agreed, agreed in part, not
agreed, not reviewed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from trucewatch.locale import Words, mark_in
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import printable
from trucewatch.model.incident import Finding, Incident
from trucewatch.model.report import ReportInputs
from trucewatch.model.review import OUTSIDE, Case
from trucewatch.model.review_list import cases_known, finding_key, last_cases, told_outside
from trucewatch.model.watch import Watch

NOT_REVIEWED: Final = "not_reviewed"
REVIEW_WORDS: Final[Mapping[str, str]] = {
    "agreed": mark_in("review", "agreed"),
    "agreed_in_part": mark_in("review", "agreed in part"),
    "not_agreed": mark_in("review", "not agreed"),
    NOT_REVIEWED: mark_in("review", "not reviewed"),
}
"""What stands outside, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnState:
    """That a clause binds a delegation's own state, or that observations come from it (`of`: clause, evidence).
    is_recused: whether its yes makes nothing agreed."""

    clause: str
    who: str
    of: str
    is_recused: bool


class ReviewsTold:
    """The last case of each finding at the cut-off; cases of a finding are found by the event's id or its reports."""

    def __init__(self, inputs: ReportInputs) -> None:
        self._by_id: dict[tuple[str, str], Case] = {}
        self._by_member: dict[tuple[str, str], Case] = {}
        if not inputs.reviews:
            return
        for case in last_cases(cases_known(inputs.reviews, inputs.as_of)):
            self._by_id[case.incident, case.stipulation] = case
            self._by_member[finding_key(case)] = case

    def case(self, incident_id: str, members: Iterable[str], stipulation: str) -> Case | None:
        """The case of one finding; None where none was put. incident_id: "" for one on a deadline or a whole clause."""
        if not self._by_id:
            return None
        if found := self._by_id.get((incident_id, stipulation)):
            return found
        return next((case for each in members if (case := self._by_member.get((each, stipulation)))), None)

    def of_findings(self, incident: Incident, findings: Iterable[Finding]) -> dict[str, Case]:
        """Stipulation → the case of an incident's finding under it."""
        if not self._by_id:
            return {}
        found = {
            each.stipulation: self.case(incident.incident_id, incident.members, each.stipulation) for each in findings
        }
        return {name: case for name, case in found.items() if case is not None}

    def state(self, incident: Incident, findings: Iterable[Finding]) -> str:
        """How an incident's review stands outside, by these of its findings: those of clauses that apply, and what was
        put."""
        findings = list(findings)
        cases = self.of_findings(incident, findings)
        stand = [each.stipulation for each in findings if each.outcome != "not_applicable" or each.stipulation in cases]
        return told_outside([cases.get(stipulation) for stipulation in stand])


def outside(case: Case | None) -> str:
    """How one finding stands outside."""
    return NOT_REVIEWED if case is None else OUTSIDE[case.state]


def own_states(cases: Iterable[Case], *, with_evidence: bool) -> tuple[OwnState, ...]:
    """Whose own state the cases that are decided concern. with_evidence: where whose observations they are may be
    told."""
    return tuple(
        OwnState(clause=case.stipulation, who=who, of=of, is_recused=who in case.recused)
        for case in cases
        if outside(case) != NOT_REVIEWED
        for of, concerned in (("clause", case.own_clause), ("evidence", case.own_evidence if with_evidence else ()))
        for who in concerned
    )


def review_word(state: str, words: Words) -> str:
    """The word for a state outside; "" for a recipient who is told none."""
    return words.pgettext("review", REVIEW_WORDS[state]) if state in REVIEW_WORDS else ""


def own_sentences(concerned: Iterable[OwnState], watch: Watch, words: Words) -> list[str]:
    """Whose own state a review concerns, a sentence each."""
    sentences = []
    for each in concerned:
        who = party_name(each.who, watch, words)
        if each.of == "clause":
            sentence = words.gettext("Clause {clause} binds the own state of {who}").format(clause=each.clause, who=who)
        else:
            sentence = words.gettext("Observations that this rests on come from the own state of {who}").format(who=who)
        if each.is_recused:
            sentence = words.gettext("{sentence}; by the rule of this watch its yes makes nothing agreed").format(
                sentence=sentence
            )
        sentences.append(sentence)
    return list(dict.fromkeys(sentences))


def wording_told(wording: Mapping[str, str], words: Words) -> str:
    """The text that all delegations signed, in the reader's language where they signed one, as they wrote it."""
    language = words.language if words.language in wording else next(iter(wording))
    return words.gettext("The delegations’ common text: “{text}”").format(text=printable(wording[language]))
