"""When the content of a humanitarian record was erased, and why: what the page says in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trucewatch.messages import Message
from trucewatch.model.aid_keeping import KEEPING_RULES
from trucewatch.store.journal import ERASURE
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.store import Store
from trucewatch.store.typed_words import is_reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """An erasure. entry: of the ledger; why: the rule or the reason that stands there, None where that was erased
    too."""

    entry: int
    at: datetime
    why: Message | str | None


def erased_by(store: Store, reference: str) -> Erased | None:
    """The erasure that took what lay under a reference; None where none is on record."""
    for (number,) in store.index.rows("SELECT entry FROM erased WHERE sha256 = ?", reference):
        for entry in store.journal.entries_at(iter((int(number),))):
            if entry.record["schema"] == ERASURE:
                return Erased(entry=entry.number, at=first_recorded_at(entry.record), why=_why(store, entry.record))
    return None


def _why(store: Store, record: Mapping[str, Any]) -> Message | str | None:
    """By the clock the rule; else what whoever ordered it wrote."""
    rule = KEEPING_RULES.get(str(record.get("reason_code", "")))
    reason = str(record.get("reason", ""))
    return rule or (store.words.read(reason) if is_reference(reason) else reason)
