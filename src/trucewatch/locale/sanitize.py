"""Text from outside → text that can be shown: no control characters, no marks that turn the direction of writing."""

from __future__ import annotations

_JOINERS = "\u200c\u200d"
"""Letters of Persian and other scripts change their shape by these; they stay."""


_NO_BREAK = "\u00a0\u202f"
"""Spaces that numbers and dates of some languages are written with."""


def printable(text: str) -> str:
    """The text without control and direction marks; every kind of space becomes a plain one.

    >>> printable("a\\u202e\\x07b\\u00a0c")
    'ab c'
    """
    characters = (char if char.isprintable() or char in _JOINERS else " " if char.isspace() else "" for char in text)
    return "".join(characters).strip()


def legible(sentence: str) -> str:
    """The same of a sentence of our own, in which a name from outside may stand: its no-break spaces stay.

    >>> legible("8\\u00a0May \\u202eat\\ttown").replace("\\u00a0", "~")
    '8~May at town'
    """
    allowed = _NO_BREAK + _JOINERS
    return "".join(
        char if char.isprintable() or char in allowed else " " if char.isspace() else "" for char in sentence
    ).strip()
