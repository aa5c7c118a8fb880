"""A group return says from, to and how many; a place of fewer than ten people is never kept; every number has its
giver, and what nobody stated is not stated."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pytest

from tests.aid_steps import NAMES, item_of, troubles_of
from trucewatch.model.aid_destinations import (
    ASPECTS,
    STATE_WORDS,
    AspectStep,
    Destination,
    card_of,
    destination_for,
    destination_state,
    differs,
    what_it_says,
)
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_return_state import (
    escort_sentences,
    is_open,
    left_again,
    left_sentences,
    outcome_sentences,
    people_by_giver,
    return_state,
    will_sentences,
)
from trucewatch.model.aid_returns import (
    RETURN_TABLES,
    EscortStep,
    GroupReturn,
    LeftAgain,
    OutcomeStep,
    WillStep,
    people_and_buses,
)

DAY = date(2031, 5, 4)
GROUP = GroupReturn(organisation="a", from_="north", to="south", to_place="Mill", day=DAY, people=212, buses=9)


def group(*steps: tuple[str, Any], row: GroupReturn = GROUP, erased: bool = False, erased_steps: bool = False) -> Item:
    return item_of("return", row, *steps, erased=erased, erased_steps=erased_steps)


def went(people: int, buses: int | None = None, source: str = "a") -> tuple[str, OutcomeStep]:
    return "return_outcome", OutcomeStep(organisation=source, state="went", day=DAY, people=people, buses=buses)


def left(people: int, source: str = "a") -> tuple[str, LeftAgain]:
    return "left_again", LeftAgain(organisation=source, people=people, day=DAY)


def of_will(aspect: Any, state: Any, source: str = "a", day: date = DAY) -> tuple[str, WillStep]:
    return "return_will", WillStep(organisation=source, aspect=aspect, state=state, day=day)


def stated(aspect: Any, state: Any, source: str = "a", day: date = DAY, **more: Any) -> tuple[str, AspectStep]:
    return "aspect", AspectStep(organisation=source, aspect=aspect, state=state, day=day, **more)


def destination(*steps: tuple[str, Any], place: str = "", code: str = "DC-1") -> Item:
    return item_of("destination", Destination(district="south", place=place), *steps, code=code)


@pytest.mark.parametrize("key", ["from_place", "to_place"])
def test_nine_people_to_a_hamlet_are_refused_at_the_place_and_ten_are_not(key: str) -> None:
    row = replace(replace(GROUP, to_place="", people=9), **{key: "Mill"})  # type: ignore[arg-type]
    troubles = troubles_of("return", row)
    assert set(troubles) == {key}
    assert "only the district is kept" in str(troubles[key].sentence)
    assert "Mill" not in str(troubles[key].sentence)
    assert troubles_of("return", replace(row, people=10)) == {}


def test_nine_people_to_a_district_are_entered() -> None:
    assert troubles_of("return", replace(GROUP, to_place="", people=9)) == {}


def test_nobody_is_no_group_and_nowhere_else_is_no_return() -> None:
    assert set(troubles_of("return", replace(GROUP, to_place="", people=0))) == {"people"}
    assert set(troubles_of("return", replace(GROUP, to="north", to_place=""))) == {"to"}


def test_a_row_of_a_return_has_no_field_for_people_or_side() -> None:
    columns = {field.name for field in fields(GroupReturn)}
    assert columns == {
        "organisation",
        "from_",
        "to",
        "day",
        "people",
        "buses",
        "from_place",
        "to_place",
        "escort_of",
    }
    assert not any(field.kind in ("side", "sides") for table in RETURN_TABLES for field in table.fields)


def test_a_plan_lapses_seventy_two_hours_after_its_day_and_its_numbers_stay() -> None:
    table = TABLES["return"]
    assert table.lapse_hours == 72
    assert table.ends_at(GROUP, UTC) == datetime(2031, 5, 5, tzinfo=UTC)
    assert table.totals(GROUP) == {"people": 212, "buses": 9}
    state = str(return_state(group(left(30), erased=True, erased_steps=True), DAY))
    assert state == "the plan lapsed; planned: 212 people in 9 buses"
    assert sum(left_again(group(left(30), erased=True, erased_steps=True)).values()) == 30


@pytest.mark.parametrize(
    ("steps", "today", "state"),
    [
        ((), date(2031, 5, 3), "planned"),
        ((), DAY, "planned for today"),
        ((), date(2031, 5, 5), "planned for a day that is past; nobody has said whether they went"),
        ((went(200, 8),), DAY, "went"),
        ((went(200, 8), went(190, 8, "b")), DAY, "went"),
        ((("return_outcome", OutcomeStep(organisation="a", state="put_off", day=DAY)),), DAY, "put off"),
    ],
)
def test_how_a_return_stands_is_one_sentence(steps: tuple[tuple[str, Any], ...], today: date, state: str) -> None:
    assert str(return_state(group(*steps), today)) == state


def test_two_words_on_what_became_of_a_plan_stand_both_each_with_its_giver() -> None:
    item = group(went(200, 8), ("return_outcome", OutcomeStep(organisation="b", state="called_off", day=DAY)))
    assert str(return_state(item, DAY)) == "sources differ on what became of it; both stand"
    assert [str(each) for each in outcome_sentences(item, NAMES)] == [
        "Went: 200 people in 8 buses, as a says (2031-05-04).",
        "called off, as b says (2031-05-04).",
    ]


def test_a_plan_is_open_until_somebody_says_what_became_of_it() -> None:
    assert is_open(group())
    assert not is_open(group(went(200)))
    assert not is_open(group(erased=True))


def test_who_left_again_is_counted_by_who_says_so_and_not_added() -> None:
    item = group(went(200), left(5), left(7), left(20, "b"))
    assert left_again(item) == {"a": 12, "b": 20}
    assert [str(each) for each in left_sentences(item, NAMES)] == [
        "Left again: 12 people, as a says.",
        "Left again: 20 people, as b says.",
    ]


def test_numbers_of_two_givers_are_not_added() -> None:
    assert people_by_giver([group(went(200, 8), went(190, 8, "b")), group(went(10, 1))]) == {
        "a": (210, 9),
        "b": (190, 8),
    }


def test_of_few_who_went_or_left_again_no_number_is_said() -> None:
    few = group(went(9, 1), ("left_again", LeftAgain(organisation="a", people=3, day=date(2031, 5, 4))))
    sentences = [*map(str, outcome_sentences(few, NAMES)), *map(str, left_sentences(few, NAMES))]
    assert len(sentences) == 2
    assert all("fewer than 10 people" in sentence for sentence in sentences)


def test_buses_that_are_not_stated_of_each_are_no_number() -> None:
    assert people_by_giver([group(went(200, 8)), group(went(10))]) == {"a": (210, None)}
    assert str(people_and_buses(40, 0)) == "40 people"


def test_informed_and_voluntary_are_not_stated_until_somebody_states_them() -> None:
    assert [str(each) for each in will_sentences(group(), NAMES)] == ["informed: not stated", "voluntary: not stated"]


def test_informed_and_voluntary_each_stand_by_whose_word() -> None:
    item = group(
        of_will("informed", "in_part", day=date(2031, 5, 2)),
        of_will("informed", "yes"),
        of_will("informed", "no", "b"),
    )
    assert [str(each) for each in will_sentences(item, NAMES)] == [
        "informed: yes, as a says (2031-05-04)",
        "informed: no, as b says (2031-05-04)",
        "voluntary: not stated",
    ]


def test_an_escort_that_is_asked_is_not_one_that_is_given() -> None:
    item = group(row=replace(GROUP, escort_of="guard"))
    assert [str(each) for each in escort_sentences(item, NAMES)] == [
        "An escort is asked of guard.",
        "Nobody has answered.",
    ]
    given = ("return_escort", EscortStep(organisation="guard", state="given", day=DAY))
    item = group(given, row=replace(GROUP, escort_of="guard"))
    assert [str(each) for each in escort_sentences(item, NAMES)] == [
        "An escort is asked of guard.",
        "Escort given, as guard says (2031-05-04).",
    ]


def test_a_number_that_went_is_needed_and_stands_nowhere_else() -> None:
    assert set(troubles_of("return_outcome", OutcomeStep(organisation="a", state="went", day=DAY), group())) == {
        "people"
    }
    row = OutcomeStep(organisation="a", state="put_off", day=DAY, people=3)
    assert set(troubles_of("return_outcome", row, group())) == {"people"}


def test_a_card_has_every_aspect_and_none_is_known_before_somebody_states_it() -> None:
    card = card_of(destination())
    assert list(card) == list(ASPECTS)
    assert not any(card.values())
    assert str(destination_state(destination())) == "not known: 7 of 7"


def test_the_latest_word_of_each_source_stands_and_two_that_differ_stand_both_in_any_order() -> None:
    statements = (
        stated("water", "not_there", day=date(2031, 5, 1)),
        stated("water", "there"),
        stated("water", "not_there", "b", date(2031, 5, 3)),
    )
    cards = [card_of(destination(*order))["water"] for order in permutations(statements)]
    assert all(rows == cards[0] for rows in cards)
    assert [(row.organisation, row.state) for row in cards[0]] == [("a", "there"), ("b", "not_there")]
    assert differs(cards[0])
    assert str(destination_state(destination(*statements))) == "not known: 6 of 7; sources differ on 1"


def test_no_word_of_a_card_says_that_a_place_is_safe_or_ready() -> None:
    sentences = [
        str(what_it_says(AspectStep(organisation="a", aspect=aspect, state=state, day=DAY)))  # type: ignore[arg-type]
        for aspect in ASPECTS
        for state in STATE_WORDS
    ]
    assert len(sentences) == len(ASPECTS) * len(STATE_WORDS)
    for sentence in sentences:
        assert not {"safe", "ready", "ok", "good", "fit"} & set(sentence.lower().split())


def test_a_place_has_its_own_card_or_that_of_its_district() -> None:
    cards = [destination(code="DC-1"), destination(place="Upper  Mill", code="DC-2")]
    assert [
        found.code if (found := destination_for(district, place, cards)) else None
        for district, place in (("south", ""), ("south", "upper mill"), ("south", "Ford"), ("north", ""))
    ] == ["DC-1", "DC-2", "DC-1", None]


def test_a_card_stands_once() -> None:
    cards = destination(place="Mill")
    assert set(troubles_of("destination", Destination(district="south", place=" mill"), None, cards)) == {"place"}
    assert troubles_of("destination", Destination(district="south", place="Ford"), None, cards) == {}


def test_only_homes_are_counted() -> None:
    assert set(troubles_of("aspect", stated("road", "there", number=3)[1], destination())) == {"number"}
    assert str(what_it_says(stated("homes", "in_part", number=40)[1])) == "40 (some, with repairs)"
