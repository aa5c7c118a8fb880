"""The history of judgement of one finding: what was put to the delegations, sealed, opened, given later and what came
of it, each step with its entry of the ledger. For the page of a case, and for that of an incident."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import isolated
from trucewatch.messages import Message, Term
from trucewatch.model.decisions import OPENS_WORDS, Decision
from trucewatch.model.review import ANSWER_WORDS, QUESTION_WORDS, STATE_WORDS, Case, Outcome, Said
from trucewatch.model.times import read_time
from trucewatch.server.view import View
from trucewatch.store.decision_records import kept_decisions

QUESTION_STATE_WORDS: Final[Mapping[str, Term]] = {
    "agreed": Term("question", "agreed"),
    "differ": Term("question", "the delegations differ"),
    "dissent": Term("question", "dissent by every delegation"),
    "too_few": Term("question", "the same from all, but by the rule fewer than two of them count"),
    "open_happened": Term("question", "the same from all, but that it happened is not agreed"),
    "not_answered": Term("question", "at least one abstains, has no answer, or left before the outcome"),
}
_PUT: Final[Mapping[str, Message]] = {
    "put": Message("{code} is put to the delegations"),
    "late_evidence": Message("Evidence that came late changes what was put: it is put anew as {code}. {before} stays"),
    "attribution": Message("The question “who” is put, apart, as {code}"),
}
_ACTS: Final[Mapping[str, Message]] = {
    "withheld": Message("{side}: says that it gives no position"),
    "done": Message("{side}: has no more to say"),
    "left": Message("{side}: leaves the review"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementStep:
    """One step. code: of the case; at: on the watch's clock; entry: of the ledger, where its proof is. shows: what
    makes its mark, `put`, `sealed`, `opened`, `later`, `act`, `outcome` or `decision`; side: whose it is, "" for
    nobody's."""

    code: str
    at: datetime
    what: Message
    entry: int
    shows: str
    side: str = ""


def history_of(view: View, cases: Iterable[Case]) -> tuple[JudgementStep, ...]:
    """The steps of every case of one finding, and of what the heads decide to let out of it, in the order of the
    ledger; nothing for none. It tells no answer before it was opened, and in a replay nothing of later."""
    of_finding = tuple(cases)
    steps = [step for case in of_finding for step in _steps_of(view, case)]
    steps += _decided(view, {case.code for case in of_finding})
    return tuple(sorted(steps, key=lambda step: step.entry))


def _steps_of(view: View, case: Case) -> Iterator[JudgementStep]:
    put = _PUT.get(case.why, _PUT["put"])
    committed = [position for position in case.positions if position.commitment]
    times = _times_of(view, (position.committed_entry for position in committed))
    what = Message(put.template, code=case.code, before=case.before)
    yield JudgementStep(code=case.code, at=case.put_at, what=what, entry=case.entry, shows="put")
    for sealed in case.sealed:
        yield _sealed(view, case, sealed.delegation, sealed.entry, sealed.at)
    for position in committed:
        at = times.get(position.committed_entry, position.signed_at)
        yield _sealed(view, case, position.delegation, position.committed_entry, at)
    for position in case.positions:
        yield _given(view, case, position)
    for act in case.acts:
        what = Message(_ACTS[act.what].template, side=_name(view, act.side))
        yield JudgementStep(code=case.code, at=act.at, what=what, entry=act.entry, shows="act", side=act.side)
    if case.outcome is not None:
        yield JudgementStep(
            code=case.code,
            at=case.outcome.known_at,
            what=outcome_words(view, case.outcome),
            entry=case.outcome.entry,
            shows="outcome",
        )


def _decided(view: View, codes: Collection[str]) -> Iterator[JudgementStep]:
    """What the heads were asked to let out of these cases, and what came of that."""
    if not codes:
        return
    words = view.words
    known_by = view.snapshot.as_of if view.snapshot.is_replay else None
    for each in kept_decisions(view.console.store, view.watch.delegation_ids):
        if each.subject not in codes or (known_by is not None and each.known_at > known_by):
            continue
        opens = words.listed([words.say(OPENS_WORDS[what]) for what in each.opens])
        asked = Message("Decision {code} is put to the heads: to let out {what}", code=each.code, what=opens)
        yield _of_decision(each, asked, each.known_at, each.entry)
        is_of_later = known_by is not None and (each.agreed_known_at or known_by) > known_by
        if each.agreed_at is not None and each.assents and not is_of_later:
            agreed = Message("Decision {code}: every head agreed to it", code=each.code)
            yield _of_decision(each, agreed, each.agreed_known_at or each.agreed_at, max(each.assents))
        # Of a withdrawal the computer's clock alone is known.
        if each.withdrawn is not None and (known_by is None or each.withdrawn.recorded_at <= known_by):
            back = Message("Decision {code}: withdrawn", code=each.code)
            yield _of_decision(each, back, each.withdrawn.recorded_at, each.withdrawn.entry)


def _of_decision(decision: Decision, what: Message, at: datetime, entry: int) -> JudgementStep:
    return JudgementStep(code=decision.subject, at=at, what=what, entry=entry, shows="decision")


def _sealed(view: View, case: Case, side: str, entry: int, at: datetime) -> JudgementStep:
    what = Message("{side}: first position, sealed", side=_name(view, side))
    return JudgementStep(code=case.code, at=at, what=what, entry=entry, shows="sealed", side=side)


def _given(view: View, case: Case, position: Said) -> JudgementStep:
    if position.commitment:
        sentence = Message("{side}: first position, opened. {answers}", side=_name(view, position.delegation))
    elif position.is_late:
        sentence = Message("{side}: position, late. {answers}", side=_name(view, position.delegation))
    else:
        sentence = Message("{side}: position given in the open. {answers}", side=_name(view, position.delegation))
    return JudgementStep(
        code=case.code,
        at=position.at,
        what=Message(sentence.template, side=sentence.values["side"], answers=answers_words(view, position)),
        entry=position.entry,
        shows="opened" if position.commitment else "later",
        side=position.delegation,
    )


def answers_words(view: View, position: Said) -> str:
    """`Happened: Concur; What: Dissent`"""
    words = view.words
    parts = []
    for question, answer in position.answers.items():
        given = words.say(ANSWER_WORDS.get(answer, Message.verbatim(answer)))
        if answer == "names":
            given = words.say(Message("names {who}", who=_name(view, position.names)))
        name = words.say(QUESTION_WORDS.get(question, Message.verbatim(question)))
        parts.append(words.say(Message("{question}: {answer}", question=name, answer=given)))
    return words.gettext("; ").join(parts)


def outcome_words(view: View, outcome: Outcome) -> Message:
    """`Outcome: agreed in part. Happened: agreed; What: the delegations differ`"""
    words = view.words
    parts = [
        words.say(
            Message(
                "{question}: {answer}",
                question=QUESTION_WORDS.get(question, Message.verbatim(question)),
                answer=QUESTION_STATE_WORDS.get(state, Message.verbatim(state)),
            )
        )
        for question, state in outcome.questions.items()
    ]
    if not parts:
        return Message("Outcome: {state}", state=STATE_WORDS[outcome.state])
    return Message("Outcome: {state}. {questions}", state=STATE_WORDS[outcome.state], questions="; ".join(parts))


def _times_of(view: View, numbers: Iterable[int]) -> dict[int, datetime]:
    entries = view.console.store.journal.entries_at(sorted({number for number in numbers if number >= 0}))
    return {entry.number: read_time(entry.record["known_at"]) for entry in entries}


def _name(view: View, side: str) -> str:
    return isolated(party_name(side, view.watch, view.words))
