"""The form on which a call is taken down: its fields, and what they say, as a draft of a claim.

Whoever speaks and their words are asked for; everything else may stay empty, and what is not known stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.datastructures import FormData

from trucewatch.desks.claiming.wording import place_name, speakers_of
from trucewatch.errors import TimeError, TrucewatchError
from trucewatch.locale import languages
from trucewatch.messages import Amount, Message
from trucewatch.model.claim_draft import ClaimDraft, ClaimRefusedError
from trucewatch.model.claim_record import (
    ANSWERED,
    VIAS,
    Answered,
    CallerAnswers,
    Claim,
    ClaimWords,
    Speaker,
    StatedEvent,
    Via,
)
from trucewatch.model.count_claims import MOST_COUNTED
from trucewatch.model.observation import KINDS
from trucewatch.model.roles import Right
from trucewatch.model.spoken import SpokenPlace, SpokenTime
from trucewatch.model.typed_text import as_typed, refusal_of
from trucewatch.server.forms import typed_of
from trucewatch.server.view import View
from trucewatch.sources.gazetteer import gazetteer_of
from trucewatch.sources.spoken_when import read_when
from trucewatch.sources.spoken_where import read_where
from trucewatch.store.drill_records import drill_now

FIELDS: Final = (
    *("speaker", "from_place", "name", "call_back", "in_danger", "may_tell", "may_call", "says", "when", "where"),
    *("kind", "count", "killed", "injured", "person_status", "perceived", "actor"),
    *("received_at", "via", "language", "is_drill", "reason"),
)
"""In the order of the form, and of what is wrong with it."""
MOST: Final = {
    **{"says": 4000, "when": 120, "where": 200, "from_place": 120, "name": 200, "call_back": 200, "reason": 500},
    **{"count": 20, "killed": 20, "injured": 20, "received_at": 80},
}
"""Characters of what is typed."""
PERCEIVED: Final = ("told", "saw", "heard", "recorded")
"""How they know; the weakest first, which stands where nothing else was said."""
STATUSES: Final = ("not_stated", "civilian", "military")
_RANGE: Final = re.compile(r"(\d{1,7})(?:\s*(?:-|–|to)\s*(\d{1,7}))?")

Range = tuple[int | None, int | None, int | None]
"""Least, best and most; None where it was not said."""
UNKNOWN: Final[Range] = (None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What the words for when and where were taken to mean; of each instead what was not understood. unread: those of
    the faults that are of words which mean no time or place to the program, and can stand as words."""

    when: SpokenTime | None = None
    where: SpokenPlace | None = None
    faults: Mapping[str, Message]
    unread: frozenset[str] = frozenset()


def typed_in(form: FormData) -> dict[str, str]:
    """What was typed, lines ending as people mean them."""
    return {name: as_typed(typed_of(form, name)) for name in FIELDS}


def empty_form(view: View) -> dict[str, str]:
    """What stands in the form when it is opened: the call begins now, by telephone, in the reader's language; it is of
    the drill that runs."""
    begun = view.time_form.write_moment(view.clock)
    is_drill = "on" if drill_now(view.console.store) else ""
    return {"received_at": begun, "via": "telephone", "language": view.reader.language, "is_drill": is_drill}


def typed_of_claim(view: View, claim: Claim, words: ClaimWords) -> dict[str, str]:
    """A claim as the form holds it; who may not see a call-back is not given it."""
    event, replies = claim.event, claim.answers
    is_civilian = claim.speaker.kind == "civilian"
    may_see = view.may(Right.CALL_BACK)
    return {
        "speaker": "civilian" if is_civilian else claim.speaker.code,
        "from_place": place_name(view, claim.speaker.id) if is_civilian and claim.speaker.id else "",
        "name": words.name if may_see else "",
        "call_back": words.call_back if may_see else "",
        "in_danger": replies.in_danger,
        "may_tell": replies.may_tell,
        "may_call": replies.may_call,
        "says": words.says,
        "when": words.when,
        "where": words.where,
        "kind": event.kind,
        **{name: _written(getattr(event, name)) for name in ("count", "killed", "injured")},
        "person_status": event.person_status,
        "perceived": event.perceived,
        "actor": event.actor,
        "received_at": view.time_form.write_moment(claim.received_at),
        "via": claim.via,
        "language": claim.language,
        "is_drill": "on" if claim.is_drill else "",
    }


def _written(count: Range) -> str:
    """A range as its field holds it: `3`, `2-5`."""
    least, best, most = count
    low, high = least if least is not None else best, most if most is not None else best
    if low is None:
        return ""
    return str(low) if high is None or low == high else f"{low}-{high}"


def when_in(
    view: View, text: str, received_at: datetime, language: str, *, may_lie_ahead: bool = False
) -> SpokenTime | None:
    """When something was by the caller's words; a day and hour as pages write them too. None for no words.
    may_lie_ahead: a letter may speak of days to come.

    Raises TimeError with what was not understood.
    """
    if not text.strip():
        return None
    spoken = tuple(dict.fromkeys((language_in(view, language), view.reader.language, "en")))
    try:
        return read_when(
            text,
            received_at=received_at,
            zone=view.time_form.zone,
            languages=spoken,
            may_lie_ahead=may_lie_ahead,
        )
    except TimeError:
        try:
            moment = view.time_form.read_moment(text)
        except TimeError:
            moment = None
        if moment is None:
            raise
        return SpokenTime(start=moment, end=moment)


def where_in(view: View, text: str) -> SpokenPlace | None:
    """Where something was by the caller's words; None for no words. Raises UnreadableInput."""
    return read_where(text, gazetteer_of(view.watch)) if text.strip() else None


def understood_in(view: View, typed: Mapping[str, str]) -> Understood:
    """What is understood of when and where, with what is not."""
    faults: dict[str, Message] = {}
    unread: set[str] = set()
    when, where = None, None
    try:
        received_at = view.time_form.read_moment(typed.get("received_at", ""))
    except TimeError as exc:
        faults["received_at"] = exc.message
        received_at = view.clock
    for name in ("when", "where"):
        if refusal := _refusal(name, typed.get(name, "")):
            faults[name] = refusal
    try:
        if "when" not in faults:
            when = when_in(view, typed.get("when", ""), received_at, typed.get("language", ""))
    except TrucewatchError as exc:
        faults["when"] = exc.message
        unread.add("when")
    try:
        if "where" not in faults:
            where = where_in(view, typed.get("where", ""))
    except TrucewatchError as exc:
        faults["where"] = exc.message
        unread.add("where")
    return Understood(when=when, where=where, faults=faults, unread=frozenset(unread))


def draft_in(view: View, typed: Mapping[str, str], *, keeps_unread: bool = False) -> ClaimDraft:
    """The claim that a form brings. Raises ClaimRefusedError with all that is wrong with it, in the order of the
    form.

    keeps_unread: words for when or where that cannot be read stand as words, and the time or place is unknown; a call
    is not lost over "next Saturday".
    """
    understood = understood_in(view, typed)
    left_as_words = understood.unread if keeps_unread else frozenset()
    faults = {name: fault for name, fault in understood.faults.items() if name not in left_as_words}
    for name in MOST:
        if name not in faults and (refusal := _refusal(name, typed.get(name, ""))):
            faults[name] = refusal
    if not typed.get("says", "").strip():
        faults["says"] = Message("This is empty; write what they say, in their words.")
    speaker = _speaker_in(view, typed, faults)
    counts = {name: _range_in(name, typed, faults) for name in ("count", "killed", "injured")}
    kind = typed.get("kind", "")
    if kind and kind not in KINDS:
        faults["kind"] = Message("Choose one from the list, or leave it empty.")
    if faults:
        raise ClaimRefusedError({name: faults[name] for name in FIELDS if name in faults})
    event = StatedEvent(
        kind=kind,
        when=understood.when,
        where=understood.where,
        person_status=_among(typed, "person_status", STATUSES),
        perceived=_among(typed, "perceived", PERCEIVED),
        actor=_actor_in(view, typed),
        count=counts["count"],
        killed=counts["killed"],
        injured=counts["injured"],
    )
    words = ClaimWords(**{name: typed.get(name, "") for name in ("says", "when", "where", "name", "call_back")})
    return ClaimDraft(
        event=event,
        words=words,
        speaker=speaker,
        via=_via_in(typed),
        received_at=view.time_form.read_moment(typed["received_at"]),
        language=language if (language := typed.get("language", "")) in languages() else "",
        answers=_answers_in(typed) if speaker.kind == "civilian" else CallerAnswers(),
        is_drill=bool(typed.get("is_drill")),
    )


def language_in(view: View, language: str) -> str:
    """A language that the console has; else the reader's."""
    return language if language in languages() else view.reader.language


def _speaker_in(view: View, typed: Mapping[str, str], faults: dict[str, Message]) -> Speaker:
    code = typed.get("speaker", "")
    speaker = next((speaker for speaker in speakers_of(view) if speaker.code == code), None)
    if speaker is None:
        faults["speaker"] = Message("Choose who speaks; “an unnamed caller” where they do not say.")
        return Speaker("not_said")
    place = typed.get("from_place", "").strip()
    if speaker.kind != "civilian" or not place:
        return speaker
    try:
        where = read_where(place, gazetteer_of(view.watch))
    except TrucewatchError as exc:
        faults["from_place"] = exc.message
        return speaker
    if where.basis != "place" or not where.place:
        faults["from_place"] = Message("Write the name of a place that this watch knows, or leave it empty.")
    return Speaker("civilian", where.place)


def _range_in(name: str, typed: Mapping[str, str], faults: dict[str, Message]) -> Range:
    """`3`, `2 to 5` as least, best and most."""
    text = typed.get(name, "").strip()
    if not text:
        return UNKNOWN
    if not (numbers := _RANGE.fullmatch(text)):
        faults[name] = Message("Write a number, like 3, or two, like 2 to 5; leave it empty where it was not said.")
        return UNKNOWN
    low = int(numbers[1])
    high = int(numbers[2]) if numbers[2] else low
    if low > high or high > MOST_COUNTED:
        faults[name] = Message(
            "Write the smaller number first, and none above {most}; leave it empty where it was not said.",
            most=Amount(MOST_COUNTED),
        )
        return UNKNOWN
    return (low, low if low == high else None, high)


def _refusal(name: str, text: str) -> Message | None:
    """Why a text cannot be kept as it was typed."""
    if len(text) > MOST[name]:
        return Message(
            "This has {count} characters, at most {most} are kept; shorten it.",
            count=Amount(len(text)),
            most=Amount(MOST[name]),
        )
    return refusal_of(text)


def _among(typed: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    return typed.get(name, "") if typed.get(name, "") in words else words[0]


def _actor_in(view: View, typed: Mapping[str, str]) -> str:
    return next((party.id for party in view.watch.agreement.party if party.id == typed.get("actor")), "")


def _via_in(typed: Mapping[str, str]) -> Via:
    return next((via for via in VIAS if via == typed.get("via")), "telephone")


def _answers_in(typed: Mapping[str, str]) -> CallerAnswers:
    def answer(name: str) -> Answered:
        return next((word for word in ANSWERED if word == typed.get(name)), "not_asked")

    return CallerAnswers(may_tell=answer("may_tell"), may_call=answer("may_call"), in_danger=answer("in_danger"))
