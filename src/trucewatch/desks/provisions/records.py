"""What is entered of the agreement by hand, and what is taken back: a line for each in the ledger. What somebody typed
lies apart; a record holds references `w-…`, and its line names the part of the clause alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from trucewatch.messages import Message, Term
from trucewatch.model.ids import WORDS_REFERENCE
from trucewatch.model.record_kind import Record, RecordKind
from trucewatch.model.times import read_time


def _speaker(record: Record) -> Message | str:
    """Who speaks in an entry: an id of the watch; a name that was typed stands in no line."""
    who = str(record["fields"].get("by", ""))
    if WORDS_REFERENCE.fullmatch(who):
        return Term("speaker", "somebody who is named there")
    return who or Term("speaker", "nobody who is named")


def _part(template: Message) -> Callable[[Record], Message]:
    return lambda record: Message(template.template, part=str(record["about"]), who=_speaker(record))


def _later_day(record: Record) -> Message:
    day = date.fromisoformat(record["fields"]["day"])
    return Message("part {part}: a later day, {day}", part=str(record["about"]), day=day)


def _part_met(record: Record) -> Message:
    day = date.fromisoformat(record["fields"]["day"])
    return Message("part {part}: a part of it is stated to be done on {day}", part=str(record["about"]), day=day)


def _not_binding(record: Record) -> Message:
    moment = read_time(record["fields"]["from"])
    return Message("part {part}: stated not to bind from {moment}", part=str(record["about"]), moment=moment)


def _read_as(record: Record) -> Message:
    return Message(
        "instrument {instrument}: what it does to {other}, as {who} reads it",
        instrument=str(record["about"]),
        other=str(record["fields"]["to"]),
        who=_speaker(record),
    )


SENTENCES: Final[Mapping[str, Callable[[Record], Message]]] = {
    "reading": _part(Message("reading of part {part} by {who}")),
    "extension": _later_day,
    "term_notice": _part(Message("part {part}: a notice that a term shall end, by {who}")),
    "part": _part_met,
    "claim": _part(Message("part {part}: how it stands, as {who} says")),
    "gap": _part(Message("part {part}: a time in which it did not go on, as {who} states")),
    "suspension": _not_binding,
    "role": _part(Message("part {part}: who stands how to it")),
    "judgment": _part(Message("part {part}: the position of {who}")),
    "read_as": _read_as,
    "by_hand": _part(Message("part {part}: its state is set by hand")),
}
"""Table → what an entry of it says in a line."""


def _entered(record: Record) -> Message:
    return SENTENCES[record["table"]](record)


def _undone(record: Record) -> Message:
    if record["table"] == "read_as":
        return Message("instrument {instrument}: an entry taken back", instrument=str(record["about"]))
    return Message("part {part}: an entry taken back", part=str(record["about"]))


KINDS: Final = (
    RecordKind(
        name="agreement-entry",
        title=Term("entry", "Entered about the agreement"),
        sentence=_entered,
        who="by",
        undo=Message("by another entry, from the list of what was entered about the agreement; both stay"),
    ),
    RecordKind(
        name="agreement-undo",
        title=Term("entry", "Taken back about the agreement"),
        sentence=_undone,
        who="by",
        undo=Message("it cannot be: enter it again"),
    ),
)
