"""The meetings of a watch, those of its file and those that were entered; and what can be entered: each rule once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.messages import Message
from trucewatch.model.meeting_checks import ENTERED, Trouble, Vocabulary, troubles, typed_trouble
from trucewatch.model.meetings import Gathering, Meeting, content_of, gatherings, known_by
from trucewatch.model.times import as_utc, iso_utc
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.meeting_records import Version, meeting_record, meetings, standing, undo_record, versions

AT_ONCE: Final = "at_once"
REASONS: Final = {AT_ONCE: Message("undone at once, from the message that followed the entry")}
"""Reasons that nobody has to type."""
_ENTERING: Final = threading.RLock()
"""Held from the look at what stands until the entry: no number is given twice."""


class MeetingRefusedError(TrucewatchError):
    """A meeting cannot be entered as it was typed; `troubles` says why, each at its key."""

    def __init__(self, troubles: tuple[Trouble, ...]) -> None:
        super().__init__(Message("{why}. Nothing was entered.", why=troubles[0].sentence))
        self.troubles = troubles


def every_meeting(store: Store, watch: Watch, at: datetime, recorded_by: datetime | None = None) -> tuple[Meeting, ...]:
    """Every account of which the watch knew by `at`: those of its file, then those entered."""
    return (*known_by(watch.meetings, at), *meetings(store, at, recorded_by))


class MeetingBook:
    """The meetings of a watch at a moment of its clock, `now`.

    Raises MeetingRefusedError and StoreError with what stands in the way of an entry.
    """

    def __init__(self, store: Store, watch: Watch, now: datetime) -> None:
        self.store, self.watch = store, watch
        self.now = as_utc(now).replace(microsecond=0)
        self._gathered: tuple[Gathering, ...] | None = None

    # What is shown

    def gatherings(self) -> tuple[Gathering, ...]:
        """Every meeting with its accounts, the latest first; looked up once, and again after an entry."""
        if self._gathered is None:
            self._gathered = gatherings(every_meeting(self.store, self.watch, self.now), self.watch.zone)
        return self._gathered

    def gathering(self, code: str) -> Gathering:
        """The meeting of which one account has this id. Raises StoreError if there is none by now."""
        wanted = _code(code)
        for gathering in self.gatherings():
            if any(account.id == wanted for account in gathering.accounts):
                return gathering
        raise _not_there(code)

    def version(self, code: str) -> Version:
        """The record of an account that was entered, as it stands. Raises StoreError for one of the file, and for one
        that does not stand."""
        wanted = _code(code)
        for version in standing(self.store, self.now):
            if version.meeting.id == wanted:
                return version
        if any(meeting.id == wanted for meeting in self.watch.meetings):
            raise StoreError(
                Message("{meeting} stands in meetings.toml; change it there. Nothing was entered", meeting=wanted)
            )
        raise _not_there(code)

    def history(self, code: str) -> list[Version]:
        """Every version of an account that was entered by now, those taken back among them."""
        return [
            version
            for version in versions(self.store)
            if version.meeting.id == _code(code) and version.meeting.known_at <= self.now
        ]

    @property
    def vocabulary(self) -> Vocabulary:
        """Which ids a meeting may name; in a humanitarian instance the organisations among them."""
        own = self.watch.organisations if self.watch.kind == "humanitarian" else ()
        people = sorted({*self.watch.delegation_ids, *(organisation.id for organisation in own)})
        accounts = (each.id for each in self.gatherings() if not each.first.account_of)
        return Vocabulary.of(self.watch.agreement, people, accounts)

    # Acts

    def check(self, meeting: Meeting) -> Meeting:
        """The meeting as it would be entered: known from now on. Raises MeetingRefusedError with all that is wrong."""
        entered = replace(meeting, known_at=self.now, simulated=self.watch.settings.simulated)
        wrong = troubles(entered, self.vocabulary, self.watch.zone)
        if wrong:
            raise MeetingRefusedError(tuple(wrong))
        return entered

    def register(self, meeting: Meeting, *, by: str) -> Entry:
        """Enter a meeting under the next number."""
        with _ENTERING:
            entered = self.check(replace(meeting, id="M-0"))
            number = max((version.number for version in versions(self.store)), default=0) + 1
            return self._enter(entered, number, 1, "", by)

    def correct(self, code: str, version: int, meeting: Meeting, *, reason: str, by: str) -> Entry:
        """Enter the next version of an account. version: the one that was looked at; raises StoreError if another
        stands meanwhile."""
        with _ENTERING:
            stands = self._as_looked_at(code, version)
            entered = self.check(replace(meeting, id=stands.meeting.id))
            self._check_reason(reason)
            last = max(each.version for each in versions(self.store) if each.number == stands.number)
            return self._enter(entered, stands.number, last + 1, reason, by)

    def undo(self, code: str, version: int, *, by: str, reason: str = "", reason_code: str = "") -> Entry:
        """Take back the version that stands: the one before it stands again, or none."""
        with _ENTERING:
            stands = self._as_looked_at(code, version)
            if reason_code not in REASONS:
                self._check_reason(reason)
            record = undo_record(
                self.store,
                number=stands.number,
                undoes=stands.version,
                reason=reason,
                reason_code=reason_code if reason_code in REASONS else "",
                by=self._who(by),
                known_at=self.now,
            )
            return self._commit(record)

    def _as_looked_at(self, code: str, version: int) -> Version:
        stands = self.version(code)
        if stands.version != version:
            raise StoreError(
                Message(
                    "{number} changed since it was looked at; nothing was entered. Look at it as it stands now",
                    number=stands.meeting.id,
                )
            )
        return stands

    def _check_reason(self, reason: str) -> None:
        if trouble := typed_trouble(reason, "reason", is_needed=True):
            raise MeetingRefusedError((trouble,))

    def _enter(self, meeting: Meeting, number: int, version: int, reason: str, by: str) -> Entry:
        return self._commit(
            meeting_record(
                self.store,
                meeting,
                number=number,
                version=version,
                reason=reason,
                by=self._who(by),
                known_at=self.now,
            )
        )

    def _commit(self, record: Mapping[str, Any]) -> Entry:
        self._gathered = None
        (entry,) = self.store.commit([record])
        return entry

    def _who(self, by: str) -> str:
        return self.store.keys.reference_of(by)

    # For programs

    def document(self) -> dict[str, Any]:
        """The meetings for programs: `trucewatch meetings --json`, `/meetings.json`. What was typed in the console is
        withheld; what the watch's file says stands as it says it."""
        return {
            "schema": "trucewatch/meetings/1",
            "watch": self.watch.settings.id,
            "simulated": self.watch.settings.simulated,
            "as_of": iso_utc(self.now),
            "withheld": ["names", "place", "office", "words", "source"],
            "meetings": [self._row(gathering) for gathering in self.gatherings()],
        }

    def _row(self, gathering: Gathering) -> dict[str, Any]:
        took_place = gathering.range(self.watch.zone)
        return {
            "id": gathering.id,
            "earliest": iso_utc(took_place.earliest),
            "latest": iso_utc(took_place.latest),
            "stated_by_bound": list(gathering.voices(self.watch.agreement)),
            "accounts": [_document_of(account) for account in gathering.accounts],
        }


def _code(code: str) -> str:
    """`M-3` for `3`, `m-3`, ` M-3 `; an id of the file as it is."""
    word = code.strip()
    if word.isascii() and word.isdigit():
        word = f"M-{word}"
    return word.upper() if ENTERED.fullmatch(word.upper()) else word


def _not_there(code: str) -> StoreError:
    return StoreError(
        Message('there is no meeting "{number}" by now; the list has those there are', number=code.strip()[:40])
    )


def _document_of(account: Meeting) -> dict[str, Any]:
    """An account without the words that somebody typed in the console."""
    content = content_of(account)
    if not ENTERED.fullmatch(account.id):
        return content
    words = ("names", "place", "source", "office", "words")
    return {key: _without(value, words) for key, value in content.items() if key not in words}


def _without(value: Any, keys: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return [_without(inner, keys) for inner in value]
    if isinstance(value, dict):
        return {key: inner for key, inner in value.items() if key not in keys}
    return value
