"""Who read, exported or took what, who signed in and who was refused: kept outside the ledger, for a time, under
`private/access/`, one file a day (UTC), a JSON line each.

A line says when, who by reference (`p-…`), what, by which right, where (the pattern of an address and the codes in it,
never what somebody typed), and from which computer. Names and logins stand nowhere here.

Reading is noted in memory and written within seconds; whatever is said before an answer goes out is on disk by then. A
page that is loaded again and again within a minute is one line with a count. A disk that is full stops nobody from
reading: what could not be written waits in memory, and `trouble` says so.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import TrucewatchError
from trucewatch.ledger.durable import sync_folder, write_all
from trucewatch.messages import Message, Term
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.disk_errors import make_folder, translating
from trucewatch.store.private_files import private_names, read_private, remove_private, write_private
from trucewatch.store.vault import is_protected

FOLDER: Final = "access"
KEEP_DAYS: Final = 400
LARGEST_DAY: Final = 64 * 2**20
"""Bytes of a day's file from which on it is only counted who read, and not what."""
MOST_WAITING: Final = 20_000
"""Lines in memory while the disk takes none; of more it is only counted who read."""
_LARGEST_CHUNK: Final = 64 * 2**10
"""Bytes of one file under a passphrase: it is written whole each time, until it is so large."""
_LONGEST: Final = 200
_FILE: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.(\d{6}))?\.jsonl")


class Access(StrEnum):
    """What somebody did."""

    READ = "read"
    EXPORT = "export"
    """Made a file of what is here, to take it away."""
    TOOK = "took"
    """Took what is given out, by a form that enters it."""
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    REFUSED = "refused"
    """A wrong password or code, or an address that their role does not open."""
    ENDED = "ended"
    """A session whose cookie another browser showed."""
    MOVED = "moved"
    """A session that went on from another computer's address."""
    COMPLETED = "completed"
    """An account was opened by its link."""

    @property
    def label(self) -> Term:
        return _LABELS[self]


_LABELS: Final[Mapping[Access, Term]] = {
    Access.READ: Term("access", "read"),
    Access.EXPORT: Term("access", "exported"),
    Access.TOOK: Term("access", "took a file given out"),
    Access.SIGN_IN: Term("access", "signed in"),
    Access.SIGN_OUT: Term("access", "signed out"),
    Access.REFUSED: Term("access", "was refused"),
    Access.ENDED: Term("access", "session ended: another browser showed its cookie"),
    Access.MOVED: Term("access", "went on from another address"),
    Access.COMPLETED: Term("access", "opened an account"),
}
_AT_THE_GATE: Final[Mapping[str, Access]] = {
    "sign-in": Access.SIGN_IN,
    "sign-in-refused": Access.REFUSED,
    "sign-out": Access.SIGN_OUT,
    "session-ended": Access.ENDED,
    "address-changed": Access.MOVED,
    "account-completed": Access.COMPLETED,
}
_WHERE: Final[Mapping[Access, str]] = {Access.REFUSED: "/sign-in", Access.SIGN_IN: "/sign-in"}
_BY_ADDRESS: Final = frozenset((Access.SIGN_IN, Access.REFUSED, Access.ENDED, Access.MOVED, Access.COMPLETED))
"""Of which the gate says the computer's address last."""


Same = tuple[str, str, Access, str, str, str]
"""What makes two lines one: the minute, who, what, right, where, address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accessed:
    """One line: at, the minute's first; count, how often in that minute. who: "" for nobody who is known."""

    at: datetime
    who: str
    what: Access
    right: str = ""
    where: str = ""
    address: str = ""
    count: int = 1

    @property
    def same(self) -> Same:
        return f"{self.at:%Y-%m-%dT%H:%M}", self.who, self.what, self.right, self.where, self.address


class AccessLog:
    """The access log of one watch, written by its console alone; threads may share it. keep_days: after so many days a
    file is removed."""

    def __init__(self, private: Path, now: Callable[[], datetime], *, keep_days: int = KEEP_DAYS) -> None:
        self._private, self._now, self.keep_days = private, now, keep_days
        self._threads, self._disk = threading.Lock(), threading.RLock()
        """Whoever notes waits for others who note, and never for the disk."""
        self._waiting: dict[Same, Accessed] = {}
        """What is not on disk yet."""
        self._again: dict[Same, Accessed] = {}
        """How often something was done again in a minute whose first line is on disk."""
        self._chunk: tuple[str, bytes] = ("", b"")
        self._swept: date | None = None
        self.trouble: Message | None = None
        """Why lines wait in memory; None while they are written."""

    def note(self, kind: str, reference: str, about: str) -> None:
        """What the gate says; on disk when this returns, where the disk takes it. kind: of `AccessLog` in
        `server/session_gate.py`; another one counts for nothing."""
        what = _AT_THE_GATE.get(kind)
        if what is None:
            return
        words = about.split()
        address = words[-1] if words and what in _BY_ADDRESS else ""
        self.add(
            what,
            reference,
            where=(" ".join(words[:-1]) if address else about) or _WHERE.get(what, ""),
            address=address,
            at_once=True,
        )

    def add(
        self, what: Access, who: str, *, right: str = "", where: str = "", address: str = "", at_once: bool = False
    ) -> None:
        """Note one act. at_once: on disk when this returns; the same again within the minute is counted. Raises
        nothing: what cannot be written waits, see `trouble`."""
        line = Accessed(
            at=self._now().astimezone(UTC),
            who=who[:_LONGEST],
            what=what,
            right=right[:_LONGEST],
            where=where[:_LONGEST],
            address=address[:_LONGEST],
        )
        with self._threads:
            if len(self._waiting) + len(self._again) >= MOST_WAITING and line.same not in self._waiting:
                line = replace(line, where="", right="")
            is_again = line.same in self._again
            counts = self._again if is_again else self._waiting
            earlier = counts.get(line.same)
            counts[line.same] = replace(earlier, count=earlier.count + 1) if earlier else line
        if at_once and is_again:
            with self._disk:  # its first line may be on the way to the disk
                return
        if at_once:
            self.flush()

    def flush(self) -> None:
        """Write what waits, and how often what was written was done again in the minutes that are over; remove, once a
        day, what is kept no longer. To be called every few seconds. Raises nothing."""
        with self._disk:
            self._write(f"{self._now().astimezone(UTC):%Y-%m-%dT%H:%M}")

    def close(self) -> None:
        """Write all that waits."""
        with self._disk:
            self._write("", sweeps=False)

    def lines(self, *, since: date | None = None, until: date | None = None) -> Iterator[Accessed]:
        """Every line of the days in between, both included, newest first; those of one minute that say the same are
        one. What cannot be read as a line is passed over. Raises Locked, StoreError."""
        with self._disk:
            self._write(f"{self._now().astimezone(UTC):%Y-%m-%dT%H:%M}", sweeps=False)
        with self._threads:
            unwritten = [line for line in (*self._waiting.values(), *self._again.values()) if line.count]
        days = {day for day, _ in self._files()} | {line.at.date() for line in unwritten}
        for day in sorted(days, reverse=True):
            if (since and day < since) or (until and day > until):
                continue
            joined: dict[Same, Accessed] = {}
            for line in (*self._of_day(day), *(each for each in unwritten if each.at.date() == day)):
                earlier = joined.get(line.same)
                joined[line.same] = replace(earlier, count=earlier.count + line.count) if earlier else line
            latest_last = sorted(joined.values(), key=lambda line: line.at)
            yield from latest_last[::-1]  # of one moment, too, what was noted last stands first

    def days(self) -> tuple[date, ...]:
        """The days of which there are lines, the latest first."""
        return tuple(sorted({day for day, _ in self._files()}, reverse=True))

    def remove_old(self) -> int:
        """Remove the files of days that are kept no longer; how many those were. Raises StoreError."""
        today = self._now().astimezone(UTC).date()
        old = [name for day, name in self._files() if day < today - timedelta(days=self.keep_days)]
        for name in old:
            remove_private(self._private, name)
        self._swept = today
        return len(old)

    def _write(self, minute: str, *, sweeps: bool = True) -> None:
        """minute: that goes on, whose counts wait; "" for none. sweeps: remove what is kept no longer, too."""
        with self._threads:
            going, self._waiting = self._waiting, {}
            over = {same: line for same, line in self._again.items() if same[0] != minute}
            self._again = {same: line for same, line in self._again.items() if same not in over}
            self._again |= {same: replace(line, count=0) for same, line in going.items() if same[0] == minute}
        lines = [*going.values(), *(line for line in over.values() if line.count)]
        try:
            for day in sorted({line.at.date() for line in lines}):
                self._append(day, [line for line in lines if line.at.date() == day])
                lines = [line for line in lines if line.at.date() != day]
            if sweeps and self._swept != self._now().astimezone(UTC).date():
                self.remove_old()
        except (TrucewatchError, OSError) as exc:
            self._keep(lines)
            reason = exc.message if isinstance(exc, TrucewatchError) else type(exc).__name__
            self.trouble = Message(
                "Who read what cannot be written down just now: {reason}. It waits in memory, and is lost if the "
                "console ends before it can be written.",
                reason=reason,
            )
        else:
            self.trouble = None

    def _keep(self, lines: Iterable[Accessed]) -> None:
        """Let lines wait that could not be written."""
        with self._threads:
            for line in lines:
                later = self._again.pop(line.same, None) or self._waiting.get(line.same)
                self._waiting[line.same] = replace(line, count=line.count + (later.count if later else 0))

    def _append(self, day: date, lines: Iterable[Accessed]) -> None:
        plain = f"{FOLDER}/{day}.jsonl"
        if is_protected(self._private):
            self._append_encrypted(day, b"".join(map(_written, lines)))
            return
        path = self._private / plain
        make_folder(path.parent, mode=0o700)
        with translating(path):
            is_new = not path.exists()
            descriptor = os.open(
                path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600
            )
            try:
                size = os.fstat(descriptor).st_size
                is_cut = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"  # a power cut in the last line
                try:
                    write_all(descriptor, b"\n" * is_cut + b"".join(map(_written, _bounded(lines, size))))
                    os.fsync(descriptor)
                except OSError:
                    with suppress(OSError):  # so that what is written once more does not stand there twice
                        os.ftruncate(descriptor, size)
                    raise
            finally:
                os.close(descriptor)
            if is_new:
                sync_folder(path.parent)

    def _append_encrypted(self, day: date, content: bytes) -> None:
        """Under a passphrase a day is many files: each is written whole, and a new one begun when it is large enough,
        and by every console anew."""
        name, before = self._chunk
        if not name.startswith(f"{FOLDER}/{day}.") or len(before) >= _LARGEST_CHUNK:
            files = [_FILE.fullmatch(name.removeprefix(f"{FOLDER}/")) for own, name in self._files() if own == day]
            numbers = [int(match[2] or 0) for match in files if match]
            name, before = f"{FOLDER}/{day}.{max(numbers, default=0) + 1:06}.jsonl", b""
        write_private(self._private, name, before + content)
        self._chunk = name, before + content

    def _files(self) -> list[tuple[date, str]]:
        files = []
        for name in private_names(self._private, FOLDER):
            if match := _FILE.fullmatch(name.removeprefix(f"{FOLDER}/")):
                with suppress(ValueError):
                    files.append((date.fromisoformat(match[1]), name))
        return files

    def _of_day(self, day: date) -> Iterator[Accessed]:
        for own, name in self._files():
            if own == day:
                for row in (read_private(self._private, name) or b"").splitlines():
                    line = _read(row)
                    if line is not None:
                        yield line


def _bounded(lines: Iterable[Accessed], size: int) -> Iterator[Accessed]:
    """The lines as they are; of a day that is too large already, of what was read only by whom."""
    for line in lines:
        is_too_much = size > LARGEST_DAY and line.what is Access.READ
        yield replace(line, right="", where="") if is_too_much else line


def _written(line: Accessed) -> bytes:
    row: dict[str, Any] = {
        "at": iso_utc(line.at),
        "who": line.who,
        "what": line.what.value,
        "right": line.right,
        "where": line.where,
        "address": line.address,
    }
    if line.count != 1:
        row["count"] = line.count
    return json.dumps(row, ensure_ascii=True).encode() + b"\n"


def _read(row: bytes) -> Accessed | None:
    try:
        values = json.loads(row)
        return Accessed(
            at=read_time(values["at"]),
            who=str(values["who"]),
            what=Access(values["what"]),
            right=str(values["right"]),
            where=str(values["where"]),
            address=str(values["address"]),
            count=int(values.get("count", 1)),
        )
    except (ValueError, TypeError, KeyError, RecursionError, AttributeError, TrucewatchError):
        return None
