"""What can be done with a shift, in any order: at most one is on, nothing is signed twice, spans are never negative."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.builders import make_watch
from tests.conftest import each
from trucewatch.desks import indexes
from trucewatch.desks.watchkeeping.handing_over import Changes, Proposal, sign_handover, write_handover
from trucewatch.desks.watchkeeping.log_lines import enter_line, moment_of, strike_line
from trucewatch.desks.watchkeeping.operations import AlreadyOnError, Comer, NotEnteredError, Shifts
from trucewatch.desks.watchkeeping.rule import ShiftRule, read
from trucewatch.errors import StoreError, TrucewatchError, WatchError
from trucewatch.model.shift import AHEAD
from trucewatch.model.watch import Watch
from trucewatch.store import Store
from trucewatch.store.drill_records import DRILL
from trucewatch.store.shift_records import (
    lines_on_record,
    shift_now,
    shift_of,
    shifts_on_record,
    unsigned_at_entry,
    unsigned_since,
)
from trucewatch.watch import load_watch

EIGHT: Final = datetime(2031, 5, 3, 8, tzinfo=UTC)
ADA, BEN, CLEO = (Comer(name=name) for name in ("Ada Quince", "Ben Hollow", "Cleo Marsh"))
HOUR: Final = timedelta(hours=1)


def opened(folder: Path) -> Store:
    return Store(folder, lambda: EIGHT, desks=indexes())


@contextmanager
def watch_of(folder: Path) -> Iterator[tuple[Store, Watch]]:
    make_watch(folder)
    with opened(folder) as store:
        yield store, load_watch(folder)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[At]:
    with watch_of(tmp_path / "w") as (store, watch):
        yield At(store, watch)


class At:
    """A watch at moments of its clock."""

    def __init__(self, store: Store, watch: Watch) -> None:
        self.store, self.watch = store, watch

    def __call__(self, hours: float = 0.0) -> Shifts:
        return Shifts(self.store, self.watch, EIGHT + hours * HOUR)


def written(shifts: Shifts, name: str = "Ada Quince") -> str:
    """The code of a hand-over of the shift that is on."""
    present = shift_now(shifts.store)
    proposal = Proposal(
        shift=present.number if present else 0,
        at=shifts.now,
        from_entry=present.entry if present else 0,
        until_entry=shifts.store.index.applied - 1,
        items=(),
    )
    entry = write_handover(shifts, proposal, Changes(), words="a quiet night", by="Ann", name=name, is_alone=True)
    return f"H-{entry.record['number']}"


def signed(shifts: Shifts, code: str, name: str = "Cleo Marsh") -> None:
    sign_handover(shifts, code, by="Ann", name=name, is_alone=True)


def test_a_shift_ends_at_the_next_hour_that_is_not_about_to_strike() -> None:
    assert ShiftRule().planned_end(EIGHT - timedelta(minutes=10), UTC) == EIGHT + 12 * HOUR
    assert ShiftRule().planned_end(EIGHT - 3 * HOUR, UTC) == EIGHT
    assert read({"hands_over": []}).planned_end(EIGHT, UTC) is None


@pytest.mark.parametrize("value", ["08:00", ["8"], ["25:00"], [8], 8, ["08:00"] * 13, [""]])
def test_hours_that_are_none_are_refused_with_an_example(value: object) -> None:
    with pytest.raises(WatchError, match='like \\["08:00", "20:00"\\]'):
        read({"hands_over": value})


def test_a_key_that_the_rule_does_not_have_is_refused() -> None:
    with pytest.raises(WatchError, match="it takes: hands_over"):
        read({"hand_over": []})


def test_two_shifts_are_never_on_and_a_take_over_stands_on_record(at: At) -> None:
    at().begin([ADA], by="Ann")
    with pytest.raises(AlreadyOnError, match="Shift SH-1 is on"):
        at(1).begin([BEN], by="Ann")
    at(1).begin([BEN], by="Ann", takes_over=True)
    first, second = shifts_on_record(at.store)
    assert (first.end, first.ended_at) == ("taken_over", EIGHT + HOUR)
    assert second.takes_over == 1
    assert shift_now(at.store) == second


def test_taking_a_take_over_back_lets_the_one_before_stand_again(at: At) -> None:
    at().begin([ADA], by="Ann")
    entry = at(1).begin([BEN], by="Ann", takes_over=True)
    at(1).undo(entry.number, by="Ann", reason_code="at_once")
    present = shift_now(at.store)
    assert present is not None
    assert present.number == 1
    at(2).begin([CLEO], by="Ann", takes_over=True)
    assert [shift.number for shift in shifts_on_record(at.store)] == [1, 3]


def test_taking_a_signature_back_takes_the_next_beginning_with_it(at: At) -> None:
    at().begin([ADA], by="Ann")
    code = written(at(11))
    signed(at(12), code)
    before = shifts_on_record(at.store)[0]
    assert before.handover is not None
    assert before.handover.signed is not None
    at(12).undo(before.handover.signed.entry, by="Ann", reason="the wrong name")
    (shift,) = shifts_on_record(at.store)
    assert shift.is_on
    assert shift.unsigned is not None


def test_a_signature_stays_once_the_next_shift_has_a_line(at: At) -> None:
    at().begin([ADA], by="Ann")
    signed(at(12), written(at(11)))
    enter_line(at(13), "radio check", by="Ann", zone=UTC)
    handover = shifts_on_record(at.store)[0].handover
    assert handover is not None
    assert handover.signed is not None
    with pytest.raises(StoreError, match="has entries of its own"):
        at(13).undo(handover.signed.entry, by="Ann", reason="the wrong name")


def test_a_hand_over_that_is_written_anew_is_the_one_to_sign(at: At) -> None:
    at().begin([ADA], by="Ann")
    first, second = written(at(11)), written(at(12))
    with pytest.raises(StoreError, match=f"written anew as {second}"):
        signed(at(12), first)
    signed(at(12), second)
    with pytest.raises(StoreError, match="was signed already"):
        signed(at(12), second, "Dan Reed")


def test_who_went_does_not_sign(at: At) -> None:
    at().begin([ADA, BEN], by="Ann")
    (ben,) = [person for person in shifts_on_record(at.store)[0].on if at.store.words.read(person.who) == "Ben Hollow"]
    at(3).go(ben.who, by="Ann")
    code = written(at(11))
    with pytest.raises(NotEnteredError, match="They left this shift"):
        signed(at(12), code, "ben hollow")


def test_the_last_person_does_not_go_and_leave_a_shift_without_anybody(at: At) -> None:
    at().begin([ADA], by="Ann")
    with pytest.raises(StoreError, match="hand the shift over, or end it"):
        at(1).go(shifts_on_record(at.store)[0].on[0].who, by="Ann")


def test_a_shift_that_never_ends_says_so_after_its_planned_end(at: At) -> None:
    at().begin([ADA], by="Ann")
    shift = shifts_on_record(at.store)[0]
    assert shift.planned_end is not None
    assert not shift.is_past_end(shift.planned_end)
    assert shift.is_past_end(shift.planned_end + timedelta(minutes=1))


def test_a_clock_that_jumps_back_makes_no_negative_span(at: At) -> None:
    at().begin([ADA], by="Ann")
    at(-5).end(by="Ann")
    (shift,) = shifts_on_record(at.store)
    assert shift.ended_at == shift.began_at
    assert shift.lasted(EIGHT - 9 * HOUR) == timedelta()


def test_a_line_ahead_of_the_clock_is_refused_beyond_what_clocks_differ(at: At) -> None:
    at().begin([ADA], by="Ann")
    with pytest.raises(NotEnteredError, match="lies ahead of the watch's clock"):
        enter_line(at(), "to come", by="Ann", zone=UTC, at=EIGHT + AHEAD + timedelta(seconds=1))
    enter_line(at(), "just now", by="Ann", zone=UTC, at=EIGHT + AHEAD)
    assert len(lines_on_record(at.store)) == 1


@pytest.mark.parametrize(
    ("text", "words", "hours"),
    [
        ("07:12 line check", "line check", -0.8),
        ("23:50, lamp", "lamp", -8 - 1 / 6),
        ("8:10 ahead a little", "ahead a little", 1 / 6),
        ("three shots", "three shots", 0),
        ("07:12", "07:12", 0),
        ("07:125 no hour", "07:125 no hour", 0),
    ],
)
def test_a_line_begins_with_the_hour_that_it_is_about(text: str, words: str, hours: float) -> None:
    spoken, at = moment_of(text, EIGHT, UTC)
    assert spoken == words
    assert abs(at - (EIGHT + hours * HOUR)) < timedelta(seconds=1)


def test_a_line_without_a_shift_stands_under_none(at: At) -> None:
    entry = enter_line(at(), "nobody is on", by="Ann", zone=UTC)
    assert lines_on_record(at.store)[entry.number].shift == 0


def test_what_is_entered_while_a_hand_over_is_unsigned_is_known(at: At) -> None:
    at().begin([ADA], by="Ann")
    before = enter_line(at(1), "before", by="Ann", zone=UTC)
    code = written(at(11))
    after = enter_line(at(11.5), "after", by="Ann", zone=UTC)
    assert unsigned_since(at.store, EIGHT + 11.5 * HOUR)
    assert not unsigned_since(at.store, EIGHT + HOUR)
    signed(at(12), code)
    late = enter_line(at(12.5), "later", by="Ann", zone=UTC)
    entries = [before.number, after.number, late.number]
    assert unsigned_at_entry(at.store, entries) == {after.number}
    assert not unsigned_since(at.store, EIGHT + 12.5 * HOUR)


def test_what_a_drill_runs_in_is_a_drill(at: At) -> None:
    at.store.commit(
        [
            {
                "schema": DRILL,
                "act": "begin",
                "number": 1,
                "label": at.store.keep_words("spring"),
                "at": "2031-05-03T08:00:00Z",
                "end": "",
                "for": "",
                "by": at().who("Ann"),
                "simulated": True,
            }
        ]
    )
    at().begin([ADA], by="Ann")
    enter_line(at(), "a bang, for the drill", by="Ann", zone=UTC)
    assert (shifts_on_record(at.store)[0].drill, shifts_on_record(at.store)[0].simulated) == (1, True)
    assert [(line.drill, line.simulated) for line in lines_on_record(at.store).values()] == [(1, True)]


@pytest.mark.parametrize("names", [[], [Comer(name=" ")], [Comer(name="x" * 121)], [Comer(name="a\x07b")]])
def test_nobody_and_names_that_cannot_be_kept_begin_no_shift(at: At, names: list[Comer]) -> None:
    with pytest.raises(NotEnteredError):
        at().begin(names, by="Ann")
    assert not shifts_on_record(at.store)


def test_a_delegation_has_one_lead(at: At) -> None:
    with pytest.raises(NotEnteredError, match="NI has two leads"):
        at().begin([Comer(person=f"p-{name}", side="NI", is_lead=True) for name in ("a", "b")], by="Ann")


def test_erased_words_leave_the_shift_standing(at: At) -> None:
    at().begin([ADA], by="Ann")
    code = written(at(11))
    handover = shift_of(at.store, "SH-1").handover
    assert handover is not None
    references = [handover.proposed, handover.changes, handover.words, handover.name]
    at.store.erase([], people=references, reason="asked for", ordered_by="")
    assert [at.store.words.read(reference) for reference in references] == [None] * 4
    assert shift_of(at.store, "SH-1").handover is not None
    with pytest.raises(NotEnteredError, match="Write it anew"):
        signed(at(12), code, "Ada Quince")  # who wrote it is not known any more
    anew = written(at(12))
    with pytest.raises(NotEnteredError, match="does not sign it"):
        signed(at(12), anew, "Ada Quince")
    signed(at(12), anew, "Ben Hollow")


class Nights(RuleBasedStateMachine):
    """Everything that can be entered, in any order, with clocks that jump and a store that is opened again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        make_watch(self.folder / "w")
        self.watch = load_watch(self.folder / "w")
        self.store = opened(self.folder / "w").__enter__()
        self.now = EIGHT

    def teardown(self) -> None:
        self.store.__exit__(None, None, None)
        shutil.rmtree(self.folder)

    @property
    def shifts(self) -> Shifts:
        return Shifts(self.store, self.watch, self.now)

    @rule(minutes=st.integers(-90, 600))
    def pass_on(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(takes_over=st.booleans())
    def begin(self, takes_over: bool) -> None:
        was_on = shift_now(self.store)
        try:
            self.shifts.begin([ADA, BEN], by="Ann", takes_over=takes_over)
        except AlreadyOnError:
            assert was_on
            assert not takes_over
        else:
            assert takes_over or not was_on

    @rule(ends=st.booleans())
    def leave(self, ends: bool) -> None:
        present = shift_now(self.store)
        try:
            if ends:
                self.shifts.end(by="Ann")
            else:
                self.shifts.go(present.on[-1].who if present else "w-none", by="Ann")
        except StoreError:
            assert present is None or len(present.on) == 1

    @rule()
    def line(self) -> None:
        entry = enter_line(self.shifts, "a line about CL-7", by="Ann", zone=UTC)
        assert lines_on_record(self.store)[entry.number].about == ("claim:CL-7",)

    @precondition(lambda self: shift_now(self.store) is not None)
    @rule()
    def write(self) -> None:
        written(self.shifts)

    @precondition(lambda self: bool(shifts_on_record(self.store)))
    @rule(name=st.sampled_from(["Ada Quince", "Cleo Marsh", "Ben Hollow"]))
    def sign(self, name: str) -> None:
        handovers = [handover for shift in shifts_on_record(self.store) for handover in shift.handovers]
        if not handovers:
            return
        last = handovers[-1]
        try:
            signed(self.shifts, last.code, name)
        except TrucewatchError:
            assert last.signed or name != "Cleo Marsh"
        else:
            assert last.signed is None
            assert name != "Ada Quince"

    @rule(back=st.integers(0, 6))
    def take_back(self, back: int) -> None:
        entry = self.store.index.applied - 1 - back
        try:
            if entry in lines_on_record(self.store):
                strike_line(self.shifts, entry, by="Ann", reason="a slip")
            else:
                self.shifts.undo(entry, by="Ann", reason="a slip")
        except StoreError:
            pass

    @rule()
    def restart(self) -> None:
        before = shifts_on_record(self.store), dict(lines_on_record(self.store))
        self.store.__exit__(None, None, None)
        self.store = opened(self.folder / "w").__enter__()
        assert (shifts_on_record(self.store), dict(lines_on_record(self.store))) == before

    @invariant()
    def at_most_one_is_on(self) -> None:
        on = [shift.number for shift in shifts_on_record(self.store) if shift.is_on]
        assert len(on) <= 1
        assert not on or on == [shifts_on_record(self.store)[-1].number]

    @invariant()
    def no_span_is_negative(self) -> None:
        for shift in shifts_on_record(self.store):
            assert shift.lasted(self.now) >= timedelta()
            assert shift.ended_at is None or shift.ended_at >= shift.began_at
            assert all(person.until_at is None or person.until_at >= person.from_at for person in shift.people)

    @invariant()
    def a_shift_that_was_handed_over_has_a_signature(self) -> None:
        for shift in shifts_on_record(self.store):
            if shift.end == "handed_over":
                assert shift.handover is not None
                assert shift.handover.signed is not None


Nights.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
test_nights_in_any_order = Nights.TestCase


def test_every_number_of_a_shift_is_given_once(at: At) -> None:
    for hours in range(4):
        at(hours).begin([ADA], by="Ann", takes_over=True)
    numbers = [shift.number for shift in each(shifts_on_record(at.store))]
    assert numbers == [1, 2, 3, 4]
