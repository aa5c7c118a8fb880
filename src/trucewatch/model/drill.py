"""A drill: calls, urgent messages and shifts that are an exercise. What holds for simulated rows holds for all of it,
in every channel; a label of its own says which drill it is.

One drill at a time. While it runs, what is entered is of the drill unless somebody says that it is real: that ends the
drill, and what is real is entered outside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

DrillEnd = Literal["over", "real", "mistake"]
DRILL_ENDS: Final[tuple[DrillEnd, ...]] = ("over", "real", "mistake")
"""It was over; something real came; it was begun by mistake."""
LONG: Final = timedelta(hours=12)
"""After so long a drill was most likely forgotten: every page says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One drill. number: from 1. label: a reference `w-…` to what people call it. began_at, ended_at: by the watch's
    clock. end_entry: of the record that ended it. ended_for: the claim that was real, `CL-7`, or ""."""

    number: int
    entry: int
    label: str
    began_at: datetime
    by: str
    recorded_at: datetime
    ended_at: datetime | None = None
    end: DrillEnd | Literal[""] = ""
    ended_by: str = ""
    ended_for: str = ""
    end_entry: int = 0

    @property
    def code(self) -> str:
        return drill_code(self.number)

    @property
    def runs(self) -> bool:
        return self.ended_at is None

    def is_long(self, now: datetime) -> bool:
        """Whether it runs for so long that somebody has to be asked whether it still does."""
        return self.runs and now - self.began_at >= LONG

    def holds(self, entry: int) -> bool:
        """Whether an entry of the ledger was made while it ran."""
        return self.entry < entry and (self.runs or entry < self.end_entry)


def drill_code(number: int) -> str:
    """
    >>> drill_code(2)
    'DR-2'
    """
    return f"DR-{number}"
