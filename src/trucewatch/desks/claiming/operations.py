"""A claim as it is typed in words → a draft of it; and what programs are given of claims."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import PlaceError, TimeError
from trucewatch.messages import Message
from trucewatch.model.claim_draft import ClaimDraft, ClaimRefusedError
from trucewatch.model.claim_record import (
    ANSWERED,
    RUNG,
    SPEAKER_KINDS,
    CallerAnswers,
    Claim,
    ClaimWords,
    Speaker,
    StatedEvent,
    Via,
    claim_code,
)
from trucewatch.model.spoken import SpokenPlace, SpokenTime
from trucewatch.model.times import iso_utc
from trucewatch.model.watch import Watch
from trucewatch.pipeline.claim_entering import clock_of
from trucewatch.sources.gazetteer import gazetteer_of
from trucewatch.sources.recorded.claim_rows import why_in_no_list
from trucewatch.sources.spoken_when import read_when
from trucewatch.sources.spoken_where import read_where
from trucewatch.store import Store
from trucewatch.store.claim_records import claims_on_record

WITHHELD: Final = ("says", "when", "where", "name", "call_back", "translations", "reason", "observer")
"""What programs are not given: whatever somebody typed, and where a post stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A claim as it is typed in one line; "" and None for what was not said."""

    words: ClaimWords
    speaker: Speaker
    via: Via
    received_at: datetime
    kind: str = ""
    language: str = ""
    perceived: str = "told"
    count: int | None = None
    killed: int | None = None
    injured: int | None = None
    answers: CallerAnswers = field(default_factory=CallerAnswers)
    is_drill: bool = False


def draft_of(typed: Typed, watch: Watch) -> tuple[ClaimDraft, tuple[Message, ...]]:
    """The draft that was typed, with what was assumed and what could not be told: a time or a place that nobody can
    read stays as words, and unknown."""
    when, where = typed.words.when.strip(), typed.words.where.strip()
    at: SpokenTime | None = None
    place: SpokenPlace | None = None
    remarks: list[Message] = []
    if when:
        try:
            languages = (typed.language, *watch.settings.languages) if typed.language else watch.settings.languages
            at = read_when(when, received_at=typed.received_at, zone=watch.zone, languages=languages)
            remarks += at.assumed
        except TimeError as exc:
            remarks.append(Message("When it was stays unknown, the words are kept: {why}", why=exc.message))
    if where:
        try:
            place = read_where(where, gazetteer_of(watch))
            remarks += place.assumed
        except PlaceError as exc:
            remarks.append(Message("Where it was stays unknown, the words are kept: {why}", why=exc.message))
    draft = ClaimDraft(
        event=StatedEvent(
            kind=typed.kind,
            when=at,
            where=place,
            count=(None, typed.count, None),
            killed=(None, typed.killed, None),
            injured=(None, typed.injured, None),
            perceived=typed.perceived,
        ),
        words=typed.words,
        speaker=typed.speaker,
        via=typed.via,
        received_at=typed.received_at,
        language=typed.language,
        answers=typed.answers,
        is_drill=typed.is_drill,
    )
    return draft, tuple(remarks)


def speaker_named(code: str) -> Speaker:
    """Who speaks by a code such as `party:UV`, `civilian:hollin-meadows`, `not_said`. Raises ClaimRefusedError."""
    kind, _, name = code.strip().partition(":")
    for each in SPEAKER_KINDS:
        if each == kind:
            return Speaker(each, name)
    kinds = ", ".join(SPEAKER_KINDS)
    sentence = Message(
        '"{code}" does not say who speaks; write one of {kinds}, as party:A.', code=code[:60], kinds=kinds
    )
    raise ClaimRefusedError({"speaker": sentence})


def answers_named(*, may_tell: str, may_call: str, in_danger: str) -> CallerAnswers:
    """What a civilian answered, by the words of the options. Raises ClaimRefusedError."""
    options = {"may_tell": may_tell, "may_call": may_call, "in_danger": in_danger}
    answers = {name: next((each for each in ANSWERED if each == word), None) for name, word in options.items()}
    faults = {
        name: Message("Write yes, no or not_asked; what was not asked is not_asked.")
        for name, answer in answers.items()
        if answer is None
    }
    if faults:
        raise ClaimRefusedError(faults)
    return CallerAnswers(**{name: answer for name, answer in answers.items() if answer is not None})


def claims_shown(store: Store, watch: Watch, now: datetime) -> list[Claim]:
    """The claims that had come in by a moment of the watch's clock, the latest first."""
    moment = clock_of(watch, now)
    claims = [claim for claim in claims_on_record(store) if claim.received_at <= moment]
    return sorted(claims, key=lambda claim: (claim.received_at, claim.number), reverse=True)


def claims_document(store: Store, watch: Watch, now: datetime) -> dict[str, Any]:
    """The claims for programs: `trucewatch claim --json`, `/claims.json`. Numbers, moments and places that they state,
    without anything that somebody typed; `in_no_list`: how many stand in no list, and why in each row. Drills are
    counted apart."""
    claims = claims_shown(store, watch, now)
    standing = [claim for claim in claims if claim.stands and not claim.is_drill]
    left_out = [claim for claim in standing if why_in_no_list(claim) is not None]
    return _head(watch, now) | {
        "taken_back": sum(not claim.stands for claim in claims),
        "drills": sum(claim.stands and claim.is_drill for claim in claims),
        "in_no_list": len(left_out),
        "claims": [claim_row(claim) for claim in claims],
    }


def claim_document(watch: Watch, claim: Claim, now: datetime) -> dict[str, Any]:
    """One claim for programs: `/claims/CL-3.json`."""
    return _head(watch, now) | {"claim": claim_row(claim)}


def _head(watch: Watch, now: datetime) -> dict[str, Any]:
    return {
        "schema": "trucewatch/claims/1",
        "watch": watch.settings.id,
        "simulated": watch.settings.simulated,
        "as_of": iso_utc(clock_of(watch, now)),
        "withheld": list(WITHHELD),
    }


def claim_row(claim: Claim) -> dict[str, Any]:
    """A claim without what was typed; null for what was not said. `killed`, `injured`, `count`: least, best, most.
    `in_no_list`: why it stands in no list; null where it does."""
    event, when, where = claim.event, claim.event.when, claim.event.where
    return {
        "number": claim.code,
        "version": claim.version,
        "speaker": claim.speaker.code,
        "claimed_by": claim.claimed_by or None,
        "via": claim.via,
        "received_at": iso_utc(claim.received_at),
        "language": claim.language or None,
        "kind": event.kind or None,
        "occurred_from": iso_utc(when.start) if when else None,
        "occurred_until": iso_utc(when.end) if when else None,
        "lon": where.lon if where else None,
        "lat": where.lat if where else None,
        "semi_major_m": where.semi_major_m if where else None,
        "count": list(event.count),
        "killed": list(event.killed),
        "injured": list(event.injured),
        "person_status": event.person_status,
        "perceived": event.perceived,
        "rung": RUNG,
        "letter": claim.letter or None,
        "row": claim.row or None,
        "attachments": len(claim.attachments),
        "translated_into": [language for language, _, _ in claim.translations],
        "simulated": claim.simulated,
        "drill": claim.is_drill,
        "joined": [claim_code(number) for number in claim.joined],
        "taken_back": not claim.stands,
        "in_no_list": str(reason) if (reason := why_in_no_list(claim)) else None,
        "entry": claim.entry,
    }
