"""What rings for whom, as a machine of its own: whatever order things come in, and whatever the clock does, nothing
rings twice for somebody and nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from trucewatch.desks.alerting.ringing import MAIL_EVERY, TOGETHER, Ringing
from trucewatch.model.alarm import AlarmHabits, AlarmHad, AlarmRule, AlarmThing
from trucewatch.model.times import zone_named

BEGIN: Final = datetime(2031, 5, 2, 21, 0, tzinfo=UTC)
RULE: Final = AlarmRule(number=1, name="night", about="incidents", ways=("sound", "mail"))
PEOPLE: Final = ("p-1", "p-2", "p-3")


def thing(number: int, *, is_grave: bool = False, is_drill: bool = False) -> AlarmThing:
    return AlarmThing(key=f"incident:{number}", path="/", is_grave=is_grave, is_drill=is_drill)


class NightOfAlarms(RuleBasedStateMachine):
    """Three people; things come to all of them, somebody has them, does not have them after all; the clock jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.ringing, self.now = Ringing(), BEGIN
        self.had: dict[str, AlarmHad] = {}
        self.came: set[str] = set()
        self.entry = 0
        self.rings: dict[tuple[str, str], int] = {}

    @initialize(quiet=st.none() | st.tuples(st.integers(0, 1439), st.integers(0, 1439)), loud=st.booleans())
    def choose(self, quiet: tuple[int, int] | None, loud: bool) -> None:
        self.habits = AlarmHabits(
            rules=(RULE,), zone="Europe/Berlin", quiet=quiet, grave_rings=loud, mail="a@b.example"
        )

    @rule(numbers=st.sets(st.integers(0, 12), min_size=1), is_grave=st.booleans())
    def come(self, numbers: set[int], is_grave: bool) -> None:
        things = [thing(number, is_grave=is_grave) for number in sorted(numbers)]
        for person in PEOPLE:
            self.ringing.ring(person, RULE, things, self.now, self.had)
        self.came |= {each.key for each in things}

    @rule(seconds=st.integers(-400_000, 400_000))
    def jump(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(person=st.sampled_from(PEOPLE), which=st.integers(0, 5))
    def have(self, person: str, which: int) -> None:
        alarms = self.ringing.of(person)
        for alarm in alarms[which : which + 1]:
            waiting = tuple(each.key for each in alarm.open_things(self.had))
            self.entry += 1
            act = AlarmHad(entry=self.entry, by=person, at=self.now, things=waiting)
            self.had |= dict.fromkeys(waiting, act)

    @rule(which=st.integers(0, 5))
    def undo(self, which: int) -> None:
        acts = sorted({act.entry: act for act in self.had.values()}.items())
        for _, act in acts[which : which + 1]:
            before = {alarm.number: alarm.ring for person in PEOPLE for alarm in self.ringing.of(person)}
            self.had = {key: other for key, other in self.had.items() if other.entry != act.entry}
            self.ringing.ring_again(act.things, but=act.by)
            for alarm in (each for person in PEOPLE for each in self.ringing.of(person)):
                is_again = alarm.ring != before[alarm.number]
                assert is_again == (alarm.person != act.by and bool(alarm.things.keys() & set(act.things)))

    @invariant()
    def nothing_rings_twice_and_nothing_is_lost(self) -> None:
        for person in PEOPLE:
            keys = [key for alarm in self.ringing.of(person) for key in alarm.things]
            assert len(keys) == len(set(keys))
            assert set(keys) == self.came

    @invariant()
    def what_somebody_has_rings_for_nobody(self) -> None:
        for alarm in (each for person in PEOPLE for each in self.ringing.of(person)):
            waiting = alarm.open_things(self.had)
            if alarm.rings(self.habits, self.had, self.now):
                assert waiting
                is_loud = self.habits.grave_rings and any(each.is_grave for each in waiting)
                assert is_loud or not self.habits.is_quiet(self.now)
            elif waiting:
                assert self.habits.is_quiet(self.now)


TestNightOfAlarms = NightOfAlarms.TestCase


def test_thirty_incidents_of_one_look_are_one_alarm() -> None:
    ringing = Ringing()
    ringing.ring("p-1", RULE, map(thing, range(30)), BEGIN)
    (alarm,) = ringing.of("p-1")
    assert len(alarm.things) == 30


def test_what_comes_within_a_minute_is_of_the_same_alarm_and_makes_no_second_sound() -> None:
    ringing = Ringing()
    ringing.ring("p-1", RULE, [thing(1)], BEGIN)
    ringing.ring("p-1", RULE, [thing(2)], BEGIN + TOGETHER - timedelta(seconds=1))
    ringing.ring("p-1", RULE, [thing(3)], BEGIN + TOGETHER)
    assert [len(alarm.things) for alarm in ringing.of("p-1")] == [1, 2]


def test_nothing_is_added_to_an_alarm_that_somebody_has() -> None:
    ringing, act = Ringing(), AlarmHad(entry=1, by="p-2", at=BEGIN, things=("incident:1",))
    ringing.ring("p-1", RULE, [thing(1)], BEGIN)
    ringing.ring("p-1", RULE, [thing(2)], BEGIN, {"incident:1": act})
    assert [len(alarm.things) for alarm in ringing.of("p-1")] == [1, 1]


def test_a_drill_is_never_of_one_alarm_with_what_is_real() -> None:
    ringing = Ringing()
    ringing.ring("p-1", RULE, [thing(1, is_drill=True)], BEGIN)
    ringing.ring("p-1", RULE, [thing(2)], BEGIN)
    assert [alarm.is_drill for alarm in ringing.of("p-1")] == [False, True]


@pytest.mark.parametrize(
    ("moment", "is_quiet"),
    [
        (datetime(2031, 3, 30, 0, 59, tzinfo=UTC), True),  # 01:59 by the wall, one minute before it is set forward
        (datetime(2031, 3, 30, 1, 0, tzinfo=UTC), True),  # 03:00
        (datetime(2031, 3, 30, 3, 59, tzinfo=UTC), True),  # 05:59
        (datetime(2031, 3, 30, 4, 0, tzinfo=UTC), False),  # 06:00: the night was an hour shorter
        (datetime(2031, 10, 26, 4, 59, tzinfo=UTC), True),  # 05:59 in winter time
        (datetime(2031, 10, 26, 5, 0, tzinfo=UTC), False),
        (datetime(2031, 10, 25, 19, 59, tzinfo=UTC), False),  # 21:59 in summer time
        (datetime(2031, 10, 25, 20, 0, tzinfo=UTC), True),
    ],
)
def test_quiet_hours_are_those_of_the_wall_where_the_clock_is_set(moment: datetime, is_quiet: bool) -> None:
    habits = AlarmHabits(zone="Europe/Berlin", quiet=(22 * 60, 6 * 60))
    assert habits.is_quiet(moment) is is_quiet


@given(st.integers(0, 365 * 24 * 60), st.integers(0, 1439), st.integers(0, 1439))
def test_a_day_is_quiet_hours_and_the_hours_from_their_end_to_their_begin(at: int, begin: int, end: int) -> None:
    now, zone = BEGIN + timedelta(minutes=at), "America/Toronto"
    one, other = (AlarmHabits(zone=zone, quiet=hours) for hours in ((begin, end), (end, begin)))
    assert (one.is_quiet(now) != other.is_quiet(now)) or begin == end
    local = now.astimezone(zone_named(zone))
    assert one.is_quiet(now) is False or local.hour * 60 + local.minute != end


def test_what_came_in_quiet_hours_rings_when_they_are_over() -> None:
    ringing, habits = Ringing(), AlarmHabits(rules=(RULE,), quiet=(22 * 60, 6 * 60))
    ringing.ring("p-1", RULE, [thing(1)], BEGIN.replace(hour=23))
    (alarm,) = ringing.of("p-1")
    assert not alarm.rings(habits, {}, BEGIN.replace(hour=23))
    assert alarm.rings(habits, {}, BEGIN.replace(hour=6) + timedelta(days=1))


def test_a_grave_event_rings_through_quiet_hours_where_that_was_chosen() -> None:
    ringing, night = Ringing(), BEGIN.replace(hour=23)
    ringing.ring("p-1", RULE, [thing(1, is_grave=True)], night)
    (alarm,) = ringing.of("p-1")
    assert alarm.rings(AlarmHabits(quiet=(22 * 60, 6 * 60), grave_rings=True), {}, night)
    assert not alarm.rings(AlarmHabits(quiet=(22 * 60, 6 * 60), grave_rings=False), {}, night)


def test_one_mail_in_five_minutes_and_then_one_that_sums_up() -> None:
    ringing, habits = Ringing(), AlarmHabits(rules=(RULE,), mail="duty@example.org")
    ringing.ring("p-1", RULE, [thing(1)], BEGIN)
    first = ringing.mails_due("p-1", habits, {}, BEGIN)
    ringing.tried_mail("p-1", BEGIN)
    ringing.mailed(first)
    later = [BEGIN + TOGETHER * number for number in (1, 2)]
    for number, moment in enumerate(later, 2):
        ringing.ring("p-1", RULE, [thing(number)], moment)
        assert list(ringing.mails_due("p-1", habits, {}, moment)) == []
    assert [len(alarm.things) for alarm in ringing.mails_due("p-1", habits, {}, BEGIN + MAIL_EVERY)] == [1, 1]
    set_back = BEGIN - timedelta(days=1)
    assert len(ringing.mails_due("p-1", habits, {}, set_back)) == 2, "a clock that was set back holds no mail up"


def test_a_mail_that_did_not_leave_is_due_again() -> None:
    ringing, habits = Ringing(), AlarmHabits(rules=(RULE,), mail="duty@example.org")
    ringing.ring("p-1", RULE, [thing(1)], BEGIN)
    ringing.tried_mail("p-1", BEGIN)
    assert not ringing.mails_due("p-1", habits, {}, BEGIN + timedelta(minutes=1))
    assert len(ringing.mails_due("p-1", habits, {}, BEGIN + MAIL_EVERY)) == 1


def test_a_rule_that_is_gone_takes_its_alarms_along_and_rings_nothing_again() -> None:
    ringing = Ringing()
    ringing.ring("p-1", RULE, [thing(1)], BEGIN)
    ringing.keep_only({"p-1": AlarmHabits()})
    assert ringing.of("p-1") == []
    assert ringing.ring("p-1", RULE, [thing(1)], BEGIN) is None
