"""Figures of bulletins: values with their words, periods, corrections."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from trucewatch.sources.bulletin import read_value

from .reading import SAMPLES, read_bytes, read_file, sample_setting


@pytest.mark.parametrize(
    ("written", "value", "qualifier"),
    [
        ("846", 846, "exactly"),
        ("> 26,000", 26000, "more_than"),
        ("more than 26 000", 26000, "more_than"),
        ("более 26\u00a0000", 26000, "more_than"),
        ("~12", 12, "about"),
        ("ca. 12.5", 12.5, "about"),
        ("около 12", 12, "about"),
        ("≤ 5", 5, "at_most"),
        ("up to 5", 5, "at_most"),
        ("не более 5", 5, "at_most"),
        ("1,234,567", 1234567, "exactly"),
    ],
)
def test_a_figure_keeps_the_words_it_came_with(written, value, qualifier):
    assert read_value(written) == (value, qualifier)


@pytest.mark.parametrize(
    "written",
    ["", "many", "1,5", "12,34", "≥ 5", "at least 5", "< 5", "-3", "26.000", "inf", "1e999", "5-7", "1,2345,678"],
)
def test_what_is_no_plain_figure_is_refused(written):
    with pytest.raises(ValueError, match="; "):
        read_value(written)


def test_decimal_commas_turn_the_grouping_round():
    assert read_value("12,5", decimal_comma=True) == (12.5, "exactly")
    assert read_value("1.234.567", decimal_comma=True) == (1234567, "exactly")
    with pytest.raises(ValueError, match="thousands or thousandths"):
        read_value("26,000", decimal_comma=True)


def test_the_sample_reads_as_it_says():
    day, so_far, about, level = read_file(SAMPLES / "bulletin" / "good.csv", sample_setting("bulletin")).rows
    assert day["period_start"] == datetime(2031, 3, 3, 21, tzinfo=UTC)
    assert day["period_end"] - day["period_start"] == timedelta(days=1)
    assert day["known_at"] == datetime(2031, 3, 4, 18, tzinfo=UTC)
    assert (so_far["value"], so_far["qualifier"], so_far["span"]) == (26000.0, "more_than", "cumulative")
    assert so_far["known_at"] - so_far["period_end"] == timedelta(hours=12)
    assert so_far["text"] == "invented [a made-up bulletin no. 1]"
    assert (about["zone"], about["unit"], about["claimed_by"]) == ("valley", "km", "Northland")
    assert level["qualifier"] == "at_most"


def test_a_corrected_figure_keeps_its_id(tmp_path):
    setting = sample_setting("bulletin")
    content = (SAMPLES / "bulletin" / "good.csv").read_bytes()
    before, after = (
        read_bytes(one, tmp_path, setting).rows[0] for one in (content, content.replace(b",846,", b",848,"))
    )
    assert before["counter_id"] == after["counter_id"]
    assert (before["value"], after["value"]) == (846.0, 848.0)


def test_the_same_figure_twice_in_one_file_is_no_contradiction(tmp_path):
    content = (SAMPLES / "bulletin" / "good.csv").read_bytes()
    outcome = read_bytes(content + content.split(b"\n")[1] + b"\n", tmp_path, sample_setting("bulletin"))
    assert outcome.rejected == []


def test_a_period_of_its_own_is_read(tmp_path):
    text = "name,span,period_start,period_end,value\nx,cumulative,2031-03-01,2031-03-04,7\n"
    one = read_bytes(text.encode(), tmp_path, sample_setting("bulletin")).rows[0]
    assert one["period_end"] - one["period_start"] == timedelta(days=4)
