"""From when to when a replay goes, in what steps, and where in it anything changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import each
from trucewatch.desks.replay.course import MONTH, MOST_STEPS, Changes, Course, changes_of, last_month
from trucewatch.errors import TrucewatchError
from trucewatch.server.console import Console

BEGIN = datetime(2020, 11, 8, tzinfo=UTC)


@given(st.integers(min_value=1, max_value=60 * 24 * 365 * 30))
def test_a_course_of_any_length_has_steps_that_a_slider_has_room_for(minutes: int) -> None:
    course = Course(begin=BEGIN, until=BEGIN + timedelta(minutes=minutes), seconds=60)
    assert 1 <= course.steps <= MOST_STEPS
    assert course.moment(0) == course.begin
    assert course.moment(course.steps) == course.until
    assert course.moment(course.steps - 1) < course.until
    assert course.step_at(course.until) == course.steps


def test_the_step_of_a_moment_is_the_first_by_which_it_has_come() -> None:
    course = Course(begin=BEGIN, until=BEGIN + timedelta(days=30), seconds=60)
    assert course.step == timedelta(hours=3)
    assert course.step_at(BEGIN + timedelta(hours=3)) == 1
    assert course.step_at(BEGIN + timedelta(hours=3, seconds=1)) == 2


@pytest.mark.parametrize(("days", "seconds"), [(0, 60), (-1, 60), (30, 0.5), (30, 4000), (30, float("nan"))])
def test_a_course_that_ends_before_it_begins_or_has_no_pace_is_refused(days: int, seconds: float) -> None:
    with pytest.raises(TrucewatchError, match="A replay"):
        Course(begin=BEGIN, until=BEGIN + timedelta(days=days), seconds=seconds)


def test_changes_are_where_records_became_known_and_zones_came_into_force(karabakh: Console) -> None:
    course = Course(begin=BEGIN, until=BEGIN + timedelta(days=30), seconds=60)
    changes = changes_of(course, karabakh.snapshot)
    assert changes.zones == (course.step_at(datetime(2020, 11, 9, 21, tzinfo=UTC)),), "the line and the corridor"
    known = {moment for moment in karabakh.snapshot.incidents["first_known_at"].to_pylist() if moment < course.until}
    assert known
    assert {course.step_at(moment) for moment in known} <= set(changes.records)


def test_the_next_change_is_of_either_kind_and_none_after_the_last() -> None:
    changes = Changes(records=(3, 9), zones=(5,))
    assert [changes.after(step) for step in (0, 3, 5, 9)] == [3, 5, 9, None]


def test_the_month_that_is_offered_begins_before_its_first_record_and_ends_at_the_clock(
    valleys: Console, karabakh: Console
) -> None:
    for snapshot in each([valleys.snapshot, karabakh.snapshot]):
        begin, until = last_month(snapshot)
        learnt = [moment for moment in snapshot.incidents["first_known_at"].to_pylist() if moment < until]
        assert until == snapshot.as_of
        assert begin == max(
            until - MONTH, min(moment for moment in learnt if moment > until - MONTH) - timedelta(hours=1)
        )
        assert changes_of(Course(begin=begin, until=until, seconds=60), snapshot).records
