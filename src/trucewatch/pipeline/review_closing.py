"""Cases end: by the clock, or by what was said. The outcome is entered once and never changed."""

from __future__ import annotations

from datetime import datetime

from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.journal import Entry


def close_due(store: Store, watch: Watch, now: datetime) -> list[Entry]:
    """Enter the outcome of every case whose clock ran out; the entries, none where none did. Every act does so
    first."""
    raise NotImplementedError
