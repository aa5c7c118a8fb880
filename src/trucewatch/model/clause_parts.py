"""What a part of a clause is made of beside its dates: numbers, judgments, readings, roles, and what was stated of how
it is kept. Field names are those of `agreement.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Literal

from trucewatch.model.deadlines import Bound

_STRICT: dict[str, Any] = {"extra": "forbid"}

OutcomeWord = Literal["consistent", "inconsistent", "undetermined", "not_applicable"]
ClauseRole = Literal["bearer", "beneficiary", "guarantor"]
StatedState = Literal["met", "met_in_part", "not_met", "kept_up", "not_kept_up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A counter that has to reach a figure."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    counter: str
    at_least: int | None = None
    at_most: int | None = None
    states: int | None = None
    """The text's own figure, neither least nor most: which of them it is, only a reading says. One of the three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgment:
    """What a delegation said on record: of a stipulation as a whole, or of one incident under it. Delegations that
    differ leave it undetermined."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    by: str
    outcome: OutcomeWord
    known_at: datetime
    source: str
    incident: str = ""
    """The incident's id; empty for the stipulation as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """What a stipulation says under a reading: only what differs is written; None is as it stands."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    permits: tuple[str, ...] = ()
    """Kinds of acts that this reading allows."""
    kinds: tuple[str, ...] | None = None
    zone: str | None = None
    unless: tuple[str, ...] | None = None
    obliged: tuple[str, ...] | None = None
    number: Number | None = None
    day: date | None = None
    bound: Bound | None = None

    @property
    def changed(self) -> dict[str, Any]:
        """The stipulation's own fields that this reading gives otherwise."""
        own = ("kinds", "zone", "unless", "obliged", "number")
        return {name: value for name in own if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What somebody says that a stipulation means: beside the clause, never instead of it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    by: str
    about: str
    says: Mapping[str, str]
    known_at: datetime
    source: str
    reads: Reads = field(default_factory=Reads)
    let_by: tuple[str, ...] = ()
    """The delegations whose heads let it hold an outcome back; it does only if all of them do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The instrument's own words, as one text on file has them, in that text's language."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    text: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleOf:
    """Who stands how to a part of a clause: who bears it, whom it benefits, who vouches for it. by: text, or
    reading:WHO. names: of somebody who is no party and no body of the watch (displaced people, an agency)."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    role: ClauseRole
    who: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    by: str = "text"
    known_at: datetime | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """That a part of what is owed was done, as somebody states it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    says: Mapping[str, str]
    day: date
    by: str = ""
    known_at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimOfState:
    """What a party or body says of how a stipulation stands: its claim, whatever door it came through."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    by: str
    state: StatedState
    says: Mapping[str, str]
    since: date | None = None
    """The day from which on it was so, as it says."""
    known_at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A time in which something that has to go on did not, with the reason, as somebody states it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    from_: date
    until: date | None = None
    """The last day; none for one that goes on."""
    by: str
    says: Mapping[str, str]
    known_at: datetime
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StateByHand:
    """A state that somebody set by hand, with a reason on record; what is worked out stands beside it."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT
    state: str
    by: str
    reason: str
    known_at: datetime
    entry: int = -1
