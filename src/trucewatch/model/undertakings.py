"""Undertakings: what somebody said that it will do, apart from the agreement, since a person accepted those words.

It has a clock only where the words name a day. What became of it is said by somebody, with a source, or by nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import Final, Literal, get_args

from trucewatch.errors import TimeError
from trucewatch.messages import Message
from trucewatch.model.annotations import Bound, Undone
from trucewatch.model.times import day_of

Word = Literal["done", "done_in_part", "not_done", "later_day", "withdrawn"]
WORDS: Final[tuple[Word, ...]] = get_args(Word)


@dataclass(frozen=True, slots=True, kw_only=True)
class UndertakingStep:
    """What somebody says of it since: always by whose word. `day`: of which it is said; of "later_day" the new one."""

    number: int
    day: date
    word: Word
    by: tuple[str, ...]
    says: str
    source: str
    entry: int
    recorded_at: datetime
    known_at: datetime
    entered_by: str
    references: Mapping[str, str] = field(default_factory=dict)
    undone: Undone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertaking:
    """number: that of the annotation which it comes from, so `U-12` rests on `A-12`.

    who, to: ids of parties and bodies, else as written. attributed_to: whose words the speaker reported; then it is not
    known to be theirs in their own words. due: the moment at which the day is over, in the zone of the statement; None
    where the words name no day. about: clauses that the words speak of; it is no part of them.
    """

    number: int
    statement: int
    language: str
    version: int
    paragraph: str
    words: str
    who: tuple[str, ...]
    to: tuple[str, ...] = ()
    attributed_to: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    is_soft: bool = False
    said_on: date | None = None
    by_day: date | None = None
    by_bound: Bound = ""
    by_words: str = ""
    due: datetime | None = None
    known_at: datetime
    steps: tuple[UndertakingStep, ...] = ()

    @property
    def code(self) -> str:
        return f"U-{self.number}"

    @property
    def standing_steps(self) -> tuple[UndertakingStep, ...]:
        """What was entered of it since and not taken back, in the order of the entries."""
        return tuple(step for step in self.steps if step.undone is None)

    def known_by(self, at: datetime) -> Undertaking:
        """The same with what was known of it by a moment."""
        return replace(self, steps=tuple(step for step in self.steps if step.known_at <= at))


def due_of(by_day: date | None, bound: Bound, zone: tzinfo) -> datetime | None:
    """The moment at which the day that words name is over; "before" a day: at which it begins. None without a day, and
    for one at the end of the calendar.

    >>> from datetime import UTC
    >>> due_of(date(2031, 5, 2), "by", UTC).isoformat(), due_of(date(2031, 5, 2), "before", UTC).isoformat()
    ('2031-05-03T00:00:00+00:00', '2031-05-02T00:00:00+00:00')
    """
    if by_day is None:
        return None
    try:
        day = day_of(by_day, zone)
    except TimeError:
        return None
    return day.start if bound == "before" else day.end


def clock_message(undertaking: Undertaking, now: datetime) -> Message:
    """How the clock of an undertaking stands. That a day has passed says nothing of what became of it."""
    if undertaking.by_day is None or undertaking.due is None:
        return Message("no day was taken from the words, so no clock runs")
    if now < undertaking.due:
        form = {"before": Message("runs until {day} begins")}.get(
            undertaking.by_bound, Message("runs until {day} ends")
        )
        return Message(form.template, day=undertaking.by_day)
    has_steps = bool(undertaking.known_by(now).standing_steps)
    if undertaking.by_bound == "before":  # its clock ends as the day begins: the day itself has not passed yet
        form = (
            Message("the day that the words name, {day}, has begun; what was entered of it since stands with it")
            if has_steps
            else Message("the day that the words name, {day}, has begun; nothing entered here says what became of it")
        )
        return Message(form.template, day=undertaking.by_day)
    if has_steps:
        return Message(
            "the day that the words name, {day}, has passed; what was entered of it since stands with it",
            day=undertaking.by_day,
        )
    return Message(
        "the day that the words name, {day}, has passed; nothing entered here says what became of it",
        day=undertaking.by_day,
    )


def undertaking_step_message(step: UndertakingStep, named: Callable[[Collection[str]], str]) -> Message:
    """What a step says, always by whose word. named: the names of these, joined as the reader's language does."""
    form = {
        "done": Message("done, as stated by {who}"),
        "done_in_part": Message("done in part, as stated by {who}"),
        "not_done": Message("not done, as stated by {who}"),
        "later_day": Message("a later day, {day}, as stated by {who}"),
        "withdrawn": Message("withdrawn, as stated by {who}"),
    }[step.word]
    if step.word == "later_day":
        return Message(form.template, who=named(step.by), day=step.day)
    return Message(form.template, who=named(step.by))
