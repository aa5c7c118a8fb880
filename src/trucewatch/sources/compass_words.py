"""Words and letters of direction in five languages → the sixteen points, and how far a caller's numbers are to be
trusted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from trucewatch.geo.place_text import COMPASS

DISTANCE_SHARE: Final = 0.25
"""A distance judged by eye or by a walk is off by a quarter, one standard deviation; more at night."""
POINT_SD_DEG: Final[Mapping[int, float]] = {1: 22.5 / math.sqrt(3), 2: 22.5 / math.sqrt(3), 3: 11.25 / math.sqrt(3)}
"""A point of eight is ±22.5° wide and evenly filled, so 13°; whoever names one of sixteen, ±11.25°, so 6.5°."""
COMPASS_SD_DEG: Final = 5.0
"""A bearing read from a hand compass is within ±10° for nineteen of twenty, so 5° at one standard deviation."""
REFERENCE_SD_M: Final = 500.0
"""Whoever counts kilometres from a town may mean its centre or its edge."""

_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("north", "север", "kuzey", "simal", "şimal", "հյուսիս"), "N"),
    **dict.fromkeys(("south", "юж", "юг", "güney", "guney", "cənub", "cenub", "հարավ"), "S"),
    **dict.fromkeys(("east", "восток", "восточ", "doğu", "dogu", "şərq", "serq", "արեւել"), "E"),
    **dict.fromkeys(("west", "запад", "batı", "bati", "qərb", "qerb", "արեւմուտ", "արեւմտ"), "W"),
}
_ENDINGS: Final = frozenset(
    (
        *(
            "",
            "ern",
            "erly",
            "ward",
            "wards",
            "о",
            "у",
            "е",
            "а",
            "нее",
            "ее",
            "ом",
            "ный",
            "ная",
            "ном",
            "ной",
            "ного",
        ),
        *(
            "da",
            "de",
            "ta",
            "te",
            "nda",
            "nde",
            "unda",
            "ünde",
            "ında",
            "inde",
            "sunda",
            "sünde",
            "sında",
            "sinde",
            "u",
        ),
        *(
            "ü",
            "ı",
            "i",
            "una",
            "üne",
            "ına",
            "ine",
            "su",
            "sı",
            "ya",
            "ye",
            "a",
            "e",
            "unde",
            "ə",
            "inde",
            "ində",
            "də",
        ),
        *("ք", "քում", "քից", "քի", "յան", "ում", "ից", "ի", "ային", "ային", "յան", "քում", "ը", "քը", "ին", "ուտք"),
    )
)
_LETTERS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {letter: letter for letter in "NESW"},
    "ru": {"С": "N", "В": "E", "Ю": "S", "З": "W"},
    "tr": {"K": "N", "D": "E", "G": "S", "B": "W"},
}


def direction_of(word: str) -> str:
    """The points that one word or its letters name, `NE`; "" for a word that names none.

    Single letters count as capitals only, since с and в are prepositions and K a name's letter.

    >>> direction_of("северо-восточнее"), direction_of("kuzeydoğusunda"), direction_of("СВ"), direction_of("в")
    ('NE', 'NE', 'NE', '')
    """
    bare = word.replace("-", "")
    for letters in _LETTERS.values():
        if bare and len(bare) <= 3 and all(char in letters for char in (bare if len(bare) == 1 else bare.upper())):
            points = "".join(letters[char] for char in bare.upper())
            if points in COMPASS and (len(bare) > 1 or bare.isupper()):
                return points
    points = ""
    for part in word.casefold().replace("ё", "е").split("-"):
        rest = part
        before = len(points)
        while rest:
            stem = next((stem for stem in _WORDS if rest.startswith(stem)), "")
            if not stem:
                break
            points += _WORDS[stem]
            rest = rest[len(stem) :]
            if rest.startswith("о") and any(rest[1:].startswith(stem) for stem in _WORDS):
                rest = rest[1:]
        if rest not in _ENDINGS or len(points) == before:
            return ""
    return points if points in COMPASS else ""
