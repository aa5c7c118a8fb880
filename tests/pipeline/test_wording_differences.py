"""One wording in several languages: what differs in numbers, days, times, places and names is shown before signing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from trucewatch.pipeline.wording_differences import NO_PEOPLE, WordingComparison, wording_differences
from trucewatch.watch import load_watch

AT = datetime(2031, 5, 3, 18, 5, tzinfo=UTC)
TWO_VALLEYS = load_watch(ROOT / "examples" / "two-valleys")
KARABAKH = load_watch(ROOT / "examples" / "karabakh-2020")
TEXTS = {
    "en": "At least 12 people were hurt at 18:05 UTC on 3 May 2031 near Saltmarsh; so the Northern Isles say.",
    "ru": "Не менее двенадцати человек пострадали в 18:05 UTC 3 мая 2031 года у Солончака; говорят Северные острова.",
    "tr": "Kuzey Adaları: 3 Mayıs 2031'de saat 18:05 UTC'de Tuzlabatak yakınında en az 12 kişi yaralandı.",
}
FIVE = {
    "en": "On 4 May 2031 at 18:05 UTC 7 shells fell; 3 houses were hit.",
    "ru": "4 мая 2031 года в 18:05 UTC упали семь снарядов; повреждены 3 дома.",
    "az": "4 may 2031-ci ildə saat 18:05 UTC yeddi mərmi düşdü; 3 ev zədələndi.",
    "hy": "2031 թ. մայիսի 4-ին ժամը 18:05 UTC ընկավ յոթ արկ. վնասվեց 3 տուն։",
    "tr": "4 Mayıs 2031'de saat 18:05 UTC'de yedi mermi düştü; 3 ev zarar gördü.",
}


def compare(texts: dict[str, str]) -> WordingComparison:
    return wording_differences(texts, TWO_VALLEYS, at=AT)


def test_texts_that_say_the_same_do_not_differ() -> None:
    assert compare(TEXTS).differences == ()
    assert wording_differences(FIVE, KARABAKH, at=AT).differences == ()


@pytest.mark.parametrize(
    ("language", "old", "new", "kind", "words"),
    [
        ("en", "12 people", "13 people", "number", {"en": ("13",), "ru": ("двенадцати",), "tr": ("12",)}),
        ("ru", "двенадцати", "двадцати", "number", {"en": ("12",), "ru": ("двадцати",), "tr": ("12",)}),
        ("en", "At least 12", "12", "bound", {"en": ("12",), "ru": ("двенадцати",), "tr": ("12",)}),
        ("tr", "3 Mayıs 2031", "4 Mayıs 2031", "day", None),
        ("tr", "3 Mayıs 2031", "3 Mayıs 2030", "day", None),
        ("ru", "18:05 UTC", "18:06 UTC", "time", None),
        ("ru", "18:05 UTC", "18:05 по местному времени", "time", None),
        ("ru", "18:05 UTC", "18:05", "time", None),
        ("ru", "Солончака", "Каменоломни", "place", None),
        ("ru", "Северные острова", "Южные острова", "name", None),
    ],
)
def test_one_change_in_one_language_is_one_difference(
    language: str, old: str, new: str, kind: str, words: dict[str, tuple[str, ...]] | None
) -> None:
    assert old in TEXTS[language]
    changed = TEXTS | {language: TEXTS[language].replace(old, new)}
    (difference,) = compare(changed).differences
    assert difference.kind == kind
    if words is not None:
        assert difference.words == words
    assert difference.words[language]


def test_the_same_moment_in_another_zone_is_no_difference() -> None:
    assert compare(TEXTS | {"ru": TEXTS["ru"].replace("18:05 UTC", "16:05 по местному времени")}).differences == ()


def test_a_place_under_another_of_its_names_is_no_difference() -> None:
    named = {"en": "near Larkfell", "ru": "у Каменоломни", "tr": "Taşocak yakınında"}
    assert compare(named).differences == ()


def test_a_number_that_stands_twice_is_compared_twice() -> None:
    texts = {"en": "5 hurt, 5 missing", "ru": "5 раненых, 5 пропавших", "tr": "5 yaralı, kayıp"}
    (difference,) = compare(texts).differences
    assert (difference.kind, difference.words) == ("number", {"en": ("5", "5"), "ru": ("5", "5"), "tr": ()})


def test_a_language_without_a_text_is_a_difference() -> None:
    (difference,) = compare({name: text for name, text in TEXTS.items() if name != "ru"}).differences
    assert (difference.kind, difference.words) == ("missing", {"ru": ()})


def test_what_is_not_compared_is_said() -> None:
    assert compare(TEXTS).remarks == (NO_PEOPLE,)
    assert "ka" in str(compare(TEXTS | {"ka": "…"}).remarks[1])


def test_what_there_was_to_look_at_has_one_hash() -> None:
    other = TEXTS | {"en": TEXTS["en"].replace("12", "13")}
    assert compare(TEXTS).digest == compare(dict(reversed(TEXTS.items()))).digest
    assert compare(other).digest != compare(TEXTS).digest


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(2, 99_999), min_size=3, max_size=3), st.permutations(["en", "ru", "tr"]))
def test_numbers_differ_exactly_where_they_are_not_the_same(numbers: list[int], order: list[str]) -> None:
    texts = {language: f"x {number} y" for language, number in zip(order, numbers, strict=True)}
    kinds = {difference.kind for difference in compare(texts).differences}
    assert bool(kinds) == (len(set(numbers)) > 1)
