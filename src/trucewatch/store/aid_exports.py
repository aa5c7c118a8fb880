"""Files of humanitarian records that somebody took, as the journal holds them, `trucewatch/aid-export/1`."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Final

from trucewatch.model.times import iso_utc
from trucewatch.store.journal import Entry
from trucewatch.store.store import Store

EXPORT: Final = "trucewatch/aid-export/1"


def record_aid_export(
    store: Store, content: bytes, *, table: str, format_name: str, rows: int, by: str, known_at: datetime
) -> Entry:
    """Enter that somebody takes a file of a table's rows; before it is handed over."""
    record = {
        "schema": EXPORT,
        "table": table,
        "format": format_name,
        "rows": rows,
        "content": f"sha256:{sha256(content).hexdigest()}",
        "size_bytes": len(content),
        "by": by,
        "known_at": iso_utc(known_at),
    }
    (entry,) = store.commit([record], is_act=False)  # handed over twice is taken twice
    return entry
