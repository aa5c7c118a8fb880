"""What analysts do by hand, as the ledger tells it; and what they rejected, from a list's table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pyarrow as pa

from trucewatch.messages import Amount, Message, Plural, Term
from trucewatch.model.edits import REASONS
from trucewatch.model.incident import Incident, incident_rows
from trucewatch.model.record_kind import Record, RecordKind
from trucewatch.model.verification import ANSWER_WORDS, STEP_WORDS

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
    stated = record["observation"]
    if stated and stated.get("claimed_by"):
        return Message(
            "{deed} ({what}), said by {who}: {reason}",
            deed=DEEDS.get(record["deed"], record["deed"]),
            what=Plural("{count} report", "{count} reports", count, count=Amount(count)),
            who=stated["claimed_by"],
            reason=record["reason"],
        )
    return Message(
        "{deed} ({what}): {reason}",
        deed=DEEDS.get(record["deed"], record["deed"]),
        what=record["undoes"][:12] or Plural("{count} report", "{count} reports", count, count=Amount(count)),
        reason=REASONS.get(record.get("reason_code", ""), record["reason"]),
    )


def _step(record: Record) -> Message:
    """The step and what came of it; not whom it concerns, nor what was typed."""
    if record["undoes"]:
        return Message("verification, taken back: {step}", step=STEP_WORDS[record["step"]])
    return Message(
        "verification, {step}: {answer}", step=STEP_WORDS[record["step"]], answer=ANSWER_WORDS[record["answer"]]
    )


KINDS: Final = (
    RecordKind(
        name="incident-act",
        title=Term("entry", "Act by hand"),
        sentence=_edit,
        who="by",
        undo=Message("by another act, from the incident's page; both stay"),
    ),
    RecordKind(
        name="verification-step",
        title=Term("entry", "Step of a verification"),
        sentence=_step,
        who="by",
        undo=Message("by a later step that takes it back, from the incident's page; both stay"),
    ),
)


def rejected_incidents(
    table: pa.Table, words_of: Callable[[str], Message | str]
) -> list[tuple[Incident, Message | str]]:
    """The incidents that were rejected by hand, each with the reason, from a list's table of them.

    words_of: what was typed, by the reference that the table holds.
    """
    reasons = map(words_of, table["reason"].to_pylist())
    return list(zip(incident_rows(table.drop_columns(["rejected_by", "reason"])), reasons, strict=True))
