"""What people type into fields for days and times: the page's own form, in every language; what is none is told so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import each
from trucewatch.errors import TimeError
from trucewatch.locale import languages, words
from trucewatch.server.time_fields import TimeForm

EXAMPLE = datetime(2031, 5, 3, 12, tzinfo=UTC)
WEST = ZoneInfo("Etc/GMT+2")
BERLIN = ZoneInfo("Europe/Berlin")


def form(language: str = "en", zone: ZoneInfo = WEST) -> TimeForm:
    return TimeForm(words(language), zone, EXAMPLE)


@pytest.mark.parametrize("language", each(languages()))
def test_a_field_reads_what_it_wrote_on_every_day_of_a_year(language: str) -> None:
    spoken = form(language)
    for number in range(366):
        moment = datetime(2028, 1, 1, 7, 35, tzinfo=UTC) + timedelta(days=number)
        assert spoken.read_moment(spoken.write_moment(moment)) == moment
        assert spoken.read_day(spoken.write_day(moment.date())) == moment.date()


@pytest.mark.parametrize("language", each(languages()))
def test_what_a_page_says_of_a_moment_is_read_in_its_field(language: str) -> None:
    moment = datetime(2031, 5, 3, 12, 0, tzinfo=UTC)
    assert form(language).read_moment(words(language).moment(moment, WEST)) == moment


@pytest.mark.parametrize(
    "text",
    [
        "3 May 2031 10:00",
        " 3  May 2031, 10:00 ",
        "2031-05-03T12:00Z",
        "2031-05-03 10:00",
        "2031-05-03T10:00-02:00",
        "3 мая 2031 г. 10:00",
        "3 mayıs 2031 10:00",
        "3 May 2031 10:00 (UTC-2)",
        "3 May 2031 12:00 UTC",
    ],
)
def test_one_moment_may_be_typed_in_many_ways(text: str) -> None:
    assert form().read_moment(text) == EXAMPLE


def test_a_day_alone_is_its_begin_and_as_an_end_that_of_the_next() -> None:
    assert form().read_moment("2031-05-03") == datetime(2031, 5, 3, 2, tzinfo=UTC)
    assert form().read_moment("3 May 2031", is_end=True) == datetime(2031, 5, 4, 2, tzinfo=UTC)
    assert form().read_day("3 May 2031") == date(2031, 5, 3)


@pytest.mark.parametrize(
    "text",
    [
        "3 May",
        "now",
        "",
        "03/05/2031",
        "31 June 2031 10:00",
        "3 May 2031 25:00",
        "3 May 31",
        "3 May 2031 10:75",
        "44000",
        "3 May 1031 10:00",
        "1" * 5000,
        "3 May 2031 10:00 EET",
        "\u202e3 May",
    ],
)
def test_what_is_no_time_is_told_with_an_example_of_this_watch(text: str) -> None:
    with pytest.raises(TimeError) as caught:
        form().read_moment(text)
    assert str(caught.value).endswith("is no time here; write 3 May 2031 10:00")
    assert len(str(caught.value)) < 150


def test_the_example_is_in_the_readers_words() -> None:
    with pytest.raises(TimeError) as caught:
        form("ru").read_moment("3 мая")
    assert str(caught.value).startswith('"3 мая"')
    assert "3 мая 2031" in str(caught.value)


def test_an_hour_is_no_day() -> None:
    with pytest.raises(TimeError, match='"3 May 2031 10:00" is no day here'):
        form().read_day("3 May 2031 10:00")


def test_an_hour_that_the_clocks_skipped_is_refused() -> None:
    with pytest.raises(TimeError, match="was on no clock here"):
        form(zone=BERLIN).read_moment("30 March 2031 02:30")


def test_an_hour_that_was_twice_is_asked_for_with_its_offset() -> None:
    spoken = form(zone=BERLIN)
    with pytest.raises(TimeError) as caught:
        spoken.read_moment("26 October 2031 02:30")
    assert "write 2031-10-26T02:30+02:00 or 2031-10-26T02:30+01:00" in str(caught.value)
    first, second = (spoken.read_moment(f"2031-10-26T02:30+0{hours}:00") for hours in (2, 1))
    assert second - first == timedelta(hours=1)
    for moment in (first, second):
        assert spoken.read_moment(spoken.write_moment(moment)) == moment


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u202b", "\u2068", "\u2069", "\ufeff", "\u061c"])
def test_marks_that_nobody_sees_are_no_part_of_a_time(mark: str) -> None:
    moment = datetime(2031, 5, 3, 12, 0, tzinfo=UTC)
    assert form().read_moment(f"{mark}3 May{mark} 2031 {mark}10:00{mark}") == moment
    assert form().read_day(f"{mark}3 May 2031{mark}") == date(2031, 5, 3)


@pytest.mark.parametrize("offset", ["+99:99", "+24:00", "-17:00", "+02:75", " (UTC+99)", " (UTC+4:75)"])
def test_an_offset_that_no_clock_has_is_a_slip_and_moves_nothing_by_days(offset: str) -> None:
    with pytest.raises(TimeError, match="is no time here; write 3 May 2031"):
        form().read_moment(f"2031-05-03 10:00{offset}")
