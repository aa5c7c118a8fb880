"""The rule by which a list of people is known: names together with birth dates or identity numbers. Text → which part
of the rule it meets.

1. *headings*: a heading that asks for a person's name and one that asks for a birth date, an age beside a full name, or
   an identity number, in one row of a table, one object of JSON, or one workbook.
2. *words*: a name of two words or more beside a birth year, in any cell or sentence: "Surname Name, born 1984".
3. *cells*: a column headed as people's names beside a column of days or years that lie decades apart, or of numbers
   that pass the check digits of an identity number (TC Kimlik, SNILS, INN); a column headed as birth dates or identity
   numbers beside a column in which most cells are two or more capitalised words.

Headings and words are known in English, Russian, Azerbaijani, Armenian and Turkish, also in Latin letters. A name alone
("name of village", "post name", who reported) is no list of people, and the day of an event is no birth date. Ages
without full names, and names of people without anything that tells them from others of the name, are not refused here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, Literal

from trucewatch.messages import Message

Rule = Literal["headings", "words", "cells"]

LONGEST_HEADING: Final = 80
"""A longer cell is a sentence."""
NAME_SHARE: Final = 0.6
"""Of the filled cells of a column of names so many are two capitalised words or more."""
YEARS_APART: Final = 15
"""People of one list are born so far apart; the days of one list of events seldom lie so, beside people's names."""
FEWEST_CELLS: Final = 3
"""Fewer numbers pass a check of two digits by chance."""

_BY: Final[dict[Rule, Message]] = {
    "headings": Message("by its headings"),
    "words": Message("by words in it"),
    "cells": Message("by what its columns hold"),
}


def refusal_of(rule: Rule) -> Message:
    """What is said of a file that meets the rule: nothing of what stands in it."""
    return Message(
        "the file holds names of people together with birth dates or identity numbers ({how}), and nothing of it was "
        "kept; take them out or write codes in their place, and bring it again",
        how=_BY[rule],
    )


_STEMS: Final = (
    *("рожд", "родил", "род.", "doğum", "dogum", "təvəllüd", "tevellud", "anadan ol", "ծնվ", "ծնն", "ծն."),
    *("birth", "rozhd", "rojd", "tsnnd", "tsnd"),
)
_IDENTITY_STEMS: Final = (
    *("passport", "pasport", "паспорт", "снилс", "kimlik", "tckn", "vəsiqə", "vesiqe", "անձնագ", "հծհ", "անձն"),
    *("identity", "удостоверени", "личный номер", "личного номера", "şəxsiyyət"),
)


def _escaped(stem: str) -> str:
    """The same letters as JSON may write them; empty where it would not."""
    if stem.isascii():
        return ""
    return "".join(char if char.isascii() else f"\\u{ord(char):04x}" for char in stem)


def _alternatives(stems: Iterable[str]) -> str:
    every = {form for stem in stems for form in (stem, stem.capitalize(), stem.upper())}
    return "|".join(sorted({re.escape(form) for stem in every for form in (stem, _escaped(stem)) if form}))


# For RE2 over whole blocks: \b knows ASCII alone there.
MARKS: Final = (
    rf"(?i)\bborn|\bd\.?o\.?b\b|_dob\b|\byob\b|\d\s?г[. /]{{0,2}}р|[гд]\s?[./]\s?р|\bb\.\s?\d\d"
    rf"|\\u043[34][. /]{{0,2}}\\u0440|սոց[^ ]* ?քարտ|national.?id|\bid.?card|fin.?kod"
    rf"|personal.?(number|code|id)|social.?security|\bssn\b"
    rf"|{_alternatives((*_STEMS, *_IDENTITY_STEMS))}"
)
"""What a heading or a sentence holds that meets the rule; most of what holds it does not."""
_ANY_BORN: Final = rf"born|b\.|dob|d\.o\.b|г[. /]{{0,2}}р|д\.\s?р|{_alternatives(_STEMS)}"
BIRTH_MARKS: Final = (
    rf"(?i)\d\d[^\n]{{0,14}}({_ANY_BORN})|({_ANY_BORN})[^\n]{{0,40}}((19|20)\d\d|\d[./-]\d\d?[./-]\d\d)"
)
"""What a sentence holds that meets part 2."""

_PLACE_WORDS: Final = re.compile(
    r"\b(villages?|towns?|city|cities|places?|posts?|stations?|sites?|settlements?|streets?|roads?|rivers?|hospitals?"
    r"|schools?|units?|files?|projects?|forms?|zones?|districts?|regions?|organi[sz]ations?|compan(y|ies)|institutions?"
    r"|weapons?|sources?|publishers?|countr(y|ies)|sensors?|devices?|areas?|locations?|points?|users?|columns?|events?"
    r"|населенн\w*|сел[аоу]?|деревн\w*|пункт\w*|пост\w?|улиц\w*|район\w*|файл\w*|организаци\w*|город\w*|мест\w*"
    r"|больниц\w*|источник\w*|устройств\w*"
    r"|kənd\w*|qəsəbə\w*|rayon\w*|küçə\w*|fayl\w*|təşkilat\w*|yer\w*|şəhər\w*|mənbə\w*"
    r"|köy\w*|kasaba\w*|ilçe\w*|sokak\w*|dosya\w*|karakol\w*|kurum\w*|şehir|kaynak\w*|mahalle\w*"
    r"|գյուղ\w*|բնակավայր\w*|քաղաք\w*|կետ\w*|փողոց\w*|ֆայլ\w*|վայր\w*|աղբյուր\w*|kend\w*|gyugh\w*)\b"
)
_FULL_NAME: Final = re.compile(
    r"\b(surnames?|(last|first|family|full|given|middle|maiden|fore|father s) ?names?|patronymic|forenames?"
    r"|name of (the )?(person|victim|patient|detainee|deceased|soldier|child|prisoner|injured|wounded|killed|missing)"
    r"|(person|victim|patient|detainee|deceased|soldier|child|prisoner|respondent|beneficiary) ?(s )?names?"
    r"|фио|ф и о|фамили\w*|отчеств\w*|имя (отчество|пострадавш\w*|задержанн\w*|погибш\w*)"
    r"|ad(ı)? (və )?soyad\w*|soyad\w*|ata(sının)? adı|soyis[ia]?m\w*|isim soyisim|baba adı"
    r"|ազգանուն\w*|հայրանուն\w*|ա ա հ|աահ"
    r"|familiya|familia|fio|imya|otchestvo|azganun\w*|hayranun\w*|anun azganun)\b"
)
_ANY_NAME: Final = re.compile(
    r"\b(names?|persons?|people|who|patients?|victims?|detainees?|casualt(y|ies)|child(ren)?|prisoners?|respondents?"
    r"|имя|имена|погибш\w*|пострадавш\w*|задержанн\w*|пациент\w*|кто|лицо|ранен\w*|военнослужащ\w*"
    r"|ad|adı|adlar\w*|şəxs\w*|isim|ismi|isimler|kişi\w*|kim|անուն\w*|անձ\w*|ով|anun|ism)\b"
)
_BIRTH: Final = re.compile(
    r"\b(birth ?(date|day|year)?|(date|day|year|month|place) of birth|birthdate|birthday|birthyear|bdate|born( on| in)?"
    r"|d ?o ?b|yob|рожд(ения|ен|ена|ённ\w*|енн\w*)|г ?р|д ?р|родил(ся|ась)"
    r"|doğum ?(tarix\w*|tarih\w*|il\w*|yıl\w*|gün\w*|yer\w*|t)?|doğumlu|təvəllüd\w*|anadan ol\w*"
    r"|ծննդյան|ծնված|ծնվ\w*|ծննդ|(data|god|mesto|den) ro[zj]h?d\w*|ro[zj]h?deniya|dogum ?(tarix|tarih|il|yil|gun)\w*"
    r"|tevellud\w*|tsn+dyan)\b"
)
_NO_BIRTH: Final = re.compile(
    r"\b(birth ?(rate|centre|center|house|clinic|place of)|births|doğum ?ev\w*|birth control)\b"
)
_IDENTITY: Final = re.compile(
    r"\b(pas+port\w*|(national|personal|civil) (id|number|code|identity|identification)\w*( number| no| code)?"
    r"|identity (card|number|no|document|paper)\w*|id card\w*|social security\w*|ssn|tax(payer)? (id|number)"
    r"|паспорт\w*|снилс|инн|удостоверени\w+ личности|личн\w+ номер|личный код|жетон\w*|военн\w+ билет\w*"
    r"|fin ?kod\w*|şəxsiyyət\w*( vəsiqə\w*)?|vəsiqə\w*|t ?c ?kimlik\w*|kimlik (no|numarası|kartı)\w*|tckn"
    r"|nüfus cüzdan\w*"
    r"|անձնագ\w*|սոց(իալական)? քարտ\w*|հծհ|հանրային ծառայությունների համարանիշ\w*|vesiqe\w*|andznagir\w*)\b"
)
_NO_IDENTITY: Final = re.compile(
    r"\b(pas+port ?(controls?|checks?|checkpoints?|offices?|desks?|services?|queues?|points?|needed|required)"
    r"|паспортн\w+ (контрол|стол|служб|пункт)\w*|pasport (nəzarət|kontrol)\w*|pasaport (kontrol|denetim)\w*)\b"
)
"""What crossings and offices are asked for, and not people."""
_AGE: Final = re.compile(r"(age|ages|age years|возраст|возраст лет|yaş|yaşı|տարիք|տարիքը|vozrast|tariq)")
_SOME_YEAR: Final = re.compile(r"\d{4}")
_CAMEL: Final = re.compile(r"(?<=[^\W\d_A-ZА-ЯЁԱ-Ֆ])(?=[A-ZА-ЯЁԱ-Ֆ][^\W\d_])")
_BETWEEN: Final = re.compile(r"[\W_]+")

NAME, ANY_NAME, BIRTH, IDENTITY, AGE = "name", "any_name", "birth", "identity", "age"


def plain_heading(text: str) -> str:
    """A heading as it is compared: words in small letters with single blanks; of an XML path the last part."""
    last = text.rsplit("/", 1)[-1] if "/" in text and " " not in text.strip() else text
    folded = unicodedata.normalize("NFC", _CAMEL.sub(" ", last)).casefold().replace("i\u0307", "i").replace("ё", "е")
    return _BETWEEN.sub(" ", folded).strip()


@lru_cache(maxsize=8192)
def asks_for(heading: str) -> frozenset[str]:
    """What a heading asks for: a person's full name, some name, birth, identity, age; nothing of these.

    >>> sorted(asks_for("Date of birth")), sorted(asks_for("name of village")), sorted(asks_for("Фамилия"))
    (['birth'], [], ['any_name', 'name'])
    """
    if not heading or len(heading) > LONGEST_HEADING:
        return frozenset()
    plain = plain_heading(heading)
    parts = set()
    if _FULL_NAME.search(plain):
        parts |= {NAME, ANY_NAME}
    elif _ANY_NAME.search(plain) and not _PLACE_WORDS.search(plain):
        parts.add(ANY_NAME)
    if _BIRTH.search(plain) and not _NO_BIRTH.search(plain):
        parts.add(BIRTH)
    if _IDENTITY.search(_NO_IDENTITY.sub(" ", plain)):
        parts.add(IDENTITY)
    if _AGE.fullmatch(plain):
        parts.add(AGE)
    return frozenset(parts)


def headings_of_people(headings: Iterable[str], *, short: bool = False) -> bool:
    """Part 1 of the rule: whether these headings together ask who somebody is. short: only headings of three words at
    most without a year count, where it is not known that these are headings."""
    every: set[str] = set()
    for heading in headings:
        stripped = heading.strip()
        if short and (stripped.count(" ") > 2 or _SOME_YEAR.search(stripped)):
            continue
        every |= asks_for(stripped)
    return (NAME in every and AGE in every) or (ANY_NAME in every and bool(every & {BIRTH, IDENTITY}))


_YEAR: Final = r"(?:19[0-9]\d|20[0-2]\d)"
_DAY: Final = rf"(?:\d{{1,2}}[./-]\d{{1,2}}[./-](?:{_YEAR}|\d\d)|{_YEAR}-\d\d-\d\d)"
_MONTH: Final = r"(?:\d{1,2}\.?\s+)?(?:[^\W\d_]{3,12}\.?,?\s+)?"
_WHEN: Final = rf"(?:{_DAY}|{_MONTH}{_YEAR})"
_BORN: Final = re.compile(
    rf"(?:{_DAY}|{_YEAR})\s?-?(?:г[. /]{{0,2}}р\w*|г\w*\.?\s+рожд\w*|года?\s+рожд\w*|рожд\w*|doğumlu\w*|dogumlu\w*"
    rf"|(?:-?c[iıuü]\s)?(?:il\w*\s)?(?:təvəllüd\w*|doğum\w*|anadan ol\w*)|թ[.․]?\s?(?:ծնվ\w*|ծն[.․])|ծնվ\w*)"
    rf"|\b(?:born|b\.)\s*(?:(?:on|in)\s+)?(?:the\s+)?(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?{_WHEN}"
    rf"|\b(?:d\.?o\.?b\.?|date of birth|birth ?date|birth ?year|year of birth|doğum (?:tarix|tarih|il|yıl)\w*"
    rf"|дата рожд\w*|год рожд\w*|ծննդյան \w+)\s*[:=,;\t|–-]?\s*{_WHEN}"
    rf"|(?:родил(?:ся|ась)|рожд[её]н\w*|род\.|д\.\s?р\.?|ծնված\w*|ծն\.|anadan ol\w*)\s*:?\s*(?:в\s+)?{_WHEN}",
    re.IGNORECASE,
)
_WORD: Final = r"[^\W\d_][\w’'ʼ‑-]*\.?"
_WORDS: Final = re.compile(_WORD)
_GAP: Final = re.compile(r"[\s,;|\"]{0,3}")
_EDGE: Final = re.compile(r"[\s.,;:|\"()\[\]–—-]*")
_OF_A_PLACE: Final = frozenset(
    (
        *("in", "from", "near", "at", "of", "resident", "native", "village", "town", "city", "district", "region"),
        *("province", "житель", "жительница", "уроженец", "уроженка", "города", "села", "деревни", "посёлка", "из"),
        *("в", "от", "с", "район", "района", "область", "области", "sakini", "rayonu", "kəndi", "köyü", "ilçesi"),
        *("գյուղի", "քաղաքի", "բնակիչ"),
    )
)
"""Before or in capitalised words: a place that somebody comes from, and no name."""


def tells_of_person(text: str) -> bool:
    """Part 2 of the rule: whether a name of two words or more stands beside a birth date in this text.

    >>> tells_of_person("Sample Person, b. 1984"), tells_of_person("a man born in 1984 was seen")
    (True, False)
    """
    for match in _BORN.finditer(text):
        before = text[max(match.start() - 90, 0) : match.start()].rsplit("\n", 1)[-1]
        if _ends_in_name(before):
            return True
        if _begins_with_name(text[match.end() : match.end() + 70].split("\n", 1)[0]):
            return True
    return False


def _is_name_word(word: str) -> bool:
    return word[0].isupper() and word.casefold().rstrip(".") not in _OF_A_PLACE


def _ends_in_name(text: str) -> bool:
    """Whether a text ends in two or more words of a name, and in no place that somebody comes from."""
    run, edge = 0, len(text)
    for word in reversed(list(_WORDS.finditer(text))):
        gap = text[word.end() : edge]
        if not (_GAP if run else _EDGE).fullmatch(gap):
            return run > 1
        if not _is_name_word(word[0]):
            return run > 1 and word[0].casefold().rstrip(".") not in _OF_A_PLACE
        run, edge = run + 1, word.start()
    return run > 1


def _begins_with_name(text: str) -> bool:
    """Whether a text begins with two words of a name, written out."""
    words = list(_WORDS.finditer(text))[:2]
    if len(words) < 2 or not _EDGE.fullmatch(text[: words[0].start()]):
        return False
    is_run = bool(_GAP.fullmatch(text[words[0].end() : words[1].start()]))
    return is_run and all(_is_name_word(word[0]) and len(word[0].rstrip(".")) > 1 for word in words)


_NAME_CELL: Final = re.compile(rf"{_WORD}(?:[\s,]+{_WORD}){{1,4}}")


def is_name_cell(cell: str) -> bool:
    """Whether a cell is two to five capitalised words."""
    if len(cell) > LONGEST_HEADING or not _NAME_CELL.fullmatch(cell):
        return False
    return all(map(_is_name_word, _WORDS.findall(cell)))


_BARE_YEAR: Final = re.compile(rf"{_YEAR}(?:[.,]0)?")
_BARE_DAY: Final = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](\d{4})|(\d{4})-\d\d?-\d\d?")
_IDENTITY_CELL: Final = re.compile(r"\d{11}|\d{12}|\d{3}-\d{3}-\d{3}[ -]\d\d")


def year_of(cell: str) -> int | None:
    """The year of a cell that is nothing but a year or a day."""
    if _BARE_YEAR.fullmatch(cell):
        return int(cell[:4])
    day = _BARE_DAY.fullmatch(cell)
    return int(day[1] or day[2]) if day else None


def is_identity_number(cell: str) -> bool:
    """Whether a cell passes the check digits of a Turkish identity number, or of a Russian SNILS or INN.

    >>> is_identity_number("10000000146"), is_identity_number("112-233-445 95"), is_identity_number("79161234567")
    (True, True, False)
    """
    if not _IDENTITY_CELL.fullmatch(cell):
        return False
    digits = [int(char) for char in cell if char.isdigit()]
    if len(digits) == 12:
        return _passes_inn(digits)
    return _passes_tc(digits) or _passes_snils(digits)


def _passes_tc(digits: Sequence[int]) -> bool:
    tenth = (7 * sum(digits[0:9:2]) - sum(digits[1:8:2])) % 10
    return digits[0] != 0 and digits[9] == tenth and digits[10] == sum(digits[:10]) % 10


def _passes_snils(digits: Sequence[int]) -> bool:
    total = sum(digit * weight for digit, weight in zip(digits[:9], range(9, 0, -1), strict=True)) % 101
    return total % 100 == digits[9] * 10 + digits[10] and len(set(digits[:9])) > 1


_INN_FIRST: Final = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_SECOND: Final = (3, *_INN_FIRST)


def _passes_inn(digits: Sequence[int]) -> bool:
    def check(weights: Sequence[int]) -> int:
        return sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11 % 10

    return len(set(digits)) > 1 and check(_INN_FIRST) == digits[10] and check(_INN_SECOND) == digits[11]


def columns_of_people(header: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Part 3 of the rule, over some rows of a table, column by column."""
    headings = [asks_for(name.strip()) for name in header]
    has_full_name = any(NAME in each for each in headings)
    has_person = any(each & {BIRTH, IDENTITY} for each in headings)
    for each, cells in zip(headings, columns, strict=False):
        filled = [cell for cell in cells if cell]
        if not filled:
            continue
        if has_full_name and NAME not in each and (_lie_decades_apart(filled) or _are_identities(filled)):
            return True
        if has_person and not each & {BIRTH, IDENTITY} and _are_names(filled):
            return True
    return False


def needs_cells(header: Sequence[str]) -> bool:
    """Whether the cells under these headings have to be looked at."""
    headings = [asks_for(name.strip()) for name in header]
    return any(NAME in each or each & {BIRTH, IDENTITY} for each in headings)


def _are_names(cells: Sequence[str]) -> bool:
    """Whether most cells are names, and not a few places again and again."""
    return sum(map(is_name_cell, cells)) >= NAME_SHARE * len(cells) and len(set(cells)) * 2 > len(cells)


def _lie_decades_apart(cells: Sequence[str]) -> bool:
    years = [year for year in map(year_of, cells) if year is not None]
    if len(years) < FEWEST_CELLS or len(years) * 2 < len(cells):
        return False
    return max(years) - min(years) >= YEARS_APART


def _are_identities(cells: Sequence[str]) -> bool:
    count = sum(map(is_identity_number, cells))
    return count >= FEWEST_CELLS and count * 5 >= 4 * len(cells)
