"""Text from outside → text that can be shown: no control characters, no marks that turn the direction of writing."""

from __future__ import annotations

_JOINERS = "\u200c\u200d"
"""Letters of Persian and other scripts change their shape by these; they stay."""


def printable(text: str) -> str:
    """The text without control and direction marks; every kind of space becomes a plain one.

    >>> printable("a\\u202e\\x07b\\u00a0c")
    'ab c'
    """
    kept = (char if char.isprintable() or char in _JOINERS else " " if char.isspace() else "" for char in text)
    return "".join(kept).strip()
