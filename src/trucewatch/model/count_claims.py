"""What somebody says of how many, as an incident keeps it: `12/15/20 AM`, least, best and most, then the giver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MOST_COUNTED: Final = 100_000
"""Rounds or items in one row. More than a whole front fires in a day: such a number is a slip, or a sum over days,
which is a counter."""
OTHER_DEVICES = ":devices"
"""The giver of what devices say that are not the centre's, where a device of the centre gave a number."""
OTHER_PATROLS = ":patrol"
"""The same of patrols, who are no devices."""
OF_THE_CENTRE = "centre"
"""The word in `count_by` that all who counted are sources of the centre's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountClaim:
    """A number with its giver: a party's id, a name as written, `:devices`, or `:` and a means for one without a
    name."""

    giver: str
    low: int | None
    best: int | None
    high: int | None

    def __str__(self) -> str:
        numbers = "/".join("" if number is None else str(number) for number in (self.low, self.best, self.high))
        return f"{numbers} {self.giver}"

    @property
    def limits(self) -> tuple[int | None, int | None]:
        """At least and at most; the best number where one of them is not stated beside it."""
        return (
            self.low if self.low is not None else self.best,
            self.high if self.high is not None else self.best,
        )


def read_count_claim(text: str) -> CountClaim:
    """The claim that `str(claim)` wrote."""
    numbers, _, giver = text.partition(" ")
    low, best, high = (int(number) if number else None for number in numbers.split("/"))
    return CountClaim(giver=giver, low=low, best=best, high=high)
