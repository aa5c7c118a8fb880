"""Clauses that a text calls by their numbers: "clause 9", «пункт 9», "9. madde", "5 bis", "9 (b)", the ninth point."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from trucewatch.annotation.patterns import ENDED, JOINED, Word, spelt

_NUMBER: Final = re.compile(r"(\d{1,2})(st|nd|rd|th|er|ère|e|ème|eme|º|ª|o)?([a-dабвгաբգդ])?")
_LETTERS: Final = {"а": "a", "б": "b", "в": "c", "г": "d", "ա": "a", "բ": "b", "գ": "c", "դ": "d"} | {
    letter: letter for letter in "abcd"
}
_BIS: Final = frozenset({"bis", "бис", "ter", "тер"})
_SIGNS: Final = frozenset(
    {"no", "nr", "number", "num", "numéro", "número", "nummer", "номер", "n", "nº", "n°", "sayili"}
)
_SUFFIXES: Final = frozenset(("й", "го", "му", "м", "я", "ый", "ого", "ому", "ом", "ой", "ую", "е", "х")) | frozenset(
    ("ci", "cu", "cü", "inci", "uncu", "üncü", "nci", "ncu", "ncü", "րդ", "th", "st", "nd", "rd")
)
"""What stands behind the hyphen or apostrophe of a number in order, as `patterns.spelt` writes it."""
_AND: Final = frozenset(("and", "or", "und", "oder", "sowie", "et", "ou", "y", "e", "o", "и", "или", "а")) | frozenset(
    ("ve", "veya", "və", "yaxud", "եւ", "կամ")
)
_LETTER_NOUNS: Final = frozenset(
    ("letter", "lit", "litera", "buchstabe", "buchst", "letra", "lettre", "буква", "буквы", "букве")
) | frozenset(("harf", "hərfi", "տառ", "տառը", "տառի"))
"""What stands before the letter of a part: "Artikel 3 Buchstabe b"."""
_PARTS: Final = ("bend", "bent", "bənd", "yarımbənd", "ենթակետ", "կետ", "подпункт")
"""How the noun for a part begins where the letter stands before it: "3. maddenin b bendi"."""
_OPENS: Final = frozenset("(\"'«“„‘[")
_MOST_IN_ROW: Final = 8
_MOST_BACK: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseNumber:
    """The number of a clause as it is written: 9, "9b", "5bis"; first, last: its words, with the noun."""

    number: str
    first: int
    last: int
    is_spelled_out: bool = False


def clause_of(number: str, clauses: Collection[str]) -> str:
    """The clause that a number names, else the provision without the letter, else "".

    >>> clause_of("5bis", {"5 bis", "5bis", "5a"}), clause_of("2b", {"2"}), clause_of("14", {"2"})
    ('5 bis', '2', '')
    """
    for wanted in (number, number.rstrip("abcd")):
        named = [clause for clause in clauses if clause.replace(" ", "").lower() == wanted]
        if named:
            return max(named, key=len)
        if wanted.endswith(("bis", "ter")):
            break
    return ""


def _by_stem(numbers: Sequence[Collection[str]]) -> dict[str, int]:
    return {spelt(word.rstrip("*")): number for number, words in enumerate(numbers, 1) for word in words}


class ClauseReader:
    """Reads the numbers beside a noun ("clause", «пункт») in a text. spelled: word → number, of one language;
    cardinals stand after a noun, ordinals before or after it."""

    def __init__(self, ordinals: Sequence[Collection[str]], cardinals: Sequence[Collection[str]]) -> None:
        self._ordinals = _by_stem(ordinals)
        self._cardinals = _by_stem(cardinals)
        self._open = {spelt(word[:-1]) for words in (*ordinals, *cardinals) for word in words if word.endswith("*")}

    def numbers(self, text: str, words: Sequence[Word], first: int, last: int) -> Iterator[ClauseNumber]:
        """Every number that belongs to the noun at words[first:last + 1]; before it, else after it."""
        before = list(self._before(text, words, first, last))
        yield from before or self._after(text, words, first, last)

    def _after(self, text: str, words: Sequence[Word], first: int, last: int) -> Iterator[ClauseNumber]:
        place = last + 1
        if place < len(words) and words[place].spelt in _SIGNS and words[place].follows == JOINED:
            place += 1
        start, letter_before = first, self._letter_before(text, words, first)
        for _ in range(_MOST_IN_ROW):
            if place >= len(words) or words[place].follows == ENDED:
                return
            if start == first and words[place].follows != JOINED:
                return
            number, is_spelled_out = self._number(words[place].spelt, with_ordinals=start == first)
            if not number:
                return
            end, tail = self._tail(text, words, place, number)
            yield ClauseNumber(
                number=number + (tail or letter_before), first=start, last=end, is_spelled_out=is_spelled_out
            )
            letter_before = ""
            place = end + 1
            if place < len(words) and words[place].spelt in _AND and words[place].follows != ENDED:
                place += 1
            elif place >= len(words) or "," not in text[words[end].end : words[place].start]:
                return
            start = place

    def _before(self, text: str, words: Sequence[Word], first: int, last: int) -> Iterator[ClauseNumber]:
        place, end = first - 1, last
        letter = ""
        if last + 1 < len(words):
            after = words[last + 1]
            is_part = last + 2 < len(words) and words[last + 2].spelt.startswith(_PARTS) and after.follows == JOINED
            if after.spelt in _LETTERS and (_is_set_off(text, after) or is_part):
                letter, end = _LETTERS[after.spelt], last + 1
        numbers: list[ClauseNumber] = []
        follower = first
        for _ in range(_MOST_IN_ROW):
            if place < 0 or words[follower].follows != JOINED:
                break
            if words[place].spelt in _BIS and place > 0:
                tail, place = "bis", place - 1
            elif words[place].spelt in _LETTERS and place > 0 and words[place - 1].spelt.isdecimal():
                tail, place = _LETTERS[words[place].spelt], place - 1
            else:
                tail = ""
            if words[place].spelt in _SUFFIXES and place > 0 and words[place - 1].spelt.isdecimal():
                place -= 1
            number, is_spelled_out = self._number(words[place].spelt, with_ordinals=True, with_cardinals=False)
            if not number or not self._is_in_order(text, words, place, is_spelled_out=is_spelled_out):
                break
            is_nearest = not numbers
            written = ClauseNumber(
                number=number + (tail or (letter if is_nearest else "")),
                first=place,
                last=end if is_nearest else place,
                is_spelled_out=is_spelled_out,
            )
            numbers.append(written)
            follower, place = place, place - 1
            if place >= 0 and words[place].spelt in _AND:
                follower, place = place, place - 1
            else:
                break
        yield from reversed(numbers)

    def _is_in_order(self, text: str, words: Sequence[Word], place: int, *, is_spelled_out: bool) -> bool:
        """Whether a number before a noun counts it: "9. madde", "9-cu bənd", "9th point", and not "9 points"."""
        if is_spelled_out or not words[place].spelt.isdecimal():
            return True
        between = text[words[place].end : words[place].end + 1]
        return between in (".", "-", "‑", "'", "’", "º", "ª", "/", "֊", "\u00ad")

    def _number(self, spelling: str, *, with_ordinals: bool, with_cardinals: bool = True) -> tuple[str, bool]:
        written = _NUMBER.fullmatch(spelling)
        if written is not None:
            return str(int(written[1])) + _LETTERS.get(written[3] or "", ""), False
        for is_meant, table in ((with_ordinals, self._ordinals), (with_cardinals, self._cardinals)):
            if not is_meant:
                continue
            for length in range(len(spelling), 1, -1):
                stem = spelling[:length]
                if stem in table and (length == len(spelling) or stem in self._open):
                    return str(table[stem]), True
        return "", False

    def _tail(self, text: str, words: Sequence[Word], place: int, number: str) -> tuple[int, str]:
        """The letter or "bis" behind a number, with the place of its last word."""
        is_suffix = place + 1 < len(words) and words[place + 1].spelt in _SUFFIXES
        if is_suffix and text[words[place].end : words[place + 1].start] in ("-", "'", "’", "‑"):
            place += 1
        if place + 1 >= len(words) or words[place + 1].follows == ENDED:
            return place, ""
        following = words[place + 1]
        if following.spelt in _LETTER_NOUNS and place + 2 < len(words) and words[place + 2].spelt in _LETTERS:
            return place + 2, _LETTERS[words[place + 2].spelt] if number.isdecimal() else ""
        if following.spelt in _BIS and following.follows == JOINED:
            return place + 1, "bis" if following.spelt in ("bis", "бис") else "ter"
        if following.spelt in _LETTERS and number.isdecimal() and _is_set_off(text, following, words[place].end):
            return place + 1, _LETTERS[following.spelt]
        return place, ""

    def _letter_before(self, text: str, words: Sequence[Word], first: int) -> str:
        """Of "(b) of clause 5", «подпункт "б" пункта 5»."""
        for place in range(first - 1, max(first - _MOST_BACK, 0), -1):
            if words[place + 1].follows == ENDED:
                return ""
            is_called = place > 0 and words[place - 1].spelt in _LETTER_NOUNS
            if words[place].spelt in _LETTERS and (is_called or _is_set_off(text, words[place])):
                return _LETTERS[words[place].spelt]
        return ""


def _is_set_off(text: str, word: Word, after: int | None = None) -> bool:
    """Whether a single letter is a mark and no word: in brackets or quotation marks, or joined to its number."""
    before, behind = text[word.start - 1 : word.start], text[word.end : word.end + 1]
    return before in _OPENS or behind == ")" or (after is not None and text[after : word.start] in ("", "-", "."))
