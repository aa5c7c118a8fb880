"""A line of the directory: a function that can be called day and night, its numbers, and when it was last tested.

A line is a function, never a person: "duty officer of the Upper Valley". A check says something of the line and nothing
of whoever is at its other end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from trucewatch.messages import Term

NumberSort = Literal["telephone", "radio", "satellite"]
NUMBER_SORTS: Final[tuple[NumberSort, ...]] = ("telephone", "radio", "satellite")
"""A telephone number, a radio call sign with its channel, a satellite telephone."""
CheckResult = Literal["answered", "no_answer", "bad_line", "wrong_person"]
CHECK_RESULTS: Final[tuple[CheckResult, ...]] = ("answered", "no_answer", "bad_line", "wrong_person")
"""Somebody of that function answered; nobody did; the line could not be used; somebody else answered."""
DirectoryAct = Literal["added", "changed", "removed", "undone"]
DIRECTORY_ACTS: Final[tuple[DirectoryAct, ...]] = ("added", "changed", "removed", "undone")


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyNumber:
    """How a function is reached: a telephone number or a call sign, as it was typed."""

    sort: NumberSort
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCheck:
    """One check of a line. of: the party, delegation or body whose line it is. function: the number of the function
    that was called; 0 where none of the directory was. via: by which sort of number; place: which of its numbers, from
    1, as the directory stood at `version`; 0 for none. words: a reference `w-…`. at: by the watch's clock."""

    entry: int
    of: str
    result: CheckResult
    at: datetime
    by: str
    recorded_at: datetime
    function: int = 0
    via: NumberSort | Literal[""] = ""
    place: int = 0
    version: int = 0
    words: str = ""

    @property
    def is_answered(self) -> bool:
        return self.result == "answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """A function of the directory as it stands. number: from 1. entry: of the version that stands. of: a party,
    delegation or body; "" for none of them. languages: as typed. is_erased: what was typed is gone, the entry stays.
    tested: the last check of it that was not taken back."""

    number: int
    entry: int
    function: str
    of: str
    numbers: tuple[DutyNumber, ...]
    languages: tuple[str, ...] = ()
    hours: str = ""
    remark: str = ""
    is_erased: bool = False
    tested: LineCheck | None = None

    @property
    def code(self) -> str:
        return line_code(self.number)


def line_code(number: int) -> str:
    """Our number of a function of the directory as people write it.

    >>> line_code(3)
    'F-3'
    """
    return f"F-{number}"


NUMBER_WORDS: Final = {
    "telephone": Term("line", "telephone"),
    "radio": Term("line", "radio call sign"),
    "satellite": Term("line", "satellite telephone"),
}
RESULT_WORDS: Final = {
    "answered": Term("line", "answered"),
    "no_answer": Term("line", "no answer"),
    "bad_line": Term("line", "bad line"),
    "wrong_person": Term("line", "somebody else answered"),
}
