"""One line for the ledger of each task and each step of it. Nothing that was typed stands in one."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Message, Term
from trucewatch.model.duty_task import SORT_WORDS, STEP_WORDS, task_code
from trucewatch.model.record_kind import Record, RecordKind
from trucewatch.store.duty_task_records import STEP, TASK


def _asked(record: Record) -> Message:
    sort = SORT_WORDS[record["sort"]]
    if record["to"] == "person":
        return Message("task {code} to a person: {sort}", code=task_code(record["number"]), sort=sort)
    return Message("task {code} to {to}: {sort}", code=task_code(record["number"]), to=str(record["to_id"]), sort=sort)


def _stepped(record: Record) -> Message:
    code = task_code(record["task"])
    if record["step"] == "undone":
        return Message("task {code}: taken back what entry {entry} says", code=code, entry=int(record["undoes"]))
    if record["step"] == "refused" and record["place"]:
        return Message("task {code}: access was refused", code=code)
    return Message("task {code}: {step}", code=code, step=STEP_WORDS[record["step"]])


TASK_KINDS: Final = (
    RecordKind(
        name=TASK.split("/")[1],
        title=Term("entry", "Task"),
        sentence=_asked,
        who="by",
        undo=Message("by another entry, from the task's page, as long as nothing was entered of it; both stay"),
    ),
    RecordKind(
        name=STEP.split("/")[1],
        title=Term("entry", "Step of a task"),
        sentence=_stepped,
        who="by",
        undo=Message("by another entry, from the task's page; both stay, and refused access leaves the list"),
    ),
)
