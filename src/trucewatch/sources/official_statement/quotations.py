"""Where words stand in quotation marks, nested ones too, in the marks of eight languages; and whose they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from trucewatch.model.statements import Quote
from trucewatch.sources.official_statement.statement_words import small, statement_words

_CLOSES: Final = {"«": "»", "„": '“”"', "“": "”", "‹": "›", "‘": "’", "‚": "‘’", "”": "”", "»": "«", "›": "‹"}
"""What may close what opens; Germans also write »so«, Swedes and Turks ”so”."""
_STRAIGHT: Final = "\"'"
MOST_DEPTH: Final = 6
MOST_QUOTES: Final = 500
"""Of one paragraph; a text with more is not made of quotations but of marks."""
_MARKS: Final = re.compile("[«»„“”‹›‘’‚\"']")


def quotes_in(text: str, names: Sequence[str] = ()) -> tuple[Quote, ...]:
    """The quotations of a paragraph in order of where they begin, marks included; one that does not close is none.

    names: people of the page; `of` is one of them where the sentence around a quotation says that these are their
    words.

    >>> [(each.start, each.end) for each in quotes_in("He wrote “a «b» c” twice.")]
    [(9, 18), (12, 15)]
    """
    open_at: list[tuple[str, int]] = []
    spans: list[tuple[int, int]] = []
    for mark in _MARKS.finditer(text):
        at, char = mark.start(), mark[0]
        closing = next(
            (depth for depth in range(len(open_at) - 1, -1, -1) if char in _closing(open_at[depth][0])), None
        )
        if closing is not None and _may_close(text, at, char):
            spans.append((open_at[closing][1], at + 1))
            del open_at[closing:]
        elif _may_open(text, at, char) and len(open_at) < MOST_DEPTH:
            open_at.append((char, at))
        if len(spans) >= MOST_QUOTES:
            break
    spans.sort(key=lambda span: (span[0], -span[1]))
    return tuple(Quote(start=start, end=end, of=_whose(text, start, end, names)) for start, end in spans)


def _closing(opening: str) -> str:
    return opening if opening in _STRAIGHT else _CLOSES[opening]


def _may_open(text: str, at: int, char: str) -> bool:
    if char not in _CLOSES and char not in _STRAIGHT:
        return False
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return (not before or not (before.isalnum() or before in ".,!?")) and bool(after) and not after.isspace()


def _may_close(text: str, at: int, char: str) -> bool:
    # An apostrophe stands between two letters.
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return not before.isspace() and not (char in "'’‘" and after.isalnum())


def _whose(text: str, start: int, end: int, names: Sequence[str]) -> str:
    """Whose words, where a verb of speaking and one name stand in the same sentence, outside the quotation."""
    left = re.split(r"[.!?։]\s", text[max(0, start - 160) : start])[-1]
    right = re.split(r"[.!?։](?:\s|$)", text[end : end + 120], maxsplit=1)[0]
    words = statement_words()
    for side in (left, right):
        plain = small(side)
        if not words.finds("quoting", plain):
            continue
        named = [name for name in names if name and small(name.split()[-1]) in plain]
        if len(named) == 1:
            return named[0]
        match = _SUBJECT.search(side)
        if match and not named and not words.has("not_name", small(match[0])):
            return match[0]
    return ""


_LARGE: Final = "A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁԱ-ՖƏİ"
_SUBJECT: Final = re.compile(
    rf"(?<![.\w])(?:(?:the|der|die|le|la|el)\s[\w-]{{3,20}}\s(?:of(?:\sthe)?|des|der|de(?:\sla)?|del|du)\s)?"
    rf"[{_LARGE}][\w.'’-]*(?:\s[{_LARGE}][\w.'’-]*){{0,3}}"
)
"""A name, or an office of one: "the spokesperson of the Upper Valley"."""
