"""Tasks as they are asked, answered and taken back; access that was refused is in the list once, and only while it
stands."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.server.conftest import copy_of
from trucewatch.errors import StoreError
from trucewatch.model.drill import Drill
from trucewatch.model.duty_task import CENTRE_TASKS, DutyTask, TaskStep
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.testimony import attestations
from trucewatch.pipeline import Assessment, assess
from trucewatch.pipeline.duty_tasking import (
    MOST,
    TaskDraft,
    TaskRefusedError,
    ask_task,
    step_task,
    steps_after,
    undo_task,
    where_words,
)
from trucewatch.sources.recorded.refusal_rows import refusal_rows, refusals_in_list, row_of_refusal
from trucewatch.store import Store
from trucewatch.store.drill_records import drill_record
from trucewatch.store.duty_task_records import access_refusals, refusals_mark, steps_of, task_of, tasks_on_record
from trucewatch.watch import load_watch

WATCH: Final = load_watch(Path(__file__).parents[2] / "examples" / "two-valleys")
REAL: Final = replace(WATCH, settings=replace(WATCH.settings, simulated=False))
NOW: Final = datetime(2031, 5, 4, 2, tzinfo=UTC)
ACCESS: Final = TaskDraft(to="party:UV", sort="access", asks="Let the patrol in at the mill.", where="Stonegate")
ASK: Final = TaskDraft(to="body:none", sort="ask", asks="Ask who fired.")


def draft(**changes: Any) -> TaskDraft:
    return replace(ACCESS, **changes)


def ask(store: Store, watch: Any = WATCH, **changes: Any) -> DutyTask:
    return ask_task(store, watch, draft(**changes), by="one", now=NOW)


def refuse(store: Store, task: DutyTask, watch: Any = WATCH, **changes: Any) -> None:
    step_task(store, watch, task.code, "refused", by="one", now=NOW, words="The road is closed.", **changes)


def rows(store: Store) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = refusal_rows(access_refusals(store)).to_pylist()
    return found


def begin_drill(store: Store) -> None:
    drill = Drill(number=1, entry=0, label="w-x", began_at=NOW, by="p-x", recorded_at=NOW)
    store.commit([drill_record(drill)])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path, lambda: NOW) as opened:
        yield opened


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("to", draft(to="")),
        ("to", draft(to="party:XX")),
        ("to", draft(to="source:nowhere")),
        ("to", draft(to="function:F-9")),
        ("to", draft(to="person:p-nobody")),
        ("name", draft(to="person:")),
        ("sort", draft(sort="attack")),
        ("asks", draft(asks=" ")),
        ("asks", draft(asks="x" * (MOST["asks"] + 1))),
        ("asks", draft(asks="bell \x07")),
        ("where", draft(where="")),
        ("where", draft(where="a place that nobody knows")),
        ("where", draft(where="x" * 201)),
        ("about", draft(about="claim:CL-1")),
        ("about", draft(about="flash:UM-1")),
        ("about", draft(about="../etc")),
        ("due", draft(due=NOW - timedelta(hours=1))),
        ("due", draft(due=NOW + timedelta(days=400))),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field_and_nothing_is_written(
    store: Store, field: str, bad: TaskDraft
) -> None:
    before = len(store.journal), store.words.references()
    with pytest.raises(TaskRefusedError) as caught:
        ask_task(store, WATCH, bad, by="one", now=NOW)
    assert list(caught.value.faults) == [field]
    assert (len(store.journal), store.words.references()) == before


def test_a_refusal_without_a_reason_is_refused(store: Store) -> None:
    task = ask(store)
    with pytest.raises(TaskRefusedError) as caught:
        step_task(store, WATCH, task.code, "refused", by="one", now=NOW)
    assert list(caught.value.faults) == ["words"]
    assert rows(store) == []


def test_a_refusal_at_a_place_that_nobody_knows_is_refused(store: Store) -> None:
    task = ask(store)
    with pytest.raises(TaskRefusedError) as caught:
        refuse(store, task, where="behind the moon")
    assert list(caught.value.faults) == ["where"]
    assert task_of(store, task.code).state == "asked"


@pytest.mark.parametrize("hours", [-48, 1])
def test_a_refusal_before_it_was_asked_or_still_to_come_is_refused(store: Store, hours: int) -> None:
    task = ask(store)
    with pytest.raises(TaskRefusedError) as caught:
        refuse(store, task, at=NOW + timedelta(hours=hours))
    assert list(caught.value.faults) == ["at"]


def test_a_refusal_of_access_is_a_row_of_the_centre_with_place_and_time_and_nobody_s_words(store: Store) -> None:
    task = ask(store)
    refuse(store, task, at=NOW - timedelta(minutes=10))
    (row,) = rows(store)
    assert (row["source"], row["kind"], row["claimed_by"], row["text"]) == (CENTRE_TASKS, "access_denied", "", "")
    assert row["occurred_start"] == NOW - timedelta(minutes=10)
    assert task.place is not None
    assert (row["lon"], row["lat"], row["actor"]) == (task.place.lon, task.place.lat, "UV")


def test_either_side_s_refusal_gives_the_same_row_but_for_its_name(store: Store) -> None:
    for party in ("UV", "LV"):
        refuse(store, ask(store, to=f"party:{party}"))
    first, second = rows(store)
    apart = {name for name in first if first[name] != second[name]}
    assert apart == {"observation_id", "actor", "evidence_sha256"}


def test_what_is_refused_of_another_sort_is_no_observation(store: Store) -> None:
    refuse(store, ask(store, sort="ask", where=""))
    assert rows(store) == []


def test_a_refusal_within_a_drill_is_no_observation(store: Store) -> None:
    before = ask(store)
    begin_drill(store)
    task = ask(store)
    assert (task.drill, task.simulated) == (1, True)
    refuse(store, task)
    refuse(store, before)
    assert rows(store) == []
    assert task_of(store, task.code).state == "refused"


def test_a_simulated_source_s_refusal_is_no_observation_in_a_watch_that_is_real(store: Store) -> None:
    refuse(store, ask(store, REAL, to="source:cameras"), REAL)
    assert rows(store) == []
    refuse(store, ask(store, REAL), REAL)
    (row,) = rows(store)
    assert row["simulated"] is False


def test_a_step_on_what_changed_meanwhile_is_refused(store: Store) -> None:
    task = ask(store)
    step_task(store, WATCH, task.code, "accepted", by="one", now=NOW, seen=task.state_entry)
    with pytest.raises(StoreError):
        step_task(store, WATCH, task.code, "done", by="two", now=NOW, seen=task.state_entry)
    assert [step.step for step in steps_of(store, task.number)] == ["accepted"]


def test_what_is_done_takes_no_further_step(store: Store) -> None:
    task = ask(store)
    step_task(store, WATCH, task.code, "done", by="one", now=NOW)
    with pytest.raises(StoreError):
        refuse(store, task)


def test_a_task_asked_of_a_person_holds_no_name(store: Store) -> None:
    task = ask(store, to="person:", name="Ada Quill")
    assert store.keys.name_of(task.to_id) == "Ada Quill"
    assert "Ada" not in str(next(store.journal.entries(task.entry)).record)


def test_the_place_can_be_typed_again_as_it_was_understood(store: Store) -> None:
    task = ask(store)
    again = ask(store, where=where_words(task))
    assert task.place is not None
    assert again.place is not None
    assert again.place.lat == pytest.approx(task.place.lat, abs=1e-4)


# In the list


class Centre:
    """A watch with its store."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.watch = folder, load_watch(folder)
        self.moment = NOW
        self.store = Store(folder, lambda: self.moment)

    def assess(self, **when: datetime) -> Assessment:
        return assess(self.store, self.folder, now=NOW, **when)

    def with_row(self, task: DutyTask, assessment: Assessment) -> list[Incident]:
        name = row_of_refusal(task.number)
        return [each for each in incident_rows(assessment.incidents) if name in each.members]


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    opened = Centre(copy_of("two-valleys", tmp_path))
    with opened.store:
        yield opened


def test_a_refusal_is_in_the_list_once_is_the_centre_s_own_and_leaves_it_with_undo(centre: Centre) -> None:
    before = centre.assess()
    task = ask(centre.store)
    refuse(centre.store, task)
    assessment = centre.assess()
    (incident,) = centre.with_row(task, assessment)
    assert incident.kind == "access_denied"
    assert incident.rung != "claimed"
    assert incident.claimed_by == ()
    assert [(each.giver, each.is_claim) for each in attestations(incident.testimony)] == [("centre", False)]
    named = pc.sum(pc.equal(assessment.observations["observation_id"], row_of_refusal(task.number))).as_py()
    assert named == 1
    findings = assessment.findings.filter(pc.equal(assessment.findings["incident_id"], incident.incident_id))
    assert findings.num_rows
    assert not any("claimed_alone" in reason for reason in findings["reason"].to_pylist())
    undo_task(centre.store, task.code, task_of(centre.store, task.code).state_entry, by="one", now=NOW)
    after = centre.assess()
    assert centre.with_row(task, after) == []
    assert after.incidents.num_rows == before.incidents.num_rows
    assert task_of(centre.store, task.code).state == "asked"


def test_a_replay_as_it_was_recorded_holds_what_was_taken_back_since(centre: Centre) -> None:
    task = ask(centre.store)
    refuse(centre.store, task)
    centre.assess()
    then = centre.moment
    centre.moment += timedelta(hours=1)
    undo_task(centre.store, task.code, task_of(centre.store, task.code).state_entry, by="one", now=NOW)
    centre.assess()
    assert centre.with_row(task, centre.assess(recorded_by=then))
    assert centre.with_row(task, centre.assess(recorded_by=centre.moment)) == []


def test_a_list_of_a_moment_before_the_refusal_does_not_know_it(centre: Centre) -> None:
    task = ask(centre.store)
    refuse(centre.store, task)
    assert centre.with_row(task, centre.assess(as_of=NOW - timedelta(hours=1))) == []
    assert centre.with_row(task, centre.assess())


class Tasks(RuleBasedStateMachine):
    """Steps in any order: what is read of the journal is always what was entered and not taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name), lambda: NOW).__enter__()
        self.states: dict[str, list[TaskStep]] = {}

    def teardown(self) -> None:
        self.store.__exit__(None, None, None)
        self.folder.cleanup()

    @rule(party=st.sampled_from(["UV", "LV"]), sort=st.sampled_from(["access", "look"]))
    def ask(self, party: str, sort: str) -> None:
        task = ask(self.store, to=f"party:{party}", sort=sort)
        self.states[task.code] = ["asked"]

    @precondition(lambda self: self.states)
    @rule(data=st.data(), step=st.sampled_from(["accepted", "done", "refused"]))
    def step(self, data: st.DataObject, step: TaskStep) -> None:
        code = data.draw(st.sampled_from(sorted(self.states)))
        may = step in steps_after(task_of(self.store, code))
        try:
            step_task(self.store, WATCH, code, step, by="one", now=NOW, words="The road is closed.")
        except StoreError:
            assert not may
        else:
            assert may
            self.states[code].append(step)

    @precondition(lambda self: self.states)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        code = data.draw(st.sampled_from(sorted(self.states)))
        try:
            undo_task(self.store, code, task_of(self.store, code).state_entry, by="one", now=NOW)
        except StoreError:
            assert self.states[code] == []
        else:
            self.states[code].pop()

    @invariant()
    def what_stands_is_what_was_entered(self) -> None:
        tasks = {task.code: task for task in tasks_on_record(self.store)}
        assert {code: task.state for code, task in tasks.items()} == {
            code: steps[-1] if steps else "undone" for code, steps in self.states.items()
        }
        refused = {task.number for task in tasks.values() if task.state == "refused" and task.sort == "access"}
        assert {each.task for each in refusals_in_list(access_refusals(self.store))} == refused
        ids = [row["observation_id"] for row in rows(self.store)]
        assert sorted(ids) == sorted(map(row_of_refusal, refused))

    @invariant()
    def another_store_reads_the_same(self) -> None:
        self.store.memory.clear()
        assert refusals_mark(self.store) >= len(rows(self.store))


TestTasks = Tasks.TestCase
TestTasks.settings = settings(
    max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
