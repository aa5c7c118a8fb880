"""Text from outside → text that can be shown: no control characters; marks that turn the direction of writing end with
it, or are left out where nothing can make them end."""

from __future__ import annotations

import re

_JOINERS = "\u200c\u200d"
"""Letters of Persian and other scripts change their shape by these; they stay."""

_NO_BREAK = "\u00a0\u202f"
"""Spaces that numbers and dates of some languages are written with."""

_FIRST_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_ISOLATES = "\u2066\u2067\u2068"
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def isolated(text: str) -> str:
    """The text as it was typed, but for control characters. Where it holds marks that turn the direction of writing it
    stands in an isolate of its own, so that they end with it (Unicode Standard Annex 9, section 2.4).

    >>> isolated("plain, two  blanks")
    'plain, two  blanks'
    >>> isolated("a\u202eb") == "\u2068a\u202eb\u2069"
    True
    """
    shown = _CONTROLS.sub("", text)
    if not _TURNING.search(shown):
        return shown
    depth = lowest = 0
    for char in shown:
        depth += (char in _ISOLATES) - (char == _POP_ISOLATE)
        lowest = min(lowest, depth)
    # What closes more isolates than it opens gets those in front, so that it never closes one that is not its own.
    return _FIRST_ISOLATE * (1 - lowest) + shown + _POP_ISOLATE * (1 + depth - lowest)


def printable(text: str) -> str:
    """The text without control and direction marks; every kind of space becomes a plain one.

    >>> printable("a\\u202e\\x07b\\u00a0c")
    'ab c'
    """
    if text.isprintable():  # almost every text is, and a report has a million of them
        return text.strip()
    characters = (char if char.isprintable() or char in _JOINERS else " " if char.isspace() else "" for char in text)
    return "".join(characters).strip()


def legible(sentence: str) -> str:
    """The same of a sentence of our own, in which a name from outside may stand: its no-break spaces stay.

    >>> legible("8\\u00a0May \\u202eat\\ttown").replace("\\u00a0", "~")
    '8~May at town'
    """
    if sentence.isprintable():
        return sentence.strip()
    allowed = _NO_BREAK + _JOINERS
    return "".join(
        char if char.isprintable() or char in allowed else " " if char.isspace() else "" for char in sentence
    ).strip()
