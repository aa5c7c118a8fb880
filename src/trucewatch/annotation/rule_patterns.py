"""Patterns of rules, matched against the words of one clause.

A pattern is words as they are written, without regard to capitals, `ё` read as `е`. Beside what `model.lexicon` allows
(`*` any ending, `...` up to six other words of the clause) there is:

- `a|b` either word; `{list}` any word of a list of the file; `<class>` a run of words that was marked before;
- `..2` up to two other words, `~` up to seven that are no verb of their own (the file's list `stop`);
- `?` after a word, list or class: it may be absent; `^` the beginning of the clause, `$` its end.

A word that begins with `*` may have any beginning. In a list `a|b*c|d` begins and ends so, and `!word` is left out of
what such words stand for (`Words.of`). One that ends in `%` stands for every ending of a past («а», «о»,
«и», «ся» …), in `_` for every ending of a short participle.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_PAST: Final = ("", "а", "о", "и", "ся", "ась", "ось", "ись")
_SHORT: Final = ("", "а", "о", "ы")
_MOST_KEPT: Final = 50_000
"""Spellings that are remembered; a text from outside can hold any number of them."""
_FAR: Final = 6
_PHRASE: Final = 7
_TAILS: Final = {"ll": "will", "d": "would", "re": "are", "ve": "have", "m": "am", "s": "is"}
_NO_RUNS: Final[Mapping[int, int]] = {}
_WITH_IS: Final = frozenset(["it", "that", "there", "he", "she", "what", "who", "here", "this"])
_WORD: Final = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’-][^\W_]+)*|[^\w\s]")
_PART: Final = re.compile(r"\.\.\.|\.\.\d|\S+")


class Token(NamedTuple):
    """A word or a sign of a paragraph. low: without capitals, `ё` as `е`; mask: a bit for each set of words that holds
    it (`Vocabulary`)."""

    start: int
    end: int
    low: str
    is_word: bool
    is_capital: bool
    mask: int = 0


def tokens_of(text: str, vocabulary: Vocabulary | None = None, start: int = 0, end: int | None = None) -> list[Token]:
    """Words and signs between two characters of a text.

    >>> [token.low for token in tokens_of("Below 48,000, it’s fine.")]
    ['below', '48,000', ',', 'it', 'is', 'fine', '.']
    """
    tokens: list[Token] = []
    words = vocabulary or _NO_WORDS
    visited = words.visited
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        word = match[0]
        known_as = visited.get(word)
        if known_as is None:
            known_as = words.spelling(word)
        low, is_word, is_capital, mask, is_contracted = known_as
        begin, after = match.span()
        if is_contracted:
            parts = _contracted(begin, after, low, is_capital)
            tokens += [each._replace(mask=words.mask(each.low)) for each in parts]
        else:
            tokens.append(tuple.__new__(Token, (begin, after, low, is_word, is_capital, mask)))
    return tokens


def _contracted(start: int, end: int, low: str, is_capital: bool) -> list[Token]:
    """ "We'll" and "isn't" as the two words that they are; "Commission's" as one."""
    stem, _, tail = low.rpartition("'")
    if len(low) != end - start:
        return [Token(start, end, low, True, is_capital)]  # some capitals are two letters when they are small
    if tail == "t" and stem.endswith("n") and len(stem) > 1:
        stem = stem[:-1]
        full = {"ca": "can", "wo": "will", "sha": "shall"}.get(stem, stem)
        return [
            Token(start, start + len(stem), full, True, is_capital),
            Token(start + len(stem), end, "not", True, False),
        ]
    if tail == "s" and stem not in _WITH_IS:
        return [Token(start, end, low, True, is_capital)]
    full = _TAILS.get(tail, "")
    if not full:
        return [Token(start, end, low, True, is_capital)]
    return [Token(start, start + len(stem), stem, True, is_capital), Token(start + len(stem), end, full, True, False)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words that count as one: whole ones, beginnings, endings, and pairs of both.

    >>> futures = Words.of("дадим по|вы*им|ем !*ним !*аем".split())
    >>> [futures.has(word) for word in ("дадим", "построим", "вывезем", "последним", "понимаем", "совсем")]
    [True, True, True, False, False, False]
    """

    whole: frozenset[str]
    begin: tuple[str, ...] = ()
    ending: tuple[str, ...] = ()
    both: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    """Beginnings with the endings that a word must have as well."""
    but: Words | None = None
    """What beginnings and endings do not stand for."""
    others: tuple[Words, ...] = ()
    """Further lists of which each has its own `but`."""

    @classmethod
    def of(cls, written: Sequence[str]) -> Words:
        """Of words as a list of a rule file writes them: `a|b*c|d` begins and ends so, `!word` is left out."""
        whole: set[str] = set()
        begin: list[str] = []
        ending: list[str] = []
        both: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
        for word in _endings_written_out(each for each in written if not each.startswith("!")):
            first, star, last = word.partition("*")
            if not star or word == "*":
                whole.add(word)
            elif first and last:
                both.append((tuple(first.split("|")), tuple(last.split("|"))))
            elif first:
                begin.append(first)
            else:
                ending.append(last)
        left_out = [each[1:] for each in written if each.startswith("!")]
        return cls(
            whole=frozenset(whole),
            begin=tuple(begin),
            ending=tuple(ending),
            both=tuple(both),
            but=cls.of(left_out) if left_out else None,
        )

    @property
    def is_open(self) -> bool:
        """Whether it stands for more words than it names."""
        return bool(self.begin or self.ending or self.both or self.others)

    def has(self, word: str) -> bool:
        if word in self.whole:
            return True
        if self.others and any(each.has(word) for each in self.others):
            return True
        if self.but is not None and self.but.has(word):
            return False
        if (self.begin and word.startswith(self.begin)) or (self.ending and word.endswith(self.ending)):
            return True
        return any(
            word.startswith(begin) and word.endswith(endings, len(begin))
            for beginnings, endings in self.both
            if word.endswith(endings)
            for begin in beginnings
        )


def _endings_written_out(written: Iterable[str]) -> Iterator[str]:
    """Words in small letters; one that ends in `%` or `_` once for each ending."""
    for word in written:
        low = word.lower().replace("ё", "е")
        endings = {"%": _PAST, "_": _SHORT}.get(low[-1:])
        yield from (low[:-1] + ending for ending in endings) if endings else (low,)


class Vocabulary:
    """All sets of words that the patterns of a language name, a bit for each, so that a text's word is looked up once.

    >>> vocabulary = Vocabulary({"organ": Words.of(["army", "officer*"])})
    >>> vocabulary.mask("officers") == vocabulary.bits["organ"], vocabulary.mask("sheep")
    (True, 0)
    """

    __slots__ = ("_by_word", "_cached", "_numbers", "_open", "bits", "visited")

    def __init__(self, lists: Mapping[str, Words]) -> None:
        self._numbers: dict[Words, int] = {}
        self._by_word: dict[str, int] = {}
        self._open: list[tuple[Words, int]] = []
        self._cached: dict[str, int] = {}
        self.visited: dict[str, tuple[str, bool, bool, int, bool]] = {}
        """A word as written → what `spelling` gives."""
        self.bits = {name: self.bit(words) for name, words in lists.items()}

    def bit(self, words: Words) -> int:
        """The bit of a set of words, which is taken in if it is new."""
        number = self._numbers.get(words)
        if number is None:
            number = self._numbers[words] = 1 << len(self._numbers)
            for word in words.whole:
                self._by_word[word] = self._by_word.get(word, 0) | number
            if words.is_open:
                self._open.append((words, number))
            self._cached.clear()
            self.visited.clear()
        return number

    def spelling(self, word: str) -> tuple[str, bool, bool, int, bool]:
        """Of a word as written: without capitals, whether it is none of the signs, begins with a capital, its bits,
        and whether an apostrophe joins two words in it."""
        is_word = word[0].isalnum()
        low = word.lower().replace("ё", "е").replace("’", "'") if is_word else word
        if len(self.visited) >= _MOST_KEPT:
            self.visited.clear()
        self.visited[word] = low, is_word, word[0].isupper(), self.mask(low), is_word and "'" in low
        return self.visited[word]

    def mask(self, word: str) -> int:
        """The bits of all sets that hold a word."""
        mask = self._cached.get(word)
        if mask is None:
            mask = self._by_word.get(word, 0)
            for words, bit in self._open:
                if words.has(word):
                    mask |= bit
            if len(self._cached) >= _MOST_KEPT:
                self._cached.clear()
            self._cached[word] = mask
        return mask


_NO_WORDS: Final = Vocabulary({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One place of a pattern. words: what may stand there, with its bit; mark: a class; gap: how many others may.
    is_phrase: whether a gap holds no verb of its own."""

    words: Words | None = None
    bit: int = 0
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
    required: int = 0
    """Bits that the words of a clause must have among them."""
    marks: tuple[str, ...] = ()
    """Classes of which it must have a run."""
    is_at_start: bool = False
    next_bit: int = 0
    """The bit of its second word, where that must follow at once: most patterns fail there."""

    @property
    def first(self) -> Element:
        return next(each for each in self.elements if not each.edge)


def read_pattern(written: str, lists: Mapping[str, Words], vocabulary: Vocabulary) -> Pattern:
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
                words = _either(core.split("|"), lists)
                elements.append(Element(words=words, bit=vocabulary.bit(words), is_optional=is_optional))
    firsts = [each for each in elements if not each.edge]
    if not firsts or firsts[0].gap or firsts[0].is_optional:
        raise ValueError(f"a pattern begins with a word: {written}")
    required = 0
    for each in elements:
        required |= 0 if each.is_optional else each.bit
    marks = tuple(each.mark for each in elements if each.mark and not each.is_optional)
    is_plain = len(elements) > 1 and bool(elements[0].bit) and not elements[1].is_optional
    return Pattern(
        written=written,
        elements=tuple(elements),
        required=required,
        marks=marks,
        is_at_start=elements[0].edge == "^",
        next_bit=elements[1].bit if is_plain else 0,
    )


def _either(parts: Sequence[str], lists: Mapping[str, Words]) -> Words:
    named = [lists[part.strip("{}")] for part in parts if part.startswith("{")]
    written = Words.of([part for part in parts if not part.startswith("{")])
    joined = [each for each in (written, *named) if each.but is None]
    apart = [each for each in named if each.but is not None]
    return Words(
        whole=frozenset().union(*(each.whole for each in (*joined, *apart))),
        begin=tuple(beginning for each in joined for beginning in each.begin),
        ending=tuple(ending for each in joined for ending in each.ending),
        both=tuple(pair for each in joined for pair in each.both),
        others=tuple(apart),
    )


@dataclass(slots=True, kw_only=True)
class Clause:
    """A clause made ready for matching. tokens: its words alone; signs: indices before which a comma stands. runs:
    class → index of the first word → index after the last; names: index of the first word → what the run names."""

    tokens: list[Token]
    commas: frozenset[int] = frozenset()
    runs: dict[str, dict[int, int]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    stop: int
    """The bit of words where a phrase ends."""
    present: int = 0
    """The bits of all its words."""

    def match(self, pattern: Pattern, at: int) -> int | None:
        """Where the match of a pattern that begins at a word ends; None where it does not match. A gap crosses no
        comma."""
        if pattern.required & ~self.present:
            return None
        for mark in pattern.marks:
            if mark not in self.runs:
                return None
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
            else:
                if at >= len(tokens):
                    step = None
                elif element.bit:
                    step = at + 1 if element.bit & tokens[at].mask else None
                else:
                    step = self.runs.get(element.mark, _NO_RUNS).get(at)
                if element.is_optional:
                    if step is not None:
                        end = self._match(elements, index + 1, step)
                        if end is not None:
                            return end
                elif step is None:
                    return None
                else:
                    at = step
            index += 1
        return at

    def _after_gap(self, elements: tuple[Element, ...], index: int, at: int) -> int | None:
        gap = elements[index]
        following = elements[index + 1] if index + 1 < len(elements) else None
        plain = following.bit if following is not None and not following.is_optional else 0
        for skipped in range(gap.gap + 1):
            if skipped and at + skipped in self.commas:
                return None
            if at + skipped >= len(self.tokens):
                return self._match(elements, index + 1, at + skipped)
            mask = self.tokens[at + skipped].mask
            if not plain or plain & mask:
                end = self._match(elements, index + 1, at + skipped)
                if end is not None:
                    return end
            if gap.is_phrase and self.stop & mask:
                return None
        return None
