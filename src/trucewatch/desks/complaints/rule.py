"""What a watch agreed for complaints: `[desk.complaints]` of watch.toml → the time for a reply.

reply_hours   within how many hours of its receipt a complaint is to be answered, as 72; left out: none was agreed
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from typing import Any, Final

from trucewatch.errors import WatchError
from trucewatch.messages import Message

KEYS: Final = ("reply_hours",)
MOST_HOURS: Final = 366 * 24
"""A year. Whoever writes more most likely took minutes for hours."""


@dataclass(frozen=True, slots=True)
class ReplyRule:
    """Within how long a reply is due; None where none was agreed, and then no moment is made up."""

    reply_hours: int | float | None = None

    def due(self, received_at: datetime) -> datetime | None:
        """When a reply to what was received at a moment is due, to the second."""
        if self.reply_hours is None:
            return None
        return received_at + timedelta(seconds=round(self.reply_hours * 3600))


def read(values: Mapping[str, Any]) -> ReplyRule:
    """The rule that the table states; an empty one agrees nothing. Raises WatchError for a key or a value that cannot
    be.

    >>> read({"reply_hours": 72})
    ReplyRule(reply_hours=72)
    """
    unknown = [name for name in values if name not in KEYS]
    if unknown:
        raise WatchError(
            Message(
                '[desk.complaints] has no key "{key}"; it takes: {keys}. Correct it or remove the line',
                key=str(unknown[0])[:60],
                keys=", ".join(KEYS),
            )
        )
    if "reply_hours" not in values:
        return ReplyRule()
    hours = values["reply_hours"]
    is_number = isinstance(hours, int | float) and not isinstance(hours, bool)
    if not is_number or (isinstance(hours, float) and not isfinite(hours)) or hours <= 0:
        raise WatchError(
            Message(
                "[desk.complaints] reply_hours is {value}, which is no positive number of hours; write it like 72, or "
                "remove the line if no time for a reply was agreed",
                value=str(hours)[:40],
            )
        )
    if hours > MOST_HOURS:
        raise WatchError(
            Message(
                "[desk.complaints] reply_hours is {value}, more than a year ({most} hours); write the hours that were "
                "agreed, like 72",
                value=str(hours)[:40],
                most=MOST_HOURS,
            )
        )
    return ReplyRule(hours)
