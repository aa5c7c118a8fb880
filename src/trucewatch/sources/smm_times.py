"""Days and times as tables of observations write them (`2-May, 10:20-10:31`) → intervals in UTC.

A day without a year is the nearest such day that is not after the file's own day, and within eleven months of it; where
there is none the row is refused and says what to set.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.times import Interval, calendar_fault, day_of, local_to_utc
from trucewatch.sources.columns import quote_cell
from trucewatch.sources.written_times import DATE_ORDERS

NOT_KNOWN: Final = frozenset(
    (
        *("", "n/k", "nk", "n.k", "n / k", "not known", "unknown", "n/a", "na", "-", "–", "—", "?"),
        *("н/и", "н/д", "н/у", "неизвестно", "не известно", "не установлено", "нет данных"),
    )
)
"""What is written where something is not known, without case and without a full stop at its end."""

NEAREST_WITHIN: Final = timedelta(days=335)
"""Eleven months: a day that lies so far back and farther may as well be one of the year before."""
LONGEST_PAST_MIDNIGHT: Final = timedelta(hours=12)
"""`23:55-00:10` goes on past midnight; `10:31-10:20` would take a day less eleven minutes, and is a slip."""

MAX_TEXT_CHARS: Final = 200

_MONTH_NAMES: Final = (
    ("jan", "january", "янв", "январь", "января"),
    ("feb", "february", "фев", "февр", "февраль", "февраля"),
    ("mar", "march", "мар", "март", "марта"),
    ("apr", "april", "апр", "апрель", "апреля"),
    ("may", "май", "мая"),
    ("jun", "june", "июн", "июнь", "июня"),
    ("jul", "july", "июл", "июль", "июля"),
    ("aug", "august", "авг", "август", "августа"),
    ("sep", "sept", "september", "сен", "сент", "сентябрь", "сентября"),
    ("oct", "october", "окт", "октябрь", "октября"),
    ("nov", "november", "ноя", "нояб", "ноябрь", "ноября"),
    ("dec", "december", "дек", "декабрь", "декабря"),
)
_MONTHS: Final = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names}
_MONTH: Final = "|".join(sorted(_MONTHS, key=len, reverse=True))
_FOUR: Final = r"(?:19|20)\d{2}"
_YEAR: Final = rf"{_FOUR}(?!\d)"

_DAY = re.compile(
    rf"(?:(?P<y1>{_YEAR})-(?P<m1>\d{{1,2}})-(?P<d1>\d{{1,2}})"
    rf"|(?P<y5>{_FOUR})(?P<m5>\d{{2}})(?P<d5>\d{{2}})(?![\d:])"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*[-–]\s*(?P<until>\d{{1,2}}))?[\s.\-/–]*(?P<m2>{_MONTH})(?![^\W\d_])\.?"
    rf"(?:[\s,\-/–]+(?P<y2>{_YEAR})(?:\s?г\.?)?)?"
    rf"|(?P<m4>{_MONTH})\.?\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?:,?\s+(?P<y4>{_YEAR}))?"
    rf"|(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/(?P<y6>{_YEAR}))?(?![\d/:])"
    rf"|(?P<d3>\d{{1,2}})\.(?P<m3>\d{{1,2}})(?:\.(?P<y3>{_YEAR})?)?(?![\d:]))",
    re.IGNORECASE,
)
_CLOCK: Final = (
    r"(?P<hour{0}>\d{{1,2}}):(?P<minute{0}>\d{{2}})(?::(?P<second{0}>\d{{2}})(?:[.,]\d{{1,6}})?)?"
    r"(?:\s?(?P<half{0}>[ap]\.?m\.?))?(?:\s?(?:h|hrs|ч)\.?(?![^\W\d_]))?"
    r"(?:\s?(?P<zone{0}>z|(?:utc|gmt)(?:[+-]\d{{1,2}}(?![\d:]))?|\+\d{{2}}:\d{{2}}))?"
)
_JOIN: Final = r"\s*(?:[-–—]|to|till|until|до)\s*"
_TIMES = re.compile(
    rf"(?:from\s+|с\s+|at\s+|в\s+)?{_CLOCK.format(1)}(?:{_JOIN}(?P<day>.*?[^\d:\s][\s,;]*)??{_CLOCK.format(2)})?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """By what the days of one file are read: the source's zone and settings, and the file's own day."""

    zone: tzinfo | None
    date_order: str = ""
    year: int | None = None
    """Of every day without a year, where the source's entry says so."""
    nearest_to: date | None = None
    """The file's day; None where nothing says it."""


@dataclass(frozen=True, slots=True)
class Span:
    """When something was; `by_nearest` where its year was taken from the file's day."""

    interval: Interval
    by_nearest: bool = False


def is_unknown(text: str) -> bool:
    """Whether a cell says that something is not known, or says nothing."""
    return text.strip().casefold().rstrip(".") in NOT_KNOWN


def read_day_and_time(day: str, clock: str, calendar: Calendar) -> Span:
    """The interval that a day and a time name: `2-May` and `10:20-10:31`; both may stand in `day`.

    A time that is not known is the whole local day, as a day alone is. 24:00 is the midnight after. Raises TimeError.
    """
    written = f"{day}, {clock}" if clock else day
    match = _DAY.match(day) if len(written) <= MAX_TEXT_CHARS else None
    if match is None:
        if _TIMES.match(day.casefold()):
            raise TimeError(
                Message('{value} names no day; write it like "2-May-2031, 10:20"', value=quote_cell(written))
            )
        raise _no_time(written)
    rest = day[match.end() :].strip(" ,;T")
    if rest and clock and not _is_midnight(rest):
        raise TimeError(
            Message("{value} gives the time twice; leave one of them empty", value=quote_cell(f"{day}; {clock}"))
        )
    first, by_nearest = _date_of(match, calendar, written)
    text = (clock or rest).strip().casefold()
    if match["until"]:
        last = _with_day(first, int(match["until"]), written)
        if last < first or not is_unknown(text):
            raise _no_time(written)
        return Span(Interval(_whole(first, calendar).start, _whole(last, calendar).end), by_nearest)
    if is_unknown(text):
        return Span(_whole(first, calendar), by_nearest)
    times = _TIMES.fullmatch(text)
    if times is None:
        raise _no_time(written)
    zones = times["zone1"] or times["zone2"] or "", times["zone2"] or times["zone1"] or ""
    if times["hour2"] and bool(times["half1"]) != bool(times["half2"]):
        raise TimeError(Message("{value} says AM or PM of one time only; say it of both", value=quote_cell(written)))
    start = _moment(first, times, "1", zones[0], calendar, written)
    if not times["hour2"]:
        return Span(Interval(start, start), by_nearest)
    if times["day"]:
        other = _DAY.fullmatch(times["day"].strip(" ,;"))
        if other is None or other["until"]:
            raise _no_time(written)
        last, also_nearest = _date_of(other, calendar, written)
        end = _moment(last, times, "2", zones[1], calendar, written)
        by_nearest |= also_nearest
    else:
        end = _moment(first, times, "2", zones[1], calendar, written)
        if end < start:
            end = _moment(_next(first, written), times, "2", zones[1], calendar, written)
            if end - start > LONGEST_PAST_MIDNIGHT:
                end = start - timedelta(seconds=1)
    if end < start:
        raise TimeError(Message("{value} ends before it begins; correct it", value=quote_cell(written)))
    return Span(Interval(start, end), by_nearest)


def days_in(text: str) -> list[date]:
    """The days with a year that a title or a file's name holds; those of unknown order are left out."""
    days = []
    for match in _DAY.finditer(text.replace("_", " ")):
        around = text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
        if match["a"] or any(char.isalnum() for char in around):
            continue  # figures in a longer name
        numbers = next(((match["y" + n], match["m" + n], match["d" + n]) for n in "12345" if match["d" + n]), None)
        if numbers and numbers[0]:
            try:
                days.append(date(int(numbers[0]), _month(numbers[1]), int(match["until"] or numbers[2])))
            except ValueError:
                continue
    return days


def _no_time(written: str) -> TimeError:
    return TimeError(
        Message(
            '{value} is no day and time; write it like "2-May-2031, 10:20-10:31" or "2031-05-02 10:20"',
            value=quote_cell(written),
        )
    )


def _month(text: str) -> int:
    return _MONTHS.get(text.casefold()) or int(text)


def _date_of(match: re.Match[str], calendar: Calendar, written: str) -> tuple[date, bool]:
    """The day, and whether its year was taken from the file's day."""
    if match["a"]:
        year, month, day = match["y6"], *_ordered(int(match["a"]), int(match["b"]), calendar.date_order, written)
    else:
        n = next(n for n in "12345" if match["d" + n])
        year, month, day = match["y" + n], _month(match["m" + n]), int(match["d" + n])
    if year or calendar.year is not None:
        try:
            return date(int(year or calendar.year or 0), month, day), False
        except ValueError as exc:
            raise TimeError(
                Message("{value} is no day ({error}); correct it", value=quote_cell(written), error=calendar_fault(exc))
            ) from exc
    return _nearest(month, day, calendar, written), True


def _ordered(first: int, second: int, order: str, written: str) -> tuple[int, int]:
    """Month and day of two numbers with a slash between them."""
    if order not in DATE_ORDERS:
        if (first > 12) == (second > 12):
            raise TimeError(
                Message(
                    '{value} may be day or month first; write "2-May", or set columns.date_order = "=mdy" or "=dmy"',
                    value=quote_cell(written),
                )
            )
        order = "dmy" if first > 12 else "mdy"
    return (first, second) if order == "mdy" else (second, first)


def _nearest(month: int, day: int, calendar: Calendar, written: str) -> date:
    """The last such day that is not after the file's day."""
    file_day = calendar.nearest_to
    if file_day is None:
        raise TimeError(
            Message('{value} has no year; set columns.year = "=2031" for this source', value=quote_cell(written))
        )
    try:
        date(2000, month, day)  # a leap year: whether there can be such a day at all
    except ValueError as exc:
        raise TimeError(
            Message("{value} is no day ({error}); correct it", value=quote_cell(written), error=calendar_fault(exc))
        ) from exc
    for year in (file_day.year, file_day.year - 1):
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if timedelta(0) <= file_day - candidate <= NEAREST_WITHIN:
            return candidate
    raise TimeError(
        Message(
            "{value} has no year, and the file's day, {day}, does not settle it: no such day lies in the eleven months "
            'before it; write the year, or set columns.year = "=2031" for this source',
            value=quote_cell(written),
            day=file_day.isoformat(),
        )
    )


def _with_day(first: date, day: int, written: str) -> date:
    try:
        return first.replace(day=day)
    except ValueError as exc:
        raise TimeError(
            Message("{value} is no day ({error}); correct it", value=quote_cell(written), error=calendar_fault(exc))
        ) from exc


def _next(day: date, written: str) -> date:
    try:
        return day + timedelta(days=1)
    except OverflowError as exc:
        raise _no_time(written) from exc


def _is_midnight(text: str) -> bool:
    """What a spreadsheet adds to a day."""
    return text in ("00:00", "00:00:00", "0:00")


def _whole(day: date, calendar: Calendar) -> Interval:
    if calendar.zone is None:
        raise TimeError(
            Message("{value} has no zone of time; set time_zone for this source", value=quote_cell(day.isoformat()))
        )
    return day_of(day, calendar.zone)


def _moment(day: date, times: re.Match[str], which: str, zone_text: str, calendar: Calendar, written: str) -> datetime:
    hour, minute, second = (int(times[part + which] or 0) for part in ("hour", "minute", "second"))
    half = (times["half" + which] or "").replace(".", "")
    if half:
        if not 1 <= hour <= 12:
            raise TimeError(
                Message("{value} has no such hour before or after noon; correct it", value=quote_cell(written))
            )
        hour = hour % 12 + (12 if half == "pm" else 0)
    if (hour, minute, second) == (24, 0, 0):
        day, hour = _next(day, written), 0
    zone = _zone_of(zone_text, written) if zone_text else calendar.zone
    if zone is None:
        raise TimeError(
            Message("{value} has no zone of time; set time_zone for this source", value=quote_cell(written))
        )
    try:
        return local_to_utc(datetime(day.year, day.month, day.day, hour, minute, second), zone)  # noqa: DTZ001 - its zone is the next argument
    except TimeError as exc:
        raise TimeError(
            Message("{value} cannot be read: {why}; correct it", value=quote_cell(written), why=exc.message)
        ) from exc
    except ValueError as exc:
        raise TimeError(
            Message("{value} is no time ({error}); correct it", value=quote_cell(written), error=calendar_fault(exc))
        ) from exc


def _zone_of(text: str, written: str) -> tzinfo:
    shift = text.removeprefix("utc").removeprefix("gmt").removeprefix("z")
    if not shift:
        return UTC
    hours, _, minutes = shift[1:].partition(":")
    try:
        offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(offset if shift[0] == "+" else -offset)
    except ValueError as exc:
        raise _no_time(written) from exc
