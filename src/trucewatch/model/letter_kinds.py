"""Kinds of records of letters and of files that were handed over, each with its line for the ledger."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Amount, Message, Term
from trucewatch.model.letters import letter_code
from trucewatch.model.record_kind import Record, RecordKind


def _sender(record: Record) -> Message | str | Term:
    kind, name = record["sender"], str(record["sender_id"])
    if kind == "civilian":
        return Term("speaker", "a civilian")
    if kind == "not_said":
        return Term("speaker", "somebody who did not say who they are")
    if kind == "delegation":
        return Message("the delegation {delegation}", delegation=name)
    if kind == "post":
        return Message("the post {post}", post=name)
    return name


def _entered(record: Record) -> Message:
    return Message(
        "letter {number} from {sender}: entered", number=letter_code(record["number"]), sender=_sender(record)
    )


def _undone(record: Record) -> Message:
    return Message("letter {number}: taken back", number=letter_code(record["letter"]))


def _handed(record: Record) -> Message:
    return Message(
        "file about {about}: {kind}, {size} bytes",
        about=record["about"].partition(":")[2],
        kind=record["media_type"],
        size=Amount(record["size_bytes"]),
    )


def _file_undone(record: Record) -> Message:
    return Message("file about {about}: taken back; its bytes stay", about=record["about"].partition(":")[2])


KINDS: Final = (
    RecordKind(
        name="letter",
        title=Term("entry", "Letter entered"),
        sentence=_entered,
        who="by",
        evidence="evidence",
        undo=Message("by another entry, from the letter's page; both stay"),
    ),
    RecordKind(
        name="letter-undo",
        title=Term("entry", "Letter taken back"),
        sentence=_undone,
        who="by",
        undo=Message("it cannot be: enter the letter again"),
    ),
    RecordKind(
        name="handed-file",
        title=Term("entry", "File handed over"),
        sentence=_handed,
        who="by",
        evidence="evidence",
        undo=Message("by another entry, from the page of its files; its bytes stay until they are erased"),
    ),
    RecordKind(
        name="handed-file-undo",
        title=Term("entry", "Handed file taken back"),
        sentence=_file_undone,
        who="by",
        undo=Message("it cannot be: hand the file over again"),
    ),
)
