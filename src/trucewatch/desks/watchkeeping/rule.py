"""What a watch agreed for its shifts: `[desk.watchkeeping]` of watch.toml → when one hands over to the next.

hands_over   hours of the watch's clock, as ["08:00", "20:00"]; left out: eight and twenty o'clock; []: none is planned
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any, Final

from trucewatch.errors import WatchError
from trucewatch.messages import Message

KEYS: Final = ("hands_over",)
EIGHT: Final = (time(8), time(20))
MOST: Final = 12
"""How many hours may be named: a shift of less than two hours is no shift."""
SHORTEST: Final = timedelta(hours=1)
"""Who begins shortly before the hour takes over at it, and stays until the next one."""
_HOUR: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class ShiftRule:
    """The hours at which shifts change, in their order; empty where none are planned."""

    hands_over: tuple[time, ...] = EIGHT

    def planned_end(self, began_at: datetime, zone: tzinfo) -> datetime | None:
        """The first of those hours that lies an hour or more after a beginning; UTC."""
        local = began_at.astimezone(zone)
        ends = (
            datetime.combine(local.date() + timedelta(days=days), hour, zone).astimezone(UTC)
            for days in (0, 1, 2)
            for hour in self.hands_over
        )
        return min((end for end in ends if end - began_at >= SHORTEST), default=None)


def read(values: Mapping[str, Any]) -> ShiftRule:
    """The rule that the table states. Raises WatchError for a key or a value that cannot be.

    >>> read({"hands_over": ["20:00", "08:00"]}).hands_over
    (datetime.time(8, 0), datetime.time(20, 0))
    """
    unknown = [name for name in values if name not in KEYS]
    if unknown:
        raise WatchError(
            Message(
                '[desk.watchkeeping] has no key "{key}"; it takes: {keys}. Correct it or remove the line',
                key=str(unknown[0])[:60],
                keys=", ".join(KEYS),
            )
        )
    if "hands_over" not in values:
        return ShiftRule()
    written = values["hands_over"]
    hours = [_HOUR.fullmatch(each) if isinstance(each, str) else None for each in written] if _is_list(written) else []
    if not _is_list(written) or not all(hours) or len(written) > MOST:
        raise WatchError(
            Message(
                "[desk.watchkeeping] hands_over is {value}, which is no list of at most {most} hours; write it like "
                '["08:00", "20:00"], or [] if no end is planned',
                value=str(written)[:60],
                most=MOST,
            )
        )
    return ShiftRule(tuple(sorted({time(int(hour[1]), int(hour[2])) for hour in hours if hour})))


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)
