"""Copies of one text in one language → where their words differ, marked alike in every copy."""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MOST_TOKENS: Final = 2_000
"""Words and signs between the first and the last difference of two copies; with more they are not compared."""
_EXACT_TOKENS: Final = 250
"""Up to so many every word is matched; beyond, words of more than one in a hundred only beside others, which bounds the
time."""
_JOINING: Final = "'’ʼ-‐‑"
"""Signs that do not end a word when they stand within it."""
_ALIKE: Final = str.maketrans(
    {**dict.fromkeys("’‘ʼ", "'"), **dict.fromkeys("“”„«»‟", '"'), **dict.fromkeys("‐‑‒–—", "-")}
)
"""Signs that printers choose and texts do not differ by."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a copy. `differs`: at least one other copy has other words here, or none."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Differences:
    """How copies differ. runs: per copy, in their order; joined they are its text. places: per difference, what each
    copy has there, "" for nothing. reordered: all have the same words, in another order. too_long: not compared."""

    runs: tuple[tuple[Run, ...], ...]
    places: tuple[tuple[str, ...], ...] = ()
    reordered: bool = False
    too_long: bool = False

    @property
    def variants(self) -> tuple[tuple[str, ...], ...]:
        """Per place the different wordings, each once, in the order of the copies."""
        return tuple(tuple({_alike(words): words for words in reversed(place)}.values())[::-1] for place in self.places)


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    key: str
    is_word: bool


_Change = tuple[int, int, int, int]
"""Tokens [i1, i2) of the first copy stand as [j1, j2) in another."""


@lru_cache(maxsize=1024)
def word_differences(copies: tuple[str, ...]) -> Differences:
    """Where copies of one text differ, word by word. Upper and lower case, kinds of quotation marks and dashes, and
    white space count for nothing.

    Every copy is compared with the first; a place at which any of them differs is marked in all, so that no copy is the
    measure of another.
    Limits: words are told apart by white space and signs, so a script without blanks gives one long word. The shortest
    list of changes is not looked for (difflib: Ratcliff and Obershelp's gestalt matching).

    >>> [run.text for run in word_differences(("by 15 May", "before 15 May")).runs[1] if run.differs]
    ['before']
    """
    tokens = [_tokens_of(copy) for copy in copies]
    changes: list[list[_Change]] = []
    for other in tokens:
        change = _changes(tokens[0], other)
        if change is None:
            return Differences(tuple(_runs(copy, []) for copy in copies), too_long=True)
        changes.append(change)
    places = _merged(sorted({(first, last) for change in changes for first, last, *_ in change}))
    spans = [
        [_span(own, *_place_in(change, place)) for place in places] for own, change in zip(tokens, changes, strict=True)
    ]
    words = [Counter(token.key for token in own if token.is_word) for own in tokens]
    return Differences(
        runs=tuple(_runs(copy, own) for copy, own in zip(copies, spans, strict=True)),
        places=tuple(
            tuple(copy[slice(*own[index])] for copy, own in zip(copies, spans, strict=True))
            for index in range(len(places))
        ),
        reordered=bool(places) and all(counted == words[0] for counted in words) and _orders_differ(tokens),
    )


def _orders_differ(tokens: list[list[_Token]]) -> bool:
    return len({tuple(token.key for token in own if token.is_word) for own in tokens}) > 1


def _tokens_of(text: str) -> list[_Token]:
    return [token for token in _pieces(text) if token.key]


def _pieces(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        end = position + 1
        if _is_of_word(text[position]):
            while end < len(text) and (
                _is_of_word(text[end]) or (text[end] in _JOINING and _is_of_word(text[end + 1 : end + 2]))
            ):
                end += 1
            yield _Token(position, end, _alike(text[position:end]), is_word=True)
        elif not text[position].isspace():
            yield _Token(position, end, _alike(text[position]), is_word=False)
        position = end


def _is_of_word(char: str) -> bool:
    """Letters, digits and the marks on them; marks of direction and joiners stay with the word that they stand at."""
    return bool(char) and (unicodedata.category(char)[0] in "LNM" or unicodedata.category(char) == "Cf")


def _alike(words: str) -> str:
    """What is compared of a word or sign; empty for what nobody sees."""
    folded = unicodedata.normalize("NFC", words).casefold().translate(_ALIKE)
    return "".join(char for char in folded if unicodedata.category(char)[0] != "C")


def _changes(first: list[_Token], other: list[_Token]) -> list[_Change] | None:
    """Where the other copy has other tokens than the first, in order; None if there are too many to compare."""
    own, others = [token.key for token in first], [token.key for token in other]
    least = min(len(own), len(others))
    before = next((place for place in range(least) if own[place] != others[place]), least)
    after = next((place for place in range(least - before) if own[-1 - place] != others[-1 - place]), least - before)
    own, others = own[before : len(own) - after], others[before : len(others) - after]
    longest = max(len(own), len(others))
    if longest > MOST_TOKENS:
        return None
    matcher = difflib.SequenceMatcher(None, own, others, autojunk=longest > _EXACT_TOKENS)
    return [
        (first_own + before, last_own + before, first_other + before, last_other + before)
        for kind, first_own, last_own, first_other, last_other in matcher.get_opcodes()
        if kind != "equal"
    ]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that overlap or touch as one."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _place_in(changes: list[_Change], place: tuple[int, int]) -> tuple[int, int]:
    """A span of the first copy's tokens in another copy's; no change of it reaches over the span's bounds."""
    start, end = place
    growth = [(first, (last_other - first_other) - (last - first)) for first, last, first_other, last_other in changes]
    return (
        start + sum(grown for first, grown in growth if first < start),
        end + sum(grown for first, grown in growth if first <= end),
    )


def _span(tokens: list[_Token], start: int, end: int) -> tuple[int, int]:
    """The characters of tokens [start, end)."""
    return (tokens[start].start, tokens[end - 1].end) if start < end else (0, 0)


def _runs(text: str, spans: list[tuple[int, int]]) -> tuple[Run, ...]:
    runs: list[Run] = []
    position = 0
    for start, end in spans:
        if start < end:
            runs += [Run(text[position:start]), Run(text[start:end], differs=True)]
            position = end
    runs.append(Run(text[position:]))
    return tuple(run for run in runs if run.text)
