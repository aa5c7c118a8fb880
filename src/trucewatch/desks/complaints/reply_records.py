"""Replies to complaints step by step, appeals, links by hand, and a side's own log: the records and what they hold.

Every typed word lies apart; a record holds its reference `w-…`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from trucewatch.messages import Message, Term
from trucewatch.model.quorum import Assent
from trucewatch.model.record_kind import Record, RecordKind
from trucewatch.model.roles import Role
from trucewatch.model.times import read_time

REPLY: Final = "trucewatch/complaint-reply/1"
STEP: Final = "trucewatch/reply-step/1"
APPEAL: Final = "trucewatch/complaint-appeal/1"
LINK: Final = "trucewatch/complaint-link/1"
SIDE_LOG: Final = "trucewatch/side-log/1"
UNDO_ENTRY: Final = "trucewatch/complaint-undo/2"
"""Takes back what one entry says: a draft, a step, an appeal, a link, a side's log, a match."""

AT_ONCE: Final = "at_once"
BY_HAND: Final = "by_hand"
REASONS: Final = {
    AT_ONCE: Message("undone at once, from the message that followed the entry"),
    BY_HAND: Message("taken back on the page of the log"),
}
"""Reasons that nobody has to type."""

Outcome = Literal["found", "found_otherwise", "nothing_found", "not_observable", "outside_mandate"]
OUTCOMES: Final[tuple[Outcome, ...]] = (
    "found",
    "found_otherwise",
    "nothing_found",
    "not_observable",
    "outside_mandate",
)
NEED_INCIDENT: Final = frozenset(("found", "found_otherwise"))
NEED_GROUNDS: Final = frozenset(("found_otherwise", "nothing_found"))
OUTCOME_WORDS: Final[Mapping[str, Term]] = {
    "found": Term("reply", "found"),
    "found_otherwise": Term("reply", "found otherwise"),
    "nothing_found": Term("reply", "nothing was found"),
    "not_observable": Term("reply", "could not be observed"),
    "outside_mandate": Term("reply", "outside the mandate"),
}
StepName = Literal["checked", "agreed", "sent"]
STEPS: Final[tuple[StepName, ...]] = ("checked", "agreed", "sent")
How = Literal["telephone", "letter", "by_hand"]
HOWS: Final[tuple[How, ...]] = ("telephone", "letter", "by_hand")
HOW_WORDS: Final[Mapping[str, Term]] = {
    "telephone": Term("reply", "by telephone"),
    "letter": Term("reply", "by letter"),
    "by_hand": Term("reply", "by hand"),
}
LinkTo = Literal["incident", "claim"]
LINKS: Final[tuple[LinkTo, ...]] = ("incident", "claim")


def code_of(number: int) -> str:
    """Our number of a complaint as people write it.

    >>> code_of(3)
    'C-3'
    """
    return f"C-{number}"


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
    """One step of a reply. side, role: for whom an assent was given; "" in a watch without accounts. at, how: when and
    how it was sent. agreed: the entries of the assents that stood when it was sent."""

    name: StepName
    entry: int
    recorded_at: datetime
    by: str
    at: datetime
    side: str = ""
    role: str = ""
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

    @property
    def assents(self) -> tuple[Assent, ...]:
        """Who agreed to this version, as far as it was not taken back."""
        return tuple(
            Assent(
                subject=self.subject,
                person=step.by,
                side=step.side,
                role=Role(step.role) if step.role else "",
                entry=step.entry,
                recorded_at=step.recorded_at,
            )
            for step in self.steps
            if step.name == "agreed"
        )


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


def subject_of(complaint: int, version: int) -> str:
    return f"reply:{code_of(complaint)}:{version}"


def _replied(record: Record) -> Message:
    return Message(
        "complaint {number}: reply {reply} drafted, version {version}: {outcome}",
        number=code_of(record["complaint"]),
        reply=record["number"],
        version=record["version"],
        outcome=OUTCOME_WORDS[record["outcome"]],
    )


def _stepped(record: Record) -> Message:
    number, version = code_of(record["complaint"]), record["version"]
    if record["step"] == "checked":
        return Message("complaint {number}: version {version} of the reply checked", number=number, version=version)
    if record["step"] == "sent":
        return Message(
            "complaint {number}: version {version} of the reply sent {moment}, {how}",
            number=number,
            version=version,
            moment=read_time(record["at"]),
            how=HOW_WORDS[record["how"]],
        )
    if record["side"]:
        return Message(
            "complaint {number}: {side} agreed to version {version} of the reply",
            number=number,
            side=record["side"],
            version=version,
        )
    return Message("complaint {number}: version {version} of the reply agreed", number=number, version=version)


def _appealed(record: Record) -> Message:
    return Message(
        "complaint {number}: the sender does not accept the reply, received {moment}; it is open again",
        number=code_of(record["complaint"]),
        moment=read_time(record["received_at"]),
    )


def _linked(record: Record) -> Message:
    return Message("complaint {number}: linked to {code}", number=code_of(record["complaint"]), code=record["code"])


def _logged(record: Record) -> Message:
    if record["act"] == "match":
        return Message(
            "row {row} of the log of {side}: matched with {number}",
            row=record["row"],
            side=record["side"],
            number=code_of(record["complaint"]),
        )
    return Message("the log of {side} as it keeps it, rows: {count}", side=record["side"], count=len(record["rows"]))


_NEXT: Final = Message(
    "by another entry, from the complaint's page, as long as the next step has not been taken; both stay"
)
REPLY_KINDS: Final = (
    RecordKind(name="complaint-reply", title=Term("entry", "Reply drafted"), sentence=_replied, who="by", undo=_NEXT),
    RecordKind(
        name="reply-step",
        title=Term("entry", "Step of a reply"),
        sentence=_stepped,
        who="by",
        undo=Message(
            "a check or an agreement by another entry until the reply is sent; what was sent cannot be: a later reply "
            "corrects it"
        ),
    ),
    RecordKind(
        name="complaint-appeal", title=Term("entry", "Reply not accepted"), sentence=_appealed, who="by", undo=_NEXT
    ),
    RecordKind(
        name="complaint-link",
        title=Term("entry", "Complaint linked"),
        sentence=_linked,
        who="by",
        undo=Message("by another entry, from the complaint's page; both stay"),
    ),
    RecordKind(
        name="side-log",
        title=Term("entry", "A side's own log"),
        sentence=_logged,
        who="by",
        evidence="evidence",
        undo=Message("by another entry, from the page of the log; both stay"),
    ),
)
