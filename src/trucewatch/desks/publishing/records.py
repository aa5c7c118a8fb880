"""One line for the ledger of each record of a decision and of an objection. What was typed lies apart and is in none of
them; nor is an event's place or time."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Message, Term
from trucewatch.model.decisions import OPENS_WORDS
from trucewatch.model.record_kind import Record, RecordKind


def _decided(record: Record) -> Message:
    forms = {
        "positions": Message("D-{number}: put to the heads, to let out to {to}: {what}, of {subject}"),
        "event": Message(
            "D-{number}: put to the heads, to let out to {to}: an event, sooner or finer than by the rule"
        ),
        "several": Message("D-{number}: put to the heads, to let out to {to}: {what} and more, of {subject}"),
    }
    opens = list(record["opens"])
    form = forms["event"] if opens == ["event"] else forms["several" if len(opens) > 1 else "positions"]
    values = {"number": int(record["number"]), "to": ", ".join(record["to"])}
    if opens != ["event"]:
        values |= {"what": OPENS_WORDS[opens[0]], "subject": str(record["subject"])}
    return Message(form.template, **values)


def _decision_withdrawn(record: Record) -> Message:
    return Message("D-{number}: withdrawn; nothing more leaves by it", number=int(record["withdraws"]))


def _objected(record: Record) -> Message:
    form = (
        Message("OB-{number}: {party} objects in writing to {about}, by a paper that was entered here")
        if record["on_paper"]
        else Message("OB-{number}: {party} objects in writing to {about}")
    )
    return Message(form.template, number=int(record["number"]), party=str(record["party"]), about=str(record["about"]))


def _objection_withdrawn(record: Record) -> Message:
    return Message("OB-{number}: withdrawn; it is printed no more", number=int(record["withdraws"]))


KINDS: Final = (
    RecordKind(
        name="decision",
        title=Term("entry", "Put to the heads for release"),
        sentence=_decided,
        who="by",
        undo=Message("by its withdrawal, from its page; what has left by then cannot be taken back"),
    ),
    RecordKind(
        name="decision-withdrawal",
        title=Term("entry", "Release by the heads withdrawn"),
        sentence=_decision_withdrawn,
        who="by",
        undo=Message("it cannot be: put it to the heads again"),
    ),
    RecordKind(
        name="objection",
        title=Term("entry", "Objection in writing"),
        sentence=_objected,
        who="by",
        undo=Message("by its withdrawal, by the party whose it is; what was printed stays printed"),
    ),
    RecordKind(
        name="objection-withdrawal",
        title=Term("entry", "Objection withdrawn"),
        sentence=_objection_withdrawn,
        who="by",
        undo=Message("it cannot be: within the clock the party can object again"),
    ),
)
