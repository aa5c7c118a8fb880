"""The words by which rows of letters are proposed, in all languages at once: kinds, places, numbers, heads."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from trucewatch.model.observation import KINDS

_HEADS: Final = ("no", "day", "clock", "where", "what", "count")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWords:
    """kind_of: beginning of a word → kind; heads: word at the head of a column → which column it is."""

    kinds: re.Pattern[str]
    kind_of: Mapping[str, str]
    near: re.Pattern[str]
    numbers: Mapping[str, int]
    about: frozenset[str]
    at_least: frozenset[str]
    days: re.Pattern[str]
    salutation: re.Pattern[str]
    closing: re.Pattern[str]
    heads: Mapping[str, str]

    def kind_in(self, text: str) -> tuple[str, int]:
        """The kind that the first such word of a text stands for, and where it begins; "" and -1 for none."""
        match = self.kinds.search(text)
        return (self.kind_of[match[0]], match.start()) if match else ("", -1)


@cache
def letter_words() -> LetterWords:
    """The words of all languages; a text is compared in small letters."""
    tables: list[Mapping[str, Any]] = [
        *tomllib.loads(files("trucewatch.sources").joinpath("letter_words.toml").read_text("utf-8")).values()
    ]

    def all_of(name: str) -> list[str]:
        return [word for table in tables for word in table.get(name, ())]

    kind_of = {word: kind for kind in KINDS for word in all_of(kind)}
    return LetterWords(
        kinds=re.compile(rf"(?<!\w)(?:{_either(kind_of)})"),
        kind_of=kind_of,
        near=re.compile(rf"(?<!\w)(?:{_either(all_of('near'))})\s+", re.IGNORECASE),
        numbers={word: number for table in tables for word, number in table["numbers"].items()},
        about=frozenset(all_of("about")),
        at_least=frozenset(all_of("at_least")),
        days=re.compile(rf"(?<!\w)(?:{_either(all_of('days'))})(?!\w)"),
        salutation=re.compile(rf"\s*(?:{_either(all_of('salutation'))})"),
        closing=re.compile(rf"\s*(?:{_either(all_of('closing'))})"),
        heads={word: column for column in _HEADS for word in all_of(f"heads_{column}")},
    )


def _either(words: Iterable[str]) -> str:
    """The longest first, so that "fire from" is found before "fire"."""
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))
