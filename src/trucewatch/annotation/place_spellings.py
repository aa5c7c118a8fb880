"""Spellings of places and names → the longest that stands at a word, in any form that a language gives it."""

from __future__ import annotations

import re
from typing import Final, Literal

from trucewatch.annotation.known_names import KnownNames
from trucewatch.annotation.number_words import plain

_ENDINGS: Final = {
    "ru": "а я о е ь и ы й у ю ом ем ой ей ою ам ям ами ями ах ях ов ев ого его ому ему ым им ых их ая яя ое ее ый "
    "ий ую "
    "юю ыми ими ию ия ии ие ием ией иям иями иях ий",
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
_PATTERN_WORD: Final = re.compile(r"([^\W\d_]+)(\*?)")
_MOST_WORDS: Final = 12
_Spelling = tuple[tuple[str, ...], tuple[str, ...], tuple[frozenset[str] | None, ...], str, bool]
"""Words, their stems, endings that each may have (None: any), id, whether it has a capital."""


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
            for word, stem, some, token in zip(words, stems, endings, tokens[index:last], strict=True):
                written = token[3]
                if written != word and not (
                    written.startswith(stem) and (some is None or written[len(stem) :] in some)
                ):
                    break
            else:
                if not is_capital or any(text[token[0]].isupper() for token in tokens[index:last]):
                    return place_id, len(words)
        return "", 0


Sort = Literal["places", "names"]
_LATEST: list[tuple[KnownNames, Sort, str, PlaceSpellings]] = []
_MOST_KEPT: Final = 32


def spellings_of(lexis: KnownNames, sort: Sort, language: str) -> PlaceSpellings:
    """The spellings of a watch's places, or of its parties, bodies and instruments, made ready for texts of a language;
    the last few are kept."""
    for of, of_sort, of_language, ready in _LATEST:
        if of is lexis and of_sort == sort and of_language == language:
            return ready
    groups = (lexis.places,) if sort == "places" else (lexis.parties, lexis.bodies, lexis.instruments)
    firsts: dict[str, list[_Spelling]] = {}
    for name_id, name in ((each, name) for group in groups for each, names in group.items() for name in names):
        pattern = _PATTERN_WORD.findall(plain(name))
        if not pattern or len(pattern) > _MOST_WORDS or "..." in name:
            continue
        words = tuple(word for word, _ in pattern)
        way = _way_of(words[0], language)
        stems = tuple(word if star else _stem(word, way) for word, star in pattern)
        allowed = _ENDING_SETS.get(way, _NO_ENDING)
        endings = tuple(None if star else allowed for _, star in pattern)
        for first in {words[0][:3], stems[0][:3]}:
            firsts.setdefault(first, []).append((words, stems, endings, name_id, name != name.lower()))
    for listed in firsts.values():
        listed.sort(key=lambda spelling: (-len(spelling[0]), -sum(map(len, spelling[0])), spelling[3]))
    spellings = PlaceSpellings(firsts)
    _LATEST.append((lexis, sort, language, spellings))
    del _LATEST[:-_MOST_KEPT]
    return spellings


def names_in(text: str, language: str, lexis: KnownNames, sort: Sort = "names") -> tuple[tuple[str, int, int], ...]:
    """The parties, bodies and instruments (or the places) that words name: id, start, end, in their order."""
    spellings = spellings_of(lexis, sort, language)
    if not spellings.firsts:
        return ()
    tokens = [(match.start(), match.end(), "word", match.group()) for match in _WORD.finditer(plain(text))]
    names: list[tuple[str, int, int]] = []
    following = 0
    for index, token in enumerate(tokens):
        if index < following or token[3][:3] not in spellings.firsts:
            continue
        name_id, length = spellings.at(tokens, index, text)
        if length:
            following = index + length
            names.append((name_id, token[0], tokens[following - 1][1]))
    return tuple(names)


def _way_of(word: str, language: str) -> str:
    """Whose endings a word takes: its script tells in Cyrillic and Armenian, the text's language in Latin."""
    if "а" <= word[0] <= "я":
        return "ru"
    return "hy" if "ա" <= word[0] <= "և" else language


def _stem(word: str, way: str) -> str:
    pattern = _STEM_ENDING.get(way)
    stem = pattern.sub("", word) if pattern else word
    return stem if len(stem) >= 3 else word
