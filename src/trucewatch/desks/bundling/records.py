"""Bundles that were given, as the ledger tells of them."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.record_kind import Record, RecordKind


def _given(record: Record) -> Message:
    if record["report"]:
        return Message("to {recipient}: of report {report}", recipient=record["recipient"], report=record["report"])
    fields = sum(record["opened"].values())
    return Message(
        "to {recipient}: {opened}",
        recipient=record["recipient"],
        opened=Plural("{count} field opened", "{count} fields opened", fields, count=Amount(fields)),
    )


KINDS: Final = (
    RecordKind(
        name="bundle-given",
        title=Term("entry", "Bundle given"),
        sentence=_given,
        who="by",
        undo=Message("it cannot be: whoever has the bundle keeps it"),
    ),
)
