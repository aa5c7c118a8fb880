"""Days and times as lists of events write them → intervals in UTC. A day means the whole of it, in the source's own
zone."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.times import Interval, calendar_fault, day_of, read_time
from trucewatch.sources.columns import quote_cell, with_remedy

DATE_ORDERS: Final = ("mdy", "dmy")
_WRITTEN = re.compile(
    r"(?:(?P<y1>\d{4})-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})|(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4})"
    r"|(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y3>\d{4}))"
    r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6}))?)?"
    r"\s?(?P<half>[AaPp][Mm])?\s?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?"
)


def read_span(text: str, *, zone: tzinfo | None, date_order: str = "", whole_days: bool = False) -> Interval:
    """The interval that one text names: a moment, or the whole of a local day.

    Read are ISO 8601, day.month.year, and with `date_order` month/day/year or day/month/year, with hours up to 23 or
    with AM and PM. `whole_days`: the text names a day; midnight beside it, which spreadsheets add, is no hour.
    Raises TimeError, also for a day without a zone.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise TimeError(
            Message("{value} is no time; write it like 2020-12-11 or 2020-12-11T14:02:00Z", value=quote_cell(text))
        )
    year, month, day = _day_of(match, date_order)
    clock = match["hour"] is not None
    hour = _hour(match) if clock else 0
    if whole_days and clock:
        if (hour, int(match["minute"]), int(match["second"] or 0)) != (0, 0, 0):
            raise TimeError(
                Message(
                    "{value} holds an hour where a day belongs; map that column to occurred_start",
                    value=quote_cell(text),
                )
            )
        clock = False
    if not clock:
        if zone is None:
            raise TimeError(
                Message("{value} has no zone of time; set time_zone for this source", value=quote_cell(text))
            )
        try:
            return day_of(date(year, month, day), zone)
        except (ValueError, OverflowError) as exc:
            raise TimeError(
                Message("{value} is no day ({error}); correct it", value=quote_cell(text), error=calendar_fault(exc))
            ) from exc
    seconds = f"{match['second'] or '00'}.{match['fraction'] or '0'}"
    written = f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{match['minute']}:{seconds}{match['zone'] or ''}"
    try:
        moment = read_time(written, zone=zone)
    except TimeError as exc:
        raise TimeError(
            with_remedy(Message("{value} cannot be read: {why}", value=quote_cell(text), why=exc.message))
        ) from exc
    return Interval(moment, moment)


def join_spans(start: Interval, end: Interval | None) -> Interval:
    """From the start of the first to the end of the second. Raises TimeError where the second ends before the first
    begins."""
    if end is None:
        return start
    if end.start < start.start and end.end <= start.start:
        raise TimeError(Message("the end is before the start; correct one of them"))
    return Interval(start.start, end.end)


def widened(span: Interval, *, at_least: timedelta) -> Interval:
    """The interval, made longer on both sides by whole days until it has the length. Raises TimeError."""
    missing = at_least - (span.end - span.start)
    if missing <= timedelta(0):
        return span
    days = timedelta(days=-(-missing // timedelta(days=2)))
    return Interval(later(span.start, -days), later(span.end, days))


def later(moment: datetime, delay: timedelta) -> datetime:
    """The moment after a delay. Raises TimeError beyond the ends of the calendar."""
    try:
        return moment + delay
    except OverflowError as exc:
        raise TimeError(Message("the time is outside the years 1 to 9999; correct it")) from exc


def _day_of(match: re.Match[str], date_order: str) -> tuple[int, int, int]:
    if match["a"]:
        if date_order not in DATE_ORDERS:
            raise TimeError(
                Message(
                    '{value} may be day or month first; write 2020-12-11, or set columns.date_order = "=mdy" or "=dmy"',
                    value=quote_cell(match[0]),
                )
            )
        first, second = int(match["a"]), int(match["b"])
        return int(match["y3"]), *((first, second) if date_order == "mdy" else (second, first))
    which = "1" if match["y1"] else "2"
    return int(match["y" + which]), int(match["m" + which]), int(match["d" + which])


def _hour(match: re.Match[str]) -> int:
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            raise TimeError(
                Message("{value} has no such hour before or after noon; correct it", value=quote_cell(match[0]))
            )
        return hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    return hour
