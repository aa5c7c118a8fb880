"""Replies step by step: who may take which, what can be taken back, and that late stays late, whatever comes after."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.builders import make_watch
from tests.conftest import each
from tests.desks.complaints.steps import ALONE, NOT_OBSERVED, latest, sent
from tests.desks.complaints.test_operations import complaint, opened
from trucewatch.desks.complaints.attention import attention_of
from trucewatch.desks.complaints.operations import NotEnteredError, Register
from trucewatch.desks.complaints.records import NEED_GROUNDS, NEED_INCIDENT, OUTCOMES
from trucewatch.desks.complaints.replies import Actor, Draft, Replies, takeable
from trucewatch.errors import StoreError, TrucewatchError
from trucewatch.model.roles import Role

NOW: Final = datetime(2031, 5, 4, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)


def officer(register: Register, name: str, place: int) -> Actor:
    side = register.watch.settings.delegation[place].id
    return Actor(by=name, agrees_for=((side, Role.OFFICER),))


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with opened(make_watch(tmp_path / "w"), rule={"reply_hours": 6}) as register:
        register.register(complaint(), by="Ann")
        yield register


def test_a_reply_needs_another_to_check_it_and_somebody_of_each_delegation(register: Register) -> None:
    replies = Replies(register)
    first, second = officer(register, "Ann", 0), officer(register, "Bo", 1)
    replies.draft("C-1", NOT_OBSERVED, actor=first, seen=0)
    with pytest.raises(StoreError, match="whoever drafted this version does not check it"):
        replies.check("C-1", 1, actor=first)
    with pytest.raises(StoreError, match="not checked yet"):
        replies.agree("C-1", 1, actor=first)
    replies.check("C-1", 1, actor=second)
    replies.agree("C-1", 1, actor=first)
    with pytest.raises(StoreError, match="agreed to this version already"):
        replies.agree("C-1", 1, actor=first)
    with pytest.raises(StoreError, match="not agreed as the watch's rule asks"):
        replies.send("C-1", 1, actor=first, sent_at=NOW, how="letter")
    with pytest.raises(StoreError, match="an officer or the head of a delegation agrees"):
        replies.agree("C-1", 1, actor=Actor(by="Cy"))
    replies.agree("C-1", 1, actor=second)
    entry = replies.send("C-1", 1, actor=first, sent_at=NOW, how="letter")
    assert len(entry.record["agreed"]) == 2
    assert register.complaint("C-1").state == "answered"


def test_a_changed_text_is_checked_and_agreed_anew(register: Register) -> None:
    replies = Replies(register)
    first, second = officer(register, "Ann", 0), officer(register, "Bo", 1)
    replies.draft("C-1", NOT_OBSERVED, actor=first, seen=0)
    replies.check("C-1", 1, actor=second)
    for actor in each((first, second)):
        replies.agree("C-1", 1, actor=actor)
    replies.draft("C-1", Draft(outcome="outside_mandate", says="not ours"), actor=second, seen=1)
    for version in each((1, 2)):
        with pytest.raises(StoreError):
            replies.send("C-1", version, actor=first, sent_at=NOW, how="letter")


def test_two_who_write_at_once_do_not_write_over_each_other(register: Register) -> None:
    replies = Replies(register)
    replies.draft("C-1", NOT_OBSERVED, actor=ALONE, seen=0)
    with pytest.raises(StoreError, match="changed since it was looked at"):
        replies.draft("C-1", NOT_OBSERVED, actor=ALONE, seen=0)


def test_each_step_goes_back_while_the_next_is_not_taken(register: Register) -> None:
    replies = Replies(register)
    drafted = replies.draft("C-1", NOT_OBSERVED, actor=ALONE, seen=0).number
    checked = replies.check("C-1", 1, actor=ALONE).number
    agreed = replies.agree("C-1", 1, actor=ALONE).number
    for entry in (drafted, checked):
        with pytest.raises(StoreError, match="cannot be taken back now"):
            replies.undo("C-1", entry, actor=ALONE, reason="x")
    for entry in (agreed, checked, drafted):
        replies.undo("C-1", entry, actor=ALONE, reason="x")
    assert register.complaint("C-1").work is None
    assert latest(register, "C-1") == 1
    replies.draft("C-1", NOT_OBSERVED, actor=ALONE, seen=1)
    work = register.complaint("C-1").work
    assert work
    assert work.version == 2, "no version is given twice"


def test_nobody_takes_back_what_another_agreed_to(register: Register) -> None:
    replies = Replies(register)
    first, second = officer(register, "Ann", 0), officer(register, "Bo", 1)
    replies.draft("C-1", NOT_OBSERVED, actor=first, seen=0)
    replies.check("C-1", 1, actor=second)
    agreed = replies.agree("C-1", 1, actor=first).number
    with pytest.raises(StoreError, match="whoever agreed takes that back"):
        replies.undo("C-1", agreed, actor=second, reason="x")
    replies.undo("C-1", agreed, actor=first, reason="x")


def test_an_objection_opens_it_again_with_a_clock_of_its_own_and_late_stays_late(register: Register) -> None:
    sent(register, "C-1", NOW - HOUR)
    first = register.complaint("C-1")
    assert first.late_by(first.sent[0]) == 3 * HOUR, "ten hours ago it came, six were agreed"
    Replies(register).appeal("C-1", "it was so", received_at=NOW - HOUR, by="Ann")
    again = register.complaint("C-1")
    assert (again.state, again.due) == ("open", NOW + 5 * HOUR)
    assert again.late_by(again.sent[0]) == 3 * HOUR
    sent(register, "C-1", NOW)
    last = register.complaint("C-1")
    assert last.state == "answered"
    assert last.sent[1].answers_appeal == 1
    assert last.late_by(last.sent[1]) is None
    assert last.late_by(last.sent[0]) == 3 * HOUR
    (row,) = [row for row in attention_of(register, [last]) if row.total] or [None]
    assert row is None, "a civilian is nobody's side"


def test_what_was_sent_is_corrected_by_a_later_reply_that_answers_no_clock(register: Register) -> None:
    sent(register, "C-1", NOW - 5 * HOUR)
    sent(register, "C-1", NOW)
    last = register.complaint("C-1")
    assert [last.due_of(reply) is None for reply in last.sent] == [False, True]
    assert all(last.late_by(reply) is None for reply in last.sent)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_outcome_says_what_stands_behind_it(register: Register, outcome: str) -> None:
    bare = Draft(outcome=outcome, says="x")
    needed = {"incident"} & ({"incident"} if outcome in NEED_INCIDENT else set())
    needed |= {"grounds"} if outcome in NEED_GROUNDS else set()
    if needed:
        with pytest.raises(NotEnteredError) as refused:
            Replies(register).check_draft("C-1", bare)
        assert set(refused.value.faults) == needed
    whole = Draft(
        outcome=outcome,
        says="x",
        incident="i-abcdefg" if outcome in NEED_INCIDENT else "",
        grounds="post 3, all night" if outcome in NEED_GROUNDS else "",
    )
    assert Replies(register).check_draft("C-1", whole).code == "C-1"
    if outcome not in NEED_INCIDENT:
        with pytest.raises(NotEnteredError, match="no incident is named"):
            Replies(register).check_draft("C-1", Draft(outcome=outcome, says="x", incident="i-abcdefg", grounds="y"))


def test_attention_counts_both_sides_alike_and_gives_no_score(register: Register) -> None:
    for party in register.watch.agreement.party:
        register.register(complaint(sender=f"party:{party.id}"), by="Ann")
    first, second = attention_of(register, register.complaints())[:2]
    assert (first.open, first.overdue) == (second.open, second.overdue) == (1, 1), "what is open and late is not hidden"
    sent(register, "C-2", NOW - 5 * HOUR)
    sent(register, "C-3", NOW)
    first, second = attention_of(register, register.complaints())[:2]
    assert (first.total, first.answered, first.in_time, first.median) == (1, 1, 1, 5 * HOUR)
    assert (second.total, second.answered, second.in_time, second.median) == (1, 1, 0, 10 * HOUR)


class Steps(RuleBasedStateMachine):
    """Two officers and the register, at an hour that only goes on: any step in any order, most of them refused."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.hours = 0
        self.store = opened(make_watch(Path(self.folder.name) / "w"), rule={"reply_hours": 3})
        self.register = self.store.__enter__()
        self.register.register(complaint(received_at=NOW), by="Ann")
        self.first_late: dict[int, Any] = {}
        self.sent_texts: dict[int, str] = {}

    @property
    def now(self) -> datetime:
        return NOW + self.hours * HOUR

    @property
    def replies(self) -> Replies:
        return Replies(Register(self.register.store, self.register.watch, self.now))

    def attempt(self, act: Any) -> None:
        try:
            act()
        except TrucewatchError:
            return

    @rule(hours=st.integers(1, 4))
    def wait(self, hours: int) -> None:
        self.hours += hours

    @rule(who=st.integers(0, 1), outcome=st.sampled_from(("not_observable", "outside_mandate")))
    def draft(self, who: int, outcome: str) -> None:
        actor = officer(self.register, f"person {who}", who)
        seen = latest(self.replies.register, "C-1")
        self.attempt(lambda: self.replies.draft("C-1", Draft(outcome=outcome, says="x"), actor=actor, seen=seen))

    @rule(who=st.integers(0, 1), step=st.sampled_from(("check", "agree", "send")), back=st.integers(0, 1))
    def step(self, who: int, step: str, back: int) -> None:
        actor, version = officer(self.register, f"person {who}", who), latest(self.replies.register, "C-1") - back
        if step == "send":
            self.attempt(lambda: self.replies.send("C-1", version, actor=actor, sent_at=self.now, how="telephone"))
        else:
            self.attempt(lambda: getattr(self.replies, step)("C-1", version, actor=actor))

    @rule()
    def object(self) -> None:
        self.attempt(lambda: self.replies.appeal("C-1", "no", received_at=self.now, by="Ann"))

    @rule(who=st.integers(0, 1), entry=st.integers(0, 60))
    def undo(self, who: int, entry: int) -> None:
        actor = officer(self.register, f"person {who}", who)
        going = sorted(takeable(self.replies.register.complaint("C-1")))
        chosen = going[entry % len(going)] if going and entry % 2 else entry
        self.attempt(lambda: self.replies.undo("C-1", chosen, actor=actor, reason="x"))

    @invariant()
    def what_was_sent_had_every_assent_and_another_checker(self) -> None:
        if not hasattr(self, "register"):
            return
        row = self.replies.register.complaint("C-1")
        sides = {delegation.id for delegation in self.register.watch.settings.delegation}
        for reply in row.sent:
            assert {assent.side for assent in reply.assents} == sides
            assert reply.checked
            assert reply.checked.by != reply.by
            assert reply.undone is None
            late = row.late_by(reply)
            assert self.first_late.setdefault(reply.version, late) == late, "late stays late"
        assert set(self.first_late) == {reply.version for reply in row.sent}, "what was sent stays sent"
        assert row.state == ("open" if not row.sent or row.open_appeal else "answered")

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.__exit__(None, None, None)
            self.folder.cleanup()


TestSteps = Steps.TestCase
TestSteps.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)
