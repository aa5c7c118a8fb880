"""Complaints, answers to them, and what was taken back: the records, and how a complaint stands after them.

Name, call-back, the sender's own number and every typed word lie apart; a record holds their references `w-…`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from trucewatch.messages import Message, Term
from trucewatch.model.record_kind import Record, RecordKind
from trucewatch.model.times import iso_utc, read_time

COMPLAINT: Final = "trucewatch/complaint/1"
ANSWER: Final = "trucewatch/complaint-answer/1"
UNDO: Final = "trucewatch/complaint-undo/1"

SenderKind = Literal["party", "delegation", "civilian"]
State = Literal["open", "answered", "withdrawn"]
REGISTRATION: Final = 0
"""What an undo names where it takes back the registration; any other number is that of an answer."""
AT_ONCE: Final = "at_once"
REASONS: Final = {AT_ONCE: Message("undone at once, from the message that followed the entry")}
"""Reasons that nobody has to type."""


@dataclass(frozen=True, slots=True)
class Sender:
    """From whom a complaint came; the watch has a list of those that it can be. A civilian has no id."""

    kind: SenderKind
    id: str = ""

    @property
    def code(self) -> str:
        """`party:AM`, `delegation:RU`, `civilian`."""
        return f"{self.kind}:{self.id}" if self.id else self.kind


CIVILIAN: Final = Sender("civilian")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """That something was taken back: in which entry, when, by whom, why (a reference, or one of REASONS by its
    code)."""

    entry: int
    recorded_at: datetime
    by: str
    reason: str
    reason_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer to a complaint; `number` counts from 1 within it, `says` is a reference."""

    number: int
    entry: int
    answered_at: datetime
    recorded_at: datetime
    by: str
    says: str
    undone: Undoing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """A complaint as it stands. `own_number`, `name`, `call_back` and `says` are references; "" for none.

    reply_due: received plus the time that the watch had agreed when it was registered; None where none was agreed.
    answer: the one that stands.
    """

    number: int
    entry: int
    sender: Sender
    received_at: datetime
    recorded_at: datetime
    by: str
    own_number: str
    name: str
    call_back: str
    says: str
    reply_due: datetime | None = None
    answer: Answer | None = None
    withdrawn: Undoing | None = None

    @property
    def code(self) -> str:
        return code_of(self.number)

    @property
    def state(self) -> State:
        return "withdrawn" if self.withdrawn else "answered" if self.answer else "open"

    @property
    def stands(self) -> int:
        """What an undo would take back: the answer that stands, else the registration."""
        return self.answer.number if self.answer else REGISTRATION

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is open at this moment of the watch's clock, which lies after the one when a reply was due."""
        return self.state == "open" and self.reply_due is not None and now > self.reply_due


def code_of(number: int) -> str:
    """Our number of a complaint as people write it.

    >>> code_of(3)
    'C-3'
    """
    return f"C-{number}"


def complaint_record(complaint: Complaint, known_at: datetime) -> dict[str, Any]:
    """The record of a registration. known_at: the watch's clock when it was entered."""
    return {
        "schema": COMPLAINT,
        "number": complaint.number,
        "sender": complaint.sender.kind,
        "sender_id": complaint.sender.id,
        "received_at": iso_utc(complaint.received_at),
        "reply_due": iso_utc(complaint.reply_due) if complaint.reply_due else "",
        "own_number": complaint.own_number,
        "name": complaint.name,
        "call_back": complaint.call_back,
        "says": complaint.says,
        "by": complaint.by,
        "known_at": iso_utc(known_at),
    }


def _sender(record: Record) -> Message | str:
    if record["sender"] == "civilian":
        return Term("sender", "a civilian")
    if record["sender"] == "delegation":
        return Message("the delegation {delegation}", delegation=record["sender_id"])
    return str(record["sender_id"])


def _registered(record: Record) -> Message:
    number, sender = code_of(record["number"]), _sender(record)
    if not record["reply_due"]:
        return Message(
            "complaint {number} from {sender}: registered, no time for a reply was agreed", number=number, sender=sender
        )
    return Message(
        "complaint {number} from {sender}: registered, reply due {due}",
        number=number,
        sender=sender,
        due=read_time(record["reply_due"]),
    )


def _answered(record: Record) -> Message:
    return Message(
        "complaint {number}: answered {moment}",
        number=code_of(record["complaint"]),
        moment=read_time(record["answered_at"]),
    )


def _undone(record: Record) -> Message:
    number = code_of(record["complaint"])
    if record["undoes"] == REGISTRATION:
        return Message("complaint {number}: registration withdrawn, entered by mistake", number=number)
    return Message("complaint {number}: answer {answer} taken back", number=number, answer=record["undoes"])


KINDS: Final = (
    RecordKind(
        name="complaint",
        title=Term("entry", "Complaint registered"),
        sentence=_registered,
        who="by",
        undo=Message("by another entry, from the complaint's page, as long as it is not answered; both stay"),
    ),
    RecordKind(
        name="complaint-answer",
        title=Term("entry", "Complaint answered"),
        sentence=_answered,
        who="by",
        undo=Message("by another entry, from the complaint's page; both stay"),
    ),
    RecordKind(
        name="complaint-undo",
        title=Term("entry", "Taken back at a complaint"),
        sentence=_undone,
        who="by",
        undo=Message("it cannot be: enter the answer, or register the complaint, again"),
    ),
)
