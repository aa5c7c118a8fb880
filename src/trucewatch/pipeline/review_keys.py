"""Keys of officers' browsers and of recovery: asked for by whose they are, entered and ended by the head."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from trucewatch.model.roles import Role
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.journal import Entry
from trucewatch.store.review_records import WhyEnded


def ask_key(
    store: Store,
    watch: Watch,
    *,
    delegation: str,
    person: str,
    signs: bytes,
    opens: str,
    now: datetime,
    use: Literal["officer", "recovery"] = "officer",
) -> Entry:
    """Ask that a pair of keys is entered. signs: 32 raw bytes of an Ed25519 key, b"" for a recovery key; opens:
    `age1…`. Raises StoreError for a key that is none, or is known here already."""
    raise NotImplementedError


def enter_key(store: Store, watch: Watch, code: str, *, delegation: str, by: str, role: Role, now: datetime) -> Entry:
    """Enter a key that was asked for, by the delegation's head. Raises StoreError."""
    raise NotImplementedError


def end_key(
    store: Store, watch: Watch, code: str, *, delegation: str, by: str, role: Role, why: WhyEnded, now: datetime
) -> Entry:
    """End a key, by the delegation's head or whose it is. Raises StoreError."""
    raise NotImplementedError
