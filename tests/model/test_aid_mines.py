"""What is known of mines at a place: by whom, of which day, inside what was surveyed; never that it is safe."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model.aid_accidents import (
    Accident,
    Casualties,
    Investigation,
    MedicalRequest,
    accident_state,
    is_unasked,
)
from trucewatch.model.aid_items import AidEntry, Item
from trucewatch.model.aid_mines import Hazard, LandRelease, Survey
from trucewatch.model.aid_registry import BY_PREFIX, TABLES
from trucewatch.model.ground_word import ground_at, ground_in, hazard_standing, hazards_touching
from trucewatch.model.outlines import crossing_of, outlines_touch, where_in

AT = datetime(2031, 5, 4, 2, tzinfo=UTC)
SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0))
EAST = ((2.0, 0.0), (4.0, 0.0), (4.0, 2.0), (2.0, 2.0))
FAR = ((10.0, 10.0), (11.0, 10.0), (11.0, 11.0))
NEVER = ("safe", "clear of", "free of", "no danger", "open", "may be entered")


class Ids:
    """Names that are the ids."""

    def organisation(self, id_: str) -> str:
        return id_

    def district(self, id_: str) -> str:
        return id_

    def side(self, id_: str) -> str:
        return id_


def entry(table: str, row: Any, code: str, about: str = "", number: int = 1) -> AidEntry:
    return AidEntry(
        entry_id=f"a-{code}-{number}",
        entry=number,
        table=table,
        code=code,
        about=about,
        version=1,
        row=row,
        known_at=AT,
        recorded_at=AT,
        by="p-1",
    )


def item(table: str, row: Any, code: str, steps: Sequence[tuple[str, Any]] = ()) -> Item:
    return Item(
        code=code,
        table=table,
        versions=(entry(table, row, code),),
        steps=tuple(entry(step, of, code, code, number) for number, (step, of) in enumerate(steps, start=2)),
    )


def hazard(
    outline: Any = SQUARE, kind: Any = "confirmed", steps: Sequence[tuple[str, Any]] = (), code: str = "HZ-1"
) -> Item:
    row = Hazard(
        organisation="MAC",
        kind=kind,
        district="north",
        outline=outline,
        surveyed_by="MAC",
        surveyed=date(2031, 4, 1),
        source="report 7",
    )
    return item("hazard", row, code, steps)


def survey(
    result: Any = "none_known", outline: Any = SQUARE, code: str = "SV-1", by: str = "MAC", day: int = 2
) -> Item:
    row = Survey(
        organisation=by,
        method="non_technical",
        result=result,
        district="north",
        outline=outline,
        day=date(2031, 4, day),
    )
    return item("survey", row, code)


def release(state: Any, remains: Any = (), day: int = 20, *, whole: bool = False) -> tuple[str, LandRelease]:
    return "land_release", LandRelease(
        organisation="MAC",
        state=state,
        area_m2=400,
        day=date(2031, 4, day),
        reference="LR-9",
        outline=remains,
        nothing_remains=whole,
    )


def said(items: Sequence[Item], lon: float = 1.0, lat: float = 1.0) -> str:
    return " / ".join(str(sentence) for sentence in ground_at(items, lon, lat).sentences(Ids()))


def test_ground_of_which_nobody_says_anything_is_not_surveyed() -> None:
    assert said(()) == "not surveyed"
    assert said((survey(outline=FAR), hazard(FAR))) == "not surveyed"


def test_no_known_hazard_is_said_inside_a_surveyed_outline_alone_with_by_whom_and_when() -> None:
    word = ground_at((survey(),), 1.0, 1.0)
    assert word.word == "no_known_hazard"
    (sentence,) = word.sentences(Ids())
    assert "no known hazard" in str(sentence)
    assert "MAC" in str(sentence)
    assert sentence.values["day"] == date(2031, 4, 2)
    assert ground_at((survey(),), 3.0, 1.0).word == "not_surveyed"


@pytest.mark.parametrize("place", [(2.0, 1.0), (0.0, 0.0), (1.0, 2.0)])
def test_the_edge_belongs_to_a_hazard_and_not_to_a_survey(place: tuple[float, float]) -> None:
    assert ground_at((hazard(),), *place).word == "hazard"
    assert ground_at((survey(),), *place).word == "not_surveyed"


def test_inside_a_hazard_it_is_said_which_its_state_and_by_whom() -> None:
    text = said((hazard(),))
    assert "HZ-1" in text
    assert "confirmed hazardous area" in text
    assert "MAC" in text


def test_a_later_survey_that_found_nothing_stands_beside_a_hazard_and_does_not_lift_it() -> None:
    word = ground_at((hazard(), survey(day=30)), 1.0, 1.0)
    assert word.word == "hazard"
    assert [sentence.values["code"] for sentence in word.sentences(Ids())] == ["HZ-1", "SV-1"]


def test_surveys_that_contradict_stand_side_by_side() -> None:
    word = ground_at((survey(), survey("hazards", code="SV-2", by="OTHER")), 1.0, 1.0)
    assert word.word == "surveys_differ"
    text = " / ".join(str(sentence) for sentence in word.sentences(Ids()))
    assert "no known hazard inside its outline, by MAC" in text
    assert "hazards found inside its outline by OTHER" in text


def test_inside_a_survey_that_found_hazards_no_known_hazard_is_never_said() -> None:
    assert ground_at((survey("hazards"),), 1.0, 1.0).word == "hazards_found"
    assert "no known hazard" not in said((survey("hazards"),))


def test_a_hazard_without_an_outline_may_lie_anywhere_in_its_district() -> None:
    items = (hazard(()), survey())
    assert ground_at(items, 1.0, 1.0).word == "hazard_in_district"
    assert ground_at(items, 1.0, 1.0, district="north").word == "hazard_in_district"
    assert ground_at(items, 1.0, 1.0, district="south").word == "no_known_hazard"


def test_of_a_reduced_area_what_remains_is_hazardous_and_the_rest_is_said_to_be_released() -> None:
    reduced = hazard(steps=[release("reduced", remains=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))])
    assert ground_at((reduced,), 0.5, 0.5).word == "hazard"
    assert "confirmed hazardous area; of it 400 m² reduced" in said((reduced,), 0.5, 0.5)
    assert ground_at((reduced,), 1.5, 1.5).word == "released"


@pytest.mark.parametrize("state", ["cleared", "cancelled", "reduced"])
def test_a_released_area_is_said_with_the_word_of_its_release(state: str) -> None:
    released = hazard(steps=[release(state, whole=True)])
    assert ground_at((released,), 1.0, 1.0).word == "released"
    assert state in said((released,))
    assert hazards_touching((released,), "north") == ()


@pytest.mark.parametrize("state", ["cleared", "cancelled", "reduced"])
def test_an_area_of_which_a_part_was_released_is_hazardous_still_until_somebody_says_that_nothing_remains(
    state: str,
) -> None:
    part = hazard(steps=[release(state)])
    assert ground_at((part,), 1.0, 1.0).word == "hazard"
    assert "the rest is hazardous still" in said((part,))
    assert hazards_touching((part,), "north") == (hazard_standing(part),)
    after_whole = hazard(steps=[release("cleared", day=20, whole=True), release(state, day=25)])
    assert not hazard_standing(after_whole).is_released


def test_the_release_of_the_latest_day_holds_whichever_was_entered_last() -> None:
    later_first = hazard(steps=[release("cleared", day=25, whole=True), release("reduced", remains=EAST, day=20)])
    assert hazard_standing(later_first).is_released


def test_an_erased_hazard_says_nothing_and_breaks_nothing() -> None:
    assert ground_at((item("hazard", None, "HZ-9"), item("survey", None, "SV-9")), 1.0, 1.0).word == "not_surveyed"


def test_a_district_is_never_without_known_hazard_as_a_whole() -> None:
    sentences = [str(sentence) for sentence in ground_in((survey(),), "north", Ids())]
    assert "no known hazard inside its outline" in sentences[0]
    assert sentences[-1] == "Outside what was surveyed: not surveyed"
    assert [str(sentence) for sentence in ground_in((survey(),), "south", Ids())] == ["not surveyed"]


def test_hazards_are_found_by_district_and_by_an_outline_that_meets_them() -> None:
    items = (hazard(), hazard(FAR, code="HZ-2"), hazard((), code="HZ-3"))
    assert [each.code for each in hazards_touching(items, "north")] == ["HZ-1", "HZ-2", "HZ-3"]
    assert [each.code for each in hazards_touching(items, EAST)] == ["HZ-1"], "they share an edge"
    assert [each.code for each in hazards_touching(items, ((0.5, 0.5), (0.6, 0.5), (0.6, 0.6)))] == ["HZ-1"]


@given(
    lon=st.floats(-1, 3),
    lat=st.floats(-1, 3),
    outlines=st.lists(st.sampled_from([SQUARE, EAST, FAR, SQUARE[::-1]]), max_size=3),
    results=st.lists(st.sampled_from(["none_known", "hazards"]), max_size=3),
    states=st.lists(st.sampled_from(["cancelled", "reduced", "cleared"]), max_size=2),
)
def test_no_word_of_the_ground_ever_says_safe(
    lon: float, lat: float, outlines: list[Any], results: list[str], states: list[str]
) -> None:
    hazards = [
        hazard(outline, code=f"HZ-{number}", steps=[release(state) for state in states])
        for number, outline in enumerate(outlines, start=1)
    ]
    surveys = [survey(result, code=f"SV-{number}") for number, result in enumerate(results, start=1)]
    word = ground_at([*hazards, *surveys], lon, lat)
    sentences = [str(sentence).casefold() for sentence in word.sentences(Ids())]
    assert sentences
    assert not [bad for bad in NEVER for sentence in sentences if bad in sentence]
    if where_in(SQUARE, lon, lat) != "inside":
        assert word.word != "no_known_hazard"


@given(lon=st.floats(-1, 3), lat=st.floats(-1, 3), turn=st.integers(0, 3), is_closed=st.booleans())
def test_either_way_round_from_any_corner_closed_or_not_a_place_lies_where_it_lies(
    lon: float, lat: float, turn: int, is_closed: bool
) -> None:
    ring = SQUARE[turn:] + SQUARE[:turn]
    ring = (*ring, ring[0]) if is_closed else ring
    truth = where_in(SQUARE, lon, lat)
    assert where_in(ring, lon, lat) == truth
    assert where_in(ring[::-1], lon, lat) == truth
    if 0 < lon < 2 and 0 < lat < 2:
        assert truth == "inside"
    if not (0 <= lon <= 2 and 0 <= lat <= 2):
        assert truth == "outside"


def test_two_outlines_touch_either_way_and_far_ones_do_not() -> None:
    for first, second in ((SQUARE, EAST), (SQUARE, SQUARE), (SQUARE, ((-1.0, 0.5), (3.0, 0.5), (3.0, 0.6)))):
        assert outlines_touch(first, second)
        assert outlines_touch(second, first)
    assert not outlines_touch(SQUARE, FAR)
    assert not outlines_touch(SQUARE, ())


def test_a_bow_tie_crosses_itself_and_a_square_does_not() -> None:
    assert crossing_of(SQUARE) is None
    assert crossing_of((SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3])) is not None


def test_of_an_accident_the_medical_request_is_said_first_and_that_it_was_not_asked() -> None:
    row = Accident(organisation="MAC", kind="mine", district="north", day=date(2031, 5, 3))
    fresh = item("accident", row, "MA-1")
    assert is_unasked(fresh)
    assert str(accident_state(fresh)).startswith("No medical request is entered")
    steps = [
        ("investigation", Investigation(organisation="MAC", state="opened", day=date(2031, 5, 3))),
        ("medical_request", MedicalRequest(organisation="MAC", at=AT, passage="MP-1")),
    ]
    followed = item("accident", row, "MA-1", steps)
    assert not is_unasked(followed)
    assert str(accident_state(followed)).startswith("Medical request at")
    assert "investigation opened" in str(accident_state(followed))


def test_what_nobody_stated_of_casualties_is_not_stated_and_no_zero() -> None:
    line = str(TABLES["casualties"].line(Casualties(organisation="MAC", day=date(2031, 5, 3), injured=2), Ids()))
    assert "killed not stated" in line
    assert "injured 2" in line


def test_every_code_of_these_rooms_is_its_own() -> None:
    assert {BY_PREFIX[prefix].name for prefix in ("HZ", "SV", "DV", "MA", "AC", "OP", "ST", "VS", "GT")} == {
        "hazard",
        "survey",
        "device",
        "accident",
        "constraint",
        "operation",
        "site",
        "visit",
        "gathering",
    }
