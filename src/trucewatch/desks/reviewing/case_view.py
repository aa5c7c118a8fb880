"""What the page of a case says besides its columns: steps, clock, rule, what came of each question, *who* apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trucewatch.desks.reviewing.acting import Side
from trucewatch.desks.reviewing.case_columns import AnswerShown, Column, last_answers
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import isolated
from trucewatch.messages import Amount, Message, Plural
from trucewatch.model.review import OPEN, QUESTION_WORDS, STATE_WORDS, Case
from trucewatch.model.review_outcome import may_sign, rule_of
from trucewatch.model.review_rule import LONGEST_PAUSE_HOURS, AttributionRule, ReviewRule
from trucewatch.model.roles import Role
from trucewatch.server.judgement_history import QUESTION_STATE_WORDS
from trucewatch.server.view import View

STEPS: Final[tuple[tuple[str, Message], ...]] = (
    ("blind", Message("First positions, blind")),
    ("opening", Message("Opened together")),
    ("open", Message("Discussion")),
    ("closed", Message("Outcome")),
)
_SILENCE: Final[Mapping[str, Message]] = {
    "no_position": Message(
        "What a delegation did not give by then is written as not received. Silence is never consent."
    ),
    "abstain": Message("What a delegation did not give by then is written as an abstention. Silence is never consent."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """One of the four steps. is_past: it was reached and left."""

    number: int
    label: Message
    is_now: bool
    is_past: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersOf:
    """What the people of one delegation last answered to a question; nothing where none did."""

    side: str
    letter: str
    answers: tuple[AnswerShown, ...]
    instead: Message
    is_recused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionOutcome:
    """A question of a closed case: every delegation's last answer, and what came of it by the rule."""

    question: Message
    state: Message
    by_side: tuple[AnswersOf, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoApart:
    """The question *who* about a finding. case: where it is put, None while it is not. attributed_to: "" for nobody."""

    case: Case | None
    happened_is_agreed: bool
    attributed_to: str


def steps_of(case: Case) -> tuple[StepShown, ...]:
    names = [name for name, _ in STEPS]
    now = names.index(case.step)
    return tuple(
        StepShown(
            number=place + 1,
            label=label,
            is_now=place == now,
            # Where nothing was opened, as after a departure, the steps between were not taken.
            is_past=place < now and (place == 0 or case.opened_at is not None),
        )
        for place, (_, label) in enumerate(STEPS)
    )


def clock_words(view: View, case: Case, rule: ReviewRule, now: datetime) -> tuple[Message, ...]:
    """When the clock of this step runs out, what is written then, and for how long it stood still. rule: the one by
    which the case was put."""
    return tuple(_clock_words(view, case, rule_of(case, rule), now))


def _clock_words(view: View, case: Case, rule: ReviewRule | AttributionRule, now: datetime) -> Iterator[Message]:
    if case.step == "blind":
        yield Message("First positions are blind. The clock runs until {moment}.", moment=view.telling.moment(case.due))
        yield _left(case.due, now)
        yield _SILENCE[rule.silence]
    elif case.step == "opening":
        yield Message("No first position is awaited any more.")
        yield (
            Message("What is sealed is opened by each delegation’s own key.")
            if case.sealed
            else Message("Nothing lies sealed.")
        )
        if case.sealed and case.opening_due is not None and not case.positions:
            until = view.telling.moment(case.opening_due)
            yield Message("It can be opened until {moment}; what is not opened counts as not given.", moment=until)
            yield _left(case.opening_due, now)
        elif case.sealed and case.opening_due is not None:
            yield Message(
                "The discussion begins at {moment}, without what is not opened by then; that can still be opened while "
                "the case is open.",
                moment=view.telling.moment(case.opening_due),
            )
            yield _left(case.opening_due, now)
    elif case.step == "open" and case.discussion_due is not None:
        until = view.telling.moment(case.discussion_due)
        yield Message("Positions are open. Later ones can be given, with reasons, until {moment}.", moment=until)
        yield _left(case.discussion_due, now)
    if case.paused_s:
        yield Message(
            "The clock stood still for {span}, for all alike, while the log showed a delegation’s line down; at most "
            "{most} h in all.",
            span=span_words(timedelta(seconds=case.paused_s)),
            most=Amount(LONGEST_PAUSE_HOURS),
        )


def _left(due: datetime, now: datetime) -> Message:
    if due <= now:
        return Message("It has run out.")
    return Message("{span} left.", span=span_words(due - now))


def span_words(span: timedelta) -> Message:
    """`41 min`, `2 h 41 min`, `3 days`; never less than nothing."""
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 60:
        return Message("{minutes} min", minutes=Amount(minutes))
    if minutes < 48 * 60:
        return Message("{hours} h {minutes} min", hours=Amount(minutes // 60), minutes=Amount(minutes % 60))
    return Plural("{days} day", "{days} days", minutes // 1440, days=Amount(minutes // 1440))


def rule_words(view: View, case: Case, rule: ReviewRule) -> tuple[Message, ...]:
    """Who signs, how many of each delegation, who stands in, what makes a question agreed, and what a tie is. rule: the
    one by which the case was put."""
    return tuple(_rule_words(view, rule_of(case, rule)))


def _rule_words(view: View, rule: ReviewRule | AttributionRule) -> Iterator[Message]:
    yield Message(
        "By the rule of this watch: {signed} of each delegation. Who signs: {who}.",
        signed=Plural("{count} signed position", "{count} signed positions", rule.each, count=Amount(rule.each)),
        who=_roles(view, rule.signers),
    )
    if rule.stands_in:
        yield Message("Where these are too few, others stand in: {who}.", who=_roles(view, rule.stands_in))
    if isinstance(rule, AttributionRule):
        yield Message(
            "It is agreed when every delegation whose answer counts names the same, or all of them say nobody, and "
            "these are at least two."
        )
    else:
        yield Message(
            "A question is agreed when every delegation whose answer counts concurs, and these are at least two."
        )
    if rule.head_decides:
        yield Message(
            "Where those of one delegation differ, the last position of its head is its answer; without one it has "
            "none, and a tie stays a tie."
        )
    else:
        yield Message("Where those of one delegation differ, it has no answer, and a tie stays a tie.")


def _roles(view: View, roles: Sequence[Role]) -> str:
    return view.words.listed([view.words.say(role.label) for role in roles])


def may_give(case: Case, rule: ReviewRule, side: Side | None) -> bool:
    """Whether somebody's position is taken in this case as it stands."""
    if side is None or side.delegation not in case.delegations or case.step not in ("blind", "open"):
        return False
    standing = case.standings.get(side.delegation)
    return standing != "left" and may_sign(side.role, rule_of(case, rule))


def outcomes_of(case: Case, columns: Sequence[Column]) -> tuple[QuestionOutcome, ...]:
    """What came of each question; nothing while the case is open."""
    outcome = case.outcome
    if outcome is None:
        return ()
    return tuple(
        QuestionOutcome(
            question=QUESTION_WORDS[question],
            state=QUESTION_STATE_WORDS[state],
            by_side=tuple(
                AnswersOf(
                    side=column.side,
                    letter=column.letter,
                    answers=last_answers(case, column.side, question),
                    instead=column.instead,
                    is_recused=column.side in case.recused,
                )
                for column in columns
            ),
        )
        for question, state in outcome.questions.items()
    )


def who_apart(case: Case, chain: Sequence[Case]) -> WhoApart:
    """How *who* stands about the finding of a case as it was put last; chain: every case of it, in order. What was
    answered of an earlier state of it holds of that alone, and what was closed unreviewed is as if it was not put."""
    judged = [each for each in chain if not each.is_of_who]
    last = judged[-1] if judged else case
    put = [each for each in chain if each.is_of_who and each.number > last.number and each.state != "closed_unreviewed"]
    outcome = last.outcome
    return WhoApart(
        case=put[-1] if put else None,
        happened_is_agreed=outcome is not None and outcome.questions.get("happened") == "agreed",
        attributed_to=put[-1].outcome.attributed_to if put and put[-1].outcome else "",
    )


def state_words(case: Case) -> Message:
    return STATE_WORDS[case.state]


def is_open(case: Case) -> bool:
    return case.state == OPEN


def can_be_named(view: View) -> list[tuple[str, str]]:
    """Whom an answer to *who* may name: the parties of the agreement, by name in the reader's language."""
    names = [(party.id, isolated(party_name(party.id, view.watch, view.words))) for party in view.watch.agreement.party]
    return sorted(names, key=lambda named: named[1])
