"""Patterns of rules, matched against the words of one clause.

A pattern is words as they are written, without regard to capitals, `ё` read as `е`. Beside what `model.lexicon` allows
(`*` any ending, `...` up to six other words of the clause) there is:

- `a|b` either word; `{list}` any word of a list of the file; `<class>` a run of words that was marked before;
- `..2` up to two other words, `~` up to seven that are no verb of their own (the file's list `stop`);
- `?` after a word, list or class: it may be absent; `^` the beginning of the clause, `$` its end.

A word that begins with `*` may have any beginning. A list's word may end in `%` (any past ending: л, ла, ло, ли, лся …) or `_` (any ending of a short participle).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

_PAST: Final = ("", "а", "о", "и", "ся", "ась", "ось", "ись")
_SHORT: Final = ("", "а", "о", "ы")
_FAR: Final = 6
_PHRASE: Final = 7
_TAILS: Final = {"ll": "will", "d": "would", "re": "are", "ve": "have", "m": "am", "s": "is"}
_WITH_IS: Final = frozenset("it that there he she what who here this".split())
_WORD: Final = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’-][^\W_]+)*|[^\w\s]")
_PART: Final = re.compile(r"\.\.\.|\.\.\d|\S+")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a sign of a paragraph. low: without capitals, `ё` as `е`."""

    start: int
    end: int
    low: str
    is_word: bool
    is_capital: bool


def tokens_of(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Words and signs between two characters of a text.

    >>> [token.low for token in tokens_of("Below 48,000, it’s fine.")]
    ['below', '48,000', ',', 'it', 'is', 'fine', '.']
    """
    tokens = []
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        word = match[0]
        first = word[0]
        is_word = first.isalnum()
        low = word.lower().replace("ё", "е").replace("’", "'") if is_word else word
        if "'" in low and is_word:
            tokens += _contracted(match.start(), match.end(), low, first.isupper())
        else:
            tokens.append(Token(match.start(), match.end(), low, is_word, first.isupper()))
    return tokens


def _contracted(start: int, end: int, low: str, is_capital: bool) -> list[Token]:
    """ "We'll" and "isn't" as the two words that they are; "Commission's" as one."""
    stem, _, tail = low.rpartition("'")
    if tail == "t" and stem.endswith("n"):
        stem = stem[:-1]
        full = {"ca": "can", "wo": "will", "sha": "shall"}.get(stem, stem)
        return [Token(start, start + len(stem), full, True, is_capital), Token(start + len(stem), end, "not", True, False)]
    if tail == "s" and stem not in _WITH_IS:
        return [Token(start, end, low, True, is_capital)]
    full = _TAILS.get(tail, "")
    if not full:
        return [Token(start, end, low, True, is_capital)]
    return [Token(start, start + len(stem), stem, True, is_capital), Token(start + len(stem), end, full, True, False)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words that count as one: whole ones, beginnings and endings."""

    whole: frozenset[str]
    begin: tuple[str, ...] = ()
    ending: tuple[str, ...] = ()

    @classmethod
    def of(cls, written: Sequence[str]) -> Words:
        whole: set[str] = set()
        begin: list[str] = []
        ending: list[str] = []
        for word in written:
            low = word.lower().replace("ё", "е")
            if low.endswith("*") and len(low) > 1:
                begin.append(low[:-1])
            elif low.startswith("*") and len(low) > 1:
                ending.append(low[1:])
            elif low.endswith("%"):
                whole |= {low[:-1] + ending for ending in _PAST}
            elif low.endswith("_"):
                whole |= {low[:-1] + ending for ending in _SHORT}
            else:
                whole.add(low)
        return cls(whole=frozenset(whole), begin=tuple(begin), ending=tuple(ending))

    def has(self, word: str) -> bool:
        if word in self.whole or (self.begin and word.startswith(self.begin)):
            return True
        return bool(self.ending) and word.endswith(self.ending)


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One place of a pattern. words: what may stand there; mark: a class; gap: how many others may. is_phrase: whether
    a gap holds no verb of its own."""

    words: Words | None = None
    mark: str = ""
    gap: int = 0
    is_phrase: bool = False
    is_optional: bool = False
    edge: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A pattern made ready, and how it is written."""

    written: str
    elements: tuple[Element, ...]

    @property
    def first(self) -> Element:
        return next(each for each in self.elements if not each.edge)


def read_pattern(written: str, lists: Mapping[str, Words]) -> Pattern:
    """A pattern from how it is written. Raises ValueError for one that begins with what may be absent, or KeyError."""
    elements = []
    for part in _PART.findall(written):
        if part == "...":
            elements.append(Element(gap=_FAR))
        elif part == "~":
            elements.append(Element(gap=_PHRASE, is_phrase=True))
        elif part.startswith("..") and part[2:].isdigit():
            elements.append(Element(gap=int(part[2:])))
        elif part in ("^", "$"):
            elements.append(Element(edge=part))
        else:
            is_optional = part.endswith("?")
            core = part.rstrip("?")
            if core.startswith("<"):
                elements.append(Element(mark=core.strip("<>"), is_optional=is_optional))
            else:
                elements.append(Element(words=_either(core.split("|"), lists), is_optional=is_optional))
    firsts = [each for each in elements if not each.edge]
    if not firsts or firsts[0].gap or firsts[0].is_optional:
        raise ValueError(f"a pattern begins with a word: {written}")
    return Pattern(written=written, elements=tuple(elements))


def _either(parts: Sequence[str], lists: Mapping[str, Words]) -> Words:
    named = [lists[part.strip("{}")] for part in parts if part.startswith("{")]
    written = Words.of([part for part in parts if not part.startswith("{")])
    every = [written, *named]
    return Words(
        whole=frozenset().union(*(each.whole for each in every)),
        begin=tuple(ending for each in every for ending in each.begin),
        ending=tuple(ending for each in every for ending in each.ending),
    )


@dataclass(slots=True, kw_only=True)
class Clause:
    """A clause made ready for matching. tokens: its words alone; signs: indices before which a comma stands. runs:
    class → index of the first word → index after the last; names: index of the first word → what the run names."""

    tokens: list[Token]
    commas: frozenset[int] = frozenset()
    runs: dict[str, dict[int, int]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    stop: Words

    def match(self, pattern: Pattern, at: int) -> int | None:
        """Where the match of a pattern that begins at a word ends; None where it does not match. A gap crosses no
        comma."""
        return self._match(pattern.elements, 0, at)

    def _match(self, elements: tuple[Element, ...], index: int, at: int) -> int | None:
        tokens = self.tokens
        while index < len(elements):
            element = elements[index]
            if element.edge:
                if at != (0 if element.edge == "^" else len(tokens)):
                    return None
            elif element.gap:
                return self._after_gap(elements, index, at)
            elif element.is_optional:
                step = self._step(element, at)
                if step is not None:
                    end = self._match(elements, index + 1, step)
                    if end is not None:
                        return end
            else:
                step = self._step(element, at)
                if step is None:
                    return None
                at = step
            index += 1
        return at

    def _after_gap(self, elements: tuple[Element, ...], index: int, at: int) -> int | None:
        gap = elements[index]
        for skipped in range(gap.gap + 1):
            if skipped and at + skipped in self.commas:
                return None
            end = self._match(elements, index + 1, at + skipped)
            if end is not None:
                return end
            if at + skipped >= len(self.tokens):
                return None
            if gap.is_phrase and self.stop.has(self.tokens[at + skipped].low):
                return None
        return None

    def _step(self, element: Element, at: int) -> int | None:
        if at >= len(self.tokens):
            return None
        if element.words is not None:
            return at + 1 if element.words.has(self.tokens[at].low) else None
        return self.runs.get(element.mark, {}).get(at)
