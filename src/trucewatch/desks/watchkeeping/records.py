"""Shifts, the watch log and hand-overs: the kinds of records, each with its line for the ledger.

Names and every typed word lie apart; a record holds their references `w-…`.
"""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.duty_task import SORT_WORDS, STEP_WORDS, task_code
from trucewatch.model.record_kind import Record, RecordKind
from trucewatch.model.shift import handover_code, shift_code
from trucewatch.model.times import read_time

AT_ONCE: Final = "at_once"
REASONS: Final = {AT_ONCE: Message("undone at once, from the message that followed the entry")}
"""Reasons that nobody has to type."""


def _shifted(record: Record) -> Message:
    number, at = shift_code(record["shift"]), read_time(record["at"])
    count = len(record["persons"])
    if record["act"] == "begin" and record["takes_over"]:
        return Message(
            "shift {number} begins {moment}; shift {before} was not handed over",
            number=number,
            moment=at,
            before=shift_code(record["takes_over"]),
        )
    if record["act"] == "begin":
        return Message("shift {number} begins {moment}", number=number, moment=at)
    if record["act"] == "come":
        return Plural(
            "shift {number}: {count} person comes on",
            "shift {number}: {count} people come on",
            count,
            number=number,
            count=Amount(count),
        )
    if record["act"] == "go":
        return Plural(
            "shift {number}: {count} person goes",
            "shift {number}: {count} people go",
            count,
            number=number,
            count=Amount(count),
        )
    if record["ending"] == "handed_over":
        return Message("shift {number} ends {moment}, handed over", number=number, moment=at)
    if record["ending"] == "taken_over":
        return Message("shift {number} ends {moment}, taken over without a signature", number=number, moment=at)
    return Message("shift {number} ends {moment}, and nobody comes", number=number, moment=at)


def _handed_over(record: Record) -> Message:
    return Message(
        "hand-over {number} of shift {shift} written; it tells of the ledger up to entry {entry}",
        number=handover_code(record["number"]),
        shift=shift_code(record["shift"]),
        entry=record["until_entry"],
    )


def _signed(record: Record) -> Message:
    number = handover_code(record["handover"])
    if record["remark"]:
        return Message("hand-over {number} read and signed, with a remark", number=number)
    return Message("hand-over {number} read and signed", number=number)


def _logged(record: Record) -> Message:
    if record["shift"]:
        return Message(
            "a line of the watch log of shift {shift}, about {moment}",
            shift=shift_code(record["shift"]),
            moment=read_time(record["at"]),
        )
    return Message("a line of the watch log while no shift was on, about {moment}", moment=read_time(record["at"]))


def _undone(record: Record) -> Message:
    if record["act"] == "strike":
        return Message("line {entry} of the watch log struck out; both stay", entry=record["undoes_entry"])
    return Message(
        "shift {shift}: taken back what entry {entry} says",
        shift=shift_code(record["shift"]),
        entry=record["undoes_entry"],
    )


SHIFT_KINDS: Final = (
    RecordKind(
        name="shift",
        title=Term("entry", "Shift"),
        sentence=_shifted,
        who="by",
        undo=Message("by another entry, from the shift's page, as long as nothing follows from it; both stay"),
    ),
    RecordKind(
        name="handover",
        title=Term("entry", "Hand-over of a shift written"),
        sentence=_handed_over,
        who="by",
        undo=Message("by another entry, from its page, as long as nobody has signed it; or write it again"),
    ),
    RecordKind(
        name="handover-sign",
        title=Term("entry", "Hand-over of a shift signed"),
        sentence=_signed,
        who="by",
        undo=Message("by another entry, from its page, as long as nothing was entered in the shift that began by it"),
    ),
    RecordKind(
        name="log-line",
        title=Term("entry", "Line of the watch log"),
        sentence=_logged,
        who="by",
        undo=Message("by another entry that strikes it out, from the log; both stay"),
    ),
    RecordKind(
        name="shift-undo",
        title=Term("entry", "Taken back at a shift"),
        sentence=_undone,
        who="by",
        undo=Message("it cannot be: enter the line, or what was done, again"),
    ),
)


def _task_asked(record: Record) -> Message:
    sort = SORT_WORDS[record["sort"]]
    if record["asked_kind"] == "person":
        return Message("task {code} to a person: {sort}", code=task_code(record["number"]), sort=sort)
    to = str(record["asked_of"])
    return Message("task {code} to {to}: {sort}", code=task_code(record["number"]), to=to, sort=sort)


def _task_stepped(record: Record) -> Message:
    code = task_code(record["task"])
    if record["step"] == "undone":
        return Message("task {code}: taken back what entry {entry} says", code=code, entry=int(record["undoes"]))
    if record["step"] == "refused" and record["refused_place"]:
        return Message("task {code}: access was refused", code=code)
    return Message("task {code}: {step}", code=code, step=STEP_WORDS[record["step"]])


TASK_KINDS: Final = (
    RecordKind(
        name="duty-task",
        title=Term("entry", "Task"),
        sentence=_task_asked,
        who="by",
        undo=Message("by another entry, from the task's page, as long as nothing was entered of it; both stay"),
    ),
    RecordKind(
        name="duty-task-step",
        title=Term("entry", "Step of a task"),
        sentence=_task_stepped,
        who="by",
        undo=Message("by another entry, from the task's page; both stay, and refused access leaves the list"),
    ),
)
KINDS: Final = (*SHIFT_KINDS, *TASK_KINDS)
