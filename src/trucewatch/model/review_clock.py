"""When a clock of a review runs out: hours of a watch, without the time for which a line was down.

The clock is one for all delegations: while any delegation's line is down it stands still for every one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from trucewatch.model.duty_line import LineCheck
from trucewatch.model.review_rule import LONGEST_PAUSE_HOURS

Down = tuple[datetime, datetime | None]
"""Since when a line is down, by a check that failed, and until which good check; None while there was none."""
MOST_PAUSE: Final = timedelta(hours=LONGEST_PAUSE_HOURS)


def due_of(
    begin: datetime, hours: float, downs: Iterable[Down], now: datetime, *, most: timedelta = MOST_PAUSE
) -> tuple[datetime, int]:
    """When a clock that began at `begin` runs out as far as is known at `now`, and for how many seconds it has stood
    still.

    downs: of all delegations. What a line that is down now adds, it adds as time goes on. Pauses that overlap count
    once; what comes after the clock ran out counts for nothing; together they are at most `most`.

    >>> from datetime import UTC
    >>> put = datetime(2031, 5, 4, 12, tzinfo=UTC)
    >>> due, paused_s = due_of(put, 24, [(put + timedelta(hours=1), put + timedelta(hours=4))], put)
    >>> (due - put) / timedelta(hours=1), paused_s
    (24.0, 0)
    >>> due, paused_s = due_of(put, 24, [(put + timedelta(hours=1), put + timedelta(hours=4))], put + timedelta(days=1))
    >>> (due - put) / timedelta(hours=1), paused_s
    (27.0, 10800)
    """
    due, paused = begin + timedelta(hours=hours), timedelta()
    counted_until = begin
    for start, end in sorted(downs, key=lambda down: down[0]):
        begins = max(start, counted_until)
        ends = now if end is None else min(end, now)
        if begins >= due or ends <= begins:
            continue
        grown = min(ends - begins, most - paused)
        paused, due, counted_until = paused + grown, due + grown, ends
    return due, int(paused.total_seconds())


def downs_of(checks: Iterable[LineCheck], delegations: Collection[str]) -> dict[str, tuple[Down, ...]]:
    """When the lines of delegations were down: from a check that nobody of theirs answered until the next answered one.
    A line that was never checked was not down as far as is known."""
    downs: dict[str, list[Down]] = {delegation: [] for delegation in delegations}
    since: dict[str, datetime] = {}
    for check in sorted(checks, key=lambda check: (check.at, check.entry)):
        if check.of not in downs:
            continue
        if not check.is_answered:
            since.setdefault(check.of, check.at)
        elif check.of in since:
            downs[check.of].append((since.pop(check.of), check.at))
    for delegation, start in since.items():
        downs[delegation].append((start, None))
    return {delegation: tuple(rows) for delegation, rows in downs.items()}


def down_since(downs: Mapping[str, Iterable[Down]], at: datetime) -> dict[str, datetime]:
    """Whose line was down at a moment, and since when."""
    return {
        delegation: start
        for delegation, rows in downs.items()
        for start, end in rows
        if start <= at and (end is None or at < end)
    }


def not_before(now: datetime, last_known_at: datetime | None) -> datetime:
    """The moment by which deadlines are judged: a clock that was set back is not earlier than the last entry."""
    return now if last_known_at is None else max(now, last_known_at)
