"""The verification of a grave event: what the record shows by itself, what people entered, and what is still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from trucewatch.desks.incidents.detail import IncidentDetail
from trucewatch.errors import StoreError
from trucewatch.locale import Words, mark, mark_in
from trucewatch.locale import words as english
from trucewatch.locale.reasons import party_name
from trucewatch.locale.sanitize import isolated
from trucewatch.messages import Amount, Message
from trucewatch.model.edits import MOST_REASON
from trucewatch.model.incident import Incident
from trucewatch.model.testimony import WORDS, attestations
from trucewatch.model.times import iso_utc
from trucewatch.model.typed_text import as_typed, refusal_of
from trucewatch.model.verification import (
    ANSWER_WORDS,
    ANSWERS,
    OTHERS,
    SETTLED,
    STEP_WORDS,
    STEPS,
    VerificationStep,
    standing_steps,
)
from trucewatch.model.watch import Watch
from trucewatch.server.formatting import Telling
from trucewatch.store import Store
from trucewatch.store.verification_records import record_step, recorded_steps

OPEN: Final = mark_in("verification", "not asked yet")
_OTHERS: Final = {"hospital": mark("a hospital"), "icrc": mark("the ICRC")}
BY_RECORD: Final = "on_record"
_ON_RECORD: Final = mark_in("verification", "on record")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """One of the five steps. `state`: BY_RECORD, one of ANSWERS, or "" while nothing was asked. `note`: what the record
    shows of it by itself. `entries`: what people entered of it and stands, the last first."""

    step: str
    name: str
    state: str
    state_words: str
    note: str
    entries: list[EntryShown]

    @property
    def is_settled(self) -> bool:
        return self.state in SETTLED or self.state == BY_RECORD


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryShown:
    """One entry: what came of it, of whom, when, the words of its note (None where they were erased)."""

    entry: VerificationStep
    answer: str
    who: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The five steps of one incident, and for how long it has been known."""

    known_for_s: float
    steps: list[StepShown]

    @property
    def settled(self) -> int:
        return sum(step.is_settled for step in self.steps)


def verification_of(detail: IncidentDetail, telling: Telling, now: datetime) -> Verification | None:
    """The verification of an incident that somebody calls grave, or of which a step was entered; None for any other.

    now: the watch's clock.
    """
    incident = detail.incident
    entered = standing_steps(recorded_steps(detail.store), incident.members, now)
    if not incident.grave and not entered:
        return None
    return Verification(
        known_for_s=max((now - incident.first_known_at).total_seconds(), 0.0),
        steps=[_step_shown(step, detail, entered, telling) for step in STEPS],
    )


def recorded_verification(detail: IncidentDetail, now: datetime) -> Verification | None:
    """The same in English, for a command."""
    watch = detail.snapshot.watch
    return verification_of(detail, Telling(english("en"), watch.zone, watch), now)


def _step_shown(step: str, detail: IncidentDetail, entered: Sequence[VerificationStep], telling: Telling) -> StepShown:
    words = telling.words
    own = [entry for entry in entered if entry.step == step]
    is_on_record, note = _by_record(step, detail, telling)
    state = own[-1].answer if own else ""
    if step == "analysts" and state in SETTLED:
        givers = {entry.who for entry in own if entry.answer in SETTLED}
        if len(givers) < min(2, len(telling.watch.settings.delegation)):
            state = "asked"
            note = words.gettext("one delegation so far")
    if is_on_record:
        state = BY_RECORD
    return StepShown(
        step=step,
        name=words.say(STEP_WORDS[step]),
        state=state,
        state_words=state_words(state, words),
        note=note,
        entries=[
            EntryShown(
                entry=entry,
                answer=state_words(entry.answer, words),
                who=who_words(entry.who, telling.watch, words),
                note=detail.store.words.read(entry.note),
            )
            for entry in reversed(own)
        ],
    )


def state_words(state: str, words: Words) -> str:
    if state == BY_RECORD:
        return words.pgettext("verification", _ON_RECORD)
    if state in ANSWER_WORDS:
        return words.say(ANSWER_WORDS[state])
    return words.pgettext("verification", OPEN)


def who_words(who: str, watch: Watch, words: Words) -> str:
    """Whom a step concerns, by name; empty for nobody."""
    if who in _OTHERS:
        return words.gettext(_OTHERS[who])
    return isolated(party_name(who, watch, words)) if who else ""


def _by_record(step: str, detail: IncidentDetail, telling: Telling) -> tuple[bool, str]:
    """Whether the record shows a step by itself, and what it shows of it in words."""
    words, incident = telling.words, detail.incident
    if step == "other_side":
        sides = telling.watch.agreement.bound_ids
        heard_of = sorted({each.giver for each in attestations(incident.testimony)} & set(sides))
        named = words.listed([isolated(party_name(side, telling.watch, words)) for side in heard_of])
        if heard_of and len(heard_of) == len(sides):
            return True, words.gettext("each in its own words: {who}").format(who=named)
        return False, words.gettext("so far only {who}").format(who=named) if heard_of else ""
    if step == "original":
        records = [
            member
            for member in detail.members
            if not member.is_claim
            and member.row["means"] not in WORDS
            and member.row["evidence_sha256"] in detail.store.evidence
        ]
        if records:
            letters = words.listed([member.letter for member in records[:12]])
            return True, words.gettext("held, of observations {letters}").format(letters=letters)
        return False, words.gettext("held are reports in words, and nothing that anybody recorded")
    return False, ""


def who_may(watch: Watch) -> list[str]:
    """Whom a step can name: parties, delegations, bodies, a hospital, the ICRC."""
    agreement = watch.agreement
    named = [party.id for party in agreement.party]
    named += [delegation.id for delegation in watch.settings.delegation]
    return list(dict.fromkeys([*named, *(body.id for body in agreement.body), *OTHERS]))


def enter_step(
    store: Store,
    watch: Watch,
    incident: Incident,
    *,
    step: str,
    answer: str,
    who: str,
    note: str,
    by: str,
    now: datetime,
) -> VerificationStep:
    """Enter what was asked, or what came of it. Raises StoreError for a word that is none of ours, and for a note that
    cannot be kept. by: a salted reference."""
    for word, of in ((step, STEPS), (answer, ANSWERS)):
        if word not in of:
            raise StoreError(
                Message('"{word}" is not one of: {words}. Nothing was entered', word=word[:40], words=", ".join(of))
            )
    if who and who not in who_may(watch):
        raise StoreError(
            Message(
                '"{word}" is not one of: {words}. Nothing was entered', word=who[:40], words=", ".join(who_may(watch))
            )
        )
    if step == "analysts" and who not in watch.delegation_ids:
        raise StoreError(Message("say of which delegation the analyst is; nothing was entered"))
    typed = as_typed(note)
    if refusal := refusal_of(typed):
        raise StoreError(refusal)
    if len(typed) > MOST_REASON:
        raise StoreError(
            Message(
                "the note has {count} characters; at most {most} are kept. Nothing was entered",
                count=Amount(len(typed)),
                most=MOST_REASON,
            )
        )
    return record_step(store, incident, step=step, answer=answer, who=who, note=typed, by=by, known_at=now)


def take_back(store: Store, step_id: str, *, by: str, now: datetime) -> VerificationStep:
    """Take an entered step back by a later one. Raises StoreError where it does not stand."""
    steps = recorded_steps(store)
    undone = {step.undoes for step in steps}
    matches = [step for step in steps if len(step_id) > 3 and step.step_id.startswith(step_id) and not step.undoes]
    if len(matches) != 1 or matches[0].step_id in undone:
        raise StoreError(Message("There is no step that stands and begins so; nothing was entered."))
    return record_step(
        store,
        matches[0],
        step=matches[0].step,
        answer="",
        who="",
        note="",
        by=by,
        known_at=now,
        undoes=matches[0].step_id,
    )


def verification_document(verification: Verification | None) -> dict[str, Any] | None:
    """As `trucewatch incident WATCH show --json` has it; notes stay on the console's pages."""
    if verification is None:
        return None
    return {
        "known_for_hours": round(verification.known_for_s / 3600, 1),
        "steps": [
            {
                "step": step.step,
                "state": step.state or "open",
                "entries": [
                    {
                        "id": line.entry.step_id,
                        "entry": line.entry.entry,
                        "answer": line.entry.answer,
                        "who": line.entry.who,
                        "known_at": iso_utc(line.entry.known_at),
                    }
                    for line in step.entries
                ],
            }
            for step in verification.steps
        ],
    }
