"""Meetings as the journal holds them: `trucewatch/meeting/1`, one record an account as it was entered or corrected, and
`trucewatch/meeting-undo/1`.

A record holds references `w-…` in the place of everything that was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from trucewatch.model.meetings import TYPED, Meeting, content_of, meeting_of
from trucewatch.model.times import iso_utc
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.store import Store

MEETING: Final = "trucewatch/meeting/1"
UNDO: Final = "trucewatch/meeting-undo/1"
_OF_WATCH: Final = ("id", "known_at")
"""What a record does not hold among the words of a meeting, since it says them itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """That a version was taken back: in which entry, when, by whom, why (a reference, or a code of a reason that nobody
    typed)."""

    entry: int
    recorded_at: datetime
    by: str
    reason: str
    reason_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An account as it was entered (version 1) or corrected. `reason` is a reference, "" for the first version;
    `references`: of all its words, by which they are erased."""

    number: int
    version: int
    meeting: Meeting
    entry: int
    recorded_at: datetime
    by: str
    reason: str
    references: tuple[str, ...]
    undone: TakenBack | None = None


def meetings(store: Store, at: datetime, recorded_by: datetime | None = None) -> tuple[Meeting, ...]:
    """The accounts that were entered and stand, of which the watch knew by `at`, in the order of their numbers; as the
    journal stood at `recorded_by`, if one is given."""
    return tuple(version.meeting for version in standing(store, at, recorded_by))


def standing(store: Store, at: datetime, recorded_by: datetime | None = None) -> tuple[Version, ...]:
    """The same with the records: of each account the last version that is known and was not taken back."""
    last: dict[int, Version] = {}
    for version in versions(store, recorded_by):
        if version.undone is None and version.meeting.known_at <= at:
            last[version.number] = version
    return tuple(last[number] for number in sorted(last))


def versions(store: Store, recorded_by: datetime | None = None) -> tuple[Version, ...]:
    """Every version of every account, in the order of the entries, those taken back among them."""
    by_place: dict[tuple[int, int], Version] = {}
    for entry in entries_of_kind(store, MEETING):
        if recorded_by is None or first_recorded_at(entry.record) <= recorded_by:
            version = _version(store, entry)
            by_place.setdefault((version.number, version.version), version)
    for entry in entries_of_kind(store, UNDO):
        record = entry.record
        place = record["meeting"], record["undoes"]
        is_known = recorded_by is None or first_recorded_at(record) <= recorded_by
        if is_known and place in by_place and by_place[place].undone is None:
            by_place[place] = replace(by_place[place], undone=_taken_back(entry))
    return tuple(by_place.values())


def meeting_record(
    store: Store, meeting: Meeting, *, number: int, version: int, reason: str, by: str, known_at: datetime
) -> dict[str, Any]:
    """The record of a meeting that was typed: every word is kept apart, and its reference stands in its place."""
    content = {key: value for key, value in content_of(meeting).items() if key not in _OF_WATCH}
    return {
        "schema": MEETING,
        "act": "correct" if version > 1 else "register",
        "number": number,
        "version": version,
        "meeting": _with_words(content, lambda text: store.keep_words(_typed(text))),
        "reason": store.keep_words(reason),
        "by": by,
        "known_at": iso_utc(known_at),
    }


def _typed(words: Any) -> str:
    return str(words.get(TYPED, "")) if isinstance(words, Mapping) else str(words)


def _with_words(content: Mapping[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    """A copy with every typed text of a meeting changed."""

    def changed(place: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
        return {key: change(value) if key in keys else value for key, value in place.items()}

    lists = {"who": ("office",), "agenda": ("words",), "decision": ("words",)}
    copy = changed(content, ("names", "place", "source"))
    for key, words in lists.items():
        if key in copy:
            copy[key] = [changed(item, words) for item in copy[key]]
    return copy


def _version(store: Store, entry: Entry) -> Version:
    record = entry.record
    references: list[str] = []

    def read(reference: str) -> dict[str, str]:
        references.append(reference)
        text = store.words.read(reference)
        return {TYPED: text} if text else {}

    content = _with_words(record["meeting"], read)
    content |= {"id": f"M-{record['number']}", "known_at": record["known_at"]}
    content["source"] = content["source"].get(TYPED, "")
    return Version(
        number=record["number"],
        version=record["version"],
        meeting=meeting_of(content),
        entry=entry.number,
        recorded_at=first_recorded_at(record),
        by=record["by"],
        reason=record["reason"],
        references=tuple(references),
    )


def _taken_back(entry: Entry) -> TakenBack:
    record = entry.record
    return TakenBack(
        entry=entry.number,
        recorded_at=first_recorded_at(record),
        by=record["by"],
        reason=record["reason"],
        reason_code=record["reason_code"],
    )


def undo_record(
    store: Store, *, number: int, undoes: int, reason: str, reason_code: str, by: str, known_at: datetime
) -> dict[str, Any]:
    """The record by which a version is taken back. `reason`: words, kept apart."""
    return {
        "schema": UNDO,
        "meeting": number,
        "undoes": undoes,
        "reason": "" if reason_code else store.keep_words(reason),
        "reason_code": reason_code,
        "by": by,
        "known_at": iso_utc(known_at),
    }
