"""Days and times as lists of events write them → intervals in UTC. A day means the whole of it, in the source's own
zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.times import Interval, calendar_fault, day_of
from trucewatch.sources.columns import quote_cell
from trucewatch.sources.month_names import month_number
from trucewatch.sources.written_clocks import Clock, read_clock, read_clocks

DATE_ORDERS: Final = ("mdy", "dmy")
DATE_NUMBERS: Final = ("excel", "excel1904", "unix")
"""What a bare number in a column of dates may count: days as spreadsheets do, from 1900 or from 1904, or seconds since
1970."""
_DATE = re.compile(
    r"(?P<y1>\d{4})-(?P<m1>\d{1,2})-(?P<d1>\d{1,2})|(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4})"
    r"|(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y3>\d{4})|(?P<y4>(?:19|20|21)\d{2})(?P<m4>\d{2})(?P<d4>\d{2})(?!\d)"
    r"|(?P<d5>\d{1,2})(?:st|nd|rd|th|-?го)?[ .-]{1,2}(?:of )?(?P<n5>[^\W\d_]{3,12})\.?,?[ -](?P<y5>\d{4})"
    r"(?:-c[iıuü])?(?: ?(?:г|года|року|թ|il|yılı)\b[.․]?)?"
    r"|(?P<n6>[^\W\d_]{3,12})\.? (?P<d6>\d{1,2})(?:st|nd|rd|th)?,? (?P<y6>\d{4})"
    r"|(?P<y7>\d{4}) ?(?:թ|թվականի|г|года)?[.․]? (?P<n7>[^\W\d_]{3,12}) (?P<d7>\d{1,2})(?:-ին)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{1,10}(?:\.\d+)?")
_BEFORE_CLOCK = re.compile(r"(?:T| ?, ?| )\s*")
_EXCEL_EPOCHS: Final = {"excel": date(1899, 12, 30), "excel1904": date(1904, 1, 1)}
_FIRST_EXCEL_DAY: Final = 61
"""Before 1 March 1900 the count of days is one day off: it has a 29 February 1900."""
_LAST_EXCEL_DAY: Final = 2_958_465


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRules:
    """How a source writes its times: the zone of those that state none, the order of day and month between slashes,
    and what bare numbers count ("" where none is read)."""

    zone: tzinfo | None
    order: str = ""
    numbers: str = ""


def read_span(
    text: str, *, zone: tzinfo | None, date_order: str = "", whole_days: bool = False, numbers: str = ""
) -> Interval:
    """The interval that one text names: a moment, or the whole of a local day.

    Read are ISO 8601, `20220224`, day.month.year, days with a month's name (`month_names`), and with `date_order`
    month/day/year or day/month/year, with hours up to 24:00, the end of the day, or with AM and PM. `whole_days`: the
    text names a day; midnight beside it, which spreadsheets add, is no hour. `numbers`: what a bare number counts.
    Raises TimeError, also for a day without a zone.
    """
    day, clock = read_day(text, DateRules(zone=zone, order=date_order, numbers=numbers))
    if whole_days and clock is not None:
        if not clock.is_midnight:
            raise TimeError(
                Message(
                    "{value} holds an hour where a day belongs; map that column to occurred_start",
                    value=quote_cell(text),
                )
            )
        clock = None
    if clock is None:
        return whole_day(day, zone, text)
    moment = clock.on(day, zone, text)
    return Interval(moment, moment)


def whole_day(day: date, zone: tzinfo | None, text: str) -> Interval:
    """The whole of a local day. Raises TimeError, which quotes the text, without a zone and at the ends of the
    calendar."""
    if zone is None:
        raise TimeError(Message("{value} has no zone of time; set time_zone for this source", value=quote_cell(text)))
    try:
        return day_of(day, zone)
    except (ValueError, OverflowError) as exc:
        raise _no_day(text, exc) from exc


@lru_cache(maxsize=4096)
def read_day(text: str, rules: DateRules) -> tuple[date, Clock | None]:
    """The day that a text names and the time of day beside it, if there is one. Raises TimeError."""
    plain = text.strip()
    if _NUMBER.fullmatch(plain) and (rules.numbers or not _DATE.fullmatch(plain)):
        return _counted(plain, text, rules.numbers)
    match = _DATE.match(plain)
    rest = plain[match.end() :] if match else ""
    clock = None
    if match and rest:
        between = _BEFORE_CLOCK.match(rest)
        clock = read_clock(rest[between.end() :], text, needs_colon=True) if between else None
    if match is None or (rest and clock is None):
        raise TimeError(
            Message("{value} is no time; write it like 2020-12-11 or 2020-12-11T14:02:00Z", value=quote_cell(text))
        )
    year, month, day = _parts_of(match, rules.order, text)
    try:
        return date(year, month, day), clock
    except ValueError as exc:
        raise _no_day(text, exc) from exc


def read_day_and_times(
    day_text: str, time_text: str, end_text: str, rules: DateRules, *, end_day_text: str = ""
) -> Interval:
    """The interval of a row with its day and its times in columns of their own; an end before the begin is of the next
    day. Raises TimeError, also where the cell of the day holds another time."""
    day, beside = read_day(day_text, rules)
    first, last = read_clocks(time_text)
    if (
        beside is not None
        and not beside.is_midnight
        and beside.on(day, rules.zone, day_text) != first.on(first.day or day, rules.zone, time_text)
    ):
        raise TimeError(
            Message(
                "{day} and {time} give two different times; correct one of them",
                day=quote_cell(day_text),
                time=quote_cell(time_text),
            )
        )
    if first.day not in (None, day):
        raise TimeError(
            Message(
                "{day} and {time} give two different days; correct one of them",
                day=quote_cell(day_text),
                time=quote_cell(time_text),
            )
        )
    start = first.on(day, rules.zone, time_text)
    if end_text:
        stated, beyond = read_clocks(end_text)
        if last is not None or beyond is not None:
            raise TimeError(
                Message(
                    "{time} and {end} give more than one end; leave one of them out",
                    time=quote_cell(time_text),
                    end=quote_cell(end_text),
                )
            )
        last = stated
    if last is None:
        if end_day_text:
            return join_spans(Interval(start, start), whole_day(read_day(end_day_text, rules)[0], rules.zone, day_text))
        return Interval(start, start)
    text = end_text or time_text
    if end_day_text:
        moment = last.on(read_day(end_day_text, rules)[0], rules.zone, text)
        return join_spans(Interval(start, start), Interval(moment, moment))
    end = last.on(last.day or day, rules.zone, text)
    if end < start and last.day is None:
        end = last.on(_next_day(day), rules.zone, text)
    return join_spans(Interval(start, start), Interval(end, end))


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


def _next_day(day: date) -> date:
    try:
        return day + timedelta(days=1)
    except OverflowError as exc:
        raise TimeError(Message("the time is outside the years 1 to 9999; correct it")) from exc


def _no_day(text: str, error: Exception) -> TimeError:
    return TimeError(
        Message("{value} is no day ({error}); correct it", value=quote_cell(text), error=calendar_fault(error))
    )


def _parts_of(match: re.Match[str], date_order: str, text: str) -> tuple[int, int, int]:
    if match["a"]:
        if date_order not in DATE_ORDERS:
            raise TimeError(
                Message(
                    '{value} may be day or month first; write 2020-12-11, or set columns.date_order = "=mdy" or "=dmy"',
                    value=quote_cell(text),
                )
            )
        first, second = int(match["a"]), int(match["b"])
        return int(match["y3"]), *((first, second) if date_order == "mdy" else (second, first))
    which = next(number for number in "124567" if match["y" + number])
    if which in "567":
        month = month_number(match["n" + which])
        if not month:
            raise TimeError(
                Message(
                    "{value} names no month that is known; write it like 2020-12-11 or 11 December 2020",
                    value=quote_cell(text),
                )
            )
    else:
        month = int(match["m" + which])
    return int(match["y" + which]), month, int(match["d" + which])


def _counted(plain: str, text: str, numbers: str) -> tuple[date, Clock | None]:
    """The day of a bare number, by what the mapping says it counts."""
    if numbers not in DATE_NUMBERS:
        raise TimeError(
            Message(
                "{value} is a bare number, which may count days or be a year; write 2020-12-11, or set "
                'columns.date_numbers = "=excel" if it is a spreadsheet\'s count of days',
                value=quote_cell(text),
            )
        )
    if numbers == "unix":
        moment = datetime.fromisoformat("1970-01-01T00:00:00+00:00") + timedelta(seconds=int(float(plain)))
        return moment.date(), Clock(moment.hour, moment.minute, moment.second, zone="Z")
    count = float(plain)
    first = _FIRST_EXCEL_DAY if numbers == "excel" else 0
    if not first <= count <= _LAST_EXCEL_DAY:
        raise TimeError(
            Message("{value} is no spreadsheet's count of days; write it like 2020-12-11", value=quote_cell(text))
        )
    seconds = round(count * 86_400)
    day = _EXCEL_EPOCHS[numbers] + timedelta(days=seconds // 86_400)
    if count.is_integer():
        return day, None
    minutes, second = divmod(seconds % 86_400, 60)
    return day, Clock(*divmod(minutes, 60), second)
