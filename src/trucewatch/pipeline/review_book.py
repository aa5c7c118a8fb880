"""The book of reviews: every case as it stands, keys, and what is to be signed. In: the journal, the watch, its clock.
Out: `Case`, `ReviewKey`, `Spoken`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trucewatch.model.review import Case, ReviewKey, Said
from trucewatch.model.watch import Watch
from trucewatch.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What somebody said in a discussion. words: None where they were erased; refers: ids of observations, and numbers
    of entries as text."""

    case: str
    side: str
    role: str
    by: str
    words: str | None
    refers: tuple[str, ...]
    entry: int
    known_at: datetime
    recorded_at: datetime


class ReviewBook:
    """Every case as it stands at a moment of the watch's clock.

    now: never earlier than the last `known_at` on record counts, so that a clock that jumps back frees nobody.
    recorded_by: as the journal stood at a moment of the computer's clock. Made anew for each answer; what was read of
    the journal is kept while the store is open, and only what came since is read.
    """

    def __init__(self, store: Store, watch: Watch, now: datetime, recorded_by: datetime | None = None) -> None:
        raise NotImplementedError

    @property
    def now(self) -> datetime:
        """The moment that counts."""
        raise NotImplementedError

    def cases(self) -> tuple[Case, ...]:
        """Every case by its number."""
        raise NotImplementedError

    def case(self, code: str) -> Case:
        """The case of a code, R-1. Raises StoreError if there is none."""
        raise NotImplementedError

    def waiting(self, delegation: str = "") -> tuple[Case, ...]:
        """Cases that are not closed, by incident, those first of which the clock runs out first; of one delegation
        those that wait for something of it."""
        raise NotImplementedError

    def of_incident(self, incident_id: str, members: Collection[str] = ()) -> tuple[Case, ...]:
        """Cases of an incident, also under an earlier id: of one that had a first member which is among these."""
        raise NotImplementedError

    def of_finding(self, finding_id: str) -> tuple[Case, ...]:
        """Cases of a finding in their order, those of *who* among them, also under its earlier ids."""
        raise NotImplementedError

    def keys(self) -> tuple[ReviewKey, ...]:
        """Every key that was asked for, by number."""
        raise NotImplementedError

    def keys_in_force(self, delegation: str, use: str = "") -> tuple[ReviewKey, ...]:
        """The keys of a delegation that are in force; use: `officer` or `recovery`, "" for both."""
        raise NotImplementedError

    def left(self) -> dict[str, datetime]:
        """Delegations that left and did not come back, each with when."""
        raise NotImplementedError

    def words_of(self, said: Said) -> tuple[dict[str, str], dict[str, str]] | None:
        """Versions and reasons of a position, by question; None where they were erased."""
        raise NotImplementedError

    def discussion(self, case: Case) -> tuple[Spoken, ...]:
        """What was said in a case, in order."""
        raise NotImplementedError

    def done(self, case: Case) -> frozenset[str]:
        """The delegations that have no more to say, and gave no position since."""
        raise NotImplementedError

    def to_sign(self, codes: Sequence[str], delegation: str, person: str = "") -> dict[str, Any]:
        """`trucewatch/positions-to-sign/1`: what one delegation signs of these cases. person: whose next round it is,
        where several of a delegation sign. Raises StoreError."""
        raise NotImplementedError
