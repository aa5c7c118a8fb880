"""Whether a file is an age file in which a position can lie: its header, to how many keys it is sealed, its length.

What is sealed cannot be looked at; its length could tell of it, so that every one has the same.
Format: age-encryption.org/v1.
"""

from __future__ import annotations

from typing import Final

from trucewatch.errors import StoreError
from trucewatch.ledger.position import SEALED_BYTES
from trucewatch.messages import Message

_BEGIN: Final = b"age-encryption.org/v1\n"
_TO_KEY: Final = b"-> X25519 "
_END: Final = b"\n--- "
_MOST_HEADER: Final = 32_768
_BODY: Final = 16 + SEALED_BYTES + 16
"""Random bytes, what is sealed, and the mark of its one piece."""


def check_age_file(content: bytes, keys: int) -> None:
    """Raises StoreError for a file in which no position lies sealed to so many keys."""
    end = content.find(_END, 0, _MOST_HEADER)
    after = content.find(b"\n", end + 1, _MOST_HEADER) if end >= 0 else -1
    if not content.startswith(_BEGIN) or after < 0:
        raise StoreError(
            Message(
                "what is sealed is no age file (age-encryption.org/v1, not armoured). Seal it with the page, or with: "
                "trucewatch sign"
            )
        )
    if len(content) - after - 1 != _BODY:
        raise StoreError(
            Message(
                "what is sealed has another length than every position has ({most} bytes), so that it would tell of "
                "what it says. Seal it with the page, or with: trucewatch sign",
                most=SEALED_BYTES,
            )
        )
    sealed_to = content[:end].split(b"\n")
    count = sum(line.startswith(_TO_KEY) for line in sealed_to)
    if count != keys:
        raise StoreError(
            Message(
                "it is sealed to {count} keys, and your delegation has {keys} in force. Fetch what is to be signed "
                "once more, and seal it to those",
                count=count,
                keys=keys,
            )
        )
