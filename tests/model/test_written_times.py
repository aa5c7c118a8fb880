"""Times as records hold them: what is written is read back, and what is no time is refused in one way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from trucewatch.errors import TimeError
from trucewatch.model.times import iso_utc, read_time


@given(some.datetimes(timezones=some.just(UTC)))
def test_what_is_written_is_read_back(moment: datetime) -> None:
    read = read_time(iso_utc(moment))
    assert (read, read.tzinfo) == (moment, UTC)
    assert read_time(iso_utc(moment).replace("Z", "+00:00")) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2021-02-29T00:00:00Z",
        "2021-13-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2021-01-01T24:00:00Z",
        "2021-01-01T00:00:60Z",
        "2021-01-01T00:00:00.123456",
        "2021-W01-1T00:00:00Z",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(TimeError):
        read_time(text)


def test_other_digits_than_ours_are_read_as_before() -> None:
    assert read_time("٢٠٢١-01-02T03:04:05Z") == datetime(2021, 1, 2, 3, 4, 5, tzinfo=UTC)
