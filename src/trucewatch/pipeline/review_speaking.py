"""What delegations say in the open, and that they have no more to say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from trucewatch.model.roles import Role
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.journal import Entry


def speak(
    store: Store,
    watch: Watch,
    code: str,
    text: str,
    refers: Sequence[str],
    *,
    side: str,
    role: Role,
    by: str,
    now: datetime,
) -> Entry:
    """Enter what a delegation says in a discussion, after something was opened. refers: observation ids of the case,
    numbers of entries. Raises StoreError."""
    raise NotImplementedError


def say_done(store: Store, watch: Watch, code: str, *, side: str, role: Role, by: str, now: datetime) -> list[Entry]:
    """Enter that a delegation has no more to say: its entry, and that of the outcome where every one said so. Raises
    StoreError."""
    raise NotImplementedError
