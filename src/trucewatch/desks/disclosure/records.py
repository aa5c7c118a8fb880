"""Dossiers, and the copies that were given of them, as the ledger tells of them."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.record_kind import Record, RecordKind


def _dossier(record: Record) -> Message:
    return Message(
        "an incident of the list of entry {entry}; its fields are salted hashes", entry=record["list"]["entry"]
    )


def _copy(record: Record) -> Message:
    fields = sum(record["opened"].values())
    return Message(
        "to {recipient}: {opened}",
        recipient=record["recipient"],
        opened=Plural("{count} field opened", "{count} fields opened", fields, count=Amount(fields)),
    )


KINDS: Final = (
    RecordKind(name="dossier", title=Term("entry", "Dossier made"), sentence=_dossier, by_hand=False),
    RecordKind(
        name="dossier-given",
        title=Term("entry", "Partial copy given"),
        sentence=_copy,
        who="by",
        undo=Message("it cannot be: whoever has the copy keeps it"),
    ),
)
