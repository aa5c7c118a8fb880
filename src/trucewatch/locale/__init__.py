"""Words, numbers and dates in each language: gettext catalogues inside the package, formats from Babel.

A language is one folder with a catalogue (`ru/LC_MESSAGES/trucewatch.po`, and its compiled `.mo`). The English text in
the code is the key; the English catalogue may stay empty. No sentence is glued from parts: names and numbers go into
placeholders.
"""

from __future__ import annotations

import gettext as gnu
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final, Literal

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from trucewatch.errors import ReportError
from trucewatch.messages import VERBATIM, Message, Month, Plural, Term, Value
from trucewatch.model.names import Names, name_in
from trucewatch.model.times import zone_label

DOMAIN: Final = "trucewatch"
LANGUAGES: Final = ("en", "ru", "az", "hy", "tr")
"""In the order in which people choose."""
SOURCE: Final = "en"
"""The language of the sentences in the code; its text prevails over every translation that nobody accepted."""
_FORMATS_OF: Final = {"en": "en_GB"}
_SPELLED: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
)


def mark(text: str) -> str:
    """The text itself, marked for the catalogues; translated where it is used."""
    return text


def mark_in(context: str, text: str) -> str:
    """The text itself, marked for the catalogues in a context."""
    return text


@dataclass(frozen=True, slots=True)
class Words:
    """One language: sentences, names, numbers, dates."""

    language: str
    catalogue: gnu.NullTranslations = field(repr=False)
    locale: Locale = field(repr=False)

    def gettext(self, message: str) -> str:
        return self.catalogue.gettext(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.catalogue.ngettext(singular, plural, number)

    def pgettext(self, context: str, message: str) -> str:
        return self.catalogue.pgettext(context, message)

    def npgettext(self, context: str, singular: str, plural: str, number: int) -> str:
        return self.catalogue.npgettext(context, singular, plural, number)

    def say(self, message: Value, *, zone: tzinfo = UTC) -> str:
        """A message in this language; a text stays, since people typed it or a file holds it. `zone`: of its
        moments."""
        match message:
            case str():
                return message
            case Term(context=context):
                return self.pgettext(context, message.template)
            case Plural(number=number):
                template = self.ngettext(message.template, message.several, number)
            case Message():
                template = message.template if message.template == VERBATIM else self.gettext(message.template)
            case datetime():
                return self.moment(message, zone)
            case Month():
                return self.whole_month(message)
            case date():
                return self.short_day(message)
            case _:
                return self.number(int(message))
        sentence: str = message.filled(template, lambda value: self.say(value, zone=zone))
        return sentence

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Which way the language is written, for the `dir` attribute."""
        return "rtl" if self.locale.text_direction == "rtl" else "ltr"

    def name(self, names: Names, *, otherwise: str = "") -> str:
        return name_in(names, self.language, otherwise=otherwise)

    def language_name(self, code: str) -> str:
        """The name of a language in this one; its code if it has none."""
        return str(self.locale.languages.get(code, code))

    def number(self, value: float) -> str:
        """`1,204` or `1 204`; fractions only where there are any."""
        return _decimal(value, self.locale)

    def percent(self, share: float) -> str:
        """A share as a whole percentage: 0.4 → 40%."""
        return str(format_percent(share, locale=self.locale))

    def fixed(self, value: float, digits: int) -> str:
        """A number with this many decimals: `2.1`, `2,1`."""
        return _fixed(value, digits, self.locale)

    def spelled(self, value: int) -> str:
        """A number as it stands in a running English sentence, in words up to twenty; digits in other languages."""
        if self.language == "en" and 0 <= value < len(_SPELLED):
            return _SPELLED[value]
        return self.number(value)

    def day(self, day: date) -> str:
        """`11 December 2020`, `11 декабря 2020 г.`"""
        return str(format_date(day, format="long", locale=self.locale))

    def short_day(self, day: date) -> str:
        """`11 Dec 2020`"""
        return _date(day, "medium", self.locale)

    def month(self, month: str) -> str:
        """`Dec 2020`, of `2020-12`."""
        skeleton = self.locale.datetime_skeletons.get("yMMM")
        return _date(date.fromisoformat(f"{month}-01"), str(skeleton) if skeleton else "MMM y", self.locale)

    def whole_month(self, day: date) -> str:
        """`December 2020`, `декабрь 2020 г.`, of any of its days."""
        skeleton = self.locale.datetime_skeletons.get("yMMMM")
        return _date(day, str(skeleton) if skeleton else "MMMM y", self.locale)

    def bare_day(self, day: date) -> str:
        """`11 Dec`, where the year is clear."""
        skeleton = self.locale.datetime_skeletons.get("MMMd")
        return _date(day, str(skeleton) if skeleton else "d MMM", self.locale)

    def time(self, moment: datetime, zone: tzinfo) -> str:
        """`14:02`"""
        local = moment.astimezone(zone)
        return _clock(local.hour, local.minute, self.locale)

    def moment(self, moment: datetime, zone: tzinfo) -> str:
        """`11 Dec 2020, 14:02 (UTC+4)`"""
        return self.gettext("{day}, {time} ({zone})").format(
            day=self.short_day(moment.astimezone(zone).date()),
            time=self.time(moment, zone),
            zone=zone_label(moment, zone),
        )

    def listed(self, parts: Sequence[str]) -> str:
        """`A, B and C`"""
        return str(format_list(list(parts), locale=self.locale)) if parts else ""


def capitalised(sentence: str, language: str) -> str:
    """The sentence with a capital first letter; Turkish and Azerbaijani i keeps its dot, Armenian և is written Եվ as
    its spelling reform has it (Unicode makes it ԵՒ)."""
    if not sentence:
        return sentence
    own = {"i": "İ"} if language in ("tr", "az") else {"և": "Եվ"}
    return own.get(sentence[0], sentence[0].upper()) + sentence[1:]


def uncapitalised(phrase: str, language: str) -> str:
    """The phrase as it stands inside a sentence, for languages whose nouns have no capital there."""
    if not phrase or language == "de":
        return phrase
    first = {"I": "ı", "İ": "i"}.get(phrase[0]) if language in ("tr", "az") else None
    return (first or phrase[0].lower()) + phrase[1:]


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a catalogue, in the order of `LANGUAGES`; what is not there follows by its code."""
    folders = [entry.name for entry in files(__name__).iterdir() if entry.is_dir() and not entry.name.startswith("_")]
    present = sorted(name for name in folders if compiled_file(name).is_file())
    return tuple(sorted(present, key=lambda name: (*LANGUAGES, name).index(name)))


@cache
def words(language: str) -> Words:
    """The words of a language. Raises ReportError if there is no catalogue, naming those that exist."""
    if language not in languages():
        raise ReportError(
            Message(
                'there is no catalogue for the language "{language}"; choose one of: {words}',
                language=language,
                words=", ".join(languages()),
            )
        )
    with compiled_file(language).open("rb") as compiled:
        catalogue = gnu.GNUTranslations(compiled)
    return Words(language, catalogue, Locale.parse(_FORMATS_OF.get(language, language)))


def compiled_file(language: str) -> Traversable:
    """Where the one compiled catalogue of a language lies; it need not be there."""
    return files(__name__) / language / "LC_MESSAGES" / f"{DOMAIN}.mo"


@lru_cache(maxsize=4096)
def _decimal(value: float, locale: Locale) -> str:
    """Kept, since a page writes the same numbers again and again."""
    return str(format_decimal(value, format="#,##0.###", locale=locale))


@lru_cache(maxsize=4096)
def _fixed(value: float, digits: int, locale: Locale) -> str:
    return str(format_decimal(value, format=f"#,##0.{'0' * digits}" if digits else "#,##0", locale=locale))


@lru_cache(maxsize=4096)
def _date(day: date, pattern: str, locale: Locale) -> str:
    return str(format_date(day, format=pattern, locale=locale))


@lru_cache(maxsize=4096)
def _clock(hour: int, minute: int, locale: Locale) -> str:
    return str(format_time(time(hour, minute), format="HH:mm", locale=locale))
