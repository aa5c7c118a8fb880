"""Positions of delegations on a case → what came of it by the watch's rule. Pure, and the same for every delegation.

Silence, an abstention and the yes of one that is recused make nothing agreed; a tie stays a tie.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from trucewatch.model.agreement import Agreement, Stipulation
from trucewatch.model.claims import claimants_in, folded_name, voice_words
from trucewatch.model.link_distances import distance_km
from trucewatch.model.review import Answer, Case, CaseState, Question, QuestionState, Said, Sealed
from trucewatch.model.review_put import Put, moment_put, number_put
from trucewatch.model.review_rule import AttributionRule, ReviewRule
from trucewatch.model.roles import Role
from trucewatch.model.watch import Delegation, SourceSetting, Watch

LEAST_DELEGATIONS: Final = 2
"""So many that are not recused have to concur for anything to be agreed."""
CHANGES: Final = ("outcome", "kind", "where", "when", "count")
"""What late evidence may change of a finding that was put (`changed_since`)."""
LEAST_ROOM_M: Final = 100.0
"""Two places this near are the same place, however small the ellipse is that was put."""
LEAST_ROOM: Final = timedelta(minutes=15)
"""The same of two moments."""
ELLIPSE_95: Final = 2.4477
"""From one standard deviation to the ellipse that holds 95 in 100: the square root of χ² with two degrees, 0.95."""


def rule_of(case: Case, rule: ReviewRule) -> ReviewRule | AttributionRule:
    """By which rule a case is judged: *who* has its own."""
    return rule.attribution if case.is_of_who else rule


class Settled(NamedTuple):
    """What comes of a case: its state, that of each question, and to whom it is attributed ("" for nobody)."""

    state: CaseState
    questions: dict[Question, QuestionState]
    attributed_to: str = ""


def settle(case: Case, rule: ReviewRule) -> Settled:
    """What comes of a case by the rule by which it was put.

    A delegation that left before the case was put is not in `case.delegations`; one that left since (`standings`)
    closes it unreviewed, as does that it was put to one alone. Who is recused counts neither for nor against an
    agreement. Who sealed several positions and did not open them all has given none: else it would choose, once it has
    read the other's, which of them to show.
    """
    held = rule_of(case, rule)
    unopened = {each.delegation for each in case.sealed}
    by_delegation = {
        delegation: {} if delegation in unopened else _answers(case, delegation, held)
        for delegation in case.delegations
    }
    counting = [delegation for delegation in case.delegations if delegation not in case.recused]
    states = {question: _state_of(question, by_delegation, counting) for question in case.questions}
    standings = {case.standings.get(delegation) for delegation in case.delegations}
    if "left" in standings or len(case.delegations) < LEAST_DELEGATIONS:
        return Settled("closed_unreviewed", _with_nothing_agreed(states))
    if states.get("happened", "agreed") != "agreed":
        # What it was, where and when is agreed of nothing that is not agreed to have happened.
        states = {question: "open_happened" if state == "agreed" else state for question, state in states.items()}
    agreed = [question for question, state in states.items() if state == "agreed"]
    named = by_delegation[counting[0]].get("who") if "who" in agreed else None
    attributed_to = named[1] if named else ""
    if agreed:
        return Settled("agreed" if len(agreed) == len(states) else "agreed_in_part", states, attributed_to)
    whose = counting if len(counting) >= LEAST_DELEGATIONS else case.delegations
    if any(case.standings.get(delegation) == "withheld" for delegation in whose):
        return Settled("withheld", states)
    return Settled("not_agreed" if any(by_delegation.values()) else "closed_unreviewed", states)


def counted(signed: Iterable[Said], rule: ReviewRule | AttributionRule) -> tuple[Said, ...]:
    """The positions of one delegation that make up its answer; none where too few people signed.

    Of each person the last one counts. Rounds are gone back through from the newest until `each` people of the signing
    roles are found, with those who stand in where these are too few; all of a round count. Where the head decides, the
    head's is among them; not that of a head who signed again since in another role.
    """
    last = {each.person: each for each in sorted(signed, key=_order)}
    positions: tuple[Said, ...] = ()
    for roles in (set(rule.signers), set(rule.signers) | set(rule.stands_in)):
        if len(positions) < rule.each:
            positions = _newest([each for each in last.values() if each.role in roles], rule.each)
    if len(positions) < rule.each:
        return ()
    head = _head_of(last.values()) if rule.head_decides else None
    if head is not None and head not in positions:
        positions += (head,)
    return tuple(sorted(positions, key=_order))


def delegation_answer(
    signed: Iterable[Said], rule: ReviewRule | AttributionRule, question: Question
) -> tuple[Answer, str] | None:
    """What one delegation answers to a question, with whom it names; None where too few signed, and where its people
    differ and its head does not decide."""
    positions = counted(signed, rule)
    answers = {_answer_in(each, question) for each in positions}
    if len(answers) == 1:
        return next(iter(answers))
    head = _head_of(positions) if rule.head_decides else None
    return _answer_in(head, question) if head is not None else None


def is_in(signed: Iterable[Said | Sealed], rule: ReviewRule | AttributionRule) -> bool:
    """Whether as many people of a delegation have signed, opened or sealed, as the rule asks of each."""
    roles = set(rule.signers) | set(rule.stands_in)
    return len({each.person for each in signed if each.role in roles}) >= rule.each


def may_sign(role: str, rule: ReviewRule | AttributionRule) -> bool:
    """Whether the position of somebody with this role is taken: it counts, or the head's decides."""
    return role in rule.signers or role in rule.stands_in or (rule.head_decides and role == Role.HEAD)


def _answers(
    case: Case, delegation: str, rule: ReviewRule | AttributionRule
) -> dict[Question, tuple[Answer, str] | None]:
    """What one delegation answers to each question of a case; empty where it gave none. Who says that something did
    not happen agrees with nothing that is said of it."""
    signed = [each for each in case.positions if each.delegation == delegation]
    if not counted(signed, rule):
        return {}
    answers = {question: delegation_answer(signed, rule, question) for question in case.questions}
    if answers.get("happened") == ("dissent", ""):
        return {
            question: ("dissent", "") if answer == ("concur", "") else answer for question, answer in answers.items()
        }
    return answers


def _state_of(
    question: Question,
    by_delegation: Mapping[str, Mapping[Question, tuple[Answer, str] | None]],
    counting: Collection[str],
) -> QuestionState:
    """Agreed by those that count; else as the answers of all of them stand to each other."""
    answers = {by_delegation[delegation].get(question) for delegation in counting}
    if len(counting) >= LEAST_DELEGATIONS and len(answers) == 1:
        answer = next(iter(answers))
        if answer is not None and answer[0] in ("concur", "names", "none"):
            return "agreed"
    everybody = {own.get(question) for own in by_delegation.values()}
    answered = {answer for answer in everybody if answer is not None and answer[0] != "abstain"}
    if len(answered) > 1:
        return "differ"
    if len(answered) == len(everybody) and answered == {("dissent", "")}:
        return "dissent"
    if len(answered) == len(everybody) and len(counting) < LEAST_DELEGATIONS:
        return "too_few"
    return "not_answered"


def _with_nothing_agreed(states: Mapping[Question, QuestionState]) -> dict[Question, QuestionState]:
    return {question: "not_answered" if state == "agreed" else state for question, state in states.items()}


def _newest(positions: list[Said], least: int) -> tuple[Said, ...]:
    """Those of the newest rounds that have `least` people together; fewer where there are no more."""
    gathered: list[Said] = []
    for turn in sorted({each.turn for each in positions}, reverse=True):
        if len(gathered) < least:
            gathered += [each for each in positions if each.turn == turn]
    return tuple(gathered)


def _head_of(positions: Iterable[Said]) -> Said | None:
    """The head's last one; of two heads, one after the other, the later's."""
    return max((each for each in positions if each.role == Role.HEAD), key=_order, default=None)


def _answer_in(position: Said, question: Question) -> tuple[Answer, str]:
    answer = position.answers.get(question, "abstain")
    return answer, position.names if answer == "names" else ""


def _order(signed: Said) -> tuple[int, int]:
    return signed.turn, signed.entry


def own_of(
    watch: Watch,
    stipulation: Stipulation | str,
    sources_of_members: Collection[str],
    claimants_of_members: Collection[str] = (),
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Whose own state the clause binds, and of whose own state observations are: delegations, in the watch's order.

    stipulation: as it is read, or its id. sources_of_members: the ids of the sources of the finding's observations;
    claimants_of_members: their `claimed_by`. A body counts as the party that it counts with.
    """
    if isinstance(stipulation, str):
        bound = next((each.obliged for _, each in watch.agreement.stipulations() if each.id == stipulation), ())
    else:
        bound = stipulation.obliged
    delegations, sources = watch.settings.delegation, watch.settings.source
    named = [source for source in sources if source.id in sources_of_members]
    own_evidence = own_observations(delegations, watch.agreement, named, claimants_of_members)
    return own_clauses(delegations, watch.agreement, bound), own_evidence


def own_observations(
    delegations: Collection[Delegation],
    agreement: Agreement,
    sources: Collection[SourceSetting],
    claimants: Iterable[str],
) -> tuple[str, ...]:
    """The delegations of whose own state some of these sources are, by `of` or `claimed_by`, or some of these claimants
    of rows; ids, in their order.

    claimants: `claimed_by` of observations, as it is written; of several in one row each counts.
    """
    counts_with = _counts_with(agreement)
    words = _claimant_words(delegations, agreement)
    claimed = (*claimants, *(source.claimed_by for source in sources))
    givers = {counts_with.get(source.of, source.of) for source in sources if source.of}
    givers.update(name for text in claimed for name in claimants_in(text, words))
    return tuple(each.id for each in delegations if _names_of(each, counts_with) & givers)


def own_clauses(delegations: Iterable[Delegation], agreement: Agreement, obliged: Iterable[str]) -> tuple[str, ...]:
    """The delegations whose own state is among those that a clause obliges, by id, in their order."""
    counts_with = _counts_with(agreement)
    voices = {counts_with.get(name, name) for name in obliged}
    return tuple(each.id for each in delegations if _names_of(each, counts_with) & voices)


def _claimant_words(delegations: Iterable[Delegation], agreement: Agreement) -> dict[str, str]:
    """Every way to write a party, a body or a delegation, as `folded_name` gives them → whose voice it is."""
    counts_with = _counts_with(agreement)
    words: dict[str, str] = {}
    for each in delegations:
        words[folded_name(each.own)] = counts_with.get(each.own, each.own)
        for word in (each.id, *each.names.values()):
            words[folded_name(word)] = counts_with.get(each.id, each.id)
    return words | voice_words(agreement)


def _names_of(delegation: Delegation, counts_with: Mapping[str, str]) -> set[str]:
    return {counts_with.get(name, name) for name in (delegation.id, delegation.own)}


def recused_by(rule: ReviewRule, own_clause: Iterable[str], own_evidence: Iterable[str]) -> dict[str, str]:
    """Whose yes makes nothing agreed, each with why: `clause`, or `evidence` where it is that alone."""
    recused = dict.fromkeys(own_evidence, "evidence") if rule.recuse_evidence else {}
    return recused | (dict.fromkeys(own_clause, "clause") if rule.recuse else {})


def _counts_with(agreement: Agreement) -> dict[str, str]:
    return {body.id: body.counts_with for body in agreement.body if body.counts_with}


def changed_since(put_before: Put, put_now: Put) -> tuple[str, ...]:
    """What of a finding no longer agrees with what was put: of CHANGES, in their order.

    outcome, kind: another word. where: the place now lies outside the ellipse of 95 in 100 that was put (a circle about
    its longer axis), or is known where it was not, or the reverse. when: it now reaches beyond the time that was put by
    more than that was long (at least 15 minutes). count: outside the least and the most that were put. Both as `put` of
    the case's record: texts and whole numbers; "" is not known.
    """
    changed = {
        "outcome": any(put_before.get(name) != put_now.get(name) for name in ("outcome", "held")),
        "kind": put_before.get("kind") != put_now.get("kind"),
        "where": _has_moved(put_before, put_now),
        "when": _is_at_another_time(put_before, put_now),
        "count": _is_another_count(put_before, put_now),
    }
    return tuple(word for word in CHANGES if changed[word])


def reopens(changed: Collection[str]) -> bool:
    """Whether late evidence that changed this puts the finding anew: everything but a count alone."""
    return bool(set(changed) - {"count"})


def _has_moved(before: Put, now: Put) -> bool:
    places = [[number_put(put, name) for name in ("lon", "lat")] for put in (before, now)]
    known = [None not in place for place in places]
    if not all(known):
        return any(known)
    lon_a, lat_a, lon_b, lat_b = (number or 0.0 for place in places for number in place)
    room_m = max(ELLIPSE_95 * (number_put(before, "semi_major_m") or 0.0), LEAST_ROOM_M)
    return distance_km(lon_a, lat_a, lon_b, lat_b) * 1000 > room_m


def _is_at_another_time(before: Put, now: Put) -> bool:
    start, end = moment_put(before, "occurred_start"), moment_put(before, "occurred_end")
    start_now, end_now = moment_put(now, "occurred_start"), moment_put(now, "occurred_end")
    if start is None or end is None or start_now is None or end_now is None:
        return (start, end) != (start_now, end_now)
    room = max(end - start, LEAST_ROOM)
    return start_now < start - room or end_now > end + room


def _is_another_count(before: Put, now: Put) -> bool:
    best, best_before = number_put(now, "count_best"), number_put(before, "count_best")
    if best is None or best_before is None:
        return best != best_before
    least, most = number_put(before, "count_min"), number_put(before, "count_max")
    return not (best_before if least is None else least) <= best <= (best_before if most is None else most)
