"""Dates, numbers and places in eight languages, in tables."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.annotation.known_names import KnownNames
from trucewatch.annotation.values import values_in
from trucewatch.model.statements import LANGUAGES

DAY = date(2031, 4, 21)
KNOWN = KnownNames(
    places={
        "hollin": (
            "Hollin Meadows",
            "Холлинские луга",
            "Holin Çayırları",
            "Holin çəmənlikləri",
            "Հոլինի մարգագետիններ",
        ),
        "road": ("Bridge Road", "Мостовая дорога", "Köprü Yolu", "Կամրջի ճանապարհ", "route du Pont"),
        "bridge": ("Middle Bridge", "Средний Мост", "Mittelbrücke"),
    }
)
DATES = [
    ("en", "by 2 May 2031", ["2031-05-02"]),
    ("en", "the 9/10 November agreement", ["2030-11-09", "2030-11-10"]),
    ("en", "on November 9, 2020, it", ["2020-11-09"]),
    ("en", "on the 1st of March we may march", ["2031-03-01"]),
    ("en", "in May, since 2026-05-01", ["2031-05", "2026-05-01"]),
    ("ru", "на 9 ноября и к 1-му", ["2030-11-09"]),
    ("ru", "10.11.2020 и до 2 мая 2031 года", ["2020-11-10", "2031-05-02"]),
    ("de", "bis zum 1. März", ["2031-03-01"]),
    ("de", "seit November 2030", ["2030-11"]),
    ("tr", "30 Ocak'a kadar", ["2031-01-30"]),
    ("tr", "10 Kasım 2020 tarihinde", ["2020-11-10"]),
    ("az", "yanvarın 30-dək", ["2031-01-30"]),
    ("az", "2020-ci il noyabrın 10-da", ["2020-11-10"]),
    ("az", "10 noyabr 2020-ci il", ["2020-11-10"]),
    ("hy", "հունվարի 30-ին", ["2031-01-30"]),
    ("hy", "2020 թվականի նոյեմբերի 9-ին", ["2020-11-09"]),
    ("fr", "avant le 1er mars 2031", ["2031-03-01"]),
    ("es", "el 9 de noviembre de 2020", ["2020-11-09"]),
    ("en", "the twenty-second of May, at 16:30", ["2031-05-22"]),
    ("ru", "до первого июня", ["2031-06-01"]),
    ("ru", "с 1 по 5 мая 203119:25", ["2031-05-01", "2031-05-05"]),
    ("de", "zwischen dem 1. und dem 5. Mai", ["2031-05-01", "2031-05-05"]),
    ("fr", "du 1er au 7 mai", ["2031-05-01", "2031-05-07"]),
]
NUMBERS = [
    ("en", "48,000 people", ("48000", "people", "")),
    ("en", "more than forty heavy weapons", ("40", "", "more_than")),
    ("en", "almost 30 years", ("30", "year", "almost")),
    ("en", "one thousand nine hundred and sixty soldiers", ("1960", "people", "")),
    ("en", "3.5 per cent", ("3.5", "%", "")),
    ("ru", "48 000 человек", ("48000", "people", "")),
    ("ru", "тысяча девятьсот шестьдесят военнослужащих", ("1960", "people", "")),
    ("ru", "не менее двадцати трёх дней", ("23", "day", "at_least")),
    ("ru", "1,5 млн гектаров", ("1500000", "ha", "")),
    ("de", "48.000 Menschen", ("48000", "people", "")),
    ("de", "mindestens vierundzwanzig Stunden", ("24", "hour", "at_least")),
    ("tr", "1.960 asker", ("1960", "people", "")),
    ("tr", "kırk ağır silah", ("40", "", "")),
    ("tr", "40'tan fazla kişi", ("40", "people", "more_than")),
    ("az", "qırx iki gün", ("42", "day", "")),
    ("hy", "քառասուն օր", ("40", "day", "")),
    ("hy", "առնվազն 5 կիլոմետր", ("5", "km", "at_least")),
    ("fr", "quatre-vingt-dix-sept jours", ("97", "day", "")),
    ("es", "treinta y tres días", ("33", "day", "")),
]
PLACES = [
    ("en", "from the Bridge Road to Hollin Meadows", ["road", "hollin"]),
    ("ru", "на Мостовой дороге, в Холлинских лугах, у Среднего Моста", ["road", "hollin", "bridge"]),
    ("tr", "Köprü Yolu'nda, Holin Çayırlarına", ["road", "hollin"]),
    ("az", "Holin çəmənliklərində", ["hollin"]),
    ("hy", "Կամրջի ճանապարհին, Հոլինի մարգագետիններում", ["road", "hollin"]),
    ("fr", "sur la route du Pont", ["road"]),
]


@pytest.mark.parametrize(("language", "text", "expected"), DATES)
def test_days_are_read_as_each_language_writes_them(language: str, text: str, expected: list[str]) -> None:
    days = [value.value for value in values_in(text, language, KNOWN, year_of=DAY) if value.kind == "date"]
    assert days == expected


@pytest.mark.parametrize(("language", "text", "expected"), NUMBERS)
def test_numbers_are_read_with_their_unit_and_hedge(language: str, text: str, expected: tuple[str, str, str]) -> None:
    values = values_in(text, language, KNOWN)
    assert [(value.value, value.unit, value.hedge) for value in values] == [expected]


@pytest.mark.parametrize(("language", "text", "expected"), PLACES)
def test_every_form_of_a_place_is_that_place(language: str, text: str, expected: list[str]) -> None:
    assert [value.value for value in values_in(text, language, KNOWN)] == expected


def test_an_hour_of_the_clock_is_no_number() -> None:
    assert not values_in("um 13.15 Uhr und 14:40", "de")
    assert not values_in("saat 17.00'de", "tr")


def test_a_name_of_a_weapon_is_no_number() -> None:
    assert not values_in("a Su-25 and an F16", "en")


@given(st.text(alphabet="9 1.,-/'%мая May to one İ\u00a0", max_size=80), st.sampled_from((*LANGUAGES, "")))
def test_values_stand_in_order_apart_and_are_their_words(text: str, language: str) -> None:
    values = values_in(text, language, KNOWN, year_of=DAY)
    assert all(value.text == text[value.start : value.end] and value.text for value in values)
    assert all(before.end <= after.start for before, after in pairwise(values))
