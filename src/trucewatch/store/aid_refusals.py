"""That something was refused because it is never kept here: when, at which door, by which rule, and by whom it was
brought, if that is known. Nothing of what was brought: no name, no size, no hash, no word of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from trucewatch.model.never_here import Door
from trucewatch.model.times import as_utc, iso_utc, read_time
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind
from trucewatch.store.store import Store

REFUSAL: Final = "trucewatch/aid-refusal/1"
SAME_WITHIN: Final = timedelta(minutes=1)
"""The same person at the same door by the same rule again within this is no further record: the ledger is no counter
of tries."""
MOST_OF_NOBODY: Final = 30
OF_NOBODY_WITHIN: Final = timedelta(hours=1)
"""Whoever has no account may knock as often as they like: of them no more are entered than this within the hour, so
that nobody fills the ledger from outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AidRefusal:
    """One refusal. by: a person's reference, a program's, or ""."""

    at: datetime
    door: str
    rule: str
    by: str = ""


def refusal_record(*, door: Door, rule: str, at: datetime, by: str = "") -> dict[str, str]:
    """The record of a refusal, which is all that stays of what was refused."""
    return {"schema": REFUSAL, "at": iso_utc(at), "door": door, "by_rule": rule} | ({"brought_by": by} if by else {})


def record_refusal(store: Store, *, door: Door, rules: Sequence[str], at: datetime, by: str = "") -> Entry | None:
    """Enter that something was refused, under the first rule; None where the same was entered within a minute, or
    MOST_OF_NOBODY within an hour by whom nobody knows. On disk when this returns. Raises StoreError."""
    rule = rules[0] if rules else "unreadable"
    count = 0
    for last in entries_of_kind(store, REFUSAL, newest_first=True):
        refusal = refusal_of_record(last)
        age = abs(as_utc(at) - refusal.at)
        if age >= (SAME_WITHIN if by else OF_NOBODY_WITHIN):
            break
        count += not refusal.by
        is_same = (refusal.door, refusal.rule, refusal.by) == (door, rule, by) and age < SAME_WITHIN
        if is_same or (not by and count >= MOST_OF_NOBODY):
            return None
    (entry,) = store.commit([refusal_record(door=door, rule=rule, at=at, by=by)])
    return entry


def refusal_of_record(entry: Entry) -> AidRefusal:
    record = entry.record
    return AidRefusal(
        at=read_time(record["at"]), door=record["door"], rule=record["by_rule"], by=record.get("brought_by", "")
    )
