"""Sessions: who is signed in where, and when that ends. `private/sessions.json` holds hashes of their tokens, never a
token; a restart of the console ends none.

A session ends when nothing was done in it for a while, at the end of a shift, when its person or whoever keeps the
accounts ends it, and when another browser shows its cookie: then somebody may have taken it.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.private_records import DamagedRecord, PrivateRecord

SESSIONS: Final = "sessions.json"
WRITTEN_EVERY: Final = timedelta(minutes=1)
"""How often it is written down that somebody is still there."""
MOST_OF_ONE: Final = 20
"""Sessions of one person; of more the oldest ends."""
MOST_ENDED: Final = 500
"""Ended sessions of which it is kept for a shift why, so that their browsers can be told."""
CLOCK_MOVED: Final = timedelta(minutes=5)
"""A session that began so much later than now is of a clock that was set back; it ends."""
_LONGEST: Final = 200


class Ending(StrEnum):
    """Why a cookie opens nothing."""

    UNKNOWN = "unknown"
    IDLE = "idle"
    SHIFT = "shift"
    OTHER_BROWSER = "other_browser"
    ENDED = "ended"
    """By its person, or by whoever keeps the accounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session. hash: of its token, by which it is named. agent: hash of what the browser calls itself. address:
    of the computer from which it was used last."""

    hash: str
    reference: str
    begun_at: datetime
    seen_at: datetime
    agent: str
    address: str


class Sessions:
    """The sessions of one watch. idle_minutes: 5 to 240. shift_hours: 1 to 24."""

    def __init__(
        self, private: Path, now: Callable[[], datetime], *, idle_minutes: int = 30, shift_hours: int = 12
    ) -> None:
        self._now = now
        self.idle, self.shift = timedelta(minutes=idle_minutes), timedelta(hours=shift_hours)
        self._record = PrivateRecord(private, SESSIONS, "trucewatch/sessions/1")
        self._lock = threading.Lock()
        self._seen: dict[str, datetime] = {}
        """When each was seen last, where that was not written down yet."""
        self._parsed: tuple[Mapping[str, Any] | None, dict[str, Session]] = (None, {})
        """What the file held when it was read last, and its sessions."""

    def begin(self, reference: str, agent: str, address: str) -> str:
        """A new token for somebody who has signed in. agent: what the browser calls itself. Raises StoreError."""
        token, now = secrets.token_urlsafe(32), self._now()
        session = Session(
            hash=_hash(token),
            reference=reference,
            begun_at=now,
            seen_at=now,
            agent=_hash(agent),
            address=address[:_LONGEST],
        )

        def with_it(sessions: list[Session]) -> dict[Session, Ending]:
            own = [each for each in sessions if each.reference == reference]
            oldest = sorted(own, key=lambda each: each.begun_at)[: max(0, len(own) + 1 - MOST_OF_ONE)]
            return dict.fromkeys(oldest, Ending.ENDED)

        self._change(with_it, added=session)
        return token

    def of(self, token: str, agent: str, *, address: str = "", is_act: bool = True) -> Session | None:
        """The session of a token; None for one that opens nothing."""
        session = self.check(token, agent, address=address, is_act=is_act)
        return session if isinstance(session, Session) else None

    def check(self, token: str, agent: str, *, address: str = "", is_act: bool = True) -> Session | Ending:
        """The session of a token, or why it opens nothing. One that another browser shows ends with that.

        address: kept where it changed. is_act: whether this counts as work; what a page asks for by itself does not.
        The session that is returned holds the address of before.
        """
        if not token or len(token) > _LONGEST:
            return Ending.UNKNOWN
        name, now = _hash(token), self._now()
        session = self._read().get(name)
        if session is None:
            return self._ended().get(name, Ending.UNKNOWN)
        session = replace(session, seen_at=max(session.seen_at, self._seen.get(name, session.seen_at)))
        ending = self._ending(session, now)
        if ending is None and session.agent != _hash(agent):
            ending = Ending.OTHER_BROWSER
        if ending is not None:
            with suppress(StoreError):  # a full disk: it opens nothing, and is asked about again the next time
                self._end([name], ending)
            return ending
        if is_act:
            self._touch(session, now, address)
        return session

    def lasts(self, name: str) -> bool:
        """Whether the session of this hash still opens; asking is no work. For a feed that is open."""
        session = self._read().get(name)
        if session is None:
            return False
        session = replace(session, seen_at=max(session.seen_at, self._seen.get(name, session.seen_at)))
        return self._ending(session, self._now()) is None

    def end(self, name: str) -> None:
        """End one, by its hash; no error for one that is over. Raises StoreError."""
        self._end([name], Ending.ENDED)

    def end_all(self, reference: str = "", *, but: str = "") -> int:
        """End all of a person, or of everybody; how many those were. but: the hash of one that stays. Raises
        StoreError."""
        names = [
            session.hash
            for session in self._read().values()
            if (not reference or session.reference == reference) and session.hash != but
        ]
        self._end(names, Ending.ENDED)
        return len(names)

    def of_person(self, reference: str) -> tuple[Session, ...]:
        """Those of a person that last, the latest first."""
        now = self._now()
        own = (session for session in self._read().values() if session.reference == reference)
        lasting = [session for session in own if self._ending(session, now) is None]
        return tuple(sorted(lasting, key=lambda session: session.begun_at, reverse=True))

    def _ending(self, session: Session, now: datetime) -> Ending | None:
        seen_at = max(session.seen_at, self._seen.get(session.hash, session.seen_at))
        if now - session.begun_at >= self.shift or session.begun_at - now > CLOCK_MOVED:
            return Ending.SHIFT
        return Ending.IDLE if now - seen_at >= self.idle else None

    def _touch(self, session: Session, now: datetime, address: str) -> None:
        """Somebody is still there: kept in memory, and on disk at most each minute."""
        has_moved = bool(address) and address[:_LONGEST] != session.address
        with self._lock:
            self._seen[session.hash] = now
            written_at = self._read().get(session.hash, session).seen_at
        if not has_moved and now - written_at < WRITTEN_EVERY:
            return
        with suppress(StoreError), self._record.changing() as content:  # a full disk ends nobody's session
            row = content.get("sessions", {}).get(session.hash)
            if row is not None:
                row["seen_at"] = iso_utc(now)
                row["address"] = address[:_LONGEST] or session.address

    def _end(self, names: Iterable[str], why: Ending) -> None:
        going = set(names)
        if going & self._read().keys():
            self._change(lambda sessions: {each: why for each in sessions if each.hash in going})

    def _change(
        self, ends: Callable[[list[Session]], Mapping[Session, Ending]], *, added: Session | None = None
    ) -> None:
        """End some, and let go of those that are over. A damaged file is begun anew: then everybody signs in again."""
        now = self._now()
        try:
            with self._record.changing() as content:
                self._write_into(content, ends, added, now)
        except DamagedRecord:
            content = {}
            self._write_into(content, ends, added, now)
            self._record.replace(content)

    def _write_into(
        self,
        content: dict[str, Any],
        ends: Callable[[list[Session]], Mapping[Session, Ending]],
        added: Session | None,
        now: datetime,
    ) -> None:
        sessions = list(_sessions_in(content).values())
        over = {each: why for each in sessions if (why := self._ending(each, now)) is not None}
        over |= ends([each for each in sessions if each not in over])
        staying = [each for each in sessions if each not in over] + ([added] if added else [])
        ended = {
            name: [why, at] for name, (why, at) in _ended_in(content).items() if now - read_time(at) < self.shift
        } | {each.hash: [str(why), iso_utc(now)] for each, why in over.items()}
        content["sessions"] = {each.hash: _row_of(each) for each in staying}
        content["ended"] = dict(list(ended.items())[-MOST_ENDED:])
        with self._lock:
            self._seen = {each.hash: self._seen[each.hash] for each in staying if each.hash in self._seen}

    def _read(self) -> dict[str, Session]:
        """Every session by its hash; none of a file that cannot be read: then everybody signs in again."""
        try:
            content = self._record.read()
        except StoreError:
            return {}
        before, sessions = self._parsed
        if content is not before:
            sessions = _sessions_in(content)
            self._parsed = (content, sessions)
        return sessions

    def _ended(self) -> dict[str, Ending]:
        try:
            return {name: Ending(why) for name, (why, _) in _ended_in(self._record.read()).items()}
        except StoreError:
            return {}


def _sessions_in(content: Mapping[str, Any]) -> dict[str, Session]:
    sessions: dict[str, Session] = {}
    rows = content.get("sessions")
    for name, row in (rows if isinstance(rows, dict) else {}).items():
        with suppress(KeyError, TypeError, AttributeError, TrucewatchError):
            sessions[name] = Session(
                hash=name,
                reference=str(row["reference"]),
                begun_at=read_time(row["begun_at"]),
                seen_at=read_time(row["seen_at"]),
                agent=str(row["agent"]),
                address=str(row["address"]),
            )
    return sessions


def _ended_in(content: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    ended: dict[str, tuple[str, str]] = {}
    rows = content.get("ended")
    for name, row in (rows if isinstance(rows, dict) else {}).items():
        with suppress(TypeError, ValueError, AttributeError, TrucewatchError):
            why, at = row
            read_time(at)
            ended[name] = (Ending(why), at)
    return ended


def _row_of(session: Session) -> dict[str, str]:
    return {
        "reference": session.reference,
        "begun_at": iso_utc(session.begun_at),
        "seen_at": iso_utc(session.seen_at),
        "agent": session.agent,
        "address": session.address,
    }


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
