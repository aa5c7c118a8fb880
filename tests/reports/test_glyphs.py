"""What fonts can draw: the fonts agree with one another, and no text needs a glyph that none has."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.invented import CENTRE, DAY, incident, inputs_of
from trucewatch.reports import build_daily, render
from trucewatch.reports.font_coverage import (
    FAMILIES,
    LONGEST_RUN,
    MOST_MARKS,
    UNKNOWN,
    characters_of,
    coverage,
    drawable,
)

FONTS = files("trucewatch.reports") / "fonts"
HARD = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.text(
        st.sampled_from(
            "aЖա\u0561\u05d0\u0628\u10d0😀👩🏻\u200d\u200c\ufe0f\u20e3\u0301\u05b0\u064b\u0652"
            "\U0001f1e6\U0001f1f2\u0915\u094d中 1\u25cc\ufffd"
        ),
        max_size=60,
    ),
)


def test_both_weights_of_a_family_hold_the_same_characters() -> None:
    pairs = 0
    for _, name in FAMILIES:
        heavy = FONTS / name.replace("Regular", "SemiBold")
        if heavy.is_file():
            pairs += 1
            assert characters_of(heavy.read_bytes()) == characters_of((FONTS / name).read_bytes()), name
    assert pairs == 6


def test_the_names_of_the_reference_watch_can_be_written_in_all_their_languages() -> None:
    for text in (
        "Xankəndi Şuşa Ağdərə İçərişəhər",
        "Ստեփանակերտ Շուշի Արցախ",
        "Ханкенди Шуша Агдере",
        "Hankendi Şuşa Ağdam İğdır",
        "სოხუმი",
        "ירושלים שָׁלוֹם",
        "دمشق بيروت",
        "9 → 14, ±420 m, 0,97 – 58 %",
        "1\u202f204",
    ):
        assert UNKNOWN not in drawable(text), text


def test_the_licence_lies_beside_the_fonts_and_they_stay_small() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert sum(len(one.read_bytes()) for one in FONTS.iterdir() if one.name.endswith(".ttf")) < 4_000_000


@given(HARD)
def test_what_comes_out_is_held_by_some_font_and_has_no_pile_of_marks(text: str) -> None:
    out = drawable(text)
    assert all(ord(char) in coverage() for char in out if char not in "\u200c\u200d")
    assert "\u0301" * (MOST_MARKS + 1) not in out
    assert all(len(run) <= LONGEST_RUN * (MOST_MARKS + 4) for run in out.replace("\u200b", " ").split())


@settings(deadline=None, max_examples=25)
@given(st.lists(HARD, min_size=1, max_size=12))
def test_any_text_can_be_set(texts: list[str]) -> None:
    rows = [incident(f"t{number}", text=text, claimed_by=[text], claims_only=True) for number, text in enumerate(texts)]
    report = build_daily(inputs_of(rows), recipient=CENTRE, day_from=DAY, day_until=DAY + timedelta(days=1))
    assert render(report, format="pdf", language="en").startswith(b"%PDF-1.7")


def test_a_font_without_characters_is_refused() -> None:
    with pytest.raises(KeyError):
        characters_of(b"\0\1\0\0\0\0" + b"\0" * 6)
