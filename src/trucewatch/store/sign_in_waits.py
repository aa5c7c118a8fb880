"""How long somebody waits after wrong passwords: longer each time, never for ever, and by three counts.

1. A login from one address: 5 tries free, then 1 s, 2 s, 4 s … up to 15 minutes. Whoever guesses from one computer is
   slowed to some hundred tries a day.
2. An address, whichever login: 30 tries free, then the same. Many people may share an address behind a proxy, so it
   takes more; a right password there takes the count back.
3. A login, from whichever address: 50 tries free, then at most 30 s. Whoever has many computers is slowed to less than
   three thousand tries a day, against twelve characters and a second factor; and whoever wants to keep a person out by
   guessing wrong on purpose keeps them waiting for half a minute, and not for a shift.

A try is counted before its password is looked at, so that many at once gain nothing; one during the wait is not counted
and costs nothing. A count is forgotten a day after its last try. `private/sign-in-waits.json` holds those that make
somebody wait, by hash, for logins that exist and that do not alike; it is written only when a wait changes.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.private_records import PrivateRecord

WAITS: Final = "sign-in-waits.json"
FORGOTTEN: Final = timedelta(days=1)
MOST_COUNTS: Final = 20_000
"""Counts in memory; of more the oldest go."""
MOST_WRITTEN: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a wait grows: so many tries free, then 2^n seconds up to a longest wait."""

    free: int
    longest_s: int

    def wait_s(self, tries: int) -> int:
        """How long after so many tries the next one has to wait.

        >>> [Pace(free=5, longest_s=900).wait_s(tries) for tries in (4, 5, 6, 14, 15, 10_000)]
        [0, 1, 2, 512, 900, 900]
        """
        return 0 if tries < self.free else min(self.longest_s, 2 ** min(tries - self.free, 30))


OF_LOGIN_AT_ADDRESS: Final = Pace(free=5, longest_s=900)
OF_ADDRESS: Final = Pace(free=30, longest_s=900)
OF_LOGIN: Final = Pace(free=50, longest_s=30)


@dataclass(slots=True)
class _Count:
    tries: int
    last_at: datetime


class SignInWaits:
    """The counts of one watch. login, address: as they came in, at most their first 200 characters are looked at."""

    def __init__(self, private: Path, now: Callable[[], datetime]) -> None:
        self._now = now
        self._record = PrivateRecord(private, WAITS, "trucewatch/sign-in-waits/1")
        self._lock = threading.Lock()
        self._counts: OrderedDict[str, _Count] | None = None

    def begin(self, login: str, address: str) -> int:
        """Count a try that may be made now, and return 0; else how many seconds are to be waited first, uncounted."""
        now = self._now()
        with self._lock:
            counts = self._loaded()
            paces = _paces(login, address)
            if wait_s := max(self._left_s(counts, key, pace, now) for key, pace in paces):
                return wait_s
            is_longer = False
            for key, pace in paces:
                count = counts.pop(key, None) or _Count(0, now)
                before_s = pace.wait_s(count.tries)
                count.tries, count.last_at = count.tries + 1, now
                counts[key] = count
                is_longer |= pace.wait_s(count.tries) > before_s
            while len(counts) > MOST_COUNTS:
                counts.popitem(last=False)
            if is_longer:
                self._write(counts)
        return 0

    def take_back(self, login: str, address: str) -> None:
        """A try was not looked at after all: it is not counted."""
        with self._lock:
            counts = self._loaded()
            for key, _ in _paces(login, address):
                if (count := counts.get(key)) is not None:
                    count.tries = max(0, count.tries - 1)

    def left_s(self, login: str, address: str) -> int:
        """How many seconds are to be waited before the next try."""
        now = self._now()
        with self._lock:
            counts = self._loaded()
            return max(self._left_s(counts, key, pace, now) for key, pace in _paces(login, address))

    def succeed(self, login: str, address: str) -> None:
        """A try was right: this address begins anew, and so does this login from it."""
        with self._lock:
            counts = self._loaded()
            (own, _), (of_address, _), (of_login, pace) = _paces(login, address)
            was_written = any(_is_written(key, counts[key]) for key in (own, of_address) if key in counts)
            counts.pop(own, None)
            counts.pop(of_address, None)
            if (count := counts.get(of_login)) is not None and count.tries <= pace.free:
                counts.pop(of_login)
            if was_written:
                self._write(counts)

    def _left_s(self, counts: OrderedDict[str, _Count], key: str, pace: Pace, now: datetime) -> int:
        count = counts.get(key)
        if count is None:
            return 0
        if now - count.last_at > FORGOTTEN:
            del counts[key]
            return 0
        count.last_at = min(count.last_at, now)  # a clock that was set back makes nobody wait until it is there again
        left = count.last_at + timedelta(seconds=pace.wait_s(count.tries)) - now
        return max(0, -(-left // timedelta(seconds=1)))

    def _loaded(self) -> OrderedDict[str, _Count]:
        """The counts, those of before a restart among them. A file that cannot be read counts for nothing: it lets
        nobody in, it only made somebody wait."""
        if self._counts is None:
            self._counts = OrderedDict()
            with suppress(TrucewatchError, KeyError, TypeError, ValueError, AttributeError):
                written: dict[str, Any] = dict(self._record.read().get("counts", {}))
                for key, (tries, last_at) in written.items():
                    self._counts[key] = _Count(int(tries), read_time(last_at))
        return self._counts

    def _write(self, counts: OrderedDict[str, _Count]) -> None:
        waiting = {key: count for key, count in counts.items() if _is_written(key, count)}
        last = sorted(waiting, key=lambda key: waiting[key].tries)[-MOST_WRITTEN:]
        with suppress(StoreError):  # where the disk is full they are counted in memory
            self._record.replace({"counts": {key: [waiting[key].tries, iso_utc(waiting[key].last_at)] for key in last}})


def _paces(login: str, address: str) -> tuple[tuple[str, Pace], ...]:
    login, address = login[:200], address[:200]
    return (
        (_key("both", login, address), OF_LOGIN_AT_ADDRESS),
        (_key("address", address), OF_ADDRESS),
        (_key("login", login), OF_LOGIN),
    )


def _is_written(key: str, count: _Count) -> bool:
    pace = {"both": OF_LOGIN_AT_ADDRESS, "address": OF_ADDRESS}.get(key.partition(" ")[0], OF_LOGIN)
    return pace.wait_s(count.tries) > 0


def _key(*words: str) -> str:
    digest = hashlib.sha256("\x1f".join(words).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{words[0]} {digest[:32]}"
