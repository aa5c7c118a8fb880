"""Text → the letters that a reader sees: whatever hides within a word, or looks like another letter, does not hide a
name from a rule."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_UNSEEN_LETTERS: Final = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
"""No marks of format by their category, and yet without a shape."""
_LATIN_OF: Final = str.maketrans(
    "АВЕКМНОРСТУХЅІЈԚԜҮабеорсухѕіјһԛԝүӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαινρυχօհոսցզՕՍ",
    "ABEKMHOPCTYXSIJQWYabeopcyxsijhqwylABEZHIKMNOPTYXoaivpyxohnugqOU",
)
"""Letters of Cyrillic, Greek and Armenian that a reader takes for Latin ones."""
_WORD: Final = re.compile(r"[^\W\d_]+")


def seen_letters(text: str) -> str:
    """The text without marks that have no width, its letters in their plain form; a word that mixes its script with
    another's lookalikes is in Latin.

    >>> seen_letters("Mr Wel\\u200dler"), seen_letters("\\uff37eller"), seen_letters("W\\u0435ller")
    ('Mr Weller', 'Weller', 'Weller')
    """
    if text.isascii():
        return text
    shown = "".join(
        character
        for character in unicodedata.normalize("NFKC", text)
        if unicodedata.category(character) not in ("Cf", "Cc", "Cs") and character not in _UNSEEN_LETTERS
    )
    shown = re.sub("[\ufe00-\ufe0f\U000e0100-\U000e01ef]", "", shown)
    return _WORD.sub(lambda word: _one_script(word[0]), shown)


def alike_letters(text: str) -> str:
    """The same with every letter that looks like a Latin one in Latin, and none with an accent: two texts that a reader
    cannot tell apart are equal.

    >>> alike_letters("\\u0420\\u043e\\u0440\\u0435") == "Pope" == alike_letters("P\\u00f3pe")
    True
    """
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", seen_letters(text))
    return "".join(each for each in parts if unicodedata.category(each) != "Mn").translate(_LATIN_OF)


def _one_script(word: str) -> str:
    return word.translate(_LATIN_OF) if re.search("[A-Za-z]", word) else word
