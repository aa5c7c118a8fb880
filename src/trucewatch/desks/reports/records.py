"""Reports that were drafted, issued and taken, as the ledger tells of them."""

from __future__ import annotations

from datetime import date
from typing import Final

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.record_kind import Record, RecordKind

DRAFT_ACTS: Final = {
    "begin": Term("act", "begun"),
    "write": Term("act", "notes written"),
    "renew": Term("act", "newer figures taken"),
    "check": Term("act", "checked"),
    "reopen": Term("act", "opened again"),
    "discard": Term("act", "discarded"),
    "undo": Term("act", "last act taken back"),
    "issue": Term("act", "issued"),
}
"""What is done to a draft."""


def _publication(record: Record) -> Message:
    rows, files = sum(row["number"] > 0 for row in record["rows"]), len(record.get("file_digests", ()))
    return Message(
        "report {number}, revision {revision}, for {recipient}: {rows}, {files}",
        number=record["number"],
        revision=record["revision"],
        recipient=record["recipient"],
        rows=Plural("{count} row", "{count} rows", rows, count=Amount(rows)),
        files=Plural("{count} file", "{count} files", files, count=Amount(files)),
    )


def _draft(record: Record) -> Message:
    return Message(
        "draft {draft}, report of {day} for {recipient}: {act} (version {version})",
        draft=record["draft"][:12],
        day=date.fromisoformat(record["day_from"]),
        recipient=record["recipient"],
        act=DRAFT_ACTS.get(record["act"], record["act"]),
        version=record["version"],
    )


def _export(record: Record) -> Message:
    values = {"format": record["format"], "language": record["language"], "number": record["number"]}
    if record["issued"]:
        return Message("{format} ({language}) of {number}, revision {revision}", **values, revision=record["revision"])
    return Message("{format} ({language}) of {number}, draft", **values)


KINDS: Final = (
    RecordKind(
        name="publication",
        title=Term("entry", "Report issued"),
        sentence=_publication,
        who="by",
        undo=Message("it cannot be: whoever has the report keeps it; what is wrong in it is set right by a correction"),
    ),
    RecordKind(
        name="report-draft",
        title=Term("entry", "Report drafted"),
        sentence=_draft,
        who="by",
        undo=Message("from the draft's page, the last act first, until it is issued"),
    ),
    RecordKind(
        name="export",
        title=Term("entry", "Files taken"),
        sentence=_export,
        who="by",
        undo=Message("it cannot be: whoever took the file keeps it"),
    ),
)
