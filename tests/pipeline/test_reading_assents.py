"""Where people have accounts, a reading that was entered holds an outcome back once everybody lets it whom the quorum
rule asks, and no longer when somebody takes that back; earlier acts stay as they were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from tests.server.conftest import copy_of
from trucewatch.model.agreement_entries import mark_of
from trucewatch.model.roles import Role
from trucewatch.pipeline import assess
from trucewatch.pipeline.agreement_entering import Stating, enter_statement, take_back
from trucewatch.pipeline.clause_reading import clause_record
from trucewatch.store import Store
from trucewatch.store.agreement_records import agreement_entries, counting_entries, watch_with_entries
from trucewatch.store.assent_records import enter_assent, take_back_assent
from trucewatch.store.reading_assents import may_be_let, reading_subject
from trucewatch.store.role_records import accounts_since, enter_account_act
from trucewatch.watch import load_watch

NOW = datetime(2031, 5, 4, 2, tzinfo=UTC)
OWN: Final[dict[str, Any]] = {
    "by": "UV",
    "says": {"en": "fire that answers fire is no breach"},
    "source": "a speech in the assembly",
}


class Minutes:
    """A clock that goes on by a minute whenever it is asked."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


class Case:
    """A watch with its store, and what is done in it."""

    def __init__(self, store: Store, folder: Path, clock: Minutes) -> None:
        self.store, self.folder, self.clock = store, folder, clock

    def accounts(self) -> None:
        person = self.store.keys.person_reference("Ada North")
        for act in ("added", "completed"):
            enter_account_act(self.store, person=person, act=act, by=person, now=self.clock())  # type: ignore[arg-type]

    def enter(self, **more: Any) -> str:
        stating = Stating(
            table="reading", about="1a", own={**OWN, "reads": {"permits": ["presence"]}, **more}, known_at=NOW
        )
        entry, _ = enter_statement(self.store, load_watch(self.folder), stating, by="Anna", now=NOW)
        return str(entry.record["id"])

    def let(self, name: str, side: str, role: Role = Role.HEAD) -> None:
        enter_assent(self.store, reading_subject(name), person=f"p-{side}", side=side, role=role, now=NOW)

    def let_no_longer(self, name: str, side: str) -> None:
        take_back_assent(self.store, reading_subject(name), person=f"p-{side}", now=NOW)

    def let_by(self, recorded_by: datetime | None = None) -> tuple[str, ...]:
        """Who lets the last reading of 1a hold something back, as everything that follows takes it."""
        watch = watch_with_entries(self.store, load_watch(self.folder), recorded_by)
        by = watch.agreement.readings_of("1a", NOW)[-1].let_by
        return tuple(by)

    @property
    def mark(self) -> str:
        return mark_of(counting_entries(self.store, load_watch(self.folder)))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    folder = copy_of("two-valleys", tmp_path)
    clock = Minutes()
    with Store(folder, clock) as store:
        yield Case(store, folder, clock)


def test_one_head_alone_holds_nothing_back_and_both_do(case: Case) -> None:
    case.accounts()
    name = case.enter()
    marks = [case.mark]
    assert case.let_by() == ()
    case.let(name, "NI")
    assert case.let_by() == ("NI",), "beside the clause; the gate asks for all"
    marks.append(case.mark)
    case.let(name, "SI")
    assert case.let_by() == ("NI", "SI")
    marks.append(case.mark)
    assert len(set(marks)) == 3, "what follows is worked out anew"


def test_what_is_taken_back_holds_no_more(case: Case) -> None:
    case.accounts()
    name = case.enter()
    before = case.mark
    for side in ("NI", "SI"):
        case.let(name, side)
    case.let_no_longer(name, "NI")
    assert case.let_by() == ("SI",)
    case.let_no_longer(name, "SI")
    assert case.let_by() == ()
    case.let(name, "NI")
    assert case.mark != before


def test_an_officers_word_is_no_heads(case: Case) -> None:
    case.accounts()
    name = case.enter()
    case.let(name, "NI", Role.OFFICER)
    assert case.let_by() == ()


def test_an_assent_that_was_recorded_later_does_not_act_earlier(case: Case) -> None:
    case.accounts()
    name = case.enter()
    for side in ("NI", "SI"):
        case.let(name, side)
    agreed_at = case.clock()
    case.let_no_longer(name, "NI")
    before = agreement_entries(case.store)[0].recorded_at
    assert case.let_by(before) == ()
    assert case.let_by(agreed_at) == ("NI", "SI"), "what was taken back later held then"
    assert case.let_by() == ("SI",)


def test_without_accounts_and_before_them_what_was_stated_stands(case: Case) -> None:
    name = case.enter(let_by=["NI", "SI"])
    before = case.mark
    assert case.let_by() == ("NI", "SI")
    case.accounts()
    assert case.let_by() == ("NI", "SI"), "an earlier act is unchanged"
    assert case.mark == before
    assert accounts_since(case.store) is not None
    assert name


def test_who_enters_a_reading_cannot_say_that_others_let_it(case: Case) -> None:
    case.accounts()
    case.enter(let_by=["NI", "SI"])
    assert case.let_by() == ()


def test_an_earlier_reading_can_be_let_later(case: Case) -> None:
    name = case.enter()
    case.accounts()
    for side in ("NI", "SI"):
        case.let(name, side)
    assert case.let_by() == ("NI", "SI")


def test_a_reading_that_differs_in_nothing_or_was_taken_back_cannot_be_let(case: Case) -> None:
    case.accounts()
    first, second = case.enter(), case.enter(reads={})
    differing, other = agreement_entries(case.store)
    assert (differing.entry_id, other.entry_id) == (first, second)
    assert may_be_let(differing)
    assert not may_be_let(other)
    take_back(case.store, first, by="Anna", now=NOW, reason="by mistake")
    assert not may_be_let(agreement_entries(case.store)[0])


def test_by_the_rule_of_one_head_the_word_of_one_is_enough(case: Case) -> None:
    path = case.folder / "watch.toml"
    rule = path.read_text(encoding="utf-8").replace('reading = "each_head"', 'reading = "one_head"', 1)
    path.write_text(rule, encoding="utf-8")
    case.accounts()
    name = case.enter()
    assert case.let_by() == ()
    case.let(name, "SI")
    assert case.let_by() == ("NI", "SI"), "by the rule it is let"


def test_findings_of_the_clause_are_held_back_while_both_let_it_and_not_before(case: Case) -> None:
    case.accounts()
    stating = Stating(
        table="reading", about="4", own={**OWN, "reads": {"permits": ["overflight"]}}, known_at=NOW - timedelta(days=3)
    )
    entry, _ = enter_statement(case.store, load_watch(case.folder), stating, by="Anna", now=NOW)
    name = str(entry.record["id"])

    def reasons(recorded_by: datetime | None = None) -> list[str]:
        made = assess(case.store, case.folder, now=NOW, recorded_by=recorded_by)
        return sorted(row["reason"] for row in made.findings.to_pylist() if row["stipulation"] == "4")

    beside = reasons()
    assert "prohibited_act" in beside
    assert "reading_disputed" not in beside
    case.let(name, "NI")
    assert reasons() == beside, "one head holds nothing back"
    before_both = case.clock()
    case.let(name, "SI")
    held = reasons()
    assert "reading_disputed" in held
    assert reasons(before_both) == beside, "an assent recorded later does not act earlier"
    record = clause_record(case.store, case.folder, now=NOW, as_of=NOW)
    assert record.watch.agreement.readings_of("4", NOW)[-1].let_by == ("NI", "SI")
    case.let_no_longer(name, "SI")
    assert reasons() == beside
    record = clause_record(case.store, case.folder, now=NOW, as_of=NOW)
    assert record.watch.agreement.readings_of("4", NOW)[-1].let_by == ("NI",)
