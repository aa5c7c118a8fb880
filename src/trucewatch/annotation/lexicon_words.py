"""The general words of ceasefire agreements in each language: `lexicons/LANG.toml`, to be read and argued with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from trucewatch.model.statements import LANGUAGES

YIELDS_TO: Final[Mapping[str, tuple[str, ...]]] = {
    "heavy_weapons": ("weapons_storage", "weapons_withdrawal", "ceasefire", "convoys", "road_access"),
    "humanitarian_aid": ("convoys", "jamming"),
}
"""Guns that are counted in a store, fire, or lie on a lorry are not spoken of as guns where none may be; a convoy with
medicine is spoken of for the convoy."""
NAMES_YIELD_TO: Final[Mapping[str, tuple[str, ...]]] = {"road_access": ("convoys",)}
"""A convoy on a road is spoken of for the convoy, unless the road's being open is said in so many words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LexiconWords:
    """Patterns of one language; what each list is for is told in its file.

    topics: topic → patterns. beside: topic → words that speak of it only beside a name that a watch has for a part of
    it ("forty pieces" beside the name of a store), or in answer to a question about it. ordinals, cardinals: at place n
    how the number n + 1 is spelled. foreign: what makes a number that of another document. yields_to, names_yield_to:
    topic → topics in whose presence its general words, or a watch's own names for it, speak of those. months: of the
    year, as they stand beside a day. closing: what leaves no room for an answer in a few words. own: "ours", which
    stands for what an answer was asked of.
    """

    topics: Mapping[str, tuple[str, ...]]
    beside: Mapping[str, tuple[str, ...]]
    notes: Mapping[str, str]
    yields_to: Mapping[str, tuple[str, ...]]
    names_yield_to: Mapping[str, tuple[str, ...]]
    clause_nouns: tuple[str, ...]
    ordinals: tuple[tuple[str, ...], ...]
    cardinals: tuple[tuple[str, ...], ...]
    foreign: tuple[str, ...]
    instrument_nouns: tuple[str, ...]
    instrument_words: tuple[str, ...]
    months: tuple[str, ...]
    reaffirmation: tuple[str, ...]
    questioning: tuple[str, ...]
    negations: tuple[str, ...]
    initiative: tuple[str, ...]
    proposal: tuple[str, ...]
    closing: tuple[str, ...]
    own: tuple[str, ...]


@lru_cache(maxsize=len(LANGUAGES))
def lexicon_words(language: str) -> LexiconWords:
    """The words of one of the LANGUAGES, as they come with the program."""
    if language not in LANGUAGES:
        raise ValueError(f"no lexicon of {language!r}")
    folder = files("trucewatch.annotation").joinpath("lexicons")
    read: dict[str, Any] = tomllib.loads(folder.joinpath(f"{language}.toml").read_text("utf-8"))
    return LexiconWords(
        topics={topic: tuple(row["words"]) for topic, row in read["topic"].items()},
        beside={topic: tuple(row["beside"]) for topic, row in read["topic"].items() if "beside" in row},
        notes={topic: row["note"] for topic, row in read["topic"].items()},
        yields_to=YIELDS_TO,
        names_yield_to=NAMES_YIELD_TO,
        clause_nouns=tuple(read["clause"]["nouns"]),
        ordinals=_numbers(read["clause"]["ordinals"]),
        cardinals=_numbers(read["clause"]["cardinals"]),
        foreign=tuple(read["clause"]["foreign"]),
        instrument_nouns=tuple(read["instrument"]["nouns"]),
        instrument_words=tuple(read["instrument"]["words"]),
        months=tuple(read["instrument"]["months"].split()),
        reaffirmation=tuple(read["reaffirmation"]["words"]),
        questioning=tuple(read["questioning"]["words"]),
        negations=tuple(read["reaffirmation"]["negations"]),
        initiative=tuple(read["initiative"]["words"]),
        proposal=tuple(read["proposal"]["words"]),
        closing=tuple(read["answer"]["closing"]),
        own=tuple(read["answer"]["own"]),
    )


def _numbers(words: str) -> tuple[tuple[str, ...], ...]:
    """ "first second/2nd third" → the ways to write each number, from one."""
    return tuple(tuple(word.replace("_", " ") for word in each.split("/")) for each in words.split())
