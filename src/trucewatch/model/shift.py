"""A shift of the watch: who is on and until when, the lines of its log, and how it was handed over.

What people wrote lies apart; here stand references `w-…`. Moments are by the watch's clock, `recorded_at` by the
computer's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

ShiftEnd = Literal["handed_over", "taken_over", "ended"]
SHIFT_ENDS: Final[tuple[ShiftEnd, ...]] = ("handed_over", "taken_over", "ended")
"""Who came signed; another shift began while nobody had signed; it ended, and nobody came."""
AHEAD: Final = timedelta(minutes=15)
"""How far clocks may differ: what lies further ahead of the watch's clock is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnShift:
    """Somebody who is or was on. who: a reference `p-…`, or `w-…` to a typed name where there are no accounts. side:
    the delegation for which they work, or "". entry: by which they came."""

    who: str
    side: str
    is_lead: bool
    from_at: datetime
    entry: int
    until_at: datetime | None = None
    left_entry: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """That who came read the hand-over. name, remark: references or ""."""

    entry: int
    by: str
    name: str
    at: datetime
    remark: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One hand-over as it was written. number: from 1, through all shifts.

    proposed: what the program proposed, a reference to it, and its SHA-256; changes: the same of what the person
    changed; words: what they added. name: who wrote it, where there are no accounts. until_entry: the last entry of the
    ledger that it tells of.
    """

    number: int
    shift: int
    entry: int
    by: str
    name: str
    at: datetime
    recorded_at: datetime
    proposed: str
    proposed_hash: str
    changes: str
    changes_hash: str
    words: str
    until_entry: int
    drill: int = 0
    simulated: bool = False
    signed: Signature | None = None

    @property
    def code(self) -> str:
        return handover_code(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """A line of the watch log. shift: 0 where none was on. at: when it was, known_at: when it was entered, both by the
    watch's clock. about: `claim:CL-7`, `flash:UM-3`, `complaint:C-2`, `task:T-4`, `letter:L-1`, `incident:i-…`. struck:
    the entry that struck it out, or 0; reason: a reference, reason_code: a reason that nobody typed."""

    entry: int
    shift: int
    at: datetime
    known_at: datetime
    recorded_at: datetime
    words: str
    about: tuple[str, ...]
    by: str
    drill: int = 0
    simulated: bool = False
    struck: int = 0
    struck_by: str = ""
    reason: str = ""
    reason_code: str = ""

    @property
    def is_of_earlier(self) -> bool:
        """Whether it tells of a moment before it was entered, by the minute."""
        return self.known_at - self.at >= timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One shift. number: from 1. takes_over: the shift that was on when it began and was not handed over, or 0.
    handovers: those that were not taken back, in their order; the last one counts. end_entry: of its end, or 0."""

    number: int
    entry: int
    by: str
    began_at: datetime
    recorded_at: datetime
    planned_end: datetime | None
    people: tuple[OnShift, ...]
    takes_over: int = 0
    ended_at: datetime | None = None
    end: ShiftEnd | Literal[""] = ""
    end_entry: int = 0
    ended_by: str = ""
    handovers: tuple[Handover, ...] = ()
    drill: int = 0
    simulated: bool = False

    @property
    def code(self) -> str:
        return shift_code(self.number)

    @property
    def is_on(self) -> bool:
        return self.ended_at is None

    @property
    def on(self) -> tuple[OnShift, ...]:
        """Who is on, or was at its end."""
        return tuple(each for each in self.people if each.until_at is None)

    @property
    def handover(self) -> Handover | None:
        """The hand-over that counts: the last one that was written."""
        return self.handovers[-1] if self.handovers else None

    @property
    def unsigned(self) -> Handover | None:
        """Its hand-over, where nobody has signed it."""
        last = self.handover
        return last if last is not None and last.signed is None else None

    def is_past_end(self, now: datetime) -> bool:
        """Whether it is still on after the moment at which it was to be handed over."""
        return self.is_on and self.planned_end is not None and now > self.planned_end

    def lasted(self, now: datetime) -> timedelta:
        """For how long it is or was on; never less than nothing, whatever the clocks did."""
        return max((self.ended_at or now) - self.began_at, timedelta())


def shift_code(number: int) -> str:
    """
    >>> shift_code(12)
    'SH-12'
    """
    return f"SH-{number}"


def handover_code(number: int) -> str:
    """
    >>> handover_code(3)
    'H-3'
    """
    return f"H-{number}"
