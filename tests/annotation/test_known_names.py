"""What a watch knows by name, and the endings that languages set on names."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import ROOT, each
from trucewatch.annotation.known_names import KnownNames, known_names_of
from trucewatch.annotation.name_forms import name_patterns
from trucewatch.annotation.patterns import Patterns, words_of
from trucewatch.watch.load import load_watch

TWO_VALLEYS = ROOT / "examples" / "two-valleys"


@pytest.fixture(scope="module")
def lexis() -> KnownNames:
    return known_names_of(load_watch(TWO_VALLEYS))


def test_clauses_are_known_by_part_and_by_number(lexis: KnownNames) -> None:
    assert {"1", "1a", "5 bis", "5bis", "6"} <= lexis.clauses
    assert lexis.provision_of["3b"] == "3"
    assert lexis.instrument_of["5 bis"] == lexis.instrument_of["5bis"] == "bridge-protocol"


def test_instruments_have_names_without_our_remarks_and_their_day(lexis: KnownNames) -> None:
    assert "Bridge Road Protocol" in lexis.instruments["bridge-protocol"]
    assert lexis.signed["accord"] == (date(2031, 4, 20),)
    assert not any("(" in name for names in each(lexis.instruments.values()) for name in names)


def test_a_centre_that_signed_is_a_party_and_a_body(lexis: KnownNames) -> None:
    assert "Joint Commission" in lexis.bodies["JC"]
    assert "Joint Commission" in lexis.parties["JC"]
    assert "UV" not in lexis.bodies


def test_all_spellings_of_a_place_are_one(lexis: KnownNames) -> None:
    assert {"Larkfell", "Жаворонково", "Quarrystead", "Taşocak"} <= set(lexis.places["larkfell"])


def test_without_a_watch_nothing_is_known() -> None:
    bare = KnownNames()
    assert not bare.clauses
    assert not bare.places
    assert bare.lexicon.topic == ()


@pytest.mark.parametrize(
    ("language", "name", "text"),
    [
        ("ru", "Верхняя Долина", "о намерениях Верхней Долины"),
        ("ru", "Совместная комиссия", "с Совместной комиссией"),
        ("tr", "Ortak Komisyon", "Ortak Komisyonun raporu"),
        ("tr", "Yukarı Vadi", "Yukarı Vadi'nin sözcüsü"),
        ("az", "Birgə Komissiya", "Birgə Komissiyanın üzvləri"),
        ("az", "Körpü yolu", "Körpü yolunda"),
        ("hy", "Վերին Հովիտ", "Վերին Հովտի նախագահը"),
        ("hy", "Համատեղ հանձնաժողով", "Համատեղ հանձնաժողովին"),
        ("de", "Oberes Tal", "die Regierung des Oberen Tals"),
        ("de", "Gemeinsame Kommission", "von der Gemeinsamen Kommission"),
        ("fr", "Commission mixte", "la commission mixte"),
        ("es", "Valle Alto", "del Valle Alto"),
    ],
)
def test_a_name_is_found_with_its_endings(language: str, name: str, text: str) -> None:
    patterns = Patterns([("it", pattern) for pattern in name_patterns(name, language)])
    assert len(patterns.find(words_of(text))) == 1


def test_a_short_name_takes_no_ending_in_russian() -> None:
    assert name_patterns("Кур", "ru") == ("кур*",)
    assert name_patterns("Ош", "ru") == ("ош",)
