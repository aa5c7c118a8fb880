"""Meetings as they are entered and taken back: each with its one line for the ledger."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.record_kind import Record, RecordKind


def _entered(record: Record) -> Message:
    number, count = f"M-{record['number']}", len(record["meeting"].get("decision", ()))
    decisions = Plural("{count} decision", "{count} decisions", count, count=Amount(count))
    if record["version"] > 1:
        return Message(
            "meeting {number}: corrected, version {version}, {decisions}",
            number=number,
            version=record["version"],
            decisions=decisions,
        )
    return Message("meeting {number}: entered, {decisions}", number=number, decisions=decisions)


def _undone(record: Record) -> Message:
    number = f"M-{record['meeting']}"
    if record["undoes"] == 1:
        return Message("meeting {number}: taken back", number=number)
    return Message(
        "meeting {number}: correction taken back, version {version}", number=number, version=record["undoes"]
    )


KINDS: Final = (
    RecordKind(
        name="meeting",
        title=Term("entry", "Meeting entered"),
        sentence=_entered,
        who="by",
        undo=Message("by another entry, from the meeting's page; both stay"),
    ),
    RecordKind(
        name="meeting-undo",
        title=Term("entry", "Meeting taken back"),
        sentence=_undone,
        who="by",
        undo=Message("it cannot be: enter the meeting, or the correction, again"),
    ),
)
