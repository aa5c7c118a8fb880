"""Names as a title bends them → as they are: genitives of Russian, Armenian and (without an apostrophe) Azerbaijani.

Only the common endings of names are known. What is not sure stays as it is written.
"""

from __future__ import annotations

import re
from typing import Final

_AZERBAIJANI: Final = re.compile(r"^(.{2,}?)(n)?[ıiuü]n$")
_VOWEL_ENDS: Final = ("zadə", "ova", "eva", "lı", "li", "lu", "lü", "ski", "qızı", "oğlu", "vi", "ri")
"""Ends of family names that have an n before the ending."""
_OFFICE_IN_GENITIVE: Final = re.compile(r"(?:[рнтлвк]а|[лр]я|главы|посла)$")
_ADJECTIVE_IN_GENITIVE: Final = re.compile(r"[^\W\d_]{3,}(?:ого|его|ой|ей)$")
_MALE_FAMILY: Final = re.compile(r"(?:ов|ев|ёв|ин|ын)а$")
_FEMALE_FAMILY: Final = re.compile(r"(?:ов|ев|ёв|ин|ын)ой$")


def ends_in_azerbaijani_genitive(token: str) -> bool:
    """Whether a word may be a name with the ending of its genitive.

    >>> ends_in_azerbaijani_genitive("Mehdizadənin"), ends_in_azerbaijani_genitive("Vadi")
    (True, False)
    """
    return _AZERBAIJANI.match(token) is not None


def azerbaijani_nominative(token: str) -> str:
    """The name without the ending of its genitive.

    >>> azerbaijani_nominative("Mehdizadənin"), azerbaijani_nominative("Tornun"), azerbaijani_nominative("Həsənin")
    ('Mehdizadə', 'Torn', 'Həsən')
    """
    bent = _AZERBAIJANI.match(token)
    if bent is None:
        return token
    return bent[1] if bent[2] is None or bent[1].casefold().endswith(_VOWEL_ENDS) else bent[1] + bent[2]


def armenian_nominative(name: str) -> str:
    """The name without the ending of its genitive.

    >>> armenian_nominative("Սահառունու"), armenian_nominative("Թորնի"), armenian_nominative("Մարիայի")
    ('Սահառունի', 'Թորն', 'Մարիա')
    """
    if name.endswith("այի"):
        return name[:-2]
    if name.endswith("ու") and len(name) > 5:
        return name[:-2] + "ի"
    return name[:-1] if name.endswith("ի") and len(name) > 3 else name


def is_in_russian_genitive(role: str) -> bool:
    """Whether an office is written in the genitive.

    >>> is_in_russian_genitive("официального представителя МИД"), is_in_russian_genitive("министр иностранных дел")
    (True, False)
    """
    words = role.casefold().split()
    while len(words) > 1 and _ADJECTIVE_IN_GENITIVE.search(words[0]):
        del words[0]
    return bool(words) and _OFFICE_IN_GENITIVE.search(words[0]) is not None and words[0] != "глава"


def russian_nominative(forenames: str, family: str) -> tuple[str, str]:
    """Given names and family name behind an office in the genitive.

    >>> russian_nominative("Аделы", "Торн"), russian_nominative("О.Б.", "Бранделя")
    (('Адела', 'Торн'), ('О.Б.', 'Брандель'))
    >>> russian_nominative("Сергея", "Лугова")
    ('Сергей', 'Лугов')
    """
    given = " ".join(_given_nominative(each) for each in forenames.split())
    is_female = given != forenames and given[-1:] in "ая"
    has_initials = not forenames or forenames.endswith(".")
    if family.endswith("ской") or family.endswith("цкой"):
        return given, family[:-2] + "ая"
    if _FEMALE_FAMILY.search(family):
        return given, family[:-2] + "а"
    if is_female or (given == forenames and not has_initials):
        return given, family
    if family.endswith(("ского", "цкого")):
        return given, family[:-3] + "ий"
    if _MALE_FAMILY.search(family):
        return given, family[:-1]
    if family.endswith("я") and len(family) > 4 and not has_initials | (family[-2:-1] in "аеиоуыэюь"):
        return given, family[:-1] + "ь"
    if family.endswith("ля") and len(family) > 4:
        return given, family[:-1] + "ь"
    if family.endswith("а") and len(family) > 4 and not has_initials and family[-2] not in "аеиоуыэюя":
        return given, family[:-1]
    return given, family


def _given_nominative(name: str) -> str:
    if name.endswith(".") or len(name) < 4:
        return name
    if name.endswith("ы"):
        return name[:-1] + "а"
    if name.endswith(("ии", "ьи")):
        return name[:-1] + "я"
    if name.endswith(("ги", "ки", "хи", "ши", "жи", "чи")):
        return name[:-1] + "а"
    if name.endswith(("ея", "ия", "ая")):
        return name[:-1] + "й"
    if name.endswith("я") and name[-2] in "рл":
        return name[:-1] + "ь"
    return name[:-1] if name.endswith("а") and name[-2] not in "аеиоуыэюя" else name
