"""Words → whether they name a device or a post of the register, under whatever name it has, as their reader sees them.

Read like the guard on persons (`never_here_text`): without what hides letters, small, without accents, letters that
look alike as one. What is no name in the register, this cannot see: a description, a nickname, a misspelling, a
language in which the device has no name.
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
        return any(self._are_among(_words(way)) for way in ways)

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
    return {phrase for phrase in map(tuple, map(_words, forms)) if not _stands_anywhere(phrase)}


def _words(text: str) -> list[str]:
    return _WORD.findall(looks(plain_text(text)))


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
