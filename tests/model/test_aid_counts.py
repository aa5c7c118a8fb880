"""A number stands as its source reports it; what differs or falls is said, and nothing is mended."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from trucewatch.model.aid_count_series import count_series
from trucewatch.model.aid_counts import Count
from trucewatch.model.aid_items import AidEntry, Item

NOW = datetime(2031, 5, 9, tzinfo=UTC)


def number(code: str, day: int, value: int, span: Any = "day", before: tuple[int, ...] = (), **more: Any) -> Item:
    rows = [
        Count(organisation="A", kind="buses", span=span, day=date(2031, 5, day), value=each, source="bulletin", **more)
        for each in (*before, value)
    ]
    versions = tuple(
        AidEntry(
            entry_id=f"{code}-{at}",
            entry=at,
            table="count",
            code=code,
            about="",
            version=at,
            row=row,
            known_at=NOW,
            recorded_at=NOW,
            by="p-x",
        )
        for at, row in enumerate(rows, 1)
    )
    return Item(code=code, table="count", versions=versions)


def notes(*items: Item) -> list[str]:
    (series,) = count_series(items)
    return [str(note) for note in series.notes()]


def test_a_total_that_grows_by_its_days_needs_no_word() -> None:
    assert notes(number("CT-1", 1, 9, "cumulative"), number("CT-2", 2, 19), number("CT-3", 2, 28, "cumulative")) == []


def test_a_total_that_differs_from_its_days_is_shown_so() -> None:
    assert notes(number("CT-1", 1, 9, "cumulative"), number("CT-2", 2, 19), number("CT-3", 2, 30, "cumulative")) == [
        "CT-3 counts 21 where its days sum to 19, as reported"
    ]


def test_a_total_that_falls_is_shown_so_and_stays() -> None:
    items = [number("CT-1", 1, 1_960, "cumulative"), number("CT-2", 3, 1_900, "cumulative")]
    assert notes(*items) == ["the total falls from 1,960 (CT-1) to 1,900 (CT-2), as reported"]
    (series,) = count_series(items)
    assert [each.row.value for each in series.cumulative] == [1_960, 1_900]


def test_where_a_day_is_missing_the_total_is_held_against_nothing() -> None:
    assert notes(number("CT-1", 1, 9, "cumulative"), number("CT-2", 3, 1), number("CT-3", 3, 90, "cumulative")) == []


def test_a_total_is_held_against_its_days_from_its_beginning_on() -> None:
    first = date(2031, 5, 1)
    assert notes(number("CT-1", 1, 9), number("CT-2", 2, 19), number("CT-3", 2, 30, "cumulative", since=first)) == [
        "CT-3 counts 30 where its days sum to 28, as reported"
    ]


def test_totals_of_different_beginnings_are_not_held_against_each_other() -> None:
    assert (
        notes(
            number("CT-1", 1, 50, "cumulative", since=date(2031, 4, 1)),
            number("CT-2", 2, 9, "cumulative", since=date(2031, 5, 1)),
        )
        == []
    )


def test_a_corrected_number_keeps_the_one_before() -> None:
    (series,) = count_series([number("CT-1", 1, 9, before=(7, 8))])
    assert series.days[0].before == (7, 8)


def test_numbers_of_other_sources_districts_and_kinds_are_other_series() -> None:
    items = [number("CT-1", 1, 9), number("CT-2", 1, 9, district="north")]
    assert len(count_series(items)) == 2
