"""The words by which the structure of a statement is told, by language: the package's own tables, read once."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from trucewatch.model.statements import KINDS, LANGUAGES, Kind

LISTS: Final = (
    "question",
    "follow_up",
    "follow_note",
    "same",
    "answer",
    "moderator",
    "by",
    "translated",
    "honorific",
    "office",
    "with",
    "together",
    "by_whom",
    "spoke",
    "not_name",
    "head_note",
    "tail",
    "login",
    "quoting",
    "clock_words",
    "numbered",
    "goes_on",
    "insists",
)


def small(text: str) -> str:
    """A text as it is compared: small letters, plain apostrophes, one i for the two of Turkish, without the signs
    of stress of Armenian.

    >>> small("İlham’s Yes՛")
    "ilham's yes"
    """
    folded = text.casefold()
    return folded.translate(_PLAIN) if _NOT_PLAIN.search(folded) else folded


_PLAIN: Final = str.maketrans(
    {"’": "'", "ʼ": "'", "‘": "'", "\u0307": None, "ı": "i", "՛": None, "՜": None, "՞": None, "\u00a0": " "}
)


_NOT_PLAIN: Final = re.compile("[" + "".join(map(chr, _PLAIN)) + "]")


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """What finds any of these words in a text in small letters; `*` at the end of one stands for any ending."""
    longest_first = sorted({small(word) for word in words}, key=len, reverse=True)
    parts = (re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in longest_first)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementWords:
    """`sets`: plain words of all languages by list. `patterns`: what finds one of a list."""

    sets: dict[str, frozenset[str]]
    patterns: dict[str, re.Pattern[str]]
    kinds: tuple[tuple[Kind, re.Pattern[str]], ...]
    press: re.Pattern[str]
    common: dict[str, frozenset[str]]
    longest_first: dict[str, tuple[str, ...]]
    """Of each list the words of more than one letter."""

    def has(self, name: str, text: str) -> bool:
        """Whether a text in small letters is a word of a list, as a whole."""
        return text in self.sets[name]

    def starts(self, name: str, text: str) -> bool:
        """Whether a text in small letters is one of a list, open endings allowed."""
        return self.patterns[name].fullmatch(text) is not None

    def finds_start(self, name: str, text: str) -> bool:
        """Whether a text in small letters begins with one of a list, or with a word that begins so."""
        if name == "translated":
            return any(word in text for word in self.sets[name])
        return self.patterns[name].match(text) is not None

    def finds(self, name: str, text: str) -> bool:
        """Whether a word of a list stands in a text in small letters."""
        return self.patterns[name].search(text) is not None


@cache
def statement_words() -> StatementWords:
    """The table of all eight languages together: a page in one of them may quote labels of another."""
    table = _table("statement_words.toml")
    lists = {name: [word for language in LANGUAGES for word in table[language][name]] for name in LISTS}
    return StatementWords(
        sets={name: frozenset(small(word) for word in words) for name, words in lists.items()},
        patterns={name: any_of(words) for name, words in lists.items()},
        kinds=tuple((kind, any_of(table["kinds"][kind])) for kind in _KIND_ORDER),
        press=any_of(table["press"]["words"]),
        longest_first={
            name: tuple(sorted({small(word) for word in words if len(word) > 1}, key=len, reverse=True))
            for name, words in lists.items()
        },
        common={language: frozenset(table[language]["common"]) for language in LANGUAGES},
    )


_KIND_ORDER: Final[tuple[Kind, ...]] = (
    "briefing",
    "press_conference",
    "interview",
    "joint_statement",
    "letter",
    "comment",
    "speech",
    "statement",
    "article",
)
"""The more particular before the more general: a statement at a press conference is a press conference."""
assert set(_KIND_ORDER) == set(KINDS) - {"other"}


@cache
def publisher_table() -> dict[str, Any]:
    """`publishers.toml` as it stands."""
    return _table("publishers.toml")


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))


def is_of_tools(text: str) -> bool:
    """Whether a line is nothing but the tools of a page: share, print, back, in any of the languages.

    >>> is_of_tools("Share | Print"), is_of_tools("We share the view of the Commission.")
    (True, False)
    """
    words = statement_words()
    plain = small(text).strip(" \t.:•·|›»-–—")
    if words.has("tail", plain):
        return True
    if len(plain.split()) > 14 or text.rstrip()[-1:] in ".!?":
        return False
    pieces = [piece.strip(" .:") for piece in _PIECES.split(plain)]
    pieces = [piece for piece in pieces if piece]
    are_tools = [words.finds_start("tail", piece) or bool(_SHARING.search(piece)) for piece in pieces]
    if len(pieces) > 1:
        return all(len(piece.split()) <= 5 for piece in pieces) and sum(are_tools) * 2 >= len(pieces)
    if _SHARING.search(plain):
        return len(plain.split()) <= 8
    return bool(are_tools and are_tools[0]) and len(plain.split()) <= 5


_PIECES: Final = re.compile(r"[|·•/]|\s[-–—]\s")
_SHARING: Final = re.compile(
    r"(?<!\w)(?:share (?:this|on|via)|teilen|drucken|partager|imprimer|compartir|imprimir|поделиться|распечатать|"
    r"paylaş|yazdir|çap et|կիսվել|տպել|abre ventana nueva|copy link|link kopieren|subscribe|suscríbase|abonnieren|"
    r"s'abonner|подписаться|"
    r"vídeo completo|full video|newsletter)(?!\w)"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_SCRIPTS: Final = (("hy", re.compile("[\u0531-\u0587]")), ("ru", re.compile("[\u0400-\u04ff]")))
_LETTERS: Final = {"az": re.compile("ə"), "tr": re.compile("[ğış]")}


def language_of(text: str, otherwise: str = "") -> str:
    """The language of a text among the eight; `otherwise` where it cannot be told.

    >>> language_of("Wir haben die Lage besprochen, und das ist nicht alles.")
    'de'
    """
    sample = text[:SAMPLE_CHARS].casefold()
    words = _WORD.findall(sample)
    for language, script in _SCRIPTS:
        if sum(script.match(word) is not None for word in words) * 2 > len(words):
            return language
    tally = Counter(words)
    counts = {
        language: sum(tally[word] for word in common) + (8 if _has(language, sample) else 0)
        for language, common in statement_words().common.items()
    }
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] >= max(2, len(words) // 25) else otherwise


SAMPLE_CHARS: Final = 3000
"""So much of a text is looked at to tell its language."""


def _has(language: str, sample: str) -> bool:
    letters = _LETTERS.get(language)
    # Azerbaijani has the letters of Turkish too; Turkish has no ə.
    return bool(letters and letters.search(sample)) and not (language == "tr" and _LETTERS["az"].search(sample))
