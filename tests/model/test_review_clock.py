"""The clock of first positions: one for all, standing still while a line is down, at most 72 hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model.duty_line import CheckResult, LineCheck
from trucewatch.model.review_clock import MOST_PAUSE, Down, down_since, downs_of, due_of, not_before

PUT = datetime(2031, 5, 4, 12, tzinfo=UTC)
HOURS = st.integers(-100, 200).map(lambda hours: PUT + timedelta(hours=hours))
DOWNS = st.lists(
    st.tuples(HOURS, st.one_of(st.none(), st.integers(1, 200))).map(
        lambda pair: (pair[0], None if pair[1] is None else pair[0] + timedelta(hours=pair[1]))
    ),
    max_size=5,
)


def after(hours: float) -> datetime:
    return PUT + timedelta(hours=hours)


@given(DOWNS, HOURS, st.integers(1, 72))
def test_the_clock_never_runs_out_early_nor_more_than_72_hours_late(
    downs: list[Down], now: datetime, hours: int
) -> None:
    due, paused_s = due_of(PUT, hours, downs, now)
    assert due == after(hours) + timedelta(seconds=paused_s)
    assert 0 <= paused_s <= MOST_PAUSE.total_seconds()


@given(DOWNS, HOURS, st.integers(1, 72), st.randoms())
def test_whose_line_was_down_and_in_which_order_it_is_told_changes_nothing(
    downs: list[Down], now: datetime, hours: int, lot: object
) -> None:
    shuffled = sorted(downs, key=lambda _: lot.random())  # type: ignore[attr-defined]
    assert due_of(PUT, hours, shuffled, now) == due_of(PUT, hours, downs, now)
    assert due_of(PUT, hours, downs + downs, now) == due_of(PUT, hours, downs, now)


@given(DOWNS, HOURS, HOURS, st.integers(1, 72))
def test_as_time_goes_on_it_never_comes_nearer(downs: list[Down], one: datetime, other: datetime, hours: int) -> None:
    earlier, later = sorted((one, other))
    assert due_of(PUT, hours, downs, earlier)[0] <= due_of(PUT, hours, downs, later)[0]


def test_two_lines_down_at_once_stop_it_once() -> None:
    both = [(after(1), after(5)), (after(3), after(6))]
    assert due_of(PUT, 24, both, after(24)) == (after(29), 5 * 3600)


def test_a_line_that_is_down_adds_as_time_goes_on() -> None:
    downs: list[Down] = [(after(20), None)]
    assert due_of(PUT, 24, downs, after(23))[0] == after(27)
    assert due_of(PUT, 24, downs, after(500))[0] == after(96)


def test_a_line_that_goes_down_after_the_clock_ran_out_does_not_open_it_again() -> None:
    assert due_of(PUT, 24, [(after(25), after(30))], after(40)) == (after(24), 0)


def check(entry: int, of: str, hours: float, result: CheckResult) -> LineCheck:
    return LineCheck(entry=entry, of=of, result=result, at=after(hours), by="", recorded_at=after(hours))


def test_a_line_is_down_from_a_check_that_failed_until_the_next_good_one() -> None:
    checks = [
        check(4, "SI", 9, "answered"),
        check(1, "SI", 2, "no_answer"),
        check(2, "SI", 5, "bad_line"),
        check(3, "UV", 6, "no_answer"),
        check(5, "NI", 10, "answered"),
        check(6, "SI", 11, "wrong_person"),
    ]
    downs = downs_of(checks, ("NI", "SI"))
    assert downs == {"NI": (), "SI": ((after(2), after(9)), (after(11), None))}
    assert down_since(downs, after(3)) == {"SI": after(2)}
    assert down_since(downs, after(9)) == {}


def test_a_clock_that_was_set_back_is_not_earlier_than_the_last_entry() -> None:
    assert not_before(after(1), after(3)) == after(3)
    assert not_before(after(4), after(3)) == after(4)
    assert not_before(after(4), None) == after(4)
