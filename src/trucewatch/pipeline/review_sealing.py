"""Positions before and after they are opened: commit, withhold, seal again, open, give in the open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from trucewatch.model.roles import Role
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.journal import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A commitment as it is handed in. code: R-1; turn: the round; key: OK-3; commitment: 64 hexadecimal digits;
    signed_at: as declared, UTC; sealed: the age file."""

    code: str
    finding_sha256: str
    turn: int
    key: str
    commitment: str
    signed_at: datetime
    sealed: bytes = field(repr=False)


def commit_positions(
    store: Store,
    watch: Watch,
    items: Sequence[Handed],
    *,
    delegation: str,
    person: str,
    role: Role,
    now: datetime,
    computer: datetime,
) -> list[Entry]:
    """Commit a person's blind positions, all or none. now: the watch's clock; computer: the computer's, which
    `signed_at` is held against. Raises StoreError."""
    raise NotImplementedError


def open_position(
    store: Store, watch: Watch, code: str, content: bytes, *, delegation: str, by: str, now: datetime
) -> list[Entry]:
    """Open a position that was committed to: its entry, and that of the outcome where all agree by it. content: the
    opened document. by: who opens, which may be another person of the delegation. Raises StoreError, LedgerError."""
    raise NotImplementedError


def give_position(
    store: Store,
    watch: Watch,
    code: str,
    content: bytes,
    *,
    delegation: str,
    person: str,
    role: Role,
    now: datetime,
    computer: datetime,
) -> Entry:
    """Give a position in the open: a later one, or a first one after the clock of blind positions ran out, which is
    marked late. Raises StoreError, LedgerError."""
    raise NotImplementedError


def withhold(
    store: Store, watch: Watch, code: str, *, delegation: str, by: str, role: Role, now: datetime
) -> list[Entry]:
    """Say that a delegation gives no position: its entry, and that of the outcome where nothing more is to come. It
    ends by committing one while the round is blind. Raises StoreError."""
    raise NotImplementedError


def reseal(
    store: Store,
    watch: Watch,
    code: str,
    *,
    delegation: str,
    by: str,
    commitment: str,
    sealed: bytes,
    key: str,
    now: datetime,
) -> Entry:
    """Keep what was committed to sealed once more, to the keys in force now. commitment: 64 hexadecimal digits; key:
    the code of the key that opened it. Raises StoreError."""
    raise NotImplementedError
