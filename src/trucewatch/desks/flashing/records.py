"""Urgent messages, and each thing that came of one, as the ledger tells of them. The records themselves:
`store/flash_records.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trucewatch.messages import Message, Term
from trucewatch.model.drill import drill_code
from trucewatch.model.flash import MATTER_WORDS, VIA_WORDS, ActName, flash_code
from trucewatch.model.record_kind import Record, RecordKind
from trucewatch.model.times import read_time

ACT_WORDS: Final[Mapping[ActName, Term]] = {
    "acknowledged": Term("urgent act", "acknowledged"),
    "quiet": Term("urgent act", "says that it is quiet on its side"),
    "own_quiet": Term("urgent act", "own means saw quiet"),
    "read_out": Term("urgent act", "read out by telephone"),
    "bounced": Term("urgent act", "mail came back"),
    "withdrawn": Term("urgent act", "withdrawn"),
    "closed": Term("urgent act", "closed"),
    "reopened": Term("urgent act", "opened again"),
    "undone": Term("urgent act", "entry taken back"),
}


def _sent(record: Record) -> Message:
    number, moment, to = flash_code(record["number"]), read_time(record["sent_at"]), _recipients(record)
    matter = MATTER_WORDS[record["matter"]]
    if record["drill"]:
        return Message(
            "urgent message {number} to {to}: {matter}, sent {moment}; drill {drill}",
            number=number,
            to=to,
            matter=matter,
            moment=moment,
            drill=drill_code(record["drill"]),
        )
    return Message(
        "urgent message {number} to {to}: {matter}, sent {moment}", number=number, to=to, matter=matter, moment=moment
    )


def _recipients(record: Record) -> str:
    return ", ".join(str(each["id"]) for each in record["to"])


def _acted(record: Record) -> Message:
    number, moment, to, act = flash_code(record["flash"]), read_time(record["at"]), record["to"], record["act"]
    said = _sentence(number, act, to, moment, record)
    if record["late"]:
        return Message("{what}; entered after it had ended, and changes nothing", what=said)
    return said


def _sentence(number: str, act: str, to: str, moment: object, record: Record) -> Message:
    if act == "acknowledged":
        return Message(
            "urgent message {number}: acknowledged by {to} {moment}, {via}",
            number=number,
            to=to,
            moment=moment,
            via=VIA_WORDS[record["via"]],
        )
    if act == "quiet":
        return Message(
            "urgent message {number}: {to} says that it is quiet there since {moment}",
            number=number,
            to=to,
            moment=moment,
        )
    if act == "own_quiet":
        return Message("urgent message {number}: own means saw quiet since {moment}", number=number, moment=moment)
    if act == "read_out":
        return Message(
            "urgent message {number}: read out to {to} by telephone {moment}", number=number, to=to, moment=moment
        )
    if act == "bounced":
        return Message(
            "urgent message {number}: the mail to {to} came back {moment}", number=number, to=to, moment=moment
        )
    if act == "undone":
        return Message(
            "urgent message {number}: taken back what entry {entry} says", number=number, entry=record["undoes"]
        )
    words = ACT_WORDS.get(record["act"])
    if words is None:
        return Message("urgent message {number}", number=number)
    return Message("urgent message {number}: {act} {moment}", number=number, act=words, moment=moment)


KINDS: Final = (
    RecordKind(
        name="flash",
        title=Term("entry", "Urgent message"),
        sentence=_sent,
        who="by",
        says_drill=True,
        undo=Message("it cannot be: it was told. Withdraw it on its page, and all who got it are told so; both stay"),
    ),
    RecordKind(
        name="flash-act",
        title=Term("entry", "Of an urgent message"),
        sentence=_acted,
        who="by",
        undo=Message(
            "by another entry, from the page of the message; both stay. A withdrawal cannot be: it was told to all"
        ),
    ),
)
