"""What `night.toml` holds of the watch itself: the directory, shifts, lines of the log, line checks, urgent messages
with what came of them, a drill, a hand-over. Moments are written without a zone, by the watch's own clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from trucewatch.model.duty_line import CheckResult
from trucewatch.model.flash import Via
from trucewatch.simulate.strict_toml import Strict


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyFunction(Strict):
    """A line of the directory: a function with its numbers, none of them anybody's."""

    function: str
    at: datetime
    by: str
    of: str = ""
    telephone: str = ""
    radio: str = ""
    satellite: str = ""
    languages: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning(Strict):
    """A shift that begins without a hand-over. people, leads: keys of people."""

    at: datetime
    by: str
    people: tuple[str, ...]
    leads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry(Strict):
    """A line of the watch log. `{key}` in the words: the number of the call, or of the urgent message, of that key."""

    at: datetime
    by: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked(Strict):
    """A line that was called."""

    at: datetime
    by: str
    of: str
    result: CheckResult
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(Strict):
    """What came of an urgent message. act: acknowledged, quiet, own_quiet, read_out, bounced, closed. at: when it was
    entered; since: when it was, or from when on it is quiet, where that is another moment."""

    at: datetime
    by: str
    act: str
    to: str = ""
    via: Via = "telephone"
    since: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgent(Strict):
    """An urgent message about a call, by its key."""

    key: str
    at: datetime
    by: str
    call: str
    answer: tuple[Answered, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise(Strict):
    """A drill, and the real call that ended it, by its key; without one it was over."""

    at: datetime
    by: str
    label: str
    ends_at: datetime
    ended_by: str
    real_call: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(Strict):
    """A hand-over: written by who leaves, signed by who comes, with whom they come."""

    at: datetime
    by: str
    words: str
    signed_at: datetime
    signed_by: str
    people: tuple[str, ...]
    leads: tuple[str, ...] = ()
    remark: str = ""
