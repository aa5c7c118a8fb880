"""Complaints, questions and problems, what was answered, and what was taken back: the records, and how a complaint
stands after them. Replies and what follows them: reply_records.py.

Name, call-back, the sender's own number and every typed word lie apart; a record holds their references `w-…`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from trucewatch.desks.complaints.reply_records import (
    AT_ONCE,
    REASONS,
    REPLY_KINDS,
    Appeal,
    Linked,
    Reply,
    Undoing,
    code_of,
)
from trucewatch.messages import Message, Term
from trucewatch.model.record_kind import Record, RecordKind
from trucewatch.model.times import iso_utc, read_time

COMPLAINT_1: Final = "trucewatch/complaint/1"
COMPLAINT: Final = "trucewatch/complaint/2"
"""Without sort, claims, letter, incidents and via an entry is read as version 1: a complaint that carries none."""
ANSWER: Final = "trucewatch/complaint-answer/1"
"""How answers were entered before replies were drafted and agreed; shown, and entered no more."""
UNDO: Final = "trucewatch/complaint-undo/1"

SenderKind = Literal["party", "delegation", "civilian"]
State = Literal["open", "answered", "withdrawn"]
REGISTRATION: Final = 0
"""What an undo names where it takes back the registration; any other number is that of an answer."""
Sort = Literal["complaint", "question", "problem"]
SORTS: Final[tuple[Sort, ...]] = ("complaint", "question", "problem")
"""What a side may raise, in the words of the centre's memorandum."""
Via = Literal["", "console"]
"""Through which door it came: "console" where a liaison handed it in; "" where the centre entered it."""


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
    answer: the one that stands of those entered before there were replies. replies: every draft, of which at most one
    is worked on; appeals: those that stand. linked: by a person's hand, with those of the registration. claims: "CL-3".
    letter: "L-2". cut: the moment of the watch's clock that this is of.
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
    sort: Sort = "complaint"
    via: Via = ""
    claims: tuple[str, ...] = ()
    letter: str = ""
    incidents: tuple[str, ...] = ()
    linked: tuple[Linked, ...] = ()
    replies: tuple[Reply, ...] = ()
    appeals: tuple[Appeal, ...] = ()

    @property
    def code(self) -> str:
        return code_of(self.number)

    @property
    def sent(self) -> tuple[Reply, ...]:
        """The replies that were sent, in their order."""
        return tuple(reply for reply in self.replies if reply.sent is not None)

    @property
    def work(self) -> Reply | None:
        """The draft that is worked on: not sent, and the latest that was not taken back."""
        drafts = [reply for reply in self.replies if reply.sent is None and reply.undone is None]
        latest = drafts[-1] if drafts else None
        newest_sent = max((reply.version for reply in self.sent), default=0)
        return latest if latest and latest.version > newest_sent else None

    @property
    def open_appeal(self) -> Appeal | None:
        """The appeal that no sent reply answers yet; it opened the complaint again."""
        answered = {reply.answers_appeal for reply in self.sent}
        return next((appeal for appeal in self.appeals if appeal.number not in answered), None)

    @property
    def state(self) -> State:
        if self.withdrawn:
            return "withdrawn"
        if not self.sent and not self.answer:
            return "open"
        return "open" if self.open_appeal else "answered"

    @property
    def due(self) -> datetime | None:
        """When a reply is due to what is open, or was to the complaint itself."""
        return self.open_appeal.reply_due if self.open_appeal else self.reply_due

    @property
    def answered_at(self) -> datetime | None:
        """When it was first answered, which is what its clock ran to."""
        if self.answer:
            return self.answer.answered_at
        return next((reply.sent.at for reply in self.sent if reply.sent), None)

    @property
    def stands(self) -> int:
        """What an undo of the registration's form would take back: the answer that stands, else the registration."""
        return self.answer.number if self.answer else REGISTRATION

    @property
    def all_claims(self) -> tuple[str, ...]:
        """The claims that it carries or was linked to, each once."""
        return tuple(dict.fromkeys((*self.claims, *(row.code for row in self.linked if row.to == "claim"))))

    @property
    def all_incidents(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.incidents, *(row.code for row in self.linked if row.to == "incident"))))

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is open at this moment of the watch's clock, which lies after the one when a reply was due."""
        return self.state == "open" and self.due is not None and now > self.due

    def due_of(self, reply: Reply) -> datetime | None:
        """By when a reply was due: that of the appeal which it answers, else of the complaint; None for a later one
        that answers neither."""
        if reply.answers_appeal:
            return next((row.reply_due for row in self.appeals if row.number == reply.answers_appeal), None)
        first = next((row.version for row in self.sent), reply.version)
        return self.reply_due if reply.version == first and not self.answer else None

    def late_by(self, reply: Reply) -> timedelta | None:
        """By how much a sent reply came after it was due; None for one in time. It stays so for ever."""
        due = self.due_of(reply)
        return reply.sent.at - due if reply.sent and due and reply.sent.at > due else None


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
        "sort": complaint.sort,
        "via": complaint.via,
        "claims": list(complaint.claims),
        "letter": complaint.letter,
        "incidents": list(complaint.incidents),
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
    if "undoes_entry" in record and not record["complaint"]:
        return Message(
            "the log of {side}: taken back what entry {entry} says", side=record["side"], entry=record["undoes_entry"]
        )
    if "undoes_entry" in record:
        return Message(
            "complaint {number}: taken back what entry {entry} says", number=number, entry=record["undoes_entry"]
        )
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
    *REPLY_KINDS,
)
__all__ = ["AT_ONCE", "KINDS", "REASONS", "Undoing", "code_of"]
