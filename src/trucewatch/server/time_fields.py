"""What people type into a field for a day or a time → a day, a moment in UTC; and a moment → the text of such a field.

A field speaks as the page does: the watch's zone (or the one that the reader chose) and the reader's language, `3 May
2031 10:00`. Whatever else names one day and one hour is read too: ISO 8601, months in any language of the console, an
offset or a zone behind the time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from trucewatch.errors import TimeError
from trucewatch.locale import Words
from trucewatch.messages import Message
from trucewatch.model.times import zone_label
from trucewatch.sources.written_clocks import Clock
from trucewatch.sources.written_times import DateRules
from trucewatch.sources.written_times import read_day as read_written

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200
"""Of other years no watch speaks; a slip of a digit is found before it is entered."""
LONGEST: Final = 60
_ZONE_IN_BRACKETS: Final = re.compile(r"\s*\(((?:UTC|GMT)(?:[+-]\d{1,2}(?::?\d{2})?)?)\)$")
"""As pages write the zone behind a time: `(UTC+4)`."""
_DIRECTION: Final = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Marks that nobody sees, and that come along with a time copied from a text written from right to left."""


@dataclass(frozen=True, slots=True)
class TimeForm:
    """How one reader's fields for time are read and written. `example`: a moment of this watch, shown to who typed
    something else."""

    words: Words
    zone: tzinfo
    example: datetime

    def read_moment(self, text: str, *, is_end: bool = False) -> datetime:
        """The moment that a text names, UTC; a day alone is its first minute, where an end is asked for that
        of the day after.

        Raises TimeError, with what was typed and an example, for what is no time; for an hour that the clocks skipped;
        and for one that they showed twice, unless the text says which by its offset.
        """
        refusal = self._no_time(text)
        day, clock = self._read(text, refusal)
        if clock is None:
            day, clock = day + timedelta(days=is_end), Clock(0, 0)
        try:
            moment = clock.on(day, self.zone, text)
        except TimeError as exc:
            if not clock.zone and self._offsets(day, clock):
                raise TimeError(
                    Message(
                        '"{text}" was on no clock here: clocks were put forward; write another hour', text=text.strip()
                    )
                ) from exc
            raise refusal from exc
        if not clock.zone and len(readings := self._offsets(day, clock)) > 1:
            raise TimeError(
                Message(
                    '"{text}" was twice on the clocks here; write {first} or {second}',
                    text=text.strip(),
                    first=readings[0],
                    second=readings[1],
                )
            )
        return moment

    def read_day(self, text: str) -> date:
        """The day that a text names. Raises TimeError, with what was typed and an example, for anything else."""
        example = self.example.astimezone(self.zone).date()
        refusal = TimeError(Message('"{text}" is no day here; write {example}', text=_quoted(text), example=example))
        day, clock = self._read(text, refusal)
        if clock is not None and not clock.is_midnight:
            raise refusal
        return day

    def write_moment(self, moment: datetime) -> str:
        """`3 May 2031 10:00`, as a field holds a moment; with its offset where the clocks showed the hour twice."""
        local = moment.astimezone(self.zone)
        text = f"{self.write_day(local.date())} {local:%H:%M}"
        return (
            f"{text} {_offset_of(local)}"
            if len(self._offsets(local.date(), Clock(local.hour, local.minute))) > 1
            else text
        )

    def write_day(self, day: date) -> str:
        """`3 May 2031`"""
        return self.words.short_day(day)

    def example_moment(self) -> str:
        return self.write_moment(self.example)

    def example_day(self) -> str:
        return self.write_day(self.example.astimezone(self.zone).date())

    def zone_name(self) -> str:
        """The zone that the fields speak of, as they name it: `UTC-2`."""
        return zone_label(self.example, self.zone)

    def _read(self, text: str, refusal: TimeError) -> tuple[date, Clock | None]:
        plain = _ZONE_IN_BRACKETS.sub(r" \1", " ".join(_DIRECTION.sub("", text).split()))
        if len(plain) > LONGEST:
            raise refusal
        try:
            day, clock = read_written(plain, DateRules(zone=self.zone))
        except TimeError as exc:
            raise refusal from exc
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise refusal
        return day, clock

    def _offsets(self, day: date, clock: Clock) -> list[str]:
        """The readings of a local time where there are two, or none: each with its offset, as ISO 8601 writes it. Empty
        where it is read in one way."""
        try:
            local = datetime(day.year, day.month, day.day, clock.hour % 24, clock.minute, tzinfo=self.zone)
            first, second = local.replace(fold=0), local.replace(fold=1)
            if first.utcoffset() == second.utcoffset():
                return []
        except (ValueError, OverflowError):
            return []
        return [f"{reading:%Y-%m-%dT%H:%M}{_offset_of(reading)}" for reading in (first, second)]

    def _no_time(self, text: str) -> TimeError:
        example = self.example_moment()
        return TimeError(Message('"{text}" is no time here; write {example}', text=_quoted(text), example=example))


def _quoted(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else plain[:LONGEST] + " …"


def _offset_of(local: datetime) -> str:
    written = f"{local:%z}"
    return f"{written[:3]}:{written[3:5]}"
