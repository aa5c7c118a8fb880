"""Evidence: original bytes by their SHA-256, who gave them, and the rows that could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from trucewatch.messages import Message, read_record, record_of
from trucewatch.model.ids import Sha256

REJECTED_SCHEMA: Final = pa.schema(
    [
        ("evidence_sha256", pa.string()),
        ("file", pa.string()),
        ("row", pa.int64()),
        ("reason", pa.string()),
        ("excerpt", pa.string()),
        ("message", pa.string()),
    ]
)
"""As `RejectedRecord`; stores of earlier versions have no `message`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Original bytes as they were received. `received_at` is when they first reached this watch, UTC."""

    sha256: Sha256
    size_bytes: int
    source: str
    name: str
    organisation: str
    licence: str
    handling: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One row, or one whole file (`row` 0), that could not be taken: counted, kept with its reason, never dropped."""

    evidence_sha256: str
    file: str
    row: int
    reason: Message
    excerpt: str
    """At most 200 characters of what stood there, with control characters shown as \\xNN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRecord:
    """One row, or one whole file (`row` 0), that could not be taken: counted, kept with its reason, never dropped.

    `message` is the reason with its values apart, as JSON, so that it can be said in other languages; stores of earlier
    versions have only its English words.
    """

    evidence_sha256: str
    file: str
    row: int
    reason: str
    excerpt: str
    message: str | None = None


def record_of_rejected(rejected: Rejected) -> dict[str, Any]:
    """A rejected row as the store keeps it."""
    return asdict(
        RejectedRecord(
            evidence_sha256=rejected.evidence_sha256,
            file=rejected.file,
            row=rejected.row,
            reason=str(rejected.reason),
            excerpt=rejected.excerpt,
            message=record_of(rejected.reason),
        )
    )


def table_of_rejected(rejected: Iterable[Rejected]) -> pa.Table:
    """Refused rows as the store keeps them."""
    return pa.Table.from_pylist([record_of_rejected(row) for row in rejected], schema=REJECTED_SCHEMA)


def rejected_of(record: Mapping[str, Any]) -> Rejected:
    """The rejected row that the store keeps so."""
    return Rejected(
        evidence_sha256=record["evidence_sha256"],
        file=record["file"],
        row=record["row"],
        reason=read_record(record.get("message"), record["reason"]),
        excerpt=record["excerpt"],
    )


def excerpt_of(raw: str) -> str:
    """A short, printable piece of a rejected row."""
    printed = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in raw[:200])
    return printed[:200]
