"""What a report on implementation is made from: how parts of clauses stood over time, and rows on initiatives and on
meetings, whoever keeps those."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from trucewatch.model.clause_state import ClauseState
from trucewatch.model.links import Link, Network
from trucewatch.model.openings import LinkLength

LengthOf = Callable[[Network, Link], LinkLength]
"""How long a link of a network is, by what that network holds and by nothing else."""


class Change(Protocol):
    """That a part of a clause stood otherwise from a moment on."""

    @property
    def stipulation(self) -> str: ...
    @property
    def at(self) -> datetime: ...


class ClauseHistory(Protocol):
    """How every part of a clause stood, as known at each moment."""

    def states_at(self, at: datetime) -> tuple[ClauseState, ...]: ...

    def changes(self) -> Sequence[Change]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """What somebody states of an initiative on a day, by a word (`discussed`, `accepted`, …) and their own words."""

    word: str
    by: tuple[str, ...]
    says: Mapping[str, str]
    day: date
    source: str
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativeRow:
    """One initiative or proposal. by, to: parties and bodies by their ids. about: provisions, stipulations, or "work".
    steps: what each states of it since, in order of days."""

    code: str
    day: date
    by: tuple[str, ...]
    to: tuple[str, ...] = ()
    what: Mapping[str, str]
    about: tuple[str, ...] = ()
    steps: tuple[StepRow, ...] = ()
    source: str
    known_at: datetime
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRow:
    """One account of a meeting. who: parties and bodies by their ids; decisions: each with the day by which it is to be
    done. is_restricted: neither minutes nor an agenda are on record. stated_by: who states that it took place."""

    code: str
    day: date
    who: tuple[str, ...]
    level: str
    agenda: tuple[Mapping[str, str], ...] = ()
    decisions: tuple[tuple[Mapping[str, str], date | None], ...] = ()
    next_by: date | None = None
    is_restricted: bool = False
    stated_by: tuple[str, ...] = ()
    source: str
    known_at: datetime
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningRow:
    """An answer on what an opening would change that the heads of both delegations released: `LO-1`. document: the
    answer as they agreed to it. known_at: when the last of them did."""

    code: str
    document: Mapping[str, Any]
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ImplementationInputs:
    """All of it, unreleased. rule_sentences: how a line of what gave a state is told, by its code. never_leaving: the
    observations and numbers that no report may tell of. sources_on_file: where what the watch's own files hold was
    stated. network: the links, of every kind, with what is stated of them; None for a watch without."""

    history: ClauseHistory
    rule_sentences: Mapping[str, tuple[str, ...]]
    initiatives: tuple[InitiativeRow, ...] = ()
    meetings: tuple[MeetingRow, ...] = ()
    never_leaving: frozenset[str] = frozenset()
    sources_on_file: frozenset[str] = frozenset()
    network: Network | None = None
    openings: tuple[OpeningRow, ...] = ()
    length_of: LengthOf | None = None


class WorkOut(Protocol):
    """Works them out when a report asks for them, and not before."""

    def __call__(self) -> ImplementationInputs: ...

    def as_recorded_by(self, moment: datetime | None) -> WorkOut:
        """The same by what the journal held at a moment; None: as it is."""
        ...

    @property
    def recorded_by(self) -> datetime | None: ...
