"""Deliveries of what was issued, and what people did to the outbox, as the ledger tells of them."""

from __future__ import annotations

from typing import Final

from trucewatch.messages import Message, Term
from trucewatch.model.record_kind import Record, RecordKind

STATES: Final = {
    "queued": Term("delivery", "queued"),
    "failed": Term("delivery", "failed, will be tried again"),
    "given_up": Term("delivery", "given up"),
    "sent": Term("delivery", "sent"),
}
FAULTS: Final = {
    "refused": Message("the receiver answered with an error"),
    "redirect": Message("the receiver's address leads elsewhere, and is not followed"),
    "gone": Message("the receiver says that nobody is there any more"),
    "slow": Message("the receiver took too long"),
    "tls": Message("the receiver's certificate is not good"),
    "unreachable": Message("the receiver cannot be reached"),
    "elsewhere": Message(
        "the address lies in a private network, which this webhook may not lead to, or is without TLS"
    ),
    "lost": Message("its address or its bytes are not kept here any more"),
    "stopped": Message("somebody stopped it"),
    "removed": Message("its webhook was removed"),
}
"""Why a delivery was not taken."""
ACTS: Final = {
    "add": Term("outbox act", "webhook added"),
    "remove": Term("outbox act", "webhook removed"),
    "retry": Term("outbox act", "delivery tried again"),
    "stop": Term("outbox act", "delivery stopped"),
}


def why(record: Record) -> Message | None:
    """What the last attempt met, in words with the answer's status; None where nothing."""
    fault = FAULTS.get(record["fault"])
    if fault is None or not record["code"]:
        return fault
    return Message("{fault} ({code})", fault=fault, code=record["code"])


def _delivery(record: Record) -> Message:
    what = Message(
        "report {number}, revision {revision}, to {recipient} by webhook: {state}",
        number=record["number"],
        revision=record["revision"],
        recipient=record["recipient"],
        state=STATES[record["state"]],
    )
    fault = why(record)
    return Message("{what}; {fault}", what=what, fault=fault) if fault else what


def _act(record: Record) -> Message:
    return Message("{act}: for {recipient}", act=ACTS[record["act"]], recipient=record["recipient"])


KINDS: Final = (
    RecordKind(name="delivery", title=Term("entry", "Delivery"), sentence=_delivery, by_hand=False),
    RecordKind(
        name="outbox-act",
        title=Term("entry", "Outbox changed"),
        sentence=_act,
        who="by",
        undo=Message(
            "a webhook that was added is removed, one that was removed is added anew, from the command line; a "
            "delivery that was stopped is tried again, from the outbox. What was sent stays sent"
        ),
    ),
)
