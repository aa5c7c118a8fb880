"""Claims as the journal holds them: `trucewatch/claim/1`, one record a version, and what was entered of them since.

A record holds references `w-…` in the place of everything that was typed; numbers with a fraction are decimal strings.
`trucewatch/claim-undo/1` takes back a version or the whole claim, `trucewatch/claim-translation/1` is of words by their
reference, `trucewatch/claim-join/1` holds two claims to speak of one event, or parts them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.claim_record import (
    CallerAnswers,
    Claim,
    ClaimUndone,
    ClaimWords,
    Speaker,
    StatedEvent,
)
from trucewatch.model.handed_file import hash_named, named
from trucewatch.model.spoken import SpokenPlace, SpokenTime
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.store import Store

CLAIM: Final = "trucewatch/claim/1"
UNDO: Final = "trucewatch/claim-undo/1"
TRANSLATION: Final = "trucewatch/claim-translation/1"
JOIN: Final = "trucewatch/claim-join/1"
_SCHEMAS: Final = (CLAIM, UNDO, TRANSLATION, JOIN)

WHOLE: Final = 0
"""What an undo names where it takes back the claim; any other number is that of a version."""
WORDS: Final[Mapping[str, str]] = {
    "says": "says",
    "when": "when_words",
    "where": "where_words",
    "name": "name",
    "call_back": "call_back",
}
"""What somebody typed of a claim → the field of a claim, and of its record, that holds its reference."""
_NUMBERS: Final = ("count", "killed", "injured")
_PLACE_WORDS: Final = ("basis", "place", "place_name")
_PLACE_NUMBERS: Final = tuple(each.name for each in fields(SpokenPlace) if each.name not in (*_PLACE_WORDS, "assumed"))


@dataclass(frozen=True, slots=True)
class _Entered:
    """The entries about claims as they were read last, and up to which entry the index had been read then."""

    until: int = 0
    entries: tuple[Entry, ...] = ()
    versions: tuple[Claim, ...] = ()
    claims: tuple[Claim, ...] = ()
    bearing: int = 0
    """How many of the entries bear on the list: translations and joins do not."""
    parsed: dict[int, Claim] = field(default_factory=dict)
    """What each entry says by itself, so that one more entry costs no reading of the others."""


def claims_mark(store: Store) -> int:
    """How many entries about claims bear on the list: another number, and it is to be worked out anew. Cheap."""
    return _entered(store).bearing


def claims_on_record(store: Store, *, recorded_by: datetime | None = None) -> tuple[Claim, ...]:
    """Every claim as it stands, those that were taken back among them, in the order of their numbers; as the journal
    stood at `recorded_by`, if one is given. Costs what was entered since it was asked last."""
    entered = _entered(store)
    if recorded_by is None:
        return entered.claims
    by_then = (each for each in entered.entries if first_recorded_at(each.record) <= recorded_by)
    return _standing(*_read(by_then, entered.parsed))


def claim_versions(store: Store, *, recorded_by: datetime | None = None) -> tuple[Claim, ...]:
    """Every version of every claim, in the order of the entries; `undone` is set where that version, or the whole
    claim, was taken back."""
    entered = _entered(store)
    if recorded_by is None:
        return entered.versions
    by_then = (each for each in entered.entries if first_recorded_at(each.record) <= recorded_by)
    return _read(by_then, entered.parsed)[0]


def claim_of(store: Store, code: str) -> Claim:
    """A claim as it stands by our number, `CL-7` or `7`. Raises StoreError if there is none."""
    number = code.strip().upper().removeprefix("CL-")
    if number.isascii() and number.isdigit() and len(number) < 10:
        for claim in claims_on_record(store):
            if claim.number == int(number):
                return claim
    raise StoreError(Message('there is no claim "{number}"; the list has those there are', number=code.strip()[:20]))


def words_of_claim(store: Store, claim: Claim) -> ClaimWords:
    """What was typed of a claim; "(erased)" where it was erased since."""
    return ClaimWords(**{name: str(text) for name, text in kept_words(store, claim).items()})


def kept_words(store: Store, claim: Claim) -> dict[str, str | Message]:
    """The same for a page, by the names of ClaimWords: a text, or that it was erased, when and in which entry."""
    return {name: store.typed.words_of(getattr(claim, column)) for name, column in WORDS.items()}


# Records


def claim_record(claim: Claim, *, reason: str = "") -> dict[str, Any]:
    """The record of a version. reason: a reference to why it corrects the one before; "" for none."""
    return {
        "schema": CLAIM,
        "act": "correct" if claim.version > 1 else "enter",
        "number": claim.number,
        "version": claim.version,
        "speaker": claim.speaker.kind,
        "speaker_id": claim.speaker.id,
        "claimed_by": claim.claimed_by,
        "via": claim.via,
        "received_at": iso_utc(claim.received_at),
        "language": claim.language,
        "event": _written_event(claim.event),
        "answers": {each.name: getattr(claim.answers, each.name) for each in fields(CallerAnswers)},
        **{column: getattr(claim, column) for column in WORDS.values()},
        "letter": claim.letter,
        "row": claim.row,
        "simulated": claim.simulated,
        "drill": claim.is_drill,
        "attachments": [named(sha256) for sha256 in claim.attachments],
        "reason": reason,
        "by": claim.by,
        "known_at": iso_utc(claim.known_at),
    }


def undo_record(
    *, number: int, undoes: int, reason: str, reason_code: str, is_drill: bool, by: str, known_at: datetime
) -> dict[str, Any]:
    """The record by which a version, or with WHOLE the claim, is taken back. reason: a reference."""
    return {
        "schema": UNDO,
        "claim": number,
        "undoes": undoes,
        "reason": reason,
        "reason_code": reason_code,
        "drill": is_drill,
        "by": by,
        "known_at": iso_utc(known_at),
    }


def translation_record(claim: Claim, *, language: str, words: str, by: str, known_at: datetime) -> dict[str, Any]:
    """The record of a translation. words: its reference; it is of the words behind `says` as they stand now."""
    return {
        "schema": TRANSLATION,
        "claim": claim.number,
        "says": claim.says,
        "language": language,
        "words": words,
        "drill": claim.is_drill,
        "by": by,
        "known_at": iso_utc(known_at),
    }


def join_record(pair: tuple[int, int], *, act: str, is_drill: bool, by: str, known_at: datetime) -> dict[str, Any]:
    """The record by which two claims are held to speak of one event (`join`), or no longer (`part`)."""
    claims = sorted(pair)
    return {"schema": JOIN, "act": act, "claims": claims, "drill": is_drill, "by": by, "known_at": iso_utc(known_at)}


def _written_event(event: StatedEvent) -> dict[str, Any]:
    when, where = event.when, event.where
    return {
        "kind": event.kind,
        "aspect": event.aspect,
        "when": {"start": iso_utc(when.start), "end": iso_utc(when.end)} if when else None,
        "where": None if where is None else written_place(where),
        **{name: list(getattr(event, name)) for name in _NUMBERS},
        "person_status": event.person_status,
        "perceived": event.perceived,
        "actor": event.actor,
    }


# Reading


def _entered(store: Store) -> _Entered:
    """What is on record by now; entries are read once."""
    last = store.memory.of(_Entered)
    until = store.index.applied
    if until == last.until:
        return last
    if until < last.until:  # another index than the one that was read
        last = _Entered()
    marks = ", ".join("?" for _ in _SCHEMAS)
    rows = store.index.rows(
        f"SELECT number FROM entry WHERE schema IN ({marks}) AND number >= ? ORDER BY number", *_SCHEMAS, last.until
    )
    new = tuple(store.journal.entries_at(number for (number,) in rows))
    if not new:
        now = replace(last, until=until)
    else:
        entries = (*last.entries, *new)
        versions, joined = _read(entries, last.parsed)
        bearing = last.bearing + sum(entry.record["schema"] in (CLAIM, UNDO) for entry in new)
        now = _Entered(until, entries, versions, _standing(versions, joined), bearing, last.parsed)
    store.memory.put(now)
    return now


def _read(entries: Iterable[Entry], parsed: dict[int, Claim]) -> tuple[tuple[Claim, ...], dict[int, set[int]]]:
    """Versions in the order of their entries, and which claims are held to be of one event with which. parsed: by the
    number of its entry what was parsed before; grows."""
    versions: dict[tuple[int, int], Claim] = {}
    last: dict[int, int] = {}
    joined: dict[int, set[int]] = {}
    translations: dict[str, dict[str, str]] = {}
    by: dict[tuple[str, str], str] = {}
    for entry in entries:
        record = entry.record
        if record["schema"] == CLAIM:
            place = record["number"], record["version"]
            if entry.number not in parsed:
                parsed[entry.number] = claim_in(entry)
            versions.setdefault(place, parsed[entry.number])
            last[record["number"]] = max(record["version"], last.get(record["number"], 0))
        elif record["schema"] == UNDO:
            undoes = range(1, last.get(record["claim"], 0) + 1) if record["undoes"] == WHOLE else (record["undoes"],)
            for version in undoes:
                place = record["claim"], version
                if place in versions and versions[place].undone is None:
                    versions[place] = replace(versions[place], undone=_undone(entry))
        elif record["schema"] == TRANSLATION:
            translations.setdefault(record["says"], {})[record["language"]] = record["words"]
            by[record["says"], record["language"]] = record["by"]
        else:
            first, second = record["claims"]
            for near, far in ((first, second), (second, first)):
                if record["act"] == "join":
                    joined.setdefault(near, set()).add(far)
                else:
                    joined.setdefault(near, set()).discard(far)
    if translations:
        for place, claim in versions.items():
            of_words = translations.get(claim.says, {}) if claim.says else {}
            if of_words:
                translated = tuple((language, words, by[claim.says, language]) for language, words in of_words.items())
                versions[place] = replace(claim, translations=translated)
    return tuple(versions.values()), joined


def _standing(versions: Iterable[Claim], joined: Mapping[int, set[int]]) -> tuple[Claim, ...]:
    """Of each claim the last version that was not taken back; of one that was taken back whole its last."""
    stands: dict[int, Claim] = {}
    for claim in versions:
        before = stands.get(claim.number)
        if before is None or claim.stands or not before.stands:
            stands[claim.number] = claim
    return tuple(
        replace(stands[number], joined=tuple(sorted(joined[number]))) if joined.get(number) else stands[number]
        for number in sorted(stands)
    )


def claim_in(entry: Entry) -> Claim:
    """The version that an entry holds, without what was entered of it since."""
    record = entry.record
    return Claim(
        number=record["number"],
        version=record["version"],
        entry=entry.number,
        speaker=Speaker(record["speaker"], record["speaker_id"]),
        via=record["via"],
        received_at=read_time(record["received_at"]),
        recorded_at=first_recorded_at(record),
        known_at=read_time(record["known_at"]),
        by=record["by"],
        language=record["language"],
        event=_event(record["event"]),
        answers=CallerAnswers(**record["answers"]),
        letter=record["letter"],
        row=record["row"],
        simulated=record["simulated"],
        is_drill=record["drill"],
        attachments=tuple(map(hash_named, record["attachments"])),
        claimed_by=record["claimed_by"],
        sha256=str(entry.sha256),
        reason=record["reason"],
        **{column: record[column] for column in WORDS.values()},
    )


def _event(record: Mapping[str, Any]) -> StatedEvent:
    when, where = record["when"], record["where"]
    numbers = {name: tuple(record[name]) for name in _NUMBERS}
    return StatedEvent(
        kind=record["kind"],
        aspect=record["aspect"],
        when=SpokenTime(start=read_time(when["start"]), end=read_time(when["end"])) if when else None,
        where=None if where is None else place_in(where),
        person_status=record["person_status"],
        perceived=record["perceived"],
        actor=record["actor"],
        count=numbers["count"],
        killed=numbers["killed"],
        injured=numbers["injured"],
    )


def written_place(place: SpokenPlace) -> dict[str, str]:
    """A place as records hold it; `assumed` is of the moment of typing and is not kept."""
    numbers = {name: repr(float(number)) for name in _PLACE_NUMBERS if (number := getattr(place, name)) is not None}
    return {name: getattr(place, name) for name in _PLACE_WORDS} | numbers


def place_in(record: Mapping[str, Any]) -> SpokenPlace:
    """The place that a record holds."""
    words: dict[str, Any] = {name: record[name] for name in _PLACE_WORDS}
    return SpokenPlace(**words | {name: float(record[name]) for name in _PLACE_NUMBERS if name in record})


def _undone(entry: Entry) -> ClaimUndone:
    record = entry.record
    return ClaimUndone(
        entry=entry.number,
        recorded_at=first_recorded_at(record),
        by=record["by"],
        reason=record["reason"],
        reason_code=record["reason_code"],
    )
