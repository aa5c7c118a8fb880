"""Ids, counts and days of a form are no identity paper, also where they stand beside each other."""

from __future__ import annotations

import pytest

from trucewatch.model.never_here import refusals_of_row


@pytest.mark.parametrize("day", ["2031-05-04", "2031-05-04T02:00:00Z", "2031-05-04T02:00"])
@pytest.mark.parametrize("number", ["3", "30", "300"])
def test_an_organisation_a_count_and_a_day_are_entered(number: str, day: str) -> None:
    assert refusals_of_row(["HR", number, day, "yes"]) == ()


@pytest.mark.parametrize("texts", [["AZE", "12345678"], ["AZE", "1234", "5678", "2031-05-04"]])
def test_a_passport_that_is_split_over_fields_is_refused(texts: list[str]) -> None:
    assert [refusal.rule for refusal in refusals_of_row(texts)] == ["identity"]


def test_a_value_of_a_list_says_nothing_beside_others() -> None:
    row = ["HR", "call", "2031-05-04T06:00Z", "400", "40", "40", "400"]
    assert refusals_of_row(row, listed={"HR", "call"}) == ()
    assert refusals_of_row([*row, "Aram Sargsyan", "1961"], listed={"HR", "call"})
