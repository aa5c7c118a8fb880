"""Humanitarian records for programs: `trucewatch humanitarian --json`. What was typed, points, outlines stay inside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from trucewatch.model.aid_items import AidEntry, Item
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_tables import TYPED
from trucewatch.model.record_mapping import mapping_from
from trucewatch.model.times import iso_utc
from trucewatch.pipeline.aid_entering import AidBook
from trucewatch.pipeline.aid_states import state_of

WITHHELD: Final = ("line", "text", "place", "outline")
"""Kinds of fields that no program gets."""
_INSIDE: Final = frozenset(("constraint_side",))
"""Steps that stand in no file: who is said to have imposed a constraint."""


def aid_document(book: AidBook, items: Iterable[Item]) -> dict[str, Any]:
    """Items with their steps, as they stand, in the order given."""
    return {
        "schema": "trucewatch/humanitarian/1",
        "watch": book.watch.settings.id,
        "simulated": book.watch.settings.simulated,
        "as_of": iso_utc(book.now),
        "withheld": list(WITHHELD),
        "items": [_item(book, item) for item in items],
    }


def without_words(table: str, row: Any) -> dict[str, Any]:
    """A row by its keys, without what somebody typed and without points and outlines."""
    declared = TABLES[table]
    hidden = {each.key for each in declared.fields if each.kind in TYPED or each.kind in WITHHELD}
    return {key: value for key, value in mapping_from(row).items() if key not in hidden}


def _item(book: AidBook, item: Item) -> dict[str, Any]:
    return {
        "code": item.code,
        **_entry(item.last),
        "state": str(state_of(book, item)),
        "versions": len(item.versions),
        "steps": [_entry(step) for step in item.steps if step.table not in _INSIDE],
    }


def _entry(entry: AidEntry) -> dict[str, Any]:
    row = without_words(entry.table, entry.row) if entry.row is not None else None
    document: dict[str, Any] = {
        "table": entry.table,
        "entry": entry.entry,
        "version": entry.version,
        "known_at": iso_utc(entry.known_at),
        "recorded_at": iso_utc(entry.recorded_at),
        "acting_for": entry.acting_for,
        "origin": entry.origin,
        "row": row,
        "totals": dict(entry.totals),
    }
    if entry.keep_until is not None:
        document["keep_until"] = iso_utc(entry.keep_until)
    return document
