"""A work stands as each source says it does; two that differ stand both."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.aid_steps import NAMES, NOW, item_of, troubles_of
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_work_state import (
    open_first,
    served_of,
    still_waits,
    supply_of,
    supply_sentences,
    waiting_sentences,
    work_state,
)
from trucewatch.model.aid_works import WORK_TABLES, SupplyStep, WaitStep, Work, people_served, rounded_people
from trucewatch.model.record_mapping import mapping_from, record_from

WORK = Work(organisation="a", kind="water", district="north", served=4321, point=(46.75, 39.82))


def hours_ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


def said(state: Any, since: float, told: float | None = None, source: str = "a") -> tuple[str, SupplyStep]:
    """A statement: since so many hours ago, said so many hours ago."""
    return "supply", SupplyStep(
        organisation=source, state=state, since=hours_ago(since), said=hours_ago(since if told is None else told)
    )


def waits(for_: Any, *, is_over: bool = False, **whose: str) -> tuple[str, WaitStep]:
    return "wait", WaitStep(organisation="a", for_=for_, day=date(2031, 5, 4), is_over=is_over, **whose)


def work(*steps: tuple[str, Any], code: str = "") -> Item:
    return item_of("work", WORK, *steps, code=code)


def state_of(*steps: tuple[str, Any]) -> str:
    return str(work_state(work(*steps), NAMES))


@given(st.integers(0, 10_000_000))
def test_people_served_are_kept_to_the_hundred_whatever_was_typed(number: int) -> None:
    kept = record_from(Work, {"organisation": "a", "kind": "gas", "district": "north", "served": number}).served
    assert kept is not None
    assert kept % 100 == 0
    assert abs(kept - number) <= (99 if number < 100 else 50)
    assert rounded_people(kept) == kept


@pytest.mark.parametrize("number", [0, 1, 50, 99])
def test_below_a_hundred_the_number_is_nowhere(number: int) -> None:
    row = Work(organisation="a", kind="gas", district="north", served=number)
    assert mapping_from(row)["served"] == 0
    assert str(people_served(row.served)) == "fewer than 100"


def test_of_people_that_nobody_stated_it_is_told_that_nobody_did() -> None:
    row = Work(organisation="a", kind="gas", district="north")
    assert str(people_served(row.served)) == "not stated"
    assert "served" not in TABLES["work"].totals(row)


def test_people_served_stay_when_the_content_goes() -> None:
    assert served_of(item_of("work", WORK, erased=True)) == 4300


def test_a_work_of_which_nobody_says_anything_is_not_called_out() -> None:
    assert state_of() == "nobody has said whether it is out"


def test_it_is_back_as_somebody_says() -> None:
    assert state_of(said("out", 48), said("back", 2)) == "back since 2031-05-04T08:00Z, as a says"


def test_an_older_word_of_another_is_no_contradiction() -> None:
    item = work(said("out", 48, source="b"), said("back", 2, source="a"))
    assert supply_of(item).differing == ()
    assert supply_of(item).is_back


def test_two_sources_that_differ_on_the_same_time_stand_both_in_any_order() -> None:
    statements = (said("back", 10, 9, source="b"), said("out", 30, 1, source="a"), said("partly", 40, 39, source="c"))
    sentences = {state_of(*order) for order in permutations(statements)}
    assert sentences == {
        "out since 2031-05-03T04:00Z, as a says; back since 2031-05-04T00:00Z, as b says: both stand",
    }
    assert not supply_of(work(*statements)).is_back


def test_what_breaks_again_is_told_so() -> None:
    steps = (said("out", 48), said("back", 20), said("out", 1))
    assert state_of(*steps) == "said to be back before; out since 2031-05-04T09:00Z, as a says"
    assert "It was said to be back before, and is said to be out since." in map(
        str, supply_sentences(work(*steps), NAMES)
    )


def test_a_first_outage_is_not_called_broken_again() -> None:
    assert not supply_of(work(said("out", 48), said("partly", 2))).is_again
    assert not supply_of(work(said("back", 48), said("partly", 2))).is_again


def test_what_is_announced_is_not_entered_as_so() -> None:
    row = SupplyStep(organisation="a", state="back", since=NOW + timedelta(hours=1), said=NOW)
    assert set(troubles_of("supply", row, work())) == {"since"}
    row = SupplyStep(organisation="a", state="back", since=NOW, said=NOW + timedelta(hours=1))
    assert set(troubles_of("supply", row, work())) == {"said"}


def test_it_waits_until_somebody_says_that_it_no_longer_does() -> None:
    item = work(
        waits("parts"),
        waits("consent", side="LV"),
        waits("consent", of_whom="b"),
        waits("window", window="WN-2"),
        waits("consent", side="LV", is_over=True),
    )
    assert [(row.for_, row.side) for row in still_waits(item)] == [("parts", ""), ("consent", ""), ("window", "")]
    assert [str(sentence) for sentence in waiting_sentences(item, NAMES)] == [
        "Waits since 2031-05-04 for parts, as a says.",
        "Waits since 2031-05-04 for consent, of b, as a says.",
        "Waits since 2031-05-04 for a window of silence (WN-2), as a says.",
    ]


def test_consent_says_whose() -> None:
    assert set(troubles_of("wait", waits("consent")[1], work())) == {"of_whom"}
    assert troubles_of("wait", waits("consent", side="LV")[1], work()) == {}


def test_a_window_stands_only_where_it_waits_for_one() -> None:
    assert set(troubles_of("wait", waits("parts", window="WN-1")[1], work())) == {"window"}


def test_what_is_out_stands_before_what_is_back_the_longest_out_first() -> None:
    items = [
        work(said("back", 1), code="WK-1"),
        work(said("out", 5), code="WK-2"),
        work(said("out", 50), code="WK-3"),
        work(said("back", 3, source="a"), said("out", 9, 1, source="b"), code="WK-4"),
    ]
    assert [item.code for item in open_first(items)] == ["WK-3", "WK-4", "WK-2", "WK-1"]


def test_no_row_with_a_point_travels() -> None:
    pointed = [table for table in WORK_TABLES if any(field.kind in ("place", "outline") for field in table.fields)]
    assert [table.name for table in pointed] == ["work"]
    assert not any(table.travels for table in WORK_TABLES)


def test_no_sentence_of_a_work_has_its_point() -> None:
    assert "46" not in str(TABLES["work"].line(WORK, NAMES))
