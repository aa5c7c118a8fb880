"""When the content of a humanitarian record was erased, and why: what the page says in its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trucewatch.store.journal import ERASURE
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """An erasure. entry: of the ledger; why: the rule or reason that stands there, None where that was erased too."""

    entry: int
    at: datetime
    why: str | None


def erased_by(store: Store, reference: str) -> Erased | None:
    """The erasure that took what lay under a reference; None where none is on record."""
    for (number,) in store.index.rows("SELECT entry FROM erased WHERE sha256 = ?", reference):
        for entry in store.journal.entries_at(iter((int(number),))):
            if entry.record["schema"] == ERASURE:
                why = str(entry.record.get("reason", ""))
                return Erased(
                    entry=entry.number,
                    at=first_recorded_at(entry.record),
                    why=store.words.read(why) if why.startswith("w-") else why,
                )
    return None
