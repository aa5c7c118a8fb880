"""The guard of a humanitarian instance: what it refuses, what it lets pass, that it says nothing of a text, and that
its work is in proportion to a text's length."""

from __future__ import annotations

import re
from collections import Counter
from re import _constants as codes  # type: ignore[attr-defined]  # the standard library's own reading of a pattern
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.conftest import each
from tests.hostile.ordinary_sentences import REFUSED_ALL_THE_SAME, sentences
from tests.hostile.planted_markers import Marker, markers
from trucewatch.model import never_here, never_here_numbers, never_here_text, never_here_words
from trucewatch.model.never_here import MOST_CHARS, RULES, refusals, refusals_of_row
from trucewatch.model.never_here_text import Reading, plain_text

MARKERS = markers()
OF_PATTERNS = [
    (module.__name__.rpartition(".")[2], name, pattern)
    for module in (never_here, never_here_numbers, never_here_text)
    for name, pattern in vars(module).items()
    if isinstance(pattern, re.Pattern)
]
MOST_WIDE = 210


def rules_of(text: str) -> list[str]:
    return [refusal.rule for refusal in refusals(text)]


@pytest.mark.parametrize(("language", "sentence"), sentences())
def test_an_ordinary_sentence_passes(language: str, sentence: str) -> None:
    assert not rules_of(sentence)


def test_ordinary_sentences_are_of_five_languages_and_many() -> None:
    counts = Counter(language for language, _ in sentences())
    assert sum(counts.values()) >= 150
    assert set(counts) == {"en", "ru", "az", "hy", "tr"}
    assert min(counts.values()) >= 20


def test_what_is_refused_although_it_is_ordinary_is_said_here() -> None:
    """Known errors of the net, kept in sight: each of them could be mended only by letting a case pass."""
    for sentence in each(REFUSED_ALL_THE_SAME):
        assert rules_of(sentence)


@pytest.mark.parametrize(
    "marker", MARKERS, ids=[f"{at}-{each.rule}-{each.language}-{each.spelling}" for at, each in enumerate(MARKERS)]
)
def test_a_planted_marker_is_refused_by_its_rule(marker: Marker) -> None:
    met = refusals_of_row(marker.row) if marker.row else refusals(marker.text)
    assert marker.rule in [refusal.rule for refusal in met]


def test_markers_are_of_every_rule_language_and_spelling() -> None:
    assert len(MARKERS) >= 200
    assert {marker.rule for marker in MARKERS} == set(RULES)
    assert len({(marker.rule, marker.language) for marker in MARKERS}) == 5 * len(RULES)
    assert len({marker.spelling for marker in MARKERS}) >= 10


def test_a_row_is_refused_for_what_is_split_over_its_fields() -> None:
    assert not rules_of("Zorbert Plinkham")
    assert not rules_of("born 1961")
    assert [refusal.rule for refusal in refusals_of_row(["Zorbert Plinkham", "born 1961"])] == ["birth"]
    assert [refusal.rule for refusal in refusals_of_row(["AA12345", "67"])] == ["identity"]


def test_a_refusal_holds_nothing_of_the_text() -> None:
    for marker in each(MARKERS):
        for refusal in refusals(marker.text):
            said = f"{refusal!r} {refusal.why} {refusal.why.values}"
            assert not any(secret in said for secret in marker.secrets)


def test_a_referral_passes_in_these_words() -> None:
    assert not rules_of("referred to ICRC on 3 May, reference R-17")


def test_names_of_states_sides_and_languages_pass_where_no_word_of_ethnicity_stands() -> None:
    assert not rules_of("Armenian armed forces and Azerbaijani armed forces; Russian interpreters")
    assert rules_of("ethnic Armenian families, 12") == ["ethnicity"]


@pytest.mark.parametrize(
    "text",
    [
        "It stood at 45.2712, 20.9133.",
        "UTM 34T 0452712 5012345",
        "34 T 452712mE 5012345mN",
        "34T, 452712, 5012345",
        "4Q FJ 12345 67890",
        "60CXS123456",
        "E 452712 N 5012345",
        "Easting: 452712, Northing: 5012345",
        "X=4527120 Y=2091330",
    ],
)
def test_coordinates_are_met_in_every_zone_and_at_the_end_of_a_sentence(text: str) -> None:
    assert rules_of(text) == ["position"]


@pytest.mark.parametrize(
    "text",
    [
        "45.2712N20.9133E",
        "45.2712n 20.9133e",
        "N45.2712E20.9133",
        "20.9133 E and 45.2712 N",
        "45.271 north, 20.913 east",
        "45.2712 с. ш., 20.9133 в. д.",
        "45,2712С 20,9133В",
        "45.2712 and 20.9133",
        "45.2712 и 20.9133",
        "45.2712 և 20.9133",
        "45,2712 və 20,9133",
        "45-16-16 N 020-54-48 E",
        "45 16 16 N, 20 54 48 E",
        "45:16:16N 20:54:48E",
        "N 45 16 16.2 E 20 54 48.1",
        "451616N 0205448E",
        "N451616 E0205448",
        "4527.12N 02054.80E",
        "45d16m16s N 20d54m48s E",
        "45º16.272'N 020º54.8'E",
        "45º16'16\" 20º54'48\"",
        "45˚16.272' 20˚54.800'",
        "N45 16.272 E20 54.800",
        "45·2712, 20·9133",
        "45⋅2712; 20⋅9133",
        "easting 452712 northing 5012345",
        "Northing 5012345 and easting 452712",
        "452712 easting, 5012345 northing",
        "٤٥٫٢٧١٢، ٢٠٫٩١٣٣",
        "۴۵٫۲۷۱۲، ۲۰٫۹۱۳۳",
        "४५.२७१२, २०.९१३३",
    ],
)
def test_coordinates_are_met_however_they_are_written(text: str) -> None:
    assert rules_of(text) == ["position"]
    assert rules_of(f"It stood at {text} then; nobody was there.") == ["position"]


@pytest.mark.parametrize(
    "text",
    [
        "3.250 and 2.125 tonnes of flour",
        "between 12.345 and 14.678 km",
        "rates of 1.2345; and 2.345 later",
        "12 14 16 boxes, 20 54 48 bags",
        "buses 12 14 16 N and trucks",
        "from 10:12:14 to 11:12:13 each day",
        "2026-05-03 N side, 2026-05-04 E side",
        "41 and 39 degrees in the ward",
        "300000 N, 400000 E; 2000 easting pegs",
        "a northing of 12 rows; easting 3",
        "the ford 2.125 km north, 3.250 km east",
        "3·4·5, 2·10",
        "lasted 2d14m30s, south of it 3d12m10s",
        "от 12.345 с утра до 14.678 в обед",
        "45° and 20° slopes; 5 o 12",
    ],
)
def test_amounts_times_and_lengths_are_no_coordinates(text: str) -> None:
    assert not rules_of(text)


@pytest.mark.parametrize(
    "text", ["12 USD 100000 were paid", "N 300000 blankets", "12 T 300000 litres", "Y 2031, N 300000", "26H QG 12 23"]
)
def test_amounts_and_coarse_squares_pass(text: str) -> None:
    assert not rules_of(text)


def test_a_place_is_allowed_where_a_field_is_made_for_it() -> None:
    text = "46.75123, 39.81234"
    assert rules_of(text) == ["position"]
    assert not refusals(text, allow=("position",))


LATIN = st.sampled_from("bcdfghklmnprstvz")
VOWEL = st.sampled_from("aeiou")
NAMES = st.builds(
    lambda a, b, c, d: f"{a}{b}{c}{d}".capitalize(),
    LATIN,
    VOWEL,
    LATIN,
    st.sampled_from(("ert", "alin", "orin", "ula")),
)
CYRILLIC = st.builds(
    lambda a, b, c: f"{a}{b}{c}".capitalize(),
    st.sampled_from("бвгдзклмнпрст"),
    st.sampled_from("аеиоу"),
    st.sampled_from(("лина", "рберт", "мбик", "ксель")),
)


@given(
    NAMES,
    NAMES,
    st.integers(1930, 2015),
    st.sampled_from(("{0} {1}, born {2}", "{0} {1} (b. {2})", "{1}, {0}; DOB {2}")),
)
def test_any_two_words_of_a_name_with_a_birth_year_are_refused(first: str, last: str, year: int, form: str) -> None:
    assert "birth" in rules_of(form.format(first, last, year))


@given(CYRILLIC, CYRILLIC, st.integers(1930, 2015))
def test_so_are_names_in_cyrillic_letters(first: str, last: str, year: int) -> None:
    assume(not {first.casefold(), last.casefold()} & set(never_here_words.NO_NAMES))  # docs/never-here.md says so
    assert "birth" in rules_of(f"{last} {first}, {year} г.р.")


@given(st.from_regex(r"A[A-Z][1-9]\d{6}", fullmatch=True), st.sampled_from(("{}", "he showed {}.", "№ {}; 2 bags")))
def test_any_number_of_a_passport_is_refused(number: str, form: str) -> None:
    assert "identity" in rules_of(form.format(number))


@given(
    st.integers(0, 99_999), st.sampled_from(("{:,} blankets", "{:,} litres for the clinic", "bus {} of 9", "{:,} m2"))
)
def test_a_number_of_things_passes(number: int, form: str) -> None:
    assert not rules_of(form.format(number))


@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    assert set(rules_of(text)) <= set(RULES)


@given(st.text(max_size=200))
def test_a_plain_text_is_plain(text: str) -> None:
    plain = plain_text(text)
    assert not any(char in plain for char in "\u200b\u200d\u2060\u00ad\ufeff")


def _widest(pattern: re.Pattern[str]) -> int:
    return int(parser.parse(pattern.pattern, pattern.flags).getwidth()[1])


def _repeats_within_repeats(parsed: Any, depth: int = 0) -> bool:
    """Whether a repetition holds another one that may go on: where both match the same, the work doubles a letter."""
    for code, argument in parsed:
        inner_depth = depth
        parts: list[Any] = []
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            _, most, inner = argument
            if depth and most > 1:
                return True
            inner_depth, parts = depth + (most > 1), [inner]
        elif code is codes.SUBPATTERN:
            parts = [argument[-1]]
        elif code is codes.BRANCH:
            parts = list(argument[1])
        elif code in (codes.ASSERT, codes.ASSERT_NOT):
            parts = [argument[1]]
        if any(_repeats_within_repeats(part, inner_depth) for part in parts):
            return True
    return False


@pytest.mark.parametrize(("module", "name", "pattern"), OF_PATTERNS, ids=[f"{a}.{b}" for a, b, _ in OF_PATTERNS])
def test_a_pattern_looks_at_a_bounded_stretch_of_a_text(module: str, name: str, pattern: re.Pattern[str]) -> None:
    """One attempt at one letter costs a bounded number of steps, so that the whole costs as many times that."""
    parsed = parser.parse(pattern.pattern, pattern.flags)
    if name in ("_WORD",):  # one class of letters, repeated: each letter is looked at once
        assert pattern.pattern == r"[^\W\d_]+|\d+"
        return
    assert _widest(pattern) <= MOST_WIDE, (module, name)
    if name == "_SPACED_OUT":  # a letter and a blank by turns, which cannot be read in two ways
        return
    assert not _repeats_within_repeats(parsed), (module, name)


HOSTILE = {
    "one letter": "A" * 1_000_000,
    "one digit": "1" * 1_000_000,
    "marks alone": "born " * 200_000,
    "names alone": "Zorbert Plinkham " * 60_000,
    "spaced letters": "a b " * 250_000,
    "entities": "&#98;" * 200_000,
    "brackets": "<" * 1_000_000,
    "marks and years": "b. 1961, " * 110_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_megabyte_is_read_in_work_that_grows_with_its_length(text: str) -> None:
    """Counted are words looked at beside marks: so many for each word, however the text is made."""
    reading = Reading(plain_text(text))
    assert len(reading.words) <= len(text)
    assert sum(map(len, reading.words)) <= 2 * len(text)
    assert set(rules_of(text)) <= set(RULES)


def test_a_text_that_is_longer_than_is_read_is_cut_and_never_hangs() -> None:
    assert MOST_CHARS < 20_000_000


def test_every_table_of_words_has_the_five_languages_and_no_empty_word() -> None:
    tables = {
        name: table for name, table in vars(never_here_words).items() if isinstance(table, dict) and name.isupper()
    }
    assert len(tables) > 12
    for name, table in tables.items():
        assert set(table) == {"en", "ru", "az", "hy", "tr"}, name
        assert all(word.strip("* ") for words in table.values() for word in words), name
