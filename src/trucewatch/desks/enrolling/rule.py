"""What a watch agreed for accounts: `[desk.NAME]` of watch.toml → when sessions end, how long it is kept who read what.

idle_minutes       after how many minutes without a page a session ends; 30 without the line
shift_hours        after how many hours it ends in any case; 12 without the line
keep_access_days   for how many days it is kept who read, exported or took what; 400 without the line
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from trucewatch.errors import WatchError
from trucewatch.messages import Message

NAME: Final = __name__.split(".")[-2]
LIMITS: Final[Mapping[str, tuple[int, int]]] = {
    "idle_minutes": (5, 240),
    "shift_hours": (1, 24),
    "keep_access_days": (30, 1100),
}
"""The smallest and the largest value of each key. A session of two days is no shift, an audit of a week is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRule:
    """When sessions end, and for how long it is kept who read what."""

    idle_minutes: int = 30
    shift_hours: int = 12
    keep_access_days: int = 400

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)

    @property
    def shift(self) -> timedelta:
        return timedelta(hours=self.shift_hours)

    @property
    def keep_access(self) -> timedelta:
        return timedelta(days=self.keep_access_days)


def read(values: Mapping[str, Any]) -> AccountRule:
    """The rule that the table states; what it leaves out is as above. Raises WatchError for a key or a value that
    cannot be.

    >>> read({"idle_minutes": 15}).idle
    datetime.timedelta(seconds=900)
    """
    for key, value in values.items():
        if key not in LIMITS:
            raise WatchError(
                Message(
                    '[desk.{desk}] has no key "{key}"; it takes: {keys}. Correct it or remove the line',
                    desk=NAME,
                    key=str(key)[:60],
                    keys=", ".join(LIMITS),
                )
            )
        least, most = LIMITS[key]
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise WatchError(
                Message(
                    "[desk.{desk}] {key} is {value}; write a whole number from {least} to {most}, or remove the line",
                    desk=NAME,
                    key=key,
                    value=str(value)[:40],
                    least=least,
                    most=most,
                )
            )
    return AccountRule(**values)
