"""Evidence: original bytes by their SHA-256, who gave them, and the rows that could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from trucewatch.messages import Message
from trucewatch.model.ids import Sha256


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


def excerpt_of(raw: str) -> str:
    """A short, printable piece of a rejected row."""
    shown = "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in raw[:200])
    return shown[:200]
