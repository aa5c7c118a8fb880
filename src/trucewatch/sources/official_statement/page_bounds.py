"""How much of a page or paper is read: far more than any statement has, and no more than a reader can hold."""

from __future__ import annotations

from typing import Final

from trucewatch.errors import InputTooLarge
from trucewatch.messages import Amount, Message

MOST_MB: Final = 20
MOST_CHARS: Final = 3_000_000
"""Of text; the longest day of a parliament has a sixth of that."""
MOST_BLOCKS: Final = 100_000
MOST_ELEMENTS: Final = 1_000_000
MOST_PAGES: Final = 300


def too_many_chars(most: int = MOST_CHARS) -> InputTooLarge:
    return InputTooLarge(
        Message(
            "the file holds more than {most} characters of text; bring the part that is the statement",
            most=Amount(most),
        )
    )


def too_many_blocks() -> InputTooLarge:
    return InputTooLarge(
        Message(
            "the file holds more than {most} paragraphs; bring the part that is the statement",
            most=Amount(MOST_BLOCKS),
        )
    )
