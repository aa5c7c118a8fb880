"""Undertakings: what somebody said that it will do, apart from the agreement, since a person accepted those words.

It has a clock only where the words name a day. What became of it is said by somebody, with a source, or by nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal, get_args

from trucewatch.model.annotations import Bound, Undone

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
