"""Hours that words may mean, the hours of the parts of the day, and what a clock on the wall was in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

from trucewatch.messages import Term
from trucewatch.sources.spoken_lexis import Phrase

PART_HOURS: Final[Mapping[str, tuple[int, int]]] = {
    "morning": (5, 12),
    "afternoon": (12, 18),
    "evening": (18, 22),
    "night": (22, 29),
    "tonight": (18, 29),
    "last_night": (18, 30),
}
"""From which hour to which a part of the day lasts, 24 and more in the next day. People differ: the reading says it."""
WITHIN: Final[Mapping[str, tuple[int, int]]] = {
    "morning": (0, 12),
    "afternoon": (11, 19),
    "evening": (16, 24),
    "night": (20, 31),
    "tonight": (17, 31),
    "last_night": (17, 31),
}
"""Which hours are said with a part of the day: "two in the morning", "seven at night"; wider than the part itself."""

PART_WORDS: Final = {
    "morning": Term("part of the day", "morning"),
    "afternoon": Term("part of the day", "afternoon"),
    "evening": Term("part of the day", "evening"),
    "night": Term("part of the day", "night"),
    "tonight": Term("part of the day", "tonight"),
    "last_night": Term("part of the day", "last night"),
}


def hours_meant(clock: Phrase, half: str, part: str) -> list[int]:
    """The hours of the day, 0 to 23, that a clock may mean beside am, pm or a part of the day; none where they
    disagree."""
    hour = clock.value // 60
    both = [hour, (hour + 12) % 24] if hour <= 12 else [hour]
    if half:
        is_pm = half == "pm"
        if hour > 12:
            return [hour] if is_pm else []
        return [hour % 12 + (12 if is_pm else 0)]
    if part:
        begins, ends = WITHIN[part]
        within = [hour for hour in both if begins <= hour < ends or begins <= hour + 24 < ends or hour == ends]
        return within[:1] if clock.is_24 and within[:1] == [hour] else within
    return [hour] if clock.is_24 else both


def clock_words(minutes: int) -> str:
    """Minutes of the day as a clock, `09:05`."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def hour_words(hour: int) -> str:
    return f"{hour % 24:02d}:00"


def instants(wall: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """When a clock on the wall (without zone) showed this, in UTC and in order: once, twice where clocks were put back,
    never where they were put forward.

    >>> from zoneinfo import ZoneInfo
    >>> len(instants(datetime(2031, 3, 30, 2, 30), ZoneInfo("Europe/Berlin")))
    0
    """
    moments = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(moment for moment in moments if moment.astimezone(zone).replace(tzinfo=None) == wall))
