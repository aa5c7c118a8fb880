"""In what a window of silence is in force: what all sides agreed to, from when they did, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.window_items import window_of
from trucewatch.model.aid_items import Item
from trucewatch.model.aid_windows import ExtensionAnswer, Window, WindowAnswer, WindowEnd, WindowExtension
from trucewatch.model.window_state import (
    Terms,
    agreed_by,
    in_force,
    overlapping,
    window_state,
    windows_in_force,
)

SIDES = ("LV", "UV")
T0 = datetime(2031, 5, 3, tzinfo=UTC)
SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))


def hour(number: float) -> datetime:
    return T0 + timedelta(hours=number)


ASKED = Window(
    organisation="relief", districts=("east", "west"), acts=("fire", "drones"), from_=hour(10), until=hour(14)
)


def window(*steps: Any, asked: Sequence[Window] = (ASKED,), code: str = "WN-1") -> Item:
    return window_of(*steps, asked=asked, code=code)


def agrees(side: str, at: float, **terms: Any) -> WindowAnswer:
    return WindowAnswer(side=side, answer="changed" if terms else "agreed", answered_at=hour(at), **terms)


def declines(side: str, at: float) -> WindowAnswer:
    return WindowAnswer(side=side, answer="declined", answered_at=hour(at))


def piece(start: float, end: float, districts: str = "east west", acts: str = "fire drones") -> Terms:
    return Terms(
        from_=hour(start), until=hour(end), districts=frozenset(districts.split()), acts=frozenset(acts.split())
    )


def phase_of(item: Item, at: float) -> str:
    state = window_state(item, SIDES, hour(at))
    assert state is not None
    return state.phase


def test_what_both_sides_agree_to_as_asked_is_in_force_as_asked() -> None:
    item = window(agrees("UV", 1), agrees("LV", 2))
    assert in_force(item, SIDES) == (piece(10, 14),)
    assert [phase_of(item, at) for at in (5, 10, 13.9, 14)] == ["agreed", "in_force", "in_force", "over"]


def test_a_window_to_which_one_side_agreed_is_in_force_nowhere() -> None:
    item = window(agrees("UV", 1))
    assert in_force(item, SIDES) == ()
    assert [phase_of(item, at) for at in (5, 11, 20)] == ["half", "half", "half"]


def test_nobody_answers_for_a_side_and_silence_is_no_answer() -> None:
    state = window_state(window(agrees("UV", 1), agrees("UV", 2)), SIDES, hour(11))
    assert state is not None
    assert [(stand.side, stand.word) for stand in state.sides] == [("LV", "unanswered"), ("UV", "agreed")]
    assert state.pieces == ()


def test_without_sides_on_file_nothing_is_in_force() -> None:
    assert in_force(window(agrees("UV", 1), agrees("LV", 1)), ()) == ()


def test_sides_that_agree_in_other_terms_share_only_what_both_hold() -> None:
    item = window(
        agrees("UV", 1, from_=hour(9), until=hour(12), acts=("fire",)),
        agrees("LV", 1, from_=hour(11), until=hour(15), districts=("east",)),
    )
    assert in_force(item, SIDES) == (piece(11, 12, "east", "fire"),)


def test_terms_that_share_no_hour_no_district_or_no_act_come_to_nothing() -> None:
    first = agrees("UV", 1, until=hour(12), districts=("east",), acts=("fire",))
    for other in (
        agrees("LV", 1, from_=hour(12)),
        agrees("LV", 1, districts=("west",)),
        agrees("LV", 1, acts=("drones",)),
    ):
        item = window(first, other)
        assert in_force(item, SIDES) == ()
        assert phase_of(item, 11) == "nothing_shared"


def test_outlines_of_both_sides_have_to_hold() -> None:
    (both,) = in_force(window(agrees("UV", 1, outline=SQUARE), agrees("LV", 1)), SIDES)
    assert both.outlines == {SQUARE}


def test_an_answer_after_it_began_is_in_force_from_the_answer_on() -> None:
    item = window(agrees("UV", 1), agrees("LV", 11.5))
    assert in_force(item, SIDES) == (piece(11.5, 14),)
    state = window_state(item, SIDES, hour(12))
    assert state is not None
    assert [(stand.side, stand.is_late, stand.is_after) for stand in state.sides] == [
        ("LV", True, False),
        ("UV", False, False),
    ]


def test_an_answer_after_the_end_puts_nothing_in_force() -> None:
    item = window(agrees("UV", 1), agrees("LV", 14))
    assert in_force(item, SIDES) == ()
    state = window_state(item, SIDES, hour(15))
    assert state is not None
    assert state.sides[0].is_after


def test_a_side_that_declines_later_ends_it_from_then_on_and_not_before() -> None:
    item = window(agrees("UV", 1), agrees("LV", 2), declines("LV", 12))
    assert in_force(item, SIDES) == (piece(10, 12),)
    assert phase_of(item, 11) == "in_force"


def test_of_two_answers_of_one_moment_the_one_that_agrees_to_less_stands() -> None:
    for order in permutations([agrees("LV", 2), declines("LV", 2), agrees("UV", 1)]):
        assert in_force(window(*order), SIDES) == ()


def test_more_time_agreed_by_one_side_makes_it_no_longer() -> None:
    more = (WindowExtension(organisation="relief", until=hour(16)), longer("UV", 12, 16))
    assert in_force(window(agrees("UV", 1), agrees("LV", 1), *more), SIDES) == (piece(10, 14),)
    both = window(agrees("UV", 1), agrees("LV", 1), *more, longer("LV", 13, 15))
    assert in_force(both, SIDES) == (piece(10, 15),)


def test_more_time_agreed_after_the_end_leaves_the_gap() -> None:
    more = (WindowExtension(organisation="relief", until=hour(18)), longer("UV", 12, 18), longer("LV", 15, 18))
    item = window(agrees("UV", 1), agrees("LV", 1), *more)
    assert in_force(item, SIDES) == (piece(10, 14), piece(15, 18))
    assert phase_of(item, 14.5) == "between"


def test_whoever_ends_it_ends_it_from_then_on() -> None:
    item = window(agrees("UV", 1), agrees("LV", 1), WindowEnd(at=hour(12), side="UV"))
    assert in_force(item, SIDES) == (piece(10, 12),)
    state = window_state(item, SIDES, hour(13))
    assert state is not None
    assert state.ended is not None
    assert (state.phase, state.ended.side) == ("over", "UV")


def test_a_correction_changes_nothing_of_what_was_agreed_before() -> None:
    narrower = Window(organisation="relief", districts=("west",), acts=("fire",), from_=hour(10), until=hour(11))
    item = window(agrees("UV", 1), agrees("LV", 1), asked=(ASKED, narrower))
    assert in_force(item, SIDES) == (piece(10, 14),)
    state = window_state(item, SIDES, hour(12))
    assert state is not None
    assert state.is_asked_anew
    anew = WindowAnswer(side="LV", answer="agreed", answered_at=hour(10.5), version=2)
    assert in_force(window(agrees("UV", 1), agrees("LV", 1), anew, asked=(ASKED, narrower)), SIDES) == (
        piece(10, 10.5),
        piece(10.5, 11, "west", "fire"),
    )


def test_windows_that_overlap_stand_each_for_itself() -> None:
    first = window(agrees("UV", 1), agrees("LV", 1))
    second = window(agrees("UV", 1, from_=hour(13)), agrees("LV", 1), code="WN-2")
    third = window(agrees("UV", 1), code="WN-3")
    items = (third, second, first)
    found = windows_in_force(items, "east", hour(13), hour(13), sides=SIDES)
    assert [each.code for each in found] == ["WN-1", "WN-2"]
    assert [each.code for each in windows_in_force(items, "east", hour(9), hour(11), sides=SIDES)] == ["WN-1"]
    assert windows_in_force(items, "south", hour(9), hour(20), sides=SIDES) == ()
    assert windows_in_force(items, "east", hour(14), hour(20), sides=SIDES) == ()
    assert overlapping(first, items) == ("WN-3", "WN-2")


def longer(side: str, at: float, until: float) -> ExtensionAnswer:
    return ExtensionAnswer(side=side, answer="agreed", answered_at=hour(at), until=hour(until))


_HOURS = st.integers(min_value=0, max_value=20).map(hour)
_TERMS = st.fixed_dictionaries(
    {},
    optional={
        "from_": st.integers(min_value=6, max_value=14).map(hour),
        "until": st.integers(min_value=10, max_value=18).map(hour),
        "districts": st.lists(st.sampled_from(["east", "west"]), min_size=1, unique=True).map(tuple),
        "acts": st.lists(st.sampled_from(["fire", "drones"]), min_size=1, unique=True).map(tuple),
    },
)
_ANSWERS = st.one_of(
    st.builds(
        lambda side, at: WindowAnswer(side=side, answer="agreed", answered_at=at), st.sampled_from(SIDES), _HOURS
    ),
    st.builds(
        lambda side, at, terms: WindowAnswer(side=side, answer="changed", answered_at=at, **terms),
        st.sampled_from(SIDES),
        _HOURS,
        _TERMS,
    ),
    st.builds(
        lambda side, at: WindowAnswer(side=side, answer="declined", answered_at=at), st.sampled_from(SIDES), _HOURS
    ),
)
_MORE = st.builds(
    lambda side, at, until: ExtensionAnswer(side=side, answer="agreed", answered_at=at, until=until),
    st.sampled_from(SIDES),
    _HOURS,
    st.integers(min_value=14, max_value=24).map(hour),
)
_ENDS = st.builds(lambda at, side: WindowEnd(at=at, side=side), _HOURS, st.sampled_from(SIDES))
_STEPS = st.lists(st.one_of(_ANSWERS, _ANSWERS, _MORE, _ENDS), max_size=8)


def holds(pieces: Sequence[Terms], at: datetime, district: str, act: str) -> bool:
    return any(each.from_ <= at < each.until and district in each.districts and act in each.acts for each in pieces)


@given(steps=_STEPS, minutes=st.integers(min_value=0, max_value=24 * 60 - 1))
def test_what_is_in_force_every_side_agreed_to_before(steps: list[Any], minutes: int) -> None:
    at, item = T0 + timedelta(minutes=minutes), window(*steps)
    ends = [step.at for step in steps if isinstance(step, WindowEnd)]
    for district in ("east", "west"):
        for act in ("fire", "drones"):
            all_agree = all(holds(agreed_by(item, side), at, district, act) for side in SIDES)
            is_over = any(end <= at for end in ends)
            assert holds(in_force(item, SIDES), at, district, act) == (all_agree and not is_over)
    for side in SIDES:
        answers = [step for step in steps if isinstance(step, WindowAnswer) and step.side == side]
        standing = [step for step in answers if step.answered_at <= at]
        if not standing or max(standing, key=lambda step: step.answered_at).answer == "declined":
            assert not any(each.from_ <= at < each.until for each in in_force(item, SIDES)) or _tied(standing)


def _tied(standing: Sequence[WindowAnswer]) -> bool:
    """Whether the last moment has several answers, of which another may stand."""
    last = max((step.answered_at for step in standing), default=None)
    return sum(step.answered_at == last for step in standing) > 1


@given(steps=_STEPS, seed=st.randoms(use_true_random=False))
def test_neither_the_order_of_answers_nor_that_of_sides_matters(steps: list[Any], seed: Any) -> None:
    shuffled = list(steps)
    seed.shuffle(shuffled)
    assert in_force(window(*steps), SIDES) == in_force(window(*shuffled), tuple(reversed(SIDES)))


@given(steps=_STEPS)
def test_no_two_pieces_overlap_and_none_is_empty(steps: list[Any]) -> None:
    pieces = in_force(window(*steps), SIDES)
    assert all(each.from_ < each.until and each.acts and each.districts for each in pieces)
    assert all(first.until <= second.from_ for first, second in pairwise(pieces))
