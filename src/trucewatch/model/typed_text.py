"""What people type: kept and shown as it was typed, or refused with a sentence; never cut or changed in silence."""

from __future__ import annotations

from datetime import date

from trucewatch.messages import Message

_LINES_AND_TABS = "\n\r\t"


def as_typed(text: str) -> str:
    """A text as it was typed, with one kind of line end and without the blanks around it.

    >>> as_typed(" a\\r\\n b ")
    'a\\n b'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def refusal_of(text: str) -> Message | None:
    """Why a text cannot be kept as it was typed: it holds what neither a page nor a file nor a terminal can show.

    >>> str(refusal_of("a\\x07b"))
    'the text holds a character that cannot be shown (U+0007); take it out'
    """
    for char in text:
        if (char < " " and char not in _LINES_AND_TABS) or "\x7f" <= char <= "\x9f" or "\ud800" <= char <= "\udfff":
            code = f"U+{ord(char):04X}"
            return Message("the text holds a character that cannot be shown ({code}); take it out", code=code)
    return None


def erased_words(entry: int | None = None, day: date | None = None) -> Message:
    """What stands where words were; with the erasure's entry and day, if they are known."""
    if entry is None or day is None:
        return Message("(erased)")
    return Message("(erased {day}, entry {entry})", day=day, entry=entry)
