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


def _day(record: Record) -> Message:
    return Message("report {report}, revision {revision}", report=record["report"], revision=record["revision"])


KINDS: Final = (
    RecordKind(name="day-manifest", title=Term("entry", "Manifest of a day"), sentence=_day, by_hand=False),
    RecordKind(
        name="bundle-given",
        title=Term("entry", "Bundle given"),
        sentence=_given,
        who="by",
        undo=Message("it cannot be: whoever has the bundle keeps it"),
    ),
)
