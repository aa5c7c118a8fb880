"""Who sent the rows of a file, where that is a private person: kept apart, erasable, never in a record or a release."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

SENDER_SCHEMA: Final = pa.schema(
    [pa.field("evidence_row", pa.int64(), nullable=False), pa.field("handle", pa.string(), nullable=False)]
)
"""The row of the file, and the address, number, account or name behind it, as the file has it."""


def empty_senders() -> pa.Table:
    """No senders."""
    return SENDER_SCHEMA.empty_table()
