"""A name in any alphabet → Latin letters for an id. Not a transliteration to be shown: it need only be readable and the
same every time."""

from __future__ import annotations

import unicodedata
from typing import Final


def _pairs(letters: str, plain: str) -> dict[int, str]:
    return {ord(letter): latin for letter, latin in zip(letters, plain.split(), strict=True)}


_LETTERS: Final = str.maketrans(
    {"ı": "i", "ə": "a", "ł": "l", "đ": "d", "ø": "o", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe"}
) | (
    _pairs(
        "абвгдежзийклмнопрстуфхцчшщыэюяіїєґјљњћђџўҷқғҳәөүұһ",
        "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch y e yu ya i yi ye g j lj nj c d dz u j q gh h a o "
        "u u h",
    )
    | {ord("ъ"): "", ord("ь"): "", ord("ё"): "yo"}
    | _pairs(
        "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև",
        "a b g d e z e y t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts v p k o f ev",
    )
    | _pairs(
        "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
        "a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h",
    )
    | _pairs("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t y f ch ps o")
    | _pairs(
        "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءپچژگکیںےھٹڈڑ",
        "a b t th j h kh d dh r z s sh s d t z a gh f q k l m n h w y a a a p ch zh g k y n e h t d r",
    )
    | _pairs("אבגדהוזחטיכךלמםנןסעפףצץקרשת", "a b g d h v z h t y k k l m m n n s a p p ts ts k r sh t")
)


def plain_letters(name: str) -> str:
    """The name in Latin letters without marks; what has no Latin letter is left out.

    >>> plain_letters("Ստեփանակերտ"), plain_letters("Ağdam"), plain_letters("Степанакерт")
    ('stepanakert', 'agdam', 'stepanakert')
    """
    lower = unicodedata.normalize("NFC", name).replace("İ", "i").lower().replace("ու", "u")
    return unicodedata.normalize("NFKD", lower.translate(_LETTERS)).encode("ascii", "ignore").decode()
