"""Why a part of a clause stands as it does, in sentences: the finding, readings, claims, then the texts and rules."""

from __future__ import annotations

from typing import Final

from trucewatch.findings import SENTENCES
from trucewatch.findings.state_rules import RULE_SENTENCES
from trucewatch.locale import Words
from trucewatch.locale.reasons import party_name, reason_sentence, rule_sentence
from trucewatch.locale.sanitize import printable
from trucewatch.locale.terms import held_word, outcome_word, state_named
from trucewatch.model.clause_parts import ClaimOfState, Gap, Part
from trucewatch.model.clause_state import ClauseState, FindingCount, ReadingAnswer, RuleLine
from trucewatch.model.outcomes import HELD, OUTCOMES
from trucewatch.model.watch import Watch

_SETTLING: Final = ("by_hand", "suspended", "relation", "end", "end_range")
"""The rules that alone say why a clause does not bind, or who set its state."""
_ENDING: Final = ("ends", "replaces")
_BY_RULE: Final = frozenset(("suspended", "no_longer_in_force", "not_yet_in_force"))


def reasons_of(state: ClauseState, watch: Watch, language: Words) -> list[str]:
    """Why it stands so, with all that gave it."""
    first = beside_words(state.beside, language) if state.kind == "prohibited" else ""
    sentences = list(filter(None, [first or finding_sentence(state, watch, language)]))
    if state.state == "reading_disputed" and state.kind != "judged":
        sentences.append(answers_words(state, watch, language))
    for answer in state.readings:
        who = party_name(answer.by, watch, language)
        if not answer.says:
            sentences.append(language.gettext("{who} states no reading of it.").format(who=who))
            continue
        says = language.name(answer.says, otherwise="")
        sentences.append(
            language.gettext("As {who} reads it: {says} Source: {source}").format(
                who=who, says=printable(says), source=printable(answer.source)
            )
        )
    sentences += [claim_sentence(claim, watch, language) for claim in state.claims]
    sentences += [part_sentence(part, watch, language) for part in state.parts]
    sentences += [gap_sentence(gap, watch, language) for gap in state.gaps]
    lines = [line for line in state.rule if not (sentences and line.code == "for_people")]
    return [*sentences, *(rule_words(line, watch, language) for line in lines)]


def rule_words(line: RuleLine, watch: Watch, language: Words) -> str:
    return rule_sentence(line, RULE_SENTENCES, watch, language)


def finding_sentence(state: ClauseState, watch: Watch, language: Words) -> str:
    """The sentence of the finding that it rests on; "" for none."""
    if not state.reason or state.reason not in SENTENCES.get(state.rule_version, {}):
        return ""
    return reason_sentence(_Reason(state), SENTENCES, watch, language)


def claim_sentence(claim: ClaimOfState, watch: Watch, language: Words) -> str:
    return language.gettext("{who} states: {state}. {says} Source: {source}").format(
        who=party_name(claim.by, watch, language),
        state=state_named(claim.state, language),
        says=printable(language.name(claim.says, otherwise="")),
        source=printable(claim.source),
    )


def part_sentence(part: Part, watch: Watch, language: Words) -> str:
    """That a part was done, with who says so."""
    values = {
        "day": language.short_day(part.day),
        "says": printable(language.name(part.says, otherwise="")),
        "source": printable(part.source),
    }
    if not part.by:
        return language.gettext("Done in part, {day}: {says} Source: {source}").format(**values)
    return language.gettext("{who} states: done in part, {day}. {says} Source: {source}").format(
        who=party_name(part.by, watch, language), **values
    )


def gap_sentence(gap: Gap, watch: Watch, language: Words) -> str:
    """When it did not go on and why, as somebody states it."""
    values = {
        "who": party_name(gap.by, watch, language),
        "first": language.short_day(gap.from_),
        "says": printable(language.name(gap.says, otherwise="")),
        "source": printable(gap.source),
    }
    if gap.until is None:
        return language.gettext("{who} states: not kept up from {first} on. {says} Source: {source}").format(**values)
    return language.gettext("{who} states: not kept up from {first} to {last}. {says} Source: {source}").format(
        last=language.short_day(gap.until), **values
    )


def answers_words(state: ClauseState, watch: Watch, language: Words) -> str:
    """What it comes to as each reads it, one beside the other; of what people decide, what each reads in it."""
    answers = [_answer_words(state, answer, watch, language) for answer in state.readings]
    return language.gettext("{answers}.").format(answers=language.gettext("; ").join(answers))


def _answer_words(state: ClauseState, answer: ReadingAnswer, watch: Watch, language: Words) -> str:
    who = party_name(answer.by, watch, language)
    if len({each.state for each in state.readings}) == 1:
        # One word for all says nothing of how they differ; what each says does.
        if not answer.says:
            return language.gettext("{who} states no reading of it").format(who=who)
        says = printable(language.name(answer.says, otherwise="")).rstrip(". ") or language.gettext("erased")
        return language.gettext("as {who} reads it: {state}").format(who=who, state=says)
    return language.gettext("as {who} reads it: {state}").format(who=who, state=state_named(answer.state, language))


def why(state: ClauseState, watch: Watch, language: Words) -> str:
    """The same in one sentence, for a row of the table."""
    lines = {line.code: line for line in state.rule if line.code != "relation" or line.facts["relation"] in _ENDING}
    settling = next((lines[code] for code in _SETTLING if code in lines), None)
    if "by_hand" in lines or (state.state in _BY_RULE and settling is not None):
        return rule_words(settling or lines["by_hand"], watch, language)
    if state.state == "reading_disputed":
        return answers_words(state, watch, language)
    if state.claims and state.state in ("disputed", "met", "met_in_part", "not_met", "lapsed", "kept_up"):
        stated = [
            language.gettext("{who} states: {state}").format(
                who=party_name(claim.by, watch, language), state=state_named(claim.state, language)
            )
            for claim in state.claims
        ]
        return language.gettext("{answers}.").format(answers=language.gettext("; ").join(stated))
    if state.kind == "prohibited":
        return beside_words(state.beside, language)
    sentence = finding_sentence(state, watch, language)
    return sentence or (rule_words(state.rule[0], watch, language) if state.rule else "")


def beside_words(beside: tuple[FindingCount, ...], language: Words) -> str:
    """How many findings on single incidents stand beside it: `3 findings: 1 inconsistent; 2 at the edge …`."""
    if not beside:
        return language.gettext("No incident on record bears on it; that says nothing about quiet.")
    order = {code: place for place, code in enumerate((*OUTCOMES, *HELD))}
    counts = sorted(beside, key=lambda each: order.get(each.code, len(order)))
    template = language.gettext("{number} {reason}")
    parts = [template.format(number=language.number(each.count), reason=_word(each.code, language)) for each in counts]
    whole = sum(each.count for each in beside)
    return language.ngettext(
        "{number} finding beside it: {parts}.", "{number} findings beside it: {parts}.", whole
    ).format(number=language.number(whole), parts=language.gettext("; ").join(parts))


def _word(code: str, language: Words) -> str:
    if code == "known_in_part":
        return language.gettext("of reports that were not all known then")
    return outcome_word(code, language) if code in OUTCOMES else held_word(code, language)


class _Reason:
    """What the sentence of a finding needs, of a state that rests on it."""

    def __init__(self, state: ClauseState) -> None:
        self.finding_id = state.finding
        self.stipulation, self.rule = state.stipulation, state.rule_version
        self.reason, self.facts = state.reason, state.facts
