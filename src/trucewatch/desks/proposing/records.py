"""One line for the ledger of each record of an initiative. What was typed lies apart and is in none of them."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Message, Term
from trucewatch.model.record_kind import Record, RecordKind

PROPOSAL: Final = 0
"""What an undo names where it takes back the proposal; any other number is that of a step."""
AT_ONCE: Final = "at_once"
REASONS: Final = {AT_ONCE: Message("undone at once, from the message that followed the entry")}
"""Reasons that nobody has to type."""


def _proposed(record: Record) -> Message:
    return Message(
        "initiative P-{number}: proposed by {who} to {whom}, {day}",
        number=int(record["number"]),
        who=_listed(record["proposed_by"]),
        whom=_listed(record["to"]),
        day=str(record["day"]),
    )


def _stepped(record: Record) -> Message:
    form = {
        "discussed": Message("initiative P-{number}: discussed by {who}, {day}"),
        "accepted": Message("initiative P-{number}: accepted by {who}, {day}"),
        "declined": Message("initiative P-{number}: declined by {who}, {day}"),
        "under_way": Message("initiative P-{number}: under way, as stated by {who}, {day}"),
        "done": Message("initiative P-{number}: done, as stated by {who}, {day}"),
        "withdrawn": Message("initiative P-{number}: withdrawn by {who}, {day}"),
    }[record["word"]]
    number, who = int(record["initiative"]), _listed(record["who"])
    return Message(form.template, number=number, who=who, day=str(record["day"]))


def _undone(record: Record) -> Message:
    number = int(record["initiative"])
    if record["undoes"] == PROPOSAL:
        return Message("initiative P-{number}: taken out, entered by mistake", number=number)
    return Message("initiative P-{number}: step {step} taken back", number=number, step=int(record["undoes"]))


def _listed(ids: list[str]) -> str:
    return ", ".join(ids)


KINDS: Final = (
    RecordKind(
        name="initiative",
        title=Term("entry", "Initiative entered"),
        sentence=_proposed,
        who="by",
        undo=Message("by another entry, from the initiative's page, as long as it has no step; both stay"),
    ),
    RecordKind(
        name="initiative-step",
        title=Term("entry", "Step of an initiative"),
        sentence=_stepped,
        who="by",
        undo=Message("by another entry, from the initiative's page; both stay"),
    ),
    RecordKind(
        name="initiative-undo",
        title=Term("entry", "Taken back at an initiative"),
        sentence=_undone,
        who="by",
        undo=Message("it cannot be: enter the step, or the initiative, again"),
    ),
)
