"""Patterns of words, compiled for many at once, and where a text has them.

A pattern is words as `model.lexicon` says: `*` at a word's end for any ending, `...` between words for up to six other
words of the same sentence. Spelling is kept, capitals are not: what one letter more or less would change is written
out. Letters that capitals confuse are one (I, i, İ, ı), and so are ё and е, ß and ss, և and եւ.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Generic, NamedTuple, TypeVar

from trucewatch.messages import Message

K = TypeVar("K", bound=Hashable)

JOINED, PAUSED, ENDED = 0, 1, 2
"""How a word follows the one before it: at once, after a comma or the like, in a new sentence."""
WIDEST_GAP: Final = 6
"""Words that `...` may stand for."""
SHORTEST_STEM: Final = 2
"""Letters before `*` in the first word: with one, a pattern would be tried at every third word."""
_BEGINNING: Final = 3
"""Letters of a pattern's second word by which most patterns are known to stand nowhere in a paragraph."""
_MOST_KEPT = 50_000
"""Spellings whose patterns are remembered; a text from outside can hold any number of them."""

# A word is letters and digits with the marks that stand within it: accents as characters of their own, soft hyphens,
# invisible joiners, and the Armenian marks of stress, exclamation and question, which are set on a vowel.
_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff\u055b\u055c\u055e"
_WORD: Final = re.compile(rf"[^\W_][^\W_{_MARKS}]*(?:[{_MARKS}]+[^\W_{_MARKS}]*)*")
_NOT_SPELT: Final = re.compile(f"[{_MARKS}]")
_SAME_LETTERS: Final = str.maketrans({"ı": "i", "ё": "е", "ʼ": "", "ʻ": ""})
_PAUSES: Final = frozenset(",;:()[]{}–—―՝•·/|")
_ENDS: Final = frozenset("!?։…")
_DOTS: Final = re.compile(r"\.{2,}|…")


class Word(NamedTuple):
    """A word of a text, [start, end) in its characters. follows: JOINED, PAUSED or ENDED; `spelt`: as it is
    compared."""

    start: int
    end: int
    spelt: str
    follows: int


@lru_cache(maxsize=65536)
def spelt(word: str) -> str:
    """The word as it is compared with others.

    >>> spelt("İRƏVAN"), spelt("Straße"), spelt("Երևան") == spelt("ԵՐԵՒԱՆ")
    ('irəvan', 'strasse', True)
    """
    if word.isascii():
        return word.lower()
    bare = unicodedata.normalize("NFC", word).casefold()
    return _NOT_SPELT.sub("", bare).translate(_SAME_LETTERS)


def words_of(text: str) -> list[Word]:
    """The words of a text, in order, with the place of each.

    >>> [word.spelt for word in words_of("L'accord du 9\u202fnovembre, 9-cu bənd.")]
    ['l', 'accord', 'du', '9', 'novembre', '9', 'cu', 'bənd']
    """
    words: list[Word] = []
    before, before_end = "", 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        written = match[0]
        follows = ENDED
        if words:
            between = text[before_end:start]
            follows = JOINED if between == " " else _follows(before, between, written)
        words.append(Word(start, end, spelt(written), follows))
        before, before_end = written, end
    return words


def _follows(before: str, between: str, word: str) -> int:
    """How a word follows another, by what stands between them."""
    if not _ENDS.isdisjoint(between):
        return ENDED
    if ":" in between and "\u0531" <= before[-1] <= "\u0587" and not between.endswith(":"):
        return ENDED  # many Armenian texts are typed with a colon for the full stop
    dot = between.find(".")
    if dot >= 0 and any(each.isspace() for each in between[dot:]):
        if before.isdecimal():
            # "9. madde" and "9. November" are numbers in order; "in 2020. The" ends a sentence.
            return JOINED if len(before) <= 2 else ENDED
        if len(before) == 1 or (len(before) <= 3 and word[0].isdecimal()):
            return JOINED  # "г. Ереван", "Art. 9", "Nr. 9"
        return PAUSED if word[0].islower() else ENDED
    return JOINED if _PAUSES.isdisjoint(between) else PAUSED


class _Step(NamedTuple):
    """One word of a pattern: how it begins, whether any ending will do, how far it may be from the one before."""

    stem: str
    is_open: bool
    reach: int
    follows: int


@dataclass(frozen=True, slots=True)
class Match(Generic[K]):
    """Where a pattern stands: [start, end) in the characters of the text, first and last word by number."""

    key: K
    pattern: str
    start: int
    end: int
    first: int
    last: int


class _Pattern(NamedTuple, Generic[K]):
    """second: how its second word begins, in at most _BEGINNING letters; "" for a pattern of one word."""

    key: K
    written: str
    steps: tuple[_Step, ...]
    second: str


def trouble_of(pattern: str) -> Message | None:
    """Why these words are no pattern; None for one that is.

    >>> print(trouble_of("* road"))
    * stands alone
    """
    parts = _DOTS.sub(" ... ", pattern).split()
    if not parts or not _WORD.search(pattern):
        return Message("has no words")
    if parts[0] == "..." or parts[-1] == "...":
        return Message("begins or ends with ...")
    for index, part in enumerate(parts):
        if part == "...":
            if parts[index - 1] == "...":
                return Message("has ... twice in a row")
            continue
        if part.strip("*") == "":
            return Message("* stands alone")
        if "*" in part[:-1]:
            return Message("has * before the end of a word")
        if part.endswith("*"):
            stems = words_of(part)
            if not stems or not part[:-1].endswith(part[stems[-1].start : stems[-1].end]):
                return Message("* stands alone")
            if index == 0 and len(stems[-1].spelt) < SHORTEST_STEM:
                return Message("has fewer than {count} letters before *", count=SHORTEST_STEM)
        elif not _WORD.search(part):
            return Message("has a piece without letters: {piece}", piece=part[:20])
    return None


def _steps_of(pattern: str) -> tuple[_Step, ...]:
    steps: list[_Step] = []
    for number, stretch in enumerate(_DOTS.split(pattern)):
        for index, word in enumerate(words_of(stretch)):
            is_gap = number > 0 and index == 0
            is_open = stretch[word.end : word.end + 1] == "*"
            reach = WIDEST_GAP + 1 if is_gap else 1
            follows = PAUSED if is_gap or (index and word.follows == PAUSED) else JOINED
            steps.append(_Step(word.spelt, is_open, reach, follows))
    return tuple(steps)


def meaning_of(pattern: str) -> tuple[tuple[object, ...], ...]:
    """What a pattern comes to: two with the same match the same words.

    >>> meaning_of("The  Accord") == meaning_of("the accord"), meaning_of("accord") == meaning_of("accord*")
    (True, False)
    """
    return tuple(tuple(step) for step in _steps_of(pattern))


class Patterns(Generic[K]):
    """Many patterns, each with what it stands for; made once, asked for every text.

    Raises ValueError for a pattern that is none (`trouble_of`). Time grows with the text, not with the number of
    patterns: each word asks only for the patterns that begin with it.

    >>> road = Patterns([("road", "bridge* ... road*")])
    >>> [(match.key, match.start, match.end) for match in road.find(words_of("Bridges of the old road."))]
    [('road', 0, 23)]
    """

    __slots__ = ("_beginning", "_lengths", "_opening", "_stored")

    def __init__(self, pairs: Iterable[tuple[K, str]]) -> None:
        whole: dict[str, list[_Pattern[K]]] = defaultdict(list)
        opening: dict[str, list[_Pattern[K]]] = defaultdict(list)
        for key, written in dict.fromkeys(pairs):
            if trouble_of(written) is not None:
                raise ValueError(f"no pattern: {written!r}")
            steps = _steps_of(written)
            second = steps[1].stem[:_BEGINNING] if len(steps) > 1 else ""
            pattern = _Pattern(key, written, steps, second)
            (opening if pattern.steps[0].is_open else whole)[pattern.steps[0].stem].append(pattern)
        self._beginning = dict(whole)
        self._opening = dict(opening)
        self._lengths = tuple(sorted({len(stem) for stem in opening}))
        self._stored: dict[str, tuple[_Pattern[K], ...]] = {}

    def find(self, words: Sequence[Word]) -> list[Match[K]]:
        """Every match, in the order of its first word; of one pattern at one word the shortest."""
        matches: list[Match[K]] = []
        stored = self._stored
        beginnings = {word.spelt[:length] for word in words for length in range(1, _BEGINNING + 1)}
        for number, word in enumerate(words):
            patterns = stored.get(word.spelt)
            if patterns is None:
                patterns = self._starting(word.spelt)
            for pattern in patterns:
                if not pattern.second:
                    last: int | None = number
                elif pattern.second in beginnings:
                    last = _last(pattern.steps, words, number)
                else:
                    continue
                if last is not None:
                    match = Match(pattern.key, pattern.written, word.start, words[last].end, number, last)
                    matches.append(match)
        return matches

    def _starting(self, word: str) -> tuple[_Pattern[K], ...]:
        patterns = list(self._beginning.get(word, ()))
        for length in self._lengths:
            if length > len(word):
                break
            patterns += self._opening.get(word[:length], ())
        if len(self._stored) >= _MOST_KEPT:
            self._stored.clear()
        self._stored[word] = tuple(patterns)
        return self._stored[word]


def _last(steps: tuple[_Step, ...], words: Sequence[Word], first: int) -> int | None:
    """The number of the word that ends the shortest match from there."""
    reached = [first]
    count = len(words)
    for stem, is_open, reach, widest in steps[1:]:
        further: list[int] = []
        for place in reached:
            for index in range(place + 1, min(place + 1 + reach, count)):
                _, _, spelling, follows = words[index]
                if follows > widest:
                    break
                if (spelling.startswith(stem) if is_open else spelling == stem) and index not in further:
                    further.append(index)
        if not further:
            return None
        reached = further
    return min(reached)
