"""Whether a column holds days, times of day, or counts of days, by its cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from trucewatch.errors import TimeError
from trucewatch.sources.written_clocks import read_clocks
from trucewatch.sources.written_times import DateRules, read_day

_ANY_ORDER: Final = tuple(DateRules(zone=None, order=order) for order in ("dmy", "mdy"))
_NO_DAY: Final = ("1899-12-3", "1900-01-0")
"""What spreadsheets put before a time without a day."""
_SHARE: Final = 0.5


@lru_cache(maxsize=4096)
def holds_day(cell: str) -> bool:
    """Whether a cell names a day, with or without a time."""
    for rules in _ANY_ORDER:
        try:
            read_day(cell, rules)
        except TimeError:
            continue
        return True
    return False


@lru_cache(maxsize=4096)
def holds_day_and_time(cell: str) -> bool:
    """Whether a cell names a day with a time of day beside it."""
    for rules in _ANY_ORDER:
        try:
            clock = read_day(cell, rules)[1]
        except TimeError:
            continue
        return clock is not None and not clock.is_midnight
    return False


@lru_cache(maxsize=4096)
def holds_clock(cell: str) -> bool:
    """Whether a cell names a time of day, or two: with a colon, or as `1020h`; a bare number may be anything."""
    if (":" not in cell and cell[-1:].casefold() != "h") or (holds_day(cell) and not cell.startswith(_NO_DAY)):
        return False
    try:
        read_clocks(cell)
    except TimeError:
        return False
    return True


def mostly(cells: Sequence[str], holds: Callable[[str], bool]) -> bool:
    """Whether more than half of the filled cells are so; False where none is filled."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(bool(holds(cell)) for cell in filled) > _SHARE * len(filled)


def is_column_of_times(cells: Sequence[str]) -> bool:
    """Whether a column holds days or times of day."""
    return mostly(cells, holds_day) or mostly(cells, holds_clock)
