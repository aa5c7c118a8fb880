"""How long the period of a report is: 48 hours are told as 48 hours, and a day of 23 or 25 hours as what it is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.reports.invented import CENTRE, DAY, incident, inputs_of, invented_watch
from tests.reports.opened import everything_in
from trucewatch.locale import words
from trucewatch.model.watch import Watch
from trucewatch.reports import build_daily, render
from trucewatch.reports.headline import title_words
from trucewatch.reports.length_words import length_of
from trucewatch.reports.page_context import page_of
from trucewatch.reports.phrases import span_words

BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = date(2031, 3, 30), date(2031, 10, 26)


def in_berlin() -> Watch:
    watch = invented_watch()
    return replace(watch, settings=replace(watch.settings, time_zone="Europe/Berlin"))


def report_on(first: date, days: int, watch: Watch | None = None, rows: Any = None) -> Any:
    rows = [incident("a", day=first)] if rows is None else rows
    inputs = inputs_of(rows, watch=watch, as_of=datetime(2031, 12, 1, tzinfo=UTC))
    return build_daily(inputs, recipient=CENTRE, day_from=first, day_until=first + timedelta(days=days))


def test_two_days_are_48_hours_in_title_tiles_and_sentences() -> None:
    page = page_of(report_on(DAY, 2), words("en"))
    assert page["title"] == "One incident recorded in 48 hours; none found inconsistent with the agreement"
    assert page["kind"] == "Report on 48 hours"
    assert page["short_period"] == "10 May 2031 – 11 May 2031 (48 hours)"
    assert page["figures"][0]["label"] == "incident recorded in 48 hours"
    assert page["figures"][-1]["label"] == "against the 48 hours before"
    assert "(48 hours)" in page["times"]
    empty = page_of(report_on(DAY, 2, rows=[]), words("en"))
    assert "(48 hours)" in empty["title"]
    assert "(48 hours)" in empty["quiet"]


@pytest.mark.parametrize("form", ["html", "pdf", "csv", "xlsx", "kml", "geojson"])
@pytest.mark.parametrize("language", ["en", "ru", "tr"])
def test_no_file_of_48_hours_speaks_of_the_day(form: str, language: str) -> None:
    text = everything_in(render(report_on(DAY, 2), format=form, language=language))
    assert "the day before" not in text
    assert "Daily report" not in text
    assert "Daily report" not in words(language).gettext("Report on {length}")
    if form != "csv":  # the table of lines has no title
        assert "48" in text


def test_a_day_of_24_hours_is_told_as_a_day() -> None:
    page = page_of(report_on(DAY, 1), words("en"))
    assert page["kind"] == "Daily report"
    assert "hours" not in page["title"] + page["times"] + page["figures"][0]["label"]
    assert page["figures"][-1]["label"] == "against the day before"


@pytest.mark.parametrize(
    ("day", "hours", "zones"), [(SPRING, 23, "UTC+1, then UTC+2"), (AUTUMN, 25, "UTC+2, then UTC+1")]
)
def test_a_day_on_which_the_clocks_change_has_its_true_length(day: date, hours: int, zones: str) -> None:
    report = report_on(day, 1, in_berlin())
    page = page_of(report, words("en"))
    assert title_words(report, words("en")).startswith(f"One incident recorded in {hours} hours; ")
    assert page["figures"][-1]["label"] == f"{hours} hours, against the 24 hours before"
    assert f"00:00 to 24:00 ({zones})" in page["times"]
    assert page["zone_label"] == zones
    document = json.loads(render(report, format="geojson", language="en"))
    assert document["report"]["period_hours"] == hours
    after = page_of(report_on(day + timedelta(days=1), 1, in_berlin()), words("en"))
    assert after["figures"][-1]["label"] == f"24 hours, against the {hours} hours before"


def test_longer_periods_are_told_in_days_and_where_the_clocks_change_in_hours_too() -> None:
    assert length_of(DAY, DAY + timedelta(days=14), BERLIN, words("en")) == "14 days"
    assert length_of(AUTUMN, AUTUMN + timedelta(days=14), BERLIN, words("en")) == "14 days, 337 hours"
    lord_howe = ZoneInfo("Australia/Lord_Howe")  # puts its clocks forward by half an hour
    assert length_of(date(2031, 10, 5), date(2031, 10, 6), lord_howe, words("en")) == "23.5 hours"


def test_a_time_that_the_clocks_showed_twice_says_which_it_was() -> None:
    first = datetime(2031, 10, 26, 0, 30, tzinfo=UTC)
    for moment, told in ((first, "02:30 (UTC+2)"), (first + timedelta(hours=1), "02:30 (UTC+1)")):
        assert span_words(moment, moment, "minute", BERLIN, words("en")) == told
    plain = first + timedelta(hours=5)
    assert span_words(plain, plain, "minute", BERLIN, words("en")) == "06:30"
