"""A file that somebody handed over: a photograph, a recording, a scan, a mail. Its bytes are evidence by their hash."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

HANDED_OVER: Final = "handed-over"
"""What the record of the bytes names where files of a source name theirs."""
MOST_BYTES: Final = 64 << 20
"""Of one file; the console takes no larger body."""
ABOUT: Final = re.compile(r"claim:CL-[1-9]\d{0,8}|letter:L-[1-9]\d{0,8}|complaint:C-[1-9]\d{0,8}")
"""What a file can be about."""


NAMED: Final = "sha256:"
"""Before a hash that a record names without pointing to bytes: what does so may be entered after they were erased, and
neither brings them back nor is looked for by whoever checks the ledger."""


def named(sha256: str) -> str:
    """A hash as a record names it that points to nothing.

    >>> hash_named(named("5" * 64)) == "5" * 64
    True
    """
    return f"{NAMED}{sha256}" if sha256 else ""


def hash_named(text: str) -> str:
    """The hash that a record names so."""
    return text.removeprefix(NAMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileUndone:
    """That a file was taken back as not belonging there. Its bytes stay until they are erased. reason: a reference
    `w-…`, or reason_code."""

    entry: int
    recorded_at: datetime
    by: str
    reason: str
    reason_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedFile:
    """One file as it was handed over about one thing; the same bytes about another thing are another record.

    file_name: a reference `w-…`. media_type: by its bytes. about: `claim:CL-3`, `letter:L-1`, `complaint:C-2`. giver:
    a code of `Speaker`. within: SHA-256 of the mail that it came in, "" for none. entry: of the ledger.
    """

    sha256: str
    file_name: str
    media_type: str
    size_bytes: int
    about: str
    giver: str
    entry: int
    by: str
    recorded_at: datetime
    known_at: datetime
    received_at: datetime
    within: str = ""
    undone: FileUndone | None = None

    @property
    def stands(self) -> bool:
        return self.undone is None
