"""How a complaint stands after its records: its replies with their steps, appeals, links; a side's own log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from trucewatch.desks.complaints.records import (
    COMPLAINT,
    REGISTRATION,
    LinkTo,
    Outcome,
    SenderKind,
    Sort,
    State,
    StepName,
    Via,
    code_of,
    subject_of,
)
from trucewatch.model.quorum import Assent
from trucewatch.model.times import iso_utc


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
class Step:
    """One step of a reply. at, how: when and how it was sent. agreed: the entries of the assents that stood then."""

    name: StepName
    entry: int
    recorded_at: datetime
    by: str
    at: datetime
    how: str = ""
    agreed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One version of a reply. number: which reply of the complaint, from 1. version: counts on through all replies of
    the complaint, so that one number names one text. answers_appeal: the appeal's number; 0 for none. grounds: how it
    was found otherwise, or who was on watch. says, grounds: references. sent: the step; others that stand: steps."""

    complaint: int
    number: int
    version: int
    entry: int
    recorded_at: datetime
    by: str
    outcome: Outcome
    says: str
    incident: str = ""
    grounds: str = ""
    answers_appeal: int = 0
    steps: tuple[Step, ...] = ()
    assents: tuple[Assent, ...] = ()
    """Who agreed to this version, as far as it was not taken back."""
    undone: Undoing | None = None

    @property
    def subject(self) -> str:
        """What an assent to it names.

        >>> subject_of(3, 2)
        'reply:C-3:2'
        """
        return subject_of(self.complaint, self.version)

    @property
    def sent(self) -> Step | None:
        return next((step for step in self.steps if step.name == "sent"), None)

    @property
    def checked(self) -> Step | None:
        return next((step for step in self.steps if step.name == "checked"), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appeal:
    """That the sender does not accept a sent reply: it opens the complaint again, with a clock of its own."""

    number: int
    entry: int
    received_at: datetime
    recorded_at: datetime
    reply_due: datetime | None
    says: str
    by: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A link by hand to an incident (its id) or a claim (`CL-3`), in an entry of its own."""

    to: LinkTo
    code: str
    entry: int
    recorded_at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """A row of a side's own log, as it wrote it. number, place, what: references. day: as the table had it, "" where no
    day could be read. complaint: ours that a person matched it with; 0 for none."""

    side: str
    log: int
    row: int
    day: str
    number: str
    place: str
    what: str
    entry: int
    complaint: int = 0
    match_entry: int = 0


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
