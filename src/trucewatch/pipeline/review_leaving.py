"""A delegation leaves the review, and comes back."""

from __future__ import annotations

from datetime import datetime

from trucewatch.model.roles import Role
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.journal import Entry


def leave(
    store: Store, watch: Watch, *, delegation: str, by: str, role: Role, reason: str, now: datetime
) -> list[Entry]:
    """Enter, by its own head, that a delegation leaves: its keys end, and every case that is open is closed
    unreviewed. The entry of the leaving is the first. Raises StoreError."""
    raise NotImplementedError


def come_back(store: Store, watch: Watch, *, delegation: str, by: str, role: Role, reason: str, now: datetime) -> Entry:
    """Enter, by its own head, that a delegation is back. Its keys are asked for and entered anew; what was closed
    stays closed, and can be put once more. Raises StoreError."""
    raise NotImplementedError
