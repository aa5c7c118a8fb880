"""A road notice says its word until its hour, then that there is none since: never that a road is open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model.aid_items import AidEntry, Item
from trucewatch.model.aid_registry import TABLES
from trucewatch.model.aid_roads import ADVICE_WORDS, RoadNotice, RoadWord
from trucewatch.model.road_notice_state import RoadStand, road_notices_in_force, road_stand

T0 = datetime(2031, 5, 3, 9, 30, tzinfo=UTC)


def minute(number: int) -> datetime:
    return T0 + timedelta(minutes=number)


def said_with(**changes: Any) -> RoadNotice:
    usual: dict[str, Any] = {
        "road": "K-12",
        "from_": "Norhaven",
        "to": "Highmere",
        "districts": ("east",),
        "advice": "advised_against",
        "asked_at": minute(0),
        "said_at": minute(12),
        "next_word_by": minute(60),
    }
    return RoadNotice(**(usual | changes))


def notice(row: RoadNotice | None = None, *words: RoadWord, code: str = "RN-1") -> Item:
    rows: tuple[Any, ...] = (row or said_with(), *words)
    entries = [
        AidEntry(
            entry_id=f"a-{number}",
            entry=number,
            table="road_word" if number else "road_notice",
            code=code,
            about=code if number else "",
            version=1,
            row=each,
            known_at=T0,
            recorded_at=T0,
            by="p-1",
        )
        for number, each in enumerate(rows)
    ]
    return Item(code=code, table="road_notice", versions=(entries[0],), steps=tuple(entries[1:]))


def stand_of(item: Item, at: int) -> RoadStand:
    stand = road_stand(item, minute(at))
    assert stand is not None
    return stand


def text(item: Item, at: int) -> str:
    return str(stand_of(item, at).text(lambda moment: f"{moment:%H:%M}"))


def test_it_says_road_advice_hour_and_when_the_next_word_comes() -> None:
    assert text(notice(), 12) == "K-12 between Norhaven and Highmere: advised against, said 09:42, next word by 10:30"


def test_past_its_hour_it_says_that_there_is_no_word_since() -> None:
    assert text(notice(), 60).endswith("next word by 10:30")
    assert text(notice(), 61) == "K-12 between Norhaven and Highmere: no word since 09:42; the next was due by 10:30"


def test_a_later_word_stands_in_the_place_of_the_first() -> None:
    item = notice(None, RoadWord(advice="withdrawn", said_at=minute(40)))
    assert "advised against" in text(item, 39)
    assert "withdrawn; nothing else is said" in text(item, 40)
    assert text(item, 101).endswith("no word since 10:10; the next was due by 11:10")


def test_the_next_word_is_due_an_hour_later_where_nobody_says() -> None:
    assert stand_of(notice(said_with(next_word_by=None)), 12).next_by == minute(72)


@pytest.mark.parametrize(("took", "is_in_time"), [(0, True), (15, True), (16, False)])
def test_how_long_the_first_word_took_is_a_number(took: int, is_in_time: bool) -> None:
    stand = stand_of(notice(said_with(said_at=minute(took))), 60)
    assert (stand.minutes, stand.was_in_time) == (took, is_in_time)


def test_a_drill_is_called_one_in_its_sentence() -> None:
    assert text(notice(said_with(is_drill=True)), 20).startswith("DRILL: ")


def test_who_plans_a_movement_sees_what_was_not_withdrawn_and_what_has_no_word_since() -> None:
    withdrawn = notice(None, RoadWord(advice="withdrawn", said_at=minute(20)), code="RN-2")
    foreign = notice(code="centre:RN-1")
    stands = road_notices_in_force((foreign, withdrawn, notice()), minute(500))
    assert [(each.code, each.has_lapsed) for each in stands] == [("RN-1", True), ("centre:RN-1", True)]
    assert road_notices_in_force((notice(),), minute(11)) == ()


@given(at=st.integers(min_value=12, max_value=3000), advice=st.sampled_from(sorted(ADVICE_WORDS)))
def test_no_hour_and_no_advice_makes_a_road_open_or_safe(at: int, advice: Any) -> None:
    sentence = text(notice(said_with(advice=advice)), at).casefold()
    assert sentence.startswith("k-12 between norhaven and highmere: ")
    assert not any(word in sentence for word in ("open", "safe", "clear", "passable", "free"))


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"road": "K-12 at 46.75123, 39.82"}, "road"),
        ({"from_": "Norhaven 3 shells"}, "from"),
        ({"to": "12 vehicles"}, "to"),
        ({"to": "norhaven"}, "to"),
        ({"asked_at": minute(13)}, "asked_at"),
        ({"next_word_by": minute(12)}, "next_word_by"),
        ({"next_word_by": minute(12 + 12 * 60 + 1)}, "next_word_by"),
        ({"said_at": minute(200)}, "said_at"),
    ],
)
def test_what_is_more_than_a_road_and_an_hour_is_refused_at_its_field(changes: dict[str, Any], key: str) -> None:
    items: Any = SimpleNamespace(now=minute(20))
    troubles = TABLES["road_notice"].troubles(said_with(**changes), None, items)
    assert key in {trouble.at[0] for trouble in troubles}


def test_a_notice_with_nothing_but_a_road_and_its_hours_is_taken() -> None:
    items: Any = SimpleNamespace(now=minute(20))
    assert list(TABLES["road_notice"].troubles(said_with(), None, items)) == []
