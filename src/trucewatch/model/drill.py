"""A drill: calls, urgent messages and shifts that are an exercise. What holds for simulated rows holds for all of it,
in every channel; a label of its own says which drill it is.

One drill at a time. While it runs, what is entered is of the drill unless somebody says that it is real: that ends the
drill, and what is real is entered outside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

DrillEnd = Literal["over", "real", "mistake"]
DRILL_ENDS: Final[tuple[DrillEnd, ...]] = ("over", "real", "mistake")
"""It was over; something real came; it was begun by mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One drill. number: from 1. label: a reference `w-…` to what people call it. began_at, ended_at: by the watch's
    clock. ended_for: the claim that was real, `CL-7`, or ""."""

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

    @property
    def code(self) -> str:
        return drill_code(self.number)

    @property
    def runs(self) -> bool:
        return self.ended_at is None


def drill_code(number: int) -> str:
    """
    >>> drill_code(2)
    'D-2'
    """
    return f"D-{number}"
