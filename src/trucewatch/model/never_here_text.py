"""A text as the guard reads it: without what hides letters from a reader → words, and where names of people stand.

All work is in proportion to the length of the text: one pass over its characters, one over its words.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from trucewatch.model.never_here_words import (
    GIVEN_NAMES,
    NAME_ENDINGS,
    NO_NAMES,
    OF_PLACES,
    PATRONYMICS,
    PLACE_BEFORE,
    Words,
)

_LOOKS: Final = str.maketrans(
    "авекмнорстухіјѕԁһԛԝьгі" + "αβεικνορτυχ" + "օսհոցզ" + "ıəøłđ",
    "abekmhopctyxijsdhqwbri" + "abeikvoptux" + "ouhngq" + "ieold",
)
"""Letters of other scripts, and of ours, that look alike: each as the Latin one."""
_CAPITALS: Final = str.maketrans("АВЕКМНОРСТУХІЈЅԌԚԜՕՍԼՏՀΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEKMHOPCTYXIJSGQWOULSHABEZHIKMNOPTYX")
_JSON_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_SPACED_OUT: Final = re.compile(r"(?<![^\W_])(?:[^\W_][ \u2009]){3,60}[^\W_](?![^\W_])")
_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_IN_A_NAME: Final = re.compile(r"[\s.,;|\"'’ʼ‑\t-]{1,4}")
_CELL_ENDS: Final = re.compile(r"[;|\t]")
_LONGEST_NAME: Final = 40
NO_NAME, MAY_BE_NAME, IS_NAME = 0, 1, 2


def plain_text(text: str) -> str:
    """A text with the letters that its reader sees: no entities, escapes, full width or invisible characters, ASCII
    digits, no letters spaced out.

    >>> plain_text("b&#111;rn １９\\u200b61"), plain_text("b o r n 1961")
    ('born 1961', 'born 1961')
    """
    if "&" in text:
        for _ in range(2):
            text = _unescaped(text)
    if "\\u" in text:
        text = _JSON_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if text.isascii():
        return _SPACED_OUT.sub(_closed, text)
    text = unicodedata.normalize("NFKC", text)
    every = set(text)
    table: dict[int, str | None] = {}
    for char in every:
        category = unicodedata.category(char)
        if category in ("Cf", "Cs", "Co") or char in _UNSEEN:
            table[ord(char)] = None
        elif category == "Nd" and not char.isascii():
            table[ord(char)] = str(unicodedata.digit(char))
        elif category == "Zs":
            table[ord(char)] = " "
        elif category == "Pd":
            table[ord(char)] = "-"
    return _SPACED_OUT.sub(_closed, text.translate(table))


_UNSEEN: Final = frozenset("\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5" + "".join(map(chr, range(0xFE00, 0xFE10))))


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a number of thousands of digits
        return text


def _closed(match: re.Match[str]) -> str:
    return match[0].replace(" ", "").replace("\u2009", "")


def looks(word: str) -> str:
    """A word as it is compared: small, without accents, letters that look alike as one.

    >>> looks("Doğumlu"), looks("bоrn") == looks("born")
    ('dogumlu', True)
    """
    if word.isascii():
        return word.lower()
    folded = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in folded if not unicodedata.combining(char)).translate(_LOOKS)


def latin_capitals(text: str) -> str:
    """A text whose capitals that look Latin are: of the same length, for numbers with letters before them."""
    return text if text.isascii() else text.translate(_CAPITALS)


class Vocabulary:
    """Words of one table, found in a text's words."""

    def __init__(self, words: Words, extra: Iterable[str] = ()) -> None:
        self._exact: dict[str, list[tuple[str, ...]]] = {}
        self._begun: dict[str, list[tuple[str, ...]]] = {}
        for phrase in (*(phrase for each in words.values() for phrase in each), *extra):
            first, *others = (looks(part.rstrip("*")) + ("*" if part.endswith("*") else "") for part in phrase.split())
            table = self._begun if first.endswith("*") else self._exact
            table.setdefault(first.rstrip("*"), []).append(tuple(others))
        self._lengths = sorted({len(first) for first in self._begun})

    def found_in(self, words: list[str]) -> list[tuple[int, int]]:
        """Where its words stand: the first word and the one after the last."""
        places = []
        for at, word in enumerate(words):
            ends = [len(others) for others in self._exact.get(word, ()) if _follows(words, at + 1, others)]
            for length in self._lengths:
                if length > len(word):
                    break
                begun = self._begun.get(word[:length], ())
                ends += [len(others) for others in begun if _follows(words, at + 1, others)]
            if ends:
                places.append((at, at + 1 + max(ends)))
        return places


def _follows(words: list[str], at: int, others: tuple[str, ...]) -> bool:
    if at + len(others) > len(words):
        return False
    return all(
        words[at + step].startswith(other[:-1]) if other.endswith("*") else words[at + step] == other
        for step, other in enumerate(others)
    )


_NO_NAMES: Final = frozenset(map(looks, NO_NAMES))
_PLACE_BEFORE: Final = frozenset(map(looks, PLACE_BEFORE))
_GIVEN: Final = frozenset(looks(name) for names in GIVEN_NAMES.values() for name in names)
_ENDINGS: Final = tuple(map(looks, NAME_ENDINGS))
_FATHERS: Final = tuple(map(looks, PATRONYMICS))


@lru_cache(maxsize=20_000)
def _ends_as_name(word: str) -> bool:
    return len(word) > 4 and word.endswith(_ENDINGS)


@lru_cache(maxsize=20_000)
def _is_patronymic(word: str) -> bool:
    return (len(word) > 6 and word.endswith(_FATHERS)) or word in _FATHERS[:8]


class Reading:
    """The words of a plain text. words: as they are compared; starts, ends: where each stands; names: of each, whether
    it is part of a person's name (NO_NAME, MAY_BE_NAME, IS_NAME)."""

    def __init__(self, plain: str) -> None:
        self.plain = plain
        matches = list(_WORD.finditer(plain))
        self.typed = [match[0] for match in matches]
        self.starts = [match.start() for match in matches]
        self.ends = [match.end() for match in matches]
        self.words = [_looks_cached(word) for word in self.typed]
        letters = [word for word in self.typed if word.isalpha() and len(word) > 1]
        self.is_shouted = len(letters) > 3 and sum(word.isupper() for word in letters) * 10 > len(letters) * 7
        self.names = [NO_NAME] * len(self.words)
        self._mark_names()

    def gap(self, at: int) -> str:
        """What stands between a word and the next."""
        return self.plain[self.ends[at] : self.starts[at + 1]] if at + 1 < len(self.words) else ""

    def name_near(self, first: int, last: int, *, within: int, least: int = MAY_BE_NAME) -> bool:
        """Whether a name stands so many words before or after the words from first to last."""
        before, after = self.names[max(first - within, 0) : first], self.names[last : last + within]
        return any(strength >= least for strength in (*before, *after))

    def _is_name_word(self, at: int) -> bool:
        typed, word = self.typed[at], self.words[at]
        if not typed[0].isupper() or not typed.isalpha() or len(typed) > _LONGEST_NAME or word in _NO_NAMES:
            return False
        return self.is_shouted or not (typed.isupper() and 1 < len(typed) < 4)

    def _mark_names(self) -> None:
        at = 0
        while at < len(self.words):
            if _is_patronymic(self.words[at]):
                self.names[at] = IS_NAME
            if not self._is_name_word(at):
                at += 1
                continue
            end = at + 1
            while end < len(self.words) and end - at < 6 and self._is_name_word(end):
                if not _IN_A_NAME.fullmatch(self.gap(end - 1)):
                    break
                end += 1
            self._mark_run(at, end)
            at = end

    def _mark_run(self, first: int, end: int) -> None:
        run = self.words[first:end]
        if len(run) < 2 or max(map(len, run)) < 3:
            return
        is_known = any(_ends_as_name(word) or word in _GIVEN or _is_patronymic(word) for word in run)
        has_initial = any(len(word) == 1 and self.gap(first + at).startswith(".") for at, word in enumerate(run))
        before = self.words[first - 1] if first and "\n" not in self.gap(first - 1) else ""
        beside = {before, self.words[end] if end < len(self.words) else ""}
        is_place = bool(beside & _OF_PLACES)
        if is_place and not any(map(_is_patronymic, run)):
            return
        if is_known or (has_initial and any(_ends_as_name(word) for word in run)):
            strength = IS_NAME
        elif before in _PLACE_BEFORE or (self.is_shouted and len(run) > 3):
            return  # where all is in capitals, a long run of them is a sentence
        else:
            strength = MAY_BE_NAME
        self.names[first:end] = [max(strength, each) for each in self.names[first:end]]


_OF_PLACES: Final = frozenset(map(looks, OF_PLACES))
"""Beside capitalised words: a place that has its name from somebody."""


@lru_cache(maxsize=50_000)
def _looks_cached(word: str) -> str:
    return looks(word)


def is_surname(word: str) -> bool:
    """Whether a word, in small letters too, ends as names of people do."""
    return len(word) > 5 and _ends_as_name(word)


def vocabularies(tables: Mapping[str, Words]) -> dict[str, Vocabulary]:
    return {name: Vocabulary(words) for name, words in tables.items()}


def cell_ends_after(reading: Reading, at: int) -> bool:
    """Whether a cell of a table ends behind a word."""
    return bool(_CELL_ENDS.search(reading.gap(at)))
