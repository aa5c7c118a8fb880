"""Dates and times of day at the head of a page, as eight languages write them → what they say and what is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from trucewatch.sources.month_names import month_number


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFound:
    """A date in a text: from `start` to `end`. is_open: whether its day and month could change places."""

    day: date
    start: int
    end: int
    is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFound:
    """A time of day in a text."""

    clock: time
    start: int
    end: int


_YEAR: Final = r"(?P<y>(?:19|20)\d\d)(?!\d(?!\d?[:.]))"
# The year's own word stands behind it: `года`, `г.`, `-ci il`, `թ.`, `թվական`.
_YEAR_WORD: Final = r"(?:\s?(?:года|году|год|г\.|թ[.․]?(?!\w)|թվական\w*|-?[cç]?[iıuü]\s+il\w*|['’]\w{2,4}))?"
_MONTH: Final = r"(?P<m>[^\W\d_]{3,12})"
_DAY: Final = r"(?P<d>\d{1,2})(?:\s?(?:st|nd|rd|th|er|º|ª|-?(?:го|ին|ի|ը)|-?[cç]?[iıuü]))?"
_OF: Final = r"(?:\s?de\s|\s?of\s|\s?del\s)?"
_WRITTEN: Final = (
    re.compile(rf"(?<![\d.:/-]){_DAY}\.?\s?{_OF}\s?{_MONTH}\.?,?\s?{_OF}\s?{_YEAR}{_YEAR_WORD}", re.IGNORECASE),
    re.compile(rf"(?<![^\W_]){_MONTH}\.?\s{_DAY},?\s{_YEAR}{_YEAR_WORD}", re.IGNORECASE),
    re.compile(rf"(?<!\d){_YEAR}{_YEAR_WORD}[.,]?\s{_MONTH}\s{_DAY}(?!\d)", re.IGNORECASE),
)
_NUMBERS: Final = re.compile(rf"(?<![\d./-])(?P<d>\d{{1,2}})(?P<sep>[./-])(?P<m>\d{{1,2}})(?P=sep){_YEAR}(?![./-]\d)")
_ISO: Final = re.compile(r"(?<![\d-])(?P<y>(?:19|20)\d\d)[-./](?P<m>\d{2})[-./](?P<d>\d{2})(?![\d-])")
_CLOCK: Final = re.compile(
    r"(?<![\d.:,/-])(?P<h>[01]?\d|2[0-3])(?P<sep>[:.]|\s?h\s?|ч)(?P<min>[0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?![\d:])"
    r"(?P<half>\s?[ap]\.?\s?m\b\.?)?(?P<uhr>\s?(?:uhr|h(?:rs|oras)?|ч)\b)?",
    re.IGNORECASE,
)
_BARE_HOUR: Final = re.compile(r"(?<![\d.:,/-])(?P<h>1[0-2]|[1-9])\s?(?P<half>[ap]\.?\s?m\b\.?)", re.IGNORECASE)
_BEFORE_DOT: Final = re.compile(r"(?:saat|um|a las|à|в|ժամը)\s*$", re.IGNORECASE)


def dates_in(text: str, *, month_first: bool = False) -> list[DateFound]:
    """The dates of a text, in order, each with a year. month_first: how `05/04/2031` is read.

    >>> [found.day.isoformat() for found in dates_in("21 November 202020:19")]
    ['2020-11-21']
    """
    every = sorted(_all(text, month_first=month_first), key=lambda written: (written.start, -written.end))
    apart: list[DateFound] = []
    for written in every:
        if not apart or written.start >= apart[-1].end:
            apart.append(written)
    return apart


def _all(text: str, *, month_first: bool) -> Iterator[DateFound]:
    for pattern in _WRITTEN:
        for match in pattern.finditer(text):
            day = _date(match["y"], month_number(match["m"]), match["d"])
            if day:
                yield DateFound(day=day, start=match.start(), end=match.end())
    for match in _ISO.finditer(text):
        day = _date(match["y"], int(match["m"]), match["d"])
        if day:
            yield DateFound(day=day, start=match.start(), end=match.end())
    for match in _NUMBERS.finditer(text):
        first, second = int(match["d"]), int(match["m"])
        is_swapped = second > 12 or (month_first and match["sep"] == "/" and first <= 12)
        day = _date(match["y"], first if is_swapped else second, str(second if is_swapped else first))
        if day:
            is_open = match["sep"] == "/" and max(first, second) <= 12 and first != second
            yield DateFound(day=day, start=match.start(), end=match.end(), is_open=is_open)


def _date(year: str, month: int, day: str) -> date | None:
    try:
        return date(int(year), month, int(day))
    except ValueError:
        return None


def clock_in(text: str, written: list[DateFound]) -> ClockFound | None:
    """The time of day in a text, beside its dates.

    >>> line = "21 November 202020:19"
    >>> clock_in(line, dates_in(line)).clock
    datetime.time(20, 19)
    """
    # A date is blanked out, so that `202020:19` leaves `20:19` and `21.11.2020` is no time.
    blanked = text
    for each in written:
        blanked = blanked[: each.start] + " " * (each.end - each.start) + blanked[each.end :]
    blanked = re.sub(r"(?<=\s)T(?=\d\d:)", " ", blanked)
    for match in _CLOCK.finditer(blanked):
        if match["sep"] == "." and not (match["uhr"] or match["half"] or _BEFORE_DOT.search(blanked[: match.start()])):
            continue
        clock = _clock(int(match["h"]), int(match["min"]), match["half"] or "")
        if clock:
            return ClockFound(clock=clock, start=match.start(), end=match.end())
    for bare in _BARE_HOUR.finditer(blanked):
        clock = _clock(int(bare["h"]), 0, bare["half"])
        if clock:
            return ClockFound(clock=clock, start=bare.start(), end=bare.end())
    return None


def _clock(hour: int, minute: int, half: str) -> time | None:
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.strip().casefold().startswith("p") else 0)
    return time(hour, minute)
