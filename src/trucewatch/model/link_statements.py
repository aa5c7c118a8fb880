"""What somebody states of a link or a corridor: how it stands, since when, how long it is, what works it needs, who may
cross by which rules. Field names are those of `links.geojson`; only `from`, `for` and `open`, which Python keeps for
itself, end in `_` here.

Every statement has two times: the day from which on it was so, as its source has it, and the moment from which on the
watch knew of it. A statement is a claim of its source: of `by`, a party or body by its id, else of whoever published
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Final, Literal, get_args

from trucewatch.messages import Term

_STRICT: dict[str, Any] = {"extra": "forbid"}

Names = Mapping[str, str]
"""Words by language; empty where they were erased."""

Status = Literal["never_built", "destroyed", "closed", "restricted", "open"]
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
NOT_KNOWN: Final = "not_known"
"""The status of which nobody says anything, and of which two sources say different things."""
USABLE: Final = frozenset(("open", "restricted"))
"""Statuses of a link that whoever its rules admit can use."""
STATUS_WORDS: Final = {
    "never_built": Term("link status", "never built"),
    "destroyed": Term("link status", "destroyed"),
    "closed": Term("link status", "closed"),
    "restricted": Term("link status", "open under restrictions"),
    "open": Term("link status", "open"),
    NOT_KNOWN: Term("link status", "not known"),
}

Direction = Literal["both", "forward", "backward"]
"""forward: from the first end of the link (`from`) to the second (`to`)."""
DIRECTIONS: Final[tuple[Direction, ...]] = get_args(Direction)

WorksState = Literal["none_needed", "needed", "announced", "under_way", "finished"]
WORKS_STATES: Final[tuple[WorksState, ...]] = get_args(WorksState)

Traffic = Literal["people", "cars", "buses", "lorries", "trains", "aid", "patients", "other"]
TRAFFIC: Final[tuple[Traffic, ...]] = get_args(Traffic)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusStatement:
    """How a link stands, as somebody states it.

    since: the first day of it, in `zone`; with `since_latest` some day from the first to the last; none where the
    source does not say since when (it then tells of the day on which it was said, and of later ones). until: the first
    day of which its source no longer says so. said: the day on which it was said, that of `known_at` if none is given.
    for_: parties and states (ids) to whose travellers it is so; everybody where there is none.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    status: Status
    direction: Direction = "both"
    for_: tuple[str, ...] = ()
    since: date | None = None
    since_latest: date | None = None
    until: date | None = None
    said: date | None = None
    zone: str = ""
    by: str = ""
    says: Names = field(default_factory=dict)
    source: str
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthStatement:
    """How long a link is, km, as somebody states it. of: which stretch it speaks of, in words; the whole link where
    that is empty. Only what is said of the whole link is counted with."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    km: float
    of: Names = field(default_factory=dict)
    by: str = ""
    source: str
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeStatement:
    """How long it takes to pass a link or a crossing, minutes, as somebody states it: one figure, or from least to
    most."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    least: float
    most: float
    by: str = ""
    source: str
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksStatement:
    """How works on a link stand. since: from which day on; due: by which day they are to be finished, as stated."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    state: WorksState
    says: Names = field(default_factory=dict)
    since: date | None = None
    due: date | None = None
    by: str = ""
    source: str
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesStatement:
    """The crossing rules as somebody states them: who may pass, with what cargo, with which papers, at which hours, and
    who controls it, in that source's own words (`controller`)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    who: Names = field(default_factory=dict)
    cargo: Names = field(default_factory=dict)
    papers: Names = field(default_factory=dict)
    hours: Names = field(default_factory=dict)
    controller: Names = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    by: str = ""
    source: str
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedStatement:
    """What has to be decided before a link can open, and by whom (ids of parties, states and bodies), as somebody
    states it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    what: Names
    who: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    settled: date | None = None
    """The day on which it was decided, as stated."""
    by: str = ""
    source: str
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageStatement:
    """How many passed through a corridor on a day, or on several, by direction and kind."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    day: date
    day_latest: date | None = None
    direction: Direction
    traffic: Traffic
    least: int
    most: int
    by: str = ""
    source: str
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatement:
    """Who waits at a corridor's end: how many, or how long (hours), at a moment."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    at: datetime
    direction: Direction
    traffic: Traffic
    waiting: int | None = None
    hours: float | None = None
    by: str = ""
    source: str
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureStatement:
    """That nobody, or not everybody, could pass a corridor from a day on, with the reason that the source gives."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    since: date
    until: date | None = None
    """The first day on which it was passable again, as stated."""
    direction: Direction = "both"
    for_: tuple[str, ...] = ()
    says: Names = field(default_factory=dict)
    by: str = ""
    source: str
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointStatement:
    """What somebody calls a checkpoint, and what they say of it, in their words."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    called: Names
    says: Names = field(default_factory=dict)
    since: date | None = None
    by: str
    source: str
    known_at: datetime


Statement = (
    StatusStatement
    | LengthStatement
    | TimeStatement
    | WorksStatement
    | RulesStatement
    | NeedStatement
    | PassageStatement
    | QueueStatement
    | ClosureStatement
    | CheckpointStatement
)

OF_LINKS: Final[Mapping[str, type[Any]]] = {
    "status": StatusStatement,
    "length": LengthStatement,
    "minutes": TimeStatement,
    "works": WorksStatement,
    "rules": RulesStatement,
    "need": NeedStatement,
}
"""Table of a link → the record of one of its rows."""
OF_CORRIDORS: Final[Mapping[str, type[Any]]] = {
    "passage": PassageStatement,
    "queue": QueueStatement,
    "closure": ClosureStatement,
    "checkpoint": CheckpointStatement,
}
"""Table of a corridor → the record of one of its rows."""
STATEMENTS: Final[Mapping[str, type[Any]]] = {**OF_LINKS, **OF_CORRIDORS}
"""What can be entered by hand, by the name of its table."""
