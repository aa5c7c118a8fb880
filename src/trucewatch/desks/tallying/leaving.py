"""Counters and activities as pages and files show them: which series there are, what of them may leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trucewatch.model.aid_activities import Activity
from trucewatch.model.aid_count_series import CountSeries, Reported
from trucewatch.model.aid_counts import OF_PEOPLE, Count
from trucewatch.model.aid_items import Item
from trucewatch.model.small_groups import Figure, leaving


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What of counters may leave. rows: each with its code, in the order of codes; held_back: how many may not."""

    rows: tuple[tuple[str, Count], ...]
    held_back: int


def counts_leaving(series: Iterable[CountSeries]) -> Leaving:
    """The counters without those in which a group of fewer than ten people could be read; the rest as it is."""
    every = list(series)
    groups: dict[tuple[str, str, str], list[Figure]] = {}
    for each in every:
        row = each.first
        if row.kind in OF_PEOPLE:
            source = " ".join(row.source.split()).casefold()
            figures = groups.setdefault((row.kind, row.organisation, source), [])
            figures.extend(_figure(number) for number in (*each.days, *each.cumulative))
    free = frozenset(key for figures in groups.values() for key in leaving(figures))
    numbers = [number for each in every for number in (*each.days, *each.cumulative)]
    rows = [(number.code, number.row) for number in numbers if number.row.kind not in OF_PEOPLE or number.code in free]
    return Leaving(rows=tuple(sorted(rows, key=lambda row: _place(row[0]))), held_back=len(numbers) - len(rows))


def activity_rows(items: Iterable[Item]) -> tuple[tuple[str, Activity], ...]:
    """The activities that are still to be read, each with its code, in the order of codes."""
    rows = [(item.code, item.row) for item in items if isinstance(item.row, Activity)]
    return tuple(sorted(rows, key=lambda row: _place(row[0])))


def _figure(number: Reported) -> Figure:
    row = number.row
    return Figure(number.code, row.day, row.span, row.district, row.value)


def _place(code: str) -> tuple[str, int]:
    prefix, _, number = code.rpartition("-")
    return prefix, int(number)
