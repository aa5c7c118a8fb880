"""Names with the endings that a language sets on them, as patterns: «Верхняя Долина» → «верхн* долин*».

Endings are told apart by their beginning alone: what a rule lets through too much ("Лачинский" for Лачин) means the
same place as a rule. Limits: no change of vowels within a stem but the Armenian one; no diminutives.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from trucewatch.annotation.patterns import words_of

_SHORTEST: Final = 3
"""Letters that a stem keeps: of «Баку» and "Kars" no ending is taken."""
_ENDINGS: Final = {
    "ru": re.compile(r"(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ия|ью|[аяоеиыйьую])$"),
    "de": re.compile(r"(?:es|er|en|em|e|s)$"),
    "tr": re.compile(r"[pçtk]$"),
    "az": re.compile(r"[kq]$"),
    "hy": re.compile(r"[աըի]$"),
}
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_ARMENIAN: Final = re.compile(r"[\u0531-\u0587]")
_ARMENIAN_LOSS: Final = re.compile(r"(?:ի|ու)([^աեէըիոօու\W]+)$")
"""Հովիտ → հովտի: the last ի or ու of a stem goes when an ending comes."""
_UNCHANGED: Final = frozenset({"de", "zwei", "der", "die", "das", "des", "und", "von", "ve", "və", "и", "о", "от"})


@lru_cache(maxsize=8192)
def name_patterns(name: str, language: str) -> tuple[str, ...]:
    """The patterns by which a text in this language may write a name.

    >>> name_patterns("Верхняя Долина", "ru"), name_patterns("Yukarı Vadi", "tr"), name_patterns("Upper Valley", "en")
    (('верхн* долин*',), ('yukari vadi*',), ('upper valley',))
    """
    script = "ru" if _CYRILLIC.search(name) else "hy" if _ARMENIAN.search(name) else language
    if script in ("ru", "hy") and script != language:
        script = ""
    words = [word.spelt for word in words_of(name)]
    if not words:
        return ()
    last = len(words) - 1
    changed: list[list[str]] = [[]]
    for index, word in enumerate(words):
        # In Turkish, Azerbaijani and Armenian only the last word of a name takes endings.
        takes_ending = script in ("ru", "de") or (script in ("tr", "az", "hy") and index == last)
        forms = _forms(word, script) if takes_ending else (word,)
        changed = [[*start, form] for start in changed for form in forms][:8]
    return tuple(" ".join(form) for form in changed)


def _forms(word: str, language: str) -> tuple[str, ...]:
    if word in _UNCHANGED or word.isdecimal() or len(word) < _SHORTEST:
        return (word,)
    stem = _ENDINGS[language].sub("", word)
    if len(stem) < _SHORTEST:
        # Of a short name any ending would be any word.
        return (word, word + "*") if len(word) >= _SHORTEST and language in ("tr", "az", "hy") else (word,)
    if language == "hy":
        lost = _ARMENIAN_LOSS.sub(r"\1", word)
        if lost != word and len(lost) >= _SHORTEST:
            return (stem + "*", lost + "*")
    return (stem + "*",)
