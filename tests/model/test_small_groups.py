"""Whatever leaves of counters, no group of fewer than ten can be worked out from it, by any sum or difference; and a
later file gives nothing that an earlier one held back."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model.small_groups import SMALLEST, Figure, leaving

FIRST = date(2031, 5, 1)
Cells = dict[tuple[int, int], int]
Covered = dict[str, list[tuple[int, int]]]


@st.composite
def reported(draw: st.DrawFn) -> tuple[Cells, list[Figure], Covered]:
    """True numbers by day and district, and what of them a source reports, in all four ways."""
    days, districts = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    value = st.sampled_from([0, 0, 3, 5, 9, 10, 12, 20, 40])
    cells = {(day, district): draw(value) for day in range(days) for district in range(districts)}
    figures: list[Figure] = []
    covered: Covered = {}

    def report(day: int, span: Literal["day", "cumulative"], district: str, own: list[tuple[int, int]]) -> None:
        if draw(st.booleans()):
            key = f"{day}:{span}:{district}"
            figures.append(Figure(key, FIRST + timedelta(day), span, district, sum(cells[cell] for cell in own)))
            covered[key] = own

    everywhere = range(districts)
    for day in range(days):
        until = range(day + 1)
        report(day, "day", "", [(day, each) for each in everywhere])
        report(day, "cumulative", "", [(earlier, each) for earlier in until for each in everywhere])
        for each in everywhere if districts > 1 else ():
            report(day, "day", f"d{each}", [(day, each)])
            report(day, "cumulative", f"d{each}", [(earlier, each) for earlier in until])
    return cells, figures, covered


def reduced(rows: list[list[Fraction]]) -> list[tuple[int, list[Fraction]]]:
    """A basis of what can be worked out from rows: each with the column that it alone leads."""
    basis: list[tuple[int, list[Fraction]]] = []
    for row in rows:
        rest = without(basis, row)
        lead = next((at for at, number in enumerate(rest) if number), None)
        if lead is not None:
            basis.append((lead, [number / rest[lead] for number in rest]))
    return basis


def without(basis: list[tuple[int, list[Fraction]]], row: list[Fraction]) -> list[Fraction]:
    for lead, own in basis:
        if row[lead]:
            factor = row[lead]
            row = [number - factor * other for number, other in zip(row, own, strict=True)]
    return row


def small_groups(cells: Cells) -> list[list[tuple[int, int]]]:
    """Every group over some days of some districts that is smaller than may be told."""
    days, districts = {day for day, _ in cells}, {district for _, district in cells}
    spans = [range(first, last + 1) for first in days for last in days if first <= last]
    places = [each for count in range(1, len(districts) + 1) for each in combinations(sorted(districts), count)]
    groups = [[(day, district) for day in span for district in place] for span in spans for place in places]
    return [group for group in groups if 0 < sum(cells[cell] for cell in group) < SMALLEST]


@given(reported())
def test_no_small_group_can_be_worked_out_from_what_leaves(source: tuple[Cells, list[Figure], Covered]) -> None:
    cells, figures, covered = source
    columns = {cell: at for at, cell in enumerate(cells)}

    def row(own: list[tuple[int, int]]) -> list[Fraction]:
        return [Fraction(int(cell in own)) for cell in columns]

    basis = reduced([row(covered[key]) for key in leaving(figures)])
    for group in small_groups(cells):
        assert any(without(basis, row(group))), group


@given(reported())
def test_a_later_file_gives_nothing_that_an_earlier_one_held_back(
    source: tuple[Cells, list[Figure], Covered],
) -> None:
    _, figures, _ = source
    everything = leaving(figures)
    for last in {each.day for each in figures}:
        before = [each for each in figures if each.day <= last]
        assert leaving(before) == everything & {each.key for each in before}


@given(st.lists(st.integers(10, 500), min_size=1, max_size=8))
def test_where_every_group_is_large_everything_leaves(values: list[int]) -> None:
    days = [Figure(f"d{at}", FIRST + timedelta(at), "day", "", value) for at, value in enumerate(values)]
    sums = [
        Figure(f"c{at}", FIRST + timedelta(at), "cumulative", "", sum(values[: at + 1])) for at in range(len(values))
    ]
    assert leaving([*days, *sums]) == {each.key for each in (*days, *sums)}


def test_nine_people_leave_neither_as_a_day_nor_as_a_difference_of_totals() -> None:
    figures = [
        Figure("monday", FIRST, "cumulative", "", 100),
        Figure("tuesday", FIRST + timedelta(1), "cumulative", "", 109),
        Figure("tuesday alone", FIRST + timedelta(1), "day", "", 9),
        Figure("wednesday alone", FIRST + timedelta(2), "day", "", 30),
        Figure("wednesday", FIRST + timedelta(2), "cumulative", "", 139),
    ]
    assert leaving(figures) == {"monday", "wednesday"}
