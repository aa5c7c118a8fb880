"""Tasks as the journal holds them: `trucewatch/duty-task/1`, one record a task, and `trucewatch/duty-task-step/1` for
each step of it. What was typed lies apart; records hold its references `w-…`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from trucewatch.errors import StoreError
from trucewatch.messages import Message
from trucewatch.model.duty_task import AccessRefusal, DutyTask, StepTaken
from trucewatch.model.times import iso_utc, read_time
from trucewatch.store.claim_records import place_in, written_place
from trucewatch.store.journal import Entry
from trucewatch.store.kind_entries import first_recorded_at
from trucewatch.store.store import Store

TASK: Final = "trucewatch/duty-task/1"
STEP: Final = "trucewatch/duty-task-step/1"


_Parsed = tuple[dict[int, DutyTask], dict[int, StepTaken]]
"""What each entry says by itself, tasks and steps by its number: one more entry costs no reading of the others."""


@dataclass(frozen=True, slots=True)
class _Entered:
    """The entries about tasks as they were read last, and up to which entry the index had been read then."""

    until: int = 0
    entries: tuple[Entry, ...] = ()
    tasks: Mapping[int, DutyTask] = field(default_factory=dict)
    steps: tuple[StepTaken, ...] = ()
    refusals: tuple[AccessRefusal, ...] = ()
    parsed: _Parsed = field(default_factory=lambda: ({}, {}))


def tasks_on_record(store: Store, *, recorded_by: datetime | None = None) -> tuple[DutyTask, ...]:
    """Every task as it stands, those that were taken back among them, in the order of their numbers; as the journal
    stood at `recorded_by`, if one is given. Costs what was entered since it was asked last."""
    return tuple(_as_recorded(store, recorded_by).tasks.values())


def task_of(store: Store, code: str) -> DutyTask:
    """A task by our number, `T-4` or `4`. Raises StoreError if there is none."""
    number = code.strip().upper().removeprefix("T-")
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    task = _entered(store).tasks.get(int(number)) if is_number else None
    if task is None:
        raise StoreError(Message('there is no task "{number}"; the list has those there are', number=code.strip()[:20]))
    return task


def steps_of(store: Store, task: int) -> tuple[StepTaken, ...]:
    """What was entered of a task after it was asked, in order, with whether it was taken back."""
    return tuple(each for each in _entered(store).steps if each.task == task)


def access_refusals(store: Store, *, recorded_by: datetime | None = None) -> tuple[AccessRefusal, ...]:
    """Every refusal of access, those that were taken back and those of drills among them, in the order of the
    entries."""
    return _as_recorded(store, recorded_by).refusals


def refusals_mark(store: Store) -> int:
    """How many refusals of access were entered or taken back: another number, and the list is to be worked out anew.
    Cheap."""
    return sum(1 + each.undone for each in _entered(store).refusals if each.in_list)


def next_task_number(store: Store) -> int:
    """The number that the next task bears; asked while nobody else enters one."""
    return max(_entered(store).tasks, default=0) + 1


def task_record(task: DutyTask) -> dict[str, Any]:
    """The record of a task as it is asked; its entry is given when it is committed."""
    return {
        "schema": TASK,
        "number": task.number,
        "asked_kind": task.to,
        "asked_of": task.to_id,
        "sort": task.sort,
        "asked_words": task.asks,
        "about": task.about,
        "asked_at": iso_utc(task.asked_at),
        "due": iso_utc(task.due) if task.due else "",
        "asked_place": written_place(task.place) if task.place else None,
        "drill": task.drill,
        "simulated": task.simulated,
        "of_simulated": task.is_of_simulated,
        "by": task.by,
    }


def step_record(step: StepTaken) -> dict[str, Any]:
    """The record of a step."""
    return {
        "schema": STEP,
        "task": step.task,
        "step": step.step,
        "at": iso_utc(step.at),
        "known_at": iso_utc(step.known_at),
        "words": step.words,
        "refused_place": written_place(step.place) if step.place else None,
        "undoes": step.undoes,
        "drill": step.drill,
        "by": step.by,
    }


def task_in(entry: Entry) -> DutyTask:
    """The task that an entry holds, as it was asked."""
    record = entry.record
    return DutyTask(
        number=record["number"],
        entry=entry.number,
        to=record["asked_kind"],
        to_id=record["asked_of"],
        sort=record["sort"],
        asks=record["asked_words"],
        about=record["about"],
        asked_at=read_time(record["asked_at"]),
        by=record["by"],
        recorded_at=first_recorded_at(record),
        due=read_time(record["due"]) if record["due"] else None,
        place=place_in(record["asked_place"]) if record["asked_place"] else None,
        state_at=read_time(record["asked_at"]),
        state_entry=entry.number,
        drill=record["drill"],
        simulated=record["simulated"],
        is_of_simulated=record["of_simulated"],
    )


def step_in(entry: Entry) -> StepTaken:
    record = entry.record
    return StepTaken(
        entry=entry.number,
        task=record["task"],
        step=record["step"],
        at=read_time(record["at"]),
        known_at=read_time(record["known_at"]),
        recorded_at=first_recorded_at(record),
        by=record["by"],
        words=record["words"],
        place=place_in(record["refused_place"]) if record["refused_place"] else None,
        undoes=record["undoes"],
        drill=record["drill"],
    )


def _as_recorded(store: Store, recorded_by: datetime | None) -> _Entered:
    entered = _entered(store)
    if recorded_by is None:
        return entered
    by_then = (each for each in entered.entries if first_recorded_at(each.record) <= recorded_by)
    return _read(by_then, entered.parsed)


def _entered(store: Store) -> _Entered:
    """What is on record by now; entries are read once."""
    last = store.memory.of(_Entered)
    until = store.index.applied
    if until == last.until:
        return last
    if until < last.until:  # another index than the one that was read
        last = _Entered()
    rows = store.index.rows(
        "SELECT number FROM entry WHERE schema IN (?, ?) AND number >= ? ORDER BY number", TASK, STEP, last.until
    )
    new = tuple(store.journal.entries_at(number for (number,) in rows))
    now = replace(_read((*last.entries, *new), last.parsed) if new else last, until=until)
    store.memory.put(now)
    return now


def _read(entries: Iterable[Entry], parsed: _Parsed) -> _Entered:
    """parsed: what was parsed before; grows."""
    entries, (tasks_alone, steps_alone) = tuple(entries), parsed
    for entry in entries:
        if entry.record["schema"] == TASK and entry.number not in tasks_alone:
            tasks_alone[entry.number] = task_in(entry)
        elif entry.record["schema"] == STEP and entry.number not in steps_alone:
            steps_alone[entry.number] = step_in(entry)
    shas = {entry.number: str(entry.sha256) for entry in entries}
    steps = [steps_alone[entry.number] for entry in entries if entry.record["schema"] == STEP]
    undone = {step.undoes for step in steps if step.step == "undone"}
    steps = [replace(step, undone=True) if step.entry in undone else step for step in steps]
    tasks: dict[int, DutyTask] = {}
    for entry in entries:
        if entry.record["schema"] == TASK:
            tasks.setdefault(entry.record["number"], tasks_alone[entry.number])
    of_task: dict[int, list[StepTaken]] = {}
    for step in steps:
        if not step.undone and step.step != "undone":
            of_task.setdefault(step.task, []).append(step)
    for number, task in tasks.items():
        standing = of_task.get(number)
        if task.entry in undone:
            last = next(each for each in steps if each.undoes == task.entry)
            tasks[number] = replace(task, state="undone", state_at=last.at, state_entry=last.entry)
        elif standing:
            last = standing[-1]
            reason = last.words if last.step == "refused" else ""
            tasks[number] = replace(task, state=last.step, state_at=last.at, state_entry=last.entry, reason=reason)
    refusals = [
        _refusal(tasks[step.task], step, shas[step.entry])
        for step in steps
        if step.step == "refused" and step.place is not None and step.task in tasks
    ]
    return _Entered(0, entries, dict(sorted(tasks.items())), tuple(steps), tuple(refusals), parsed)


def _refusal(task: DutyTask, step: StepTaken, sha256: str) -> AccessRefusal:
    assert step.place is not None
    return AccessRefusal(
        entry=step.entry,
        task=task.number,
        at=step.at,
        known_at=step.known_at,
        recorded_at=step.recorded_at,
        place=step.place,
        actor=task.to_id if task.to == "party" else "",
        words=step.words,
        sha256=sha256,
        simulated=task.simulated,
        in_list=not (task.drill or step.drill or task.is_of_simulated),
        undone=step.undone,
    )
