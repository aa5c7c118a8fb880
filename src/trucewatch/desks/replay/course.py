"""From which moment to which a replay goes, in steps that a slider has; and at which of them anything changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Final

from trucewatch.errors import TrucewatchError
from trucewatch.messages import Message

if TYPE_CHECKING:
    from trucewatch.server.snapshot import Snapshot

MOST_STEPS: Final = 240
MONTH: Final = timedelta(days=30)
_MINUTE: Final = timedelta(minutes=1)
_STEPS: Final = tuple(minutes * _MINUTE for minutes in (1, 5, 15, 30, 60, 180, 360, 720, 1440))
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Course:
    """From which moment to which, and in how many seconds of the reader's. Raises TrucewatchError if it would end
    before it begins, or take less than a second or more than an hour."""

    begin: datetime
    until: datetime
    seconds: float

    def __post_init__(self) -> None:
        if self.until <= self.begin:
            raise TrucewatchError(Message("A replay ends after it begins; choose a later end."))
        check_seconds(self.seconds)

    @cached_property
    def step(self) -> timedelta:
        """The shortest round step of which the slider has room for all; of years, some days."""
        length = self.until - self.begin
        fitting = (step for step in _STEPS if length <= step * MOST_STEPS)
        return next(fitting, _DAY * -(-length // (_DAY * MOST_STEPS)))

    @property
    def steps(self) -> int:
        """How many there are; the last one may be shorter."""
        return -(-(self.until - self.begin) // self.step)

    def moment(self, number: int) -> datetime:
        """What the clock shows at a step, from 0 to `steps`."""
        return min(self.begin + number * self.step, self.until)

    def step_at(self, moment: datetime) -> int:
        """The first step by which a moment has come."""
        return max(0, min(-(-(moment - self.begin) // self.step), self.steps))


def check_seconds(seconds: float) -> None:
    """Raises TrucewatchError for a replay that takes less than a second or more than an hour."""
    if not 1 <= seconds <= 3600:
        raise TrucewatchError(Message("A replay takes between one second and an hour; write 60 for a minute."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The steps of a course at which records became known, and at which a zone or line comes into force or ends."""

    records: tuple[int, ...]
    zones: tuple[int, ...]

    def after(self, number: int) -> int | None:
        """The next step at which anything changes; None if nothing does any more."""
        return min((step for step in chain(self.records, self.zones) if step > number), default=None)


def changes_of(course: Course, snapshot: Snapshot) -> Changes:
    """What changes in a course, by the list of today: that of a moment knows nothing of what came later."""
    learnt = chain.from_iterable(snapshot.incidents[name].to_pylist() for name in ("first_known_at", "last_known_at"))
    limits = chain.from_iterable((zone.valid_from, zone.valid_until) for zone in snapshot.watch.zones)
    return Changes(records=_steps_of(course, learnt), zones=_steps_of(course, limits))


def _steps_of(course: Course, moments: Iterable[datetime | None]) -> tuple[int, ...]:
    within = {moment for moment in moments if moment is not None and course.begin < moment <= course.until}
    return tuple(sorted({course.step_at(moment) for moment in within}))


def last_month(snapshot: Snapshot) -> tuple[datetime, datetime]:
    """The last month of what became known, or as much of it as there is: to the clock of a past case, else to the
    latest record. It begins an hour before its first record, since there is nothing to see before."""
    until = snapshot.as_of if snapshot.is_past else (snapshot.last_known or snapshot.as_of) + _HOUR
    learnt = [moment for moment in snapshot.incidents["first_known_at"].to_pylist() if moment is not None]
    within = [moment for moment in learnt if until - MONTH < moment < until]
    return max(until - MONTH, min(within) - _HOUR) if within else until - MONTH, until
