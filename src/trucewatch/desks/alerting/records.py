"""That somebody has what rang, and that they do not after all: each with its one line for the ledger."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.record_kind import Record, RecordKind


def _had(record: Record) -> Message:
    count = len(record["about"])
    things = Plural("{count} alarm", "{count} alarms", count, count=Amount(count))
    if record["act"] == "undo":
        return Message("{alarms}: nobody has it again, entry {entry} taken back", alarms=things, entry=record["undoes"])
    return Message("{alarms}: somebody has it", alarms=things)


KINDS: Final = (
    RecordKind(
        name="alarm",
        title=Term("entry", "Alarm taken"),
        sentence=_had,
        who="by",
        undo=Message("by another entry, from the page of alarms; it rings again for the others, and both entries stay"),
    ),
)
