"""Times of day in five languages: the same moment has the same key, a time without a zone says so."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.annotation.clock_times import clock_times

LOCAL = datetime(2031, 5, 3, 12, tzinfo=timezone(timedelta(hours=4)))


def keys(text: str, language: str) -> list[str]:
    return [time.key for time in clock_times(text, language, local=LOCAL)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "at 18:05 UTC"),
        ("en", "at 22:05 (UTC+4)"),
        ("en", "22:05+04:00"),
        ("en", "10:05 p.m. local time"),
        ("en", "at 1805Z"),
        ("en", "21.05 Moscow time"),
        ("ru", "в 22:05 по местному времени"),
        ("ru", "в 21.05 по московскому времени"),
        ("ru", "по бакинскому времени в 22:05"),
        ("ru", "в 18:05 по Гринвичу"),
        ("tr", "yerel saatle 22.05'te"),
        ("tr", "saat 22:05'te yerel saatle"),
        ("tr", "UTC 18:05"),
        ("az", "Bakı vaxtı ilə saat 22:05-də"),
        ("az", "yerli vaxtla saat 22:05"),
        ("hy", "ժամը 22:05-ին տեղական ժամանակով"),
        ("hy", "Երևանի ժամանակով ժամը 22:05"),
    ],
)
def test_one_moment_has_one_key_in_every_language_and_zone(language: str, text: str) -> None:
    assert keys(text, language) == ["18:05Z"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("at 22:05 (UTC+4), it began", "22:05 (UTC+4)"),
        ("(at 22:05 UTC+4) it began", "22:05 UTC+4"),
        ("at 22:05 (UTC+4, by the log)", "22:05 (UTC+4"),
    ],
)
def test_a_time_ends_with_the_bracket_around_its_zone(text: str, written: str) -> None:
    (time,) = clock_times(text, "en", local=LOCAL)
    assert text[time.start : time.end] == written


@pytest.mark.parametrize(
    ("language", "text"), [("en", "at 18.05"), ("ru", "в 18.05"), ("tr", "saat 18.05"), ("hy", "ժամը 18:05-ին")]
)
def test_a_time_without_a_zone_is_none_of_universal_time(language: str, text: str) -> None:
    assert keys(text, language) == ["18:05"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "18.05 km"),
        ("ru", "в 18.05 км"),
        ("en", "1805 people"),
        ("en", "at 31:70"),
        ("en", "1.18:05"),
        ("tr", "%18.05"),
    ],
)
def test_what_is_no_time_is_none(language: str, text: str) -> None:
    assert keys(text, language) == []


def test_a_zone_before_the_next_time_is_not_the_one_befores() -> None:
    assert keys("saat 18.05'te, UTC 18:05", "tr") == ["18:05", "18:05Z"]


@given(st.integers(0, 23), st.integers(0, 59), st.integers(-12, 14), st.sampled_from(["en", "ru", "az", "hy", "tr"]))
def test_an_offset_is_taken_off(hour: int, minute: int, east: int, language: str) -> None:
    (time,) = clock_times(f"a {hour:02}:{minute:02} UTC{east:+}, b", language)
    moment = (hour - east) % 24 * 60 + minute
    assert time.key == f"{moment // 60:02}:{minute:02}Z"


@given(st.text(alphabet="0123456789:.+-() zutcpmamsaatв ", max_size=80))
def test_times_do_not_overlap_and_lie_within_the_text(text: str) -> None:
    before = 0
    for time in clock_times(text, "en", local=LOCAL):
        assert before <= time.start < time.end <= len(text)
        before = time.end
