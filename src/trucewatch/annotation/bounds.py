"""The words at a day → whether it is a last day ("by"), the first day too late ("before"), or either."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from trucewatch.annotation.number_words import plain
from trucewatch.model.annotations import Value

Reach = Literal["by", "before", "either", "after", ""]
_LEADING: Final[dict[str, dict[Reach, str]]] = {
    "en": {
        "by": "by|no later than|not later than|by the|no later than the",
        "before": "before|prior to|ahead of|before the",
        "either": "until|till|up to|until the",
        "after": "after|from|since|as of",
    },
    "ru": {
        "by": "к|не позднее|по|не позже|включительно до",
        "before": "ранее|раньше|до наступления",
        "either": "до|вплоть до",
        "after": "после|с|начиная с",
    },
    "de": {
        "by": "bis|bis zum|bis spätestens|spätestens am|spätestens bis|spätestens bis zum",
        "before": "vor|vor dem",
        "after": "nach dem|seit|seit dem|ab dem|ab|vom",
    },
    "fr": {
        "by": "au plus tard le|d'ici au|d'ici le|jusqu'au|d'ici",
        "before": "avant le|avant",
        "after": "après le|depuis le|dès le|à partir du",
    },
    "es": {
        "by": "a más tardar el|hasta el|para el|no más tarde del",
        "before": "antes del|antes de",
        "after": "después del|desde el|a partir del",
    },
    "tr": {"by": "en geç"},
    "az": {"by": "ən gec"},
    "hy": {"by": "ոչ ուշ քան|ամենաուշը", "either": "մինչև|մինչեւ"},
}
_FOLLOWING: Final[dict[str, dict[Reach, str]]] = {
    "tr": {"either": "kadar|dek|değin", "before": "önce|evvel", "after": "sonra|itibaren"},
    "az": {"either": "dək|dak|qədər|kimi", "before": "əvvəl|qabaq", "after": "sonra|etibarən"},
    "hy": {"either": "մինչև|մինչեւ", "before": "առաջ", "after": "հետո"},
    "ru": {"by": "включительно"},
}
_INCLUSIVE: Final = frozenset(
    [
        "включительно",
        "inclusive",
        "einschließlich",
        "einschliesslich",
        "inclus",
        "incluido",
        "dahil",
        "daxil",
        "ներառյալ",
    ]
)
"""Beside a day they settle what a word that may mean either leaves open: "до 9 мая включительно"."""
_LOOK: Final = 24
_LOOK_AFTER: Final = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBound:
    """reach: "by" includes the day, "before" leaves it out, "either" is a word of the language that may mean both; ""
    where no such word stands. words: that word, as written; start and end: of it and the day together."""

    reach: Reach
    words: str
    start: int
    end: int


@cache
def _phrases(language: str) -> tuple[tuple[tuple[str, Reach], ...], tuple[tuple[str, Reach], ...]]:
    return tuple(  # type: ignore[return-value]
        tuple(
            sorted(
                (
                    (plain(phrase), reach)
                    for reach, phrases in side.get(language, {}).items()
                    for phrase in phrases.split("|")
                ),
                key=lambda each: -len(each[0]),
            )
        )
        for side in (_LEADING, _FOLLOWING)
    )


def day_bound(text: str, value: Value, language: str) -> DayBound:
    """What the words beside a day make of it.

    >>> from trucewatch.annotation.values import values_in
    >>> text = "не позднее 2 мая"
    >>> day_bound(text, values_in(text, "ru")[0], "ru").reach
    'by'
    """
    leading, following = _phrases(language)
    look_from = max(0, value.start - _LOOK)
    before_text = plain(text[look_from : value.start]).rstrip(" ")
    # A suffix with an apostrophe or a dash may be within the words of the day: "30-dək".
    after_text = plain(text[value.start : value.end + _LOOK_AFTER])
    for phrase, reach in leading:
        if before_text.endswith(phrase) and not before_text[: -len(phrase)][-1:].isalpha():
            start = look_from + len(before_text) - len(phrase)
            settled = _settled(reach, after_text, value.end - value.start)
            return DayBound(reach=settled, words=text[start : value.start].strip(), start=start, end=value.end)
    day_length = value.end - value.start
    for word_start, word in _words_of(after_text):
        if word_start < day_length - 4 or any(sign in after_text[day_length:word_start] for sign in ",;.:"):
            continue
        for phrase, reach in following:
            if word == phrase:
                end = value.start + word_start + len(word)
                settled = _settled(reach, after_text, day_length)
                return DayBound(reach=settled, words=text[value.start + word_start : end], start=value.start, end=end)
    return DayBound(reach="", words="", start=value.start, end=value.end)


def _settled(reach: Reach, text: str, after: int) -> Reach:
    """The reach with what a word behind the day, before the next sign but a bracket, makes of it."""
    is_inclusive = any(
        word in _INCLUSIVE and start >= after and not any(sign in text[after:start] for sign in ",;.:")
        for start, word in _words_of(text)
    )
    return "by" if reach == "either" and is_inclusive else reach


def _words_of(text: str) -> list[tuple[int, str]]:
    words, start = [], -1
    for place, sign in enumerate(text + " "):
        if sign.isalpha():
            start = place if start < 0 else start
        elif start >= 0:
            words.append((start, text[start:place]))
            start = -1
    return words
