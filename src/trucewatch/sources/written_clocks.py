"""Times of a day as people write them → hour, minute, second and zone, and two of them as one interval."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.times import calendar_fault, local_to_utc, read_time, zone_named
from trucewatch.sources.columns import quote_cell, with_remedy

_ZONE: Final = r"Z|(?:UTC|GMT)\s?[+-]\d{1,2}(?::?\d{2})?|[+-]\d{2}:?\d{2}|[A-Za-z]+(?:/[A-Za-z_+-]+\d*)+|[A-Za-z]{2,5}"
_CLOCK = re.compile(
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6}))?)?"
    r"|(?P<digits>\d{3,4}))"
    r"(?:\s?(?:h|hrs?|hours?)\b\.?)?\s?(?P<half>[AaPp]\.?\s?[Mm]\b\.?)?\s?(?P<zone>" + _ZONE + ")?"
)
_PART_OF_DAY = re.compile(r"0?\.\d+")
_OFFSET = re.compile(r"(?:UTC|GMT)?\s?([+-])(\d{1,2})(?::?(\d{2}))?")
_BETWEEN = re.compile(r"(?P<first>.*\S)\s*(?:[-–—]|\bto\b|\bдо\b)\s*(?P<last>[\d.].*)")
_ON_NO_DAY: Final = re.compile(r"(?:1899-12-3[01]|1900-01-0[01])[T ]+(?=\d)")
"""Days that spreadsheets put before a time that has none."""
_ON_A_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]+(?=\d)")
END_OF_DAY: Final = 24
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day. hour 24 with nothing beside it is the end of the day; zone: as written, "" for none; day: a day
    that the cell names beside it."""

    hour: int
    minute: int
    second: int = 0
    fraction: str = ""
    zone: str = ""
    day: date | None = None

    @property
    def is_midnight(self) -> bool:
        return (self.hour, self.minute, self.second) == (0, 0, 0) and not self.fraction.strip("0")

    def on(self, day: date, zone: tzinfo | None, text: str) -> datetime:
        """The moment on a local day, UTC; 24:00 is the first moment of the next. Raises TimeError, which quotes the
        text."""
        hour = self.hour
        if not self.zone and zone is not None and hour < END_OF_DAY and self.minute < 60 and self.second < 60:
            begin = _begin_of_plain_day(day, zone)
            if begin is not None:
                micros = int((self.fraction or "0").ljust(6, "0"))
                return begin + timedelta(hours=hour, minutes=self.minute, seconds=self.second, microseconds=micros)
        try:
            if hour == END_OF_DAY and not (self.minute or self.second or self.fraction.strip("0")):
                day, hour = day + timedelta(days=1), 0
            seconds = f"{self.second:02d}.{self.fraction or '0'}"
            own = zone_written(self.zone, text)
            suffix = own if isinstance(own, str) else ""
            written = f"{day.year:04d}-{day.month:02d}-{day.day:02d}T{hour:02d}:{self.minute:02d}:{seconds}{suffix}"
            return read_time(written, zone=zone if isinstance(own, str) else own)
        except (TimeError, OverflowError) as exc:
            why = exc.message if isinstance(exc, TimeError) else calendar_fault(exc)
            raise TimeError(
                with_remedy(Message("{value} cannot be read: {why}", value=quote_cell(text), why=why))
            ) from exc


@lru_cache(maxsize=4096)
def _begin_of_plain_day(day: date, zone: tzinfo) -> datetime | None:
    """The begin of a local day on which no clock was put forward or back, UTC; None for any other day."""
    try:
        begin, end = (local_to_utc(datetime(at.year, at.month, at.day), zone) for at in (day, day + _DAY))  # noqa: DTZ001 - local
    except (TimeError, OverflowError):
        return None
    offsets = {(begin + part).astimezone(zone).utcoffset() for part in (timedelta(0), _DAY / 2, _DAY)}
    return begin if end - begin == _DAY and len(offsets) == 1 else None


def zone_written(word: str, text: str) -> str | tzinfo:
    """A zone as it stands beside a time: an offset to write behind it, "" for none, or a zone with a name.

    Raises TimeError for a name that is none: an abbreviation such as EET is used for more than one zone.
    """
    if word in ("", "Z"):
        return word
    match = _OFFSET.fullmatch(word)
    if match:
        return f"{match[1]}{int(match[2]):02d}:{match[3] or '00'}"
    if word.upper() in ("UTC", "GMT"):
        return "Z"
    if "/" in word:
        return zone_named(word)
    raise TimeError(
        Message(
            'the zone "{zone}" of {value} is not known; write UTC, an offset such as +02:00, or a name such as '
            "Europe/Kyiv",
            zone=word,
            value=quote_cell(text),
        )
    )


def read_clock(written: str, text: str, *, needs_colon: bool = False) -> Clock | None:
    """One time of day: `10:20`, `10:20:30`, `1020h`, `2:05 PM`, with or without a zone; None where it is none.

    text: what a fault quotes. Raises TimeError for an hour that is none before or after noon.
    """
    if needs_colon and len(written) == 3 and written.isdigit():
        return None
    clock = _clock(written)
    if clock is not None and clock.hour == _NO_HALF:
        raise TimeError(Message("{value} has no such hour before or after noon; correct it", value=quote_cell(text)))
    return clock


_NO_HALF: Final = -1
"""Stands for an hour that is none before or after noon."""


@lru_cache(maxsize=8192)
def _clock(written: str) -> Clock | None:
    match = _CLOCK.fullmatch(written)
    if match is None:
        return None
    if match["digits"]:
        hour, minute, second, fraction = int(match["digits"][:-2]), int(match["digits"][-2:]), 0, ""
    else:
        hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
        fraction = match["fraction"] or ""
    if match["half"]:
        hour = hour % 12 + (12 if match["half"][0].lower() == "p" else 0) if 1 <= hour <= 12 else _NO_HALF
    return Clock(hour, minute, second, fraction, match["zone"] or "")


@lru_cache(maxsize=4096)
def read_clocks(text: str) -> tuple[Clock, Clock | None]:
    """The time that a cell of times holds, and where it holds two (`10:20-10:31`) the second.

    A part of a day (`0.4306`), as workbooks keep times, is rounded to the second. A hyphen stands between two times: an
    offset to the west is written with UTC before it. Raises TimeError.
    """
    plain = text.replace("−", "-")
    if _PART_OF_DAY.fullmatch(plain):
        minutes, second = divmod(round(float(plain) * 86_400), 60)
        return Clock(*divmod(minutes, 60), second), None
    between = _BETWEEN.fullmatch(plain)
    if between and not between["first"].upper().endswith(("UTC", "GMT")):
        first, last = read_clock(between["first"], text), read_clock(between["last"], text)
        if first is not None and last is not None:
            if last.zone and not first.zone:
                first = Clock(first.hour, first.minute, first.second, first.fraction, last.zone)
            elif first.zone and not last.zone:
                last = Clock(last.hour, last.minute, last.second, last.fraction, first.zone)
            return first, last
    plain = _ON_NO_DAY.sub("", plain)
    day = None
    if dated := _ON_A_DAY.match(plain):
        plain = plain[dated.end() :]
        try:
            day = date.fromisoformat(dated[1])
        except ValueError as exc:
            raise TimeError(
                Message("{value} is no day ({error}); correct it", value=quote_cell(text), error=calendar_fault(exc))
            ) from exc
    clock = read_clock(plain, text)
    if clock is None:
        raise TimeError(
            Message(
                "{value} is no time of day; write it like 10:20, 10:20-10:31 or 1020h, or leave it empty",
                value=quote_cell(text),
            )
        )
    return (clock if day is None else Clock(clock.hour, clock.minute, clock.second, clock.fraction, clock.zone, day)), (
        None
    )
