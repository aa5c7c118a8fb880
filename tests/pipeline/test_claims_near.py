"""What else is near a claim, which claims pair, whose voices they are: proposals with reasons, and never a join."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model.claim_record import Claim, ClaimUndone, Speaker, StatedEvent
from trucewatch.model.spoken import SpokenPlace, SpokenTime
from trucewatch.model.times import zone_named
from trucewatch.pipeline.claims_near import is_ahead, near, pairs, voice_of, voices

TEN = datetime(2031, 5, 3, 10, tzinfo=UTC)
UV, LV = Speaker("party", "UV"), Speaker("party", "LV")


def place(*, north_m: float = 0.0, name: str = "", sd_m: float = 200.0) -> SpokenPlace:
    return SpokenPlace(
        basis="place",
        lon=-25.0,
        lat=-35.0 + north_m / 111_195,
        semi_major_m=sd_m,
        semi_minor_m=sd_m,
        major_azimuth_deg=0.0,
        place=name.lower(),
        place_name=name,
    )


def event(
    minutes: float | None = 0, *, kind: str = "explosion", where: SpokenPlace | None = None, lasts_min: float = 0
) -> StatedEvent:
    start = TEN + timedelta(minutes=minutes or 0)
    when = None if minutes is None else SpokenTime(start=start, end=start + timedelta(minutes=lasts_min))
    return StatedEvent(kind=kind, when=when, where=where)


def claim(number: int, stated: StatedEvent, *, speaker: Speaker = UV, **fields: Any) -> Claim:
    received = {"received_at": TEN + timedelta(hours=2)} | fields
    return Claim(
        number=number,
        version=1,
        entry=number,
        speaker=speaker,
        via="telephone",
        recorded_at=TEN,
        known_at=TEN,
        by="p-1",
        says="w-1",
        language="en",
        event=stated,
        **received,
    )


@dataclass
class Letter:
    code: str
    received_at: datetime
    words: str
    speaker: str


def test_a_claim_near_in_time_and_place_is_near_with_how_far() -> None:
    others = [claim(1, event(12, where=place(north_m=3000))), claim(2, event(12, where=place(north_m=90_000)))]
    ranked = near(event(where=place()), (), claims=others)
    assert [each.code for each in ranked] == ["CL-1"]
    assert [str(reason) for reason in ranked[0].reasons] == ["12 minutes and 3 km apart"]


def test_a_claim_that_names_the_same_place_is_near_without_a_time() -> None:
    others = [claim(1, event(None, kind="")), claim(2, event(None, kind=""))]
    words = {1: "They shot at the mill of Ambermill.", 2: "Nothing of it."}
    ranked = near(event(where=place(name="Ambermill")), (), claims=others, words_of=lambda each: words[each.number])
    assert [each.code for each in ranked] == ["CL-1"]
    assert "names the same place, Ambermill" in map(str, ranked[0].reasons)


def test_a_name_within_another_word_is_no_name() -> None:
    others = [claim(1, event(None, kind=""))]
    assert near(event(where=place(name="Ember")), (), claims=others, words_of=lambda _: "In September") == ()


def test_a_letter_is_told_with_whose_it_is_and_when_it_came() -> None:
    letter = Letter("C-3", TEN - timedelta(minutes=20), "The mill at Ambermill was hit.", "Upper Valley")
    ranked = near(event(where=place(name="Ambermill")), (), letters=[letter], zone=zone_named("Etc/GMT+2"))
    assert [(each.kind, each.code) for each in ranked] == [("complaint", "C-3")]
    assert "Upper Valley's letter of 2031-05-03 07:40 (UTC-2)" in map(str, ranked[0].reasons)


def test_an_incident_is_near_by_its_own_time_and_place() -> None:
    row = {
        "incident_id": "i-1",
        "occurred_start": TEN,
        "occurred_end": TEN + timedelta(minutes=5),
        "lon": -25.0,
        "lat": -35.0,
        "kind": "explosion",
        "zones": ["hollin"],
    }
    ranked = near(event(65, where=place(north_m=1000)), (), incidents=[row, {**row, "incident_id": "i-2", "lon": None}])
    assert [(each.kind, each.code) for each in ranked] == [("incident", "i-1"), ("incident", "i-2")]
    assert "60 minutes and 1 km apart" in map(str, ranked[0].reasons)
    assert "the same day, and of the same kind" in map(str, ranked[1].reasons)


def test_at_most_eight_are_proposed_the_nearest_first() -> None:
    others = [claim(number, event(number * 5, where=place())) for number in range(1, 30)]
    ranked = near(event(where=place()), (), claims=others)
    assert [each.code for each in ranked] == [f"CL-{number}" for number in range(1, 9)]


def test_the_claim_itself_and_those_taken_back_are_left_out() -> None:
    undone = ClaimUndone(entry=9, recorded_at=TEN, by="p-1", reason="", reason_code="mistake")
    others = [claim(1, event(where=place())), claim(2, event(where=place()), undone=undone)]
    assert near(event(where=place()), (), claims=others, leaving_out=1) == ()


def test_rows_that_repeat_each_other_are_paired_with_the_first_of_them() -> None:
    rows = [claim(number, event(number, where=place(name="Ambermill"))) for number in (1, 2, 3)]
    rows.append(claim(4, event(1, where=place(name="Ambermill"), kind="shot")))
    rows.append(claim(5, event(200, where=place(name="Ambermill"))))
    assert [(pair.kind, pair.first, pair.second) for pair in pairs(rows)] == [("repeats", 1, 2), ("repeats", 1, 3)]
    assert str(pairs(rows)[0].reason) == "both at Ambermill, 1 minute apart"


def test_a_row_pairs_with_the_other_side_and_never_with_its_own() -> None:
    rows = [claim(1, event(where=place()))]
    others = [
        claim(11, event(20, where=place(north_m=1500)), speaker=LV),
        claim(12, event(20, where=place(north_m=1500)), speaker=UV),
        claim(13, event(300, where=place()), speaker=LV),
        claim(14, event(20, where=place(north_m=30_000)), speaker=LV),
    ]
    (pair,) = pairs(rows, others)
    assert (pair.kind, pair.first, pair.second) == ("other_side", 1, 11)
    assert str(pair.reason) == "20 minutes and 1 km apart" or str(pair.reason) == "20 minutes and 2 km apart"


def test_a_row_without_a_time_or_a_place_pairs_with_nothing() -> None:
    rows = [claim(1, event(None, where=place())), claim(2, event()), claim(3, event(where=place()))]
    others = [replace(each, number=each.number + 10, speaker=LV) for each in rows]
    assert [(pair.first, pair.second) for pair in pairs(rows, others)] == [(3, 13)]


@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 9000), st.integers(0, 60), st.booleans()), max_size=12),
    st.randoms(use_true_random=False),
)
def test_pairs_do_not_depend_on_the_order_of_the_other_side(
    stated: list[tuple[int, int, int, bool]], random: Any
) -> None:
    def of(number: int, row: tuple[int, int, int, bool]) -> Claim:
        minutes, north_m, lasts_min, is_uv = row
        return claim(
            number, event(minutes, where=place(north_m=north_m), lasts_min=lasts_min), speaker=UV if is_uv else LV
        )

    rows = [of(number, row) for number, row in enumerate(stated, 1)]
    others = [replace(each, number=each.number + 100) for each in rows]
    proposed = {(pair.kind, pair.first, str(pair.reason)) for pair in pairs(rows, others)}
    random.shuffle(others)
    assert {(pair.kind, pair.first, str(pair.reason)) for pair in pairs(rows, others)} == proposed
    by_number = {each.number: each for each in (*rows, *others)}
    for pair in pairs(rows, others):
        first, second = by_number[pair.first], by_number[pair.second]
        assert (first.speaker == second.speaker) is (pair.kind == "repeats")


def test_a_claim_about_a_day_to_come_is_ahead_by_the_calendar_there() -> None:
    zone = zone_named("Etc/GMT+2")
    letter_day = datetime(2031, 5, 3, 20, tzinfo=UTC)
    at_23, at_noon = event(15 * 60), event(28 * 60)
    assert not is_ahead(claim(1, at_23, received_at=letter_day), zone)
    assert is_ahead(claim(2, at_noon, received_at=letter_day), zone)
    assert not is_ahead(claim(3, event(None), received_at=letter_day), zone)


@pytest.mark.parametrize(
    ("speakers", "count"),
    [
        ([Speaker("civilian", "hollin"), Speaker("civilian", "hollin")], 1),
        ([Speaker("civilian", "hollin"), Speaker("civilian", "ember")], 2),
        ([Speaker("civilian", "hollin"), Speaker("civilian")], 1),
        ([Speaker("civilian"), Speaker("civilian")], 1),
        ([Speaker("not_said"), Speaker("civilian", "hollin")], 1),
        ([Speaker("not_said"), Speaker("not_said")], 1),
        ([UV, Speaker("body", "uv-press")], 1),
        ([UV, LV], 2),
        ([], 0),
    ],
)
def test_whoever_may_be_another_of_them_is_no_voice_more(speakers: list[Speaker], count: int) -> None:
    spoken = [claim(number, event(), speaker=speaker) for number, speaker in enumerate(speakers, 1)]
    assert voices(spoken, {"uv-press": "UV"}) == count


def test_an_exercise_and_what_was_taken_back_are_no_voice() -> None:
    undone = ClaimUndone(entry=9, recorded_at=TEN, by="p-1", reason="")
    assert voices([claim(1, event(), is_drill=True), claim(2, event(), undone=undone)]) == 0
    assert voice_of(Speaker("post", "p3")) == "post:p3"


def test_a_side_s_own_post_is_no_voice_beside_it_and_pairs_with_it_as_nobody_else() -> None:
    post = claim(2, event(where=place()), speaker=Speaker("post", "UV/mill"), claimed_by="UV")
    own = claim(1, event(where=place()), claimed_by="UV")
    other = claim(3, event(where=place()), speaker=LV, claimed_by="LV")
    assert voices([own, post]) == 1
    assert voices([own, post, other]) == 2
    assert [(pair.first, pair.second) for pair in pairs([own], [post, other])] == [(1, 3)]


def test_a_drill_pairs_with_nothing() -> None:
    row, other = claim(1, event(where=place())), claim(2, event(where=place()), speaker=LV)
    assert len(pairs([row], [other])) == 1
    assert pairs([replace(row, is_drill=True)], [other]) == ()
    assert pairs([row], [replace(other, is_drill=True)]) == ()


def test_what_meets_in_time_and_place_is_said_no_more_exactly_than_it_is_known() -> None:
    whole_hour = event(-30, where=place(), lasts_min=60)
    (row,) = near(event(where=place()), (), claims=[claim(1, whole_hour)])
    assert [str(reason) for reason in row.reasons] == ["about the same time, less than 100 m apart"]


def test_a_claim_without_a_time_is_no_minutes_from_anything() -> None:
    """Its call came in at a time; when it happened nobody said."""
    untimed = claim(1, event(None, where=place(north_m=3000)), received_at=TEN)
    (row,) = near(event(where=place()), (), claims=[untimed])
    assert [str(reason) for reason in row.reasons] == ["3 km apart"]
    (row,) = near(event(None), (), claims=[claim(1, event(where=None))], received_at=TEN)
    assert [str(reason) for reason in row.reasons] == ["came in on the day of the other, and of the same kind"]
