"""Times: aware UTC only, intervals `[start, end)`, and what a day in a named zone means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trucewatch.errors import TimeError
from trucewatch.messages import Message

ALWAYS = datetime.min.replace(tzinfo=UTC)
"""Before every moment: the start of what has no stated start."""
NEVER = datetime.max.replace(tzinfo=UTC)
"""After every moment: the end of what has no stated end."""

_ISO = re.compile(
    r"^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T "
    r"](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?\s*$"
)


_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{6})?Z")
"""As `iso_utc` writes it: what every record holds, read in a third of the time."""
_CALENDAR_FAULTS = {
    fault.template: fault
    for fault in (
        Message("year 0 is out of range"),
        Message("month must be in 1..12"),
        Message("day is out of range for month"),
        Message("hour must be in 0..23"),
        Message("minute must be in 0..59"),
        Message("second must be in 0..59"),
    )
}
"""What Python says of a day or an hour that there is not; anything else it says stays in its words."""


def calendar_fault(error: Exception) -> Message:
    """Why `date` or `datetime` took no such day or hour."""
    return (
        error.message
        if isinstance(error, TimeError)
        else _CALENDAR_FAULTS.get(str(error), Message.verbatim(str(error)))
    )


def zone_named(name: str) -> tzinfo:
    """The time zone with this IANA name (`Europe/Moscow`), or `UTC`. Raises TimeError for any other word."""
    if name in ("UTC", "Z"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise TimeError(
            Message('"{name}" is no time zone; write one like "Europe/Moscow" or "UTC"', name=name)
        ) from exc


FURTHEST_OFFSET_MIN: Final = 16 * 60
"""No clock of the world was ever further from UTC (Manila until 1844, by 15:56)."""


def as_utc(moment: datetime) -> datetime:
    """The same moment in UTC. Raises TimeError if it has no zone."""
    if moment.tzinfo is None:
        raise TimeError(Message("{value} has no zone of time; add Z or an offset", value=moment.isoformat()))
    return moment.astimezone(UTC)


def whole_second(moment: datetime) -> datetime:
    """The second in which a moment is, in UTC: as records hold it. Raises TimeError if it has no zone."""
    return as_utc(moment).replace(microsecond=0)


def read_time(text: str, *, zone: tzinfo | None = None) -> datetime:
    """A moment in UTC from ISO 8601 text; a text without a zone needs `zone`.

    >>> read_time("2020-11-10T00:00+03:00").isoformat()
    '2020-11-09T21:00:00+00:00'

    Raises TimeError for anything else: 24:60, year 0, a missing zone, a local time that the clocks skipped.
    """
    if _WRITTEN.fullmatch(text) is not None:
        try:
            return datetime.fromisoformat(text)
        except ValueError:  # which day it has not is said below
            pass
    match = _ISO.match(text)
    if match is None:
        raise TimeError(Message('"{value}" is no time; write it like 2020-12-11T14:02:00Z', value=text[:40]))
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        moment = datetime(  # noqa: DTZ001 - the zone is settled in the next lines
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((fraction or "0").ljust(6, "0")),
        )
    except ValueError as exc:
        raise TimeError(Message('"{value}" is no time: {error}', value=text[:40], error=calendar_fault(exc))) from exc
    if offset == "Z":
        return moment.replace(tzinfo=UTC)
    if offset:
        sign = -1 if offset[0] == "-" else 1
        minutes = int(offset[1:3]) * 60 + int(offset[-2:])
        if minutes > FURTHEST_OFFSET_MIN or int(offset[-2:]) > 59:  # a slip of the hand, which would move it by days
            raise TimeError(Message('"{value}" is no time; write it like 2020-12-11T14:02:00Z', value=text[:40]))
        try:
            return (moment - sign * timedelta(minutes=minutes)).replace(tzinfo=UTC)
        except OverflowError as exc:
            raise TimeError(Message("{value} is outside the years 1 to 9999", value=f'"{text[:40]}"')) from exc
    if zone is None:
        raise TimeError(
            Message(
                '"{value}" has no zone of time; add Z or an offset, or name the zone of this source', value=text[:40]
            )
        )
    return local_to_utc(moment, zone)


def local_to_utc(moment: datetime, zone: tzinfo) -> datetime:
    """A naive local moment in UTC. Raises TimeError if the clocks skipped it; of two readings the first is taken."""
    try:
        utc = moment.replace(tzinfo=zone).astimezone(UTC)
        back = utc.astimezone(zone).replace(tzinfo=None)
    except (OverflowError, ValueError) as exc:
        raise TimeError(Message("{value} is outside the years 1 to 9999", value=moment.isoformat())) from exc
    if back != moment:
        raise TimeError(
            Message(
                "{value} does not exist in {zone}: the clocks were put forward", value=moment.isoformat(), zone=zone
            )
        )
    return utc


def shifted(moment: datetime, by: timedelta) -> datetime:
    """The moment moved by so much, no farther than the ends of the calendar."""
    try:
        return moment + by
    except OverflowError:
        return NEVER if by > timedelta(0) else ALWAYS


@dataclass(frozen=True, slots=True)
class Interval:
    """`[start, end)` in UTC; equal when instantaneous."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise TimeError(
                Message(
                    "the interval ends ({end}) before it begins ({start})",
                    end=self.end.isoformat(),
                    start=self.start.isoformat(),
                )
            )


def day_of(day: date, zone: tzinfo) -> Interval:
    """The whole of a local day: from its midnight to the next one, in UTC. Raises TimeError at the ends of the
    calendar."""
    if not date(2, 1, 1) <= day <= date(9998, 12, 30):
        raise TimeError(
            Message("{day} is at the end of the calendar; write a day between the years 2 and 9998", day=day)
        )
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    following = day + timedelta(days=1)
    end = datetime(following.year, following.month, following.day, tzinfo=zone)
    return Interval(start.astimezone(UTC), end.astimezone(UTC))


def zone_label(moment: datetime, zone: tzinfo) -> str:
    """How a zone is written beside a time: `UTC+4`, `UTC-3:30`, `UTC`."""
    offset = moment.astimezone(zone).utcoffset() or timedelta(0)
    minutes = int(offset.total_seconds() // 60)
    if minutes == 0:
        return "UTC"
    sign = "+" if minutes > 0 else "-"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")


def iso_utc(moment: datetime) -> str:
    """`2020-12-11T14:02:00Z`; fractions only where there are any."""
    text = moment.astimezone(UTC).isoformat()
    return text.replace("+00:00", "Z")


def minute(moment: datetime) -> str:
    """`2020-12-11T14:02Z`, as addresses and forms write a moment."""
    return iso_utc(moment)[:16] + "Z"
