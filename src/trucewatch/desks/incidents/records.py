"""What analysts do by hand, as the ledger tells it; and what they rejected, from a list's table."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.edits import REASONS
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.record_kind import Record, RecordKind

DEEDS: Final = {
    "merge": Term("deed", "Merge"),
    "split": Term("deed", "Split"),
    "retype": Term("deed", "Retype"),
    "reject": Term("deed", "Reject"),
    "add": Term("deed", "Add"),
    "undo": Term("deed", "Undo"),
}


def _edit(record: Record) -> Message:
    members = {member for part in record["parts"] for member in part} | set(record["members"])
    count = len(members) + bool(record["observation"])
    return Message(
        "{deed} ({what}): {reason}",
        deed=DEEDS.get(record["deed"], record["deed"]),
        what=record["undoes"][:12] or Plural("{count} report", "{count} reports", count, count=Amount(count)),
        reason=REASONS.get(record.get("reason_code", ""), record["reason"]),
    )


KINDS: Final = (
    RecordKind(
        name="incident-act",
        title=Term("entry", "Act by hand"),
        sentence=_edit,
        who="by",
        undo=Message("by another act, from the incident's page; both stay"),
    ),
)


def rejected_incidents(table: pa.Table) -> list[tuple[Incident, str]]:
    """The incidents that were rejected by hand, each with the reason, from a list's table of them."""
    reasons = table["reason"].to_pylist()
    return list(zip(incident_rows(table.drop_columns(["rejected_by", "reason"])), reasons, strict=True))
