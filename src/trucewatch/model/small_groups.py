"""Disclosure control of counters of people: which numbers may leave so that no group of fewer than `SMALLEST` can be
read in them, nor worked out from them by subtraction, from one file or from several that follow each other.

What could be subtracted from each other are the numbers of one kind by one organisation and source. Of these

1. either the numbers of all leave or those of districts, never both: whichever is there on the first day;
2. a number of a day leaves if it is 0 or at least `SMALLEST`, and no day was held back since the last cumulative number
   that left;
3. a cumulative number leaves if what it adds to the last one that left, less the days that left since, is 0 or at least
   `SMALLEST`.

The answer for a day rests on that day and those before, so that a later file never gives what an earlier one held back.
A correction is another matter: whoever has both files sees both numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

SMALLEST: Final = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of one kind, organisation and source. district: "" for all of them."""

    key: str
    day: date
    span: Literal["day", "cumulative"]
    district: str
    value: int


@dataclass(slots=True)
class _Left:
    """What has left of one series: the last cumulative number, the sum of the days since, whether one was held back."""

    base: int = 0
    since_base: int = 0
    has_gap: bool = False

    def take(self, figure: Figure) -> bool:
        """Whether a figure may leave, after those before it."""
        if figure.span == "day":
            self.has_gap = self.has_gap or _is_small(figure.value)
            if not self.has_gap:
                self.since_base += figure.value
            return not self.has_gap
        if _is_small(figure.value - self.base - self.since_base):
            return False
        self.base, self.since_base, self.has_gap = figure.value, 0, False
        return True


def leaving(figures: Iterable[Figure]) -> frozenset[str]:
    """The keys of those that may leave, of figures of one kind, organisation and source; those of one day and span in
    the order of their cut-offs.

    >>> days = [Figure(str(day), date(2031, 5, day), "day", "", value) for day, value in ((1, 40), (2, 3), (3, 20))]
    >>> sorted(leaving(days))
    ['1']
    """
    ordered = sorted(figures, key=lambda each: (each.day, each.span == "cumulative"))
    if not ordered:
        return frozenset()
    is_of_all = any(not each.district for each in ordered if each.day == ordered[0].day)
    left: dict[str, _Left] = {}
    return frozenset(
        each.key
        for each in ordered
        if bool(each.district) != is_of_all and left.setdefault(each.district, _Left()).take(each)
    )


def _is_small(value: int) -> bool:
    return 0 < value < SMALLEST
