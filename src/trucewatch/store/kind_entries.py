"""The entries of one kind of record, and when a record was entered first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from trucewatch.model.record_kind import kind_name
from trucewatch.model.times import read_time
from trucewatch.store.journal import Entry
from trucewatch.store.store import Store
from trucewatch.store.typed_words import TYPED, place_of


def entries_of_kind(store: Store, schema: str, *, newest_first: bool = False) -> Iterator[Entry]:
    """The entries of a kind of record, in their order or the latest first. One that was entered anew, because its words
    were erased, stands at its place."""
    order = "DESC" if newest_first else "ASC"
    rows = store.index.rows(f"SELECT number FROM entry WHERE schema = ? ORDER BY number {order}", schema)
    entries = store.journal.entries_at(number for (number,) in rows)
    if kind_name(schema) not in TYPED:
        return entries
    at_their_places = (replace(entry, number=place_of(entry.number, entry.record)) for entry in entries)
    return iter(sorted(at_their_places, key=lambda entry: entry.number, reverse=newest_first))


def first_recorded_at(record: Mapping[str, Any]) -> datetime:
    """When a record was entered first: after the loss of a ledger its records are entered again, at other times."""
    return read_time(record.get("first_recorded_at", record["recorded_at"]))
