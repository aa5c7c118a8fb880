"""Text of a paragraph → where its sentences begin and end, in eight languages."""

from __future__ import annotations

import re
from typing import Final

_ABBREVIATIONS: Final = {
    "az": "c cm səh mad müq təq məs prof dr akad gen",
    "de": "z b d h u a o ä bzw ca vgl s abs art nr dr prof hr fr st ggf evtl inkl sog str bspw mio mrd gen",
    "en": "mr mrs ms dr prof no nos art arts para paras sec vs e g i gen col lt capt maj sgt st hon rep sen gov fig cf "
    "approx est jan feb mar apr jun jul aug sep sept oct nov dec",
    "es": "sr sra srta sres dr dra prof art arts núm nº no pág ee uu d dña excmo ud uds gral aprox p ej",
    "fr": "m mm mme mlle dr pr art arts n p ex cf env me gén col av",
    "hy": "օր պրն տկն տիկ դոկ պրոֆ ակադ հոդ գեն գնդ",
    "ru": "т е п к ст стр гл пп абз рис см ср напр им ул г н э руб тыс млн млрд о проф акад доц ген полк д в у с ок",
    "tr": "dr prof doç av sn no md fık örn bkz yrd alb org krg gen cad mah sok yy",
}
_MAY_END: Final = frozenset(
    [
        "г",
        "гг",
        "др",
        "п",
        "т",
        "д",
        "пр",
        "s",
        "с",
        "etc",
        "usw",
        "vb",
        "vs",
        "sair",
        "v",
        "b",
        "tc",
        "թ",
        "թթ",
        "kg",
        "km",
        "км",
        "га",
        "тыс",
        "млн",
        "млрд",
        "руб",
        "мин",
        "ч",
        "yy",
        "a",
        "m",
        "p",
    ]
)
"""Abbreviations after which a sentence may end: it does if a capital follows and a number or their usual phrase
stands before them."""
_ENDING_PHRASES: Final = re.compile(
    r"(?:(?:^|\s)(?:и\s*т\.\s?[дп]|и\s*(?:др|пр)|usw|etc|u\.\s?a|və\s*s|ve\s*s|v[bs]|և\s*այլն)|\d\s?(?:гг?|թթ?|км|"
    "га|k[mg]|руб|"
    r"тыс|млн|млрд)|[ap]\.\s?m)$",
    re.IGNORECASE,
)
_ORDINAL_BEFORE: Final = frozenset(
    [
        "am",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "des",
        "vom",
        "zum",
        "bis",
        "im",
        "ab",
        "seit",
        "beim",
        "zur",
        "ein",
        "eine",
        "und",
        "nach",
    ]
)
"""German words after which "9." is "the ninth"."""
_ORDINAL_AFTER: Final = {
    "de": "januar februar märz april mai juni juli august september oktober november dezember jan feb jahrhundert "
    "artikel absatz punkt",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık madde maddesi maddesinde "
    "paragraf yüzyıl",
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr maddə bənd",
}
_WORDS: Final = {language: frozenset(words.split()) for language, words in _ABBREVIATIONS.items()}
_EVERY_WORD: Final = frozenset().union(*_WORDS.values())
_AFTER: Final = {language: frozenset(words.split()) for language, words in _ORDINAL_AFTER.items()}
_LOOK_BACK: Final = 24
"""Characters before a sign in which its word is looked for; no abbreviation is longer."""
_STOPS: Final = re.compile(r"""(?<![.!?…։])[.!?…։]++["'»”’“)\]]*+(?=\s)|[\n\u2028\u2029]""")
_STOPS_WITH_COLON: Final = re.compile(r"""(?<![.!?…։:])[.!?…։:]++["'»”’“)\]]*+(?=\s)|[\n\u2028\u2029]""")
"""In Armenian the colon of a keyboard stands for the full stop."""
_NEXT: Final = re.compile(r"""[\s"'«„“”‘’(\[¿¡—–-]{0,8}(\w*)""")
_LAST_WORD: Final = re.compile(r"(?:(\w+)[\s\u00a0])?[\"'«„“(\[]{0,4}(\w+)$")


def sentences(text: str, language: str) -> tuple[tuple[int, int], ...]:
    """Where each sentence begins and ends, [start, end), blanks around it left out; together they are all of the text.

    A full stop ends none after an abbreviation, an initial, a number in its order ("9. November"), or before a small
    letter. Time grows with the length alone. Limits: an abbreviation of another language counts only where the language
    is not known ("").

    >>> text = "Mr. Low met N. Tarn on 9 May. He left."
    >>> [text[start:end] for start, end in sentences(text, "en")]
    ['Mr. Low met N. Tarn on 9 May.', 'He left.']
    """
    bounds: list[tuple[int, int]] = []
    start = 0
    for stop in (_STOPS_WITH_COLON if language == "hy" else _STOPS).finditer(text):
        if _ends(text, stop, language):
            _add(bounds, text, start, stop.end())
            start = stop.end()
    _add(bounds, text, start, len(text))
    return tuple(bounds)


def _add(bounds: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        bounds.append((start, end))


def _ends(text: str, stop: re.Match[str], language: str) -> bool:
    signs = stop.group()
    if signs.isspace() or signs[0] == "։":
        return True
    following = _NEXT.match(text, stop.end())
    next_word = following[1] if following else ""
    if next_word[:1].islower():
        return False
    if signs[0] != "." or signs.startswith(".."):
        return True
    before = text[max(0, stop.start() - _LOOK_BACK) : stop.start()]
    last = _LAST_WORD.search(before)
    if last is None:
        return True
    word = last[2]
    if word.isdecimal():
        return not _is_ordinal(word, (last[1] or "").casefold(), next_word.casefold(), language)
    is_abbreviated = word.casefold() in _WORDS.get(language, _EVERY_WORD)
    is_initial = len(word) == 1 and word.isupper()
    if word.casefold() in _MAY_END and _ENDING_PHRASES.search(before):
        return True
    return not (is_abbreviated or is_initial)


def _is_ordinal(number: str, before: str, after: str, language: str) -> bool:
    if len(number) > 2 or not after:
        return False
    return after in _AFTER.get(language, ()) or (language == "de" and before in _ORDINAL_BEFORE)
