"""One column for each delegation of a case, in the order of watch.toml: what is sealed, withheld, not received, opened
or given later, said alike of every one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trucewatch.desks.reviewing.acting import letters_of
from trucewatch.desks.reviewing.case_states import came_late, standing_words
from trucewatch.desks.reviewing.case_words import without_keys
from trucewatch.messages import Message
from trucewatch.model.review import ANSWER_WORDS, QUESTION_WORDS, Case, Said, Sealed
from trucewatch.model.review_outcome import rule_of
from trucewatch.model.roles import Role
from trucewatch.pipeline.review_book import ReviewBook
from trucewatch.server.people_shown import person_words
from trucewatch.server.view import View

_BINDS: Final = Message("The clause binds this delegation’s own state.")
_RESTS: Final = Message("Evidence of this finding comes from this delegation’s own state.")
_RECUSED: Final[Mapping[str, Message]] = {
    "clause": Message(
        "By the rule of this watch its consent makes nothing agreed, because the clause binds its state."
    ),
    "evidence": Message(
        "By the rule of this watch its consent makes nothing agreed, because evidence comes from its state."
    ),
}
_SEALED: Final = ("blind", "opening")
"""The steps in which something is sealed, or can be."""
_CUT_SHORT: Final = Message("sealed; the case was closed before it could be opened")
_AS_ABSTENTION: Final = Message("By the rule of this watch that is written as an abstention. It is no consent.")
_ABSTENTION: Final = Message("not received; by the rule of this watch an abstention")
_NOT_RECUSED: Final = Message("The rule of this watch does not set its position aside for that.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerShown:
    """One answer: the word that makes its sign, and the sentence of it."""

    answer: str
    word: Message
    names: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonShown:
    """Words of a position to one question: one's own version of a dissent, and the reason; "" for none."""

    question: Message
    version: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionShown:
    """One position, opened or given in the open. words: None where they were erased. sealed_entry: of its commitment,
    -1 for one that was given in the open."""

    signed: Said
    answers: Mapping[str, AnswerShown]
    words: tuple[ReasonShown, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShown:
    """The positions of one person of a delegation, the blind one first."""

    who: str
    role: Message | str
    positions: tuple[PositionShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A delegation in a case. letter: by its place in watch.toml. is_own: whether whoever looks speaks for it.
    came_at: when the first came of one that sealed nothing and gave one later. is_cut_short: the case was closed
    before its clock ran out, and nothing was received by then or could be opened. concerns: what is said of the clause
    and of evidence of its own state. silence: what by the rule is written where nothing was received; None where that
    is no position. instead: what stands in the place of an answer. line_was_down: when the clock of first positions
    ran out."""

    side: str
    letter: str
    standing: str
    word: Message
    is_own: bool
    sealed: tuple[Sealed, ...]
    people: tuple[PersonShown, ...]
    line_down_since: datetime | None
    line_was_down: datetime | None
    came_at: datetime | None
    is_cut_short: bool
    concerns: tuple[Message, ...]
    silence: Message | None
    instead: Message


def columns_of(view: View, case: Case, book: ReviewBook, own: str) -> tuple[Column, ...]:
    """own: the delegation for which whoever looks speaks; "" for none."""
    letters = letters_of(view.watch)
    order = [side for side in letters if side in case.delegations]
    order += [side for side in case.delegations if side not in letters]
    return tuple(_column(view, case, book, side, letter=letters.get(side, "–"), own=own) for side in order)


def _column(view: View, case: Case, book: ReviewBook, side: str, *, letter: str, own: str) -> Column:
    standing = case.standings.get(side, "awaited")
    is_cut_short = was_cut_short(case) and (standing == "not_received" or not could_be_opened(case))
    is_abstention = (
        standing == "not_received" and not is_cut_short and rule_of(case, book.rule(case)).silence == "abstain"
    )
    is_late = came_late(case, side)
    return Column(
        side=side,
        letter=letter,
        standing=standing,
        word=_CUT_SHORT if is_cut_short and standing == "not_opened" else standing_words(case, side),
        is_own=side == own,
        sealed=tuple(sealed for sealed in case.sealed if sealed.delegation == side),
        people=_people_of(view, case, book, side),
        line_down_since=case.line_down_since.get(side),
        line_was_down=case.line_was_down.get(side),
        came_at=min(each.at for each in case.positions if each.delegation == side) if is_late else None,
        is_cut_short=is_cut_short,
        concerns=(*concerns_of(case, side), *(without_keys(view, book, side) if case.step in _SEALED else ())),
        silence=_AS_ABSTENTION if is_abstention else None,
        instead=_ABSTENTION if is_abstention else standing_words(case, side),
    )


def was_cut_short(case: Case) -> bool:
    """Whether a case was closed before the clock of first positions ran out, as by a departure."""
    return case.outcome is not None and case.opened_at is None and case.outcome.known_at < case.due


def could_be_opened(case: Case) -> bool:
    """Whether what lay sealed could ever be opened: something was, or every delegation had sealed."""
    return bool(case.positions) or {each.delegation for each in case.sealed} >= set(case.delegations)


def concerns_of(case: Case, side: str) -> Iterator[Message]:
    """That the clause binds its own state, that evidence is of it, and whether the rule recuses it; nothing where
    neither holds."""
    if side in case.own_clause:
        yield _BINDS
    if side in case.own_evidence:
        yield _RESTS
    if side in case.recused:
        yield _RECUSED.get(case.recused[side], _RECUSED["clause"])
    elif side in (*case.own_clause, *case.own_evidence):
        yield _NOT_RECUSED


def _people_of(view: View, case: Case, book: ReviewBook, side: str) -> tuple[PersonShown, ...]:
    own: dict[str, list[Said]] = {}
    for signed in sorted(case.positions, key=lambda each: (each.turn, each.entry)):
        if signed.delegation == side:
            own.setdefault(signed.person, []).append(signed)
    return tuple(
        PersonShown(
            who=person_words(view, person, at=positions[0].signed_at),
            role=_role_words(positions[-1].role),
            positions=tuple(_position(book, signed) for signed in positions),
        )
        for person, positions in own.items()
    )


def _role_words(role: str) -> Message | str:
    return Role(role).label if role in set(Role) else role


def _position(book: ReviewBook, signed: Said) -> PositionShown:
    kept = book.words_of(signed)
    words: tuple[ReasonShown, ...] | None = None
    if kept is not None:
        versions, reasons = kept
        words = tuple(
            ReasonShown(
                question=QUESTION_WORDS[question],
                # Whom an answer to *who* names stands in the answer itself.
                version=versions.get(question, "") if question != "who" else "",
                reason=reasons.get(question, ""),
            )
            for question in signed.answers
            if reasons.get(question) or (versions.get(question) and question != "who")
        )
    return PositionShown(
        signed=signed,
        answers={q: answer_shown(signed, q) for q in signed.answers},
        words=words,
    )


def answer_shown(signed: Said, question: str) -> AnswerShown:
    answer = next((given for asked, given in signed.answers.items() if asked == question), "abstain")
    return AnswerShown(answer=answer, word=ANSWER_WORDS[answer], names=signed.names if answer == "names" else "")


def last_answers(case: Case, side: str, question: str) -> tuple[AnswerShown, ...]:
    """What the people of a delegation last answered to a question, each answer once; nothing where none did."""
    last: dict[str, Said] = {}
    for signed in sorted(case.positions, key=lambda each: (each.turn, each.entry)):
        if signed.delegation == side:
            last[signed.person] = signed
    return tuple(dict.fromkeys(answer_shown(signed, question) for signed in last.values()))
