"""The entries of one kind of record, and when a record was entered first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from trucewatch.model.times import read_time
from trucewatch.store.journal import Entry
from trucewatch.store.store import Store


def entries_of_kind(store: Store, schema: str, *, newest_first: bool = False) -> Iterator[Entry]:
    """The entries of a kind of record, in their order or the latest first."""
    order = "DESC" if newest_first else "ASC"
    rows = store.index.rows(f"SELECT number FROM entry WHERE schema = ? ORDER BY number {order}", schema)
    return (next(store.journal.entries(number)) for (number,) in rows)


def first_recorded_at(record: Mapping[str, Any]) -> datetime:
    """When a record was entered first: after the loss of a ledger its records are entered again, at other times."""
    return read_time(record.get("first_recorded_at", record["recorded_at"]))
