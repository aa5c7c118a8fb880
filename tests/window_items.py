"""A window of silence with its steps as the journal would hold them, for tests of what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from trucewatch.model.aid_items import AidEntry, Item
from trucewatch.model.aid_windows import ExtensionAnswer, Window, WindowAnswer, WindowEnd, WindowExtension

KNOWN_AT = datetime(2031, 5, 3, tzinfo=UTC)


def entry(row: Any, number: int, *, version: int = 1, code: str = "WN-1", known_at: datetime = KNOWN_AT) -> AidEntry:
    tables = {
        Window: "window",
        WindowAnswer: "window_answer",
        WindowExtension: "window_extension",
        ExtensionAnswer: "window_extension_answer",
        WindowEnd: "window_end",
    }
    table = tables[type(row)]
    return AidEntry(
        entry_id=f"a-{number}",
        entry=number,
        table=table,
        code=code,
        about="" if table == "window" else code,
        version=version,
        row=row,
        known_at=known_at,
        recorded_at=known_at,
        by="p-1",
    )


def window_of(*steps: Any, asked: Sequence[Window], code: str = "WN-1", known_at: datetime = KNOWN_AT) -> Item:
    versions = tuple(entry(row, number, version=number + 1, code=code) for number, row in enumerate(asked))
    return Item(
        code=code,
        table="window",
        versions=versions,
        steps=tuple(entry(row, 100 + number, code=code, known_at=known_at) for number, row in enumerate(steps)),
    )
