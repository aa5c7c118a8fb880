"""Days and times as people write them: months by name, counts of days, zones, intervals, columns apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from trucewatch.errors import TimeError
from trucewatch.model.times import Interval, zone_named
from trucewatch.sources.written_times import DateRules, read_day_and_times, read_span

BAKU = zone_named("Asia/Baku")
RULES = DateRules(zone=BAKU)


@pytest.mark.parametrize(
    "written",
    [
        "11 December 2020",
        "11th December 2020",
        "11 Dec. 2020",
        "11-Dec-2020",
        "December 11, 2020",
        "Dec 11 2020",
        "11 декабря 2020",
        "11 ДЕКАБРЯ 2020 г.",
        "11 дек 2020",
        "11 грудня 2020 року",
        "11 Dekabr 2020",
        "11 dekabr 2020-ci il",
        "11 Aralık 2020",
        "11 ARALIK 2020",
        "11 Ara 2020",
        "11 դեկտեմբերի 2020",
        "2020 թ. դեկտեմբերի 11",
        "20201211",
        "2020-12-11",
        "11.12.2020",
    ],
)
def test_a_day_is_read_in_the_languages_of_the_watch(written: str) -> None:
    span = read_span(written, zone=BAKU)
    assert span == read_span("2020-12-11", zone=BAKU)
    assert span.end - span.start == timedelta(days=1)
    assert read_span(f"{written} 14:05", zone=BAKU).start == datetime(2020, 12, 11, 10, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ("2031-03-04 24:00", "2031-03-04T20:00"),
        ("2031-12-31 24:00", "2031-12-31T20:00"),
        ("4.3.2031 2:05 p.m.", "2031-03-04T10:05"),
        ("2031-03-04 12:05 AM", "2031-03-03T20:05"),
        ("2031-03-04 1405h", "2031-03-04T10:05"),
        ("2031-03-04 14:05 UTC", "2031-03-04T14:05"),
        ("2031-03-04 14:05 GMT", "2031-03-04T14:05"),
        ("2031-03-04 14:05 UTC+2", "2031-03-04T12:05"),
        ("2031-03-04 14:05 -0330", "2031-03-04T17:35"),
        ("2031-03-04 14:05 Europe/Kyiv", "2031-03-04T12:05"),
    ],
)
def test_a_row_with_its_own_zone_is_taken_by_it_and_2400_ends_the_day(written: str, start: str) -> None:
    assert read_span(written, zone=BAKU).start == datetime.fromisoformat(f"{start}+00:00")


@pytest.mark.parametrize(
    ("written", "phrase"),
    [
        ("29 Feb 2031", "day is out of range"),
        ("20310229", "day is out of range"),
        ("2031-03-04 24:01", "hour must be in 0..23"),
        ("2031-03-04 13:05 PM", "before or after noon"),
        ("2031-03-04 14:05 EET", 'the zone "EET"'),
        ("2031-03-04 14:05 Mars/Base", "no time zone"),
        ("11 Foo 2020", "names no month"),
        ("11 Dec 20", "no time"),
        ("2-May", "no time"),
        ("44000", "may count days or be a year"),
        ("2020", "may count days or be a year"),
    ],
)
def test_what_is_not_sure_is_refused_with_what_to_do(written: str, phrase: str) -> None:
    with pytest.raises(TimeError, match="; ") as refused:
        read_span(written, zone=BAKU)
    assert phrase in str(refused.value)


@pytest.mark.parametrize(
    ("written", "numbers", "start", "hours"),
    [
        ("45000", "excel", "2023-03-15", 24),
        ("45000.0", "excel", "2023-03-15", 24),
        ("45000.430555555555", "excel", "2023-03-15T10:20", 0),
        ("43538", "excel1904", "2023-03-15", 24),
        ("1678875600", "unix", "2023-03-15T10:20", 0),
    ],
)
def test_a_bare_number_counts_what_the_mapping_says(written: str, numbers: str, start: str, hours: int) -> None:
    span = read_span(written, zone=UTC, numbers=numbers)
    assert span.start == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert span.end - span.start == timedelta(hours=hours)


@pytest.mark.parametrize("written", ["60", "0", "9999999"])
def test_a_count_that_no_spreadsheet_has_is_refused(written: str) -> None:
    with pytest.raises(TimeError, match="no spreadsheet's count"):
        read_span(written, zone=UTC, numbers="excel")


@pytest.mark.parametrize(
    ("day", "time", "end", "start", "minutes"),
    [
        ("2031-03-04", "10:20", "", "06:20", 0),
        ("4 марта 2031", "10:20-10:31", "", "06:20", 11),
        ("2031-03-04", "10:20 – 10:31", "", "06:20", 11),
        ("2031-03-04", "1020-1031h", "", "06:20", 11),
        ("2031-03-04", "1020h", "", "06:20", 0),
        ("2031-03-04", "23:50-00:10", "", "19:50", 20),
        ("2031-03-04", "23:50-24:00", "", "19:50", 10),
        ("2031-03-04", "23:20", "0:40", "19:20", 80),
        ("2031-03-04", "10:20", "10:40", "06:20", 20),
        ("2031-03-04", "10:20:00", "", "06:20", 0),
        ("2031-03-04", "0.430555555555556", "", "06:20", 0),
        ("2031-03-04", "1899-12-30 10:20:00", "", "06:20", 0),
        ("2031-03-04 00:00:00", "10:20", "", "06:20", 0),
        ("2031-03-04 10:20", "10:20", "", "06:20", 0),
        ("2031-03-04", "2:20 PM", "", "10:20", 0),
        ("2031-03-04", "10:20 UTC-4", "", "14:20", 0),
        ("2031-03-04", "10:20-10:31 UTC", "", "10:20", 11),
    ],
)
def test_day_and_time_stand_in_columns_of_their_own(day: str, time: str, end: str, start: str, minutes: int) -> None:
    first = datetime.fromisoformat(f"2031-03-04T{start}+00:00")
    assert read_day_and_times(day, time, end, RULES) == Interval(first, first + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("day", "time", "end", "phrase"),
    [
        ("2031-03-04 10:25", "10:20", "", "two different times"),
        ("2031-03-04", "2031-03-05 10:20", "", "two different days"),
        ("2031-03-04", "10:20-10:31", "10:40", "more than one end"),
        ("2031-03-04", "noon", "", "no time of day"),
        ("2031-03-04", "25:00", "", "hour must be in"),
        ("2031-03-04", "5", "", "no time of day"),
        ("2031-03-04", "10:20 EST", "", 'the zone "EST"'),
        ("29 Feb 2031", "10:20", "", "day is out of range"),
    ],
)
def test_day_and_time_that_contradict_are_refused(day: str, time: str, end: str, phrase: str) -> None:
    with pytest.raises(TimeError, match="; ") as refused:
        read_day_and_times(day, time, end, RULES)
    assert phrase in str(refused.value)
