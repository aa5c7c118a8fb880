"""A task of the shift: what a person or a source is asked to do, and what came of it, step by step.

A refusal is itself an event: where access to a place was asked and refused, that is an observation of the centre's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from trucewatch.messages import Term
from trucewatch.model.spoken import SpokenPlace

TaskTo = Literal["source", "person", "function", "party", "delegation", "body"]
TASK_TO: Final[tuple[TaskTo, ...]] = ("source", "person", "function", "party", "delegation", "body")
"""Who is asked: a source of the watch, a person `p-…`, a function of the directory, a side or a body."""
TaskSort = Literal["look", "ask", "access", "other"]
TASK_SORTS: Final[tuple[TaskSort, ...]] = ("look", "ask", "access", "other")
"""To look somewhere, to ask somebody, to be let in to a place, anything else."""
CENTRE_TASKS: Final = "centre-tasks"
"""The source under which access that was refused stands among observations: the centre's own. No file is read for
it."""
TaskStep = Literal["asked", "accepted", "done", "refused", "undone"]
TASK_STEPS: Final[tuple[TaskStep, ...]] = ("asked", "accepted", "done", "refused", "undone")


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyTask:
    """One task as it stands. number: from 1. asks, reason: references `w-…`. about: `incident:i-…`, `claim:CL-7`,
    `flash:UM-3` or "". place: where access is asked, of `access`. state: its last step that was not taken back. moments
    by the watch's clock."""

    number: int
    entry: int
    to: TaskTo
    to_id: str
    sort: TaskSort
    asks: str
    about: str
    asked_at: datetime
    by: str
    recorded_at: datetime
    due: datetime | None = None
    place: SpokenPlace | None = None
    state: TaskStep = "asked"
    state_at: datetime | None = None
    state_entry: int = 0
    reason: str = ""
    drill: int = 0
    simulated: bool = False
    is_of_simulated: bool = False
    """Asked of a simulated source in a watch that is not itself simulated: what comes of it is in no list."""

    @property
    def code(self) -> str:
        return task_code(self.number)

    @property
    def is_open(self) -> bool:
        return self.state in ("asked", "accepted")


def task_code(number: int) -> str:
    """
    >>> task_code(4)
    'T-4'
    """
    return f"T-{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken:
    """One step of a task: what was answered, and when. at: as it is stated; known_at: when it was entered; both by the
    watch's clock. words: a reference `w-…`. place: where access was refused. undoes: an entry."""

    entry: int
    task: int
    step: TaskStep
    at: datetime
    known_at: datetime
    recorded_at: datetime
    by: str
    words: str = ""
    place: SpokenPlace | None = None
    undoes: int = 0
    drill: int = 0
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRefusal:
    """Access that was asked for and refused: an observation of the centre's own. actor: the party that refused, where
    one was asked; else "". sha256: of the record that holds it. in_list: not of a drill, and not by a simulated source
    of a watch that is none itself."""

    entry: int
    task: int
    at: datetime
    known_at: datetime
    recorded_at: datetime
    place: SpokenPlace
    actor: str
    words: str
    sha256: str
    simulated: bool
    in_list: bool = True
    undone: bool = False


STEP_WORDS: Final = {
    "asked": Term("task", "asked"),
    "accepted": Term("task", "accepted"),
    "done": Term("task", "done"),
    "refused": Term("task", "refused"),
    "undone": Term("task", "taken back"),
}

SORT_WORDS: Final = {
    "look": Term("task", "look somewhere"),
    "ask": Term("task", "ask somebody"),
    "access": Term("task", "let us in to a place"),
    "other": Term("task", "something else"),
}
