"""Spellings of places → the longest that stands at a word, in any form that a language gives it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from trucewatch.annotation.number_words import plain

_ENDINGS: Final = {
    "ru": "а я о е ь и ы й у ю ом ем ой ей ою ам ям ами ями ах ях ов ев ого его ому ему ым им ых их ая яя ое ее ый "
    "ий ую "
    "юю ыми ими ию ия ии ие ием",
    "hy": "ի ը ն ում ից ին ով ու իս ներ ներում ներից ների ներին ներով ները ներն եր երի երից երում երին",
    "tr": "da de ta te dan den tan ten a e ya ye i u yi yu in un nin nun na ne nda nde ndan nden ni nu dek daki "
    "deki ndaki "
    "ndeki la le yla yle nina nine si su",
    "de": "e en em er es s n",
}
_ENDINGS["az"] = _ENDINGS["tr"] + " dak ndak adak nin nun yadak inda undan undan"
_ENDING_SETS: Final = {language: frozenset(["", *words.split()]) for language, words in _ENDINGS.items()}
_NO_ENDING: Final = frozenset({""})
_STEM_ENDING: Final = {
    "ru": re.compile("(?:ая|яя|ий|ый|ой|ое|ее|ие|ые|ия|[аяоеьиыйую])$"),
    "de": re.compile("(?:es|er|en|em|e)$"),
}
_WORD: Final = re.compile(r"[^\W\d_]+")
_MOST_WORDS: Final = 12
_Spelling = tuple[tuple[str, ...], tuple[str, ...], frozenset[str], str, bool]
"""Words, their stems, endings that each may have, id, whether it begins with a capital."""


class PlaceSpellings:
    """Spellings by the first three letters of their first word, the longest first."""

    __slots__ = ("firsts",)

    def __init__(self, firsts: dict[str, list[_Spelling]]) -> None:
        self.firsts = firsts

    def at(self, tokens: list[tuple[int, int, str, str]], index: int, text: str) -> tuple[str, int]:
        """The id of the place that is named from a token on, and the tokens of its name; ("", 0) for none."""
        for words, stems, endings, place_id, is_capital in self.firsts.get(tokens[index][3][:3], ()):
            last = index + len(words)
            if last > len(tokens):
                continue
            for word, stem, token in zip(words, stems, tokens[index:last], strict=True):
                written = token[3]
                if written != word and not (written.startswith(stem) and written[len(stem) :] in endings):
                    break
            else:
                if not is_capital or any(text[token[0]].isupper() for token in tokens[index:last]):
                    return place_id, len(words)
        return "", 0


_LATEST: list[tuple[Mapping[str, tuple[str, ...]], str, PlaceSpellings]] = []
_MOST_KEPT: Final = 16


def place_spellings(places: Mapping[str, tuple[str, ...]], language: str) -> PlaceSpellings:
    """The spellings of a watch's places, made ready for texts of a language; the last few are kept."""
    for known, of_language, spellings in _LATEST:
        if known is places and of_language == language:
            return spellings
    firsts: dict[str, list[_Spelling]] = {}
    for place_id, names in places.items():
        for name in names:
            words = tuple(_WORD.findall(plain(name)))
            if not words or len(words) > _MOST_WORDS:
                continue
            way = _way_of(words[0], language)
            stems = tuple(_stem(word, way) for word in words)
            endings = _ENDING_SETS.get(way, _NO_ENDING)
            spelling = (words, stems, endings, place_id, name != name.lower())
            for first in {words[0][:3], stems[0][:3]}:
                firsts.setdefault(first, []).append(spelling)
    for listed in firsts.values():
        listed.sort(key=lambda spelling: (-len(spelling[0]), -sum(map(len, spelling[0])), spelling[3]))
    spellings = PlaceSpellings(firsts)
    _LATEST.append((places, language, spellings))
    del _LATEST[:-_MOST_KEPT]
    return spellings


def _way_of(word: str, language: str) -> str:
    """Whose endings a word takes: its script tells in Cyrillic and Armenian, the text's language in Latin."""
    if "а" <= word[0] <= "я":
        return "ru"
    return "hy" if "ա" <= word[0] <= "և" else language


def _stem(word: str, way: str) -> str:
    pattern = _STEM_ENDING.get(way)
    stem = pattern.sub("", word) if pattern else word
    return stem if len(stem) >= 3 else word
