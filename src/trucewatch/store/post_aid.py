"""Rows that came from other instances, as humanitarian records of this one: they stand beside the own, each with its
origin."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from trucewatch.model.agreement_entries import TakenBack
from trucewatch.model.aid_items import AT_ONCE, AidEntry
from trucewatch.model.times import read_time
from trucewatch.store.aid_rows import kept_row, kept_totals
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import entries_of_kind, first_recorded_at
from trucewatch.store.post_records import RECEIVED
from trucewatch.store.store import Store


def received_rows(store: Store, since: int = 0) -> Iterator[tuple[int, str, list[dict[str, Any]]]]:
    """What came from other instances, in the order in which it was taken in: the entry, the origin, and its rows.

    since: entries from this number on. A row: table, entry, code, version, about, known_at, totals, and `content`, the
    row as its origin has it, None once it is erased; or undoes, table, code, known_at.
    """
    for entry in entries_of_kind(store, RECEIVED):
        if entry.number >= since and entry.record["rows"]:
            rows = [{**row, "content": _content(store, row["content"])} for row in entry.record["rows"]]
            yield entry.number, entry.record["from"], rows


def received_entries(store: Store, entry: Entry) -> tuple[list[AidEntry], dict[str, TakenBack]]:
    """The entries that one received message holds, and what it takes back, by the id of each entry. Ids are those of
    the origin with its name before them, so that nobody takes back what is another's."""
    record = entry.record
    origin, recorded_at = record["from"], first_recorded_at(record)
    entries: list[AidEntry] = []
    undone: dict[str, TakenBack] = {}
    for row in record["rows"]:
        if "undoes" in row:
            undone.setdefault(
                f"{origin}:{row['undoes']}",
                TakenBack(entry=entry.number, recorded_at=recorded_at, by=origin, reason="", reason_code=AT_ONCE),
            )
        else:
            entries.append(_entry(store, entry, row))
    return entries, undone


def _entry(store: Store, entry: Entry, row: Mapping[str, Any]) -> AidEntry:
    origin = entry.record["from"]
    content = kept_row(store, row["table"], row["content"]) if row["content"] else None
    return AidEntry(
        entry_id=f"{origin}:{row['entry']}",
        entry=entry.number,
        table=row["table"],
        code=row["code"],
        about=row["about"],
        version=row["version"],
        row=content,
        totals=kept_totals(store, row["table"], content, row["totals"]),
        known_at=read_time(row["known_at"]),
        recorded_at=first_recorded_at(entry.record),
        by=origin,
        origin=origin,
        content=row["content"],
        keep_until=read_time(entry.record["keep_until"]),
    )


def _content(store: Store, reference: str) -> dict[str, Any] | None:
    text = store.words.read(reference) if reference else None
    content: dict[str, Any] | None = json.loads(text) if text else None
    return content
