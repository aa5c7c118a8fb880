"""The rows of humanitarian records: as they are kept and sent, and read again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from trucewatch.errors import StoreError
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.record_mapping import mapping_from, record_from
from trucewatch.store.store import Store


def row_text(row: Any) -> str:
    """A row as it is kept and sent: one JSON object, the same text for the same row."""
    return json.dumps(mapping_from(row), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def row_from_text(table: str, text: str) -> Any | None:
    """The row that a text holds; None of a table or of fields that this program does not know."""
    from pydantic import ValidationError

    if table not in TABLES:
        return None
    try:
        content = json.loads(text)
        return record_from(TABLES[table].row, content) if isinstance(content, Mapping) else None
    except (ValidationError, ValueError, RecursionError):
        return None


def kept_row(store: Store, table: str, reference: str) -> Any | None:
    """The row behind a reference; None once it was erased."""
    try:
        text = store.words.read(reference)
    except StoreError:
        return None
    return None if text is None else row_from_text(table, text)


def keep_totals(store: Store, table: str, row: Any) -> str:
    """The reference under which the numbers of a row that stay are kept, "" where it has none. They lie apart as the
    row does, since whoever has a copy of the ledger would read there that four people went to a hamlet, or work it out
    from what follows."""
    totals = {name: int(number) for name, number in TABLES[table].totals(row).items()}
    return store.keep_words(json.dumps(totals, sort_keys=True)) if totals else ""


def kept_totals(store: Store, table: str, row: Any, reference: str) -> dict[str, int]:
    """Those numbers, of a row that is there or was erased; none where they were erased too."""
    if row is not None:
        return {name: int(number) for name, number in TABLES[table].totals(row).items()}
    try:
        totals = json.loads(store.words.read(reference) or "{}")
        return {str(name): int(number) for name, number in totals.items()}
    except (StoreError, ValueError, TypeError, AttributeError):
        return {}
