"""Findings are put to the delegations: a dossier of each incident first, then one case a finding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from trucewatch.model.watch import Watch
from trucewatch.pipeline import Assessment
from trucewatch.store import Store
from trucewatch.store.journal import Entry


def put_to_review(
    store: Store, assessment: Assessment, finding_ids: Sequence[str], *, by: str, now: datetime
) -> list[Entry]:
    """Put findings of the list of today to review; the entries of their cases. by: a person's name or reference.

    Findings of one incident share a dossier. Raises StoreError for a finding that is not on the list, is of no
    incident, or is under review unchanged: nothing is entered then.
    """
    raise NotImplementedError


def put_who(store: Store, watch: Watch, code: str, *, by: str, side: str, role: str, now: datetime) -> Entry:
    """Put the question *who* about the finding of a case of which *happened* is agreed. side, role: whose wish it is.
    Raises StoreError."""
    raise NotImplementedError
