"""A range of days in which something changed, in few words: a whole year, a whole month, or both its ends."""

from __future__ import annotations

from datetime import date, timedelta

from trucewatch.messages import Message, Month

_DAY = timedelta(days=1)


def period_words(first: date, last: date) -> Message | None:
    """`1989`, `March 1989`, where the range is that whole year or month; None where it is neither.

    >>> str(period_words(date(1989, 1, 1), date(1989, 12, 31))), str(period_words(date(1989, 2, 1), date(1989, 2, 28)))
    ('1989', 'February 1989')
    >>> period_words(date(1989, 1, 1), date(1990, 12, 31))
    """
    begins, ends = first.day == 1, (last + _DAY).day == 1 if last < date.max else True
    if not begins or not ends or first.year != last.year:
        return None
    if (first.month, last.month) == (1, 12):
        return Message("{year}", year=str(first.year))
    return Message("{month}", month=Month(first.year, first.month, 1)) if first.month == last.month else None


def range_words(first: date, last: date | None) -> Message:
    """`in 1989`, `in March 1989`, else a day or both ends of the range, of which it was some day.

    >>> str(range_words(date(1989, 1, 1), date(1989, 12, 31))), str(range_words(date(1989, 3, 2), None))
    ('in 1989', '1989-03-02')
    >>> str(range_words(date(1989, 3, 2), date(1989, 4, 1)))
    'some day from 1989-03-02 to 1989-04-01'
    """
    if last is None or last == first:
        return Message("{day}", day=first)
    period = period_words(first, last)
    if period is not None:
        return Message("in {period}", period=period)
    return Message("some day from {first} to {last}", first=first, last=last)
