"""What a watch agreed for alarms: `[desk.NAME]` of watch.toml.

nobody_minutes   after how many minutes the board of the floor says that nobody has what rang; 10 without the line
address          where people open the console, as a mail names it: https://…; without the line a mail has no link
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from trucewatch.errors import WatchError
from trucewatch.messages import Message

NAME: Final = __name__.split(".")[-2]
_KEYS: Final = ("nobody_minutes", "address")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertingRule:
    """After how long the board says that nobody has an alarm, and where the console is opened."""

    nobody_minutes: int = 10
    address: str = ""

    @property
    def nobody_after(self) -> timedelta:
        return timedelta(minutes=self.nobody_minutes)


def read(values: Mapping[str, Any]) -> AlertingRule:
    """The rule that the table states. Raises WatchError for a key or a value that cannot be.

    >>> read({"nobody_minutes": 5}).nobody_after
    datetime.timedelta(seconds=300)
    """
    for key in values:
        if key not in _KEYS:
            raise WatchError(
                Message(
                    '[desk.{desk}] has no key "{key}"; it takes: {keys}. Correct it or remove the line',
                    desk=NAME,
                    key=str(key)[:60],
                    keys=", ".join(_KEYS),
                )
            )
    minutes, address = values.get("nobody_minutes", 10), values.get("address", "")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= 240:
        raise WatchError(
            Message(
                "[desk.{desk}] nobody_minutes is {value}; write a whole number from 1 to 240, or remove the line",
                desk=NAME,
                value=str(minutes)[:40],
            )
        )
    if address and not _is_address(address):
        raise WatchError(
            Message(
                "[desk.{desk}] address is {value}; write where the console is opened, https://…, or remove the line",
                desk=NAME,
                value=str(address)[:80],
            )
        )
    return AlertingRule(nobody_minutes=minutes, address=str(address).rstrip("/"))


def _is_address(address: object) -> bool:
    if not isinstance(address, str) or not address.isprintable() or " " in address:
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname) and "@" not in parts.netloc
