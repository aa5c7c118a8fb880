"""Complaints, questions and problems; replies step by step, appeals, links by hand, a side's own log: the records.

Name, call-back, the sender's own number and every typed word lie apart; a record holds their references `w-…`. How a
complaint stands after them: states.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from trucewatch.messages import Message, Term
from trucewatch.model.record_kind import Record, RecordKind
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

StepName = Literal["checked", "sent"]

STEPS: Final[tuple[StepName, ...]] = ("checked", "sent")

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
    return Message("complaint {number}: version {version} of the reply", number=number, version=version)


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
            "a check by another entry, as long as nobody agreed; what was sent cannot be: a later reply corrects it"
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
