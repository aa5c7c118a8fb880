"""Words → whether they name a device or a post of the register, under whatever name it has, as their reader sees them.

Read like the guard on persons (`never_here_text`): without what hides letters, small, without accents, letters that
look alike as one; numbers without leading zeros, without a word for *number* before them, and those up to ten that are
written as a word or in Roman letters. What is no name in the register, this cannot see: a description, a nickname, a
misspelling, a language in which the device has no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from trucewatch.model.never_here_text import looks, plain_text
from trucewatch.model.zone import Sensor

_WORD: Final = re.compile(r"[^\W\d_]+|\d+")
_IN_BRACKETS: Final = re.compile(r"\([^()]{0,200}\)|\[[^\[\]]{0,200}\]")
_IN_QUOTES: Final = re.compile(r"[«„“”\"‘‚'‹]([^«»„“”\"‘’‚'‹›]{3,100})[»“”\"’'›]")
_TURNED: Final = ("\u202d", "\u202e")
_MOST_ENDING: Final = 5
"""Letters that a language hangs on a word beside those that it changes."""
_SIGNS: Final = frozenset(map(looks, ("no", "nos", "nr", "n", "num", "nolu", "saylı", "թիվ", "համար", "համարի")))
_BEGUN_SIGNS: Final = tuple(map(looks, ("number", "номер", "nömrə", "numara")))
"""Words for *number* before a number: whole ones, and such that take endings."""
_UP_TO_TEN: Final = (
    "one two three four five six seven eight nine ten",
    "один два три четыре пять шесть семь восемь девять десять",
    "մեկ երկու երեք չորս հինգ վեց յոթ ութ ինը տասը",
    "bir iki üç dörd beş - yeddi səkkiz doqquz -",
    "bir iki üç dört beş - yedi sekiz dokuz -",
)
"""Without *altı* and *on*, which are words for *below* and in English for a place."""
_NUMBERS: Final = {looks(word): str(at) for words in _UP_TO_TEN for at, word in enumerate(words.split(), 1)}
_ROMAN: Final = {
    word: str(at) for at, word in enumerate(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"), 1)
}
_CLOSES: Final = re.compile(r"[ \t]*(?:[\n.,;:!?)\]»”\"'’…]|\Z)")


class DeviceNames:
    """The names of devices: ids, names in every language that the register has, and further names of delivery."""

    def __init__(self, sensors: Iterable[Sensor]) -> None:
        every = tuple(sensors)
        self._phrases = _phrases(_names(every))
        self._whole = {"".join(phrase) for phrase in self._phrases | _phrases(_ids(every))}
        self._longest = max(map(len, self._whole), default=0)

    def are_in(self, text: str) -> bool:
        """Whether a text names one: as whole words, whatever stands between them, joined or with an ending."""
        ways = [text, text[::-1]] if any(mark in text for mark in _TURNED) else [text]
        return any(self._are_among(words) for way in ways for words in _readings(way))

    def _are_among(self, words: list[str]) -> bool:
        for at in range(len(words)):
            joined = ""
            for word in words[at:]:
                joined += word
                if len(joined) > self._longest:
                    break
                if joined in self._whole:
                    return True
            if any(_is_ended(phrase, words[at : at + len(phrase)]) for phrase in self._phrases):
                return True
        return False


def _ids(sensors: Iterable[Sensor]) -> Iterator[str]:
    """What devices are called where they are delivered: no word of a language, so without endings."""
    for sensor in sensors:
        yield sensor.id
        for name in sensor.also:
            yield from (name, name.rpartition(":")[2])


def _names(sensors: Iterable[Sensor]) -> Iterator[str]:
    """Each name of a device: whole, without what stands in brackets, and what stands in quotes alone."""
    for name in (name for sensor in sensors for name in sensor.names.values()):
        yield name
        yield _IN_BRACKETS.sub(" ", name)
        yield from _IN_QUOTES.findall(name)


def _phrases(forms: Iterable[str]) -> set[tuple[str, ...]]:
    every = {tuple(words) for form in forms for words in _readings(form)}
    return {phrase for phrase in every if not _stands_anywhere(phrase)}


def _readings(text: str) -> tuple[list[str], ...]:
    """The words of a text as they are written, and with its numbers as digits right behind what they number."""
    return _without_zeros(_WORD.findall(looks(plain_text(text)))), _without_zeros(_numbered(text))


def _without_zeros(words: list[str]) -> list[str]:
    return [word.lstrip("0") or "0" if word.isdigit() else word for word in words]


def _numbered(text: str) -> list[str]:
    """A number in words or Roman letters is one behind a word of two letters, joined to it, after a word for *number*,
    of two Roman letters, or where a part of the sentence ends: not in *the post I saw*, *at this point two rounds*."""
    plain = plain_text(text.replace("№", " no "))
    matches = list(_WORD.finditer(plain))
    words: list[str] = []
    before = ""
    for at, match in enumerate(matches):
        word, after = looks(match[0]), matches[at + 1][0] if at + 1 < len(matches) else ""
        numbers = before[:1].isalpha() and _is_sign(word) and (after.isdigit() or _number_of(after))
        if not numbers:
            number = _number_of(match[0])
            gap = plain[matches[at - 1].end() : match.start()] if at else ""
            is_sure = _is_sign(before) or gap == "-" or (len(word) > 1 and word in _ROMAN)
            ends = not gap.strip(" («“„\"'") and _CLOSES.match(plain, match.end())
            words += [number] if number and len(before) > 1 and (is_sure or ends) else _WORD.findall(word)
        before = word
    return words


def _is_sign(word: str) -> bool:
    return word in _SIGNS or word.startswith(_BEGUN_SIGNS)


def _number_of(typed: str) -> str:
    """The digits of a number up to ten that is written as a word or in Roman capitals; "" for every other word."""
    return _NUMBERS.get(looks(typed), "") or (_ROMAN.get(looks(typed), "") if typed.isupper() else "")


def _stands_anywhere(phrase: tuple[str, ...]) -> bool:
    """Whether any text has these: nothing, one letter, or numbers alone."""
    return not phrase or all(word.isdigit() for word in phrase) or (len(phrase) == 1 and len(phrase[0]) < 2)


def _is_ended(phrase: tuple[str, ...], words: list[str]) -> bool:
    """Whether words are those of a name, each with another ending. Of one short word no ending is read."""
    if len(words) != len(phrase) or (len(phrase) == 1 and len(phrase[0]) < 5):
        return False
    changed = 1 if len(phrase) == 1 else 2
    return all(_has_ending(word, there, changed) for word, there in zip(phrase, words, strict=True))


def _has_ending(word: str, there: str, changed: int) -> bool:
    if word.isdigit() or len(word) < 3:
        return word == there
    stem = word[: -min(changed, max(len(word) - 4, 0)) or None]
    return there.startswith(stem) and len(there) <= len(word) + _MOST_ENDING
