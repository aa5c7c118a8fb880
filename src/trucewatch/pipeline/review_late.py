"""Late evidence reopens what was judged: the next case of the same finding, where what was put has changed."""

from __future__ import annotations

from datetime import datetime

from trucewatch.pipeline import Assessment
from trucewatch.store import Store
from trucewatch.store.journal import Entry


def reopen_late(store: Store, assessment: Assessment, *, now: datetime) -> list[Entry]:
    """Put every judged finding once more that differs now from what was put; the entries of the new cases. What was
    judged stays as it is."""
    raise NotImplementedError
