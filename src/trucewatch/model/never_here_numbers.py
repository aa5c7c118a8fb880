"""Numbers that point to a person or a spot: identity numbers, positions, telephones and mail. Plain text → whether one
stands in it.

Every pattern is of a bounded width and holds no repetition within another, so that the work at each letter is bounded.
"""

from __future__ import annotations

import re
from typing import Final

from trucewatch.model.never_here_text import latin_capitals
from trucewatch.model.never_here_words import OFFICES

_SEP: Final = r"[ .№#:/-]{0,3}"
_NOT_NUMBER: Final = r"(?<![\w.,+])"
PASSPORT: Final = re.compile(
    rf"(?<![A-Za-z\d])(?:AZE{_SEP}\d[\d \n-]{{6,10}}\d|[A-Z][A-Z]{_SEP}\d[\d \n-]{{5,9}}\d"
    rf"|[CPUA]\d[\d \n-]{{5,9}}\d)(?![\w])"
)
"""AZE and 8 digits, two capitals and 7, one of C, P, U, A and 7 or 8: passports and identity cards of the region."""
_SMALL_PASSPORT: Final = re.compile(r"(?<![A-Za-z\d])(?:aze\d{8}|[a-z][a-z]\d{7})(?!\w)")
_NO_LETTERS: Final = frozenset(("AT", "TO", "OF", "IN", "ON", "BY", "NO", "IS", "OR", "AS", "UV", "RQ", "WN"))
"""Two capitals before a number with blanks between them that are a word."""
MACHINE_LINES: Final = re.compile(
    r"(?<![A-Z0-9<])[A-Z0-9<]{8,40}<<[A-Z0-9<]{2,40}|[PIACV][A-Z<](?:AZE|ARM|RUS|TUR|GEO|IRN)[A-Z]{2,30}<"
)
"""The lines that machines read in a passport."""
SOCIAL: Final = re.compile(rf"{_NOT_NUMBER}\d[\d -]{{8,14}}\d(?!\w|[.,]\d)")
"""A run of 10 or 11 digits; whether it is a number of a person is worked out."""
_PUBLIC_SERVICES: Final = re.compile(r"(?:1[1-9]|[23]\d|4[01]|5[1-9]|[67]\d|8[01])(?:0[1-9]|1[0-2])\d{6}")
"""Armenia's number of public services: day + 10 or + 50, month, year, number."""
_DATE_STAMP: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{0,6}")

DECIMALS: Final = re.compile(
    r"(?<![\d.])\d{1,3}(?:\.\d{3,15}|,\d{4,15})°?[ \n]{0,2}[NSEWСЮВЗ]?[\s,;/|\"':=]{1,4}"
    r"(?:(?:lat|lon|lng|long|latitude|longitude|x|y|ш|д|широта|долгота)[\s\"':=.]{0,4})?-?\d{1,3}(?:\.\d{3,15}|,\d{4,15})(?!\d|\.\d)",
    re.IGNORECASE,
)
"""Two numbers with three decimals or more (four after a comma), one after the other."""
_LABELLED: Final = re.compile(
    r"(?<!\w)(?:lat|lon|lng|long|latitude|longitude|широта|долгота|enlik|uzunluq|boylam|լայնություն|երկայնություն)"
    r"[\s\"':=.]{1,4}-?\d{1,3}[.,]\d{3,15}",
    re.IGNORECASE,
)
SECONDS: Final = re.compile(
    r"\d{1,3} ?[°ºo\u030a] ?\d{1,2} ?['’′ʹ`] ?\d{1,2}(?:[.,]\d{1,6})? ?(?:[\"”″]|['’′]{2}|[NSEW])"
    r"|\d{1,3} ?[°ºo\u030a] ?\d{1,2}[.,]\d{2,6} ?['’′]"
)
"""With the sign of degrees, or the ordinal sign or ring that is typed for it, as a plain text has them."""
_FINE: Final = (
    r"(?:\d{1,3}(?:\.\d{3,15}|,\d{4,15}) ?°?"
    r"|\d{1,3} ?[-d°o\u030a: ] ?[0-5]?\d ?[-m'’′`: ] ?[0-5]?\d(?:[.,]\d{1,6})? ?(?:s|[\"”″]|['’′]{2})?"
    r"|\d{1,3} ?[-d°o\u030a: ] ?[0-5]?\d[.,]\d{2,6} ?[m'’′`]?)"
)
_PACKED: Final = r"(?:\d{2,3}[0-5]\d[0-5]\d(?:\.\d{1,6})?|\d{2,3}[0-5]\d\.\d{2,6})"
_NORTH: Final = r"(?:[NSnsСЮ]|(?i:north|south)|с\. ?ш\.|ю\. ?ш\.)(?![^\W\d_])"
_EAST: Final = r"(?:[EWewВЗ]|(?i:east|west)|в\. ?д\.|з\. ?д\.)(?![^\W\d_])"
_BETWEEN: Final = r"[\s,;/|]{0,4}(?:(?:and|и|եւ|və|ve)\s)?"
HEMISPHERES: Final = re.compile(
    rf"(?<![\d.,]){_FINE} ?{_NORTH}{_BETWEEN}{_FINE} ?{_EAST}|(?<![\d.,]){_FINE} ?{_EAST}{_BETWEEN}{_FINE} ?{_NORTH}"
    rf"|(?<!\w){_NORTH} ?{_FINE}{_BETWEEN}{_EAST} ?{_FINE}(?!\d)"
    rf"|(?<!\w){_EAST} ?{_FINE}{_BETWEEN}{_NORTH} ?{_FINE}(?!\d)"
    rf"|(?<![\w.,]){_PACKED}[NS][\s,;/]{{0,3}}{_PACKED}[EW](?!\w)|(?<!\w)[NS]{_PACKED}[\s,;/]{{0,3}}[EW]{_PACKED}(?!\w)"
)
"""Two numbers as fine as a hundred metres, in degrees, minutes or seconds, whatever parts them, each with the letter or
word of its hemisphere."""
JOINED: Final = re.compile(
    r"(?<![\d.,])\d{1,3}[.,]\d{4,15}°?\s{1,3}(?:and|и|եւ|və|ve)\s{1,3}-?\d{1,3}[.,]\d{4,15}(?!\d|[.,]\d)"
)
"""Two numbers with four decimals or more and an *and* between."""
METRES: Final = re.compile(
    r"(?<!\w)(?:easting|northing)s?[ :=]{1,3}\d{6,7}(?:\.\d{1,3})?(?: ?m)?[ ,;/]{1,3}(?:(?:and|и|եւ|və|ve) )?"
    r"(?:easting|northing)s?[ :=]{1,3}\d{6,7}(?!\d)"
    r"|(?<![\w.,])\d{6,7}(?:\.\d{1,3})?(?: ?m)? (?:easting|northing)s?[ ,;/]{1,3}(?:(?:and|и|եւ|və|ve) )?"
    r"\d{6,7}(?:\.\d{1,3})?(?: ?m)? (?:easting|northing)(?!\w)",
    re.IGNORECASE,
)
_POINT: Final = re.compile(r"(?<=\d)[·⋅∙•‧٫](?=\d)")
_COMMAS: Final = str.maketrans("،؛", ",;")
_ZONE: Final = r"(?<![A-Za-z\d.,])(?:0?[1-9]|[1-5]\d|60)"
GRID: Final = re.compile(
    rf"{_ZONE}[C-HJ-NP-X] ?[A-HJ-NP-Z][A-HJ-NP-V] ?"
    r"(?:\d{6}|\d{8}|\d{10}|\d{3} \d{3}|\d{4} \d{4}|\d{5} \d{5})(?!\d)"
    rf"|{_ZONE} ?[C-HJ-NP-X],? ?(?:m ?E ?)?0?\d{{6}}(?:\.\d{{1,3}})?(?: ?m? ?E)?[ ,;/]{{1,3}}(?:m ?N ?)?\d{{7}}(?!\d)"
    r"|(?<!\w)(?:X|Y|E|N|Easting|Northing)[ :=]{1,3}\d{6,7}(?:\.\d{1,3})?(?: ?m)?[ ,;/]{1,3}"
    r"(?:X|Y|E|N|Easting|Northing)[ :=]{1,3}\d{6,7}(?!\d)"
)
"""MGRS to a hundred metres or less, and UTM, of every zone; metres east and north that are named so."""
PLUS_CODE: Final = re.compile(
    r"(?<![A-Z\d])[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,4}(?![A-Z\d])", re.IGNORECASE
)
WORDS_OF_A_PLACE: Final = re.compile(r"///[^\W\d_]{3,20}\.[^\W\d_]{3,20}\.[^\W\d_]{3,20}")
COARSE: Final = re.compile(
    r"(?<![\d.])\d{1,3}\.\d{1,2}°?[NE]?[\s,;/]{1,3}\d{1,3}\.\d{1,2}(?![\d.])|\d{1,3} ?° ?\d{1,2} ?['’′]"
)

TELEPHONE: Final = re.compile(r"(?<![\w.:])(?:\+|00) ?[1-9][\d ()\n.-]{7,18}\d")
LOCAL_TELEPHONE: Final = re.compile(
    r"(?<![\w.,])\(?0\d{2}\)?[ -]\d{3}[ -]\d{2}[ -]?\d{2}(?!\d)|(?<![\w.,])0[1-9]\d{7,8}(?!\w)"
)
MAIL: Final = re.compile(r"([\w.+-]{1,64}) ?(?:@|\(at\)|\[at\]) ?[\w-]{1,63}(?: ?\. ?|\(dot\)|\[dot\])[\w-]{2,63}")


def is_identity(plain: str) -> bool:
    """Whether a number of a person's paper stands in a text, known by its shape alone."""
    text = latin_capitals(plain)
    for match in PASSPORT.finditer(text):
        letters = match[0].rstrip("0123456789 \n-.№#:/")
        digits = sum(map(str.isdigit, match[0]))
        if match[0][len(letters) :][:1] in (" ", "\n") and (
            letters in _NO_LETTERS or ("\n" in match[0] and digits > 8)
        ):
            continue
        if digits == {1: digits if digits in (7, 8) else 0, 2: 7, 3: 8}.get(len(letters), 0):
            return True
    if _SMALL_PASSPORT.search(text) or MACHINE_LINES.search(text):
        return True
    return any(_is_of_person("".join(filter(str.isdigit, match[0]))) for match in SOCIAL.finditer(text))


def _is_of_person(digits: str) -> bool:
    if _DATE_STAMP.fullmatch(digits):
        return False
    if len(digits) == 10:
        return bool(_PUBLIC_SERVICES.fullmatch(digits))
    if len(digits) != 11:
        return False
    numbers = list(map(int, digits))
    return _passes_tckn(numbers) or _passes_snils(numbers)


def _passes_tckn(digits: list[int]) -> bool:
    """Turkey's number: two check digits."""
    tenth = (sum(digits[0:9:2]) * 7 - sum(digits[1:8:2])) % 10
    return digits[0] > 0 and digits[9] == tenth and digits[10] == sum(digits[:10]) % 10


def _passes_snils(digits: list[int]) -> bool:
    """Russia's number of insurance: two check digits."""
    total = sum(digit * weight for digit, weight in zip(digits[:9], range(9, 0, -1), strict=True)) % 101 % 100
    return len(set(digits[:9])) > 1 and digits[9] * 10 + digits[10] == total


def is_position(plain: str) -> bool:
    """Whether coordinates finer than a kilometre stand in a text."""
    if not plain.isascii():
        plain = _POINT.sub(".", plain.translate(_COMMAS))
    text = latin_capitals(plain)
    patterns = (DECIMALS, _LABELLED, SECONDS, HEMISPHERES, JOINED, METRES, GRID, WORDS_OF_A_PLACE)
    if any(pattern.search(each) for pattern in patterns for each in {plain, text}):
        return True
    return any(any(map(str.isdigit, match[0])) for match in PLUS_CODE.finditer(text))


def is_contact(plain: str) -> bool:
    """Whether a telephone number, or the mailbox of a person, stands in a text."""
    for pattern in (TELEPHONE, LOCAL_TELEPHONE):
        if any(9 <= sum(map(str.isdigit, match[0])) <= 15 for match in pattern.finditer(plain)):
            return True
    return any(match[1].casefold() not in OFFICES for match in MAIL.finditer(plain))
