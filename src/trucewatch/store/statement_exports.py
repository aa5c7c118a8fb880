"""Files of official statements that were given to somebody, as the journal holds them,
`trucewatch/statement-export/1`."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Final

from trucewatch.model.times import iso_utc
from trucewatch.store.journal import Entry
from trucewatch.store.store import Store

EXPORT: Final = "trucewatch/statement-export/1"


def record_statement_export(
    store: Store,
    content: bytes,
    *,
    recipient: str,
    format_name: str,
    statements: int,
    passages: int,
    by: str,
    known_at: datetime,
) -> Entry:
    """Enter that somebody takes a file; before it is handed over. recipient: "" for the centre's own copy."""
    record = {
        "schema": EXPORT,
        "recipient": recipient,
        "format": format_name,
        "statements": statements,
        "passages": passages,
        "content": f"sha256:{sha256(content).hexdigest()}",
        "size_bytes": len(content),
        "by": by,
        "known_at": iso_utc(known_at),
    }
    (entry,) = store.commit([record], is_act=False)  # handed over twice is taken twice
    return entry
