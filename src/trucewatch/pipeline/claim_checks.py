"""Why a claim cannot be entered as it was typed, by the field that each reason is about. What is not known is no
fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from math import isfinite
from typing import Final

from trucewatch.errors import TimeError
from trucewatch.messages import Amount, Message
from trucewatch.model.claim_draft import ClaimDraft
from trucewatch.model.claim_record import ANSWERED, SPEAKER_KINDS, VIAS, Speaker, StatedEvent
from trucewatch.model.observation import ASPECTS, KINDS
from trucewatch.model.spoken import SpokenPlace
from trucewatch.model.times import as_utc
from trucewatch.model.typed_text import as_typed, refusal_of
from trucewatch.model.watch import Watch

MOST: Final = {
    "says": 4000,
    "when": 200,
    "where": 300,
    "name": 200,
    "call_back": 200,
    "reason": 500,
    "translation": 8000,
}
"""Characters of what is typed."""
MOST_COUNT: Final = 1_000_000
PERSON_STATUSES: Final = ("military", "civilian", "not_stated")
PERCEIVED: Final = ("saw", "heard", "recorded", "told")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")
_NAMED: Final = re.compile(r"[^\W_][\w .,'’()/-]{0,59}")


def draft_faults(draft: ClaimDraft, watch: Watch, now: datetime) -> dict[str, Message]:
    """Everything that is wrong with a claim as it was typed; empty where it can be entered. now: the watch's clock."""
    faults: dict[str, Message] = {}
    for name in ("says", "when", "where", "name", "call_back"):
        faults |= text_faults(name, getattr(draft.words, name))
    if not as_typed(draft.words.says) and not draft.event.kind:
        faults["says"] = Message("Nothing is said here yet; write their words, or choose what it was.")
    if trouble := speaker_trouble(draft.speaker, watch):
        faults["speaker"] = trouble
    if draft.via not in VIAS:
        faults["via"] = Message("Choose how it came in.")
    faults |= _moment_faults(draft.received_at, now)
    faults |= language_faults(draft.language)
    if any(getattr(draft.answers, name) not in ANSWERED for name in ("may_tell", "may_call", "in_danger")):
        faults["answers"] = Message("Choose yes, no or not asked.")
    return faults | dict(_event_faults(draft.event, watch))


def speaker_trouble(speaker: Speaker, watch: Watch) -> Message | None:
    """Why nobody can speak so in this watch; None for somebody who can."""
    known_names = {
        "party": {party.id for party in watch.agreement.party},
        "delegation": set(watch.delegation_ids),
        "body": {body.id for body in watch.agreement.body},
        "civilian": {"", *places_of(watch)},
        "not_said": {""},
    }
    if speaker.kind in known_names:
        if speaker.id in known_names[speaker.kind]:
            return None
        if speaker.kind == "civilian":
            return Message("Choose the place that the caller speaks from as this watch names it, or leave it empty.")
    elif speaker.kind in SPEAKER_KINDS and _NAMED.fullmatch(speaker.id):
        return None  # a post or an agency, by the name that it goes by
    return Message("Choose who speaks: one whom this watch names, a post or an agency by its name, or a civilian.")


def places_of(watch: Watch) -> frozenset[str]:
    """The ids of everything on the map that people can speak from: zones and towns."""
    return frozenset((*(zone.id for zone in watch.zones), *(town.id for town in watch.basemap.towns)))


def text_faults(field: str, text: str, *, is_needed: bool = False) -> dict[str, Message]:
    """What is wrong with a text that somebody typed."""
    if is_needed and not text.strip():
        return {field: Message("This is empty; write it in words.")}
    if refusal := refusal_of(text):
        return {field: refusal}
    if len(text) > MOST[field]:
        return {
            field: Message(
                "This has {count} characters, at most {most} are kept; shorten it.",
                count=Amount(len(text)),
                most=Amount(MOST[field]),
            )
        }
    return {}


def language_faults(language: str) -> dict[str, Message]:
    """What is wrong with the name of a language; "" for nobody said is none."""
    if not language or _LANGUAGE.fullmatch(language):
        return {}
    return {"language": Message('"{language}" names no language; write it like en or ru.', language=language[:20])}


def _moment_faults(received_at: datetime, now: datetime) -> dict[str, Message]:
    try:
        is_to_come = as_utc(received_at).replace(microsecond=0) > now
    except TimeError as exc:
        return {"received_at": exc.message}
    if not is_to_come:
        return {}
    return {
        "received_at": Message("This lies ahead of the watch's clock, which shows {moment}; correct it.", moment=now)
    }


def _event_faults(event: StatedEvent, watch: Watch) -> Iterator[tuple[str, Message]]:
    if event.kind and event.kind not in KINDS:
        yield "kind", Message("Choose what it was, or leave it open.")
    if event.aspect not in ASPECTS or event.perceived not in PERCEIVED:
        yield "perceived", Message("Choose how they know.")
    if event.person_status not in PERSON_STATUSES:
        yield "person_status", Message("Choose who was hurt, or leave it open.")
    if event.actor and event.actor not in {
        *(party.id for party in watch.agreement.party),
        *(body.id for body in watch.agreement.body),
        *watch.delegation_ids,
    }:
        yield "actor", Message("Choose whose forces they say it was as this watch names them, or leave it open.")
    for name in ("count", "killed", "injured"):
        numbers = [number for number in getattr(event, name) if number is not None]
        if numbers != sorted(numbers) or any(not 0 <= number <= MOST_COUNT for number in numbers):
            yield name, Message("These numbers do not fit: least, best and most, none below nought.")
    if event.when is not None:
        try:
            is_turned = as_utc(event.when.end) < as_utc(event.when.start)
        except TimeError as exc:
            yield "when", exc.message
        else:
            if is_turned:
                yield "when", Message("This ends before it begins; correct it.")
    if event.where is not None and not _is_on_earth(event.where):
        yield "where", Message("This is no place on the map; correct it, or leave it to the words.")


def _is_on_earth(where: SpokenPlace) -> bool:
    degrees = (
        (where.lon, 180.0),
        (where.observer_lon, 180.0),
        (where.lat, 90.0),
        (where.observer_lat, 90.0),
    )
    metres = (where.semi_major_m, where.semi_minor_m, where.range_m, where.range_sd_m, where.bearing_sd_deg)
    azimuths = (where.bearing_deg, where.major_azimuth_deg)
    whole = (where.lon is None) == (where.lat is None) and (where.observer_lon is None) == (where.observer_lat is None)
    return (
        whole
        and all(number is None or (isfinite(number) and abs(number) <= most) for number, most in degrees)
        and all(number is None or (isfinite(number) and number >= 0) for number in metres)
        and all(number is None or isfinite(number) for number in azimuths)
    )
