"""Which assessments a recipient is told, and the words that stand where none is said.

An assessment that did not pass the gate is no number among those that did: it has a word of its own
(`model/outcomes.py`) and is counted beside them.
"""

from __future__ import annotations

from typing import Final

from trucewatch.locale import Words
from trucewatch.locale.reasons import giver_name, party_name
from trucewatch.locale.terms import held_word, outcome_word
from trucewatch.model.party_release import is_of_parties
from trucewatch.model.watch import Watch
from trucewatch.reports.daily_report import DailyReport, Tally
from trucewatch.reports.outcome_policy import BY_PLACE, UNTOLD, why_untold
from trucewatch.reports.phrases import clauses_of
from trucewatch.reports.released import WITHHELD, ReleasedFinding, ReleasedIncident
from trucewatch.reports.released_view import ReleasedView
from trucewatch.reports.review_told import NOT_REVIEWED, REVIEW_WORDS, review_word

DECIDED: Final = frozenset(REVIEW_WORDS) - {NOT_REVIEWED}
"""Words of a review that came out somehow."""


def in_words(reason: str, words: Words, *, who: str = "") -> str:
    """The word where no assessment is said."""
    return words.gettext(UNTOLD[reason]) if reason in UNTOLD else held_word(reason, words, who=who)


def outcome_told(incident: ReleasedIncident, release: DailyReport | ReleasedView, words: Words) -> str:
    """`inconsistent`, `reported by A, not yet checked`; with how its review stands, to a party also that there was
    none."""
    return _with_review(_word_of(incident, release, words), incident, release, words)


def outcome_with_clauses(incident: ReleasedIncident, release: DailyReport | ReleasedView, words: Words) -> str:
    """`inconsistent with 1a`, `reported by A, not yet checked (clauses 1a and 5)`, `no clause applies`."""
    listed = words.listed(clauses_of(incident))
    sentence = _word_of(incident, release, words)
    if incident.outcome == "not_applicable":
        return words.gettext("no clause applies")
    if listed and incident.hold:
        sentence = words.ngettext(
            "{reason} (clause {clauses})", "{reason} (clauses {clauses})", len(clauses_of(incident))
        ).format(reason=sentence, clauses=listed)
    elif listed and incident.outcome == "inconsistent":
        sentence = words.gettext("inconsistent with {clauses}").format(clauses=listed)
    elif listed and incident.outcome == "consistent":
        sentence = words.gettext("consistent with {clauses}").format(clauses=listed)
    return _with_review(sentence, incident, release, words)


def _word_of(incident: ReleasedIncident, release: DailyReport | ReleasedView, words: Words) -> str:
    who = ""
    if incident.hold:  # it is named in the reason alone
        who = words.listed([party_name(who, release.watch, words) for who in incident.claimed_by])
    return _in_words(incident.outcome, incident.hold, words, who=who)


def finding_told(finding: ReleasedFinding, release: DailyReport | ReleasedView, words: Words) -> str:
    """The same of one finding."""
    who = words.listed(claimants_of(finding, release.watch, words)) if finding.hold else ""
    return _with_review(_in_words(finding.outcome, finding.hold, words, who=who), finding, release, words)


def claimants_of(finding: ReleasedFinding, watch: Watch, words: Words) -> list[str]:
    """Who claims what a finding rests on, by name."""
    claimed = finding.facts.get("claimed_by") or []
    givers = claimed if isinstance(claimed, list | tuple) else [claimed]
    return [giver_name(str(giver), watch, words) for giver in givers]


def counted_word(outcome: str, words: Words) -> str:
    """The word for a group of lines whose reasons are not at hand, as of an earlier issue."""
    if outcome == "undetermined":
        return words.gettext("no assessment")
    return words.gettext("assessment not told") if outcome == WITHHELD else outcome_word(outcome, words)


def held_sentences(report: DailyReport, words: Words) -> list[str]:
    """The second number: how many have no assessment, and why; of real and simulated incidents and of obligations."""
    sentences = [
        sentence
        for tally, simulated in ((report.real, False), (report.simulated, True))
        if (sentence := _held_sentence(tally, words, simulated=simulated))
    ]
    if report.obligations_untold:
        sentences.append(
            words.ngettext(
                "Of {number} obligation nothing is told here: {reason}.",
                "Of {number} obligations nothing is told here: {reason}.",
                report.obligations_untold,
            ).format(
                number=words.number(report.obligations_untold), reason=in_words(why_untold(report.recipient), words)
            )
        )
    return sentences


def _held_sentence(tally: Tally, words: Words, *, simulated: bool) -> str:
    number = sum(count for _, count in tally.holds)
    if not number:
        return ""
    reasons = "; ".join(
        words.gettext("{number} {reason}").format(number=words.number(count), reason=in_words(word, words))
        for word, count in tally.holds
    )
    if len(tally.holds) == 1:
        reasons = in_words(tally.holds[0][0], words)
    if simulated:
        sentence = words.ngettext(
            "No assessment of {number} simulated incident: {reasons}.",
            "No assessment of {number} simulated incidents: {reasons}.",
            number,
        )
    else:
        sentence = words.ngettext(
            "No assessment of {number} incident: {reasons}.", "No assessment of {number} incidents: {reasons}.", number
        )
    return sentence.format(number=words.number(number), reasons=reasons)


def _in_words(outcome: str, reason: str, words: Words, *, who: str) -> str:
    if outcome == WITHHELD or reason:
        return in_words(reason or BY_PLACE, words, who=who)
    return outcome_word(outcome, words)


def _with_review(
    sentence: str, told: ReleasedIncident | ReleasedFinding, release: DailyReport | ReleasedView, words: Words
) -> str:
    """The assessment with how the delegations' review of the facts stands; where there was none, that alone to the
    parties, of what is assessed. A word for why none is said may say so itself."""
    if told.review in DECIDED:
        if told.hold.startswith("review_"):
            return sentence
        review = review_word(told.review, words)
        return words.gettext("{outcome}; review: {review}").format(outcome=sentence, review=review)
    if told.outcome == WITHHELD or told.hold or told.is_reviewed:
        return sentence
    if is_of_parties(release.recipient, release.watch.agreement):
        return words.gettext("{outcome}, not reviewed").format(outcome=sentence)
    return sentence
